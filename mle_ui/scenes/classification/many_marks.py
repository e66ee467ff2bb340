"""Every moving mark of several classes, as a function of where the sliders stand."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.figures import style
from mle_ui.figures.planes import CLASSES as COLOURS
from mle_ui.live.moving import some
from mle_ui.live.tables import Track, image_frames
from mle_ui.scenes.classification import many_fit, one_marks, two_marks
from mle_ui.scenes.surface.levels import BANDS, depth

if TYPE_CHECKING:
    from mle_ui.scenes.classification.many import Many

Array = npt.NDArray[np.float64]

TAKEN, LAM, ASKED = 3, 4, slice(5, 7)
SHADES = 8
#: Cells of the fields and of the landscape, by how many classes there are; frames of the images, and of other marks: one for each
#: step of a weight, as a step of Newton that was halved leads elsewhere than its neighbour's.
CELLS, FEWEST_CELLS, LANDSCAPE = {3: 28, 4: 22}, 18, 20
IMAGES, FEWER_IMAGES, MARKS = 11, 9, 81


def tracks(scene: Many, theta: Array, moved: set[str]) -> list[Track]:
    own = {s.key for s in scene.sliders[:3]}
    stepped = bool(theta[:, TAKEN].any())
    mine = bool(moved & own or "step" in moved or ("ridge" in moved and stepped))
    few = some(theta, MARKS)
    out: list[Track] = []
    here = scene.here(few) if mine or moved & {"ridge", "q1", "q2"} else np.empty(0)
    if mine or moved & {"q1", "q2"}:
        out.append(_asked(scene, here, few))
    if moved & {"q1", "q2"}:
        out.append(Track("field", "asked", "points", few[:, [5]], few[:, [6]]))
    if mine:
        out += [*_fields(scene, some(here, _images(scene, stepped))), *_borders(scene, here, "mine")]
        out += [_terms(scene, here), *_table(scene, theta, moved)]
    if "ridge" in moved:
        out += _borders(scene, np.array([many_fit.best(scene.points, lam) for lam in few[:, LAM].tolist()]), "best")
    if mine or "ridge" in moved:
        out += _landscape(scene, few, here, moved, mine, stepped)
    return out


def _images(scene: Many, stepped: bool) -> int:
    return FEWER_IMAGES if stepped or scene.count > 3 else IMAGES


def _asked(scene: Many, here: Array, theta: Array) -> Track:
    """What the weights say of the new point: either moves."""
    at = theta[:, ASKED]
    p = scene.shares(at[:1], here)[:, 0] if (at == at[0]).all() else scene.shares(at, here[:1])[0]
    return Track("shares", "shares", "bars", np.arange(float(scene.count)), p, width=0.6, short=len(p) > 1)


def field(scene: Many, weights: Array, cells: int) -> Array:
    """Probabilities (m, K, cells, cells) over the window."""
    x, y = (np.linspace(*window, cells) for window in scene.points.window)
    rows = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    return scene.shares(rows, weights).swapaxes(1, 2).reshape(len(weights), scene.count, cells, cells)


def _fields(scene: Many, weights: Array) -> list[Track]:
    cells = next((cells for most, cells in CELLS.items() if scene.count <= most), FEWEST_CELLS)
    p = field(scene, weights, cells)
    x, y = scene.points.window
    return [
        Track(
            "field", f"field-{k}", "image", values=image_frames(p[:, k]), extent=(*x, *y),
            colours=tuple(style.bands(SHADES, COLOURS[k], 0.8)[::-1]),
        )
        for k in range(scene.count)
    ]  # fmt: skip


def pairs(count: int) -> list[str]:
    """Names of the pairs of classes, in the order of `mle.softmax_borders`."""
    return [f"{i}{j}" for i, j in combinations(range(count), 2)]


def _borders(scene: Many, weights: Array, mark: str) -> list[Track]:
    """Where two classes are the likeliest ones and equally so; what is infinite or not there waits outside."""
    finite = np.asarray(np.isfinite(weights).all(axis=(1, 2)))
    low, high = np.array(scene.points.window).T
    centre, scale = np.array(scene.points.centre), np.array(scene.points.scale)
    reach = float(np.hypot(*(np.abs(np.array([low, high]) - centre) / scale).max(axis=0)))
    found = mle.softmax_borders(np.where(finite[:, None, None], weights, 0.0), 2 * reach) * scale + centre
    away = low - two_marks.AWAY * (high - low)
    at = np.where(np.isnan(found), away, np.clip(found, away, high + two_marks.AWAY * (high - low)))
    short = len(weights) > 1
    return [
        Track("field", f"{mark}-{name}", "line", at[:, k, :, 0], at[:, k, :, 1], short=short)
        for k, name in enumerate(pairs(scene.count))
    ]


def order(scene: Many) -> Array:
    """The place of each point among the bars: class by class, by x₁."""
    place = np.empty(len(scene.points.y))
    place[np.lexsort((scene.points.x[:, 0], scene.points.y))] = np.arange(len(scene.points.y))
    return place


def _terms(scene: Many, here: Array) -> Track:
    losses = np.minimum(many_fit.terms(scene.points, here, np.zeros(len(here))).losses, 9 * one_marks.COST[1])
    return Track("terms", "losses", "bars", order(scene), losses, width=0.8, short=len(here) > 1)


def counts(scene: Many, weights: Array) -> npt.NDArray[np.int64]:
    """How many of each true class (rows) are taken for each class (columns), (m, K, K)."""
    k = scene.count
    named = scene.shares(scene.points.x, weights).argmax(axis=2)
    cells = k * scene.points.y + named
    flat = (cells[:, :, None] == np.arange(k * k)).sum(axis=1)
    return np.asarray(flat.reshape(-1, k, k), dtype=np.int64)


def _table(scene: Many, theta: Array, moved: set[str]) -> list[Track]:
    """The counts as words: one for each step of the slider that moves."""
    slider = next((s for s in scene.sliders if s.key in moved), scene.sliders[0]) if len(moved) == 1 else None
    if slider is not None:  # frames stand between the steps: words are wanted at them
        theta = np.repeat(scene.values[None], len(slider.values), axis=0)
        theta[:, scene.sliders.index(slider)] = slider.values
    tables = counts(scene, scene.here(theta))
    return [
        Track(
            "table", f"cell-{i}{j}", "text", np.array([[float(j)]]), np.array([[float(i)]]),
            texts=tuple(map(str, tables[:, i, j].tolist())),
        )
        for i in range(scene.count)
        for j in range(scene.count)
    ]  # fmt: skip


def _landscape(scene: Many, theta: Array, here: Array, moved: set[str], mine: bool, stepped: bool) -> list[Track]:
    """The slice over the two weights of the class in sight, the way on it, the slope and the best place."""
    place = scene.whose - 1
    low, high = one_marks.ends(scene.sliders[1:3])
    slope = many_fit.terms(scene.points, here, theta[:, LAM]).gradient[:, place]
    at = here[:, place]
    out = [one_marks.arrow(at[:, 1:], slope[:, 1:], high - low, len(scene.points.y))]
    if mine:
        out += [Track("landscape", "now", "points", at[:, [1]], at[:, [2]]), _path(scene, theta)]
    if moved & {s.key for s in scene.sliders[:3]}:
        out.append(Track("landscape", "start", "points", theta[:, [1]], theta[:, [2]]))
    if "ridge" in moved:
        best = np.array([many_fit.best(scene.points, lam)[place] for lam in theta[:, LAM].tolist()])
        away = one_marks.PARKED
        best = np.nan_to_num(best, nan=away, posinf=-away, neginf=away)
        out.append(Track("landscape", "best", "points", best[:, [1]], best[:, [2]]))
    # Along its own two weights the slice lies still, unless steps were taken: then the others move with another start.
    if moved - {s.key for s in scene.sliders[1:3]} or stepped:
        frames = _images(scene, stepped)
        _, _, drops = slice_(scene, some(here, frames), some(theta, frames)[:, LAM], LANDSCAPE)
        extent = (float(low[0]), float(high[0]), float(low[1]), float(high[1]))
        values = image_frames(depth(drops) / BANDS)
        out.append(Track("landscape", "field", "image", values=values, extent=extent, colours=style.bands(BANDS)))
    return out


def slice_(scene: Many, weights: Array, lams: Array, cells: int) -> tuple[Array, Array, Array]:
    """Axes, and how far the loss lies above the least of the picture where the class in sight has other w₁ and w₂: nats, in frames."""
    low, high = one_marks.ends(scene.sliders[1:3])
    place = scene.whose - 1
    first, second = np.linspace(low[0], high[0], cells), np.linspace(low[1], high[1], cells)
    grid = np.empty((len(weights), cells * cells, 3))
    grid[..., 0] = weights[:, [place], 0]
    grid[..., 1:] = np.stack(np.meshgrid(first, second), axis=-1).reshape(-1, 2)
    value = mle.softmax_slice(scene.points.t, scene.points.y, weights, place, grid, lams)
    drop = value - value.min(axis=1, keepdims=True)
    return first, second, np.asarray(drop.reshape(-1, cells, cells))


def _path(scene: Many, theta: Array) -> Track:
    """The way from the start to where the steps have led; what is still ahead lies upon its end."""
    taken = theta[:, TAKEN]
    ways = scene.ways(theta, int(taken.max()))[:, :, scene.whose - 1, 1:]
    at = np.searchsorted(many_fit.KEPT, taken)
    node = np.minimum(np.arange(max(len(ways), 2))[:, None], at)  # a line has two ends
    low, high = one_marks.ends(scene.sliders[1:3])
    reach = high - low
    seen = np.clip(ways[node, np.arange(len(theta))], low - 3 * reach, high + 3 * reach).swapaxes(0, 1)
    whole = seen if scene.method == "newton" else some(seen, 41)
    return Track("landscape", "path", "line", whole[:, :, 0], whole[:, :, 1], short=len(whole) > 1)
