"""The log-likelihood over two parameters: as contours, or as a relief."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from mle_ui.figures import style

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class SurfaceData:
    """What is drawn: `depth` (len(second), len(first)) counts levels below the maximum, `drop` is in nats; ∞ leaves a hole."""

    names: tuple[str, str]
    titles: tuple[str, str]
    logarithmic: tuple[bool, bool]
    first: Array
    second: Array
    depth: Array
    drop: Array
    bands: int
    labels: tuple[tuple[float, str], ...]
    ridge: tuple[Array, Array]
    best: tuple[float, float]
    point: tuple[float, float]
    point_drop: float
    title: str
    truth: tuple[float, float] | None = None
    places: tuple[Array, Array] | None = None  # of the labels, where they move: to the right and to the left in turn


def contour_figure(data: SurfaceData, height: int = 385) -> go.Figure:
    """Contours of Δℓ, labelled by their likelihood-ratio level; the ridge, the maximum and the reader's point."""
    figure = go.Figure()
    (low_a, high_a), (low_b, high_b) = data.first[[0, -1]], data.second[[0, -1]]
    figure.add_contour(
        x=data.first, y=data.second, meta="field", showscale=False,
        z=np.where(np.isfinite(data.drop), -data.depth, np.nan).astype(np.float32),
        contours={"start": 1 - data.bands, "end": -1, "size": 1, "coloring": "fill"}, zmin=-data.bands, zmax=0,
        colorscale=style.layers(data.bands), line={"width": 0.8, "color": "rgba(255,255,255,0.45)", "smoothing": 0.6},
        customdata=(-np.minimum(data.drop, 1e30)).astype(np.float32),
        hovertemplate="%{x:.5g}, %{y:.5g}<br>Δℓ = %{customdata:.3f} nats<extra></extra>",
    )  # fmt: skip
    inside = (data.ridge[1] >= low_b) & (data.ridge[1] <= high_b) & np.isfinite(data.ridge[1])
    figure.add_scatter(
        x=data.ridge[0][inside], y=data.ridge[1][inside], mode="lines", meta="ridge", hoverinfo="skip",
        line={"color": style.HALO, "width": 1.6, "dash": "dot", "simplify": False},
    )  # fmt: skip
    places = _places(data) if data.places is None else _sided(data.labels, data.places)
    figure.add_scatter(
        x=[p[0] for p in places], y=[p[1] for p in places], text=[p[2] for p in places], mode="text",
        textposition=[p[3] for p in places], textfont={"size": style.FONT - 2, "color": style.HALO}, hoverinfo="skip", meta="levels",
    )  # fmt: skip
    if data.truth is not None:
        figure.add_scatter(
            x=[data.truth[0]], y=[data.truth[1]], mode="markers", meta="truth", hovertemplate="truth: %{x:.6g}, %{y:.6g}<extra></extra>",
            marker={"symbol": "diamond", "size": 11, "color": style.TRUTH, "line": {"width": 1.5, "color": style.HALO}},
        )  # fmt: skip
    figure.add_scatter(
        x=[data.best[0]], y=[data.best[1]], mode="markers", meta="best", hovertemplate="maximum: %{x:.6g}, %{y:.6g}<extra></extra>",
        marker={"symbol": "x", "size": 10, "color": style.POINT, "line": {"width": 1.5, "color": style.HALO}},
    )  # fmt: skip
    figure.add_scatter(
        x=[data.point[0]], y=[data.point[1]], mode="markers", meta="theta", hoverinfo="skip", cliponaxis=False,
        marker={"symbol": "circle", "size": 14, "color": style.POINT, "line": {"width": 2, "color": style.HALO}},
    )  # fmt: skip
    return style.style(
        figure,
        title=data.title,
        height=height,
        x=style.axis(data.titles[0], low_a, high_a, logarithmic=data.logarithmic[0]),
        y=style.axis(data.titles[1], low_b, high_b, logarithmic=data.logarithmic[1]),
    )


def _places(data: SurfaceData) -> list[tuple[float, float, str, str]]:
    """A place for each level's label: just outside the level, to the right and to the left of the maximum in turn."""
    column = int(np.argmin(np.abs(data.first - data.best[0])))
    row = int(np.argmin(np.abs(data.second - data.best[1])))
    cells = np.arange(data.first.size)
    out: list[tuple[float, float, str, str]] = []
    for turn, (level, text) in enumerate(data.labels):
        side = 1 if turn % 2 == 0 else -1
        outwards = data.depth[row, column:] if side > 0 else data.depth[row, column::-1]
        beyond = np.flatnonzero(outwards >= level)
        if beyond.size and beyond[0] > 0:
            i = int(beyond[0])
            w = (level - outwards[i - 1]) / (outwards[i] - outwards[i - 1])
            x = float(np.interp(column + side * (i - 1 + w), cells, data.first))
            out.append((x, float(data.second[row]), text, "top right" if side > 0 else "top left"))
    return out


def _sided(labels: tuple[tuple[float, str], ...], places: tuple[Array, Array]) -> list[tuple[float, float, str, str]]:
    return [
        (float(x), float(y), text, "top left" if turn % 2 else "top right")
        for turn, ((_, text), x, y) in enumerate(zip(labels, *places, strict=True))
    ]


def relief_figure(data: SurfaceData, height: int = 385) -> go.Figure:
    """The same surface in three dimensions, cut off where it gets deep; the point stands on it."""
    floor = 15.0
    figure = go.Figure()
    z = np.where(np.isfinite(data.drop), np.maximum(-data.drop, -floor), np.nan)
    figure.add_surface(
        x=data.first, y=data.second, z=z, surfacecolor=np.minimum(data.depth, data.bands), cmin=0, cmax=data.bands,
        colorscale=[(s, style.css((*c[:3], 255))) for s, c in _relief_colours(data.bands)], showscale=False,
        contours={"z": {"show": True, "start": 3 - floor, "end": 0, "size": 3, "color": "rgba(255,255,255,0.5)", "width": 1}},
        hovertemplate="%{x:.5g}, %{y:.5g}<br>Δℓ = %{z:.3f} nats<extra></extra>",
    )  # fmt: skip
    figure.add_scatter3d(
        x=[data.best[0], data.point[0]], y=[data.best[1], data.point[1]], z=[0.15, max(-data.point_drop, -floor) + 0.15], mode="markers",
        marker={"size": [5, 9], "symbol": ["x", "circle"], "color": style.POINT}, hoverinfo="skip",
    )  # fmt: skip
    style.style(figure, title=data.title, height=height, x={}, y={})
    plain = {
        "gridcolor": style.GRID,
        "backgroundcolor": "rgba(0,0,0,0)",
        "showline": False,
        "zeroline": False,
        "showspikes": False,
        "nticks": 4,
        "tickfont": {"size": style.FONT - 3},
    }

    def titled(text: str, logarithmic: bool = False) -> dict[str, object]:
        kind = "log" if logarithmic else "linear"
        return {**plain, "type": kind, "title": {"text": text, "font": {"size": style.FONT - 2}}}

    figure.update_layout(
        scene={
            "xaxis": titled(data.titles[0], data.logarithmic[0]),
            "yaxis": titled(data.titles[1], data.logarithmic[1]),
            "zaxis": {**titled("Δℓ (nats)"), "range": [-floor - 0.4, 0.6]},
            "camera": {"eye": {"x": -1.45, "y": -1.6, "z": 1.05}, "center": {"x": 0, "y": 0, "z": -0.12}},
            "aspectmode": "manual",
            "aspectratio": {"x": 1.25, "y": 1.25, "z": 0.8},
        },
        margin={"l": 0, "r": 0, "t": 34, "b": 0},
    )
    return figure


def _relief_colours(count: int) -> list[tuple[float, style.Colour]]:
    """Opaque: from the model's blue at the top to a pale grey blue below."""
    top, bottom = np.array([0, 90, 150]), np.array([205, 220, 232])
    out = []
    for i in range(11):
        r, g, b = (int(v) for v in top + (bottom - top) * i / 10)
        out.append((i / 10, (r, g, b, 255)))
    return out
