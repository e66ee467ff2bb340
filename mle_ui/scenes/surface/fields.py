"""What is drawn of a likelihood and does not move with theta: the surface, profiles and intervals, computed once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.numbers import show
from mle_ui.scenes.surface.prepare import Prepared

Array = npt.NDArray[np.float64]
Span = tuple[float, float]

PROFILE_POINTS, SURFACE_CELLS = 101, 121
#: Cells along an axis where the others are profiled out: every cell is a fit of its own.
PROFILED_CELLS = {1: 61, 2: 21, 3: 21}


@dataclass(frozen=True)
class Field:
    """The surface over two parameters: drops below its own maximum, and the ridge along the first."""

    first: Array
    second: Array
    drop: Array
    ridge: tuple[Array, Array]
    best: tuple[float, float]
    mark: tuple[float, float]  # the maximum where it is drawn: an infinite one stands at the axis' end


@dataclass(frozen=True)
class Axis:
    """A parameter's axis: logarithmic where it spans more than an order of magnitude or so."""

    low: float
    high: float
    logarithmic: bool

    def beyond(self, share: float) -> Span:
        """The ends moved outwards by a share of the span, along the axis as it is drawn."""
        if self.logarithmic:
            factor = (self.high / self.low) ** share
            return self.low / factor, self.high * factor
        more = share * (self.high - self.low)
        return self.low - more, self.high + more

    def share(self, values: Array) -> Array:
        """Where values lie along the axis as it is drawn: 0 at its low end, 1 at its high end."""
        if self.logarithmic:
            return np.asarray(np.log(values / self.low) / np.log(self.high / self.low))
        return np.asarray((values - self.low) / (self.high - self.low))

    def grid(self, count: int) -> Array:
        """Places spread evenly along the axis as it is drawn."""
        return (np.geomspace if self.logarithmic else np.linspace)(self.low, self.high, count)


Held = tuple[tuple[str, float], ...]


@lru_cache(maxsize=256)
def field(prepared: Prepared, a: str, b: str, axes: tuple[Axis, Axis], held: Held, cells: int) -> Field:
    """The surface over `a` and `b`, parameters in `held` at their values, the others profiled out."""
    assert prepared.family is not None and prepared.fit is not None
    fixed = {**dict(prepared.given), **dict(held)}
    grids = {name: axis.grid(cells) for name, axis in zip((a, b), axes, strict=True)}
    surface = mle.surface(prepared.family, prepared.x, grids, fixed=fixed)
    fit = mle.fit(prepared.family, prepared.x, fixed=fixed) if held else prepared.fit
    along = mle.profile(fit, a, grids[a])
    first, second = axes
    # Where the ridge leaves the picture (to ∞, perhaps) it goes on just outside.
    path = along.path[:, prepared.family.index(b)]
    ridge = (along.grid, np.clip(np.nan_to_num(path, nan=np.inf), *second.beyond(0.1)))
    best = (fit.params[a], fit.params[b])
    mark = (float(np.clip(best[0], first.low, first.high)), float(np.clip(best[1], second.low, second.high)))
    top = max(fit.loglik, float(np.max(surface.values)))
    return Field(grids[a], grids[b], top - surface.values, ridge, best, mark)


@lru_cache(maxsize=128)
def tops(prepared: Prepared, held: tuple[str, ...], rows: tuple[tuple[float, ...], ...]) -> tuple[Array, Array]:
    """The maxima theta (K, k) and their heights (K,), nats, for K rows of values of the parameters in `held`.

    All at once: fits from one start side by side cost little more than a few of them.
    """
    assert prepared.fit is not None
    places = [prepared.family.index(name) for name in held]
    return prepared.fit.maximum_at(dict(zip(places, np.array(rows).T, strict=True)))


@lru_cache(maxsize=64)
def drops(
    prepared: Prepared,
    a: str,
    b: str,
    axes: tuple[Axis, Axis],
    held: tuple[str, ...],
    rows: tuple[tuple[float, ...], ...],
    cells: int,
) -> Array:
    """Surfaces (K, cells, cells) over `a` and `b` below their own maxima, for K rows of held parameters."""
    assert prepared.family is not None
    grids = {name: axis.grid(cells) for name, axis in zip((a, b), axes, strict=True)}
    given = dict(prepared.given)
    values = np.stack(
        [
            mle.surface(prepared.family, prepared.x, grids, fixed={**given, **dict(zip(held, row, strict=True))}).values
            for row in rows
        ]
    )
    heights = np.maximum(tops(prepared, held, rows)[1], values.max(axis=(1, 2)))
    return np.asarray(heights[:, None, None] - values)


@lru_cache(maxsize=64)
def ridges(
    prepared: Prepared,
    a: str,
    b: str,
    axes: tuple[Axis, Axis],
    held: tuple[str, ...],
    rows: tuple[tuple[float, ...], ...],
    count: int,
) -> tuple[Array, Array, Array]:
    """`count` places along `a`, the ridges over them (K, count) and the maxima (K, 2) for K rows of held parameters, as drawn."""
    assert prepared.fit is not None
    first, second = axes
    index = prepared.family.index
    grid = first.grid(count)
    columns = {index(name): np.repeat(column, count) for name, column in zip(held, np.array(rows).T, strict=True)}
    path, _ = prepared.fit.maximum_at({index(a): np.tile(grid, len(rows)), **columns})
    ridge = np.clip(np.nan_to_num(path[:, index(b)], nan=np.inf), *second.beyond(0.1)).reshape(len(rows), count)
    best = tops(prepared, held, rows)[0][:, [index(a), index(b)]]
    return grid, ridge, np.clip(np.nan_to_num(best, nan=np.inf), [first.low, second.low], [first.high, second.high])


@lru_cache(maxsize=64)
def along(prepared: Prepared, name: str, nulls: tuple[float, ...]) -> mle.TestsAlong:
    """The three tests of every null that the slider may take."""
    assert prepared.fit is not None
    with np.errstate(all="ignore"):
        return mle.tests_along(prepared.fit, name, np.array(nulls))


@lru_cache(maxsize=128)
def profile(prepared: Prepared, name: str, axis: Axis) -> mle.Profile:
    """The profile on an even grid that also holds the maximum and the intervals' ends."""
    assert prepared.fit is not None
    special = [prepared.fit.params[name], *(end for ends in intervals(prepared, name).values() for end in ends)]
    inside = [value for value in special if axis.low <= value <= axis.high]
    return mle.profile(prepared.fit, name, np.unique([*axis.grid(PROFILE_POINTS), *inside]))


@lru_cache(maxsize=128)
def intervals(prepared: Prepared, name: str) -> dict[str, Span]:
    """95 % intervals by method; a method that does not exist here (Wald at a boundary) is left out.

    A mixture that one normal describes as well has estimates without errors, and no interval means anything.
    """
    assert prepared.fit is not None
    out: dict[str, Span] = {}
    estimate, error = prepared.estimates[name]
    if np.isfinite(estimate) and np.isnan(error) and name not in prepared.fit.irregular:
        return out
    for method in ("likelihood", "wald", "score"):
        try:
            with np.errstate(all="ignore"):
                ends = mle.interval(prepared.fit, name, 0.95, method)
            if not np.isnan(ends).any():
                out[method] = ends
        except ValueError:
            continue
    return out


def parabola(prepared: Prepared, name: str, axis: Axis) -> tuple[Array, Array, str] | None:
    """What the information makes of the profile: its osculating parabola below the top, and the words for it."""
    centre, error = prepared.estimates[name]
    if not (np.isfinite(centre) and np.isfinite(error) and error > 0):
        return None
    x = centre + error * np.linspace(-5.2, 5.2, 81)
    x = x[(x >= axis.low) & (x <= axis.high)]
    return x, -0.5 * np.square((x - centre) / error), f"curvature 1/se² = {show(error**-2, 3)}"
