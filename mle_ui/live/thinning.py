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
    kept, heap = {0, last}, list[tuple[float, int, int, int]]()

    def look(left: int, right: int) -> None:
        if right - left > 1:
            miss = _missed(frames[left : right + 1], places[left : right + 1], curve)
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


def _missed(frames: Array, places: Array, curve: bool) -> Array:
    """What the blend of the first and the last frame misses of each of the others."""
    share = ((places[1:-1] - places[0]) / (places[-1] - places[0]))[:, None, None]
    exact, blended = frames[1:-1], frames[0] * (1 - share) + frames[-1] * share
    away = blended - exact
    size = np.hypot(away[..., 0], away[..., 1])
    if curve:
        tangent = np.gradient(exact, axis=1)
        length = np.maximum(np.hypot(tangent[..., 0], tangent[..., 1]), 1e-12)
        across = np.abs(away[..., 0] * tangent[..., 1] - away[..., 1] * tangent[..., 0]) / length
        size = across + ALONG * size
    room = 0.02 if curve else 0.5  # a point outside is on its way
    seen = _inside(exact, room) | _inside(blended, room)
    return np.asarray(np.where(seen, size, 0.0).max(axis=1))


def _inside(points: Array, room: float) -> npt.NDArray[np.bool_]:
    return np.asarray(np.all((points > -room) & (points < 1 + room), axis=-1))
