"""The marks of the surface of log L over two of slope, intercept and σ, the third where its slider stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.figures import style
from mle_ui.live.moving import some
from mle_ui.live.tables import Track, image_frames
from mle_ui.scenes.surface.levels import BANDS, depth

if TYPE_CHECKING:
    from mle_ui.scenes.regression.line import Line

Array = npt.NDArray[np.float64]

FIELD_FRAMES, CELLS = 25, 34
#: Frames of the best point and of the names of the levels.
FRAMES = 41
#: Levels of the surface that are named, and the room that a name takes, as a part of the axis.
LABELLED, LABEL = (0.95, 0.999), 0.13


def _place(name: str) -> int:
    return ("slope", "intercept", "sigma").index(name)


def drop(scene: Line, held: Array, cells: int) -> tuple[Array, Array]:
    """How far log L lies below its best (K, cells, cells) over the pair, the third parameter at `held` (K,); and that best (K, 3)."""
    a, b = scene.pair
    best, top = scene.best({scene.third: held})
    grids = {name: scene.axis(name).grid(cells) for name in (a, b)}
    x, y = np.meshgrid(grids[a], grids[b])
    shape = (held.size, cells, cells)
    columns = {a: np.broadcast_to(x, shape).ravel(), b: np.broadcast_to(y, shape).ravel()}
    columns[scene.third] = np.broadcast_to(held[:, None, None], shape).ravel()
    _, values = scene.best(columns)
    return np.maximum(top[:, None, None] - values.reshape(shape), 0.0), best


def tracks(scene: Line, theta: Array, moved: set[str]) -> list[Track]:
    a, b = scene.pair
    out = []
    if moved & {a, b}:
        out.append(Track("surface", "theta", "points", theta[:, [_place(a)]], theta[:, [_place(b)]]))
    if scene.third in moved:
        few = some(theta, FIELD_FRAMES)
        drops, _ = drop(scene, few[:, _place(scene.third)], CELLS)
        extent = (*scene.ends(a), *scene.ends(b))
        out.append(
            Track(
                "surface",
                "field",
                "image",
                values=image_frames(depth(drops) / BANDS),
                extent=extent,
                colours=style.bands(BANDS),
            )
        )
        few = some(theta, FRAMES)
        best, _ = scene.best({scene.third: few[:, _place(scene.third)]})
        ends = np.array([scene.ends(name) for name in (a, b)])
        spot = np.clip(best[:, [_place(a), _place(b)]], ends[:, 0], ends[:, 1])
        out.append(Track("surface", "best", "points", spot[:, :1], spot[:, 1:]))
        out.append(Track("surface", "levels", "text", *_levels(scene, few)))
    return out


def _levels(scene: Line, theta: Array) -> tuple[Array, Array]:
    """Where the labels of the contours stand (K, 2): beside the best point of the surface, to the right and to the left in turn.

    Along the first parameter, a coefficient, log L is a parabola: its fall one standard error aside tells where each level is.
    """
    a, b = scene.pair
    held = {scene.third: theta[:, _place(scene.third)]}
    best, top = scene.best(held)
    error = scene.fit.standard_errors[a]
    _, aside = scene.best({**held, a: best[:, _place(a)] + error, b: best[:, _place(b)]})
    falls = np.array([mle.likelihood_ratio_drop(level, 2) for level in LABELLED])
    signs = np.where(np.arange(falls.size) % 2 == 0, 1.0, -1.0)
    x = best[:, [_place(a)]] + signs * error * np.sqrt(falls / np.maximum(top - aside, 1e-300)[:, None])
    (low, high), (bottom, above) = scene.ends(a), scene.ends(b)
    y = best[:, [_place(b)]] + 0 * x
    room = LABEL * (high - low)
    seen = (x > low + room) & (x < high - room) & (y > bottom) & (y < above)
    return np.where(seen, x, np.where(signs > 0, high + 2 * room, low - 2 * room)), np.clip(y, bottom, above)
