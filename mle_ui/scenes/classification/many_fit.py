"""What the pictures of several classes are computed from: softmax fits over λ, and the ways of the descents. Kept for all visitors."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.scenes.classification.points import Points

Array = npt.NDArray[np.float64]

#: Numbers of steps at which an iterate is shown.
KEPT = (*range(9), 10, 13, 16, 20, 25, 32, 40, 50, 63, 80, 100, 126, 160, 200)
#: Newton has converged, or left the floats, long before.
_NEWTON = 60


@lru_cache(maxsize=128)
def fit(there: Points, ridge: float) -> mle.ClassifierResult:
    """The softmax fit; the first class is the reference."""
    return mle.fit_classifier(there.t, there.y, loss="softmax", ridge=ridge)


def best(there: Points, ridge: float) -> Array:
    """Its weights (C, 3); infinite ones where classes are separated and nothing holds them."""
    return np.asarray(fit(there, ridge).theta.reshape(len(there.classes) - 1, -1))


def terms(there: Points, weights: Array, ridges: Array) -> mle.SoftmaxTerms:
    """Loss, penalty and slope at weights (..., C, 3) under penalties (...)."""
    return mle.softmax_terms(there.t, there.y, weights, ridges)


def least(there: Points, ridge: float) -> float:
    """The least of loss and penalty, or its infimum."""
    if ridge == 0:
        return -fit(there, 0.0).loglik
    return float(terms(there, best(there, ridge), np.array(ridge)).value)


def nearest_mean(there: Points) -> Array:
    """Weights (C, 3) of the classifier that names the class whose mean is nearest: where a reader's own weights begin."""
    means = np.array([there.t[there.y == code].mean(axis=0) for code in range(len(there.classes))])
    whole = np.column_stack([-np.square(means).sum(axis=1) / 2, means])
    return np.asarray(whole[1:] - whole[0])


@lru_cache(maxsize=32)
def _ways(there: Points, method: str, rate: float, starts: bytes, ridges: bytes, last: int) -> Array:
    begin = np.frombuffer(starts).reshape(-1, len(there.classes) - 1, 3)
    newton = method == "newton"
    epochs = max(min(last, _NEWTON) if newton else last, 1)
    path = mle.softmax_descent(there.t, there.y, begin, method, 1.0 if newton else rate, epochs, np.frombuffer(ridges))
    return path[np.minimum([step for step in KEPT if step <= last], epochs)]


def ways(there: Points, method: str, rate: float, starts: Array, ridges: Array, last: int) -> Array:
    """The iterates that are shown (T, m, C, 3) from starts (m, C, 3) under penalties (m,), up to the step `last`."""
    rows = np.round(np.column_stack([starts.reshape(len(starts), -1), ridges]), 9)
    if (rows == rows[0]).all():
        rows = rows[:1]
    begin, lams = np.ascontiguousarray(rows[:, :-1]).tobytes(), rows[:, -1].tobytes()
    path = _ways(there, method, rate, begin, lams, last)
    return np.broadcast_to(path, (len(path), *starts.shape))


def after(path: Array, steps: Array) -> Array:
    """Where each of m ways (T, m, C, 3) stands after its number of steps (m,): shape (m, C, 3)."""
    return np.clip(path[np.searchsorted(KEPT, steps), np.arange(len(steps))], -1e6, 1e6)
