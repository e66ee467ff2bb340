"""A mixture in the plane with the normals that fit it, and what each fit costs in either direction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from mle_ui.figures import style
from mle_ui.figures.divergence import coloured, curve, words

Array = npt.NDArray[np.float64]
Line = tuple[Array, Array]
FORWARD, REVERSE = "D(p‖q)", "D(q‖p)"


def _dot(
    figure: go.Figure, mark: str, at: Line, colour: str, symbol: str = "circle", size: int = 12, edge: float = 2
) -> None:
    figure.add_scatter(
        x=at[0], y=at[1], mode="markers", meta=mark, hoverinfo="skip", cliponaxis=mark in ("others", "now"),
        marker={"symbol": symbol, "size": size, "color": colour, "line": {"width": edge, "color": style.HALO}},
    )  # fmt: skip


def plane_figure(
    axes: tuple[Array, Array], depth: Array, marks: Mapping[str, Line], *, third: str, bands: int,
    window: Sequence[tuple[float, float]], height: int = 440,
) -> go.Figure:  # fmt: skip
    """Contours of the target, its means, the ellipses of all fits, and the search from the dragged start."""
    figure = go.Figure()
    scale = [(0.0, "rgba(0, 0, 0, 0)")]
    scale += [((k + 1) / bands, colour) for k, (_, colour) in enumerate(style.layers(bands, style.DATA, 0.5))]
    figure.add_contour(
        x=axes[0], y=axes[1], z=-depth, meta="density", showscale=False, zmin=-bands - 1, zmax=0, colorscale=scale, hoverinfo="skip",
        contours={"start": -bands, "end": -1, "size": 1, "coloring": "fill"}, line={"width": 0},
    )  # fmt: skip
    for mark, dash in (("third", "dot"), ("second", "dot"), ("best", "8px,4px"), ("forward", "solid")):
        curve(figure, mark, marks[mark], style.MODEL, 2 if dash == "dot" else 3, dash)
    curve(figure, "between", marks["between"], style.TRUTH, 2.5, "dash")
    curve(figure, "moving", marks["moving"], style.POINT, 2)
    curve(figure, "path", marks["path"], style.POINT, 1.5)
    figure.add_scatter(
        x=marks["dots"][0], y=marks["dots"][1], mode="markers", meta="dots", hoverinfo="skip", marker={"size": 4, "color": style.POINT}
    )  # fmt: skip
    for row, (text, colour) in enumerate(
        (
            (f"── forward fit {FORWARD}", style.MODEL),
            (f"– – reverse fit {REVERSE}", style.MODEL),
            (f"– – {third}", style.TRUTH),
        )
    ):
        # Beside the ellipses: a name that travels with one lies on another sooner or later.
        figure.add_annotation(
            x=0.01, y=0.99 - 0.055 * row, xref="x domain", yref="y domain", text=text, showarrow=False, xanchor="left",
            yanchor="top", font={"color": colour, "size": style.FONT - 1},
        )  # fmt: skip
    _dot(figure, "now", marks["now"], style.POINT, "diamond", 11)
    _dot(figure, "means", marks["means"], style.DATA, size=14)
    _dot(figure, "start", marks["start"], style.POINT, size=14)
    title = f"Drag {coloured('the humps of p', style.DATA)} or {coloured('the search', style.POINT)}"
    shown = style.style(
        figure, title=title, height=height, x=style.axis("x₁", *window[0]), y=style.axis("x₂", *window[1])
    )
    # One unit is as long along both axes: a circle is round.
    shown.update_layout(
        xaxis={"constrain": "domain"}, yaxis={"scaleanchor": "x", "scaleratio": 1, "constrain": "domain"}
    )
    return shown


def costs_figure(
    marks: Mapping[str, Line], *, third: str, unit: str, ends: Sequence[tuple[float, float]], height: int = 440
) -> go.Figure:
    """Every fit by its two divergences: none lies left of the forward fit, none below the best reverse one."""
    figure = go.Figure()
    low = (marks["least-forward"][0][0], marks["least-reverse"][1][0])
    for mark, x, y in (
        ("least-forward", np.full(2, low[0]), np.array(ends[1])),
        ("least-reverse", np.array(ends[0]), np.full(2, low[1])),
    ):
        curve(figure, mark, (x, y), style.NEUTRAL, 1, "4px,4px")
    _dot(figure, "others", marks["others"], style.fade(style.MODEL, 0.55), "diamond", 10)
    _dot(figure, "now", marks["now"], style.POINT, "diamond", 11)
    _dot(figure, "best", marks["best"], style.MODEL, "diamond", 14)
    _dot(figure, "forward", marks["forward"], style.MODEL, size=14)
    _dot(figure, "between", marks["between"], style.TRUTH, "square", 11)
    words(figure, "between-name", marks["between-name"], [f"  {third}"], style.TRUTH, "top right", -1)
    words(figure, "forward-name", marks["forward-name"], ["forward fit "], style.MODEL, "top left", -1)
    words(figure, "best-name", marks["best-name"], ["reverse fit "], style.MODEL, "bottom left", -1)
    across, up = (
        style.axis(f"{name} ({unit})", *along, logarithmic=True)
        for name, along in zip((FORWARD, REVERSE), ends, strict=True)
    )
    tens = {"tickvals": [0.01, 0.1, 1, 10, 100], "ticktext": ["0.01", "0.1", "1", "10", "100"]}
    return style.style(
        figure, title="Each fit is cheapest in its own direction", height=height, x=across | tens, y=up | tens
    )
