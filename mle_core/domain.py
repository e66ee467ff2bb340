"""What a parameter is, where it may lie, and the errors that say so.

A parameter is data (SciPy's distribution infrastructure, 2024, has the same idea): name, symbol, domain, and a *typical
range*, which is just what a slider or a property test needs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Array",
    "Bools",
    "DegenerateDataError",
    "DomainError",
    "Interval",
    "MleError",
    "Param",
    "RankDeficientError",
]

Array: TypeAlias = NDArray[np.float64]
Bools: TypeAlias = NDArray[np.bool_]
# A statistic of a sample. It is written as the one number that it mostly is; in a stack of samples an array (m,) stands
# in its place, and the formulas broadcast.
PerSample: TypeAlias = float


class MleError(ValueError):
    """Base of the errors of this package; a ValueError."""


class DomainError(MleError):
    """A value lies outside the set where it is allowed."""


class DegenerateDataError(MleError):
    """The likelihood has no finite maximum on these data."""


class RankDeficientError(MleError):
    """Columns of a design matrix depend on each other, so that coefficients are not determined."""


@dataclass(frozen=True)
class Interval:
    """An interval of the real line; an end belongs to it only where `closed_low` or `closed_high` says so.

    >>> str(Interval(0, math.inf))
    '(0, ∞)'
    """

    low: float
    high: float
    closed_low: bool = False
    closed_high: bool = False

    def contains(self, x: object) -> Bools:
        """Tell for each element of `x` (any shape) whether it lies inside; NaN never does."""
        values = np.asarray(x, dtype=np.float64)
        above = values >= self.low if self.closed_low else values > self.low
        below = values <= self.high if self.closed_high else values < self.high
        inside: Bools = np.logical_and(above, below)
        return inside

    def has(self, value: float) -> bool:
        """The same for one number, without an array around it."""
        above = value >= self.low if self.closed_low else value > self.low
        return above and (value <= self.high if self.closed_high else value < self.high)

    def __str__(self) -> str:
        left, right = "[" if self.closed_low else "(", "]" if self.closed_high else ")"
        return f"{left}{_end(self.low)}, {_end(self.high)}{right}"


def _end(value: float) -> str:
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    return f"{value:g}".replace("-", "−")


@dataclass(frozen=True)
class Param:
    """One parameter of a family.

    Parameters
    ----------
    name, symbol, label : str
        The identifier ("mu"), its Unicode symbol ("μ") and a word ("mean").
    domain : Interval
        Every value the parameter may take. A closed end is a value that maximum likelihood may return.
    typical : Interval
        The range of a slider or of a property test, closed.
    default : float
        A value inside `typical`.
    scale : "linear" or "log"
        How a slider steps.
    integer, given : bool
        Whole numbers only; never estimated, so that `fit` asks for it in `fixed` (the n of a binomial).
    regular : bool
        False for an end point of the support, where the information does not exist and Wald intervals are refused.
    power : int
        How the parameter changes when the data are multiplied by c > 0: by the factor c**power.
    """

    name: str
    symbol: str
    label: str
    domain: Interval
    typical: Interval
    default: float
    scale: Literal["linear", "log"] = "linear"
    integer: bool = False
    given: bool = False
    regular: bool = True
    power: int = 0

    def contains(self, value: object) -> Bools:
        """Tell for each element of `value` whether the parameter may take it."""
        inside = self.domain.contains(value)
        if self.integer:
            values = np.asarray(value, dtype=np.float64)
            inside = np.logical_and(inside, values == np.floor(values))
        return inside

    def has(self, value: float) -> bool:
        """The same for one number, without an array around it."""
        return self.domain.has(value) and not (self.integer and value != math.floor(value))
