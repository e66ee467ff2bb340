"""Expectation-maximisation (Dempster, Laird & Rubin 1977): the likelihood never falls, and there is no step size."""

from __future__ import annotations

import numpy as np

from .criterion import Criterion
from .path import Path
from .problem import Point
from .trace import Trace

__all__ = ["expectation_maximisation"]


def expectation_maximisation(trace: Trace, start: Point, *, max_steps: int, tol: float) -> Path:
    """Repeat the family's EM step until the gradient vanishes. The step needs one pass, which gives the value as well."""
    problem, criterion, point = start.problem, Criterion(start, tol), start
    assert problem.em_step is not None
    trace.spend(1)
    trace.add(point)
    for t in range(max_steps + 1):
        verdict = criterion.verdict(point, fresh=t == max_steps)
        if verdict is not None:
            return trace.finish(verdict[0], verdict[1], criterion.error)
        if t == max_steps:
            break
        with np.errstate(all="ignore"):
            there = Point(problem, np.asarray(problem.em_step(point.theta), dtype=np.float64))
        trace.reject([] if there.usable else [there.theta])
        if not there.usable:
            return trace.finish(
                "diverged", f"step {t + 1} leaves the domain; {criterion.final(point)}", criterion.error
            )
        point = there
        trace.spend(1)
        trace.add(point)
    return trace.finish("max_steps", f"max_steps = {max_steps}: {criterion.final(point)}", criterion.error)
