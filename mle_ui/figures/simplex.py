"""The simplex of three classes with a prediction in it, the logits that make it, and its distance from the label."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from mle_ui.figures import style
from mle_ui.figures.logistic import dots, label
from mle_ui.figures.product import coloured, line

Array = npt.NDArray[np.float64]
Line = tuple[Array, Array]


def simplex_figure(
    marks: Mapping[str, Line], levels: Sequence[float], *, corner: float, classes: Sequence[str], height: int = 400
) -> go.Figure:  # fmt: skip
    """Contours of cross-entropy against the label, the prediction, the way of the temperature, and the slope."""
    figure = go.Figure()
    for k in reversed(range(len(levels))):
        line(
            figure, f"level-{k}", marks[f"level-{k}"], style.fade(style.MODEL, 0.55), 1.2, fill="toself",
            fillcolor=style.fade(style.MODEL, 0.08),
        )  # fmt: skip
    line(figure, "edge", (np.array([0, 1, 0.5, 0]), np.array([0, 0, corner, 0])), style.NEUTRAL, 1.5)
    # Under the corners and above the top: beside them a narrow chart would cut the words.
    for x, y, text, where in zip(
        (0.0, 1.0, 0.5), (-0.03, -0.03, corner), classes, ("bottom center", "bottom center", "top center"), strict=True
    ):
        label(figure, x, y, f"class {text}", style.NEUTRAL, where)
    figure.add_scatter(
        x=marks["names"][0], y=marks["names"][1], text=[f"{level:g}" for level in levels], mode="text", hoverinfo="skip", meta="names",
        textfont={"size": style.FONT - 3, "color": style.MODEL}, textposition="top center",
    )  # fmt: skip
    line(figure, "heat", marks["heat"], style.NEUTRAL, 1.5, dash="3px,4px")
    line(figure, "arrow", marks["arrow"], style.DATA, 2.5)
    dots(
        figure, "label", marks["label"],
        {"symbol": "diamond", "size": 13, "color": style.TRUTH, "line": {"width": 1.5, "color": style.HALO}}, cliponaxis=False,
    )  # fmt: skip
    dots(
        figure, "mine", marks["mine"], {"symbol": "circle", "size": 15, "color": style.MODEL, "line": {"width": 2, "color": style.HALO}},
        cliponaxis=False,
    )  # fmt: skip
    title = f"Drag {coloured('p', style.MODEL)} to {coloured('the label y', style.TRUTH)}; {coloured('arrow: −(p − y)', style.DATA)}"
    blank = {"showgrid": False, "showticklabels": False}
    shown = style.style(
        figure, title=title, height=height, x=style.axis("contours: cross-entropy, nats", -0.14, 1.14) | blank,
        y=style.axis("share of class 3 ↑", -0.1, 0.98) | blank,
    )  # fmt: skip
    # A triangle of three equal sides.
    shown.update_layout(
        xaxis={"constrain": "domain"}, yaxis={"scaleanchor": "x", "scaleratio": 1, "constrain": "domain"}
    )
    return shown


def bars_figure(
    marks: Mapping[str, Line], looks: Mapping[str, tuple[str, float]], classes: Sequence[str], *, title: str, axis: str,
    span: tuple[float, float], dragged: str | None = None, height: int = 400,
) -> go.Figure:  # fmt: skip
    """Numbers of each class side by side; `looks` says of each mark its colour and width."""
    figure = go.Figure(layout={"barmode": "overlay"})
    figure.add_hline(y=0, line={"color": style.NEUTRAL, "width": 1})
    for mark, (colour, width) in looks.items():
        figure.add_bar(
            x=marks[mark][0], y=marks[mark][1], width=width, meta=mark, marker={"color": colour, "line": {"width": 0}},
            hovertemplate="%{y:.4g}<extra></extra>",
        )  # fmt: skip
    if dragged:
        dots(
            figure, dragged, marks[dragged],
            {"symbol": "circle", "size": 13, "color": style.POINT, "line": {"width": 2, "color": style.HALO}}, cliponaxis=False,
        )  # fmt: skip
    x = style.axis("class", -0.6, 2.6) | {"tickvals": [0, 1, 2], "ticktext": list(classes), "showgrid": False}
    return style.style(figure, title=title, height=height, x=x, y=style.axis(axis, *span))
