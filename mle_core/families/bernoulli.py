"""Bernoulli: one trial, 1 for success with probability p.

P(1) = p, P(0) = 1 − p. Casella & Berger (2002), §3.2 and example 7.2.7.
"""

from typing import NamedTuple

import numpy as np
from scipy import special

from ..domain import Array, Interval, Param, PerSample
from ..family import Estimate, Family, Law, Likelihood, Sample


class Statistics(NamedTuple):
    n: float
    mean: PerSample


def log_prob(x: Array, p: Array) -> Array:
    return np.asarray(special.xlogy(x, p) + special.xlog1py(1 - x, -p))


def cdf(x: Array, p: Array) -> Array:
    return np.where(x < 1, 1 - p, 1.0)


def quantile(level: Array, p: Array) -> Array:
    return np.where(level <= 1 - p, 0.0, 1.0)


def sample(rng: np.random.Generator, size: int, p: float) -> Array:
    return (rng.random(size) < p).astype(np.float64)


def summarise(sample: Sample) -> Statistics:
    """The share of ones, exact where all are equal."""
    return Statistics(sample.n, sample.low if sample.low == sample.high else sample.mean(sample.x))


def stack(x: Array) -> Statistics:
    return Statistics(float(x.shape[1]), x.mean(axis=1))


def loglik(s: Statistics, p: Array) -> Array:
    return np.asarray(s.n * (special.xlogy(s.mean, p) + special.xlog1py(1 - s.mean, -p)))


def ratio(share: PerSample, p: Array) -> Array:
    """share / p, and 0 for a share of 0 also at p = 0."""
    return np.where(np.equal(share, 0), 0.0, share / p)


def score(s: Statistics, p: Array) -> tuple[Array]:
    return (s.n * (ratio(s.mean, p) - ratio(1 - s.mean, 1 - p)),)


def information(s: Statistics, p: Array) -> tuple[tuple[Array]]:
    return ((s.n * (ratio(s.mean, p * p) + ratio(1 - s.mean, (1 - p) ** 2)),),)


def fisher(p: Array) -> tuple[tuple[Array]]:
    return ((1 / (p * (1 - p)),),)


def mle(s: Statistics) -> Estimate:
    return Estimate((s.mean,))


def stack_mle(s: Statistics) -> Array:
    """In closed form: Newton's method would stop beside an end of the domain instead of on it."""
    return np.asarray(np.asarray(s.mean)[:, None])


FAMILY = Family(
    key="bernoulli",
    name="Bernoulli",
    params=(Param("p", "p", "probability of success", Interval(0, 1, True, True), Interval(0.02, 0.98), 0.4),),
    support=Interval(0, 1, closed_low=True, closed_high=True),
    law=Law(log_prob, cdf, quantile, sample),
    likelihood=Likelihood(
        summarise,
        loglik,
        score,
        information,
        start=lambda s: (min(max(s.mean, 1e-3), 1 - 1e-3),),
        mle=mle,
        fisher=fisher,
        stack=stack,
        stack_mle=stack_mle,
        sufficient=("n", "mean"),
    ),
    discrete=True,
    order=180,
    source="Casella & Berger (2002), Statistical Inference, §3.2",
    scipy="stats.bernoulli(p)",
    scipy_fit="p = x.mean()",
)
