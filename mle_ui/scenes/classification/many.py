"""Two features and three to five classes: a softmax fit, its fields of probability, and what it says of a new point."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.figures import style
from mle_ui.figures.planes import CLASSES as COLOURS
from mle_ui.live import moving
from mle_ui.live.moving import some
from mle_ui.live.shown import Readout
from mle_ui.live.tables import Handle, Slider, Tables, Track, image_frames
from mle_ui.numbers import nats, show
from mle_ui.scenes.classification import points, settings, two_marks
from mle_ui.scenes.classification.one_words import share
from mle_ui.scenes.classification.points import Points
from mle_ui.scenes.classification.two import grips
from mle_ui.scenes.classification.two_words import percent
from mle_ui.state import Asking, Control

Array = npt.NDArray[np.float64]

RIDGE = settings.stepped(
    "ridge", "λ", "ridge", (0.0, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0), 0.0, counted=True
)
BANDS, CELLS, FRAMES = 8, 28, 61
LAM, ASKED = 0, slice(1, 3)


@lru_cache(maxsize=128)
def fit(there: Points, ridge: float) -> mle.ClassifierResult:
    """The softmax fit; the first class is the reference."""
    return mle.fit_classifier(there.t, there.y, loss="softmax", ridge=ridge)


@lru_cache(maxsize=128)
def field(there: Points, ridge: float, cells: int) -> Array:
    """Probabilities (K, cells, cells) over the window."""
    rows = two_marks.mesh(there, cells)[2]
    return np.asarray(np.nan_to_num(fit(there, ridge).predict_proba(rows)).T.reshape(-1, cells, cells))


@dataclass(frozen=True, eq=False)
class Many:
    """Points of K classes, and where λ and the point that is asked for stand."""

    points: Points
    sliders: tuple[Slider, ...]
    steps: tuple[int, ...]
    items: Sequence[tuple[Control, object]]

    page = "classification"
    picture = "many"

    @cached_property
    def stamp(self) -> str:
        return moving.stamp(self.page, self.items, self.points.text)

    @property
    def view(self) -> str:
        return moving.digest(self.picture, self.points.window, self.points.names)

    def charts(self) -> tuple[str, ...]:
        return ("field", "shares", "table")

    @cached_property
    def values(self) -> Array:
        return moving.values(self)

    @property
    def ridge(self) -> float:
        return float(self.values[LAM])

    @property
    def count(self) -> int:
        """Classes."""
        return len(self.points.classes)

    @property
    def fit(self) -> mle.ClassifierResult:
        return fit(self.points, self.ridge)

    def asked(self, theta: Array) -> Array:
        """What the fit says of the point that is asked for (K, classes)."""
        t = (theta[:, ASKED] - np.array(self.points.centre)) / np.array(self.points.scale)
        out = np.empty((len(theta), self.count))
        for lam in np.unique(theta[:, LAM]).tolist():
            rows = theta[:, LAM] == lam
            out[rows] = fit(self.points, lam).predict_proba(t[rows])
        return np.nan_to_num(out)

    def counts(self, ridge: float) -> npt.NDArray[np.int64]:
        """How many of each true class (rows) are taken for each class (columns)."""
        named = np.argmax(fit(self.points, ridge).predict_proba(self.points.t), axis=1)
        flat = np.bincount(self.count * self.points.y + named, minlength=self.count**2)
        return np.asarray(flat.reshape(self.count, self.count), dtype=np.int64)

    def tracks(self, theta: Array, moved: Collection[str]) -> list[Track]:
        few = some(theta, FRAMES)
        out = [Track("shares", "shares", "bars", np.arange(float(self.count)), self.asked(few), width=0.6)]
        if set(moved) & {"q1", "q2"}:
            out.append(Track("field", "asked", "points", few[:, [1]], few[:, [2]]))
        if "ridge" in moved:
            lams = theta[:, LAM].tolist()
            x, y = self.points.window
            for k in range(self.count):
                values = image_frames(np.stack([field(self.points, lam, CELLS)[k] for lam in lams]))
                colours = tuple(style.bands(BANDS, COLOURS[k], 0.8)[::-1])
                out.append(Track("field", f"field-{k}", "image", values=values, extent=(*x, *y), colours=colours))
            tables = [self.counts(lam) for lam in lams]
            for i in range(self.count):
                for j in range(self.count):
                    texts = tuple(str(table[i, j]) for table in tables)
                    out.append(
                        Track(
                            "table", f"cell-{i}{j}", "text", np.array([[float(j)]]), np.array([[float(i)]]), texts=texts
                        )
                    )
        return out

    def readouts(self, theta: Array, moved: Collection[str]) -> dict[str, list[str]]:
        names = self.points.classes
        best = np.argsort(-self.asked(theta), axis=1)[:, 0]
        out = {"asked": [f"{names[k]}, {share(float(p[k]))}" for k, p in zip(best, self.asked(theta), strict=True)]}
        if "ridge" in moved:
            fits = [fit(self.points, lam) for lam in theta[:, LAM].tolist()]
            out["nll"] = [nats(-f.loglik) for f in fits]
            out["accuracy"] = [percent(float(np.trace(self.counts(f.ridge)) / len(self.points.y))) for f in fits]
            out["size"] = [show(float(np.linalg.norm(slopes(f))), 4) for f in fits]
        return out

    def strip(self) -> list[Readout]:
        now = moving.strings(self)
        return [
            Readout("nll", "NLL = cross-entropy, nats", now["nll"], "Σ −log p of each point’s own class, at the fit."),
            Readout("accuracy", "named rightly", now["accuracy"], "Where the most probable class is the true one."),
            Readout("size", "length of all weights", now["size"], "∞ where classes are separated and λ = 0."),
            Readout("asked", "at the purple point", now["asked"], "The most probable class and its probability."),
        ]

    def remarks(self) -> list[str]:
        out = []
        separation = fit(self.points, 0.0).separation
        if separation:
            kind = "All classes are" if separation == "complete" else "Some class is"
            cure = (
                f" The ridge λ = {show(self.ridge)} keeps them." if self.ridge else " A ridge λ > 0 gives finite ones."
            )
            out.append(
                f"{kind} separated from the others by lines: there is no MLE, weights run off to infinity.{cure}"
            )
        out.append(
            f"{len(self.points.y)} points of {self.count} classes: {', '.join(self.points.classes)}. Source: {self.points.source}."
        )
        return out

    # -- hands -----------------------------------------------------------------------------------------------------------

    def tables(self) -> Tables:
        q = self.values[ASKED]
        handles = [
            *grips(self.points),
            Handle("field", "asked", "q1", "q2", (float(q[0]), float(q[1])), label="A new point"),
        ]
        return moving.tables(self, handles=handles, play=("ridge",))

    def at(self, values: Mapping[str, float | None]) -> Many:
        """The scene elsewhere. Raises ValueError where it cannot be fitted."""
        steps = tuple(
            step if (v := values.get(s.key)) is None else s.index(v)
            for s, step in zip(self.sliders, self.steps, strict=True)
        )
        of_points = {key: v for key, v in values.items() if "[" in key}
        if not of_points:
            return replace(self, steps=steps)
        there = points.typed(points.changed(self.points, of_points).text, 2, self.points)
        if there.classes != self.points.classes:
            raise points.PointsError("a class is gone")
        return replace(self, steps=steps, points=replace(there, window=self.points.window))

    def answer(self, values: Mapping[str, float]) -> tuple[Sequence[Track], Mapping[str, str]]:
        """Marks and readouts while a point is dragged."""
        try:
            there = self.at(values)
            of_points = any("[" in key for key in values)
            moved = {s.key for s in self.sliders} if of_points else {"q1", "q2"}
            tracks = there.tracks(there.values[None], moved)
            if of_points:
                tracks.append(two_marks.labels(there.points))
            return tracks, {name: texts[0] for name, texts in there.readouts(there.values[None], moved).items()}
        except ValueError:  # said when it is dropped
            return [], {}

    def edit(self, values: Mapping[str, float | None]) -> Mapping[str, object]:
        """What a drop means: the points' text."""
        return {"xy": points.changed(self.points, values).text} if any("[" in key for key in values) else {}


def slopes(found: mle.ClassifierResult) -> Array:
    """The weights without the intercepts."""
    return np.asarray(found.theta.reshape(len(found.classes) - 1, -1)[:, 1:])


def build(ask: Asking, there: Points) -> Many:
    """The scene of several classes; the points are known."""
    asked = []
    for j, key in enumerate(("q1", "q2")):
        grid = points.grid(there, j, key, 100)
        values = tuple(round(grid.low + k * grid.step, 9) + 0.0 for k in range(grid.count))
        middle = min(values, key=lambda v: abs(v - there.centre[j]))
        asked.append(settings.stepped(key, f"x{'₁₂'[j]}", "of a new point", values, middle))
    placed = [settings.place(ask, s, beside="plane" if s.key != "ridge" else None) for s in (RIDGE, *asked)]
    sliders, steps = zip(*placed, strict=True)
    return Many(there, tuple(sliders), tuple(steps), tuple(ask.items))
