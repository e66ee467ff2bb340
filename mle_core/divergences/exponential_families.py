"""Divergences inside one exponential family, as remainders of the convex log-partition function A.

KL(p‖q) = A(q) − A(p) − A′(p)(q − p) and log ∫ p^α q^(1−α) = A(αp + (1−α)q) − α A(p) − (1−α) A(q). Near p = q both are
written as integrals of the second derivative along the segment, which lose nothing to cancellation. Nielsen & Nock
(2011), On Rényi and Tsallis entropies and divergences for exponential families.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special

from ..domain import Array

__all__ = ["BETA", "GAMMA", "Partition", "log_gamma_remainder"]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(24)
_NODES, _WEIGHTS = 0.5 * (_NODES + 1), 0.5 * _WEIGHTS

Theta = tuple[float, ...]


@dataclass(frozen=True)
class Partition:
    """The log-partition function of a family of two positive parameters that are natural up to constants.

    Parameters
    ----------
    value : callable
        ``value(a, b)``, A.
    gradient : callable
        ``gradient(a, b)``, its two derivatives.
    curvature : callable
        ``curvature(a, b, da, db)``, the second derivative along (da, db); written without cancellation.
    """

    value: Callable[[float, float], float]
    gradient: Callable[[float, float], tuple[float, float]]
    curvature: Callable[[Array, Array, float, float], Array]

    def kl(self, p: Theta, q: Theta, _: float = math.nan) -> float:
        """D(p‖q) in nats."""
        da, db = q[0] - p[0], q[1] - p[1]
        if _near(p, q, 1.0):
            return float(
                np.dot(_WEIGHTS * (1 - _NODES), self.curvature(p[0] + _NODES * da, p[1] + _NODES * db, da, db))
            )
        slope = self.gradient(*p)
        return max(self.value(*q) - self.value(*p) - slope[0] * da - slope[1] * db, 0.0)

    def log_affinity(self, p: Theta, q: Theta, alpha: float) -> float:
        """log ∫ p^α q^(1−α), ∞ where the integral diverges."""
        beta = 1 - alpha
        mixed = alpha * p[0] + beta * q[0], alpha * p[1] + beta * q[1]
        if min(mixed) <= 0:
            return math.inf
        if not _near(p, q, max(alpha, 1.0)):
            return self.value(*mixed) - alpha * self.value(*p) - beta * self.value(*q)
        # Taylor's remainders of A at q, at α and at 1: A(s) − A(0) − s A′(0) = ∫₀ˢ (s − r) A″(r) dr.
        da, db = p[0] - q[0], p[1] - q[1]

        def curvature(s: Array) -> Array:
            return self.curvature(q[0] + s * da, q[1] + s * db, da, db)

        if 0 < alpha < 1:  # Green's function of the segment
            first = np.dot(_WEIGHTS * _NODES, curvature(alpha * _NODES)) * alpha * alpha * beta
            second = np.dot(_WEIGHTS * _NODES, curvature(1 - beta * _NODES)) * beta * beta * alpha
            return -float(first + second)
        to_one = np.dot(_WEIGHTS * _NODES, curvature(_NODES)) * (alpha - 1)
        step = alpha - 1
        beyond = step * step * np.dot(_WEIGHTS * (1 - _NODES), curvature(1 + step * _NODES))
        return float(to_one + beyond)

    def renyi(self, p: Theta, q: Theta, alpha: float) -> float:
        """D_α(p‖q) in nats."""
        if alpha == 1:
            return self.kl(p, q)
        if alpha < 0.5:
            return alpha / (1 - alpha) * self.renyi(q, p, 1 - alpha)
        if abs(alpha - 1) < 1e-6 and not _near(p, q, 2.0):
            return self.kl(p, q)  # the difference is of the order |α − 1|, less than the rounding of the quotient
        return max(self.log_affinity(p, q, alpha) / (alpha - 1), 0.0)

    def hellinger(self, p: Theta, q: Theta, _: float = math.nan) -> float:
        """√(1 − ∫ √(pq))."""
        return math.sqrt(max(-math.expm1(self.log_affinity(p, q, 0.5)), 0.0))

    def chi2(self, p: Theta, q: Theta, _: float = math.nan) -> float:
        """∫ p²/q − 1."""
        log = self.log_affinity(p, q, 2.0)
        return max(math.expm1(log), 0.0) if log < 709 else math.inf


def _near(p: Theta, q: Theta, reach: float) -> bool:
    """Tell whether the segment from q, `reach` times as long as that to p, stays well inside the domain."""
    return all(reach * abs(a - b) < 0.5 * min(a, b) for a, b in zip(p, q, strict=True))


def log_gamma_remainder(a: float, d: float) -> float:
    """log Γ(a + d) − log Γ(a) − ψ(a) d ≥ 0."""
    if abs(d) < 0.5 * a:
        return d * d * float(np.dot(_WEIGHTS * (1 - _NODES), special.zeta(2, a + d * _NODES)))  # ζ(2, ·) = ψ′
    return max(float(special.gammaln(a + d) - special.gammaln(a) - special.psi(a) * d), 0.0)


def _gamma_gradient(shape: float, rate: float) -> tuple[float, float]:
    return float(special.psi(shape)) - math.log(rate), -shape / rate


def _gamma_curvature(shape: Array, rate: Array, da: float, db: float) -> Array:
    # With the square completed: ψ′(a) − 1/a > 0, by its series where the two are near.
    large = np.maximum(shape, 50.0)
    r = 1 / (large * large)
    series = r * (0.5 + (1 / 6 - r * (1 / 30 - r * (1 / 42 - r / 30))) / large)
    surplus = np.where(shape > 50, series, special.zeta(2, shape) - 1 / shape)
    return np.asarray(surplus * da * da + shape * (da / shape - db / rate) ** 2)


def _beta_gradient(a: float, b: float) -> tuple[float, float]:
    both = special.psi(a + b)
    return float(special.psi(a) - both), float(special.psi(b) - both)


def _beta_curvature(a: Array, b: Array, da: float, db: float) -> Array:
    both = special.zeta(2, a + b) * (da + db) ** 2
    return np.asarray(special.zeta(2, a) * da * da + special.zeta(2, b) * db * db - both)


GAMMA = Partition(
    lambda shape, rate: float(special.gammaln(shape)) - shape * math.log(rate), _gamma_gradient, _gamma_curvature
)
BETA = Partition(lambda a, b: float(special.betaln(a, b)), _beta_gradient, _beta_curvature)
