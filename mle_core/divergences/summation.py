"""Sums over the whole numbers, from where either law has mass to where neither matters any more."""

from __future__ import annotations

import math

import numpy as np

from ..distribution import Distribution
from ..domain import Array, Interval
from .arrays import sum_kind
from .kinds import Divergence

__all__ = ["lattice", "sum_discrete"]

_MOST = 4_000_000
_NEGLIGIBLE = -745.0  # logs below it underflow


def lattice(p: Distribution, q: Distribution) -> tuple[Array, bool]:
    """Every whole number where either law has mass worth counting, and whether they are all there."""
    a, b = p.support, q.support
    hull = Interval(min(a.low, b.low), max(a.high, b.high))
    with np.errstate(all="ignore"):
        ends = np.concatenate([law.quantile(np.array([1e-16, 0.5, 1 - 1e-15])) for law in (p, q)])
    ends = ends[np.isfinite(ends)]
    low, high = float(ends.min()), float(ends.max())
    spread = max(high - low, 16.0)

    def matters(x: float) -> bool:
        return max(float(p.log_prob(x)), float(q.log_prob(x))) > _NEGLIGIBLE

    complete = True
    step = spread
    while high < hull.high and matters(high):
        high, step = min(high + step, hull.high), 1.5 * step
        if high - low > _MOST:
            complete = False
            break
    step = spread
    while low > hull.low and matters(low):
        low, step = max(low - step, hull.low), 1.5 * step
        if high - low > _MOST:
            complete = False
            break
    low, high = math.floor(max(low, hull.low)), math.ceil(min(high, hull.high))
    if high - low > _MOST:
        middle = math.floor(float(ends[1]))
        low, high = max(low, middle - _MOST // 2), min(high, middle + _MOST // 2)
    return np.arange(low, high + 1, dtype=np.float64), complete


def sum_discrete(kind: str, p: Distribution, q: Distribution, option: float) -> Divergence:
    """A divergence of two laws on the whole numbers; exact but for rounding."""
    x, complete = lattice(p, q)
    lp, lq = p.log_prob(x), q.log_prob(x)
    t = lq - lp
    t = np.where(np.isnan(t), 0.0, t)
    value, error = sum_kind(kind, lp, lq, t, option)
    if math.isinf(value):
        return Divergence(
            value, 0.0, "quadrature", kind, "p or q has mass where the other has none, or the sum overflows"
        )
    with np.errstate(all="ignore"):
        missed = max(abs(1 - float(np.sum(np.exp(lp)))), abs(1 - float(np.sum(np.exp(lq)))))
    if kind == "js":
        value = min(value, math.log(2))
    error += 1e-15 * abs(value) + max(missed - 1e-12, 0.0) * abs(value)
    if not complete and missed > 1e-8:
        return Divergence(value, math.inf, "quadrature", kind, f"more than {_MOST} terms carry mass; use closed_form")
    return Divergence(value, error, "quadrature", kind)
