"""Two laws, what their cross-entropy is made of as bars that add up, its integrand, and the same laws in cells."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from mle_ui.figures import style
from mle_ui.figures.product import coloured, line

Array = npt.NDArray[np.float64]
Line = tuple[Array, Array]

#: The truth p is green, the model q blue; what lies between them is grey.
P, Q, BETWEEN = style.TRUTH, style.MODEL, style.NEUTRAL
WIDE = 34


def words(figure: go.Figure, x: float, y: float, text: str, colour: str, place: str = "middle center") -> None:
    """A label that stays."""
    figure.add_scatter(
        x=[x], y=[y], text=[text], mode="text", textposition=place, hoverinfo="skip",
        textfont={"size": style.FONT - 1, "color": colour},
    )  # fmt: skip


def grips(figure: go.Figure, mark: str, at: Line, colour: str) -> None:
    """Points of a curve that are dragged: its top and its shoulder."""
    figure.add_scatter(
        x=at[0], y=at[1], mode="markers", meta=mark, hoverinfo="skip", cliponaxis=False,
        marker={
            "symbol": ["circle", "diamond"][: len(at[0])], "size": 13, "color": style.POINT,
            "line": {"width": 2.5, "color": colour},
        },
    )  # fmt: skip


def area(figure: go.Figure, mark: str, at: Line, above: str, below: str) -> None:
    """A signed area that the drag layer may move."""
    x, y = at
    for sign, heights, colour in (("+", np.maximum(y, 0), above), ("-", np.minimum(y, 0), below)):
        figure.add_scatter(
            x=x, y=heights, mode="none", fill="tozeroy", meta=mark + sign, hoverinfo="skip", line={"simplify": False},
            fillcolor=colour,
        )  # fmt: skip


def laws_figure(
    curves: Mapping[str, Line], dragged: Mapping[str, Line], *, window: tuple[float, float], top: float, height: int = 385
) -> go.Figure:  # fmt: skip
    """Densities of p and q with the points by which they are dragged."""
    figure = go.Figure()
    for name, colour in (("p", P), ("q", Q)):
        line(
            figure, name, curves[name], colour, 3,
            hoverinfo=None, hovertemplate=f"{name}(%{{x:.3g}}) = %{{y:.4g}}<extra></extra>",
        )  # fmt: skip
    for name, colour in (("p", P), ("q", Q)):
        grips(figure, f"grips_{name}", dragged[name], colour)
    return style.roomy(
        style.style(
            figure,
            title=f"The truth {coloured('p', P)} and the model {coloured('q', Q)}: drag them",
            height=height,
            x=style.axis("x", *window),
            y=style.axis("density, per unit of x", 0.0, top),
        )
    )


def stacks_figure(
    marks: Mapping[str, Line],
    *,
    span: tuple[float, float],
    groups: tuple[str, ...] = (),
    unit: str = "nats",
    height: int = 385,
) -> go.Figure:
    """Three bars, once or twice: H(p) from zero, D on top of it, and H(p, q) as tall as both."""
    figure = go.Figure()
    low, high = span
    kinds = ("density", "cells") if groups else ("density",)
    end = 4 * len(kinds) - 1.4
    line(figure, "zero", (np.array([-0.6, end]), np.zeros(2)), style.NEUTRAL, 1)
    for kind in kinds:
        for mark in ("level", "sum"):
            line(figure, f"{kind}-{mark}", marks[f"{kind}-{mark}"], style.NEUTRAL, 1.5, dash="2px,3px")
        for mark, colour in (("p", P), ("d", BETWEEN), ("pq", Q)):
            line(
                figure, f"{kind}-{mark}", marks[f"{kind}-{mark}"], colour, WIDE,
                hoverinfo=None, hovertemplate=f"%{{y:.4f}} {unit}<extra></extra>",
            )  # fmt: skip
    for start, text in zip((0, 4), groups, strict=False):
        words(figure, start + 1, high - 0.045 * (high - low), text, style.NEUTRAL)
    style.style(
        figure,
        title=f"{coloured('H(p)', P)} + {coloured('D(p‖q)', BETWEEN)} = {coloured('H(p, q)', Q)}",
        height=height,
        x={
            **style.axis("entropy, divergence, and both", -0.7, end + 0.1),
            "tickvals": [start + k for start in (0, 4)[: len(kinds)] for k in range(3)],
            "ticktext": ["H(p)", "D", "H(p,q)"] * len(kinds),
            "showgrid": False,
        },
        y=style.axis(unit, low, high),
    )
    return style.roomy(figure)


def terms_figure(
    crossed: Line, own: Line, *, window: tuple[float, float], span: tuple[float, float], height: int = 260
) -> go.Figure:
    """The integrand of the cross-entropy over that of the entropy."""
    figure = go.Figure()
    area(figure, "crossed", crossed, style.fade(Q, 0.35), style.fade(style.DATA, 0.35))
    line(figure, "own", own, P, 2.5)
    return style.roomy(
        style.style(
            figure,
            title=f"{coloured('−p log q', Q)} has the area H(p, q), {coloured('−p log p', P)} H(p)",
            height=height,
            x=style.axis("x", *window),
            y=style.axis("nats per unit of x", *span),
        )
    )


def cells_figure(
    rows: Mapping[str, Line], *, width: float, window: tuple[float, float], top: float, cell: float, height: int = 260
) -> go.Figure:
    """The same laws as probabilities of cells."""
    figure = go.Figure()
    for name, colour in (("p", P), ("q", Q)):
        figure.add_bar(
            x=rows[name][0], y=rows[name][1], width=width, meta=name,
            marker={"color": style.fade(colour, 0.8), "line": {"width": 0}},
            hovertemplate=f"{name}: %{{y:.4f}}<extra></extra>",
        )  # fmt: skip
    return style.roomy(
        style.style(
            figure,
            title=f"The same {coloured('p', P)} and {coloured('q', Q)} in cells of width Δ = {cell:g}",
            height=height,
            x=style.axis("x", *window),
            y=style.axis("probability", 0.0, top),
        )
    )
