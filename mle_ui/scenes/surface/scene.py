"""What the page shows in one state: numbers, fields, and every moving mark as a function of theta.

Figures, sweeps and answers to a dragged point all come from `Scene.tracks`, so that what is played cannot differ from
what is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.figures.density import top_height
from mle_ui.live import moving
from mle_ui.live.shown import Readout
from mle_ui.live.tables import Handle, Slider, Tables, Track
from mle_ui.scenes.samples import GENERATED, Observed, observe
from mle_ui.scenes.surface import drawn, fields, marks, points, readouts, settings
from mle_ui.scenes.surface.drawn import Draw
from mle_ui.scenes.surface.fields import Axis, Field, Span
from mle_ui.scenes.surface.prepare import Prepared, prepare
from mle_ui.state import Asking, Control

Array = npt.NDArray[np.float64]


def build(ask: Asking, unfitted: Callable[[Observed], None] = lambda observed: None) -> Scene | None:
    """The scene of the controls' state; None where nothing can be fitted, the data then go to `unfitted`."""
    data = ask.choice(settings.DATA)
    text = ask.text(settings.NUMBERS) if data == settings.OWN else ""
    family = mle.FAMILIES[ask.choice(settings.FAMILY)]
    draw: Draw | None = None
    more: tuple[tuple[Slider, ...], tuple[int, ...]] = ((), ())
    if data == GENERATED:
        draw, *more = drawn.ask_for(ask, family)  # type: ignore[assignment]
    observed = draw.observed() if draw else observe(data, text)
    if observed.problem:
        ask.complain(observed.problem.control, observed.problem.message)
        return None
    given = tuple((p.name, float(ask.whole(settings.given(p, observed.x)))) for p in family.params if p.given)
    prepared = prepare(observed, family.key, given)
    if prepared.problem:
        ask.complain(prepared.problem.control, prepared.problem.message)
        unfitted(observed)
        return None
    sliders = prepared.sliders({name: ask.asked(name) for name in prepared.names})
    steps = tuple(ask.slider(slider) for slider in sliders)
    pair, third, view = "", "profiled", settings.VIEW.default
    if len(sliders) > 2:
        pair = ask.choice(settings.pair_choice(family), segmented=len(sliders) == 3)
        third = ask.choice(settings.third_choice(family), segmented=True)
    elif len(sliders) == 2:
        pair = settings.pair_choice(family).default
    if pair:
        view = ask.choice(settings.VIEW, segmented=True)
    tested = ask.choice(settings.test_choice(family), segmented=len(sliders) <= 3)
    if tested != "off":
        of = next(slider for slider in sliders if slider.key == tested)
        null = prepared.null(of, ask.asked("null"))
        sliders, steps = (*sliders, null), (*steps, ask.slider(null))
    sliders, steps = (*sliders, *more[0]), (*steps, *more[1])
    return Scene(prepared, sliders, steps, pair, third, view, tested, tuple(ask.items), draw)


@dataclass(frozen=True, eq=False)
class Scene:
    """One state of the page, with a fit to stand on."""

    prepared: Prepared
    sliders: tuple[Slider, ...]
    steps: tuple[int, ...]
    over: str
    third: str
    surface_view: str
    tested: str
    items: Sequence[tuple[Control, object]]
    draw: Draw | None = None
    page: str = "surface"

    @property
    def family(self) -> mle.Family:
        return self.prepared.family

    @property
    def fit(self) -> mle.FitResult:
        assert self.prepared.fit is not None
        return self.prepared.fit

    @property
    def names(self) -> tuple[str, ...]:
        return self.prepared.names

    @cached_property
    def theta(self) -> Array:
        """Where the parameters' sliders stand (s,): they come before all others."""
        return moving.values(self)[: len(self.names)]

    @cached_property
    def symbols(self) -> dict[str, str]:
        return {param.name: param.symbol for param in self.family.params}

    @cached_property
    def pair(self) -> tuple[str, str] | None:
        """The surface's parameters; None for a family with one."""
        if not self.over:
            return None
        a, b = self.over.split("-")
        return a, b

    @cached_property
    def held(self) -> tuple[str, ...]:
        """The parameters that the surface keeps fixed at their sliders."""
        if self.pair is None or self.third != "fixed":
            return ()
        return tuple(name for name in self.names if name not in self.pair)

    @cached_property
    def stamp(self) -> str:
        """Name of this state: figures and tables that carry the same stamp belong together."""
        return moving.stamp(self.page, self.items, self.prepared.print)

    @cached_property
    def view(self) -> str:
        """Name of the axes: while it stays the same a zoom is kept."""
        return moving.digest(self.prepared.print, self.family.key, self.over, self.surface_view)[:12]

    # -- numbers ------------------------------------------------------------------------------------------------------

    def full(self, theta: Array) -> Array:
        """theta (..., k) in the family's order from the sliders' values (..., s): with what is given, without what is no parameter."""
        given = dict(self.prepared.given)
        columns = [
            np.full(theta.shape[:-1], given[name]) if name in given else theta[..., self.names.index(name)]
            for name in self.family.names
        ]
        return np.stack(columns, axis=-1)

    def loglik(self, theta: Array) -> Array:
        """ℓ at the sliders' values theta (..., s), in nats."""
        return np.asarray(mle.loglik(self.family, self.prepared.x, self.full(theta)))

    def readouts(self, theta: Array, moved: Collection[str]) -> dict[str, list[str]]:
        """Strings of the moving readouts for theta (m, s)."""
        return readouts.strings(self, theta, moved)

    @property
    def shown(self) -> tuple[str, ...]:
        """The parameters whose estimates are read under the picture."""
        return self.names if len(self.names) <= 3 else self.pair or ()

    @property
    def along(self) -> mle.TestsAlong:
        """The three tests at every step of the null's slider."""
        return fields.along(self.prepared, self.tested, self.nulls.values)

    def null_steps(self, theta: Array) -> list[int]:
        """Step of the null's slider for each of theta (m, s)."""
        place = {value: step for step, value in enumerate(self.nulls.values)}
        return [place[float(value)] for value in theta[:, len(self.names)]]

    @property
    def nulls(self) -> Slider:
        """The null's slider: it comes behind those of the parameters."""
        return self.sliders[len(self.names)]

    def strip(self) -> list[Readout]:
        """The readouts under the picture."""
        return readouts.strip(self)

    def remarks(self) -> list[str]:
        """What the numbers above do not say themselves."""
        return readouts.remarks(self)

    def axis(self, name: str) -> Axis:
        """A parameter's axis: its slider's range, ∞ left out."""
        slider = self.sliders[self.names.index(name)]
        low, high = slider.values[0], slider.values[-1] if np.isfinite(slider.values[-1]) else slider.values[-2]
        return Axis(low, high, slider.logarithmic and high > 12 * low)

    @cached_property
    def field(self) -> Field:
        profiled = 0 if self.held else len(self.names) - 2
        cells = fields.PROFILED_CELLS[profiled] if profiled else fields.SURFACE_CELLS
        return self.field_at({name: self.value(name) for name in self.held}, cells)

    def field_at(self, held: Mapping[str, float], cells: int) -> Field:
        """The surface with the parameters in `held` at their values."""
        assert self.pair is not None
        a, b = self.pair
        return fields.field(self.prepared, a, b, (self.axis(a), self.axis(b)), tuple(held.items()), cells)

    def drop_on_surface(self) -> float:
        """How far the surface at the reader's point lies below its maximum; a parameter that is profiled out has its best value."""
        assert self.pair is not None
        given = dict(self.prepared.given)
        held = {name: self.value(name) for name in self.held}
        best = mle.fit(self.family, self.prepared.x, fixed={**given, **held}) if held else self.fit
        grids = {name: [self.value(name)] for name in self.pair}
        here = float(mle.surface(self.family, self.prepared.x, grids, fixed={**given, **held}).values[0, 0])
        return max(best.loglik - here, 0.0)

    def value(self, name: str) -> float:
        """Where a parameter's slider stands."""
        return next(s.values[step] for s, step in zip(self.sliders, self.steps, strict=True) if s.key == name)

    def profile(self, name: str) -> mle.Profile:
        """Profile log-likelihood over the parameter's axis."""
        return fields.profile(self.prepared, name, self.axis(name))

    def intervals(self, name: str) -> dict[str, Span]:
        """95 % intervals by method; one that does not exist here is left out."""
        return fields.intervals(self.prepared, name)

    def parabola(self, name: str) -> tuple[Array, Array, str] | None:
        """What the information makes of the profile: its osculating parabola below the top, and the words for it."""
        return fields.parabola(self.prepared, name, self.axis(name))

    @property
    def profiled(self) -> tuple[str, ...]:
        """The parameters whose profiles are drawn: all, or those of the surface where there are many."""
        if len(self.names) <= 3 or self.pair is None:
            return self.names
        return self.pair if self.tested in (*self.pair, "off") else (*self.pair, self.tested)

    # -- marks --------------------------------------------------------------------------------------------------------

    @property
    def window(self) -> tuple[float, float]:
        """Ends of the data's axis."""
        return self.prepared.window

    @cached_property
    def peak(self) -> float:
        """The model's height at the maximum: it sets the axis of the data's chart, which then stays."""
        best = self.full(np.array([[self.fit.params[name] for name in self.names]]))
        if self.family.discrete:
            return float(mle.mass_bars(self.family, best, *self.window)[1].max())
        return float(mle.density_curve(self.family, best, *self.window, points=marks.DENSITY_POINTS)[1].max())

    @cached_property
    def top(self) -> float:
        """Upper end of the data chart's axis."""
        return top_height(self.prepared.bins[1], self.family.discrete, self.peak)

    def tracks(self, theta: Array, moved: Collection[str]) -> list[Track]:
        """Frames of the marks that depend on the sliders in `moved`, for theta (K, s)."""
        return marks.tracks(self, theta, moved)

    def charts(self) -> tuple[str, ...]:
        return ("density", *(("surface",) if self.pair else ()), *(f"profile-{name}" for name in self.profiled))

    def tables(self) -> Tables:
        """What the drag layer plays."""
        handles: tuple[Handle, ...] = ()
        if self.pair is not None and self.surface_view == "contours":
            at = moving.now(self)["surface", "theta"]
            assert at.x is not None and at.y is not None
            label = f"The point: {', '.join(self.symbols[name] for name in self.pair)}"
            handles = (Handle("surface", "theta", *self.pair, (float(at.x[0, 0]), float(at.y[0, 0])), label=label),)
        if self.tested != "off":
            now = self.value("null")
            label = f"The null value {self.nulls.symbol}"
            handles += (
                Handle(f"profile-{self.tested}", "null", "null", None, (now, 0.0), shape="column", label=label),
            )
        own = points.movable(self)
        return moving.tables(
            self,
            handles=(*handles, *(points.handles(self) if own else ())),
            pads=points.pads(self) if own else (),
            play=tuple(slider.key for slider in self.sliders),
        )

    def edit(self, values: Mapping[str, float | None]) -> dict[str, object]:
        """What a point dropped, added or removed on the data's axis makes of the reader's numbers."""
        return points.edit(self, values)

    def answer(self, values: dict[str, float]) -> tuple[Sequence[Track], dict[str, str]]:
        """Marks and readouts for a point dragged to `values`."""
        if any(key.startswith("x[") for key in values):
            return points.answer(self, values)
        keys = [slider.key for slider in self.sliders]
        theta = np.array([values.get(key, now) for key, now in zip(keys, moving.values(self), strict=True)])[None]
        moved = set(values) & set(self.names) - set(self.held)
        strings = {name: texts[0] for name, texts in self.readouts(theta, moved).items()}
        return self.tracks(theta, moved), strings

    def best_steps(self) -> dict[str, int]:
        """The sliders' steps nearest to the maximum."""
        return {s.key: s.index(self.fit.params[s.key]) for s in self.sliders if s.key in self.names}
