"""A noise model as data: how observations scatter around a linear predictor.

The log-likelihood of a regression is Σ wᵢ log f(yᵢ | ηᵢ, φ), with the linear predictor η = offset + Xβ and the noise
parameters φ. A noise model gives log f of each observation with its derivatives by η and φ; the chain rule to β, sums
and counts are the same for all and are written here once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

import numpy as np

from ..domain import Array, Param
from .problem import Problem

__all__ = [
    "Noise",
    "Problem",
    "Solution",
    "Terms",
    "expansion",
    "location_scale",
    "loglik",
    "loglik_precisely",
]

_BLOCK = 1 << 15


class Terms(NamedTuple):
    """Log-density of each observation (m, n), nats, and its derivatives by η and by the noise parameters."""

    value: Array
    eta: Array
    eta_eta: Array
    noise: Sequence[Array] = ()
    eta_noise: Sequence[Array] = ()
    noise_noise: Sequence[Sequence[Array]] = ()


@dataclass(frozen=True, eq=False)
class Solution:
    """A maximum: theta (p + q,) with coefficients first, and how it was found.

    `certificate` is the largest dual variable of least absolute deviations; `eta` (n_rows,) the limit of the linear
    predictor where coefficients are infinite.
    """

    theta: Array
    method: str
    converged: bool = True
    message: str = "converged"
    warnings: tuple[str, ...] = ()
    certificate: float = math.nan
    eta: Array | None = None


@dataclass(frozen=True, eq=False, repr=False)
class Noise:
    """A noise model.

    Parameters
    ----------
    key, name : str
        "student_t" and "Student t".
    params : tuple of Param
        The noise parameters that are estimated, in the order of theta after the coefficients. A model with
        `per_column` has one for each column of Z, like the one Param that it gives: gamma1, gamma2, …
    curve : tuple of Param
        The arguments of the next three after the residual.
    log_density, influence, curvature : callable
        ``f(r, *curve)`` with r and the arguments broadcast: log-density of a residual in nats, ψ(r) = ∂ρ/∂r of the loss
        ρ = −log density (the pull of the observation on its fitted value: Hampel et al. 1986, §2.3), and ∂²ρ/∂r². For
        counts r = y − mean, ψ = ∂ log P/∂η and −∂²log P/∂η² at the log mean η.
    value : callable
        ``value(problem, eta, *params)`` with eta (m, n) and each parameter (m, 1) → log-density of each observation.
    terms : callable
        ``terms(problem, eta, *params)`` with eta (m, n) and each parameter (m, 1) → `Terms`.
    expected : callable
        ``expected(problem, theta)`` → Fisher information (k, k) at theta (k,).
    solve : callable
        ``solve(problem, held, start)`` → `Solution`: the maximum over all coefficients of the problem and the noise
        parameters that `held` (place → value) leaves free; start (k,) or None.
    quantile : callable or None
        ``quantile(p, *curve)`` of a residual; None where bands of observations need more than that.
    mid_probability : callable or None
        Of counts: ``f(r, *curve)`` = F(y − 1) + ½ P(y), the middle of the step that their distribution function takes at y.
    precision : callable or None
        ``precision(problem, theta)`` → the information of η in one observation, () or (n_rows,), where the
        coefficients and the noise parameters are orthogonal: the covariance then comes from a QR decomposition.
    maximum_at : callable or None
        ``maximum_at(problem, coefficients, noise, m)`` → theta (m, k) and loglik (m,) with the parameters in the two
        mappings (place → (m,)) held, in closed form.
    rival : callable or None
        ``rival(problem, held)`` → theta (m, k) and loglik (m,) with a parameter at infinity and those in `held` (place
        in theta → (m,)) held; NaN where there is none. Compared by value with the maximum inside.
    smooth : bool
        Whether Newton's method finds the maximum.
    longest : float
        The largest change of the linear predictor in one Newton step.
    floors : mapping
        Place of a noise parameter → ``f(problem)``, below which the likelihood is unbounded.
    options : mapping
        Settings and their defaults: {"k": 1.345}. None for a parameter that is estimated unless given.
    errors_from : "observed" or "expected"
        The information that standard errors come from.
    gaussian_like : bool
        Whether the noise has a scale that n ≤ p leaves undetermined.
    check : callable or None
        ``check(y)`` raises a DomainError for observations that cannot occur.
    source, scipy : str
        Where the formulas stand; the log-density of a residual in scipy, as text.
    """

    key: str
    name: str
    params: tuple[Param, ...]
    curve: tuple[Param, ...]
    log_density: Callable[..., Array]
    influence: Callable[..., Array]
    curvature: Callable[..., Array]
    value: Callable[..., Array]
    terms: Callable[..., Terms]
    expected: Callable[[Problem, Array], Array]
    solve: Callable[[Problem, Mapping[int, float], Array | None], Solution]
    quantile: Callable[..., Array] | None = None
    mid_probability: Callable[..., Array] | None = None
    precision: Callable[[Problem, Array], Array] | None = None
    maximum_at: Callable[..., tuple[Array, Array]] | None = None
    rival: Callable[[Problem, Mapping[int, Array]], tuple[Array, Array]] | None = None
    smooth: bool = True
    longest: float = math.inf
    floors: Mapping[int, Callable[[Problem], float]] = field(default_factory=dict)
    options: Mapping[str, float | None] = field(default_factory=dict)
    errors_from: Literal["observed", "expected"] = "observed"
    gaussian_like: bool = True
    per_column: bool = False
    check: Callable[[Array], None] | None = None
    order: int = 100
    source: str = ""
    scipy: str = ""

    def __repr__(self) -> str:
        return f"Noise({self.key!r})"

    def loss(self, r: Array, *params: Array) -> Array:
        """ρ(r) = −log density, nats."""
        return -self.log_density(r, *params)

    def pull(self, r: Array, *params: Array) -> Array:
        """∂ log density/∂(fitted mean), nats per unit of y: ψ, for counts by the chain rule through their log link."""
        psi = self.influence(r, *params)
        return psi if self.gaussian_like else np.asarray(psi / params[0])

    def parameters(self, problem: Problem) -> tuple[Param, ...]:
        """The noise parameters of a problem."""
        if not self.per_column or problem.Z is None:
            return self.params
        model = self.params[0]
        return tuple(
            replace(model, name=f"{model.name}{j + 1}", symbol=f"{model.symbol}{j + 1}")
            for j in range(problem.Z.shape[1])
        )


def location_scale(r: Array, scale: Array, log: Array, slope: Array, curve: Array) -> Terms:
    """Terms of the density g(r/σ)/σ from log g, its slope and its curvature at r/σ."""
    z = r / scale
    return Terms(
        log - np.log(scale),
        -slope / scale,
        curve / scale**2,
        [-(1 + z * slope) / scale],
        [(slope + z * curve) / scale**2],
        [[(1 + 2 * z * slope + z * z * curve) / scale**2]],
    )


def loglik(noise: Noise, problem: Problem, theta: Array) -> Array:
    """Log-likelihood (m,) at theta (m, k), nats."""
    return _in_blocks(noise, problem, theta, derivatives=False)[0]


def loglik_precisely(noise: Noise, problem: Problem, theta: Array) -> float:
    """Log-likelihood at theta (k,), nats, with the linear predictor in extended precision."""
    with np.errstate(all="ignore"):
        eta = problem.predictor(theta[: problem.X.shape[1]])
        return float(problem.total(noise.value(problem, eta[None], *theta[problem.X.shape[1] :, None, None]))[0])


def expansion(noise: Noise, problem: Problem, theta: Array) -> tuple[Array, Array, Array]:
    """Log-likelihood (m,), score (m, k) and observed information (m, k, k) at theta (m, k)."""
    return _in_blocks(noise, problem, theta, derivatives=True)


def _in_blocks(noise: Noise, problem: Problem, theta: Array, derivatives: bool) -> tuple[Array, Array, Array]:
    rows = max(1, _BLOCK // max(1, problem.y.size))
    if len(theta) <= rows:
        return _block(noise, problem, theta, derivatives)
    parts = [_block(noise, problem, theta[top : top + rows], derivatives) for top in range(0, len(theta), rows)]
    value, score, information = (np.concatenate(part) for part in zip(*parts, strict=True))
    return value, score, information


def _block(noise: Noise, problem: Problem, theta: Array, derivatives: bool) -> tuple[Array, Array, Array]:
    p, k = problem.X.shape[1], theta.shape[1]
    m = len(theta)
    with np.errstate(all="ignore"):
        eta = theta[:, :p] @ problem.X.T + problem.offset
        params = [theta[:, j, None] for j in range(p, k)]
        if not derivatives:
            return problem.total(noise.value(problem, eta, *params)), np.empty((m, 0)), np.empty((m, 0, 0))
        terms = noise.terms(problem, eta, *params)
        value = problem.total(terms.value)
        score = np.empty((m, k))
        information = np.empty((m, k, k))
        counted = problem.X if problem.weights is None else problem.X * problem.weights[:, None]
        score[:, :p] = terms.eta @ counted
        for row in range(m):
            information[row, :p, :p] = -(problem.X.T * terms.eta_eta[row]) @ counted
        for i in range(k - p):
            score[:, p + i] = problem.total(terms.noise[i])
            cross = -(terms.eta_noise[i] @ counted)
            information[:, p + i, :p] = cross
            information[:, :p, p + i] = cross
            for j in range(i + 1):
                entry = -problem.total(terms.noise_noise[i][j])
                information[:, p + i, p + j] = information[:, p + j, p + i] = entry
    return value, score, information
