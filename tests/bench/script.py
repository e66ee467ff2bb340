"""A page script's own Python: processor time of a run after a slider was moved to a place that it has not seen."""

from __future__ import annotations

import time
from importlib import import_module
from statistics import median

from mle_ui.state import Link
from tests import pages
from tests.app.test_every_page import opened

MOVES = 7
#: Sliders of steps, not of parameters.
STEPS = ("draws", "m", "step", "n")
#: Measured besides the pages as they open: a million drawn observations.
MORE: tuple[tuple[str, pages.Query], ...] = (("surface", {"data": "generated", "draws": "1000000"}),)


def _runs(page: str, query: pages.Query) -> tuple[float, list[float]]:
    """The first visit and the runs after it, in milliseconds."""
    build = import_module(f"mle_ui.scenes.{page}.scene").build
    sliders = {sweep.slider.key: sweep.slider for sweep in build(Link(query)).tables().sweeps}
    start = time.process_time()
    at = opened(page, query)
    first = time.process_time() - start
    control = next(widget for widget in at.select_slider if widget.key in sliders and widget.key not in STEPS)
    slider = sliders[control.key]
    times = []
    for move in range(1, MOVES + 1):
        step = slider.index(float(control.value))
        at.select_slider(key=slider.key).set_value(
            slider.values[step + (move if step < len(slider.values) // 2 else -move)]
        )
        start = time.process_time()
        at.run()
        times.append((time.process_time() - start) * 1e3)
        assert not at.exception
    return first * 1e3, times


def main() -> None:
    print(
        "\nOwn Python of a page's script, ms of processor time: the first visit, and a run after a slider was moved to a new place"
    )
    print(f"{'page':<44}{'first':>8}{'median':>8}{'worst':>8}")
    for page, query in (*((name, {}) for name in pages.NAMES), *MORE):
        first, times = _runs(page, query)
        name = page + "".join(f" {key}={value}" for key, value in query.items())
        print(f"{name:<44}{first:>8.0f}{median(times):>8.0f}{max(times):>8.0f}", flush=True)
