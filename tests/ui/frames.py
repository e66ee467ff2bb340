"""How far what is played lies from what is drawn, in parts of the axes' lengths."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from tests.ui.wire import blend, far

#: Little more than a pixel: at the step where the page stands, and at any other.
COMMITTED, BETWEEN = 0.004, 0.006


def trace(of: go.Figure, mark: str) -> Any:
    """The trace that carries a mark's name."""
    (found,) = [trace for trace in of.data if trace.meta == mark]
    return found


def axes(of: go.Figure) -> tuple[np.ndarray, np.ndarray]:
    """Lower ends and lengths of the two axes."""
    ends = np.array([of.layout.xaxis.range, of.layout.yaxis.range], dtype=float)
    return ends[:, 0], ends[:, 1] - ends[:, 0]


def placed(x: Any, y: Any, of: go.Figure) -> np.ndarray:
    """Points in parts of the axes' lengths, logarithms on logarithmic axes."""
    low, length = axes(of)
    columns = []
    for values, axis in ((x, of.layout.xaxis), (y, of.layout.yaxis)):
        column = np.asarray(values, dtype=float).ravel()
        columns.append(np.log10(np.maximum(column, 1e-300)) if axis.type == "log" else column)
    return (np.stack(np.broadcast_arrays(*columns), axis=1) - low) / length


def gap(kind: str, played: tuple[Any, Any], wanted: tuple[Any, Any], of: go.Figure) -> float:
    """The largest distance of a mark from where it should be; lines and areas as curves, within the picture."""
    one, other = placed(*played, of), placed(*wanted, of)
    if kind not in ("line", "area"):
        seen = np.all((np.abs(one - 0.5) < 1) | (np.abs(other - 0.5) < 1), axis=1)
        return float(np.abs(one - other)[seen].max(initial=0.0))
    shown = [line[np.all((line >= 0) & (line <= 1), axis=1)] for line in (one, other)]
    return max(far(shown[0], other), far(shown[1], one))


def frame(wire: dict[str, Any], place: float) -> tuple[np.ndarray, np.ndarray]:
    """x and y of a track at a place between 0 and 1, among frames that are not spread evenly where it has knots."""
    if "knots" in wire:
        place = float(np.interp(place, wire["knots"], np.linspace(0, 1, len(wire["knots"]))))
    return blend(wire["x"], place), blend(wire["y"], place)
