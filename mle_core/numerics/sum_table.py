"""A table of f(a + b) + u(a) + v(b), for f that costs much more than a product."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from ..domain import Array

__all__ = ["table_of_sum"]

# Smaller tables are computed cell by cell.
_SMALL = 5000
_MOST_NODES = 48


def table_of_sum(function: Callable[[Array], Array], a: Array, b: Array, u: Array, v: Array) -> Array:
    """f(a + b) + u + v with a and u of one shape, b and v of another, broadcast against each other.

    Parameters
    ----------
    function : callable
        f, analytic on the complex plane without (−∞, 0], as log Γ is.
    a, b : ndarray
        Positive. A large table is made from a row (1, m) and a column (r, 1), or the other way round.
    u, v : ndarray
        What is added, a function of a alone and of b alone.

    Returns
    -------
    ndarray of the broadcast shape

    Notes
    -----
    For a row and a column f is interpolated in one of them at Chebyshev points: exact to rounding, because the error
    falls as ρ to the power of their number, ρ the sum of the half-axes of the ellipse through the nearest singularity
    (Trefethen 2013, Approximation Theory and Approximation Practice, theorem 8.2). The table is then one product of
    matrices.
    """
    a, b = np.asarray(a), np.asarray(b)
    if a.size * b.size < _SMALL or a.ndim != 2 or b.ndim != 2 or a.shape[0] * b.shape[1] != 1:
        if a.size * b.size >= _SMALL and a.ndim == b.ndim == 2 and a.shape[1] * b.shape[0] == 1:
            return table_of_sum(function, b, a, v, u)
        return np.asarray(function(a + b) + u + v)
    row, column = a[0], b[:, 0]
    across, down = _nodes(row, float(column.min())), _nodes(column, float(row.min()))
    if min(across, down) > _MOST_NODES:
        return np.asarray(function(a + b) + u + v)
    if across <= down:
        points, weights = _interpolation(row, across)
        left, right = function(points + b), weights.T
    else:
        points, weights = _interpolation(column, down)
        left, right = weights, function(points[:, None] + a)
    ones = np.ones((len(column), 1)), np.ones((1, len(row)))
    return np.hstack([left, ones[0], v]) @ np.vstack([right, u, ones[1]])


def _nodes(values: Array, shift: float) -> int:
    """How many points interpolate a function of `values` + shift, singular at 0, to rounding."""
    low, high = float(values.min()), float(values.max())
    if not high > low:
        return 1
    z = (low / 2 + high / 2 + shift) / (high / 2 - low / 2)
    return 3 + math.ceil(40 / math.log(z + math.sqrt((z - 1) * (z + 1)))) if z > 1.001 else _MOST_NODES + 1


def _interpolation(values: Array, count: int) -> tuple[Array, Array]:
    """Chebyshev points (count,) and the weights (m, count) of their values at `values` (m,)."""
    center, half = values.min() / 2 + values.max() / 2, values.max() / 2 - values.min() / 2
    angles = (np.arange(count) + 0.5) * (np.pi / count)
    order = np.arange(count)
    position = np.clip((values - center) / half, -1, 1) if half > 0 else np.zeros_like(values)
    at = np.cos(np.arccos(position)[:, None] * order)
    at[:, 0] = 0.5
    return center + half * np.cos(angles), at @ np.cos(angles[:, None] * order).T * (2 / count)
