"""A product of densities on its way out of the formats' range, its terms, and L beside ℓ over a parameter."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from mle_ui.figures import style

Array = npt.NDArray[np.float64]
Line = tuple[Array, Array]

POINT = {"symbol": "circle", "size": 13, "color": style.POINT, "line": {"width": 2, "color": style.HALO}}
BEST = {"symbol": "x", "size": 10, "color": style.POINT, "line": {"width": 1, "color": style.HALO}}


def coloured(words: str, colour: str) -> str:
    """Words of a title in the colour of what they name."""
    return f'<span style="color:{colour}">{words}</span>'


def line(figure: go.Figure, mark: str, at: Line, colour: str, width: float = 2.5, **options: object) -> None:
    """A line that the drag layer may move."""
    dash = options.pop("dash", "solid")
    options.setdefault("hoverinfo", "skip")
    figure.add_scatter(
        x=at[0], y=at[1], mode="lines", meta=mark, line={"color": colour, "width": width, "dash": dash, "simplify": False}, **options
    )  # fmt: skip


@dataclass(frozen=True)
class Limit:
    """A format's limit: its height, its words, and where they begin."""

    at: float
    words: str
    x: float
    position: str


def product_figure(
    path: Line,
    so_far: Line,
    now: tuple[float, float],
    exits: Mapping[str, tuple[Line, tuple[float, float], str]],
    limits: Sequence[Limit],
    *,
    left: Collection[str],
    most: int,
    y_range: tuple[float, float],
    height: int = 345,
) -> go.Figure:
    """Logarithm of the product of the first m densities, in nats.

    `exits` has for each format the line where it ends, the place of its label and the label; `left` names those whose label stands
    left of their line; `limits` are the formats' limits.
    """
    figure = go.Figure()
    low, high = y_range
    for limit in limits:
        if low < limit.at < high:
            figure.add_scatter(
                x=[0, most], y=[limit.at] * 2, mode="lines", hoverinfo="skip", line={"color": style.NEUTRAL, "width": 1, "dash": "dot"}
            )  # fmt: skip
            figure.add_scatter(
                x=[limit.x], y=[limit.at + (0.012 if "top" in limit.position else -0.012) * (high - low)], text=[limit.words],
                mode="text", textposition=limit.position, hoverinfo="skip", textfont={"size": style.FONT - 3, "color": style.NEUTRAL},
            )  # fmt: skip
    for key, (at, label, words) in exits.items():
        line(figure, f"exit-{key}", at, style.DATA, 1.5, dash="dash")
        figure.add_scatter(
            x=[label[0]], y=[label[1]], text=[words], mode="text", meta=f"name-{key}",
            textposition="middle left" if key in left else "middle right", hoverinfo="skip",
            textfont={"size": style.FONT - 1, "color": style.DATA},
        )  # fmt: skip
    line(
        figure,
        "path",
        path,
        style.fade(style.MODEL, 0.35),
        2,
        hoverinfo=None,
        hovertemplate="m = %{x}: %{y:.2f} nats<extra></extra>",
    )
    line(figure, "sum", so_far, style.MODEL, 3.5)
    figure.add_scatter(
        x=[now[0]], y=[now[1]], mode="markers", meta="now", hoverinfo="skip", cliponaxis=False, marker=POINT
    )
    return style.roomy(
        style.style(
            figure,
            title=f"{coloured('Σ log p', style.MODEL)} lives on where the {coloured('raw products', style.DATA)} end",
            height=height,
            x=style.axis("m, points multiplied so far", 0, most * 1.02),
            y=style.axis("log of the product = Σ log p, nats", low, high),
        )
    )


def terms_figure(terms: Line, *, most: int, y_range: tuple[float, float], height: int = 240) -> go.Figure:
    """Each observation's log p as a bar; bars of those that have not come yet are flat."""
    figure = go.Figure()
    figure.add_bar(
        x=terms[0], y=terms[1], width=0.8, meta="terms", marker={"color": style.MODEL, "line": {"width": 0}},
        hovertemplate="log p(x⁽%{x}⁾; θ) = %{y:.3f} nats<extra></extra>",
    )  # fmt: skip
    return style.roomy(
        style.style(
            figure,
            title=f"Each point adds one {coloured('term log p', style.MODEL)}",
            height=height,
            x=style.axis("i, place in the sample", 0.3, most + 0.7),
            y=style.axis("log p (nats)", *y_range),
        )
    )


def sample_figure(
    model: Line, sample: Line, *, discrete: bool, name: str, quantity: str, window: tuple[float, float], peak: float, height: int = 345
) -> go.Figure:  # fmt: skip
    """The points that have come, each at its own height under the model's density."""
    figure = go.Figure()
    if discrete:
        figure.add_bar(
            x=model[0], y=model[1], width=0.7, meta="model", marker={"color": style.fade(style.MODEL, 0.5), "line": {"width": 0}},
            hovertemplate="p(%{x}; θ) = %{y:.4f}<extra></extra>",
        )  # fmt: skip
    else:
        line(
            figure,
            "model",
            model,
            style.MODEL,
            hoverinfo=None,
            hovertemplate="p(%{x:.5g}; θ) = %{y:.4g}<extra></extra>",
        )
    figure.add_scatter(
        x=sample[0], y=sample[1], mode="markers", meta="sample", hovertemplate="x = %{x}<br>p = %{y:.4g}<extra></extra>",
        marker={"size": 7, "color": style.fade(style.DATA, 0.75), "line": {"width": 0.5, "color": style.HALO}},
    )  # fmt: skip
    kind = "probabilities" if discrete else "density"
    style.style(
        figure,
        title=f"{coloured('Points', style.DATA)} under the {coloured(f'{name} {kind}', style.MODEL)}",
        height=height,
        x=style.axis(quantity, *window),
        y=style.axis("probability" if discrete else "density, per unit of x", -0.04 * peak, peak),
    )
    return style.roomy(figure)


def likelihood_figure(
    exact: Line, single: Line, best: tuple[float, float], point: tuple[float, float], *, axis: str, symbol: str,
    window: tuple[float, float], logarithmic: bool, top: float, height: int = 240,
) -> go.Figure:  # fmt: skip
    """L in units of its maximum: exactly, and as the raw product in float32."""
    figure = go.Figure()
    line(figure, "exact", exact, style.MODEL)
    figure.add_scatter(
        x=single[0], y=single[1], mode="markers", meta="single", hovertemplate="%{x:.5g}: %{y:.3g}<extra>float32</extra>",
        marker={"size": 7, "color": style.DATA, "line": {"width": 1, "color": style.HALO}}, cliponaxis=False,
    )  # fmt: skip
    _two(figure, best, point)
    words = f"L({symbol}), {coloured('exact', style.MODEL)} and {coloured('as float32 products', style.DATA)}"
    spec = style.axis(axis, *window, logarithmic=logarithmic)
    y = {
        **style.axis("L / its maximum", -0.06, top + 0.06),
        "tickvals": [0, 0.5, 1, top],
        "ticktext": ["0", "½", "1", "∞"],
    }
    return style.roomy(style.style(figure, title=words, height=height, x=spec, y=y))


def loglik_figure(
    curve: Line, best: tuple[float, float], point: tuple[float, float], *, axis: str, symbol: str,
    window: tuple[float, float], logarithmic: bool, floor: float, height: int = 240,
) -> go.Figure:  # fmt: skip
    """ℓ below its maximum over the same parameter."""
    figure = go.Figure()
    line(figure, "loglik", curve, style.MODEL)
    _two(figure, best, point)
    return style.roomy(
        style.style(
            figure,
            title=f"ℓ({symbol}): another shape, the same {coloured('argmax', style.POINT)}",
            height=height,
            x=style.axis(axis, *window, logarithmic=logarithmic),
            y=style.axis("Δℓ (nats)", floor, -0.12 * floor),
        )
    )


def _two(figure: go.Figure, best: tuple[float, float], point: tuple[float, float]) -> None:
    """The maximum, and the reader's own point."""
    figure.add_scatter(
        x=[best[0]], y=[best[1]], mode="markers", meta="best", hovertemplate="argmax: %{x:.6g}<extra></extra>", marker=BEST
    )  # fmt: skip
    figure.add_scatter(
        x=[point[0]], y=[point[1]], mode="markers", meta="theta", hoverinfo="skip", cliponaxis=False, marker=POINT
    )  # fmt: skip
