"""Densities as polylines that a screen can move.

Both coordinates are functions of theta: the points sit at fixed quantiles, so that they travel with the density, and
linear interpolation between the polylines of two neighbouring theta stays close to the density in between. On a fixed
grid of x it would miss a narrow peak by up to a quarter.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from .domain import Array, MleError
from .family import Family
from .fitting import resolve

__all__ = ["density_curve", "mass_bars"]

# Equal steps of a normal score: dense where the density bends, and reaching into the tails. Beyond ±3.6 it is flat.
_KNOTS = special.ndtr(np.linspace(-3.6, 3.6, 19))


def density_curve(
    family: str | Family, theta: ArrayLike, low: float, high: float, points: int = 161
) -> tuple[Array, Array]:
    """Density between `low` and `high` as a polyline that moves with theta.

    Parameters
    ----------
    family : str or Family
        A continuous one.
    theta : array of shape (K, k) or (k,)
        Inside the domain.
    low, high : float
        The window; low < high.
    points : int
        Points of each line.

    Returns
    -------
    x, y : ndarray of shape (K, points), or (points,) for theta (k,)
        x ascends from `low` to `high`. y is finite: where the density is unbounded at an end of the support, it is cut
        at its mean over the nearest thousandth of the window.

    Raises
    ------
    DomainError
        If theta lies outside its domain.
    ValueError
        If the family is discrete or the window is empty.
    """
    law = resolve(family)
    if law.discrete:
        raise MleError(f"{law.key} is discrete and has no density; use mass_bars.")
    _check_window(low, high)
    given = law.check_theta(theta)
    rows = np.atleast_2d(given)
    edges = np.clip([law.support.low, law.support.high], low, high)
    knots = np.clip(np.nan_to_num(law.quantile(_KNOTS, rows), nan=edges[0], neginf=low, posinf=high), *edges)
    if edges[0] == low and edges[1] == high:
        nodes = np.concatenate([np.full((len(rows), 1), low), knots, np.full((len(rows), 1), high)], axis=1)
    else:
        ends = [np.full((len(rows), 1), value) for value in (low, edges[0], edges[1], high)]
        nodes = np.concatenate([ends[0], ends[1], knots, ends[2], ends[3]], axis=1)
    x = _subdivide(nodes, points)
    y = _cut(law, x, _rowwise(law, x, rows), rows, high - low)
    return (x, y) if given.ndim > 1 else (x[0], y[0])


def mass_bars(family: str | Family, theta: ArrayLike, low: float, high: float) -> tuple[Array, Array]:
    """Probabilities of the whole numbers between `low` and `high`.

    Parameters
    ----------
    family : str or Family
        A discrete one.
    theta : array of shape (K, k) or (k,)
        Inside the domain.
    low, high : float
        The window, both ends included.

    Returns
    -------
    values : ndarray of shape (m,)
    probabilities : ndarray of shape (K, m), or (m,) for theta (k,)

    Raises
    ------
    DomainError
        If theta lies outside its domain.
    ValueError
        If the family is continuous or the window is empty.
    """
    law = resolve(family)
    if not law.discrete:
        raise MleError(f"{law.key} is continuous and has no probabilities of points; use density_curve.")
    _check_window(low, high)
    values = np.arange(
        math.ceil(max(low, law.support.low)), math.floor(min(high, law.support.high)) + 1, dtype=np.float64
    )
    return values, law.prob(values, law.check_theta(theta))


def _check_window(low: float, high: float) -> None:
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise MleError(f"the window from {low:g} to {high:g} must be finite and not empty; choose low < high.")


def _rowwise(family: Family, x: Array, theta: Array) -> Array:
    """Density of each row of x (K, points) at its own theta (K, k)."""
    inside = family.support.contains(x)
    with np.errstate(all="ignore"):
        columns = [theta[:, j, None] for j in range(theta.shape[1])]
        logs = family.law.log_prob(np.where(inside, x, family.quantile(0.5, theta)[:, None]), *columns)
        return np.where(inside, np.exp(logs), 0.0)


def _subdivide(nodes: Array, points: int) -> Array:
    """`points` values along each row, linear in the row's index between its nodes."""
    place = np.linspace(0.0, nodes.shape[1] - 1.0, points)
    left = np.minimum(place.astype(np.int64), nodes.shape[1] - 2)
    share = place - left
    lower, upper = nodes[:, left], nodes[:, left + 1]
    inside: Array = np.clip(lower + share * (upper - lower), nodes[:, :1], nodes[:, -1:])
    return inside


def _cut(family: Family, x: Array, y: Array, theta: Array, window: float) -> Array:
    """Bound the density where it grows like a power towards an end of the support."""
    pixel = window / 1000
    for edge, inward in ((family.support.low, 1.0), (family.support.high, -1.0)):
        if not math.isfinite(edge):
            continue
        near = (
            edge + inward * pixel * np.array([1e-15, 1e-12])
            if edge == 0
            else edge + inward * pixel * np.array([1e-9, 1e-6])
        )
        at = family.prob(near, theta)
        inside = family.cdf(np.array([edge + inward * pixel]), theta)[:, 0]
        mean = (inside if inward > 0 else 1 - inside) / pixel
        bound = np.where(at[:, 0] > 1.001 * at[:, 1], mean, np.inf)[:, None]
        close = np.abs(x - edge) < pixel
        y = np.where(close & ~(y < bound), np.where(np.isfinite(bound), bound, y), y)
        # The end itself is outside an open support, but the line should not fall to zero there.
        y = np.where((x == edge) & np.isfinite(bound), bound, y)
    return np.nan_to_num(y, nan=0.0, posinf=np.finfo(float).max)
