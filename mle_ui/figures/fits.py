"""One normal for a mixture: the fits, the landscape with a search, and Rényi's minimum over its order."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from mle_ui.figures import style
from mle_ui.figures.divergence import coloured, curve

Array = npt.NDArray[np.float64]
Line = tuple[Array, Array]

_POINT = {"symbol": "circle", "size": 14, "color": style.POINT, "line": {"width": 2, "color": style.HALO}}


def fits_figure(
    marks: Mapping[str, Line],
    hand: tuple[float, float],
    *,
    third: str,
    top: float,
    window: tuple[float, float],
    height: int = 290,
) -> go.Figure:
    """The target and the normals that fit it, each by its own divergence."""
    figure = go.Figure()
    figure.add_scatter(
        x=marks["target"][0], y=marks["target"][1], mode="lines", meta="target", hoverinfo="skip",
        line={"color": style.DATA, "width": 3.5, "simplify": False},
    )  # fmt: skip
    curve(figure, "left", marks["left"], style.MODEL, 2, "dot")
    curve(figure, "right", marks["right"], style.MODEL, 2, "dot")
    curve(figure, "between", marks["between"], style.MODEL, 1.5, "dot")
    curve(figure, "forward", marks["forward"], style.MODEL, 3)
    curve(figure, "third", marks["third"], style.TRUTH, 2, "dash")
    curve(figure, "moving", marks["moving"], style.POINT, 2)
    figure.add_scatter(
        x=[hand[0]], y=[hand[1]], mode="markers", meta="hands", hoverinfo="skip", cliponaxis=False,
        marker={"symbol": "circle", "size": 13, "color": style.DATA, "line": {"width": 2, "color": style.HALO}},
    )  # fmt: skip
    names = (
        ("target p", style.DATA), ("forward fit D(p‖q) ──", style.MODEL), ("reverse fits D(q‖p) ····", style.MODEL),
        (f"{third} – –", style.TRUTH), ("your search ──", style.POINT),
    )  # fmt: skip
    for row, (words, colour) in enumerate(names):
        figure.add_annotation(
            x=0.99, y=0.98 - 0.07 * row, xref="paper", yref="paper", text=words, showarrow=False, xanchor="right", yanchor="top",
            font={"color": colour, "size": style.FONT - 1},
        )  # fmt: skip
    title = f"{coloured('Forward fit', style.MODEL)} covers {coloured('p', style.DATA)}, reverse fits choose"
    return style.style(
        figure, title=title, height=height, x=style.axis("x", *window), y=style.axis("density", 0.0, top)
    )  # fmt: skip


def search_figure(
    axes: tuple[Array, Array], depth: Array, value: Array, minima: Line, path: Line, start: tuple[float, float],
    now: tuple[float, float], *, title: str, unit: str, bands: int, height: int = 290,
) -> go.Figure:  # fmt: skip
    """Contours of a divergence over the plane of q, all its minima, and a search from a start that is dragged."""
    figure = go.Figure()
    figure.add_contour(
        x=axes[0], y=axes[1], z=-depth, meta="field", showscale=False, zmin=-bands, zmax=0, colorscale=style.layers(bands),
        contours={"start": 1 - bands, "end": -1, "size": 1, "coloring": "fill"},
        line={"width": 0.8, "color": "rgba(255,255,255,0.45)", "smoothing": 0.6},
        customdata=value, hovertemplate=f"μ = %{{x:.3g}}, σ = %{{y:.3g}}<br>%{{customdata:.4g}} {unit}<extra></extra>",
    )  # fmt: skip
    figure.add_scatter(
        x=minima[0], y=minima[1], mode="markers", meta="minima",
        hovertemplate="minimum: μ = %{x:.4g}, σ = %{y:.4g}<extra></extra>",
        marker={"symbol": "x", "size": 10, "color": style.POINT, "line": {"width": 1.5, "color": style.HALO}},
    )  # fmt: skip
    curve(figure, "path", path, style.DATA, 2)
    figure.add_scatter(
        x=path[0], y=path[1], mode="markers", meta="dots", hoverinfo="skip", marker={"size": 5, "color": style.DATA}
    )
    figure.add_scatter(
        x=[now[0]], y=[now[1]], mode="markers", meta="now", hoverinfo="skip", cliponaxis=False,
        marker={"symbol": "diamond", "size": 12, "color": style.DATA, "line": {"width": 2, "color": style.HALO}},
    )  # fmt: skip
    figure.add_scatter(
        x=[start[0]], y=[start[1]], mode="markers", meta="start", hoverinfo="skip", cliponaxis=False, marker=_POINT
    )
    return style.style(
        figure, title=title, height=height, x=style.axis("μ, mean of q", axes[0][0], axes[0][-1]),
        y=style.axis("σ, width of q", axes[1][0], axes[1][-1], logarithmic=True),
    )  # fmt: skip


def shares_figure(share: Line, point: tuple[float, float], *, tops: float, unit: str, height: int = 290) -> go.Figure:
    """The least D_α divided by α: from the reverse fit's D(q‖p) at α = 0 to the forward fit's D(p‖q) at α = 1."""
    figure = go.Figure()
    curve(
        figure,
        "share",
        share,
        style.TRUTH,
        2.5,
        hoverinfo=None,
        hovertemplate="α = %{x:.3g}: %{y:.4g} " + unit + "<extra></extra>",
    )
    figure.add_scatter(
        x=[point[0]], y=[point[1]], mode="markers", meta="alpha", hoverinfo="skip", cliponaxis=False, marker=_POINT
    )
    for x, words, anchor in ((0.0, "reverse fit", "left"), (1.0, "forward fit", "right")):
        figure.add_annotation(
            x=x, y=0.02, yref="paper", text=words, showarrow=False, xanchor=anchor, yanchor="bottom",
            font={"color": style.NEUTRAL, "size": style.FONT - 1},
        )  # fmt: skip
    return style.style(
        figure, title="Between the two: the least D_α, divided by α", height=height, x=style.axis("α, order of Rényi", 0, 1),
        y=style.axis(f"min D_α / α ({unit})", 0, tops),
    )  # fmt: skip
