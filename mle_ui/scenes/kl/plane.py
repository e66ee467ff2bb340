"""One normal in the plane for a mixture of two correlated ones: the forward fit covers, the reverse fit chooses."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from mle_ui.live import moving
from mle_ui.live.shown import Readout
from mle_ui.live.tables import Handle, Slider, Tables, Track
from mle_ui.numbers import show
from mle_ui.scenes.kl import fit, plane_marks, settings
from mle_ui.state import Asking, Control

Array = npt.NDArray[np.float64]

_CORRELATIONS = settings.even(-0.8, 0.8, 0.05)
_WIDTHS = settings.even(0.4, 1.5, 0.05)
_PLACES = settings.even(-3.0, 3.0, 0.1)


def _place(key: str, symbol: str, label: str, default: float) -> Slider:
    return settings.stepped(key, symbol, label, _PLACES, default, counted=True)


SLIDERS = (
    fit.TARGET[0],
    settings.stepped("rho_1", "ρ₁", "correlation of the left one", _CORRELATIONS, 0.5, counted=True),
    settings.stepped("rho_2", "ρ₂", "correlation of the right one", _CORRELATIONS, -0.6, counted=True),
    settings.stepped("sigma_1", "σ₁", "width of the left one", _WIDTHS, 0.6, counted=True),
    settings.stepped("sigma_2", "σ₂", "width of the right one", _WIDTHS, 0.8, counted=True),
    _place("x_1", "x₁ of the left mean", "", -1.7),
    _place("y_1", "x₂ of the left mean", "", -0.9),
    _place("x_2", "x₁ of the right mean", "", 1.7),
    _place("y_2", "x₂ of the right mean", "", 0.9),
    fit.STEP,
    _place("x_0", "x₁ of the start", "", -0.4),
    _place("y_0", "x₂ of the start", "", 2.2),
    fit.START[1],
)
#: Moved by dragging a point: their native inputs are out of sight.
HIDDEN = ("x_1", "y_1", "x_2", "y_2", "x_0", "y_0")


@dataclass(frozen=True, eq=False)
class Plane:
    """Where the target's nine numbers, the search's step and its start, and Rényi’s α stand."""

    unit: str
    third: str
    sliders: tuple[Slider, ...]
    steps: tuple[int, ...]
    items: Sequence[tuple[Control, object]]

    page = "kl"
    picture = settings.PLANE

    @cached_property
    def stamp(self) -> str:
        return moving.stamp(self.page, self.items)

    @property
    def view(self) -> str:
        return self.picture

    def charts(self) -> tuple[str, ...]:
        return ("plane", "costs")

    @cached_property
    def values(self) -> Array:
        """w, ρ₁, ρ₂, σ₁, σ₂, both means, step, start, σ₀, and α where there is one."""
        return moving.values(self)

    @property
    def scale(self) -> float:
        """What nats are multiplied with to be shown."""
        return 1.0 if self.unit == "nats" else 1 / math.log(2)

    def tracks(self, theta: Array, moved: Collection[str]) -> list[Track]:
        return plane_marks.tracks(self.third, theta, moved, self.scale)

    def readouts(self, theta: Array, moved: Collection[str]) -> dict[str, list[str]]:
        if len(theta) > 1 and set(moved) <= set(HIDDEN):
            return {}
        found: dict[str, list[str]] = {}
        if set(moved) - {"step", "x_0", "y_0", "start_sigma"}:
            found["third"] = [show(v * self.scale, 4) for v in plane_marks.between(self.third, theta).values]
            if self.third == "renyi":  # D_α itself goes to 0 with α
                shares = plane_marks.between(self.third, theta).values / theta[:, plane_marks.ALPHA]
                both = zip(found["third"], shares.tolist(), strict=True)
                found["third"] = [f"{least} · {show(v * self.scale, 4)}" for least, v in both]
        if set(moved) == {"alpha"}:
            return found
        _, now = plane_marks.costs(theta, *plane_marks.here(theta))
        found["search"] = [show(v * self.scale, 4) for v in now]
        if not set(moved) - {"step", "x_0", "y_0", "start_sigma", "alpha"}:
            return found
        one, ends = plane_marks.forward(theta), plane_marks.reverse(theta)
        _, back = plane_marks.costs(theta, one.means, one.covariances)
        there, _ = plane_marks.costs(theta, ends.means[0], ends.covariances[0])
        others = [
            " · ".join(show(v * self.scale, 3) for v in values[1:][known[1:]]) or "none"
            for values, known in zip(ends.values.T, ends.there.T, strict=True)
        ]
        return found | {
            "forward": [show(v * self.scale, 4) for v in one.values],
            "forward_back": [show(v * self.scale, 4) for v in back],
            "best": [show(v * self.scale, 4) for v in ends.values[0]],
            "best_there": [show(v * self.scale, 4) for v in there],
            "others": others,
            "tilts": [f"{_tilt(a)} · {_tilt(b)}" for a, b in zip(one.covariances, ends.covariances[0], strict=True)],
        }

    def strip(self) -> list[Readout]:
        now, unit = moving.strings(self), self.unit
        return [
            Readout("forward", f"forward fit: D(p‖q), {unit}", now["forward"], "The least there is: q with the mean and covariance of p."),
            Readout("forward_back", "and its D(q‖p)", now["forward_back"], "It pays for the valley that it covers."),
            Readout("best", f"reverse fit: D(q‖p), {unit}", now["best"], "The lowest local minimum."),
            Readout("best_there", "and its D(p‖q)", now["best_there"], "It pays for the hump that it leaves out."),
            Readout("others", "other minima of D(q‖p)", now["others"], "Drawn dotted: where a search ends depends on its start."),
            Readout(
                "third", f"least {fit.THIRD.options[self.third]}" + " · ÷ α" * (self.third == "renyi"), now["third"],
                "The green fit between the two: α slides Rényi’s, and D_α/α goes from D(q‖p) to D(p‖q).",
            ),
            Readout("search", "your search: D(q‖p)", now["search"], "At the purple diamond, after t steps."),
            Readout("tilts", "correlation, forward · reverse", now["tilts"]),
        ]  # fmt: skip

    def remarks(self) -> list[str]:
        here = self.values[None]
        end = plane_marks.search(here)
        x, y = (f"{round(float(v), 2) + 0.0:.2f}".replace("-", "−") for v in end.means[0])
        count = int(plane_marks.reverse(here).there.sum())
        return [
            f"D(q‖p) has {count} {'minimum' if count == 1 else 'minima'} here. The search from the purple point ends at ({x}, {y}) with "
            f"{show(float(end.values[0]) * self.scale, 4)} {self.unit}; play t to see it go.",
            "Ellipses hold 86 % of a normal’s mass, two standard deviations each way.",
        ]

    def tables(self) -> Tables:
        v = self.values
        handles = [
            Handle("plane", "means", "x_1", "y_1", (float(v[5]), float(v[6])), 0, label="The left mean of p"),
            Handle("plane", "means", "x_2", "y_2", (float(v[7]), float(v[8])), 1, label="The right mean of p"),
            Handle("plane", "start", "x_0", "y_0", (float(v[10]), float(v[11])), label="The start of the search"),
        ]
        keys = ("step", *(s.key for s in self.sliders if s.key not in ("step", *HIDDEN)))
        return moving.tables(self, handles=handles, play=keys)

    def answer(self, values: Mapping[str, float]) -> tuple[Sequence[Track], Mapping[str, str]]:
        """Marks and readouts for a mean or a start that is dragged."""
        theta = np.array([values.get(s.key, now) for s, now in zip(self.sliders, self.values, strict=True)])[None]
        moved = set(values)
        return self.tracks(theta, moved), {name: texts[0] for name, texts in self.readouts(theta, moved).items()}


def _tilt(covariance: Array) -> str:
    value = float(covariance[0, 1] / math.sqrt(covariance[0, 0] * covariance[1, 1]))
    return f"{round(value, 2) + 0.0:.2f}".replace("-", "−")


def build(ask: Asking) -> Plane:
    unit, third = ask.choice(settings.UNIT, segmented=True), ask.choice(fit.THIRD, segmented=True)
    asked = (*SLIDERS, fit.ALPHA) if third == "renyi" else SLIDERS  # Jensen–Shannon has no order
    placed = [settings.place(ask, slider, beside="weight" if slider.key in HIDDEN else None) for slider in asked]
    sliders, steps = zip(*placed, strict=True)
    return Plane(unit, third, tuple(sliders), tuple(steps), tuple(ask.items))
