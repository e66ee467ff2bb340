"""What dependence does to the error of a mean: the stationary AR(1) process in closed form, and simulated.

x₁ ~ N(0, 1), x_t = ρ x_{t−1} + √(1 − ρ²) e_t: every x_t is standard normal, and the correlation at lag h is ρ^h. Who treats such
a sample as independent takes 1/m for the variance of its mean; the truth is (Priestley 1981, §5.3.1)
v/m with v = 1 + 2 Σ_{h<m} (1 − h/m) ρ^h → (1 + ρ)/(1 − ρ).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ..arguments import real_number
from ..domain import Array, MleError

__all__ = ["ar1_coverage", "ar1_inflation", "ar1_means", "ar1_series"]


def ar1_inflation(rho: ArrayLike, m: ArrayLike) -> Array:
    """Variance of the mean of m observations in units of the variance under independence.

    Parameters
    ----------
    rho, m : arrays that broadcast
        Correlation of neighbours in (−1, 1); sample sizes, whole numbers from 1.

    Returns
    -------
    ndarray
        v; the effective sample size is m/v, the true standard error √v times the naive one.

    Raises
    ------
    ValueError
        If rho or m is not allowed.
    """
    r, size = _checked(rho, m)
    away = 1 - r
    # (1 + ρ)/(1 − ρ) − 2ρ(1 − ρ^m)/(m(1 − ρ)²), over one denominator; where m(1 − ρ) is so small that the two cancel, the first
    # two terms of the expansion at ρ = 1.
    closed = (size * (1 + r) * away - 2 * r * (1 - r**size)) / (size * away**2)
    return np.asarray(np.where(size * away < 1e-4, size - away * (size**2 - 1) / 3, closed))


def ar1_coverage(rho: ArrayLike, m: ArrayLike, level: float = 0.95) -> Array:
    """How often the interval for the mean that takes the sample as independent covers the truth.

    Parameters
    ----------
    rho, m
        As `ar1_inflation`.
    level : float
        The level that the interval claims, in (0, 1).

    Returns
    -------
    ndarray
        P(|x̄| ≤ z/√m) for the known standard deviation 1, exact for every m: 2Φ(z/√v) − 1.

    Raises
    ------
    ValueError
        If an argument is not allowed.
    """
    level = real_number(level, "level")
    if not (0 < level < 1):
        raise MleError(f"level = {level:g} must lie inside (0, 1); choose 0.95, say.")
    z = special.ndtri(0.5 + level / 2)
    return np.asarray(special.erf(z / np.sqrt(2 * ar1_inflation(rho, m))))


def ar1_series(rho: float, noise: Array) -> Array:
    """Series of the process from standard normal noise.

    Parameters
    ----------
    rho : float
        In (−1, 1).
    noise : ndarray of shape (..., m)
        Independent standard normal numbers; the same noise with another rho gives a series that moves smoothly with it.

    Returns
    -------
    ndarray of shape (..., m)

    Raises
    ------
    ValueError
        If rho is not allowed.
    """
    from scipy import signal  # heavy, and nothing else needs it

    r, _ = _checked(rho, 1)
    fed = np.asarray(noise, dtype=np.float64) * np.sqrt(1 - r**2)
    fed[..., 0] = np.asarray(noise)[..., 0]
    return np.asarray(signal.lfilter([1.0], [1.0, -float(r)], fed, axis=-1))


def ar1_means(rho: ArrayLike, noise: Array) -> Array:
    """Means of such series for many rho at once.

    Parameters
    ----------
    rho : array of shape (k,)
        In (−1, 1).
    noise : ndarray of shape (repeats, m)
        As `ar1_series`.

    Returns
    -------
    ndarray of shape (repeats, k)

    Raises
    ------
    ValueError
        If some rho is not allowed.

    Notes
    -----
    The mean is linear in the noise: e_t for t ≥ 2 enters with √(1 − ρ²)(1 − ρ^(m−t+1))/(m(1 − ρ)), so that one product of
    matrices does for all of them what `ar1_series` would do one by one.
    """
    m = noise.shape[-1]
    r, _ = _checked(np.atleast_1d(rho), m)
    left = np.arange(m, 0, -1)[:, None]
    weights = (1 - r**left) / (m * (1 - r))
    weights[1:] *= np.sqrt(1 - r**2)
    return np.asarray(noise @ weights)


def _checked(rho: ArrayLike, m: ArrayLike) -> tuple[Array, Array]:
    r, size = np.asarray(rho, dtype=np.float64), np.asarray(m, dtype=np.float64)
    if not np.all(np.abs(r) < 1):
        raise MleError("rho must lie inside (−1, 1), where the process is stationary; choose it closer to 0.")
    if not np.all((size >= 1) & (size == np.floor(size))):
        raise MleError("m must be whole numbers from 1; choose a sample size.")
    return r, size
