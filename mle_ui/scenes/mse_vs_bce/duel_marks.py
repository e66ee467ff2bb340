"""Every moving mark of the duel as a function of the start and the epoch."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from mle_ui.live.moving import some
from mle_ui.live.tables import Sheet, Track
from mle_ui.numbers import show
from mle_ui.scenes.mse_vs_bce import runs, settings

if TYPE_CHECKING:
    from mle_ui.scenes.mse_vs_bce.duel import Duel

Array = npt.NDArray[np.float64]

FINER = 161  # frames of a start that moves, one for each step of its slider
GRID = 11  # starts along either axis of the sheet that a dragged start plays
WAITING = {("norms", key) for key in settings.PAIR}  # for the answer: there is no room for all
FAR = 20.0  # a weight beyond waits there, outside the picture
FLOOR = 1e-8  # of a gradient's length on its logarithmic axis


class Trained:
    """Both runs of some starts (K, 2), at the epochs that are shown."""

    def __init__(self, scene: Duel, starts: Array) -> None:
        self.epochs = np.array(scene.sliders[2].values)
        self.paths: dict[str, Array] = {}
        self.norms: dict[str, Array] = {}
        self.worst: dict[str, Array] = {}
        self.recovered: dict[str, Array] = {}
        for key in settings.PAIR:
            found = runs.train(scene.arena, key, starts, self.epochs)
            self.paths[key] = np.clip(runs.ways(found, scene.arena), -FAR, FAR)
            self.norms[key] = found.gradient_norms
            self.worst[key] = found.worst_predictions
            self.recovered[key] = found.epochs_to_recover


def tracks(scene: Duel, theta: Array, moved: Collection[str]) -> list[Track]:
    """Frames for theta (K, 3): the start's two coordinates and the epoch."""
    if scene.sliders[2].key in moved:
        return _marks(scene, scene.trained(theta[:1, :2]), theta, moved)
    fine = some(theta, FINER)
    return _marks(scene, scene.trained(fine[:, :2]), fine, moved, 2 if len(fine) == FINER else 1)


def _marks(scene: Duel, trained: Trained, theta: Array, moved: Collection[str], every: int = 1) -> list[Track]:
    """The marks at theta (K, 3), of one run or of K; paths in `every` second frame are enough."""
    out = []
    rows = np.arange(len(theta)) if len(trained.worst["mse"]) > 1 else np.zeros(len(theta), dtype=int)
    last = np.searchsorted(trained.epochs, theta[:, 2])
    upto = np.minimum(np.arange(trained.epochs.size), last[:, None])
    start_moves = bool(set(moved) & {slider.key for slider in scene.sliders[:2]})
    now = trained.epochs[last][:, None]
    for key in settings.PAIR:
        if scene.flat:
            way = trained.paths[key][rows[::every, None], upto[::every]]
            chart = f"land_{key}"
            out += [
                Track(chart, "path", "line", way[:, :, 0], way[:, :, 1], short=True),
                Track(chart, "now", "points", way[:, -1:, 0], way[:, -1:, 1]),
            ]
            if start_moves:
                out.append(Track(chart, "start", "points", theta[:, [0]], theta[:, [1]]))
        heights = np.log10(np.clip(np.nan_to_num(trained.norms[key], nan=1e3), FLOOR, 1e3))
        for chart, values in (("norms", heights), ("worst", trained.worst[key])):
            if start_moves:
                out.append(Track(chart, key, "line", trained.epochs, values[rows], short=True))
            out.append(Track(chart, f"{key}-now", "points", now, values[rows, last][:, None]))
    return out


def readouts(scene: Duel, theta: Array, moved: Collection[str]) -> dict[str, list[str]]:
    """Strings for theta (m, 3)."""
    here = scene.sliders[2].key in moved
    trained = scene.trained(theta[:1, :2] if here else theta[:, :2])
    last = np.searchsorted(trained.epochs, theta[:, 2])
    rows = np.zeros(len(theta), dtype=int) if here else np.arange(len(theta))
    out = {}
    for key in settings.PAIR:
        if set(moved) & {slider.key for slider in scene.sliders[:2]}:
            out[f"recover-{key}"] = [recovered(v, scene.arena.epochs) for v in trained.recovered[key][rows]]
        out[f"worst-{key}"] = [f"{v:.3f}" for v in trained.worst[key][rows, last]]
        out[f"norm-{key}"] = [show(float(v), 2) for v in trained.norms[key][rows, last]]
    return out


def recovered(epochs: float, made: int) -> str:
    """How long it took, in words where it did not happen."""
    return f"not in {made}" if np.isnan(epochs) else f"{epochs:g}"


def sheet(scene: Duel) -> Sheet:
    """The same over a grid of starts, for a start that is dragged over a landscape."""
    a, b, _ = scene.sliders
    first, second = (slider.places(GRID) for slider in (a, b))
    theta = np.stack(
        [*(v.ravel() for v in np.meshgrid(first, second, indexing="ij")), np.full(GRID * GRID, scene.values[2])], axis=1
    )
    moved = {a.key, b.key}
    drawn = [t for t in _marks(scene, scene.trained(theta[:, :2]), theta, moved) if (t.chart, t.mark) not in WAITING]
    return Sheet(a.key, b.key, GRID, GRID, tuple(drawn), readouts(scene, theta, moved))
