"""The ways of gradient descent and of Newton's method to the best weights, as they are shown. Kept for all visitors."""

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


def columns(t: Array, product: bool) -> Array:
    """The features (n, d), with the product of two (n, 3)."""
    return np.column_stack([t, t[:, 0] * t[:, 1]]) if product else t


@lru_cache(maxsize=48)
def _ways(points: Points, product: bool, method: str, rate: float, starts: bytes, ridges: bytes, last: int) -> Array:
    features = columns(points.t, product)
    several = len(points.classes) > 2
    begin = np.frombuffer(starts).reshape(-1, *(len(points.classes) - 1,) * several, features.shape[1] + 1)
    epochs = max(min(last, _NEWTON) if method == "newton" else last, 1)
    rate = 1.0 if method == "newton" else rate
    descend = mle.softmax_descent if several else mle.logistic_descent
    path = descend(features, points.y, begin, method, rate, epochs, np.frombuffer(ridges))
    return path[np.minimum([step for step in KEPT if step <= last], epochs)]


def ways(
    points: Points, method: str, rate: float, starts: Array, ridges: Array, last: int = KEPT[-1], *, product: bool = False
) -> Array:  # fmt: skip
    """The iterates that are shown (T, K, k) from starts (K, k) under penalties (K,), up to the step `last`; one way where all rows
    are alike. Of several classes both have (C, k) instead of k.
    """
    rows = np.round(
        np.column_stack([starts.reshape(len(starts), -1), ridges]), 9
    )  # a slider's steps, and the same places on the way along it
    if (rows == rows[0]).all():
        rows = rows[:1]
    begin, lams = np.ascontiguousarray(rows[:, :-1]).tobytes(), rows[:, -1].tobytes()
    path = _ways(points, product, method, rate, begin, lams, last)
    return np.broadcast_to(path, (len(path), *starts.shape))


def after(path: Array, steps: Array) -> Array:
    """Where each of K ways (T, K, …) stands after its number of steps (K,): shape (K, …)."""
    at = path[np.searchsorted(KEPT, steps), np.arange(len(steps))]
    # A descent with too long a step bursts: it leaves the picture.
    return np.clip(at, -1e6, 1e6)
