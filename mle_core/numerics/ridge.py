"""Where a profile has fallen to a level, on the ridge itself: no maximum is searched on the way.

Each step is Newton's for two conditions at once, the level for one parameter and a zero score for the others (Venzon &
Moolgavkar 1988, Applied Statistics 37, 87-94), so that a point costs one evaluation instead of a whole maximisation. For
the level Newton's method runs on the signed root of the deviance, which is nearly straight, with the slope that the
envelope theorem gives.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from ..domain import Array, Interval
from .ascent import LONGEST_STEP, cholesky_solve, in_working, placed, working
from .coordinates import limits, stretched

__all__ = ["fallen"]

_STEPS = 12
# An error of such a share of the level is squared by the step that follows it.
_NEAR = 3e-7
# Up to so many nuisance parameters plain numbers are cheaper than arrays.
_FEW = 3


def fallen(
    expansion: Callable[[Array], tuple[Array, Array, Array]],
    top: float,
    theta: Array,
    covariance: Array,
    domains: Sequence[Interval],
    j: int,
    others: Sequence[int],
    signs: Sequence[int],
    goal: float,
    close: float,
) -> dict[int, float]:
    """Values of parameter j at which √2(top − profile) = goal, from the maximum outward on the sides `signs`.

    Parameters
    ----------
    expansion : callable
        theta (m, k) → value (m,), score (m, k), information (m, k, k).
    top : float
        The value at the maximum.
    theta, covariance : ndarray of shape (k,) and (k, k)
        The maximum and the inverse of its information.
    domains : sequence of k Interval
    j, others
        Place of the parameter, and of the free ones beside it.
    signs : sequence of −1 or 1
    goal, close : float
        The level, and the rounding of a distance.

    Returns
    -------
    dict
        Sign → value, without the sides where the iteration does not settle at once: a slower method that keeps a
        bracket has to look there.
    """
    places = [j, *others]
    inner = [domains[i] for i in places]
    ends = [limits(domain) for domain in inner]
    long = [stretched(domain) for domain in inner]
    center = [working(domain, float(theta[i])) for domain, i in zip(inner, places, strict=True)]
    if not all(low < phi < high for phi, (low, high) in zip(center, ends, strict=True)):
        return {}
    ridge = _direction_of_ridge(covariance, theta, inner, places)
    if ridge is None:
        return {}
    close = max(_NEAR * goal, close)
    found: dict[int, float] = {}
    phi = {sign: _moved(center, [sign * goal * r for r in ridge], long) for sign in signs}
    for _ in range(_STEPS):
        if not phi:
            break
        points = np.array([placed(theta, places, inner, p) for p in phi.values()])
        values, scores, informations = (part.tolist() for part in expansion(points))
        for (sign, p), there, value, score, information in zip(
            list(phi.items()), points.tolist(), values, scores, informations, strict=True
        ):
            gradient, curvature = in_working(inner, [there[i] for i in places], places, score, information)
            step, distance, decrement = _step(top - value, gradient, curvature, sign, goal)
            del phi[sign]
            if not step:
                continue
            if abs(distance - goal) <= close and decrement <= _NEAR**2:
                last = p[0] + step[0]
                if sign * (last - center[0]) > 0 and ends[0][0] < last < ends[0][1]:
                    found[sign] = float(placed(theta, places[:1], inner[:1], [last])[j])
                continue
            goal_phi = _moved(p, step, long)
            inside = all(low < q < high for q, (low, high) in zip(goal_phi, ends, strict=True))
            if inside and sign * (goal_phi[0] - center[0]) > 0:
                phi[sign] = goal_phi
    return found


def _direction_of_ridge(
    covariance: Array, theta: Array, domains: Sequence[Interval], places: Sequence[int]
) -> list[float] | None:
    """What one standard error of the first parameter moves, in working coordinates; None without such an error."""
    column = [float(covariance[i, places[0]]) for i in places]
    if not (0 < column[0] < math.inf and all(math.isfinite(c) for c in column)):
        return None
    error = math.sqrt(column[0])
    ridge = []
    for c, domain, i in zip(column, domains, places, strict=True):
        slope = in_working([domain], [float(theta[i])], [0], [1.0], [[0.0]])[0][0]
        if not slope > 0:
            return None
        ridge.append(c / error / slope)
    return ridge


def _moved(phi: Sequence[float], step: Sequence[float], long: Sequence[bool]) -> list[float]:
    reach = max([LONGEST_STEP, *(abs(s) for s, is_long in zip(step, long, strict=True) if is_long)])
    return [p + s * (LONGEST_STEP / reach) for p, s in zip(phi, step, strict=True)]


def _step(
    depth: float, gradient: list[float], curvature: list[list[float]], sign: int, goal: float
) -> tuple[list[float], float, float]:
    """The step, the distance √2·depth of the ridge beside this point, and how far the point is off the ridge.

    No step where the others are not at a maximum along the ridge, or the profile does not fall outward.
    """
    nothing: list[float] = []
    if not (math.isfinite(depth) and all(map(math.isfinite, gradient))):
        return nothing, math.nan, math.nan
    rest = _solved([row[1:] for row in curvature[1:]], gradient[1:], curvature[0][1:])
    if rest is None:
        return nothing, math.nan, math.nan
    up, tilt = rest  # J⁻¹g and J⁻¹J_λψ of the others
    decrement = sum(u * g for u, g in zip(up, gradient[1:], strict=True))
    slope = gradient[0] - sum(t * g for t, g in zip(tilt, gradient[1:], strict=True))
    square = 2 * depth - decrement
    if not (square > 0 and slope * sign < 0):
        return nothing, math.nan, math.nan
    distance = math.sqrt(square)
    along = (goal - distance) * distance / -slope
    return [along, *(u - t * along for u, t in zip(up, tilt, strict=True))], distance, decrement


def _solved(
    matrix: list[list[float]], first: list[float], second: list[float]
) -> tuple[list[float], list[float]] | None:
    """Solve a positive definite system for two right sides; None if it is not one."""
    size = range(len(first))
    if not first:
        return [], []
    diagonal = [matrix[i][i] for i in size]
    if not all(0 < d < math.inf for d in diagonal):
        return None
    if len(first) == 1:
        return [first[0] / diagonal[0]], [second[0] / diagonal[0]]
    scale = [math.sqrt(d) for d in diagonal]
    unit = [[matrix[i][k] / (scale[i] * scale[k]) for k in size] for i in size]
    rights = [[r / s for r, s in zip(right, scale, strict=True)] for right in (first, second)]
    if not all(math.isfinite(value) for row in (*unit, *rights) for value in row):
        return None
    if len(first) <= _FEW:
        solved = [cholesky_solve(unit, right) for right in rights]
    else:
        try:
            root = np.linalg.inv(np.linalg.cholesky(np.array(unit)))
        except np.linalg.LinAlgError:
            return None
        solved = [(root.T @ (root @ right)).tolist() for right in np.array(rights)]
    one, other = ([s / unit for s, unit in zip(part, scale, strict=True)] if part else None for part in solved)
    return None if one is None or other is None else (one, other)
