"""Probabilities over two features with their labels, points by their probability, calibration, and counts of predictions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from mle_ui.figures import style
from mle_ui.figures.logistic import dots, label
from mle_ui.figures.product import coloured, line

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Line = tuple[Array, Array]

#: Okabe & Ito's colours for up to five classes, and shapes to tell them apart without colour.
CLASSES = ("#D55E00", "#0072B2", "#009E73", "#CC79A7", "#7F8A96")
SHAPES = ("circle", "square", "diamond", "triangle-up", "cross")


def _labels(ones: Flags) -> dict[str, object]:
    return {
        "symbol": ["circle" if one else "circle-open" for one in ones], "size": 9, "color": style.DATA,
        "line": {"width": [1 if one else 2 for one in ones], "color": [style.HALO if one else style.DATA for one in ones]},
    }  # fmt: skip


def field_figure(
    axes: tuple[Array, Array], p: Array, marks: Mapping[str, Line], ones: Flags, words: Sequence[str], *, bands: int,
    window: Sequence[tuple[float, float]], names: Sequence[str], one: str, height: int = 470,
) -> go.Figure:  # fmt: skip
    """The probability of one class as bands of blue, the boundary at the threshold, the best one, and the points."""
    figure = go.Figure()
    figure.add_contour(
        x=axes[0], y=axes[1], z=p.astype(np.float32), meta="field", showscale=False, zmin=0, zmax=1,
        contours={"start": 1 / bands, "end": 1 - 1 / bands, "size": 1 / bands, "coloring": "fill"}, colorscale=style.layers(bands),
        line={"width": 0}, hovertemplate="%{x:.3g}, %{y:.3g}<br>p = %{z:.3f}<extra></extra>",
    )  # fmt: skip
    for mark in ("best-0", "best-1"):
        if mark in marks:
            line(figure, mark, marks[mark], style.POINT, 2.5, dash="7px,4px")
    for mark in ("boundary-0", "boundary-1"):
        if mark in marks:
            line(figure, mark, marks[mark], style.MODEL, 3)
    dots(
        figure,
        "points",
        marks["points"],
        _labels(ones),
        text=list(words),
        hoverinfo=None,
        hovertemplate="%{text}<extra></extra>",
    )
    title = f"p of “{one}”: {coloured('p = τ', style.MODEL)}, {coloured('the best', style.POINT)}. Drag points"
    return style.style(
        figure, title=title, height=height, x=style.axis(names[0], *window[0]), y=style.axis(names[1], *window[1])
    )


def split_figure(
    marks: Mapping[str, Line], counts: Mapping[str, str], ones: Flags, words: Sequence[str], *, classes: Sequence[str],
    rows: tuple[float, float], height: int = 300,
) -> go.Figure:  # fmt: skip
    """Every point by its probability; the threshold cuts each class in two, and the four parts are the confusion table."""
    figure = go.Figure()
    line(figure, "threshold", (np.full(2, marks["threshold"][0][0]), np.array(rows)), style.MODEL, 3)
    dots(
        figure, "points", marks["points"], _labels(ones) | {"size": 8}, text=list(words), hoverinfo=None,
        hovertemplate="%{text}: p = %{x:.3f}<extra></extra>",
    )  # fmt: skip
    for mark, text in counts.items():
        right = mark in ("tp", "tn")
        figure.add_scatter(
            x=marks[mark][0], y=marks[mark][1], text=[text], mode="text", meta=mark, hoverinfo="skip",
            textposition="middle left" if mark in ("tp", "fp") else "middle right",
            textfont={"size": style.FONT, "color": style.MODEL if right else style.DATA},
        )  # fmt: skip
    y = style.axis("true class", *rows) | {
        "tickvals": [0, 1],
        "ticktext": list(classes),
        "showgrid": False,
        "tickangle": -90,
    }
    return style.style(
        figure, title=f"Confusion: drag {coloured('the threshold τ', style.MODEL)}", height=height,
        x=style.axis("p, probability given", -0.02, 1.02), y=y,
    )  # fmt: skip


def calibration_figure(marks: Mapping[str, Line], bins: int, *, height: int = 300) -> go.Figure:
    """How often the ones came, in each part of the probability that they were given."""
    figure = go.Figure()
    line(figure, "diagonal", (np.array([0.0, 1.0]), np.array([0.0, 1.0])), style.NEUTRAL, 1, dash="4px,4px")
    for k in range(bins):
        line(figure, f"span-{k}", marks[f"span-{k}"], style.fade(style.MODEL, 0.6), 2)
    dots(
        figure, "bins", marks["bins"], {"symbol": "circle", "size": 10, "color": style.MODEL, "line": {"width": 1.5, "color": style.HALO}},
    )  # fmt: skip
    label(figure, 1.0, 0.03, "calibrated: on the diagonal", style.NEUTRAL, "middle left")
    return style.style(
        figure, title="Calibration: share of ones by p, 95 %", height=height, x=style.axis("mean p given", -0.02, 1.02),
        y=style.axis("share of ones", -0.04, 1.04),
    )  # fmt: skip


def fields_figure(
    axes: tuple[Array, Array], p: Array, at: Line, marks: Mapping[str, Line], codes: npt.NDArray[np.int64], words: Sequence[str], *,
    bands: int, window: Sequence[tuple[float, float]], names: Sequence[str], classes: Sequence[str], height: int = 470,
) -> go.Figure:  # fmt: skip
    """Each class's probability in its colour, one over the other, borders, the best ones, the points and the one that is asked for."""
    figure = go.Figure()
    for k, field in enumerate(p):
        figure.add_contour(
            x=axes[0], y=axes[1], z=field.astype(np.float32), meta=f"field-{k}", showscale=False, zmin=0, zmax=1, hoverinfo="skip",
            contours={"start": 1 / bands, "end": 1 - 1 / bands, "size": 1 / bands, "coloring": "fill"},
            colorscale=style.layers(bands, CLASSES[k], 0.8), line={"width": 0},
        )  # fmt: skip
    for mark, ends in marks.items():
        if mark.startswith("best-"):
            line(figure, mark, ends, style.POINT, 2.5, dash="7px,4px")
        elif mark.startswith("mine-"):
            line(figure, mark, ends, style.NEUTRAL, 2)
    dots(
        figure, "points", at,
        {
            "symbol": [SHAPES[code] for code in codes], "size": 9, "color": [CLASSES[code] for code in codes],
            "line": {"width": 1.2, "color": style.HALO},
        },
        text=list(words), hoverinfo=None, hovertemplate="%{text}<extra></extra>",
    )  # fmt: skip
    dots(
        figure, "asked", marks["asked"],
        {"symbol": "star", "size": 17, "color": style.POINT, "line": {"width": 1.5, "color": style.HALO}}, cliponaxis=False,
    )  # fmt: skip
    title = ", ".join(coloured(name, CLASSES[k]) for k, name in enumerate(classes))
    if any(mark.startswith("best-") and np.ptp(ends[0]) + np.ptp(ends[1]) > 0 for mark, ends in marks.items()):
        title += f"; {coloured('best borders', style.POINT)}"
    return style.style(
        figure, title=title, height=height, x=style.axis(names[0], *window[0]), y=style.axis(names[1], *window[1])
    )


def shares_figure(shares: Line, classes: Sequence[str], *, height: int = 300) -> go.Figure:
    """Probabilities of the classes at one point."""
    figure = go.Figure()
    figure.add_bar(
        x=shares[0], y=shares[1], width=0.6, meta="shares", hovertemplate="%{y:.4g}<extra></extra>",
        marker={"color": list(CLASSES[: len(classes)]), "line": {"width": 0}},
    )  # fmt: skip
    x = style.axis("class", -0.6, len(classes) - 0.4)
    x |= {"tickvals": list(range(len(classes))), "ticktext": list(classes), "showgrid": False}
    shown = style.style(
        figure, title="What your weights say at ★", height=height, x=x, y=style.axis("probability", 0.0, 1.03)
    )
    return style.roomy(shown)


def table_figure(counts: Sequence[Sequence[int]], classes: Sequence[str], *, height: int = 300) -> go.Figure:
    """True classes in rows, named ones in columns: what is on the diagonal is right."""
    figure = go.Figure()
    for i, row in enumerate(counts):
        for j, count in enumerate(row):
            figure.add_scatter(
                x=[j], y=[i], text=[str(count)], mode="text", meta=f"cell-{i}{j}", hoverinfo="skip",
                textfont={"size": style.FONT + 2, "color": style.MODEL if i == j else style.DATA},
            )  # fmt: skip
    ticks = {"tickvals": list(range(len(classes))), "ticktext": list(classes), "showgrid": False}
    x = style.axis("named as", -0.6, len(classes) - 0.4) | ticks
    y = style.axis("true class", len(classes) - 0.4, -0.6) | ticks
    right, wrong = coloured("right", style.MODEL), coloured("wrong", style.DATA)
    shown = style.style(figure, title=f"Confusion: {right} or {wrong}", height=height, x=x, y=y)
    shown.layout.margin.l = 34 + round(7.5 * max(len(name) for name in classes))  # the names stand beside their rows
    shown.layout.yaxis.title.standoff = 8
    return shown
