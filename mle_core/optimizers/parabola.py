"""The parabola that Newton's method climbs: the second-order Taylor polynomial at a point."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..domain import Array, DomainError, MleError
from .problem import Point, Problem

__all__ = ["Parabola", "newton_parabola"]


@dataclass(frozen=True, eq=False)
class Parabola:
    """`value` + gᵀd + ½ dᵀHd, d = θ − `center` (k,), with the `gradient` g (k,) and the `hessian` H (k, k).

    Nats per observation, and per (squared) unit of the coordinates.
    """

    center: Array
    value: float
    gradient: Array
    hessian: Array

    def __call__(self, theta: ArrayLike) -> Array:
        """Values (...) at theta (..., k)."""
        d = np.asarray(theta, dtype=np.float64) - self.center
        values: Array = self.value + d @ self.gradient + 0.5 * np.einsum("...i,ij,...j->...", d, self.hessian, d)
        return values

    @property
    def top(self) -> Array | None:
        """Where its maximum is (k,): the end of the full Newton step. None where it has none."""
        try:
            np.linalg.cholesky(-self.hessian)
        except np.linalg.LinAlgError:
            return None
        top: Array = self.center - np.linalg.solve(self.hessian, self.gradient)
        return top


def newton_parabola(problem: Problem, theta: ArrayLike) -> Parabola:
    """The parabola that touches the problem's value at theta (k,), with the same slope and curvature.

    Newton's step leads to its top (Nocedal & Wright 2006, Numerical Optimization, §2.2).

    Raises
    ------
    DomainError
        If theta lies outside the domain.
    ValueError
        If the problem has no Hessian.
    """
    center = np.array(theta, dtype=np.float64)
    point = Point(problem, center)
    if not bool(problem.contains(center)) or not point.usable:
        raise DomainError(
            f"theta = {np.array2string(center, precision=6)} is outside the domain; choose a point inside."
        )
    if point.hessian is None:
        raise MleError("this problem has no Hessian, so there is no parabola; give it one.")
    return Parabola(center, point.value, point.gradient, point.hessian)
