"""Every page in real Chromium, over the states in tests/pages: drag each slider, play, restore, look at a phone."""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Page

from tests import pages
from tests.e2e.probe import Traffic, drag, settle
from tests.e2e.seen import apart, marks

each = pytest.mark.parametrize("state", pages.BROWSER, ids=str)


def address(app_url: str, state: pages.State) -> str:
    query = urlencode(state.query, doseq=True)
    return f"{app_url}/{state.page.replace('_', '-')}" + (f"?{query}" if query else "")


def unfold(page: Page) -> None:
    """Open what is folded away: sliders live under “More”, too."""
    page.evaluate(
        "document.querySelectorAll('[data-testid=stExpander] details:not([open]) > summary').forEach(s => s.click())"
    )
    page.wait_for_timeout(400)


def pull(page: Page, place: int, by: tuple[float, float], moves: int = 8) -> None:
    """Drag a handle, by its place in the tables, so many pixels; the button stays down."""
    grip = page.locator(".mle-grip").nth(place)
    grip.scroll_into_view_if_needed()
    box = grip.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for i in range(1, moves + 1):
        page.mouse.move(x + by[0] * i / moves, y + by[1] * i / moves)
        page.wait_for_timeout(16)
    page.wait_for_timeout(60)


@each
def test_every_slider_plays_and_commits_what_it_played(open_page, app_url, state):
    page = open_page("about:blank", charts=False)
    traffic = Traffic.of(page)
    page.goto(address(app_url, state))
    page.wait_for_function("probe.ready()")
    unfold(page)
    for slider in pages.wire(state)["sliders"]:
        key = slider["key"]
        shown = page.evaluate(f"probe.shown({key!r})")
        own = [h for h in pages.wire(state)["handles"] if (h["x"], h["y"]) in ((key, None), (None, key))]
        if not shown and not own:  # dragged with another one, below
            assert any(key in (handle["x"], handle["y"]) for handle in pages.wire(state)["handles"]), key
            continue
        before, sent = marks(page), traffic.sent
        if shown:
            low, high = page.evaluate(f"probe.track({key!r})")
            x, _ = page.evaluate(f"probe.thumb({key!r})")
            drag(page, key, 45 if x < (low + high) / 2 else -45, moves=8)
        else:
            pull(page, pages.wire(state)["handles"].index(own[0]), (0, -24) if own[0]["x"] is None else (24, 0))
        assert traffic.sent == sent, f"{key}: no message while it is dragged"
        played, read = marks(page), page.evaluate("probe.readouts()")
        overlays = page.evaluate("probe.overlays()")
        assert len(overlays) == len(set(overlays)), "one element a mark"
        assert page.evaluate("probe.loose()") == [], "what moves stays within the axes that hold it at rest"
        assert any(apart(before[mark], played[mark]) > 0.5 for mark in overlays), f"{key} moves nothing"
        page.mouse.up()
        settle(page)
        assert page.evaluate("probe.overlays()") == []
        assert traffic.sent == sent + 1, "one commit"
        committed = marks(page)
        for mark in overlays:
            assert apart(played[mark], committed[mark]) <= 1.0, (key, mark)
        assert page.evaluate("probe.readouts()") == read, key
    link = page.evaluate("location.href")
    assert parse_qs(urlsplit(link).query)
    stranger = open_page(link)
    assert stranger.evaluate("probe.readouts()") == page.evaluate("probe.readouts()")


@each
def test_every_point_of_two_hidden_sliders_asks_and_commits_what_it_showed(open_page, app_url, state):
    page = open_page(address(app_url, state))
    for place, handle in enumerate(pages.wire(state)["handles"]):
        keys = [key for key in (handle["x"], handle["y"]) if isinstance(key, str)]
        if len(keys) < 2 or any(page.evaluate(f"probe.shown({key!r})") for key in keys):
            continue
        before, steps = page.evaluate("probe.readouts()"), [page.evaluate(f"probe.step({key!r})") for key in keys]
        pull(page, place, (32, 24))
        page.wait_for_function(
            "__mleLive.stream.answer && __mleLive.stream.sent === __mleLive.drag.what && !__mleLive.stream.askedAt"
        )
        page.wait_for_timeout(60)
        overlays = page.evaluate("probe.overlays()")
        assert f"{handle['chart']}/{handle['mark']}" in overlays and len(overlays) > 1
        played = {
            mark: page.evaluate("([chart, mark]) => probe.shape(chart, mark)", mark.split("/", 1)) for mark in overlays
        }
        read = page.evaluate("probe.readouts()")
        assert read != before
        page.mouse.up()
        settle(page)
        assert page.evaluate("probe.overlays()") == []
        assert all(page.evaluate(f"probe.step({key!r})") != step for key, step in zip(keys, steps, strict=True))
        for mark in overlays:
            committed = page.evaluate("([chart, mark]) => probe.shape(chart, mark)", mark.split("/", 1))
            assert apart(played[mark], committed) <= 1.0, mark
        assert page.evaluate("probe.readouts()") == read


@pytest.mark.parametrize("page_name", pages.NAMES)
def test_every_animation_plays_and_can_be_paused(open_page, app_url, page_name):
    state = pages.State(page_name, 0)
    page = open_page(address(app_url, state))
    unfold(page)
    play = page.locator(".mle-bar [data-do=play]")
    for key in pages.wire(state)["play"]:
        if page.evaluate(f"probe.shown({key!r})"):  # a slider may stand hidden behind its handle
            page.locator(f".st-key-{key}").scroll_into_view_if_needed()
        page.evaluate(f"(__mleLive.last = {key!r}, __mleLive.label())")
        before = page.evaluate(f"probe.step({key!r})")
        play.click()
        page.wait_for_timeout(700)
        play.click()
        settle(page)
        assert page.evaluate(f"probe.step({key!r})") != before, key
        assert page.evaluate("probe.overlays()") == []


@pytest.mark.parametrize("page_name", pages.NAMES)
def test_a_phone_shows_the_picture_first_and_nothing_hangs_over(open_page, app_url, page_name):
    page = open_page(address(app_url, pages.State(page_name, 0)), width=390, height=844, has_touch=True, is_mobile=True)
    tops = page.evaluate("probe.charts().map(key => probe.gd(key).getBoundingClientRect().top)")
    assert 0 < min(tops) < 420
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
