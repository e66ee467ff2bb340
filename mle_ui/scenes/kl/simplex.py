"""The simplex of three outcomes: where laws lie in it, their logits, and both divergences as landscapes over it."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.figures import style
from mle_ui.live.tables import Track, image_frames

Array = npt.NDArray[np.float64]

CHARTS = ("simplex", "simplex_back")
HEIGHT = math.sqrt(3) / 2
#: The landscape over the simplex: its box, its cells while bars are dragged, and its contours, in nats.
BOX = ((-0.12, 1.12), (-0.1, 0.98))
COLUMNS, ROWS = 27, 24
LEVELS = 0.02 * 10 ** (0.4 * np.arange(7))
BANDS = len(LEVELS) + 1


def place(heights: Array) -> tuple[Array, Array]:
    """Where laws (K, 3) lie in the simplex; a law of no weight lies in its middle."""
    total = heights.sum(axis=1, keepdims=True)
    shares = np.where(total > 0, heights / np.where(total > 0, total, 1.0), 1 / 3)
    return shares[:, [1]] + 0.5 * shares[:, [2]], HEIGHT * shares[:, [2]]


def shares(x: Array, y: Array) -> Array:
    """The laws (..., 3) that lie at places of the simplex; those beside it are held at its edges."""
    third = y / HEIGHT
    return np.clip(np.stack([1 - x - third / 2, x - third / 2, third], axis=-1), 1e-4, None)


def logits(heights: Array) -> Array:
    """Logits (K, 3) of laws (K, 3), of which the finite ones add up to 0; −∞ where a law is 0, NaN where it is 0 everywhere."""
    with np.errstate(all="ignore"):
        z = np.log(heights)
        finite = np.isfinite(z)
        middle = np.where(finite, z, 0.0).sum(axis=1, keepdims=True) / finite.sum(axis=1, keepdims=True)
        return np.asarray(z - middle)


def landscapes(p: Array, columns: int, rows: int) -> tuple[Array, Array, Array, Array]:
    """Axes, and D(p‖q) and D(q‖p) over the simplex of q (K, rows, columns) in nats for laws p (K, 3)."""
    x, y = np.linspace(*BOX[0], columns), np.linspace(*BOX[1], rows)
    q = shares(*np.meshgrid(x, y))
    one = np.where(p.sum(axis=1, keepdims=True) > 0, p, 1.0)[:, None, None]
    return x, y, mle.divergence_rows("kl", one, q), mle.divergence_rows("reverse_kl", one, q)


def depth(value: Array) -> Array:
    """How many contours lie below a divergence in nats."""
    return np.asarray(np.clip(2.5 * np.log10(np.maximum(value, 1e-12) / LEVELS[0]) + 1, 0.0, BANDS - 1e-6))


def tracks(p: Array) -> list[Track]:
    x, y, *fields = landscapes(p, COLUMNS, ROWS)
    extent = (float(x[0]), float(x[-1]), float(y[0]), float(y[-1]))
    outside = ~inside(x, y)
    out = []
    for chart, field in zip(CHARTS, fields, strict=True):
        frames = np.where(outside, BANDS, depth(field)) / (BANDS + 1)
        colours = (*style.bands(BANDS), (0, 0, 0, 0))
        out.append(Track(chart, "field", "image", values=image_frames(frames), extent=extent, colours=colours))
    return out


def inside(x: Array, y: Array, margin: float = 0.03) -> npt.NDArray[np.bool_]:
    """Which places of a grid (rows, columns) lie in the simplex or within a margin of it."""
    across, up = np.meshgrid(x, y)
    third = up / HEIGHT
    return np.asarray(np.min([1 - across - third / 2, across - third / 2, third], axis=0) >= -margin)
