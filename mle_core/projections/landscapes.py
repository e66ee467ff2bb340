"""A divergence from many mixtures over one grid of normals: the landscapes on which the nearest normal is searched.

All integrals are trapezoid sums on one axis of x, so that for every mixture and every normal together they are a product of two
matrices (for Jensen–Shannon, an array with an axis for each).
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from ..domain import Array, DomainError
from .stack import _check, _mixtures

__all__ = ["mixture_landscapes"]

_REACH = 7.0
_LOG_2PI_E = math.log(2 * math.pi) + 1


@lru_cache(maxsize=6)
def _normals(
    mu: tuple[float, ...], sigma: tuple[float, ...], ends: tuple[float, float], step: float
) -> tuple[Array, Array]:
    """The axis (n,), and log-densities on it of all normals (cells, n), σ by σ."""
    x = np.arange(ends[0], ends[1] + step, step)
    s, m = (part.ravel()[:, None] for part in np.meshgrid(sigma, mu, indexing="ij"))
    logs = -0.5 * ((x - m) / s) ** 2 - np.log(s) - 0.5 * math.log(2 * math.pi)
    for part in (x, logs):
        part.setflags(write=False)
    return x, logs


def mixture_landscapes(
    weights: ArrayLike, means: ArrayLike, sds: ArrayLike, mu: ArrayLike, sigma: ArrayLike, kind: str = "kl", *,
    alpha: ArrayLike | None = None,
) -> Array:  # fmt: skip
    """Divergences between mixtures p of normals and all normals q of a grid.

    Parameters
    ----------
    weights, means, sds : array_like of shape (K, k) or (k,)
    mu, sigma : array_like of shapes (c,) and (r,)
        The grid's means and standard deviations.
    kind : str
        "kl" D(p‖q), "reverse_kl" D(q‖p), "js", or "renyi" D_α(p‖q).
    alpha : array_like of shape (K,) or ()
        Of Rényi, in (0, 1).

    Returns
    -------
    ndarray of shape (K, r, c)
        Nats.

    Raises
    ------
    MleError, DomainError
        For an unknown kind; weights, widths or alpha outside their domain.

    Notes
    -----
    Made for pictures: a trapezoid rule with steps of at most half (Jensen–Shannon: all) of the narrowest width, some three digits where
    components of very different widths overlap. `mixture_divergences` is exact.
    """
    p = _mixtures(weights, means, sds)
    m, s = np.asarray(mu, dtype=np.float64), np.asarray(sigma, dtype=np.float64)
    if not (s > 0).all():
        raise DomainError(f"sigma = {s[~(s > 0)].flat[0]:g} is outside (0, ∞); correct the grid.")
    rows = max(len(p.weights), np.size(alpha) if alpha is not None else 1)
    order = _check(kind, alpha, rows)
    narrow, wide = float(min(s.min(), p.sds.min())), float(max(s.max(), p.sds.max()))
    # Rounded, so that mixtures that differ little are integrated on the same axis, whose normals are known already.
    step = 2.0 ** math.floor(math.log2(narrow)) * (1.0 if kind == "js" else 0.5)
    low = wide * math.floor(min(m.min(), float(p.means.min())) / wide - _REACH)
    high = wide * math.ceil(max(m.max(), float(p.means.max())) / wide + _REACH)
    x, lq = _normals(tuple(m.tolist()), tuple(s.tolist()), (low, high), step)
    lp = np.broadcast_to(p.log_density(np.broadcast_to(x, (len(p.weights), x.size))), (rows, x.size))
    with np.errstate(under="ignore", divide="ignore"):
        if kind == "reverse_kl":
            found = -(lp @ np.exp(lq).T) * step - (0.5 * _LOG_2PI_E + np.log(np.repeat(s, m.size)))
        elif kind == "kl":
            weighted = np.exp(lp) * step
            found = np.sum(weighted * lp, axis=1)[:, None] - weighted @ lq.T
        elif kind == "renyi" and np.all(order == order[0]):
            mixed = (np.exp(order[0] * lp) @ np.exp((1 - order[0]) * lq).T) * step
            found = np.log(mixed) / (order[0] - 1)
        elif kind == "renyi":
            found = np.concatenate(
                [
                    np.log((np.exp(a * row) @ np.exp((1 - a) * lq).T)[None] * step) / (a - 1)
                    for a, row in zip(order.tolist(), lp, strict=True)
                ]
            )
        else:
            found = np.stack([_js(row, lq) * step for row in lp])
    return np.asarray(np.maximum(found, 0.0).reshape(rows, s.size, m.size))


def _js(lp: Array, lq: Array) -> Array:
    """½ ∑ [p log(p/m) + q log(q/m)] (cells,), m = ½ (p + q)."""
    p, q = np.exp(lp), np.exp(lq)
    middle = 0.5 * (p + q)
    own = 0.5 * (np.sum(p * lp) + np.sum(q * lq, axis=1))
    return np.asarray(own - np.sum(middle * np.log(np.maximum(middle, 1e-300)), axis=1))
