"""Loss landscapes over a parameter: cross-entropy, divergence and a sample's loss, their slopes, and their way as m grows."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from mle_ui.figures import style
from mle_ui.figures.entropies import BETWEEN, Line, P, Q, area, grips
from mle_ui.figures.product import BEST, POINT, coloured, line

OWN = style.DATA
_NAMES = {"cross": Q, "kl": BETWEEN, "nll": OWN}


def landscape_figure(
    marks: Mapping[str, Line], *, symbol: str, axis: str, window: tuple[float, float], span: tuple[float, float], gap: str,
    height: int = 460,
) -> go.Figure:  # fmt: skip
    """H, D and NLL/m over θ with the tangents at the reader's θ; a·H + c dashed."""
    figure = go.Figure()
    line(figure, "gap", marks["gap"], P, 5)
    line(figure, "scaled", marks["scaled"], style.fade(Q, 0.6), 2, dash="6px,5px")
    for mark, colour in _NAMES.items():
        line(
            figure, mark, marks[mark], colour, 3 if mark != "nll" else 2,
            hoverinfo=None, hovertemplate=f"{symbol} = %{{x:.3g}}: %{{y:.4f}} nats<extra></extra>",
        )  # fmt: skip
    for mark in _NAMES:
        line(figure, f"slope-{mark}", marks[f"slope-{mark}"], style.POINT, 2)
    figure.add_scatter(
        x=marks["gap-name"][0], y=marks["gap-name"][1], text=[gap], mode="text", meta="gap-name", hoverinfo="skip",
        textposition="middle left", textfont={"size": style.FONT - 1, "color": P},
    )  # fmt: skip
    for mark in ("best", "own"):
        figure.add_scatter(
            x=marks[mark][0], y=marks[mark][1], mode="markers", meta=mark, marker=BEST,
            hovertemplate="argmin: %{x:.5g}<extra></extra>",
        )  # fmt: skip
    figure.add_scatter(
        x=marks["theta"][0], y=marks["theta"][1], mode="markers", meta="theta", hoverinfo="skip",
        marker={**POINT, "size": [14, 14, 11, 8], "opacity": 1},
    )  # fmt: skip
    words = f"{coloured('H(p, q)', Q)} and {coloured('D', BETWEEN)}: one argmin; {coloured('NLL/m', OWN)}: own"
    return style.roomy(
        style.style(figure, title=words, height=height, x=style.axis(axis, *window), y=style.axis("nats", *span))
    )


def fitted_figure(
    marks: Mapping[str, Line], *, window: tuple[float, float], top: float, height: int = 460
) -> go.Figure:
    """The truth, the model with its grips, the normal nearest to the truth, and the sample below."""
    figure = go.Figure()
    line(figure, "p", marks["p"], P, 3)
    line(figure, "nearest", marks["nearest"], style.POINT, 2, dash="5px,4px")
    line(figure, "q", marks["q"], Q, 3)
    figure.add_scatter(
        x=marks["sample"][0], y=marks["sample"][1], mode="markers", meta="sample", hovertemplate="x = %{x:.3f}<extra></extra>",
        marker={"symbol": "line-ns-open", "size": 9, "color": style.fade(OWN, 0.8), "line": {"width": 1.2}},
    )  # fmt: skip
    grips(figure, "grips_q", marks["grips_q"], Q)
    words = f"{coloured('p', P)}, {coloured('q<sub>θ</sub>', Q)}, {coloured('sample', OWN)}, {coloured('nearest normal', style.POINT)}"
    return style.roomy(
        style.style(
            figure,
            title=words,
            height=height,
            x=style.axis("x", *window),
            y=style.axis("density, per unit of x", -0.08 * top, top),
        )
    )


def pull_figure(
    marks: Line, *, symbol: str, window: tuple[float, float], span: tuple[float, float], height: int = 270
) -> go.Figure:
    """The gradient as an expectation: what each x adds to the slope."""
    figure = go.Figure()
    area(figure, "pull", marks, style.fade(Q, 0.55), style.fade(OWN, 0.55))
    return style.roomy(
        style.style(
            figure,
            title=f"−p ∂log q/∂{symbol}: signed area = slope",
            height=height,
            x=style.axis("x", *window),
            y=style.axis("nats per unit of both", *span),
        )
    )


def funnel_figure(marks: Mapping[str, Line], *, most: int, span: tuple[float, float], height: int = 270) -> go.Figure:
    """NLL/m less H(p, q) as observations come, and twice its standard error around zero."""
    figure = go.Figure()
    line(figure, "zero", (np.array([1.5, 2.0 * most]), np.zeros(2)), Q, 2)
    for mark in ("lower", "upper"):
        line(figure, mark, marks[mark], style.NEUTRAL, 1.5, dash="4px,4px")
    line(
        figure, "path", marks["path"], OWN, 2,
        hoverinfo=None, hovertemplate="m = %{x}: %{y:.4f} nats<extra></extra>",
    )  # fmt: skip
    figure.add_scatter(x=marks["now"][0], y=marks["now"][1], mode="markers", meta="now", hoverinfo="skip", marker=POINT)
    return style.roomy(
        style.style(
            figure,
            title=f"{coloured('NLL/m', OWN)} − {coloured('H(p, q<sub>θ</sub>)', Q)}, ± 2 errors",
            height=height,
            x=style.axis("m, observations", 1.7, 1.2 * most, logarithmic=True),
            y=style.axis("nats", *span),
        )
    )


def found_figure(
    marks: Mapping[str, Line], *, symbol: str, most: int, span: tuple[float, float], height: int = 270
) -> go.Figure:
    """The sample's argmin on its way to that of H and D."""
    figure = go.Figure()
    line(figure, "target", marks["target"], style.POINT, 2, dash="5px,4px")
    line(figure, "path", marks["path"], OWN, 2, hoverinfo=None, hovertemplate="m = %{x}: %{y:.4f}<extra></extra>")
    figure.add_scatter(x=marks["now"][0], y=marks["now"][1], mode="markers", meta="now", hoverinfo="skip", marker=POINT)
    return style.roomy(
        style.style(
            figure,
            title=f"{coloured(f'{symbol}̂ of the sample', OWN)} tends to {coloured(f'{symbol}*', style.POINT)}",
            height=height,
            x=style.axis("m, observations", 1.7, 1.2 * most, logarithmic=True),
            y=style.axis(f"argmin over {symbol}", *span),
        )
    )
