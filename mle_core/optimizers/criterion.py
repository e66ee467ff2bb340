"""When a run ends: how far the gradient is from zero, said in standard errors, and how to tell a run to infinity.

With I the information of one observation, the Newton step is I⁻¹g and the standard errors are those of (nI)⁻¹, so the
step in units of standard errors is √(n gᵀ I⁻¹ g), whatever the units, the coordinates and the sample size (the Newton
decrement of Boyd & Vandenberghe 2004, §9.5.1, times √n).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from ..domain import Array
from ..numerics.metric import Metric, metric_of
from .path import Reason
from .problem import Point

__all__ = ["Criterion", "metric_at"]

# Beyond this many times the size of the start (and 1) an iterate is on its way to infinity.
_FAR = 1e8
# The curvature has fallen by so much on the way that the surface has no edge in sight.
_FLAT = 1e-8
_SMALL_SHARE = 1e-3
# Between full refreshes the metric of an earlier iterate says whether a look is worth while.
_REFRESH = 10


def metric_at(point: Point) -> Metric:
    """Observed information, the Fisher information where that is singular, the unit matrix where there is neither."""
    metric = point.observed
    if metric is None and point.expected is None and point.hessian is not None:
        # A curvature beyond the range of numbers tells nothing: count it as none.
        return metric_of(np.nan_to_num(-point.hessian, nan=0.0, posinf=0.0, neginf=0.0))
    if metric is None:
        return point.expected or metric_of(np.eye(point.theta.size))
    if metric.peaked and metric.singular:
        return point.expected or metric
    return metric


@dataclass(eq=False)
class Criterion:
    """The stopping test of one run."""

    start: Point
    tol: float
    error: float = math.inf
    _metric: Metric | None = None
    _age: int = 0
    _largest: Array = field(default_factory=lambda: np.zeros(1))

    def verdict(self, point: Point, *, fresh: bool = False) -> tuple[Reason, str] | None:
        """Why the run ends at this iterate, or None to go on. `fresh` asks for the metric of this very point."""
        root = math.sqrt(self.start.problem.n)
        if self._metric is None or fresh or self._age >= _REFRESH:
            self._look(point)
        assert self._metric is not None
        self._age += 1
        with np.errstate(all="ignore"):
            self.error = root * self._metric.error(point.gradient)
            if self.error <= self.tol and self._age > 1:
                self._look(point)
                self.error = root * self._metric.error(point.gradient)
        if self.error <= self.tol and self._metric.peaked:
            if self._runs_away(point):
                return "diverged", f"{self.error_text}, but only because the surface flattens out: no maximum in sight"
            return "converged", self.error_text + ("; the top is a ridge" if self._metric.singular else "")
        if (np.abs(point.theta) > self._far).any():
            return "diverged", f"the iterates grow beyond bounds; {self.error_text}"
        return None

    def final(self, point: Point) -> str:
        """The error of the last point, in words, by its own metric."""
        with np.errstate(all="ignore"):
            self._look(point)
            assert self._metric is not None
            self.error = math.sqrt(self.start.problem.n) * self._metric.error(point.gradient)
        return self.error_text + ("" if self._metric.peaked else "; the surface is not concave there")

    @property
    def error_text(self) -> str:
        """The gradient in standard errors."""
        return f"gradient {self.error:.2g} standard errors from zero"

    @cached_property
    def _far(self) -> Array:
        return np.asarray(_FAR * (1 + np.abs(self.start.theta)))

    def _look(self, point: Point) -> None:
        with np.errstate(all="ignore"):
            self._metric = metric_at(point)
            self._largest = np.fmax(self._largest, self._metric.curvature)
        self._age = 0

    def _runs_away(self, point: Point) -> bool:
        """Tell a plateau from a peak: in some coordinate the curvature has vanished on the way.

        Then a Newton step is long although it is short in standard errors, or one observation's standard error has
        grown far beyond all that the run has seen.
        """
        assert self._metric is not None
        curvature = self._metric.curvature
        flat = curvature <= _FLAT * self._largest
        if not flat.any():
            return False
        reach = np.maximum(np.abs(point.theta), np.abs(point.theta - self.start.theta))
        with np.errstate(all="ignore"):
            long = np.abs(self._metric.step(point.gradient)) > _SMALL_SHARE * reach
            wide = (curvature <= _FLAT**2 * self._largest) & (1 / np.sqrt(curvature) > reach / _FLAT)
        return bool((flat & (long | wide)).any())
