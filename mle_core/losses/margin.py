"""Losses of hard labels in the margin m = (2y − 1)·z: value, slope and curvature in m from one exponential.

For pictures of many cells; `losses` has the same functions for any label. With e = exp(−|m|) the probability of the wrong
class is e/(1 + e) or 1/(1 + e), and the product of both probabilities is e/(1 + e)².
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from ..domain import Array

__all__ = ["MARGIN_LOSSES"]

Parts: TypeAlias = tuple[Array, Array, Array]


def _shares(m: Array) -> Parts:
    """e, the probability of the wrong class, and the product of both probabilities."""
    e = np.abs(m)
    np.negative(e, out=e)
    np.exp(e, out=e)
    inverse = 1.0 / (1.0 + e)
    product = e * inverse
    wrong = np.where(m < 0, inverse, product)
    product *= inverse
    return e, wrong, product


def _bce(m: Array) -> Parts:
    e, wrong, product = _shares(m)
    value = np.log1p(e, out=e)
    value -= np.minimum(m, 0.0)
    return value, np.negative(wrong, out=wrong), product


def _mse(m: Array) -> Parts:
    _, wrong, product = _shares(m)
    square = wrong * wrong
    slope = wrong * product
    return 0.5 * square, np.negative(slope, out=slope), product * (2 * product - square)


MARGIN_LOSSES: Mapping[str, Callable[[Array], Parts]] = MappingProxyType({"bce": _bce, "mse": _mse})
"""Loss → value, slope and curvature in the margin, read-only."""
