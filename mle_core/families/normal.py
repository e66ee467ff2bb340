"""Normal: the sum of many small independent influences.

f(x; μ, σ) = exp(−z²/2) / (σ √(2π)), z = (x − μ)/σ. Casella & Berger (2002), §3.3 and example 7.2.11.
"""

import math
from typing import NamedTuple

import numpy as np
from scipy import special

from ..domain import Array, Interval, Param, PerSample
from ..family import Estimate, Family, Law, Likelihood, Sample, Stack

LOG_SQRT_2PI = 0.5 * math.log(2 * math.pi)


class Statistics(NamedTuple):
    n: float
    mean: PerSample
    sd: PerSample  # root of the mean squared deviation from the mean


def log_prob(x: Array, mu: Array, sigma: Array) -> Array:
    z = (x - mu) / sigma
    return -0.5 * z * z - np.log(sigma) - LOG_SQRT_2PI


def cdf(x: Array, mu: Array, sigma: Array) -> Array:
    return np.asarray(special.ndtr((x - mu) / sigma))


def quantile(p: Array, mu: Array, sigma: Array) -> Array:
    return np.asarray(mu + sigma * special.ndtri(p))


def sample(rng: np.random.Generator, size: int, mu: float, sigma: float) -> Array:
    return rng.normal(mu, sigma, size)


def summarise(sample: Sample) -> Statistics:
    return Statistics(sample.n, *sample.center_and_spread())


def stack(x: Array) -> Statistics:
    samples = Stack(x)
    return Statistics(samples.n, *samples.center_and_spread())


def loglik(s: Statistics, mu: Array, sigma: Array) -> Array:
    z = (s.mean - mu) / sigma
    return -s.n * (0.5 * (s.sd / sigma) ** 2 + np.log(sigma) + LOG_SQRT_2PI) - 0.5 * s.n * (z * z)


def score(s: Statistics, mu: Array, sigma: Array) -> tuple[Array, Array]:
    z, v = (s.mean - mu) / sigma, (s.sd / sigma) ** 2
    return s.n * z / sigma, s.n * (v + z * z - 1) / sigma


def information(s: Statistics, mu: Array, sigma: Array) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    z, v = (s.mean - mu) / sigma, (s.sd / sigma) ** 2
    unit = s.n / sigma**2
    return (unit, 2 * unit * z), (2 * unit * z, unit * (3 * (v + z * z) - 1))


def mle(s: Statistics) -> Estimate:
    return Estimate((s.mean, s.sd))


def stack_mle(s: Statistics) -> Array:
    return np.stack([s.mean, s.sd], axis=-1)


def mu_given(s: Statistics, sigma: Array) -> Array:
    return np.full_like(sigma, s.mean)


def sigma_given(s: Statistics, mu: Array) -> Array:
    return np.hypot(s.sd, s.mean - mu)


def fisher(mu: Array, sigma: Array) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    unit = 1 / sigma**2 + 0 * mu
    return (unit, 0 * unit), (0 * unit, 2 * unit)


FAMILY = Family(
    key="normal",
    name="Normal",
    params=(
        Param("mu", "μ", "mean", Interval(-math.inf, math.inf), Interval(-5, 5), 0.0, power=1),
        Param("sigma", "σ", "standard deviation", Interval(0, math.inf), Interval(0.2, 5), 1.0, "log", power=1),
    ),
    support=Interval(-math.inf, math.inf),
    law=Law(log_prob, cdf, quantile, sample),
    likelihood=Likelihood(
        summarise,
        loglik,
        score,
        information,
        start=lambda s: (s.mean, s.sd),
        mle=mle,
        fisher=fisher,
        stack=stack,
        stack_mle=stack_mle,
        given={"mu": mu_given, "sigma": sigma_given},
        stack_given={"mu": mu_given, "sigma": sigma_given},
        sufficient=("n", "mean", "standard deviation"),
        collapse=("mu", "sigma"),
        collapse_limit="sigma → 0",
    ),
    order=10,
    source="Casella & Berger (2002), Statistical Inference, example 7.2.11",
    scipy="stats.norm(mu, sigma)",
    scipy_fit="mu, sigma = stats.norm.fit(x)",
)
