"""What the browser does with the tables: taking them from the wire, and blending frames."""

from __future__ import annotations

import json
import struct
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def decode(data: bytes) -> dict[str, Any]:
    """The head, with every array in the place of its description: frames as (K, n), images as (K, rows, columns)."""
    (length,) = struct.unpack_from("<I", data)
    head: dict[str, Any] = json.loads(data[4 : 4 + length])
    start = 4 + length + -(4 + length) % 4
    assert (len(data) - start) % 4 == 0

    def take(place: dict[str, Any]) -> npt.NDArray[Any]:
        kind = np.dtype({"u1": "u1", "i2": "<i2", "u2": "<u2"}.get(place.get("type", ""), "<f4"))
        assert place["at"] % 4 == 0
        return np.frombuffer(data, kind, place["size"], start + place["at"])

    def track(wire: dict[str, Any]) -> dict[str, Any]:
        for axis in ("x", "y"):
            if axis in wire:
                place = wire[axis]
                numbers = take(place).reshape(place["frames"], place["n"]).astype(float)
                wire[axis] = place["shift"] + place.get("scale", 1.0) * numbers
                wire[axis] = np.exp(wire[axis]) if place.get("log") else wire[axis]
        if "knots" in wire:
            wire["knots"] = take(wire["knots"]).astype(float)
        if "v" in wire:
            place = wire["v"]
            wire["v"] = take(place).reshape(place["frames"], place["rows"], place["columns"]).astype(float)
        return wire

    def words(known: Any) -> list[str]:
        return [known["words"][k] for k in take(known)] if isinstance(known, dict) else known

    for holder in [*head.get("sliders", []), *head.get("sheets", [])]:
        if "places" in holder:
            holder["places"] = take(holder["places"])
        holder["tracks"] = [track(wire) for wire in holder["tracks"]]
        holder["readouts"] = {name: words(known) for name, known in holder["readouts"].items()}
    head["tracks"] = [track(wire) for wire in head.get("tracks", [])]
    for wire in [
        wire for holder in [*head.get("sliders", []), *head.get("sheets", []), head] for wire in holder["tracks"]
    ]:
        if "texts" in wire:
            wire["texts"] = words(wire["texts"])
    return head


def blend(frames: npt.NDArray[Any], place: float) -> Array:
    """The frame at a place between 0 and 1: linear between its two neighbours."""
    last = len(frames) - 1
    at = min(max(place * last, 0.0), last)
    left = min(int(at), max(last - 1, 0))
    share = at - left if last else 0.0
    mixed: Array = frames[left] * (1 - share) + frames[min(left + 1, last)] * share
    return mixed


def far(points: Array, line: Array) -> float:
    """The largest distance from any of the points (m, 2) to a polyline (n, 2)."""
    if not len(points):
        return 0.0
    start, along = line[:-1], np.diff(line, axis=0)
    length = np.maximum((along**2).sum(axis=1), 1e-300)
    offset = points[:, None] - start
    share = np.clip((offset * along).sum(axis=2) / length, 0, 1)
    gaps = np.hypot(*np.moveaxis(offset - share[..., None] * along, 2, 0))
    return float(gaps.min(axis=1).max())
