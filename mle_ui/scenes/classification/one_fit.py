"""What the pictures of one feature are computed from: fits over λ, and the ways of the descents. Kept for all visitors."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.scenes.classification.points import Points
from mle_ui.scenes.classification.settings import KEPT

Array = npt.NDArray[np.float64]

#: Newton has converged, or left the floats, long before.
_NEWTON = 60


@lru_cache(maxsize=128)
def fit(points: Points, ridge: float) -> mle.ClassifierResult:
    """The maximum, or that with a penalty; a ridge does not help where all labels are alike. Raises ValueError for a constant x."""
    return mle.fit_classifier(points.t, points.y, ridge=ridge if np.ptp(points.y) else 0.0)


@lru_cache(maxsize=32)
def _ways(points: Points, method: str, rate: float, starts: bytes, ridges: bytes, last: int) -> Array:
    begin = np.frombuffer(starts).reshape(-1, points.x.shape[1] + 1)
    epochs = max(min(last, _NEWTON) if method == "newton" else last, 1)
    rate = 1.0 if method == "newton" else rate
    path = mle.logistic_descent(points.t, points.y, begin, method, rate, epochs, np.frombuffer(ridges))
    return path[np.minimum([step for step in KEPT if step <= last], epochs)]


def ways(points: Points, method: str, rate: float, starts: Array, ridges: Array, last: int = KEPT[-1]) -> Array:
    """The iterates that are shown (T, K, k) from starts (K, k) under penalties (K,), up to the step `last`; one way where all rows
    are alike.
    """
    rows = np.column_stack([starts, ridges])
    if (rows == rows[0]).all():
        rows = rows[:1]
    path = _ways(points, method, rate, np.ascontiguousarray(rows[:, :-1]).tobytes(), rows[:, -1].tobytes(), last)
    return np.broadcast_to(path, (len(path), len(starts), path.shape[2]))


def objective(points: Points, theta: Array, ridges: Array) -> mle.LogisticTerms:
    """Loss, penalty and slope at theta (..., k) under penalties (...)."""
    return mle.logistic_terms(points.t, points.y, theta, ridges)


def best_value(points: Points, ridge: float) -> float:
    """The least that loss and penalty come to; 0 or the infimum for separated labels without a penalty."""
    found = fit(points, ridge)
    if ridge == 0 or not np.ptp(points.y):
        return -found.loglik
    return float(objective(points, found.theta, np.array(ridge)).value)
