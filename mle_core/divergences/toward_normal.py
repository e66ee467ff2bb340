"""Cross-entropy of any law with a normal, from the law's moments: −log q is a quadratic, so four moments say all.

H(p, q) = log σ + ½ log 2π + (v + (m − μ)²)/(2σ²) for p of mean m and variance v, whatever else p is. Its gradient is
the expectation −E_p ∂log q/∂θ, and −log q(X) has a variance that needs p's third and fourth moment: it gives the
standard error of the loss NLL/m of a sample. Cover & Thomas (2006), §8.6; White (1982) for what a wrong model tends to.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ..distribution import Distribution
from ..domain import Array, DomainError, MleError

__all__ = ["Moments", "TowardNormal", "central_moments", "toward_normal"]

_HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)


class Moments(NamedTuple):
    """Mean, variance, third and fourth central moment of a law; ∞ where one does not exist."""

    mean: float
    variance: float
    third: float
    fourth: float


class TowardNormal(NamedTuple):
    """What H(p, q) of a normal q is made of, each of the broadcast shape, in nats (per unit of the parameter).

    `value` is H(p, q), `slope_mu` and `slope_sigma` its gradient (that of D(p‖q) as well, as H(p) has none), and
    `deviation` the standard deviation of −log q(X), X ~ p.
    """

    value: Array
    slope_mu: Array
    slope_sigma: Array
    deviation: Array


def _normal(mu: float, sigma: float) -> Moments:
    return Moments(mu, sigma**2, 0.0, 3 * sigma**4)


def _mixture(parts: tuple[tuple[float, float, float], ...]) -> Moments:
    """Components (weight, mean, standard deviation)."""
    mean = math.fsum(w * m for w, m, _ in parts)
    apart = [(w, m - mean, s * s) for w, m, s in parts]
    return Moments(
        mean,
        math.fsum(w * (v + d * d) for w, d, v in apart),
        math.fsum(w * (d**3 + 3 * d * v) for w, d, v in apart),
        math.fsum(w * (d**4 + 6 * d * d * v + 3 * v * v) for w, d, v in apart),
    )


def _student(mu: float, sigma: float, nu: float) -> Moments:
    if math.isinf(nu):
        return _normal(mu, sigma)
    if nu <= 1:
        return Moments(math.nan, math.inf, math.nan, math.inf)
    if nu <= 2:
        return Moments(mu, math.inf, math.nan, math.inf)
    variance = sigma**2 * nu / (nu - 2)
    fourth = 3 * variance**2 * (nu - 2) / (nu - 4) if nu > 4 else math.inf
    return Moments(mu, variance, 0.0 if nu > 3 else math.nan, fourth)


_MOMENTS: Mapping[str, Callable[..., Moments]] = MappingProxyType(
    {
        "normal": _normal,
        "student_t": _student,
        "normal_mixture": lambda w, a, s, b, t: _mixture(((w, a, s), (1 - w, b, t))),
        "normal_mixture_common": lambda w, a, b, s: _mixture(((w, a, s), (1 - w, b, s))),
    }
)


def central_moments(p: Distribution) -> Moments:
    """Mean, variance, third and fourth central moment, by closed forms.

    Parameters
    ----------
    p : Distribution
        A normal, a Student-t, or a mixture of two normals.

    Returns
    -------
    Moments
        In powers of the unit of x; ∞ (or NaN for an odd one) where a moment does not exist.

    Raises
    ------
    MleError
        For another family.
    """
    if p.family.key not in _MOMENTS:
        raise MleError(f"moments of {p.family.key} are not kept here; choose one of {', '.join(_MOMENTS)}.")
    return _MOMENTS[p.family.key](*p.theta)


def toward_normal(moments: ArrayLike, mu: ArrayLike, sigma: ArrayLike) -> TowardNormal:
    """Cross-entropy H(p, q) with the normals q of `mu` and `sigma`, its gradient, and the spread of −log q(X).

    Parameters
    ----------
    moments : array_like of shape (..., 4)
        `central_moments` of p, one law or several.
    mu, sigma : array_like
        Parameters of q, which broadcast with the laws; sigma positive.

    Returns
    -------
    TowardNormal

    Raises
    ------
    DomainError
        For a sigma that is not positive.

    Notes
    -----
    The standard error of the mean loss of m observations is `deviation` / √m.
    """
    mean, variance, third, fourth = np.moveaxis(np.asarray(moments, dtype=np.float64), -1, 0)
    m, s = np.asarray(mu, dtype=np.float64), np.asarray(sigma, dtype=np.float64)
    if not np.all(s > 0):
        raise DomainError(
            f"sigma = {s[~(s > 0)].flat[0]:g} is outside (0, ∞), where a standard deviation lies; choose one inside."
        )
    off = mean - m
    square = variance + off * off
    value = np.log(s) + _HALF_LOG_2PI + square / (2 * s * s)
    spread = fourth - variance * variance + 4 * off * third + 4 * off * off * variance
    return TowardNormal(
        np.asarray(value),
        np.asarray(-off / (s * s)),
        np.asarray((1 - square / (s * s)) / s),
        np.asarray(np.sqrt(np.maximum(spread, 0.0)) / (2 * s * s)),
    )
