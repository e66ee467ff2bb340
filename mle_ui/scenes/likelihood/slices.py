"""The numbers behind the picture for many places of the cuts at once: p on a grid, the two slices, their areas."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.scenes.likelihood import settings

Array = npt.NDArray[np.float64]

#: Places at which a likelihood is computed, of which a curve keeps those that share its length evenly.
_FINE = 401


@dataclass(frozen=True)
class Curve:
    """A likelihood over its parameter, a row for each place of the cuts: in units of `unit` (nats)."""

    theta: Array
    height: Array
    unit: Array
    slices: mle.LikelihoodSlice


@dataclass(frozen=True)
class Picture:
    """A family and the parameter that is called θ: axes that stay put, whatever moves."""

    family: mle.Family
    over: str

    @property
    def place(self) -> int:
        return self.family.index(self.over)

    @property
    def param(self) -> mle.Param:
        return self.family.params[self.place]

    @property
    def window(self) -> tuple[float, float]:
        return settings.window(self.family)

    @property
    def span(self) -> tuple[float, float]:
        """Ends of the θ axis."""
        return self.param.typical.low, self.param.typical.high

    @cached_property
    def other_span(self) -> tuple[float, float]:
        """Ends of the axis of the other coordinate."""
        low, high = mle.reparametrised(self.param, self.span)
        return float(low), float(high)

    @cached_property
    def top(self) -> float:
        """Top of the density's axis and darkest shade of the map."""
        at = self.family.default[None]
        if self.family.discrete:
            return 1.5 * float(mle.mass_bars(self.family, at, *self.window)[1].max())
        return 1.5 * float(mle.density_curve(self.family, at, *self.window)[1].max())

    @cached_property
    def likelihood_top(self) -> float:
        """Top of the likelihood's axis for one observation: what two typical ones reach, in geometric mean, and some room."""
        x = self.family.quantile(np.array([0.2, 0.84]), self.family.default)
        grid = np.repeat(self.family.default[None], 201, axis=0)
        grid[:, self.place] = np.linspace(*self.span, 201)
        return 1.45 * float(np.exp(self.family.log_prob(x, grid).max(axis=0).mean()))

    def along(self, values: Array, theta: Array) -> Array:
        """theta (K, m, k): each row of theta (K, k) with the parameter at each of its values (K, m)."""
        out = np.repeat(theta[:, None, :], values.shape[1], axis=1)
        out[..., self.place] = values
        return out

    def log_prob(self, x: Array, theta: Array) -> Array:
        """log p (K, n) of each row of x (K, n) at its own theta (K, k)."""
        return self.family.log_prob(x, theta)

    def loglik(self, x: Array, theta: Array) -> Array:
        """ℓ (K,) of each row of x (K, n) at its own theta (K, k)."""
        return np.asarray(self.log_prob(x, theta).sum(axis=1))

    def loglik_along(self, x: Array, values: Array, theta: Array) -> Array:
        """ℓ (K, m) of each row of x (K, n) at each of its values (K, m) of the parameter."""
        return np.asarray(self.family.log_prob(x[:, None, :], self.along(values, theta)).sum(axis=-1))

    def areas_over_x(self, theta: Array) -> Array:
        """Area of each density, or sum of the probabilities, for theta (K, k)."""
        return _areas_over_x(self.family, theta.tobytes())

    def slices(self, x: Array, theta: Array) -> mle.LikelihoodSlice:
        """Maxima and areas for each row of x (K, n) and theta (K, k); one row where nothing that they depend on differs."""
        held = theta.copy()
        held[:, self.place] = self.param.default
        if _constant(x) and _constant(held):
            x, held = x[:1], held[:1]
        return _slices(self.family, self.over, x.tobytes(), held.tobytes(), x.shape[1])

    def slopes(self, x: Array, theta: Array) -> Array:
        """The score ∂ℓ/∂θ (K,), nats per unit, of each row of x (K, n) at its own theta (K, k); NaN where L is 0."""
        return _slopes(self.family, self.place, x.tobytes(), theta.tobytes(), x.shape[1])

    def unit(self, x: Array, theta: Array) -> Array:
        """Unit (nats) of the likelihood's axis for each row (or one): none for one observation, else the maximum.

        Where there is no maximum it is the highest value in the picture.
        """
        if x.shape[1] == 1:
            return np.zeros(1)
        unit = self.slices(x, theta).log_height
        for row in np.flatnonzero(~np.isfinite(unit)):
            grid = np.linspace(*self.span, _FINE)[None]
            highest = float(self.loglik_along(x[[row]], grid, theta[[row]]).max())
            unit = np.where(np.arange(unit.size) == row, highest if np.isfinite(highest) else 0.0, unit)
        return unit

    def curve(self, x: Array, theta: Array, points: int) -> Curve:
        """The likelihood for each row of x (K, n) and theta (K, k), a line of so many points each."""
        found = self.slices(x, theta)
        rows = len(x)
        low, high = self.span
        grid = np.broadcast_to(np.linspace(low, high, _FINE), (rows, _FINE))
        hair = 1e-9 * (high - low)
        best = np.broadcast_to(found.argmax, rows)[:, None]
        known = np.concatenate([best, x - hair, x + hair], axis=1)  # a jump has two sides
        grid = np.sort(np.concatenate([grid, np.clip(np.nan_to_num(known, nan=low), low, high)], axis=1), axis=1)
        logs = self.loglik_along(x, grid, theta)
        unit = np.broadcast_to(self.unit(x, theta), rows)
        top = self.height_top(x.shape[1])
        height = np.minimum(np.exp(np.minimum(logs - unit[:, None], 50.0)), 1.3 * top)
        theta_at = _sharing_changes(grid, height, np.argmax(logs, axis=1), points)
        exact = self.loglik_along(x, theta_at, theta) - unit[:, None]
        return Curve(theta_at, np.minimum(np.exp(np.minimum(exact, 50.0)), 1.3 * top), unit, found)

    def height_top(self, count: int) -> float:
        """Top of the likelihood's axis: of one observation in its own unit, of several in units of the maximum."""
        return self.likelihood_top if count == 1 else 1.25

    def field(self, theta: Array, x: Array, values: Array) -> Array:
        """p (len(values), len(x)) with the other parameters as in theta (k,)."""
        return self.family.prob(x, self.along(values[None], theta[None])[0])


def _constant(rows: Array) -> bool:
    return len(rows) == 1 or not np.any(rows != rows[:1])


@lru_cache(maxsize=256)
def _slices(family: mle.Family, over: str, x: bytes, theta: bytes, count: int) -> mle.LikelihoodSlice:
    samples, held = np.frombuffer(x).reshape(-1, count), np.frombuffer(theta).reshape(-1, len(family.params))
    return mle.likelihood_slice(family, samples, over, held)


@lru_cache(maxsize=256)
def _slopes(family: mle.Family, place: int, x: bytes, theta: bytes, count: int) -> Array:
    samples, at = np.frombuffer(x).reshape(-1, count), np.frombuffer(theta).reshape(-1, len(family.params))
    out = np.full(len(at), np.nan)
    possible = np.flatnonzero(family.contains(at) & family.support.contains(samples).all(axis=1))
    if not _constant(samples):
        for row in possible:
            out[row] = mle.score(family, samples[row], at[row])[place]
    elif possible.size:
        out[possible] = mle.score(family, samples[0], at[possible])[:, place]
    return out


@lru_cache(maxsize=128)
def _areas_over_x(family: mle.Family, theta: bytes) -> Array:
    return mle.density_area(family, np.frombuffer(theta).reshape(-1, len(family.params)))


def _sharing_changes(x: Array, y: Array, peak: npt.NDArray[np.intp], points: int) -> Array:
    """Places (K, points) on each line (K, m) at fixed shares of its rise and of its fall: they travel with a peak, and blend well.

    The shares lie close where a curve bends, at its top and at its feet; the ends of the axis are places, too.
    """
    changes = np.concatenate([np.zeros((len(x), 1)), np.cumsum(np.abs(np.diff(y, axis=1)), axis=1)], axis=1)
    half = (points - 1) // 2
    shares = np.sin(np.linspace(0, np.pi / 2, half)) ** 2
    out = np.empty((len(x), 2 * half + 1))
    for row, (at, c, k) in enumerate(zip(x, changes, peak, strict=True)):
        rise = np.interp(c[k] * shares, c[: k + 1], at[: k + 1])
        fall = np.interp(c[k] + (c[-1] - c[k]) * shares, c[k:], at[k:])
        out[row] = np.concatenate([[at[0]], rise, fall[1:], [at[-1]]])
    return out


@lru_cache(maxsize=32)
def picture(family: str, over: str) -> Picture:
    """Equal arguments are the same object, so that what it has computed is kept."""
    return Picture(mle.FAMILIES[family], over)
