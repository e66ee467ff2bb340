"""Sums over the whole numbers, from where either law has mass to where neither matters any more."""

from __future__ import annotations

import math

import numpy as np

from ..distribution import Distribution
from ..domain import Array, Interval
from .arrays import sum_kind
from .integrands import log_affinity_point
from .kinds import Divergence

__all__ = ["lattice", "sum_discrete"]

_MOST = 4_000_000
_NEGLIGIBLE = -745.0  # logs below it underflow


def lattice(p: Distribution, q: Distribution, alpha: float = 1.0) -> tuple[Array, bool]:
    """Every whole number where either law has mass worth counting, and whether they are all there.

    For α > 1 also where p^α q^(1−α) has, which may lie far beyond both.
    """
    a, b = p.support, q.support
    hull = Interval(min(a.low, b.low), max(a.high, b.high))
    with np.errstate(all="ignore"):
        ends = np.concatenate([law.quantile(np.array([1e-16, 0.5, 1 - 1e-15])) for law in (p, q)])
    ends = ends[np.isfinite(ends)]
    low, high = float(ends.min()), float(ends.max())
    spread = math.ceil(max(high - low, 16.0))  # steps stay on the whole numbers: between them no law has mass

    def matters(x: float) -> bool:
        lp, lq = p.log_prob(x), q.log_prob(x)
        with np.errstate(invalid="ignore"):
            heights = [lp, lq] if alpha <= 1 else [lp, lq, log_affinity_point(lp, lq, alpha)]
        return max(float(height) for height in heights) > _NEGLIGIBLE

    complete = True
    step = spread
    while high < hull.high and matters(high):
        high, step = min(high + step, hull.high), math.ceil(1.5 * step)
        if high - low > _MOST:
            complete = False
            break
    step = spread
    while low > hull.low and matters(low):
        low, step = max(low - step, hull.low), math.ceil(1.5 * step)
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
    alpha = 2.0 if kind == "chi2" else option if kind == "renyi" else 1.0
    x, complete = lattice(p, q, alpha)
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
    # The log-ratio is rounded like the logs: the divergence is of the order t², Hellinger and total variation of t.
    rounding = 2e-15 * (1.0 if kind in ("hellinger", "total_variation") else math.sqrt(abs(value)))
    error += 1e-15 * abs(value) + rounding + max(missed - 1e-12, 0.0) * abs(value)
    if not complete and (missed > 1e-8 or alpha > 1):
        return Divergence(value, math.inf, "quadrature", kind, f"more than {_MOST} terms matter; use closed_form")
    return Divergence(value, error, "quadrature", kind)
