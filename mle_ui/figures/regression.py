"""Points with a line and the noise standing on it; the terms of log L over σ; log L over the slope at several σ."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from mle_ui.figures import style
from mle_ui.figures.divergence import coloured, curve, words

Array = npt.NDArray[np.float64]
Line = tuple[Array, Array]
Ends = tuple[float, float]


def grip(
    figure: go.Figure, mark: str, at: Line, symbols: list[str] | str, colour: str = style.POINT, size: int = 13
) -> None:
    """Points that can be grasped."""
    figure.add_scatter(
        x=at[0], y=at[1], mode="markers", meta=mark, hoverinfo="skip", cliponaxis=False,
        marker={"symbol": symbols, "size": size, "color": colour, "line": {"width": 2, "color": style.HALO}},
    )  # fmt: skip


def filled(figure: go.Figure, mark: str, at: Line, colour: str, alpha: float, width: float = 0.0) -> None:
    """A closed shape that the drag layer may move."""
    figure.add_scatter(
        x=at[0], y=at[1], mode="lines", meta=mark, fill="toself", fillcolor=style.fade(colour, alpha), hoverinfo="skip",
        line={"width": width, "color": colour, "simplify": False},
    )  # fmt: skip


def scatter(figure: go.Figure, data: Line, rows: tuple[int, ...], *, size: float = 8.0) -> None:
    """The points, each of which can be grasped."""
    figure.add_scatter(
        x=data[0], y=data[1], mode="markers", meta="data", customdata=rows,
        hovertemplate="row %{customdata}: %{x:.6g}, %{y:.6g}<extra></extra>",
        marker={"symbol": "circle", "size": size, "color": style.DATA, "line": {"width": 1, "color": style.HALO}},
    )  # fmt: skip


def line_figure(
    marks: Mapping[str, Line], rows: tuple[int, ...], *, frame: tuple[Ends, Ends], titles: tuple[str, str], truth: Line | None = None,
    height: int = 400,
) -> go.Figure:  # fmt: skip
    """Points, the line with a band of two σ, residuals, and the density of y standing on the line at x₀."""
    figure = go.Figure()
    filled(figure, "band", marks["band"], style.MODEL, 0.09)
    if "residuals" in marks:
        filled(figure, "residuals", marks["residuals"], style.DATA, 0.13, 0.9)
    if truth is not None:
        curve(figure, "truth", truth, style.TRUTH, 2, "dash")
    scatter(figure, marks["data"], rows, size=8 if len(rows) <= 60 else 5.5)
    curve(figure, "curve", marks["curve"], style.MODEL, 2.8)
    filled(figure, "bell", marks["bell"], style.MODEL, 0.3, 1.8)
    grip(figure, "grips", marks["grips"], ["circle", "diamond"])
    grip(figure, "feet", marks["feet"], ["circle", "diamond"], style.MODEL, 11)
    title = f"{coloured('Points', style.DATA)}, the {coloured('line', style.MODEL)}, and its noise standing at x₀"
    if truth is not None:
        title += f"; {coloured('the truth', style.TRUTH)}"
    return style.style(
        figure, title=title, height=height, x=style.axis(titles[0], *frame[0]), y=style.axis(titles[1], *frame[1])
    )


def terms_figure(
    static: Mapping[str, Line], marks: Mapping[str, Line], *, sigmas: Ends, span: Ends, height: int = 270
) -> go.Figure:
    """The three terms of log L and their sum over σ, for the present line: the sum has its top at √MSE."""
    figure = go.Figure()
    low, high = sigmas
    looks = {
        "scale": (style.DATA, "dash"),
        "constant": (style.NEUTRAL, "dot"),
        "fit": (style.TRUTH, "dash"),
        "total": (style.MODEL, "solid"),
    }
    names = {"scale": "−m log σ", "constant": "−(m/2) log 2π", "fit": "−(m/2σ²) MSE", "total": "log L"}
    for mark, (colour, dash) in looks.items():
        at = marks[mark] if mark in marks else static[mark]
        curve(figure, mark, at, colour, 3 if mark == "total" else 2, dash)
    figure.add_scatter(
        x=marks["best"][0], y=marks["best"][1], mode="markers", meta="best", hoverinfo="skip",
        marker={"symbol": "x", "size": 10, "color": style.POINT, "line": {"width": 1.5, "color": style.HALO}},
    )  # fmt: skip
    words(figure, "best-name", marks["best-name"], ["√MSE"], style.POINT, "top center", -1)
    figure.add_scatter(
        x=marks["now"][0], y=marks["now"][1], mode="markers", meta="now", hoverinfo="skip", cliponaxis=False,
        marker={"symbol": "circle", "size": [8, 8, 14], "color": [style.DATA, style.TRUTH, style.POINT],
                "line": {"width": 2, "color": style.HALO}},
    )  # fmt: skip
    title = (
        " ".join(coloured(names[m], looks[m][0]) for m in ("scale", "constant", "fit"))  # each has its minus
        + f" = {coloured('log L', style.MODEL)}"
    )
    axis = style.axis("σ", low, high, logarithmic=True)
    return style.roomy(style.style(figure, title=title, height=height, x=axis, y=style.axis("nats", *span)))


def still_figure(
    marks: Mapping[str, Line], *, slopes: Ends, depths: Ends, named: tuple[str, str, str], height: int = 270
) -> go.Figure:
    """log L over the slope at three σ: flatter or steeper, lower or higher, and every top over one slope."""
    figure = go.Figure()
    x, _ = marks["peak"]
    figure.add_scatter(
        x=np.repeat(x[:1], 2), y=np.array(depths), mode="lines", meta="peak", hoverinfo="skip",
        line={"color": style.POINT, "width": 1.5, "dash": "dot"}
    )  # fmt: skip
    for mark, dash in (("narrow", "8px,4px"), ("wide", "2px,3px")):
        curve(figure, mark, marks[mark], style.NEUTRAL, 2, dash)
    curve(figure, "now", marks["now"], style.MODEL, 2.8)
    grip(figure, "theta", marks["theta"], "circle")
    low, high = slopes
    ends = depths[1] - depths[0]
    for place, (text, colour) in enumerate(zip(named, (style.MODEL, style.NEUTRAL, style.NEUTRAL), strict=True)):
        words(
            figure,
            None,
            (np.array([low + 0.015 * (high - low)]), np.array([depths[0] + (0.23 - 0.09 * place) * ends])),
            [text],
            colour,
            "middle right",
            -2,
        )
    title = f"Change σ: {coloured('every top stays', style.POINT)} over one slope"
    return style.roomy(
        style.style(
            figure,
            title=title,
            height=height,
            x=style.axis("b, slope", low, high),
            y=style.axis("log L (nats)", *depths),
        )
    )
