"""Points of two classes that no straight line parts: what a hidden layer is for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from ..domain import Array, DomainError, MleError

__all__ = ["SHAPES", "points_in_shape"]


def _moons(rng: np.random.Generator, y: Array) -> Array:
    angle = np.pi * rng.random(y.size)
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    lower = np.stack([1 - np.cos(angle), 0.5 - np.sin(angle)], axis=1)
    found: Array = 1.5 * (np.where(y[:, None] == 1, lower, upper) - [0.5, 0.25])
    return np.asarray(found + 0.15 * rng.normal(size=(y.size, 2)))


def _circles(rng: np.random.Generator, y: Array) -> Array:
    angle, radius = 2 * np.pi * rng.random(y.size), np.where(y == 1, 0.7, 1.7)
    return np.asarray(
        radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1) + 0.15 * rng.normal(size=(y.size, 2))
    )


def _xor(rng: np.random.Generator, y: Array) -> Array:
    side = rng.choice([-1.0, 1.0], size=y.size)
    corner = np.stack([side, np.where(y == 1, side, -side)], axis=1)
    return np.asarray(corner + 0.4 * rng.normal(size=(y.size, 2)))


SHAPES: Mapping[str, Callable[[np.random.Generator, Array], Array]] = MappingProxyType(
    {"moons": _moons, "circles": _circles, "xor": _xor}
)
"""Name → generator, read-only: two half moons in each other, a ring round a ring, four corners."""


def points_in_shape(shape: str, n: int, seed: int = 0) -> tuple[Array, Array]:
    """Draw n points of two classes.

    Parameters
    ----------
    shape : str
        A key of `SHAPES`.
    n : int
        At least 2; every other point has label 1.
    seed : int

    Returns
    -------
    X : ndarray of shape (n, 2)
    y : ndarray of shape (n,)
        0 and 1.

    Raises
    ------
    DomainError, MleError
        If n is below 2, or there is no such shape.

    Notes
    -----
    The half moons and rings are the shapes of scikit-learn's ``make_moons`` and ``make_circles``, drawn here.
    """
    if shape not in SHAPES:
        raise MleError(f"there is no shape {shape!r}; choose one of {', '.join(SHAPES)}.")
    if n < 2:
        raise DomainError(f"n = {n} must be at least 2, a point for each class.")
    y = np.asarray(np.arange(n) % 2, dtype=np.float64)
    return SHAPES[shape](np.random.default_rng(seed), y), y
