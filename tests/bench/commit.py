"""From a key press on a slider to the last redrawn chart, beside a stock Streamlit page with the same charts, turn by turn."""

from __future__ import annotations

from statistics import median

from playwright.sync_api import Page, sync_playwright

from tests import pages
from tests.browser import FLAGS, executable
from tests.e2e.conftest import ROOT, Server
from tests.e2e.probe import PROBE

TURNS = 12
#: Resolves with the milliseconds until every chart carries another stamp than before.
WATCH = """key => {
    const stamps = () => [...document.querySelectorAll('.js-plotly-plot')].map(gd => gd.layout?.meta?.state);
    const before = stamps()[0];
    const input = document.querySelector(`.st-key-${key} input[type=range]`);
    input.focus();
    window.took = new Promise(done => {
        input.addEventListener('keydown', () => {
            const start = performance.now();
            const drawn = () => [...document.querySelectorAll('.js-plotly-plot')].every(probe.drawn);
            const look = () => stamps().every(s => s && s !== before) && drawn()
                ? done(performance.now() - start) : requestAnimationFrame(look);
            look();
        }, { once: true, capture: true });
    });
}"""


def _turn(page: Page, key: str, turn: int) -> float:
    page.evaluate(WATCH, key)
    page.keyboard.press("ArrowRight" if turn % 2 else "ArrowLeft")
    took: float = page.evaluate("window.took")
    page.wait_for_timeout(700)
    return took


def main() -> None:
    print(
        "\nCommit: from a key press to the last redrawn chart, median of turns taken in turn; stock page = same charts, no layer"
    )
    print(f"{'page':<16}{'slider':<10}{'stock ms':>10}{'page ms':>10}{'page / stock':>14}")
    app = Server(ROOT / "app.py")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        for name in pages.NAMES:
            stock = Server(ROOT / "tests" / "bench" / "stock_page.py", PAGE=name)
            context = browser.new_context(viewport={"width": 1400, "height": 900})
            context.add_init_script(PROBE)
            ours, theirs = context.new_page(), context.new_page()
            ours.goto(f"{app.url}/{name.replace('_', '-')}")
            theirs.goto(stock.url)
            ours.wait_for_function("probe.ready()", timeout=60_000)
            count = ours.evaluate("probe.charts().length")
            theirs.wait_for_function(f"probe.charts().length === {count} && probe.settled()", timeout=60_000)
            key = pages.tables(pages.State(name, 0)).sweeps[0].slider.key
            times: dict[str, list[float]] = {"ours": [], "theirs": []}
            for turn in range(TURNS):
                for which, page in (("theirs", theirs), ("ours", ours)):
                    page.bring_to_front()
                    times[which].append(_turn(page, key, turn))
            a, b = median(times["theirs"]), median(times["ours"])
            print(f"{name:<16}{key:<10}{a:>10.0f}{b:>10.0f}{b / a:>14.2f}")
            context.close()
            stock.stop()
        browser.close()
    app.stop()
