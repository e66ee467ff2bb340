"""A path while it is being walked."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from ..domain import Array
from .path import Path, Reason
from .problem import Point, Problem

__all__ = ["Trace"]

# Terms of the log-likelihood that the values of iterates may cost that nobody asked for during the run.
_AFFORDABLE = 10**8
_WORDS: Mapping[Reason, str] = MappingProxyType(
    {"converged": "converged", "max_steps": "stopped", "diverged": "diverged"}
)


class Trace:
    """Collects iterates and makes the `Path` of them."""

    def __init__(self, problem: Problem, method: str) -> None:
        self.problem, self.method = problem, method
        self._spent = 0.0
        self._theta: list[Array] = []
        self._values: list[float] = []
        self._gradients: list[Array] = []
        self._sizes: list[float] = []
        self._passes: list[float] = []
        self._rejected: list[Array] = []

    def spend(self, passes: float) -> None:
        """Count passes over the data."""
        self._spent += passes

    def add(self, point: Point, *, size: float = 1.0, later: bool = False) -> None:
        """Keep an iterate and the step size that led to it. `later`: its value is not needed before the end."""
        if self._theta:
            self._sizes.append(size)
        self._theta.append(point.theta)
        self._values.append(math.nan if later else point.value)
        self._gradients.append(point.gradient)
        self._passes.append(self._spent)

    def add_unseen(self, theta: Array, *, size: float = 1.0) -> None:
        """Keep an iterate of which nothing is known yet."""
        if self._theta:
            self._sizes.append(size)
        self._theta.append(theta)
        self._values.append(math.nan)
        self._gradients.append(np.full(theta.size, math.nan))
        self._passes.append(self._spent)

    def see(self, *, gradient: Array | None = None, value: float | None = None) -> None:
        """Say what a method saw at the last iterate after it was added."""
        if gradient is not None:
            self._gradients[-1] = gradient
        if value is not None:
            self._values[-1] = value

    def reject(self, points: list[Array]) -> None:
        """Keep the points that a line search tried and left; one call a step."""
        self._rejected.append(np.array(points).reshape(len(points), len(self.problem.names)))

    def finish(self, reason: Reason, message: str, error: float) -> Path:
        """The record, with the values that are missing; it ends before the first iterate whose value is −∞."""
        theta = np.array(self._theta)
        values = self._all_values(theta)
        lost = np.flatnonzero(values == -np.inf)
        stop = int(lost[0]) if lost.size else len(theta)
        if lost.size:
            reason, message = "diverged", f"the log-likelihood is −∞ after step {stop}"
        with np.errstate(all="ignore"):
            params = self.problem.params(theta[:stop])
        return Path(
            method=self.method,
            names=self.problem.names,
            theta=theta[:stop],
            params=params,
            values=values[:stop],
            gradients=np.array(self._gradients)[:stop],
            sizes=np.array(self._sizes)[: stop - 1],
            passes=np.array(self._passes)[:stop],
            reason=reason,
            message=f"{_WORDS[reason]}: {message}",
            error=error,
            rejected=tuple(self._rejected[:stop]),
        )

    def _all_values(self, theta: Array) -> Array:
        values = np.array(self._values)
        missing = np.isnan(values)
        if missing.any() and (self.problem.cheap or self.problem.n * missing.sum() <= _AFFORDABLE):
            with np.errstate(all="ignore"):
                some = np.asarray(self.problem.value(theta[missing]), dtype=np.float64)
            values[missing] = np.where(np.isnan(some), -np.inf, some)
        return values
