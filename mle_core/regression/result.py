"""The result of a regression, and what intervals, tests and profiles need of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Literal

import numpy as np

from ..design import Design
from ..domain import Array, Bools, Interval, MleError, Param
from ..noise import Noise, Problem
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
    params : tuple of Param
        The noise parameters.
    coefficient_names : tuple of str
    theta : ndarray of shape (k,)
        The estimate, fixed parameters included.
    loglik : float
        Nats, summed over the observations; ∞ where there is no noise.
    covariance : ndarray of shape (k, k)
        Inverse information (expected, or observed for student_t and huber); zero for fixed parameters, NaN where there
        is none.
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
    params: tuple[Param, ...]
    coefficient_names: tuple[str, ...]
    theta: Array
    loglik: float
    covariance: Array
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
    unit: float = field(repr=False)
    limit: Array | None = field(repr=False)

    @property
    def p(self) -> int:
        """Number of coefficients."""
        return len(self.coefficient_names)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the coefficients and the noise parameters, in the order of theta."""
        return (*self.coefficient_names, *(param.name for param in self.params))

    @property
    def coef(self) -> dict[str, float]:
        """Name → coefficient."""
        return dict(zip(self.coefficient_names, self.theta[: self.p].tolist(), strict=True))

    @property
    def noise_params(self) -> dict[str, float]:
        """Name → noise parameter."""
        return dict(zip(self.names[self.p :], self.theta[self.p :].tolist(), strict=True))

    @property
    def standard_errors(self) -> dict[str, float]:
        """Name → root of the diagonal of the covariance, σ at its maximum-likelihood value."""
        with np.errstate(all="ignore"):
            return dict(zip(self.names, np.sqrt(np.diagonal(self.covariance)).tolist(), strict=True))

    def standard_errors_from(self, information: Literal["observed", "expected"]) -> dict[str, float]:
        """Name → standard error from the observed or the expected information at the estimate.

        Raises MleError for an information that does not exist (the observed one of laplace is 0 almost everywhere).
        """
        if information not in ("observed", "expected"):
            raise MleError(f'there is no information {information!r}; choose "observed" or "expected".')
        with np.errstate(all="ignore"):
            held = {j: 1.0 for j, param in enumerate(self.params) if param.name in self.fixed}
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
        return self.y - self.fitted

    def curve_arguments(self) -> tuple[Array, ...]:
        """The arguments of `noise.log_density` after the residual, one value or one per observation."""
        if self.variance_design is not None:
            with np.errstate(all="ignore"):
                return (np.exp(0.5 * (self.variance_design_rows @ self.theta[self.p :])),)
        if not self.noise.gaussian_like:
            return (self.fitted,)
        values = dict(self.noise_params)
        values.update({name: value for name, value in self.problem.options.items() if value is not None})
        return tuple(np.asarray(values[param.name]) for param in self.noise.curve)

    @property
    def variance_design_rows(self) -> Array:
        """The columns of the log-variance for every observation passed (n, q)."""
        if self.variance_design is None:
            raise MleError(f"{self.noise.key} has no log-variance; its noise is the same everywhere.")
        return self.variance_design.X

    @cached_property
    def loglik_per_point(self) -> Array:
        """Log-density of each observation (n,), nats, its count left out; counted, they sum to `loglik`."""
        with np.errstate(all="ignore"):
            if not self.noise.gaussian_like:
                terms = self.noise.terms(
                    Problem(self.design.X, self.y, self.offset, None, self.n), self.linear_predictor
                )
                return terms.value
            if math.isinf(self.loglik):
                return np.full(self.y.size, math.inf)
            return self.noise.log_density(self.residuals, *self.curve_arguments())

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
        return math.sqrt(self._rss / (self.n - self.p)) if self.n > self.p else math.nan

    @property
    def classical_standard_errors(self) -> dict[str, float]:
        """Name → standard error of a coefficient with the n − p form of σ, as lm of R prints it; gaussian only."""
        self._need_gaussian("classical standard errors")
        if math.isinf(self.loglik):
            return dict.fromkeys(self.coefficient_names, math.nan)
        ratio = math.sqrt(self.n / (self.n - self.p))
        errors = self.standard_errors
        return {name: errors[name] * ratio for name in self.coefficient_names}

    @property
    def r_squared(self) -> float:
        """1 − RSS/TSS; TSS about the mean where there is an intercept, else about 0."""
        counts = np.ones(self.problem.y.size) if self.problem.weights is None else self.problem.weights
        target = self.problem.target
        constant = self.design.intercept or bool((np.ptp(self.design.X, axis=0) == 0).any())
        center = float(np.dot(counts, target)) / self.n if constant else 0.0
        total = float(np.dot(counts, (target - center) ** 2))
        return 1 - self._rss / self.unit**2 / total if total > 0 else math.nan

    def t_interval(self, name: str, level: float = 0.95) -> tuple[float, float]:
        """Exact confidence interval of a coefficient from Student's t with n − p degrees of freedom; gaussian only."""
        from scipy import special

        self._need_gaussian("exact t interval")
        if name not in self.coefficient_names:
            raise MleError(f"there is no coefficient {name!r}; choose one of {', '.join(self.coefficient_names)}.")
        if not 0 < level < 1:
            raise MleError(f"the level must lie between 0 and 1, not at {level}.")
        width = float(special.stdtrit(self.n - self.p, 0.5 + level / 2)) * self.classical_standard_errors[name]
        return self.coef[name] - width, self.coef[name] + width

    @cached_property
    def deviance(self) -> float:
        """Twice what the saturated model gains, nats; of a Poisson regression only."""
        from ..noises.poisson import deviance

        self._need_counts()
        rows = self.design.kept if self.problem.weights is None else ~np.isnan(self.linear_predictor)
        with np.errstate(all="ignore"):
            values = deviance(self.y, self.linear_predictor)
        return float(values.sum()) if self.problem.weights is None else float(np.nansum(values * self._counts * rows))

    @cached_property
    def null_deviance(self) -> float:
        """The deviance of the constant alone (of the offset alone without an intercept)."""
        from .fit import fit_regression

        self._need_counts()
        alone = None if self.design.intercept else np.zeros((self.y.size, 0))
        if alone is not None:
            from ..noises.poisson import deviance

            return float(np.dot(deviance(self.y, self.offset), self._counts))
        return fit_regression(None, self.y, self.noise, weights=self._counts, offset=self.offset).deviance

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
        return (*(_LINE for _ in range(self.p)), *(param.domain for param in self.params))

    @property
    def irregular(self) -> Mapping[str, str]:
        """Name → why normal and χ² theory does not hold; without noise it holds for nothing."""
        if self.loglik == math.inf:
            return MappingProxyType(dict.fromkeys(self.names, "the data lie exactly on the fitted plane"))
        return MappingProxyType({})

    def floor(self, j: int) -> float:
        """The bound below which the likelihood is unbounded in parameter j; the lower end of its domain for most."""
        rule = self.noise.floors.get(j - self.p)
        return float(self.domains[j].low) if rule is None else rule(self.problem)

    def begin(self, j: int) -> float:
        """A moderate finite value of parameter j."""
        if math.isfinite(self.theta[j]):
            return float(self.theta[j])
        return 0.0 if j < self.p else self.params[j - self.p].default

    def expansion(self, theta: Array) -> tuple[Array, Array, Array]:
        """Log-likelihood (...), score (..., k) and observed information (..., k, k) at theta (..., k).

        −∞ and NaN where theta is outside its domain.
        """
        return held_maximum.expansion_at(self, np.asarray(theta, dtype=np.float64))

    def expected_information(self, theta: Array) -> Array | None:
        """Fisher information (k, k) of the whole sample at theta (k,); NaN outside the domain."""
        return held_maximum.expected_at(self, np.asarray(theta, dtype=np.float64))

    def maximum_at(self, held: Mapping[int, Array]) -> tuple[Array, Array]:
        """The best theta (m, k) and its log-likelihood (m,), with each parameter of `held` at its m values."""
        return held_maximum.maximum_at(self, held)

    @cached_property
    def _counts(self) -> Array:
        counts = np.ones(self.y.size)
        if self.problem.weights is not None:
            counts = np.zeros(self.y.size)
            counts[self.kept] = self.problem.weights
        return counts

    @property
    def _rss(self) -> float:
        if not self.noise.gaussian_like:
            return float(np.dot(self._counts, self.residuals**2))
        found = self.problem.least_squares
        if np.array_equal(found.beta * self.factors[: self.p], self.theta[: self.p]):
            return 0.0 if found.exact else found.rss * self.unit**2
        return float(np.dot(self._counts, self.residuals**2))

    def _need_gaussian(self, what: str) -> None:
        if self.noise.precision is None or self.noise.maximum_at is None:
            raise MleError(f"{what} exist for gaussian noise only; use mle.interval for {self.noise.key}.")

    def _need_counts(self) -> None:
        if self.noise.gaussian_like:
            raise MleError(f"the deviance is that of counts; {self.noise.key} has none, compare log-likelihoods.")
