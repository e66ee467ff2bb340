"""A mixture of any number of normals, as arrays."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from ..distribution import Distribution
from ..domain import Array, DomainError, MleError
from ..sample import as_floats

__all__ = ["NormalMixture"]

_LOG_SQRT_2PI = 0.5 * math.log(2 * math.pi)

# Key of a family that is a mixture of normals → weights, means, standard deviations of its components.
_COMPONENTS: Mapping[str, Callable[..., tuple[list[float], list[float], list[float]]]] = MappingProxyType(
    {
        "normal": lambda mu, sigma: ([1.0], [mu], [sigma]),
        "normal_mixture": lambda weight, mu1, sigma1, mu2, sigma2: ([weight, 1 - weight], [mu1, mu2], [sigma1, sigma2]),
        "normal_mixture_common": lambda weight, mu1, mu2, sigma: ([weight, 1 - weight], [mu1, mu2], [sigma, sigma]),
    }
)


@dataclass(frozen=True, eq=False)
class NormalMixture:
    """Normals mixed with weights.

    Parameters
    ----------
    weights : array_like of shape (k,)
        Positive; divided by their sum.
    means, sds : array_like of shape (k,)

    Raises
    ------
    MleError, DomainError, TypeError
        For lengths that differ, weights or standard deviations that are not positive, values that are not numbers.
    """

    weights: Array
    means: Array
    sds: Array

    def __post_init__(self) -> None:
        arrays = {name: as_floats(getattr(self, name), name).copy() for name in ("weights", "means", "sds")}
        if len({array.size for array in arrays.values()}) != 1:
            raise MleError(
                f"a mixture needs as many weights ({arrays['weights'].size}) as means ({arrays['means'].size}) and "
                f"standard deviations ({arrays['sds'].size}); complete the shortest."
            )
        for name in ("weights", "sds"):
            wrong = np.flatnonzero(~(arrays[name] > 0))
            if wrong.size:
                raise DomainError(f"{name}[{wrong[0]}] = {arrays[name][wrong[0]]:g} is outside (0, ∞); correct it.")
        arrays["weights"] /= arrays["weights"].sum()
        for name, array in arrays.items():
            array.setflags(write=False)
            object.__setattr__(self, name, array)

    @classmethod
    def of(cls, target: Distribution) -> NormalMixture:
        """The components of a distribution; a MleError if it is no mixture of normals."""
        if not isinstance(target, Distribution) or target.family.key not in _COMPONENTS:
            what = target.family.key if isinstance(target, Distribution) else type(target).__name__
            raise MleError(
                f"{what} is no mixture of normals; choose one of {', '.join(_COMPONENTS)} or a NormalMixture."
            )
        parts = np.array(_COMPONENTS[target.family.key](*target.theta))
        some = parts[:, parts[0] > 0]
        return cls(some[0], some[1], some[2])

    @property
    def mean(self) -> float:
        """∑ w μ, taken around the first mean."""
        return float(self.means[0] + np.dot(self.weights, self.means - self.means[0]))

    @property
    def sd(self) -> float:
        """√(∑ w (σ² + (μ − mean)²)); neither overflows nor underflows."""
        spread = np.hypot(self.sds, self.means - self.mean)
        top = float(spread.max())
        return top * math.sqrt(float(np.dot(self.weights, (spread / top) ** 2)))

    def standardised(self, centre: float, scale: float) -> NormalMixture:
        """The law of (X − centre)/scale."""
        return NormalMixture(self.weights, (self.means - centre) / scale, self.sds / scale)

    def _parts(self, x: Array) -> tuple[Array, Array, Array]:
        """Log-density (n,), shares of the components (k, n) and their z (k, n)."""
        z = (x - self.means[:, None]) / self.sds[:, None]
        logs = -0.5 * z * z + np.log(self.weights / self.sds)[:, None]
        top = logs.max(axis=0)
        shares = np.exp(logs - top)
        total = shares.sum(axis=0)
        return top + np.log(total) - _LOG_SQRT_2PI, shares / total, z

    def log_density(self, x: Array) -> Array:
        """Log-density at x (n,), in nats."""
        return self._parts(x)[0]

    def log_density_slopes(self, x: Array) -> tuple[Array, Array, Array]:
        """Log-density and its first two derivatives in x, each (n,)."""
        value, shares, z = self._parts(x)
        slopes = -z / self.sds[:, None]
        slope = np.sum(shares * slopes, axis=0)
        spread = np.sum(shares * (slopes - slope) ** 2, axis=0)
        return value, slope, spread - np.sum(shares / self.sds[:, None] ** 2, axis=0)
