"""Labelled points: published, drawn or typed, and what a hand does to them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.live.tables import Grid
from mle_ui.numbers import LARGEST, several
from mle_ui.scenes.classification import settings

Array = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]

MOST = 400
#: Names of classes stand in titles, numbers and formulas.
LONGEST_NAME = 16
_NAME = re.compile(rf"[^\W_][\w.+-]{{0,{LONGEST_NAME - 1}}}(?<!_)")
#: More points than this are too close to be grasped one by one.
MOST_HANDLES = 160
DRAWN = 24
SAMPLE = {1: "0.2 0  0.9 0  1.4 1  1.8 0  2.3 1  2.6 0  3.1 1  3.9 1", 2: "0 0 a  1 0.5 a  2 1 b  1 2 a  3 2 b  2 3 b"}


class PointsError(ValueError):
    """Text that is no table of labelled points; the message names the column and the row."""


@dataclass(frozen=True, eq=False)
class Points:
    """Rows x (n, d) with their class codes y (n,). Equal arguments of `published` give the same object."""

    x: Array
    y: Labels
    classes: tuple[str, ...]
    names: tuple[str, ...]  # of the columns, with units
    short: tuple[str, ...]  # the same in a word, for messages
    outcome: str
    source: str
    centre: tuple[float, ...]
    scale: tuple[float, ...]
    window: tuple[tuple[float, float], ...]
    asked: float | None = None  # where one feature is asked for a prediction at first

    @property
    def t(self) -> Array:
        """The features as the model takes them: centred, in round units."""
        return np.asarray((self.x - np.array(self.centre)) / np.array(self.scale))

    def unit(self, j: int = 0) -> str:
        """How a column is centred and scaled, in words."""
        centre, scale = self.centre[j], self.scale[j]
        if (centre, scale) == (0, 1):
            return "x" if len(self.centre) == 1 else f"x{'₁₂'[j]}"
        inner = f"x − {centre:g}" if centre >= 0 else f"x + {-centre:g}"
        return f"({inner})/{scale:g}" if scale != 1 else f"({inner})"

    @property
    def text(self) -> str:
        """The rows as they are typed."""
        rows = zip(self.x.tolist(), self.y.tolist(), strict=True)
        return "  ".join(" ".join([*(f"{v:.6g}" for v in row), self.classes[code]]) for row, code in rows)


@lru_cache(maxsize=32)
def published(data: str, features: int, seed: int, classes: int) -> Points:
    """A data set as it is published or drawn."""
    if data == settings.CHALLENGER:
        table = mle.DATA_TABLES["challenger"]
        x = table.values(table.predictor)[:, None]
        y = (table.values(table.response) > 0).astype(np.int64)
        return Points(
            x, y, ("0", "1"), ("temperature at launch (°F)",), ("temperature",), "damage of an O-ring", table.source,
            (70.0,), (10.0,), ((28.0, 84.0),), 31.0,
        )  # fmt: skip
    if data in (settings.IRIS, "versicolor"):
        table = mle.DATA_TABLES["iris"]
        species = np.array(table.labels(table.response))
        wanted = ["versicolor", "virginica"] if features == 1 or data != settings.IRIS else sorted(set(species))
        rows = np.isin(species, wanted)
        x = np.stack([table.values(name)[rows] for name in (("Petal.Length", "Petal.Width")[2 - features :])], axis=1)
        y = np.array([wanted.index(s) for s in species[rows]], dtype=np.int64)
        names = ("petal length (cm)", "petal width (cm)")[2 - features :]
        centre, scale, window = ((4.9, 1.7), (0.5, 0.2), ((2.7, 7.2), (0.8, 2.7)))
        if len(wanted) == 3:
            centre, scale, window = (4.0, 1.2), (1.0, 0.5), ((0.5, 7.5), (-0.1, 2.8))
        return Points(
            x, y, ("0", "1") if features == 1 else tuple(wanted), names, tuple(n.rsplit(" ", 1)[0] for n in names),
            "virginica, not versicolor" if features == 1 else "species", table.source,
            centre[2 - features :], scale[2 - features :], window[2 - features :], 1.6,
        )  # fmt: skip
    if data == settings.OWN:
        return typed(SAMPLE[features], features, None)
    n = DRAWN if features == 1 else 30 * classes
    drawn, labels = mle.labelled_points(data, n, classes=classes, features=features, seed=seed)
    x = np.round(drawn, 2)
    words = {"overlapping": "overlapping clouds", "separable": "separate clouds", "xor": "four clouds, crosswise"}
    names = tuple(("01234" if features == 1 else "abcde")[:classes])
    return Points(
        x, labels.astype(np.int64), names, _names(features), _names(features), "class 1" if features == 1 else "class",
        f"drawn from {words[data]}, seed {seed}", (0.0,) * features, (1.0,) * features,
        tuple(_window(column, 5.0) for column in x.T), 0.0,
    )  # fmt: skip


def _names(features: int) -> tuple[str, ...]:
    return ("x",) if features == 1 else ("x₁", "x₂")


def _window(column: Array, least: float = 0.0) -> tuple[float, float]:
    """Round ends around a column, with room on both sides."""
    low, high = float(column.min()), float(column.max())
    room = 0.25 * max(high - low, least / 2, 1e-9 * max(abs(low), abs(high)), 1e-12)
    unit = 10.0 ** math.floor(math.log10(max(high - low, room)))
    ends = math.floor((low - room) / unit * 2) * unit / 2, math.ceil((high + room) / unit * 2) * unit / 2
    return (min(ends[0], -least / 2), max(ends[1], least / 2)) if least else ends


def _tokens(text: str) -> list[str]:
    return [item for item in text.replace(",", " ").replace(";", " ").split() if item]


@lru_cache(maxsize=32)
def typed(text: str, features: int, over: Points | None) -> Points:
    """Points of a text: `features` numbers and a label, in turn. Words, units and axes are those of the data that they replace.

    Raises
    ------
    PointsError
        A sentence of rule, value and remedy.
    """
    items = _tokens(text)
    width = features + 1
    columns = over.short if over else _names(features)
    if len(items) % width or not items:
        raise PointsError(
            f"{several(len(items), 'item')} cannot be put in rows of {width}: give {' and '.join(columns)} and then the label, row "
            "after row."
        )
    if len(items) // width > MOST:
        raise PointsError(f"{len(items) // width} rows are more than the {MOST} that a link can carry; leave some out.")
    x = np.empty((len(items) // width, features))
    words = items[features::width]
    for row in range(len(x)):
        for j, column in enumerate(columns):
            item = items[row * width + j]
            try:
                x[row, j] = float(item.replace("−", "-"))
            except ValueError:
                x[row, j] = math.nan
            if not abs(x[row, j]) <= LARGEST:
                raise PointsError(
                    f"{column} in row {row + 1}, “{item[:20]}”, is not a number up to {LARGEST:g}; mend or remove it."
                )
    if features == 1:
        wrong = [row for row, word in enumerate(words) if word not in ("0", "1")]
        if wrong:
            raise PointsError(
                f"The label in row {wrong[0] + 1}, “{words[wrong[0]][:20]}”, is no class; write 0 or 1 behind each number."
            )
        classes: tuple[str, ...] = ("0", "1")
    else:
        odd = next((row for row, word in enumerate(words) if not _NAME.fullmatch(word)), None)
        if odd is not None:
            raise PointsError(
                f"The label in row {odd + 1}, “{words[odd][:20]}”, is no name of a class: it takes {LONGEST_NAME} letters, digits, "
                "points and hyphens at most; choose another one."
            )
        known = [word for word in (over.classes if over else ()) if word in words]
        classes = tuple(known + sorted(set(words) - set(known)))
        if len(classes) > 5:
            raise PointsError(
                f"There are {len(classes)} classes ({', '.join(classes[:6])}{' …' * (len(classes) > 6)}); the picture has room for 5: "
                "leave some out."
            )
        if len(classes) < 2:
            raise PointsError(f"All {len(words)} rows are of class {classes[0][:20]}; a classifier needs at least two.")
    for j, column in enumerate(columns):
        if len(x) < 2 or np.ptp(x[:, j]) == 0:
            raise PointsError(
                f"{column} is {x[0, j]:g} in all {len(x)} rows, so that no weight can be told from the intercept; move or add a row."
            )
    if features == 2 and np.linalg.matrix_rank((x - x.mean(axis=0)) / np.ptp(x, axis=0), tol=1e-9) < 2:
        raise PointsError(
            f"{columns[0]} and {columns[1]} lie on one line, so that their weights cannot be told apart; move or add a row."
        )
    y = np.array([classes.index(word) for word in words], dtype=np.int64)
    if over is not None:
        window = tuple(
            (min(low, round(float(c.min()), 6)), max(high, round(float(c.max()), 6)))
            for c, (low, high) in zip(x.T, over.window, strict=True)
        )
        return Points(
            x, y, classes, over.names, over.short, over.outcome, f"{over.source}, changed on this page", over.centre, over.scale,
            window, over.asked,
        )  # fmt: skip
    centre, scale = zip(*(_round(column) for column in x.T), strict=True)
    windows = tuple(_window(column) for column in x.T)
    return Points(
        x, y, classes, columns, columns, "class 1" if features == 1 else "class", "typed on this page", centre, scale, windows,
        centre[0],
    )  # fmt: skip


def _round(column: Array) -> tuple[float, float]:
    """A round centre and a round unit, (0, 1) where that is near enough: so they seldom change under the hand."""
    mean, spread = float(column.mean()), float(column.std())
    if 0.3 <= spread <= 3 and abs(mean) <= 3 * spread:
        return 0.0, 1.0
    unit = 10.0 ** round(math.log10(spread))
    return round(round(mean / unit) * unit, 12) + 0.0, unit


def find(data: str, text: str, features: int, seed: int = 1, classes: int = 2) -> Points:
    """The data set, or what stands in its place. Raises PointsError."""
    base = published(data, features, seed, classes)
    if not text.strip():
        return base
    return typed(text, features, None if data == settings.OWN else base)


# -- hands ---------------------------------------------------------------------------------------------------------------


def grid(points: Points, j: int, key: str, places: int = 400) -> Grid:
    """Round places along a column's axis, some 400 of them or fewer."""
    low, high = points.window[j]
    raw = (high - low) / places
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= raw * 0.999)
    first = math.ceil(low / step)
    return Grid(key, first * step, step, math.floor(high / step) - first + 1)


def changed(points: Points, values: Mapping[str, float | None]) -> Points:
    """Points after some were dragged (x[i], y[i] and, with one feature, c[i] for the label), flipped (flip[i]), removed (None) or
    added (with a + in the place of i).
    """
    rows: dict[int, list[float] | None] = {
        i: [*row, code] for i, (row, code) in enumerate(zip(points.x.tolist(), points.y.tolist(), strict=True))
    }
    features = points.x.shape[1]
    columns = {"x": 0, "y": 1, "c": features}
    for key, value in values.items():
        name, _, inner = key.partition("[")
        place = len(points.y) if inner == "+]" else int(inner[:-1]) if inner[:-1].isdigit() else -1
        row = rows.setdefault(place, [*points.centre, 0.0]) if 0 <= place <= len(points.y) else None
        if row is None or name not in ("flip", *columns) or (name == "y" and features == 1):
            continue
        if name == "flip":
            row[features] = (row[features] + 1) % len(points.classes)
        elif value is None:
            rows[place] = None
        else:
            row[columns[name]] = value
    left = [row for _, row in sorted(rows.items()) if row is not None]
    x = np.array([row[:features] for row in left], dtype=float).reshape(-1, features)
    y = np.array([int(row[features]) for row in left], dtype=np.int64)
    return Points(
        x, y, points.classes, points.names, points.short, points.outcome, points.source, points.centre, points.scale,
        points.window, points.asked,
    )  # fmt: skip
