"""What intervals, tests and profiles need of a fit, whatever was fitted: a family, a regression or a classifier."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np

from ..domain import Array, Interval

__all__ = ["Fitted", "in_standard_units", "may_have_several_ridges"]


class Fitted(Protocol):
    """A maximum-likelihood fit with k parameters. `FitResult`, `RegressionResult` and `ClassifierResult` are ones."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the parameters, in the order of theta."""

    @property
    def theta(self) -> Array:
        """The estimate (k,), fixed parameters included."""

    @property
    def loglik(self) -> float:
        """The maximum, in nats."""

    @property
    def covariance(self) -> Array:
        """Covariance (k, k) of the estimate."""

    def error(self, j: int) -> float:
        """Standard error of parameter j; it may be a float where its square in the covariance is not."""

    @property
    def free(self) -> tuple[int, ...]:
        """Places of the estimated parameters."""

    @property
    def domains(self) -> tuple[Interval, ...]:
        """Where each parameter may lie."""

    @property
    def irregular(self) -> Mapping[str, str]:
        """Name → why the usual normal and χ² theory does not hold for the parameter; empty for most models."""

    def floor(self, j: int) -> float:
        """The bound below which the likelihood is unbounded in parameter j; the lower end of its domain for most."""

    def begin(self, j: int) -> float:
        """A moderate finite value of parameter j, for a search that cannot begin at an infinite estimate."""

    def expansion(self, theta: Array) -> tuple[Array, Array, Array]:
        """Log-likelihood (...), score (..., k) and observed information (..., k, k) at theta (..., k)."""

    def expected_information(self, theta: Array) -> Array | None:
        """Fisher information (k, k) of the whole sample at theta (k,); None where there is no usable form."""

    def need_maximum(self) -> None:
        """Raise a ValueError where the fit did not maximise the likelihood, so that nothing can be measured from it."""

    def straightened(self, theta: Array) -> tuple[Array, Array, Array]:
        """Score (m, k) and information (m, k, k) at theta (m, k) in coordinates turn·theta, and turn (k, k).

        The information is the expected one where the model has it, else the observed one. The coordinates are those in
        which it is well conditioned, so that nearly dependent columns cost no digits; theta itself for a family.
        """

    def maximum_at(self, held: Mapping[int, Array]) -> tuple[Array, Array]:
        """The best theta (m, k) and its log-likelihood (m,), with each parameter of `held` at its m values.

        −inf, and NaN in theta, where a held value lies outside its domain.
        """


def in_standard_units(result: Fitted) -> tuple[Fitted, Array]:
    """The same fit in units in which squares of numbers stay in range, and factors (k,): theta = factors · theta there.

    The fit itself and ones, unless it says otherwise: a family's fit of data far from 1 has a property `standard`.
    """
    found: tuple[Fitted, Array] | None = getattr(result, "standard", None)
    return (result, np.ones(len(result.theta))) if found is None else found


def may_have_several_ridges(result: Fitted) -> bool:
    """Whether `maximum_at` may find a higher ridge than the one that starts at the estimate; a fit says so itself."""
    return bool(getattr(result, "several_ridges", False))
