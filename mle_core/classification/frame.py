"""Coordinates in which a classifier is fitted: centred columns, made orthonormal; and the way back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..domain import Array
from ..linear.design import Design

__all__ = ["Frame"]


@dataclass(frozen=True, eq=False)
class Frame:
    """Columns Q (n, d) of `raw` X (n, d) with X·b = Q·g for b = back·g and g = forth·b, the coefficients b of one class.

    Newton's method does not depend on the coordinates but its rounding does: in these the information is well
    conditioned whatever the units and the offsets of the columns.
    """

    columns: Array
    raw: Array
    back: Array
    forth: Array

    @classmethod
    def of(cls, design: Design, orthonormal: bool = True) -> Frame:
        """Centre where there is an intercept, then QR; without QR columns of unit spread, for those that depend."""
        d = design.p
        X = design.scaled.copy()
        shift = np.eye(d)
        inverse_shift = np.eye(d)
        if design.intercept:
            center = np.average(X[:, 1:], axis=0, weights=design.weights) if d > 1 else np.zeros(0)
            X[:, 1:] -= center
            shift[0, 1:], inverse_shift[0, 1:] = -center, center
        if orthonormal:
            # Entries of size 1 rather than 1/√n.
            R = _triangle(X) / np.sqrt(X.shape[0])
            inverse = np.linalg.solve(R, np.eye(d))
            Q = X @ inverse
        else:
            spread = np.sqrt(np.mean(X * X, axis=0))
            spread = np.where(spread > 0, spread, 1.0)
            Q, R, inverse = X / spread, np.diag(spread), np.diag(1 / spread)
        back: Array = (shift @ inverse) / design.units[:, None]
        forth: Array = (R @ inverse_shift) * design.units
        return cls(Q, design.X, back, forth)

    def to_raw(self, theta: Array) -> Array:
        """Coefficients (..., C·d) of X from those of Q."""
        return _by_class(theta, self.back)

    def from_raw(self, theta: Array) -> Array:
        """Coefficients (..., C·d) of Q from those of X."""
        return _by_class(theta, self.forth)

    def matrix_from_raw(self, classes: int) -> Array:
        """The (C·d, C·d) matrix of `from_raw`."""
        return np.asarray(np.kron(np.eye(classes - 1), self.forth), dtype=np.float64)

    def matrix_to_raw(self, classes: int) -> Array:
        """The (C·d, C·d) matrix of `to_raw`."""
        return np.asarray(np.kron(np.eye(classes - 1), self.back), dtype=np.float64)


def _triangle(X: Array) -> Array:
    """R of X = QR: by Cholesky where the columns are far from dependent, which is quicker, else by Householder."""
    products = X.T @ X
    lengths = np.sqrt(np.diagonal(products))
    if (lengths > 0).all() and np.linalg.eigvalsh(products / lengths / lengths[:, None])[0] > 1e-4:
        return np.asarray(np.linalg.cholesky(products).T, dtype=np.float64)
    return np.asarray(np.linalg.qr(X, mode="r"), dtype=np.float64)


def _by_class(theta: Array, matrix: Array) -> Array:
    blocks = theta.reshape(*theta.shape[:-1], -1, matrix.shape[0])
    moved: Array = (blocks @ matrix.T).reshape(theta.shape)
    return moved
