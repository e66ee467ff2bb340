"""What each racer looks like on every chart: a colour, a symbol and a dash of its own, so that no two differ by colour alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Look:
    """Plotly's symbol and dash, the same symbol as a character, and a short name for a label at the end of a curve."""

    short: str
    colour: str
    symbol: str
    glyph: str
    dash: str


#: The first six are Okabe & Ito's; black and yellow vanish on one of the two backgrounds, so two of Tol's (2021) muted
#: scheme take their place. Purple stays with the start and the optimum.
LOOKS: Mapping[str, Look] = {
    "gradient": Look("Gradient", "#0072B2", "circle", "●", "solid"),
    "momentum": Look("Momentum", "#3FA0D8", "square", "■", "8px,3px"),
    "newton": Look("Newton", "#D55E00", "diamond", "◆", "solid"),
    "fisher": Look("Fisher", "#D08F00", "triangle-up", "▲", "8px,3px"),
    "bfgs": Look("BFGS", "#009E73", "triangle-down", "▼", "8px,3px,2px,3px"),
    "adam": Look("Adam", "#8A8A2B", "star", "★", "3px,2px"),
    "sgd": Look("Mini-batch", "#A8456A", "cross", "✚", "2px,2px"),
    "em": Look("EM", "#7A68B0", "hexagon", "⬢", "12px,3px"),
}
#: How a run ended, after its name.
ENDS: Mapping[str, str] = {
    "converged": "✓",
    "max_steps": "…",
    "oscillating": "↯",
    "diverged": "✗",
    "astray": "✗",
    "unstarted": "✗",
}
