"""Losses of one logit, their slopes and their curvatures, and the chain rule as bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from mle_ui.figures import style

Array = npt.NDArray[np.float64]
Line = tuple[Array, Array]


@dataclass(frozen=True)
class Look:
    """How a loss is drawn wherever it appears."""

    word: str
    colour: str
    dash: str = "solid"


#: Blue for the likelihood's own loss, orange for the other one; the further ones step back.
LOOKS: Mapping[str, Look] = {
    "mse": Look("MSE", style.DATA),
    "bce": Look("BCE", style.MODEL),
    "hinge": Look("hinge", "#B8860B", "dash"),
    "focal": Look("focal", "#56B4E9", "dot"),
    "smoothed_bce": Look("smoothed", style.NEUTRAL, "dashdot"),
}


def named(keys: Sequence[str]) -> str:
    """The losses' names in their colours, for a title."""
    return ", ".join(f'<span style="color:{LOOKS[key].colour}">{LOOKS[key].word}</span>' for key in keys)


def curves_figure(
    curves: Mapping[str, Line], points: Mapping[str, tuple[float, float]], tangents: Mapping[str, Line], *,
    title: str, axis: str, y_range: tuple[float, float], height: int,
) -> go.Figure:  # fmt: skip
    """Curves over the logit, each with its point, and perhaps the tangent in it."""
    figure = go.Figure()
    figure.add_hline(y=0, line={"color": style.NEUTRAL, "width": 1})
    figure.add_vline(x=0, line={"color": style.NEUTRAL, "width": 1, "dash": "dot"})
    for key, (x, y) in curves.items():
        look = LOOKS[key]
        figure.add_scatter(
            x=x, y=y, mode="lines", meta=key, hovertemplate=f"{look.word}, z = %{{x:.3g}}: %{{y:.4g}}<extra></extra>",
            line={"color": look.colour, "width": 2.6, "dash": look.dash, "simplify": False},
        )  # fmt: skip
    for key, (x, y) in tangents.items():
        figure.add_scatter(
            x=x, y=y, mode="lines", meta=f"{key}-tangent", hoverinfo="skip",
            line={"color": style.POINT, "width": 3, "simplify": False},
        )  # fmt: skip
    for key, (px, py) in points.items():
        figure.add_scatter(
            x=[px], y=[py], mode="markers", meta=f"{key}-now", hoverinfo="skip", cliponaxis=False,
            marker={"size": 13, "color": LOOKS[key].colour, "line": {"width": 2, "color": style.HALO}},
        )  # fmt: skip
    return style.style(
        figure, title=title, height=height, x=style.axis("z, logit", -8, 8), y=style.axis(axis, *y_range)
    )


def chain_figure(
    bars: Mapping[str, Line], said: Mapping[str, tuple[float, float, str]], *,
    title: str, width: float, reach: tuple[float, float], height: int,
) -> go.Figure:  # fmt: skip
    """Factors as bars from 1 on a logarithmic axis: their signed lengths add up to that of the product."""
    figure = go.Figure()
    for key, (x, y) in bars.items():
        colours = [style.fade(LOOKS[key].colour, 0.55)] * 3 + [LOOKS[key].colour]
        figure.add_bar(
            x=x, y=y, width=width, meta=key, hoverinfo="skip", marker={"color": colours, "line": {"width": 0}}
        )
    for mark, (px, py, text) in said.items():
        figure.add_scatter(
            x=[px], y=[py], text=[text], mode="text", meta=mark, hoverinfo="skip", textposition="middle center",
            textfont={"size": style.FONT - 3}, cliponaxis=False,
        )  # fmt: skip
    figure.add_hline(y=0, line={"color": style.NEUTRAL, "width": 1})
    across = style.axis("what is multiplied", -0.5, 3.5)
    across |= {"tickvals": [0, 1, 2, 3], "ticktext": ["∂L/∂ŷ", "∂ŷ/∂z", "∂z/∂w", "∂L/∂w"], "showgrid": False}
    up = style.axis("size of the factor", *reach)
    ticks = list(range(int(reach[0]), int(reach[1]) + 1, 2))
    up |= {"tickvals": ticks, "ticktext": [f"10<sup>{k}</sup>".replace("-", "−") if k else "1" for k in ticks]}
    return style.style(figure, title=title, height=height, x=across, y=up)
