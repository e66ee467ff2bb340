"""Geometric: the number of failures before the first success, each trial a success with probability p.

P(x; p) = p (1 − p)ˣ, x = 0, 1, 2, … Casella & Berger (2002), §3.2 (who count the trials, one more).
"""

import math
from typing import NamedTuple

import numpy as np
from scipy import special

from ..domain import Array, Interval, Param, PerSample
from ..family import Estimate, Family, Law, Likelihood, Sample


class Statistics(NamedTuple):
    n: float
    mean: PerSample


def log_prob(x: Array, p: Array) -> Array:
    return np.asarray(np.log(p) + special.xlog1py(x, -p))


def cdf(x: Array, p: Array) -> Array:
    return np.asarray(-np.expm1((np.floor(x) + 1) * np.log1p(-p)))


def quantile(level: Array, p: Array) -> Array:
    """The smallest count whose cdf reaches the level: the continuous inverse, rounded up, moved by one if need be."""
    count = np.maximum(np.ceil(np.log1p(-level) / np.log1p(-p)) - 1, 0.0)
    count = np.where((count > 0) & (cdf(count - 1, p) >= level), count - 1, count)
    count = np.where(cdf(count, p) < level, count + 1, count)
    return np.where((level <= 0) | (p >= 1), 0.0, np.where(level >= 1, np.inf, count))


def sample(rng: np.random.Generator, size: int, p: float) -> Array:
    if p == 1:
        return np.zeros(size)
    return np.asarray(quantile(rng.random(size), np.asarray(p)))


def summarise(sample: Sample) -> Statistics:
    return Statistics(sample.n, sample.mean(sample.x))


def stack(x: Array) -> Statistics:
    return Statistics(float(x.shape[1]), x.mean(axis=1))


def loglik(s: Statistics, p: Array) -> Array:
    return np.asarray(s.n * (np.log(p) + special.xlog1py(s.mean, -p)))


def failures(s: Statistics, weight: Array) -> Array:
    """mean / weight, and 0 for a mean of 0 also where the weight is 0 (p = 1)."""
    return np.where(np.equal(s.mean, 0), 0.0, s.mean / weight)


def score(s: Statistics, p: Array) -> tuple[Array]:
    return (s.n * (1 / p - failures(s, 1 - p)),)


def information(s: Statistics, p: Array) -> tuple[tuple[Array]]:
    return ((s.n * (1 / p**2 + failures(s, (1 - p) ** 2)),),)


def fisher(p: Array) -> tuple[tuple[Array]]:
    return ((1 / (p**2 * (1 - p)),),)


def mle(s: Statistics) -> Estimate:
    return Estimate((1 / (1 + s.mean),))


def stack_mle(s: Statistics) -> Array:
    """In closed form: Newton's method would stop beside an end of the domain instead of on it."""
    return np.asarray(1 / (1 + np.asarray(s.mean)[:, None]))


FAMILY = Family(
    key="geometric",
    name="Geometric",
    params=(Param("p", "p", "probability of success", Interval(0, 1, closed_high=True), Interval(0.03, 0.97), 0.3),),
    support=Interval(0, math.inf, closed_low=True),
    law=Law(log_prob, cdf, quantile, sample),
    likelihood=Likelihood(
        summarise,
        loglik,
        score,
        information,
        start=lambda s: (min(1 / (1 + s.mean), 1 - 1e-3),),
        mle=mle,
        fisher=fisher,
        stack=stack,
        stack_mle=stack_mle,
        sufficient=("n", "mean"),
    ),
    discrete=True,
    order=210,
    source="Casella & Berger (2002), Statistical Inference, §3.2",
    scipy="stats.geom(p, loc=-1)",
    scipy_fit="p = 1 / (1 + x.mean())",
)
