"""Laws cut into cells, and sums over many rows of probabilities at once.

A density cut into cells of width Δ has an ordinary entropy, about h(p) − log Δ, which is never negative; its divergence
can only be smaller than that of the densities. Cover & Thomas (2006), theorem 8.3.1 and §8.6.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ..domain import Array, DomainError

__all__ = ["cross_entropy_rows", "normal_cells"]


def normal_cells(mu: ArrayLike, sigma: ArrayLike, edges: ArrayLike) -> Array:
    """Probabilities of the cells between `edges` under normals; the first and last cell are open.

    Parameters
    ----------
    mu, sigma : array_like of shape (...)
        Of the normals; sigma positive.
    edges : array_like of shape (n,)
        Ascending.

    Returns
    -------
    ndarray of shape (..., n + 1)
        Each as the difference on the side of its nearer tail, so that small ones keep their digits.

    Raises
    ------
    DomainError
        For a sigma that is not positive, or edges that do not ascend.
    """
    m, s = np.broadcast_arrays(np.asarray(mu, dtype=np.float64), np.asarray(sigma, dtype=np.float64))
    at = np.asarray(edges, dtype=np.float64)
    if not np.all(s > 0):
        raise DomainError(
            f"sigma = {s[~(s > 0)].flat[0]:g} is outside (0, ∞), where a standard deviation lies; choose one inside."
        )
    if at.ndim != 1 or at.size == 0 or not np.all(np.diff(at) > 0):
        raise DomainError("edges must be a list of ascending numbers; sort them and drop the doubles.")
    z = (at - m[..., None]) / s[..., None]
    ends = np.full((*z.shape[:-1], 1), np.inf)
    low, high = np.concatenate([-ends, z], axis=-1), np.concatenate([z, ends], axis=-1)
    right = low > 0
    near, far = np.where(right, -high, low), np.where(right, -low, high)
    return np.asarray(special.ndtr(far) - special.ndtr(near))


def cross_entropy_rows(p: ArrayLike, q: ArrayLike) -> Array:
    """−∑ p log q along the last axis; entropy for q = p.

    Parameters
    ----------
    p, q : array_like of shape (..., n)
        Probabilities, which broadcast; they are taken as they are.

    Returns
    -------
    ndarray of shape (...)
        Nats; ∞ where q has a zero that p has not.

    Raises
    ------
    DomainError
        For a negative value.
    """
    first, second = np.asarray(p, dtype=np.float64), np.asarray(q, dtype=np.float64)
    for name, values in (("p", first), ("q", second)):
        if np.any(values < 0):
            raise DomainError(f"{name} holds {values[values < 0].flat[0]:g}; probabilities lie in [0, 1].")
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(first > 0, -first * np.log(second), 0.0)
    return np.asarray(terms.sum(axis=-1)) + 0.0
