"""Every moving mark of the page as a function of where the sliders stand: observations first, then the family's parameters."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.figures import style
from mle_ui.figures.slices import BAR, DARKEST
from mle_ui.live.moving import FINE, some
from mle_ui.live.tables import Track, image_frames

if TYPE_CHECKING:
    from mle_ui.scenes.likelihood.scene import Scene

Array = npt.NDArray[np.float64]
Sizes = TypeVar("Sizes")

#: Frames and points of a curve, and frames, rows and columns of the map, by how many sliders there are at most.
CURVES = {
    3: ((41, 51), (61, 51), (97, 45), (161, 39), (241, 37)),
    5: ((41, 45), (61, 43), (97, 39), (121, 37)),
    6: ((31, 37), (61, 33)),
}
FIELDS = {3: (21, 36, 44), 5: (17, 28, 36), 6: (13, 24, 36)}
FEWEST_CURVES, FEWEST_FIELDS = ((41, 29),), (13, 24, 32)
DENSITIES, FEWEST_DENSITIES = {3: (61, 71), 6: (41, 61)}, (31, 49)
SLACK = 0.004  # in axis lengths
BANDS = 48
STRIP = 0.13  # height of the strip below the density, in parts of its top
HIDDEN = -3.0  # in axis lengths: where a mark waits that is nowhere to be seen
POWER = 0.6  # shade ∝ p^POWER: small densities can be told from none


def shades() -> tuple[style.Colour, ...]:
    """Colours of the map from p = 0 upwards."""
    red, green, blue = (int(style.MODEL[i : i + 2], 16) for i in (1, 3, 5))
    return tuple((red, green, blue, round(255 * DARKEST * i / (BANDS - 1))) for i in range(BANDS))


def shade(scene: Scene, p: Array) -> Array:
    """p as a shade between 0 and 1, in any shape."""
    return np.asarray(np.clip(p / scene.picture.top, 0, 1) ** POWER)


def _fine(scene: Scene, sizes: Mapping[int, Sizes], fewest: Sizes) -> Sizes:
    """The first size for so many sliders: all tables together must stay small."""
    return next((size for most, size in sizes.items() if len(scene.sliders) <= most), fewest)


def tracks(scene: Scene, theta: Array, moved: Collection[str]) -> list[Track]:
    """Frames of the marks that depend on the sliders in `moved`, for their values theta (K, n + k)."""
    names = set(moved)
    observed, own = bool(names & set(scene.x_keys)), scene.over in names
    held = bool(names - set(scene.x_keys) - {scene.over})
    out = [*_cuts(scene, theta, names)]
    if held:
        out.append(_field(scene, theta))
    if own or held:
        out.append(_density(scene, theta))
    if observed or held:
        out += _likelihood(scene, theta)
    return [*out, *_here(scene, theta), *_areas(scene, theta, names)]


def _cuts(scene: Scene, theta: Array, names: set[str]) -> list[Track]:
    x, at = theta[:, : scene.count], theta[:, [scene.count + scene.picture.place]]
    (low, high), (bottom, top) = scene.picture.window, scene.picture.span
    out = []
    if scene.over in names:
        out.append(Track("map", "theta", "rule", np.array([low]), at, along="y"))
        out.append(Track("map", "name-theta", "text", np.array([high - 0.01 * (high - low)]), at))
    for i, key in enumerate(scene.x_keys):
        if key in names:
            out.append(Track("map", key, "rule", x[:, [i]], np.array([bottom]), along="x"))
    if names & set(scene.x_keys):
        out.append(Track("map", "name-x", "text", x, np.full(scene.count, top - 0.03 * (top - bottom))))
    if scene.over in names or names & set(scene.x_keys):
        out.append(Track("map", "cross", "points", x, np.repeat(at, scene.count, axis=1)))
    return out


def _field(scene: Scene, theta: Array) -> Track:
    frames, rows, columns = _fine(scene, FIELDS, FEWEST_FIELDS)
    low, high = scene.picture.window
    if scene.family.discrete:  # cells of one count each, cut into columns so fine that they stay cells
        columns = int(high - low) * max(3, round(columns / (high - low)))
        x = np.floor(np.linspace(low, high, columns, endpoint=False) + 0.5 * (high - low) / columns + 0.5)
    else:
        x = np.linspace(low, high, columns)
    values = np.linspace(*scene.picture.span, rows)
    fields = [scene.picture.field(row, x, values) for row in some(theta, frames)[:, scene.count :]]
    # Each end of the support is a column of the picture: what is infinite there is the darkest.
    shaded = image_frames(shade(scene, np.nan_to_num(np.stack(fields), nan=0.0, posinf=np.inf)))
    extent = (*scene.picture.window, *scene.picture.span)
    return Track("map", "field", "image", values=shaded, extent=extent, colours=shades())


def _density(scene: Scene, theta: Array) -> Track:
    frames, points = _fine(scene, DENSITIES, FEWEST_DENSITIES)
    few = some(theta, frames)[:, scene.count :]
    if scene.family.discrete:
        k, p = mle.mass_bars(scene.family, few, *scene.picture.window)
        return Track("density", "density", "bars", k, p, width=BAR)
    x, y = mle.density_curve(scene.family, few, *scene.picture.window, points=points)
    return Track("density", "density", "area", x, np.minimum(y, 3 * scene.picture.top))


def _curve(scene: Scene, theta: Array) -> tuple[Array, Array]:
    """θ and L (K, points) in as many frames as it takes to blend them: the blend misses an eighth of the second difference."""
    (low, high), top = scene.picture.span, scene.picture.height_top(scene.count)
    line = heights = np.zeros((1, 1))
    for frames, points in _fine(scene, CURVES, FEWEST_CURVES):
        few = some(theta, frames)
        curve = scene.picture.curve(few[:, : scene.count], few[:, scene.count :], points)
        line, heights = curve.theta, curve.height
        off = np.hypot(np.diff(line, 2, axis=0) / (high - low), np.diff(heights, 2, axis=0) / top) / 8
        if len(few) == len(theta) or not np.any(off[heights[1:-1] < top] > SLACK):
            break
    return line, heights


def _likelihood(scene: Scene, theta: Array) -> list[Track]:
    line, heights = _curve(scene, theta)
    low, high = scene.picture.span
    top = scene.picture.height_top(scene.count)
    near = some(theta, FINE if scene.count == 1 else 121 if len(scene.sliders) <= 6 else 61)
    x, held = near[:, : scene.count], near[:, scene.count :]
    found = scene.picture.slices(x, held)
    best = np.broadcast_to(found.argmax, len(near))[:, None]
    height = np.broadcast_to(np.exp(np.minimum(found.log_height - scene.picture.unit(x, held), 50.0)), len(near))[
        :, None
    ]
    seen = (best >= low) & (best <= high) & (height <= top)
    place, height = np.where(seen, best, low), np.where(seen, height, HIDDEN * top)
    other = mle.reparametrised(scene.picture.param, np.clip(place, low, high))
    return [
        Track("likelihood", "likelihood", "area", heights, line, along="y"),
        Track("likelihood", "best", "points", height, place),
        Track("other", "other", "area", mle.reparametrised(scene.picture.param, line), heights),
        Track("other", "best", "points", other, height),
    ]


def _here(scene: Scene, theta: Array) -> list[Track]:
    """The points where the cuts meet, on both slices."""
    if scene.count > 1:
        theta = some(theta, FINE if len(scene.sliders) <= 5 else 241)
    x, held = theta[:, : scene.count], theta[:, scene.count :]
    at = held[:, [scene.picture.place]]
    logs = scene.picture.log_prob(x, held)
    p = np.minimum(np.exp(logs), 3 * scene.picture.top)
    top = scene.picture.height_top(scene.count)
    height = logs.sum(axis=1) - scene.picture.unit(x, held)
    here = np.minimum(np.exp(np.minimum(height, 50.0)), 3 * top)[:, None]
    return [
        Track("density", "data", "points", x, p),
        Track("likelihood", "theta", "points", here, at),
        Track("other", "theta", "points", mle.reparametrised(scene.picture.param, at), here),
    ]


def _areas(scene: Scene, theta: Array, names: set[str]) -> list[Track]:
    """The areas written into the slices: a text for each step."""
    steps = scene.at_steps(theta, names)
    words = scene.areas(steps, names)
    (low, high), (bottom, top) = scene.picture.window, scene.picture.span
    (left, right), height = scene.picture.other_span, scene.picture.height_top(scene.count)
    places = {
        "density": (high - 0.015 * (high - low), 0.9 * scene.picture.top),
        "likelihood": (0.97 * height, top - 0.05 * (top - bottom)),
        "other": (right - 0.015 * (right - left), 0.9 * height),
    }
    return [
        Track(
            chart, "area", "text", np.array([x]), np.array([y]), texts=tuple(f"{name} {text}" for text in words[chart])
        )
        for chart, (x, y) in places.items()
        if chart in words
        for name in ("sum" if scene.family.discrete and chart == "density" else "area",)
    ]
