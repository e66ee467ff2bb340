"""Training of a network from many starts: accuracy over the epochs, the starts side by side, and what was learnt."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from mle_ui.figures import style
from mle_ui.figures.logit_losses import LOOKS, named

Array = npt.NDArray[np.float64]


def accuracy_figure(
    lines: Mapping[str, tuple[Array, Array, Array]], points: Mapping[str, tuple[float, float]], *, good: float, height: int = 330
) -> go.Figure:  # fmt: skip
    """Median accuracy over the epochs, in a band that holds the middle half of the starts."""
    figure = go.Figure()
    figure.add_hline(y=good, line={"color": style.NEUTRAL, "width": 1, "dash": "dash"})
    for key, (low, middle, high) in lines.items():
        colour, epochs = LOOKS[key].colour, np.arange(middle.size)
        figure.add_scatter(
            x=np.concatenate([epochs, epochs[::-1]]), y=np.concatenate([low, high[::-1]]), mode="lines", line={"width": 0},
            fill="toself", fillcolor=style.fade(colour, 0.18), hoverinfo="skip",
        )  # fmt: skip
        figure.add_scatter(
            x=epochs, y=middle, mode="lines", line={"color": colour, "width": 2.6},
            hovertemplate=f"{LOOKS[key].word}, epoch %{{x}}: %{{y:.1%}}<extra></extra>",
        )  # fmt: skip
    for key, (x, y) in points.items():
        figure.add_scatter(
            x=[x], y=[y], mode="markers", meta=f"{key}-now", hoverinfo="skip", cliponaxis=False,
            marker={"symbol": "diamond", "size": 12, "color": LOOKS[key].colour, "line": {"width": 1.5, "color": style.HALO}},
        )  # fmt: skip
    longest = next(iter(lines.values()))[1].size - 1
    axis = style.axis("share of right answers", 0.45, 1.01) | {"tickformat": ".0%"}
    return style.style(
        figure, title=f"Accuracy, middle half: {named(list(lines))}", height=height,
        x=style.axis("epoch", 0, longest), y=axis,
    )  # fmt: skip


def starts_figure(mse: Array, bce: Array, *, height: int = 330) -> go.Figure:
    """Every start is a point: its accuracy under one loss against that under the other."""
    figure = go.Figure()
    figure.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", line={"color": style.NEUTRAL, "width": 1, "dash": "dash"}, hoverinfo="skip"
    )
    figure.add_scatter(
        x=mse, y=bce, mode="markers", meta="pairs", cliponaxis=False, hovertemplate="MSE %{x:.1%}, BCE %{y:.1%}<extra></extra>",
        marker={"size": 11, "color": style.fade(style.POINT, 0.6), "line": {"width": 1.5, "color": style.HALO}},
    )  # fmt: skip
    axes = [
        style.axis(words, 0.38, 1.02) | {"tickformat": ".0%"} for words in ("accuracy under MSE", "accuracy under BCE")
    ]
    title = f"One point a start: above the line {named(['bce'])} is ahead"
    return style.style(figure, title=title, height=height, x=axes[0], y=axes[1])


def learnt_figure(
    x: Array, y: Array, grid: Array, fields: Mapping[str, Array], *, title: str, height: int = 300
) -> go.Figure:  # fmt: skip
    """The points, and where the probability that was learnt crosses one half."""
    figure = go.Figure()
    for key, field in fields.items():
        figure.add_contour(
            x=grid, y=grid, z=field, showscale=False, hoverinfo="skip", contours={"start": 0.5, "end": 0.5, "size": 1, "coloring": "none"},
            line={"width": 3, "color": LOOKS[key].colour},
        )  # fmt: skip
    for label, symbol in ((0.0, "circle-open"), (1.0, "circle")):
        rows = y == label
        figure.add_scatter(
            x=x[rows, 0], y=x[rows, 1], mode="markers", hovertemplate=f"label {label:g}<extra></extra>",
            marker={"symbol": symbol, "size": 8, "color": style.NEUTRAL, "line": {"width": 1.5, "color": style.NEUTRAL}},
        )  # fmt: skip
    ends = float(grid[0]), float(grid[-1])
    return style.style(figure, title=title, height=height, x=style.axis("x₁", *ends), y=style.axis("x₂", *ends))


def left_figure(lines: Mapping[str, Array], *, height: int = 300) -> go.Figure:
    """Median loss over the epochs, as a share of what it was at the start."""
    figure = go.Figure()
    for key, y in lines.items():
        figure.add_scatter(
            x=np.arange(y.size), y=np.log10(np.maximum(y, 1e-6)), mode="lines", customdata=y,
            line={"color": LOOKS[key].colour, "width": 2.6},
            hovertemplate=f"{LOOKS[key].word}, epoch %{{x}}: %{{customdata:.3g}}<extra></extra>",
        )  # fmt: skip
    longest = next(iter(lines.values())).size - 1
    low = min(-1.0, float(np.floor(min(np.log10(np.maximum(np.nanmin(y), 1e-6)) for y in lines.values()))))
    ticks = list(range(int(low), 1))
    y_axis = style.axis("share of the start’s loss", low, 0.2) | {
        "tickvals": ticks,
        "ticktext": [f"{10.0**k:g}" for k in ticks],
    }
    title = f"Median loss left: {named(list(lines))}"
    return style.roomy(style.style(figure, title=title, height=height, x=style.axis("epoch", 0, longest), y=y_axis))
