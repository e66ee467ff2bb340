"""Handles, pads, keys and marks lit together, in real Chromium."""

from __future__ import annotations

import pytest

from tests.e2e.probe import Traffic, settle


@pytest.fixture
def numbers(open_page, hands_url):
    """The page, and what its box of numbers holds."""
    page = open_page(hands_url)
    return page, lambda: page.get_by_role("textbox", name="Numbers").input_value()


def centre(page, label):
    box = page.locator(f".mle-grip[aria-label^='{label}']").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def unit(page):
    """Pixels of one unit of x."""
    return page.evaluate("(({xaxis: a}) => a.d2p(1) - a.d2p(0))(probe.gd('axis')._fullLayout._plots.xy)")


def test_a_point_is_dragged_and_others_answer(numbers):
    page, text = numbers
    x, y = centre(page, "x[1]")
    page.mouse.move(x + 5, y)  # not its very middle: it must not jump
    page.mouse.down()
    for i in range(1, 13):
        page.mouse.move(x + 5 + unit(page) * i / 12, y)
        page.wait_for_timeout(16)
    page.wait_for_timeout(300)
    page.wait_for_function("!__mleLive.stream.askedAt")
    page.wait_for_timeout(100)
    assert sorted(page.evaluate("probe.overlays()")) == ["axis/points", "twin/values"]
    assert page.evaluate("probe.readouts()")["sum"] == "14.50"
    page.mouse.up()
    settle(page)
    assert text() == "2 5.5 7"
    assert page.evaluate("probe.readouts()")["sum"] == "14.50"
    assert "x=2+5.5+7" in page.evaluate("location.search")


def test_a_click_leaves_a_point_where_it_is(numbers):
    page, text = numbers
    x, y = centre(page, "x[2]")
    page.mouse.click(x + 6, y)
    page.wait_for_timeout(400)
    assert text() == "2 4.5 7"


def test_points_are_added_on_the_pad_and_removed(numbers):
    page, text = numbers
    box = page.locator(".st-key-axis .mle-pad").bounding_box()
    page.mouse.click(box["x"] + 9.02 * unit(page), box["y"] + box["height"] / 2)
    page.wait_for_selector(".mle-grip[aria-label^='x[3]']")
    settle(page)
    assert text() == "2 4.5 7 9"
    page.mouse.dblclick(*centre(page, "x[0]"))
    page.wait_for_selector(".mle-grip[aria-label^='x[3]']", state="detached")
    settle(page)
    assert text() == "4.5 7 9"
    page.locator(".mle-grip[aria-label^='x[2]']").focus()
    page.keyboard.press("Delete")
    page.wait_for_selector(".mle-grip[aria-label^='x[2]']", state="detached")
    settle(page)
    assert text() == "4.5 7"


def test_a_rule_is_a_second_thumb_of_its_slider(open_page, hands_url):
    page = open_page("about:blank", charts=False)
    traffic = Traffic.of(page)
    page.goto(hands_url)
    page.wait_for_function("probe.ready()")
    x, y = centre(page, "cut")
    page.mouse.move(x, y - 60)
    page.mouse.down()
    sent = traffic.sent
    for i in range(1, 21):
        page.mouse.move(x + 2 * unit(page) * i / 20, y - 60)
        page.wait_for_timeout(16)
    page.wait_for_timeout(60)
    assert traffic.sent == sent and page.evaluate("probe.overlays()") == ["axis/cut"]
    read = page.evaluate("probe.readouts()")
    assert read["below"].startswith("2 below ")
    page.mouse.up()
    settle(page)
    assert traffic.sent == sent + 1 and page.evaluate("probe.overlays()") == []
    assert page.evaluate("probe.readouts()") == read
    assert "cut=" in page.evaluate("location.search")


def test_arrow_keys_move_a_handle_that_keeps_the_focus(numbers):
    page, text = numbers
    page.locator(".mle-grip[aria-label^='x[0]']").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.wait_for_timeout(400)
    settle(page)
    assert text() == "2.3 4.5 7"
    page.keyboard.press("Shift+ArrowRight")
    page.wait_for_timeout(400)
    settle(page)
    assert text() == "3.3 4.5 7"
    page.locator(".mle-grip[aria-label^='cut']").focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_timeout(400)
    settle(page)
    assert page.evaluate("probe.readouts()")["below"] == "0 below 2.99"


def test_points_that_belong_together_are_lit_together(numbers):
    page, _ = numbers
    box = page.evaluate(
        """() => { const gd = probe.gd('twin'), r = gd.getBoundingClientRect(), {xaxis, yaxis} = gd._fullLayout._plots.xy;
        return [r.x + xaxis._offset + xaxis.d2p(4.5), r.y + yaxis._offset + yaxis.d2p(1)]; }"""
    )
    page.mouse.move(box[0] - 3, box[1])
    page.mouse.move(*box)
    page.wait_for_function("document.querySelectorAll('.mle-lit').length === 2")
    page.mouse.move(box[0] + 200, box[1] - 80)
    page.wait_for_function("document.querySelectorAll('.mle-lit').length === 0")
