"""From a key press on a slider to the last redrawn chart, beside stock Streamlit pages, turn by turn."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from playwright.sync_api import Page, sync_playwright

from tests import pages
from tests.browser import FLAGS, executable
from tests.e2e.conftest import ROOT, Server
from tests.e2e.probe import PROBE

TURNS = 10
#: Resolves with the milliseconds until every chart carries another stamp than before.
WATCH = """key => {
    const stamps = () => [...document.querySelectorAll('.js-plotly-plot')].map(gd => gd.layout?.meta?.state);
    const before = stamps()[0], count = stamps().length; // a chart may leave the document while it is replaced
    const input = document.querySelector(`.st-key-${key} input[type=range]`);
    input.focus();
    window.took = new Promise(done => {
        input.addEventListener('keydown', () => {
            const start = performance.now();
            const drawn = () => [...document.querySelectorAll('.js-plotly-plot')].every(probe.drawn);
            let ready = false;
            const look = () => {
                if (ready) return;
                ready = stamps().length >= count && stamps().every(s => s && s !== before) && drawn();
                if (ready) done(performance.now() - start);
            };
            // Twice a frame: a chart that is drawn within a frame is seen after it, not a frame later.
            const channel = new MessageChannel();
            channel.port1.onmessage = look;
            const frame = () => { look(); channel.port2.postMessage(0); if (!ready) requestAnimationFrame(frame); };
            frame();
        }, { once: true, capture: true });
    });
}"""


def _turn(page: Page, key: str, turn: int) -> float:
    page.evaluate(WATCH, key)
    page.keyboard.press("ArrowRight" if turn % 2 else "ArrowLeft")
    took: float = page.evaluate("window.took")
    page.wait_for_timeout(700)
    return took


def main(names: Sequence[str] = tuple(pages.NAMES)) -> None:
    print(
        "\nCommit: from a key press to the last redrawn chart, medians of turns taken in turn."
        "\nstock = the same page without the drag layer; bare = its charts, controls and numbers alone, without text and tabs"
    )
    print(
        f"{'page':<16}{'slider':<10}{'bare ms':>10}{'stock ms':>10}{'page ms':>10}{'page / stock':>14}{'page / bare':>13}"
    )
    script = ROOT / "tests" / "bench" / "stock_page.py"
    app, without = Server(ROOT / "app.py"), Server(script)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        for name in names:
            bare = Server(script, BARE=name)
            path = f"/{name.replace('_', '-')}"
            key = pages.tables(pages.State(name, 0)).sweeps[0].slider.key
            rivals = {"page": app.url + path, "stock": without.url + path, "bare": bare.url}
            context = browser.new_context(viewport={"width": 1400, "height": 900})
            context.add_init_script(PROBE)
            shown: dict[str, Page] = {}
            for rival, url in rivals.items():
                shown[rival] = context.new_page()
                shown[rival].goto(url)
                count = len(pages.drawings(pages.State(name, 0)))
                shown[rival].wait_for_function(f"probe.charts().length === {count} && probe.settled()", timeout=60_000)
            times: dict[str, list[float]] = {rival: [] for rival in rivals}
            for turn in range(TURNS):
                for rival in (*rivals,) if turn % 2 else (*reversed(rivals),):
                    shown[rival].bring_to_front()
                    times[rival].append(_turn(shown[rival], key, turn))
            ms = {
                rival: median(took[2:]) for rival, took in times.items()
            }  # the first two states are new to the server
            print(
                f"{name:<16}{key:<10}{ms['bare']:>10.0f}{ms['stock']:>10.0f}{ms['page']:>10.0f}"
                f"{ms['page'] / ms['stock']:>14.2f}{ms['page'] / ms['bare']:>13.2f}",
                flush=True,
            )
            context.close()
            bare.stop()
        browser.close()
    app.stop()
    without.stop()
