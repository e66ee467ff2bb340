"""Newton's method for the coefficients and the noise parameters of a regression, for a batch of problems at once."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..domain import Array, Bools
from .noise import Noise, Problem, Solution, expansion, loglik

__all__ = ["Ascent", "ascend", "ascend_many"]

_MAX_STEPS = 100
_SMALL_DECREMENT = 1e-13  # Newton squares it: the step after it changes nothing
_LONGEST = 2.0  # of a logarithm
_LAST = 1e-10
_CLIFF, _FLIGHT = 1e-13, 1e8  # a scale that falls or grows by more than that is on its way to 0 or ∞


@dataclass(frozen=True, eq=False)
class Ascent:
    """Theta (m, k), loglik (m,) nats, converged (m,), and the number of steps."""

    theta: Array
    loglik: Array
    converged: Bools
    steps: int


def ascend(
    noise: Noise,
    problem: Problem,
    start: Array,
    held: Mapping[int, float],
    longest: float = math.inf,
    low: Mapping[int, float] | None = None,
) -> Solution:
    """Maximise over all coefficients and the noise parameters that are not held, from one start (p + q,).

    `held`: place of a noise parameter → its value; the others as in `ascend_many`.
    """
    p = problem.X.shape[1]
    theta = start.astype(np.float64)
    for i, value in held.items():
        theta[p + i] = value
    free = np.array([j for j in range(theta.size) if j < p or j - p not in held], dtype=np.intp)
    # Orthogonal columns keep the digits that nearly dependent ones lose in the information.
    straight = problem.straight([p + i for i in held])
    found = ascend_many(noise, straight.problem, straight.enter(theta[None]), free, longest, low)
    best = straight.leave(found.theta[0])
    for i, value in held.items():
        best[p + i] = value
    converged = bool(found.converged[0])
    message = "converged" if converged else f"stopped after {found.steps} steps before convergence"
    return Solution(best, f"Newton, {found.steps} steps", converged, message)


def ascend_many(
    noise: Noise,
    problem: Problem,
    theta: Array,
    free: NDArray[np.intp],
    longest: float = math.inf,
    low: Mapping[int, float] | None = None,
) -> Ascent:
    """Maximise over the parameters `free`, the others held at their values.

    Parameters
    ----------
    noise, problem : Noise, Problem
    theta : ndarray of shape (m, k)
        Starting points, finite; positive where a parameter must be.
    free : ndarray of int
        Places of the free parameters.
    longest : float
        The largest change of an element of Xβ in one step (the log mean of counts must not overflow).
    low : mapping, optional
        Place of a positive noise parameter → the value below which it is not searched.

    Notes
    -----
    The step is Newton's with the eigenvalues of the information made positive, halved until the value does not fall
    (Nocedal & Wright 2006, §3.4); positive parameters move on a logarithmic scale.
    """
    p = problem.X.shape[1]
    theta = theta.copy()
    first = theta.copy()
    m = len(theta)
    if not free.size:
        return Ascent(theta, loglik(noise, problem, theta), np.ones(m, dtype=np.bool_), 0)
    positive = np.array([False] * p + [param.domain.low == 0 for param in noise.parameters(problem)])
    logs = positive[free]
    bottom = np.full(theta.shape[1], -math.inf)
    for i, bound in (low or {}).items():
        bottom[p + i] = bound
    columns = free[free < p]
    value, score, information = expansion(noise, problem, theta)
    converged = np.zeros(m, dtype=np.bool_)
    active = np.arange(m)
    slack = 8 * np.finfo(np.float64).eps * math.sqrt(problem.n)
    steps = 0
    while active.size and steps < _MAX_STEPS:
        steps += 1
        here = theta[active]
        slopes = np.where(positive, here, 1.0)[:, free]
        gradient = score[active][:, free] * slopes
        curvature = information[active][:, free[:, None], free] * slopes[:, :, None] * slopes[:, None, :]
        curvature[:, np.arange(free.size), np.arange(free.size)] -= np.where(logs, gradient, 0.0)
        stuck = (here[:, free] <= bottom[free] * (1 + 1e-12)) & logs & (gradient < 0)
        step, decrement = _direction(gradient, curvature, stuck)
        reach = np.abs(np.where(logs, step, 0.0)).max(axis=1) / _LONGEST
        if math.isfinite(longest) and columns.size:
            moved = step[:, free < p] @ problem.X[:, columns].T
            reach = np.maximum(reach, np.abs(moved).max(axis=1) / longest)
        step = step / np.maximum(1.0, reach)[:, None]
        last = decrement < _SMALL_DECREMENT
        trial = np.flatnonzero(np.isfinite(step).all(axis=1))
        taken = np.zeros(active.size, dtype=np.bool_)
        for _ in range(50):
            rows = active[trial]
            there = theta[rows]
            shift = step[trial]
            there[:, free] = np.where(logs, there[:, free] * np.exp(np.where(logs, shift, 0.0)), there[:, free] + shift)
            there = np.maximum(there, bottom)
            new = loglik(noise, problem, there)
            # The last step changes the value by less than its rounding.
            doubt = np.where(last[trial], _LAST, slack) * (1 + np.abs(value[rows]))
            good = (new >= value[rows] - doubt) & np.isfinite(new)
            theta[rows[good]], value[rows[good]] = there[good], new[good]
            taken[trial[good]] = True
            trial = trial[~good]
            if not trial.size:
                break
            step[trial] /= 2
        converged[active[last]] = True
        scales = theta[active][:, positive] / first[active][:, positive]
        alive = taken & ~last & ~((scales < _CLIFF) | (scales > _FLIGHT)).any(axis=1)
        active = active[alive]
        if active.size:
            value[active], score[active], information[active] = expansion(noise, problem, theta[active])
    return Ascent(theta, value, converged, steps)


def _direction(gradient: Array, curvature: Array, stuck: Bools) -> tuple[Array, Array]:
    """Newton's steps (m, f) with positive eigenvalues, and the squared lengths of the gradients in their metric (m,).

    NaN where the derivatives are not finite; nothing moves in the coordinates that are stuck.
    """
    known: Bools = np.asarray(np.isfinite(gradient).all(axis=1) & np.isfinite(curvature).all(axis=(1, 2)))
    known_gradient = np.where(known[:, None] & ~stuck, gradient, 0.0)
    kept = known[:, None, None] & ~stuck[:, :, None] & ~stuck[:, None, :]
    block = np.where(kept, curvature, np.eye(gradient.shape[1]))
    diagonal = np.abs(np.diagonal(block, axis1=1, axis2=2))
    scale = 1 / np.sqrt(np.where(diagonal > 0, diagonal, 1.0))
    values, vectors = np.linalg.eigh(block * scale[:, :, None] * scale[:, None, :])
    sizes = np.abs(values)
    values = np.maximum(sizes, 1e-10 * np.maximum(sizes.max(axis=1, keepdims=True), 1e-300))
    along = np.einsum("mij,mi->mj", vectors, known_gradient * scale)
    step = np.einsum("mij,mj->mi", vectors, along / values) * scale
    decrement = np.sum(along * along / values, axis=1)
    return np.where(known[:, None], step, math.nan), np.where(known, decrement, math.nan)
