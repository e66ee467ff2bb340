"""Drawn frames while a slider is dragged: per pointer move and per frame that the browser offered, beside a stock page."""

from __future__ import annotations

from playwright.sync_api import sync_playwright

import mle_core as mle
from mle_ui.scenes.surface import settings
from tests.browser import FLAGS, executable
from tests.e2e.conftest import ROOT, Server
from tests.e2e.probe import PROBE, swing
from tests.e2e.test_surface import DATA, NUMBERS

HIDE = "Object.defineProperty(window, 'Plotly', { get: () => undefined, set: () => {} });"


def main() -> None:
    server = Server(ROOT / "app.py")
    print("\nDrag on /surface for 4 s at 60 moves a second: frames in which a drawn mark changed")
    print(f"{'family':<12}{'slider':<8}{'moves':>7}{'offered':>9}{'changed':>9}{'per move':>10}{'per frame':>11}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        for family, stock in [*((f, False) for f in settings.DRAWN if f not in NUMBERS), ("normal", True)]:
            data = DATA.get(family, "groundbeef")
            context = browser.new_context(viewport={"width": 1400, "height": 900})
            context.add_init_script(PROBE + (HIDE if stock else ""))
            page = context.new_page()
            page.goto(f"{server.url}/surface?data={data}&family={family}")
            if stock:
                page.wait_for_selector(".st-key-surface .scatterlayer .trace")
                page.wait_for_timeout(1500)
            else:
                page.wait_for_function("probe.ready()", timeout=30_000)
            for name in mle.FAMILIES[family].names:
                n = swing(page, name, 4.0)
                page.mouse.up()
                page.wait_for_timeout(1500)
                label = "stock page" if stock else family
                per_move, per_frame = n["changed"] / n["moves"], n["changed"] / n["offered"]
                print(
                    f"{label:<12}{name:<8}{n['moves']:>7}{n['offered']:>9}{n['changed']:>9}{per_move:>10.2f}{per_frame:>11.2f}"
                )
            context.close()
        browser.close()
    server.stop()
