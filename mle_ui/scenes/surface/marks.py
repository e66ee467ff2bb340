"""Every moving mark of the page as a function of where the sliders stand."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.figures import style
from mle_ui.live.moving import some
from mle_ui.live.tables import Track, image_frames
from mle_ui.scenes.surface import drawn, fields
from mle_ui.scenes.surface.levels import BANDS, depth

if TYPE_CHECKING:
    from mle_ui.scenes.surface.scene import Scene

Array = npt.NDArray[np.float64]

FLOOR = -13.0  # bottom of the profile charts, nats below the maximum
WIDTH = 0.42  # height of the line that shows how far the null lies from the estimate
FRAMES = 41  # frames of a curve; a point takes all that it is asked for
#: Where FRAMES do not suffice, and the points of a slice, by the number of parameters.
SLICE_FRAMES = {2: (97, 161), 3: (61,)}
SLICE_POINTS = {2: 81, 3: 61}
DENSITY_POINTS, FEWER_POINTS = 121, 81
LAW_FRAMES = (81, 121)
#: What the blend of two frames may miss of a curve, in parts of its axis.
BEND = 0.004
#: The same of a density, whose points move along it while it moves.
LAW_BEND = 0.008
RIDGE_FRAMES, RIDGE_POINTS, FEWER_RIDGE_POINTS = (31, 61, 121), 81, 61
FIELD_FRAMES, FIELD_CELLS = 31, 40
FEWER_FRAMES, FEWER_CELLS = 17, 32  # where several parameters are held


def tracks(scene: Scene, theta: Array, moved: Collection[str]) -> list[Track]:
    """Frames of the marks that depend on the sliders in `moved`, for theta (K, s)."""
    out = _null(scene, theta) if "null" in moved else []
    if set(moved) & set(scene.names):
        out += [*_law(scene, theta), *_surface(scene, theta, moved), *_profiles(scene, theta, moved)]
    if scene.draw and set(moved) - {"null", *scene.names}:
        out += drawn.tracks(scene, theta, moved)
    return out


def _null(scene: Scene, theta: Array) -> list[Track]:
    """The three tests where they live on the profile: height, width and slope."""
    chart, axis, along = f"profile-{scene.tested}", scene.axis(scene.tested), scene.along
    at = scene.null_steps(theta)
    null = np.minimum(theta[:, len(scene.names)], axis.high)[:, None]
    height = np.nan_to_num(along.values[at] - scene.fit.loglik, nan=FLOOR, neginf=FLOOR)
    height = np.clip(height, FLOOR + 0.25, 0.0)[:, None]
    best = float(np.clip(scene.fit.params[scene.tested], axis.low, axis.high))
    out = [
        Track(chart, "null", "rule", null, 0 * null, along="x"),
        Track(chart, "null-name", "text", null, FLOOR + 0.7 + 0 * null),
        Track(chart, "lr", "line", null + np.zeros(2), np.concatenate([0 * height, height], axis=1)),
    ]
    if np.isfinite(along.wald).any():
        out.append(
            Track(
                chart, "wald", "line", np.concatenate([best + 0 * null, null], axis=1), WIDTH + 0 * null + np.zeros(2)
            )
        )
    if np.isfinite(along.slope).any():
        # A piece of the tangent of one length on the screen, along the axis as it is drawn.
        slope = np.nan_to_num(along.slope[at], posinf=0.0, neginf=0.0)[:, None]
        u, unit = (np.log(null), null) if axis.logarithmic else (null, 1.0)
        span = np.log(axis.high / axis.low) if axis.logarithmic else axis.high - axis.low
        reach = 0.16 / np.hypot(1 / span, slope * unit / abs(FLOOR)) * np.array([-1.0, 1.0])
        x = np.exp(u + reach) if axis.logarithmic else u + reach
        out.append(Track(chart, "slope", "line", x, height + slope * unit * reach))
    return out


def _law(scene: Scene, theta: Array) -> list[Track]:
    if scene.family.discrete:
        k, p = mle.mass_bars(scene.family, scene.full(some(theta, FRAMES)), *scene.window)
        return [Track("density", "model", "bars", k + 0.2, p, width=0.38)]
    low, high = scene.window
    for frames in (FRAMES, *LAW_FRAMES):
        points = DENSITY_POINTS if len(scene.names) <= 2 else FEWER_POINTS
        x, y = mle.density_curve(scene.family, scene.full(some(theta, frames)), low, high, points=points)
        if (
            len(x) < frames
            or len(scene.names) > 3
            or _missed(x / (high - low), np.minimum(y, 2 * scene.top) / scene.top) < LAW_BEND
        ):
            break
    return [Track("density", "model", "line", x, y)]


def _missed(x: Array, y: Array) -> float:
    """What blending misses of curves (K, n) at most: the part of the second differences that lies across the curve."""
    if len(x) < 3:
        return 0.0
    bend = np.diff(x, 2, axis=0), np.diff(y, 2, axis=0)
    along = np.gradient(x[1:-1], axis=1), np.gradient(y[1:-1], axis=1)
    across = np.abs(bend[0] * along[1] - bend[1] * along[0]) / np.maximum(np.hypot(*along), 1e-12)
    return float(across[y[1:-1] <= 1.1].max(initial=0.0)) / 8


def _surface(scene: Scene, theta: Array, moved: Collection[str]) -> list[Track]:
    if scene.pair is None or scene.surface_view == "3d":  # the relief follows on commit
        return []
    a, b = (scene.names.index(name) for name in scene.pair)
    theta = theta[:, : len(scene.names)]
    shown = np.where(np.isfinite(theta), theta, [scene.axis(name).high for name in scene.names])
    out = [Track("surface", "theta", "points", shown[:, [a]], shown[:, [b]])]
    if set(scene.held) & set(moved):
        many = len(scene.held) > 1
        rows = _held_rows(scene, some(theta, FEWER_FRAMES if many else FIELD_FRAMES))
        first, second = axes = scene.axis(scene.pair[0]), scene.axis(scene.pair[1])
        drops = fields.drops(scene.prepared, *scene.pair, axes, scene.held, rows, FEWER_CELLS if many else FIELD_CELLS)
        extent = (first.low, first.high, second.low, second.high)
        values = image_frames(depth(drops) / BANDS)
        out.append(Track("surface", "field", "image", values=values, extent=extent, colours=style.bands(BANDS)))
        out += _ridge(scene, theta)
    return out


def _held_rows(scene: Scene, theta: Array) -> tuple[tuple[float, ...], ...]:
    """Values of the held parameters in theta (K, k)."""
    columns = [scene.names.index(name) for name in scene.held]
    return tuple(tuple(row) for row in theta[:, columns].tolist())


def _ridge(scene: Scene, theta: Array) -> list[Track]:
    """Ridge and maximum of the surface while a held parameter moves, as many of the K frames as it takes to blend them."""
    assert scene.pair is not None
    a, b = scene.pair
    axes = scene.axis(a), scene.axis(b)
    many = len(scene.held) > 1
    points = FEWER_RIDGE_POINTS if many else RIDGE_POINTS
    for frames in RIDGE_FRAMES[: 2 if many else None]:
        rows = _held_rows(scene, some(theta, frames))
        grid, ridge, best = fields.ridges(scene.prepared, a, b, axes, scene.held, rows, points)
        seen = [
            axis.share(values) for axis, values in ((axes[1], ridge), (axes[0], best[:, [0]]), (axes[1], best[:, [1]]))
        ]
        if max(np.abs(np.diff(share, 2, axis=0)).max(initial=0.0) for share in seen) / 8 < BEND:
            break
    return [
        Track("surface", "ridge", "line", grid, ridge),
        Track("surface", "best", "points", best[:, [0]], best[:, [1]]),
    ]


def _profiles(scene: Scene, theta: Array, moved: Collection[str]) -> list[Track]:
    theta = theta[:, : len(scene.names)]
    heights = np.clip(scene.loglik(theta) - scene.fit.loglik, FLOOR + 0.25, 0.0)
    out = []
    for name in scene.profiled:
        j = scene.names.index(name)
        shown = np.where(np.isfinite(theta[:, j]), theta[:, j], scene.axis(name).high)
        out.append(Track(f"profile-{name}", "theta", "points", shown[:, None], heights[:, None]))
        if len(scene.names) > 1 and set(moved) - {name}:
            grid = scene.axis(name).grid(SLICE_POINTS.get(len(scene.names), 41))
            out.append(Track(f"profile-{name}", "slice", "line", grid, _slices(scene, theta, j, grid)))
    return out


def _slices(scene: Scene, theta: Array, j: int, grid: Array) -> Array:
    """Log-likelihood along parameter j below the maximum, as many of the K frames as it takes to blend them.

    The blend of two frames misses the one between by an eighth of their second difference; where the slices race past
    each other (a narrow ridge) that takes more frames.
    """
    finer = SLICE_FRAMES.get(len(scene.names), ())
    # Own numbers bring grips and a maximum of each place with them: their slices have to do with fewer frames.
    for frames in (FRAMES, *(finer[:1] if scene.prepared.observed.data == "own" else finer)):
        at = np.repeat(some(theta, frames)[:, None, :], grid.size, axis=1)
        at[..., j] = grid
        drop = np.clip(scene.loglik(at) - scene.fit.loglik, -60.0, 0.0)
        seen = drop[1:-1] > FLOOR - 2
        if not seen.any() or np.abs(np.diff(drop, 2, axis=0))[seen].max() / 8 < 0.02:
            break
    return drop
