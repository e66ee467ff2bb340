"""Nearest normals to many mixtures in the plane at once, for pictures that move; `project_multivariate` finds all optima of one.

Under q everything is a mean over the standard normal z, x = mean + factor z. Each component's log-density is a polynomial of degree
two in z, so that values, gradients and Hessians are products of matrices with the same few powers of z.
"""

from __future__ import annotations

import itertools
import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numpy.typing import ArrayLike

from ..domain import Array, MleError
from .plane_mixtures import Mixtures, factors_of, mixtures, moments, squared

__all__ = ["PlaneNormals", "plane_divergences", "project_plane"]

_LOG_2PI = math.log(2 * math.pi)
_STEP, _REACH = 0.375, 6.0
_MAX_STEPS = 60

_AXIS = np.arange(-_REACH, _REACH + _STEP / 2, _STEP)
# Between two components log p has a crease: a lattice turned by the golden ratio has no rows along it for the crease to jump over.
_ANGLE = math.atan(0.5 * (1 + math.sqrt(5)))
_TURN = np.array([[math.cos(_ANGLE), -math.sin(_ANGLE)], [math.sin(_ANGLE), math.cos(_ANGLE)]])
_Z = np.stack(np.meshgrid(_AXIS, _AXIS, indexing="ij"), axis=-1).reshape(-1, 2) @ _TURN
_Z = _Z[np.sum(_Z**2, axis=1) <= _REACH**2]
_MASS = np.exp(-0.5 * np.sum(_Z**2, axis=1))
_MASS /= _MASS.sum()
#: Powers of z up to degree four, those up to two first, and their values at the nodes (15, n).
_POWERS = [(d - j, j) for d in range(5) for j in range(d + 1)]
_TERMS = np.stack([_Z[:, 0] ** i * _Z[:, 1] ** j for i, j in _POWERS])
_QUADRATIC = 6
#: A step is (δ₁, δ₂, a, b, c): x moves by δ + [[a, 0], [c, b]] z in the coordinates of q. The row that each belongs to, its power of z.
_ROW = np.array([0, 1, 0, 1, 1])
_POWER = [(0, 0), (0, 0), (1, 0), (0, 1), (1, 0)]
_LINEAR = [(0, 0), (1, 0), (0, 1)]


def _place(*powers: tuple[int, int]) -> int:
    """Where a product of powers of z stands among all."""
    return _POWERS.index((sum(p[0] for p in powers), sum(p[1] for p in powers)))


_PAIRS = np.array([[_place(a, b) for b in _POWER] for a in _POWER])
_PRODUCTS = np.array([[[[_place(a, b, u, v) for v in _LINEAR] for u in _LINEAR] for b in _POWER] for a in _POWER])


class PlaneNormals(NamedTuple):
    """Means (K, 2) and covariances (K, 2, 2) of normals, the divergence there in nats (K,), and whether each is a minimum (K,).

    `path` holds the first iterates of the means (steps, K, 2) and covariances (steps, K, 2, 2), the start first and the end repeated.
    """

    means: Array
    covariances: Array
    values: Array
    converged: Array
    path: tuple[Array, Array]


def _mean_log(p: Mixtures, mean: Array, factor: Array) -> tuple[Array, Array, Array, Array]:
    """E log p under normals (K,), the components' shares at the nodes (K, k, n), and Q and r of `seen_from`."""
    q, r, coefficients = p.seen_from(mean, factor)
    logs = coefficients @ _TERMS[:_QUADRATIC]
    top = logs.max(axis=1, keepdims=True)
    shares = np.exp(logs - top)
    total = shares.sum(axis=1, keepdims=True)
    return (top + np.log(total))[:, 0] @ _MASS - _LOG_2PI, shares / total, q, r


def _log_det(root: Array) -> Array:
    return np.asarray(np.log(root[..., 0, 0] * root[..., 1, 1]))


def _slopes(shares: Array, q: Array, r: Array) -> tuple[Array, Array]:
    """Gradient (K, 5) and Hessian (K, 5, 5) of D(q‖p) in the coordinates of a step."""
    weighted = shares * _MASS
    m = weighted @ _TERMS[:_QUADRATIC].T
    first, second = m[..., 1:3], np.stack([m[..., 3:5], m[..., 4:6]], axis=-2)
    slope = -np.einsum("ksij,ksj->ki", q, first) - np.einsum("ksi,ks->ki", r, m[..., 0])
    spread = -np.einsum("ksij,ksjl->kil", q, second) - np.einsum("ksi,ksj->kij", r, first)
    gradient = -np.stack([slope[:, 0], slope[:, 1], spread[:, 0, 0] + 1, spread[:, 1, 1] + 1, spread[:, 1, 0]], axis=1)
    hessian = np.einsum("ksab,ksab->kab", q[:, :, _ROW[:, None], _ROW], m[..., _PAIRS])
    for one, other in itertools.combinations(range(shares.shape[1]), 2):
        both = (weighted[:, one] * shares[:, other]) @ _TERMS.T
        apart = np.concatenate([(r[:, one] - r[:, other])[..., None], q[:, one] - q[:, other]], axis=2)[:, _ROW]
        hessian = hessian - np.einsum("kabuv,kau,kbv->kab", both[:, _PRODUCTS], apart, apart)
    for k in (0, 1):
        hessian[:, 2 + k, 2 + k] -= spread[:, k, k]
    return gradient, hessian


def _moved(mean: Array, factor: Array, step: Array) -> tuple[Array, Array]:
    inner = np.stack([np.exp(step[:, 2]), 0 * step[:, 2], step[:, 4], np.exp(step[:, 3])], axis=1).reshape(-1, 2, 2)
    return mean + np.einsum("kij,kj->ki", factor, step[:, :2]), factor @ inner


def _search(p: Mixtures, mean: Array, factor: Array, kept: int) -> PlaneNormals:
    """Newton's method from each row's start, with the eigenvalues of the Hessian made positive and step halving."""
    rows = len(mean)
    mean, factor = mean.copy(), factor.copy()

    def state(chosen: npt.NDArray[np.intp], centre: Array, root: Array) -> tuple[Array, Array, Array]:
        average, shares, q, r = _mean_log(p.rows(chosen), centre, root)
        return -_log_det(root) - 1 - _LOG_2PI - average, *_slopes(shares, q, r)

    value, gradient, hessian = state(np.arange(rows), mean, factor)
    length = np.ones(rows)
    busy = np.arange(rows)
    path = [(mean.copy(), factor.copy())]
    for _ in range(_MAX_STEPS):
        busy = busy[(np.linalg.norm(gradient[busy], axis=1) > 1e-7) & (length[busy] > 1e-5)]
        if not busy.size:
            break
        eigen, vectors = np.linalg.eigh(hessian[busy])
        along = np.einsum("kji,kj->ki", vectors, gradient[busy]) / np.maximum(np.abs(eigen), 1e-6)
        step = -np.einsum("kij,kj->ki", vectors, along)
        step *= (length[busy] * np.minimum(1.0, 1.0 / np.maximum(np.linalg.norm(step, axis=1), 1e-300)))[:, None]
        centre, root = _moved(mean[busy], factor[busy], step)
        new, slope, curve = state(busy, centre, root)
        better = new <= value[busy] + 1e-10 * (1 + np.abs(value[busy]))
        length[busy] = np.where(better, np.minimum(2 * length[busy], 1.0), 0.25 * length[busy])
        went = busy[better]
        mean[went], factor[went], value[went] = centre[better], root[better], new[better]
        gradient[went], hessian[went] = slope[better], curve[better]
        if len(path) < kept:
            path.append((mean.copy(), factor.copy()))
    path[-1] = (mean, factor)
    means, factors = (np.stack([place[j] for place in path] + [path[-1][j]] * (kept - len(path))) for j in (0, 1))
    settled = np.linalg.norm(gradient, axis=1) < 1e-6
    minimum = settled & (np.linalg.eigvalsh(hessian)[:, 0] > 1e-9)
    return PlaneNormals(mean, squared(factor), np.maximum(value, 0.0), minimum, (means, squared(factors)))


def _forward(p: Mixtures, mean: Array, factor: Array) -> Array:
    """D(p‖q) = E_p log p − E_p log q: the first mean component by component, the second from p's moments."""
    own = sum(np.exp(p.logs[:, s]) * _mean_log(p, p.means[:, s], p.factors[:, s])[0] for s in range(p.logs.shape[1]))
    centre, covariance = moments(p)
    back = np.linalg.inv(factor)
    offset = np.einsum("kij,kj->ki", back, centre - mean)
    spread = np.trace(back @ covariance @ np.swapaxes(back, 1, 2), axis1=1, axis2=2)
    return np.asarray(np.maximum(own + _LOG_2PI + _log_det(factor) + 0.5 * (spread + np.sum(offset**2, axis=1)), 0.0))


def plane_divergences(
    weights: ArrayLike, means: ArrayLike, covariances: ArrayLike, centres: ArrayLike, spreads: ArrayLike, kind: str = "kl"
) -> Array:  # fmt: skip
    """Divergences between mixtures p of bivariate normals and bivariate normals q, row by row.

    Parameters
    ----------
    weights : array_like of shape (K, k) or (k,)
    means, covariances : array_like of shapes (K, k, 2) or (k, 2), and (K, k, 2, 2) or (k, 2, 2)
    centres, spreads : array_like of shapes (K, 2) and (K, 2, 2)
        Mean and covariance of q.
    kind : str
        "kl" D(p‖q) or "reverse_kl" D(q‖p).

    Returns
    -------
    ndarray of shape (K,)
        Nats.

    Raises
    ------
    MleError, DomainError
        For an unknown kind, shapes that do not match, weights that are not positive, covariances that are not positive definite.

    Notes
    -----
    By a trapezoid rule with steps of 0.4 standard deviations of the law that weighs: to four digits unless a component of p is
    narrower than a third of it.
    """
    _check(kind)
    p, mean, factor = broadcast(mixtures(weights, means, covariances), centres, factors_of(spreads, "spreads"))
    if kind == "kl":
        return _forward(p, mean, factor)
    return np.asarray(np.maximum(-_log_det(factor) - 1 - _LOG_2PI - _mean_log(p, mean, factor)[0], 0.0))


def project_plane(
    weights: ArrayLike, means: ArrayLike, covariances: ArrayLike, kind: str = "kl",
    starts: tuple[ArrayLike, ArrayLike] | None = None, *, steps: int = 1,
) -> PlaneNormals:  # fmt: skip
    """The bivariate normal nearest to each of many mixtures of bivariate normals.

    Parameters
    ----------
    weights, means, covariances : array_like
        As `plane_divergences`.
    kind : str
        "kl": D(p‖q), by moments. "reverse_kl": D(q‖p), the minimum that Newton's method reaches from a start.
    starts : tuple of array_like of shapes (K, 2) and (K, 2, 2)
        Mean and covariance where the search begins; without it, those of the mixture.
    steps : int
        How many places of the search are kept as its path.

    Returns
    -------
    PlaneNormals

    Raises
    ------
    MleError, DomainError
        As `plane_divergences`, and for starts that are no normals.

    Notes
    -----
    Integrals as in `plane_divergences`, one step of all rows at a time. The picture of Bishop (2006), figure 10.3.
    """
    _check(kind)
    p = mixtures(weights, means, covariances)
    centre, spread = moments(p) if starts is None else (np.asarray(starts[0], dtype=np.float64), starts[1])
    p, mean, factor = broadcast(p, centre, factors_of(spread, "starts"))
    if kind == "reverse_kl":
        return _search(p, mean, factor, steps)
    mean, covariance = moments(p)
    factor = factors_of(covariance, "covariances")
    path = np.repeat(mean[None], steps, axis=0), np.repeat(covariance[None], steps, axis=0)
    return PlaneNormals(mean, covariance, _forward(p, mean, factor), np.ones(len(mean), dtype=bool), path)


def _check(kind: str) -> None:
    if kind not in ("kl", "reverse_kl"):
        raise MleError(f"there is no projection in the plane by {kind!r}; choose kl or reverse_kl.")


def broadcast(p: Mixtures, mean: ArrayLike, factor: Array, rows: int = 1) -> tuple[Mixtures, Array, Array]:
    """Mixtures, means (K, 2) and factors (K, 2, 2) with as many rows each as the longest has, at least `rows`."""
    centre = np.atleast_2d(np.asarray(mean, dtype=np.float64))
    root = factor[None] if factor.ndim == 2 else factor
    rows = max(rows, len(p.logs), len(centre), len(root))
    p = Mixtures(*(np.broadcast_to(part, (rows, *part.shape[1:])) for part in p))
    return p, np.broadcast_to(centre, (rows, 2)), np.broadcast_to(root, (rows, 2, 2))
