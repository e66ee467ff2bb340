"""Repeated samples: a cloud of estimates, their errors beside a normal, coverage and spread over n."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from mle_ui.figures import style
from mle_ui.figures.product import BEST, Line, line

Array = npt.NDArray[np.float64]
Axis = tuple[float, float]

#: Colour and symbol of each kind of interval; the sandwich has the truth's colour, as it follows the truth's spread.
LOOKS = {
    "likelihood": (style.MODEL, "circle"),
    "wald": ("#D08F00", "diamond"),
    "score": ("#7A68B0", "square"),
    "sandwich": (style.TRUTH, "triangle-up"),
    "percentile": (style.DATA, "square"),
    "basic": (style.DATA, "square-open"),
}
TRUTH = {"symbol": "circle", "size": 14, "color": style.TRUTH, "line": {"width": 2, "color": style.HALO}}
DOTS = {"size": 5.5, "color": style.fade(style.DATA, 0.5)}


#: Words in the chart of errors: where they stand, and in which colour.
_PLACES = {
    "mean-word": ("high", 0.95, "middle left", style.DATA),
    "other-word": ("high", 0.86, "middle left", style.NEUTRAL),
    "truth-word": ("truth", 0.95, "middle right", style.TRUTH),
    "unit-word": ("low", 0.95, "middle right", style.MODEL),
}


def cloud_figure(
    estimates: Line,
    truth: tuple[float, float],
    lines: Mapping[str, Line],
    *,
    titles: tuple[str, str],
    x: Axis,
    y: Axis,
    logarithmic: bool,
    title: str,
    told: str,
    estimated: bool = False,
    height: int = 400,
) -> go.Figure:
    """Estimates around what they gather around; `lines` are "ellipse", "robust" and "cone", as far as there are any.

    Where the centre is itself `estimated`, it has the look of an optimum.
    """
    figure = go.Figure()
    figure.add_scatter(
        x=estimates[0], y=estimates[1], mode="markers", meta="estimates", marker=DOTS,
        hovertemplate="%{x:.4g}, %{y:.4g}<extra>one sample</extra>",
    )  # fmt: skip
    for mark, at in lines.items():
        line(
            figure,
            mark,
            at,
            style.TRUTH if mark == "robust" else style.MODEL,
            2.5,
            dash="7px,4px" if mark == "robust" else "solid",
        )
    figure.add_scatter(
        x=[truth[0]], y=[truth[1]], mode="markers", meta="truth", marker=BEST if estimated else TRUTH, cliponaxis=False,
        hovertemplate=f"{told}: %{{x:.5g}}, %{{y:.5g}}<extra></extra>",
    )  # fmt: skip
    axes = [style.axis(words, *ends, logarithmic=logarithmic) for words, ends in zip(titles, (x, y), strict=True)]
    return style.style(figure, title=title, height=height, x=axes[0], y=axes[1])


def errors_figure(
    histogram: Line,
    mean: float,
    words: Mapping[str, str],
    promised: Line,
    robust: Line | None,
    *,
    window: Axis,
    top: float,
    title: str,
    axis: str,
    other: float | None = None,
    height: int = 400,
) -> go.Figure:
    """Errors in promised standard errors, their mean, and the normals that theory gives.

    `words` are "mean-word" at the right, under it "other-word", "truth-word" at 0 and "unit-word" at the left; `other` is the mean
    error of a second estimator.
    """
    figure = go.Figure()
    figure.add_scatter(
        x=[0, 0], y=[0, top], mode="lines", hoverinfo="skip", line={"color": style.TRUTH, "width": 2}
    )  # fmt: skip
    line(figure, "histogram", histogram, style.DATA, 2)
    line(figure, "promised", promised, style.MODEL, 2.5)
    if robust is not None:
        line(figure, "robust", robust, style.TRUTH, 2.5, dash="7px,4px")
    figure.add_scatter(
        x=[mean, mean], y=[0, top], mode="lines", meta="mean", hoverinfo="skip",
        line={"color": style.DATA, "width": 2, "dash": "dash"},
    )  # fmt: skip
    if other is not None:
        figure.add_scatter(
            x=[other, other], y=[0, top], mode="lines", meta="other", hoverinfo="skip",
            line={"color": style.NEUTRAL, "width": 2, "dash": "dot"},
        )  # fmt: skip
    for mark, text in words.items():
        x, y, place, colour = _PLACES[mark]
        at = {"low": window[0], "high": window[1], "truth": 0.0}[x]
        figure.add_scatter(
            x=[at], y=[y * top], text=[text], mode="text", meta=mark, textposition=place, hoverinfo="skip",
            textfont={"size": style.FONT - 1, "color": colour},
        )  # fmt: skip
    return style.style(
        figure, title=title, height=height, x=style.axis(axis, *window), y=style.axis("density", 0.0, top)
    )


def coverage_figure(
    paths: Mapping[str, Line],
    points: Mapping[str, Line],
    now: float,
    *,
    level: float,
    sizes: Axis,
    y: Axis,
    title: str,
    height: int = 300,
) -> go.Figure:
    """Coverage over n of each kind of interval, with bars of two Monte Carlo errors."""
    figure = go.Figure()
    left, right = sizes[0] * 0.82, sizes[1] * 1.3
    figure.add_scatter(
        x=[left, right], y=[level, level], mode="lines", hoverinfo="skip", line={"color": style.NEUTRAL, "width": 1.5, "dash": "dash"}
    )  # fmt: skip
    _now(figure, now, y)
    for method, at in paths.items():
        colour, symbol = LOOKS[method]
        line(figure, method, at, colour, 1.6)
        figure.add_scatter(
            x=points[method][0], y=points[method][1], mode="markers", meta=f"at-{method}",
            hovertemplate=f"%{{y:.3f}}<extra>{method}</extra>",
            marker={"symbol": symbol, "size": 8, "color": colour, "line": {"width": 1, "color": style.HALO}},
        )  # fmt: skip
    ticks = [at for at in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, level, 1.0) if y[0] <= at <= y[1]]
    upright = style.axis("share that covers", *y) | {"tickvals": ticks, "ticktext": [f"{at:g}" for at in ticks]}
    return style.style(figure, title=title, height=height, x=_sizes(left, right), y=upright)


def spread_figure(
    sd: Line,
    bias: Line,
    promised: Line,
    robust: Line | None,
    now: float,
    *,
    sizes: Axis,
    y: Axis,
    title: str,
    axis: str,
    height: int = 300,
) -> go.Figure:
    """Standard deviation of the estimates over n, what theory promises, and the size of the bias; both axes logarithmic."""
    figure = go.Figure()
    left, right = sizes[0] * 0.82, sizes[1] * 1.3
    _now(figure, now, y)
    line(figure, "promised", promised, style.MODEL, 2.2)
    if robust is not None:
        line(figure, "robust", robust, style.TRUTH, 2.2, dash="7px,4px")
    for mark, at, symbol, told in (("sd", sd, "circle", "sd"), ("bias", bias, "diamond-open", "|bias|")):
        figure.add_scatter(
            x=at[0], y=at[1], mode="markers", meta=mark, hovertemplate=f"n = %{{x:g}}: {told} %{{y:.4g}}<extra></extra>",
            marker={"symbol": symbol, "size": 9, "color": style.DATA, "line": {"width": 2, "color": style.DATA}},
        )  # fmt: skip
    return style.style(
        figure, title=title, height=height, x=_sizes(left, right), y=style.axis(axis, *y, logarithmic=True)
    )


def _now(figure: go.Figure, now: float, y: Axis) -> None:
    """The present n."""
    figure.add_scatter(
        x=[now, now], y=y, mode="lines", meta="n", hoverinfo="skip", line={"color": style.POINT, "width": 2}
    )  # fmt: skip


def _sizes(left: float, right: float) -> dict[str, object]:
    return style.axis("n, observations in each sample", left, right, logarithmic=True)


def bootstrap_figure(
    histogram: Line,
    ends: Axis,
    curves: Mapping[str, Line],
    estimate: float,
    *,
    window: Axis,
    top: float,
    title: str,
    axis: str,
    height: int = 400,
) -> go.Figure:
    """Bootstrap estimates with the ends of the percentile interval, beside the normals "naive" and "robust"."""
    figure = go.Figure()
    line(figure, "histogram", histogram, style.DATA, 2)
    for mark, at in curves.items():
        line(
            figure,
            mark,
            at,
            style.TRUTH if mark == "robust" else style.MODEL,
            2.5,
            dash="7px,4px" if mark == "robust" else "solid",
        )
    for mark, end in zip(("low", "high"), ends, strict=True):
        figure.add_scatter(
            x=[end, end], y=[0, top], mode="lines", meta=mark, hoverinfo="skip", line={"color": style.DATA, "width": 2, "dash": "dash"}
        )  # fmt: skip
    figure.add_scatter(
        x=[estimate], y=[0], mode="markers", cliponaxis=False, hovertemplate="estimate: %{x:.5g}<extra></extra>",
        marker={"symbol": "x", "size": 11, "color": style.POINT, "line": {"width": 1, "color": style.HALO}},
    )  # fmt: skip
    return style.style(
        figure, title=title, height=height, x=style.axis(axis, *window), y=style.axis("density", 0.0, top)
    )


def intervals_figure(
    ends: Mapping[str, Line], estimate: float, *, window: Axis, title: str, axis: str, height: int = 300
) -> go.Figure:
    """One interval of each kind, one under the other."""
    figure = go.Figure()
    count = len(ends)
    figure.add_scatter(
        x=[estimate, estimate], y=[0.3, count + 0.7], mode="lines", hoverinfo="skip",
        line={"color": style.POINT, "width": 1.5, "dash": "dot"},
    )  # fmt: skip
    for method, at in ends.items():
        line(
            figure, method, at, LOOKS[method][0], 7, hoverinfo=None, hovertemplate=f"%{{x:.5g}}<extra>{method}</extra>"
        )
    figure = style.style(
        figure, title=title, height=height, x=style.axis(axis, *window), y=style.axis("interval", 0.3, count + 0.7)
    )
    names = ["Wald" if method == "wald" else method for method in ends]
    figure.update_yaxes(
        tickvals=[float(at[1][0]) for at in ends.values()], ticktext=names, showgrid=False, title_standoff=14
    )
    return figure
