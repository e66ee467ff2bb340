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
from .fitting.fit import resolve

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
    nodes = _nodes(law, rows, low, high)
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


def _nodes(family: Family, theta: Array, low: float, high: float) -> Array:
    """Places (K, m) that the line must pass, ascending, both sides of a jump at an end of the support among them."""
    start, *inner, stop = family.quantile(np.array([0.0, *_KNOTS, 1.0]), theta).T
    if family.law.landmarks is not None:
        with np.errstate(all="ignore"):
            inner = list(np.sort(family.law.landmarks(*theta.T), axis=0))
    start, stop = np.nan_to_num(start, nan=low), np.nan_to_num(stop, nan=high)
    # A hair inside and outside of the ends, whose rounding must not decide on which side of a jump they lie.
    hair = 8 * np.spacing(np.maximum(np.abs(np.clip([start, stop], low, high)), (high - low) * 1e-9))
    places = [
        low + 0 * start,
        start - hair[0],
        start + hair[0],
        *inner,
        stop - hair[1],
        stop + hair[1],
        high + 0 * start,
    ]
    kept = [place for place in places if np.any((place > low) & (place < high))]
    nodes: Array = np.clip(np.nan_to_num(np.stack([places[0], *kept, places[-1]], axis=1), nan=low), low, high)
    return nodes


def _check_window(low: float, high: float) -> None:
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise MleError(f"the window from {low:g} to {high:g} must be finite and not empty; choose low < high.")


def _rowwise(family: Family, x: Array, theta: Array) -> Array:
    """Density of each row of x (K, points) at its own theta (K, k)."""
    inside = family.support.contains(x)
    with np.errstate(all="ignore"):
        columns = [theta[:, j, None] for j in range(theta.shape[1])]
        logs = family.law.log_prob(np.where(inside, x, family.quantile(0.5, theta)[:, None]), *columns)
        return np.where(inside, np.nan_to_num(np.exp(logs), nan=0.0, posinf=np.inf), 0.0)


def _subdivide(nodes: Array, points: int) -> Array:
    """`points` values along each row, its nodes among them and even between two of them."""
    panels = nodes.shape[1] - 1
    counts = np.diff(np.round(np.linspace(0, points - 1, panels + 1)).astype(np.int64))
    place = np.concatenate([i + np.arange(count) / count for i, count in enumerate(counts)] + [[panels]])
    left = np.minimum(place.astype(np.int64), panels - 1)
    share = place - left
    inside = nodes[:, left] + share * (nodes[:, left + 1] - nodes[:, left])
    inside[:, -1] = nodes[:, -1]  # a + 1·(b − a) may be a last digit beside b
    # Between two nodes that nearly coincide rounding may turn the order round, and differently on another machine.
    ascending: Array = np.maximum.accumulate(np.clip(inside, nodes[:, :1], nodes[:, -1:]), axis=1)
    return ascending


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
