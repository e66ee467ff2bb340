"""The line and its Gaussian noise: slope, intercept and σ are dragged, and log L falls into its three terms."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui import ranges
from mle_ui.live import moving
from mle_ui.live.shown import Readout
from mle_ui.live.tables import Handle, Sheet, Slider, Tables, Track
from mle_ui.numbers import nats, show
from mle_ui.scenes.regression import design, line_marks, points, settings, source
from mle_ui.scenes.regression.design import Design
from mle_ui.scenes.regression.pairs import Pairs
from mle_ui.scenes.samples import Problem
from mle_ui.scenes.surface.fields import Axis
from mle_ui.state import Asking, Control

Array = npt.NDArray[np.float64]

#: Where the reader starts, as parts of the sliders' ranges: off the best line, so that there is something to climb.
STARTS = {"slope": 0.34, "intercept": 0.46, "sigma": 0.4}
X0_STEPS = 240


@dataclass(frozen=True, eq=False)
class Line:
    """Where slope, intercept, σ and x₀ stand, over the points and their best fit."""

    design: Design
    fit: mle.RegressionResult
    shown: str
    over: str
    sliders: tuple[Slider, ...]
    steps: tuple[int, ...]
    items: Sequence[tuple[Control, object]]

    page = "regression"
    picture = settings.LINE

    @property
    def pairs(self) -> Pairs:
        return self.design.pairs

    @cached_property
    def stamp(self) -> str:
        return moving.stamp(self.page, self.items)

    @property
    def view(self) -> str:
        return moving.digest(self.picture, self.pairs.frame, self.over, self.ends("slope"), self.ends("sigma"))

    def charts(self) -> tuple[str, ...]:
        return ("points", "surface", "terms", "still")

    @cached_property
    def theta(self) -> Array:
        """Slope, intercept, σ, x₀."""
        return moving.values(self)

    def slider(self, key: str) -> Slider:
        return next(s for s in self.sliders if s.key == key)

    def ends(self, key: str) -> tuple[float, float]:
        values = self.slider(key).values
        return values[0], values[-1]

    def axis(self, key: str) -> Axis:
        """A parameter's axis on the surface: the range of its slider."""
        return Axis(*self.ends(key), self.slider(key).logarithmic)

    @property
    def pair(self) -> tuple[str, str]:
        a, b = self.over.split("-")
        return a, b

    @property
    def third(self) -> str:
        """The parameter that the surface holds."""
        return next(name for name in settings.PARAMS if name not in self.pair)

    # -- numbers ---------------------------------------------------------------------------------------------------------

    def coefficients(self, theta: Array) -> Array:
        """Intercept, slope and those of the higher powers, which stay at their best (..., 1 + degree), for the sliders' values."""
        rest = np.broadcast_to(self.fit.theta[2 : 1 + self.design.degree], (*theta.shape[:-1], self.design.degree - 1))
        return np.concatenate([theta[..., 1:2], theta[..., :1], rest], axis=-1)

    def residuals(self, theta: Array) -> Array:
        """y − ŷ (..., m)."""
        return np.asarray(self.pairs.y - self.coefficients(theta) @ self.design.full.T)

    def terms(self, theta: Array) -> mle.GaussianTermsMany:
        """The three terms of log L, their sum and MSE."""
        return mle.gaussian_terms_many(self.residuals(theta), theta[..., 2])

    def best(self, held: Mapping[str, Array]) -> tuple[Array, Array]:
        """Slope, intercept and σ (K, 3) that are best beside what is held, and log L there."""
        names = self.fit.names
        theta, value = self.fit.maximum_at({names.index(name): values for name, values in held.items()})
        return theta[:, [names.index(name) for name in ("slope", "intercept", "sigma")]], value

    def tracks(self, theta: Array, moved: Collection[str]) -> list[Track]:
        return line_marks.tracks(self, theta, moved)

    def readouts(self, theta: Array, moved: Collection[str]) -> dict[str, list[str]]:
        if not set(moved) - {"x0"}:
            return {}
        found = self.terms(theta)
        out = {
            "fit": [nats(v) for v in found.fit],
            "loglik": [nats(v) for v in found.total],
            "gap": [nats(max(self.fit.loglik - v, 0.0)) for v in found.total],
        }
        if "sigma" in moved:
            out["scale"] = [nats(v) for v in found.scale]
        if set(moved) & {"slope", "intercept"}:
            out["mse"] = [show(v, 5) for v in found.mse]
            out["root"] = [show(v, 5) for v in np.sqrt(found.mse)]
        return out

    def strip(self) -> list[Readout]:
        now = moving.strings(self)
        constant = nats(float(self.terms(self.theta).constant))
        return [
            Readout("scale", "−m log σ", now["scale"], "Nats. It wants σ small."),
            Readout("constant", "−(m/2) log 2π", constant, "Nats; the same for every line and every σ."),
            Readout("fit", "−(m/2σ²) MSE", now["fit"], "Nats. The only term that knows the line."),
            Readout("loglik", "log L, their sum", now["loglik"], "Nats, summed over the points."),
            Readout("mse", "MSE", now["mse"], "Mean squared residual of this line."),
            Readout("root", "√MSE, this line’s best σ", now["root"], "Set σ to it and log L is as high as this line allows."),
            Readout("gap", "below the maximum", now["gap"], "Nats that slope, intercept and σ can still win."),
        ]  # fmt: skip

    def remarks(self) -> list[str]:
        out = []
        if self.design.degree > 1:
            out.append(
                f"The curve is the line plus powers up to x^{self.design.degree} at their least-squares values, which depend "
                "neither on the line nor on σ."
            )
        return out

    # -- dragging --------------------------------------------------------------------------------------------------------

    def tables(self) -> Tables:
        now = moving.now(self)
        _, right = line_marks.grip_places(self)
        # The points last: they lie above the line's own grips, which have sliders besides.
        handles = [
            Handle("points", "grips", None, "intercept", points.at(now["points", "grips"], 0), 0, label="Intercept a: lifts the line"),
            Handle("points", "grips", None, "slope", points.at(now["points", "grips"], 1), 1, label="Slope b: turns the line",
                   lever=right - self.design.origin),
            Handle("points", "feet", "x0", None, points.at(now["points", "feet"], 0), 0, label="x₀: where the density stands"),
            Handle("points", "feet", None, "sigma", points.at(now["points", "feet"], 1), 1, label="σ: the density’s width"),
            *points.handles(self),
            Handle("surface", "theta", *self.pair, points.at(now["surface", "theta"]), label="The point: " + " and ".join(self.pair)),
            Handle("terms", "now", "sigma", None, points.at(now["terms", "now"], 2), 2, label="σ"),
            Handle("still", "theta", "slope", None, points.at(now["still", "theta"]), label="Slope b"),
        ]  # fmt: skip
        return moving.tables(
            self,
            handles=handles,
            pads=points.pads(self),
            play=("sigma", "slope", "intercept", "x0"),
            sheets=(self._sheet(),) if self.over == "slope-intercept" else (),
        )

    def _sheet(self) -> Sheet:
        """Everything on the main chart is linear in slope and intercept: four corners say it all."""
        corners = [(b, a) for b in self.ends("slope") for a in self.ends("intercept")]
        theta = np.array([[b, a, *self.theta[2:]] for b, a in corners])
        tracks = [t for t in line_marks.on_chart(self, theta, {"slope", "intercept"}) if t.kind in ("line", "points")]
        return Sheet("slope", "intercept", 2, 2, tuple(tracks), {})

    def answer(self, values: Mapping[str, float]) -> tuple[Sequence[Track], Mapping[str, str]]:
        """Marks and readouts for a point of the surface, or an observation, that is dragged."""
        keys = [slider.key for slider in self.sliders]
        if set(values) & set(keys):
            theta = np.array([values.get(key, now) for key, now in zip(keys, self.theta, strict=True)])[None]
            strings = {name: texts[0] for name, texts in self.readouts(theta, set(values)).items()}
            return self.tracks(theta, set(values)), strings
        found = points.moved(self.pairs, values)
        there = None if found.problem else prepared(found, self.design.degree, self.design.where)
        if there is None or isinstance(there, Problem):  # said when the point is dropped
            return [], {}
        scene = replace(self, design=there[0], fit=there[1])
        keys = [*keys]
        tracks = [*scene.tracks(self.theta[None], keys), line_marks.data(scene)]
        return tracks, {name: texts[0] for name, texts in scene.readouts(self.theta[None], keys).items()}

    def edit(self, values: Mapping[str, float | None]) -> Mapping[str, object]:
        """What a point dropped, added or removed makes of the data; an added one lies on the curve."""
        return points.edit(
            self.pairs, values, lambda x: float(self.design.curve(self.coefficients(self.theta), np.array([x]))[0])
        )

    def best_steps(self) -> dict[str, int]:
        """The sliders' steps nearest to the maximum."""
        return {s.key: s.index(self.fit.params[s.key]) for s in self.sliders if s.key in settings.PARAMS}


def prepared(pairs: Pairs, degree: int, origin: str) -> tuple[Design, mle.RegressionResult] | Problem:
    """The columns and the Gaussian fit."""
    found = design.design(pairs, degree, origin)
    if isinstance(found, Problem):
        return found
    fit = design.fit(found, "gaussian")
    return fit if isinstance(fit, Problem) else (found, fit)


def build(ask: Asking) -> Line | None:
    """The scene of the controls' state; None where no line can be fitted (the reason stands beside a control)."""
    pairs = source.ask_for(ask)
    if pairs is None:
        return None
    shown, over = ask.choice(settings.SHOWN, segmented=True), ask.choice(settings.PAIR, segmented=True)
    degree, origin = ask.whole(settings.DEGREE), ask.choice(settings.ORIGIN, segmented=True)
    found = prepared(pairs, degree, origin)
    if isinstance(found, Problem):
        ask.complain(found.control, found.message)
        return None
    of, fit = found
    sliders, starts = [], dict(STARTS)
    place = [fit.names.index(name) for name in ("slope", "intercept")]
    together = fit.covariance[place[0], place[1]] / np.prod(fit.errors[place])
    if abs(together) > 0.5:  # beside their ridge, not far across it
        starts["intercept"] = 0.5 - np.sign(together) * (0.46 - starts["slope"])
    for name, param in settings.PARAMS.items():
        error = fit.standard_errors[name]
        sliders.append(
            ranges.make_slider(
                param, fit.params[name], error, of.pairs.m, start=float(starts[name]), asked=ask.asked(name)
            )
        )
    low, high = pairs.frame[0]
    sliders.append(points.stepped("x0", "x₀", "where the density stands", low, high, X0_STEPS, 0.36, ask.asked("x0")))
    steps = [ask.slider(slider) for slider in sliders]
    return Line(of, fit, shown, over, tuple(sliders), tuple(steps), tuple(ask.items))
