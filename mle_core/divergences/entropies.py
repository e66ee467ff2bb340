"""Entropy and cross-entropy, in nats."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ..distribution import Distribution
from ..domain import Array, MleError
from .arrays import check_probabilities, entropy_of_array
from .panels import integrate
from .public import divergence
from .quadrature import pair_panels
from .summation import lattice

__all__ = ["ENTROPIES", "cross_entropy", "entropy"]

_EULER = 0.57721566490153286061
_LOG_2PI_E = math.log(2 * math.pi) + 1


def _gamma(shape: float, rate: float) -> float:
    return float(shape - math.log(rate) + special.gammaln(shape) + (1 - shape) * special.psi(shape))


def _beta(a: float, b: float) -> float:
    both = (a + b - 2) * special.psi(a + b)
    return float(special.betaln(a, b) - (a - 1) * special.psi(a) - (b - 1) * special.psi(b) + both)


def _student(_: float, sigma: float, nu: float) -> float:
    if nu > 1e6:  # the difference to the normal is 1/ν + O(1/ν²)
        return math.log(sigma) + 0.5 * _LOG_2PI_E + 1 / nu
    half = 0.5 * nu
    digammas = (half + 0.5) * (special.psi(half + 0.5) - special.psi(half))
    return float(math.log(sigma) + 0.5 * math.log(nu) + special.betaln(half, 0.5) + digammas)


def _bernoulli(p: float) -> float:
    return float(special.entr(p) + special.entr(1 - p) if p > 0.1 else special.entr(p) - (1 - p) * math.log1p(-p))


ENTROPIES: Mapping[str, Callable[..., float]] = MappingProxyType(
    {
        "normal": lambda mu, sigma: math.log(sigma) + 0.5 * _LOG_2PI_E,
        "lognormal": lambda mu, sigma: mu + math.log(sigma) + 0.5 * _LOG_2PI_E,
        "laplace": lambda mu, b: 1 + math.log(2) + math.log(b),
        "logistic": lambda mu, s: 2 + math.log(s),
        "cauchy": lambda x0, gamma: math.log(4 * math.pi) + math.log(gamma),
        "student_t": _student,
        "exponential": lambda rate: 1 - math.log(rate),
        "gamma": _gamma,
        "weibull": lambda shape, scale: _EULER * (1 - 1 / shape) + math.log(scale) - math.log(shape) + 1,
        "beta": _beta,
        "pareto": lambda xm, alpha: math.log(xm) - math.log(alpha) + 1 + 1 / alpha,
        "uniform": lambda low, high: math.log(high - low),
        "bernoulli": _bernoulli,
        "geometric": lambda p: _bernoulli(p) / p,
    }
)
"""Key of the family → entropy of its parameters in nats, read-only. Cover & Thomas (2006), table 17.1."""


def entropy(p: Distribution | ArrayLike) -> float:
    """Entropy −E log p(X) in nats; the differential entropy for a continuous law, which may be negative.

    Parameters
    ----------
    p : Distribution, or array of probabilities (n,)

    Returns
    -------
    float
        By closed form where there is one, else by quadrature or summation to about 1e-11.

    Raises
    ------
    MleError, DomainError, TypeError
        For arrays that are not probabilities.
    """
    if not isinstance(p, Distribution):
        return entropy_of_array(check_probabilities(p, "p"))
    form = ENTROPIES.get(p.family.key)
    with np.errstate(all="ignore"):
        if form is not None:
            return float(form(*p.theta))
        if p.discrete:
            logs = p.log_prob(lattice(p, p)[0])
            return abs(math.fsum(np.where(np.isneginf(logs), 0.0, -np.exp(logs) * logs)))

        def values(x: Array) -> Array:
            logs = p.log_prob(x)
            mass = np.exp(logs)
            return np.stack([np.where(mass == 0, 0.0, -mass * logs), mass])

        return float(integrate(values, pair_panels(p, p)).values[0])


def cross_entropy(p: Distribution | ArrayLike, q: Distribution | ArrayLike) -> float:
    """Cross-entropy −E_p log q(X) = H(p) + D(p‖q) in nats.

    Parameters
    ----------
    p, q : Distribution, or arrays of probabilities (n,)

    Returns
    -------
    float
        ∞ where p has mass outside the support of q.

    Raises
    ------
    MleError
        As `divergence`; also for a discrete and a continuous law, where log q is not of p's kind.
    """
    if isinstance(p, Distribution) and isinstance(q, Distribution) and p.discrete != q.discrete:
        raise MleError(
            f"{p.family.key} and {q.family.key} are of different kinds, discrete and continuous, so that their logs do "
            "not compare; choose two of one kind."
        )
    return entropy(p) + divergence("kl", p, q, "auto").value
