"""Marks as the browser shows them, and how far two showings lie apart, in pixels."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.e2e.probe import distance, points


def marks(page: Page) -> dict[str, list]:
    """Every moving mark's drawing, by chart and name."""
    found = page.evaluate(
        """() => {
            const names = new Set((__mleLive.tables?.sliders ?? []).flatMap(s => s.tracks.map(t => t.chart + '/' + t.mark)));
            return [...names].map(name => [name, probe.shape(...name.split(/\\/(.*)/s).slice(0, 2))]);
        }"""
    )
    return {name: shape for name, shape in found if shape}


def inside(corners: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Plotly leaves out corners far outside of the picture; only what can be seen is compared."""
    return [(x, y) for x, y in corners if -5 < x < 1500 and -5 < y < 420]


def apart(one: list, other: list) -> float:
    """The largest distance between two showings of a mark."""
    worst = 0.0
    assert one
    for a, b in zip(one, other, strict=True):
        if isinstance(a, str):
            corners, line = points(a), points(b)
            if len(line) > 2 and len(corners) > 2:
                worst = max(worst, distance(inside(corners), line), distance(inside(line), corners))
            elif corners and line:
                worst = max(
                    worst, *(max(abs(p - r), abs(q - s)) for (p, q), (r, s) in zip(corners, line, strict=False))
                )
        else:
            worst = max(worst, *(abs(p - q) for p, q in zip(a[:2], b[:2], strict=True)))
    return worst
