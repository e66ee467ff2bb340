"""The likelihood of a regression in the units of its data, and its maximum with some parameters held."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from ..domain import Array, Bools, DegenerateDataError
from ..linear.noise import expansion, loglik, loglik_precisely
from ..linear.noise_ascent import ascend_many

if TYPE_CHECKING:
    from .result import RegressionResult

__all__ = ["expansion_at", "expected_at", "loglik_at", "maximum_at", "straightened_at"]

_LARGEST = 1e100


def inside(result: RegressionResult, theta: Array) -> Bools:
    """Which theta (m, k) lie in the domains, coefficients finite."""
    valid = np.isfinite(theta[:, : result.p]).all(axis=-1)
    for j in range(result.p, theta.shape[1]):
        valid = valid & result.domains[j].contains(theta[:, j])
    return np.asarray(valid)


def loglik_at(result: RegressionResult, theta: Array) -> Array:
    """Log-likelihood (...) at theta (..., k), nats; −∞ outside the domain."""
    flat = theta.reshape(-1, theta.shape[-1])
    valid = inside(result, flat)
    values = np.full(len(flat), -math.inf)
    if valid.any():
        found = loglik(result.noise, result.problem, flat[valid] / result.factors) - _log_unit(result)
        values[valid] = np.where(np.isnan(found), -math.inf, found)
    return values.reshape(theta.shape[:-1])


def expansion_at(result: RegressionResult, theta: Array) -> tuple[Array, Array, Array]:
    """Log-likelihood, score and observed information; −∞ and NaN outside the domain."""
    k = theta.shape[-1]
    flat = theta.reshape(-1, k)
    valid = inside(result, flat)
    values, scores = np.full(len(flat), -math.inf), np.full((len(flat), k), math.nan)
    matrices = np.full((len(flat), k, k), math.nan)
    if valid.any():
        factors = result.factors
        with np.errstate(all="ignore"):
            straight = result.problem.straight()
            value, score, information = expansion(result.noise, straight.problem, straight.enter(flat[valid] / factors))
            turn = straight.full(straight.turn, k) / factors
            values[valid] = value - _log_unit(result)
            scores[valid] = score @ turn
            matrices[valid] = turn.T @ information @ turn
    shape = theta.shape[:-1]
    return values.reshape(shape), scores.reshape(*shape, k), matrices.reshape(*shape, k, k)


def expected_at(result: RegressionResult, theta: Array) -> Array:
    """Fisher information (k, k)."""
    if not inside(result, theta[None])[0]:
        return np.full((theta.size, theta.size), math.nan)
    with np.errstate(all="ignore"):
        matrix = result.noise.expected(result.problem, theta / result.factors)
        return np.asarray(matrix / result.factors[:, None] / result.factors)


def straightened_at(result: RegressionResult, theta: Array) -> tuple[Array, Array, Array]:
    """Score (m, k) and information (m, k, k) in coordinates of orthogonal columns, and the map (k, k) to them."""
    straight = result.problem.straight()
    m, k = theta.shape
    scores, matrices = np.full((m, k), math.nan), np.full((m, k, k), math.nan)
    valid = inside(result, theta)
    with np.errstate(all="ignore"):
        if valid.any():
            points = straight.enter(theta[valid] / result.factors)
            _, scores[valid], observed = expansion(result.noise, straight.problem, points)
            found = [result.noise.expected(straight.problem, point) for point in points]
            matrices[valid] = [e if np.isfinite(e).all() else o for e, o in zip(found, observed, strict=True)]
        return scores, matrices, straight.full(straight.turn, k) / result.factors


def maximum_at(result: RegressionResult, held: Mapping[int, Array]) -> tuple[Array, Array]:
    """The best theta (m, k) and loglik (m,); −∞ and NaN where a held value is outside its domain.

    All problems at once by Newton steps; by the noise model's own solver where those fail.
    """
    p, k, factors = result.p, result.theta.size, result.factors
    columns = {j: np.atleast_1d(np.asarray(value, dtype=np.float64)) for j, value in held.items()}
    columns = dict(zip(columns, np.broadcast_arrays(*columns.values()), strict=True))
    m = len(next(iter(columns.values())))
    for j, name in enumerate(result.names):
        if name in result.fixed and j not in columns:
            columns[j] = np.full(m, result.theta[j])
    valid = np.ones(m, dtype=np.bool_)
    for j, value in columns.items():
        valid &= np.isfinite(value) if j < p else result.domains[j].contains(value)
    scaled = {j: value / factors[j] for j, value in columns.items()}
    noise = {j - p: value for j, value in scaled.items() if j >= p}
    coefficients = {j: value for j, value in scaled.items() if j < p}
    theta, values = np.full((m, k), math.nan), np.full(m, -math.inf)
    with np.errstate(all="ignore"):
        if result.noise.maximum_at is not None:
            found, value = result.noise.maximum_at(result.problem, coefficients, noise, m)
            theta[valid], values[valid] = found[valid], value[valid]
        else:
            found, value = _by_newton(result, scaled, valid)
            theta[valid], values[valid] = found[valid], value[valid]
            for i in np.flatnonzero(valid & np.isnan(value)).tolist():
                at = {j: float(column[i]) for j, column in scaled.items()}
                theta[i], values[i] = _one(result, at)
        values -= _log_unit(result)
        theta = theta * factors
    for j, value in columns.items():
        theta[valid, j] = value[valid]
    return theta, np.where(np.isnan(values), -math.inf, values)


def _by_newton(result: RegressionResult, held: Mapping[int, Array], valid: Bools) -> tuple[Array, Array]:
    """From the estimate, moved along the regression of the free parameters on the held ones; NaN where that fails.

    In the units of the scaled problem.
    """
    p, k, factors = result.p, result.theta.size, result.factors
    m = valid.size
    theta, values = np.full((m, k), math.nan), np.full(m, math.nan)
    estimate = result.theta / factors
    if not result.noise.smooth or not np.isfinite(estimate).all() or not valid.any():
        return theta, values
    places = np.array(list(held), dtype=np.intp)
    free = np.array([j for j in range(k) if j not in held], dtype=np.intp)
    points = np.stack(list(held.values()), axis=-1)[valid]
    matrix = result.scaled_covariance
    moving = np.array([matrix[j, j] > 0 for j in places])
    starts = np.tile(estimate, (len(points), 1))
    if moving.any() and np.isfinite(matrix).all():
        inner = places[moving]
        slope = np.linalg.pinv(matrix[inner[:, None], inner]) @ matrix[inner[:, None], free]
        starts[:, free] += (points[:, moving] - estimate[inner]) @ slope
    for j in free:
        if j >= p and result.domains[j].low == 0:
            starts[:, j] = np.maximum(starts[:, j], 0.3 * estimate[j])
    starts[:, places] = points
    # With the scale held the likelihood is bounded, however small the other noise parameters are.
    bounded = p in held or not result.noise.floors
    places_below = [] if bounded else [j for j in free.tolist() if j - p in result.noise.floors]
    floors = {j - p: 1.01 * result.floor(j) / factors[j] for j in places_below}
    if any(estimate[p + i] <= bound for i, bound in floors.items()):
        return theta, values
    starts = np.minimum(starts, _LARGEST)
    straight = result.problem.straight(places.tolist())
    found = ascend_many(result.noise, straight.problem, straight.enter(starts), free, result.noise.longest, floors)
    good = found.converged & np.isfinite(found.loglik)
    for i, bound in floors.items():
        good &= found.theta[:, p + i] > bound * (1 + 1e-9)
    best, heights = straight.leave(found.theta), np.where(good, found.loglik, math.nan)
    if result.noise.rival is not None:
        other, rival = result.noise.rival(result.problem, {j: column[valid] for j, column in held.items()})
        better = ~(heights > rival + 1e-13 * np.abs(rival)) & ~np.isnan(rival) & ~np.isnan(heights)
        best, heights = np.where(better[:, None], other, best), np.where(better, rival, heights)
    theta[valid], values[valid] = best, heights
    return theta, values


def _one(result: RegressionResult, held: Mapping[int, float]) -> tuple[Array, float]:
    """By the noise model's own solver: a held coefficient moves to the offset. Scaled units."""
    p, theta = result.p, np.full(result.theta.size, math.nan)
    coefficients = {j: value for j, value in held.items() if j < p}
    free = [j for j in range(theta.size) if j not in coefficients]
    problem = result.problem.without(coefficients)
    try:
        best = result.noise.solve(problem, {j - p: value for j, value in held.items() if j >= p}, None)
    except DegenerateDataError:
        return theta, math.inf
    theta[free] = best.theta
    theta[list(coefficients)] = list(coefficients.values())
    if best.eta is not None:
        return theta, float(problem.total(result.noise.value(problem, best.eta[None]))[0])
    return theta, loglik_precisely(result.noise, problem, best.theta)


def _log_unit(result: RegressionResult) -> float:
    return result.n * math.log(result.unit)
