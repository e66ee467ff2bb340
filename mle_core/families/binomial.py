"""Binomial: the number of successes in n trials, n known.

P(x; p, n) = C(n, x) pˣ (1 − p)ⁿ⁻ˣ. In saddle-point form (Loader 2000), with e(y) = y − 1 − log y and 0 < x < n,

    log P = ½ log(n / 2πx(n − x)) + δ(n) − δ(x) − δ(n − x) − x e(np/x) − (n − x) e(n(1 − p)/(n − x)),

which has the same value and does not cancel for large n. Casella & Berger (2002), §3.2.
"""

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from scipy import special

from ..domain import Array, Interval, Param, PerSample
from ..family import Family, Law, Likelihood, Sample
from ..numerics.special import excess, stirling_error


class Counts(NamedTuple):
    """Distinct values with how often they occur; in a stack the samples themselves, (m, n), each value once."""

    n: float
    mean: PerSample
    high: PerSample
    values: Array
    often: Array | None


def log_prob(x: Array, p: Array, n: Array) -> Array:
    inner = (x > 0) & (x < n)
    some, rest = np.where(inner, x, 1.0), np.where(inner, n - x, 1.0)
    total = np.where(inner, n, 2.0)
    between = (
        0.5 * np.log(total / (2 * math.pi * some * rest))
        + (stirling_error(total) - stirling_error(some) - stirling_error(rest))
        - some * excess(total * p / some)
        - rest * excess(total * (1 - p) / rest)
    )
    ends = special.xlog1py(n - x, -p) + special.xlogy(x, p)
    return np.where(x > n, -np.inf, np.where(inner, between, ends))


def cdf(x: Array, p: Array, n: Array) -> Array:
    below = np.clip(np.floor(x), 0.0, n - 1)
    return np.where(x >= n, 1.0, special.betaincc(below + 1, n - below, p))


def quantile(level: Array, p: Array, n: Array) -> Array:
    """The smallest count whose cdf reaches the level, by bisection over the whole numbers."""
    level, p, n = (np.asarray(part, dtype=np.float64) for part in np.broadcast_arrays(level, p, n))
    below, reaches = np.full(level.shape, -1.0), n.copy()
    while np.any(reaches - below > 1):
        middle = np.floor((below + reaches) / 2)
        enough = (cdf(middle, p, n) >= level) & (middle >= 0)
        below, reaches = np.where(enough, below, middle), np.where(enough, middle, reaches)
    return np.where(level <= 0, 0.0, np.where(level >= 1, n, reaches))


def sample(rng: np.random.Generator, size: int, p: float, n: float) -> Array:
    return rng.binomial(int(n), p, size).astype(np.float64)


def summarise(sample: Sample) -> Counts:
    mean = sample.low if sample.low == sample.high else sample.mean(sample.x)
    if sample.high > 1e6:
        weights = np.ones(sample.x.size) if sample.weights is None else sample.weights
        return Counts(sample.n, mean, sample.high, sample.x, weights)
    often = np.bincount(sample.x.astype(np.int64), sample.weights)
    values = np.flatnonzero(often)
    return Counts(sample.n, mean, sample.high, values.astype(np.float64), often[values].astype(np.float64))


def stack(x: Array) -> Counts:
    return Counts(float(x.shape[1]), x.mean(axis=1), x.max(axis=1), x, None)


def best(s: Counts, n: Array) -> Array:
    """The log-likelihood at p = mean/n: what p cannot change, for n of shape (...); −∞ where n is less than some x."""
    trials = np.asarray(n, dtype=np.float64)
    if s.often is None:  # a stack
        every = np.broadcast_to(trials, np.shape(s.mean))
        return np.asarray(log_prob(s.values, (s.mean / every)[:, None], every[:, None]).sum(axis=1))
    distinct, where = np.unique(trials, return_inverse=True)
    share = np.minimum(s.mean / distinct, 1.0)
    sums = np.array(
        [log_prob(s.values, q, m) @ s.often if m >= s.high else -math.inf for q, m in zip(share, distinct, strict=True)]
    )
    return np.asarray(sums[where].reshape(trials.shape))


def loglik(s: Counts, p: Array, n: Array) -> Array:
    mean, rest = s.mean, np.maximum(n - s.mean, 0.0)
    lost = np.where(np.equal(mean, 0), 0.0, mean * excess(n * p / np.where(np.equal(mean, 0), 1.0, mean)))
    missed = np.where(rest == 0, 0.0, rest * excess(n * (1 - p) / np.where(rest == 0, 1.0, rest)))
    # At the ends one term is 0 and the other, n e(p) say, lacks the part that its partner would have cancelled.
    direct = special.xlogy(mean, p) + special.xlog1py(rest, -p)
    ends = np.equal(mean, 0) | (rest == 0)
    return np.asarray(np.where(n < s.high, -np.inf, best(s, n) + s.n * np.where(ends, direct, -lost - missed)))


def ratio(successes: Array, p: Array) -> Array:
    return np.where(np.equal(successes, 0), 0.0, successes / p)


def score(s: Counts, p: Array, n: Array) -> tuple[Array, Array]:
    """NaN for n, a whole number that is never estimated."""
    mean = np.asarray(s.mean)
    slope = s.n * (ratio(mean, p) - ratio(n - mean, 1 - p))
    return slope, np.full_like(slope, math.nan)


def information(s: Counts, p: Array, n: Array) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    mean = np.asarray(s.mean)
    curvature = s.n * (ratio(mean, p * p) + ratio(n - mean, (1 - p) ** 2))
    none = np.full_like(curvature, math.nan)
    return (curvature, none), (none, none)


def p_given(s: Counts, n: Array) -> Array:
    return np.asarray(s.mean / n)


def fisher(p: Array, n: Array) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    unit = n / (p * (1 - p))
    none = np.full_like(unit, math.nan)
    return (unit, none), (none, none)


def support_given(known: Mapping[str, float]) -> Interval:
    return Interval(0, known.get("n", math.inf), closed_low=True, closed_high="n" in known)


FAMILY = Family(
    key="binomial",
    name="Binomial",
    params=(
        Param("p", "p", "probability of success", Interval(0, 1, True, True), Interval(0.02, 0.98), 0.4),
        Param(
            "n",
            "n",
            "number of trials",
            Interval(1, math.inf, closed_low=True),
            Interval(1, 40),
            12.0,
            integer=True,
            given=True,
        ),
    ),
    support=Interval(0, math.inf, closed_low=True),
    law=Law(log_prob, cdf, quantile, sample),
    likelihood=Likelihood(
        summarise,
        loglik,
        score,
        information,
        start=lambda s: (0.5, max(s.high, 1.0)),
        given={"p": p_given},
        fisher=fisher,
        stack=stack,
        sufficient=("n", "mean"),
    ),
    discrete=True,
    order=190,
    source="Casella & Berger (2002), Statistical Inference, §3.2; Loader (2000)",
    scipy="stats.binom(n, p)",
    scipy_fit="p = x.mean() / n",
    support_given=support_given,
)
