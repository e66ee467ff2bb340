"""A mark where it stands, as figures and handles take it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mle_ui.live.tables import Track

Array = npt.NDArray[np.float64]


def line(track: Track) -> tuple[Array, Array]:
    """x and y of the first frame."""
    assert track.x is not None and track.y is not None
    x, y = np.atleast_2d(track.x)[0], np.atleast_2d(track.y)[0]
    return np.broadcast_arrays(x, y)[0], np.broadcast_arrays(x, y)[1]


def point(track: Track, place: int = 0) -> tuple[float, float]:
    """One point of it."""
    x, y = line(track)
    return float(x[place]), float(y[place])
