"""Data and the model's density, or its probabilities, on one axis."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from mle_ui.figures import style

Array = npt.NDArray[np.float64]


def histogram(x: Array, window: tuple[float, float]) -> tuple[Array, Array]:
    """Edges and heights (per unit of x) of a histogram, between 8 and 40 bins by Freedman and Diaconis' rule."""
    if np.ptp(x) == 0:
        width = (window[1] - window[0]) / 12
        return np.array([x[0] - width / 2, x[0] + width / 2]), np.array([1 / width])
    edges = np.histogram_bin_edges(x, "fd")
    bins = int(np.clip(edges.size - 1, 8, 40))
    heights, edges = np.histogram(x, bins=bins, density=True)
    return edges, heights


def frequencies(x: Array) -> tuple[Array, Array]:
    """Values and relative frequencies of counts."""
    values, counts = np.unique(x, return_counts=True)
    return values, counts / x.size


def top_height(heights: Array, discrete: bool, peak: float) -> float:
    """Upper end of the chart's axis: room for the data's bars and for the model at its best."""
    highest = float(heights.max())
    return 1.2 * max(highest, peak) if discrete else 1.3 * max(highest * 0.85, peak)


def rug_height(top: float) -> float:
    """Where the observations stand, below the axis."""
    return -0.07 * 0.55 * top


def density_figure(
    x: Array,
    *,
    quantity: str,
    window: tuple[float, float],
    discrete: bool,
    model: tuple[Array, Array] | None,
    peak: float,
    name: str,
    bins: tuple[Array, Array] | None = None,
    height: int = 385,
    points: bool = False,
    moving: bool = False,
) -> go.Figure:
    """Histogram with rug (bars for counts) and the model.

    `model` holds x and y of the density curve, or the bars' centres and probabilities; None where there is no model
    to draw. With `points` each observation can be grasped. `bins` are the data's bars where they are known already: edges (values
    for counts) and heights.
    `peak` is the model's height at the maximum: it sets the axis, which then stays.
    """
    figure = go.Figure()
    shade = style.fade(style.DATA, 0.32)
    places, heights = bins or (frequencies(x) if discrete else histogram(x, window))
    top = top_height(heights, discrete, peak)
    if discrete:
        values, shares = places, heights
        place, width = (values - 0.2, 0.38) if model else (values, 0.76)
        figure.add_bar(
            x=place, y=shares, width=width, marker={"color": style.fade(style.DATA, 0.7), "line": {"width": 0}},
            hovertemplate="%{customdata:.0f}: %{y:.3f} of the data<extra></extra>", customdata=values,
        )  # fmt: skip
        bottom, unit = 0.0, "probability"
    else:
        edges = places
        figure.add_bar(
            x=(edges[1:] + edges[:-1]) / 2, y=heights, width=np.diff(edges), meta="data" if points or moving else None,
            marker={"color": shade, "line": {"width": 0.5, "color": style.fade(style.DATA, 0.5)}},
            hovertemplate="%{x:.5g}: %{y:.3g}<extra>data</extra>",
        )  # fmt: skip
        bottom, unit = -0.07 * top, "density"
        if not moving:
            figure.add_scatter(
            x=x, y=np.full(x.size, rug_height(top)), mode="markers", meta="rug" if points else None,
            hovertemplate="%{x}<extra>data</extra>",
            marker={"symbol": "circle", "size": 11, "color": style.DATA, "line": {"width": 1, "color": style.HALO}} if points
            else {"symbol": "line-ns-open", "size": 8, "color": style.fade(style.DATA, 0.75), "line": {"width": 1}},
        )  # fmt: skip
    if model is not None and discrete:
        figure.add_bar(
            x=model[0], y=model[1], width=0.38, meta="model", marker={"color": style.MODEL, "line": {"width": 0}},
            hovertemplate="model: %{y:.4f}<extra></extra>",
        )  # fmt: skip
    elif model is not None:
        figure.add_scatter(
            x=model[0], y=model[1], mode="lines", meta="model", line={"color": style.MODEL, "width": 2.5, "simplify": False},
            hovertemplate="p(%{x:.5g}; θ) = %{y:.4g}<extra></extra>",
        )  # fmt: skip
    title = f'<span style="color:{style.DATA}">Data</span>'
    if model is not None:
        title += (
            f' and the <span style="color:{style.MODEL}">{name} {"probabilities" if discrete else "density"}</span>'
        )
    return style.style(
        figure,
        title=title,
        height=height,
        x=style.axis(quantity, *window),
        y=style.axis(unit, bottom, top),
    )
