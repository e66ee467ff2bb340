"""Every moving mark of the page as a function of where the sliders stand: observations first, then the family's parameters."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.figures import style
from mle_ui.figures.slices import BAR, DARKEST
from mle_ui.live.moving import some
from mle_ui.live.tables import Kind, Track, image_frames
from mle_ui.live.thinning import needed

if TYPE_CHECKING:
    from mle_ui.scenes.likelihood.scene import Scene

Array = npt.NDArray[np.float64]
Sizes = TypeVar("Sizes")

#: Points of a curve, points of a density, and frames, rows and columns of the map, by how many sliders there are at most.
CURVES, FEWEST_CURVES = {3: 51, 5: 45}, 41
DENSITIES, FEWEST_DENSITIES = {5: 101}, 91
FIELDS, FEWEST_FIELDS = {3: (21, 36, 44), 5: (17, 28, 36), 6: (13, 24, 36)}, (13, 24, 32)
#: What the blend of two frames may miss, in axis lengths, and the frames that one mark may have to miss no more.
SLACK, MOST = 0.0028, {3: 250, 5: 160, 6: 110}
FEWEST = 80
REACH = 0.11  # half the tangent's length, in axis lengths
DISCRETE = 61  # frames of bars
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


#: A single point has its every frame where there are no more steps than that.
ALL = 64


@dataclass(frozen=True)
class Sweeping:
    """The places of one moving slider from which a mark takes its frames: every step of it. A single place where nothing sweeps."""

    theta: Array
    places: Array
    most: int

    @staticmethod
    def of(scene: Scene, theta: Array, names: set[str]) -> Sweeping:
        steps = scene.at_steps(theta, names)
        most = _fine(scene, MOST, FEWEST)
        if len(theta) == 1 or len(names) != 1:
            return Sweeping(steps, np.zeros(len(steps)), most)
        u = next(slider for slider in scene.sliders if slider.key in names).coordinates
        return Sweeping(steps, (u - u[0]) / (u[-1] - u[0]), most)

    def kept(
        self, x: Array, y: Array, axes: tuple[tuple[float, float], tuple[float, float]], *, curve: bool = True
    ) -> list[int]:
        """The steps whose frames are needed of a mark (N, n) on axes with these ends."""
        (left, right), (low, high) = axes
        size = (len(self.theta), max(np.shape(x)[-1], np.shape(y)[-1]))
        if not curve and size[1] == 1 and size[0] <= ALL:  # a point alone costs little and is seen to the pixel
            return list(range(size[0]))
        placed = np.stack(
            [(np.broadcast_to(x, size) - left) / (right - left), (np.broadcast_to(y, size) - low) / (high - low)], -1
        )
        return needed(placed, self.places, slack=SLACK if curve else SLACK / 2, most=self.most, curve=curve)

    def track(self, chart: str, mark: str, kind: Kind, x: Array, y: Array, kept: list[int], **more: Any) -> Track:
        """The track of a mark (N, n) with the frames that are kept."""
        some_x, some_y = (v[kept] if v.ndim > 1 and len(v) == len(self.theta) else v for v in (x, y))
        knots = self.places[kept] if len(kept) > 1 else None
        return Track(chart, mark, kind, some_x, some_y, knots=knots, short=len(kept) > 1, **more)


def tracks(scene: Scene, theta: Array, moved: Collection[str]) -> list[Track]:
    """Frames of the marks that depend on the sliders in `moved`, for their values theta (K, n + k)."""
    names = set(moved)
    sweeping = Sweeping.of(scene, theta, names)
    observed, own = bool(names & set(scene.x_keys)), scene.over in names
    held = bool(names - set(scene.x_keys) - {scene.over})
    out = [*_cuts(scene, theta, names)]
    if held:
        out.append(_field(scene, theta))
    if own or held:
        out.append(_density(scene, theta, sweeping))
    if observed or held:
        out += _likelihood(scene, sweeping)
    return [*out, *_here(scene, sweeping), *_areas(scene, theta, names)]


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


def _density(scene: Scene, theta: Array, sweeping: Sweeping) -> Track:
    window, top = scene.picture.window, scene.picture.top
    points = _fine(scene, DENSITIES, FEWEST_DENSITIES)
    if scene.family.discrete:
        k, p = mle.mass_bars(scene.family, some(theta, DISCRETE)[:, scene.count :], *window)
        return Track("density", "density", "bars", k, p, width=BAR)
    x, y = mle.density_curve(scene.family, sweeping.theta[:, scene.count :], *window, points=points)
    y = np.minimum(y, 3 * top)
    kept = sweeping.kept(x, y, (window, (0.0, top)))
    return sweeping.track("density", "density", "area", x, y, kept)


def _likelihood(scene: Scene, sweeping: Sweeping) -> list[Track]:
    theta, count = sweeping.theta, scene.count
    x, held = theta[:, :count], theta[:, count:]
    low, high = scene.picture.span
    top, other = scene.picture.height_top(count), scene.picture.other_span
    curve = scene.picture.curve(x, held, _fine(scene, CURVES, FEWEST_CURVES))
    line, heights = curve.theta, curve.height
    stretched = mle.reparametrised(scene.picture.param, line)
    kept = sorted(
        {
            *sweeping.kept(line, heights, ((low, high), (0.0, top))),
            *sweeping.kept(stretched, heights, (other, (0.0, top))),
        }
    )
    best = np.broadcast_to(curve.slices.argmax, len(theta))[:, None]
    unit = np.broadcast_to(scene.picture.unit(x, held), len(theta))
    height = np.exp(np.minimum(np.broadcast_to(curve.slices.log_height, len(theta)) - unit, 50.0))[:, None]
    seen = (best >= low) & (best <= high) & (height <= top)
    place, height = np.where(seen, best, low), np.where(seen, height, HIDDEN * top)
    there = mle.reparametrised(scene.picture.param, np.clip(place, low, high))
    leaps = sorted(
        {
            *sweeping.kept(height, place, ((0.0, top), (low, high)), curve=False),
            *sweeping.kept(there, height, (other, (0.0, top)), curve=False),
            *_beside(seen[:, 0]),  # a maximum that leaves the picture is not blended on its way
        }
    )
    return [
        sweeping.track("likelihood", "likelihood", "area", heights, line, kept, along="y"),
        sweeping.track("likelihood", "best", "points", height, place, leaps),
        sweeping.track("other", "other", "area", stretched, heights, kept),
        sweeping.track("other", "best", "points", there, height, leaps),
    ]


def _beside(seen: npt.NDArray[np.bool_]) -> set[int]:
    """The steps on both sides of where a mark comes or goes."""
    changes = np.flatnonzero(seen[1:] != seen[:-1])
    return {*changes.tolist(), *(changes + 1).tolist()}


def _here(scene: Scene, sweeping: Sweeping) -> list[Track]:
    """The points where the cuts meet, on both slices."""
    theta = sweeping.theta
    window, span, other = scene.picture.window, scene.picture.span, scene.picture.other_span
    x, held = theta[:, : scene.count], theta[:, scene.count :]
    at = held[:, [scene.picture.place]]
    logs = scene.picture.log_prob(x, held)
    ceiling = 3 * scene.picture.top
    p = np.minimum(np.exp(logs), ceiling)
    top = scene.picture.height_top(scene.count)
    height = logs.sum(axis=1) - scene.picture.unit(x, held)
    here = np.minimum(np.exp(np.minimum(height, 50.0)), 3 * top)[:, None]
    there = mle.reparametrised(scene.picture.param, at)
    data = sweeping.kept(x, p, (window, (0.0, scene.picture.top)), curve=False)
    cut = sorted(
        {
            *sweeping.kept(here, at, ((0.0, top), span), curve=False),
            *sweeping.kept(there, here, (other, (0.0, top)), curve=False),
        }
    )
    # A piece of the tangent of one length on the screen: dL/dθ = L · score, in parts of the axes.
    steep = np.nan_to_num(here[:, 0] * scene.picture.slopes(x, held)) * (span[1] - span[0]) / top
    reach = REACH / np.hypot(1.0, steep)[:, None] * np.array([-1.0, 1.0])
    tangent = here + steep[:, None] * reach * top, at + reach * (span[1] - span[0])
    along = sweeping.kept(*tangent, ((0.0, top), span), curve=False)
    return [
        sweeping.track("likelihood", "tangent", "line", *tangent, along),
        sweeping.track("density", "data", "points", x, p, data),
        sweeping.track("likelihood", "theta", "points", here, at, cut),
        sweeping.track("other", "theta", "points", there, here, cut),
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
