"""Code lengths as steps whose area is the cross-entropy, the messages' probabilities, and what each costs too much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from mle_ui.figures import style
from mle_ui.figures.entropies import BETWEEN, Line, P, Q, area
from mle_ui.figures.product import coloured, line


def code_figure(
    length: Line, own: Line, at: Line, names: Sequence[str], *, span: tuple[float, float], height: int = 440
) -> go.Figure:
    """Each message a step: as wide as it is frequent, as high as its code is long."""
    figure = go.Figure()
    area(figure, "length", length, style.fade(Q, 0.35), style.fade(Q, 0.35))
    line(figure, "own", own, P, 3)
    figure.add_scatter(
        x=at[0], y=at[1], text=list(names), mode="text", meta="names", hoverinfo="skip", textfont={"size": style.FONT + 1},
        cliponaxis=True,
    )  # fmt: skip
    return style.roomy(
        style.style(
            figure,
            title=f"{coloured('Area in q’s code', Q)} = H(p, q); {coloured('in p’s own', P)} = H(p)",
            height=height,
            x=style.axis("share of the messages, p", 0.0, 1.0),
            y=style.axis("length of the code word −log₂, bits", *span),
        )
    )


def messages_figure(
    rows: Mapping[str, Line],
    tops: Mapping[str, Sequence[tuple[float, float]]],
    names: Sequence[str],
    *,
    height: int = 440,
) -> go.Figure:
    """Probabilities of p and q side by side, dragged by their tops."""
    figure = go.Figure()
    for name, colour in (("p", P), ("q", Q)):
        figure.add_bar(
            x=rows[name][0], y=rows[name][1], width=0.38, meta=name,
            marker={"color": style.fade(colour, 0.75), "line": {"width": 0}}, hovertemplate=f"{name}: %{{y:.4f}}<extra></extra>",
        )  # fmt: skip
        for k, (x, y) in enumerate(tops[name]):
            figure.add_scatter(
                x=[x], y=[y], mode="markers", meta=f"top-{name}{k}", hoverinfo="skip", cliponaxis=False,
                marker={"symbol": "circle", "size": 12, "color": style.POINT, "line": {"width": 2.5, "color": colour}},
            )  # fmt: skip
    count = len(names)
    return style.roomy(
        style.style(
            figure,
            title=f"The source {coloured('p', P)} and the belief {coloured('q', Q)}: drag the tops",
            height=height,
            x={
                **style.axis("message", -0.6, count - 0.4),
                "tickvals": list(range(count)),
                "ticktext": list(names),
                "showgrid": False,
            },
            y=style.axis("probability", 0.0, 1.03),
        )
    )


def excess_figure(extra: Line, names: Sequence[str], *, height: int = 260) -> go.Figure:
    """p log₂(p/q) of each message: negative where q's code is shorter."""
    figure = go.Figure()
    line(figure, "zero", (np.array([-0.6, len(names) - 0.4]), np.zeros(2)), style.NEUTRAL, 1)
    figure.add_bar(
        x=extra[0], y=extra[1], width=0.6, meta="extra", marker={"color": BETWEEN, "line": {"width": 0}},
        hovertemplate="%{y:.4f} bits<extra></extra>",
    )  # fmt: skip
    return style.roomy(
        style.style(
            figure,
            title=f"p log₂(p/q) sums to {coloured('D(p‖q)', BETWEEN)}",
            height=height,
            x={
                **style.axis("message", -0.6, len(names) - 0.4),
                "tickvals": list(range(len(names))),
                "ticktext": list(names),
                "showgrid": False,
            },
            y=style.axis("bits", -0.6, 2.0),
        )
    )
