"""Quantiles of a law on 0, 1, 2, … whose cdf has no inverse to hand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..domain import Array

__all__ = ["first_count"]


def first_count(cdf: Callable[[Array], Array], level: Array, start: Array) -> Array:
    """The smallest whole number whose cdf reaches `level` < 1: doubling from `start`, then bisection.

    Parameters
    ----------
    cdf : callable
        Takes and returns arrays of the shape of `level`.
    level, start : ndarray of shape (...)
        Beyond 2⁵³ the answer is the nearest float.
    """
    below, reaches = np.full(level.shape, -1.0), start
    while np.any(short := cdf(reaches) < level):
        below, reaches = np.where(short, reaches, below), np.where(short, 2 * reaches + 1, reaches)
    while np.any(open_ := reaches - below > 1):
        middle = np.floor(below + (reaches - below) / 2)
        enough = cdf(np.maximum(middle, 0.0)) >= level
        below, reaches = np.where(open_ & ~enough, middle, below), np.where(open_ & enough, middle, reaches)
        if np.all(reaches - below <= np.spacing(reaches)):
            break
    return reaches
