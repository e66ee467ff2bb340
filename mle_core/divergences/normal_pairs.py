"""Divergences of many pairs of normals at once, and the two areas under the integrand of KL.

`divergence` takes one pair and says how exact it is; these take arrays, for pictures in which a parameter moves.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ..domain import Array, DomainError, MleError
from .normal import kl_normal

__all__ = ["IntegrandAreas", "divergence_normals", "kl_areas_normal", "kl_integrand_normal", "log_ratio_curve"]

_SQRT_2PI = math.sqrt(2 * math.pi)
_STEPS = np.array([0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0, 8.5])
_EDGES = np.concatenate([-_STEPS[:0:-1], _STEPS])
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(8)
_KINDS = ("kl", "reverse_kl", "jeffreys", "js", "renyi", "hellinger", "total_variation", "wasserstein")
_SHARES = np.array([0.0, 0.004, 0.012, 0.035, 0.1, 0.2, 0.35, 0.6, 1.0])  # of the way from a window's edge to a vertex
_LOW = np.finfo(float).tiny


class IntegrandAreas(NamedTuple):
    """Areas in nats: `positive` where p log(p/q) is positive, `negative` (as a positive number) where it is negative."""

    positive: Array
    negative: Array


def divergence_normals(
    kind: str, mu_p: ArrayLike, sigma_p: ArrayLike, mu_q: ArrayLike, sigma_q: ArrayLike, alpha: ArrayLike | None = None
) -> Array:
    """A divergence of every pair of normals, arguments broadcast.

    Parameters
    ----------
    kind : str
        kl, reverse_kl, jeffreys, js, renyi, hellinger, total_variation or wasserstein (of order 2).
    mu_p, sigma_p, mu_q, sigma_q : array_like
        Means and standard deviations.
    alpha : array_like
        Order of Rényi's divergence, in (0, 1]; needed for it.

    Returns
    -------
    ndarray of the broadcast shape
        In the unit of its kind (`DIVERGENCES`): nats, a pure number, or units of x; to about 1e-12 of 1.

    Raises
    ------
    MleError
        For another kind, and where alpha is missing.
    DomainError
        For a parameter or an alpha outside its domain.
    """
    if kind not in _KINDS:
        raise MleError(f"there is no array form of {kind!r}; choose one of {', '.join(_KINDS)}.")
    forward = kl_normal(mu_p, sigma_p, mu_q, sigma_q)  # checks the parameters too
    mp, sp, mq, sq = np.broadcast_arrays(*(np.asarray(v, dtype=np.float64) for v in (mu_p, sigma_p, mu_q, sigma_q)))
    if kind == "kl":
        return forward
    if kind == "reverse_kl":
        return kl_normal(mq, sq, mp, sp)
    if kind == "jeffreys":
        return forward + kl_normal(mq, sq, mp, sp)
    if kind == "wasserstein":
        return np.asarray(np.hypot(mp - mq, sp - sq))
    if kind == "hellinger":
        return np.asarray(np.sqrt(-np.expm1(-0.5 * _renyi(mp, sp, mq, sq, np.asarray(0.5)))))
    if kind == "renyi":
        if alpha is None:
            raise MleError("renyi needs alpha, a number in (0, 1]; pass alpha=0.5 for the Bhattacharyya case.")
        order = np.asarray(alpha, dtype=np.float64)
        if not ((order > 0) & (order <= 1)).all():
            raise DomainError(
                f"alpha = {order[~((order > 0) & (order <= 1))].flat[0]:g} is outside (0, 1]; choose one inside."
            )
        whole = order == 1
        below = _renyi(mp, sp, mq, sq, np.where(whole, 0.5, order))
        return np.where(whole, forward, below)
    return _jensen_shannon(mp, sp, mq, sq) if kind == "js" else _total_variation(mp, sp, mq, sq)


def _renyi(mp: Array, sp: Array, mq: Array, sq: Array, alpha: Array) -> Array:
    """½ α (μ_p − μ_q)²/σ*² + log(σ*/(σ_p^β σ_q^α))/β, σ*² = α σ_q² + β σ_p², β = 1 − α; Gil et al. (2013)."""
    beta = 1 - alpha
    ratio = np.asarray(sp / sq)
    between = alpha + beta * ratio * ratio  # σ*²/σ_q²
    delta = (mp - mq) / sq
    spread = np.log1p(beta * (ratio - 1) * (ratio + 1)) / (2 * beta) - np.log(ratio)
    return np.asarray(np.maximum(spread, 0.0) + 0.5 * alpha * delta * delta / between)


def _jensen_shannon(mp: Array, sp: Array, mq: Array, sq: Array) -> Array:
    """By Gauss–Legendre on panels of half a standard deviation of either law."""
    shape = mp.shape
    mp, sp, mq, sq = (v.reshape(-1, 1) for v in (mp, sp, mq, sq))
    edges = np.sort(np.concatenate([mp + sp * _EDGES, mq + sq * _EDGES], axis=1), axis=1)
    half = 0.5 * np.diff(edges, axis=1)[..., None]
    x = (edges[:, :-1, None] + half * (1 + _NODES)).reshape(len(edges), -1)
    weights = (half * _WEIGHTS).reshape(len(edges), -1)
    zp, zq = (x - mp) / sp, (x - mq) / sq
    with np.errstate(under="ignore"):
        p, q = np.exp(-0.5 * zp * zp) / (sp * _SQRT_2PI), np.exp(-0.5 * zq * zq) / (sq * _SQRT_2PI)
        both = np.maximum(0.5 * (p + q), _LOW)
        terms = 0.5 * (p * np.log(np.maximum(p, _LOW) / both) + q * np.log(np.maximum(q, _LOW) / both))
    total: Array = np.clip(np.einsum("ij,ij->i", weights, terms), 0.0, math.log(2)).reshape(shape)
    return total


def _total_variation(mp: Array, sp: Array, mq: Array, sq: Array) -> Array:
    """P(inside) − Q(inside) between the crossing points; see `normal.total_variation`."""
    swap = sp > sq  # p is the narrower one
    mp, mq, sp, sq = np.where(swap, mq, mp), np.where(swap, mp, mq), np.where(swap, sq, sp), np.where(swap, sp, sq)
    delta, wider = np.abs(mp - mq) / sp, (sq - sp) / sp
    equal = wider == 0
    w = np.where(equal, 1.0, wider)
    logs = np.log1p(w)
    root = np.sqrt(delta * delta + 2 * logs * w * (2 + w))
    larger = delta * (1 + w) + root
    upper, lower = larger / w / (2 + w), (delta * delta - 2 * logs) / larger
    d_upper, d_lower = 2 * logs * w / (delta + root), -(delta + root) / (2 + w)

    def between(y: Array, d: Array) -> Array:
        low, high = np.minimum(y, y + d), np.maximum(y, y + d)
        flip = low > 0  # in the lower tail, where small probabilities keep their digits
        return np.asarray(special.ndtr(np.where(flip, -low, high)) - special.ndtr(np.where(flip, -high, low)))

    apart = between(upper, d_upper) + between(lower, d_lower)
    return np.asarray(np.minimum(np.where(equal, special.erf(delta / math.sqrt(8)), apart), 1.0))


def kl_integrand_normal(
    x: ArrayLike, mu_p: ArrayLike, sigma_p: ArrayLike, mu_q: ArrayLike, sigma_q: ArrayLike
) -> Array:
    """p(x) log(p(x)/q(x)) for many pairs of normals, `kl_integrand` takes one pair of any laws.

    Parameters
    ----------
    x : array
    mu_p, sigma_p, mu_q, sigma_q : array
        Means and standard deviations of p and q; all arguments broadcast.

    Returns
    -------
    ndarray of the broadcast shape
        Nats per unit of x, signed.

    Raises
    ------
    DomainError
        For a parameter outside its domain.
    """
    kl_normal(mu_p, sigma_p, mu_q, sigma_q)  # checks the parameters
    at, mp, sp, mq, sq = (np.asarray(v, dtype=np.float64) for v in (x, mu_p, sigma_p, mu_q, sigma_q))
    zp, zq = (at - mp) / sp, (at - mq) / sq
    with np.errstate(under="ignore"):
        density = np.exp(-0.5 * zp * zp) / (sp * _SQRT_2PI)
        return np.asarray(density * (0.5 * (zq - zp) * (zq + zp) - np.log(sp / sq)))


def kl_areas_normal(mu_p: ArrayLike, sigma_p: ArrayLike, mu_q: ArrayLike, sigma_q: ArrayLike) -> IntegrandAreas:
    """Areas above and below zero of p log(p/q) for normals: their difference is D(p‖q).

    Parameters
    ----------
    mu_p, sigma_p, mu_q, sigma_q : array_like
        Broadcast.

    Returns
    -------
    IntegrandAreas
        `positive` and `negative`, both ≥ 0, in nats.

    Raises
    ------
    DomainError
        For a parameter outside its domain.

    Notes
    -----
    In z = (x − μ_p)/σ_p the log ratio is the parabola a z² + b z + c; between its roots the integral is one of truncated
    moments of the standard normal.
    """
    whole = kl_normal(mu_p, sigma_p, mu_q, sigma_q)
    mp, sp, mq, sq = np.broadcast_arrays(*(np.asarray(v, dtype=np.float64) for v in (mu_p, sigma_p, mu_q, sigma_q)))
    ratio, delta = sp / sq, (mp - mq) / sq
    a = 0.5 * (ratio - 1) * (ratio + 1)
    b, c = ratio * delta, 0.5 * delta * delta - np.log(ratio)
    with np.errstate(all="ignore"):
        # The roots without cancellation: t/a and c/t.
        root = np.sqrt(np.maximum(b * b - 4 * a * c, 0.0))
        t = -0.5 * (b + np.where(b < 0, -root, root))
        one, other = np.where(a == 0, np.copysign(np.inf, -b), t / a), c / t
        one, other = (np.clip(np.where(np.isnan(v), 0.0, v), -40.0, 40.0) for v in (one, other))
    low, high = np.minimum(one, other), np.maximum(one, other)
    inner = a * (_moment(high, 2) - _moment(low, 2)) + b * (_moment(high, 1) - _moment(low, 1))
    inner = inner + c * (special.ndtr(high) - special.ndtr(low))
    size = np.abs(inner)
    # Between its roots an upright parabola is negative; the rest follows from the sum, which is D.
    below_inside = np.where(a == 0, inner < 0, a > 0)
    positive = np.where(below_inside, whole + size, size)
    negative = np.where(below_inside, size, np.maximum(size - whole, 0.0))
    return IntegrandAreas(np.asarray(positive), np.asarray(negative))


def _moment(z: Array, power: int) -> Array:
    """∫ from −∞ to z of the power of t under the standard normal density."""
    density = np.exp(-0.5 * z * z) / _SQRT_2PI
    return np.asarray(-density if power == 1 else special.ndtr(z) - z * density)


def log_ratio_curve(laws: Array, low: float, high: float, floor: float, ceiling: float) -> tuple[Array, Array]:
    """log(p/q) of normals as a polyline that moves with them, with its points where it can be seen.

    Parameters
    ----------
    laws : ndarray of shape (K, 4)
        μ_p, σ_p, μ_q, σ_q of each row.
    low, high : float
        The window along x.
    floor, ceiling : float
        The window along y, in nats: the points lie densest where the parabola enters and leaves.

    Returns
    -------
    x, y : ndarray of shape (K, 20)
        x ascends from `low` to `high`; y in nats.

    Raises
    ------
    DomainError
        For a parameter outside its domain.
    """
    mp, sp, mq, sq = (laws[:, [j]] for j in range(4))
    kl_normal(mp, sp, mq, sq)  # checks the parameters
    # In z = (x − μ_p)/σ_p it is the parabola a z² + b z + c: from where it leaves the window to its vertex, and back.
    a, d = 0.5 * (sp / sq - 1) * (sp / sq + 1), (mp - mq) / sq
    b, c = sp / sq * d, 0.5 * d * d - np.log(sp / sq) - np.where(a > 0, ceiling, floor)
    with np.errstate(all="ignore"):
        root = np.sqrt(np.maximum(b * b - 4 * a * c, 0.0))
        t = -0.5 * (b + np.where(b < 0, -root, root))
        places = np.concatenate([t / a, c / t, np.where(a == 0, np.inf, -0.5 * b / a)], axis=1)
        left, right, vertex = np.split(np.clip(mp + sp * np.nan_to_num(places, nan=0.0), low, high), 3, axis=1)
    left, right = np.minimum(left, right), np.maximum(left, right)
    vertex = np.clip(vertex, left, right)
    x = np.concatenate([left + (vertex - left) * _SHARES, right + (vertex - right) * _SHARES[::-1]], axis=1)
    sides = np.ones_like(mp)
    x = np.sort(np.concatenate([low * sides, x, high * sides], axis=1), axis=1)
    zp, zq = (x - mp) / sp, (x - mq) / sq
    return x, np.asarray(0.5 * (zq - zp) * (zq + zp) - np.log(sp / sq))
