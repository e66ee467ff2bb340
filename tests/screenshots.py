"""Take the screenshots that the README and docs/ show, from the running app: `make screenshots`."""

from __future__ import annotations

from playwright.sync_api import sync_playwright

from tests.browser import FLAGS, executable
from tests.e2e.conftest import ROOT, Server
from tests.e2e.probe import PROBE

SIZES = {"wide": (1400, 900), "phone": (390, 844)}
TARGET = ROOT / "docs" / "screenshots"


def main() -> None:
    server = Server(ROOT / "app.py")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        for size, (width, height) in SIZES.items():
            for scheme in ("light", "dark"):
                context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
                context.add_init_script(PROBE)
                page = context.new_page()
                page.goto(f"{server.url}/surface?mu=299.83&sigma=0.09")
                page.wait_for_function("probe.ready()", timeout=30_000)
                page.wait_for_timeout(800)
                page.screenshot(path=TARGET / f"surface-{size}-{scheme}.png")
                context.close()
        browser.close()
    server.stop()


if __name__ == "__main__":
    main()
