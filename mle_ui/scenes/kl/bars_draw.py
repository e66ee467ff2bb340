"""The figures of the histograms with their alt texts."""

from __future__ import annotations

from mle_ui.figures import histograms as figures
from mle_ui.live import moving
from mle_ui.live.shown import Drawing
from mle_ui.numbers import show
from mle_ui.scenes.kl.bars import HEIGHT, TOP, Bars
from mle_ui.scenes.kl.pair_draw import line, point


def drawings(scene: Bars) -> list[Drawing]:
    """All charts of the picture, the main one first."""
    now, said = moving.now(scene), moving.strings(scene)
    p, q = (
        ", ".join(show(float(v), 3) for v in part)
        for part in (scene.values[: scene.count], scene.values[scene.count :])
    )
    out = [
        Drawing(
            "bars",
            figures.bars_figure(line(now["bars", "p"]), line(now["bars", "q"]), top=1.08 * TOP),
            f"Heights of p: {p}; of q: {q}.",
        )
    ]
    for chart, first, second, kind in (("forward", "p", "q", "kl"), ("backward", "q", "p", "reverse_kl")):
        figure = figures.terms_figure(
            *(line(now[chart, mark]) for mark in ("gain", "loss", "endless")),
            first=first,
            second=second,
            unit=scene.unit,
            top=scene.top,
        )
        words = f"What each of {scene.count} outcomes adds to D({first}‖{second}) = {said[kind]} {scene.unit}."
        out.append(Drawing(chart, figure, words))
    if scene.count == 3:
        at = [point(now["simplex", law]) for law in "pq"]
        words = f"Both laws in the simplex of three outcomes; p at ({show(at[0][0], 3)}, {show(at[0][1], 3)})."
        out.append(Drawing("simplex", figures.simplex_figure(at[0], at[1], HEIGHT), words))
    return out
