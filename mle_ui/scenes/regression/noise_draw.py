"""The figures of the noise models with their alt texts, and the table of their fits."""

from __future__ import annotations

from html import escape

import numpy as np

import mle_core as mle
from mle_ui.figures.noises import fits_figure, look, qq_figure, residual_figure
from mle_ui.live.shown import Drawing
from mle_ui.numbers import show
from mle_ui.scenes.regression import noise_marks
from mle_ui.scenes.regression.line_draw import line
from mle_ui.scenes.regression.noise import CELLS, Noises

_HEIGHT = 240
#: What a number in the table is, where a phone has no room for its head.
_UNITS = ("log L", "AIC", "intercept", "slope", "", "for one more of the marked point")
_TITLES = {
    "influence": ("Influence ψ(r): how hard a residual pulls", "nats per unit of y"),
    "density": ("Noise density f(r)", "per unit of y"),
    "loss": ("Loss ρ(r) = −log f(r)", "nats"),
}


def drawings(scene: Noises) -> list[Drawing]:
    """All charts of the picture, the main one first, then the influence."""
    tracks = noise_marks.everything(scene, scene.theta)
    charts = {chart: {t.mark: line(t) for t in tracks if t.chart == chart} for chart in scene.charts()}
    pairs, place = scene.pairs, scene.marked
    truth = None
    if pairs.drawn is not None:
        x = np.linspace(*pairs.frame[0], 81)
        truth = (x, pairs.drawn.mean(x))
    slopes = ", ".join(f"{mle.NOISES[key].name} {show(fit.params['slope'], 4)}" for key, fit in scene.fits.items())
    words = f"row {pairs.rows[place]} at {show(pairs.x[place])}, {show(pairs.y[place])}"
    fits = fits_figure(charts["points"], scene.keys, pairs.rows, frame=pairs.frame, titles=pairs.words, truth=truth)
    out = [
        Drawing(
            "points",
            fits,
            f"{pairs.m} points, {pairs.words[1]} over {pairs.words[0]}, with fitted lines; slopes: {slopes}. Marked is {words}.",
        )
    ]
    for chart, (title, axis) in _TITLES.items():
        x, y = charts[chart]["at"]
        ends = noise_marks.pull_ends(scene) if chart == "influence" else ()
        said = "; ".join(
            f"{mle.NOISES[key].name} residual {show(a, 3)}, {'beyond the axis' if b in ends else show(b, 3)}"
            for key, a, b in zip(scene.keys, x, y, strict=True)
        )
        figure = residual_figure(
            charts[chart], scene.keys, title=title, axis=axis, reach=scene.reach, limits=noise_marks.limits(scene, chart), unit="",
            height=400 if chart == "influence" else _HEIGHT,
        )  # fmt: skip
        out.append(Drawing(chart, figure, f"{title}, {axis}. The marked point, {words}: {said}."))
    fit = scene.fits[scene.focus]
    unit = ", in its own σ" if noise_marks.varies(fit) else ""
    worst = float(np.abs(charts["qq"]["qq"][0] - charts["qq"]["qq"][1]).max())
    figure = qq_figure(charts["qq"], scene.focus, reach=noise_marks.span_qq(scene), unit=unit, height=_HEIGHT)
    out.append(
        Drawing(
            "qq",
            figure,
            f"Residuals of the {mle.NOISES[scene.focus].name} fit against the quantiles of its noise; the largest gap is {show(worst, 3)}.",
        )
    )
    return out


def results(scene: Noises) -> str:
    """The fits as an HTML table, whose cells the layer rewrites; counts stand apart, as their AIC is no density's."""
    head = (
        "Noise",
        "log L, nats",
        "AIC",
        f"intercept at x = {show(scene.design.origin)}",
        "slope",
        "noise",
        "one more of the marked point moves the slope by",
    )
    said = scene.cells()
    densities = [key for key, fit in scene.fits.items() if fit.noise.gaussian_like]
    counts = [key for key in scene.fits if key not in densities]
    rows = []
    for key in densities + counts:
        if key == (counts or [""])[0]:
            words = "Counts: probabilities, on the log of the mean. Their log L and AIC cannot be compared with those of densities."
            rows.append(f'<tr><td colspan="{len(head)}"><i>{words}</i></td></tr>')
        cells = "".join(
            f'<td data-unit=" {unit}"><span data-read="cell-{key}-{name}">{escape(said[f"cell-{key}-{name}"])}</span></td>'
            for name, unit in zip(CELLS, _UNITS, strict=True)
        )
        name = f'<span style="color:{look(key).colour}">{look(key).glyph}</span> {escape(mle.NOISES[key].name)}'
        rows.append(f"<tr><td>{name}</td>{cells}</tr>")
    names = "".join(f"<th>{escape(words)}</th>" for words in head)
    return f'<table class="mle-results mle-even"><thead><tr>{names}</tr></thead><tbody>{"".join(rows)}</tbody></table>'


__all__ = ["drawings", "results"]
