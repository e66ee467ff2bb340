"""The figures of several classes with their alt texts."""

from __future__ import annotations

from mle_ui.figures import planes as figures
from mle_ui.live import moving
from mle_ui.live.shown import Drawing
from mle_ui.scenes.classification import two_marks
from mle_ui.scenes.classification.many import BANDS, Many, field
from mle_ui.scenes.classification.one_draw import line
from mle_ui.scenes.classification.two_draw import words

CELLS = 81


def drawings(scene: Many) -> list[Drawing]:
    """All charts of the picture, the main one first."""
    now, said = moving.now(scene), moving.strings(scene)
    points = scene.points
    x, y, _ = two_marks.mesh(points, CELLS)
    table = scene.counts(scene.ridge)
    return [
        Drawing(
            "field",
            figures.fields_figure(
                (x, y), field(points, scene.ridge, CELLS), line(two_marks.labels(points)), line(now["field", "asked"]), points.y,
                words(points), bands=BANDS, window=points.window, names=points.names, classes=points.classes,
            ),
            f"Probabilities of {scene.count} classes over {points.names[0]} and {points.names[1]}, and {len(points.y)} points; at the "
            f"purple point: {said['asked']}.",
        ),
        Drawing(
            "shares",
            figures.shares_figure(line(now["shares", "shares"]), points.classes),
            f"Probabilities at the purple point: {said['asked']} is the largest.",
        ),
        Drawing(
            "table",
            figures.table_figure(table.tolist(), points.classes),
            f"Rows of true classes, columns of named ones: {'; '.join(' '.join(map(str, row)) for row in table.tolist())}. "
            f"{said['accuracy']} are right.",
        ),
    ]  # fmt: skip
