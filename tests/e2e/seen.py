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


def images(shape: list) -> list[list[float]]:
    """The fields among a mark's elements: x, y, width and height of each."""
    return [
        element
        for element in shape
        if isinstance(element, list) and len(element) == 4 and not isinstance(element[2], str)
    ]


def box(shape: list) -> list[float]:
    """Ends of what a mark covers: of its fields, or of the paths of the contours that a field stands for."""
    corners = [(x + i * w, y + i * h) for x, y, w, h in images(shape) for i in (0, 1)]
    corners = corners or [corner for path in shape if isinstance(path, str) for corner in points(path)]
    return [end(corner[axis] for corner in corners) for axis in (0, 1) for end in (min, max)]


def apart(one: list, other: list) -> float:
    """The largest distance between two showings of a mark."""
    worst = 0.0
    assert one
    if bool(images(one)) != bool(images(other)):  # a field that is played over contours: both fill the same plot
        return max(abs(a - b) for a, b in zip(box(one), box(other), strict=True))
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
