"""Mini-batch gradient ascent: each step sees a few observations only (Robbins & Monro 1951)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from .criterion import Criterion
from .directions import Direction
from .path import Path
from .problem import Point
from .steps import Schedule
from .trace import Trace

__all__ = ["epoch", "stochastic"]


def epoch(n: int, batch_size: int, rng: np.random.Generator, replace: bool = False) -> Iterator[NDArray[np.int64]]:
    """The batches of one epoch, as places of observations.

    Without replacement a shuffled cut of 0 … n − 1, so that each observation is seen once, the last batch being what is
    left over; with replacement as many independent draws.
    """
    order = rng.integers(0, n, n) if replace else rng.permutation(n)
    for start in range(0, n, batch_size):
        yield order[start : start + batch_size]


def stochastic(
    trace: Trace,
    start: Point,
    direction: Direction,
    sizes: Schedule,
    *,
    batch_size: int,
    replace: bool,
    seed: int,
    max_steps: int,
    tol: float,
) -> Path:
    """Walk `max_steps` mini-batches; the stopping test looks at the whole sample after every epoch.

    Parameters
    ----------
    trace : Trace
        Empty; it is filled and finished.
    direction : callable
        What it is shown are points of the mini-batches.
    sizes : callable
        Step number → step size.
    """
    problem, rng = start.problem, np.random.default_rng(seed)
    assert problem.batch is not None
    n, criterion, point, t = round(problem.n), Criterion(start, tol), start, 0
    trace.add_unseen(start.theta)
    while True:
        trace.see(value=point.value)
        if not point.usable:
            return trace.finish("diverged", "the log-likelihood or its slope is not finite", np.inf)
        verdict = criterion.verdict(point, fresh=True)
        if verdict is None and t >= max_steps:
            verdict = "max_steps", f"max_steps = {max_steps}; {criterion.final(point)}"
        if verdict is not None:
            trace.see(gradient=point.gradient)
            return trace.finish(*verdict, criterion.error)
        for rows in epoch(n, batch_size, rng, replace):
            if t >= max_steps:
                break
            with np.errstate(all="ignore"):
                few = Point(problem.batch(rows), point.theta)
                slope, size = few.gradient, float(sizes(t))
                there = Point(problem, point.theta + size * direction(few, False))
                inside = bool(np.isfinite(there.theta).all()) and bool(problem.contains(there.theta))
            trace.spend(rows.size / n)
            if not inside:
                trace.reject([there.theta])
                trace.see(gradient=point.gradient)
                words = f"step {t + 1} of size {size:g} leaves the domain; {criterion.final(point)}"
                return trace.finish("diverged", words, criterion.error)
            trace.see(gradient=slope)
            trace.reject([])
            trace.add_unseen(there.theta, size=size)
            point, t = there, t + 1
