"""What a fit of a family answers: estimate, maximum, errors, and the refits that intervals and profiles ask for."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from ..domain import Array, Interval
from ..family import Family
from ..sample import Sample
from .constrained import constrained_maximum

__all__ = ["FitResult", "Mode"]


@dataclass(frozen=True, eq=False)
class Mode:
    """A local maximum of the likelihood below the highest one: theta (k,), loglik in nats."""

    theta: Array
    loglik: float


@dataclass(frozen=True, eq=False)
class FitResult:
    """A fitted family.

    Parameters
    ----------
    family : Family
    theta : ndarray of shape (k,)
        The estimate, fixed parameters included.
    loglik : float
        Nats, summed over the observations.
    covariance : ndarray of shape (k, k)
        Inverse of the information of the free parameters; zero for fixed ones and those on a finite boundary, NaN
        where the information does not exist.
    standard_errors : dict
        Name → root of the diagonal.
    information : "observed" or "expected"
        Which information that was: −∂²ℓ/∂θ∂θᵀ at the estimate (Efron & Hinkley 1978), or its expectation there.
    n : float
        Number of observations, counts included.
    fixed : dict
        Name → value, as given to `fit`.
    converged, method, message : bool, str, str
        How the maximum was found.
    warnings : tuple of str
        What a reader should know before trusting the numbers.
    modes : tuple of Mode
        Other local maxima that the search met, the highest first.
    unit : float
        A power of two; the fit was found on the data divided by it, where squares of the data themselves would leave
        the range of float64.
    """

    family: Family
    theta: Array
    loglik: float
    covariance: Array
    standard_errors: dict[str, float]
    information: Literal["observed", "expected"]
    n: float
    fixed: dict[str, float]
    converged: bool
    method: str
    message: str
    warnings: tuple[str, ...]
    modes: tuple[Mode, ...]
    sample: Sample = field(repr=False)
    summary: Any = field(repr=False)
    unit: float = 1.0
    scaled: FitResult | None = field(default=None, repr=False)

    def in_units(self, unit: float, sample: Sample, fixed: Mapping[str, float]) -> FitResult:
        """The same fit of data that are `unit` times as large, with the values that are fixed there."""
        factors = self._factors(unit)
        shift = 0.0 if self.family.discrete else self.n * math.log(unit)
        with np.errstate(all="ignore"):
            theta, covariance = self.theta * factors, self.covariance * factors[:, None] * factors
        errors = {name: self.standard_errors[name] * float(f) for name, f in zip(self.names, factors, strict=True)}
        return replace(
            self,
            theta=theta,
            loglik=self.loglik - shift,
            covariance=covariance,
            standard_errors=errors,
            fixed=dict(fixed),
            modes=tuple(Mode(mode.theta * factors, mode.loglik - shift) for mode in self.modes),
            sample=sample,
            summary=self.family.summarise(sample),
            unit=unit,
            scaled=self,
        )

    def _factors(self, unit: float) -> Array:
        powers = [float(param.power) for param in self.family.params]
        return np.asarray(unit ** np.array(powers), dtype=np.float64)

    @property
    def standard(self) -> tuple[FitResult, Array]:
        """This fit in units in which squares of the data stay in range, and factors (k,): theta = factors · theta there."""
        return (self if self.scaled is None else self.scaled), self._factors(self.unit)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the parameters, in the order of theta."""
        return self.family.names

    @property
    def params(self) -> dict[str, float]:
        """Name → estimate, fixed parameters included."""
        return dict(zip(self.names, self.theta.tolist(), strict=True))

    @property
    def free(self) -> tuple[int, ...]:
        """Places of the estimated parameters."""
        return tuple(j for j, name in enumerate(self.names) if name not in self.fixed)

    @property
    def aic(self) -> float:
        """−2ℓ + 2p, p the number of free parameters (Akaike 1974)."""
        return 2 * len(self.free) - 2 * self.loglik

    @property
    def bic(self) -> float:
        """−2ℓ + p log n (Schwarz 1978)."""
        return len(self.free) * math.log(self.n) - 2 * self.loglik

    @property
    def domains(self) -> tuple[Interval, ...]:
        """Where each parameter may lie."""
        return tuple(param.domain for param in self.family.params)

    @property
    def irregular(self) -> Mapping[str, str]:
        """Name → why the usual normal and χ² theory does not hold for the parameter."""
        return {
            param.name: "it is an end point of the support, where the information does not exist"
            for param in self.family.params
            if not param.regular
        }

    def error(self, j: int) -> float:
        """Standard error of parameter j."""
        return self.standard_errors[self.names[j]]

    def floor(self, j: int) -> float:
        """The bound below which the likelihood is unbounded in parameter j; the lower end of its domain for most."""
        bound = self.family.likelihood.floor.get(self.names[j])
        low = self.family.params[j].domain.low
        return low if bound is None else max(low, bound(self.summary))

    def begin(self, j: int) -> float:
        """A moderate finite value of parameter j."""
        return float(self.family.start(self.summary)[0, j])

    def expansion(self, theta: Array) -> tuple[Array, Array, Array]:
        """Log-likelihood (...), score (..., k) and observed information (..., k, k) at theta (..., k)."""
        return self.family.expansion(self.summary, theta)

    def expected_information(self, theta: Array) -> Array | None:
        """Fisher information (k, k) of the whole sample at theta (k,); None if the family has none."""
        unit = self.family.fisher(theta)
        return None if unit is None else self.n * unit

    @property
    def several_ridges(self) -> bool:
        """Whether a profile may have a higher ridge than the one that starts at the estimate."""
        rule = self.family.likelihood.rivals
        return rule is not None and rule(self.summary, self.theta[None]).shape[1] > 0

    def need_maximum(self) -> None:
        """Every fit of this kind is at the maximum of its likelihood, or says that it has not converged."""

    def straightened(self, theta: Array) -> tuple[Array, Array, Array]:
        """Score (m, k) and information (m, k, k) at theta (m, k), the expected one where there is one; a unit matrix."""
        _, score, observed = self.expansion(theta)
        expected = [self.expected_information(row) for row in theta]
        inner = np.ix_(*[[j for j in self.free if self.names[j] not in self.irregular]] * 2)
        chosen = [
            e if e is not None and np.isfinite(e[inner]).all() else o for e, o in zip(expected, observed, strict=True)
        ]
        return score, np.array(chosen), np.eye(len(self.names))

    def maximum_at(self, held: Mapping[int, Array]) -> tuple[Array, Array]:
        """The best theta (m, k) and its log-likelihood (m,), with each parameter of `held` at its m values."""
        return constrained_maximum(self.family, self.summary, self.theta, self.free, held, self.covariance)
