"""The figures of several classes with their alt texts."""

from __future__ import annotations

from mle_ui.figures import logistic
from mle_ui.figures import planes as figures
from mle_ui.figures.product import coloured
from mle_ui.figures.style import DATA
from mle_ui.live import moving
from mle_ui.live.shown import Drawing
from mle_ui.numbers import show
from mle_ui.scenes.classification import many_marks, one_marks, two_marks
from mle_ui.scenes.classification.many import LAM, Many
from mle_ui.scenes.classification.one_draw import line
from mle_ui.scenes.classification.two_draw import words
from mle_ui.scenes.surface.levels import BANDS, depth

CELLS, LANDSCAPE_CELLS = 81, 61


def drawings(scene: Many) -> list[Drawing]:
    """All charts of the picture, the main one first."""
    now, said = moving.now(scene), moving.strings(scene)
    points, weights = scene.points, scene.weights
    marks = {
        chart: {m: line(t) for (of, m), t in now.items() if of == chart and t.kind != "image"}
        for chart in scene.charts()
    }
    x, y, _ = two_marks.mesh(points, CELLS)
    table = many_marks.counts(scene, weights[None])[0]
    first, second, drops = many_marks.slice_(scene, weights[None], scene.values[[LAM]], LANDSCAPE_CELLS)
    name = points.classes[scene.whose]
    b, w1, w2 = (show(v, 3) for v in weights[scene.whose - 1].tolist())
    penalised = f"NLL + ½·{show(scene.ridge)}·Σw²" if scene.ridge else "NLL"
    own = coloured("−log p of the own class", DATA)
    return [
        Drawing(
            "field",
            figures.fields_figure(
                (x, y), many_marks.field(scene, weights[None], CELLS)[0], line(two_marks.labels(points)), marks["field"], points.y,
                words(points), bands=many_marks.SHADES, window=points.window, names=points.names, classes=points.classes,
            ),
            f"Probabilities of {scene.count} classes over {points.names[0]} and {points.names[1]}, and {len(points.y)} points; at the "
            f"purple star: {said['asked']}.",
        ),
        Drawing(
            "landscape",
            logistic.landscape_figure(
                (first, second), depth(drops[0]), drops[0], marks["landscape"], bands=BANDS, what=penalised, over=f"w of {name}",
                titles=("w₁", "w₂"), height=470,
            ),
            f"Contours of {penalised} over the weights of {name}, b = {b}, all else as it stands. You are at ({w1}, {w2}), {said['gap']} "
            f"nats above the best; the gradient is {said['slope']}.",
        ),
        Drawing(
            "terms",
            logistic.points_terms_figure(
                marks["terms"]["losses"], [figures.CLASSES[code] for code in points.y], words(points), top=one_marks.COST[1],
                axis=f"points, class by class, by {points.short[0]}", title=f"{own}: they sum to the NLL",
            ),
            f"Bars of −log p of each of {len(points.y)} points; they sum to {said['nll']} nats.",
        ),
        Drawing(
            "shares",
            figures.shares_figure(marks["shares"]["shares"], points.classes),
            f"Probabilities at the purple star: {said['asked']} is the largest.",
        ),
        Drawing(
            "table",
            figures.table_figure(table.tolist(), points.classes),
            f"Rows of true classes, columns of named ones: {'; '.join(' '.join(map(str, row)) for row in table.tolist())}. "
            f"{said['accuracy']} are right.",
        ),
    ]  # fmt: skip
