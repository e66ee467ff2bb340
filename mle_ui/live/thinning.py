"""Which frames of a sweep are needed, where a mark does not move evenly: many where it turns or leaps, few where it glides."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["needed"]

Array = npt.NDArray[np.floating]

#: How much a point that slides along its own curve counts, compared with one that leaves it.
ALONG = 0.35
#: In axis lengths: nothing further out makes a difference.
FAR = 1e4


def needed(frames: Array, places: Array, *, slack: float, most: int, curve: bool) -> list[int]:
    """The frames from which the others are blended well enough, both ends included.

    Parameters
    ----------
    frames : ndarray of shape (N, n, 2)
        A mark at N places, in parts of its axes' lengths; what lies outside 0 to 1 is not seen.
    places : ndarray of shape (N,)
        Increasing; between two frames that are kept the others are blended by place.
    slack : float
        What the blend may miss, in parts of an axis.
    most : int
        How many frames there may be; the worst misses are mended first.
    curve : bool
        Whether the points are one line, on which they may slide.

    Returns
    -------
    list of int
        In ascending order.
    """
    last = len(frames) - 1
    if last < 1:
        return list(range(len(frames)))
    seen = _Seen(frames, places, curve)
    is_kept = np.zeros(len(frames), dtype=bool)
    is_kept[[0, last]] = True
    open_ = np.arange(1, last)  # the frames of gaps whose blend is not known to be good
    # A round splits all gaps that miss too much, each where it misses most: a few calls for all of them at once.
    while open_.size and (kept := np.flatnonzero(is_kept)).size < most:
        gap = np.cumsum(is_kept)[open_] - 1
        miss = seen.missed(open_, kept[gap], kept[gap + 1])
        starts = np.flatnonzero(np.diff(gap, prepend=-1))
        worst = np.maximum.reduceat(miss, starts)
        bad, size = worst > slack, np.diff(starts, append=miss.size)
        at_worst = np.flatnonzero(miss == np.repeat(worst, size))
        split = open_[at_worst[np.searchsorted(at_worst, starts)]]  # the first of each gap
        order = np.argsort(-worst, kind="stable")
        is_kept[split[order[bad[order]]][: most - kept.size]] = True
        open_ = open_[np.repeat(bad, size) & ~is_kept[open_]]
    return np.flatnonzero(is_kept).tolist()


class _Seen:
    """The frames, with all that does not depend on which of them are kept."""

    def __init__(self, frames: Array, places: Array, curve: bool) -> None:
        # Single precision is a 10⁴th of what may be missed, and twice as fast; what lies far outside is far outside.
        self.places = places.astype(np.float32)
        self.x, self.y = (np.clip(frames[..., i], -FAR, FAR).astype(np.float32) for i in (0, 1))
        self.curve = curve
        self.room = 0.02 if curve else 0.5  # a point outside is on its way
        self.inside = self._inside(self.x, self.y)
        if curve:
            tangent_x, tangent_y = np.gradient(self.x, axis=1), np.gradient(self.y, axis=1)
            length = np.maximum(np.hypot(tangent_x, tangent_y), 1e-12)
            self.along_x, self.along_y = tangent_x / length, tangent_y / length

    def _inside(self, x: Array, y: Array) -> npt.NDArray[np.bool_]:
        low, high = -self.room, 1 + self.room
        return (x > low) & (x < high) & (y > low) & (y < high)

    def missed(self, between: npt.NDArray[np.intp], left: npt.NDArray[np.intp], right: npt.NDArray[np.intp]) -> Array:
        """What the blend of the frames on its left and right misses of each of those between."""
        share = ((self.places[between] - self.places[left]) / (self.places[right] - self.places[left]))[:, None]
        x = self.x[left] * (1 - share) + self.x[right] * share
        y = self.y[left] * (1 - share) + self.y[right] * share
        seen = self.inside[between] | self._inside(x, y)
        x -= self.x[between]
        y -= self.y[between]
        size = np.sqrt(x * x + y * y)
        if self.curve:
            size *= ALONG
            size += np.abs(x * self.along_y[between] - y * self.along_x[between])
        return np.asarray(np.where(seen, size, 0.0).max(axis=1))
