"""The data of a regression, and the same data in coordinates in which its columns are orthogonal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from ..domain import Array
from .least_squares import EXTENDED, LeastSquares
from .straight import straightened

__all__ = ["Problem", "Straight"]


@dataclass(frozen=True, eq=False)
class Problem:
    """The data of a regression.

    Parameters
    ----------
    X : ndarray of shape (n_rows, p)
    y, offset : ndarray of shape (n_rows,)
        Observations, and what is added to Xβ.
    weights : ndarray of shape (n_rows,) or None
        Counts.
    n : float
        Sum of the counts.
    Z : ndarray of shape (n_rows, q) or None
        Columns of the log-variance, where the noise model has one.
    log_variance : float
        What is added to Zγ: it stands for the unit that y was divided by.
    options : mapping
        Settings of the noise model, such as Huber's k.
    """

    X: Array
    y: Array
    offset: Array
    weights: Array | None
    n: float
    Z: Array | None = None
    log_variance: float = 0.0
    options: Mapping[str, float | None] = field(default_factory=dict)

    def without(self, held: Mapping[int, float]) -> Problem:
        """The problem in the other coefficients, those of `held` (place → value) moved to the offset."""
        if not held:
            return self
        places = list(held)
        offset = self.offset + self.X[:, places] @ np.array([held[j] for j in places])
        return replace(self, X=np.delete(self.X, places, axis=1), offset=offset)

    def total(self, values: Array) -> Array:
        """Sum over the observations, the last axis of `values`."""
        return np.asarray(values.sum(axis=-1) if self.weights is None else values @ self.weights)

    @cached_property
    def target(self) -> Array:
        """y without the offset."""
        return self.y - self.offset

    @cached_property
    def least_squares(self) -> LeastSquares:
        """The least-squares fit of y − offset."""
        return LeastSquares.of(self.X, self.target, self.weights)

    def straight(self, held: Sequence[int] = ()) -> Straight:
        """The same problem in coordinates in which the columns of X, and those of Z, are orthogonal.

        `held`: places in theta that are held; to hold them is to hold the same places in the new coordinates.
        """
        key = tuple(sorted(held))
        if key not in self._straight:
            p, q = self.X.shape[1], 0 if self.Z is None else self.Z.shape[1]
            Q, turn, back = straightened(self.X, [j for j in key if j < p])
            there = replace(self, X=Q)
            if self.Z is not None:
                Qz, turn_z, back_z = straightened(self.Z, [j - p for j in key if j >= p])
                nothing = np.zeros((p, q))
                there = replace(there, Z=Qz)
                turn = np.block([[turn, nothing], [nothing.T, turn_z]])
                back = np.block([[back, nothing], [nothing.T, back_z]])
            self._straight[key] = Straight(there, turn, back)
        return self._straight[key]

    @cached_property
    def _straight(self) -> dict[tuple[int, ...], Straight]:
        return {}

    def predictor(self, beta: Array) -> Array:
        """offset + Xβ (n_rows,), summed in extended precision where that costs little."""
        if self.X.size > EXTENDED:
            return np.asarray(self.X @ beta + self.offset)
        return np.asarray((self.X.astype(np.longdouble) @ beta + self.offset).astype(np.float64))

    @cached_property
    def gram(self) -> Array:
        """Σ wᵢ xᵢ xᵢᵀ (p, p)."""
        weighted = self.X if self.weights is None else self.X * self.weights[:, None]
        return np.asarray(weighted.T @ self.X)


@dataclass(frozen=True, eq=False)
class Straight:
    """A problem in coordinates of orthogonal columns, and the matrices (·, ·) that lead to them and back.

    They are as large as theta without the parameters behind them (scales, ν), which stay what they are.
    """

    problem: Problem
    turn: Array
    back: Array

    def enter(self, theta: Array) -> Array:
        """theta (..., k) in the new coordinates."""
        return _mapped(theta, self.turn)

    def leave(self, theta: Array) -> Array:
        """theta (..., k) of the new coordinates in the old ones."""
        return _mapped(theta, self.back)

    def full(self, matrix: Array, k: int) -> Array:
        """`turn` or `back` with the parameters that stay, (k, k)."""
        whole = np.eye(k)
        whole[: len(matrix), : len(matrix)] = matrix
        return whole


def _mapped(theta: Array, matrix: Array) -> Array:
    r = len(matrix)
    return np.concatenate([theta[..., :r] @ matrix.T, theta[..., r:]], axis=-1)
