"""Heights of the contours: likelihood-ratio quantiles near the top, ever larger steps below.

Equal steps of ℓ hide the top: most of the picture lies dozens of nats below it. So the surface is drawn in the number
of levels that a point lies below: 0 at the maximum, 1 at the 50 % level, 5 at 99.9 %, in between even in the square
root of the drop (which is about the distance from the maximum).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

import mle_core as mle

PROBABILITIES = (0.50, 0.80, 0.95, 0.99, 0.999)
BEYOND = (15.0, 40.0, 120.0, 400.0)


def drops(df: int) -> tuple[float, ...]:
    """The drops below the maximum in nats at which contours are drawn."""
    return tuple(mle.likelihood_ratio_drop(p, df) for p in PROBABILITIES) + BEYOND


def depth(drop: npt.NDArray[np.float64], df: int = 2) -> npt.NDArray[np.float64]:
    """How many levels below the maximum, for a drop in nats (≥ 0, ∞ allowed); at most the number of bands."""
    edges = np.sqrt(np.array([0.0, *drops(df)]))
    root = np.sqrt(np.clip(drop, 0, None))
    beyond = root > edges[-1]
    inner = np.interp(np.minimum(root, edges[-1]), edges, np.arange(edges.size))
    # Below the last level the depth goes on towards the last band's end without a step of its own.
    outer = edges.size - edges[-1] / np.where(beyond, root, edges[-1])
    levels: npt.NDArray[np.float64] = np.where(beyond, outer, inner)
    return levels


BANDS = len(PROBABILITIES) + len(BEYOND) + 1
