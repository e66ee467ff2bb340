"""Two normals mixed: an observation comes from the first with probability `weight`, else from the second.

f = w φ((x − μ₁)/σ₁)/σ₁ + (1 − w) φ((x − μ₂)/σ₂)/σ₂ with μ₁ ≤ μ₂. McLachlan & Peel (2000), Finite Mixture Models. The
likelihood is unbounded as one σ → 0 on top of an observation (Day 1969): the fit looks for the best local maximum.
"""

import math

from ..domain import Array, Bools, Interval, Param
from ..family import (
    Estimate,
    Family,
    Law,
    Likelihood,
    MixtureData,
    Sample,
    Stack,
    two_normals,
)

CLIMBED = 8  # of the rivals, those that are the most plausible under the held values


def summarise(sample: Sample) -> MixtureData:
    return MixtureData(sample.merged(), common=False)


def stack(x: Array) -> MixtureData:
    return MixtureData(Stack(x), common=False)


def loglik(s: MixtureData, *theta: Array) -> Array:
    return two_normals.mixture_loglik(s.sample, *theta)


def expansion(
    s: MixtureData, weight: Array, mu1: Array, sigma1: Array, mu2: Array, sigma2: Array
) -> tuple[Array, tuple[Array, ...], tuple[tuple[Array, ...], ...]]:
    return two_normals.mixture_expansion(s.sample, weight, mu1, sigma1, mu2, sigma2)


def score(s: MixtureData, *theta: Array) -> tuple[Array, ...]:
    return expansion(s, *theta)[1]


def information(s: MixtureData, *theta: Array) -> tuple[tuple[Array, ...], ...]:
    return expansion(s, *theta)[2]


def em_step(s: MixtureData, *theta: Array) -> tuple[Array, ...]:
    return s.em_step(*theta)


def mle(s: MixtureData) -> Estimate:
    return s.maximum()


def ordered(weight: Array, mu1: Array, sigma1: Array, mu2: Array, sigma2: Array) -> Bools:
    rule: Bools = mu1 <= mu2
    return rule


FAMILY = Family(
    key="normal_mixture",
    name="Two normals",
    params=(
        Param("weight", "w", "weight of the first", Interval(0, 1), Interval(0.1, 0.9), 0.4),
        Param("mu1", "μ₁", "lower mean", Interval(-math.inf, math.inf), Interval(-6, -1), -2.0, power=1),
        Param("sigma1", "σ₁", "its standard deviation", Interval(0, math.inf), Interval(0.3, 3), 0.8, "log", power=1),
        Param("mu2", "μ₂", "upper mean", Interval(-math.inf, math.inf), Interval(1, 6), 2.0, power=1),
        Param("sigma2", "σ₂", "its standard deviation", Interval(0, math.inf), Interval(0.3, 3), 1.2, "log", power=1),
    ),
    support=Interval(-math.inf, math.inf),
    law=Law(
        two_normals.mixture_log_prob,
        two_normals.mixture_cdf,
        two_normals.mixture_quantile,
        two_normals.mixture_sample,
        two_normals.mixture_landmarks,
    ),
    likelihood=Likelihood(
        summarise,
        loglik,
        score,
        information,
        start=lambda s: s.starts,
        mle=mle,
        rivals=lambda s, theta: s.rivals(theta[:, 1], theta[:, 3]),
        climbed=CLIMBED,
        expansion=expansion,
        floor={"sigma1": lambda s: s.bound, "sigma2": lambda s: s.bound},
        fisher=two_normals.mixture_fisher,
        stack=stack,
        em_step=em_step,
        collapse=("mu1", "sigma1", "mu2", "sigma2"),
        collapse_limit="sigma1 and sigma2 → 0",
    ),
    order=16,
    source="McLachlan & Peel (2000), Finite Mixture Models, ch. 2 and 3",
    scipy="stats.Mixture([stats.Normal(mu=mu1, sigma=sigma1), stats.Normal(mu=mu2, sigma=sigma2)], "
    "weights=[weight, 1 - weight])",
    scipy_fit="""\
from scipy import optimize, special

# From the halves on either side of the middle, in coordinates without bounds.
low, high = x[x < (x.min() + x.max()) / 2], x[x >= (x.min() + x.max()) / 2]


def density(t):
    w = special.expit(t[0])
    return w * stats.norm(t[1], np.exp(t[2])).pdf(x) + (1 - w) * stats.norm(t[3], np.exp(t[4])).pdf(x)


best = optimize.minimize(
    lambda t: -np.log(density(t)).mean(),
    [special.logit(low.size / x.size), low.mean(), np.log(low.std()), high.mean(), np.log(high.std())],
    method="BFGS",
    options={"gtol": 1e-9},
)
weight, mu1, sigma1, mu2, sigma2 = special.expit(best.x[0]), best.x[1], np.exp(best.x[2]), best.x[3], np.exp(best.x[4])""",
    constraint=ordered,
)
