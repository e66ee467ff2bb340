"""Poisson counts whose log mean is linear: log μᵢ = offset + xᵢβ.

log P = y η − e^η − log y!. McCullagh & Nelder (1989), Generalized Linear Models, ch. 6. Written as the saturated value
less half the deviance (Loader 2000), which does not cancel for large counts.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from scipy import special

from ..domain import Array, DomainError, Interval, Param
from ..linear.count_separation import Separation, separation
from ..linear.least_squares import LeastSquares
from ..linear.noise import Noise, Problem, Solution, Terms
from ..linear.noise_ascent import ascend
from ..numerics.special import stirling_error

MEAN = Param("mean", "μ", "mean count", Interval(0, math.inf), Interval(0.1, 30), 4.0, "log", given=True)
_LONGEST = 5.0  # change of a log mean in one step


def log_mass(y: Array, eta: Array) -> Array:
    some = np.where(y > 0, y, 1.0)
    d = eta - np.log(some)
    positive = -0.5 * np.log(2 * math.pi * some) - stirling_error(some) - some * (np.expm1(d) - d)
    return np.where(y > 0, positive, -np.exp(eta))


def deviance(y: Array, eta: Array) -> Array:
    """2 (saturated − log-probability) of each count."""
    some = np.where(y > 0, y, 1.0)
    d = eta - np.log(some)
    return np.asarray(2 * np.where(y > 0, some * (np.expm1(d) - d), np.exp(eta)))


def log_density(r: Array, mean: Array) -> Array:
    mean = np.asarray(mean, dtype=np.float64)
    y = r + mean
    # The continuous curve through the probabilities: Γ for the factorial.
    return np.asarray(np.where(y >= 0, y * np.log(mean) - mean - special.gammaln(np.maximum(y, 0.0) + 1), -np.inf))


def influence(r: Array, mean: Array) -> Array:
    return np.asarray(r + 0.0 * mean)


def curvature(r: Array, mean: Array) -> Array:
    return np.asarray(mean * np.ones_like(r))


def value(problem: Problem, eta: Array) -> Array:
    return log_mass(problem.y, eta)


def terms(problem: Problem, eta: Array) -> Terms:
    mean = np.exp(eta)
    return Terms(log_mass(problem.y, eta), problem.y - mean, -mean)


def precision(problem: Problem, theta: Array) -> Array:
    with np.errstate(all="ignore"):
        return np.asarray(np.exp(problem.X @ theta + problem.offset))


def expected(problem: Problem, theta: Array) -> Array:
    with np.errstate(all="ignore"):
        mean = np.exp(problem.X @ theta + problem.offset)
        counted = mean if problem.weights is None else mean * problem.weights
        return np.asarray((problem.X * counted[:, None]).T @ problem.X)


def solve(problem: Problem, held: Mapping[int, float], start: Array | None) -> Solution:
    apart = separation(problem.X, problem.y)
    if apart is not None:
        return _at_infinity(problem, apart)
    if start is None or not np.isfinite(start).all() or not np.isfinite(_value(problem, start)):
        start = _start(problem)
    return ascend(NOISE, problem, start, held, longest=_LONGEST)


def _value(problem: Problem, beta: Array) -> float:
    with np.errstate(all="ignore"):
        return float(problem.total(log_mass(problem.y, problem.X @ beta + problem.offset)))


def _start(problem: Problem) -> Array:
    """Weighted regression of log(y + ½), one counted as its inverse variance y + ½."""
    level = problem.y + 0.5
    counts = level if problem.weights is None else level * problem.weights
    return LeastSquares.of(problem.X, np.log(level) - problem.offset, counts / counts.max()).beta


def _at_infinity(problem: Problem, apart: Separation) -> Solution:
    """Infinite coefficients, the finite limits of the others, and the limit of the log means."""
    beta = np.where(apart.direction == 0, math.nan, np.copysign(math.inf, apart.direction))
    eta = np.full(problem.y.size, -math.inf)
    converged = True
    if apart.kept.any():
        rows = apart.kept
        reduced = Problem(
            problem.X[np.ix_(rows, np.array(apart.basis, dtype=np.intp))],
            problem.y[rows],
            problem.offset[rows],
            None if problem.weights is None else problem.weights[rows],
            problem.n,
        )
        inner = ascend(NOISE, reduced, _start(reduced), {}, longest=_LONGEST)
        eta[rows] = reduced.X @ inner.theta + reduced.offset
        converged = inner.converged
        for place, value in zip(apart.basis, inner.theta, strict=True):
            if apart.finite[place]:
                beta[place] = value
    count = int((~apart.kept).sum())
    note = (
        f"separation: {count} of {problem.y.size} rows with count 0 can have mean 0 without lowering any other "
        "probability, so the likelihood has its maximum at infinite coefficients; the others are at their limits (nan "
        "where the data do not determine them)."
    )
    message = "the maximum is at infinity" if converged else "stopped before convergence"
    return Solution(beta, "linear programme, then Newton", converged, message, (note,), eta=eta)


def check(y: Array) -> None:
    """Raise a DomainError that names the first observation that is no count."""
    wrong = np.flatnonzero((y < 0) | (y != np.floor(y)))
    if wrong.size:
        kind = (
            "is not a whole number ≥ 0" if wrong.size == 1 else f"and {wrong.size - 1} more are not whole numbers ≥ 0"
        )
        raise DomainError(
            f"y[{wrong[0]}] = {y[wrong[0]]} {kind}, which counts must be for poisson; "
            f"change {'it' if wrong.size == 1 else 'them'} or choose another noise."
        )


def quantile(p: Array, mean: Array) -> Array:
    """Of the residual y − mean."""
    mean = np.asarray(mean, dtype=np.float64)
    count = np.maximum(np.ceil(special.pdtrik(p, mean)), 0.0)
    count = np.where((count > 0) & (special.pdtr(np.maximum(count - 1, 0.0), mean) >= p), count - 1, count)
    return np.asarray(np.where(special.pdtr(count, mean) < p, count + 1, count) - mean)


def mid_probability(r: Array, mean: Array) -> Array:
    """F(y − 1) + ½ P(y) of the count y = mean + r."""
    mean = np.asarray(mean, dtype=np.float64)
    y = np.round(r + mean)
    below = np.where(y > 0, special.pdtr(np.maximum(y - 1, 0.0), mean), 0.0)
    return np.asarray(0.5 * (below + special.pdtr(y, mean)))


NOISE = Noise(
    key="poisson",
    name="Poisson",
    params=(),
    curve=(MEAN,),
    log_density=log_density,
    influence=influence,
    curvature=curvature,
    value=value,
    terms=terms,
    precision=precision,
    expected=expected,
    solve=solve,
    quantile=quantile,
    mid_probability=mid_probability,
    longest=_LONGEST,
    gaussian_like=False,
    check=check,
    order=60,
    source="McCullagh & Nelder (1989), Generalized Linear Models, ch. 6",
    scipy="stats.poisson(mean).logpmf(r + mean)",
)
