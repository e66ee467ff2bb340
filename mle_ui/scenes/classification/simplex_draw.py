"""The figures of the simplex with their alt texts."""

from __future__ import annotations

from mle_ui.figures import simplex as figures
from mle_ui.figures import style
from mle_ui.figures.product import coloured
from mle_ui.live import moving
from mle_ui.live.shown import Drawing
from mle_ui.numbers import show
from mle_ui.scenes.classification.one_draw import line
from mle_ui.scenes.classification.simplex import CLASSES, COSTS, HEIGHT, LEVELS, LOGITS, SHARES, Simplex


def drawings(scene: Simplex) -> list[Drawing]:
    """All charts of the picture, the main one first."""
    now, said = moving.now(scene), moving.strings(scene)
    marks = {chart: {m: line(t) for (of, m), t in now.items() if of == chart} for chart in scene.charts()}
    name = CLASSES[scene.label]
    z = scene.logits(scene.values[None])[0]
    raw, divided = coloured("z + c", style.NEUTRAL), coloured("(z + c)/T", style.MODEL)
    p, y, slope = coloured("p", style.MODEL), coloured("y", style.TRUTH), coloured("p − y", style.DATA)
    return [
        Drawing(
            "simplex",
            figures.simplex_figure(marks["simplex"], LEVELS, corner=HEIGHT, classes=CLASSES),
            f"The simplex of three classes with p = {said['p']}, the label of class {name}, and contours of the cross-entropy, which is "
            f"{said['loss']} nats here.",
        ),
        Drawing(
            "logits",
            figures.bars_figure(
                marks["logits"], {"raw": (style.fade(style.NEUTRAL, 0.4), 0.7), "divided": (style.MODEL, 0.34)}, CLASSES,
                title=f"Logits {raw}: drag; {divided}", axis="logit", span=LOGITS, dragged="tops",
            ),
            f"What softmax is given: {', '.join(show(float(v), 3) for v in z)}.",
        ),
        Drawing(
            "shares",
            figures.bars_figure(
                marks["shares"], {"predicted": (style.MODEL, 0.25), "label": (style.TRUTH, 0.25), "slope": (style.DATA, 0.25)}, CLASSES,
                title=f"{p}, {y} and their difference {slope}", axis="share", span=SHARES, height=250,
            ),
            f"Prediction {said['p']}, label {', '.join(show(float(v), 3) for v in scene.target(scene.values[None])[0])}.",
        ),
        Drawing(
            "terms",
            figures.bars_figure(
                marks["terms"], {"term": (style.DATA, 0.6)}, CLASSES, title="−y log p of each class: a hard label leaves one", axis="nats",
                span=COSTS, height=250,
            ),
            f"Terms of the cross-entropy: {', '.join(show(float(v), 3) for v in marks['terms']['term'][1])} nats.",
        ),
    ]  # fmt: skip
