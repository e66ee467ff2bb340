"""Differences that lose all their digits when they are written as the textbook writes them."""

from __future__ import annotations

import numpy as np
from scipy import special

from ..domain import Array

__all__ = [
    "excess",
    "excess_of_difference",
    "log_minus_digamma",
    "log_minus_digamma_slope",
    "stirling_error",
]


def excess(y: Array) -> Array:
    """y − 1 − log y for y > 0, to full relative precision near its zero at y = 1.

    It is the deviance of a gamma or Poisson observation: zero where the mean is met, positive elsewhere.
    """
    y = np.asarray(y, dtype=np.float64)
    return _series_near_zero(y - 1.0, y - 1.0 - np.log(y))


def excess_of_difference(d: Array) -> Array:
    """d − log(1 + d): `excess` for a caller who knows d = y − 1 better than y."""
    d = np.asarray(d, dtype=np.float64)
    return _series_near_zero(d, d - np.log1p(d))


def _series_near_zero(d: Array, direct: Array) -> Array:
    near = np.abs(d) < 0.03
    if not near.any():
        return direct
    small = np.where(near, d, 0.0)
    series = np.full_like(small, 1.0 / 11.0)
    for k in range(10, 1, -1):  # d²/2 − d³/3 + … ; the first term left out is below 1e-17 of the first one kept
        series = 1.0 / k - small * series
    return np.where(near, small * small * series, direct)


def stirling_error(a: Array) -> Array:
    """log Γ(a + 1) − [½ log(2πa) + a log a − a] for a > 0 (Loader 2000, Fast and accurate computation of binomial
    probabilities).
    """
    a = np.asarray(a, dtype=np.float64)
    large = np.where(a > 15.0, a, 16.0)
    r = 1.0 / (large * large)
    series = (
        1.0 / 12 - r * (1.0 / 360 - r * (1.0 / 1260 - r * (1.0 / 1680 - r * (1.0 / 1188 - r * 691.0 / 360360))))
    ) / large
    small = np.where(a > 15.0, 1.0, a)
    direct = special.gammaln(small + 1.0) - (0.5 * np.log(2 * np.pi * small) + special.xlogy(small, small) - small)
    return np.where(a > 15.0, series, direct)


def log_minus_digamma(a: Array) -> Array:
    """log a − ψ(a) for a > 0; about 1/(2a) for large a."""
    a = np.asarray(a, dtype=np.float64)
    large = np.where(a > 50.0, a, 51.0)
    r = 1.0 / (large * large)
    series = 0.5 / large + r * (1.0 / 12 - r * (1.0 / 120 - r * (1.0 / 252 - r / 240)))
    return np.where(a > 50.0, series, np.log(a) - special.psi(a))


def log_minus_digamma_slope(a: Array) -> Array:
    """1/a − ψ′(a) for a > 0; about −1/(2a²) for large a."""
    a = np.asarray(a, dtype=np.float64)
    large = np.where(a > 50.0, a, 51.0)
    r = 1.0 / (large * large)
    series = -r * (0.5 + (1.0 / 6 - r * (1.0 / 30 - r * (1.0 / 42 - r / 30))) / large)
    return np.where(a > 50.0, series, 1.0 / a - special.zeta(2, a))  # ζ(2, a) = ψ′(a)
