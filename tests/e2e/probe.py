"""What the browser tests look at and how they move the pointer."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

#: Runs in every page before anything else.
PROBE = (Path(__file__).parent / "probe.js").read_text(encoding="utf-8")


@dataclass
class Traffic:
    """Messages that the page sent to the server."""

    sent: int = 0

    @classmethod
    def of(cls, page: Page) -> Traffic:
        """Count from now on; to be called before the page connects."""
        traffic = cls()

        def count(_: object) -> None:
            traffic.sent += 1

        page.on("websocket", lambda socket: socket.on("framesent", count))
        return traffic


def settle(page: Page) -> None:
    """Wait until the server has answered and every chart shows the answer."""
    page.wait_for_timeout(350)  # a released slider commits about 200 ms later
    page.wait_for_function("probe.ready() && !__mleLive.active && !__mleLive.drag", timeout=30_000)
    page.wait_for_timeout(80)


def grab(page: Page, key: str) -> tuple[float, float]:
    """Press the mouse on a slider's thumb."""
    page.locator(f".st-key-{key}").scroll_into_view_if_needed()
    x, y = page.evaluate("probe.thumb(arguments0)".replace("arguments0", repr(key)))
    page.mouse.move(x, y)
    page.mouse.down()
    return x, y


def drag(page: Page, key: str, by: float, moves: int = 24) -> None:
    """Drag a slider's thumb by so many pixels; the button stays down."""
    x, y = grab(page, key)
    for i in range(1, moves + 1):
        page.mouse.move(x + by * i / moves, y)
        page.wait_for_timeout(16)
    page.wait_for_timeout(60)


def swing(page: Page, key: str, seconds: float, reach: float = 90.0) -> dict[str, int]:
    """Swing a thumb to and fro at 60 moves a second; returns moves, frames offered and frames in which a mark changed."""
    x, y = grab(page, key)
    low, high = page.evaluate(f"probe.track({key!r})")
    centre = min(max(x, low + reach), high - reach)
    page.mouse.move(centre, y)
    page.wait_for_timeout(100)
    page.evaluate("probe.count()")
    page.wait_for_timeout(50)
    start, moves = time.perf_counter(), 0
    begun = page.evaluate("({...probe.counter})")
    # A triangle, so that every move goes as far as any other.
    stride = 2.5
    while time.perf_counter() - start < seconds:
        moves += 1
        phase = (moves * stride) % (4 * reach)
        offset = phase if phase < reach else 2 * reach - phase if phase < 3 * reach else phase - 4 * reach
        page.mouse.move(centre + offset, y)
        time.sleep(max(0.0, moves / 60 - (time.perf_counter() - start)))
    # Where the last move of the clock ends is chance: it may be the committed place, at which nothing is laid over the charts.
    page.mouse.move(centre + (reach if x <= centre else -reach), y)
    page.wait_for_timeout(60)
    ended = page.evaluate("(probe.counter.go = false, {...probe.counter})")
    return {
        "moves": moves,
        "offered": ended["frames"] - begun["frames"],
        "changed": ended["changed"] - begun["changed"],
    }


def points(path: str) -> list[tuple[float, float]]:
    """The corners of an SVG path of M, L, H, V and Z."""
    out: list[tuple[float, float]] = []
    x = y = 0.0
    token = ""
    numbers: list[float] = []

    def flush() -> None:
        nonlocal x, y
        values = numbers.copy()
        numbers.clear()
        if token in "ML":
            for i in range(0, len(values) - 1, 2):
                x, y = values[i], values[i + 1]
                out.append((x, y))
        elif token == "H":
            for x in values:
                out.append((x, y))
        elif token == "V":
            for y in values:
                out.append((x, y))

    word = ""
    for c in path + "Z":
        if c.isalpha() and c != "e":
            if word:
                numbers.append(float(word))
                word = ""
            if token:
                flush()
            token = c
        elif c in ", " or (c == "-" and word and word[-1] != "e"):
            if word:
                numbers.append(float(word))
            word = "-" if c == "-" else ""
        else:
            word += c
    return out


def distance(one: list[tuple[float, float]], other: list[tuple[float, float]]) -> float:
    """How far the corners of one line lie from another line at most, in pixels."""
    worst = 0.0
    for px, py in one:
        best = math.inf
        for (ax, ay), (bx, by) in zip(other, other[1:] or other, strict=False):
            dx, dy = bx - ax, by - ay
            size = dx * dx + dy * dy
            t = min(max(((px - ax) * dx + (py - ay) * dy) / size, 0), 1) if size else 0.0
            best = min(best, math.hypot(px - ax - t * dx, py - ay - t * dy))
        worst = max(worst, best)
    return worst
