"""Profile log-likelihood of one parameter with its intervals, and the slice through the reader's point."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from mle_ui.figures import style

Array = npt.NDArray[np.float64]

#: Height above the floor of each interval's line, and how it is called.
HEIGHTS = {"wald": 4.6, "score": 2.0}
WORDS = {"likelihood": "likelihood", "wald": "Wald", "score": "score"}
#: Width and dash of the lines of a tested value.
NULLS = {"null": (1.5, "dot"), "lr": (4, "solid"), "wald": (4, "solid"), "slope": (2.5, "solid")}
#: Upper end of the axis, and the height at which the words on the curvature stand.
TOP, CURVATURE = 0.9, 0.85


@dataclass(frozen=True)
class Bars:
    """Where the lines of the intervals lie: each line by method (two ends and their height), and the places of their names."""

    lines: dict[str, tuple[Array, Array]]
    caps: tuple[Array, Array]
    names: tuple[Array, Array]


def bars(
    intervals: Mapping[str, tuple[float, float]],
    methods: Sequence[str],
    span: tuple[float, float],
    floor: float,
    threshold: float,
    *,
    logarithmic: bool,
) -> Bars:
    """The lines of `intervals` on an axis over `span`; one of the `methods` that is missing waits below the picture."""
    low, high = span
    lines, middles, heights = {}, [], []
    for method in methods:
        left, right = intervals.get(method, (low, high))
        ends = np.array([left if np.isfinite(left) else low, right if np.isfinite(right) else high])
        at = (-threshold if method == "likelihood" else floor + HEIGHTS[method]) if method in intervals else 3 * floor
        lines[method] = ends, np.array([at, at])
        inner = np.clip(ends, low, high)
        middles.append(math.sqrt(inner[0] * inner[1]) if logarithmic else float(inner.mean()))
        heights.append(at - 0.25)
    ends = np.concatenate([x for x, _ in lines.values()]) if lines else np.empty(0)
    levels = np.concatenate([y for _, y in lines.values()]) if lines else np.empty(0)
    return Bars(lines, (ends, levels), (np.array(middles), np.array(heights)))


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
    (a height), "wald" (a width), "slope" (a tangent), and the place of its name.

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
            x=parabola[0], y=parabola[1], mode="lines", meta="parabola", line={"color": style.NEUTRAL, "width": 1.4, "dash": "dash"},
            hovertemplate="%{x:.5g}: %{y:.3f} nats<extra>parabola of the information</extra>",
        )  # fmt: skip
        figure.add_scatter(
            x=[high], y=[CURVATURE], text=[parabola[2]], mode="text", meta="curvature", hoverinfo="skip", textposition="bottom left",
            textfont={"size": style.FONT - 2, "color": style.NEUTRAL},
        )  # fmt: skip
    for mark, (x, y) in (null or {}).items():
        if mark == "null-name":
            figure.add_scatter(
                x=x, y=y, text=[" H₀ ↔"], mode="text", meta=mark, hoverinfo="skip", textposition="middle right",
                textfont={"size": style.FONT - 2, "color": style.POINT},
            )  # fmt: skip
            continue
        wide, dash = NULLS[mark]
        figure.add_scatter(
            x=x, y=y, mode="lines", meta=mark, hoverinfo="skip", cliponaxis=mark != "wald",
            line={"color": style.POINT, "width": wide, "dash": dash, "simplify": False},
        )  # fmt: skip
    _add_intervals(figure, intervals, (low, high), floor, threshold, logarithmic)
    if np.isfinite(best):
        figure.add_scatter(
            x=[best], y=[0], mode="markers", meta="best", hovertemplate="maximum: %{x:.6g}<extra></extra>",
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
        y=style.axis("Δℓ (nats)", floor, TOP),
    )


def _add_intervals(
    figure: go.Figure, intervals: Mapping[str, tuple[float, float]], span: tuple[float, float], floor: float, threshold: float,
    logarithmic: bool,
) -> None:  # fmt: skip
    placed = bars(intervals, list(intervals), span, floor, threshold, logarithmic=logarithmic)
    for method, (x, y) in placed.lines.items():
        likely = method == "likelihood"
        figure.add_scatter(
            x=x, y=y, mode="lines", meta=f"interval-{method}", hoverinfo="skip",
            line={"color": style.NEUTRAL, "width": 3 if likely else 2, "dash": "solid" if likely else "dash", "simplify": False},
        )  # fmt: skip
    if not intervals:
        return
    # An end at infinity is no end: an arrow says that it goes on.
    ends = [(end, symbol) for two in intervals.values() for end, symbol in zip(two, ("left", "right"), strict=True)]
    figure.add_scatter(
        x=placed.caps[0], y=placed.caps[1], mode="markers", meta="caps",
        customdata=[method for method in intervals for _ in range(2)], hovertemplate="%{customdata} 95 %: %{x:.6g}<extra></extra>",
        marker={
            "symbol": [f"triangle-{side}" if np.isinf(end) else "line-ns-open" for end, side in ends],
            "size": 10, "color": style.NEUTRAL, "line": {"width": 2, "color": style.NEUTRAL},
        },
    )  # fmt: skip
    share = [_share(x, span, logarithmic) for x in placed.names[0]]
    figure.add_scatter(
        x=placed.names[0], y=placed.names[1], text=[f"95 % {WORDS[method]}" for method in intervals], mode="text", hoverinfo="skip",
        meta="interval-names", textfont={"size": style.FONT - 2, "color": style.NEUTRAL},
        textposition=[f"bottom {'right' if at < 0.15 else 'left' if at > 0.85 else 'center'}" for at in share],
    )  # fmt: skip


def _share(x: float, span: tuple[float, float], logarithmic: bool) -> float:
    """Where x lies along the axis: 0 at its low end, 1 at its high end."""
    low, high = span
    return math.log(x / low) / math.log(high / low) if logarithmic else (x - low) / (high - low)
