"""Differences that lose all their digits when they are written as the textbook writes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special

from ..domain import Array

__all__ = [
    "excess",
    "excess_of_difference",
    "excess_of_ratio",
    "log_minus_digamma",
    "log_minus_digamma_slope",
    "stirling_error",
]


def excess(y: Array) -> Array:
    """y − 1 − log y for y > 0, to full relative precision near its zero at y = 1.

    It is the deviance of a gamma or Poisson observation: zero where the mean is met, positive elsewhere.
    """
    y = np.asarray(y, dtype=np.float64)
    return _series_near_zero(np.asarray(y - 1.0), y - 1.0 - np.log(y))


def excess_of_difference(d: Array) -> Array:
    """d − log(1 + d): `excess` for a caller who knows d = y − 1 better than y."""
    d = np.asarray(d, dtype=np.float64)
    return _series_near_zero(d, d - np.log1p(d))


def excess_of_ratio(numerator: Array, difference: Array, denominator: Array) -> Array:
    """`excess` of numerator / denominator, by the ratio's difference from 1 where that knows more digits."""
    near = np.abs(difference) < 0.5
    if near.all():
        return excess_of_difference(difference)
    return np.where(near, excess_of_difference(np.where(near, difference, 0.0)), excess(numerator / denominator))


def _series_near_zero(d: Array, direct: Array) -> Array:
    if d.ndim == 0:
        return np.asarray(_series(float(d))) if abs(float(d)) < 0.03 else direct
    near = np.abs(d) < 0.03
    if near.any():
        direct[near] = _series(d[near])
    return direct


def _series(d: Any) -> Any:
    """d²/2 − d³/3 + … for a number or an array; the first term left out is below 1e-17 of the first one kept."""
    series = 1.0 / 11.0
    for k in range(10, 1, -1):
        series = 1.0 / k - d * series
    return d * d * series


def stirling_error(a: Array) -> Array:
    """log Γ(a + 1) − [½ log(2πa) + a log a − a] for a > 0 (Loader 2000, Fast and accurate computation of binomial
    probabilities).
    """
    return beyond(15.0, a, _stirling_far, _stirling_near)


def _stirling_far(a: Array) -> Array:
    r = 1.0 / (a * a)
    series = 1.0 / 12 - r * (1.0 / 360 - r * (1.0 / 1260 - r * (1.0 / 1680 - r * (1.0 / 1188 - r * 691.0 / 360360))))
    return series / a


def _stirling_near(a: Array) -> Array:
    return special.gammaln(a + 1.0) - (0.5 * np.log(2 * np.pi * a) + special.xlogy(a, a) - a)  # type: ignore[no-any-return]


def log_minus_digamma(a: Array) -> Array:
    """log a − ψ(a) for a > 0; about 1/(2a) for large a."""
    return beyond(50.0, a, _gap_far, lambda a: np.log(a) - special.psi(a))


def _gap_far(a: Array) -> Array:
    r = 1.0 / (a * a)
    return 0.5 / a + r * (1.0 / 12 - r * (1.0 / 120 - r * (1.0 / 252 - r / 240)))


def log_minus_digamma_slope(a: Array) -> Array:
    """1/a − ψ′(a) for a > 0; about −1/(2a²) for large a."""
    return beyond(50.0, a, _gap_slope_far, lambda a: 1.0 / a - trigamma(a))


def trigamma(a: Array) -> Array:
    """ψ′(a) for a > 0: ψ′(a) = Σ 1/(a + j)² + ψ′(a + 16), and Stirling's series there (DLMF 5.5.3, 5.15.8).

    To rounding the same as ζ(2, a), which takes SciPy ten times as long.
    """
    a = np.asarray(a, dtype=np.float64)
    if a.size < 2:
        return np.asarray(special.zeta(2, a))
    near = np.zeros_like(a)
    for j in range(15, -1, -1):
        near = near + 1.0 / ((a + j) * (a + j))
    b = a + 16.0
    r = 1.0 / (b * b)
    series = r * (1.0 / 6 - r * (1.0 / 30 - r * (1.0 / 42 - r * (1.0 / 30 - r * (5.0 / 66 - r * 691.0 / 2730)))))
    return np.asarray(near + (1.0 + 0.5 / b + series) / b)


def _gap_slope_far(a: Array) -> Array:
    r = 1.0 / (a * a)
    return -r * (0.5 + (1.0 / 6 - r * (1.0 / 30 - r * (1.0 / 42 - r / 30))) / a)


def beyond(end: float, a: Array, far: Callable[[Array], Array], near: Callable[[Array], Array]) -> Array:
    """`far` of the elements above `end` and `near` of the others, each computed only where it is needed."""
    a = np.asarray(a, dtype=np.float64)
    if a.ndim == 0:
        return np.asarray((far if float(a) > end else near)(a))
    large = a > end
    if large.all():
        return far(a)
    if not large.any():
        return near(a)
    result = np.empty_like(a)
    result[large], rest = far(a[large]), ~large
    result[rest] = near(a[rest])
    return result
