"""An empirical distribution with its band beside the law behind it, and how the distance between the two shrinks."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from mle_ui.figures import style
from mle_ui.figures.product import POINT, Line, coloured, line

Array = npt.NDArray[np.float64]


def ecdf_figure(
    ecdf: Line, lower: Line, upper: Line, gap: Line, truth: Line, *, window: tuple[float, float], height: int = 385
) -> go.Figure:
    """Fₘ, a band that holds all of F with 95 %, F, and the largest gap between Fₘ and F."""
    figure = go.Figure()
    for mark, at in (("lower", lower), ("upper", upper)):
        line(figure, mark, at, style.fade(style.DATA, 0.6), 1.3)
    line(figure, "truth", truth, style.TRUTH, 3)
    line(figure, "ecdf", ecdf, style.DATA, 2.2)
    line(figure, "gap", gap, style.POINT, 4)
    words = f"{coloured('Sample with 95 % band', style.DATA)}, {coloured('law', style.TRUTH)}, {coloured('widest gap', style.POINT)}"
    return style.style(
        figure,
        title=words,
        height=height,
        x=style.axis("x", *window),
        y=style.axis("cumulative probability", -0.02, 1.02),
    )


def meeting_figure(
    histogram: Line, ticks: Line, truth: Line, *, window: tuple[float, float], peak: float, height: int = 385
) -> go.Figure:
    """The sample's histogram and its first points under the true density."""
    figure = go.Figure()
    line(figure, "histogram", histogram, style.DATA, 2)
    line(figure, "truth", truth, style.TRUTH, 3)
    figure.add_scatter(
        x=ticks[0], y=ticks[1], mode="markers", meta="ticks", hovertemplate="%{x:.4g}<extra>observation</extra>",
        marker={"symbol": "line-ns-open", "size": 9, "color": style.fade(style.DATA, 0.8), "line": {"width": 1.4}},
    )  # fmt: skip
    return style.style(
        figure,
        title=f"{coloured('Sample', style.DATA)} and {coloured('true density', style.TRUTH)}",
        height=height,
        x=style.axis("x", *window),
        y=style.axis("density", -0.08 * peak, peak),
    )


def distance_figure(
    path: Line, bound: Line, now: tuple[float, float], *, x_range: tuple[float, float], y_range: tuple[float, float], height: int = 240
) -> go.Figure:  # fmt: skip
    """Largest gap over m, with the half-width of the band, on logarithmic axes."""
    figure = go.Figure()
    line(figure, "bound", bound, style.fade(style.DATA, 0.6), 1.5, dash="dash")
    line(figure, "path", path, style.DATA, 2, hoverinfo=None, hovertemplate="m = %{x}: %{y:.4f}<extra></extra>")
    figure.add_scatter(
        x=[now[0]], y=[now[1]], mode="markers", meta="now", hoverinfo="skip", cliponaxis=False, marker=POINT
    )
    place = int(0.62 * len(bound[0]))
    figure.add_scatter(
        x=[bound[0][place]], y=[1.12 * bound[1][place]], text=["95 % band ∝ 1/√m"], mode="text", textposition="top right", hoverinfo="skip",
        textfont={"size": style.FONT - 2, "color": style.NEUTRAL},
    )  # fmt: skip
    return style.style(
        figure,
        title=f"The {coloured('gap', style.DATA)} shrinks like 1/√m",
        height=height,
        x=style.axis("m, observations", *x_range, logarithmic=True),
        y=style.axis("largest gap Dₘ", *y_range, logarithmic=True),
    )
