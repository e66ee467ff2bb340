"""Arrays on the wire: one behind the other, each described by where it stands."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

__all__ = ["Blob"]

Array = npt.NDArray[np.float64]


def _needed(rows: Array) -> Array:
    """The frames without which the others cannot be blended: one if nothing moves, two if all moves evenly."""
    weight = np.linspace(0, 1, len(rows))[:, None]
    slack = 1e-7 * np.ptp(rows)
    if len(rows) > 2 and np.all(np.abs(rows[:1] * (1 - weight) + rows[-1:] * weight - rows) <= slack):
        rows = rows[[0, -1]]
    return rows[:1] if len(rows) == 2 and np.array_equal(rows[0], rows[1]) else rows


class Blob:
    """Arrays one behind the other, described by where they stand; equal ones (heights shown in two charts) stand there once."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.known: dict[bytes, int] = {}
        self.size = 0

    def add(self, values: npt.NDArray[np.generic]) -> int:
        data = values.tobytes()
        data += b"\0" * (-len(data) % 4)
        if data in self.known:
            return self.known[data]
        at = self.known[data] = self.size
        self.parts.append(data)
        self.size += len(data)
        return at

    def frames(self, values: Array, *, short: bool = False) -> dict[str, object]:
        """Frames of a sweep, in four bytes a number; in two if `short` and moving: a 65 000th of their range is lost."""
        rows = np.atleast_2d(np.asarray(values, dtype=float))
        if not np.all(np.isfinite(rows)):
            raise ValueError("frames must be finite; clip what lies outside the chart")
        rows = _needed(rows)
        # float32 keeps 7 digits: enough for pixels once the common part is taken out (299.85 ± 0.0005).
        shift = float((rows.min() + rows.max()) / 2)
        shape: dict[str, object] = {"n": rows.shape[1], "frames": rows.shape[0], "shift": shift}
        if short and len(rows) > 1:  # what stands still takes little room, and bars would be rounded to other pixels
            scale = float(np.ptp(rows)) / 65_000 or 1.0
            place = np.round((rows - shift) / scale).astype("<i2")
            return {"at": self.add(place), "size": place.size, "type": "i2", "scale": scale, **shape}
        with np.errstate(over="ignore"):
            wire = (rows - shift).astype("<f4")
        if not np.all(np.isfinite(wire)):
            raise ValueError("frames must fit into float32; scale them or clip what lies outside the chart")
        return {"at": self.add(wire), "size": wire.size, **shape}

    def image(self, values: npt.NDArray[np.uint8]) -> dict[str, object]:
        frames, rows, columns = values.shape
        place = {"at": self.add(values), "size": values.size, "type": "u1"}
        return {**place, "n": rows * columns, "rows": rows, "columns": columns, "frames": frames, "shift": 0}

    def places(self, values: Array, count: int, logarithmic: bool) -> dict[str, object]:
        """The frames of a sheet in two bytes a number, `count` of them or one for all; a 65 000th of their range is lost."""
        rows = np.atleast_2d(np.asarray(values, dtype=float))
        if len(rows) not in (1, count):
            raise ValueError(f"a sheet needs one frame or {count}, not {len(rows)}")
        if len(rows) > 1 and np.all(rows == rows[0]):
            rows = rows[:1]
        rows = np.log(rows) if logarithmic else rows
        if not np.all(np.isfinite(rows)):
            raise ValueError("frames must be finite; clip what lies outside the chart")
        return {**self._short(rows), **({"log": 1} if logarithmic else {})}

    def _short(self, rows: Array) -> dict[str, object]:
        low, high = float(rows.min()), float(rows.max())
        scale = (high - low) / 65_000 or 1.0
        shift = (low + high) / 2 if high > low else low
        wire = np.round((rows - shift) / scale).astype("<i2")
        place = {"at": self.add(wire), "size": wire.size, "type": "i2", "n": rows.shape[1], "frames": len(rows)}
        return {**place, "shift": shift, "scale": scale}

    def strings(self, strings: Sequence[str]) -> list[str] | dict[str, object]:
        """Strings in the head as they are, or as `words` where most come again."""
        return self.words(strings) if len(strings) > 20 and len(set(strings)) < 0.6 * len(strings) else list(strings)

    def words(self, strings: Sequence[str]) -> dict[str, object]:
        """Many strings of which most come again: each once, and which of them stands where."""
        known = {text: k for k, text in enumerate(dict.fromkeys(strings))}
        which = np.array([known[text] for text in strings], dtype="<u2")
        return {"words": list(known), "at": self.add(which), "size": which.size, "type": "u2"}
