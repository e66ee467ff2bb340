"""Profile log-likelihood of one parameter with its intervals, and the slice through the reader's point."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from mle_ui.figures import style

Array = npt.NDArray[np.float64]

#: Height above the floor and name of each interval's line.
HEIGHTS = {"wald": 4.6, "score": 2.0}
WORDS = {"likelihood": "likelihood", "wald": "Wald", "score": "score"}
#: Width and dash of the lines of a tested value.
NULLS = {"null": (1.5, "dot"), "lr": (4, "solid"), "wald": (4, "solid"), "slope": (2.5, "solid")}


def profile_figure(
    grid: Array,
    values: Array,
    *,
    title: str,
    axis: str,
    floor: float,
    best: float,
    point: tuple[float, float],
    threshold: float,
    intervals: Mapping[str, tuple[float, float]],
    slice_: tuple[Array, Array] | None,
    logarithmic: bool = False,
    parabola: tuple[Array, Array, str] | None = None,
    null: Mapping[str, tuple[Array, Array]] | None = None,
    height: int = 235,
) -> go.Figure:
    """Drops below the maximum in nats.

    `parabola` touches the profile at its top and brings its words; `null` holds the lines of a tested value by mark: "null", "lr"
    (a height), "wald" (a width), "slope" (a tangent).

    `values` is the profile, `slice_` the log-likelihood along this parameter with the others where the reader has
    them; `threshold` is the drop at which the likelihood interval ends.
    """
    figure = go.Figure()
    low, high = float(grid[0]), float(grid[-1])
    figure.add_scatter(
        x=[low, high],
        y=[-threshold, -threshold],
        mode="lines",
        hoverinfo="skip",
        line={"color": style.NEUTRAL, "width": 1, "dash": "dot"},
    )
    figure.add_scatter(
        x=grid, y=np.where(values > floor * 4, values, np.nan), mode="lines", meta="profile",
        line={"color": style.NEUTRAL, "width": 2.5, "simplify": False},
        hovertemplate="%{x:.5g}: %{y:.3f} nats<extra>profile</extra>",
    )  # fmt: skip
    if slice_ is not None:
        figure.add_scatter(
            x=slice_[0], y=slice_[1], mode="lines", meta="slice", line={"color": style.MODEL, "width": 2, "simplify": False},
            hovertemplate="%{x:.5g}: %{y:.3f} nats<extra>others held</extra>",
        )  # fmt: skip
    if parabola is not None:
        figure.add_scatter(
            x=parabola[0], y=parabola[1], mode="lines", hovertemplate="%{x:.5g}: %{y:.3f} nats<extra>parabola of the information</extra>",
            line={"color": style.NEUTRAL, "width": 1.4, "dash": "dash"},
        )  # fmt: skip
        figure.add_annotation(
            text=parabola[2], x=1, y=0.99, xref="paper", yref="paper", xanchor="right", yanchor="top", showarrow=False,
            font={"size": style.FONT - 2, "color": style.NEUTRAL},
        )  # fmt: skip
    for mark, (x, y) in (null or {}).items():
        wide, dash = NULLS[mark]
        figure.add_scatter(
            x=x, y=y, mode="lines", meta=mark, hoverinfo="skip", cliponaxis=mark != "wald",
            line={"color": style.POINT, "width": wide, "dash": dash, "simplify": False},
        )  # fmt: skip
    for method, (left, right) in intervals.items():
        ends = [left if np.isfinite(left) else low, right if np.isfinite(right) else high]
        # An end at infinity is no end: an arrow says that it goes on.
        caps = [
            symbol if np.isinf(end) else "line-ns-open"
            for end, symbol in ((left, "triangle-left"), (right, "triangle-right"))
        ]
        likely = method == "likelihood"
        at = -threshold if likely else floor + HEIGHTS[method]
        figure.add_scatter(
            x=ends, y=[at, at], mode="lines+markers", hovertemplate=f"{method} 95 %: %{{x:.6g}}<extra></extra>",
            line={"color": style.NEUTRAL, "width": 3 if likely else 2, "dash": "solid" if likely else "dash"},
            marker={"symbol": caps, "size": 10, "color": style.NEUTRAL, "line": {"width": 2}},
        )  # fmt: skip
        left, right = max(ends[0], low), min(ends[1], high)
        middle = math.sqrt(left * right) if logarithmic else (left + right) / 2
        figure.add_scatter(
            x=[middle], y=[at - 0.25], text=[f"95 % {WORDS[method]}"], mode="text", hoverinfo="skip",
            textposition="bottom center", textfont={"size": style.FONT - 2, "color": style.NEUTRAL},
        )  # fmt: skip
    if np.isfinite(best):
        figure.add_scatter(
            x=[best], y=[0], mode="markers", hovertemplate="maximum: %{x:.6g}<extra></extra>",
            marker={"symbol": "x", "size": 9, "color": style.POINT, "line": {"width": 1, "color": style.HALO}},
        )  # fmt: skip
    figure.add_scatter(
        x=[point[0]], y=[point[1]], mode="markers", meta="theta", hoverinfo="skip", cliponaxis=False,
        marker={"symbol": "circle", "size": 12, "color": style.POINT, "line": {"width": 1.5, "color": style.HALO}},
    )  # fmt: skip
    return style.style(
        figure,
        title=title,
        height=height,
        x=style.axis(axis, low, high, logarithmic=logarithmic),
        y=style.axis("Δℓ (nats)", floor, 0.9),
    )
