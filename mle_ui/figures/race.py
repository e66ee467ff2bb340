"""Racers on a surface, and their gaps to its top: contours, relief, and the gap against what it cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from mle_ui.figures import style
from mle_ui.figures.racers import LOOKS

Array = npt.NDArray[np.float64]

#: Ground of the picture: the racers bring the colour.
_GROUND = (127, 138, 150)


@dataclass(frozen=True)
class Ground:
    """The surface: `depth` (len(second), len(first)) counts levels below the maximum, `drop` is in nats."""

    titles: tuple[str, str]
    logarithmic: tuple[bool, bool]
    first: Array
    second: Array
    depth: Array
    drop: Array
    bands: int
    best: tuple[float, float]
    start: tuple[float, float]


def contour_figure(
    ground: Ground, paths: Mapping[str, tuple[Array, Array]], title: str, height: int = 400
) -> go.Figure:
    """Contours of Δℓ under the racers' paths; each path ends where its racer is."""
    figure = go.Figure()
    count = ground.bands
    colours = [(i / max(count - 1, 1), f"rgba({_GROUND[0]}, {_GROUND[1]}, {_GROUND[2]}, 0.055)") for i in range(count)]
    colours[0] = (0.0, "rgba(127, 138, 150, 0)")
    figure.add_contour(
        x=ground.first, y=ground.second, z=(-ground.depth).astype(np.float32), meta="field", showscale=False,
        contours={"start": 1 - count, "end": -1, "size": 1, "coloring": "fill"}, zmin=-count, zmax=0, colorscale=colours,
        line={"width": 1, "color": style.fade(style.NEUTRAL, 0.55), "smoothing": 0.6}, customdata=(-ground.drop).astype(np.float32),
        hovertemplate="%{x:.5g}, %{y:.5g}<br>Δℓ = %{customdata:.3f} nats<extra></extra>",
    )  # fmt: skip
    figure.add_scatter(
        x=[ground.best[0]], y=[ground.best[1]], mode="markers", meta="best", hovertemplate="maximum: %{x:.6g}, %{y:.6g}<extra></extra>",
        marker={"symbol": "x", "size": 11, "color": style.POINT, "line": {"width": 1.5, "color": style.HALO}},
    )  # fmt: skip
    for key, (x, y) in paths.items():
        look = LOOKS[key]
        figure.add_scatter(
            x=x, y=y, mode="lines", meta=f"path-{key}", hoverinfo="skip",
            line={"color": look.colour, "width": 2.2, "dash": look.dash, "simplify": False},
        )  # fmt: skip
        figure.add_scatter(
            x=x, y=y, mode="markers", meta=f"dots-{key}", hovertemplate=f"{look.short}: %{{x:.5g}}, %{{y:.5g}}<extra></extra>",
            marker={"symbol": "circle", "size": 4.5, "color": look.colour, "line": {"width": 0}},
        )  # fmt: skip
    for key, (x, y) in paths.items():
        figure.add_scatter(
            x=x[-1:], y=y[-1:], mode="markers", meta=f"now-{key}", hoverinfo="skip", cliponaxis=False,
            marker={"symbol": LOOKS[key].symbol, "size": 13, "color": LOOKS[key].colour, "line": {"width": 1.5, "color": style.HALO}},
        )  # fmt: skip
    figure.add_scatter(
        x=[ground.start[0]], y=[ground.start[1]], mode="markers", meta="start", hoverinfo="skip", cliponaxis=False,
        marker={"symbol": "circle", "size": 15, "color": style.POINT, "line": {"width": 2, "color": style.HALO}},
    )  # fmt: skip
    across, up = (
        _spread(style.axis(words, *grid[[0, -1]], logarithmic=logarithmic), *grid[[0, -1]])
        for words, grid, logarithmic in zip(
            ground.titles, (ground.first, ground.second), ground.logarithmic, strict=True
        )
    )
    return style.style(figure, title=title, height=height, x=across, y=up)


def _spread(axis: dict[str, object], low: float, high: float) -> dict[str, object]:
    """Even ticks on a logarithmic axis over less than an order of magnitude or so, where 1, 2 and 5 are too few."""
    if axis.get("type") == "log" and high < 15 * low:
        power = 10.0 ** np.floor(np.log10((high - low) / 4))
        step = max(m * power for m in (1, 2, 5) if m * power <= (high - low) / 4)
        ticks = np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step
        axis |= {"tickvals": ticks.tolist(), "ticktext": [f"{tick:.6g}" for tick in ticks]}
    return axis


def gap_figure(
    curves: Mapping[str, tuple[Array, Array]],
    nows: Mapping[str, tuple[float, float]],
    labels: Mapping[str, tuple[float, float, str]],
    *,
    title: str,
    axis: str,
    costs: tuple[float, float],
    logarithmic: bool,
    least: float,
    highest: float,
    height: int = 400,
) -> go.Figure:
    """Nats below the maximum; at the right each racer's name with a sign for how it ended.

    Heights are powers of ten on an even axis, which says the numbers themselves.
    """
    figure = go.Figure()
    for key, (x, y) in curves.items():
        figure.add_scatter(
            x=x, y=y, mode="lines", meta=f"gap-{key}", customdata=10**y,
            hovertemplate=f"{LOOKS[key].short}, %{{x:.4g}}: %{{customdata:.4g}} nats<extra></extra>",
            line={"color": LOOKS[key].colour, "width": 2.2, "dash": LOOKS[key].dash, "simplify": False},
        )  # fmt: skip
    for key, (cost, gap) in nows.items():
        figure.add_scatter(
            x=[cost], y=[gap], mode="markers", meta=f"now-{key}", hoverinfo="skip", cliponaxis=False,
            marker={"symbol": LOOKS[key].symbol, "size": 12, "color": LOOKS[key].colour, "line": {"width": 1.5, "color": style.HALO}},
        )  # fmt: skip
    for key, (cost, gap, text) in labels.items():
        figure.add_scatter(
            x=[cost], y=[gap], text=[text], mode="text", meta=f"end-{key}", hoverinfo="skip", textposition="middle right",
            textfont={"color": LOOKS[key].colour, "size": style.FONT - 1}, cliponaxis=False,
        )  # fmt: skip
    low, high = costs
    # Room at the right for the names; ticks stop where the race does.
    across = style.axis(
        axis,
        low if logarithmic else low - 0.02 * high,
        high * (high / low) ** 0.42 if logarithmic else high * 1.42,
        logarithmic=logarithmic,
    )
    ticks = (
        [10.0**k for k in range(-2, 5) if low <= 10.0**k <= high] if logarithmic else [high * i / 4 for i in range(5)]
    )
    across |= {"tickvals": ticks, "ticktext": [f"{tick:g}" for tick in ticks]}
    powers = range(round(np.log10(least)), round(np.log10(highest)) + 1)
    up = style.axis("ℓ(θ̂) − ℓ(θ), nats, summed", powers[0] - 0.3, powers[-1] + 0.2)
    up["tickvals"] = list(powers[::2])
    up["ticktext"] = [("≤ " if k == powers[0] else "") + _power(k) for k in powers[::2]]
    return style.style(figure, title=title, height=height, x=across, y=up)


def _power(k: int) -> str:
    return f"{10.0**k:g}" if -3 <= k <= 4 else f"10<sup>{k}</sup>".replace("-", "−")


def relief_figure(
    ground: Ground, paths: Mapping[str, tuple[Array, Array, Array]], title: str, floor: float, height: int = 420
) -> go.Figure:
    """The surface in three dimensions, cut off `floor` nats below the top, with the paths on it (z in nats, ≤ 0)."""
    figure = go.Figure()
    z = np.maximum(-ground.drop, -floor)
    figure.add_surface(
        x=ground.first, y=ground.second, z=z, showscale=False, opacity=0.92, cmin=-floor, cmax=0,
        colorscale=[(0, "rgb(222,227,232)"), (1, "rgb(150,160,172)")],
        contours={"z": {"show": True, "start": -floor, "end": 0, "size": floor / 8, "color": "rgba(255,255,255,0.7)", "width": 1}},
        hovertemplate="%{x:.5g}, %{y:.5g}<br>Δℓ = %{z:.3f} nats<extra></extra>",
    )  # fmt: skip
    lift = 0.012 * floor
    low, high = [ground.first[0], ground.second[0]], [ground.first[-1], ground.second[-1]]
    for key, (x, y, drop) in paths.items():
        outside = (x < low[0]) | (x > high[0]) | (y < low[1]) | (y > high[1])
        heights = np.where(outside, np.nan, np.maximum(-drop, -floor) + lift)
        look = LOOKS[key]
        figure.add_scatter3d(
            x=x, y=y, z=heights, mode="lines+markers", hoverinfo="skip", line={"color": look.colour, "width": 5},
            marker={"size": [3.0] * (len(x) - 1) + [7.0], "color": look.colour, "symbol": "circle"},
        )  # fmt: skip
    figure.add_scatter3d(
        x=[ground.best[0]], y=[ground.best[1]], z=[lift], mode="markers", hoverinfo="skip",
        marker={"size": 5, "symbol": "x", "color": style.POINT}
    )  # fmt: skip
    style.style(figure, title=title, height=height, x={}, y={})
    plain = {
        "gridcolor": style.GRID, "backgroundcolor": "rgba(0,0,0,0)", "showline": False, "zeroline": False, "showspikes": False,
        "nticks": 4, "tickfont": {"size": style.FONT - 3},
    }  # fmt: skip

    def titled(text: str, logarithmic: bool = False) -> dict[str, object]:
        kind = "log" if logarithmic else "linear"
        return {**plain, "type": kind, "title": {"text": text, "font": {"size": style.FONT - 2}}}

    figure.update_layout(
        scene={
            "xaxis": titled(ground.titles[0], ground.logarithmic[0]),
            "yaxis": titled(ground.titles[1], ground.logarithmic[1]),
            "zaxis": {**titled("Δℓ (nats)"), "range": [-floor * 1.02, floor * 0.06]},
            # So far away that the axes' words fit a phone.
            "camera": {"eye": {"x": -1.75, "y": -1.93, "z": 1.27}, "center": {"x": 0, "y": 0, "z": -0.12}},
            "aspectmode": "manual",
            "aspectratio": {"x": 1.5, "y": 1.25, "z": 0.75},
        },
        margin={"l": 0, "r": 0, "t": 34, "b": 0},
    )
    return figure
