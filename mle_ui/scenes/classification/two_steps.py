"""The landscape of the weights, the way that was gone on it, and what each point costs: moving marks of two features."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.figures import style
from mle_ui.live.moving import some
from mle_ui.live.tables import Track, image_frames
from mle_ui.scenes.classification import one_marks, settings, two_marks
from mle_ui.scenes.surface.levels import BANDS, depth

if TYPE_CHECKING:
    from mle_ui.scenes.classification.two import Two

Array = npt.NDArray[np.float64]

#: Cells of a played landscape, without and with the product of the features.
CELLS = {False: 24, True: 20}
#: Frames of the ways, of the marks on the landscape, and of the terms.
WAYS, MARKS, TERMS = 41, 121, 31
#: Places of w₁ and w₂ among the weights.
PAIR = slice(1, 3)


def tracks(scene: Two, theta: Array, moved: set[str]) -> list[Track]:
    """Marks of the landscape and of the terms."""
    keys = {s.key for s in scene.sliders[: scene.count]}
    stepped = bool(theta[:, scene.step].any())
    mine = bool(moved & keys or "step" in moved or ("ridge" in moved and stepped))
    # A step of Newton that was halved leads elsewhere than its neighbour's: a frame for each value.
    leaping = stepped and scene.method == "newton"
    few = some(theta, MARKS)
    out: list[Track] = []
    if not (mine or "ridge" in moved):
        return out
    here = scene.here(few)
    found = scene.objective(here, few[:, -1])
    low, high = one_marks.ends(scene.sliders[PAIR])
    out.append(one_marks.arrow(here[:, PAIR], found.gradient[:, PAIR], high - low, len(scene.points.y)))
    if mine:
        out.append(_path(scene, few))
        out.append(Track("landscape", "now", "points", here[:, [1]], here[:, [2]]))
        losses = np.minimum(some(found.losses, MARKS if leaping else TERMS), 9 * one_marks.COST[1])
        place = one_marks.order(scene.points)
        out.append(Track("terms", "losses", "bars", place, losses, width=0.8, short=len(losses) > 1))
    if moved & keys:
        out.append(Track("landscape", "start", "points", few[:, [1]], few[:, [2]]))
    if "ridge" in moved:
        best = np.array([scene.fit_at(lam).theta for lam in few[:, -1].tolist()])
        at = np.nan_to_num(best, nan=one_marks.PARKED, posinf=-one_marks.PARKED, neginf=one_marks.PARKED)
        out.append(Track("landscape", "best", "points", at[:, [1]], at[:, [2]]))
    # Along w₁ and w₂ themselves the landscape lies still, unless steps were taken: then another start ends elsewhere.
    if moved - {"w1", "w2", "threshold"} or (stepped and mine):
        frames = two_marks.frames(stepped)
        out.append(_image(scene, some(here, frames), some(few, frames)[:, -1]))
    return out


def _path(scene: Two, theta: Array) -> Track:
    """The way from the start to where the steps have led; what is still ahead lies upon its end."""
    taken = theta[:, scene.step]
    ways = scene.ways(theta, int(taken.max()))
    at = np.searchsorted(settings.KEPT, taken)
    node = np.minimum(np.arange(max(len(ways), 2))[:, None], at)  # a line has two ends
    low, high = one_marks.ends(scene.sliders[PAIR])
    reach = high - low
    seen = np.clip(ways[node, np.arange(len(theta))][:, :, PAIR], low - 3 * reach, high + 3 * reach)
    whole = some(seen.swapaxes(0, 1), MARKS if scene.method == "newton" else WAYS)
    return Track("landscape", "path", "line", whole[:, :, 0], whole[:, :, 1], short=len(whole) > 1)


def field(scene: Two, weights: Array, lams: Array, cells: int) -> tuple[Array, Array, Array]:
    """Axes, and how far the loss at each w₁ and w₂ lies above the least of the picture, the other weights as given: nats, in frames."""
    low, high = one_marks.ends(scene.sliders[PAIR])
    first, second = np.linspace(low[0], high[0], cells), np.linspace(low[1], high[1], cells)
    at = np.broadcast_to(weights[:, None, None], (len(weights), cells, cells, scene.count)).copy()
    at[..., 1], at[..., 2] = np.meshgrid(first, second)
    value = mle.logistic_map(scene.columns, scene.points.y, at, lams[:, None, None])
    return first, second, np.asarray(value - value.min(axis=(1, 2), keepdims=True))


def _image(scene: Two, weights: Array, lams: Array) -> Track:
    first, second, drops = field(scene, weights, lams, CELLS[scene.product])
    extent = (float(first[0]), float(first[-1]), float(second[0]), float(second[-1]))
    values = image_frames(depth(drops) / BANDS)
    return Track("landscape", "field", "image", values=values, extent=extent, colours=style.bands(BANDS))
