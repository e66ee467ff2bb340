"""Gamma: waiting time for the `shape`-th event of events that come at `rate`.

f(x; a, b) = bᵃ xᵃ⁻¹ e^(−bx) / Γ(a). With y = bx/a, the observation over its mean,

    log f = ½ log(a/2π) − δ(a) − log x − a (y − 1 − log y),   δ(a) = log Γ(a + 1) − Stirling's formula,

which has the same value and does not cancel for large a. Maximum: Minka (2002), Estimating a Gamma distribution.
"""

import math
from typing import NamedTuple

import numpy as np
from scipy import special

from ..domain import Array, Interval, Param, PerSample
from ..family import Estimate, Family, Law, Likelihood, Sample
from ..numerics.special import (
    excess,
    excess_of_difference,
    log_minus_digamma,
    log_minus_digamma_slope,
    stirling_error,
    trigamma,
)


class Statistics(NamedTuple):
    n: float
    mean: PerSample
    mean_log: PerSample
    gap: PerSample  # log mean − mean log, zero only if all observations are equal


def normaliser(a: Array) -> Array:
    return 0.5 * np.log(a / (2 * math.pi)) - stirling_error(a)


def log_prob(x: Array, shape: Array, rate: Array) -> Array:
    return normaliser(shape) - np.log(x) - shape * excess(x * (rate / shape))


def cdf(x: Array, shape: Array, rate: Array) -> Array:
    return np.asarray(special.gammainc(shape, rate * x))


def quantile(p: Array, shape: Array, rate: Array) -> Array:
    return np.asarray(special.gammaincinv(shape, p) / rate)


def sample(rng: np.random.Generator, size: int, shape: float, rate: float) -> Array:
    # A shape far below 1 underflows to 0, which is outside the support: the smallest positive number stands for it.
    return np.maximum(rng.gamma(shape, 1 / rate, size), np.finfo(float).tiny)


def summarise(sample: Sample) -> Statistics:
    mean, mean_log = (float(total) / sample.n for total in sample.total(lambda x: (x, np.log(x))))
    gap = math.log(mean) - mean_log
    if gap < 1e-2:  # a narrow sample: the difference has lost its digits
        ratio = (sample.x - mean) / mean
        offset = np.asarray(sample.mean(ratio))  # the rounding of the mean
        gap = sample.mean(excess_of_difference(ratio)) - float(excess_of_difference(offset))
    return Statistics(sample.n, mean, mean_log, gap)


def stack(x: Array) -> Statistics:
    mean = x.mean(axis=1)
    return Statistics(
        float(x.shape[1]),
        mean,
        np.log(x).mean(axis=1),
        excess_of_difference((x - mean[:, None]) / mean[:, None]).mean(axis=1),
    )


def loglik(s: Statistics, shape: Array, rate: Array) -> Array:
    if np.max(shape) < 300:  # the same, with only one product over a whole grid; it cancels for a large shape
        ends = normaliser(shape) - s.mean_log - shape * (s.gap - 1 + np.log(shape))
        return s.n * ends - s.n * s.mean * rate + (s.n * shape) * np.log(s.mean * rate)
    return s.n * (normaliser(shape) - s.mean_log - shape * (s.gap + excess(s.mean * (rate / shape))))


def score(s: Statistics, shape: Array, rate: Array) -> tuple[Array, Array]:
    return (
        s.n * (log_minus_digamma(shape) + np.log(s.mean * (rate / shape)) - s.gap),
        s.n * (shape / rate - s.mean),
    )


def information(s: Statistics, shape: Array, rate: Array) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    cross = -s.n / rate
    return (s.n * trigamma(shape), cross), (cross, s.n * shape / rate**2)


def mle(s: Statistics) -> Estimate:
    """Solve log a − ψ(a) = gap by Minka's generalised Newton, exact for c₀ + c₁ a + c₂ log a."""
    a = (3 - s.gap + math.sqrt((s.gap - 3) ** 2 + 24 * s.gap)) / (12 * s.gap)
    for _ in range(50):
        at = np.asarray(a)
        step = float((log_minus_digamma(at) - s.gap) / (a * log_minus_digamma_slope(at)))
        a /= 1 + step
        if abs(step) < 1e-15:
            break
    return Estimate((a, a / s.mean), "Newton on the shape", abs(step) < 1e-10)


def stack_mle(s: Statistics) -> Array:
    """The same for a stack: each step serves all samples; equal observations (gap 0) have no maximum, and give NaN."""
    gap = np.asarray(s.gap)
    a = np.where(gap > 0, (3 - gap + np.sqrt((gap - 3) ** 2 + 24 * gap)) / (12 * gap), np.nan)
    for _ in range(50):
        step = (log_minus_digamma(a) - gap) / (a * log_minus_digamma_slope(a))
        a = a / (1 + step)
        if not np.any(np.abs(step) > 1e-13):
            break
    return np.stack([a, a / s.mean], axis=-1)


def start(s: Statistics) -> tuple[float, float]:
    shape = min(max(0.5 / s.gap, 1e-3), 1e12) if s.gap > 0 else 1e12
    return shape, shape / s.mean


def shape_given(s: Statistics, rate: Array) -> Array:
    """Solve ψ(a) = mean log x + log b, starting as Minka (2002), appendix C."""
    target = s.mean_log + np.log(rate)
    a = np.where(target > -2.22, np.exp(np.minimum(target, 700)) + 0.5, -1 / (target - special.psi(1)))
    for _ in range(8):
        a = a - (special.psi(a) - target) / trigamma(a)
    return a


def rate_given(s: Statistics, shape: Array) -> Array:
    return shape / s.mean


def fisher(shape: Array, rate: Array) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    return (trigamma(shape), -1 / rate), (-1 / rate, shape / rate**2)


FAMILY = Family(
    key="gamma",
    name="Gamma",
    params=(
        Param("shape", "α", "shape", Interval(0, math.inf), Interval(0.5, 20), 3.0, "log"),
        Param("rate", "β", "rate", Interval(0, math.inf), Interval(0.1, 10), 1.0, "log", power=-1),
    ),
    support=Interval(0, math.inf),
    law=Law(log_prob, cdf, quantile, sample),
    likelihood=Likelihood(
        summarise,
        loglik,
        score,
        information,
        start,
        mle=mle,
        fisher=fisher,
        stack=stack,
        stack_mle=stack_mle,
        given={"shape": shape_given, "rate": rate_given},
        stack_given={"shape": shape_given, "rate": rate_given},
        sufficient=("n", "mean", "mean of log x"),
        collapse=("shape", "rate"),
        collapse_limit="shape → ∞",
    ),
    order=30,
    source="Minka (2002), Estimating a Gamma distribution",
    scipy="stats.gamma(shape, scale=1 / rate)",
    scipy_fit="shape, _, scale = stats.gamma.fit(x, floc=0)\nrate = 1 / scale",
)
