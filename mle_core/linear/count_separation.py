"""Counts whose Poisson likelihood has its maximum at infinity: some means go to zero.

That happens where a direction d of the coefficients lowers the mean of some zero counts and leaves all positive counts
alone: xᵢd ≤ 0 for yᵢ = 0, xᵢd = 0 for yᵢ > 0, not all zero. Geyer (2009), Electronic J. Statist. 3, 259-289; Correia,
Guimarães & Zylkin (2019), arXiv:1903.01633.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ..domain import Array, Bools

__all__ = ["Separation", "separation"]


@dataclass(frozen=True, eq=False)
class Separation:
    """`kept` (n_rows,): rows whose mean stays positive; `direction` (p,), sparse; `finite` (p,): coefficients with a
    finite limit that is determined by the kept rows; `basis`: independent columns among the kept rows, finite ones
    included.
    """

    kept: Bools
    direction: Array
    finite: Bools
    basis: list[int]


def separation(X: Array, y: Array) -> Separation | None:
    """Find the rows whose mean goes to zero, by linear programmes; None if there are none.

    Parameters
    ----------
    X : ndarray of shape (n_rows, p)
        Full column rank.
    y : ndarray of shape (n_rows,)
        Counts.
    """
    p = X.shape[1]
    positive = y > 0
    if positive.all() or p == 0 or (positive.any() and len(_independent(X[positive], range(p))) == p):
        return None
    from scipy.optimize import linprog

    kept = np.ones(y.size, dtype=np.bool_)
    while True:
        zeros = ~positive & kept
        if not zeros.any():
            break
        found = linprog(
            X[zeros].sum(axis=0),
            A_ub=X[zeros],
            b_ub=np.zeros(int(zeros.sum())),
            A_eq=X[positive] if positive.any() else None,
            b_eq=np.zeros(int(positive.sum())) if positive.any() else None,
            bounds=(-1, 1),
            method="highs",
        )
        falling = zeros & (X @ found.x < -1e-7) if found.x is not None else np.zeros(y.size, dtype=np.bool_)
        if not falling.any():
            break
        kept &= ~falling
    if kept.all():
        return None
    # The direction that moves the fewest coefficients, of all that lower just these means.
    rows = int((~kept).sum())
    sparse = linprog(
        np.ones(2 * p),
        A_ub=np.hstack([X[~kept], -X[~kept]]),
        b_ub=-np.ones(rows),
        A_eq=np.hstack([X[kept], -X[kept]]) if kept.any() else None,
        b_eq=np.zeros(int(kept.sum())) if kept.any() else None,
        bounds=(0, None),
        method="highs",
    )
    direction = sparse.x[:p] - sparse.x[p:] if sparse.x is not None else np.full(p, np.nan)
    direction = np.where(np.abs(direction) > 1e-9 * np.abs(direction).max(), direction, 0.0)
    finite = np.zeros(p, dtype=np.bool_)
    basis: list[int] = []
    if kept.any():
        _, sizes, vectors = np.linalg.svd(X[kept], full_matrices=True)
        sizes = np.append(sizes, np.zeros(p - sizes.size))
        null = vectors[sizes <= 1e-10 * sizes[0]]
        finite = np.abs(null).max(axis=0, initial=0.0) < 1e-9
        basis = _independent(X[kept], [*np.flatnonzero(finite), *np.flatnonzero(~finite)])
    return Separation(kept, direction, finite, sorted(basis))


def _independent(X: Array, order: Iterable[int]) -> list[int]:
    """Columns, taken in the order given, that do not depend on those taken before."""
    taken: list[int] = []
    basis = np.empty((X.shape[0], 0))
    for j in order:
        rest = X[:, j]
        length = float(np.linalg.norm(rest))
        for _ in range(2):
            rest = rest - basis @ (basis.T @ rest)
        left = float(np.linalg.norm(rest))
        if left > 1e-10 * length and len(taken) < X.shape[0]:
            taken.append(int(j))
            basis = np.column_stack([basis, rest / left])
    return taken
