"""One distribution: a family with all its parameters set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike

from .arguments import real_number
from .domain import Array, Interval, MleError
from .families import FAMILIES
from .family import Family

__all__ = ["Distribution"]


@dataclass(frozen=True, init=False, repr=False)
class Distribution:
    """A distribution, frozen and hashable; two are equal where family and parameters are.

    Parameters
    ----------
    family : str or Family
        A key of `FAMILIES`, or the family itself.
    **params : float
        Every parameter of the family by its name.

    Raises
    ------
    MleError
        For a family that does not exist, a parameter that is missing or unknown.
    DomainError
        For a parameter outside its domain.
    TypeError
        For a parameter that is not a real number.

    Examples
    --------
    >>> Distribution("normal", mu=0, sigma=2).cdf(0.0)
    0.5
    """

    family: Family
    theta: tuple[float, ...]

    def __init__(self, family: str | Family, **params: float) -> None:
        if isinstance(family, str):
            if family not in FAMILIES:
                raise MleError(f"there is no family {family!r}; choose one of {', '.join(FAMILIES)}.")
            family = FAMILIES[family]
        for name in params:
            family.index(name)
        missing = [name for name in family.names if name not in params]
        if missing:
            raise MleError(f"{family.key} needs {', '.join(missing)} as well; give every parameter by its name.")
        values = tuple(real_number(params[name], name) for name in family.names)
        family.check_theta(values)
        object.__setattr__(self, "family", family)
        object.__setattr__(self, "theta", values)

    def __repr__(self) -> str:
        inside = ", ".join(f"{name}={value!r}" for name, value in self.params.items())
        return f"Distribution({self.family.key!r}, {inside})"

    @property
    def params(self) -> Mapping[str, float]:
        """Name → value, read-only."""
        return MappingProxyType(dict(zip(self.family.names, self.theta, strict=True)))

    @property
    def support(self) -> Interval:
        """The support at these parameters."""
        return self.family.support_at(self.params)

    @property
    def discrete(self) -> bool:
        """On the whole numbers, or continuous."""
        return self.family.discrete

    def log_prob(self, x: ArrayLike) -> Array:
        """Log-density or log-probability in nats, of the shape of x; −inf outside the support."""
        return self._on(self.family.log_prob, x)

    def prob(self, x: ArrayLike) -> Array:
        """Density or probability, of the shape of x."""
        return self._on(self.family.prob, x)

    def cdf(self, x: ArrayLike) -> Array:
        """P(X ≤ x), of the shape of x."""
        return self._on(self.family.cdf, x)

    def quantile(self, p: ArrayLike) -> Array:
        """The smallest x with P(X ≤ x) ≥ p, of the shape of p; NaN for p outside [0, 1]."""
        return self._on(self.family.quantile, p)

    def sample(self, n: int, rng: np.random.Generator) -> Array:
        """`n` independent draws, shape (n,)."""
        return self.family.sample(self.theta, n, rng)

    def _on(self, function: object, x: ArrayLike) -> Array:
        """Apply a method of the family, which knows x of one axis at most, to x of any shape."""
        values = np.asarray(x, dtype=np.float64)
        flat = values if values.ndim <= 1 else values.ravel()
        result: Array = np.asarray(function(flat, self.theta))  # type: ignore[operator]
        return result if values.ndim <= 1 else result.reshape(values.shape)
