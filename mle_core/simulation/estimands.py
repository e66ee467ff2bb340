"""What is estimated: a parameter, or a function of it with its own bias; and the exact moments of its estimate, where they are known."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ..domain import Array
from ..family import Family
from ..fitting.fit import resolve

__all__ = ["Estimand", "estimands"]

Moments = Callable[[Array, int], tuple[float, float]]


@dataclass(frozen=True, eq=False)
class Estimand:
    """A number that θ tells, and its estimator.

    Parameters
    ----------
    key, symbol, label : str
    place : int
        The parameter that it is a function of, in theta.
    value : callable
        ``value(parameter)`` → the estimand, elementwise.
    slope : callable
        Derivative of `value`.
    power : int
        The estimand grows like the scale of x to this power, where the parameter grows like the scale itself.
    factor : callable
        ``factor(n)``: the estimator is `value` of the maximum likelihood estimate times this number.
    moments : callable or None
        ``moments(theta, n)`` → exact mean and variance of the estimator when the family is true; ∞ where one does not exist.
    """

    key: str
    symbol: str
    label: str
    place: int
    value: Callable[[Array], Array] = lambda parameter: parameter
    slope: Callable[[Array], Array] = np.ones_like
    power: int = 1
    factor: Callable[[int], float] = lambda n: 1.0
    moments: Moments | None = None

    def truth(self, theta: ArrayLike) -> Array:
        """The estimand at theta (..., k): shape (...)."""
        return np.asarray(self.value(np.asarray(theta, dtype=np.float64)[..., self.place]))

    def estimate(self, estimates: ArrayLike, n: int) -> Array:
        """The estimator's values for maximum likelihood estimates (..., k) from samples of n: shape (...)."""
        return self.factor(n) * self.truth(estimates)

    def standard_error(self, theta: ArrayLike, covariance: ArrayLike) -> Array:
        """√ of the estimator's variance by the delta method, from the covariance (..., k, k) of θ̂ at theta (..., k)."""
        parameter = np.asarray(theta, dtype=np.float64)[..., self.place]
        variance = np.asarray(covariance, dtype=np.float64)[..., self.place, self.place]
        return np.asarray(np.abs(self.slope(parameter)) * np.sqrt(variance))


def _normal_sigma(theta: Array, n: int) -> tuple[float, float]:
    """σ̂√n/σ has a χ law with n − 1 degrees of freedom."""
    ratio = math.sqrt(2 / n) * math.exp(float(special.gammaln(n / 2) - special.gammaln((n - 1) / 2)))
    sigma = float(theta[1])
    return ratio * sigma, sigma**2 * ((n - 1) / n - ratio**2)


def _exponential_rate(theta: Array, n: int) -> tuple[float, float]:
    """λ̂ = n/Σx, and Σx has a gamma law."""
    rate = float(theta[0])
    mean = rate * n / (n - 1) if n > 1 else math.inf
    return mean, (mean / math.sqrt(n - 2)) ** 2 if n > 2 else math.inf


#: Exact moments by family and parameter: Casella & Berger (2002), §5.3 and §7.3; Johnson, Kotz & Balakrishnan (1994).
_MOMENTS: Mapping[tuple[str, str], Moments] = MappingProxyType(
    {
        ("normal", "mu"): lambda theta, n: (float(theta[0]), float(theta[1]) ** 2 / n),
        ("normal", "sigma"): _normal_sigma,
        ("lognormal", "mu"): lambda theta, n: (float(theta[0]), float(theta[1]) ** 2 / n),
        ("lognormal", "sigma"): _normal_sigma,
        ("exponential", "rate"): _exponential_rate,
        ("poisson", "rate"): lambda theta, n: (float(theta[0]), float(theta[0]) / n),
        ("bernoulli", "p"): lambda theta, n: (float(theta[0]), float(theta[0] * (1 - theta[0])) / n),
    }
)
_VARIANCES = (
    Estimand(
        "variance", "σ²", "variance, ÷ n", 1, np.square, lambda s: 2 * s, 2,
        moments=lambda theta, n: (float(theta[1]) ** 2 * (n - 1) / n, 2 * float(theta[1]) ** 4 * (n - 1) / n**2),
    ),
    Estimand(
        "corrected", "s²", "variance, ÷ (n − 1)", 1, np.square, lambda s: 2 * s, 2, lambda n: n / (n - 1),
        moments=lambda theta, n: (float(theta[1]) ** 2, 2 * float(theta[1]) ** 4 / (n - 1)),
    ),
)  # fmt: skip

#: What a reader asks for besides the parameters, by family.
_DERIVED: Mapping[str, tuple[Estimand, ...]] = {"normal": _VARIANCES}


def estimands(family: str | Family) -> tuple[Estimand, ...]:
    """Every regular parameter of a family; for the normal also the variance, as maximum likelihood and as one divides by n − 1."""
    law = resolve(family)
    own = tuple(
        Estimand(param.name, param.symbol, param.label, j, moments=_MOMENTS.get((law.key, param.name)))
        for j, param in enumerate(law.params)
        if param.regular and not param.given
    )
    return own + _DERIVED.get(law.key, ())
