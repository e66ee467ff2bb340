"""Roots of falling functions, many at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..domain import Array

__all__ = ["falling_root"]


def falling_root(
    function: Callable[[Array], tuple[Array, Array]], start: Array, longest: Array | float, within: float = 1e-9
) -> Array:
    """Solve f(φ) = 0, f falling in φ, for each element.

    Parameters
    ----------
    function : callable
        φ (m,) → f (m,) and −f′ (m,), not negative.
    start : ndarray of shape (m,)
    longest : float or ndarray of shape (m,)
        The longest first step; it doubles while no bracket is found.
    within : float
        Stop at a Newton step below this share of `longest`; what is left then is of the order of its square.

    Returns
    -------
    ndarray of shape (m,)

    Notes
    -----
    Newton's method inside a bracket, bisection where it would leave it.
    """
    phi = np.array(start, dtype=np.float64)
    low, high = np.full_like(phi, -np.inf), np.full_like(phi, np.inf)
    reach = np.broadcast_to(np.asarray(longest, dtype=np.float64), phi.shape)
    small = within * reach
    with np.errstate(all="ignore"):
        for _ in range(300):
            value, steepness = function(phi)
            low, high = np.where(value >= 0, phi, low), np.where(value <= 0, phi, high)
            step = np.clip(value / np.maximum(steepness, 1e-300), -reach, reach)
            reach = np.where(np.isfinite(high - low), reach, 2 * reach)
            # On a value of zero both ends are φ and the step is zero.
            outside = ((phi + step < low) | (phi + step > high)) & np.isfinite(high - low)
            step = np.where(outside, low / 2 + high / 2 - phi, step)
            phi = phi + step
            if bool(np.all((np.abs(step) <= small) | (high <= np.nextafter(low, np.inf)))):
                break
    return phi
