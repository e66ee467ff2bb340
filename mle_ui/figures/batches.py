"""The noise of mini-batches: a cloud of gradients, and its width against the size of the batch."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from mle_ui.figures import style

Array = npt.NDArray[np.float64]


def cloud_figure(
    cloud: Array, ellipse: Array, *, titles: tuple[str, str], reach: tuple[float, float], title: str, height: int = 330
) -> go.Figure:
    """Gradients of mini-batches at the maximum, whose mean is zero, and the ellipse in which theory puts 95 % of them."""
    figure = go.Figure()
    figure.add_scatter(
        x=cloud[:, 0], y=cloud[:, 1], mode="markers", meta="batches", hovertemplate="%{x:.3g}, %{y:.3g}<extra>one mini-batch</extra>",
        marker={"size": 5, "color": style.fade(style.DATA, 0.55)},
    )  # fmt: skip
    figure.add_scatter(
        x=ellipse[:, 0], y=ellipse[:, 1], mode="lines", meta="ellipse", hoverinfo="skip",
        line={"color": style.MODEL, "width": 2, "simplify": False},
    )  # fmt: skip
    figure.add_scatter(
        x=[0], y=[0], mode="markers", hovertemplate="the whole sample: 0, 0<extra></extra>",
        marker={"symbol": "x", "size": 10, "color": style.POINT, "line": {"width": 1.5, "color": style.HALO}},
    )  # fmt: skip
    return style.style(
        figure, title=title, height=height,
        x=style.axis(titles[0], -reach[0], reach[0]), y=style.axis(titles[1], -reach[1], reach[1]),
    )  # fmt: skip


def law_figure(
    sizes: Array,
    measured: dict[bool, Array],
    theory: dict[bool, Array],
    now: tuple[float, float],
    *,
    least: float,
    axis: str,
    title: str,
    height: int = 330,
) -> go.Figure:
    """Standard deviation of a batch's gradient: points measured, lines by theory; key True is with replacement."""
    figure = go.Figure()
    names = {True: "with", False: "without replacement"}
    for replace, symbol, dash in ((True, "circle-open", "6px,4px"), (False, "circle", "solid")):
        line = np.maximum(theory[replace], least / 3)
        figure.add_scatter(
            x=sizes, y=line, mode="lines", hoverinfo="skip",
            line={"color": style.MODEL, "width": 2, "dash": dash, "simplify": False},
        )  # fmt: skip
        seen = measured[replace] >= least
        figure.add_scatter(
            x=sizes[seen], y=measured[replace][seen], mode="markers",
            hovertemplate=f"b = %{{x:g}}: %{{y:.4g}}<extra>{names[replace]}</extra>",
            marker={"symbol": symbol, "size": 9, "color": style.DATA, "line": {"width": 2, "color": style.DATA}},
        )  # fmt: skip
    figure.add_scatter(
        x=[now[0]], y=[now[1]], mode="markers", meta="now", hoverinfo="skip", cliponaxis=False,
        marker={"symbol": "circle-open", "size": 19, "color": style.POINT, "line": {"width": 3, "color": style.POINT}},
    )  # fmt: skip
    high = float(theory[True][0]) * 1.6
    # Above the one line towards its end, under the other where it bends.
    places = max(len(sizes) - 3, 0), max(len(sizes) - 2, 0)
    for replace, place, raised, side in ((True, places[0], 1.2, "top right"), (False, places[1], 0.75, "bottom left")):
        figure.add_scatter(
            x=[sizes[place]], y=[theory[replace][place] * raised], text=[names[replace]], mode="text", hoverinfo="skip",
            textposition=side, textfont={"color": style.MODEL, "size": style.FONT - 1},
        )  # fmt: skip
    return style.style(
        figure, title=title, height=height,
        x=style.axis("batch size b", 0.8, float(sizes[-1]) * 1.3, logarithmic=True),
        y=style.axis(axis, least, high, logarithmic=True),
    )  # fmt: skip
