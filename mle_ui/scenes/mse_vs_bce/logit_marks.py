"""Every moving mark of the picture of one logit."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.live.moving import some
from mle_ui.live.tables import Track
from mle_ui.numbers import show
from mle_ui.scenes.mse_vs_bce import settings

if TYPE_CHECKING:
    from mle_ui.scenes.mse_vs_bce.logit import Logit

Array = npt.NDArray[np.float64]

#: Places of a curve's points, closer where the losses bend.
GRID = np.unique(np.concatenate([np.linspace(-8, 8, 33), np.linspace(-4, 4, 65)]))
KINK = np.array([-1.0, 1.0])  # the hinge's
TANGENT = 1.6  # half its length along z
LOSS_TOP, GRADIENT_TOP = 8.4, 1.08
#: The bars of the chain rule on a logarithmic axis: decades below and above 1.
FLOOR, CEILING = -4.0, 4.0
FACTORS = ("by_prediction", "by_logit", "by_weight", "product")
WIDTH, BESIDE = 0.34, 0.2
CURVE_FRAMES = 11  # of curves while the label moves: they are straight or square in it


def of(key: str, what: str, y: Array, z: Array) -> Array:
    """Value, gradient or curvature of a loss; of one that knows no shares the mean over both labels."""
    loss = getattr(mle.LOSSES[key], what)
    if mle.LOSSES[key].soft_labels:
        return np.asarray(loss(y, z))
    return np.asarray(y * loss(1.0, z) + (1 - y) * loss(0.0, z))


def _grid(key: str) -> Array:
    """The hinge's gradient jumps: it has two points at its kink."""
    return np.unique(np.concatenate([GRID, KINK - 1e-9, KINK + 1e-9])) if key == "hinge" else GRID


_CHARTS = (("losses", "value"), ("gradients", "gradient"), ("curvatures", "curvature"))


def tracks(scene: Logit, theta: Array, moved: Collection[str]) -> list[Track]:
    """Frames of the marks that depend on the sliders in `moved`, for theta (K, 3): z, y, x."""
    out: list[Track] = []
    if "y" in moved:
        out += _curves(scene, theta)
    if set(moved) & {"z", "y"}:
        out += _points(scene, theta)
    return [*out, *bars(theta), *labels(theta)]


def _curves(scene: Logit, theta: Array) -> list[Track]:
    found = []
    for key in scene.keys:
        grid = _grid(key)
        few = some(theta, CURVE_FRAMES)
        for chart, what in _CHARTS:
            if key == "hinge" and what == "curvature":
                continue
            found.append(Track(chart, key, "line", grid, of(key, what, few[:, [1]], grid)))
    return found


def _points(scene: Logit, theta: Array) -> list[Track]:
    z, y = theta[:, [0]], theta[:, [1]]
    found = []
    for key in scene.keys:
        for chart, what in _CHARTS:
            if key == "hinge" and what == "curvature":
                continue
            found.append(Track(chart, f"{key}-now", "points", z, of(key, what, y, z)))
        slope = of(key, "gradient", y, z)
        along = np.array([-TANGENT, TANGENT])
        found.append(Track("losses", f"{key}-tangent", "line", z + along, of(key, "value", y, z) + slope * along))
    return found


def factors(key: str, theta: Array) -> Array:
    """The three factors of ∂L/∂w and their product, (K, 4), for theta (K, 3)."""
    z, y, x = theta.T
    rule = mle.chain_rule(key, y, z, 0.0, 1.0)
    return np.stack([rule.by_prediction, rule.by_logit, x, rule.bias * x], axis=1)


def bars(theta: Array) -> list[Track]:
    """The factors as bars up and down from 1 on a logarithmic axis, so that their lengths add up to the product's."""
    found = []
    for key, side in zip(settings.PAIR, (-BESIDE, BESIDE), strict=True):
        at = np.arange(len(FACTORS), dtype=np.float64) + side
        with np.errstate(divide="ignore"):
            heights = np.clip(np.log10(np.abs(factors(key, theta))), FLOOR, CEILING)
        found.append(Track("chain", key, "bars", at, heights, width=WIDTH))
    return found


def labels(theta: Array) -> list[Track]:
    """The number of each bar, above it or, where it hangs down, above its root."""
    found = []
    for key, side in zip(settings.PAIR, (-BESIDE, BESIDE), strict=True):
        values = factors(key, theta)
        with np.errstate(divide="ignore"):
            heights = np.clip(np.log10(np.abs(values)), 0.0, CEILING)
        for k in range(len(FACTORS)):
            texts = tuple(show(float(v), 2) for v in values[:, k])
            at = np.array([[k + side]])
            found.append(Track("chain", f"{key}-{k}", "text", at, heights[:, [k]] + 0.35, texts=texts))
    return found
