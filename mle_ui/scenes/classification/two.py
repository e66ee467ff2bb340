"""Two features and two classes: a field of probabilities, its boundary, and how good the predictions are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.live import moving
from mle_ui.live.shown import Readout
from mle_ui.live.tables import Handle, Slider, Tables, Track
from mle_ui.scenes.classification import descents, hands, points, reach, settings, two_marks, two_steps, two_words
from mle_ui.scenes.classification.descents import columns
from mle_ui.scenes.classification.points import Points
from mle_ui.state import Asking, Choice, Control

Array = npt.NDArray[np.float64]

PLAIN, PRODUCT = "plain", "product"
FEATURES = Choice(
    "features", "Features", {PLAIN: "x₁, x₂", PRODUCT: "x₁, x₂, x₁x₂"}, PLAIN, help="With their product the boundary is a hyperbola."
)  # fmt: skip
_WEIGHTS = settings.even(-6.0, 6.0, 0.1)
WEIGHTS = tuple(
    settings.stepped(key, symbol, words, _WEIGHTS, default)
    for key, symbol, words, default in (
        ("b", "b", "intercept", 0.0), ("w1", "w₁", "weight of x₁", 1.0), ("w2", "w₂", "weight of x₂", 0.0),
        ("w12", "w₁₂", "weight of x₁x₂", 0.0),
    )
)  # fmt: skip
THRESHOLD = settings.stepped("threshold", "τ", "threshold", settings.even(0.02, 0.98, 0.01), 0.5, counted=True)


@lru_cache(maxsize=128)
def fit(there: Points, product: bool, ridge: float) -> mle.ClassifierResult:
    """The maximum, or that with a penalty. Raises ValueError where columns depend on each other."""
    return mle.fit_classifier(columns(there.t, product), there.y, ridge=ridge)


@dataclass(frozen=True, eq=False)
class Two:
    """Points of two classes, and where b, the weights, τ, the step and λ stand."""

    points: Points
    product: bool
    method: str
    rate: float
    sliders: tuple[Slider, ...]
    steps: tuple[int, ...]
    items: Sequence[tuple[Control, object]]

    page = "classification"
    picture = settings.TWO

    @cached_property
    def stamp(self) -> str:
        return moving.stamp(self.page, self.items, self.points.text)

    @property
    def view(self) -> str:
        return moving.digest(self.picture, self.points.window, self.points.names)

    def charts(self) -> tuple[str, ...]:
        return ("field", "landscape", "terms", "split", "calibration")

    @cached_property
    def values(self) -> Array:
        return moving.values(self)

    @property
    def count(self) -> int:
        """How many weights there are, b included: they come first in theta, then τ, the step and λ."""
        return 4 if self.product else 3

    @property
    def threshold(self) -> int:
        """Place of τ in theta."""
        return self.count

    @property
    def step(self) -> int:
        """Place of the number of steps in theta."""
        return self.count + 1

    @property
    def resting(self) -> bool:
        """Whether no step was taken: the weights then are the reader's own."""
        return bool(self.values[self.step] == 0)

    def ways(self, theta: Array, last: int) -> Array:
        """Iterates (T, K, k) from the weights in theta, up to the step `last`."""
        start, lams = theta[:, : self.count], theta[:, -1]
        return descents.ways(self.points, self.method, self.rate, start, lams, last, product=self.product)

    def here(self, theta: Array) -> Array:
        """The weights (K, k) as they stand: the reader's, or the iterate after the steps."""
        taken = theta[:, self.step]
        if not taken.any():
            return theta[:, : self.count]
        return descents.after(self.ways(theta, int(taken.max())), taken)

    @property
    def ridge(self) -> float:
        return float(self.values[-1])

    @property
    def fit(self) -> mle.ClassifierResult:
        return self.fit_at(self.ridge)

    def fit_at(self, ridge: float) -> mle.ClassifierResult:
        return fit(self.points, self.product, ridge)

    @cached_property
    def columns(self) -> Array:
        return columns(self.points.t, self.product)

    def objective(self, weights: Array, ridges: Array) -> mle.LogisticTerms:
        """Loss, penalty and slope at weights (..., k) under penalties (...)."""
        return mle.logistic_terms(self.columns, self.points.y, weights, ridges)

    def least(self, ridge: float) -> float:
        """The least of loss and penalty, or its infimum."""
        found = self.fit_at(ridge)
        return -found.loglik if ridge == 0 else float(self.objective(found.theta, np.array(ridge)).value)

    def tracks(self, theta: Array, moved: Collection[str]) -> list[Track]:
        names = set(moved)
        return [*two_marks.tracks(self, theta, names), *two_steps.tracks(self, theta, names)]

    def readouts(self, theta: Array, moved: Collection[str]) -> dict[str, list[str]]:
        return two_words.strings(self, theta, set(moved))

    def strip(self) -> list[Readout]:
        return two_words.strip(self)

    def remarks(self) -> list[str]:
        return two_words.remarks(self)

    def best_steps(self) -> dict[str, int]:
        """Steps of the weights nearest to the maximum."""
        sliders = self.sliders[: self.count]
        return reach.steps(self.fit_at, self.ridge, settings.RIDGE.values, sliders) | {"step": 0}

    # -- hands -----------------------------------------------------------------------------------------------------------

    def tables(self) -> Tables:
        handles = grips(self.points)
        if self.resting:
            at = (float(self.values[1]), float(self.values[2]))
            handles.append(Handle("landscape", "start", "w1", "w2", at, label="Your w₁ and w₂"))
        level = (float(self.values[self.threshold]), 0.0)
        handles.append(Handle("split", "threshold", "threshold", None, level, shape="column", label="The threshold τ"))
        links = [(("field", "points"), ("split", "points"), ("terms", "losses"))]
        keys = ("step", *(s.key for s in self.sliders if s.key != "step"))
        return moving.tables(self, handles=handles, play=keys, links=links)

    def answer(self, values: Mapping[str, float]) -> tuple[Sequence[Track], Mapping[str, str]]:
        """Marks and readouts while a point, or the point of the weights, is dragged."""
        try:
            there = hands.elsewhere(self, values)
            if not hands.of_points(values):
                return hands.answered(there, {"w1", "w2"})
            return hands.answered(there, {s.key for s in self.sliders}, [two_marks.labels(there.points)])
        except ValueError:  # said when it is dropped
            return [], {}

    def edit(self, values: Mapping[str, float | None]) -> Mapping[str, object]:
        """What a drop means: the points' text."""
        return hands.dropped(self, values, "xy")


def grips(there: Points) -> list[Handle]:
    """One on each point of a field, if they are few enough."""
    if len(there.y) > points.MOST_HANDLES:
        return []
    return [
        Handle(
            "field", "points", points.grid(there, 0, f"x[{i}]"), points.grid(there, 1, f"y[{i}]"), (float(x), float(y)), i,
            label=f"{there.classes[code]} at {x:g}, {y:g}; a click moves it to the next class", removable=True, click=f"flip[{i}]",
        )
        for i, ((x, y), code) in enumerate(zip(there.x.tolist(), there.y.tolist(), strict=True))
    ]  # fmt: skip


@dataclass(frozen=True)
class Controls:
    """What the reader has set."""

    product: bool
    placed: Sequence[tuple[Slider, int]]
    method: str
    rate: float


def controls(ask: Asking) -> Controls:
    """The controls where they stand: they stay while points are refused, too."""
    product = ask.choice(FEATURES, segmented=True) == PRODUCT
    wanted: list[Slider] = [*WEIGHTS[: 4 if product else 3], THRESHOLD, settings.STEP, settings.RIDGE]
    placed = [settings.place(ask, slider) for slider in wanted]
    return Controls(product, placed, *settings.method(ask))


def build(ask: Asking, there: Points) -> Two | None:
    """The scene of two classes; the points are known."""
    own = controls(ask)
    try:
        fit(there, own.product, 0.0)
    except ValueError as error:
        ask.complain("xy", str(error)[:1].upper() + str(error)[1:])
        return None
    sliders, steps = zip(*own.placed, strict=True)
    return Two(there, own.product, own.method, own.rate, tuple(sliders), tuple(steps), tuple(ask.items))
