"""Pareto, type I: sizes without a typical size above a smallest one, as of fortunes and of insured losses.

f(x; m, α) = α mᵅ / xᵅ⁺¹ for x ≥ m. The likelihood rises in m until it meets the smallest observation and is zero
beyond: m has no information and no standard error. Arnold (2015), Pareto Distributions, §5.2.
"""

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from ..domain import Array, Interval, Param, PerSample
from ..family import Estimate, Family, Law, Likelihood, Sample


class Statistics(NamedTuple):
    n: float
    min: PerSample
    gap: PerSample  # mean of log(x / min)


def log_prob(x: Array, xm: Array, alpha: Array) -> Array:
    return np.where(x >= xm, np.log(alpha) - np.log(x) - alpha * log_ratio(x, xm), -np.inf)


def log_ratio(x: Array, xm: Array) -> Array:
    """log(x/xm) ≥ 0; near 1 the difference is exact and the ratio is not."""
    return np.where(x < 2 * xm, np.log1p((x - xm) / xm), np.log(x) - np.log(xm))


def cdf(x: Array, xm: Array, alpha: Array) -> Array:
    return np.where(x > xm, -np.expm1(-alpha * log_ratio(x, xm)), 0.0)


def quantile(p: Array, xm: Array, alpha: Array) -> Array:
    return np.asarray(xm * np.exp(-np.log1p(-p) / alpha))


def sample(rng: np.random.Generator, size: int, xm: float, alpha: float) -> Array:
    return np.minimum(xm * np.exp(rng.standard_exponential(size) / alpha), np.finfo(float).max)


def summarise(sample: Sample) -> Statistics:
    low = sample.low
    logs = np.log1p((sample.x - low) / low) if sample.high < 1e3 * low else np.log(sample.x / low)
    if not math.isfinite(sample.high / low):
        logs = np.log(sample.x) - math.log(low)
    return Statistics(sample.n, low, sample.mean(logs))


def stack(x: Array) -> Statistics:
    low = x.min(axis=1)
    return Statistics(float(x.shape[1]), low, log_ratio(x, low[:, None]).mean(axis=1))


def mean_log_ratio(s: Statistics, xm: Array) -> Array:
    """Mean of log(x/xm); NaN for xm above the smallest observation."""
    return np.where(xm <= s.min, s.gap + log_ratio(np.asarray(s.min), xm), np.nan)


def loglik(s: Statistics, xm: Array, alpha: Array) -> Array:
    value = s.n * (np.log(alpha) - np.log(s.min) - s.gap - alpha * mean_log_ratio(s, xm))
    return np.where(xm <= s.min, value, -np.inf)


def score(s: Statistics, xm: Array, alpha: Array) -> tuple[Array, Array]:
    """One-sided in xm where it lies on the smallest observation; NaN where the likelihood is zero."""
    ratio = mean_log_ratio(s, xm)
    return np.where(xm <= s.min, s.n * alpha / xm, np.nan), s.n * (1 / alpha - ratio)


def information(s: Statistics, xm: Array, alpha: Array) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    unit = np.where(xm <= s.min, s.n, np.nan)
    return (unit * alpha / xm**2, -unit / xm), (-unit / xm, unit / alpha**2)


def mle(s: Statistics) -> Estimate:
    return Estimate((s.min, 1 / s.gap))


def stack_mle(s: Statistics) -> Array:
    return np.stack([s.min, 1 / np.asarray(s.gap)], axis=-1)


def xm_given(s: Statistics, alpha: Array) -> Array:
    return s.min + 0 * alpha


def alpha_given(s: Statistics, xm: Array) -> Array:
    return 1 / mean_log_ratio(s, xm)


def fisher(xm: Array, alpha: Array) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    none = np.full_like(alpha, np.nan)
    return (none, none), (none, 1 / alpha**2)


def support_given(known: Mapping[str, float]) -> Interval:
    return Interval(known["xm"], math.inf, closed_low=True) if "xm" in known else Interval(0, math.inf)


FAMILY = Family(
    key="pareto",
    name="Pareto",
    params=(
        Param("xm", "m", "smallest value", Interval(0, math.inf), Interval(0.2, 5), 1.0, "log", regular=False, power=1),
        Param("alpha", "α", "tail index", Interval(0, math.inf), Interval(0.5, 10), 2.5, "log"),
    ),
    support=Interval(0, math.inf),
    law=Law(log_prob, cdf, quantile, sample),
    likelihood=Likelihood(
        summarise,
        loglik,
        score,
        information,
        start=lambda s: (s.min, 1 / s.gap if s.gap > 0 else 1.0),
        mle=mle,
        stack=stack,
        stack_mle=stack_mle,
        given={"xm": xm_given, "alpha": alpha_given},
        fisher=fisher,
        sufficient=("n", "minimum", "mean of log x"),
        collapse=("xm", "alpha"),
        collapse_limit="alpha → ∞",
    ),
    order=50,
    source="Arnold (2015), Pareto Distributions, §5.2",
    scipy="stats.pareto(alpha, scale=xm)",
    scipy_fit="alpha, _, xm = stats.pareto.fit(x, floc=0)",
    support_given=support_given,
)
