"""A distribution as data: its parameters, its law and its likelihood.

Composition instead of a tower of base classes: a family is a frozen record of functions that are written as the
textbook writes them, ``log_prob(x, shape, rate)``. What is the same for all (domains, broadcasting, −∞ outside, checks
and their messages) is written once, here.

What a family file says:

- `Law`: log_prob, cdf, quantile, sample; each takes x (or probabilities) and one argument per parameter and broadcasts.
- `Likelihood`: `summarise` turns a `Sample` into what the likelihood needs of it (sufficient statistics, or the sample
  itself); loglik, score, information take that summary and one argument per parameter, each of shape (...), and return
  sums over the sample.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from . import two_normals
from .arguments import real_array
from .domain import Array, Bools, DegenerateDataError, DomainError, Interval, MleError, Param
from .law import Estimate, Law, Likelihood
from .sample import Sample
from .stack import Stack
from .two_normals_fit import MixtureData

__all__ = [
    "Estimate",
    "Family",
    "Law",
    "Likelihood",
    "MixtureData",
    "Sample",
    "Stack",
    "two_normals",
]


@dataclass(frozen=True, eq=False, repr=False)
class Family:
    """A family of distributions.

    Parameters
    ----------
    key, name : str
        "student_t" and "Student t".
    params : tuple of Param
        In the order of theta.
    support : Interval
        The union of the supports over all theta; `law.log_prob` itself is −inf where a support depends on theta.
    law : Law
    likelihood : Likelihood
    discrete : bool
        On the whole numbers, or continuous.
    order : int
        Place in lists.
    source : str
        Book or paper of the formulas.
    scipy, scipy_fit : str
        The same law in scipy.stats, as an expression of the parameters' names, and statements that fit it to x: what a
        reader pastes, and what the tests compare with. Text, never evaluated here.
    constraint : callable or None
        ``constraint(*params)`` → bool, where parameters bound each other.
    support_given : callable or None
        ``support_given(known)`` → Interval, for a support that depends on parameters: the support as far as the
        parameters in the mapping `known` (name → value) tell. `support` is then the widest one, and `log_prob` is −∞
        outside the narrow one.
    """

    key: str
    name: str
    params: tuple[Param, ...]
    support: Interval
    law: Law
    likelihood: Likelihood
    discrete: bool = False
    order: int = 100
    source: str = ""
    scipy: str = ""
    scipy_fit: str = ""
    constraint: Callable[..., Bools] | None = None
    support_given: Callable[[Mapping[str, float]], Interval] | None = None

    def __repr__(self) -> str:
        return f"Family({self.key!r})"

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the parameters, in the order of theta."""
        return tuple(param.name for param in self.params)

    @cached_property
    def default(self) -> Array:
        """A theta (k,) of moderate values."""
        theta = np.array([param.default for param in self.params])
        theta.setflags(write=False)
        return theta

    def index(self, name: str) -> int:
        """Place of the parameter `name` in theta; a ValueError lists the names if there is none."""
        if name not in self.names:
            raise MleError(f"{self.key} has no parameter {name!r}; its parameters are {', '.join(self.names)}.")
        return self.names.index(name)

    def contains(self, theta: ArrayLike) -> Bools:
        """Tell for each theta (..., k) whether every parameter lies in its domain: shape (...)."""
        points = self._points(theta)
        inside = np.ones(points.shape[:-1], dtype=np.bool_)
        for j, param in enumerate(self.params):
            inside = inside & param.contains(points[..., j])
        if self.constraint is not None:
            with np.errstate(all="ignore"):
                inside = inside & self.constraint(*np.moveaxis(points, -1, 0))
        return inside

    def check_theta(self, theta: ArrayLike) -> Array:
        """Return theta (..., k) as floats; a DomainError names the first parameter outside its domain."""
        points = self._points(theta)
        for j, param in enumerate(self.params):
            wrong = ~param.contains(points[..., j])
            if wrong.any():
                kind = "whole numbers of " if param.integer else ""
                raise DomainError(
                    f"{param.name} = {points[..., j][wrong][0]:g} is outside {kind}{param.domain}, the domain of "
                    f"{param.symbol} of {self.key}; choose a value inside."
                )
        if not self.contains(points).all():
            raise DomainError(
                f"the parameters {', '.join(self.names)} of {self.key} contradict each other; reorder them."
            )
        return points

    def log_prob(self, x: ArrayLike, theta: ArrayLike) -> Array:
        """Log-density, or log-probability of a discrete family.

        Parameters
        ----------
        x : array of shape (n,) or (), or (..., n) with leading axes that broadcast with those of theta
        theta : array of shape (..., k)

        Returns
        -------
        ndarray of shape (..., n), or (...) for scalar x
            Nats; −inf outside the support and for theta outside its domain, NaN for x = NaN.
        """
        values, columns, valid = self._aligned(x, theta)
        inside = self.support.contains(values)
        if self.discrete:
            inside = inside & (values == np.floor(values))
        with np.errstate(all="ignore"):
            logs = self.law.log_prob(np.where(inside, values, self._inner), *columns)
        return np.where(np.isnan(values), np.nan, np.where(inside & valid, logs, -np.inf))

    def prob(self, x: ArrayLike, theta: ArrayLike) -> Array:
        """Density, or probability of a discrete family: the exponential of `log_prob`, of the same shape."""
        with np.errstate(all="ignore"):
            return np.asarray(np.exp(self.log_prob(x, theta)))

    def cdf(self, x: ArrayLike, theta: ArrayLike) -> Array:
        """P(X ≤ x), of the shape of `log_prob`; NaN for theta outside its domain."""
        values, columns, valid = self._aligned(x, theta)
        inside = self.support.contains(values) & np.isfinite(values)
        with np.errstate(all="ignore"):
            below = self.law.cdf(np.where(inside, values, self._inner), *columns)
        outside = np.where(np.isnan(values), np.nan, np.where(values >= self.support.high, 1.0, 0.0))
        return np.where(valid, np.where(inside, below, outside), np.nan)

    def quantile(self, p: ArrayLike, theta: ArrayLike) -> Array:
        """The smallest x with P(X ≤ x) ≥ p, for p (m,) and theta (..., k): shape (..., m); NaN outside the domains."""
        levels, columns, valid = self._aligned(p, theta)
        allowed = (levels >= 0) & (levels <= 1)
        with np.errstate(all="ignore"):
            points = self.law.quantile(np.where(allowed, levels, 0.5), *columns)
        return np.where(valid & allowed, points, np.nan)

    def sample(self, theta: ArrayLike, n: int, rng: np.random.Generator) -> Array:
        """Draw `n` observations at theta (k,): shape (n,). Raises DomainError for theta outside its domain."""
        point = self.check_theta(theta)
        return np.asarray(self.law.sample(rng, n, *(float(value) for value in point)), dtype=np.float64)

    def support_at(self, known: Mapping[str, float] | None = None) -> Interval:
        """The support, as far as the parameters in `known` (name → value) tell."""
        return self.support if self.support_given is None else self.support_given(known or {})

    def check_data(self, x: object, known: Mapping[str, float] | None = None) -> None:
        """Raise a DomainError that names the first observation outside the support, their number and the remedy.

        The support is the widest one that the parameters in `known` (name → value) allow.
        """
        sample = x if isinstance(x, Sample) else Sample.of(x)
        if self.holds(sample, known):
            return
        support = self.support_at(known)
        inside = support.contains(sample.x)
        rule = f"outside the support {support} of {self.key}"
        if inside.all():
            inside = sample.x == np.floor(sample.x)
            rule = f"not a whole number, as {self.key} needs"
        wrong = np.flatnonzero(~inside)
        verb = "is" if wrong.size == 1 else "and more are"
        raise DomainError(
            f"x[{wrong[0]}] = {sample.x[wrong[0]]} {verb} {rule} ({wrong.size} of {sample.x.size} values); "
            f"remove {'it' if wrong.size == 1 else 'them'} or choose {self._remedy}."
        )

    def holds(self, sample: Sample, known: Mapping[str, float] | None = None) -> bool:
        """Tell whether every observation lies in the support, as far as the parameters in `known` tell."""
        support = self.support_at(known)
        whole = not self.discrete or not bool((sample.x != np.floor(sample.x)).any())
        return whole and support.has(sample.low) and support.has(sample.high)

    def check_spread(self, sample: Sample, free: Sequence[str]) -> None:
        """Raise a DegenerateDataError where all observations are equal and the likelihood is unbounded for that."""
        likelihood = self.likelihood
        if sample.low == sample.high and likelihood.collapse and set(likelihood.collapse) <= set(free):
            raise DegenerateDataError(
                f"all observations equal {sample.low} (n = {sample.n:g}), so the likelihood of {self.key} grows "
                f"without bound as {likelihood.collapse_limit}; add observations that differ or fix "
                f"{likelihood.collapse[-1]}."
            )

    def summarise(self, sample: Sample) -> Any:
        """What the likelihood needs of a sample that lies in the support."""
        with np.errstate(all="ignore"):
            return self.likelihood.summarise(sample)

    def start(self, summary: Any) -> Array:
        """Rough parameters (m, k), the most plausible first."""
        with np.errstate(all="ignore"):
            return np.atleast_2d(np.asarray(self.likelihood.start(summary), dtype=np.float64))

    def expansion(self, summary: Any, theta: Array) -> tuple[Array, Array, Array]:
        """Log-likelihood (...), score (..., k) and observed information (..., k, k) at theta (..., k) in the domain."""
        columns = list(theta) if theta.ndim == 1 else list(np.moveaxis(theta, -1, 0))
        with np.errstate(all="ignore"):
            if (likelihood := self.likelihood).expansion is not None:
                value, score, information = likelihood.expansion(summary, *columns)
            else:
                value = likelihood.loglik(summary, *columns)
                score = likelihood.score(summary, *columns)
                information = likelihood.information(summary, *columns)
        shape, k = theta.shape[:-1], len(self.params)
        if not shape:  # numbers: arithmetic with arrays of one element costs several times as much
            return np.asarray(value), np.array(score, dtype=np.float64), np.array(information, dtype=np.float64)
        gradient, matrix = np.empty((*shape, k)), np.empty((*shape, k, k))
        for i in range(k):
            gradient[..., i] = score[i]
            for j in range(k):
                matrix[..., i, j] = information[i][j]
        return np.asarray(value, dtype=np.float64), gradient, matrix

    def fisher(self, theta: ArrayLike) -> Array | None:
        """Expected information (..., k, k) of one observation at theta (..., k); None if the family has none.

        NaN in the rows and columns of a parameter that has none.
        """
        if self.likelihood.fisher is None:
            return None
        points = self.check_theta(theta)
        with np.errstate(all="ignore"):
            rows = self.likelihood.fisher(*np.moveaxis(points, -1, 0))
        matrix = np.empty((*points.shape, len(rows)))
        for i, row in enumerate(rows):
            for j, entry in enumerate(row):
                matrix[..., i, j] = entry
        return matrix

    def scores(self, x: ArrayLike, theta: ArrayLike) -> Array:
        """Gradient of the log-probability of each observation x (n,) at theta (k,): shape (n, k)."""
        values, point = np.asarray(x, dtype=np.float64), self.check_theta(theta)
        if self.likelihood.stack is None:
            raise MleError(f"{self.key} has no scores of single observations; use score for their sum.")
        with np.errstate(all="ignore"):
            parts = self.likelihood.score(self.likelihood.stack(values[:, None]), *point)
        return np.stack([np.broadcast_to(part, values.shape) for part in parts], axis=-1)

    @cached_property
    def _inner(self) -> float:
        """A point of the support, put in the place of values outside while formulas are evaluated."""
        return float(self.law.quantile(np.float64(0.5), *self.default))

    @cached_property
    def _remedy(self) -> str:
        return "a continuous family" if self.discrete else "normal"

    def _points(self, theta: ArrayLike) -> Array:
        points = real_array(theta, "theta")
        if points.ndim == 0 or points.shape[-1] != len(self.params):
            raise MleError(
                f"theta of {self.key} must have {len(self.params)} values ({', '.join(self.names)}) on its last axis, "
                f"not shape {points.shape}."
            )
        return points

    def _aligned(self, x: ArrayLike, theta: ArrayLike) -> tuple[Array, list[Array], Bools]:
        """x, and the parameters with an axis for x, theta outside the domain replaced by the default one."""
        values = np.asarray(x, dtype=np.float64)
        points = self._points(theta)
        valid = self.contains(points)
        safe = np.where(valid[..., None], points, self.default)
        if values.ndim == 0:
            return values, list(np.moveaxis(safe, -1, 0)), valid
        return values, [safe[..., j, None] for j in range(len(self.params))], valid[..., None]
