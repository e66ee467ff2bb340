"""Figures of the network, with their alt texts."""

from __future__ import annotations

import numpy as np

import mle_core as mle
from mle_ui.figures.logit_losses import named
from mle_ui.figures.network import accuracy_figure, learnt_figure, left_figure, starts_figure
from mle_ui.live.shown import Drawing
from mle_ui.scenes.mse_vs_bce import settings
from mle_ui.scenes.mse_vs_bce.duel import NAMES
from mle_ui.scenes.mse_vs_bce.network import GOOD, Network

_CELLS = 61


def drawings(scene: Network) -> list[Drawing]:
    """Accuracy over the epochs, the starts at this epoch, and the boundary that one of them learnt."""
    accuracy, t = scene.accuracy, scene.epoch
    lines, points = {}, {}
    for key, values in accuracy.items():
        low, middle, high = np.quantile(values, [0.25, 0.5, 0.75], axis=0)
        lines[key], points[key] = (low, middle, high), (float(t), float(middle[t]))
    words = ", ".join(f"{NAMES[key]} {points[key][1]:.1%}" for key in settings.PAIR)
    ahead = int((accuracy["bce"][:, t] > accuracy["mse"][:, t]).sum())
    found = [
        Drawing(
            "accuracy", accuracy_figure(lines, points, good=GOOD),
            f"Median accuracy of {settings.RUNS} starts over the epochs with the middle half of them. At epoch {t}: {words}.",
        ),
        Drawing(
            "starts", starts_figure(accuracy["mse"][:, t], accuracy["bce"][:, t]),
            f"Accuracy of every start under either loss at epoch {t}: BCE is ahead in {ahead} of {settings.RUNS}.",
        ),
    ]  # fmt: skip
    x, y = mle.points_in_shape(scene.plan.shape, settings.CLOUD, scene.plan.seed)
    grid = np.linspace(-3, 3, _CELLS)
    cells = np.stack(np.meshgrid(grid, grid), axis=-1).reshape(-1, 2)
    fields = {key: runs.predict_proba(cells)[0].reshape(_CELLS, _CELLS) for key, runs in scene.train().items()}
    last = ", ".join(f"{NAMES[key]} {scene.accuracy[key][0, -1]:.1%}" for key in settings.PAIR)
    figure = learnt_figure(x, y, grid, fields, title=f"What the first start learnt: {named(settings.PAIR)}")
    alt = f"The points of both classes and the line where the first start says ½ after {settings.LENGTH} epochs. Right: {last}."
    left = {key: np.nanmedian(runs.values / runs.values[:, :1], axis=0) for key, runs in scene.train().items()}
    shares = ", ".join(f"{NAMES[key]} {left[key][t]:.1%}" for key in settings.PAIR)
    words = f"Median loss over the epochs as a share of the start's, logarithmic. At epoch {t}: {shares}."
    return [*found, Drawing("learnt", figure, alt), Drawing("left", left_figure(left), words)]
