"""The simulations behind the page, each done once for all visitors, at canonical locations and scales.

`mle_core.simulation.carry` brings estimates, ellipses and centres to the location and scale that the reader has chosen.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_core import simulation

Array = npt.NDArray[np.float64]
HEAVY_LAW = "student_t"
#: What the intervals claim.
LEVEL = 0.95


@dataclass(frozen=True)
class Plan:
    """What all simulations of a state share; hashable, as they are kept by it."""

    family: str
    of: str  # key of the estimand
    repeats: int
    seed: int

    @property
    def law(self) -> mle.Family:
        return mle.FAMILIES[self.family]

    @property
    def estimand(self) -> simulation.Estimand:
        return next(e for e in simulation.estimands(self.family) if e.key == self.of)

    @property
    def name(self) -> str:
        """The parameter whose intervals are counted."""
        return self.law.names[self.estimand.place]


@dataclass(frozen=True, eq=False)
class Sims:
    """All samples of one size, in canonical units.

    `center` are the parameters that the estimates gather around: the true ones, or those nearest to the Student-t. `naive` is the
    inverse Fisher information there divided by n, `robust` the sandwich (the same where the family is true).
    """

    plan: Plan
    n: int
    center: Array
    naive: Array
    robust: Array
    roots: simulation.IntervalRoots

    @cached_property
    def promised(self) -> float:
        """1/√(n·I) of the estimand: the standard error that the family promises, and the root of the Cramér–Rao bound."""
        return float(self.plan.estimand.standard_error(self.center, self.naive))

    @cached_property
    def spread(self) -> float:
        """The standard error by the sandwich, in units of `promised`."""
        return float(self.plan.estimand.standard_error(self.center, self.robust)) / self.promised

    @cached_property
    def errors(self) -> Array:
        """Errors of the estimates in units of `promised` (repeats,): they know neither location nor scale."""
        estimand = self.plan.estimand
        values = estimand.estimate(self.roots.estimates, self.n) - estimand.truth(self.center)
        out: Array = np.asarray(values / self.promised)
        return out

    @cached_property
    def _running(self) -> Array:
        """Mean, its Monte Carlo error, variance and its error over the first 1, 2, … samples (4, repeats), finite errors alone."""
        fine = np.isfinite(self.errors)
        held = np.where(fine, self.errors, 0.0)
        count = np.maximum(np.cumsum(fine), 1)
        first, second, third, fourth = (np.cumsum(held**k) / count for k in (1, 2, 3, 4))
        with np.errstate(all="ignore"):
            variance = np.where(count > 1, np.maximum(second - first**2, 0.0) * count / (count - 1), np.nan)
            central = fourth - 4 * first * third + 6 * first**2 * second - 3 * first**4
            out: Array = np.array(
                [first, np.sqrt(variance / count), variance, np.sqrt(np.maximum(central - variance**2, 0.0) / count)]
            )
        return out

    @cached_property
    def _covered(self) -> dict[str, tuple[Array, Array]]:
        return {method: self.roots.running(method, LEVEL) for method in self.roots.roots}

    def mean(self, r: int) -> tuple[float, float]:
        """Mean error of the first r samples and its Monte Carlo error, in units of `promised`."""
        return float(self._running[0, r - 1]), float(self._running[1, r - 1])

    def variance(self, r: int) -> tuple[float, float]:
        """Variance over the first r samples and its Monte Carlo error, in units of the promised one."""
        return float(self._running[2, r - 1]), float(self._running[3, r - 1])

    def covers(self, method: str, r: int) -> tuple[float, float]:
        """Share of the first r intervals that hold the value, and its Monte Carlo error."""
        rate, error = self._covered[method]
        return float(rate[r - 1]), float(error[r - 1])


@lru_cache(maxsize=96)
def sims(plan: Plan, canonical: tuple[float, ...], n: int, nu: float | None = None) -> Sims:
    """Simulate at canonical parameters; with `nu`, they are those of a Student-t from which the samples come."""
    law = plan.law
    if nu is None:
        center, truth, limit = np.array(canonical), None, None
    else:
        truth = (HEAVY_LAW, [*canonical, nu])
        center, limit = _nearest(plan.family, canonical, nu)
    unit = law.fisher(center)
    assert unit is not None
    naive = np.asarray(np.linalg.inv(n * unit), dtype=np.float64)
    roots = simulation.interval_roots(
        law, center, plan.name, n, repeats=plan.repeats, seed=plan.seed, truth=truth, robust=nu is not None
    )
    return Sims(plan, n, center, naive, naive if limit is None else np.asarray(limit / n), roots)


@lru_cache(maxsize=32)
def _nearest(family: str, canonical: tuple[float, ...], nu: float) -> tuple[Array, Array]:
    """The pseudo-true parameters of a Student-t, and the limit of n·Cov θ̂."""
    truth = (HEAVY_LAW, [*canonical, nu])
    # The quadrature leaves the last digits of a zero.
    return np.round(mle.pseudo_true(family, truth).theta, 12), simulation.limit_covariance(family, truth)
