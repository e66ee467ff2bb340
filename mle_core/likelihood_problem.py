"""The mean log-likelihood of a family and a sample, as a problem for an optimiser, in raw or logarithmic coordinates."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from .domain import Array, Bools, DomainError, MleError
from .family import Family
from .fitting import resolve
from .observation_scores import observation_scores
from .problem import Problem
from .sample import Sample

__all__ = ["likelihood_problem"]


def likelihood_problem(
    family: str | Family,
    x: object,
    coordinates: Literal["raw", "log"] = "raw",
    weights: object = None,
    fixed: Mapping[str, float] | None = None,
) -> Problem:
    """The mean log-likelihood of a sample, ready for `optimize`.

    Parameters
    ----------
    family : str or Family
    x : array of shape (n,)
        Observations inside the support.
    coordinates : "raw" or "log"
        "log" takes the logarithm of every parameter whose domain is the positive half-line; the others stay.
    weights : array of shape (n,), optional
        Counts. Mini-batches are drawn from the repeated observations, so they need whole numbers.
    fixed : mapping, optional
        Parameters that are held, in their own units.

    Returns
    -------
    Problem
        Of the free parameters, in the order of the family; nats per observation.

    Raises
    ------
    DomainError
        If an observation lies outside the support or a fixed value outside its domain.
    DegenerateDataError
        If all observations are equal and the likelihood is unbounded for that.
    ValueError
        If a name or the coordinates are unknown, or nothing is free.
    """
    law = resolve(family)
    if coordinates not in ("raw", "log"):
        raise MleError(f"there are no coordinates {coordinates!r}; choose raw or log.")
    held = _held(law, fixed)
    sample = Sample.of(x, weights)
    law.check_data(sample, held)
    free = tuple(j for j, name in enumerate(law.names) if name not in held)
    if not free:
        raise MleError(f"every parameter of {law.key} is fixed; leave one free to have a problem.")
    law.check_spread(sample, [law.names[j] for j in free])
    base = law.default.copy()
    for name, value in held.items():
        base[law.index(name)] = value
    positive = [law.params[j].domain.low == 0 and math.isinf(law.params[j].domain.high) for j in free]
    logs = np.array([coordinates == "log" and is_positive for is_positive in positive])
    return _View(law, sample, free, base, logs).problem


def _held(family: Family, fixed: Mapping[str, float] | None) -> dict[str, float]:
    held = {name: float(value) for name, value in (fixed or {}).items()}
    for name, value in held.items():
        param = family.params[family.index(name)]
        if not param.contains(value):
            raise DomainError(
                f"fixed {name} = {value:g} is outside {param.domain}, the domain of {param.symbol} of {family.key}; "
                "choose a value inside."
            )
    for param in family.params:
        if param.given and param.name not in held:
            raise MleError(f"{param.name} of {family.key} is never estimated; give it: fixed={{{param.name!r}: …}}.")
    return held


@dataclass(frozen=True, eq=False)
class _View:
    """A family's likelihood seen through coordinates φ of its free parameters: φ = log θ where `logs`, else θ."""

    family: Family
    sample: Sample
    free: tuple[int, ...]
    base: Array  # all K parameters, the held ones at their values
    logs: Bools

    @cached_property
    def summary(self) -> Any:
        return self.family.summarise(self.sample)

    @cached_property
    def problem(self) -> Problem:
        family, likelihood = self.family, self.family.likelihood
        params = [family.params[j] for j in self.free]
        expected = self._has_expected
        alone = len(self.free) == len(family.params)
        return Problem(
            names=tuple(param.name for param in params),
            labels=tuple(f"log {p.symbol}" if log else p.symbol for p, log in zip(params, self.logs, strict=True)),
            value=self.value,
            gradient=self.gradient,
            hessian=self.hessian,
            fisher=self.expected_information if expected else self.outer_product,
            fisher_kind="expected" if expected else "outer product",
            n=self.sample.n,
            contains=self.contains,
            to_params=self.to_params,
            from_params=self.from_params,
            batch=self.batch if self._whole else None,
            scores=self.scores if self._whole else None,
            em_step=self.em_step if alone and getattr(likelihood, "em_step", None) is not None else None,
            expansion=self.expansion if likelihood.expansion is not None else None,
            cheap=bool(likelihood.sufficient),
        )

    def raw(self, phi: ArrayLike) -> Array:
        """All parameters (..., K) of φ (..., k)."""
        phi = np.asarray(phi, dtype=np.float64)
        if phi.ndim == 0 or phi.shape[-1] != len(self.free):
            names = ", ".join(self.family.names[j] for j in self.free)
            raise MleError(
                f"theta must have {len(self.free)} values ({names}) on its last axis, not shape {phi.shape}."
            )
        theta = np.empty((*phi.shape[:-1], self.base.size))
        theta[...] = self.base
        with np.errstate(over="ignore", under="ignore"):
            theta[..., self.free] = np.where(self.logs, np.exp(phi), phi) if self.logs.any() else phi
        return theta

    def contains(self, phi: ArrayLike) -> Bools:
        theta = self.raw(phi)
        inside: Bools = self.family.contains(theta) & np.isfinite(np.asarray(phi)).all(axis=-1)
        return inside

    def value(self, phi: ArrayLike) -> Array:
        theta = self.raw(phi)
        inside = self._inside(theta)
        if inside is False:
            return np.full(theta.shape[:-1], -np.inf)
        safe = theta if inside is True else np.where(inside[..., None], theta, self.base)
        with np.errstate(all="ignore"):
            total = np.asarray(self.family.likelihood.loglik(self.summary, *np.moveaxis(safe, -1, 0)))
        values = total / self.sample.n
        wrong = np.isnan(values) | np.logical_not(inside)
        return np.where(wrong, -np.inf, values) if wrong.any() else values

    def gradient(self, phi: ArrayLike) -> Array:
        theta = self.raw(phi)
        inside = self._inside(theta)
        if inside is False:
            return np.full((*theta.shape[:-1], len(self.free)), np.nan)
        safe = theta if inside is True else np.where(inside[..., None], theta, self.base)
        with np.errstate(all="ignore"):
            rows = self.family.likelihood.score(self.summary, *np.moveaxis(safe, -1, 0))
            slopes = np.empty((*theta.shape[:-1], len(self.free)))
            for i, j in enumerate(self.free):
                slopes[..., i] = rows[j]
            slopes *= self._stretch(safe) / self.sample.n
        return slopes if inside is True else np.where(inside[..., None], slopes, np.nan)

    def hessian(self, phi: ArrayLike) -> Array:
        return self.expansion(phi)[2]

    def expansion(self, phi: ArrayLike) -> tuple[Array, Array, Array]:
        """Value (...), gradient (..., k) and Hessian (..., k, k) in one pass; −inf and NaN outside the domain."""
        theta = self.raw(phi)
        inside = np.asarray(self._inside(theta))
        safe = np.where(inside[..., None], theta, self.base)
        with np.errstate(all="ignore"):
            value, score, information = self.family.expansion(self.summary, safe)
            stretch = self._stretch(safe)
            slopes = score[..., self.free] * stretch / self.sample.n
            block = information[..., self.free, :][..., self.free]
            curvature = -(block / self.sample.n) * stretch[..., :, None] * stretch[..., None, :]
            diagonal = np.arange(len(self.free))
            # d²θ/dφ² = θ = dθ/dφ for a logarithm, so that the chain rule adds the gradient in φ itself.
            curvature[..., diagonal, diagonal] += np.where(self.logs, slopes, 0.0)
        values = np.where(inside & ~np.isnan(value), value / self.sample.n, -np.inf)
        known = inside[..., None]
        return values, np.where(known, slopes, np.nan), np.where(known[..., None], curvature, np.nan)

    def expected_information(self, phi: ArrayLike) -> Array:
        """Expected information of one observation (..., k, k)."""
        theta = self.raw(phi)
        matrix = self.family.fisher(theta)
        assert matrix is not None
        with np.errstate(all="ignore"):
            stretch = self._stretch(theta)
            block: Array = matrix[..., self.free, :][..., self.free] * stretch[..., :, None] * stretch[..., None, :]
        return block

    def outer_product(self, phi: ArrayLike) -> Array:
        """Mean of s sᵀ over the observations' scores s, (k, k)."""
        scores = self._row_scores(phi)
        counts = self.sample.weights
        weighted = scores if counts is None else scores * counts[:, None]
        product: Array = weighted.T @ scores / self.sample.n
        return product

    def scores(self, phi: ArrayLike) -> Array:
        """Score of each observation (n, k); a row of count w stands w times."""
        scores = self._row_scores(phi)
        return scores if self.sample.weights is None else scores[self._row_of]

    def batch(self, places: ArrayLike) -> Problem:
        """The problem of the observations at `places` (b,), counted from 0 to n − 1."""
        rows = np.asarray(places)
        if self.sample.weights is not None:
            rows = self._row_of[rows]
        x = self.sample.x[rows]
        part = Sample(x, None, float(x.size), float(x.min()), float(x.max()))
        return _View(self.family, part, self.free, self.base, self.logs).problem

    def em_step(self, phi: ArrayLike) -> Array:
        with np.errstate(all="ignore"):
            step = getattr(self.family.likelihood, "em_step")  # noqa: B009 - families without it have no such field
            theta = step(self.summary, *self.raw(phi))
            return self._coordinates(np.array([float(value) for value in theta]))

    def to_params(self, phi: ArrayLike) -> dict[str, Any]:
        """Name → value, all parameters of the family: floats for φ (k,), arrays (...) for φ (..., k)."""
        theta = self.raw(phi)
        if theta.ndim == 1:
            return dict(zip(self.family.names, theta.tolist(), strict=True))
        return {name: theta[..., j] for j, name in enumerate(self.family.names)}

    def from_params(self, params: Mapping[str, float]) -> Array:
        """φ (k,) of a mapping name → value that names every free parameter."""
        missing = [self.family.names[j] for j in self.free if self.family.names[j] not in params]
        if missing:
            raise MleError(f"params must name {', '.join(missing)}, the free parameters of {self.family.key}.")
        theta = self.base.copy()
        for j in self.free:
            theta[j] = params[self.family.names[j]]
        return self._coordinates(self.family.check_theta(theta))

    def _coordinates(self, theta: Array) -> Array:
        some = theta[list(self.free)]
        with np.errstate(all="ignore"):
            phi: Array = np.where(self.logs, np.log(np.where(self.logs, some, 1.0)), some)
        return phi

    def _inside(self, theta: Array) -> bool | Bools:
        """True or False where that holds for all, else for each theta: one comparison for a single point."""
        if theta.ndim == 1:
            values = theta.tolist()
            if not all(math.isfinite(values[j]) for j in self.free):
                return False
            return bool(self.family.contains(theta))
        inside: Bools = self.family.contains(theta) & np.isfinite(theta[..., self.free]).all(axis=-1)
        return True if inside.all() and inside.size else inside

    def _stretch(self, theta: Array) -> Array:
        """dθ/dφ of the free parameters (..., k)."""
        return np.where(self.logs, theta[..., self.free], 1.0)

    def _row_scores(self, phi: ArrayLike) -> Array:
        theta = self.raw(phi)
        information = self.family.expansion(self.summary, theta)[2]
        unit = np.diagonal(information) / self.sample.n
        scores = observation_scores(self.family, self.sample.x, theta, self.free, unit)
        return np.asarray(scores * self._stretch(theta))

    @cached_property
    def _has_expected(self) -> bool:
        matrix = self.family.fisher(self.base)
        return matrix is not None and bool(np.isfinite(matrix[np.ix_(self.free, self.free)]).all())

    @cached_property
    def _whole(self) -> bool:
        counts = self.sample.weights
        return counts is None or bool((counts == np.floor(counts)).all())

    @cached_property
    def _row_of(self) -> Array:
        assert self.sample.weights is not None
        return np.repeat(np.arange(self.sample.x.size), self.sample.weights.astype(np.int64))
