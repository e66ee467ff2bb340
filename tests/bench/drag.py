"""Drawn frames while a slider is dragged: per pointer move and per frame that the browser offered, beside a stock page."""

from __future__ import annotations

from collections.abc import Sequence

from playwright.sync_api import sync_playwright

from tests import pages
from tests.browser import FLAGS, executable
from tests.e2e.conftest import ROOT, Server
from tests.e2e.probe import PROBE, swing
from tests.e2e.test_every_page import address, unfold

HIDE = "Object.defineProperty(window, 'Plotly', { get: () => undefined, set: () => {} });"
SECONDS = 4.0


def main(states: Sequence[pages.State] = pages.BROWSER) -> None:
    server = Server(ROOT / "app.py")
    print(f"\nDrag of every live slider for {SECONDS:g} s at 60 moves a second: frames in which a drawn mark changed")
    print(f"{'page':<44}{'slider':<10}{'moves':>7}{'offered':>9}{'changed':>9}{'per move':>10}{'per frame':>11}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        for state, stock in [*((s, False) for s in states), (pages.State("surface", 0), True)]:
            context = browser.new_context(viewport={"width": 1400, "height": 900})
            context.add_init_script(PROBE + (HIDE if stock else ""))
            page = context.new_page()
            page.goto(address(server.url, state))
            if stock:
                page.wait_for_selector(".js-plotly-plot .scatterlayer .trace")
                page.wait_for_timeout(1500)
            else:
                page.wait_for_function("probe.ready()", timeout=30_000)
            unfold(page)
            for sweep in pages.tables(state).sweeps:
                if not page.evaluate(f"probe.shown({sweep.slider.key!r})"):
                    continue
                n = swing(page, sweep.slider.key, SECONDS)
                page.mouse.up()
                page.wait_for_timeout(1500)
                label = "surface without the layer" if stock else str(state)
                ratios = n["changed"] / n["moves"], n["changed"] / n["offered"]
                print(
                    f"{label[:43]:<44}{sweep.slider.key:<10}{n['moves']:>7}{n['offered']:>9}{n['changed']:>9}"
                    f"{ratios[0]:>10.2f}{ratios[1]:>11.2f}",
                    flush=True,
                )
            context.close()
        browser.close()
    server.stop()
