"""What the drag layer is told: sliders, and for each moving mark its frames. Pure data; Streamlit is not needed here.

A *slider* has N steps; each has a coordinate u (the value itself, or its logarithm for a slider on logarithmic
steps). A *track* is one mark's frames at K places spread evenly in u between the slider's ends; the browser blends
the two frames around the present u. Any track may have its own K: a rule needs two, a density a few dozen. Readouts
carry one string for each step, so that what is read while dragging is what is read after.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from mle_ui.live.blob import Blob

Array = npt.NDArray[np.float64]
Kind = Literal["line", "area", "bars", "points", "text", "rule", "image"]
Colour = tuple[int, int, int, int]

#: Bytes that one commit of one page may cost (measured by a test over all pages).
BUDGET = 400_000
#: What stands for ∞ on the wire: JSON has none.
INFINITE = 1e300


@dataclass(frozen=True)
class Slider:
    """A slider on a finite, increasing list of values, named by the parameter's symbol and word.

    On a logarithmic slider the last value may be ∞; it then stands where five times the last finite value would. A `counted`
    one (a sample size, an optimiser's step) has its values side by side whatever they are, and a frame of its own for each.
    """

    key: str
    symbol: str
    label: str
    values: tuple[float, ...]
    labels: tuple[str, ...]
    default: int
    logarithmic: bool = False
    counted: bool = False

    def index(self, value: float) -> int:
        """Step whose value lies nearest; the first or last one for −∞ and ∞."""
        if abs(value) >= INFINITE:
            return len(self.values) - 1 if value > 0 else 0
        return min(range(len(self.values)), key=lambda i: abs(self.values[i] - value))

    @property
    def coordinates(self) -> Array:
        """Where each step stands along the slider's axis."""
        if self.counted:
            return np.arange(len(self.values), dtype=float)
        values = np.array(self.values)
        if math.isinf(values[-1]):
            values[-1] = 5 * values[-2]
        return np.log(values) if self.logarithmic else values

    def places(self, frames: int) -> Array:
        """Values at `frames` places spread evenly in the slider's coordinate, both ends included; all of a counted one."""
        if self.counted:
            return np.array(self.values)
        u = self.coordinates
        at = np.linspace(u[0], u[-1], frames)
        values = np.exp(at) if self.logarithmic else at
        values[0], values[-1] = self.values[0], self.values[-1]
        return values


@dataclass(frozen=True)
class Track:
    """Frames of one mark of one chart.

    `x` and `y` have shape (K, n), or (n,) where nothing moves along that axis. Bars need their `width` in data units,
    rules the axis they are `along`, texts may bring one string for each step, images use `values` and the colour
    table. An area along "y" runs upwards and is filled towards x = 0. A `short` track takes half the room: a 65 000th of the
    range of its numbers is lost, which is nothing where none lies far outside the chart. Frames that are not spread evenly bring
    their `knots` (K,): where they lie along the slider, 0 and 1 at its ends.
    """

    chart: str
    mark: str
    kind: Kind
    x: Array | None = None
    y: Array | None = None
    width: float | None = None
    along: Literal["x", "y"] | None = None
    texts: tuple[str, ...] | None = None
    values: npt.NDArray[np.uint8] | None = None
    extent: tuple[float, float, float, float] | None = None
    colours: tuple[Colour, ...] = ()
    short: bool = False
    knots: Array | None = None


@dataclass(frozen=True)
class Sweep:
    """What moves when one slider moves."""

    slider: Slider
    index: int
    tracks: tuple[Track, ...]
    readouts: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Grid:
    """A dragged coordinate that has no slider: numbers from `low` in `count` steps, handed to Python under `key`."""

    key: str
    low: float
    step: float
    count: int


@dataclass(frozen=True)
class Handle:
    """A part of a mark that is dragged on the chart itself.

    `x` and `y` say what the pointer moves along each axis: a slider's key, or a `Grid`; None where it moves nothing. With one
    slider alone the handle is a second thumb of that slider and plays its sweep. `index` is the place in the mark of the point
    that the handle sits on, `at` where that point stands now. A "column" or "row" is grasped along its whole length. `lever` is how far
    the handle moves for a step of 1 of its one slider, on a linear axis: the end of a line turns its slope.
    What is named in `click` is handed to Python with the value 1 when the handle is clicked, or Enter is pressed on it.
    """

    chart: str
    mark: str
    x: str | Grid | None
    y: str | Grid | None
    at: tuple[float, float]
    index: int = 0
    shape: Literal["point", "column", "row"] = "point"
    label: str = "Drag me"
    removable: bool = False
    click: str | None = None
    lever: float = 1.0


@dataclass(frozen=True)
class Pad:
    """Where a click adds a point: the whole chart, or the strip between two heights of its y axis."""

    chart: str
    x: Grid | None
    y: Grid | None
    strip: tuple[float, float] | None = None
    label: str = "Click to add a point"


@dataclass(frozen=True)
class Sheet:
    """What follows a point of two sliders before Python is asked: marks over a grid of the two sliders' places.

    Frames run over `columns` places of slider `x` and, fastest, `rows` places of slider `y`, spread evenly in their coordinates. The
    browser blends the four around the point; marks named in `leaps` (chart, mark) take the nearest one instead, as what
    lies between two of their frames is like neither. Coordinates named in `logarithmic` (chart, "x" or "y") are blended as logarithms.
    Readouts hold one string for each place, and the nearest one is shown. A sheet is near; the answer that comes when the
    point rests is exact.
    """

    x: str
    y: str
    columns: int
    rows: int
    tracks: tuple[Track, ...]
    readouts: Mapping[str, Sequence[str]]
    leaps: frozenset[tuple[str, str]] = frozenset()
    logarithmic: frozenset[tuple[str, str]] = frozenset()


#: Marks whose points belong together one by one: who points at one sees it marked in all.
Link = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Tables:
    """Everything the layer needs between two commits.

    `state` stamps the figures that belong to these tables; `readouts` are the committed strings.
    """

    page: str
    state: str
    charts: tuple[str, ...]
    sweeps: tuple[Sweep, ...]
    readouts: Mapping[str, str]
    handles: tuple[Handle, ...] = ()
    play: tuple[str, ...] = ()
    pads: tuple[Pad, ...] = ()
    links: tuple[Link, ...] = ()
    sheets: tuple[Sheet, ...] = ()


def image_frames(fields: Array) -> npt.NDArray[np.uint8]:
    """Frames of an image from fields (K, rows, columns) in [0, 1], rows upwards; 255 is full scale."""
    return np.round(np.clip(fields, 0, 1) * 255).astype(np.uint8)


def _track(track: Track, blob: Blob) -> dict[str, object]:
    wire: dict[str, object] = {"chart": track.chart, "mark": track.mark, "kind": track.kind}
    if track.values is not None:
        wire |= {"v": blob.image(track.values), "extent": track.extent, "bands": len(track.colours)}
        wire["colours"] = [channel for colour in track.colours for channel in colour]
        return wire
    if track.x is None or track.y is None:
        raise ValueError(f"track {track.chart}/{track.mark}: a {track.kind} needs x and y")
    wire |= {"x": blob.frames(track.x, short=track.short), "y": blob.frames(track.y, short=track.short)}
    if track.knots is not None:
        wire["knots"] = {"at": blob.add(track.knots.astype("<f4")), "size": track.knots.size}
    for name in ("width", "along"):
        if (value := getattr(track, name)) is not None:
            wire[name] = value
    if track.texts is not None:
        wire["texts"] = blob.strings(track.texts)
    return wire


def _sheet(sheet: Sheet, blob: Blob) -> dict[str, object]:
    tracks = []
    for track in sheet.tracks:
        assert track.x is not None and track.y is not None
        wire: dict[str, object] = {"chart": track.chart, "mark": track.mark, "kind": track.kind}
        for axis, values in (("x", track.x), ("y", track.y)):
            wire[axis] = blob.places(values, sheet.columns * sheet.rows, (track.chart, axis) in sheet.logarithmic)
        if track.texts is not None:
            wire["texts"] = blob.strings(track.texts)
        if (track.chart, track.mark) in sheet.leaps:
            wire["leaps"] = 1
        tracks.append(wire)
    readouts = {name: blob.strings(strings) for name, strings in sheet.readouts.items()}
    return {
        "x": sheet.x, "y": sheet.y, "columns": sheet.columns, "rows": sheet.rows, "tracks": tracks, "readouts": readouts,
    }  # fmt: skip


def _pack(head: Mapping[str, object], blob: Blob) -> bytes:
    text = json.dumps(head, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    return struct.pack("<I", len(text)) + text + b"\0" * (-(4 + len(text)) % 4) + b"".join(blob.parts)


def encode(tables: Tables) -> bytes:
    """The page's tables on the wire: length of the head, the head as JSON, then the arrays (float32, or bytes for images)."""
    blob = Blob()
    sliders = []
    for sweep in tables.sweeps:
        u = sweep.slider.coordinates
        places = (u - u[0]) / ((u[-1] - u[0]) or 1.0)
        slider = {
            "key": sweep.slider.key,
            "symbol": sweep.slider.symbol,
            "index": sweep.index,
            "values": [v if math.isfinite(v) else INFINITE for v in sweep.slider.values],
            "places": {"at": blob.add(places.astype("<f4")), "size": places.size},
            "tracks": [_track(track, blob) for track in sweep.tracks],
            "readouts": {name: blob.strings(strings) for name, strings in sweep.readouts.items()},
        }
        sliders.append(slider)
    head = {
        "role": "page",
        "page": tables.page,
        "state": tables.state,
        "charts": tables.charts,
        "sliders": sliders,
        "readouts": dict(tables.readouts),
        "handles": [asdict(handle) for handle in tables.handles],
        "play": tables.play,
        "pads": [asdict(pad) for pad in tables.pads],
        "links": tables.links,
        "sheets": [_sheet(sheet, blob) for sheet in tables.sheets],
    }
    return _pack(head, blob)


def encode_answer(state: str, number: int, tracks: Sequence[Track], readouts: Mapping[str, str]) -> bytes:
    """The answer to one question of a dragged point, by the question's number: moved marks only, one frame each."""
    blob = Blob()
    head = {
        "role": "answer",
        "state": state,
        "number": number,
        "tracks": [_track(t, blob) for t in tracks],
        "readouts": dict(readouts),
    }
    return _pack(head, blob)
