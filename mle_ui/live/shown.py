"""What a scene hands to the page besides tables: drawings and readouts. Pure data."""

from __future__ import annotations

from dataclasses import dataclass

import plotly.graph_objects as go


@dataclass(frozen=True)
class Drawing:
    """A figure under its chart's key, and the words that a screen reader says."""

    key: str
    figure: go.Figure
    alt: str


@dataclass(frozen=True)
class Readout:
    """One number of the strip under the picture."""

    name: str
    label: str
    value: str
    help: str | None = None
