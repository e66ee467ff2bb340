"""A problem at the points of many runs, and their information matrices as rulers: `Point` and `numerics.metric` for a stack."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..domain import Array, Bools
from .problem import Problem

__all__ = ["Metrics", "Points", "metrics_of"]

# As in numerics/metric.py: eigenvalues of the scaled matrix are not let below it.
_LEAST = 1e-10


@dataclass(frozen=True, eq=False)
class Metrics:
    """Eigenvalues (m, k) and vectors (m, k, k) of matrices scaled by `scale` (m, k)."""

    scale: Array
    eigenvalues: Array
    vectors: Array
    peaked: Bools  # (m,): no direction curves upwards
    concave: Bools  # (m,): every direction curves downwards
    known: Bools  # (m,): the matrix is finite

    def step(self, gradient: Array) -> Array:
        """I⁻¹ g of gradients (m, k)."""
        along = np.einsum("mji,mj->mi", self.vectors, gradient / self.scale)
        return np.asarray(np.einsum("mij,mj->mi", self.vectors, along / self.eigenvalues) / self.scale)

    @property
    def whitening(self) -> Array:
        """(m, k, k): what makes the length of a gradient its error √(gᵀ I⁻¹ g)."""
        return np.asarray(
            np.swapaxes(self.vectors / np.sqrt(self.eigenvalues)[:, None, :], 1, 2) / self.scale[:, None, :]
        )


def metrics_of(matrices: Array) -> Metrics:
    """The metrics of information matrices (m, k, k), their eigenvalues made positive (Nocedal & Wright 2006, §3.4)."""
    known = np.asarray(np.isfinite(matrices).all(axis=(1, 2)))
    diagonal = np.abs(np.diagonal(matrices, axis1=1, axis2=2))
    curvature = np.where(np.isfinite(diagonal), diagonal, 0.0)
    scale = np.sqrt(np.where(curvature > 0, curvature, 1.0))
    with np.errstate(all="ignore"):
        scaled = np.nan_to_num(matrices / scale[:, :, None] / scale[:, None, :], nan=0.0, posinf=1e100, neginf=-1e100)
    values, vectors = np.linalg.eigh((scaled + np.swapaxes(scaled, 1, 2)) / 2)
    return Metrics(scale, np.maximum(np.abs(values), _LEAST), vectors, values[:, 0] > -1e-8, values[:, 0] > 0, known)


@dataclass(frozen=True, eq=False)
class Points:
    """A problem at theta (m, k): each derivative is computed when it is asked for, and once."""

    problem: Problem
    theta: Array

    @cached_property
    def value(self) -> Array:
        with np.errstate(all="ignore"):
            value = self._parts[0] if self.problem.expansion is not None else self.problem.value(self.theta)
        return np.where(np.isnan(value), -np.inf, value)

    @cached_property
    def gradient(self) -> Array:
        if self.problem.expansion is not None:
            return self._parts[1]
        with np.errstate(all="ignore"):
            return np.asarray(self.problem.gradient(self.theta), dtype=np.float64)

    @cached_property
    def hessian(self) -> Array:
        if self.problem.expansion is not None:
            return self._parts[2]
        assert self.problem.hessian is not None
        with np.errstate(all="ignore"):
            return np.asarray(self.problem.hessian(self.theta), dtype=np.float64)

    @cached_property
    def observed(self) -> Metrics:
        """Metrics of the observed information −H."""
        return metrics_of(-self.hessian)

    @property
    def usable(self) -> Bools:
        """Where the value and the gradient are finite (m,)."""
        return np.asarray(np.isfinite(self.value) & np.isfinite(self.gradient).all(axis=-1))

    @property
    def followable(self) -> Bools:
        """Where the gradient is finite inside the domain (m,): what a planned step needs, without the value."""
        return np.asarray(self.problem.contains(self.theta) & np.isfinite(self.gradient).all(axis=-1))

    @cached_property
    def _parts(self) -> tuple[Array, Array, Array]:
        assert self.problem.expansion is not None
        with np.errstate(all="ignore"):
            return self.problem.expansion(self.theta)
