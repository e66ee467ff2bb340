"""One look for all figures: colours with one meaning each, quiet grid, symbols on the axes, room for the picture.

Text and background colours stay unset: Streamlit's theme gives them, so that one figure serves light and dark.
"""

from __future__ import annotations

from itertools import pairwise
from math import floor, log10

import plotly.graph_objects as go

# Okabe & Ito (2008), Color Universal Design. One meaning, one colour, on all pages.
MODEL = "#0072B2"
DATA = "#D55E00"
TRUTH = "#009E73"
POINT = "#CC79A7"  # the optimum and the reader's own point, told apart by their shape
NEUTRAL = "#7F8A96"
GRID = "rgba(127, 138, 150, 0.18)"
HALO = "rgba(255, 255, 255, 0.9)"

FONT = 14
Colour = tuple[int, int, int, int]


def fade(colour: str, alpha: float) -> str:
    """The colour as an rgba string."""
    return f"rgba({int(colour[1:3], 16)}, {int(colour[3:5], 16)}, {int(colour[5:7], 16)}, {alpha:.3f})"


def bands(count: int, colour: str = MODEL, top: float = 0.88) -> tuple[Colour, ...]:
    """Colours of a surface's bands from the top down: one hue, opacity falling evenly from `top`, so that either background
    shows through.
    """
    red, green, blue = int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
    return tuple((red, green, blue, round(255 * opacity)) for opacity in _opacities(count, top))


def layers(count: int, colour: str = MODEL, top: float = 0.88) -> list[tuple[float, str]]:
    """The same bands as a colour scale from the bottom up for a contour chart, which paints each level over those below it."""
    opacities = [0.0, *reversed(_opacities(count, top))]
    painted = [1 - (1 - above) / (1 - below) for below, above in pairwise(opacities)]
    # Plotly colours the k-th of n regions with the scale's value at k/(n − 1).
    return [(i / max(count - 1, 1), fade(colour, alpha)) for i, alpha in enumerate(painted)]


def _opacities(count: int, top: float) -> list[float]:
    bottom = 0.05
    return [top + (bottom - top) * i / max(count - 1, 1) for i in range(count)]


def css(colour: Colour) -> str:
    return f"rgba({colour[0]}, {colour[1]}, {colour[2]}, {colour[3] / 255:.3f})"


def axis(
    title: str, low: float | None = None, high: float | None = None, *, logarithmic: bool = False
) -> dict[str, object]:
    """An axis with a title and, where marks move on it, a range that stays put."""
    spec: dict[str, object] = {
        "title": {"text": title, "standoff": 6, "font": {"size": FONT - 1}},
        "gridcolor": GRID,
        "zeroline": False,
        "ticks": "",
        "tickfont": {"size": FONT - 2},
        "automargin": True,
        "nticks": 6,
        "exponentformat": "power",
    }
    if low is not None and high is not None:
        spec |= {"range": [log10(low), log10(high)] if logarithmic else [low, high], "autorange": False}
        if logarithmic:
            powers = range(floor(log10(low)), floor(log10(high)) + 1)
            ticks = [m * 10.0**k for k in powers for m in (1, 2, 5) if low <= m * 10.0**k <= high]
            spec |= {"type": "log", "tickvals": ticks, "ticktext": [f"{tick:g}" for tick in ticks]}
    return spec


#: As wide as axes mostly need: Plotly draws all anew if they want more.
MARGIN = {"l": 58, "r": 10, "t": 34, "b": 50}


def style(
    figure: go.Figure, *, title: str, height: int, x: dict[str, object], y: dict[str, object], fixed: dict[str, int] | None = None
) -> go.Figure:  # fmt: skip
    """Give a figure the app's look; `title` states what is seen. Call it before anything else sets a part of the layout.

    Margins grow with what the axes need, but for those of a `fixed` frame: charts above and beside each other line up.
    """
    if fixed:
        x, y = {**x, "automargin": False}, {**y, "automargin": False}
    # Whole parts at once: merging them into what is there takes ten times as long.
    figure.update_layout(
        overwrite=True,
        title={
            "text": title,
            "x": 0,
            "xref": "paper",
            "xanchor": "left",
            "y": 0.985,
            "yanchor": "top",
            "font": {"size": FONT + 1},
            "pad": {"l": 0},
        },
        height=height,
        margin=fixed or MARGIN,
        font={"size": FONT},
        showlegend=False,
        hovermode="closest",
        dragmode="zoom",
        bargap=0,
        xaxis=x,
        yaxis=y,
        modebar={"orientation": "h"},
    )
    return figure


def roomy(figure: go.Figure) -> go.Figure:
    """Room between the numbers and the title of the upright axis."""
    figure.layout.yaxis.title.standoff = 10
    figure.layout.margin.l = 64
    return figure
