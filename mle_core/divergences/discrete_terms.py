"""What each outcome adds to D(p‖q) of two discrete laws."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ..domain import Array, DomainError, MleError

__all__ = ["kl_terms"]


def kl_terms(p: ArrayLike, q: ArrayLike) -> Array:
    """p log(p/q) of each outcome, for many pairs at once; the sum over the last axis is D(p‖q).

    Parameters
    ----------
    p, q : array_like of shape (..., n)
        Weights of the same outcomes, not negative; each row is divided by its sum.

    Returns
    -------
    ndarray of shape (..., n)
        Nats, signed; 0 where p is 0, ∞ where q is 0 and p is not, NaN in rows that sum to 0.

    Raises
    ------
    MleError
        For numbers of outcomes that differ.
    DomainError
        For a negative weight.
    """
    one, other = np.asarray(p, dtype=np.float64), np.asarray(q, dtype=np.float64)
    if one.shape[-1:] != other.shape[-1:]:
        raise MleError(
            f"p and q must be on the same outcomes: {one.shape[-1:]} and {other.shape[-1:]}; pad with zeros."
        )
    for name, values in (("p", one), ("q", other)):
        if (values < 0).any():
            raise DomainError(f"{name} has the weight {values[values < 0].flat[0]:g}, outside [0, ∞); correct it.")
    with np.errstate(all="ignore"):
        one, other = one / one.sum(axis=-1, keepdims=True), other / other.sum(axis=-1, keepdims=True)
        terms = one * (np.log(one) - np.log(other))
    missing = np.isnan(one) | np.isnan(other)
    return np.where((one == 0) & ~missing, 0.0, np.where(missing, np.nan, terms))
