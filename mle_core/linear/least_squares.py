"""Least squares by Householder QR, with residuals in extended precision."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..domain import Array
from .exact_residuals import refined_exactly
from .straight import straightened

__all__ = ["EXTENDED", "LeastSquares"]

EXTENDED = 1_000_000
"""Elements of X up to which sums in extended precision are worth their time."""

_ROUNDS = 4
_EXACT, _ILL = 20_000, 1e5  # elements of X up to which, and condition number from which, residuals are exact


@dataclass(frozen=True, eq=False)
class LeastSquares:
    """The least-squares fit of y to the columns of X, each row counted `weights` times.

    Parameters
    ----------
    beta : ndarray of shape (p,)
    residuals : ndarray of shape (n_rows,)
    rss : float
        Sum of squared residuals, counts included.
    back : ndarray of shape (p, p)
        A root of the inverse of the products: back·backᵀ = (Σ wᵢ xᵢ xᵢᵀ)⁻¹.
    exact : bool
        Whether the residuals are nothing but rounding.

    Notes
    -----
    Householder QR with iterative refinement of coefficients and residuals together, in extended precision (Björck 1967;
    Golub & Van Loan 2013, §5.3.8). X has columns of moderate size: divide them by powers of two before.
    """

    beta: Array
    residuals: Array
    rss: float
    back: Array
    exact: bool

    @classmethod
    def of(cls, X: Array, y: Array, weights: Array | None) -> LeastSquares:
        """Fit; X (n_rows, p) has full column rank."""
        rows, p = X.shape
        root = None if weights is None else np.sqrt(weights)
        if p == 0:
            rss = float(np.dot(y, y) if weights is None else np.dot(weights, y * y))
            return cls(np.zeros(0), y, rss, np.zeros((0, 0)), not y.any())
        orthogonal, _, back = straightened(X, root=root)
        counted = y if root is None else y * root
        beta = np.asarray(back @ (orthogonal.T @ counted))
        residuals = y - X @ beta
        if rows * p <= _EXACT and float(np.linalg.norm(back, 2) * np.linalg.norm(X, 2)) > _ILL:
            beta, residuals = refined_exactly(X, y, weights, back, beta)
        elif rows * p <= EXTENDED:
            beta, residuals = _refined(X, y, weights, orthogonal, back, beta)
        rss = float(np.dot(residuals, residuals) if weights is None else np.dot(weights, residuals * residuals))
        size = float(np.abs(y).max() + np.abs(beta).max() * np.abs(X).max())
        exact = float(np.abs(residuals).max()) <= 16 * np.finfo(np.float64).eps * p * size
        return cls(beta, residuals, rss, back, bool(exact))

    @cached_property
    def inverse_gram(self) -> Array:
        """(Σ wᵢ xᵢ xᵢᵀ)⁻¹ (p, p)."""
        return np.asarray(self.back @ self.back.T)


def _refined(
    X: Array, y: Array, weights: Array | None, orthogonal: Array, back: Array, beta: Array
) -> tuple[Array, Array]:
    """Coefficients and residuals after refinement of the augmented system r + Xβ = y, XᵀWr = 0.

    Both are refined: where residuals are large, a correction of the coefficients alone stalls at the square of the
    condition number.
    """
    root = None if weights is None else np.sqrt(weights.astype(np.longdouble))
    wide, goal = X.astype(np.longdouble), y.astype(np.longdouble)
    if root is not None:
        wide, goal = wide * root[:, None], goal * root
    long_beta = beta.astype(np.longdouble)
    rest = goal - wide @ long_beta
    for _ in range(_ROUNDS):
        gap = (goal - rest - wide @ long_beta).astype(np.float64)
        tilt = (-(rest @ wide)).astype(np.float64)
        along = back.T @ tilt
        inside = orthogonal.T @ gap
        step = back @ (inside - along)
        rest = rest + (gap + orthogonal @ (along - inside))
        long_beta = long_beta + step
        if np.abs(step).max() <= 1e-13 * np.abs(long_beta).max():  # the next one would be 1e-13 times as long
            break
    rest = goal - wide @ long_beta
    if root is not None:
        rest = rest / root
    return long_beta.astype(np.float64), rest.astype(np.float64)
