"""What the supports and the tails of two laws decide by themselves: infinite and largest values."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np

from ..distribution import Distribution
from ..domain import Array
from .integrands import dominant_log

__all__ = ["decided_by_supports", "diverges", "landmarks", "median_and_width"]

# Kinds that are infinite where p has mass outside q's support, and where q has mass outside p's.
_NEEDS_Q = frozenset({"kl", "chi2", "jeffreys"})
_NEEDS_P = frozenset({"reverse_kl", "jeffreys"})
_DISJOINT = {"js": math.log(2), "hellinger": 1.0, "total_variation": 1.0}


def decided_by_supports(kind: str, p: Distribution, q: Distribution, alpha: float) -> tuple[float, str] | None:
    """The value and the reason, or None where the supports alone do not decide.

    A discrete and a continuous law are mutually singular: each has all its mass where the other has none.
    """
    if kind == "wasserstein":
        return None
    if p.discrete != q.discrete:
        return _DISJOINT.get(kind, math.inf), "a discrete and a continuous law have no mass in common"
    a, b = p.support, q.support
    apart = max(a.low, b.low) > min(a.high, b.high) if p.discrete else max(a.low, b.low) >= min(a.high, b.high)
    if apart:
        return _DISJOINT.get(kind, math.inf), f"the supports {a} and {b} are disjoint"
    needs_q = kind in _NEEDS_Q or (kind == "renyi" and alpha >= 1)
    if needs_q and (a.low < b.low or a.high > b.high):
        return math.inf, f"p has mass outside {b}, the support of q"
    if kind in _NEEDS_P and (b.low < a.low or b.high > a.high):
        return math.inf, f"q has mass outside {a}, the support of p"
    return None


# Log distances, in units of the reach, at which a discrete tail is looked at again.
_FAR = np.array([20.0, 30.0, 40.0, 60.0])
_LEVELS = np.array(
    [1e-15, 1e-10, 1e-6, 1e-3, 0.02, 0.1, 0.25, 0.5, 0.75, 0.9, 0.98, 1 - 1e-3, 1 - 1e-6, 1 - 1e-10, 1 - 1e-15]
)


@lru_cache(maxsize=256)
def landmarks(p: Distribution) -> Array:
    """Quantiles (15,) from one end of the law to the other, read-only; the median is the eighth."""
    with np.errstate(all="ignore"):
        points = p.quantile(_LEVELS)
    points.setflags(write=False)
    return points


def median_and_width(p: Distribution) -> tuple[float, float]:
    """Median and distance between the quartiles."""
    points = landmarks(p)
    return float(points[7]), float(points[8] - points[6])


def diverges(kind: str, p: Distribution, q: Distribution, alpha: float) -> bool:
    """Tell whether the integral diverges in some tail.

    With y = log |x|, or minus the log of the distance to a finite end, the integral converges where the logarithm of
    (integrand · |dx/dy|) falls with y for ever. Its slope is measured where y is in the hundreds, so that powers of
    log x no longer matter; slope 0 is 1/x and diverges.
    """
    if dominant_log(kind, np.zeros(1), np.zeros(1), alpha) is None:
        return False
    low, high = max(p.support.low, q.support.low), min(p.support.high, q.support.high)
    middle, width = median_and_width(p)
    other, other_width = median_and_width(q)
    reach = max(width, other_width, abs(middle - other), 1e-300)

    def log_density(x: Array) -> Array:
        with np.errstate(all="ignore"):
            value = dominant_log(kind, p.log_prob(x), q.log_prob(x), alpha)
        assert value is not None
        return value

    steps = np.array([5.0, 8.0, 12.0, 18.0, 27.0, 40.0, 60.0, 90.0, 140.0, 200.0])
    for end, sign in ((low, 1.0), (high, -1.0)):
        if math.isinf(end):
            middle_x, y = middle, math.log(reach) + steps
            if p.discrete:  # far enough out for the tail, near enough for the logs to be exact
                y = math.log(max(reach, 1.0)) + np.array([6.0, 8.0, 10.0, 12.0, 14.0])
            x = middle_x - sign * np.exp(np.minimum(y, 690.0))
            if p.discrete:
                x = np.floor(x)
            rises = _rises(log_density(x) + (0.0 if p.discrete else y), y - math.log(reach))
            if rises and not (p.discrete and _turns(log_density, middle_x - sign * reach * np.exp(_FAR))):
                return True
        elif not p.discrete and _rises_at_end(log_density, end, sign, reach):
            return True
    return False


def _rises_at_end(log_density: Callable[[Array], Array], end: float, sign: float, reach: float) -> bool:
    deepest = 200.0 if end == 0 else min(34.0, math.log(max(reach / np.spacing(abs(end)), 2.0)) - 3)
    if deepest < 5:
        return False
    y = np.linspace(0.4, 1.0, 5) * deepest
    x = end + sign * reach * np.exp(-y)
    y = np.log(reach) - np.log(np.abs(x - end))  # as rounded: so near the end a unit of rounding is a share of it
    return _rises(log_density(x) - y, y)


def _turns(log_density: Callable[[Array], Array], x: Array) -> bool:
    """Tell whether a sum that still grows where it was looked at falls further out, by more than its rounding."""
    return bool((log_density(np.floor(x)) < -1e-6 * np.abs(x)).any())


def _rises(logs: Array, y: Array) -> bool:
    """Tell whether the last logs before they overflow do not fall in the long run: a slope a above −0.002.

    Through the last three goes a·y + b·log y + c, as a log-ratio brings powers of y with it. −∞ is a density that
    underflowed, and so a tail that ends; +∞ and NaN are formulas that overflowed and say nothing.
    """
    known = np.flatnonzero(np.isfinite(logs))
    if known.size < 3 or np.isneginf(logs[known[-1] :]).any():
        return False
    last = known[-3:]
    rows = np.column_stack([y[last], np.log(y[last]), np.ones(3)])
    return bool(np.linalg.solve(rows, logs[last])[0] > -0.002)
