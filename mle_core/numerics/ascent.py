"""Newton's method on the likelihood of one sample from one start, in plain numbers.

The same iteration as for a batch (`maximisation`); for a single small problem arrays of one element would cost more
than the arithmetic.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..domain import Array, Interval
from ..family import Family
from .coordinates import limits, stretched

__all__ = [
    "LONGEST_STEP",
    "MAX_STEPS",
    "SMALL_DECREMENT",
    "ascend",
    "cholesky_solve",
    "in_working",
    "placed",
    "working",
]

# A step of less than 1e-7 standard errors is the last one: Newton squares it.
SMALL_DECREMENT = 1e-14
LONGEST_STEP = 2.5  # in logarithms and logits
MAX_STEPS = 80


def ascend(
    family: Family, summary: Any, theta: Array, free: Sequence[int], rival: float
) -> tuple[Array, float, bool, int]:
    """Climb from theta (k,) over the parameters `free`.

    Parameters
    ----------
    family, summary, theta, free
        As `maximise`, with one start.
    rival : float
        The log-likelihood with a parameter at infinity; −inf if none may be there.

    Returns
    -------
    theta, loglik, converged, steps
    """
    domains = [family.params[j].domain for j in free]
    ends = [limits(domain) for domain in domains]
    low, high = [end[0] for end in ends], [end[1] for end in ends]
    for i, j in enumerate(free):
        floor = family.likelihood.floor.get(family.names[j])
        if floor is not None:
            low[i] = max(low[i], working(domains[i], max(1.001 * floor(summary), 1e-300)))
    long = [stretched(domain) for domain in domains]
    size = range(len(domains))
    phi = [min(max(working(domains[i], float(theta[j])), low[i]), high[i]) for i, j in enumerate(free)]
    theta = placed(theta, free, domains, phi)
    value, score, information = _expand(family, summary, theta)
    for steps in range(1, MAX_STEPS + 1):
        gradient, curvature = in_working(domains, [float(theta[j]) for j in free], free, score, information)
        for i in size:
            if (phi[i] <= low[i] and gradient[i] < 0) or (phi[i] >= high[i] and gradient[i] > 0):
                gradient[i] = 0.0
                for other in size:
                    curvature[i][other] = curvature[other][i] = float(i == other)
        step, decrement = _direction(gradient, curvature)
        reach = max([LONGEST_STEP, *(abs(step[i]) for i in size if long[i])])
        step = [min(max(phi[i] + step[i] * (LONGEST_STEP / reach), low[i]), high[i]) - phi[i] for i in size]
        small = decrement < SMALL_DECREMENT or not any(step)
        moved = False
        for _ in range(40):
            goal = [p + s for p, s in zip(phi, step, strict=True)]
            there = placed(theta, free, domains, goal)
            new = _expand(family, summary, there)
            moved = new[0] >= value - 1e-13 * abs(value)
            if moved:
                phi, theta, (value, score, information) = goal, there, new
            if moved or small:
                break
            step = [s / 2 for s in step]
        # No step at all improves: the rounding of the value is reached, or the surface is not smooth there.
        if small or not moved:
            return theta, value, decrement < 1e-6, steps
        if value <= rival and _hopeless(family, theta, gradient, free):
            return theta, value, False, steps
    return theta, value, False, MAX_STEPS


def _expand(family: Family, summary: Any, theta: Array) -> tuple[float, list[float], list[list[float]]]:
    """Value, score and information in plain numbers; the caller has silenced numpy's warnings."""
    columns = list(theta)
    likelihood = family.likelihood
    if likelihood.expansion is not None:
        value, score, information = likelihood.expansion(summary, *columns)
    else:
        value = likelihood.loglik(summary, *columns)
        score = likelihood.score(summary, *columns)
        information = likelihood.information(summary, *columns)
    return _number(value), [_number(s) for s in score], [[_number(i) for i in row] for row in information]


def _number(value: Array) -> float:
    """The one element of an array, or what stands for it."""
    return float(value.item() if isinstance(value, np.ndarray) else value)


def working(domain: Interval, theta: float) -> float:
    """The unbounded coordinate of a value."""
    if math.isinf(domain.low):
        return theta
    below = math.log(theta - domain.low) if theta > domain.low else -math.inf
    if math.isinf(domain.high):
        return below if theta < math.inf else math.inf
    return below - (math.log(domain.high - theta) if theta < domain.high else -math.inf)


def placed(theta: Array, free: Sequence[int], domains: Sequence[Interval], phi: Sequence[float]) -> Array:
    """A copy of theta with the free parameters at φ."""
    there = theta.copy()
    for j, domain, p in zip(free, domains, phi, strict=True):
        if math.isinf(domain.low):
            there[j] = p
        elif math.isinf(domain.high):
            there[j] = domain.low + math.exp(p)
        else:
            there[j] = domain.low + (domain.high - domain.low) / (1 + math.exp(-p))
    return there


def in_working(
    domains: Sequence[Interval],
    values: Sequence[float],
    free: Sequence[int],
    score: Sequence[float],
    information: Sequence[Sequence[float]],
) -> tuple[list[float], list[list[float]]]:
    """Gradient and negative Hessian with respect to φ, by the chain rule."""
    first, second = [], []
    for domain, value in zip(domains, values, strict=True):
        if math.isinf(domain.low):
            slope, bend = 1.0, 0.0
        elif math.isinf(domain.high):
            slope = bend = value - domain.low
        else:
            share = (value - domain.low) / (domain.high - domain.low)
            slope = (value - domain.low) * (1 - share)
            bend = slope * (1 - 2 * share)
        first.append(slope)
        second.append(bend)
    gradient = [score[j] * slope for j, slope in zip(free, first, strict=True)]
    curvature = [
        [information[i][j] * a * b for j, b in zip(free, first, strict=True)] for i, a in zip(free, first, strict=True)
    ]
    for i, j in enumerate(free):
        curvature[i][i] -= score[j] * second[i]
    return gradient, curvature


def _direction(gradient: Sequence[float], curvature: Sequence[Sequence[float]]) -> tuple[list[float], float]:
    """Newton's step with the eigenvalues made positive, and the squared length of the step in standard errors."""
    size = range(len(gradient))
    scale = [math.sqrt(abs(curvature[i][i])) for i in size]
    scale = [s if 0 < s < math.inf else 1.0 for s in scale]
    slope = [_bounded(gradient[i] / scale[i], 1e300) for i in size]
    if len(scale) == 1:
        return [slope[0] / scale[0]], min(slope[0] * slope[0], 1e300)
    matrix = [[_bounded(curvature[i][j] / (scale[i] * scale[j]), 1e100) for j in size] for i in size]
    solved = cholesky_solve(matrix, slope)
    if solved is None:
        values, vectors = np.linalg.eigh(np.array(matrix))
        along = vectors.T @ np.array(slope)
        solved = (vectors @ (along / np.maximum(np.abs(values), 1e-10))).tolist()
    decrement = sum(s * g for s, g in zip(solved, slope, strict=True))
    return [s / unit for s, unit in zip(solved, scale, strict=True)], decrement


def _bounded(value: float, most: float) -> float:
    return 0.0 if math.isnan(value) else min(max(value, -most), most)


def cholesky_solve(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> list[float] | None:
    """Solve a positive definite system; None if it is not one, or nearly not."""
    size = len(right)
    root = [[0.0] * size for _ in range(size)]
    y = [0.0] * size
    for i in range(size):
        for j in range(i + 1):
            rest = matrix[i][j]
            for k in range(j):
                rest -= root[i][k] * root[j][k]
            if i > j:
                root[i][j] = rest / root[j][j]
            elif rest > 1e-8:
                root[i][i] = math.sqrt(rest)
            else:
                return None
        rest = right[i]
        for k in range(i):
            rest -= root[i][k] * y[k]
        y[i] = rest / root[i][i]
    for i in reversed(range(size)):
        rest = y[i]
        for k in range(i + 1, size):
            rest -= root[k][i] * y[k]
        y[i] = rest / root[i][i]
    return y


def _hopeless(family: Family, theta: Array, gradient: Sequence[float], free: Sequence[int]) -> bool:
    """It climbs towards infinity from far out, where the value at infinity is better already."""
    return any(
        family.params[j].domain.closed_high
        and math.isinf(family.params[j].domain.high)
        and theta[j] > 1e3
        and slope > 0
        for j, slope in zip(free, gradient, strict=True)
    )
