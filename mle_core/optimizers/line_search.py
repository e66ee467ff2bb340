"""Line searches: backtracking by Armijo's rule, and the strong Wolfe conditions (Nocedal & Wright 2006, ch. 3).

Close to the maximum a value cannot tell which point is higher: a rise of 1e-8 standard errors is far below its rounding.
There the slopes decide, by the approximate Wolfe condition of Hager & Zhang (2005, SIAM J. Optim. 16, eq. 1.5).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..domain import Array
from .problem import Point

__all__ = ["Move", "backtracking", "wolfe"]

# Share of the promised rise. Backtracking asks for more than the usual 1e-4: a step of nearly twice the best size, which
# 1e-4 still accepts, only jumps to and fro across a parabola. Below a half, so that Newton's own step is accepted.
_BACKTRACKING_SHARE = 0.25
_WOLFE_SHARE = 1e-4
_MOST_HALVINGS = 100
_MOST_TRIALS = 100


@dataclass(frozen=True, eq=False)
class Move:
    """Where a step rule arrives (None where no step climbs), the size, and the points tried and left."""

    point: Point | None
    size: float
    rejected: tuple[Array, ...]


@dataclass(frozen=True, eq=False)
class _Line:
    """φ(a) = value at θ + a d."""

    origin: Point
    direction: Array
    slope: float
    share: float

    def at(self, a: float) -> Point:
        with np.errstate(all="ignore"):
            return Point(self.origin.problem, self.origin.theta + a * self.direction)

    def slope_at(self, point: Point) -> float:
        with np.errstate(all="ignore"):
            slope = float(point.gradient @ self.direction)
        return slope if math.isfinite(slope) else math.nan

    def rises(self, a: float, point: Point) -> bool:
        """Armijo's condition, or that of the slopes where the values differ by their rounding alone."""
        value, start = point.value, self.origin.value
        if not math.isfinite(value):
            return False
        if value >= start + self.share * a * self.slope and value - start > 1e-14 * (1 + abs(start)):
            return point.usable
        if abs(value - start) <= 1e-13 * (1 + abs(start)):
            return self.slope_at(point) >= (2 * self.share - 1) * self.slope
        return False


def _line(point: Point, direction: Array, share: float) -> _Line | None:
    with np.errstate(all="ignore"):
        slope = float(point.gradient @ direction)
    return _Line(point, direction, slope, share) if 0 < slope < math.inf else None


def backtracking(point: Point, direction: Array, first: float) -> Move:
    """Halve the step from `first` on until the value rises enough (Armijo 1966)."""
    line = _line(point, direction, _BACKTRACKING_SHARE)
    if line is None:
        return Move(None, 0.0, ())
    a, rejected = first, list[Array]()
    for _ in range(_MOST_HALVINGS):
        trial = line.at(a)
        if (trial.theta == point.theta).all():
            break
        if line.rises(a, trial):
            return Move(trial, a, tuple(rejected))
        rejected.append(trial.theta)
        a /= 2
    return Move(None, 0.0, tuple(rejected))


def wolfe(point: Point, direction: Array, first: float, share: float) -> Move:
    """A step that raises the value and brings the slope down to `share` of its size (N. & W., eq. 3.7).

    Notes
    -----
    Bracketing as Lewis & Overton (2013, Math. Program. 141, algorithm 2.6): below `low` the value rises and the slope is
    still steep, at `high` the value or the slope has fallen too far. Between them the secant of the slopes is exact for
    a parabola.
    """
    line = _line(point, direction, _WOLFE_SHARE)
    if line is None:
        return Move(None, 0.0, ())
    seen: list[Point] = []
    best, low, low_slope = point, 0.0, line.slope
    high, high_slope = math.inf, math.nan
    a = first
    width, halve = math.inf, False
    for _ in range(_MOST_TRIALS):
        trial = line.at(a)
        if (trial.theta == best.theta).all():
            break
        seen.append(trial)
        if not line.rises(a, trial):
            high, high_slope = a, (line.slope_at(trial) if trial.usable else math.nan)
        else:
            slope = line.slope_at(trial)
            if abs(slope) <= share * line.slope:
                return _chosen(trial, a, seen)
            if slope < 0:
                high, high_slope = a, slope
            else:
                further = _beyond(low, low_slope, a, slope)
                best, low, low_slope = trial, a, slope
        # The secant creeps where the slope at one end is far from the parabola's: then halve the bracket in between.
        halve, width = not halve and high - low > width / 2, high - low
        a = further if math.isinf(high) else _between(low, low_slope, high, high_slope, halve=halve)
        if math.isinf(a):
            break
        if (line.at(a).theta == best.theta).all():  # the secant of a slope that explodes ends at the origin
            a = low + (high - low) / 2 if math.isfinite(high) else a
    # Within the rounding of the value no point meets both conditions: the highest that is known will do.
    if low > 0:
        return _chosen(best, low, seen)
    return Move(None, 0.0, tuple(trial.theta for trial in seen))


def _chosen(point: Point, a: float, seen: list[Point]) -> Move:
    return Move(point, a, tuple(trial.theta for trial in seen if trial is not point))


def _beyond(low: float, low_slope: float, a: float, slope: float) -> float:
    """Where the slopes at two points would vanish further out, a little further to at most ten times as far."""
    if slope >= low_slope:
        return 10 * a
    return min(max(a + slope * (a - low) / (low_slope - slope), 1.1 * a), 10 * a)


def _between(low: float, low_slope: float, high: float, high_slope: float, *, halve: bool) -> float:
    """Where the slope vanishes by the secant, or the middle where that is no help."""
    if not halve and high_slope < 0:
        guess = low + low_slope * (high - low) / (low_slope - high_slope)
        if low < guess < high:
            return guess
    return low + (high - low) / 2
