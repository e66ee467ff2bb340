"""The record of a run: every iterate, what it cost and why it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

import numpy as np

from ..domain import Array
from ..problem import Problem

__all__ = ["Path", "Reason", "Trace"]

Reason = Literal["converged", "max_steps", "diverged"]
_WORDS: Mapping[Reason, str] = MappingProxyType(
    {"converged": "converged", "max_steps": "stopped", "diverged": "diverged"}
)


@dataclass(frozen=True, eq=False)
class Path:
    """Every iterate of an optimiser, m steps over k parameters.

    Parameters
    ----------
    method : str
        Key of `OPTIMIZERS`.
    names : tuple of str
        The k parameters that moved.
    theta : ndarray of shape (m + 1, k)
        The iterates in the coordinates of the problem, the start first.
    params : mapping
        Name → values (m + 1,) in the parameters' own units, held ones included.
    values : ndarray of shape (m + 1,)
        Mean log-likelihood, nats. NaN inside the epochs of a mini-batch run on a sample that is too long to be
        evaluated at every step.
    gradients : ndarray of shape (m + 1, k)
        What the method saw: mini-batch gradients of a mini-batch run, except for the last row.
    sizes : ndarray of shape (m,)
        Step sizes: the factor on the direction.
    steps : ndarray of shape (m,)
        Lengths of the steps in the coordinates of the problem.
    passes : ndarray of shape (m + 1,)
        Passes over the data up to and with the evaluation of each iterate: one for each theta that was visited, line
        searches included, b/n for a mini-batch of b. What only the record or the stopping test asked for is not counted.
    reason : "converged", "max_steps" or "diverged"
    message : str
        The reason in a sentence, with the gradient in standard errors.
    error : float
        Length of the gradient at the end in standard errors: √(n gᵀ I⁻¹ g).
    rejected : tuple of ndarray of shape (r, k)
        For each step the points that its line search tried and left; after the last step, if the run ended on such
        points, those as well.
    """

    method: str
    names: tuple[str, ...]
    theta: Array
    params: Mapping[str, Array]
    values: Array
    gradients: Array
    sizes: Array
    passes: Array
    reason: Reason
    message: str
    error: float
    rejected: tuple[Array, ...] = field(repr=False)

    @property
    def converged(self) -> bool:
        """Whether the run ended at a maximum."""
        return self.reason == "converged"

    @property
    def n_steps(self) -> int:
        """Number of steps m."""
        return len(self.theta) - 1

    @property
    def steps(self) -> Array:
        """Lengths of the steps (m,)."""
        lengths: Array = np.linalg.norm(np.diff(self.theta, axis=0), axis=1)
        return lengths


class Trace:
    """A path while it is being walked."""

    def __init__(self, problem: Problem, method: str) -> None:
        self.problem, self.method = problem, method
        self.passes_so_far = 0.0
        self._theta: list[Array] = []
        self._values: list[float] = []
        self._gradients: list[Array] = []
        self._sizes: list[float] = []
        self._passes: list[float] = []
        self._rejected: list[Array] = []

    @property
    def theta(self) -> list[Array]:
        """The iterates so far."""
        return self._theta

    def spend(self, passes: float) -> None:
        """Count passes over the data."""
        self.passes_so_far += passes

    def add(self, theta: Array, value: float, gradient: Array, size: float = 1.0) -> None:
        """Keep an iterate, and the step size that led to it (not for the start)."""
        if self._theta:
            self._sizes.append(size)
        self._theta.append(theta)
        self._values.append(value)
        self._gradients.append(gradient)
        self._passes.append(self.passes_so_far)

    def see(self, gradient: Array) -> None:
        """Say which gradient a method saw at the last iterate, where it was not known when that was added."""
        self._gradients[-1] = gradient

    def reject(self, points: list[Array]) -> None:
        """Keep the points that a line search tried and left."""
        self._rejected.append(np.array(points).reshape(len(points), len(self.problem.names)))

    def finish(
        self,
        reason: Reason,
        message: str,
        error: float,
        *,
        values: Array | None = None,
        last_gradient: Array | None = None,
    ) -> Path:
        """The finished record; `values` (m + 1,) replaces the values that were kept."""
        theta = np.array(self._theta)
        gradients = np.array(self._gradients)
        if last_gradient is not None:
            gradients[-1] = last_gradient
        with np.errstate(all="ignore"):
            params: dict[str, Any] = self.problem.params(theta)
        return Path(
            method=self.method,
            names=self.problem.names,
            theta=theta,
            params=params,
            values=np.array(self._values) if values is None else values,
            gradients=gradients,
            sizes=np.array(self._sizes),
            passes=np.array(self._passes),
            reason=reason,
            message=f"{_WORDS[reason]}: {message}",
            error=error,
            rejected=tuple(self._rejected),
        )
