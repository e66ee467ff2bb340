"""The figures of two features and two classes with their alt texts."""

from __future__ import annotations

import mle_core as mle
from mle_ui.figures import logistic, style
from mle_ui.figures import planes as figures
from mle_ui.live import moving
from mle_ui.live.shown import Drawing
from mle_ui.numbers import show
from mle_ui.scenes.classification import one_marks, two_marks, two_steps
from mle_ui.scenes.classification.descents import columns
from mle_ui.scenes.classification.one_draw import line
from mle_ui.scenes.classification.points import Points
from mle_ui.scenes.classification.two import Two
from mle_ui.scenes.surface.levels import BANDS, depth

CELLS, LANDSCAPE_CELLS = 81, 61


def words(points: Points) -> list[str]:
    """Each point in words."""
    return [
        f"{points.classes[code]} at {x:g}, {y:g}"
        for (x, y), code in zip(points.x.tolist(), points.y.tolist(), strict=True)
    ]


def drawings(scene: Two) -> list[Drawing]:
    """All charts of the picture, the main one first."""
    now, said = moving.now(scene), moving.strings(scene)
    points = scene.points
    marks = {
        chart: {m: line(t) for (of, m), t in now.items() if of == chart and t.kind != "image"}
        for chart in scene.charts()
    }
    x, y, rows = two_marks.mesh(points, CELLS)
    weights = scene.here(scene.values[None])[0]
    p = mle.logistic_probabilities(columns(rows, scene.product), weights).reshape(CELLS, CELLS)
    ones, said_points = points.y == 1, words(points)
    counts = {mark: (now["split", mark].texts or ("",))[0] for mark in ("tp", "fn", "fp", "tn")}
    level = scene.values[scene.threshold]
    one = points.classes[1]
    first, second, drops = two_steps.field(scene, weights[None], scene.values[-1:], LANDSCAPE_CELLS)
    penalised = f"NLL + ½·{show(scene.ridge)}·|w|²" if scene.ridge else "NLL"
    held = "your b" if scene.resting else f"b = {show(float(weights[0]), 3)}"
    return [
        Drawing(
            "field",
            figures.field_figure(
                (x, y), p, marks["field"] | {"points": (points.x[:, 0], points.x[:, 1])}, ones, said_points, bands=two_marks.BANDS,
                window=points.window, names=points.names, one=one,
            ),
            f"Probability of {one} over {points.names[0]} and {points.names[1]} with weights "
            f"{', '.join(show(float(w), 3) for w in weights)}, the boundary at {show(float(level), 2)}, and {len(ones)} points.",
        ),
        Drawing(
            "landscape",
            logistic.landscape_figure(
                (first, second), depth(drops[0]), drops[0], marks["landscape"], bands=BANDS, what=penalised, over=f"w₁, w₂ at {held}",
                titles=("w₁", "w₂"), height=470,
            ),
            f"Contours of {penalised} over the weights of {points.names[0]} and {points.names[1]}, b = {show(float(weights[0]), 3)}. You "
            f"stand at ({show(float(weights[1]), 3)}, {show(float(weights[2]), 3)}), {said['gap']} nats above the best; the gradient is "
            f"{said['slope']}.",
        ),
        Drawing(
            "terms",
            logistic.points_terms_figure(
                marks["terms"]["losses"], [style.DATA if one else logistic.FAINT for one in ones], said_points, top=one_marks.COST[1],
                axis=f"points by {points.short[0]}, least first",
            ),
            f"Bars of −log p of each of {len(ones)} points; they sum to {said['nll']} nats.",
        ),
        Drawing(
            "split",
            figures.split_figure(marks["split"], counts, ones, said_points, classes=points.classes, rows=two_marks.ROWS),
            f"At the threshold {show(float(level), 2)}: {', '.join(counts.values())}; {said['accuracy']} are right.",
        ),
        Drawing(
            "calibration",
            figures.calibration_figure(marks["calibration"], two_marks.BINS),
            f"Calibration in {two_marks.BINS} bins of the probability; Brier score and calibration error {said['brier']}.",
        ),
    ]  # fmt: skip
