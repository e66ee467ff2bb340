"""An information matrix as a ruler: steps and gradients measured in standard errors."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..domain import Array

__all__ = ["Metric", "metric_of"]

# Eigenvalues of the scaled matrix are not let below it.
_LEAST = 1e-10


@dataclass(frozen=True, eq=False)
class Metric:
    """Information of one observation as eigenvalues (k,) and vectors (k, k) of the matrix scaled by `scale` (k,)."""

    curvature: Array  # size of the diagonal, 0 where it is not finite
    scale: Array
    eigenvalues: Array
    vectors: Array
    peaked: bool  # no direction curves upwards, so that a stationary point is a maximum
    singular: bool  # some direction does not curve at all

    def error(self, gradient: Array) -> float:
        """√(gᵀ I⁻¹ g)."""
        along = self._whitening @ gradient
        return math.sqrt(float(along @ along))

    def step(self, gradient: Array) -> Array:
        """I⁻¹ g."""
        along = self.vectors.T @ (gradient / self.scale)
        step: Array = self.vectors @ (along / self.eigenvalues) / self.scale
        return step

    @cached_property
    def _whitening(self) -> Array:
        return np.asarray((self.vectors / np.sqrt(self.eigenvalues)).T / self.scale)


def metric_of(matrix: Array) -> Metric:
    """The metric of an information matrix, its eigenvalues made positive (Nocedal & Wright 2006, §3.4)."""
    diagonal = np.abs(np.diagonal(matrix))
    curvature = np.where(np.isfinite(diagonal), diagonal, 0.0)
    scale = np.sqrt(np.where(curvature > 0, curvature, 1.0))
    scaled = np.nan_to_num(matrix / scale[:, None] / scale, nan=0.0, posinf=1e100, neginf=-1e100)
    values, vectors = np.linalg.eigh((scaled + scaled.T) / 2)
    return Metric(
        curvature,
        scale,
        np.maximum(np.abs(values), _LEAST),
        vectors,
        bool(values[0] > -1e-8),
        bool(values[0] <= _LEAST),
    )
