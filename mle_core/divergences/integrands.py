"""What each divergence integrates, point by point, from log p, log q and t = log q − log p.

Every integrand is non-negative, zero where p = q, and of second order in t: p log(p/q) is written as p (e^t − 1 − t),
which has the same integral. So nothing cancels for two laws that nearly agree, and no tail can hide another.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from ..domain import Array

__all__ = ["INTEGRANDS", "dominant_log", "finish", "kl_point", "log_affinity_point"]

# (log of the larger density, |t|, t, α) → integrand. a is the larger one of p and q.
Integrand = Callable[[Array, Array, Array, Array, float], Array]


def _second_order(x: Array) -> Array:
    """e^x − 1 − x."""
    small = np.where(np.abs(x) < 0.1, x, 0.0)
    series = np.ones_like(small)
    for k in range(10, 2, -1):
        series = 1 + small / k * series
    return np.where(np.abs(x) < 0.1, 0.5 * small * small * series, np.expm1(x) - x)


def kl_point(lp: Array, lq: Array, t: Array, a: Array, _: float = math.nan) -> Array:
    """q − p − p t."""
    above = np.maximum(t, 0.0)
    # For t > 0 as q (1 − e^(−t) − t e^(−t)), which cannot overflow; the small ones by the series of both.
    far = np.exp(lq) * (-np.expm1(-above) - above * np.exp(-above))
    near = np.exp(lp) * _second_order(np.minimum(t, 1.0))
    return np.where(t > 1, np.where(np.isinf(t), np.exp(lq), far), near)


def _reverse(lp: Array, lq: Array, t: Array, a: Array, alpha: float) -> Array:
    return kl_point(lq, lp, -t, a, alpha)


def _jeffreys(lp: Array, lq: Array, t: Array, a: Array, _: float) -> Array:
    s = np.abs(t)
    return -np.exp(a) * np.expm1(-s) * s


def _js(lp: Array, lq: Array, t: Array, a: Array, _: float) -> Array:
    """½ m [(1 + d) log(1 + d) + (1 − d) log(1 − d)], d = |p − q|/(p + q) = tanh(|t|/2)."""
    s = np.abs(t)
    e = np.exp(-s)
    d = np.tanh(0.5 * s)
    middle = 0.5 * np.exp(a) * (1 + e)
    square = np.where(d < 0.3, d * d, 0.0)
    series = np.zeros_like(square)
    for k in range(16, 0, -1):
        series = square * (series + 1 / (k * (2 * k - 1)))
    rest = 2 * e / (1 + e)  # 1 − d
    small = np.where(rest > 0, rest * (math.log(2) - np.where(rest > 0, s, 0.0) - np.log1p(e)), 0.0)
    return np.asarray(0.5 * middle * np.where(d < 0.3, series, (1 + d) * np.log1p(d) + small))


def _hellinger(lp: Array, lq: Array, t: Array, a: Array, _: float) -> Array:
    return np.asarray(0.5 * np.exp(a) * np.expm1(-0.5 * np.abs(t)) ** 2)


def _tv(lp: Array, lq: Array, t: Array, a: Array, _: float) -> Array:
    return np.asarray(-0.5 * np.exp(a) * np.expm1(-np.abs(t)))


def _chi2(lp: Array, lq: Array, t: Array, a: Array, _: float) -> Array:
    """q (p/q − 1)²."""
    above = np.where(t >= 0, np.exp(lq) * np.expm1(-np.maximum(t, 0.0)) ** 2, 0.0)
    low = np.minimum(t, 0.0)
    return np.where(t >= 0, above, np.exp(lp - low) * np.expm1(low) ** 2)


def _renyi(lp: Array, lq: Array, t: Array, a: Array, alpha: float) -> Array:
    """|p^α q^(1−α) − α p − (1 − α) q|, for α ≥ ½ and α ≠ 1."""
    beta = 1 - alpha
    small = np.clip(t, -1.0, 1.0)
    near = np.exp(lp) * np.abs(_second_order(beta * small) - beta * _second_order(small))
    powers = np.exp(lp + np.where(np.isneginf(lp), 0.0, beta * t))
    far = np.abs(powers - alpha * np.exp(lp) - beta * np.exp(lq))
    return np.where(np.abs(t) < 1, near, far)


INTEGRANDS: Mapping[str, Integrand] = MappingProxyType(
    {
        "kl": kl_point,
        "reverse_kl": _reverse,
        "jeffreys": _jeffreys,
        "js": _js,
        "renyi": _renyi,
        "hellinger": _hellinger,
        "total_variation": _tv,
        "chi2": _chi2,
    }
)
"""Kind → ``f(log p, log q, t, max(log p, log q), α)``."""


def log_affinity_point(lp: Array, lq: Array, alpha: float) -> Array:
    """log(p^α q^(1−α)), −∞ where p = 0, and where q = 0 for α < 1."""
    logs = np.asarray(alpha * lp + (1 - alpha) * lq)
    dead = np.isneginf(lp) | (np.isneginf(lq) & (alpha < 1))
    return np.where(dead, -np.inf, logs)


def dominant_log(kind: str, lp: Array, lq: Array, alpha: float) -> Array | None:
    """The log of what could make the integral diverge, None for a divergence that is bounded."""
    t = lq - lp
    if kind == "kl":
        return np.where(t < -1, lp + np.log(np.maximum(-t, 1.0)), -np.inf)
    if kind == "reverse_kl":
        return np.where(t > 1, lq + np.log(np.maximum(t, 1.0)), -np.inf)
    if kind == "jeffreys":
        return np.where(np.abs(t) > 1, np.maximum(lp, lq) + np.log(np.maximum(np.abs(t), 1.0)), -np.inf)
    if kind == "chi2":
        return log_affinity_point(lp, lq, 2.0)
    if kind == "renyi" and alpha > 1:
        return log_affinity_point(lp, lq, alpha)
    return None


def finish(kind: str, total: float, error: float, alpha: float) -> tuple[float, float]:
    """The divergence and its error, from the integral and its error."""
    if kind == "hellinger":
        value = math.sqrt(min(max(total, 0.0), 1.0))
        return value, min(error / (2 * value), math.sqrt(error)) if value > 0 else math.sqrt(error)
    if kind == "renyi":
        inner = total if alpha > 1 else -min(total, 1.0)
        if inner <= -1:
            return math.inf, math.inf
        return math.log1p(inner) / (alpha - 1), error / (1 + inner) / abs(alpha - 1)
    return total, error
