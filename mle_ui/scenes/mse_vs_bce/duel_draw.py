"""Figures of the duel, with their alt texts."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mle_ui.figures import duel as figures
from mle_ui.figures.logit_losses import named
from mle_ui.live import moving
from mle_ui.live.shown import Drawing
from mle_ui.numbers import show
from mle_ui.scenes.mse_vs_bce import duel_marks, runs, settings
from mle_ui.scenes.mse_vs_bce.duel import NAMES, PLATEAU, Duel

Array = npt.NDArray[np.float64]


def drawings(scene: Duel) -> list[Drawing]:
    """Both landscapes, then the gradient's length, the worst point and the step sizes."""
    marks = {name: moving.first(track) for name, track in moving.now(scene).items()}
    return [
        *(_land(scene, key, marks) for key in settings.PAIR),
        _norms(scene, marks),
        _worst(scene, marks),
        _steps(scene),
    ]


def _ground(scene: Duel, key: str) -> figures.Ground:
    arena = scene.arena
    found = runs.landscape(arena.data, arena.inputs, arena.seed, key)
    titles = ("w, weight", "b, bias") if arena.bias else ("w₁, weight", "w₂, weight")
    return figures.Ground(
        key, titles, found.first, found.second, found.values, found.gradient_norms, found.smallest_curvatures
    )


def _land(scene: Duel, key: str, marks: dict[tuple[str, str], tuple[Array, Array]]) -> Drawing:
    ground, name = _ground(scene, key), NAMES[key]
    a, b = scene.start
    end = runs.ways(runs.run(scene.arena, key, scene.start), scene.arena)[0, scene.epoch]
    bent = float((ground.curvatures < 0).mean())
    alt = (
        f"Mean {name} over {ground.titles[0]} and {ground.titles[1]}, with the path from the start at {show(a)}, {show(b)} to "
        f"{show(float(end[0]), 4)}, {show(float(end[1]), 4)} at epoch {scene.epoch}. It is not convex on {bent:.0%} of the picture."
    )
    word = named([key])
    title = f"{word}: grey bends down, dashed is nearly flat" if key == "mse" else f"{word}: one bowl, drag the start"
    if scene.flat:
        figure = figures.landscape_figure(
            ground, marks[f"land_{key}", "path"], scene.start, title=title, plateau=PLATEAU
        )
    else:
        found = runs.run(scene.arena, key, scene.start)
        rows = [int(v) for v in scene.sliders[2].values if v <= scene.epoch]
        way = np.clip(runs.ways(found, scene.arena)[0, rows], -settings.REACH, settings.REACH)
        heights = np.nan_to_num(found.values[0, rows], posinf=float(ground.values.max()))
        lifted = np.minimum(heights, ground.values.max()) + 0.03 * np.ptp(ground.values)
        figure = figures.relief_figure(ground, (way[:, 0], way[:, 1], lifted), title=f"{word} in 3-D, with the path")
    return Drawing(f"land_{key}", figure, alt)


def _norms(scene: Duel, marks: dict[tuple[str, str], tuple[Array, Array]]) -> Drawing:
    points = {key: (float(x[0]), float(y[0])) for key in settings.PAIR for x, y in [marks["norms", f"{key}-now"]]}
    figure = figures.epochs_figure(
        {key: marks["norms", key] for key in settings.PAIR}, points,
        title=f"Length of the gradient: {named(settings.PAIR)}", axis="|gradient|", epochs=scene.arena.epochs,
        y_range=(np.log10(duel_marks.FLOOR), 0.6), powers=True,
    )  # fmt: skip
    words = ", ".join(f"{NAMES[key]} {show(10 ** points[key][1], 3)}" for key in settings.PAIR)
    return Drawing(
        "norms", figure, f"Length of the gradient over the epochs, logarithmic. At epoch {scene.epoch}: {words}."
    )


def _worst(scene: Duel, marks: dict[tuple[str, str], tuple[Array, Array]]) -> Drawing:
    points = {key: (float(x[0]), float(y[0])) for key in settings.PAIR for x, y in [marks["worst", f"{key}-now"]]}
    figure = figures.epochs_figure(
        {key: marks["worst", key] for key in settings.PAIR}, points,
        title="ŷ of the point that was most wrong", axis="ŷ of its class", epochs=scene.arena.epochs,
        y_range=(-0.02, 1.02), level=0.5,
    )  # fmt: skip
    words = ", ".join(
        f"{NAMES[key]} after {duel_marks.recovered(scene.recovered(key), scene.arena.epochs)} epochs"
        for key in settings.PAIR
    )
    return Drawing(
        "worst",
        figure,
        f"Probability of the right class for the point that the start got most wrong. Recovered: {words}.",
    )


def _steps(scene: Duel) -> Drawing:
    lines, best, words = {}, {}, []
    for key in settings.PAIR:
        found = runs.search(scene.arena, key)
        first = float(runs.run(scene.arena, key, scene.arena.origin).values[0, 0])
        left = np.minimum(found.values / first, 5.0)
        lines[key] = (found.steps, left)
        best[key] = (found.best, float(left.min()))
        words.append(f"{NAMES[key]} {show(found.best, 3)}")
    used = [(key, scene.step(key)) for key in settings.PAIR]
    title = "Which step size ends lowest?"
    figure = figures.steps_figure(lines, best, used, title=title)
    return Drawing(
        "search", figure,
        f"Loss after {scene.arena.epochs} epochs over the step size, from {scene.origin}, as a share of the loss there. "
        f"Best steps: {', '.join(words)}.",
    )  # fmt: skip
