"""Uniform: nothing is known but the two ends.

f(x; a, b) = 1/(b − a) on [a, b]. The likelihood rises until an end meets an observation and is zero beyond: it has no
slope at its maximum, so the ends have no information and no standard errors; their errors shrink as 1/n, not 1/√n.
Casella & Berger (2002), exercise 7.10 and §10.1.
"""

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from ..domain import Array, Bools, Interval, Param, PerSample
from ..family import Estimate, Family, Law, Likelihood, Sample


class Statistics(NamedTuple):
    n: float
    min: PerSample
    max: PerSample


def log_prob(x: Array, low: Array, high: Array) -> Array:
    return np.where((low <= x) & (x <= high), -np.log(high - low), -np.inf)


def cdf(x: Array, low: Array, high: Array) -> Array:
    return np.asarray(np.clip((x - low) / (high - low), 0.0, 1.0))


def quantile(p: Array, low: Array, high: Array) -> Array:
    return np.asarray(np.clip(low + p * (high - low), low, high))


def sample(rng: np.random.Generator, size: int, low: float, high: float) -> Array:
    return rng.uniform(low, high, size)


def summarise(sample: Sample) -> Statistics:
    return Statistics(sample.n, sample.low, sample.high)


def stack(x: Array) -> Statistics:
    return Statistics(float(x.shape[1]), x.min(axis=1), x.max(axis=1))


def covers(s: Statistics, low: Array, high: Array) -> Bools:
    return np.asarray((low <= s.min) & (s.max <= high) & (low < high))


def loglik(s: Statistics, low: Array, high: Array) -> Array:
    return np.where(covers(s, low, high), -s.n * np.log(high - low), -np.inf)


def score(s: Statistics, low: Array, high: Array) -> tuple[Array, Array]:
    """One-sided where an end lies on an observation; NaN where the likelihood is zero."""
    slope = np.where(covers(s, low, high), s.n / (high - low), np.nan)
    return slope, -slope


def information(s: Statistics, low: Array, high: Array) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    curve = np.where(covers(s, low, high), s.n / (high - low) ** 2, np.nan)
    return (-curve, curve), (curve, -curve)


def mle(s: Statistics) -> Estimate:
    return Estimate((s.min, s.max))


def stack_mle(s: Statistics) -> Array:
    return np.stack([s.min, s.max], axis=-1)


def low_given(s: Statistics, high: Array) -> Array:
    return s.min + 0 * high


def high_given(s: Statistics, low: Array) -> Array:
    return s.max + 0 * low


def ordered(low: Array, high: Array) -> Bools:
    return np.asarray(low < high)


def support_given(known: Mapping[str, float]) -> Interval:
    low, high = known.get("low", -math.inf), known.get("high", math.inf)
    return Interval(low, high, closed_low=low > -math.inf, closed_high=high < math.inf)


FAMILY = Family(
    key="uniform",
    name="Uniform",
    params=(
        Param("low", "a", "lower end", Interval(-math.inf, math.inf), Interval(-5, 0), -1.0, regular=False, power=1),
        Param("high", "b", "upper end", Interval(-math.inf, math.inf), Interval(0.5, 5), 1.0, regular=False, power=1),
    ),
    support=Interval(-math.inf, math.inf),
    law=Law(log_prob, cdf, quantile, sample),
    likelihood=Likelihood(
        summarise,
        loglik,
        score,
        information,
        start=lambda s: (s.min, s.max),
        mle=mle,
        stack=stack,
        stack_mle=stack_mle,
        given={"low": low_given, "high": high_given},
        sufficient=("n", "minimum", "maximum"),
        collapse=("low", "high"),
        collapse_limit="high − low → 0",
    ),
    order=70,
    source="Casella & Berger (2002), Statistical Inference, exercise 7.10",
    scipy="stats.uniform(low, high - low)",
    scipy_fit="low, width = stats.uniform.fit(x)\nhigh = low + width",
    constraint=ordered,
    support_given=support_given,
)
