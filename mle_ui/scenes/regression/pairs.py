"""Where the points come from: a real table, the reader's own text, or a generator; and what was dragged since."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui import numbers
from mle_ui.scenes.regression import settings
from mle_ui.scenes.samples import Problem

Array = npt.NDArray[np.float64]

MOST = 300
LONGEST_TEXT = 12_000


@dataclass(frozen=True, eq=False)
class Pairs:
    """Points (x, y) with the number of the row that each stands in, from 1. Equal arguments give the same object.

    `words` and `units` name what stands along the two axes; `frame` holds the ends of both axes: those of the points as they came;
    `middle` is near the mean of x as they came.
    """

    data: str
    rows: tuple[int, ...]
    x: Array
    y: Array
    words: tuple[str, str] = ("x", "y")
    source: str = ""
    frame: tuple[tuple[float, float], tuple[float, float]] = ((0.0, 1.0), (0.0, 1.0))
    drawn: mle.RegressionSample | None = field(default=None, repr=False)
    edits: str = ""
    middle: float = 0.0
    problem: Problem | None = None

    @property
    def m(self) -> int:
        return self.x.size

    @property
    def next_row(self) -> int:
        """The number that an added point gets: rows that were left out keep theirs."""
        return 1 + max([len(self.rows), *self.rows, *read_edits(self.edits)])

    @cached_property
    def order(self) -> npt.NDArray[np.intp]:
        """Places of the points from left to right."""
        return np.lexsort((self.y, self.x))

    @property
    def caption(self) -> str:
        """How many points, and where they come from."""
        count = len(self.edits.split())
        said = f" {count} moved, added or left out here." if count else ""
        return f"{self.m} points.{said} Source: {self.source}."


class NotPairsError(ValueError):
    """Text that is not a list of points; the message names the row."""


def parse(text: str) -> tuple[Array, Array]:
    """Points typed as “1,2.5 2,3.1” or pasted as two columns.

    Raises
    ------
    NotPairsError
        If a row is not two finite numbers, the columns do not agree, or there are no or too many points.
    """
    items = [item for item in re.split(r"[\s;]+", text.strip()) if item]
    if not items:
        raise NotPairsError("No points yet; type some as x,y pairs, such as 1,2.1 2,2.9 3,4.2.")
    if any("," in item for item in items):
        cells = [item.strip(",").split(",") for item in items]
    else:
        if len(items) % 2:
            raise NotPairsError(
                f"{len(items)} numbers do not make pairs: the last x, {items[-1][:20]}, has no y; add it."
            )
        cells = [items[i : i + 2] for i in range(0, len(items), 2)]
    if len(cells) > MOST:
        raise NotPairsError(f"{len(cells)} points are more than the {MOST} that a link can carry; leave some out.")
    found = np.empty((len(cells), 2))
    for row, cell in enumerate(cells, 1):
        shown = ",".join(cell)[:24]
        if len(cell) != 2:
            raise NotPairsError(f"Row {row}, “{shown}”, is not one x and one y; write it as x,y.")
        for place, raw in enumerate(cell):
            value = number(raw)
            if value is None:
                raise NotPairsError(
                    f"Row {row}, “{shown}”: its {'xy'[place]}, “{raw[:20]}”, is not a number; mend or remove it."
                )
            if abs(value) > numbers.LARGEST or 0 < abs(value) < 1 / numbers.LARGEST:
                raise NotPairsError(
                    f"Row {row}, “{shown}”: {value:g} is too far from 1 to be drawn; choose another unit."
                )
            found[row - 1, place] = value
    return found[:, 0], found[:, 1]


def number(raw: str) -> float | None:
    """A finite number, or None."""
    try:
        value = float(raw.replace("−", "-").replace("_", "?"))
    except ValueError:
        return None
    return value if np.isfinite(value) else None


Edit = tuple[float, float] | None


def read_edits(text: str) -> dict[int, Edit]:
    """Row → its new place, or None where it was left out, of “14=64,30 3=-”.

    Raises
    ------
    NotPairsError
        If an item reads otherwise.
    """
    out: dict[int, Edit] = {}
    for item in text.split():
        row, _, place = item.partition("=")
        cell = [number(raw) for raw in place.split(",")]
        if not row.isdigit() or not (place == "-" or (len(cell) == 2 and None not in cell)):
            raise NotPairsError(f"“{item[:24]}” is not row=x,y or row=-; mend or remove it.")
        if any(abs(v or 0.0) > numbers.LARGEST for v in cell):
            raise NotPairsError(f"“{item[:24]}” is too far away to be drawn; remove it.")
        out[int(row)] = None if place == "-" else (float(cell[0] or 0.0), float(cell[1] or 0.0))
    return out


def write_edits(edits: dict[int, Edit]) -> str:
    return " ".join(f"{row}={'-' if at is None else f'{at[0]:.10g},{at[1]:.10g}'}" for row, at in sorted(edits.items()))


def write(x: Array, y: Array) -> str:
    """Points as text that `parse` reads."""
    return " ".join(f"{a:.10g},{b:.10g}" for a, b in zip(x, y, strict=True))


def _axis(values: Array, share: float = 0.08) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    margin = share * (high - low) or abs(low) * 0.5 or 1.0
    return low - margin, high + margin


def _middle(x: Array, data: str) -> float:
    """A short number near the mean: to a hundredth of the span; of the reader's own points to a tenth, as it moves with them."""
    span = float(np.ptp(x))
    if not span > 0:
        return float(x.mean())
    return round(float(x.mean()), (1 if data == settings.OWN else 2) - math.floor(math.log10(span)))


# For all visitors: equal arguments give the same object, on which the scenes' caches stand.
@lru_cache(maxsize=64)
def base(data: str, column: str = "", text: str = "", drawn: tuple[str, str, int, int] | None = None) -> Pairs:
    """The points as they came; what cannot be read is returned as a problem, not raised."""
    sample = None
    words, source = ("x", "y"), "typed on this page"
    if data == settings.OWN:
        if len(text) > LONGEST_TEXT:
            said = (
                f"{len(text)} characters are more than the {LONGEST_TEXT} that a link can carry; leave some points out."
            )
            return Pairs(data, (), np.empty(0), np.empty(0), problem=Problem(settings.TEXT.key, said))
        try:
            x, y = parse(text)
        except NotPairsError as error:
            return Pairs(data, (), np.empty(0), np.empty(0), problem=Problem(settings.TEXT.key, str(error)))
    elif data == settings.GENERATED:
        assert drawn is not None
        law, shape, m, seed = drawn
        sample = mle.regression_sample(law, m, seed, "wave" if shape == "wave" else "line")
        x, y = sample.x, sample.y
        source = f"drawn around {settings.SHAPE.options[shape]} with {mle.NOISES[law].name} noise, seed {seed}"
    else:
        table = settings.TABLES[data]
        x, y, source = table.values(column), table.values(table.response), table.source
        words = tuple(
            f"{c.quantity} ({c.unit})" if c.unit else c.quantity for c in map(table.column, (column, table.response))
        )  # type: ignore[assignment]
    for values in (x, y):
        values.setflags(write=False)
    frame = (_axis(x), _axis(y, 0.12))
    return Pairs(data, tuple(range(1, x.size + 1)), x, y, words, source, frame, sample, middle=_middle(x, data))


@lru_cache(maxsize=128)
def observe(came: Pairs, edits: str) -> Pairs:
    """The points after what was dragged, added or left out; an axis grows only where one of them leaves it."""
    if not edits.strip() or came.problem:
        return came
    try:
        if len(edits) > LONGEST_TEXT:
            raise NotPairsError(
                f"{len(edits)} characters are more than the {LONGEST_TEXT} that a link can carry; remove some."
            )
        changes = read_edits(edits)
    except NotPairsError as error:
        return Pairs(came.data, (), np.empty(0), np.empty(0), problem=Problem(settings.EDITS.key, str(error)))
    return changed(came, changes)


def changed(came: Pairs, changes: dict[int, Edit]) -> Pairs:
    """The same points with some at other places; a problem where none or too many are left."""
    at: dict[int, Edit] = {row: (float(a), float(b)) for row, a, b in zip(came.rows, came.x, came.y, strict=True)}
    at |= changes
    kept = {row: place for row, place in sorted(at.items()) if place is not None}
    if not 0 < len(kept) <= MOST:
        words = f"{len(kept)} points are left, and from 1 to {MOST} can be drawn; put some back." if not kept else (
            f"{len(kept)} points are more than the {MOST} that can be drawn; remove some."
        )  # fmt: skip
        return Pairs(came.data, (), np.empty(0), np.empty(0), problem=Problem(settings.EDITS.key, words))
    x, y = np.array(list(kept.values())).T.copy()
    for values in (x, y):
        values.setflags(write=False)
    frame = tuple(
        (min(ends[0], _axis(values, 0.04)[0]) if values.min() < ends[0] else ends[0],
         max(ends[1], _axis(values, 0.04)[1]) if values.max() > ends[1] else ends[1])
        for ends, values in zip(came.frame, (x, y), strict=True)
    )  # fmt: skip
    edits = write_edits({**read_edits(came.edits), **changes})
    return Pairs(came.data, tuple(kept), x, y, came.words, came.source, frame, came.drawn, edits, came.middle)  # type: ignore[arg-type]
