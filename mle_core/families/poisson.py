"""Poisson: the number of rare independent events.

P(x; λ) = λˣ e^(−λ) / x!. In saddle-point form (Loader 2000) with y = λ/x,

    log P = −½ log(2πx) − δ(x) − x (y − 1 − log y)  for x > 0,   log P = −λ  for x = 0,

which has the same value and does not cancel for large x. Casella & Berger (2002), §3.2.
"""

import math
from typing import NamedTuple

import numpy as np
from scipy import special

from ..domain import Array, Interval, Param, PerSample
from ..family import Estimate, Family, Law, Likelihood, Sample
from ..numerics.special import excess, stirling_error


class Statistics(NamedTuple):
    n: float
    mean: PerSample
    best: PerSample  # mean log-probability at λ = mean; it depends on the data alone


def log_prob(x: Array, rate: Array) -> Array:
    some = np.where(x > 0, x, 1.0)
    positive = -0.5 * np.log(2 * math.pi * some) - stirling_error(some) - some * excess(rate / some)
    return np.where(x > 0, positive, -rate)


def cdf(x: Array, rate: Array) -> Array:
    return np.asarray(special.pdtr(np.floor(x), rate))


def quantile(p: Array, rate: Array) -> Array:
    """The smallest count whose cdf reaches p: the continuous inverse, rounded up, moved by one where it overshoots."""
    p, rate = np.broadcast_arrays(p, rate)
    inner = np.where((p > 0) & (p < 1) & (rate > 0), p, 0.5)
    some = np.where(rate > 0, rate, 1.0)
    count = np.maximum(np.ceil(special.pdtrik(inner, some)), 0.0)
    count = np.where((count > 0) & (special.pdtr(np.maximum(count - 1, 0.0), some) >= inner), count - 1, count)
    count = np.where(special.pdtr(count, some) < inner, count + 1, count)
    return np.where((p <= 0) | (rate == 0), 0.0, np.where(p >= 1, np.inf, count))


def sample(rng: np.random.Generator, size: int, rate: float) -> Array:
    return rng.poisson(rate, size).astype(np.float64)


def summarise(sample: Sample) -> Statistics:
    mean = sample.mean(sample.x)
    if sample.high > 1e6:
        return Statistics(sample.n, mean, sample.mean(log_prob(sample.x, np.asarray(mean))))
    # Few distinct counts: one evaluation for each, weighted by how often it occurs.
    often = np.bincount(sample.x.astype(np.int64), sample.weights)
    value = np.flatnonzero(often)
    return Statistics(
        sample.n, mean, float(np.dot(often[value], log_prob(value.astype(np.float64), np.asarray(mean)))) / sample.n
    )


def stack(x: Array) -> Statistics:
    mean = x.mean(axis=1)
    return Statistics(float(x.shape[1]), mean, log_prob(x, mean[:, None]).mean(axis=1))


def loglik(s: Statistics, rate: Array) -> Array:
    some = np.where(np.equal(s.mean, 0), 1.0, s.mean)
    return s.n * np.where(np.equal(s.mean, 0), -rate, s.best - s.mean * excess(rate / some))


def score(s: Statistics, rate: Array) -> tuple[Array]:
    return (s.n * (np.where(np.equal(s.mean, 0), 0.0, s.mean / rate) - 1),)


def information(s: Statistics, rate: Array) -> tuple[tuple[Array]]:
    return ((s.n * np.where(np.equal(s.mean, 0), 0.0, s.mean / rate**2),),)


def mle(s: Statistics) -> Estimate:
    return Estimate((s.mean,))


def fisher(rate: Array) -> tuple[tuple[Array]]:
    return ((1 / rate,),)


def stack_mle(s: Statistics) -> Array:
    """In closed form: Newton's method would stop beside an end of the domain instead of on it."""
    return np.asarray(np.asarray(s.mean)[:, None])


FAMILY = Family(
    key="poisson",
    name="Poisson",
    params=(Param("rate", "λ", "rate", Interval(0, math.inf, closed_low=True), Interval(0.1, 30), 4.0, "log"),),
    support=Interval(0, math.inf, closed_low=True),
    law=Law(log_prob, cdf, quantile, sample),
    likelihood=Likelihood(
        summarise,
        loglik,
        score,
        information,
        start=lambda s: (max(s.mean, 1e-3),),
        mle=mle,
        fisher=fisher,
        stack=stack,
        stack_mle=stack_mle,
        sufficient=("n", "mean"),
    ),
    discrete=True,
    order=200,
    source="Casella & Berger (2002), Statistical Inference, §3.2",
    scipy="stats.poisson(rate)",
    scipy_fit="rate = x.mean()",
)
