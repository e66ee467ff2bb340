"""What the pictures of several classes are computed from: softmax fits over λ, and their losses. Kept for all visitors."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.scenes.classification import settings
from mle_ui.scenes.classification.points import Points

Array = npt.NDArray[np.float64]

#: Numbers of steps at which an iterate is shown: fewer than of two classes, as each costs more.
KEPT = tuple(step for step in settings.KEPT if step <= 200)


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
