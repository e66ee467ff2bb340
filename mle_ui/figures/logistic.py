"""A sigmoid over its labels, the landscape of its loss, what each label costs, and a descent over its steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from mle_ui.figures import style
from mle_ui.figures.product import coloured, line

Array = npt.NDArray[np.float64]
Line = tuple[Array, Array]

FAINT = "#E8A57C"  # a lighter orange
_CIRCLE = {"symbol": "circle", "size": 14, "color": style.POINT, "line": {"width": 2, "color": style.HALO}}


def dots(figure: go.Figure, mark: str, at: Line, marker: Mapping[str, object], **options: object) -> None:
    """Points that the drag layer may move."""
    options.setdefault("hoverinfo", "skip")
    figure.add_scatter(x=at[0], y=at[1], mode="markers", meta=mark, marker=dict(marker), **options)


def label(figure: go.Figure, x: float, y: float, text: str, colour: str, place: str = "middle right") -> None:
    """A word that stays where it is."""
    figure.add_scatter(
        x=[x], y=[y], text=[text], mode="text", textposition=place, hoverinfo="skip", textfont={"size": style.FONT - 1, "color": colour}
    )  # fmt: skip


def curve_figure(
    marks: Mapping[str, Line], ones: npt.NDArray[np.bool_], words: Sequence[str], *, window: tuple[float, float],
    heights: tuple[float, float], quantity: str, outcome: str, height: int = 430,
) -> go.Figure:  # fmt: skip
    """The sigmoid in the reader's hand, the best one with its band, the labels, and the case that is asked for."""
    figure = go.Figure()
    for edge in (0.0, 1.0):
        figure.add_hline(y=edge, line={"color": style.GRID, "width": 1.5})
    ends = np.array([window[0], window[1]])
    line(figure, "query", (np.full(2, marks["query"][0][0]), np.array(heights)), style.TRUTH, 1.5, dash="4px,3px")
    for mark in ("sticks-ones", "sticks-zeros"):
        if mark in marks:
            line(figure, mark, marks[mark], style.fade(style.DATA, 0.55), 1.5)
    for mark in ("low", "high"):
        line(figure, mark, marks[mark], style.fade(style.POINT, 0.8), 1.2, dash="2px,3px")
    line(figure, "fit", marks["fit"], style.POINT, 2, dash="7px,4px")
    line(figure, "model", marks["model"], style.MODEL, 3)
    line(figure, "span", marks["span"], style.POINT, 3)
    dots(
        figure, "points", marks["points"],
        {
            "symbol": ["circle" if one else "circle-open" for one in ones], "size": 10, "color": style.DATA,
            "line": {"width": [1 if one else 2 for one in ones], "color": [style.HALO if one else style.DATA for one in ones]},
        },
        text=list(words), hoverinfo=None, hovertemplate="%{text}<extra></extra>", cliponaxis=False,
    )  # fmt: skip
    dots(figure, "theirs", marks["theirs"], {"symbol": "diamond", "size": 11, "color": style.POINT})
    dots(figure, "mine", marks["mine"], {"symbol": "circle", "size": 10, "color": style.MODEL})
    for mark in ("grip-b", "grip-w"):
        dots(figure, mark, marks[mark], _CIRCLE)
    label(figure, float(ends[1]), heights[0] + 0.08, "click here to add a 0 ", style.NEUTRAL, "middle left")
    yours, best = coloured("Your curve", style.MODEL), coloured("Best curve, 95 %", style.POINT)
    y = style.axis(f"probability of {outcome}", *heights) | {"tickvals": [0, 0.25, 0.5, 0.75, 1]}
    shown = style.style(figure, title=f"{yours}: drag ●. {best}", height=height, x=style.axis(quantity, *window), y=y)
    shown.layout.yaxis.title.standoff = 10
    shown.layout.margin.l = 60
    return shown


def landscape_figure(
    axes: tuple[Array, Array], depth: Array, drop: Array, marks: Mapping[str, Line], *, bands: int, titles: tuple[str, str], what: str,
    over: str = "b and w", height: int = 430,
) -> go.Figure:  # fmt: skip
    """Contours of the loss over two weights; the reader's point, the way down, the slope and the bottom."""
    figure = go.Figure()
    figure.add_contour(
        x=axes[0], y=axes[1], meta="field", showscale=False, z=-depth.astype(np.float32), zmin=-bands, zmax=0,
        contours={"start": 1 - bands, "end": -1, "size": 1, "coloring": "fill"}, colorscale=style.layers(bands),
        line={"width": 0.8, "color": "rgba(255,255,255,0.45)", "smoothing": 0.6}, customdata=drop.astype(np.float32),
        hovertemplate="%{x:.3g}, %{y:.3g}<br>%{customdata:.3f} nats above the best<extra></extra>",
    )  # fmt: skip
    if "path" in marks:
        line(figure, "path", marks["path"], style.HALO, 2)
    line(figure, "arrow", marks["arrow"], style.DATA, 2.5)
    dots(
        figure, "best", marks["best"],
        {"symbol": "x", "size": 10, "color": style.POINT, "line": {"width": 1.5, "color": style.HALO}},
    )  # fmt: skip
    dots(
        figure, "now", marks["now"],
        {"symbol": "diamond", "size": 11, "color": style.MODEL, "line": {"width": 1.5, "color": style.HALO}},
    )  # fmt: skip
    dots(figure, "start", marks["start"], _CIRCLE, cliponaxis=False)
    x, y = (style.axis(title, float(axis[0]), float(axis[-1])) for title, axis in zip(titles, axes, strict=True))
    return style.style(
        figure, title=f"{what} over {over}; {coloured('arrow: −Σ(p − y)x', style.DATA)}", height=height, x=x, y=y
    )


def terms_figure(
    marks: Mapping[str, Line], words: Sequence[str], *, top: float, axis: str, height: int = 235
) -> go.Figure:
    """What each label costs: a one-hot target leaves one term of its cross-entropy."""
    figure = go.Figure(layout={"barmode": "overlay"})
    for mark, colour in (("ones", style.DATA), ("zeros", FAINT)):
        _costs(figure, mark, marks[mark], colour, words)
    return _terms(figure, len(words), top, axis, height)


def points_terms_figure(
    losses: Line, colours: Sequence[str], words: Sequence[str], *, top: float, axis: str, title: str | None = None, height: int = 300
) -> go.Figure:  # fmt: skip
    """The same with one mark for all points: each bar in the colour of its class."""
    figure = go.Figure()
    _costs(figure, "losses", losses, list(colours), words)
    return _terms(figure, len(words), top, axis, height, title)


def _costs(figure: go.Figure, mark: str, at: Line, colour: str | list[str], words: Sequence[str]) -> None:
    figure.add_bar(
        x=at[0], y=at[1], width=0.8, meta=mark, marker={"color": colour, "line": {"width": 0}},
        customdata=list(words), hovertemplate="%{customdata}: %{y:.4f} nats<extra></extra>",
    )  # fmt: skip


def _terms(figure: go.Figure, count: int, top: float, axis: str, height: int, title: str | None = None) -> go.Figure:
    x = style.axis(axis, -0.7, count - 0.3) | {"showticklabels": False, "showgrid": False}
    title = title or f"{coloured('−y log p', style.DATA)} {coloured('−(1−y) log(1−p)', FAINT)}: they sum to the NLL"
    return style.style(figure, title=title, height=height, x=x, y=style.axis("nats", 0.0, top))


def steps_figure(
    marks: Mapping[str, Line], kept: Sequence[int], *, title: str, axis: str, span: tuple[float, float], logarithmic: bool,
    best: float | None, height: int = 235,
) -> go.Figure:  # fmt: skip
    """A number along a descent, over its steps as they are kept."""
    figure = go.Figure()
    ends = np.array([-0.5, len(kept) - 0.5])
    if "best" in marks:
        line(figure, "best", (ends, np.full(2, marks["best"][1][0])), style.POINT, 1.5, dash="6px,4px")
    elif best is not None:
        line(figure, "least", (ends, np.full(2, best)), style.POINT, 1.5, dash="6px,4px")
    line(figure, "way", marks["way"], style.MODEL, 2.5)
    dots(
        figure, "now", marks["now"],
        {"symbol": "diamond", "size": 11, "color": style.MODEL, "line": {"width": 1.5, "color": style.HALO}},
    )  # fmt: skip
    ticks = [i for i, step in enumerate(kept) if step in (0, 1, 3, 10, 32, 100, 320, 1000)]
    x = style.axis("steps t", -0.5, len(kept) - 0.5) | {"tickvals": ticks, "ticktext": [str(kept[i]) for i in ticks]}
    return style.style(figure, title=title, height=height, x=x, y=style.axis(axis, *span, logarithmic=logarithmic))
