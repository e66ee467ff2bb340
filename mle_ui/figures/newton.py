"""Newton's parabola beside the log-likelihood, along the full step."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from mle_ui.figures import style

Array = npt.NDArray[np.float64]


def parabola_figure(
    shares: Array,
    truth: Array,
    touching: Array,
    parabola: Array,
    words: Sequence[tuple[str, float, float, str]],
    taken: tuple[float, float] | None,
    *,
    title: str,
    bottom: float,
    top: float,
    colour: str,
    symbol: str,
    height: int = 330,
) -> go.Figure:
    """Heights as shares of the rise that the parabola promises, against shares of the full step; `taken` is where Newton goes,
    `words` are texts with their mark's name and place. `touching` differs from the `parabola` that is climbed where it has no top."""
    figure = go.Figure()
    figure.add_scatter(
        x=[0, 0], y=[bottom, top], mode="lines", hoverinfo="skip", line={"color": style.GRID, "width": 1},
    )  # fmt: skip
    figure.add_scatter(
        x=shares, y=touching, mode="lines", meta="touching", hovertemplate="%{x:.2f} of the step: %{y:.3f}<extra>touching parabola</extra>",
        line={"color": style.NEUTRAL, "width": 1.8, "dash": "2px,3px", "simplify": False},
    )  # fmt: skip
    figure.add_scatter(
        x=shares, y=parabola, mode="lines", meta="parabola", hovertemplate="%{x:.2f} of the step: %{y:.3f}<extra>parabola</extra>",
        line={"color": colour, "width": 2.2, "dash": "6px,4px", "simplify": False},
    )  # fmt: skip
    figure.add_scatter(
        x=shares, y=truth, mode="lines", meta="truth", hovertemplate="%{x:.2f} of the step: %{y:.3f}<extra>log-likelihood</extra>",
        line={"color": style.MODEL, "width": 2.8, "simplify": False},
    )  # fmt: skip
    figure.add_scatter(
        x=[0], y=[0], mode="markers", hoverinfo="skip", marker={"symbol": "circle", "size": 9, "color": style.MODEL},
    )  # fmt: skip
    figure.add_scatter(
        x=[1], y=[1], mode="markers", hoverinfo="skip",
        marker={"symbol": "x-thin", "size": 10, "line": {"width": 2.5, "color": colour}},
    )  # fmt: skip
    if taken is not None:
        figure.add_scatter(
            x=[taken[0]], y=[taken[1]], mode="markers", meta="taken", cliponaxis=False,
            hovertemplate="Newton goes to %{x:.3g} of the step<extra></extra>",
            marker={"symbol": symbol, "size": 14, "color": colour, "line": {"width": 1.5, "color": style.HALO}},
        )  # fmt: skip
    for name, x, y, text in words:
        figure.add_scatter(
            x=[x], y=[y], text=[text], mode="text", meta=name, hoverinfo="skip", textposition="middle left",
            textfont={"size": style.FONT - 1},
        )  # fmt: skip
    return style.style(
        figure, title=title, height=height,
        x=style.axis("share of the full Newton step", float(shares[0]), float(shares[-1])),
        y=style.axis("rise, promised = 1", bottom, top),
    )  # fmt: skip
