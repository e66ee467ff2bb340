"""The record of a run: every iterate, what it cost and why it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from ..domain import Array

__all__ = ["Path", "Reason"]

Reason = Literal["converged", "max_steps", "diverged"]


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
