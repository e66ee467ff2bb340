"""Covariance of the estimates of a regression."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from ..domain import Array
from ..linear.noise import Noise, Problem, expansion
from ..linear.straight import straightened

__all__ = ["covariance", "inverse"]


def covariance(
    noise: Noise, problem: Problem, theta: Array, held: Mapping[int, float], loglik: float, source: str | None = None
) -> tuple[Array, tuple[str, ...]]:
    """Inverse of the information (k, k), and what must be said about it.

    Zero in the rows of held parameters; NaN for estimates that are infinite, or where there is no noise.
    `source` is "observed" or "expected"; the noise model's own choice if None.
    """
    p, k = problem.X.shape[1], theta.size
    matrix = np.full((k, k), math.nan)
    for j in held:
        matrix[p + j, :] = matrix[:, p + j] = 0.0
    if math.isinf(loglik):
        return matrix, ()
    inner = [j for j in range(k) if np.isfinite(theta[j]) and j - p not in held]
    kind = source or noise.errors_from
    if not np.isfinite(theta[:p]).all():
        # Some means are zero: the rows that keep theirs say what is known of the finite coefficients.
        return matrix, ()
    places = inner
    if noise.precision is not None and (kind == "expected" or k == p):
        matrix[:p, :p] = _coefficients(problem, noise.precision(problem, theta))
        matrix[:p, p:] = matrix[p:, :p] = 0.0
        places = [j for j in inner if j >= p]
        kind = "expected"
    if places and places[0] >= p and problem.Z is None:
        block, back = noise.expected(problem, theta), np.eye(k)
    elif places:
        straight = problem.straight([p + j for j in held])
        there, turned, back = straight.problem, straight.enter(theta), straight.full(straight.back, k)
        block = noise.expected(there, turned) if kind == "expected" else expansion(noise, there, turned[None])[2][0]
    if places:
        square = np.ix_(places, places)
        found = inverse(block[square])
        if found is None:
            matrix[square] = math.nan
            return matrix, (f"the {kind} information is not positive definite: there are no standard errors.",)
        matrix[square] = back[square] @ found @ back[square].T
    return matrix, ()


def _coefficients(problem: Problem, precision: Array) -> Array:
    """(Σ wᵢ precisionᵢ xᵢxᵢᵀ)⁻¹ from the QR decomposition of the rows, without squaring the condition number."""
    if precision.ndim == 0:
        return problem.least_squares.inverse_gram / precision
    root = np.sqrt(precision if problem.weights is None else precision * problem.weights)
    back = straightened(problem.X, root=root)[2]
    return np.asarray(back @ back.T)


def inverse(information: Array) -> Array | None:
    """Inverse of a positive definite matrix, scaled to a unit diagonal first; None if it is not one."""
    if information.shape == (1, 1):
        return 1 / information if 0 < information[0, 0] < math.inf else None
    diagonal = np.diagonal(information)
    if not (np.isfinite(information).all() and (diagonal > 0).all()):
        return None
    scale = np.sqrt(diagonal)
    try:
        triangle = np.linalg.cholesky(information / scale[:, None] / scale)
    except np.linalg.LinAlgError:
        return None
    back = np.linalg.inv(triangle) / scale
    return np.asarray(back.T @ back)
