"""What the pictures of one feature are computed from: fits over λ, and their losses. Kept for all visitors."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.scenes.classification.points import Points

Array = npt.NDArray[np.float64]


@lru_cache(maxsize=128)
def fit(points: Points, ridge: float) -> mle.ClassifierResult:
    """The maximum, or that with a penalty; a ridge does not help where all labels are alike. Raises ValueError for a constant x."""
    return mle.fit_classifier(points.t, points.y, ridge=ridge if np.ptp(points.y) else 0.0)


def objective(points: Points, theta: Array, ridges: Array) -> mle.LogisticTerms:
    """Loss, penalty and slope at theta (..., k) under penalties (...)."""
    return mle.logistic_terms(points.t, points.y, theta, ridges)


def best_value(points: Points, ridge: float) -> float:
    """The least that loss and penalty come to; 0 or the infimum for separated labels without a penalty."""
    found = fit(points, ridge)
    if ridge == 0 or not np.ptp(points.y):
        return -found.loglik
    return float(objective(points, found.theta, np.array(ridge)).value)
