"""The likelihood of a regression in the units of its data, and its maximum with some parameters held."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from ..domain import Array, Bools, DegenerateDataError
from ..noise import expansion, loglik

if TYPE_CHECKING:
    from .result import RegressionResult

__all__ = ["expansion_at", "expected_at", "loglik_at", "maximum_at"]


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
            value, score, information = expansion(result.noise, result.problem, flat[valid] / factors)
            values[valid] = value - _log_unit(result)
            scores[valid] = score / factors
            matrices[valid] = information / factors[:, None] / factors
    shape = theta.shape[:-1]
    return values.reshape(shape), scores.reshape(*shape, k), matrices.reshape(*shape, k, k)


def expected_at(result: RegressionResult, theta: Array) -> Array:
    """Fisher information (k, k)."""
    if not inside(result, theta[None])[0]:
        return np.full((theta.size, theta.size), math.nan)
    with np.errstate(all="ignore"):
        matrix = result.noise.expected(result.problem, theta / result.factors)
        return np.asarray(matrix / result.factors[:, None] / result.factors)


def maximum_at(result: RegressionResult, held: Mapping[int, Array]) -> tuple[Array, Array]:
    """The best theta (m, k) and loglik (m,); −∞ and NaN where a held value is outside its domain.

    A held coefficient moves to the offset. Each problem starts from the solution of the one before.
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
            found, value = result.noise.maximum_at(result.problem, coefficients, noise)
            theta[valid], values[valid] = found[valid], value[valid]
        else:
            order = np.flatnonzero(valid)
            free = np.array([j for j in range(k) if j not in coefficients], dtype=np.intp)
            warm: Array | None = (result.theta / factors)[free]
            for i in order:
                here = {j: float(value[i]) for j, value in coefficients.items()}
                problem = result.problem.without(here)
                try:
                    best = result.noise.solve(problem, {j: float(value[i]) for j, value in noise.items()}, warm)
                except DegenerateDataError:
                    values[i] = math.inf
                    continue
                theta[i, free] = best.theta
                theta[i, list(here)] = list(here.values())
                if best.eta is not None:
                    values[i] = problem.total(result.noise.terms(problem, best.eta[None]).value)[0]
                else:
                    values[i] = loglik(result.noise, problem, best.theta[None])[0]
                warm = best.theta
        values -= _log_unit(result)
        theta = theta * factors
    for j, value in columns.items():
        theta[valid, j] = value[valid]
    return theta, np.where(np.isnan(values), -math.inf, values)


def _log_unit(result: RegressionResult) -> float:
    return result.n * math.log(result.unit)
