"""Unbounded coordinates φ of a parameter θ: the logarithm of a positive one, the logit of one between two ends.

In them a Newton step cannot leave the domain and a likelihood is closer to a parabola.
"""

from __future__ import annotations

import math

import numpy as np

from ..domain import Array, Interval

__all__ = ["LARGEST", "from_working", "slopes", "to_working"]

# Beyond ±690 the exponential leaves the range of float64.
LARGEST = 690.0
# A closed end at infinity is a value of its own; the finite values before it are searched up to here.
_NEARLY_INFINITE = 1e8


def limits(domain: Interval) -> tuple[float, float]:
    """The smallest and the largest φ that a search visits."""
    if math.isinf(domain.low):
        return -1e300, 1e300
    if math.isinf(domain.high):
        return -LARGEST, math.log(_NEARLY_INFINITE) if domain.closed_high else LARGEST
    return -LARGEST, 36.0  # logit: 1 − θ keeps no digit beyond


def stretched(domain: Interval) -> bool:
    """Tell whether φ is a logarithm or a logit, in which a step of 1 is a long one."""
    return math.isfinite(domain.low)


def to_working(domain: Interval, theta: Array) -> Array:
    """φ of θ, of the same shape."""
    if math.isinf(domain.low):
        return theta
    with np.errstate(divide="ignore"):
        if math.isinf(domain.high):
            phi: Array = np.log(theta - domain.low)
        else:
            phi = np.log(theta - domain.low) - np.log(domain.high - theta)
    low, high = limits(domain)
    return np.clip(phi, low, high)


def from_working(domain: Interval, phi: Array) -> Array:
    """θ of φ, of the same shape."""
    if math.isinf(domain.low):
        return phi
    if math.isinf(domain.high):
        theta: Array = domain.low + np.exp(phi)
        return theta
    return domain.low + (domain.high - domain.low) / (1 + np.exp(-phi))


def slopes(domain: Interval, theta: Array) -> tuple[Array, Array]:
    """dθ/dφ and d²θ/dφ² at θ."""
    if math.isinf(domain.low):
        return np.ones_like(theta), np.zeros_like(theta)
    distance = theta - domain.low
    if math.isinf(domain.high):
        return distance, distance
    width = domain.high - domain.low
    share = distance / width
    first = distance * (1 - share)
    return first, first * (1 - 2 * share)
