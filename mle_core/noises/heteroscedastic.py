"""Gaussian noise whose log-variance is linear in the columns of Z: log σᵢ² = zᵢγ.

Harvey (1976), Econometrica 44, 461-465; Greene (2012), Econometric Analysis, §14.9.2. The expected information is block
diagonal, Σ xᵢxᵢᵀ/σᵢ² and ½ Σ zᵢzᵢᵀ; standard errors come from it, as Harvey and Greene print them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from ..domain import Array, DegenerateDataError, Interval, Param
from ..linear.least_squares import LeastSquares
from ..linear.noise import Noise, Problem, Solution, Terms, loglik_precisely
from ..linear.noise_ascent import ascend
from . import gaussian

GAMMA = Param("gamma", "γ", "coefficient of the log-variance", Interval(-math.inf, math.inf), Interval(-3, 3), 0.0)
# E log χ²₁ = ψ(½) + log 2
MEAN_LOG_CHI2 = -1.2703628454614782
_SUSPICIOUS = 15.0


def variances(problem: Problem, gamma: Array) -> Array:
    """Log-variance (..., n_rows) at gamma (..., q)."""
    assert problem.Z is not None
    return np.asarray(gamma @ problem.Z.T + problem.log_variance)


def value(problem: Problem, eta: Array, *gamma: Array) -> Array:
    logs = variances(problem, np.concatenate(gamma, axis=-1))
    return np.asarray(-gaussian.LOG_SQRT_2PI - 0.5 * (logs + (problem.y - eta) ** 2 * np.exp(-logs)))


def terms(problem: Problem, eta: Array, *gamma: Array) -> Terms:
    assert problem.Z is not None
    logs = variances(problem, np.concatenate(gamma, axis=-1))
    precision = np.exp(-logs)
    r = problem.y - eta
    slope = r * precision
    square = r * slope
    half = 0.5 * (square - 1)
    z = problem.Z.T
    q = len(gamma)
    return Terms(
        -gaussian.LOG_SQRT_2PI - 0.5 * (logs + square),
        slope,
        -precision,
        [half * z[j] for j in range(q)],
        [-slope * z[j] for j in range(q)],
        [[-0.5 * square * (z[i] * z[j]) for j in range(i + 1)] for i in range(q)],
    )


def precision(problem: Problem, theta: Array) -> Array:
    with np.errstate(all="ignore"):
        return np.asarray(np.exp(-variances(problem, theta[problem.X.shape[1] :])))


def expected(problem: Problem, theta: Array) -> Array:
    assert problem.Z is not None
    p, k = problem.X.shape[1], theta.size
    counts = np.ones(problem.y.size) if problem.weights is None else problem.weights
    with np.errstate(all="ignore"):
        precision = np.exp(-variances(problem, theta[p:])) * counts
    matrix = np.zeros((k, k))
    matrix[:p, :p] = (problem.X * precision[:, None]).T @ problem.X
    matrix[p:, p:] = 0.5 * (problem.Z * counts[:, None]).T @ problem.Z
    return matrix


def solve(problem: Problem, held: Mapping[int, float], start: Array | None) -> Solution:
    if start is not None and np.isfinite(start).all():
        found = ascend(NOISE, problem, start, held)
        if found.converged and _resolved(problem, found.theta):
            return found
    if problem.least_squares.exact and not held:
        raise DegenerateDataError(
            f"all {problem.n:g} observations lie exactly on the fitted plane, so the likelihood of heteroscedastic "
            "grows without bound as the variance → 0; add observations or choose gaussian."
        )
    tried = []
    for begin in _starts(problem, held):
        found = ascend(NOISE, problem, begin, held)
        if not _resolved(problem, found.theta):
            message = "stopped where a variance is below the rounding of y"
            tried.append(Solution(begin, "regression of log r²", False, message))
            found = replace(found, converged=False, message=message)
        tried.append(found)
    tried.sort(key=lambda found: (not found.converged, -loglik_precisely(NOISE, problem, found.theta)))
    best = tried[0]
    spread = max(float(np.ptp(variances(problem, found.theta[problem.X.shape[1] :]))) for found in tried)
    if best.converged or spread < _SUSPICIOUS:
        return best
    note = (
        f"the log-variances of the search spread over {spread:.0f} nats and it has not ended: the likelihood may grow without "
        "bound as the variance of a few observations → 0; leave columns out of Z."
    )
    return replace(best, warnings=(*best.warnings, note))


def _resolved(problem: Problem, theta: Array) -> bool:
    """Whether every residual can be told from 0 by its standard deviation: y − Xβ is rounded as y is."""
    smallest = 0.5 * float(np.min(variances(problem, theta[problem.X.shape[1] :])))
    return smallest > math.log(np.finfo(np.float64).eps * max(float(np.max(np.abs(problem.y))), 1e-300))


def _starts(problem: Problem, held: Mapping[int, float]) -> list[Array]:
    """From the regression of log r² (Harvey 1976, §3), and with the same variance everywhere; β by weighted squares."""
    assert problem.Z is not None
    q = problem.Z.shape[1]
    free = [j for j in range(q) if j not in held]
    base = np.zeros(q)
    for j, value in held.items():
        base[j] = value
    r2 = problem.least_squares.residuals**2
    mean = problem.least_squares.rss / problem.n
    mean = mean if mean > 0 else 1.0
    starts = []
    for logs in (np.log(np.maximum(r2, 1e-6 * mean)) - MEAN_LOG_CHI2, np.full(r2.size, math.log(mean))):
        gamma = base.copy()
        target = logs - variances(problem, base)
        gamma[free] = LeastSquares.of(problem.Z[:, free], target, problem.weights).beta
        precision = np.exp(-np.clip(variances(problem, gamma), -30 + math.log(mean), 30 + math.log(mean)))
        counts = precision if problem.weights is None else precision * problem.weights
        beta = LeastSquares.of(problem.X, problem.target, counts).beta
        starts.append(np.append(beta, gamma))
    return starts


NOISE = Noise(
    key="heteroscedastic",
    name="Heteroscedastic",
    params=(GAMMA,),
    curve=(gaussian.SIGMA,),
    log_density=gaussian.log_density,
    influence=gaussian.influence,
    curvature=gaussian.curvature,
    value=value,
    terms=terms,
    precision=precision,
    expected=expected,
    solve=solve,
    quantile=gaussian.quantile,
    errors_from="expected",
    per_column=True,
    order=50,
    source="Harvey (1976), Econometrica 44, 461-465",
    scipy="stats.norm(0, sigma).logpdf(r)",
)
