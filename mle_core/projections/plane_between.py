"""The normals between the forward and the reverse fit in the plane: nearest by Rényi's divergence or by Jensen–Shannon, many at once.

Both divergences are means of bounded functions of t = log q − log p, half of them under p and half under q: ∫ f = E_p[f/(p+q)] +
E_q[f/(p+q)]. Each law brings a lattice of its own, so that neither a narrow component nor a wide q falls between nodes.
"""

from __future__ import annotations

import math
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from numpy.typing import ArrayLike

from ..domain import Array, DomainError, MleError
from .plane import PlaneNormals, broadcast
from .plane_mixtures import Mixtures, factors_of, mixtures, moments, squared

__all__ = ["project_plane_between"]

Seen: TypeAlias = tuple[Array, Array, Array, Array]

# Turned by an angle without small fractions: no row of nodes along the crease between two components.
_ANGLE = math.atan(0.5 * (1 + math.sqrt(5)))
_TURN = np.array([[math.cos(_ANGLE), -math.sin(_ANGLE)], [math.sin(_ANGLE), math.cos(_ANGLE)]])
_REACH = 5.0
_MAX_STEPS, _SETTLED = 60, 5e-4
#: The nodes travel with q, which makes the value rough by about so much.
_ROUGH = 3e-5


def _powers(x: Array) -> Array:
    """1, x₁, x₂, x₁², x₁x₂, x₂² (…, 6, n) of places (…, n, 2)."""
    a, b = x[..., 0], x[..., 1]
    return np.stack([np.ones_like(a), a, b, a * a, a * b, b * b], axis=-2)


class _Rule(NamedTuple):
    """The trapezoid rule for the standard normal: nodes z (n, 2), masses (n,) and powers (6, n)."""

    z: Array
    mass: Array
    terms: Array


def _rule(step: float) -> _Rule:
    axis = np.arange(-_REACH, _REACH + step / 2, step)
    z = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1).reshape(-1, 2) @ _TURN
    z = z[np.sum(z**2, axis=1) <= _REACH**2]
    mass = np.exp(-0.5 * np.sum(z**2, axis=1))
    return _Rule(z, mass / mass.sum(), _powers(z))


#: A search walks on the coarse rule; what is reached is valued on the fine one, which sees components narrower than q.
_COARSE, _FINE = _rule(0.5), _rule(0.2)
_CHUNK = 16  # rows valued at once: what stays in the processor is read fast
#: Means of the powers under the standard normal.
_OWN = np.array([1.0, 0.0, 0.0, 1.0, 0.0, 1.0])


def _mixed(logs: Array) -> Array:
    """log of the sum over components (K, k, n) → (K, n)."""
    top = logs.max(axis=1, keepdims=True)
    return np.asarray((top + np.log(np.exp(logs - top).sum(axis=1, keepdims=True)))[:, 0])


class _Nodes:
    """The lattices of p's components, which stay where they are while q moves: places, masses, log p; and p's own moments."""

    def __init__(self, p: Mixtures, rule: _Rule) -> None:
        rows = len(p.logs)
        x = p.means[:, :, None] + np.einsum("ksij,nj->ksni", p.factors, rule.z)
        x = x.reshape(rows, -1, 2)
        origin, unit = np.zeros((rows, 2)), np.broadcast_to(np.eye(2), (rows, 2, 2))
        self.terms = _powers(x)
        self.mass = (np.exp(p.logs)[:, :, None] * rule.mass).reshape(rows, -1)
        self.log_p = _mixed(p.seen_from(origin, unit)[2] @ self.terms)
        first, covariance = moments(p)
        second = covariance + first[:, :, None] * first[:, None, :]
        self.powers = np.stack([np.ones(rows), *first.T, second[:, 0, 0], second[:, 0, 1], second[:, 1, 1]], axis=1)

    def rows(self, chosen: npt.NDArray[np.intp] | slice) -> Seen:
        return self.terms[chosen], self.mass[chosen], self.log_p[chosen], self.powers[chosen]


def _seen(
    p: Mixtures, nodes: Seen, rule: _Rule, mean: Array, factor: Array
) -> tuple[Array, Array, Array]:  # fmt: skip
    """t = log q − log p at p's nodes and at q's, (K, n) each, and q's quadratic form as coefficients of powers."""
    terms, _, log_p, _ = nodes
    back = np.linalg.inv(factor)
    form = np.swapaxes(back, 1, 2) @ back
    pull = np.einsum("kij,kj->ki", form, mean)
    det = np.log(factor[:, 0, 0] * factor[:, 1, 1])
    height = -det - 0.5 * np.einsum("ki,ki->k", mean, pull)
    quadratic = np.stack(
        [height, pull[:, 0], pull[:, 1], -0.5 * form[:, 0, 0], -form[:, 0, 1], -0.5 * form[:, 1, 1]], axis=1
    )
    at_p = (quadratic[:, None] @ terms)[:, 0] - log_p
    at_q = -det[:, None] - 0.5 * np.sum(rule.z**2, axis=1) - _mixed(p.seen_from(mean, factor)[2] @ rule.terms)
    return at_p, at_q, np.asarray(back)


def _moments_of(m: Array) -> tuple[Array, Array]:
    """First (K, 2) and second moments (K, 2, 2) from means of the six powers (K, 6)."""
    return m[:, 1:3], np.stack([m[:, 3:5], m[:, 4:6]], axis=1)


def _renyi(
    p: Mixtures, nodes: Seen, rule: _Rule, mean: Array, factor: Array, alpha: Array
) -> tuple[Array, Array, Array]:  # fmt: skip
    """D_α(p‖q)/α and the step to the moments of r ∝ p^α q^(1−α), in the coordinates of q: they are q's own at a minimum."""
    at_p, at_q, back = _seen(p, nodes, rule, mean, factor)
    a = alpha[:, None]
    sums, missing = [], np.zeros(len(mean))
    for t, mass, terms in ((at_p, nodes[1], nodes[0]), (at_q, rule.mass, rule.terms)):
        small = np.exp(-np.abs(t))
        part = mass * np.exp(np.where(t > 0, -a * t, (1 - a) * t)) / (1 + small)
        # The arithmetic mean αp + (1−α)q has known moments, and is never below the geometric one: what it loses to it is D.
        lost = mass * np.where(t > 0, a * small + 1 - a, a + (1 - a) * small) / (1 + small) - part
        missing += lost.sum(axis=1)
        sums.append([(weights[:, None] @ np.swapaxes(terms, -1, -2))[:, 0] for weights in (part, lost)])
    (part_p, lost_p), (part_q, lost_q) = sums
    near = (missing < 0.5)[:, None]  # else the difference would have fewer digits than the sum itself
    m = np.where(near, a * nodes[3] - lost_p, part_p)
    own = np.where(near, (1 - a) * _OWN - lost_q, part_q)
    total = (m[:, 0] + own[:, 0])[:, None]
    first, second = _moments_of(m / total)
    # The part of p's nodes, from the coordinates of x to those of q.
    share = m[:, 0] / total[:, 0]
    off = first - share[:, None] * mean
    around = (
        second
        - mean[:, :, None] * first[:, None, :]
        - first[:, :, None] * mean[:, None, :]
        + share[:, None, None] * mean[:, :, None] * mean[:, None, :]
    )
    own_first, own_second = _moments_of(own / total)
    centre = np.einsum("kij,kj->ki", back, off) + own_first
    spread = back @ around @ np.swapaxes(back, 1, 2) + own_second - centre[:, :, None] * centre[:, None, :]
    value = np.log1p(-np.minimum(missing, 1 - 1e-15)) / (alpha - 1) / alpha
    return value, centre, _logarithm(spread)


def _js(
    p: Mixtures, nodes: Seen, rule: _Rule, mean: Array, factor: Array, alpha: Array
) -> tuple[Array, Array, Array]:  # fmt: skip
    """Jensen–Shannon and a step down along its natural gradient, in the coordinates of q."""
    at_p, at_q, _ = _seen(p, nodes, rule, mean, factor)
    by_p = math.log(2) - np.logaddexp(0, at_p)
    by_q = math.log(2) - np.logaddexp(0, -at_q)
    weighted = rule.mass * by_q
    first, second = _moments_of(weighted @ rule.terms.T)
    whole = weighted.sum(axis=1)
    value = 0.5 * np.sum(nodes[1] * by_p, axis=1) + 0.5 * whole
    return value, -2 * first, -2 * (second - whole[:, None, None] * np.eye(2))


def _logarithm(matrix: Array) -> Array:
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray((vectors * np.log(np.maximum(values, 1e-12))[:, None]) @ np.swapaxes(vectors, 1, 2))


def _moved(mean: Array, factor: Array, centre: Array, spread: Array) -> tuple[Array, Array]:
    """q after a step: the mean along `centre`, the covariance along the symmetric `spread` on the logarithmic scale."""
    values, vectors = np.linalg.eigh(spread)
    root = factor @ (vectors * np.exp(0.5 * values)[:, None])
    return mean + np.einsum("kij,kj->ki", factor, centre), np.asarray(np.linalg.cholesky(squared(root)))


def project_plane_between(
    weights: ArrayLike, means: ArrayLike, covariances: ArrayLike, kind: str, starts: tuple[ArrayLike, ArrayLike],
    *, alpha: ArrayLike | None = None,
) -> PlaneNormals:  # fmt: skip
    """The bivariate normal nearest to each of many mixtures of bivariate normals, by Rényi or Jensen–Shannon.

    Parameters
    ----------
    weights, means, covariances : array_like
        As `plane_divergences`.
    kind : str
        "renyi": D_α(p‖q), whose minimiser tends to that of D(q‖p) as α → 0 and to that of D(p‖q) as α → 1. "js": Jensen–Shannon.
    starts : tuple of array_like of shapes (K, 2) and (K, 2, 2)
        Mean and covariance where the search begins.
    alpha : array_like of shape (K,), optional
        Orders inside (0, 1), of Rényi alone.

    Returns
    -------
    PlaneNormals
        Values in nats; `path` holds the start alone and the end.

    Raises
    ------
    MleError, DomainError
        For an unknown kind, a missing order or one outside (0, 1), and as `plane_divergences`.

    Notes
    -----
    The value is told to three digits where no component of p is narrower than a tenth of q. A minimum of Rényi's divergence has the
    moments of r ∝ p^α q^(1−α) (Minka 2005, "Divergence measures and message passing"). Going there never raises it, by Jensen:
    log E_r[(q′/q)^(1−α)] ≥ (1 − α) E_r log(q′/q). Longer steps, up to 1/α times, are taken while they lower it. Jensen–Shannon goes
    down its natural gradient with step halving.
    """
    if kind not in ("renyi", "js"):
        raise MleError(f"there is no projection between the two directions by {kind!r}; choose renyi or js.")
    law, root = mixtures(weights, means, covariances), factors_of(starts[1], "starts")
    if kind == "renyi" and alpha is None:
        raise MleError("Rényi's divergence needs its order; pass alpha between 0 and 1.")
    order = np.atleast_1d(np.asarray(0.5 if alpha is None else alpha, dtype=np.float64))
    if not ((order > 0) & (order < 1)).all():
        wrong = order[~((order > 0) & (order < 1))][0]
        raise DomainError(
            f"alpha = {wrong:g} is outside (0, 1); choose an order between, or project_plane for the ends."
        )
    p, centre, root = broadcast(law, starts[0], root, len(order))
    rows, mean, factor = len(centre), centre.copy(), root.copy()
    order = np.broadcast_to(order, rows)
    begun = mean.copy(), squared(factor)
    nodes, step = _Nodes(p, _COARSE), _renyi if kind == "renyi" else _js
    longest = 1 / order if kind == "renyi" else np.full(rows, 8.0)
    length, plain = np.ones(rows), 1.0 if kind == "renyi" else 0.3
    value, first, second = step(p, nodes.rows(np.arange(rows)), _COARSE, mean, factor, order)
    size = np.linalg.norm(first, axis=1) + np.abs(second).sum(axis=(1, 2))
    # The moments of r lie within α of q's: the same distance from a minimum is a smaller step.
    goal = _SETTLED * (order if kind == "renyi" else np.ones(rows))
    busy = np.arange(rows)
    for _ in range(_MAX_STEPS):
        busy = busy[(size[busy] > goal[busy]) & (length[busy] > 1e-4)]
        if not busy.size:
            break
        long = length[busy] * np.minimum(1.0, 1.5 / np.maximum(length[busy] * size[busy], 1e-300))
        new = _moved(mean[busy], factor[busy], first[busy] * long[:, None], second[busy] * long[:, None, None])
        cost, ahead, wider = step(p.rows(busy), nodes.rows(busy), _COARSE, *new, order[busy])
        better = cost <= value[busy] + _ROUGH * (1e-3 + np.abs(value[busy]))
        left = np.linalg.norm(ahead, axis=1) + np.abs(wider).sum(axis=(1, 2))
        change = np.where(left < size[busy], 1.6, 0.6)
        # A plain step needs no shortening where the way away from a saddle gets steeper.
        kept = np.clip(change * length[busy], np.minimum(length[busy], plain), longest[busy])
        length[busy] = np.where(better, kept, 0.3 * length[busy])
        went = busy[better]
        mean[went], factor[went], value[went] = new[0][better], new[1][better], cost[better]
        first[went], second[went] = ahead[better], wider[better]
        size[went] = left[better]
    for some in np.array_split(np.arange(rows), -(-rows // _CHUNK)):
        part = p.rows(some)
        value[some] = step(part, _Nodes(part, _FINE).rows(slice(None)), _FINE, mean[some], factor[some], order[some])[0]
    if kind == "renyi":
        value = value * order
    path = np.stack([begun[0], mean]), np.stack([begun[1], squared(factor)])
    return PlaneNormals(mean, squared(factor), np.maximum(value, 0.0), size <= 10 * goal, path)
