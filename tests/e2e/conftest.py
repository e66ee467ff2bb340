"""Real Chromium against a real server: one server for each app, one browser, a fresh context for each test."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests import browser as chromium
from tests.e2e.probe import PROBE

ROOT = Path(__file__).resolve().parents[2]


class Server:
    """`streamlit run` of a script on a free port."""

    def __init__(self, script: Path, **environment: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        command = [
            sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(self.port),
            "--server.address", "127.0.0.1", "--server.headless", "true", "--server.fileWatcherType", "none",
        ]  # fmt: skip
        self.process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
        )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=2):
                    return
            except OSError:
                time.sleep(0.1)
        self.stop()
        raise RuntimeError("the server did not start")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)


def _served(script: Path, **environment: str) -> Iterator[str]:
    server = Server(script, **environment)
    yield server.url
    server.stop()


@pytest.fixture(scope="session")
def app_url() -> Iterator[str]:
    yield from _served(ROOT / "app.py")


@pytest.fixture
def fresh_server() -> Iterator[str]:
    """A server that nobody has visited yet."""
    yield from _served(ROOT / "app.py")


@pytest.fixture(scope="session")
def kinds_url() -> Iterator[str]:
    yield from _served(ROOT / "tests" / "e2e" / "live_page.py")


@pytest.fixture(scope="session")
def hands_url() -> Iterator[str]:
    yield from _served(ROOT / "tests" / "e2e" / "hands_page.py")


@pytest.fixture(scope="session")
def slow_url() -> Iterator[str]:
    yield from _served(ROOT / "tests" / "e2e" / "live_page.py", SLOW="0.7")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium.executable()
    assert path, "no Chromium: run `make test`, which gets one"
    with sync_playwright() as playwright:
        instance = playwright.chromium.launch(executable_path=path, args=chromium.FLAGS)
        yield instance
        instance.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open an address in a context of its own; at the end nothing may have failed in the page's scripts."""
    contexts, troubles = [], []

    def listen(message: ConsoleMessage) -> None:
        if "live layer stands back" in message.text:
            troubles.append(message.text)

    def open_(
        url: str, *, width: int = 1400, height: int = 900, charts: bool = True, script: str = "", **options: object
    ) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)  # type: ignore[arg-type]
        contexts.append(context)
        context.add_init_script(PROBE + script)
        page = context.new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.goto(url)
        if charts:
            page.wait_for_function("probe.ready()", timeout=30_000)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert not troubles
