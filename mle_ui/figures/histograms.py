"""Two histograms, what each outcome adds to a divergence, and the simplex of three outcomes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from mle_ui.figures import style
from mle_ui.figures.divergence import GAIN, LOSS, P, Q, coloured

Array = npt.NDArray[np.float64]
Line = tuple[Array, Array]


def bars_figure(p: Line, q: Line, *, top: float, height: int = 225) -> go.Figure:
    """Both laws side by side; each bar is dragged by its top."""
    figure = go.Figure(layout={"barmode": "overlay"})
    for mark, at, colour in (("p", p, style.DATA), ("q", q, style.MODEL)):
        figure.add_bar(
            x=at[0], y=at[1], width=0.38, meta=mark, marker={"color": colour, "line": {"width": 0}},
            hovertemplate=f"{mark}: %{{y:.4g}}<extra></extra>",
        )  # fmt: skip
    x = style.axis("outcome", 0.4, len(p[0]) + 0.6) | {"tickvals": list(range(1, len(p[0]) + 1))}
    return style.style(
        figure,
        title=f"Two histograms, {P} and {Q}: drag a bar by its top",
        height=height,
        x=x,
        y=style.axis("height", 0.0, top),
    )


def terms_figure(
    gain: Line, loss: Line, endless: Line, *, first: str, second: str, unit: str, top: float, height: int = 225
) -> go.Figure:
    """What each outcome adds to, or takes from, D(first‖second); ∞ where the second law has a zero that the first has not."""
    figure = go.Figure(layout={"barmode": "overlay"})
    for mark, at, colour in (("gain", gain, GAIN), ("loss", loss, LOSS)):
        figure.add_bar(
            x=at[0], y=at[1], width=0.6, meta=mark, marker={"color": colour, "line": {"width": 0}},
            hovertemplate=f"outcome %{{x}}: %{{y:.4g}} {unit}<extra></extra>",
        )  # fmt: skip
    figure.add_scatter(
        x=endless[0], y=endless[1], text=["∞"] * len(endless[0]), mode="text", meta="endless", hoverinfo="skip",
        textfont={"size": style.FONT + 6, "color": GAIN},
    )  # fmt: skip
    colours = {"p": style.DATA, "q": style.MODEL}
    one, other = coloured(first, colours[first]), coloured(second, colours[second])
    x = style.axis("outcome", 0.4, len(gain[0]) + 0.6) | {"tickvals": list(range(1, len(gain[0]) + 1))}
    return style.style(
        figure, title=f"{one} log({one}/{other}): {coloured('gain', GAIN)} − {coloured('loss', LOSS)} = D({first}‖{second})",
        height=height, x=x, y=style.axis(unit, -0.5 * top, top),
    )  # fmt: skip


def simplex_figure(
    p: tuple[float, float], q: tuple[float, float], corner: float, *, field: tuple[Array, Array, Array], bands: int, first: str,
    second: str, box: Sequence[tuple[float, float]], height: int = 360,
) -> go.Figure:  # fmt: skip
    """All laws of three outcomes, each corner certain of one, with contours of D(first‖second) over q."""
    figure = go.Figure()
    figure.add_contour(
        x=field[0], y=field[1], z=-field[2], meta="field", showscale=False, zmin=-bands, zmax=0, colorscale=style.layers(bands),
        contours={"start": 1 - bands, "end": -1, "size": 1, "coloring": "fill"}, hoverinfo="skip",
        line={"width": 0.8, "color": "rgba(255,255,255,0.45)"},
    )  # fmt: skip
    figure.add_scatter(
        x=[0, 1, 0.5, 0],
        y=[0, 0, corner, 0],
        mode="lines",
        hoverinfo="skip",
        line={"color": style.NEUTRAL, "width": 1.5},
    )
    for x, y, text, where in (
        (0, 0, "all on 1", "bottom center"), (1, 0, "all on 2", "bottom center"), (0.5, corner, "all on 3", "top center")
    ):  # fmt: skip
        figure.add_scatter(
            x=[x], y=[y], text=[text], mode="text", textposition=where, hoverinfo="skip", cliponaxis=False
        )
    for mark, at, colour in (("p", p, style.DATA), ("q", q, style.MODEL)):
        figure.add_scatter(
            x=[at[0]], y=[at[1]], mode="markers", meta=mark, hoverinfo="skip", cliponaxis=False,
            marker={"symbol": "circle", "size": 14, "color": colour, "line": {"width": 2, "color": style.HALO}},
        )  # fmt: skip
    colours = {"p": style.DATA, "q": style.MODEL}
    shown = style.style(
        figure, title=f"D({coloured(first, colours[first])}‖{coloured(second, colours[second])}) over all {Q}: drag {P} or {Q}",
        height=height, x={**style.axis("share of 2 + ½ share of 3", *box[0]), "showgrid": False, "constrain": "domain"},
        y={**style.axis("√¾ · share of 3", *box[1]), "showgrid": False},
    )  # fmt: skip
    return shown.update_layout(yaxis={"scaleanchor": "x", "scaleratio": 1, "constrain": "domain"})
