"""Least squares where the condition number is so high that residuals in extended precision are not precise enough."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..domain import Array

__all__ = ["refined_exactly"]

_BITS = 320  # of the fraction, so that the products of two scaled floats lose nothing that matters
_ROUNDS = 6


def refined_exactly(X: Array, y: Array, weights: Array | None, back: Array, beta: Array) -> tuple[Array, Array]:
    """Coefficients (p,) and residuals (n_rows,) of least squares, correct to the last digits.

    Parameters
    ----------
    X, y, weights
        As for `LeastSquares.of`, of moderate size.
    back : ndarray of shape (p, p)
        back·backᵀ is about the inverse of XᵀWX.
    beta : ndarray of shape (p,)
        Where to start.

    Notes
    -----
    Newton's step (XᵀWX)⁻¹XᵀWr with r and XᵀWr in integers of fixed point: its error is the condition number times 1e-16,
    not the square of it (Higham 2002, Accuracy and Stability of Numerical Algorithms, §20.5).
    """
    columns, target, there = _integers(X), _integers(y), _integers(beta)
    counts = None if weights is None else _integers(weights / weights.max())
    largest = 1.0 if weights is None else float(weights.max())
    rest = (target << _BITS) - columns @ there
    for _ in range(_ROUNDS):
        weighed = rest if counts is None else (rest * counts) >> _BITS
        pull = _floats(weighed @ columns, 3 * _BITS) * largest
        step = back @ (back.T @ pull)
        there = there + _integers(step)
        rest = (target << _BITS) - columns @ there
        if (np.abs(step) <= 1e-18 * np.abs(beta)).all():
            break
    return _floats(there, _BITS), _floats(rest, 2 * _BITS)


def _integers(values: Array) -> Any:
    """Floats as integers of 2⁻ᴮ."""
    mantissas, exponents = np.frexp(values)
    whole = np.ldexp(mantissas, 53).astype(np.int64)
    found = np.empty(values.shape, dtype=object)
    for place, shift in np.ndenumerate(exponents + (_BITS - 53)):
        number = int(whole[place])
        found[place] = number << int(shift) if shift >= 0 else number >> int(-shift)
    return found


def _floats(values: Any, bits: int) -> Array:
    return np.array([int(value) / (1 << bits) for value in values], dtype=np.float64)
