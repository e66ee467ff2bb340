"""The density as a slice of p(x; θ) at fixed θ: its area over x, which is 1 whatever θ, computed and not assumed."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from .domain import Array
from .family import Family
from .fitting.fit import resolve

__all__ = ["density_area", "spread"]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(8)
#: Normal scores of the quantiles between which a density is integrated; beyond the last lies 6e-16 of the mass.
_SCORES = np.linspace(-8.0, 8.0, 33)


def density_area(family: str | Family, theta: ArrayLike) -> Array:
    """Area under the density, or sum of the probabilities, by quadrature.

    Parameters
    ----------
    family : str or Family
    theta : array of shape (..., k)

    Returns
    -------
    ndarray of shape (...)
        1 up to the rule's error (below 1e-6 for moderate parameters): what this function is there to show.

    Raises
    ------
    DomainError
        If theta lies outside its domain.
    """
    law = resolve(family)
    points = law.check_theta(theta)
    rows = points.reshape(-1, points.shape[-1])
    with np.errstate(all="ignore"):
        if law.discrete:
            last = np.nanmax(law.quantile(np.array([1 - 1e-13]), rows))
            area = law.prob(np.arange(law.support.low, last + 20.0), rows).sum(axis=-1)
        else:
            area = _continuous_area(law, rows)
    return np.asarray(area.reshape(points.shape[:-1]))


def _continuous_area(law: Family, rows: Array) -> Array:
    levels = special.ndtr(_SCORES)
    edges = law.quantile(levels, rows)
    if law.law.landmarks is not None:
        edges = np.sort(np.concatenate([edges, np.moveaxis(law.law.landmarks(*rows.T), 0, 1)], axis=1), axis=1)
    # Where the density is a power of the distance to an end of the support, it is smooth in the logarithm of that distance.
    unit, positive = law.support.high == 1, law.support.low == 0
    if positive:
        edges = np.log(edges) - np.log1p(-edges) if unit else np.log(edges)
    edges = np.where(np.isfinite(edges), edges, np.nan)  # a level that rounds to an end has none: left out
    v, weight = spread(edges)
    x = (1 / (1 + np.exp(-v)) if unit else np.exp(v)) if positive else v
    slope = (x * (1 - x) if unit else x) if positive else 1.0
    inside = np.isfinite(x)
    columns = [rows[:, j, None] for j in range(rows.shape[1])]
    p = np.exp(law.law.log_prob(np.where(inside, x, 0.5), *columns))
    return np.asarray(np.where(inside, p * slope * weight, 0.0).sum(axis=1))


def spread(edges: Array) -> tuple[Array, Array]:
    """Nodes and weights (K, panels · order) of the Gauss-Legendre rule between edges (K, panels + 1)."""
    half = np.diff(edges, axis=1)[:, :, None] / 2
    middle = (edges[:, 1:] + edges[:, :-1])[:, :, None] / 2
    return (middle + half * _NODES).reshape(len(edges), -1), (half * _WEIGHTS).reshape(len(edges), -1)
