"""The likelihood as a slice of p(x; θ) at fixed data: its area over one parameter, and where its maximum lies.

The area may be any number, or ∞; it depends on the parameter's coordinate (σ or log σ), while the place of the maximum does not.

The integral runs in a coordinate u on the whole line: log θ for a positive parameter, logit for one between 0 and 1, an inverse
hyperbolic sine for a location, so that a power law in θ is an exponential in u. Gauss-Legendre panels halve towards the maximum
and towards every observation at which the likelihood may jump or peak. Far out windows on u are compared (see `_tail`): they must
lose mass at a steady rate, or the area is ∞; what lies beyond them is then the sum of a geometric series.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .areas import spread
from .arguments import real_array
from .domain import Array, DomainError, MleError, Param
from .family import Family
from .fitting.fit import resolve

__all__ = ["LikelihoodSlice", "likelihood_slice", "reparametrised"]

#: Slowest loss of mass that counts as a loss, in nats per unit of u; near 1 numbers are so far apart that more is needed.
_LEAST, _LEAST_NEAR_ONE = 1e-6, 1e-2
_HALVINGS = 8.0 * 0.5 ** np.arange(10)


@dataclass(frozen=True)
class LikelihoodSlice:
    """What a likelihood does along one parameter, for K rows.

    Attributes
    ----------
    argmax : ndarray of shape (K,)
        Where it is largest, an end of the domain included; NaN where the likelihood is 0 everywhere.
    log_height : ndarray of shape (K,)
        Its logarithm there (nats); ∞ where it grows without bound, −∞ where it is 0 everywhere.
    log_area, log_area_transformed : ndarray of shape (K,)
        Logarithm of its area over the parameter, and over the parameter's other coordinate (`reparametrised`); ∞ where it diverges.
    """

    argmax: Array
    log_height: Array
    log_area: Array
    log_area_transformed: Array


def reparametrised(param: Param, theta: ArrayLike) -> Array:
    """The parameter in its other coordinate: log θ of a positive one, logit of one in (0, 1), exp(θ/2) of any other one.

    `param` is one of `Family.params`, `theta` an array of any shape inside its domain; the answer has the same shape and no
    unit. The ends of the domain are mapped to their limits. Raises a DomainError for values outside.
    """
    values = real_array(theta, param.name)
    outside = (values < param.domain.low) | (values > param.domain.high)
    if outside.any():
        raise DomainError(f"{param.name} = {values[outside][0]:g} is outside {param.domain}; choose a value inside.")
    with np.errstate(divide="ignore", over="ignore"):
        if param.domain.low == 0 and param.domain.high == 1:
            return np.asarray(np.log(values) - np.log1p(-values))
        return np.asarray(np.log(values) if param.domain.low == 0 else np.exp(values / 2))


def likelihood_slice(family: str | Family, x: ArrayLike, name: str, theta: ArrayLike) -> LikelihoodSlice:
    """The likelihood of each row of observations over one parameter, the others held.

    Parameters
    ----------
    family : str or Family
    x : array of shape (K, n) or (1, n)
        Independent observations, a sample in each row.
    name : str
        The parameter that runs over its domain.
    theta : array of shape (K, k) or (1, k)
        Where the others are held; the value of `name` is not looked at.

    Returns
    -------
    LikelihoodSlice

    Raises
    ------
    MleError
        If the family has no such parameter, or it is a number that is always given.
    """
    law = resolve(family)
    place = law.index(name)
    param = law.params[place]
    if param.given:
        raise MleError(
            f"{name} of {law.key} is always given and no coordinate of a likelihood; choose another parameter."
        )
    samples, held = np.atleast_2d(np.asarray(x, dtype=np.float64)), np.atleast_2d(np.asarray(theta, dtype=np.float64))
    rows = max(len(samples), len(held))
    samples = np.broadcast_to(samples, (rows, samples.shape[1]))
    held = np.broadcast_to(held, (rows, held.shape[1]))
    with np.errstate(all="ignore"):
        return _slice(law, place, samples, held)


def _slice(law: Family, place: int, x: Array, theta: Array) -> LikelihoodSlice:
    line = _Line.of(law, place, x, theta)
    loglik = _Rows(law, place, x, theta)
    known = line.inwards(np.concatenate([x, *_locations(law, place, theta)], axis=1)) if line.real else None
    u, height = _search(lambda v: loglik(line.value(v)), line.reach, len(x), known)
    at_end = np.abs(u) > 0.999 * line.reach
    argmax = np.where(
        at_end, np.where(u > 0, law.params[place].domain.high, law.params[place].domain.low), line.value(u)
    )
    # Up to the end of the coordinate and still rising: there is no highest value.
    beyond = loglik(line.value(0.98 * u))
    height = np.where(at_end & (height - beyond > 0.1), np.inf, height)
    # A likelihood that rises up to an end has its mass in the middle none the less.
    edges = _edges(line, np.where(at_end, 0.0, u), x, known)
    v, weight = spread(edges)
    logs = loglik(line.value(v)) + np.log(weight)
    areas = []
    for transformed in (False, True):
        slope = line.log_slope(v, transformed)
        top = np.max(logs + slope, axis=1)
        safe = np.where(np.isfinite(top), top, 0.0)
        body = np.log(np.exp(logs + slope - safe[:, None]).sum(axis=1)) + safe
        tails = [_tail(loglik, transformed, end, line) for end in (-1, 1)]
        areas.append(np.logaddexp(body, np.logaddexp(*tails)))
    nothing = np.isneginf(height)
    return LikelihoodSlice(
        np.where(nothing, np.nan, argmax), height, *(np.where(nothing, -np.inf, area) for area in areas)
    )  # fmt: skip


@dataclass(frozen=True)
class _Line:
    """The coordinate u of a parameter: θ = e^u, 1/(1 + e^−u) or centre + scale·sinh u, from −reach to reach."""

    kind: str
    centre: Array
    scale: Array
    reach: float

    @property
    def real(self) -> bool:
        return self.kind == "real"

    @staticmethod
    def of(law: Family, place: int, x: Array, theta: Array) -> _Line:
        param = law.params[place]
        one = np.ones((len(x), 1))
        if param.domain.low == 0 and param.domain.high == 1:
            return _Line("unit", 0 * one, one, 30.0)
        if param.domain.low == 0:
            return _Line("positive", 0.5 * math.log(param.typical.low * param.typical.high) * one, one, 60.0)
        filled = theta.copy()
        filled[:, place] = param.default
        inside = law.contains(filled)
        quartiles = law.quantile(np.array([0.25, 0.75]), np.where(inside[:, None], filled, law.default))
        scale = np.ptp(quartiles, axis=1)[:, None] * (1.0 if law.support.low == -math.inf else 0.0)
        ends = np.stack([x.min(axis=1), x.max(axis=1)], axis=1)
        if law.support.low == 0:  # a location of log x
            ends = np.log(ends)
            scale = np.ptp(np.log(quartiles), axis=1)[:, None]
        return _Line("real", ends.mean(axis=1)[:, None], np.maximum(scale, 1e-6), 45.0)

    def value(self, u: Array) -> Array:
        """θ (K, m) at u (K, m)."""
        at = u.reshape(len(self.centre), -1)
        if self.kind == "real":
            found = self.centre + self.scale * np.sinh(at)
        else:
            found = np.exp(at + self.centre) if self.kind == "positive" else 1 / (1 + np.exp(-at))
        return np.asarray(found.reshape(u.shape))

    def inwards(self, value: Array) -> Array:
        """u of places (K, m) on the whole line."""
        return np.asarray(np.arcsinh((value - self.centre) / self.scale))

    def log_slope(self, u: Array, transformed: bool) -> Array:
        """Logarithm of dθ/du, or of the other coordinate's slope, at u (K, m)."""
        if self.kind != "real":
            if transformed:
                return np.zeros_like(u)
            return u + self.centre if self.kind == "positive" else -np.logaddexp(0, u) - np.logaddexp(0, -u)
        slope: Array = np.log(self.scale) + np.abs(u) + np.log1p(np.exp(-2 * np.abs(u))) - math.log(2)
        return slope + self.value(u) / 2 - math.log(2) if transformed else slope


@dataclass(frozen=True)
class _Rows:
    """Log-likelihood of each row's sample at each of its own values of one parameter."""

    law: Family
    place: int
    x: Array
    theta: Array

    def __call__(self, values: Array) -> Array:
        at = values if values.ndim > 1 else values[:, None]
        columns = [self.theta[:, j, None] if j != self.place else at for j in range(self.theta.shape[1])]
        inside = np.broadcast_to(self.law.contains(np.stack(np.broadcast_arrays(*columns), axis=-1)), at.shape)
        # What depends on the parameters alone has no axis of observations, and is computed once for all of them.
        safe = [np.where(inside, c, v)[..., None] for c, v in zip(columns, self.law.default, strict=True)]
        held = self.law.support.contains(self.x)
        x = np.where(held, self.x, self.law.quantile(0.5, self.law.default))
        logs = self.law.law.log_prob(x[:, None, :], *safe)
        total = np.where(held[:, None, :], logs, -np.inf).sum(axis=-1)
        total = np.where(inside & ~np.isnan(total), total, -np.inf)
        return np.asarray(total if values.ndim > 1 else total[:, 0])


def _locations(law: Family, place: int, theta: Array) -> list[Array]:
    """The other parameters on the whole line (a mixture's other mean): the likelihood may end or bend there."""
    others = [j for j, p in enumerate(law.params) if j != place and p.domain.low == -math.inf and p.power == 1]
    return [theta[:, [j]] for j in others]


def _search(loglik: Callable[[Array], Array], reach: float, rows: int, known: Array | None) -> tuple[Array, Array]:
    """Place u (K,) and height of the maximum: a grid, dense in the middle, then the neighbourhood of its best place ever finer."""
    t = np.linspace(-1, 1, 141)
    u = np.broadcast_to(reach * np.sinh(4.5 * t) / math.sinh(4.5), (rows, t.size))
    if known is not None:
        u = np.sort(np.concatenate([u, known], axis=1), axis=1)
    row = np.arange(rows)
    for _ in range(8):
        heights = loglik(u)
        best = np.argmax(heights, axis=1)
        at, height = u[row, best], heights[row, best]
        low, high = u[row, np.maximum(best - 1, 0)], u[row, np.minimum(best + 1, u.shape[1] - 1)]
        # The best place itself stays a point of the next grid: behind a jump it is the only one so high.
        half = np.linspace(0, 1, 8)
        u = np.concatenate(
            [low[:, None] + (at - low)[:, None] * half, at[:, None] + (high - at)[:, None] * half[1:]], axis=1
        )
    return at, height


def _edges(line: _Line, u: Array, x: Array, known: Array | None) -> Array:
    """Ends of panels (K, m) in u, halving towards the maximum and towards what is known."""
    steps = np.concatenate(
        [
            -line.reach * np.array([1.6, 0.8, 0.4]),
            -_HALVINGS,
            [0.0],
            _HALVINGS[::-1],
            line.reach * np.array([0.4, 0.8, 1.6]),
        ]
    )
    parts = [u[:, None] + steps]
    if known is not None:
        near = np.array([-4.0, -1.0, -0.25, 0.0, 0.25, 1.0, 4.0])
        parts.append(np.arcsinh(np.sinh(known)[:, :, None] + near).reshape(len(u), -1))
    elif line.kind == "positive":  # an end point of the support jumps at the smallest observation
        parts.append(np.log(x) - line.centre)
    edges = np.concatenate([np.full((len(u), 1), -line.reach), *parts, np.full((len(u), 1), line.reach)], axis=1)
    return np.sort(np.clip(np.nan_to_num(edges, neginf=-line.reach), -line.reach, line.reach), axis=1)


def _tail(loglik: Callable[[Array], Array], transformed: bool, end: int, line: _Line) -> Array:
    """Logarithm of the mass beyond one end of the coordinate; ∞ where the area diverges there.

    The mass per unit of u is compared over two windows next to the end, each a fifth of the way: where it falls by less than
    `_LEAST` nats per unit over the last one (or rises), more and more windows would add as much again, and the area is ∞.
    Where it falls, the tail is a power law in θ or thinner, and the rest is the geometric series of the last window's rate.
    """
    rows = len(line.centre)
    u = end * line.reach * np.broadcast_to(np.array([0.8, 1.0]), (rows, 2))
    inner, outer = (loglik(line.value(u)) + line.log_slope(u, transformed)).T
    rate = (inner - outer) / (0.2 * line.reach)
    least = _LEAST_NEAR_ONE if line.kind == "unit" and end > 0 else _LEAST
    gone = np.isneginf(outer)
    return np.where(gone, -np.inf, np.where(rate > least, outer - np.log(rate), np.inf))
