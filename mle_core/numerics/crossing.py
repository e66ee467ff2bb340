"""Where a distance from the estimate first reaches a level, on both sides at once."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..domain import Array

__all__ = ["Side", "first_crossings"]

# A coordinate this far out stands for an estimate at infinity.
_FAR = 1e200
_LONG = 8
# Bisection takes turns with so many secants: it is all that finds a jump.
_SECANTS = 6


@dataclass
class Side:
    """One side of the search, in an unbounded coordinate φ.

    Parameters
    ----------
    sign : −1 or 1
        Which way is outward.
    inner : float
        A φ where the distance is below the level; ±1e300 if the estimate is at infinity.
    phi : float
        Where to look first.
    span : float
        The first long step.
    lowest, highest : float
        Where the search ends.
    """

    sign: int
    inner: float
    phi: float
    span: float
    lowest: float
    highest: float
    outer: float = math.nan
    before: float = math.nan
    grown: int = 0
    within: float = math.nan
    beyond: float = math.nan
    secants: int = 0
    last: tuple[float, float] = (math.nan, math.nan)
    done: bool = False
    reached_limit: bool = False

    def settle(self, distance: float, slope: float, goal: float, close: float) -> None:
        """Take the distance at φ in, and choose the next φ."""
        reach = self.lowest if self.sign < 0 else self.highest
        if abs(distance - goal) <= close:
            self.done = True
            return
        if math.isnan(slope) and math.isfinite(distance) and math.isfinite(self.last[1]) and self.phi != self.last[0]:
            slope = (distance - self.last[1]) / (self.phi - self.last[0])
        self.last = (self.phi, distance)
        if distance < goal:
            if self.phi == reach:
                self.done = self.reached_limit = True
                return
            self.inner, self.within = self.phi, distance
        else:
            self.outer, self.beyond = self.phi, distance
        # At a distance of 0 the slope of the root of a drop is ∞, and says nothing.
        usable = 0 < slope * self.sign < math.inf and math.isfinite(distance)
        newton = self.phi + (goal - distance) / slope if usable else math.nan
        self.before, self.phi = self.phi, self._next(newton, goal)
        self.phi = min(max(self.phi, self.lowest), self.highest)
        self.done = self.phi == self.before  # the step is below the spacing of floating-point numbers
        if self.done and math.isinf(distance) and abs(self.inner) <= _FAR:
            self.phi = self.inner  # a jump to a likelihood of zero: the last point before it

    def _grow(self) -> None:
        """A longer step: twice as long at first; after `_LONG` of these the factor is squared each time."""
        self.grown += 1
        self.span *= 2.0 ** min(2 ** max(0, self.grown - _LONG), 512)

    def _next(self, newton: float, goal: float) -> float:
        if math.isnan(self.outer):
            self._grow()
            farthest = self.phi + self.sign * self.span
            if math.isnan(newton):
                return farthest
            return min(newton, farthest) if self.sign > 0 else max(newton, farthest)
        if abs(self.inner) > _FAR:
            self._grow()
            return self.phi - self.sign * self.span
        if min(self.inner, self.outer) < newton < max(self.inner, self.outer):
            return newton
        if abs(self.outer - self.inner) <= 4e-16 * max(abs(self.inner), abs(self.outer)):
            return self.phi
        self.secants += 1
        if self.secants % 2 and self.secants < 2 * _SECANTS and math.isfinite(self.within + self.beyond):
            # The slope that was told is none of the distance, as on an edge of the domain.
            share = (goal - self.within) / (self.beyond - self.within)
            return self.inner + min(max(share, 0.01), 0.99) * (self.outer - self.inner)
        return self.inner + (self.outer - self.inner) / 2


def first_crossings(
    evaluate: Callable[[Array], tuple[Array, Array]], sides: list[Side], goal: float, close: float
) -> None:
    """Move each side to where the distance first reaches `goal`, going outward.

    Parameters
    ----------
    evaluate : callable
        φ (m,) → distance (m,) ≥ 0, ∞ where there is none, and its slope (m,), NaN where it is not known: then the
        secant of the last two points is used.
    sides : list of Side
        Changed in place.
    goal, close : float
        The level, and how near it is near enough.

    Notes
    -----
    Newton's method inside a bracket that grows outward; bisection where Newton leaves the bracket.
    """
    for _ in range(2000):
        active = [side for side in sides if not side.done]
        if not active:
            return
        distances, slopes = evaluate(np.array([side.phi for side in active]))
        for side, distance, slope in zip(active, distances.tolist(), slopes.tolist(), strict=True):
            side.settle(distance, slope, goal, close)
