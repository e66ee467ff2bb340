"""Separation: directions along which the likelihood of a classifier never falls, so that its maximum lies at infinity.

With a = x ⊗ (e_own − e_other) for each row and each wrong class, a direction δ ≠ 0 with aᵀδ ≥ 0 for all of them separates:
completely if all are > 0, quasi-completely if some are (Albert & Anderson 1984, Biometrika 71, 1-10).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..domain import Array, Bools

__all__ = ["Separation", "all_positive", "contrasts", "narrowest", "separate"]

# Coefficients of unit rows are bounded by this, so that margins down to 1e-10 of a row's length are seen.
_BOUND = 1e3
_STRICT = 1e-7
_ZERO = 1e-9
_CLEAR = 1e-6


@dataclass(frozen=True, eq=False)
class Separation:
    """How rows are separated.

    Parameters
    ----------
    complete : bool
        Every contrast is positive along the direction.
    direction : ndarray of shape (p,)
        The one of widest margin among those that separate as many contrasts as possible.
    strict : ndarray of bool, shape (m,)
        Contrasts that are positive along it; the others are zero.
    null : ndarray of shape (p, q)
        Orthonormal basis of what the remaining contrasts do not determine.
    free : ndarray of shape (p, p − q)
        Orthonormal basis of the rest.
    """

    complete: bool
    direction: Array
    strict: Bools
    null: Array
    free: Array


def contrasts(X: Array, codes: NDArray[np.intp], classes: int) -> Array:
    """Rows a (n·C, C·d) whose products with theta are own logit less another one, row after row."""
    n, d = X.shape
    c = classes - 1
    if c == 1:
        signed: Array = (2 * codes - 1)[:, None] * X
        return signed
    unit = np.eye(classes)
    others = np.array([[k for k in range(classes) if k != own] for own in range(classes)])
    difference = (unit[codes][:, None, :] - unit[others[codes]])[:, :, 1:]  # (n, C, C)
    rows: Array = (difference[:, :, :, None] * X[:, None, None, :]).reshape(n * c, c * d)
    return rows


def separate(rows: Array) -> Separation | None:
    """Find how contrasts `rows` (m, p) are separated; None if they overlap, so that a finite maximum exists.

    Notes
    -----
    Maximise Σt subject to aᵀδ ≥ t, 0 ≤ t ≤ 1: at the optimum t > 0 on every contrast that any separating direction makes
    positive, for such directions may be added. A linear programme, solved by HiGHS (Konis 2007, thesis, Oxford).
    Among those directions the one of widest margin in the coordinates of `rows` is returned: it is where ridge fits and
    gradient ascent tend in them (Rosset, Zhu & Hastie 2004, JMLR 5, 941-973; Soudry et al. 2018, JMLR 19, 1-57). By the
    least-distance programme of Lawson & Hanson (1974), ch. 23.
    """
    lengths = np.linalg.norm(rows, axis=1)
    moving = lengths > 0
    unit = rows[moving] / lengths[moving, None]
    m, p = unit.shape
    positive, total = np.zeros(m, dtype=np.bool_), np.zeros(p)
    # Bounds on δ can make one contrast positive at the price of another: ask again for those that are left.
    while not positive.all():
        found = _most_positive(unit, ~positive)
        if found is None or not found[1].any():
            break
        total, positive = total + found[0], positive | found[1]
    if not positive.any():
        return None
    strict = np.zeros(len(rows), dtype=np.bool_)
    strict[np.flatnonzero(moving)[positive]] = True
    null, free = _spaces(unit[~positive], p)
    direction = _widest(rows[strict] @ null, null)
    if direction is None or (rows @ direction < -_ZERO * lengths * np.linalg.norm(direction)).any():
        direction = total
    return Separation(
        complete=bool(strict.all()),
        direction=direction,
        strict=strict,
        null=null,
        free=free,
    )


def narrowest(rows: Array, found: Separation) -> Array | None:
    """A direction (p,) that may also make positive what `found` leaves tied, or nearly so; None if there is none.

    Rows with a tiny margin look tied to a linear programme with tolerances. In coordinates in which the tied rows are
    orthonormal their margins are not tiny. Whether it holds must be proven: see `all_positive`.
    """
    clear = rows @ found.direction > _CLEAR * np.linalg.norm(rows, axis=1) * np.linalg.norm(found.direction)
    clear &= found.strict
    tied = rows[~clear]
    _, sizes, right = np.linalg.svd(tied, full_matrices=False)
    kept = sizes > 0
    if not kept.any():
        return None
    stretch = right[kept].T / sizes[kept]
    inner = separate(tied @ stretch)
    if inner is None or not inner.complete:
        return None
    fine = stretch @ inner.direction
    with np.errstate(all="ignore"):
        need = -(rows[clear] @ fine) / (rows[clear] @ found.direction)
    # The coarse direction may be wrong about the tied rows by rounding: no more of it than it takes.
    direction: Array = 2 * max(float(need.max(initial=0.0)), 0.0) * found.direction + fine
    return direction / np.abs(direction).max() if np.isfinite(direction).all() else None


def all_positive(rows: Array, direction: Array) -> bool:
    """Whether every row (m, p) has a positive product with the direction (p,), in exact arithmetic where it is close."""
    products = rows @ direction
    doubt = 1e-14 * rows.shape[1] * (np.abs(rows) @ np.abs(direction))
    if (products < -doubt).any():
        return False
    from fractions import Fraction  # costs as much as a tenth of the whole package to import

    exact = [Fraction(float(d)) for d in direction]
    return all(
        sum(Fraction(float(x)) * d for x, d in zip(row, exact, strict=True)) > 0 for row in rows[products <= doubt]
    )


def _most_positive(unit: Array, wanted: Bools) -> tuple[Array, Bools] | None:
    """A direction and which of the `wanted` unit rows it makes positive, at the optimum of the linear programme."""
    from scipy import optimize, sparse

    m, p = unit.shape
    solution = optimize.linprog(
        np.concatenate([np.zeros(p), np.where(wanted, -1.0, 0.0)]),
        A_ub=sparse.hstack([sparse.csr_matrix(-unit), sparse.eye(m)], format="csr"),
        b_ub=np.zeros(m),
        bounds=np.concatenate([np.tile((-_BOUND, _BOUND), (p, 1)), np.tile((0.0, 1.0), (m, 1))]),
        method="highs",
        options={"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10},
    )
    if solution.x is None:
        return None
    return np.asarray(solution.x[:p]), np.asarray(solution.x[p:] > _STRICT) & wanted


def _spaces(rows: Array, p: int) -> tuple[Array, Array]:
    """Orthonormal bases (p, ·) of the directions in which `rows` do not change, and of the others."""
    if len(rows) == 0:
        return np.eye(p), np.empty((p, 0))
    triangle = np.linalg.qr(rows, mode="r")
    _, sizes, right = np.linalg.svd(triangle)
    rank = int(np.sum(sizes > _ZERO * sizes[0]))
    return right[rank:].T, right[:rank].T


def _widest(rows: Array, null: Array) -> Array | None:
    """The shortest γ with rows·γ ≥ 1, back in all coordinates; None if it is not found."""
    from scipy import optimize

    target = np.zeros(rows.shape[1] + 1)
    target[-1] = 1.0
    matrix = np.concatenate([rows.T, np.ones((1, len(rows)))])
    try:
        weights, distance = optimize.nnls(matrix, target)
    except RuntimeError:
        return None
    residual = matrix @ weights - target
    if distance < 1e-12 or residual[-1] >= 0:
        return None
    direction: Array = null @ (-residual[:-1] / residual[-1])
    return direction
