"""Two features and three to five classes: softmax in the reader's hand, its fields of probability, and the way to the best weights."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.live import moving
from mle_ui.live.shown import Readout
from mle_ui.live.tables import Handle, Slider, Tables, Track
from mle_ui.scenes.classification import (
    descents,
    hands,
    many_fit,
    many_marks,
    many_words,
    points,
    reach,
    settings,
    two_marks,
)
from mle_ui.scenes.classification.points import Points
from mle_ui.scenes.classification.two import grips
from mle_ui.state import Asking, Choice, Control

Array = npt.NDArray[np.float64]

RIDGE = settings.stepped(
    "ridge", "λ", "ridge", (0.0, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0), 0.0, counted=True
)
STEP = settings.stepped("step", "t", "steps taken", tuple(float(v) for v in many_fit.KEPT), 0.0, counted=True)
_WEIGHTS = settings.even(-8.0, 8.0, 0.2)
#: Places in theta: the weights of the class that is shown, the steps, λ and the new point.
OWN, TAKEN, LAM, ASKED = slice(0, 3), 3, 4, slice(5, 7)


@dataclass(frozen=True, eq=False)
class Many:
    """Points of K classes, the weights of all but the first, and where the sliders of one of them stand."""

    points: Points
    held: tuple[tuple[float, float, float], ...]  # b, w₁ and w₂ of each class but the first
    whose: int  # the class whose weights have sliders: 1 to K − 1
    method: str
    rate: float
    sliders: tuple[Slider, ...]
    steps: tuple[int, ...]
    items: Sequence[tuple[Control, object]]
    settable: tuple[Slider, ...]  # all weights' sliders, and that of the steps

    page = "classification"
    picture = "many"

    @cached_property
    def stamp(self) -> str:
        return moving.stamp(self.page, self.items, self.points.text)

    @property
    def view(self) -> str:
        return moving.digest(self.picture, self.points.window, self.points.names)

    def charts(self) -> tuple[str, ...]:
        return ("field", "landscape", "terms", "shares", "table")

    @cached_property
    def values(self) -> Array:
        return moving.values(self)

    @property
    def ridge(self) -> float:
        return float(self.values[LAM])

    @property
    def resting(self) -> bool:
        """Whether no step was taken: the weights then are the reader's own."""
        return bool(self.values[TAKEN] == 0)

    @property
    def count(self) -> int:
        """Classes."""
        return len(self.points.classes)

    @property
    def fit(self) -> mle.ClassifierResult:
        return many_fit.fit(self.points, self.ridge)

    def starts(self, theta: Array) -> Array:
        """The reader's own weights (m, C, 3)."""
        out = np.repeat(np.array(self.held)[None], len(theta), axis=0)
        out[:, self.whose - 1] = theta[:, OWN]
        return out

    def ways(self, theta: Array, last: int) -> Array:
        """Iterates (T, m, C, 3) from the weights in theta, up to the step `last`."""
        return descents.ways(self.points, self.method, self.rate, self.starts(theta), theta[:, LAM], last)

    def here(self, theta: Array) -> Array:
        """The weights (m, C, 3) as they stand: the reader's, or the iterate after the steps."""
        taken = theta[:, TAKEN]
        if not taken.any():
            return self.starts(theta)
        return descents.after(self.ways(theta, int(taken.max())), taken)

    @cached_property
    def weights(self) -> Array:
        """The weights (C, 3) as they stand."""
        return np.asarray(self.here(self.values[None])[0])

    def shares(self, x: Array, weights: Array) -> Array:
        """Probabilities (m, n, K) of places x (n, 2), in the features' own units, at weights (m, C, 3)."""
        t = (x - np.array(self.points.centre)) / np.array(self.points.scale)
        return mle.softmax_probabilities(t, weights)

    def tracks(self, theta: Array, moved: Collection[str]) -> list[Track]:
        return many_marks.tracks(self, theta, set(moved))

    def readouts(self, theta: Array, moved: Collection[str]) -> dict[str, list[str]]:
        return many_words.strings(self, theta, set(moved))

    def strip(self) -> list[Readout]:
        return many_words.strip(self)

    def remarks(self) -> list[str]:
        return many_words.remarks(self)

    def best_steps(self) -> dict[str, int]:
        """Steps of all weights nearest to the maximum."""

        def fit_at(ridge: float) -> mle.ClassifierResult:
            return many_fit.fit(self.points, ridge)

        return reach.steps(fit_at, self.ridge, RIDGE.values, self.settable[:-1]) | {"step": 0}

    # -- hands -----------------------------------------------------------------------------------------------------------

    def tables(self) -> Tables:
        q = self.values[ASKED]
        handles = [
            *grips(self.points),
            Handle("field", "asked", "q1", "q2", (float(q[0]), float(q[1])), label="A new point"),
        ]
        if self.resting:
            _, first, second = self.sliders[:3]
            at = (float(self.values[1]), float(self.values[2]))
            label = f"Weights of {self.points.classes[self.whose]}"
            handles.append(Handle("landscape", "start", first.key, second.key, at, label=label))
        keys = ("step", "ridge", *(s.key for s in self.sliders[:3]))
        return moving.tables(self, handles=handles, play=keys, links=[(("field", "points"), ("terms", "losses"))])

    def answer(self, values: Mapping[str, float]) -> tuple[Sequence[Track], Mapping[str, str]]:
        """Marks and readouts while a point, or the point of the weights, is dragged."""
        try:
            there = hands.elsewhere(self, values)
            if not hands.of_points(values):
                return hands.answered(there, set(values))
            return hands.answered(there, {s.key for s in self.sliders}, [two_marks.labels(there.points)])
        except ValueError:  # said when it is dropped
            return [], {}

    def edit(self, values: Mapping[str, float | None]) -> Mapping[str, object]:
        """What a drop means: the points' text."""
        return hands.dropped(self, values, "xy")


def _weights(ask: Asking, there: Points, base: Points) -> tuple[list[list[Slider]], list[list[int]], int]:
    """Sliders and steps of every class but the first, and whose are in sight."""
    names = there.classes
    options = {str(k): f"{names[k]} against {names[0]}" for k in range(1, len(names))}
    whose = Choice(
        "whose", "Weights of", options, "1", help="The first class has logit 0: only differences of logits count."
    )
    chosen = int(ask.choice(whose))
    begin = many_fit.nearest_mean(base if base.classes == there.classes else there)
    sliders, steps = [], []
    for k, start in enumerate(begin, start=1):
        ask.aside(() if k == chosen else (f"b_{k}", f"w_{k}1", f"w_{k}2"))
        placed = []
        for key, symbol, words, value in (
            (f"b_{k}", "b", "intercept", start[0]), (f"w_{k}1", "w₁", "weight of x₁", start[1]),
            (f"w_{k}2", "w₂", "weight of x₂", start[2]),
        ):  # fmt: skip
            nearest = min(_WEIGHTS, key=lambda v, value=float(value): abs(v - value))  # type: ignore[misc]
            placed.append(settings.place(ask, settings.stepped(key, symbol, words, _WEIGHTS, nearest), beside="whose"))
        sliders.append([slider for slider, _ in placed])
        steps.append([step for _, step in placed])
    return sliders, steps, chosen


def build(ask: Asking, there: Points, base: Points) -> Many:
    """The scene of several classes; the points are known, and those that they stand in place of."""
    sliders, steps, whose = _weights(ask, there, base)
    asked = []
    for j, key in enumerate(("q1", "q2")):
        grid = points.grid(there, j, key, 100)
        values = tuple(round(grid.low + k * grid.step, 9) + 0.0 for k in range(grid.count))
        middle = min(values, key=lambda v: abs(v - there.centre[j]))
        asked.append(settings.stepped(key, f"x{'₁₂'[j]}", "of a new point", values, middle))
    placed = [settings.place(ask, s, beside=None if s in (STEP, RIDGE) else "plane") for s in (STEP, RIDGE, *asked)]
    method, rate = settings.method(ask)
    held = tuple(
        (float(row[0].values[at[0]]), float(row[1].values[at[1]]), float(row[2].values[at[2]]))
        for row, at in zip(sliders, steps, strict=True)
    )
    rest, stands = zip(*placed, strict=True)
    return Many(
        there, held, whose, method, rate, (*sliders[whose - 1], *rest), (*steps[whose - 1], *stands), tuple(ask.items),
        (*(slider for row in sliders for slider in row), rest[0]),
    )  # fmt: skip
