"""Two laws, the signed integrand of their divergence, landscapes of it, and estimates on their way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from mle_ui.figures import style

Array = npt.NDArray[np.float64]
Line = tuple[Array, Array]

#: What adds to a divergence, and what takes away from it.
GAIN, LOSS = style.POINT, style.NEUTRAL
_POINT = {"symbol": "circle", "size": 14, "color": style.POINT, "line": {"width": 2, "color": style.HALO}}


def coloured(words: str, colour: str) -> str:
    """Words of a title in the colour of what they name."""
    return f'<span style="color:{colour}">{words}</span>'


P, Q = coloured("p", style.DATA), coloured("q", style.MODEL)


def curve(
    figure: go.Figure, mark: str, at: Line, colour: str, width: float = 2.5, dash: str = "solid", **options: object
) -> None:
    """A line that the drag layer may move."""
    options.setdefault("hoverinfo", "skip")
    figure.add_scatter(
        x=at[0], y=at[1], mode="lines", meta=mark, line={"color": colour, "width": width, "dash": dash, "simplify": False}, **options
    )  # fmt: skip


def words(
    figure: go.Figure,
    mark: str | None,
    at: Line,
    texts: Sequence[str],
    colour: str,
    place: str = "middle right",
    size: int = 0,
) -> None:
    """Text in the picture, which the drag layer may move and rewrite."""
    figure.add_scatter(
        x=at[0], y=at[1], text=list(texts), mode="text", meta=mark, hoverinfo="skip", textposition=place,
        textfont={"size": style.FONT + size, **({"color": colour} if colour else {})},
    )  # fmt: skip


def laws_figure(
    p: Line, q: Line, hands: Mapping[str, Line], *, reach: tuple[float, float], y_range: tuple[float, float],
    ratio: Line | None = None, height: int = 255,
) -> go.Figure:  # fmt: skip
    """Both densities with the hands that move them; with their log ratio where they are drawn as logarithms."""
    figure = go.Figure()
    if ratio is not None:
        figure.add_hline(y=0, line={"color": style.NEUTRAL, "width": 1})
        curve(
            figure,
            "ratio",
            ratio,
            style.POINT,
            2,
            "dash",
            hoverinfo=None,
            hovertemplate="%{x:.4g}: %{y:.4g} nats<extra>log p/q</extra>",
        )
    for mark, at, colour in (("p", p, style.DATA), ("q", q, style.MODEL)):
        curve(figure, mark, at, colour, hoverinfo=None, hovertemplate=f"{mark}(%{{x:.4g}}) = %{{y:.4g}}<extra></extra>")
    for law, colour in (("p", style.DATA), ("q", style.MODEL)):
        figure.add_scatter(
            x=hands[law][0], y=hands[law][1], mode="markers", meta=f"{law}-hands", hoverinfo="skip", cliponaxis=False,
            marker={"symbol": ["circle", "diamond"], "size": [12, 11], "color": colour, "line": {"width": 2, "color": style.HALO}},
        )  # fmt: skip
    title = f"Drag {P} and {Q} by peak ● or shoulder ◆"
    if ratio is not None:
        title = f"log {P}, log {Q}, and {coloured('log(p/q)', style.POINT)} between them"
    return style.roomy(
        style.style(
            figure, title=title, height=height, x=style.axis("x", *reach),
            y=style.axis("density" if ratio is None else "log density (nats)", *y_range),
        )
    )  # fmt: skip


def signed(x: Array, y: Array) -> tuple[Line, Line]:
    """What of a curve lies above zero and what below, with its crossings of zero among the points."""
    cross = np.flatnonzero(y[:-1] * y[1:] < 0)
    at = x[cross] - y[cross] * (x[cross + 1] - x[cross]) / (y[cross + 1] - y[cross])
    x, y = np.insert(x, cross + 1, at), np.insert(y, cross + 1, 0.0)
    return (x, np.maximum(y, 0.0)), (x, np.minimum(y, 0.0))


def integrand_figure(
    integrand: Line, said: tuple[float, float, str], *, first: str, second: str, unit: str, reach: tuple[float, float], top: float,
    height: int = 225,
) -> go.Figure:  # fmt: skip
    """The signed integrand of D(first‖second): what lies above zero and what below, and their sum in words."""
    figure = go.Figure()
    figure.add_hline(y=0, line={"color": style.NEUTRAL, "width": 1})
    for sign, at, colour in zip("+-", signed(*integrand), (GAIN, LOSS), strict=True):
        figure.add_scatter(
            x=at[0], y=at[1], mode="lines", meta=f"integrand{sign}", fill="tozeroy", fillcolor=style.fade(colour, 0.7),
            line={"width": 0, "color": colour, "simplify": False}, hovertemplate="%{x:.4g}: %{y:.4g}<extra></extra>",
        )  # fmt: skip
    words(figure, "sum", (np.array([said[0]]), np.array([said[1]])), [said[2]], "")
    colours = {"p": style.DATA, "q": style.MODEL}
    title = (
        f"{coloured(first, colours[first])} log({coloured(first, colours[first])}/{coloured(second, colours[second])}): "
        f"{coloured('gain', GAIN)} − {coloured('loss', LOSS)} = D({first}‖{second})"
    )
    y = style.axis(f"{unit} per unit of x", -0.5 * top, top)
    return style.roomy(style.style(figure, title=title, height=height, x=style.axis("x", *reach), y=y))


def landscape_figure(
    axes: tuple[Array, Array], depth: Array, value: Array, levels: Sequence[tuple[float, float, str]], p: tuple[float, float],
    q: tuple[float, float], *, title: str, unit: str, bands: int, height: int = 330,
) -> go.Figure:  # fmt: skip
    """Contours of a divergence over the plane of q's mean and width: the lowest place is p."""
    figure = go.Figure()
    figure.add_contour(
        x=axes[0], y=axes[1], z=-depth, meta="field", showscale=False, zmin=-bands, zmax=0, colorscale=style.layers(bands),
        contours={"start": 1 - bands, "end": -1, "size": 1, "coloring": "fill"},
        line={"width": 0.8, "color": "rgba(255,255,255,0.45)", "smoothing": 0.6},
        customdata=value, hovertemplate=f"μ_q = %{{x:.3g}}, σ_q = %{{y:.3g}}<br>%{{customdata:.4g}} {unit}<extra></extra>",
    )  # fmt: skip
    for x, y, text in levels:
        words(figure, None, (np.array([x]), np.array([y])), [text], style.HALO, "top center", -2)
    figure.add_scatter(
        x=[p[0]], y=[p[1]], mode="markers", meta="p", hovertemplate="p: D = 0<extra></extra>",
        marker={"symbol": "x", "size": 10, "color": style.DATA, "line": {"width": 1.5, "color": style.HALO}},
    )  # fmt: skip
    figure.add_scatter(x=[q[0]], y=[q[1]], mode="markers", meta="q", hoverinfo="skip", cliponaxis=False, marker=_POINT)
    return style.style(
        figure, title=title, height=height, x=style.axis("μ_q, mean of q", axes[0][0], axes[0][-1]),
        y=style.axis("σ_q, width of q", axes[1][0], axes[1][-1], logarithmic=True),
    )  # fmt: skip


def draws_figure(
    funnel: tuple[Array, Array, Array], estimate: Line, bar: Line, now: tuple[float, float], said: tuple[float, float, str], *,
    title: str, ends: tuple[float, float], height: int = 330,
) -> go.Figure:  # fmt: skip
    """A running Monte Carlo estimate in units of the exact value, in the funnel of two standard errors that narrows as 1/√n."""
    figure = go.Figure()
    x, low, high = funnel
    figure.add_scatter(
        x=np.concatenate([x, x[::-1]]), y=np.concatenate([low, high[::-1]]), mode="lines", line={"width": 0}, hoverinfo="skip",
        fill="toself", fillcolor=style.fade(style.TRUTH, 0.14),
    )  # fmt: skip
    figure.add_hline(y=1, line={"color": style.TRUTH, "width": 2})
    words(figure, None, (np.array([ends[1]]), np.array([0.94])), ["exact"], style.TRUTH, "bottom left", -1)
    curve(figure, "bar", bar, style.POINT, 3)
    curve(figure, "estimate", estimate, style.MODEL, 2)
    figure.add_scatter(x=[now[0]], y=[now[1]], mode="markers", meta="now", hoverinfo="skip", marker=_POINT)
    words(figure, "said", (np.array([said[0]]), np.array([said[1]])), [said[2]], "", size=-1)
    axis = style.axis("n, draws", *ends, logarithmic=True)
    axis |= {"tickvals": [10, 100, 1000, 10000], "ticktext": ["10", "100", "1000", "10 000"]}
    return style.roomy(style.style(figure, title=title, height=height, x=axis, y=style.axis("estimate / exact", 0, 2)))


def orders_figure(renyi: Line, point: tuple[float, float], *, height: int = 330) -> go.Figure:
    """Rényi's divergence over its order, as a share of D(p‖q)."""
    figure = go.Figure()
    curve(
        figure,
        "renyi",
        renyi,
        style.MODEL,
        hoverinfo=None,
        hovertemplate="α = %{x:.3g}: %{y:.4g} of D(p‖q)<extra></extra>",
    )
    words(figure, None, (np.array([1.0]), np.array([1.02])), ["D(p‖q)"], style.NEUTRAL, "top left", -2)
    figure.add_scatter(
        x=[point[0]], y=[point[1]], mode="markers", meta="alpha", hoverinfo="skip", cliponaxis=False, marker=_POINT
    )
    return style.roomy(
        style.style(
            figure, title="Rényi rises with α to D(p‖q)", height=height, x=style.axis("α, order", 0, 1.02),
            y=style.axis("D_α / D", -0.04, 1.15),
        )
    )  # fmt: skip
