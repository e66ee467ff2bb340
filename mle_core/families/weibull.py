"""Weibull: the life of a chain that breaks at its weakest link; `shape` > 1 means wear, < 1 early failure.

f(x; k, λ) = (k/λ) (x/λ)ᵏ⁻¹ exp(−(x/λ)ᵏ). There are no sufficient statistics, but the likelihood needs of the sample
only the power sums Σ vᵏ, one pass for each shape and none for the scale. Lawless (2003), Statistical Models and Methods
for Lifetime Data, §5.2.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..domain import Array, Interval, Param, PerSample
from ..family import Estimate, Family, Law, Likelihood, Sample, Stack


@dataclass(frozen=True, eq=False)
class Logs:
    logs: Sample | Stack  # log(x / c), with c the largest observation, so that powers of e^log never overflow
    log_c: PerSample
    mean: PerSample
    sd: PerSample


def log_prob(x: Array, shape: Array, scale: Array) -> Array:
    log_ratio = np.log(x / scale)
    return np.log(shape / scale) + (shape - 1) * log_ratio - np.exp(shape * log_ratio)


def cdf(x: Array, shape: Array, scale: Array) -> Array:
    return -np.expm1(-((x / scale) ** shape))


def quantile(p: Array, shape: Array, scale: Array) -> Array:
    return np.asarray(scale * (-np.log1p(-p)) ** (1 / shape))


def sample(rng: np.random.Generator, size: int, shape: float, scale: float) -> Array:
    return np.maximum(scale * rng.weibull(shape, size), np.finfo(float).tiny)


def summarise(sample: Sample) -> Logs:
    narrow = sample.high < 1.5 * sample.low
    logs = np.log1p((sample.x - sample.high) / sample.high) if narrow else np.log(sample.x) - math.log(sample.high)
    of_logs = Sample(logs, sample.weights, sample.n, float(logs.min()), 0.0)
    return Logs(of_logs, math.log(sample.high), *of_logs.center_and_spread())


def stack(x: Array) -> Logs:
    largest = np.log(x.max(axis=1))
    logs = Stack(np.log(x) - largest[:, None])
    return Logs(logs, largest, *logs.center_and_spread())


def power_only(logs: Array, k: Array) -> tuple[Array]:
    return (np.exp(k * logs),)


def moments(logs: Array, k: Array) -> tuple[Array, Array, Array]:
    power = np.exp(k * logs)
    first = power * logs
    return power, first, first * logs


def sums(s: Logs, function: Callable[..., tuple[Array, ...]], shape: ArrayLike) -> list[Array]:
    """Sums of `function` for each k in `shape`: one pass for each value of k, not for each cell of a grid."""
    shape = np.asarray(shape, dtype=np.float64)
    if shape.size < 2 or isinstance(s.logs, Stack):
        return s.logs.total(function, shape)
    distinct, where = np.unique(shape, return_inverse=True)
    return [total[where.reshape(shape.shape)] for total in s.logs.total(function, distinct)]


def log_mean_power(s: Logs, shape: ArrayLike) -> Array:
    return np.log(sums(s, power_only, shape)[0] / s.logs.n)


def powers(s: Logs, shape: ArrayLike) -> tuple[Array, Array, Array]:
    """log mean vᵏ, and mean and variance of log v under weights ∝ vᵏ (v = x/c), for each k in `shape`."""
    power, first, second = sums(s, moments, shape)
    mean = first / power
    return np.log(power / s.logs.n), mean, np.maximum(second / power - mean**2, 0)


def expansion(
    s: Logs, shape: Array, scale: Array
) -> tuple[Array, tuple[Array, Array], tuple[tuple[Array, Array], tuple[Array, Array]]]:
    n, offset = s.logs.n, s.log_c - np.log(scale)
    log_power, center, variance = powers(s, shape)
    mean_power = np.exp(shape * offset + log_power)  # mean of (x/λ)ᵏ, 1 at the best scale
    center = center + offset  # mean of log(x/λ) under weights ∝ xᵏ
    mean_log = s.mean + offset
    value = n * (np.log(shape / scale) + (shape - 1) * mean_log - mean_power)
    score = (n * (1 / shape + mean_log - mean_power * center), n * shape / scale * (mean_power - 1))
    cross = -n / scale * (mean_power - 1 + shape * mean_power * center)
    both_shape = n * (1 / shape**2 + mean_power * (variance + center**2))
    both_scale = n * shape / scale**2 * ((shape + 1) * mean_power - 1)
    return value, score, ((both_shape, cross), (cross, both_scale))


def loglik(s: Logs, shape: Array, scale: Array) -> Array:
    offset = s.log_c - np.log(scale)
    mean_power = np.exp(shape * offset + log_mean_power(s, shape))
    return s.logs.n * (np.log(shape / scale) + (shape - 1) * (s.mean + offset) - mean_power)


def score(s: Logs, shape: Array, scale: Array) -> tuple[Array, Array]:
    return expansion(s, shape, scale)[1]


def information(s: Logs, shape: Array, scale: Array) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    return expansion(s, shape, scale)[2]


def scale_given(s: Logs, shape: Array) -> Array:
    return np.exp(s.log_c + log_mean_power(s, shape) / shape)


def start(s: Logs) -> tuple[float, float]:
    """By moments: log x has a Gumbel law with standard deviation π/(k√6)."""
    shape = math.pi / math.sqrt(6) / s.sd if s.sd > 0 else 1e6
    return shape, float(scale_given(s, np.asarray(shape)))


def mle(s: Logs) -> Estimate:
    """Newton on the profile score 1/k + mean log v − mean of log v under weights ∝ vᵏ, which falls in k."""
    k = math.pi / math.sqrt(6) / s.sd
    step = math.inf
    for _ in range(100):
        _, center, variance = powers(s, k)
        step = float((1 / k + s.mean - center) / (1 / k**2 + variance))
        k = max(k + step, k / 4)
        if abs(step) < 1e-9 * k:  # the next step would be of the order of its square
            break
    converged = abs(step) < 1e-9 * k
    return Estimate((k, float(scale_given(s, np.asarray(k)))), "Newton on the profile of the shape", converged)


def stack_mle(s: Logs) -> Array:
    """The same for a stack: each step serves all samples; equal observations have no maximum, and give NaN."""
    k = np.where(np.asarray(s.sd) > 0, math.pi / math.sqrt(6) / np.asarray(s.sd), np.nan)
    for _ in range(100):
        _, center, variance = powers(s, k)
        step = (1 / k + s.mean - center) / (1 / k**2 + variance)
        k = np.maximum(k + step, k / 4)
        if not np.any(np.abs(step) > 1e-9 * k):
            break
    return np.stack([k, scale_given(s, k)], axis=-1)


def fisher(shape: Array, scale: Array) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """With y = (x/λ)ᵏ a standard exponential, the moments of log y are those of the Gumbel law."""
    cross = -(1 - np.euler_gamma) / scale + 0 * shape
    return ((math.pi**2 / 6 + (1 - np.euler_gamma) ** 2) / shape**2, cross), (cross, (shape / scale) ** 2)


FAMILY = Family(
    key="weibull",
    name="Weibull",
    params=(
        Param("shape", "k", "shape", Interval(0, math.inf), Interval(0.5, 8), 2.0, "log"),
        Param("scale", "λ", "scale", Interval(0, math.inf), Interval(0.2, 10), 1.0, "log", power=1),
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
        given={"scale": scale_given},
        stack_given={"scale": scale_given},
        expansion=expansion,
        collapse=("shape", "scale"),
        collapse_limit="shape → ∞",
    ),
    order=40,
    source="Lawless (2003), Statistical Models and Methods for Lifetime Data, §5.2",
    scipy="stats.weibull_min(shape, scale=scale)",
    scipy_fit="shape, _, scale = stats.weibull_min.fit(x, floc=0)",
)
