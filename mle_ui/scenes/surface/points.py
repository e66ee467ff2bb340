"""The reader's own numbers as points on the data's axis: dragged, added and removed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.figures.density import rug_height
from mle_ui.live.tables import Grid, Handle, Pad, Track
from mle_ui.numbers import nats, with_error
from mle_ui.scenes.samples import OWN

if TYPE_CHECKING:
    from mle_ui.scenes.surface.scene import Scene

Array = npt.NDArray[np.float64]

#: More points than this are too close to be grasped one by one.
MOST_HANDLES = 60


def movable(scene: Scene) -> bool:
    """Whether the numbers are the reader's own, and few enough to be grasped; counts stand as bars instead."""
    observed = scene.prepared.observed
    return observed.data == OWN and observed.x.size <= MOST_HANDLES and not observed.discrete


def _grid(scene: Scene, key: str) -> Grid:
    """Round places along the axis, some 400 of them."""
    low, high = scene.window
    raw = (high - low) / 400
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= raw * 0.999)
    first = math.ceil(low / step)
    return Grid(key, first * step, step, math.floor(high / step) - first + 1)


def handles(scene: Scene) -> tuple[Handle, ...]:
    """One on each observation."""
    y = rug_height(scene.top)
    return tuple(
        Handle(
            "density", "rug", _grid(scene, f"x[{i}]"), None, (float(v), y), i, label=f"x[{i}] = {v:g}", removable=True
        )
        for i, v in enumerate(scene.prepared.x)
    )


def pads(scene: Scene) -> tuple[Pad, ...]:
    """The strip under the axis where a click adds an observation."""
    return (
        Pad(
            "density", _grid(scene, "x[+]"), None, (2 * rug_height(scene.top), 0.0), label="Click to add an observation"
        ),
    )


def changed(scene: Scene, values: Mapping[str, float | None]) -> Array:
    """The numbers after some were dragged (x[i]), added (x[+]) or removed (None)."""
    found: dict[int, float | None] = dict(enumerate(scene.prepared.x.tolist()))
    for key, value in values.items():
        if key == "x[+]":
            found[len(scene.prepared.x)] = value
        elif key.startswith("x[") and key[2:-1].isdigit() and int(key[2:-1]) < len(scene.prepared.x):
            found[int(key[2:-1])] = value
    return np.array([value for _, value in sorted(found.items()) if value is not None], dtype=float)


def edit(scene: Scene, values: Mapping[str, float | None]) -> dict[str, object]:
    """The text of the numbers after a drop."""
    return {"x": " ".join(f"{value:.10g}" for value in changed(scene, values))}


def answer(scene: Scene, values: Mapping[str, float]) -> tuple[list[Track], dict[str, str]]:
    """Histogram, maximum and numbers while a point is dragged; the hill itself is drawn anew when it is dropped."""
    x, family = changed(scene, values), scene.family
    edges, _ = scene.prepared.bins
    heights = np.histogram(x, edges)[0] / (x.size * np.diff(edges))
    out = [Track("density", "data", "bars", (edges[1:] + edges[:-1]) / 2, heights, width=float(edges[1] - edges[0]))]
    try:
        with np.errstate(all="ignore"):
            fit = mle.fit(family, x, fixed=dict(scene.prepared.given) or None)
    except ValueError:  # beyond the support: said when it is dropped
        return out, {}
    here = float(mle.loglik(family, x, scene.full(scene.theta)))
    words = {f"hat-{name}": with_error(fit.params[name], fit.standard_errors[name]) for name in scene.shown}
    words |= {"loglik": nats(here), "gap": nats(max(fit.loglik - here, 0.0))}
    if scene.pair is not None and scene.surface_view == "contours":
        best = [np.array([[np.clip(fit.params[n], scene.axis(n).low, scene.axis(n).high)]]) for n in scene.pair]
        out.append(Track("surface", "best", "points", best[0], best[1]))
    return out, words
