"""Mini-batch gradient ascent: each step sees a few observations only (Robbins & Monro 1951)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ..domain import Array
from ..problem import Point, Problem
from .criterion import Criterion
from .path import Path, Reason, Trace
from .steps import Schedule

__all__ = ["epoch", "stochastic"]

# Terms of the log-likelihood that the record of the values may cost beside the run itself.
_AFFORDABLE = 10**8


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
    sizes : callable
        Step number → step size.
    """
    problem, rng = start.problem, np.random.default_rng(seed)
    assert problem.batch is not None
    n, criterion = round(problem.n), Criterion(start, tol)
    point, t, known = start, 0, {0: start.value}
    trace.add(start.theta, start.value, np.full(start.theta.size, np.nan))
    while t < max_steps:
        verdict = criterion.verdict(point, fresh=True)
        if verdict is not None:
            return _finished(trace, known, point, verdict, criterion.error)
        for rows in epoch(n, batch_size, rng, replace):
            if t == max_steps:
                break
            with np.errstate(all="ignore"):
                slope = np.asarray(problem.batch(rows).gradient(point.theta), dtype=np.float64)
                size = float(sizes(t))
                there = Point(problem, point.theta + size * slope)
                inside = bool(np.isfinite(there.theta).all()) and bool(problem.contains(there.theta))
            trace.spend(rows.size / n)
            trace.see(slope)
            if not inside:
                trace.reject([there.theta])
                detail = f"step {t + 1} of size {size:g} leaves the domain; {criterion.final(point)}"
                return _finished(trace, known, point, ("diverged", detail), criterion.error)
            trace.reject([])
            trace.add(there.theta, np.nan, np.full(slope.size, np.nan), size)
            point, t = there, t + 1
        known[t] = point.value
        if not point.usable:
            return _finished(trace, known, point, ("diverged", "the log-likelihood is −∞"), np.inf)
    verdict = criterion.verdict(point, fresh=True) or (
        "max_steps",
        f"max_steps = {max_steps}; {criterion.final(point)}",
    )
    return _finished(trace, known, point, verdict, criterion.error)


def _finished(trace: Trace, known: dict[int, float], point: Point, verdict: tuple[Reason, str], error: float) -> Path:
    values = _values(point.problem, np.array(trace.theta), known)
    return trace.finish(*verdict, error, values=values, last_gradient=point.gradient)


def _values(problem: Problem, theta: Array, known: dict[int, float]) -> Array:
    """Values at every iterate, or at the ends of the epochs where a long sample makes every one of them dear."""
    if problem.cheap or problem.n * len(theta) <= _AFFORDABLE:
        with np.errstate(all="ignore"):
            values = np.asarray(problem.value(theta), dtype=np.float64)
        return np.where(np.isnan(values), -np.inf, values)
    values = np.full(len(theta), np.nan)
    for t, value in known.items():
        values[t] = value
    values[-1] = Point(problem, theta[-1]).value
    return values
