"""`optimize`: a method, a step rule and a start make a path."""

from __future__ import annotations

import math
import numbers
from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from ..domain import Array, DomainError, MleError
from .ascent import ascend
from .criterion import metric_at
from .directions import Options
from .em import expectation_maximisation
from .path import Path
from .problem import Point, Problem
from .registry import OPTIMIZERS, Optimizer, method_for
from .sgd import stochastic
from .steps import Schedule, make_rule, schedule
from .trace import Trace

__all__ = ["optimize"]

_BATCH = 32


def optimize(
    problem: Problem,
    start: ArrayLike | Mapping[str, float],
    method: str = "newton",
    max_steps: int = 100,
    *,
    step: float | str | Schedule | None = None,
    tol: float = 1e-8,
    seed: int = 0,
    batch_size: int | None = None,
    replace: bool = False,
    momentum: float = 0.9,
    nesterov: bool = False,
    betas: tuple[float, float] = (0.9, 0.999),
    decay: str | None = None,
    decay_rate: float | None = None,
) -> Path:
    """Climb a problem from a start, and keep every iterate.

    Parameters
    ----------
    problem : Problem
        Its value is maximised.
    start : array of shape (k,), or mapping
        In the coordinates of the problem; or name → value in the parameters' own units.
    method : str
        A key of `OPTIMIZERS`.
    max_steps : int
        Mini-batches count as steps.
    step : float, str, callable or None
        A step size; "fixed" for a safe one; "line_search" (backtracking), "wolfe" or "exact"; a function of the step
        number; None for what is usual for the method, with a `decay` the fixed one.
    tol : float
        The run ends where a Newton step would be shorter than this many standard errors of the whole sample.
    seed, batch_size, replace : int, int or None, bool
        Of mini-batches. A batch size makes gradient ascent, momentum and Adam follow mini-batches too; for "sgd" it is
        32 if not given. Each epoch is a shuffled cut of the whole sample, or independent draws with `replace`.
    momentum, nesterov, betas : float, bool, (float, float)
        The share of the velocity that is kept; Nesterov's look ahead; the memories of Adam.
    decay, decay_rate : str or None, float or None
        How a step size falls: "1/t", "sqrt" or "exponential", at this rate per step. The rate is 0.01 if not given, for
        mini-batches one over the steps of an epoch, where the usual size of a step falls as 1/t.

    Returns
    -------
    Path
        Its `reason` is "converged", "max_steps" or "diverged"; none of them raises.

    Raises
    ------
    DomainError
        If the start lies outside the domain, or a number outside its range.
    ValueError
        If a method, step rule or decay is unknown, the problem has not what the method needs, or the start has a wrong
        shape.

    Notes
    -----
    Newton's method and scoring are safeguarded: eigenvalues are made positive and steps halved (Nocedal & Wright 2006,
    §3.4). Momentum under a line search starts anew where it does not climb (O'Donoghue & Candès 2015).
    """
    chosen = method_for(problem, method)
    begin = Point(problem, _start(problem, start))
    if not isinstance(max_steps, numbers.Integral) or max_steps < 0:
        raise DomainError(f"max_steps = {max_steps!r} is no number of steps; choose a whole number of at least 0.")
    if not isinstance(seed, numbers.Integral) or seed < 0:
        raise DomainError(f"seed = {seed!r} is no seed; choose a whole number of at least 0.")
    if not tol >= 0:
        raise DomainError(f"tol = {tol:g} is outside [0, ∞); choose a small number of standard errors such as 1e-8.")
    _check_options(momentum, betas)
    trace = Trace(problem, method)
    if "em_step" in chosen.needs:
        return expectation_maximisation(trace, begin, max_steps=max_steps, tol=tol)
    assert chosen.direction is not None
    direction = chosen.direction(Options(momentum, nesterov, betas))
    if step == "fixed" or (step is None and decay is not None):
        step = _usual_size(begin, chosen)
    if batch_size is not None or "batch" in chosen.needs:
        batch = _batch_size(problem, chosen, batch_size)
        sizes = _planned(
            begin, chosen, step, decay, 1 / math.ceil(problem.n / batch) if decay_rate is None else decay_rate
        )
        return stochastic(
            trace, begin, direction, sizes, batch_size=batch, replace=replace, seed=seed, max_steps=max_steps, tol=tol
        )
    rate = 0.01 if decay_rate is None else decay_rate
    rule, searches = make_rule(chosen.step if step is None else step, decay, rate, natural=chosen.natural)
    return ascend(
        trace,
        begin,
        direction,
        rule,
        searches=searches,
        max_steps=max_steps,
        tol=tol,
        exact_metric=_knows_curvature(chosen),
    )


def _knows_curvature(method: Optimizer) -> bool:
    return "hessian" in method.needs


def _start(problem: Problem, start: ArrayLike | Mapping[str, float]) -> Array:
    names = ", ".join(problem.names)
    if isinstance(start, Mapping):
        if problem.from_params is None:
            missing = [name for name in problem.names if name not in start]
            if missing:
                raise MleError(f"start must name {', '.join(missing)}; the parameters are {names}.")
            theta = np.array([float(start[name]) for name in problem.names])
        else:
            theta = problem.from_params(start)
    else:
        given = np.asarray(start)
        if given.dtype.kind not in "biuf":
            raise TypeError(f"start must hold real numbers, not {given.dtype}.")
        theta = np.array(given, dtype=np.float64)
        if theta.shape != (len(problem.names),):
            raise MleError(f"start must have {len(problem.names)} values ({names}), not shape {theta.shape}.")
    if not np.isfinite(theta).all() or not bool(problem.contains(theta)):
        raise DomainError(
            f"start = {np.array2string(theta, precision=6)} is outside the domain of ({names}); choose a finite point "
            "inside."
        )
    point = Point(problem, theta)
    if not point.usable:
        raise DomainError(
            f"the value at start = {np.array2string(theta, precision=6)} is {point.value:g}, so there is no slope to "
            "follow; choose a point nearer to the data."
        )
    return theta


def _unit_step(point: Point) -> float:
    """Half of one over the largest curvature at the start; on a parabola a step is safe up to four times that."""
    metric = metric_at(point)
    largest = float(
        np.linalg.eigvalsh(
            (metric.vectors * metric.eigenvalues) @ metric.vectors.T * metric.scale * metric.scale[:, None]
        )[-1]
    )
    return 0.5 / largest if 0 < largest < math.inf else 0.01


def _planned(
    begin: Point, method: Optimizer, step: float | str | Schedule | None, decay: str | None, rate: float
) -> Schedule:
    """The step sizes of a mini-batch run, in which a line search would only fit the noise."""
    if isinstance(step, str):
        raise MleError("mini-batches have no line search, which would fit their noise; give a step size and a decay.")
    if callable(step):
        return step
    if step is not None:
        return schedule(float(step), decay, rate)
    return schedule(_usual_size(begin, method), decay or "1/t", rate)


def _usual_size(begin: Point, method: Optimizer) -> float:
    """The method's own size; 1 for a direction that has a length of its own; else what the curvature allows."""
    if isinstance(method.step, float) and method.step > 0:
        return method.step
    return 1.0 if method.natural else _unit_step(begin)


def _batch_size(problem: Problem, method: Optimizer, batch_size: int | None) -> int:
    if not method.mini_batches:
        able = [key for key, other in OPTIMIZERS.items() if other.mini_batches]
        raise MleError(f"{method.key} has no mini-batches; leave batch_size out, or choose {', '.join(able)}.")
    if problem.batch is None:
        raise MleError("this problem has no mini-batches; leave batch_size out, or give whole weights or none.")
    n = round(problem.n)
    size = min(_BATCH, n) if batch_size is None else int(batch_size)
    if not 1 <= size <= n:
        raise DomainError(
            f"batch_size = {batch_size} is outside 1 … {n}, the number of observations; choose one inside."
        )
    return size


def _check_options(momentum: float, betas: tuple[float, float]) -> None:
    for name, number in (("momentum", momentum), ("betas[0]", betas[0]), ("betas[1]", betas[1])):
        if not 0 <= number < 1:
            raise DomainError(f"{name} = {number:g} is outside [0, 1); choose a share such as 0.9.")
