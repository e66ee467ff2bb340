"""Two normals of one standard deviation mixed: an observation comes from the first with probability `weight`.

f = w φ((x − μ₁)/σ)/σ + (1 − w) φ((x − μ₂)/σ)/σ with μ₁ ≤ μ₂. McLachlan & Peel (2000), Finite Mixture Models. With one σ the
likelihood is bounded where there are more than two different observations.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

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


def five(weight: Array, mu1: Array, mu2: Array, sigma: Array) -> tuple[Array, Array, Array, Array, Array]:
    return weight, mu1, sigma, mu2, sigma


def log_prob(x: Array, *theta: Array) -> Array:
    return two_normals.mixture_log_prob(x, *five(*theta))


def landmarks(*theta: Array) -> Array:
    return two_normals.mixture_landmarks(*five(*theta))


def cdf(x: Array, *theta: Array) -> Array:
    return two_normals.mixture_cdf(x, *five(*theta))


def quantile(p: Array, *theta: Array) -> Array:
    return two_normals.mixture_quantile(p, *five(*theta))


def sample(rng: np.random.Generator, size: int, weight: float, mu1: float, mu2: float, sigma: float) -> Array:
    return two_normals.mixture_sample(rng, size, weight, mu1, sigma, mu2, sigma)


def summarise(sample: Sample) -> MixtureData:
    return MixtureData(sample.merged(), common=True)


def stack(x: Array) -> MixtureData:
    return MixtureData(Stack(x), common=True)


def loglik(s: MixtureData, *theta: Array) -> Array:
    return two_normals.mixture_loglik(s.sample, *five(*theta))


def tied(rows: Sequence[Sequence[Array]]) -> tuple[tuple[Array, ...], ...]:
    """Second derivatives (4 × 4) from those of five parameters, σ standing in two places."""
    places = ((0,), (1,), (3,), (2, 4))
    four = [[sum((rows[i][j] for i in a for j in b), np.zeros(())) for b in places] for a in places]
    return tuple(tuple(four[max(i, j)][min(i, j)] for j in range(4)) for i in range(4))


def expansion(s: MixtureData, *theta: Array) -> tuple[Array, tuple[Array, ...], tuple[tuple[Array, ...], ...]]:
    value, slope, rows = two_normals.mixture_expansion(s.sample, *five(*theta))
    return value, (slope[0], slope[1], slope[3], slope[2] + slope[4]), tied(rows)


def score(s: MixtureData, *theta: Array) -> tuple[Array, ...]:
    return expansion(s, *theta)[1]


def information(s: MixtureData, *theta: Array) -> tuple[tuple[Array, ...], ...]:
    return expansion(s, *theta)[2]


def fisher(*theta: Array) -> tuple[tuple[Array, ...], ...]:
    return tied(two_normals.mixture_fisher(*five(*theta)))


def em_step(s: MixtureData, *theta: Array) -> tuple[Array, ...]:
    weight, mu1, sigma, mu2, _ = s.em_step(*five(*theta))
    return weight, mu1, mu2, sigma


def mle(s: MixtureData) -> Estimate:
    best = s.maximum()
    weight, mu1, sigma, mu2, _ = best.theta
    return replace(best, theta=(weight, mu1, mu2, sigma))


def start(s: MixtureData) -> Array:
    return s.starts[:, [0, 1, 3, 2]]


def rivals(s: MixtureData, theta: Array) -> Array:
    return s.rivals(theta[:, 1], theta[:, 2])[:, :, [0, 1, 3, 2]]


def ordered(weight: Array, mu1: Array, mu2: Array, sigma: Array) -> Bools:
    rule: Bools = mu1 <= mu2
    return rule


FAMILY = Family(
    key="normal_mixture_common",
    name="Two normals, one σ",
    params=(
        Param("weight", "w", "weight of the first", Interval(0, 1), Interval(0.1, 0.9), 0.4),
        Param("mu1", "μ₁", "lower mean", Interval(-math.inf, math.inf), Interval(-6, -1), -2.0, power=1),
        Param("mu2", "μ₂", "upper mean", Interval(-math.inf, math.inf), Interval(1, 6), 2.0, power=1),
        Param("sigma", "σ", "standard deviation", Interval(0, math.inf), Interval(0.3, 3), 1.0, "log", power=1),
    ),
    support=Interval(-math.inf, math.inf),
    law=Law(log_prob, cdf, quantile, sample, landmarks),
    likelihood=Likelihood(
        summarise,
        loglik,
        score,
        information,
        start,
        mle=mle,
        rivals=rivals,
        climbed=CLIMBED,
        expansion=expansion,
        floor={"sigma": lambda s: s.bound},
        fisher=fisher,
        stack=stack,
        em_step=em_step,
        collapse=("mu1", "mu2", "sigma"),
        collapse_limit="sigma → 0",
    ),
    order=17,
    source="McLachlan & Peel (2000), Finite Mixture Models, ch. 2 and 3",
    scipy="stats.Mixture([stats.Normal(mu=mu1, sigma=sigma), stats.Normal(mu=mu2, sigma=sigma)], "
    "weights=[weight, 1 - weight])",
    scipy_fit="""\
from scipy import optimize, special


def density(t):
    w, scale = special.expit(t[0]), np.exp(t[3])
    return w * stats.norm(t[1], scale).pdf(x) + (1 - w) * stats.norm(t[2], scale).pdf(x)


# From several cuts in two, as there may be several tops, in coordinates without bounds.
tops = []
for cut in [(x.min() + x.max()) / 2, *np.quantile(x, [0.1, 0.3, 0.5, 0.7, 0.9])]:
    low, high = x[x < cut], x[x >= cut]
    if low.size:
        start = [special.logit(low.size / x.size), low.mean(), high.mean(), np.log(x.std() / 2)]
        with np.errstate(all="ignore"):
            tops.append(optimize.minimize(lambda t: -np.log(density(t)).mean(), start, method="BFGS", options={"gtol": 1e-9}))
best = min(tops, key=lambda top: np.nan_to_num(top.fun, nan=np.inf))
weight, mu1, mu2, sigma = special.expit(best.x[0]), best.x[1], best.x[2], np.exp(best.x[3])
if mu1 > mu2:
    weight, mu1, mu2 = 1 - weight, mu2, mu1""",
    constraint=ordered,
)
