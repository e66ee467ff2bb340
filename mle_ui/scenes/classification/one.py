"""One feature: a sigmoid over labelled points, what each label costs, and the way to the best weights."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.live import moving
from mle_ui.live.shown import Readout
from mle_ui.live.tables import Grid, Handle, Pad, Slider, Tables, Track
from mle_ui.scenes.classification import descents, hands, one_fit, one_marks, one_words, points, reach, settings
from mle_ui.scenes.classification.points import Points, PointsError
from mle_ui.state import Asking, Control

Array = npt.NDArray[np.float64]

#: Places of the sliders' values in theta.
START, RIDGE, STEP, AT = slice(0, 2), 2, 3, 4
#: Heights of the two grips: a probability that is dragged, in so many steps.
SHARE = (0.01, 0.01, 99)


@dataclass(frozen=True, eq=False)
class One:
    """Points, and where b, w, λ, the step and the question stand."""

    points: Points
    method: str
    rate: float
    sliders: tuple[Slider, ...]
    steps: tuple[int, ...]
    items: Sequence[tuple[Control, object]]

    page = "classification"
    picture = settings.ONE

    @cached_property
    def stamp(self) -> str:
        return moving.stamp(self.page, self.items, self.points.text)

    @property
    def view(self) -> str:
        return moving.digest(self.picture, self.points.window, self.points.names)

    def charts(self) -> tuple[str, ...]:
        return ("curve", "landscape", "terms", "loss", "size")

    @cached_property
    def values(self) -> Array:
        return moving.values(self)

    @property
    def ridge(self) -> float:
        return float(self.values[RIDGE])

    @property
    def resting(self) -> bool:
        """Whether no step was taken: the curve then is the reader's own."""
        return bool(self.values[STEP] == 0)

    @property
    def fit(self) -> mle.ClassifierResult:
        return one_fit.fit(self.points, self.ridge)

    @cached_property
    def separation(self) -> str | None:
        """Of the labels, whatever the ridge."""
        return one_fit.fit(self.points, 0.0).separation

    def ways(self, theta: Array) -> Array:
        """Iterates (T, K, 2) from the starts in theta (K, 5)."""
        return descents.ways(self.points, self.method, self.rate, theta[:, START], theta[:, RIDGE])

    def here(self, theta: Array) -> Array:
        """Where the curve stands (K, 2): the start, or the iterate after the steps."""
        if not theta[:, STEP].any():
            return theta[:, START]
        last = int(theta[:, STEP].max())
        ways = descents.ways(self.points, self.method, self.rate, theta[:, START], theta[:, RIDGE], last)
        return descents.after(ways, theta[:, STEP])

    def tracks(self, theta: Array, moved: Collection[str]) -> list[Track]:
        return one_marks.tracks(self, theta, set(moved))

    def readouts(self, theta: Array, moved: Collection[str]) -> dict[str, list[str]]:
        return one_words.strings(self, theta, set(moved))

    def strip(self) -> list[Readout]:
        return one_words.strip(self)

    def remarks(self) -> list[str]:
        return one_words.remarks(self)

    def best_steps(self) -> dict[str, int]:
        """Steps of b and w nearest to the maximum."""

        def fit_at(ridge: float) -> mle.ClassifierResult:
            return one_fit.fit(self.points, ridge)

        return reach.steps(fit_at, self.ridge, settings.RIDGE.values, self.sliders[START]) | {"step": 0}

    # -- hands -----------------------------------------------------------------------------------------------------------

    def tables(self) -> Tables:
        now = moving.now(self) | {("curve", "points"): one_marks.labels(self.points)}

        def at(chart: str, mark: str, place: int = 0) -> tuple[float, float]:
            track = now[chart, mark]
            assert track.x is not None and track.y is not None
            return float(np.atleast_2d(track.x)[0, place]), float(np.atleast_2d(track.y)[0, place])

        unit = self.points.names[0].rpartition(" (")[2].rstrip(")") if "(" in self.points.names[0] else ""
        handles = [
            Handle(
                "curve",
                "query",
                "at",
                None,
                at("curve", "query"),
                shape="column",
                label="Where a prediction is asked for",
            )
        ]
        if len(self.points.y) <= points.MOST_HANDLES:
            for i, (x, y) in enumerate(zip(self.points.x[:, 0], self.points.y, strict=True)):
                handles.append(
                    Handle(
                        "curve", "points", points.grid(self.points, 0, f"x[{i}]"), Grid(f"c[{i}]", 0.0, 1.0, 2),
                        at("curve", "points", i), i, label=f"{x:g} {unit}: label {y}; a click flips it", removable=True, click=f"flip[{i}]",
                    )
                )  # fmt: skip
        if self.resting:
            handles += [
                Handle("curve", "grip-b", None, Grid("p_b", *SHARE), at("curve", "grip-b"), label="Move the curve: b"),
                Handle("curve", "grip-w", None, Grid("p_w", *SHARE), at("curve", "grip-w"), label="Tilt the curve: w"),
                Handle("landscape", "start", "b", "w", at("landscape", "start"), label="Your b and w"),
            ]
        pads = [
            Pad(
                "curve", points.grid(self.points, 0, "x[+]"), None, one_marks.PAD,
                label="Click to add a point with label 0; a click on it flips it",
            )
        ]  # fmt: skip
        links = [(("curve", "points"), ("terms", "ones"), ("terms", "zeros"))]
        return moving.tables(self, handles=handles, play=("step", "ridge", "b", "w"), pads=pads, links=links)

    def _moved(self, values: Mapping[str, float | None]) -> dict[str, float]:
        """Sliders' values for the grips on the curve: the step whose curve goes nearest through the point."""
        out = {}
        b, w = self.sliders[START]
        for key, slider, x in (("p_b", b, self.points.centre[0]), ("p_w", w, one_marks.grip(self.points))):
            wanted = values.get(key)
            if wanted is None:
                continue
            t = (x - self.points.centre[0]) / self.points.scale[0]
            thetas = np.array([[v, self.values[1]] if key == "p_b" else [self.values[0], v] for v in slider.values])
            there = mle.logistic_probabilities([t], thetas)[:, 0]
            out[slider.key] = slider.values[int(np.argmin(np.abs(there - wanted)))]
        return out

    def answer(self, values: Mapping[str, float]) -> tuple[Sequence[Track], Mapping[str, str]]:
        """Marks and readouts while a point, a grip or the start is dragged."""
        try:
            there = hands.elsewhere(self, {**values, **self._moved(values)})
            if not hands.of_points(values):
                return hands.answered(there, {"b", "w"})
            return hands.answered(there, {s.key for s in self.sliders}, [one_marks.labels(there.points)])
        except ValueError:  # said when it is dropped
            return [], {}

    def edit(self, values: Mapping[str, float | None]) -> Mapping[str, object]:
        """What a drop means: the points' text, or the sliders."""
        return {**self._moved(values), **hands.dropped(self, values, "x")}


def build(ask: Asking) -> One | None:
    data = ask.choice(settings.DATA)
    text = ask.text(settings.POINTS)
    seed = ask.whole(settings.SEED) if data in (settings.OVERLAPPING, settings.SEPARABLE) else 1
    # Before the points are read: they may be refused, and the sliders stay where they are.
    placed = [settings.place(ask, s) for s in (settings.BIAS, settings.WEIGHT, settings.RIDGE, settings.STEP)]
    method, rate = settings.method(ask)
    try:
        there = points.find(data, text, 1, seed)
        one_fit.fit(there, 0.0)
    except PointsError as error:
        ask.complain("x", str(error))
        return None
    except ValueError as error:
        ask.complain("x", str(error)[:1].upper() + str(error)[1:])
        return None
    grid = points.grid(there, 0, "at", 200)
    values = tuple(round(grid.low + k * grid.step, 9) + 0.0 for k in range(grid.count))
    nearest = min(values, key=lambda v: abs(v - (there.asked if there.asked is not None else values[0])))
    at = settings.stepped("at", "x", "of a new case", values, nearest, counted=True)
    placed.append(settings.place(ask, at, beside="data"))
    sliders, steps = zip(*placed, strict=True)
    return One(there, method, rate, tuple(sliders), tuple(steps), tuple(ask.items))
