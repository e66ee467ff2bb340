"""Every moving mark of two features and two classes, as a function of where the sliders stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.figures import style
from mle_ui.live.moving import some
from mle_ui.live.tables import Track, image_frames
from mle_ui.scenes.classification.descents import columns
from mle_ui.scenes.classification.points import Points

if TYPE_CHECKING:
    from mle_ui.scenes.classification.two import Two

Array = npt.NDArray[np.float64]

#: In axis lengths: where a mark waits that is nowhere to be seen. Not far, so that half the room holds its way to there.
AWAY = 3.0
BANDS, BINS = 10, 5
CELLS = {False: 28, True: 24}  # of the field, without and with the product: all tables together must stay small
STEPS = 121
CURVE = {False: 2, True: 11}
#: Rows of the split: each class is spread over a band of its own, so that points do not hide each other.
ROWS, SPREAD = (-0.5, 1.5), 0.28
CALIBRATION = (0.0, 1.0)
COLOURS = tuple(style.bands(BANDS)[::-1])


def labels(points: Points) -> Track:
    """The points themselves: they move by hand alone."""
    return Track("field", "points", "points", points.x[:, 0], points.x[:, 1])


def heights(points: Points) -> Array:
    """Where each point stands in the split: by class, in turn over its band."""
    rank = np.empty(len(points.y))
    for code in (0, 1):
        rows = np.flatnonzero(points.y == code)
        rank[rows] = (np.arange(rows.size) * 0.618034) % 1.0
    return np.asarray(points.y + SPREAD * (2 * rank - 1))


def mesh(points: Points, cells: int) -> tuple[Array, Array, Array]:
    """Axes of a field and its rows as the model takes them (cells², 2)."""
    x, y = (np.linspace(*window, cells) for window in points.window)
    rows = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    return x, y, (rows - np.array(points.centre)) / np.array(points.scale)


def frames(stepped: bool) -> int:
    """Frames of an image: steps even out where the weights began."""
    return 11 if stepped else 21


def tracks(scene: Two, theta: Array, moved: set[str]) -> list[Track]:
    """Marks of the field, of the split and of the calibration."""
    keys = {s.key for s in scene.sliders[: scene.count]}
    stepped = bool(theta[:, scene.step].any())
    mine = bool(moved & keys or "step" in moved or ("ridge" in moved and stepped))
    few = some(theta, STEPS)
    out: list[Track] = []
    if mine:
        here = scene.here(few)
        out += [*_field(scene, some(here, frames(stepped))), *_shares(scene, here)]
        out += _boundary(scene, here, few[:, scene.threshold], "boundary")
    elif "threshold" in moved:
        out += _boundary(scene, scene.here(few), few[:, scene.threshold], "boundary")
    if mine or "threshold" in moved:
        out += _counts(scene, theta, moved)
    if "threshold" in moved:
        out.append(Track("split", "threshold", "rule", theta[:, [scene.threshold]], np.ones(1), along="x"))
    if moved & {"ridge", "threshold"}:
        best = np.array([scene.fit_at(lam).theta for lam in few[:, -1].tolist()])
        out += _boundary(scene, best, few[:, scene.threshold], "best")
    return out


def _field(scene: Two, weights: Array) -> list[Track]:
    cells = CELLS[scene.product]
    x, y, rows = mesh(scene.points, cells)
    p = mle.logistic_probabilities(columns(rows, scene.product), weights)
    extent = (float(x[0]), float(x[-1]), float(y[0]), float(y[-1]))
    values = image_frames(p.reshape(len(weights), cells, cells))
    return [Track("field", "field", "image", values=values, extent=extent, colours=COLOURS)]


def _boundary(scene: Two, weights: Array, level: Array, mark: str) -> list[Track]:
    """The curve on which the probability is τ; what is infinite or not there waits outside."""
    finite = np.asarray(np.isfinite(weights).all(axis=1))
    known = np.where(finite[:, None], weights, 0.0)
    ends = (np.array(scene.points.window).T - np.array(scene.points.centre)) / np.array(scene.points.scale)
    reach = float(np.abs(ends).max())
    curves = mle.decision_boundary(known, level, reach, CURVE[scene.product])
    low, high = np.array(scene.points.window).T
    out = low - AWAY * (high - low)
    at = curves * np.array(scene.points.scale) + np.array(scene.points.centre)
    at = np.where(np.isnan(at), out, np.clip(at, out, high + AWAY * (high - low)))
    branches = (0, 1) if scene.product else (0,)
    short = len(weights) > 1
    return [Track("field", f"{mark}-{k}", "line", at[:, k, :, 0], at[:, k, :, 1], short=short) for k in branches]


def _shares(scene: Two, weights: Array) -> list[Track]:
    """The points by their probability, and how often the ones came in each fifth of it."""
    p = mle.logistic_probabilities(scene.columns, weights)
    fewer = p[:: 2 if len(p) == STEPS and scene.product else 1]
    out = [Track("split", "points", "points", fewer, heights(scene.points), short=len(p) > 1)]
    found = mle.assess_many(scene.points.y, p, 0.5, BINS)
    parts = (found.predicted, found.observed, found.low, found.high)
    at, observed, low, high = (np.nan_to_num(part, nan=-AWAY) for part in parts)
    out.append(Track("calibration", "bins", "points", at, observed, short=len(p) > 1))
    for k in range(BINS):
        span = np.stack([low[:, k], high[:, k]], axis=1)
        out.append(Track("calibration", f"span-{k}", "line", at[:, [k, k]], span, short=len(p) > 1))
    return out


def assessed(scene: Two, theta: Array) -> mle.Assessments:
    """The four counts, and the calibration, at each of theta."""
    p = mle.logistic_probabilities(scene.columns, scene.here(theta))
    return mle.assess_many(scene.points.y, p, theta[:, scene.threshold], BINS)


def _counts(scene: Two, theta: Array, moved: set[str]) -> list[Track]:
    """The four counts as words in the corners of the split: one for each step of the slider that moves."""
    slider = next((s for s in scene.sliders if s.key in moved), scene.sliders[0]) if len(moved) == 1 else None
    if slider is not None:  # frames stand between the steps: words are wanted at them
        place = scene.sliders.index(slider)
        theta = np.repeat(scene.values[None], len(slider.values), axis=0)
        theta[:, place] = slider.values
    found = assessed(scene, theta)
    words = {
        "tp": [f"{v} true 1" for v in found.true_positive], "fn": [f"{v} missed" for v in found.false_negative],
        "fp": [f"{v} false alarms" for v in found.false_positive], "tn": [f"{v} true 0" for v in found.true_negative],
    }  # fmt: skip
    places = {"tp": (0.97, 1.42), "fn": (0.03, 1.42), "fp": (0.97, -0.42), "tn": (0.03, -0.42)}
    return [
        Track("split", mark, "text", np.array([[places[mark][0]]]), np.array([[places[mark][1]]]), texts=tuple(texts))
        for mark, texts in words.items()
    ]
