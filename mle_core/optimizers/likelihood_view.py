"""A family's mean log-likelihood seen through other coordinates: the logarithm of what is positive, the rest held."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..domain import Array, Bools, Interval, MleError
from ..family import Family
from ..sample import Sample

__all__ = ["LikelihoodView"]


@dataclass(frozen=True, eq=False)
class LikelihoodView:
    """A family's likelihood seen through coordinates φ of its free parameters: φ = log θ where `logs`, else θ."""

    family: Family
    sample: Sample
    free: tuple[int, ...]
    base: Array  # all K parameters, the held ones at their values
    logs: Bools

    @cached_property
    def summary(self) -> Any:
        return self.family.summarise(self.sample)

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
        if np.ndim(phi) == 1:
            return np.asarray(self._single(phi) is not None)
        return self._inside(self.raw(phi))

    def value(self, phi: ArrayLike) -> Array:
        if np.ndim(phi) == 1:
            single = self._single(phi)
            if single is None:
                return np.asarray(-math.inf)
            with np.errstate(all="ignore"):
                value = float(self.family.likelihood.loglik(self.summary, *single)) / self.sample.n
            return np.asarray(-math.inf if math.isnan(value) else value)
        theta = self.raw(phi)
        inside = self._inside(theta)
        safe = np.where(inside[..., None], theta, self.base)
        with np.errstate(all="ignore"):
            total = np.asarray(self.family.likelihood.loglik(self.summary, *np.moveaxis(safe, -1, 0)))
        return np.where(np.isnan(total) | ~inside, -np.inf, total / self.sample.n)

    def gradient(self, phi: ArrayLike) -> Array:
        likelihood, n = self.family.likelihood, self.sample.n
        if np.ndim(phi) == 1:
            single = self._single(phi)
            if single is None:
                return np.full(len(self.free), math.nan)
            with np.errstate(all="ignore"):
                score = likelihood.score(self.summary, *single)
                moved = zip(self.free, self.logs.tolist(), strict=True)
                return np.array([score[j] * (single[j] if log else 1.0) / n for j, log in moved])
        theta = self.raw(phi)
        inside = self._inside(theta)[..., None]
        safe = np.where(inside, theta, self.base)
        with np.errstate(all="ignore"):
            rows = likelihood.score(self.summary, *np.moveaxis(safe, -1, 0))
            slopes = np.stack([np.broadcast_to(rows[j], theta.shape[:-1]) for j in self.free], axis=-1)
            return np.where(inside, slopes * self.stretch(safe) / n, np.nan)

    def hessian(self, phi: ArrayLike) -> Array:
        likelihood, n, k = self.family.likelihood, self.sample.n, len(self.free)
        single = self._single(phi) if np.ndim(phi) == 1 and likelihood.expansion is None else None
        if single is None:
            return self.expansion(phi)[2]
        matrix = np.empty((k, k))
        with np.errstate(all="ignore"):
            information = likelihood.information(self.summary, *single)
            stretch = [single[j] if log else 1.0 for j, log in zip(self.free, self.logs.tolist(), strict=True)]
            for a, i in enumerate(self.free):
                for b, j in enumerate(self.free):
                    matrix[a, b] = -(information[i][j] / n) * stretch[a] * stretch[b]
            if self.logs.any():
                matrix[np.diag_indices(k)] += np.where(self.logs, self.gradient(phi), 0.0)
        return matrix

    def expansion(self, phi: ArrayLike) -> tuple[Array, Array, Array]:
        """Value (...), gradient (..., k) and Hessian (..., k, k) in one pass; −inf and NaN outside the domain."""
        theta = self.raw(phi)
        inside = self._inside(theta)
        safe = np.where(inside[..., None], theta, self.base)
        with np.errstate(all="ignore"):
            value, score, information = self.family.expansion(self.summary, safe)
            stretch = self.stretch(safe)
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
            stretch = self.stretch(theta)
            block: Array = matrix[..., self.free, :][..., self.free] * stretch[..., :, None] * stretch[..., None, :]
        return block

    def to_params(self, phi: ArrayLike) -> dict[str, Any]:
        """Name → value, all parameters of the family: floats for φ (k,), arrays (...) for φ (..., k)."""
        theta = self.raw(phi)
        if theta.ndim == 1:
            return dict(zip(self.family.names, theta.tolist(), strict=True))
        return {name: theta[..., j] for j, name in enumerate(self.family.names)}

    def from_params(self, params: Mapping[str, float]) -> Array:
        """φ (k,) of a mapping name → value that names every free parameter."""
        for name in params:
            self.family.index(name)
        missing = [self.family.names[j] for j in self.free if self.family.names[j] not in params]
        if missing:
            raise MleError(f"params must name {', '.join(missing)}, the free parameters of {self.family.key}.")
        theta = self.base.copy()
        for j in self.free:
            theta[j] = params[self.family.names[j]]
        return self.coordinates(self.family.check_theta(theta))

    def moved_by(self, step: Callable[..., Sequence[Array]], phi: ArrayLike) -> Array:
        """φ (..., k) after a step ``step(summary, *params)`` → params in raw units."""
        with np.errstate(all="ignore"):
            theta = step(self.summary, *np.moveaxis(self.raw(phi), -1, 0))
            return self.coordinates(np.stack(np.broadcast_arrays(*theta), axis=-1))

    def coordinates(self, theta: Array) -> Array:
        some = theta[..., list(self.free)]
        with np.errstate(all="ignore"):
            phi: Array = np.where(self.logs, np.log(np.where(self.logs, some, 1.0)), some)
        return phi

    def _inside(self, theta: Array) -> Bools:
        some = theta[..., self.free]
        # A logarithm of 0 is no place to go on from, even where the end 0 belongs to the domain.
        inside: Bools = self.family.contains(theta) & (np.isfinite(some) & ~(self.logs & (some == 0))).all(axis=-1)
        return inside

    def _single(self, phi: ArrayLike) -> list[np.float64] | None:
        """All parameters of one φ (k,), None outside the domain: as `raw` and `_inside`, without their arrays.

        A thousand steps of an optimiser are a thousand single points, where arrays of one element are the whole cost.
        """
        values = np.asarray(phi, dtype=np.float64).tolist()
        if len(values) != len(self.free):
            self.raw(phi)  # says what is wrong with the shape
        theta = list(self._held)
        for value, (j, log, domain) in zip(values, self._moving, strict=True):
            try:
                moved = math.exp(value) if log else value
            except OverflowError:
                return None
            above = moved >= domain.low if domain.closed_low else moved > domain.low
            below = moved <= domain.high if domain.closed_high else moved < domain.high
            if not (above and below and math.isfinite(moved)) or (log and moved == 0):
                return None
            theta[j] = np.float64(moved)
        with np.errstate(all="ignore"):
            constraint = self.family.constraint
            return theta if constraint is None or bool(constraint(*theta)) else None

    @cached_property
    def _held(self) -> tuple[np.float64, ...]:
        return tuple(np.float64(value) for value in self.base)

    @cached_property
    def _moving(self) -> tuple[tuple[int, bool, Interval], ...]:
        return tuple(
            (j, log, self.family.params[j].domain) for j, log in zip(self.free, self.logs.tolist(), strict=True)
        )

    def stretch(self, theta: Array) -> Array:
        """dθ/dφ of the free parameters (..., k)."""
        return np.where(self.logs, theta[..., self.free], 1.0)
