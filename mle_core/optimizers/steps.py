"""Step rules: how far to go along a direction. Schedules fix the size beforehand, line searches find it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

from ..domain import Array, DomainError, MleError
from .line_search import Move, backtracking, wolfe
from .problem import Point

__all__ = ["SCHEDULES", "STEP_RULES", "Rule", "Schedule", "StepRule", "make_rule", "schedule"]

Schedule: TypeAlias = Callable[[int], float]
# rule(point, direction, t) → Move
Rule: TypeAlias = Callable[[Point, Array, int], Move]

SCHEDULES: Mapping[str, Callable[[float, float, int], float]] = MappingProxyType(
    {
        "constant": lambda size, rate, t: size,
        "1/t": lambda size, rate, t: size / (1 + rate * t),
        "sqrt": lambda size, rate, t: size / math.sqrt(1 + rate * t),
        "exponential": lambda size, rate, t: size * math.exp(-rate * t),
    }
)


def schedule(size: float, decay: str | None = None, rate: float = 0.01) -> Schedule:
    """Step size of step t: `size` a, or a/(1 + rt), a/√(1 + rt), a·exp(−rt) for decay "1/t", "sqrt", "exponential".

    Raises
    ------
    ValueError
        If the decay is unknown, or the size or the rate not positive.
    """
    name = "constant" if decay is None else decay
    if name not in SCHEDULES:
        raise MleError(f"there is no decay {decay!r}; choose one of {', '.join(SCHEDULES)}.")
    for label, number in (("step", size), ("decay_rate", rate)):
        if not (number > 0 and math.isfinite(number)):
            raise DomainError(f"{label} = {number:g} is outside (0, ∞); choose a positive number such as 0.1.")
    return lambda t: SCHEDULES[name](size, rate, t)


@dataclass(frozen=True)
class StepRule:
    """A step rule in the registry: name, a sentence on it, and ``search(point, direction, first)`` if it searches."""

    key: str
    name: str
    sentence: str
    search: Callable[[Point, Array, float], Move] | None = None


STEP_RULES: Mapping[str, StepRule] = MappingProxyType(
    {
        rule.key: rule
        for rule in (
            StepRule(
                "fixed", "Fixed or decaying step", "The size is set beforehand; nothing guards against too long a step."
            ),
            StepRule(
                "line_search",
                "Backtracking line search",
                "Halve the step until the log-likelihood rises by a share of what the slope promises (Armijo 1966).",
                backtracking,
            ),
            StepRule(
                "wolfe",
                "Strong Wolfe line search",
                "Find a step where the value has risen and the slope has fallen to 0.9 of itself (Wolfe 1969).",
                lambda point, direction, first: wolfe(point, direction, first, 0.9),
            ),
            StepRule(
                "exact",
                "Exact line search",
                "Climb to the top along the direction, where the slope has fallen to a millionth of itself.",
                lambda point, direction, first: wolfe(point, direction, first, 1e-6),
            ),
        )
    }
)


def make_rule(step: float | str | Schedule, decay: str | None, rate: float, *, natural: bool) -> tuple[Rule, bool]:
    """The rule of a run, and whether it is a line search.

    `natural` says that the direction has a length of its own, so that every search begins with size 1; else it begins
    with twice the last size.
    """
    if isinstance(step, str):
        found = STEP_RULES.get(step)
        if found is None or found.search is None:
            names = [key for key, rule in STEP_RULES.items() if rule.search is not None]
            raise MleError(f"there is no line search {step!r}; choose {', '.join(names)}, or give a step size.")
        if decay is not None:
            raise MleError(f"a {found.name.lower()} has no decay; give a step size, or leave decay out.")
        search, last = found.search, [0.5]

        def searched(point: Point, direction: Array, t: int) -> Move:
            move = search(point, direction, 1.0 if natural else 2 * last[0])
            if move.point is not None and move.size > 0:
                last[0] = move.size
            return move

        return searched, True
    sizes = step if callable(step) else schedule(float(step), decay, rate)

    def planned(point: Point, direction: Array, t: int) -> Move:
        size = float(sizes(t))
        return Move(Point(point.problem, point.theta + size * direction), size, ())

    return planned, False
