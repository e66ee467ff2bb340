"""What the page shows in one state: numbers, fields, and every moving mark as a function of theta.

Figures, sweeps and answers to a dragged point all come from `Scene.tracks`, so that what is played cannot differ from
what is drawn.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.figures import style
from mle_ui.live.shown import Readout
from mle_ui.live.tables import Handle, Sweep, Tables, Track, image_frames
from mle_ui.numbers import nats, with_error
from mle_ui.scenes.surface.levels import BANDS, depth
from mle_ui.scenes.surface.prepare import Prepared, sentence
from mle_ui.scenes.surface.settings import SurfaceState

Array = npt.NDArray[np.float64]

FLOOR = -13.0  # bottom of the profile charts, nats below the maximum
FRAMES, FINE = 41, 481  # frames of a curve, of a point
SLICE_FRAMES = {2: (97, 161), 3: (61,)}  # where FRAMES do not suffice, by the number of parameters
DENSITY_POINTS = 121
SLICE_POINTS = {2: 81, 3: 61}
FIELD_FRAMES, FIELD_CELLS = 31, 40
PROFILE_POINTS, SURFACE_CELLS, PROFILED_CELLS = 101, 121, 61


@dataclass(frozen=True)
class Field:
    """The surface over two parameters: drops below its own maximum, and the ridge along the first."""

    first: Array
    second: Array
    drop: Array
    ridge: tuple[Array, Array]
    best: tuple[float, float]
    mark: tuple[float, float]  # the maximum where it is drawn: an infinite one stands at the axis' end


Span = tuple[float, float]


@dataclass(frozen=True)
class Axis:
    """A parameter's axis: logarithmic where it spans more than an order of magnitude or so."""

    low: float
    high: float
    logarithmic: bool

    def beyond(self, share: float) -> Span:
        """The ends moved outwards by a share of the span."""
        more = share * (self.high - self.low)
        return self.low - more, self.high + more

    def grid(self, count: int) -> Array:
        """Places spread evenly along the axis as it is drawn."""
        return (np.geomspace if self.logarithmic else np.linspace)(self.low, self.high, count)


@lru_cache(maxsize=256)
def _field(
    prepared: Prepared, a: str, b: str, axes: tuple[Axis, Axis], held: tuple[str, float] | None, cells: int
) -> Field:
    """What does not change while the two parameters move is computed once."""
    assert prepared.family is not None and prepared.fit is not None
    fixed = dict([held]) if held else None
    grids = {name: axis.grid(cells) for name, axis in zip((a, b), axes, strict=True)}
    surface = mle.surface(prepared.family, prepared.x, grids, fixed=fixed)
    fit = mle.fit(prepared.family, prepared.x, fixed=fixed) if fixed else prepared.fit
    along = mle.profile(fit, a, grids[a])
    first, second = axes
    # Where the ridge leaves the picture (to ∞, perhaps) it goes on just outside.
    outside = (second.low / 1.2, second.high * 1.2) if second.logarithmic else second.beyond(0.1)
    ridge = (along.grid, np.clip(along.path[:, prepared.family.index(b)], *outside))
    best = (fit.params[a], fit.params[b])
    mark = (float(np.clip(best[0], first.low, first.high)), float(np.clip(best[1], second.low, second.high)))
    top = max(fit.loglik, float(np.max(surface.values)))
    return Field(grids[a], grids[b], top - surface.values, ridge, best, mark)


@lru_cache(maxsize=128)
def _profile(prepared: Prepared, name: str, axis: Axis) -> mle.Profile:
    """The profile on an even grid that also holds the maximum and the intervals' ends."""
    assert prepared.fit is not None
    special = [prepared.fit.params[name], *(end for ends in _intervals(prepared, name).values() for end in ends)]
    inside = [value for value in special if axis.low <= value <= axis.high]
    return mle.profile(prepared.fit, name, np.unique([*axis.grid(PROFILE_POINTS), *inside]))


@lru_cache(maxsize=128)
def _intervals(prepared: Prepared, name: str) -> dict[str, Span]:
    assert prepared.fit is not None
    out = {}
    for method in ("likelihood", "wald"):
        try:
            ends = mle.interval(prepared.fit, name, 0.95, method)
            if not np.isnan(ends).any():
                out[method] = ends
        except ValueError:  # a method that does not exist here, such as Wald at a boundary
            continue
    return out


def _some(frames: Array, count: int) -> Array:
    """`count` of the frames, evenly, both ends included; all of them if there are fewer."""
    if len(frames) <= count:
        return frames
    assert (len(frames) - 1) % (count - 1) == 0, "the last frame would be lost"
    return frames[:: (len(frames) - 1) // (count - 1)]


@dataclass(frozen=True, eq=False)
class Scene:
    """One state of the page, with a fit to stand on."""

    prepared: Prepared
    state: SurfaceState

    @property
    def family(self) -> mle.Family:
        assert self.prepared.family is not None
        return self.prepared.family

    @property
    def fit(self) -> mle.FitResult:
        assert self.prepared.fit is not None
        return self.prepared.fit

    @property
    def names(self) -> tuple[str, ...]:
        return self.family.names

    @cached_property
    def theta(self) -> Array:
        return np.array(self.state.theta)

    @cached_property
    def symbols(self) -> dict[str, str]:
        return {param.name: param.symbol for param in self.family.params}

    @cached_property
    def pair(self) -> tuple[str, str] | None:
        """The surface's parameters; None for a family with one."""
        if len(self.names) < 2:
            return None
        a, b = self.state.pair.split("-")
        return a, b

    @cached_property
    def held(self) -> str | None:
        """The parameter that the surface keeps fixed at its slider."""
        if self.pair is None or self.state.third != "fixed":
            return None
        return next((name for name in self.names if name not in self.pair), None)

    @cached_property
    def stamp(self) -> str:
        """Name of this state: figures and tables that carry the same stamp belong together."""
        text = repr((self.state.query(), self.prepared.x.tobytes()))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @cached_property
    def view(self) -> str:
        """Name of the axes: while it stays the same a zoom is kept."""
        s = self.state
        return hashlib.sha256(repr((s.data, s.numbers, s.family, s.pair, s.view)).encode()).hexdigest()[:12]

    # -- numbers ------------------------------------------------------------------------------------------------------

    def loglik(self, theta: Array) -> Array:
        """ℓ at theta (..., k) in nats."""
        return np.asarray(mle.loglik(self.family, self.prepared.x, theta))

    def readouts(self, theta: Array) -> dict[str, list[str]]:
        """Strings of the moving readouts for theta (m, k)."""
        values = self.loglik(theta)
        return {"loglik": [nats(v) for v in values], "gap": [nats(v) for v in np.maximum(self.fit.loglik - values, 0)]}

    def strip(self) -> list[Readout]:
        """The readouts under the picture."""
        now = {name: strings[0] for name, strings in self.readouts(self.theta[None]).items()}
        fixed = [
            Readout(f"hat-{name}", f"{self.symbols[name]}\u0302 ± se", with_error(*self.prepared.estimates[name]))
            for name in self.names
        ]
        return [
            Readout(
                "loglik", "ℓ(θ), nats", now["loglik"], "Log-likelihood where the sliders stand, summed over the sample."
            ),
            Readout("max", "ℓ(θ\u0302), nats", nats(self.fit.loglik), "The highest value that any parameters reach."),
            Readout(
                "gap",
                "gap, nats",
                now["gap"],
                "How far below the maximum you are, all parameters where their sliders stand.",
            ),
            *fixed,
        ]

    def remarks(self) -> list[str]:
        """What the numbers above do not say themselves."""
        out = [sentence(warning) for warning in self.fit.warnings]
        worst = max((abs(r) for r in self.correlations()), default=0.0)
        if worst > 0.999:
            out.append(
                f"The estimates are almost perfectly correlated (|ρ| = 1 − {1 - worst:.1g}): the hill is a knife edge, "
                "and one slider alone soon falls off it."
            )
        return out

    def correlations(self) -> list[float]:
        """Correlations between the estimates, each pair once; those that do not exist are left out."""
        covariance = self.fit.covariance
        with np.errstate(all="ignore"):
            matrix = covariance / np.sqrt(np.outer(np.diag(covariance), np.diag(covariance)))
        return [float(r) for r in matrix[np.triu_indices(len(matrix), 1)] if np.isfinite(r)]

    def axis(self, name: str) -> Axis:
        """A parameter's axis: its slider's range, ∞ left out."""
        slider = self.state.sliders[self.names.index(name)]
        low, high = slider.values[0], slider.values[-1] if np.isfinite(slider.values[-1]) else slider.values[-2]
        return Axis(low, high, slider.logarithmic and high > 12 * low)

    @cached_property
    def field(self) -> Field:
        cells = PROFILED_CELLS if len(self.names) > 2 and self.held is None else SURFACE_CELLS
        return self.field_at(self.value(self.held) if self.held else None, cells)

    def field_at(self, held: float | None, cells: int) -> Field:
        assert self.pair is not None
        a, b = self.pair
        fixed = (self.held, held) if self.held and held is not None else None
        return _field(self.prepared, a, b, (self.axis(a), self.axis(b)), fixed, cells)

    def drop_on_surface(self) -> float:
        """How far the surface at the reader's point lies below its maximum; a parameter that is profiled out has its best value."""
        if len(self.names) == 2 or self.held:
            held = (
                self.fit
                if not self.held
                else mle.fit(self.family, self.prepared.x, fixed={self.held: self.value(self.held)})
            )
            return max(held.loglik - float(self.loglik(self.theta)), 0.0)
        assert self.pair is not None
        grids = {name: [self.value(name)] for name in self.pair}
        return max(self.fit.loglik - float(mle.surface(self.family, self.prepared.x, grids).values[0, 0]), 0.0)

    def value(self, name: str) -> float:
        """Where a parameter's slider stands."""
        return float(self.theta[self.names.index(name)])

    def profile(self, name: str) -> mle.Profile:
        """Profile log-likelihood over the parameter's axis."""
        return _profile(self.prepared, name, self.axis(name))

    def intervals(self, name: str) -> dict[str, Span]:
        """95 % likelihood and Wald intervals; a method that does not exist here is left out."""
        return _intervals(self.prepared, name)

    # -- marks --------------------------------------------------------------------------------------------------------

    @cached_property
    def window(self) -> tuple[float, float]:
        """Ends of the data's axis."""
        low, high = float(self.prepared.x.min()), float(self.prepared.x.max())
        if self.prepared.discrete:
            return low - 0.7, high + 0.7 + 0.1 * (high - low)
        margin = 0.18 * (high - low) or abs(low) * 0.5 or 1.0
        return max(low - margin, min(self.family.support.low, low)), high + margin

    def tracks(self, theta: Array, moved: Collection[str]) -> list[Track]:
        """Frames of the marks that depend on the parameters in `moved`, for theta (K, k)."""
        return [*self._law(theta), *self._surface(theta, moved), *self._profiles(theta, moved)]

    def _law(self, theta: Array) -> list[Track]:
        coarse = _some(theta, FRAMES)
        if self.family.discrete:
            k, p = mle.mass_bars(self.family, coarse, *self.window)
            return [Track("density", "model", "bars", k + 0.2, p, width=0.38)]
        x, y = mle.density_curve(self.family, coarse, *self.window, points=DENSITY_POINTS)
        return [Track("density", "model", "line", x, y)]

    def _surface(self, theta: Array, moved: Collection[str]) -> list[Track]:
        if self.pair is None:
            return []
        a, b = (self.names.index(name) for name in self.pair)
        shown = np.where(np.isfinite(theta), theta, [self.axis(name).high for name in self.names])
        out = [Track("surface", "theta", "points", shown[:, [a]], shown[:, [b]])]
        if self.held is not None and self.held in moved:
            at = theta[:, self.names.index(self.held)]
            fields = [self.field_at(float(v), FIELD_CELLS) for v in _some(at, FIELD_FRAMES)]
            first, second = self.axis(self.pair[0]), self.axis(self.pair[1])
            extent = (first.low, first.high, second.low, second.high)
            values = image_frames(np.stack([depth(f.drop) for f in fields]) / BANDS)
            out.append(Track("surface", "field", "image", values=values, extent=extent, colours=style.bands(BANDS)))
            out.append(Track("surface", "ridge", "line", fields[0].ridge[0], np.stack([f.ridge[1] for f in fields])))
            best = np.array([f.mark for f in fields])
            out.append(Track("surface", "best", "points", best[:, [0]], best[:, [1]]))
        return out

    def _profiles(self, theta: Array, moved: Collection[str]) -> list[Track]:
        heights = np.clip(self.loglik(theta) - self.fit.loglik, FLOOR + 0.25, 0.0)
        out = []
        for j, name in enumerate(self.names):
            shown = np.where(np.isfinite(theta[:, j]), theta[:, j], self.axis(name).high)
            out.append(Track(f"profile-{name}", "theta", "points", shown[:, None], heights[:, None]))
            if len(self.names) > 1 and set(moved) - {name}:
                grid = self.axis(name).grid(SLICE_POINTS[len(self.names)])
                out.append(Track(f"profile-{name}", "slice", "line", grid, self._slices(theta, j, grid)))
        return out

    def _slices(self, theta: Array, j: int, grid: Array) -> Array:
        """Log-likelihood along parameter j below the maximum, as many of the K frames as it takes to blend them.

        The blend of two frames misses the one between by an eighth of their second difference; where the slices race past
        each other (a narrow ridge) that takes more frames.
        """
        for frames in (FRAMES, *SLICE_FRAMES[len(self.names)]):
            at = np.repeat(_some(theta, frames)[:, None, :], grid.size, axis=1)
            at[..., j] = grid
            drop = np.clip(self.loglik(at) - self.fit.loglik, -60.0, 0.0)
            seen = drop[1:-1] > FLOOR - 2
            if not seen.any() or np.abs(np.diff(drop, 2, axis=0))[seen].max() / 8 < 0.02:
                break
        return drop

    def now(self) -> dict[tuple[str, str], Track]:
        """Every mark where it stands now, one frame each."""
        return {(t.chart, t.mark): t for t in self.tracks(self.theta[None], self.names)}

    # -- tables -------------------------------------------------------------------------------------------------------

    def _sweep(self, place: int) -> Sweep:
        slider = self.state.sliders[place]
        theta = np.repeat(self.theta[None], FINE, axis=0)
        theta[:, place] = slider.places(FINE)
        steps = np.repeat(self.theta[None], len(slider.values), axis=0)
        steps[:, place] = slider.values
        tracks = tuple(self.tracks(theta, {slider.key}))
        return Sweep(slider, self.state.steps[place], tracks, self.readouts(steps))

    def tables(self) -> Tables:
        """What the drag layer plays."""
        handles: tuple[Handle, ...] = ()
        if self.pair is not None and self.state.view == "contours":
            at = self.now()["surface", "theta"]
            assert at.x is not None and at.y is not None
            handles = (Handle("surface", "theta", *self.pair, (float(at.x[0, 0]), float(at.y[0, 0]))),)
        return Tables(
            page="surface",
            state=self.stamp,
            charts=self.charts(),
            sweeps=tuple(self._sweep(place) for place in range(len(self.names))),
            readouts={name: strings[0] for name, strings in self.readouts(self.theta[None]).items()},
            handles=handles,
            play=self.names,
        )

    def charts(self) -> tuple[str, ...]:
        return ("density", *(("surface",) if self.pair else ()), *(f"profile-{name}" for name in self.names))

    def answer(self, values: dict[str, float]) -> tuple[Sequence[Track], dict[str, str]]:
        """Marks and readouts for a point dragged to `values`."""
        theta = np.array([values.get(name, now) for name, now in zip(self.names, self.theta, strict=True)])[None]
        moved = set(values) - ({self.held} if self.held else set())
        strings = {name: texts[0] for name, texts in self.readouts(theta).items()}
        return self.tracks(theta, moved), strings

    def best_steps(self) -> dict[str, int]:
        """The sliders' steps nearest to the maximum."""
        return {s.key: s.index(self.fit.params[s.key]) for s in self.state.sliders}
