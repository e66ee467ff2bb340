"""Nearest normals to many mixtures at once, for pictures in which a mixture moves; `project` finds all optima of one."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numpy.typing import ArrayLike

from ..domain import Array, DomainError, MleError

__all__ = ["StackedProjection", "mixture_divergences", "project_stack"]

Flags = npt.NDArray[np.bool_]

_Z = np.linspace(-8.0, 8.0, 145)
_LOG_SQRT_2PI = 0.5 * math.log(2 * math.pi)
_LOG_MASS = -0.5 * _Z * _Z + math.log(_Z[1] - _Z[0]) - _LOG_SQRT_2PI
_MASS = np.exp(_LOG_MASS)
_KINDS = ("kl", "reverse_kl", "js", "renyi")
_MAX_STEPS = 80


class StackedProjection(NamedTuple):
    """Means and widths of the normals, the divergence there in nats, and whether the search ended; each (K,).

    `path` (steps, K, 2) holds the first places (mu, sigma) of the search, the start first and the end repeated.
    """

    mu: Array
    sigma: Array
    values: Array
    converged: Flags
    path: Array


class _Mixtures(NamedTuple):
    """Weights, means and standard deviations (K, k)."""

    weights: Array
    means: Array
    sds: Array

    def _parts(self, x: Array) -> tuple[Array, Array]:
        """Places in each component's own units and log-densities with the weights, (K, k, n)."""
        z = (x[:, None] - self.means[..., None]) / self.sds[..., None]
        return z, -0.5 * z * z + (np.log(self.weights / self.sds)[..., None] - _LOG_SQRT_2PI)

    def log_density(self, x: Array) -> Array:
        """At x (K, n)."""
        logs = self._parts(x)[1]
        top = logs.max(axis=1)
        return np.asarray(top + np.log(np.exp(logs - top[:, None]).sum(axis=1)))

    def logs(self, x: Array) -> tuple[Array, Array, Array]:
        """Log-density at x (K, n), with its first two derivatives in x."""
        z, logs = self._parts(x)
        top = logs.max(axis=1)
        shares = np.exp(logs - top[:, None])
        total = shares.sum(axis=1)
        shares = shares / total[:, None]
        slopes = -z / self.sds[..., None]
        slope = np.sum(shares * slopes, axis=1)
        curve = np.sum(shares * (slopes - slope[:, None]) ** 2, axis=1) - np.sum(
            shares / self.sds[..., None] ** 2, axis=1
        )
        return top + np.log(total), slope, curve


def _mixtures(weights: ArrayLike, means: ArrayLike, sds: ArrayLike) -> _Mixtures:
    w, m, s = np.broadcast_arrays(*(np.atleast_2d(np.asarray(v, dtype=np.float64)) for v in (weights, means, sds)))
    for name, array in (("weights", w), ("sds", s)):
        if not (array > 0).all():
            raise DomainError(f"{name} = {array[~(array > 0)].flat[0]:g} is outside (0, ∞); correct it.")
    return _Mixtures(w / w.sum(axis=1, keepdims=True), m, s)


def _check(kind: str, alpha: ArrayLike | None, rows: int) -> Array:
    if kind not in _KINDS:
        raise MleError(f"there is no projection by {kind!r}; choose one of {', '.join(_KINDS)}.")
    if kind != "renyi":
        return np.full(rows, np.nan)
    if alpha is None:
        raise MleError("renyi needs alpha, a number in (0, 1); pass alpha=0.5 for the Bhattacharyya case.")
    order = np.broadcast_to(np.asarray(alpha, dtype=np.float64), (rows,))
    if not ((order > 0) & (order < 1)).all():
        raise DomainError(
            f"alpha = {order[~((order > 0) & (order < 1))].flat[0]:g} is outside (0, 1); choose one inside."
        )
    return order


def mixture_divergences(
    weights: ArrayLike,
    means: ArrayLike,
    sds: ArrayLike,
    mu: ArrayLike,
    sigma: ArrayLike,
    kind: str = "kl",
    *,
    alpha: ArrayLike | None = None,
) -> Array:
    """Divergences between mixtures p of normals and normals q, row by row.

    Parameters
    ----------
    weights, means, sds : array_like of shape (K, k) or (k,)
    mu, sigma : array_like of shape (K,)
    kind : str
        "kl" D(p‖q), "reverse_kl" D(q‖p), "js", or "renyi" D_α(p‖q).
    alpha : array_like of shape (K,) or ()
        Of Rényi, in (0, 1).

    Returns
    -------
    ndarray of shape (K,)
        Nats.

    Raises
    ------
    MleError, DomainError
        For an unknown kind; weights, widths or alpha outside their domain.

    Notes
    -----
    By the trapezoid rule in the variable of q, and of every component where the mean is over p.
    """
    mus, sigmas = np.broadcast_arrays(
        np.atleast_1d(np.asarray(mu, dtype=np.float64)), np.asarray(sigma, dtype=np.float64)
    )
    p = _mixtures(weights, means, sds)
    p = _Mixtures(*(np.broadcast_to(part, (mus.size, part.shape[1])) for part in p))
    return _values(p, mus, sigmas, kind, _check(kind, alpha, mus.size))


def _log_q(x: Array, mu: Array, sigma: Array) -> Array:
    z = (x - mu[:, None]) / sigma[:, None]
    return np.asarray(-0.5 * z * z - np.log(sigma)[:, None] - _LOG_SQRT_2PI)


def _values(p: _Mixtures, mu: Array, sigma: Array, kind: str, alpha: Array) -> Array:
    x = mu[:, None] + sigma[:, None] * _Z
    lp, lq = p.log_density(x), _log_q(x, mu, sigma)
    if kind == "reverse_kl":
        return np.asarray((lq - lp) @ _MASS)
    if kind == "renyi":
        logs = alpha[:, None] * (lp - lq)
        top = logs.max(axis=1, keepdims=True)
        return np.asarray((np.log(np.exp(logs - top) @ _MASS) + top[:, 0]) / (alpha - 1))

    def over_p(term: str) -> Array:
        total = np.zeros(mu.size)
        for j in range(p.weights.shape[1]):
            at = p.means[:, [j]] + p.sds[:, [j]] * _Z
            log_p, log_q = p.log_density(at), _log_q(at, mu, sigma)
            terms = log_p - log_q if term == "kl" else math.log(2) - np.logaddexp(0, log_q - log_p)
            total += p.weights[:, j] * (terms @ _MASS)
        return total

    if kind == "kl":
        return over_p("kl")
    return np.asarray(0.5 * (over_p("js") + (math.log(2) - np.logaddexp(0, lp - lq)) @ _MASS))


def _slopes(p: _Mixtures, mu: Array, sigma: Array, kind: str, alpha: Array) -> tuple[Array, Array]:
    """Gradient (K, 2) and Hessian (K, 2, 2) in (μ/σ, log σ): a step of μ counts in units of σ."""
    x = mu[:, None] + sigma[:, None] * _Z
    s = sigma[:, None]
    if kind == "reverse_kl":
        _, slope, curve = p.logs(x)
        first, second = -slope * s, -curve * s * s
        gradient = np.stack([first @ _MASS, -1 + (first * _Z) @ _MASS], axis=1)
        mixed = (second * _Z) @ _MASS
        last = (second * _Z * _Z + first * _Z) @ _MASS
        return gradient, np.stack([np.stack([second @ _MASS, mixed], 1), np.stack([mixed, last], 1)], 1)
    lp, lq = p.log_density(x), _log_q(x, mu, sigma)
    score = np.stack([_Z, _Z * _Z - 1])  # ∂ log q in (μ/σ, log σ)
    bend = np.array([[-np.ones_like(_Z), -2 * _Z], [-2 * _Z, -2 * _Z * _Z]])
    outer = score[:, None] * score[None, :]
    if kind == "js":
        logs = math.log(2) - np.logaddexp(0, lp - lq)
        mass, weight = 0.5 * _MASS * logs, 0.5 * _MASS * (logs + 1 - 0.5 * np.exp(logs))
        return mass @ score.T, np.einsum("kn,ijn->kij", mass, bend) + np.einsum("kn,ijn->kij", weight, outer)
    logs = alpha[:, None] * (lp - lq)
    w = np.exp(logs - logs.max(axis=1, keepdims=True)) * _MASS
    w /= w.sum(axis=1, keepdims=True)
    mean = w @ score.T
    spread = (w @ outer.reshape(4, -1).T).reshape(-1, 2, 2) - mean[:, :, None] * mean[:, None, :]
    return -mean, -(w @ bend.reshape(4, -1).T).reshape(-1, 2, 2) - (1 - alpha)[:, None, None] * spread


def project_stack(
    weights: ArrayLike,
    means: ArrayLike,
    sds: ArrayLike,
    kind: str,
    starts: ArrayLike,
    *,
    alpha: ArrayLike | None = None,
    steps: int = 1,
) -> StackedProjection:
    """The normal that is reached from a start, for each of many mixtures of normals.

    Parameters
    ----------
    weights, means, sds : array_like of shape (K, k) or (k,)
    kind : str
        "kl" (by moments), "reverse_kl", "js" or "renyi".
    starts : array_like of shape (K, 2) or (2,)
        (mu, sigma).
    alpha : array_like of shape (K,) or ()
        Of Rényi, in (0, 1).
    steps : int
        How many places of the search are kept as its path.

    Returns
    -------
    StackedProjection

    Raises
    ------
    MleError, DomainError
        For an unknown kind; weights, widths, starts or alpha outside their domain.

    Notes
    -----
    Newton's method in (μ, log σ) as in `project`, one step of all rows at a time; made for components that are no narrower
    than a sixth of the nearest normal.
    """
    p = _mixtures(weights, means, sds)
    begin = np.atleast_2d(np.asarray(starts, dtype=np.float64))
    rows = max(len(p.weights), len(begin), np.size(alpha) if alpha is not None else 1)
    p = _Mixtures(*(np.broadcast_to(part, (rows, part.shape[1])) for part in p))
    mu, sigma = (np.array(np.broadcast_to(begin[:, j], (rows,))) for j in (0, 1))
    if not (sigma > 0).all():
        raise DomainError(f"sigma = {sigma[~(sigma > 0)].flat[0]:g} of a start is outside (0, ∞); choose one inside.")
    order = _check(kind, alpha, rows)
    if kind == "kl":
        mu = np.sum(p.weights * p.means, axis=1)
        sigma = np.sqrt(np.sum(p.weights * (p.sds**2 + (p.means - mu[:, None]) ** 2), axis=1))
        path = np.repeat(np.stack([mu, sigma], axis=1)[None], steps, axis=0)
        return StackedProjection(mu, sigma, _values(p, mu, sigma, kind, order), np.ones(rows, dtype=bool), path)
    value, length = _values(p, mu, sigma, kind, order), np.ones(rows)
    gradient, hessian = _slopes(p, mu, sigma, kind, order)
    busy = np.arange(rows)
    places = [np.stack([mu, sigma], axis=1)]
    for _ in range(_MAX_STEPS):
        busy = busy[(np.linalg.norm(gradient[busy], axis=1) > 1e-8) & (length[busy] > 1e-5)]
        if not busy.size:
            break
        part, alphas, slope = _Mixtures(*(values[busy] for values in p)), order[busy], gradient[busy]
        eigen, vectors = np.linalg.eigh(hessian[busy])
        step = -np.einsum(
            "kij,kj->ki", vectors, np.einsum("kji,kj->ki", vectors, slope) / np.maximum(np.abs(eigen), 1e-6)
        )
        step *= (length[busy] * np.minimum(1.0, 1.0 / np.maximum(np.linalg.norm(step, axis=1), 1e-300)))[:, None]
        new_mu, new_sigma = mu[busy] + sigma[busy] * step[:, 0], sigma[busy] * np.exp(step[:, 1])
        new = _values(part, new_mu, new_sigma, kind, alphas)
        better = new <= value[busy] + 1e-10 * (1 + np.abs(value[busy]))  # no more than the rule of integration gives
        length[busy] = np.where(better, 1.0, 0.25 * length[busy])
        moved = busy[better]
        mu[moved], sigma[moved], value[moved] = new_mu[better], new_sigma[better], new[better]
        some = _Mixtures(*(values[moved] for values in p))
        gradient[moved], hessian[moved] = _slopes(some, mu[moved], sigma[moved], kind, order[moved])
        if len(places) < steps:
            places.append(np.stack([mu, sigma], axis=1))
    places[-1] = np.stack([mu, sigma], axis=1)
    path = np.stack(places + places[-1:] * (steps - len(places)))
    size = np.linalg.norm(gradient, axis=1)
    return StackedProjection(mu, sigma, value, (size < 1e-6) & (np.linalg.eigvalsh(hessian)[:, 0] > -1e-9), path)
