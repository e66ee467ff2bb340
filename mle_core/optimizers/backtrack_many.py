"""The backtracking line search of many runs at once: `line_search.backtracking` for a stack."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..domain import Array, Bools
from .problem import Problem

__all__ = ["Direction", "Moves", "backtrack_many"]

Direction: TypeAlias = Callable[..., Any]

# As in line_search.py.
_SHARE = 0.25
_MOST_HALVINGS = 100


@dataclass(frozen=True, eq=False)
class Moves:
    """Where m runs arrive: theta (m, k), by which part of their way (m,), whether a step climbed (m,), and how many points were
    tried and left (m,)."""

    theta: Array
    sizes: Array
    found: Bools
    rejected: NDArray[np.int64]


def backtrack_many(problem: Problem, theta: Array, value: Array, gradient: Array, way: Array) -> Moves:
    """Halve each run's step from the whole `way` (m, k) on until its value rises enough (Armijo 1966)."""
    slope = np.sum(gradient * way, axis=1)
    found, rejected = np.zeros(len(theta), dtype=bool), np.zeros(len(theta), dtype=np.int64)
    there, sizes, size = theta.copy(), np.zeros(len(theta)), 1.0
    rows = np.flatnonzero((slope > 0) & (slope < np.inf))
    for _ in range(_MOST_HALVINGS):
        trial = theta[rows] + size * way[rows]
        moved = (trial != theta[rows]).any(axis=1)
        rows, trial = rows[moved], trial[moved]
        if not rows.size:
            break
        rises = _rises(problem, trial, value[rows], slope[rows], way[rows], size)
        there[rows[rises]], sizes[rows[rises]], found[rows[rises]] = trial[rises], size, True
        rows = rows[~rises]
        rejected[rows] += 1
        size /= 2
    return Moves(there, sizes, found, rejected)


def _rises(problem: Problem, trial: Array, start: Array, slope: Array, way: Array, size: float) -> Bools:
    """Armijo's condition, or that of the slopes where the values differ by their rounding alone."""
    if problem.expansion is None:
        value, slopes = np.asarray(problem.value(trial)), None
    else:
        value, slopes, _ = problem.expansion(trial)
    with np.errstate(invalid="ignore"):
        close = np.abs(value - start) <= 1e-13 * (1 + np.abs(start))
        rises = (value >= start + _SHARE * size * slope) & (value - start > 1e-14 * (1 + np.abs(start)))
    asked = np.isfinite(value) & (rises | close)
    if slopes is None:
        slopes = np.zeros_like(trial)
        if asked.any():
            slopes[asked] = problem.gradient(trial[asked])
    usable = np.isfinite(slopes).all(axis=1)
    with np.errstate(invalid="ignore"):
        flat = np.sum(slopes * way, axis=1) >= (2 * _SHARE - 1) * slope
    return np.asarray(asked & np.where(rises, usable, flat))
