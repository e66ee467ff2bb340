"""The result of a regression, and what intervals, tests and profiles need of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Literal

import numpy as np

from ..domain import Array, Bools, Interval, MleError, Param
from ..linear.design import Design
from ..linear.noise import Noise, Problem
from . import classical, counts, points
from . import held as held_maximum
from .covariance import covariance as covariance_at
from .prediction import Band, band, predict

__all__ = ["RegressionResult"]

_LINE = Interval(-math.inf, math.inf)


@dataclass(frozen=True, eq=False)
class RegressionResult:
    """A fitted regression with k parameters: the p coefficients, then those of the noise.

    Parameters
    ----------
    noise : Noise
    parameters : tuple of Param
        The noise parameters.
    coefficient_names : tuple of str
    theta : ndarray of shape (k,)
        The estimate, fixed parameters included.
    loglik : float
        Nats, summed over the observations; ∞ where there is no noise.
    covariance : ndarray of shape (k, k)
        Inverse information (expected, or observed for student_t and huber); zero for fixed parameters, NaN if none.
    errors : ndarray of shape (k,)
        Root of its diagonal, a float where the square may not be.
    n : float
        Number of observations, counts included.
    converged, method, message : bool, str, str
        How the maximum was found.
    warnings : tuple of str
        What a reader should know before trusting the numbers.
    fixed : dict
        Noise parameters that were given, name → value.
    certificate : float
        Of laplace: the largest dual variable of the observations on the line; below 1 the estimate is the only one.
    """

    noise: Noise
    parameters: tuple[Param, ...]
    coefficient_names: tuple[str, ...]
    theta: Array
    loglik: float
    covariance: Array
    errors: Array
    n: float
    converged: bool
    method: str
    message: str
    warnings: tuple[str, ...]
    fixed: dict[str, float]
    certificate: float
    design: Design = field(repr=False)
    kept: Bools = field(repr=False)
    variance_design: Design | None = field(repr=False)
    y: Array = field(repr=False)
    offset: Array = field(repr=False)
    problem: Problem = field(repr=False)
    factors: Array = field(repr=False)
    scaled_covariance: Array = field(repr=False)  # that of theta/factors
    unit: float = field(repr=False)
    limit: Array | None = field(repr=False)

    @property
    def p(self) -> int:
        """Number of coefficients."""
        return len(self.coefficient_names)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the coefficients and the noise parameters, in the order of theta."""
        return (*self.coefficient_names, *(param.name for param in self.parameters))

    @property
    def params(self) -> dict[str, float]:
        """Name → estimate, coefficients and noise parameters."""
        return dict(zip(self.names, self.theta.tolist(), strict=True))

    @property
    def coef(self) -> dict[str, float]:
        """Name → coefficient."""
        return dict(zip(self.coefficient_names, self.theta[: self.p].tolist(), strict=True))

    @property
    def noise_params(self) -> dict[str, float]:
        """Name → noise parameter, by the noise's own name also where a column has it."""
        own = (name.removeprefix("noise_") for name in self.names[self.p :])
        return dict(zip(own, self.theta[self.p :].tolist(), strict=True))

    @property
    def standard_errors(self) -> dict[str, float]:
        """Name → root of the diagonal of the covariance, σ at its maximum-likelihood value."""
        return dict(zip(self.names, self.errors.tolist(), strict=True))

    def standard_errors_from(self, information: Literal["observed", "expected"]) -> dict[str, float]:
        """Name → standard error from the observed or the expected information at the estimate.

        Raises MleError for an information that does not exist (the observed one of laplace is 0 almost everywhere).
        """
        if information not in ("observed", "expected"):
            raise MleError(f'there is no information {information!r}; choose "observed" or "expected".')
        with np.errstate(all="ignore"):
            held = {j: 1.0 for j, param in enumerate(self.parameters) if param.name in self.fixed}
            matrix, notes = covariance_at(
                self.noise, self.problem, self.theta / self.factors, held, self.loglik, information
            )
            errors = np.sqrt(np.diagonal(matrix)) * np.abs(self.factors)
        if notes:
            raise MleError(f"{notes[0]} Choose the other information.")
        return dict(zip(self.names, errors.tolist(), strict=True))

    @property
    def observed_standard_errors(self) -> dict[str, float]:
        """Name → standard error from the observed information."""
        return self.standard_errors_from("observed")

    @property
    def free(self) -> tuple[int, ...]:
        """Places of the estimated parameters."""
        return tuple(j for j, name in enumerate(self.names) if name not in self.fixed)

    @property
    def aic(self) -> float:
        """−2ℓ + 2 k, k the number of free parameters, those of the noise included (Akaike 1974)."""
        return 2 * len(self.free) - 2 * self.loglik

    @property
    def bic(self) -> float:
        """−2ℓ + k log n (Schwarz 1978)."""
        return len(self.free) * math.log(self.n) - 2 * self.loglik

    # -- each observation --------------------------------------------------------------------------------------------

    @cached_property
    def linear_predictor(self) -> Array:
        """offset + Xβ (n,); −∞ where a mean is zero in the limit of infinite coefficients."""
        if self.limit is not None:
            return self.limit
        return np.asarray(self.design.X @ self.theta[: self.p] + self.offset)

    @cached_property
    def fitted(self) -> Array:
        """Fitted mean (of laplace: median) of each observation (n,)."""
        with np.errstate(all="ignore"):
            return self.linear_predictor if self.noise.gaussian_like else np.exp(self.linear_predictor)

    @cached_property
    def residuals(self) -> Array:
        """y − fitted (n,); least squares gives them in extended precision."""
        return points.residuals(self)

    def curve_arguments(self) -> tuple[Array, ...]:
        """The arguments of `noise.log_density` after the residual, one value or one per observation."""
        return points.curve_arguments(self)

    @property
    def variance_design_rows(self) -> Array:
        """The columns of the log-variance for every observation passed (n, q)."""
        return points.variance_rows(self)

    @cached_property
    def loglik_per_point(self) -> Array:
        """Log-density of each observation (n,), nats, its count left out; counted, they sum to `loglik`."""
        return points.loglik(self)

    @cached_property
    def influence(self) -> Array:
        """ψ of each observation (n,): the pull on its fitted value, ∂ log density/∂η."""
        with np.errstate(all="ignore"):
            return self.noise.influence(self.residuals, *self.curve_arguments())

    @cached_property
    def coefficient_influence(self) -> Array:
        """By how much one more copy of each observation would move each coefficient, to first order (n, p).

        The covariance times the score of the observation (Cook & Weisberg 1982, §3.4).
        """
        return np.asarray((self.design.X * self.influence[:, None]) @ self.covariance[: self.p, : self.p])

    # -- what belongs to one noise model -----------------------------------------------------------------------------

    @property
    def residual_sd(self) -> float:
        """√(RSS/(n − p)), the unbiased form; residuals weighted by their counts."""
        return classical.residual_sd(self)

    @property
    def classical_standard_errors(self) -> dict[str, float]:
        """Name → standard error of a coefficient with the n − p form of σ, as lm of R prints it; gaussian only."""
        return classical.standard_errors(self)

    @property
    def r_squared(self) -> float:
        """1 − RSS/TSS; TSS about the mean where there is an intercept, else about 0."""
        return classical.r_squared(self)

    def t_interval(self, name: str, level: float = 0.95) -> tuple[float, float]:
        """Exact confidence interval of a coefficient from Student's t with n − p degrees of freedom; gaussian only."""
        return classical.t_interval(self, name, level)

    @cached_property
    def deviance(self) -> float:
        """Twice what the saturated model gains, nats; of a Poisson regression only."""
        return counts.total_deviance(self, self.linear_predictor)

    @cached_property
    def null_deviance(self) -> float:
        """The deviance of the constant alone (of the offset alone where X has no constant column)."""
        return counts.null_deviance(self)

    # -- prediction --------------------------------------------------------------------------------------------------

    def predict(self, X: object, offset: object = None) -> Array:
        """Fitted mean (m,) at the rows of X (m, d), columns as in the fit."""
        return predict(self, X, offset)

    def band(
        self,
        X: object,
        level: float = 0.95,
        kind: Literal["mean", "observation"] = "mean",
        Z: object = None,
        exact: bool = False,
    ) -> Band:
        """Band around the fitted mean at the rows of X; see `prediction.band`."""
        return band(self, X, level, kind, Z, exact)

    # -- the protocol `Fitted` ---------------------------------------------------------------------------------------

    @cached_property
    def domains(self) -> tuple[Interval, ...]:
        """Where each parameter may lie."""
        return (*(_LINE for _ in range(self.p)), *(param.domain for param in self.parameters))

    @property
    def irregular(self) -> Mapping[str, str]:
        """Name → why normal and χ² theory does not hold; without noise it holds for nothing."""
        exact = "the data lie exactly on the fitted plane"
        return MappingProxyType(dict.fromkeys(self.names, exact) if self.loglik == math.inf else {})

    def floor(self, j: int) -> float:
        """The bound below which the likelihood is unbounded in parameter j; the lower end of its domain for most."""
        return self._floors.get(j, float(self.domains[j].low))

    @cached_property
    def _floors(self) -> dict[int, float]:
        return {self.p + i: rule(self.problem) * self.factors[self.p + i] for i, rule in self.noise.floors.items()}

    def begin(self, j: int) -> float:
        """A moderate finite value of parameter j."""
        if math.isfinite(self.theta[j]):
            return float(self.theta[j])
        return 0.0 if j < self.p else self.parameters[j - self.p].default

    def error(self, j: int) -> float:
        """Standard error of parameter j."""
        return float(self.errors[j])

    def expansion(self, theta: Array) -> tuple[Array, Array, Array]:
        """Log-likelihood (...), score (..., k), observed information (..., k, k) at theta; −∞ and NaN outside its domain."""
        return held_maximum.expansion_at(self, np.asarray(theta, dtype=np.float64))

    def expected_information(self, theta: Array) -> Array | None:
        """Fisher information (k, k) of the whole sample at theta (k,); NaN outside the domain."""
        return held_maximum.expected_at(self, np.asarray(theta, dtype=np.float64))

    def need_maximum(self) -> None:
        """Every fit of this kind is at the maximum of its likelihood, or says that it has not converged."""

    def straightened(self, theta: Array) -> tuple[Array, Array, Array]:
        """Score (m, k) and expected information (m, k, k) in other coordinates, and the map (k, k) to them."""
        return held_maximum.straightened_at(self, theta)

    def maximum_at(self, held: Mapping[int, Array]) -> tuple[Array, Array]:
        """The best theta (m, k) and its log-likelihood (m,), with each parameter of `held` at its m values."""
        return held_maximum.maximum_at(self, held)

    @cached_property
    def counts(self) -> Array:
        """How often each observation counts (n,)."""
        times = np.zeros(self.y.size)
        times[self.kept] = 1.0 if self.problem.weights is None else self.problem.weights
        return times
