"""Least absolute deviations: a linear programme, solved to an exact vertex with its dual certificate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..domain import Array
from .least_squares import LeastSquares

__all__ = ["LeastAbsolute"]

_EPS = float(np.finfo(np.float64).eps)
_ONE = 1 - 1e-9  # a dual variable above it counts as 1
_Places = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class LeastAbsolute:
    """The minimum of Σ wᵢ |yᵢ − xᵢβ|.

    Parameters
    ----------
    beta : ndarray of shape (p,)
        A vertex: the line passes exactly through p observations.
    total : float
        The minimum.
    certificate : float
        The largest |dᵢ|/wᵢ of the dual variables of the observations on the line. At most 1 proves the minimum; below
        1 proves that no other coefficients reach it.

    Notes
    -----
    The simplex method of Barrodale & Roberts (1973), SIAM J. Numer. Anal. 10, 839-848: one edge after the other, to the
    weighted median along it. Where more than p observations lie on the line (ties) the dual linear programme
    max yᵀd, Xᵀd = 0, |d| ≤ w is given to HiGHS (Koenker 2005, Quantile Regression, §6.2).
    """

    beta: Array
    total: float
    certificate: float

    @property
    def unique(self) -> bool:
        """Whether no other coefficients reach the minimum."""
        return self.certificate < _ONE

    @classmethod
    def of(cls, X: Array, y: Array, weights: Array | None) -> LeastAbsolute:
        """Fit; X (n_rows, p) has full column rank."""
        counts = np.ones(y.size) if weights is None else weights
        p = X.shape[1]
        if p == 0:
            return cls(np.zeros(0), float(np.dot(counts, np.abs(y))), 0.0)
        if p == 1 and bool((X != 0).all()):
            return _median(X[:, 0], y, counts)
        start = LeastSquares.of(X, y, weights)
        if start.exact:
            return cls(start.beta, 0.0, 0.0)
        found = _descend(X, y, counts, _nearest(X, np.abs(start.residuals)))
        return _programme(X, y, counts) if found is None else found


def _median(x: Array, y: Array, counts: Array) -> LeastAbsolute:
    """One column: the weighted median of y/x, the middle of the set of medians' ends being taken at its lower end."""
    ratios, sizes = y / x, counts * np.abs(x)
    order = np.argsort(ratios, kind="stable")
    sums = np.cumsum(sizes[order])
    half = sums[-1] / 2
    i = min(int(np.searchsorted(sums, half * (1 - 4 * _EPS))), y.size - 1)
    beta = float(ratios[order[i]])
    level = ratios == beta
    below, above = float(sizes[ratios < beta].sum()), float(sizes[ratios > beta].sum())
    certificate = abs(above - below) / float(sizes[level].sum())
    return LeastAbsolute(np.array([beta]), float(np.dot(sizes, np.abs(ratios - beta))), certificate)


def _nearest(X: Array, distance: Array) -> _Places:
    """p independent rows, the nearest ones first."""
    order = np.argsort(distance, kind="stable")
    rest = X[order]
    lengths = np.sqrt(np.einsum("ij,ij->i", rest, rest))
    chosen: list[int] = []
    for _ in range(X.shape[1]):
        sizes = np.sqrt(np.einsum("ij,ij->i", rest, rest))
        i = int(np.argmax(sizes > 1e-8 * lengths))
        chosen.append(int(order[i]))
        basis = rest[i] / sizes[i] if sizes[i] > 0 else rest[i]
        rest = rest - np.outer(rest @ basis, basis)
    return np.array(chosen)


def _zero(X: Array, y: Array, beta: Array) -> float:
    """The size below which a residual is rounding."""
    return 64 * _EPS * float(np.abs(y).max() + np.abs(X).max() * np.abs(beta).sum())


def _vertex(rows: Array, y: Array) -> tuple[Array, Array]:
    inverse: Array = np.asarray(np.linalg.inv(rows), dtype=np.float64)
    beta = inverse @ y
    return inverse, beta + inverse @ (y - rows @ beta)


def _descend(X: Array, y: Array, counts: Array, active: _Places) -> LeastAbsolute | None:
    """From vertex to vertex; None where ties make a step of length zero."""
    active = active.copy()
    for _ in range(50 + 10 * y.size):
        try:
            inverse, beta = _vertex(X[active], y[active])
        except np.linalg.LinAlgError:
            return None
        r = y - X @ beta
        r[active] = 0.0
        on_line = np.abs(r) <= _zero(X, y, beta)
        if int(on_line.sum()) > active.size:
            return None
        dual = -inverse.T @ ((counts * np.sign(r)) @ X)
        ratios = np.abs(dual) / counts[active]
        i = int(np.argmax(ratios))
        if ratios[i] <= 1 + 1e-9:
            return LeastAbsolute(beta, float(np.dot(counts, np.abs(r))), float(min(ratios[i], 1.0)))
        direction = -np.sign(dual[i]) * inverse[:, i]
        change = X @ direction
        change[active] = 0.0
        with np.errstate(all="ignore"):
            steps = r / change
        ahead = np.flatnonzero((steps > 0) & np.isfinite(steps))
        ahead = ahead[np.argsort(steps[ahead], kind="stable")]
        slope = counts[active[i]] - abs(dual[i]) + np.cumsum(2 * counts[ahead] * np.abs(change[ahead]))
        reached = int(np.searchsorted(slope, 0.0))
        if reached >= ahead.size:
            return None
        active[i] = ahead[reached]
    return None


def _programme(X: Array, y: Array, counts: Array) -> LeastAbsolute:
    """By HiGHS: the dual programme for the vertex, and a small one for the certificate."""
    from scipy.optimize import linprog

    bounds = np.stack([-counts, counts], axis=-1)
    answer = linprog(-y, A_eq=X.T, b_eq=np.zeros(X.shape[1]), bounds=bounds, method="highs-ds")
    rough = -np.asarray(answer.eqlin.marginals)
    inner = np.abs(answer.x) < counts * (1 - 1e-7)
    distance = np.abs(y - X @ rough)
    _, beta = _vertex(*(part[_nearest(X, np.where(inner, 0.0, distance + _EPS))] for part in (X, y)))
    if np.dot(counts, np.abs(y - X @ beta)) > np.dot(counts, distance) * (1 + 1e-9):
        _, beta = _vertex(*(part[_nearest(X, distance)] for part in (X, y)))
    r = y - X @ beta
    on_line = np.abs(r) <= _zero(X, y, beta)
    pull = (counts * np.sign(np.where(on_line, 0.0, r))) @ X
    # The least t for which duals |d| ≤ t·w on the line balance the pull of all other observations.
    some = int(on_line.sum())
    upper = np.hstack([np.eye(some), -counts[on_line, None]])
    lower = np.hstack([-np.eye(some), -counts[on_line, None]])
    balance = linprog(
        np.append(np.zeros(some), 1.0),
        A_ub=np.vstack([upper, lower]),
        b_ub=np.zeros(2 * some),
        A_eq=np.hstack([X[on_line].T, np.zeros((X.shape[1], 1))]),
        b_eq=-pull,
        bounds=[(None, None)] * some + [(0, None)],
        method="highs-ds",
    )
    certificate = float(balance.fun) if balance.fun is not None else 1.0
    return LeastAbsolute(beta, float(np.dot(counts, np.abs(np.where(on_line, 0.0, r)))), min(certificate, 1.0))
