"""Where a logistic model in two features, with or without their product, gives a probability: a line or a hyperbola."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ..domain import Array, DomainError, MleError

__all__ = ["decision_boundary"]


def decision_boundary(theta: ArrayLike, level: ArrayLike = 0.5, reach: float = 10.0, points: int = 25) -> Array:
    """Curves on which σ(b + w₁x₁ + w₂x₂ [+ w₁₂x₁x₂]) equals `level`.

    Parameters
    ----------
    theta : array of shape (..., 3) or (..., 4)
        b, w₁, w₂ and, if there is one, the product's w₁₂.
    level : array that broadcasts with (...)
        Probabilities in (0, 1).
    reach : float
        The curves are given where |x₁| and |x₂| are at most about this.
    points : int
        Of each curve.

    Returns
    -------
    ndarray of shape (..., 2, points, 2)
        Two branches; NaN where there is none: a line has one, and a model without weights has no boundary.

    Raises
    ------
    DomainError, ValueError
        If theta has another number of columns, or a level is not inside (0, 1).

    Notes
    -----
    With the product: (x₁ + w₂/w₁₂)(x₂ + w₁/w₁₂) = (w₁w₂ − c·w₁₂)/w₁₂², c = b − logit(level).
    """
    coefficients, wanted = np.asarray(theta, dtype=np.float64), np.asarray(level, dtype=np.float64)
    if coefficients.ndim == 0 or coefficients.shape[-1] not in (3, 4):
        raise MleError(f"theta of shape {coefficients.shape} must have 3 or 4 coefficients on its last axis.")
    if not ((wanted > 0) & (wanted < 1)).all():
        raise DomainError(f"level = {wanted.flat[0]:g} is outside (0, 1); choose a value such as 0.5.")
    c = coefficients[..., 0] - special.logit(wanted)
    first, second = np.broadcast_arrays(coefficients[..., 1], c)[0], np.broadcast_arrays(coefficients[..., 2], c)[0]
    along = np.linspace(-1.0, 1.0, points)
    with np.errstate(all="ignore"):
        length = np.hypot(first, second)
        foot = -c / length**2
        line = np.stack(
            [
                (foot * first)[..., None] - 1.5 * reach * along * (second / length)[..., None],
                (foot * second)[..., None] + 1.5 * reach * along * (first / length)[..., None],
            ],
            axis=-1,
        )
        curves = np.stack([line, np.full_like(line, np.nan)], axis=-3)
        if coefficients.shape[-1] == 4:
            product = np.broadcast_arrays(coefficients[..., 3], c)[0]
            bent = _hyperbola(c, first, second, product, reach, along)
            curves = np.where((product != 0)[..., None, None, None], bent, curves)
    return np.where(np.isfinite(curves), curves, np.nan)


def _hyperbola(c: Array, first: Array, second: Array, product: Array, reach: float, along: Array) -> Array:
    """Both branches (..., 2, points, 2), evenly in the logarithm of the distance from an asymptote."""
    x0, y0 = -second / product, -first / product
    k = (first * second - c * product) / product**2
    root = np.sqrt(np.abs(k))
    high = np.log((reach + np.abs(x0)) / root)[..., None]
    low = -np.log((reach + np.abs(y0)) / root)[..., None]
    u = np.exp(low + (high - low) * (along + 1) / 2)
    branches = []
    for side in (1.0, -1.0):
        x = x0[..., None] + side * root[..., None] * u
        y = y0[..., None] + side * (np.sign(k) * root)[..., None] / u
        branches.append(np.stack([x, y], axis=-1))
    # A hyperbola that has closed up is the cross of its asymptotes.
    straight = 1.5 * reach * along + 0 * x0[..., None]
    cross = [
        np.stack([x0[..., None] + 0 * straight, straight], axis=-1),
        np.stack([straight, y0[..., None] + 0 * straight], axis=-1),
    ]
    closed = (k == 0)[..., None, None, None]
    return np.where(closed, np.stack(cross, axis=-3), np.stack(branches, axis=-3))
