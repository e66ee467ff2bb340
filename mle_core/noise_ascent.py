"""Newton's method for the coefficients and the noise parameters of a regression together."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from .domain import Array
from .noise import Noise, Problem, Solution, expansion, loglik

__all__ = ["ascend"]

_MAX_STEPS = 100
_SMALL_DECREMENT = 1e-13  # Newton squares it: the step after it changes nothing
_LONGEST = 2.0  # of a logarithm
_CLIFF = math.log(1e-13)


def ascend(
    noise: Noise,
    problem: Problem,
    start: Array,
    held: Mapping[int, float],
    longest: float = math.inf,
    low: Mapping[int, float] | None = None,
) -> Solution:
    """Maximise over all coefficients and the noise parameters that are not held.

    Parameters
    ----------
    noise, problem : Noise, Problem
    start : ndarray of shape (p + q,)
        Finite; positive where a parameter must be.
    held : mapping
        Place of a noise parameter → its value.
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
    theta = start.astype(np.float64).copy()
    params = noise.parameters(problem)
    positive = np.array([False] * p + [param.domain.low == 0 for param in params])
    bottom = np.full(theta.size, -math.inf)
    for i, bound in (low or {}).items():
        bottom[p + i] = bound
    for i, held_value in held.items():
        theta[p + i] = held_value
    free = np.array([j for j in range(theta.size) if j < p or j - p not in held], dtype=np.intp)
    if not free.size:
        return Solution(theta, "nothing free")
    first_scales = theta.copy()
    converged = False
    (value,), (score,), (information,) = expansion(noise, problem, theta[None])
    slack = 8 * np.finfo(np.float64).eps * math.sqrt(problem.n)
    steps = 0
    while steps < _MAX_STEPS:
        steps += 1
        slopes = np.where(positive, theta, 1.0)[free]
        gradient = score[free] * slopes
        curvature = information[np.ix_(free, free)] * slopes[:, None] * slopes
        logs = positive[free]
        curvature[np.diag_indices(free.size)] -= np.where(logs, gradient, 0.0)
        at_bottom = (theta[free] <= bottom[free] * (1 + 1e-12)) & logs & (gradient < 0)
        step, decrement = _direction(gradient, curvature, ~at_bottom)
        if not np.isfinite(step).all():
            break
        reach = float(np.abs(step[logs]).max(initial=0.0)) / _LONGEST
        if math.isfinite(longest):
            moved = problem.X @ step[free < p]
            reach = max(reach, float(np.abs(moved).max(initial=0.0)) / longest)
        step = step / max(1.0, reach)
        last = decrement < _SMALL_DECREMENT
        for _ in range(50):
            trial = theta.copy()
            trial[free] = np.where(logs, theta[free] * np.exp(np.where(logs, step, 0.0)), theta[free] + step)
            trial = np.maximum(trial, bottom)
            new = float(loglik(noise, problem, trial[None])[0])
            if new >= value - slack * (1 + abs(value)) and math.isfinite(new):
                break
            step = step / 2
        else:
            converged = last
            break
        theta = trial
        (value,), (score,), (information,) = expansion(noise, problem, theta[None])
        if last:
            converged = True
            break
        scales = theta[positive] / first_scales[positive]
        if (scales < math.exp(_CLIFF)).any():
            break
    message = "converged" if converged else f"stopped after {steps} steps before convergence"
    return Solution(theta, f"Newton, {steps} steps", converged, message)


def _direction(gradient: Array, curvature: Array, inner: Array) -> tuple[Array, float]:
    """Newton's step with positive eigenvalues, and the squared length of the gradient in their metric."""
    if not (np.isfinite(gradient).all() and np.isfinite(curvature).all()):
        return np.full(gradient.size, math.nan), math.nan
    step = np.zeros(gradient.size)
    places = np.flatnonzero(inner)
    if not places.size:
        return step, 0.0
    block, slope = curvature[np.ix_(places, places)], gradient[places]
    diagonal = np.abs(np.diagonal(block))
    scale = 1 / np.sqrt(np.where(diagonal > 0, diagonal, 1.0))
    values, vectors = np.linalg.eigh(block * scale[:, None] * scale)
    values = np.maximum(np.abs(values), 1e-10 * max(float(np.abs(values).max()), 1e-300))
    along = vectors.T @ (slope * scale)
    step[places] = (vectors @ (along / values)) * scale
    return step, float(np.sum(along * along / values))
