"""The figures of one feature with their alt texts."""

from __future__ import annotations

import numpy as np

from mle_ui.figures import logistic as figures
from mle_ui.live import moving
from mle_ui.live.shown import Drawing
from mle_ui.live.tables import Track
from mle_ui.numbers import show
from mle_ui.scenes.classification import one_fit, one_marks, settings
from mle_ui.scenes.classification.one import One
from mle_ui.scenes.surface.levels import BANDS, depth

CELLS = 61


def line(track: Track) -> figures.Line:
    """x and y of a mark's only frame."""
    assert track.x is not None and track.y is not None
    x, y = np.broadcast_arrays(np.atleast_2d(track.x)[0], np.atleast_2d(track.y)[0])
    return x, y


def drawings(scene: One) -> list[Drawing]:
    """All charts of the picture, the main one first."""
    now, said = moving.now(scene), moving.strings(scene)
    points = scene.points

    def marks(chart: str) -> dict[str, figures.Line]:
        return {mark: line(track) for (of, mark), track in now.items() if of == chart and track.kind != "image"}

    words = [f"{x:g}: label {y}" for x, y in zip(points.x[:, 0], points.y, strict=True)]
    b, w = scene.here(scene.values[None])[0]
    at = scene.values[one_marks.AT]
    curve = figures.curve_figure(
        marks("curve") | {"points": line(one_marks.labels(points))}, points.y == 1, words, window=points.window[0],
        heights=one_marks.HEIGHTS, quantity=points.names[0], outcome=points.outcome,
    )  # fmt: skip
    first, second, drops = one_marks.field(scene, scene.values[[one_marks.RIDGE]], CELLS)
    unit = points.unit()
    penalised = f"NLL + ½·{show(scene.ridge)}·w²" if scene.ridge else "NLL"
    landscape = figures.landscape_figure(
        (first, second), depth(drops[0]), drops[0], marks("landscape"), bands=BANDS, what=penalised,
        titles=("b, intercept", f"w, weight of t = {unit}" if unit != "x" else "w, weight of x"),
    )  # fmt: skip
    terms = figures.terms_figure(
        marks("terms"), words, top=one_marks.COST[1], axis=f"observations by {points.short[0]}, least first"
    )
    low, high = one_marks.loss_axis(scene)
    least = one_fit.best_value(points, scene.ridge)
    loss = figures.steps_figure(
        marks("loss"), settings.KEPT, title=f"{penalised} along {_method(scene)}", axis="nats", span=(low, high),
        logarithmic=True, best=least if least > low else None,
    )  # fmt: skip
    size = figures.steps_figure(
        marks("size"), settings.KEPT, title=f"|w| along {_method(scene)}", axis="|w|, logits a unit", span=one_marks.SIZE,
        logarithmic=False, best=None,
    )  # fmt: skip
    found, taken = scene.fit, scene.values[one_marks.STEP]
    best = show(abs(float(found.theta[1])), 3)
    return [
        Drawing(
            "curve",
            curve,
            f"{len(points.y)} labels over {points.names[0]}, {int(points.y.sum())} of them 1, and the probability σ({show(float(b), 3)} + "
            f"{show(float(w), 3)} t). At {show(float(at))} it is {said['mine']}; the best curve says {said['fit']}.",
        ),
        Drawing(
            "landscape",
            landscape,
            f"Contours of {penalised} over b and w. You stand at ({show(float(b), 3)}, {show(float(w), 3)}), {said['gap']} nats "
            f"above the best; the gradient is {said['slope']}; the best is at ({show(float(found.theta[0]), 3)}, "
            f"{show(float(found.theta[1]), 3)}).",
        ),
        Drawing("terms", terms, f"Bars of −log p of each of {len(points.y)} labels; they sum to {said['nll']} nats."),
        Drawing("loss", loss, f"{penalised} over 1000 steps; after {taken:g} it is {said['gap']} nats above the best."),
        Drawing(
            "size",
            size,
            f"|w| over 1000 steps; after {taken:g} it is {show(abs(float(w)), 3)}, "
            + ("and it grows without end." if scene.separation and not scene.ridge else f"at the best {best}."),
        ),
    ]  # fmt: skip


def _method(scene: One) -> str:
    return "Newton’s way" if scene.method == "newton" else "the descent"
