"""The figures of the histograms with their alt texts."""

from __future__ import annotations

import numpy as np

from mle_ui.figures import histograms as figures
from mle_ui.live import moving
from mle_ui.live.shown import Drawing
from mle_ui.numbers import show
from mle_ui.scenes.kl import simplex
from mle_ui.scenes.kl.bars import TOP, Bars
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
    return out + (_simplices(scene) if scene.count == 3 else [])


def _simplices(scene: Bars) -> list[Drawing]:
    now, said = moving.now(scene), moving.strings(scene)
    x, y, *fields = simplex.landscapes(scene.values[None, :3], 91, 81)
    outside = ~simplex.inside(x, y, 0.0)
    out = []
    for chart, kind, first, second, field in (
        ("simplex", "kl", "p", "q", fields[0][0]), ("simplex_back", "reverse_kl", "q", "p", fields[1][0]),
    ):  # fmt: skip
        figure = figures.simplex_figure(
            point(now[chart, "p"]), point(now[chart, "q"]), simplex.HEIGHT, field=(x, y, np.where(outside, np.nan, simplex.depth(field))),
            bands=simplex.BANDS, first=first, second=second, box=simplex.BOX,
        )  # fmt: skip
        text = (
            f"Contours of D({first}‖{second}) over all laws q of three outcomes; at q it is {said[kind]} {scene.unit}."
        )
        out.append(Drawing(chart, figure, text))
    return out
