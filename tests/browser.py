"""Find a Chromium for the tests, or get one: on the PATH, else Debian's (as root), else Playwright's own download.

Run as a script before the tests; imported by them for `executable()`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


def starts(path: str) -> bool:
    """Whether the file is a browser that runs here: a stub or one without its libraries is none."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=30, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def on_path() -> str | None:
    """The first Chromium or Chrome on the PATH that starts."""
    return next((found for name in NAMES if (found := shutil.which(name)) and starts(found)), None)


def downloaded() -> str | None:
    """Playwright's own Chromium, if it has been downloaded."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() and starts(path) else None


def executable() -> str | None:
    return on_path() or downloaded()


def _run(*command: str) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False).returncode == 0


def main() -> int:
    if executable():
        return 0
    if os.name == "posix" and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Debian's chromium for the browser tests …", flush=True)
        if _run("apt-get", "update", "-qq") and _run("apt-get", "install", "-y", "-qq", "chromium") and on_path():
            return 0
    print("Downloading Playwright's Chromium for the browser tests …", flush=True)
    if _run(sys.executable, "-m", "playwright", "install", "chromium") and downloaded():
        return 0
    print(
        "The browser tests need Chromium: install it, with its libraries, so that `chromium` is on the PATH.",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
