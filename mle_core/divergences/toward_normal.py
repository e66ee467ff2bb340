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

__all__ = [
    "Moments",
    "TowardNormal",
    "central_moments",
    "empirical_moments",
    "mixture_entropies",
    "nearest_normal",
    "toward_normal",
]

_HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)
# The trapezoid rule in the variable of a component: its error is far below rounding, as the integrand is analytic and dies
# like a normal density.
_Z = np.linspace(-10.0, 10.0, 401)
_WEIGHTS = np.exp(-0.5 * _Z * _Z - _HALF_LOG_2PI) * (_Z[1] - _Z[0])


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


def empirical_moments(x: ArrayLike) -> Array:
    """Moments of the empirical laws of samples: with them H(p, q) is the mean loss NLL/m of the sample under q.

    Parameters
    ----------
    x : array_like of shape (..., m)
        Samples along the last axis.

    Returns
    -------
    ndarray of shape (..., 4)
        As `Moments`, with denominators m.

    Raises
    ------
    MleError
        For empty samples.
    """
    values = np.asarray(x, dtype=np.float64)
    if values.ndim == 0 or values.shape[-1] == 0:
        raise MleError("an empty sample has no moments; give at least one observation.")
    mean = values.mean(axis=-1)
    off = values - mean[..., None]
    square = off * off
    return np.stack(
        [mean, square.mean(axis=-1), (square * off).mean(axis=-1), (square * square).mean(axis=-1)], axis=-1
    )


def nearest_normal(moments: ArrayLike, *, mu: ArrayLike | None = None, sigma: ArrayLike | None = None) -> Array:
    """The normal with the smallest H(p, q), hence D(p‖q): of a sample's moments, its maximum-likelihood fit.

    Parameters
    ----------
    moments : array_like of shape (..., 4)
    mu, sigma : array_like, optional
        A parameter that is held; they broadcast with the laws.

    Returns
    -------
    ndarray of shape (..., 2)
        (mu, sigma). Mean and standard deviation of p; with mu held σ² is the mean square around it.

    Raises
    ------
    MleError
        If both are held.
    """
    if mu is not None and sigma is not None:
        raise MleError("with mu and sigma held nothing is left to choose; hold one of them.")
    mean, variance, _, _ = np.moveaxis(np.asarray(moments, dtype=np.float64), -1, 0)
    at = mean if mu is None else np.asarray(mu, dtype=np.float64)
    off = mean - at
    width = np.sqrt(variance + off * off) if sigma is None else np.asarray(sigma, dtype=np.float64)
    return np.stack(np.broadcast_arrays(at, width), axis=-1)


def mixture_entropies(weight: ArrayLike, apart: ArrayLike, sigma: ArrayLike) -> Array:
    """Differential entropies of mixtures of two normals of one width, many at once.

    Parameters
    ----------
    weight : array_like
        Of one of the two, in [0, 1].
    apart : array_like
        Distance of the means.
    sigma : array_like
        Standard deviation of each part, positive. All broadcast.

    Returns
    -------
    ndarray of the broadcast shape
        Nats, to about 1e-12.

    Raises
    ------
    DomainError
        For a weight outside [0, 1] or a sigma that is not positive.

    Notes
    -----
    −w E₁ log p − (1 − w) E₂ log p, each expectation by the trapezoid rule in z = (x − μᵢ)/σ.
    """
    w, d, s = np.broadcast_arrays(*(np.asarray(v, dtype=np.float64)[..., None] for v in (weight, apart, sigma)))
    if np.any((w < 0) | (w > 1)):
        raise DomainError(f"weight = {w[(w < 0) | (w > 1)].flat[0]:g} is outside [0, 1]; choose one inside.")
    if not np.all(s > 0):
        raise DomainError(f"sigma = {s[~(s > 0)].flat[0]:g} is outside (0, ∞); choose one inside.")
    step = np.abs(d) / s
    total = np.zeros(w.shape[:-1])
    with np.errstate(divide="ignore"):
        for own, other in ((w, 1 - w), (1 - w, w)):
            away = -0.5 * _Z * _Z + np.minimum(-step * _Z - 0.5 * step * step, 700.0)
            logs = np.logaddexp(np.log(own) - 0.5 * _Z * _Z, np.log(other) + away)
            # A part without weight is not asked for.
            total -= np.where(
                own[..., 0] > 0, own[..., 0] * np.sum(_WEIGHTS * np.where(own > 0, logs, 0.0), axis=-1), 0.0
            )
    return np.asarray(total + np.log(s[..., 0]) + _HALF_LOG_2PI)
