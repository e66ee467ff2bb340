"""Which frames of a sweep are needed, where a mark does not move evenly: many where it turns or leaps, few where it glides."""

from __future__ import annotations

import heapq

import numpy as np
import numpy.typing as npt

__all__ = ["needed"]

Array = npt.NDArray[np.float64]

#: How much a point that slides along its own curve counts, compared with one that leaves it.
ALONG = 0.35


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
    kept, heap = {0, last}, list[tuple[float, int, int, int]]()

    def look(left: int, right: int) -> None:
        if right - left > 1:
            miss = seen.missed(left, right)
            worst = int(np.argmax(miss))
            heapq.heappush(heap, (-float(miss[worst]), left, left + 1 + worst, right))

    look(0, last)
    while heap and len(kept) < most:
        miss, left, middle, right = heapq.heappop(heap)
        if -miss <= slack:
            break
        kept.add(middle)
        look(left, middle)
        look(middle, right)
    return sorted(kept)


class _Seen:
    """The frames, with all that does not depend on which of them are kept."""

    def __init__(self, frames: Array, places: Array, curve: bool) -> None:
        self.places = places
        self.x, self.y = np.ascontiguousarray(frames[..., 0]), np.ascontiguousarray(frames[..., 1])
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

    def missed(self, left: int, right: int) -> Array:
        """What the blend of two frames misses of each of those between them."""
        between = slice(left + 1, right)
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
