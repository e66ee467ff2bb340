"""Observations drawn at random: their controls, and what moves while the truth or their number is dragged."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui import ranges
from mle_ui.figures import style
from mle_ui.live.tables import Slider, Track, image_frames
from mle_ui.numbers import nats, with_error
from mle_ui.scenes.samples import Observed, generate
from mle_ui.scenes.surface.levels import BANDS, depth
from mle_ui.state import Asking, Choice, Whole

if TYPE_CHECKING:
    from mle_ui.scenes.surface.scene import Scene

Array = npt.NDArray[np.float64]

SOURCES = {key: family for key, family in mle.FAMILIES.items() if not family.discrete}
FROM = Choice("from", "Drawn from", {key: family.name for key, family in SOURCES.items()}, "normal")
SEED = Whole("seed", "Seed", 1, 9999, 1, help="The same seed gives the same random numbers, whatever the truth.")
#: Keys of the controls that say how the observations are drawn, all but their number.
TRUTH = (FROM.key, SEED.key, *(f"true_{param.name}" for family in SOURCES.values() for param in family.params))
SIZES = (5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000)
#: Without sufficient statistics each place of a surface is a pass over all observations.
LARGEST_WITHOUT = 1000
TRUTHS, CELLS = 41, 32
#: Up to here the fit follows a dragged truth step by step; beyond, the histogram alone does and the rest on release.
FOLLOWED = 10_000


@dataclass(frozen=True)
class Draw:
    """How the observations were drawn."""

    family: str
    theta: tuple[float, ...]
    n: int
    seed: int

    def observed(self) -> Observed:
        return generate(self.family, self.theta, self.n, self.seed)


def ask_for(ask: Asking, model: mle.Family) -> tuple[Draw, tuple[Slider, ...], tuple[int, ...]]:
    """The generator's controls: number of observations, law, its true parameters, seed."""
    most = SIZES[-1] if model.likelihood.sufficient else LARGEST_WITHOUT
    sizes = tuple(float(n) for n in SIZES if n <= most)
    size = Slider("draws", "n", "observations", sizes, tuple(f"{n:g}" for n in sizes), 4, counted=True)
    sliders, steps = [size], [ask.slider(size)]
    family = SOURCES[ask.choice(FROM)]
    for param in family.params:
        key = f"true_{param.name}"
        full = ranges.make_slider(param, np.nan, np.nan, 1, start=0.5, asked=ask.asked(key))
        wanted = ask.asked(key)
        asked = full.values.index(wanted) if wanted in full.values else 0
        stride = -(-len(full.values) // TRUTHS)
        kept = sorted({*range(0, len(full.values), stride), full.index(param.default), asked})
        values, labels = ([every[i] for i in kept] for every in (full.values, full.labels))
        start = kept.index(full.index(param.default))
        slider = replace(
            full,
            key=key,
            symbol=f"true {param.symbol}",
            values=tuple(values),
            labels=tuple(labels),
            default=start,
            counted=True,
        )
        sliders.append(slider)
        steps.append(ask.slider(slider))
    theta = tuple(slider.values[step] for slider, step in zip(sliders[1:], steps[1:], strict=True))
    return Draw(family.key, theta, int(size.values[steps[0]]), ask.whole(SEED)), tuple(sliders), tuple(steps)


@lru_cache(maxsize=32)
def _sorted(n: int, seed: int) -> Array:
    """The random numbers behind the first n observations, in order."""
    return np.sort(np.random.default_rng(seed).random(n))


@dataclass(frozen=True)
class Refit:
    """What another sample makes of the estimate: words of the readouts, the maximum, and the drop over the surface."""

    words: dict[str, str]
    best: tuple[float, ...]
    drop: Array | None
    ridge: Array | None = None
    fit: mle.FitResult | None = None  # without its sample: what is left are a few sums, or a short sample


@lru_cache(maxsize=2048)
def _refit(
    draw: Draw, family_key: str, names: tuple[str, ...], pair: tuple[str, ...], grids: tuple[tuple[float, ...], ...]
) -> Refit:
    family = mle.FAMILIES[family_key]
    x = SOURCES[draw.family].quantile(np.random.default_rng(draw.seed).random(draw.n), np.array(draw.theta))
    try:
        with np.errstate(all="ignore"):
            fit = mle.fit(family, x)
            drop = ridge = None
            if grids:
                places = dict(zip(pair, (np.array(grid) for grid in grids), strict=True))
                drop = fit.loglik - mle.surface(family, x, places).values
                ridge = mle.profile(fit, pair[0], places[pair[0]]).path[:, family.index(pair[1])]
    except ValueError:
        return Refit(dict.fromkeys((f"hat-{name}" for name in names), "–"), tuple(np.nan for _ in pair), None)
    words = {f"hat-{name}": with_error(fit.params[name], fit.standard_errors[name]) for name in names}
    bare = replace(fit, sample=replace(fit.sample, x=np.empty(0)))
    return Refit(words, tuple(fit.params[name] for name in pair), drop, ridge, bare)


def truth(scene: Scene) -> tuple[float, float] | None:
    """Where the law that the data are drawn from stands on the surface, if it is of the fitted family."""
    if scene.draw is None or scene.pair is None or scene.draw.family != scene.family.key:
        return None
    a, b = (scene.draw.theta[scene.family.index(name)] for name in scene.pair)
    return a, min(b, scene.axis(scene.pair[1]).high)


def _draws(scene: Scene, theta: Array) -> list[Draw]:
    assert scene.draw is not None
    keys = [slider.key for slider in scene.sliders]
    n, first = keys.index("draws"), keys.index("draws") + 1
    return [replace(scene.draw, n=int(row[n]), theta=tuple(float(v) for v in row[first:])) for row in theta]


def _refits(scene: Scene, theta: Array, moved: Collection[str]) -> list[Refit] | None:
    """The fits of other samples, with their surfaces where only the number of observations changes."""
    draws = _draws(scene, theta)
    if "draws" not in moved and draws[0].n > FOLLOWED:
        return None
    grids: tuple[tuple[float, ...], ...] = ()
    if scene.pair and scene.surface_view == "contours" and len(scene.names) == 2:
        grids = tuple(tuple(scene.axis(name).grid(CELLS).tolist()) for name in scene.pair)
    names, pair = scene.shown, scene.pair or ()
    return [
        _refit(draw, scene.family.key, names, pair, grids if draw.n <= FOLLOWED or "draws" in moved else ())
        for draw in draws
    ]


def tracks(scene: Scene, theta: Array, moved: Collection[str]) -> list[Track]:
    """Histogram, hill and maximum of the samples that the generator gives at theta (K, s)."""
    edges, _ = scene.prepared.bins
    heights = []
    for draw in _draws(scene, theta):
        below = SOURCES[draw.family].cdf(edges, np.array(draw.theta))
        counts = np.diff(
            np.searchsorted(_sorted(draw.n, draw.seed), below * (1 + np.array([-1e-9, *[1e-9] * (edges.size - 1)])))
        )
        heights.append(counts / (draw.n * np.diff(edges)))
    out = [
        Track(
            "density", "data", "bars", (edges[1:] + edges[:-1]) / 2, np.array(heights), width=float(edges[1] - edges[0])
        )
    ]
    if truth(scene) and scene.surface_view == "contours":
        assert scene.pair is not None
        a, b = (scene.family.index(name) for name in scene.pair)
        places = np.array(
            [(draw.theta[a], min(draw.theta[b], scene.axis(scene.pair[1]).high)) for draw in _draws(scene, theta)]
        )
        out.append(Track("surface", "truth", "points", places[:, [0]], places[:, [1]]))
    refits = _refits(scene, theta, moved)
    if refits is None or scene.pair is None or scene.surface_view != "contours":
        return out
    axes = [scene.axis(name) for name in scene.pair]
    # A maximum that is not there is parked outside; one at infinity stands at the axis' end, as it is drawn.
    places = np.array(
        [
            [
                v if np.isfinite(v) else axis.high if v > 0 else axis.beyond(1)[0]
                for v, axis in zip(r.best, axes, strict=True)
            ]
            for r in refits
        ]
    )
    places = np.clip(places, [axis.beyond(2)[0] for axis in axes], [axis.beyond(2)[1] for axis in axes])
    out.append(Track("surface", "best", "points", places[:, [0]], places[:, [1]]))
    if len(moved) < len(scene.sliders) and any(r.drop is not None for r in refits):
        empty = np.full((CELLS, CELLS), np.inf)
        fields = np.stack([depth(empty if r.drop is None else np.maximum(r.drop, 0)) for r in refits]) / BANDS
        extent = (axes[0].low, axes[0].high, axes[1].low, axes[1].high)
        out.append(
            Track("surface", "field", "image", values=image_frames(fields), extent=extent, colours=style.bands(BANDS))
        )
        ridges = np.array([r.ridge for r in refits if r.ridge is not None])
        if len(ridges) == len(refits):
            at = axes[0].grid(CELLS)
            out.append(
                Track(
                    "surface",
                    "ridge",
                    "line",
                    at,
                    np.clip(np.nan_to_num(ridges, nan=np.inf), *axes[1].beyond(0.1)),
                    short=True,
                )
            )
    return out


def readouts(scene: Scene, theta: Array, moved: Collection[str]) -> dict[str, list[str]]:
    """The estimates of the samples at theta (m, s), and what they make of the place where the sliders stand."""
    refits = _refits(scene, theta, moved)
    if refits is None:
        return {}
    out = {f"hat-{name}": [r.words[f"hat-{name}"] for r in refits] for name in scene.shown}
    here = scene.full(scene.theta)
    heights = [float(r.fit.expansion(here)[0]) if r.fit and scene.family.contains(here) else -np.inf for r in refits]
    tops = [r.fit.loglik if r.fit else np.nan for r in refits]
    out["loglik"] = [nats(h) if r.fit else "–" for h, r in zip(heights, refits, strict=True)]
    out["gap"] = [nats(max(t - h, 0.0)) if np.isfinite(t) else "–" for t, h in zip(tops, heights, strict=True)]
    return out
