"""The marks of the page that shows every kind: formulas of `a` (linear) and `b` (logarithmic), for page and tests."""

from __future__ import annotations

import numpy as np

from mle_ui.figures import style
from mle_ui.live import Slider, Track

A = tuple(round(-3 + 0.0125 * i, 4) for i in range(481))
B = tuple(float(f"{v:.4g}") for v in np.geomspace(0.5, 4, 401))
SLIDERS = (
    Slider("a", "a", "place", A, tuple(f"{v:.7g}" for v in A), 160),
    Slider("b", "b", "width", B, tuple(f"{v:.7g}" for v in B), 150, logarithmic=True),
)
Z = np.linspace(-5, 5, 161)
GRID = np.linspace(-6, 6, 161)
BARS = np.arange(-4, 5.0)
CELLS = np.linspace(-6, 6, 40)
COLOURS = style.bands(10)
KINDS = {
    "line": ("bell",),
    "area": ("wave",),
    "bars": ("counts",),
    "points": ("dots",),
    "text": ("words",),
    "rule": ("x", "y"),
    "image": ("field",),
}


def bell(a, b):
    return a[:, None] + b[:, None] * Z, np.exp(-0.5 * Z**2) / b[:, None]


def wave(a, b):
    return np.sin((GRID - a[:, None]) / b[:, None])


def counts(a, b):
    return np.exp(-0.5 * ((BARS - a[:, None]) / b[:, None]) ** 2)


def dots(a, b):
    k = np.arange(5)
    return a[:, None] + k * b[:, None] / 2, 1 - 0.2 * k + 0 * a[:, None]


def field(a, b):
    return np.clip(((CELLS[None, :] - a) ** 2 + CELLS[:, None] ** 2) / (8 * b), 0, 10) / 10


def tracks(a, b):
    x, y = bell(a, b)
    px, py = dots(a, b)
    words = tuple(f"a = {v:.7g}" for v in A) if len(a) > 1 and len(set(b)) == 1 else None
    few = slice(None, None, max(1, (len(a) - 1) // 20))
    image = np.stack([np.round(255 * field(*v)).astype(np.uint8) for v in zip(a[few], b[few], strict=True)])
    return (
        Track("line", "bell", "line", x, y),
        Track("area", "wave", "area", GRID, wave(a, b)),
        Track("bars", "counts", "bars", BARS, counts(a, b), width=0.8),
        Track("points", "dots", "points", px, py),
        Track("text", "words", "text", a[:, None], 0.5 / b[:, None], texts=words),
        Track("rule", "x", "rule", a[:, None], 0 * a[:, None], along="x"),
        Track("rule", "y", "rule", 0 * a[:, None], 1 / b[:, None], along="y"),
        Track("image", "field", "image", values=image, extent=(-6, 6, -6, 6), colours=COLOURS),
        Track("image", "grip", "points", a[:, None], b[:, None]),
    )  # fmt: skip
