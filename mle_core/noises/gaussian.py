"""Gaussian noise: least squares is its maximum likelihood.

log f(r; σ) = −log σ − ½ log 2π − r²/(2σ²). Seber & Lee (2003), Linear Regression Analysis, §3.5.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from scipy import special

from ..domain import Array, Interval, Param
from ..linear.noise import Noise, Problem, Solution, Terms, location_scale

LOG_SQRT_2PI = 0.5 * math.log(2 * math.pi)
SIGMA = Param("sigma", "σ", "noise scale", Interval(0, math.inf), Interval(0.1, 10), 1.0, "log", power=1)


def log_density(r: Array, sigma: Array) -> Array:
    return np.asarray(-LOG_SQRT_2PI - np.log(sigma) - 0.5 * (r / sigma) ** 2)


def influence(r: Array, sigma: Array) -> Array:
    return np.asarray(r / sigma / sigma)


def curvature(r: Array, sigma: Array) -> Array:
    return np.asarray((1.0 / sigma / sigma) * np.ones_like(r))


def value(problem: Problem, eta: Array, sigma: Array) -> Array:
    return log_density(problem.y - eta, sigma)


def terms(problem: Problem, eta: Array, sigma: Array) -> Terms:
    z = (problem.y - eta) / sigma
    return location_scale(problem.y - eta, sigma, -LOG_SQRT_2PI - 0.5 * z * z, -z, np.full_like(z, -1.0))


def precision(problem: Problem, theta: Array) -> Array:
    return np.asarray(1 / theta[-1] ** 2)


def expected(problem: Problem, theta: Array) -> Array:
    p = problem.X.shape[1]
    matrix = np.zeros((p + 1, p + 1))
    matrix[:p, :p] = problem.gram
    matrix[p, p] = 2 * problem.n
    with np.errstate(all="ignore"):
        return np.asarray(matrix / theta[p] ** 2)


def solve(problem: Problem, held: Mapping[int, float], start: Array | None) -> Solution:
    found = problem.least_squares
    sigma = held.get(0, 0.0 if found.exact else math.sqrt(found.rss / problem.n))
    return Solution(np.append(found.beta, sigma), "QR decomposition")


def maximum_at(
    problem: Problem, coefficients: Mapping[int, Array], noise: Mapping[int, Array], m: int
) -> tuple[Array, Array]:
    """The residual sum of squares grows by ‖R(β − β̂)‖², least among the β that pass through what is held."""
    found, n = problem.least_squares, problem.n
    places = list(coefficients)
    beta, rss = np.tile(found.beta, (m, 1)), np.full(m, found.rss)
    if places:
        away = np.stack([coefficients[j] for j in places], axis=-1) - found.beta[places]
        back = found.back
        # The shortest u with back[places]·u = away, by QR: (XᵀX)⁻¹ would square the condition number.
        basis, triangle = np.linalg.qr(back[places].T)
        u = np.linalg.solve(triangle.T, away.T)
        beta = beta + (back @ (basis @ u)).T
        beta[:, places] = found.beta[places] + away
        rss = rss + np.sum(u * u, axis=0)
    sigma = noise.get(0, np.sqrt(rss / n))
    loglik = -n * (LOG_SQRT_2PI + np.log(sigma)) - 0.5 * rss / sigma**2
    return np.column_stack([beta, sigma]), np.asarray(loglik)


def quantile(p: Array, sigma: Array) -> Array:
    return np.asarray(sigma * special.ndtri(p))


NOISE = Noise(
    key="gaussian",
    name="Gaussian",
    params=(SIGMA,),
    curve=(SIGMA,),
    log_density=log_density,
    influence=influence,
    curvature=curvature,
    value=value,
    terms=terms,
    precision=precision,
    maximum_at=maximum_at,
    expected=expected,
    solve=solve,
    quantile=quantile,
    errors_from="expected",
    order=10,
    source="Seber & Lee (2003), Linear Regression Analysis, §3.5",
    scipy="stats.norm(0, sigma).logpdf(r)",
)
