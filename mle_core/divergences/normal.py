"""Divergences between two normals in closed form, to full relative precision whether they are near or far apart.

Everything is written in differences that are zero where the two agree: u = 2 log(σ_p/σ_q) and δ = (μ_p − μ_q)/σ_q.
Sources: Kullback (1959) for KL; Gil, Alajaji & Linder (2013), Rényi divergence measures for commonly used univariate
continuous distributions, for Rényi; Givens & Shortt (1984) for Wasserstein.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ..domain import Array, DomainError
from ..numerics.special import excess_of_difference

__all__ = ["chi2", "exp_excess", "hellinger", "kl", "kl_normal", "renyi", "total_variation", "wasserstein"]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(20)
_NODES, _WEIGHTS = 0.5 * (_NODES + 1), 0.5 * _WEIGHTS
_BIG = 1e100  # squares of larger numbers are looked at with care

Theta = tuple[float, ...]


def exp_excess(u: float) -> float:
    """e^u − 1 − u ≥ 0, by its series for |u| < 0.1."""
    if abs(u) >= 0.1:
        return math.expm1(u) - u if u < 709 else math.inf
    series = 1.0
    for k in (10, 9, 8, 7, 6, 5, 4, 3):
        series = 1.0 + u / k * series
    return 0.5 * u * u * series


def log_ratio(a: float, b: float) -> float:
    """log(a/b) for positive a, b, to full relative precision near a = b."""
    if 0.5 < a / b < 2:
        return math.log1p((a - b) / b)
    return math.log(a) - math.log(b)


def _variance_ratio(sigma_p: float, sigma_q: float) -> tuple[float, float]:
    """u = 2 log(σ_p/σ_q) and v = σ_p²/σ_q² − 1; far from 1 not by e^u, which would multiply the rounding of u by u."""
    u, ratio = 2 * log_ratio(sigma_p, sigma_q), sigma_p / sigma_q
    return u, math.expm1(u) if 0.5 < ratio < 2 else ratio * ratio - 1


def kl(p: Theta, q: Theta, _: float = math.nan) -> float:
    """½ (e^u − 1 − u + δ²)."""
    (mu_p, sigma_p), (mu_q, sigma_q) = p, q
    delta = (mu_p - mu_q) / sigma_q
    u, v = _variance_ratio(sigma_p, sigma_q)
    spread = exp_excess(u) if abs(u) < 0.1 else v - u
    return 0.5 * (spread + delta * delta)


def kl_normal(mu_p: ArrayLike, sigma_p: ArrayLike, mu_q: ArrayLike, sigma_q: ArrayLike) -> Array:
    """KL divergence D(p‖q) of normals, arguments broadcast.

    Parameters
    ----------
    mu_p, sigma_p, mu_q, sigma_q : array_like
        Means and standard deviations; standard deviations positive and finite.

    Returns
    -------
    ndarray of the broadcast shape
        Nats, ≥ 0, exact to a few units of the last place; ∞ on overflow alone.

    Raises
    ------
    DomainError
        For a standard deviation that is not positive and finite, or a mean that is not finite.

    Notes
    -----
    ½ (e^u − 1 − u + δ²), u = 2 log(σ_p/σ_q), δ = (μ_p − μ_q)/σ_q; Kullback (1959), *Information Theory and
    Statistics*, chapter 9.
    """
    mp, sp, mq, sq = (np.asarray(value, dtype=np.float64) for value in (mu_p, sigma_p, mu_q, sigma_q))
    for name, values, inside in (
        ("mu_p", mp, np.isfinite(mp)),
        ("sigma_p", sp, (sp > 0) & np.isfinite(sp)),
        ("mu_q", mq, np.isfinite(mq)),
        ("sigma_q", sq, (sq > 0) & np.isfinite(sq)),
    ):
        if not inside.all():
            domain = "(0, ∞), where a standard deviation" if name.startswith("sigma") else "(−∞, ∞), where a mean"
            raise DomainError(f"{name} = {values[~inside].flat[0]:g} is outside {domain} lies; choose a value inside.")
    with np.errstate(all="ignore"):
        ratio = np.asarray(sp / sq)
        u = np.asarray(2 * (np.log(sp) - np.log(sq)))  # of the few parameters, before they are broadcast
        near = (ratio > 0.5) & (ratio < 2)
        if near.any():  # a difference of logs or a square would keep no digit of what is small
            u[near] = 2 * np.log1p(np.broadcast_to((sp - sq) / sq, ratio.shape)[near])
        delta = (mp - mq) / sq
        spread = np.asarray(ratio * ratio - 1 - u)
        spread[near] = np.expm1(u[near]) - u[near]
        small = np.abs(u) < 0.1
        if small.any():
            some = u[small]
            series = np.ones_like(some)
            for k in range(10, 2, -1):
                series = 1 + some / k * series
            spread[small] = 0.5 * some * some * series
        result: Array = np.asarray(0.5 * (spread + delta * delta))
    return result


def renyi(p: Theta, q: Theta, alpha: float) -> float:
    """½ (L/β − u) + ½ α Δ²/σ*², where β = 1 − α, L = log(α + β e^u) and σ*² = α σ_q² + β σ_p²."""
    if alpha == 1:
        return kl(p, q)
    if alpha < 0.5:  # D_α(p‖q) = α/(1−α) D_{1−α}(q‖p): no cancellation as α → 0
        return alpha / (1 - alpha) * renyi(q, p, 1 - alpha)
    (mu_p, sigma_p), (mu_q, sigma_q) = p, q
    beta = 1 - alpha
    u, v = _variance_ratio(sigma_p, sigma_q)
    share = beta * v  # σ*²/σ_q² − 1
    if share <= -1:
        return math.inf
    if abs(u) < 1 and abs(share) < 0.5:
        spread = exp_excess(u) - float(excess_of_difference(np.asarray(share))) / beta
    elif u < 30:
        spread = math.log1p(share) / beta - u
    else:
        spread = (u + math.log(beta + alpha * math.exp(-u))) / beta - u
    between = (
        math.hypot(math.sqrt(alpha) * sigma_q, math.sqrt(beta) * sigma_p)
        if beta > 0
        else sigma_q * math.sqrt(1 + share)
    )
    delta = (mu_p - mu_q) / between
    return max(0.5 * spread, 0.0) + 0.5 * alpha * delta * delta


def hellinger(p: Theta, q: Theta, _: float = math.nan) -> float:
    """√(1 − BC), log BC = −½ D_½."""
    return math.sqrt(-math.expm1(-0.5 * renyi(p, q, 0.5)))


def chi2(p: Theta, q: Theta, _: float = math.nan) -> float:
    """e^{D₂} − 1; ∞ where 2σ_q² ≤ σ_p²."""
    log = renyi(p, q, 2.0)
    return math.expm1(log) if log < 709 else math.inf


def between_normal_tails(y: float, d: float) -> float:
    """The standard normal mass between y and y + d, to full relative precision."""
    if abs(d) < 0.5:
        return abs(d) * float(np.dot(_WEIGHTS, np.exp(-0.5 * (y + d * _NODES) ** 2))) / math.sqrt(2 * math.pi)
    low, high = min(y, y + d), max(y, y + d)
    if low > 0:
        low, high = -high, -low
    return float(special.ndtr(high) - special.ndtr(low))


def total_variation(p: Theta, q: Theta, _: float = math.nan) -> float:
    """P(inside) − Q(inside) between the points where the two densities cross, p the narrower one.

    With y = (x − μ_q)/σ_q and d = (x − μ_p)/σ_p − y, the crossing points solve d (2y + d) = 2 log(σ_q/σ_p). Both
    quadratics, in y and in d, have the same root S, so that neither is found as a difference.
    """
    if p[1] > q[1]:
        p, q = q, p
    (mu_p, sigma_p), (mu_q, sigma_q) = p, q
    delta, wider = (mu_p - mu_q) / sigma_p, (sigma_q - sigma_p) / sigma_p
    if wider == 0 or math.isinf(delta):
        return math.erf(abs(delta) / math.sqrt(8))
    if delta < 0:  # mirror images have the same total variation
        delta = -delta
    if math.isinf(wider):
        return 1.0
    logs = log_ratio(sigma_q, sigma_p)
    root = math.hypot(delta, math.sqrt(2 * logs) * math.sqrt(wider) * math.sqrt(2 + wider))
    larger = delta * (1 + wider) + root
    upper, lower = larger / wider / (2 + wider), (delta * delta - 2 * logs) / larger
    d_upper, d_lower = 2 * logs * wider / (delta + root), -(delta + root) / (2 + wider)
    return min(between_normal_tails(upper, d_upper) + between_normal_tails(lower, d_lower), 1.0)


def wasserstein(p: Theta, q: Theta, order: float) -> float | None:
    """√(Δμ² + Δσ²) for order 2, E|Δμ + Δσ Z| for order 1, |Δμ| for any order where σ is the same."""
    shift, spread = abs(p[0] - q[0]), abs(p[1] - q[1])
    if order == 2:
        return math.hypot(shift, spread)
    if spread == 0:
        return shift
    if order != 1:
        return None
    m = shift / spread
    return spread * math.sqrt(2 / math.pi) * math.exp(-0.5 * m * m) + shift * math.erf(m / math.sqrt(2))
