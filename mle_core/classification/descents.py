"""What the descents of all classifiers share: many starts side by side, each halting where it bursts."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from ..domain import Array, DomainError, MleError

__all__ = ["LOGISTIC_DESCENTS", "check_descent", "check_ridge", "follow", "halved"]

LOGISTIC_DESCENTS = ("gradient", "newton")
"""What `logistic_descent` and `softmax_descent` can do."""

_HALVINGS = 20
# Beyond this a descent has burst: its squares would soon leave the floats.
_BURST = 1e100


def check_descent(method: str, step: float, epochs: int) -> None:
    """Refuse an unknown method, a step that is not positive, and less than one epoch."""
    if method not in LOGISTIC_DESCENTS:
        raise MleError(f"there is no method {method!r}; choose one of {', '.join(LOGISTIC_DESCENTS)}.")
    if not 0 < step < math.inf:
        raise DomainError(f"step = {step:g} is outside (0, ∞); choose a value such as 1.")
    if epochs < 1:
        raise DomainError(f"epochs = {epochs} must be at least 1.")


def check_ridge(ridge: ArrayLike) -> Array:
    """λ ≥ 0 as an array."""
    lam = np.asarray(ridge, dtype=np.float64)
    if not (np.isfinite(lam).all() and (lam >= 0).all()):
        raise DomainError(f"ridge = {lam.min():g} is outside [0, ∞); choose 0 for the likelihood alone.")
    return lam


def follow(starts: Array, move: Callable[[Array], Array], epochs: int, *, settles: bool) -> Array:
    """Every iterate (epochs + 1, m, …) from starts (m, …); what bursts stays where it was.

    `settles` says that an iteration which changes nothing changes nothing from then on.
    """
    path = np.empty((epochs + 1, *starts.shape))
    path[0] = theta = starts
    inner = tuple(range(1, starts.ndim))
    with np.errstate(all="ignore"):
        for epoch in range(1, epochs + 1):
            moved = move(theta)
            theta = np.where((np.abs(moved) < _BURST).all(axis=inner, keepdims=True), moved, theta)
            path[epoch] = theta
            if settles and np.array_equal(theta, path[epoch - 1]):
                path[epoch:] = theta
                break
    return path


def halved(value: Callable[[Array], Array], here: Array, theta: Array, move: Array, step: float) -> Array:
    """θ − s · move (m, …) with s = step, halved until the `value` (m,), which was `here`, does not rise."""
    m, shape = len(theta), (-1, *(1,) * (theta.ndim - 1))
    size = np.full(m, float(step))
    # What rounding adds to the loss at its minimum is no rise.
    limit = here + 1e-12 * (1 + np.abs(here))
    for _ in range(_HALVINGS):
        there = theta - size.reshape(shape) * move
        higher = ~(value(there) <= limit)
        if not higher.any():
            return np.asarray(there)
        size = np.where(higher, size / 2, size)
    return np.where(higher.reshape(shape), theta, there)
