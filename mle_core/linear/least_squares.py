"""Least squares by Householder QR, with residuals in extended precision."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..domain import Array

__all__ = ["LeastSquares"]

_REFINED = 1_000_000  # elements of X up to which residuals in extended precision are worth their time


@dataclass(frozen=True, eq=False)
class LeastSquares:
    """The least-squares fit of y to the columns of X, each row counted `weights` times.

    Parameters
    ----------
    beta : ndarray of shape (p,)
    residuals : ndarray of shape (n_rows,)
    rss : float
        Sum of squared residuals, counts included.
    triangle : ndarray of shape (p, p)
        R of the QR decomposition: RᵀR = Σ wᵢ xᵢ xᵢᵀ.
    exact : bool
        Whether the residuals are nothing but rounding.

    Notes
    -----
    Householder QR with iterative refinement, the residuals in extended precision (Björck 1967; Golub & Van Loan 2013,
    §5.3.8). X has columns of moderate size: divide them by powers of two before.
    """

    beta: Array
    residuals: Array
    rss: float
    triangle: Array
    exact: bool

    @classmethod
    def of(cls, X: Array, y: Array, weights: Array | None) -> LeastSquares:
        """Fit; X (n_rows, p) has full column rank."""
        rows, p = X.shape
        root = None if weights is None else np.sqrt(weights)
        if p == 0:
            rss = float(np.dot(y, y) if weights is None else np.dot(weights, y * y))
            return cls(np.zeros(0), y, rss, np.zeros((0, 0)), not y.any())
        orthogonal, triangle = np.linalg.qr(X if root is None else X * root[:, None])

        def solve(target: Array) -> Array:
            counted = target if root is None else target * root
            return np.asarray(np.linalg.solve(triangle, orthogonal.T @ counted))

        beta = solve(y)
        residuals = y - X @ beta
        if rows * p <= _REFINED:
            wide, goal = X.astype(np.longdouble), y.astype(np.longdouble)
            for _ in range(2):
                beta = beta + solve((goal - wide @ beta).astype(np.float64))
            residuals = (goal - wide @ beta).astype(np.float64)
        rss = float(np.dot(residuals, residuals) if weights is None else np.dot(weights, residuals * residuals))
        size = float(np.abs(y).max() + np.abs(beta).max() * np.abs(X).max())
        exact = float(np.abs(residuals).max()) <= 16 * np.finfo(np.float64).eps * p * size
        return cls(beta, residuals, rss, triangle, bool(exact))

    @cached_property
    def inverse_gram(self) -> Array:
        """(Σ wᵢ xᵢ xᵢᵀ)⁻¹ (p, p), from R."""
        inverse = np.linalg.inv(self.triangle)
        return np.asarray(inverse @ inverse.T)
