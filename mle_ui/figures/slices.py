"""p(x; θ) as a map, and its two slices beside it: a row is a density, a column a likelihood.

The map and the density share their x axis, the map and the likelihood their θ axis: margins are fixed, so that they line up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from mle_ui.figures import style
from mle_ui.figures.product import BEST, POINT, Line, coloured

Array = npt.NDArray[np.float64]

#: Opacity of the map's darkest shade; width of a probability's bar.
DARKEST, BAR = 0.92, 0.8
DENSITY_HEIGHT, MAP_HEIGHT, OTHER_HEIGHT = 190, 370, 250
_FRAME = {"l": 58, "r": 10, "t": 30, "b": 38}
_QUIET = 0.5  # how much is left of the colour of the slice that is not looked at


@dataclass(frozen=True)
class Names:
    """What stands in titles and on axes."""

    symbol: str
    theta: str
    other: str


def _area(figure: go.Figure, mark: str, at: Line, colour: str, strength: float, *, upright: bool = False) -> None:
    """A shaded area with its outline; the layer wants a second trace for what lies below zero, and there is nothing."""
    figure.add_scatter(
        x=at[0], y=at[1], mode="lines", fill="tozerox" if upright else "tozeroy", meta=f"{mark}+", hoverinfo="skip",
        line={"color": style.fade(colour, strength), "width": 2.5, "simplify": False}, fillcolor=style.fade(colour, 0.28 * strength),
    )  # fmt: skip
    figure.add_scatter(x=at[0][:1], y=at[1][:1] * 0, mode="none", meta=f"{mark}-", hoverinfo="skip")


def _word(
    figure: go.Figure, mark: str, x: Sequence[float], y: Sequence[float], text: Sequence[str], position: str, colour: str, size: int = 0
) -> None:  # fmt: skip
    figure.add_scatter(
        x=x, y=y, text=text, mode="text", textposition=position, meta=mark, hoverinfo="skip",
        textfont={"size": style.FONT + size, "color": colour},
    )  # fmt: skip


def map_figure(
    field: tuple[Array, Array, Array, Array], cuts: Mapping[str, float], own: float, cross: Line, *,
    discrete: bool, window: tuple[float, float], span: tuple[float, float], names: Names, points: Sequence[str], data_fixed: bool,
) -> go.Figure:  # fmt: skip
    """The map with its cuts: `field` holds x, θ, the shades and p itself; `cuts` the observations by name, `own` where θ stands."""
    figure = go.Figure()
    x, theta, shades, p = field
    figure.add_heatmap(
        x=x, y=theta, z=shades.astype(np.float32), customdata=p.astype(np.float32), meta="field", zmin=0, zmax=1, showscale=False,
        zsmooth=False if discrete else "best", colorscale=[(0, style.fade(style.MODEL, 0)), (1, style.fade(style.MODEL, DARKEST))],
        hovertemplate=f"p(%{{x:.4g}}; {names.symbol} = %{{y:.4g}}) = %{{customdata:.4g}}<extra></extra>",
    )  # fmt: skip
    across, upwards = (2.0, 3.5) if data_fixed else (3.5, 2.0)
    for key, at in cuts.items():
        figure.add_scatter(
            x=[at, at], y=span, mode="lines", meta=key, hoverinfo="skip", line={"color": style.DATA, "width": upwards, "simplify": False}
        )  # fmt: skip
    figure.add_scatter(
        x=window, y=[own, own], mode="lines", meta="theta", hoverinfo="skip",
        line={"color": style.MODEL, "width": across, "simplify": False},
    )  # fmt: skip
    figure.add_scatter(
        x=cross[0], y=cross[1], mode="markers", meta="cross", cliponaxis=False, marker=POINT,
        hovertemplate="the cuts meet at x = %{x:.4g}<extra></extra>",
    )  # fmt: skip
    high = window[1] - 0.01 * (window[1] - window[0])
    _word(figure, "name-theta", [high], [own], [f"{names.symbol} fixed"], "top left", style.MODEL, -1)
    _word(
        figure, "name-x", list(cross[0]), [span[1] - 0.03 * (span[1] - span[0])] * len(points),
        [f" {point}" for point in points], "bottom right", style.DATA, -1,
    )  # fmt: skip
    return style.style(
        figure, title=f"One function p(x; {names.symbol}): bluer is larger", height=MAP_HEIGHT,
        x=style.axis("x", *window), y=style.axis(names.theta, *span), fixed=_FRAME,
    )  # fmt: skip


def density_slice_figure(
    density: Line, data: Line, area: tuple[float, float, str], *, discrete: bool, window: tuple[float, float], top: float, strip: float,
    names: Names, hint: str, data_fixed: bool,
) -> go.Figure:  # fmt: skip
    """The row of the map: the density of x at the θ that is fixed, bars for counts, the observations on it.

    `hint` stands in the strip below it.
    """
    figure = go.Figure()
    strength = _QUIET if data_fixed else 1.0
    if discrete:
        figure.add_bar(
            x=density[0], y=density[1], width=BAR, meta="density",
            marker={"color": style.fade(style.MODEL, 0.85 * strength), "line": {"width": 0}},
            hovertemplate="p(%{x}; θ) = %{y:.4f}<extra></extra>",
        )  # fmt: skip
    else:
        _area(figure, "density", density, style.MODEL, strength)
    figure.add_scatter(
        x=data[0], y=data[1], mode="markers", meta="data", hovertemplate="p(%{x:.4g}; θ) = %{y:.4g}<extra></extra>", cliponaxis=False,
        marker={"symbol": "circle", "size": 11, "color": style.DATA, "line": {"width": 1.5, "color": style.HALO}},
    )  # fmt: skip
    _word(figure, "area", [area[0]], [area[1]], [area[2]], "middle left", style.MODEL)
    title = f"Along the row: {coloured(f'{names.symbol} fixed, x runs', style.MODEL)}"
    low = window[0] + 0.01 * (window[1] - window[0])
    _word(figure, "hint", [low], [-0.6 * strip * top], [hint], "middle right", style.NEUTRAL, -3)
    along = {**style.axis("", *window), "title": {"text": "x", "font": {"size": 1}}, "showticklabels": False}
    return style.style(
        figure, title=title, height=DENSITY_HEIGHT, x=along, fixed={**_FRAME, "b": 6},
        y={**style.axis("probability" if discrete else "density", -strip * top, top), "nticks": 4},
    )  # fmt: skip


def likelihood_slice_figure(
    curve: Line, point: tuple[float, float], best: tuple[float, float], area: tuple[float, float, str], tangent: Line, *,
    span: tuple[float, float], top: float, names: Names, relative: bool, data_fixed: bool,
) -> go.Figure:  # fmt: skip
    """The column of the map, upright beside it: the likelihood of θ at the data that are fixed, with its `tangent` where θ stands."""
    figure = go.Figure()
    _area(figure, "likelihood", curve, style.DATA, 1.0 if data_fixed else _QUIET, upright=True)
    figure.add_scatter(
        x=tangent[0], y=tangent[1], mode="lines", meta="tangent", hoverinfo="skip",
        line={"color": style.POINT, "width": 2.5, "simplify": False},
    )  # fmt: skip
    _points(figure, point, best)
    _word(figure, "area", [area[0]], [area[1]], [area[2]], "middle left", style.DATA)
    unit = "L / its maximum" if relative else f"L({names.symbol}) = p(x; {names.symbol})"
    return style.style(
        figure, title=f"Up the column: {coloured('data fixed', style.DATA)}", height=MAP_HEIGHT,
        x={**style.axis(unit, -0.03 * top, top), "nticks": 4}, y=style.axis(names.theta, *span), fixed=_FRAME,
    )  # fmt: skip


def other_figure(
    curve: Line, point: tuple[float, float], best: tuple[float, float], area: tuple[float, float, str], *,
    span: tuple[float, float], top: float, names: Names, relative: bool,
) -> go.Figure:  # fmt: skip
    """The same likelihood over the other coordinate: the same maximum, another area."""
    figure = go.Figure()
    _area(figure, "other", curve, style.DATA, 1.0)
    _points(figure, point, best)
    _word(figure, "area", [area[0]], [area[1]], [area[2]], "middle left", style.DATA)
    return style.style(
        figure, title=f"L over {coloured(names.other, style.DATA)}: same maximum, new area", height=OTHER_HEIGHT,
        x=style.axis(names.other, *span), y={**style.axis("L / its maximum" if relative else "L", -0.03 * top, top), "nticks": 4},
        fixed=_FRAME,
    )  # fmt: skip


def _points(figure: go.Figure, point: tuple[float, float], best: tuple[float, float]) -> None:
    figure.add_scatter(
        x=[best[0]], y=[best[1]], mode="markers", meta="best", hovertemplate="largest L: %{x:.4g}, %{y:.4g}<extra></extra>", marker=BEST
    )  # fmt: skip
    figure.add_scatter(
        x=[point[0]], y=[point[1]], mode="markers", meta="theta", hoverinfo="skip", cliponaxis=False, marker=POINT
    )
