"""The points on the chart: dragged, added and removed."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Protocol

import numpy as np
import numpy.typing as npt

from mle_ui.live.tables import Grid, Handle, Pad, Slider, Track
from mle_ui.scenes.regression import settings
from mle_ui.scenes.regression.pairs import Edit, Pairs, changed, read_edits, write, write_edits

Array = npt.NDArray[np.float64]

#: More points than this are too close to be grasped one by one.
MOST_HANDLES = 60
#: Height of the strip above the x axis where a click adds a point, as a part of the picture's.
STRIP = 0.06


class Shown(Protocol):
    """A scene that shows points."""

    @property
    def pairs(self) -> Pairs: ...


def at(track: Track, place: int = 0) -> tuple[float, float]:
    """Where one point of a committed mark stands."""
    assert track.x is not None and track.y is not None
    x, y = np.broadcast_arrays(np.atleast_2d(track.x)[0], np.atleast_2d(track.y)[0])
    return float(x[place]), float(y[place])


def _round_step(low: float, high: float, count: int) -> float:
    raw = (high - low) / count
    power = 10.0 ** math.floor(math.log10(raw))
    return next(m * power for m in (1, 2, 5, 10) if m * power >= raw * 0.999)


def grid(key: str, low: float, high: float, *, counts: bool = False) -> Grid:
    """Round places along an axis, some 400 of them; `counts` are whole and not below 0."""
    step = _round_step(low, high, 400)
    if counts:
        step, low = max(step, 1.0), max(low, 0.0)
    first = math.ceil(low / step)
    return Grid(key, first * step, step, math.floor(high / step) - first + 1)


def stepped(
    key: str, symbol: str, label: str, low: float, high: float, count: int, start: float, asked: float | None
) -> Slider:
    """An even slider on round steps between two ends, with one for the value that a link asks for."""
    step = _round_step(low, high, count)
    decimals = max(0, -math.floor(math.log10(step)))
    first, last = math.ceil(low / step), math.floor(high / step)
    values = [round(i * step, decimals) + 0.0 for i in range(first, last + 1)]
    default = values[round(start * (len(values) - 1))]
    if asked is not None and values[0] <= asked <= values[-1]:
        values = sorted({*values, float(f"{asked:.7g}")})
    return Slider(key, symbol, label, tuple(values), tuple(f"{v:.7g}" for v in values), values.index(default))


def handles(scene: Shown, only: int | None = None, *, counts: bool = False) -> list[Handle]:
    """One on each point; where there are many, on the point at place `only`. `counts` are dragged from one to the next."""
    pairs = scene.pairs
    places = range(pairs.m) if pairs.m <= MOST_HANDLES else [] if only is None else [only]
    (x0, x1), (y0, y1) = pairs.frame
    return [
        Handle(
            "points", "data", grid(f"x[{pairs.rows[i]}]", x0, x1), grid(f"y[{pairs.rows[i]}]", y0, y1, counts=counts),
            (float(pairs.x[i]), float(pairs.y[i])), i, label=f"Row {pairs.rows[i]}: {pairs.x[i]:g}, {pairs.y[i]:g}", removable=True,
        )
        for i in places
    ]  # fmt: skip


def pads(scene: Shown) -> list[Pad]:
    """The strip above the x axis where a click adds a point."""
    (x0, x1), (low, high) = scene.pairs.frame
    return [
        Pad("points", grid("x[+]", x0, x1), None, (low, low + STRIP * (high - low)), label="Click to add a point above")
    ]


def _changes(pairs: Pairs, values: Mapping[str, float | None], height: Callable[[float], float]) -> dict[int, Edit]:
    """Row → new place (None where it was removed) of what was dragged: x[3], y[3], x[+]."""
    here = {row: (float(a), float(b)) for row, a, b in zip(pairs.rows, pairs.x, pairs.y, strict=True)}
    out: dict[int, Edit] = {}
    for key, value in values.items():
        name, row = key[:1], key[2:-1]
        if name not in "xy" or key[1:2] != "[":
            continue
        if row == "+":
            if value is not None:
                out[pairs.next_row] = (value, round(height(value), 10))
        elif row.isdigit() and int(row) in here:
            number = int(row)
            if value is None:
                out[number] = None
                continue
            place = out.get(number, here[number])
            if place is not None:
                out[number] = (value, place[1]) if name == "x" else (place[0], value)
    return out


def moved(pairs: Pairs, values: Mapping[str, float | None]) -> Pairs:
    """The points while one of them is dragged."""
    return changed(pairs, _changes(pairs, values, lambda x: 0.0))


def edit(pairs: Pairs, values: Mapping[str, float | None], height: Callable[[float], float]) -> dict[str, object]:
    """The controls' new texts after a drop: the reader's own points are rewritten, of all others it is noted what changed."""
    changes = _changes(pairs, values, height)
    if pairs.data == settings.OWN:
        there = changed(pairs, changes)
        return {settings.TEXT.key: write(there.x, there.y)}
    return {settings.EDITS.key: write_edits({**read_edits(pairs.edits), **changes})}
