"""The link from a page to another one, in a state of its own."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit


def test_the_belief_of_a_code_goes_on_to_classification(open_page, app_url):
    page = open_page(f"{app_url}/cross-entropy?view=codes&p=1 1 1&q=0.2 0.5 0.3&label=c")
    link = page.get_by_role("link", name="under Classification")
    wanted = parse_qs(urlsplit(link.get_attribute("href")).query)
    link.click()
    page.wait_for_function("location.pathname === '/classification' && probe.ready()")
    page.wait_for_timeout(500)
    assert parse_qs(urlsplit(page.evaluate("location.href")).query) == wanted
    assert {"view", "z1", "z2", "z3"} <= set(wanted)
    shown = page.locator("[data-testid=stButtonGroup] [aria-checked=true]").all_inner_texts()
    assert wanted["view"][0] in shown
