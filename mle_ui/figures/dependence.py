"""Means of dependent samples beside what independence promises, the coverage that follows, and one such series."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from mle_ui.figures import style
from mle_ui.figures.product import POINT, Line, coloured, line

Array = npt.NDArray[np.float64]


def means_figure(
    naive: Line, truth: Line, covered: Line, simulated: Line, *, z: float, reach: float, top: float, height: int = 385
) -> go.Figure:
    """Densities of the mean in naive standard errors; what lies between ±z is covered."""
    figure = go.Figure()
    x, y = covered
    for sign, heights in (("+", np.maximum(y, 0)), ("-", np.minimum(y, 0))):
        figure.add_scatter(
            x=x, y=heights, mode="none", fill="tozeroy", meta=f"covered{sign}", hoverinfo="skip",
            line={"simplify": False}, fillcolor=style.fade(style.TRUTH, 0.25),
        )  # fmt: skip
    for end in (-z, z):
        figure.add_scatter(
            x=[end, end], y=[-0.16 * top, top], mode="lines", hoverinfo="skip", line={"color": style.MODEL, "width": 1.5, "dash": "dash"}
        )  # fmt: skip
    line(figure, "naive", naive, style.MODEL, 2.5)
    line(figure, "truth", truth, style.TRUTH, 3)
    figure.add_scatter(
        x=simulated[0], y=simulated[1], mode="markers", meta="simulated", hovertemplate="a sample’s mean: %{x:.2f}<extra></extra>",
        marker={"size": 5, "color": style.fade(style.DATA, 0.8)},
    )  # fmt: skip
    figure.add_scatter(
        x=[z], y=[0.94 * top], text=["\u2002missed →"], mode="text", textposition="middle right", hoverinfo="skip",
        textfont={"size": style.FONT - 1, "color": style.NEUTRAL},
    )  # fmt: skip
    figure.add_scatter(
        x=[-z], y=[0.94 * top], text=["← missed\u2002"], mode="text", textposition="middle left", hoverinfo="skip",
        textfont={"size": style.FONT - 1, "color": style.NEUTRAL},
    )  # fmt: skip
    words = f"Means: {coloured('promised', style.MODEL)}, {coloured('true', style.TRUTH)}, {coloured('simulated', style.DATA)}"
    return style.style(
        figure, title=words, height=height, x=style.axis("x̄ − μ, in naive standard errors σ/√m", -reach, reach),
        y=style.axis("density", -0.16 * top, top),
    )  # fmt: skip


def coverage_figure(
    exact: Line, lower: Line, upper: Line, simulated: Line, point: tuple[float, float], *, level: float, window: tuple[float, float],
    height: int = 385,
) -> go.Figure:  # fmt: skip
    """True coverage over ρ: formula, simulation, and twice the Monte Carlo error around the formula."""
    figure = go.Figure()
    figure.add_scatter(
        x=window, y=[level, level], mode="lines", hoverinfo="skip", line={"color": style.MODEL, "width": 1.5, "dash": "dash"}
    )  # fmt: skip
    for mark, at in (("lower", lower), ("upper", upper)):
        line(figure, mark, at, style.fade(style.DATA, 0.55), 1)
    line(
        figure, "exact", exact, style.TRUTH, 2.5, hoverinfo=None, hovertemplate="ρ = %{x:.2f}: %{y:.4f}<extra></extra>"
    )
    figure.add_scatter(
        x=simulated[0], y=simulated[1], mode="markers", meta="simulated", hovertemplate="ρ = %{x}: %{y:.4f}<extra>simulated</extra>",
        marker={"size": 7, "color": style.DATA, "line": {"width": 1, "color": style.HALO}},
    )  # fmt: skip
    figure.add_scatter(
        x=[point[0]], y=[point[1]], mode="markers", meta="rho", hoverinfo="skip", cliponaxis=False, marker=POINT
    )  # fmt: skip
    figure.add_scatter(
        x=[window[0]], y=[level - 0.02], text=[f"the {100 * level:g} % that it claims"], mode="text", textposition="bottom right",
        hoverinfo="skip", textfont={"size": style.FONT - 2, "color": style.MODEL},
    )  # fmt: skip
    words = f"Coverage: {coloured('formula', style.TRUTH)}, {coloured('simulation ± 2 errors', style.DATA)}"
    return style.style(
        figure,
        title=words,
        height=height,
        x=style.axis("ρ, correlation of neighbours", *window),
        y=style.axis("coverage", 0.0, 1.04),
    )


def series_figure(series: Line, mean: Line, low: Line, high: Line, *, most: int, height: int = 240) -> go.Figure:
    """One sample, its mean, and the interval that independence gives around it."""
    figure = go.Figure()
    figure.add_scatter(
        x=[1, most], y=[0, 0], mode="lines", hoverinfo="skip", line={"color": style.TRUTH, "width": 2}
    )  # fmt: skip
    line(figure, "series", series, style.DATA, 1.6)
    line(figure, "mean", mean, style.MODEL, 2)
    for mark, at in (("low", low), ("high", high)):
        line(figure, mark, at, style.MODEL, 1.5, dash="dash")
    words = f"One {coloured('sample', style.DATA)}, its {coloured('naive interval', style.MODEL)}, {coloured('true mean', style.TRUTH)}"
    return style.style(
        figure,
        title=words,
        height=height,
        x=style.axis("t, place in the series", 0, most + 1),
        y=style.axis("x", -3.4, 3.4),
    )
