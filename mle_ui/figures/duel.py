"""Two losses as landscapes over a neuron's weights with the paths of training, and what training does over the epochs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from mle_ui.figures import style
from mle_ui.figures.logit_losses import LOOKS

Array = npt.NDArray[np.float64]
Line = tuple[Array, Array]

_BANDS = 12
_INK = "#3B2A36"  # a path on a landscape in 3-D: dark on either colour, in light and in dark
_START = {"symbol": "circle", "size": 14, "color": style.POINT, "line": {"width": 2, "color": style.HALO}}


@dataclass(frozen=True)
class Ground:
    """A landscape: mean loss, length of its gradient and smallest curvature (len(second), len(first))."""

    key: str
    titles: tuple[str, str]
    first: Array
    second: Array
    values: Array
    norms: Array
    curvatures: Array


def landscape_figure(
    ground: Ground, path: Line, start: tuple[float, float], *, title: str, plateau: float, height: int = 330
) -> go.Figure:
    """Contours; grey where the loss bends downwards in some direction, dashed round where it is nearly flat."""
    look = LOOKS[ground.key]
    figure = go.Figure()
    low, high = float(ground.values.min()), float(ground.values.max())
    depth = _BANDS * (ground.values - low) / (high - low)
    figure.add_contour(
        x=ground.first, y=ground.second, z=-depth, meta="field", showscale=False, zmin=-_BANDS, zmax=0,
        colorscale=[(0, style.fade(look.colour, 0.03)), (1, style.fade(look.colour, 0.42))], customdata=ground.values,
        contours={"start": 0.5 - _BANDS, "end": -0.5, "size": 1, "coloring": "fill"},
        line={"width": 0.8, "color": style.fade(style.NEUTRAL, 0.5)},
        hovertemplate="%{x:.3g}, %{y:.3g}<br>mean loss %{customdata:.4g}<extra></extra>",
    )  # fmt: skip
    if (ground.curvatures < 0).any():
        # A contour, not a heatmap: Plotly would paint that under the bands of the loss, which hide it. It fills what the rule excludes.
        figure.add_contour(
            x=ground.first, y=ground.second, z=ground.curvatures, meta="bent", showscale=False, hoverinfo="skip",
            contours={"type": "constraint", "operation": ">", "value": 0}, fillcolor=style.fade(style.NEUTRAL, 0.4),
            line={"width": 1.2, "color": style.NEUTRAL},
        )  # fmt: skip
    figure.add_contour(
        x=ground.first, y=ground.second, z=np.log10(np.maximum(ground.norms, 1e-12)), meta="flat", showscale=False, hoverinfo="skip",
        contours={"start": np.log10(plateau), "end": np.log10(plateau), "size": 1, "coloring": "none"},
        line={"width": 1.6, "color": style.NEUTRAL, "dash": "dash"},
    )  # fmt: skip
    x, y = path
    figure.add_scatter(
        x=x,
        y=y,
        mode="lines",
        meta="path",
        hoverinfo="skip",
        line={"color": style.POINT, "width": 3, "simplify": False},
    )
    figure.add_scatter(
        x=x[-1:], y=y[-1:], mode="markers", meta="now", hoverinfo="skip", cliponaxis=False,
        marker={"symbol": "diamond", "size": 12, "color": look.colour, "line": {"width": 1.5, "color": style.HALO}},
    )  # fmt: skip
    figure.add_scatter(
        x=[start[0]], y=[start[1]], mode="markers", meta="start", hoverinfo="skip", cliponaxis=False, marker=_START
    )
    ends = [(float(grid[0]), float(grid[-1])) for grid in (ground.first, ground.second)]
    return style.style(
        figure, title=title, height=height, x=style.axis(ground.titles[0], *ends[0]), y=style.axis(ground.titles[1], *ends[1])
    )  # fmt: skip


def relief_figure(ground: Ground, path: tuple[Array, Array, Array], *, title: str, height: int = 360) -> go.Figure:
    """The landscape in three dimensions with the path on it."""
    look = LOOKS[ground.key]
    figure = go.Figure()
    # Opaque: what is seen through is painted over lines, whichever is nearer.
    figure.add_surface(
        x=ground.first, y=ground.second, z=ground.values, showscale=False, colorscale=[(0, look.colour), (1, "#DDE3EA")],
        lighting={"ambient": 0.85, "diffuse": 0.4, "specular": 0.0}, hovertemplate="%{x:.3g}, %{y:.3g}: %{z:.4g}<extra></extra>",
    )  # fmt: skip
    x, y, z = path
    edge = {"color": style.HALO, "width": 2}
    figure.add_scatter3d(x=x, y=y, z=z, mode="lines", meta="path", hoverinfo="skip", line={"color": _INK, "width": 9})
    figure.add_scatter3d(
        x=[x[0], x[-1]], y=[y[0], y[-1]], z=[z[0], z[-1]], mode="markers", meta="ends", hoverinfo="skip",
        marker={"symbol": ["circle", "diamond"], "size": 6, "color": [style.POINT, "#FFFFFF"], "line": edge},
    )  # fmt: skip
    style.style(figure, title=title, height=height, x={}, y={})
    plain = {
        "gridcolor": style.GRID,
        "backgroundcolor": "rgba(0,0,0,0)",
        "zeroline": False,
        "showspikes": False,
        "nticks": 4,
        "tickfont": {"size": style.FONT - 3},
    }
    axes = {
        name: {**plain, "title": {"text": words, "font": {"size": style.FONT - 2}}}
        for name, words in (("xaxis", ground.titles[0]), ("yaxis", ground.titles[1]), ("zaxis", "mean loss"))
    }
    figure.update_layout(
        scene={
            **axes,
            "camera": {"eye": {"x": 0.82, "y": -1.4, "z": 1.4}, "center": {"x": 0, "y": -0.02, "z": -0.26}},
            "aspectmode": "manual",
            "aspectratio": {"x": 1.3, "y": 1.3, "z": 0.7},
        },
        margin={"l": 0, "r": 0, "t": 34, "b": 4},
    )
    return figure


def epochs_figure(
    lines: Mapping[str, Line], points: Mapping[str, tuple[float, float]], *,
    title: str, axis: str, epochs: float, y_range: tuple[float, float], powers: bool = False, level: float | None = None, height: int = 240,
) -> go.Figure:  # fmt: skip
    """Something of both runs over the epochs, each with its point; with `powers` heights are exponents of ten."""
    figure = go.Figure()
    if level is not None:
        figure.add_hline(y=level, line={"color": style.NEUTRAL, "width": 1, "dash": "dash"})
    for key, (x, y) in lines.items():
        figure.add_scatter(
            x=x, y=y, mode="lines", meta=key, hovertemplate=f"{LOOKS[key].word}, epoch %{{x}}: %{{customdata:.3g}}<extra></extra>",
            customdata=10**y if powers else y, line={"color": LOOKS[key].colour, "width": 2.6, "simplify": False},
        )  # fmt: skip
    for key, (px, py) in points.items():
        figure.add_scatter(
            x=[px], y=[py], mode="markers", meta=f"{key}-now", hoverinfo="skip", cliponaxis=False,
            marker={"symbol": "diamond", "size": 11, "color": LOOKS[key].colour, "line": {"width": 1.5, "color": style.HALO}},
        )  # fmt: skip
    up = style.axis(axis, *y_range)
    if powers:
        ticks = list(range(int(y_range[0]), int(y_range[1]) + 1, 2))
        up |= {"tickvals": ticks, "ticktext": [f"10<sup>{k}</sup>".replace("-", "−") if k else "1" for k in ticks]}
    return style.roomy(style.style(figure, title=title, height=height, x=style.axis("epoch", 0, epochs), y=up))


def steps_figure(
    steps: Mapping[str, Line], best: Mapping[str, tuple[float, float]], used: Sequence[tuple[str, float]], *, title: str, height: int = 240
) -> go.Figure:  # fmt: skip
    """How far each step size brings the loss down, as a share of where it began; a mark on the best."""
    figure = go.Figure()
    for key, (x, y) in steps.items():
        figure.add_scatter(
            x=x, y=y, mode="lines", hovertemplate=f"{LOOKS[key].word}, step %{{x:.3g}}: %{{y:.3g}}<extra></extra>",
            line={"color": LOOKS[key].colour, "width": 2.6},
        )  # fmt: skip
        figure.add_scatter(
            x=[best[key][0]], y=[best[key][1]], mode="markers", hoverinfo="skip", cliponaxis=False,
            marker={"symbol": "x", "size": 10, "color": LOOKS[key].colour, "line": {"width": 1.5, "color": style.HALO}},
        )  # fmt: skip
    for key, value in used:
        figure.add_vline(x=value, line={"color": LOOKS[key].colour, "width": 1.5, "dash": "dot"})
    across = style.axis("step size η", 0.01, 100, logarithmic=True)
    ticks = [0.01, 0.1, 1, 10, 100]
    across |= {"tickvals": ticks, "ticktext": [f"{v:g}" for v in ticks]}
    up = style.axis("loss left", 0, 1.08) | {"tickformat": ".0%"}
    return style.roomy(style.style(figure, title=title, height=height, x=across, y=up))
