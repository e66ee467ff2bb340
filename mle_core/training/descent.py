"""Rules of descent for training: from a gradient to the next step. They keep what they remember in a closure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..domain import Array, DomainError, MleError

__all__ = ["DESCENTS", "Rule", "batches", "check_schedule", "rule"]

Rule: TypeAlias = Callable[[Array], Array]
"""Gradient → what is subtracted from the weights, of the same shape."""


def _gradient(step: Array) -> Rule:
    return lambda gradient: step * gradient


def _momentum(step: Array) -> Rule:
    """Heavy ball, 0.9 of the velocity kept (Polyak 1964)."""
    velocity: Array = np.zeros(())

    def move(gradient: Array) -> Array:
        nonlocal velocity
        velocity = 0.9 * velocity + step * gradient
        return velocity

    return move


def _adam(step: Array) -> Rule:
    """Adam with β₁ = 0.9, β₂ = 0.999, ε = 1e-8 (Kingma & Ba 2015, algorithm 1)."""
    first: Array = np.zeros(())
    second: Array = np.zeros(())
    shrink_first, shrink_second = 1.0, 1.0

    def move(gradient: Array) -> Array:
        nonlocal first, second, shrink_first, shrink_second
        first = 0.9 * first + 0.1 * gradient
        second = 0.999 * second + 0.001 * gradient * gradient
        shrink_first *= 0.9
        shrink_second *= 0.999
        moved: Array = step * (first / (1 - shrink_first)) / (np.sqrt(second / (1 - shrink_second)) + 1e-8)
        return moved

    return move


DESCENTS: Mapping[str, Callable[[Array], Rule]] = MappingProxyType(
    {"gradient": _gradient, "momentum": _momentum, "adam": _adam}
)
"""Name → rule for a step size, read-only."""


def rule(optimiser: str, step: float | Array) -> Rule:
    """A fresh rule; a ValueError lists the names there are."""
    if optimiser not in DESCENTS:
        raise MleError(f"there is no optimiser {optimiser!r}; choose one of {', '.join(DESCENTS)}.")
    return DESCENTS[optimiser](np.asarray(step, dtype=np.float64))


def check_schedule(step: float, epochs: int, batch: int | None = None) -> None:
    """Raise a DomainError for a step size that is not positive, or for less than one epoch or row a batch."""
    if not 0 < step < np.inf:
        raise DomainError(f"step = {step:g} is outside (0, ∞); choose a value such as 0.1.")
    if epochs < 1:
        raise DomainError(f"epochs = {epochs} must be at least 1.")
    if batch is not None and batch < 1:
        raise DomainError(f"batch = {batch} must be at least 1; None takes all rows at once.")


def batches(n: int, batch: int | None, rng: np.random.Generator) -> Iterator[NDArray[np.intp] | slice]:
    """The rows of one epoch, every one once, in random order; all at once if `batch` is None or n or more."""
    if batch is None or batch >= n:
        yield slice(None)
        return
    order = rng.permutation(n)
    for start in range(0, n, batch):
        yield order[start : start + batch]
