"""Lognormal: the product of many small independent influences; log x is normal.

f(x; μ, σ) = exp(−z²/2) / (x σ √(2π)), z = (log x − μ)/σ. Crow & Shimizu (1988), chapter 1.
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
    mean: PerSample  # of log x
    sd: PerSample  # root of the mean squared deviation of log x from its mean


def log_prob(x: Array, mu: Array, sigma: Array) -> Array:
    z = (np.log(x) - mu) / sigma
    return -0.5 * z * z - np.log(sigma) - LOG_SQRT_2PI - np.log(x)


def cdf(x: Array, mu: Array, sigma: Array) -> Array:
    return np.asarray(special.ndtr((np.log(x) - mu) / sigma))


def quantile(p: Array, mu: Array, sigma: Array) -> Array:
    return np.asarray(np.exp(mu + sigma * special.ndtri(p)))


def sample(rng: np.random.Generator, size: int, mu: float, sigma: float) -> Array:
    return rng.lognormal(mu, sigma, size)


def summarise(sample: Sample) -> Statistics:
    if sample.high > 1.5 * sample.low:
        return Statistics(sample.n, *sample.center_and_spread(np.log(sample.x)))
    # A narrow sample: logarithms of the ratio to one of its members keep the digits of the spread.
    mean, sd = sample.center_and_spread(np.log1p((sample.x - sample.low) / sample.low))
    return Statistics(sample.n, math.log(sample.low) + mean, sd)


def stack(x: Array) -> Statistics:
    samples = Stack(np.log(x))
    return Statistics(samples.n, *samples.center_and_spread())


def loglik(s: Statistics, mu: Array, sigma: Array) -> Array:
    z = (s.mean - mu) / sigma
    return -s.n * (0.5 * (s.sd / sigma) ** 2 + np.log(sigma) + LOG_SQRT_2PI + s.mean) - 0.5 * s.n * (z * z)


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
    key="lognormal",
    name="Lognormal",
    params=(
        Param("mu", "μ", "mean of log x", Interval(-math.inf, math.inf), Interval(-2, 3), 0.0),
        Param("sigma", "σ", "standard deviation of log x", Interval(0, math.inf), Interval(0.1, 2), 0.5, "log"),
    ),
    support=Interval(0, math.inf),
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
        sufficient=("n", "mean of log x", "standard deviation of log x"),
        collapse=("mu", "sigma"),
        collapse_limit="sigma → 0",
    ),
    order=20,
    source="Crow & Shimizu (1988), Lognormal Distributions, chapter 1",
    scipy="stats.lognorm(sigma, scale=np.exp(mu))",
    scipy_fit="sigma, _, scale = stats.lognorm.fit(x, floc=0)\nmu = np.log(scale)",
)
