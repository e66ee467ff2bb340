"""One state of the page: a family, the parameter that is called θ, observations, and where the cuts stand."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.live import moving
from mle_ui.live.shown import Readout
from mle_ui.live.tables import Grid, Handle, Pad, Slider, Tables, Track
from mle_ui.numbers import show
from mle_ui.scenes.likelihood import marks, settings
from mle_ui.scenes.likelihood.slices import Picture, picture
from mle_ui.state import Asking, Control

Array = npt.NDArray[np.float64]


AREA_HELP = "By quadrature over the whole domain; ∞ where windows further and further out add as much again."


SCORE_HELP = (
    "Slope of log L where the row stands, in nats per unit; 0 at a round top. The purple line is the tangent of L."
)


def size(log: float) -> str:
    """A number from its logarithm, also where it is too small or too large for a computer's own numbers."""
    if not math.isfinite(log):
        return "∞" if log > 0 else "0"
    if abs(log) < 600:
        return show(math.exp(log), 4)
    power = math.floor(log / math.log(10))
    return show(math.exp(log - power * math.log(10)), 4) + "×10" + _raised(power)


def _raised(power: int) -> str:
    return str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


@dataclass(frozen=True, eq=False)
class Scene:
    """The sliders are the observations' first, then the family's parameters."""

    picture: Picture
    fixed: str
    count: int
    sliders: tuple[Slider, ...]
    steps: tuple[int, ...]
    items: Sequence[tuple[Control, object]]
    page: str = "likelihood"

    @property
    def family(self) -> mle.Family:
        return self.picture.family

    @property
    def over(self) -> str:
        return self.picture.over

    @property
    def x_keys(self) -> tuple[str, ...]:
        return tuple(slider.key for slider in self.sliders[: self.count])

    @property
    def most(self) -> int:
        """How many observations there may be."""
        return settings.points(self.family).high

    @property
    def held(self) -> tuple[str, ...]:
        """The parameters beside θ."""
        return tuple(name for name in self.family.names if name != self.over)

    @cached_property
    def values(self) -> Array:
        return moving.values(self)

    @property
    def x(self) -> Array:
        """The observations (n,)."""
        return self.values[: self.count]

    @property
    def theta(self) -> Array:
        """The parameters (k,), in the family's order."""
        return self.values[self.count :]

    @property
    def own(self) -> float:
        """Where θ stands."""
        return float(self.theta[self.picture.place])

    @cached_property
    def stamp(self) -> str:
        return moving.stamp(self.page, self.items)

    @cached_property
    def view(self) -> str:
        return moving.digest(self.page, self.family.key, self.over, self.count == 1)

    def charts(self) -> tuple[str, ...]:
        return ("density", "map", "likelihood", "other")

    def tracks(self, theta: Array, moved: Collection[str]) -> list[Track]:
        return marks.tracks(self, theta, moved)

    # -- numbers -------------------------------------------------------------------------------------------------------

    def at_steps(self, theta: Array, moved: Collection[str]) -> Array:
        """theta (m, n + k) at every step of the one slider that moves; as it is where it stands still."""
        if len(theta) == 1 or len(moved) != 1:
            return theta
        (key,) = moved
        place = [slider.key for slider in self.sliders].index(key)
        out = np.repeat(theta[:1], len(self.sliders[place].values), axis=0)
        out[:, place] = self.sliders[place].values
        return out

    def _split(self, theta: Array) -> tuple[Array, Array]:
        return theta[:, : self.count], theta[:, self.count :]

    def _turns(self, moved: Collection[str]) -> bool:
        """Whether the likelihood as a whole changes: all but θ itself moves it."""
        return bool(set(moved) - {self.over})

    def areas(self, theta: Array, moved: Collection[str]) -> dict[str, list[str]]:
        """Areas as text for theta (m, n + k), by chart; those that depend on what moves."""
        x, at = self._split(theta)
        out = {}
        if set(moved) & set(self.family.names):
            out["density"] = [f"{area:.4f}" for area in self.picture.areas_over_x(at)]
        if self._turns(moved):
            found = self.picture.slices(x, at)
            out["likelihood"] = [size(v) for v in np.broadcast_to(found.log_area, len(theta))]
            out["other"] = [size(v) for v in np.broadcast_to(found.log_area_transformed, len(theta))]
        return out

    def readouts(self, theta: Array, moved: Collection[str]) -> dict[str, list[str]]:
        x, at = self._split(theta)
        logs = self.picture.loglik(x, at)
        slopes = np.where(np.isfinite(logs), self.picture.slopes(x, at), np.nan)
        out = {"here": [size(v) for v in logs], "slope": [show(v, 4) for v in slopes]}
        words = self.areas(theta, moved)
        names = {"density": "area-x", "likelihood": "area-theta", "other": "area-other"}
        out |= {names[chart]: texts for chart, texts in words.items()}
        if self._turns(moved):
            best = np.broadcast_to(self.picture.slices(x, at).argmax, len(theta))
            out["best"] = [show(v) for v in best]
            out["best-other"] = [show(v) for v in mle.reparametrised(self.picture.param, best)]
        return out

    def strip(self) -> list[Readout]:
        now = moving.strings(self)
        symbol, other = self.picture.param.symbol, settings.other_name(self.picture.param)
        what = "p(x; θ) where the cuts meet" if self.count == 1 else "L(θ), the product of all p"
        return [
            Readout("here", what, now["here"]),
            Readout("slope", f"score ∂ log L/∂{symbol}", now["slope"], SCORE_HELP),
            Readout("area-x", "area over x", now["area-x"], "By quadrature (a sum for counts) over the whole support."),
            Readout("area-theta", f"area over {symbol}", now["area-theta"], AREA_HELP),
            Readout("area-other", f"area over {other}", now["area-other"]),
            Readout("best", f"{symbol}\u0302, where L is largest", now["best"]),
            Readout("best-other", f"{other} there", now["best-other"]),
        ]  # fmt: skip

    def remarks(self) -> list[str]:
        found = self.picture.slices(*self._split(self.values[None]))
        symbol = self.picture.param.symbol
        out = []
        if found.log_height[0] == math.inf:
            out.append(
                f"The likelihood grows without bound as {symbol} → {show(float(found.argmax[0]))}: there is no maximum."
            )
        elif np.isnan(found.argmax[0]):
            out.append(
                f"These observations are impossible at every {symbol} with the other parameters as they are: L is 0."
            )
        elif not self.picture.span[0] <= found.argmax[0] <= self.picture.span[1]:
            out.append(f"The maximum lies outside of the picture, at {symbol} = {show(float(found.argmax[0]))}.")
        if self.count > 1:
            out.append(
                "With several observations the likelihood's slice is a product of columns; it is drawn in units of its maximum."
            )
        return out

    # -- tables --------------------------------------------------------------------------------------------------------

    def tables(self) -> Tables:
        symbol = self.picture.param.symbol
        low, bottom = self.picture.window[0], self.picture.span[0]
        now = moving.now(self)
        removable = self.count > 1

        def at(chart: str, mark: str, index: int = 0) -> tuple[float, float]:
            track = now[chart, mark]
            assert track.x is not None and track.y is not None
            return float(np.ravel(track.x)[index]), float(np.ravel(track.y)[index])

        handles = [Handle("map", "theta", None, self.over, (low, self.own), shape="row", label=f"Drag {symbol}")]
        for i, (key, value) in enumerate(zip(self.x_keys, self.x.tolist(), strict=True)):
            words = f"Drag {self.sliders[i].symbol}"
            handles += [
                Handle("map", key, key, None, (value, bottom), shape="column", label=words, removable=removable),
                Handle("density", "data", key, None, at("density", "data", i), i, label=words, removable=removable),
            ]
        for i, key in enumerate(self.x_keys):
            words = f"Drag {self.sliders[i].symbol} and {symbol}"
            handles.append(
                Handle("map", "cross", key, self.over, at("map", "cross", i), i, label=words, removable=removable)
            )
        handles.append(
            Handle("likelihood", "theta", None, self.over, at("likelihood", "theta"), label=f"Drag {symbol}")
        )
        pads = []
        if self.count < self.most:
            values = self.sliders[0].values
            grid = Grid("x[+]", values[0], values[1] - values[0], len(values))
            top = self.picture.top
            pads.append(
                Pad("density", grid, None, (-marks.STRIP * top, -0.01 * top), label="Click to add an observation")
            )
        links = ((("map", "cross"), ("density", "data")),)
        return moving.tables(self, handles=handles, play=tuple(s.key for s in self.sliders), pads=pads, links=links)

    def answer(self, values: Mapping[str, float]) -> tuple[list[Track], Mapping[str, str]]:
        """Marks and readouts while the point where the cuts meet is dragged."""
        theta = self.values.copy()
        keys = [slider.key for slider in self.sliders]
        moved = set(values) & set(keys)
        for key in moved:
            theta[keys.index(key)] = values[key]
        strings = self.readouts(theta[None], moved)
        return self.tracks(theta[None], moved), {name: texts[0] for name, texts in strings.items()}

    def edit(self, values: Mapping[str, float | None]) -> dict[str, object]:
        """Controls after an observation was added, or taken away: those behind it move up."""
        x: list[float] = self.x.tolist()
        if (new := values.get("x[+]")) is not None and len(x) < self.most:
            x.append(new)
        gone = [i for i, key in enumerate(self.x_keys) if key in values and values[key] is None]
        if len(gone) < len(x):
            x = [value for i, value in enumerate(x) if i not in gone]
        steps = self.sliders[0]
        return {
            "points": len(x),
            **{f"x{i + 1}": steps.values[steps.index(value)] for i, value in enumerate(x)},
        }


def build(ask: Asking) -> Scene | None:
    family = mle.FAMILIES[ask.choice(settings.FAMILY)]
    over = ask.choice(settings.over_choice(family))
    fixed = ask.choice(settings.FIXED, segmented=True)
    count = ask.whole(settings.points(family))
    observed = settings.x_sliders(family, count, ask.asked)
    params = {param.name: settings.param_slider(param, ask.asked(param.name)) for param in family.params}
    # θ is asked for before the parameters that are held, and stands above them.
    shown = [*observed, params[over], *(params[name] for name in family.names if name != over)]
    steps = {slider.key: ask.slider(slider) for slider in shown}
    sliders = (*observed, *(params[name] for name in family.names))
    return Scene(
        picture(family.key, over), fixed, count, sliders, tuple(steps[s.key] for s in sliders), tuple(ask.items)
    )
