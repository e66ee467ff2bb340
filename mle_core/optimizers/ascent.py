"""The loop of the methods that see all the data at every step: direction, step rule, stopping test."""

from __future__ import annotations

import numpy as np

from .criterion import Criterion
from .directions import Direction
from .path import Path
from .problem import Point
from .steps import Rule
from .trace import Trace

__all__ = ["ascend"]


def ascend(
    trace: Trace,
    start: Point,
    direction: Direction,
    rule: Rule,
    *,
    searches: bool,
    max_steps: int,
    tol: float,
    exact_metric: bool,
) -> Path:
    """Walk from `start` until the stopping test, `max_steps`, or a point from which there is no way on.

    Parameters
    ----------
    trace : Trace
        Empty; it is filled and finished.
    searches : bool
        Whether the rule is a line search, which may ask for a direction that climbs.
    exact_metric : bool
        Whether the Hessian is at hand at every step, so that the stopping test may use it.
    """
    criterion = Criterion(start, tol)
    point = start
    trace.spend(1)
    trace.add(point)
    # Steps of a planned size do not ask for values: where they are cheap they are computed all at once, at the end.
    later = not searches and start.problem.cheap and start.problem.expansion is None
    for t in range(max_steps):
        verdict = criterion.verdict(point, fresh=exact_metric)
        if verdict is not None:
            return trace.finish(verdict[0], verdict[1], criterion.error)
        with np.errstate(all="ignore"):
            way = direction(point, False)
            if searches and not float(point.gradient @ way) > 0:
                way = direction(point, True)
            move = rule(point, way, t)
            if move.point is None and searches:
                trace.spend(len(move.rejected))
                way = direction(point, True)
                move = rule(point, way, t)
        trace.spend(len(move.rejected))
        left = list(move.rejected)
        lost = move.point is not None and not (move.point.followable if later else move.point.usable)
        trace.reject([*left, move.point.theta] if lost and move.point is not None else left)
        if move.point is None:
            why = "no step raises the log-likelihood"
            if left and not bool(start.problem.contains(left[-1])):
                why = "the way up leads out of the domain"
            elif left and Point(start.problem, left[-1]).value == -np.inf:
                why = "the way up leads where the likelihood is 0"
            return trace.finish("max_steps", f"{why}; {criterion.final(point)}", criterion.error)
        if lost:
            return trace.finish(
                "diverged",
                f"step {t + 1} of size {move.size:g} leaves the domain or the range of numbers; "
                f"{criterion.final(point)}",
                criterion.error,
            )
        point = move.point
        trace.spend(1)
        trace.add(point, size=move.size, later=later)
    verdict = criterion.verdict(point, fresh=True)
    if verdict is not None:
        return trace.finish(verdict[0], verdict[1], criterion.error)
    return trace.finish("max_steps", f"max_steps = {max_steps}: {criterion.final(point)}", criterion.error)
