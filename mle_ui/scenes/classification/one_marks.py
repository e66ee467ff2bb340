"""Every moving mark of one feature, as a function of where the sliders stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.figures import style
from mle_ui.live.moving import some
from mle_ui.live.tables import Slider, Track, image_frames
from mle_ui.scenes.classification import descents, one_fit, settings
from mle_ui.scenes.classification.points import Points
from mle_ui.scenes.surface.levels import BANDS, depth

if TYPE_CHECKING:
    from mle_ui.scenes.classification.one import One

Array = npt.NDArray[np.float64]

B, W, RIDGE, STEP, AT = range(5)
#: Heights of the curve's axis, of the strip where a click adds a point, and of the terms.
HEIGHTS, PAD, COST = (-0.32, 1.32), (-0.32, -0.16), (0.0, 5.0)
SIZE = (0.0, 12.0)
PARKED = -40.0
CURVE_POINTS, FRAMES, FINER, WAYS = 61, 61, 161, 61
NEWTON_NODES = 15
FIELD_CELLS = 36
#: More points than this have no sticks: they would hide each other.
MOST_STICKS = 30


def grid(points: Points) -> Array:
    """Where the curves are drawn."""
    return np.linspace(*points.window[0], CURVE_POINTS)


def scaled(points: Points, x: Array) -> Array:
    """A feature as the model takes it."""
    return (x - points.centre[0]) / points.scale[0]


def grip(points: Points) -> float:
    """Where the grip stands that tilts the curve: a unit and a half below the centre."""
    low, _ = points.window[0]
    return max(points.centre[0] - 1.5 * points.scale[0], low + 0.02 * (points.centre[0] - low))


def heights(points: Points) -> Array:
    """Where each point is drawn: ones above 1 and zeros below 0, those with one x over each other."""
    seen: dict[tuple[float, int], int] = {}
    rank = np.empty(len(points.y))
    for i, key in enumerate(zip(points.x[:, 0].tolist(), points.y.tolist(), strict=True)):
        rank[i] = seen[key] = seen.get(key, -1) + 1
    step = min(0.035, 0.14 / max(float(rank.max(initial=0.0)), 1.0))
    return np.where(points.y == 1, 1 + rank * step, -rank * step)


def labels(points: Points) -> Track:
    """The points themselves: they move by hand alone."""
    return Track("curve", "points", "points", points.x[:, 0], heights(points))


def order(points: Points) -> Array:
    """The place of each point among all, by x and then by label."""
    place = np.empty(len(points.y))
    place[np.lexsort((points.y, points.x[:, 0]))] = np.arange(len(points.y))
    return place


def tracks(scene: One, theta: Array, moved: set[str]) -> list[Track]:
    out: list[Track] = []
    stepped = bool(theta[:, STEP].any())
    mine = bool(moved & {"b", "w", "step"}) or ("ridge" in moved and stepped)
    # After many steps it hardly matters where a descent began, and each of them costs.
    few = some(theta, FINER if "w" in moved and theta[:, STEP].max() < 50 else FRAMES)
    if mine:
        out += _model(scene, few)
    if mine or "ridge" in moved:
        # A step of Newton that was halved leads elsewhere than its neighbour's: a frame for each value.
        out += _ways(
            scene, some(theta, len(scene.sliders["w" in moved].values) if scene.method == "newton" else WAYS), moved
        )
    if "ridge" in moved:
        out += _fit(scene, theta)
    if mine or "at" in moved:
        out += _asked_mine(scene, theta if "at" in moved else few if stepped else some(theta, FINER))
    if moved & {"at", "ridge"}:
        out += _asked_fit(scene, theta)
    if "at" in moved:
        out.append(Track("curve", "query", "rule", theta[:, [AT]], np.ones(1), along="x"))
    return out


def _model(scene: One, theta: Array) -> list[Track]:
    """The curve, how far it is from each label, and what each label costs."""
    points, here = scene.points, scene.here(theta)
    x = grid(points)
    curve = mle.logistic_probabilities(scaled(points, x), here)
    found = one_fit.objective(points, here, theta[:, RIDGE])
    ends = mle.logistic_probabilities(scaled(points, np.array([points.centre[0], grip(points)])), here)
    # The grips are of the reader's own curve: once a step is taken they are gone.
    away = np.where(theta[:, [STEP]] > 0, PARKED, 0.0)
    out = [
        Track("curve", "model", "line", x, curve),
        Track("curve", "grip-b", "points", np.array([points.centre[0]]), ends[:, :1] + away),
        Track("curve", "grip-w", "points", np.array([grip(points)]), ends[:, 1:] + away),
    ]
    place = order(points)
    # A cost bends less than the curve does, and there are many of them.
    fewer = slice(
        None, None, 2 if len(theta) > FRAMES and len(points.y) <= MOST_STICKS else 4 if len(theta) > FRAMES else 1
    )
    losses, shares = found.losses[fewer], found.probabilities[fewer]
    for label, mark in ((1, "ones"), (0, "zeros")):
        own = np.where(points.y == label, losses, 0.0)
        out.append(Track("terms", mark, "bars", place, np.minimum(own, 9 * COST[1]), width=0.8))
        if len(points.y) <= MOST_STICKS:
            rows = np.flatnonzero(points.y == label)
            rows = rows[np.argsort(points.x[rows, 0], kind="stable")]
            at = np.repeat(points.x[rows, 0], 3) if rows.size else np.full(2, x[0])
            y = np.full((len(shares), max(3 * rows.size, 2)), float(label if rows.size else PARKED))
            y[:, 1::3] = shares[:, rows] if rows.size else PARKED
            out.append(Track("curve", f"sticks-{mark}", "line", at, y))
    return out


def _ways(scene: One, theta: Array, moved: set[str]) -> list[Track]:
    """The descent over the landscape and over its steps, with the slope where it stands."""
    points = scene.points
    ways = scene.ways(theta)
    at = np.searchsorted(settings.KEPT, theta[:, STEP])
    here = descents.after(ways, theta[:, STEP])
    found = one_fit.objective(points, here, theta[:, RIDGE])
    slope, value = found.gradient, found.value
    # Newton is there, or far away, after the first of them.
    nodes = np.array([*range(NEWTON_NODES), len(ways) - 1]) if scene.method == "newton" else np.arange(len(ways))
    whole = ways[nodes].swapaxes(0, 1)
    low, high = ends(scene.sliders[:2])
    reach = high - low
    seen = np.clip(whole, low - 3 * reach, high + 3 * reach)
    out = [
        Track("landscape", "path", "line", seen[:, :, 0], seen[:, :, 1]),
        Track("landscape", "now", "points", here[:, [0]], here[:, [1]]),
        arrow(here, slope, reach, len(points.y)),
        Track("size", "now", "points", at[:, None].astype(float), np.abs(here[:, [1]])),
    ]
    if moved & {"b", "w"}:
        out.append(Track("landscape", "start", "points", theta[:, [B]], theta[:, [W]]))
    values = one_fit.objective(points, whole, theta[:, [RIDGE]]).value
    steps = nodes.astype(float)
    least, most = loss_axis(scene)
    shown = np.clip(values, least / 30, most * 30)
    out += [
        Track("loss", "way", "line", steps, shown),
        Track("loss", "now", "points", at[:, None].astype(float), np.clip(value, least / 30, most * 30)[:, None]),
        Track("size", "way", "line", steps, np.minimum(np.abs(whole[:, :, 1]), 3 * SIZE[1])),
    ]
    return out


def ends(sliders: Sequence[Slider]) -> tuple[Array, Array]:
    """Ends of a landscape's axes: those of its two sliders."""
    return np.array([s.values[0] for s in sliders]), np.array([s.values[-1] for s in sliders])


def loss_axis(scene: One) -> tuple[float, float]:
    """Ends of the axis of losses, nats: below the least, above a coin's."""
    least = one_fit.best_value(scene.points, scene.ridge)
    coin = len(scene.points.y) * np.log(2.0)
    if least < 0.02 * coin:
        return 0.001 * coin, 10 * coin
    return 0.8 * least, 4 * coin


def arrow(here: Array, slope: Array, reach: Array, n: int) -> Track:
    """Downhill against the slope: as long as it is steep, up to a third of the chart."""
    share = slope / reach
    size = np.hypot(share[:, 0], share[:, 1])[:, None]
    # Axes are about as long on the screen as each other: lengths are shares of them.
    way = -share / np.maximum(size, 1e-300)
    length = 0.3 * size / (size + 0.004 * n)
    tip = way * length
    side = np.stack([-tip[:, 1], tip[:, 0]], axis=1) * 0.22
    back = 0.72 * tip
    corners = np.stack([0 * tip, tip, back + side, tip, back - side], axis=1) * reach + here[:, None]
    corners = np.clip(corners, -4 * reach, 4 * reach)  # a way that has burst is far away
    return Track("landscape", "arrow", "line", corners[:, :, 0], corners[:, :, 1], short=len(here) > 1)


def _fit(scene: One, theta: Array) -> list[Track]:
    """The best curve under each penalty, its band, its place, and the landscape that it is the bottom of."""
    points, lams = scene.points, theta[:, RIDGE]
    x = grid(points)
    t = scaled(points, x)
    rows, low, high, places = [], [], [], []
    for lam in lams.tolist():
        found = one_fit.fit(points, lam)
        rows.append(np.nan_to_num(found.predict_proba(t), nan=0.5))
        ends = found.probability_interval(t)
        low.append(ends[0])
        high.append(ends[1])
        places.append(found.theta)
    at = np.nan_to_num(np.array(places), nan=0.0, posinf=PARKED * -1, neginf=PARKED)
    return [
        Track("curve", "fit", "line", x, np.array(rows)),
        Track("curve", "low", "line", x, np.array(low)),
        Track("curve", "high", "line", x, np.array(high)),
        Track("landscape", "best", "points", at[:, [0]], at[:, [1]]),
        Track("size", "best", "rule", np.ones(1), np.abs(at[:, [1]]), along="y"),
        _field_image(scene, lams),
    ]


def field(scene: One, lams: Array, cells: int) -> tuple[Array, Array, Array]:
    """Axes and how far each place lies above the least value, in nats: (K, cells, cells)."""
    low, high = ends(scene.sliders[:2])
    b, w = np.linspace(low[0], high[0], cells), np.linspace(low[1], high[1], cells)
    at = np.stack(np.meshgrid(b, w), axis=-1)
    found = one_fit.objective(scene.points, at, np.array(1.0))
    drops = []
    for lam in lams.tolist():
        values = found.value + (lam - 1) * found.penalty
        drops.append(np.maximum(values - min(one_fit.best_value(scene.points, lam), float(values.min())), 0.0))
    return b, w, np.array(drops)


def _field_image(scene: One, lams: Array) -> Track:
    b, w, drops = field(scene, lams, FIELD_CELLS)
    extent = (float(b[0]), float(b[-1]), float(w[0]), float(w[-1]))
    values = image_frames(depth(drops) / BANDS)
    return Track("landscape", "field", "image", values=values, extent=extent, colours=style.bands(BANDS))


def _asked_mine(scene: One, theta: Array) -> list[Track]:
    here, at = scene.here(theta), theta[:, AT]
    t = scaled(scene.points, at)
    # Either the question moves, or the curve does.
    same = (at == at[0]).all()
    p = mle.logistic_probabilities(t[:1], here)[:, 0] if same else mle.logistic_probabilities(t, here[0])
    return [Track("curve", "mine", "points", at[:, None], p[:, None])]


def _asked_fit(scene: One, theta: Array) -> list[Track]:
    """What the best curve says of the case asked for, with its interval as an upright line."""
    at = theta[:, AT]
    t = scaled(scene.points, at)
    p, low, high = np.empty(len(at)), np.empty(len(at)), np.empty(len(at))
    lams = theta[:, RIDGE]
    for lam in np.unique(lams).tolist():
        rows = lams == lam
        found = one_fit.fit(scene.points, lam)
        p[rows] = np.nan_to_num(found.predict_proba(t[rows]), nan=0.5)
        low[rows], high[rows] = found.probability_interval(t[rows])
    return [
        Track("curve", "theirs", "points", at[:, None], p[:, None]),
        Track("curve", "span", "line", np.stack([at, at], axis=1), np.stack([low, high], axis=1)),
    ]
