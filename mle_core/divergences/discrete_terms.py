"""Divergences of many pairs of discrete laws at once, and what each outcome adds to D(p‖q)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ..domain import Array, DomainError, MleError
from .arrays import log_ratios
from .integrands import INTEGRANDS, finish

__all__ = ["divergence_rows", "kl_terms"]

_KINDS = ("kl", "reverse_kl", "js", "hellinger", "total_variation")


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
    one, other = _shares(p, q)
    with np.errstate(all="ignore"):
        terms = one * (np.log(one) - np.log(other))
    missing = np.isnan(one) | np.isnan(other)
    return np.where((one == 0) & ~missing, 0.0, np.where(missing, np.nan, terms))


def divergence_rows(kind: str, p: ArrayLike, q: ArrayLike) -> Array:
    """A divergence of many pairs of discrete laws.

    Parameters
    ----------
    kind : str
        "kl", "reverse_kl", "js", "hellinger" or "total_variation".
    p, q : array_like of shape (..., n)
        Weights of the same outcomes, not negative; each row is divided by its sum.

    Returns
    -------
    ndarray of shape (...)
        As `divergence` gives them one by one; NaN in rows that sum to 0.

    Raises
    ------
    MleError
        For an unknown kind and for numbers of outcomes that differ.
    DomainError
        For a negative weight.
    """
    if kind not in _KINDS:
        raise MleError(f"there are no rows of {kind!r}; choose one of {', '.join(_KINDS)}.")
    one, other = np.broadcast_arrays(*_shares(p, q))
    if kind == "reverse_kl":
        one, other, kind = other, one, "kl"
    with np.errstate(all="ignore"):
        logs = np.log(one), np.log(other)
        terms = INTEGRANDS[kind](*logs, log_ratios(one, other), np.maximum(*logs), np.nan)
        terms = np.where(np.isneginf(np.maximum(*logs)), 0.0, terms)
        totals = np.asarray(terms.sum(axis=-1))
        values = np.array([finish(kind, float(total), 0.0, np.nan)[0] for total in totals.ravel()])
    return values.reshape(totals.shape)


def _shares(p: ArrayLike, q: ArrayLike) -> tuple[Array, Array]:
    one, other = np.asarray(p, dtype=np.float64), np.asarray(q, dtype=np.float64)
    if one.shape[-1:] != other.shape[-1:]:
        raise MleError(
            f"p and q must be on the same outcomes: {one.shape[-1:]} and {other.shape[-1:]}; pad with zeros."
        )
    for name, values in (("p", one), ("q", other)):
        if (values < 0).any():
            raise DomainError(f"{name} has the weight {values[values < 0].flat[0]:g}, outside [0, ∞); correct it.")
    with np.errstate(all="ignore"):
        return one / one.sum(axis=-1, keepdims=True), other / other.sum(axis=-1, keepdims=True)
