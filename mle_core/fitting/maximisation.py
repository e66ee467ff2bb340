"""Newton's method on the likelihood, for a whole batch of problems at once.

A profile, a profiled surface and a fit with fixed parameters are the same task: maximise over some parameters with the
others held, from many starts. The direction is Newton's with the eigenvalues of the information made positive, the step
rule is halving until the value does not fall (Nocedal & Wright 2006, §3.4), the coordinates are unbounded ones.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..domain import Array, Bools
from ..family import Family
from ..numerics.ascent import LONGEST_STEP, MAX_STEPS, SMALL_DECREMENT, ascend
from ..numerics.coordinates import from_working, limits, slopes, stretched, to_working
from ..stack import rows_of

__all__ = ["Maximum", "maximise"]


# Up to so many starts are climbed from one by one.
_FEW = 2
# Before a corner or an edge every step is halved many times.
_QUICK_STEPS, _QUICK_HALVINGS = 30, 8


@dataclass(frozen=True, eq=False)
class Maximum:
    """Theta (m, k), loglik (m,) in nats and converged (m,) of a batch; `steps` is the number of Newton steps."""

    theta: Array
    loglik: Array
    converged: Bools
    steps: int


def maximise(
    family: Family, summary: Any, theta: Array, free: Sequence[int], *, stacked: bool = False, quick: bool = False
) -> Maximum:
    """Maximise the log-likelihood over the parameters `free`, the others held at their values.

    Parameters
    ----------
    family : Family
    summary : object
        ``family.likelihood.summarise(sample)``.
    theta : ndarray of shape (m, k)
        Starting points, one problem a row, finite in the free parameters.
    free : sequence of int
        Places of the free parameters.
    stacked : bool
        The summary is one of m samples (`Likelihood.stack`): row i is the problem of sample i.
    quick : bool
        Leave rows that creep along an edge of the domain, or are slow, where they are: not converged.

    Returns
    -------
    Maximum
        A closed end at infinity (ν = ∞ of Student's t) is compared by value, not by slope.
    """
    theta = np.array(theta, dtype=np.float64)
    with np.errstate(all="ignore"):
        if not len(free) or not len(theta):
            value = np.asarray(family.likelihood.loglik(summary, *theta.T), dtype=np.float64)
            return Maximum(theta, value, np.ones(len(theta), dtype=np.bool_), 0)
        at_infinity = _at_infinity(family, summary, theta, free, stacked)
        found = _newton(family, summary, theta, free, at_infinity, stacked, quick)
    if at_infinity is None:
        return found
    # A finite value must be better by more than rounding to be preferred to the simpler law at infinity.
    slack = 1e-13 * np.abs(found.loglik)
    better = np.isnan(found.loglik) | (at_infinity.loglik >= found.loglik - np.where(np.isfinite(slack), slack, 0.0))
    return Maximum(
        np.where(better[:, None], at_infinity.theta, found.theta),
        np.where(better, at_infinity.loglik, found.loglik),
        np.where(better, at_infinity.converged, found.converged),
        found.steps,
    )


def _at_infinity(family: Family, summary: Any, theta: Array, free: Sequence[int], stacked: bool) -> Maximum | None:
    """The best with the free parameter that may be infinite held there; None if there is no such parameter."""
    for j in free:
        rule = family.likelihood.at_infinity.get(family.names[j])
        if rule is not None:
            best = rule(summary, theta, [family.names[i] for i in free])
            columns = best[0] if len(best) == 1 and not stacked else best.T
            value = np.atleast_1d(np.asarray(family.likelihood.loglik(summary, *columns), dtype=np.float64))
            return Maximum(best, value, np.isfinite(value), 0)
    return None


def _newton(
    family: Family, summary: Any, theta: Array, free: Sequence[int], rival: Maximum | None, stacked: bool, quick: bool
) -> Maximum:
    if len(theta) <= _FEW and not stacked:
        return _one_by_one(family, summary, theta, free, rival)
    places = list(free)
    domains = [family.params[j].domain for j in places]
    low, high = (np.tile(ends, (len(theta), 1)) for ends in zip(*(limits(domain) for domain in domains), strict=True))
    for i, j in enumerate(places):
        if family.names[j] in family.likelihood.floor:
            lowest = np.atleast_1d(
                1.001 * family.likelihood.floor[family.names[j]](summary)
            )  # of each sample, or of all
            low[:, i] = np.maximum(low[:, i], to_working(domains[i], np.maximum(lowest, 1e-300)))
    long = np.array([stretched(domain) for domain in domains])
    phi = np.stack([to_working(domain, theta[:, j]) for domain, j in zip(domains, places, strict=True)], axis=-1)
    phi = np.clip(phi, low, high)
    theta[:, places] = _theta(domains, phi)
    value, score, information = family.expansion(summary, theta)
    converged = np.zeros(len(theta), dtype=np.bool_)
    active = np.arange(len(theta))
    steps = 0
    while active.size and steps < (_QUICK_STEPS if quick else MAX_STEPS):
        steps += 1
        gradient, curvature = _in_working(domains, theta[active][:, places], places, score[active], information[active])
        at_limit = ((phi[active] <= low[active]) & (gradient < 0)) | ((phi[active] >= high[active]) & (gradient > 0))
        step, decrement = _direction(*_without(at_limit, gradient, curvature))
        reach = np.max(np.where(long, np.abs(step), 0.0), axis=-1, initial=LONGEST_STEP)
        step = step * (LONGEST_STEP / reach)[:, None]
        step = np.clip(phi[active] + step, low[active], high[active]) - phi[active]
        small = (decrement < SMALL_DECREMENT) | ~(np.abs(step) > 0).any(axis=-1)
        settled = small.copy()
        moved = np.zeros(active.size, dtype=np.bool_)
        trial = np.arange(active.size)
        for _ in range(_QUICK_HALVINGS if quick else 40):
            rows = active[trial]
            there = theta[rows]
            goal = phi[rows] + step[trial]
            there[:, places] = _theta(domains, goal)
            new = family.expansion(rows_of(summary, rows) if stacked and rows.size < len(theta) else summary, there)
            floor = value[rows] - 1e-13 * np.abs(value[rows])
            good = new[0] >= floor
            kept = rows[good]
            phi[kept], theta[kept] = goal[good], there[good]
            value[kept], score[kept], information[kept] = (part[good] for part in new)
            moved[trial[good]] = True
            trial = trial[~good & ~small[trial]]
            if not trial.size:
                break
            step[trial] /= 2
        # No step at all improves: the rounding of the value is reached, or the surface is not smooth there.
        settled |= ~moved
        converged[active] = settled & (decrement < 1e-6)
        if rival is not None:
            settled |= _hopeless(family, theta[active], value[active], gradient, places, rival.loglik[active])
        active = active[~settled]
    return Maximum(theta, value, converged, steps)


def _one_by_one(family: Family, summary: Any, theta: Array, free: Sequence[int], rival: Maximum | None) -> Maximum:
    rivals = [-math.inf] * len(theta) if rival is None else rival.loglik.tolist()
    found = [ascend(family, summary, row, free, other) for row, other in zip(theta, rivals, strict=True)]
    best, tops, done, steps = zip(*found, strict=True)
    return Maximum(np.array(best), np.array(tops), np.array(done), max(steps))


def _theta(domains: Sequence[Any], phi: Array) -> Array:
    return np.stack([from_working(domain, phi[:, i]) for i, domain in enumerate(domains)], axis=-1)


def _in_working(
    domains: Sequence[Any], theta: Array, places: Sequence[int], score: Array, information: Array
) -> tuple[Array, Array]:
    """Gradient and negative Hessian with respect to φ, by the chain rule."""
    pairs = [slopes(domain, theta[:, i]) for i, domain in enumerate(domains)]
    first = np.stack([pair[0] for pair in pairs], axis=-1)
    second = np.stack([pair[1] for pair in pairs], axis=-1)
    some = score[:, places]
    curvature = information[:, places][:, :, places] * first[:, :, None] * first[:, None, :]
    diagonal = np.arange(len(places))
    curvature[:, diagonal, diagonal] -= some * second
    return some * first, curvature


def _without(held: Bools, gradient: Array, curvature: Array) -> tuple[Array, Array]:
    """The same problem for the coordinates that are not at a limit which they push against."""
    if not held.any():
        return gradient, curvature
    either = held[:, :, None] | held[:, None, :]
    return np.where(held, 0.0, gradient), np.where(either, np.eye(held.shape[1]), curvature)


def _direction(gradient: Array, curvature: Array) -> tuple[Array, Array]:
    """Newton's step with the eigenvalues made positive, and the squared length of the step in standard errors."""
    scale = np.sqrt(np.abs(np.diagonal(curvature, axis1=1, axis2=2)))
    scale = np.where(np.isfinite(scale) & (scale > 0), scale, 1.0)
    slope = np.nan_to_num(gradient / scale, nan=0.0, posinf=1e300, neginf=-1e300)
    if gradient.shape[1] == 1:
        return slope / scale, np.minimum(slope[:, 0] ** 2, 1e300)
    matrix = curvature / (scale[:, :, None] * scale[:, None, :])
    if not np.isfinite(matrix).all():
        matrix = np.nan_to_num(matrix, nan=0.0, posinf=1e100, neginf=-1e100)
    values, vectors = np.linalg.eigh(matrix)
    values = np.maximum(np.abs(values), 1e-10)
    along = np.einsum("mji,mj->mi", vectors, slope)
    step = np.einsum("mij,mj->mi", vectors, along / values)
    return step / scale, np.asarray(np.sum(along * along / values, axis=-1))


def _hopeless(
    family: Family, theta: Array, value: Array, gradient: Array, places: Sequence[int], rival: Array
) -> Bools:
    """Rows that climb towards infinity from far out, where the value at infinity is better already."""
    stop = np.zeros(len(theta), dtype=np.bool_)
    for i, j in enumerate(places):
        domain = family.params[j].domain
        if domain.closed_high and math.isinf(domain.high):
            stop |= (theta[:, j] > 1e3) & (gradient[:, i] > 0) & (value <= rival)
    return stop
