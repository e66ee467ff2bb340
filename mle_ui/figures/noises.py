"""Several noise models side by side: their lines, what they make of a residual, and a Q–Q plot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from mle_ui.figures import style
from mle_ui.figures.divergence import coloured, curve
from mle_ui.figures.regression import Ends, Line, filled, grip, scatter

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Look:
    """A noise model on every chart: a short name, and a colour, a symbol and a dash of its own, so that no two differ by colour alone."""

    short: str
    colour: str
    symbol: str
    glyph: str
    dash: str


#: Blue is the Gaussian, the model of all pages; the others are of Tol's (2021) muted scheme, apart from the colours of data and truth.
LOOKS: Mapping[str, Look] = {
    "gaussian": Look("Gaussian", style.MODEL, "circle", "●", "solid"),
    "laplace": Look("Laplace", "#8A8A2B", "square", "■", "8px,3px"),
    "student_t": Look("Student t", "#A8456A", "diamond", "◆", "solid"),
    "huber": Look("Huber", "#3FA0D8", "triangle-up", "▲", "8px,3px,2px,3px"),
    "heteroscedastic": Look("σ(x)", "#7A68B0", "hexagon", "⬢", "12px,3px"),
    "poisson": Look("Poisson", "#A87B4F", "star", "★", "3px,2px"),
}
_OTHER = Look("", style.NEUTRAL, "cross", "✚", "2px,2px")


def look(key: str) -> Look:
    """A model's look; one without its own is grey."""
    return LOOKS.get(key, _OTHER)


def ring(figure: go.Figure, at: Line) -> None:
    """A ring around the marked point."""
    figure.add_scatter(
        x=at[0], y=at[1], mode="markers", meta="picked", hoverinfo="skip", cliponaxis=False,
        marker={"symbol": "circle-open", "size": 19, "color": style.POINT, "line": {"width": 3, "color": style.POINT}},
    )  # fmt: skip


def names(keys: Sequence[str]) -> str:
    """The models' names in their colours, with their symbols."""
    return " · ".join(coloured(f"{look(key).glyph} {look(key).short}", look(key).colour) for key in keys)


def fits_figure(
    marks: Mapping[str, Line], keys: Sequence[str], rows: tuple[int, ...], *, frame: tuple[Ends, Ends], titles: tuple[str, str],
    truth: Line | None = None, height: int = 400,
) -> go.Figure:  # fmt: skip
    """Points and each model's line with its band."""
    figure = go.Figure()
    for key in keys:
        if f"band-{key}" in marks:
            filled(figure, f"band-{key}", marks[f"band-{key}"], look(key).colour, 0.12)
    if truth is not None:
        curve(figure, "truth", truth, style.TRUTH, 2, "dot")
    scatter(figure, marks["data"], rows, size=8 if len(rows) <= 60 else 5.5)
    for key in keys:
        curve(figure, key, marks[key], look(key).colour, 2.6, look(key).dash)
    ring(figure, marks["picked"])
    named = [names([key]) for key in keys] + ([coloured("truth", style.TRUTH)] if truth is not None else [])
    # A phone has room for three names a line.
    lines = [" · ".join(named[top : top + 3]) for top in range(0, len(named), 3)]
    title = "Lines: " + lines[0] if len(lines) == 1 else " ·<br>".join(lines)
    figure = style.style(
        figure, title=title, height=height, x=style.axis(titles[0], *frame[0]), y=style.axis(titles[1], *frame[1])
    )
    if len(lines) > 1:
        figure.layout.title.font.size = style.FONT - 1
        figure.layout.margin.t = 48
        figure.layout.title.y = 0.985 - 1.2 * style.FONT / height  # Plotly lets further lines grow upwards
    return figure


def residual_figure(
    marks: Mapping[str, Line],
    keys: Sequence[str],
    *,
    title: str,
    axis: str,
    reach: float,
    limits: Ends,
    unit: str,
    height: int,
) -> go.Figure:
    """A function of the residual for each model, the marked point on every curve."""
    figure = go.Figure()
    figure.add_vline(x=0, line={"color": style.GRID, "width": 1})
    if limits[0] < 0 < limits[1]:
        figure.add_hline(y=0, line={"color": style.NEUTRAL, "width": 1})
    for key in keys:
        curve(figure, key, marks[key], look(key).colour, 2.2, look(key).dash)
    colours = [look(key).colour for key in keys]
    figure.add_scatter(
        x=marks["at"][0], y=marks["at"][1], mode="markers", meta="at", hoverinfo="skip", cliponaxis=False,
        marker={"symbol": [look(key).symbol for key in keys], "size": 12, "color": colours, "line": {"width": 2, "color": style.POINT}},
    )  # fmt: skip
    return style.roomy(
        style.style(
            figure,
            title=title,
            height=height,
            x=style.axis(f"residual{unit}", -reach, reach),
            y=style.axis(axis, *limits),
        )
    )


def qq_figure(marks: Mapping[str, Line], key: str, *, reach: float, unit: str, height: int) -> go.Figure:
    """Sorted residuals against the quantiles of the noise that was fitted: on the diagonal where it is right."""
    figure = go.Figure()
    figure.add_scatter(
        x=[-reach, reach],
        y=[-reach, reach],
        mode="lines",
        hoverinfo="skip",
        line={"color": style.NEUTRAL, "width": 1.5, "dash": "dot"},
    )
    grip(figure, "qq", marks["qq"], "circle", look(key).colour, 7)
    ring(figure, marks["picked"])
    title = f"Q–Q: diagonal if {coloured(look(key).short, look(key).colour)} noise is right"
    x, y = f"quantile of the fitted noise{unit}", f"residual{unit}"
    return style.roomy(
        style.style(figure, title=title, height=height, x=style.axis(x, -reach, reach), y=style.axis(y, -reach, reach))
    )
