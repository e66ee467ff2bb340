"""One normal for a mixture of two: the forward fit covers, the reverse fit chooses."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.live import moving
from mle_ui.live.shown import Readout
from mle_ui.live.tables import Handle, Slider, Tables, Track
from mle_ui.numbers import show
from mle_ui.scenes.kl import fit_marks, settings
from mle_ui.state import Asking, Choice, Control

Array = npt.NDArray[np.float64]
Target = tuple[float, float, float, float]

_WIDTHS = settings.even(0.3, 1.5, 0.05)
TARGET = (
    settings.stepped("weight", "w", "weight of the left one", settings.even(0.05, 0.95, 0.03), 0.41, counted=True),
    settings.stepped("apart", "Δ", "distance of the means", settings.even(0.0, 6.0, 0.2), 4.0, counted=True),
    settings.stepped("sigma_1", "σ₁", "width of the left one", _WIDTHS, 0.6, counted=True),
    settings.stepped("sigma_2", "σ₂", "width of the right one", _WIDTHS, 0.8, counted=True),
)
ALPHA = settings.stepped("alpha", "α", "order of Rényi", settings.even(0.02, 0.98, 0.02), 0.5, counted=True)
STEP = settings.stepped("step", "t", "step of the search", tuple(float(k) for k in range(15)), 3.0, counted=True)
START = (
    settings.stepped("start_mu", "μ₀", "mean at the start", settings.even(-4.0, 4.0, 0.2), 1.0, counted=True),
    settings.stepped("start_sigma", "σ₀", "width at the start", settings.even(0.2, 4.0, 0.1), 2.5, counted=True),
)
THIRD = Choice("third", "Besides", {"renyi": "Rényi D_α", "js": "Jensen–Shannon"}, "renyi")
LAND = Choice(
    "land", "The search minimises", {"reverse_kl": "D(q‖p)", "js": "Jensen–Shannon", "renyi": "Rényi D_α(p‖q)"}, "reverse_kl"
)  # fmt: skip


def mixture(target: Target) -> mle.NormalMixture:
    return mle.NormalMixture(*fit_marks.components(np.array([target]), flat=True))


@lru_cache(maxsize=32)
def optima(target: Target, kind: str, alpha: float) -> tuple[mle.Projection, ...]:
    """Every local minimum, the best first."""
    return mle.project(mixture(target), kind, alpha=alpha if kind == "renyi" else None)


@dataclass(frozen=True, eq=False)
class Fit:
    """Where the target's four numbers, α, the search's step and its start stand."""

    unit: str
    third: str
    land: str
    sliders: tuple[Slider, ...]
    steps: tuple[int, ...]
    items: Sequence[tuple[Control, object]]

    page = "kl"
    picture = settings.FIT

    @cached_property
    def stamp(self) -> str:
        return moving.stamp(self.page, self.items)

    @property
    def view(self) -> str:
        return moving.digest(self.picture, self.land, self.density_top, self.share_top)

    def charts(self) -> tuple[str, ...]:
        return ("fits", "search", "orders")

    def place(self, key: str) -> int:
        return [slider.key for slider in self.sliders].index(key)

    @cached_property
    def values(self) -> Array:
        """w, Δ, σ₁, σ₂, α, step, μ₀, σ₀."""
        return moving.values(self)

    @property
    def target(self) -> Target:
        w, apart, one, two = (float(v) for v in self.values[:4])
        return w, apart, one, two

    @property
    def alpha(self) -> float:
        return float(self.values[4])

    @property
    def scale(self) -> float:
        """What nats are multiplied with to be shown."""
        return 1.0 if self.unit == "nats" else 1 / math.log(2)

    @cached_property
    def optima(self) -> tuple[mle.Projection, ...]:
        """Every local minimum of D(q‖p)."""
        return optima(self.target, "reverse_kl", 0.5)

    @cached_property
    def ends(self) -> tuple[mle.Projection, ...]:
        """Every local minimum of what the search minimises."""
        return self.optima if self.land == "reverse_kl" else optima(self.target, self.land, self.alpha)

    @cached_property
    def share_top(self) -> float:
        """Upper end of the axis of D_α/α: what the target's distance and widths let it reach."""
        track = moving.now(self)["orders", "share"]
        assert track.y is not None
        return max(settings.rung(1.1 * float(track.y.max()), 1.0, 3.0), 1.0)

    @cached_property
    def density_top(self) -> float:
        """Upper end of the densities' axis."""
        tracks = moving.now(self)
        peaks = [
            float(np.max(track.y)) for (chart, _), track in tracks.items() if chart == "fits" and track.y is not None
        ]
        return max(settings.rung(1.05 * max(peaks), 0.8, 2.0), 0.8)

    @cached_property
    def path(self) -> Array:
        """Places (steps + 1, 2) of the search, without those where it waits at its end."""
        whole = fit_marks.path(self, self.values[None])[:, 0]
        waits = int(np.argmax((whole == whole[-1]).all(axis=1)))
        return whole[: waits + 1]

    def tracks(self, theta: Array, moved: Collection[str]) -> list[Track]:
        return fit_marks.tracks(self, theta, moved)

    def readouts(self, theta: Array, moved: Collection[str]) -> dict[str, list[str]]:
        out: dict[str, list[str]] = {}
        target = {"weight", "apart", "sigma_1", "sigma_2"} & set(moved)

        def words(fit: fit_marks.Fitted) -> list[str]:
            return [
                f"{show(v * self.scale, 3)} at {_two(m)}, {_two(s)}"
                for m, s, v in zip(fit.mu, fit.sigma, fit.values, strict=True)
            ]

        if target:
            out["forward"] = words(fit_marks.forward(theta))
            one, two = fit_marks.reverse(theta)
            out["left"], out["right"] = words(one), words(two)
            middle, there = fit_marks.between(theta)
            out["between"] = [text if own else "none" for text, own in zip(words(middle), there, strict=True)]
        if target or ("alpha" in moved and self.third == "renyi"):
            out["third"] = words(fit_marks.third(self, theta))
        return out

    def strip(self) -> list[Readout]:
        now = moving.strings(self)
        unit = self.unit
        return [
            Readout("forward", f"min D(p‖q), {unit}, at μ, σ", now["forward"], "Mean and standard deviation of p: moment matching."),
            Readout("left", f"min D(q‖p), {unit}, from the left", now["left"], "The local minimum reached from the left component."),
            Readout("right", "from the right", now["right"], "The local minimum reached from the right component."),
            Readout("between", "between them", now["between"], "A third local minimum, where there is one: reached from the forward fit."),
            Readout("third", f"min {THIRD.options[self.third]}, {unit}", now["third"]),
        ]  # fmt: skip

    def remarks(self) -> list[str]:
        ends = "; ".join(f"{show(end.value * self.scale, 4)} {self.unit} at {_place(end)}" for end in self.optima)
        count = "one minimum" if len(self.optima) == 1 else f"{len(self.optima)} local minima"
        mu, sigma = (show(float(v), 4) for v in self.path[-1])
        return [
            f"D(q‖p) has {count}: {ends}.",
            f"The search of {LAND.options[self.land]} from μ₀ = {show(float(self.values[6]))}, "
            f"σ₀ = {show(float(self.values[7]))} ends after {len(self.path) - 1} steps of Newton's at μ = {mu}, "
            f"σ = {sigma}.",
        ]  # fmt: skip

    def tables(self) -> Tables:
        now = moving.now(self)

        def at(chart: str, mark: str, index: int = 0) -> tuple[float, float]:
            track = now[chart, mark]
            assert track.x is not None and track.y is not None
            return float(np.ravel(track.x)[index]), float(np.ravel(track.y)[index])

        handles = (
            Handle(
                "search", "start", "start_mu", "start_sigma", at("search", "start"), label="The start of the search"
            ),
            Handle("orders", "alpha", "alpha", None, at("orders", "alpha"), label="The order α"),
            Handle("fits", "hands", "apart", None, at("fits", "hands", 0), 0, label="The distance of the means"),
        )
        keys = ["step", *(s.key for s in self.sliders if s.key not in ("step", "start_mu", "start_sigma"))]
        return moving.tables(self, handles=handles, play=tuple(keys))

    def answer(self, values: Mapping[str, float]) -> tuple[Sequence[Track], Mapping[str, str]]:
        """Marks for a start dragged over the landscape."""
        theta = np.array([values.get(s.key, now) for s, now in zip(self.sliders, self.values, strict=True)])[None]
        moved = set(values)
        return self.tracks(theta, moved), {name: texts[0] for name, texts in self.readouts(theta, moved).items()}


def _place(end: mle.Projection) -> str:
    return f"μ = {show(end.params['mu'], 4)}, σ = {show(end.params['sigma'], 4)}"


def _two(value: float) -> str:
    return f"{value + 0.0:.2f}".replace("-", "−").replace("−0.00", "0.00")


def build(ask: Asking) -> Fit:
    unit, third = ask.choice(settings.UNIT, segmented=True), ask.choice(THIRD, segmented=True)
    land = ask.choice(LAND, segmented=True)
    placed = [settings.place(ask, slider) for slider in (*TARGET, ALPHA, STEP, *START)]
    sliders, steps = zip(*placed, strict=True)
    return Fit(unit, third, land, tuple(sliders), tuple(steps), tuple(ask.items))
