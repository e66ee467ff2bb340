"""Integrals of one variable by Gauss–Legendre panels that are halved where they are not yet exact.

A panel lies either in x itself or in the logarithm of the distance from an origin, in which power tails, exponential
tails and the powers at a finite end are all smooth. Davis & Rabinowitz (1984), Methods of Numerical Integration, §6.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..domain import Array, Bools

__all__ = ["Integral", "Panels", "cut_at_zeros", "integrate", "lay_panels"]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(10)
_NODES, _WEIGHTS = 0.5 * (_NODES + 1), 0.5 * _WEIGHTS
# Widths of the panels of a tail in log distance: short where a normal tail bends, long where only powers are left.
_TAIL = np.array([0.0, 0.3, 0.6, 1.0, 1.6, 2.4, 3.5, 5, 8, 13, 20, 32, 50, 80, 125, 200, 320, 500, 720])
# Knots that differ by more than this factor in their distance from an origin are joined by panels in log distance.
_DECADES = 8.0
_ROUNDS, _MOST = 40, 4000


@dataclass(frozen=True)
class Panels:
    """Panels from `low` to `high` (m,) of y: x = y where `sign` is 0, else x = origin + sign·e^y."""

    low: Array
    high: Array
    origin: Array
    sign: Array

    def take(self, which: Array | Bools | NDArray[np.intp]) -> Panels:
        """Some of them, by index or mask."""
        return Panels(self.low[which], self.high[which], self.origin[which], self.sign[which])

    def halves(self) -> Panels:
        """Each cut in two, the two halves side by side: (2m,)."""
        middle = 0.5 * (self.low + self.high)
        low = np.stack([self.low, middle], axis=1).ravel()
        high = np.stack([middle, self.high], axis=1).ravel()
        return Panels(low, high, np.repeat(self.origin, 2), np.repeat(self.sign, 2))

    def nodes(self) -> tuple[Array, Array]:
        """x (m, 10) and the weights (m, 10) of dx."""
        width = (self.high - self.low)[:, None]
        y = self.low[:, None] + width * _NODES
        sign = self.sign[:, None]
        stretch = np.where(sign == 0, 1.0, np.exp(np.where(sign == 0, 0.0, y)))
        return np.where(sign == 0, y, self.origin[:, None] + sign * stretch), width * _WEIGHTS * stretch


@dataclass(frozen=True)
class Integral:
    """Integrals (k,) of k functions, the error estimate of the first, and whether it was reached."""

    values: Array
    error: float
    converged: bool


def lay_panels(low: float, high: float, knots: Array, ends: Sequence[float] = ()) -> Panels:
    """Panels over (low, high) with edges at `knots`, and log panels towards both ends and around `ends` inside."""
    edges = [low, *sorted(end for end in set(ends) if low < end < high), high]
    rows: list[tuple[float, float, float, float]] = []
    for a, b in itertools.pairwise(edges):
        inside = np.unique(knots[(knots > a) & (knots < b) & np.isfinite(knots)])
        if inside.size == 0:
            inside = np.array([0.5 * a + 0.5 * b if math.isfinite(a) and math.isfinite(b) else _beyond(a, b)])
        if inside.size == 1 and math.isinf(a) and math.isinf(b):
            inside = inside[0] + np.array([-1.0, 1.0])
        first, last = float(inside[0]), float(inside[-1])
        centre = float(inside[inside.size // 2])
        for x, y in itertools.pairwise(inside.tolist()):
            rows += _gap(x, y, ((a, 1.0), (b, -1.0), (centre, 1.0 if x >= centre else -1.0)))
        rows += _tail(a, first, centre if centre > first else last, 1.0)
        rows += _tail(b, last, centre if centre < last else first, -1.0)
    table = np.array(rows).reshape(-1, 4)
    return Panels(*np.ascontiguousarray(table.T))


def _gap(x: float, y: float, origins: Sequence[tuple[float, float]]) -> list[tuple[float, float, float, float]]:
    """Panels between two neighbouring knots: in the log distance from the first origin from which they are far apart.

    The quantiles of a heavy tail, or of a power at a finite end, lie decades from each other.
    """
    for origin, sign in origins:
        near, far = sorted((sign * (x - origin), sign * (y - origin)))
        if 0 < near < far / _DECADES and far < math.inf:
            low, high = math.log(near), math.log(far)
            cuts = np.linspace(low, high, math.ceil((high - low) / 2) + 1)
            return [(u, v, origin, sign) for u, v in itertools.pairwise(cuts)]
    return [(x, y, 0.0, 0.0)]


def _beyond(a: float, b: float) -> float:
    return a + max(abs(a), 1.0) if math.isfinite(a) else b - max(abs(b), 1.0) if math.isfinite(b) else 0.0


def _tail(end: float, knot: float, centre: float, sign: float) -> list[tuple[float, float, float, float]]:
    """Panels between an end of the domain and the knot that is nearest to it; sign +1 for the lower end."""
    if math.isinf(end):
        # Away from the centre of the knots; a single knot has no centre but a finite end somewhere.
        origin = centre if centre != knot else knot + sign * max(abs(knot), 1e-300)
        start = math.log(abs(knot - origin))
        y = np.minimum(start + _TAIL, min(max(345.0, start + 60), 700.0))  # beyond 1e150 squares overflow
        return [(u, v, origin, -sign) for u, v in itertools.pairwise(y) if v > u]
    start = math.log(abs(knot - end))
    least = math.log(np.spacing(abs(end))) if end != 0 else -700.0
    y = np.maximum(start - _TAIL, least)
    return [(v, u, end, sign) for u, v in itertools.pairwise(y) if u > v]


def cut_at_zeros(function: Callable[[Array], Array], panels: Panels) -> Panels:
    """Cut panels where `function` of x (m,) changes sign, so that its absolute value has its kinks at edges.

    Regula falsi with the weight of a stale end halved (the Illinois method; Dowell & Jarratt 1971).
    """
    fine = panels.halves()

    def value(y: Array, which: Panels) -> Array:
        x = np.where(which.sign == 0, y, which.origin + which.sign * np.exp(np.where(which.sign == 0, 0.0, y)))
        return function(x)

    left, right = value(fine.low, fine), value(fine.high, fine)
    crossing = np.isfinite(left) & np.isfinite(right) & (left * right < 0)
    if not crossing.any():
        return fine
    some, rest = fine.take(crossing), fine.take(~crossing)
    a, b, fa, fb = some.low, some.high, left[crossing], right[crossing]
    for _ in range(14):
        y = b - fb * (b - a) / (fb - fa)
        y = np.where((y >= np.minimum(a, b)) & (y <= np.maximum(a, b)), y, b)
        f = value(y, some)
        opposite = f * fb < 0
        a, fa = np.where(opposite, b, a), np.where(opposite, fb, 0.5 * fa)
        b, fb = y, np.where(f == 0, np.copysign(1e-300, fb), f)
    return Panels(
        np.concatenate([rest.low, some.low, b]),
        np.concatenate([rest.high, b, some.high]),
        np.concatenate([rest.origin, some.origin, some.origin]),
        np.concatenate([rest.sign, some.sign, some.sign]),
    )


def integrate(function: Callable[[Array], Array], panels: Panels, relative: float = 1e-12) -> Integral:
    """Integrate `function`, which gives (k, m, 10) at x (m, 10), until the first integral is exact to `relative`.

    Notes
    -----
    The error of a panel is estimated from the difference between 10 nodes on it and 10 on each half, as in QUADPACK:
    scale · min(1, (200 |difference|/scale)^1.5).
    """

    def panel_sums(some: Panels) -> Array:
        x, weights = some.nodes()
        with np.errstate(all="ignore"):
            values = function(x)
            # A weight of 0 or an underflowed density makes nothing of a node, whatever else overflows there.
            return np.asarray(np.sum(np.where((weights == 0) | (values == 0), 0.0, values * weights), axis=-1))

    if panels.low.size == 0:
        return Integral(np.zeros(1), 0.0, True)
    whole = panel_sums(panels)
    done = np.zeros(whole.shape[0])
    done_error = 0.0
    converged = False
    active = panels
    for _ in range(_ROUNDS):
        parts = active.halves()
        sums = panel_sums(parts)
        both = sums[:, 0::2] + sums[:, 1::2]
        if not np.isfinite(both[0]).all():
            return Integral(done + both.sum(axis=1), math.inf, False)
        scale = np.abs(sums[0, 0::2]) + np.abs(sums[0, 1::2])
        difference = np.abs(both[0] - whole[0])
        with np.errstate(all="ignore"):
            errors = np.where(scale > 0, scale * np.minimum(1.0, (200 * difference / scale) ** 1.5), 0.0)
        errors = np.where(difference <= 4e-15 * scale, difference, np.maximum(errors, 0.1 * difference))
        total = done + both.sum(axis=1)
        error = done_error + float(errors.sum())
        target = relative * abs(float(total[0]))
        rounding = 1e-14 * abs(float(total[0]))
        refine = (errors > target / (4 * errors.size)) & (difference > 4e-15 * scale) & (errors > 1e-3 * rounding)
        # So near a finite end the distance to it is a few units of rounding: narrower panels would resolve the rounding.
        noisy = (active.sign != 0) & (active.low < np.log(1e10 * np.spacing(np.abs(active.origin))))
        refine &= ~(noisy & (active.high - active.low < 0.3))
        if error <= target or not refine.any():
            converged = error <= max(1e-6 * abs(float(total[0])), target)
            return Integral(total, error + rounding, converged)
        if int(refine.sum()) > _MOST:
            return Integral(total, error + rounding, False)
        keep = ~refine
        done = done + both[:, keep].sum(axis=1)
        done_error += float(errors[keep].sum())
        again = np.repeat(refine, 2)
        active, whole = parts.take(again), sums[:, again]
    return Integral(done + whole.sum(axis=1), error, error <= 1e-6 * abs(float(total[0])))
