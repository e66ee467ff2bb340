"""What an optimiser is given: a function to climb, as a record of plain functions."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..domain import Array, Bools
from ..numerics.metric import Metric, metric_of

__all__ = ["Point", "Problem"]


def _everywhere(theta: ArrayLike) -> Bools:
    return np.asarray(np.isfinite(np.asarray(theta, dtype=np.float64)).all(axis=-1))


@dataclass(frozen=True, eq=False)
class Problem:
    """A function of k parameters to be maximised; for a likelihood it is the *mean* log-likelihood, in nats.

    A quadratic, a logistic regression or Rosenbrock's valley is made by giving the functions; `likelihood_problem` makes
    one of a family and a sample. The mean and not the sum, so that a step size means the same for every n.

    Parameters
    ----------
    names : tuple of str
        The k parameters that move.
    value, gradient : callable
        theta (..., k) → (...) and (..., k). The value is −inf outside the domain.
    hessian : callable or None
        theta (..., k) → (..., k, k), the second derivatives.
    fisher : callable or None
        theta (k,) → (k, k), the information of one observation.
    fisher_kind : str
        "expected", or "outer product": the mean of s sᵀ over the observations' scores s, which estimates it (Berndt,
        Hall, Hall & Hausman 1974) where the family has no expected information.
    labels : tuple of str
        What stands on an axis: "μ", "log σ". The names if empty.
    n : float
        Number of observations: what turns the mean log-likelihood into standard errors.
    contains : callable
        theta (..., k) → (...), True inside the domain.
    to_params, from_params : callable or None
        theta (..., k) → {name: value (...)} in the parameters' own units, held ones included, and back.
    batch : callable or None
        Places of observations (b,) → the Problem of those alone, for mini-batches.
    scores : callable or None
        theta (k,) → (n, k), the gradient of each observation's log-probability; their mean is `gradient`.
    em_step : callable or None
        theta (..., k) → theta (..., k), one step of expectation-maximisation.
    expansion : callable or None
        theta (k,) → (value, gradient, hessian), where the three share one pass over the data.
    cheap : bool
        True where an evaluation costs the same for every n (sufficient statistics).
    """

    names: tuple[str, ...]
    value: Callable[[ArrayLike], Array]
    gradient: Callable[[ArrayLike], Array]
    hessian: Callable[[ArrayLike], Array] | None = None
    fisher: Callable[[ArrayLike], Array] | None = None
    fisher_kind: str = "expected"
    labels: tuple[str, ...] = ()
    n: float = 1.0
    contains: Callable[[ArrayLike], Bools] = _everywhere
    to_params: Callable[[ArrayLike], dict[str, Any]] | None = None
    from_params: Callable[[Mapping[str, float]], Array] | None = None
    batch: Callable[[ArrayLike], Problem] | None = None
    scores: Callable[[ArrayLike], Array] | None = None
    em_step: Callable[[ArrayLike], Array] | None = None
    expansion: Callable[[Array], tuple[Array, Array, Array]] | None = None
    cheap: bool = True

    def __post_init__(self) -> None:
        if not self.labels:
            object.__setattr__(self, "labels", self.names)

    def params(self, theta: ArrayLike) -> dict[str, Any]:
        """Name → value (...) of theta (..., k), in the parameters' own units."""
        if self.to_params is not None:
            return self.to_params(theta)
        points = np.asarray(theta, dtype=np.float64)
        return {name: points[..., j] for j, name in enumerate(self.names)}


@dataclass(frozen=True, eq=False)
class Point:
    """A problem at one theta (k,): each derivative is computed when it is asked for, and once."""

    problem: Problem
    theta: Array

    @cached_property
    def value(self) -> float:
        """The value; −inf where it is NaN or theta is not finite."""
        if "_parts" in self.__dict__:
            value = float(self._parts[0])
        elif not np.isfinite(self.theta).all():
            return -math.inf
        else:
            with np.errstate(all="ignore"):
                value = float(self.problem.value(self.theta))
        return -math.inf if math.isnan(value) else value

    @cached_property
    def gradient(self) -> Array:
        """First derivatives (k,)."""
        if self.problem.expansion is not None:
            return self._parts[1]
        with np.errstate(all="ignore"):
            return np.asarray(self.problem.gradient(self.theta), dtype=np.float64)

    @cached_property
    def hessian(self) -> Array | None:
        """Second derivatives (k, k); None if the problem has none."""
        if self.problem.expansion is not None:
            return self._parts[2]
        if self.problem.hessian is None:
            return None
        with np.errstate(all="ignore"):
            return np.asarray(self.problem.hessian(self.theta), dtype=np.float64)

    @cached_property
    def fisher(self) -> Array | None:
        """Information of one observation (k, k); None if the problem has none."""
        if self.problem.fisher is None:
            return None
        with np.errstate(all="ignore"):
            return np.asarray(self.problem.fisher(self.theta), dtype=np.float64)

    @cached_property
    def observed(self) -> Metric | None:
        """The metric of the observed information −H; None without a finite Hessian."""
        hessian = self.hessian
        return None if hessian is None or not np.isfinite(hessian).all() else metric_of(-hessian)

    @cached_property
    def expected(self) -> Metric | None:
        """The metric of the Fisher information; None without a finite one."""
        fisher = self.fisher
        return None if fisher is None or not np.isfinite(fisher).all() else metric_of(fisher)

    @property
    def usable(self) -> bool:
        """True where the value and the gradient are finite, so that an iteration can go on from here."""
        return math.isfinite(self.value) and bool(np.isfinite(self.gradient).all())

    @property
    def followable(self) -> bool:
        """True where the gradient is finite inside the domain: what a step of a planned size needs, without the value."""
        return bool(self.problem.contains(self.theta)) and bool(np.isfinite(self.gradient).all())

    @cached_property
    def _parts(self) -> tuple[Array, Array, Array]:
        assert self.problem.expansion is not None
        with np.errstate(all="ignore"):
            return self.problem.expansion(self.theta)
