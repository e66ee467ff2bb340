"""Marks of the noise lab that leave the axes and come back, in real Chromium."""

from __future__ import annotations

from tests.e2e.probe import drag, settle

SEEN = "[...probe.gd('points').querySelectorAll('.mle-live[data-mark=grips] path')].map(el => el.getBoundingClientRect().width > 0)"
REST = (
    "probe.real(probe.gd('points'), 'grips').flatMap(n => [...n.querySelectorAll('path')])"
    ".map(el => el.getBoundingClientRect().width > 0)"
)


def test_a_grip_that_leaves_the_axes_is_hidden_and_comes_back(open_page, app_url):
    page = open_page(f"{app_url}/regression")
    drag(page, "slope", 300, moves=8)
    assert page.evaluate(SEEN) == [False, False], "the steepest line has both grips outside of the picture"
    assert page.evaluate("probe.loose()") == []
    page.mouse.up()
    settle(page)
    assert page.evaluate(REST) == [False, False]
    drag(page, "slope", -150, moves=8)
    assert page.evaluate(SEEN) == [True, True]
    page.mouse.up()
    settle(page)
    assert page.evaluate(REST) == [True, True]
