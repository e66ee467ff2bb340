"""/surface as a reader uses it, in real Chromium: drag, press, link, reload, break."""

from __future__ import annotations

from urllib.parse import parse_qs, quote, urlsplit

import mle_core as mle
from tests.e2e.probe import Traffic, drag, settle, swing
from tests.e2e.seen import apart, marks


def address(app_url: str, **query: str) -> str:
    return f"{app_url}/surface?" + "&".join(f"{key}={quote(value)}" for key, value in query.items())


def query_of(page) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(page.evaluate("location.href")).query).items()}


def test_sixty_moves_a_second_are_drawn_for_one_slider_after_the_other(open_page, app_url):
    page = open_page("about:blank", charts=False)
    traffic = Traffic.of(page)
    page.goto(address(app_url))
    page.wait_for_function("probe.ready()")
    for slider in ("mu", "sigma", "mu"):
        sent = traffic.sent
        counted = swing(page, slider, 3.0)
        assert counted["changed"] >= 0.9 * min(counted["moves"], counted["offered"]), (slider, counted)
        assert traffic.sent == sent
        page.mouse.up()
        settle(page)


def test_a_third_parameter_that_is_held_moves_the_whole_surface(open_page, app_url):
    page = open_page(address(app_url, data="groundbeef", family="student_t", third="fixed"))
    drag(page, "nu", -60)
    overlays = page.evaluate("probe.overlays()")
    assert {"surface/field", "surface/ridge", "surface/best"} <= set(overlays)
    assert page.evaluate(
        "[...probe.gd('surface').querySelectorAll('.contour')].every(n => n.style.visibility === 'hidden')"
    )
    played = marks(page)
    page.mouse.up()
    settle(page)
    for mark in ("surface/ridge", "surface/best"):
        assert apart(played[mark], marks(page)[mark]) < 1.0, mark


def test_the_point_is_dragged_on_the_surface(open_page, app_url):
    page = open_page(address(app_url))
    before = page.evaluate("probe.readouts()")
    box = page.locator(".st-key-surface .mle-grip").bounding_box()
    x, y = box["x"] + 16, box["y"] + 16
    page.mouse.move(x, y)
    page.mouse.down()
    for i in range(1, 31):
        page.mouse.move(x + 2 * i, y + i)
        page.wait_for_timeout(16)
    page.wait_for_timeout(300)
    page.wait_for_function("!__mleLive.stream.askedAt")  # the last question is answered
    page.wait_for_timeout(100)
    thumbs = [page.evaluate(f"probe.step({name!r})") for name in ("mu", "sigma")]
    read, played = page.evaluate("probe.readouts()"), marks(page)
    assert read["gap"] != before["gap"]
    page.mouse.up()
    settle(page)
    assert [page.evaluate(f"probe.step({name!r})") for name in ("mu", "sigma")] == thumbs
    assert page.evaluate("probe.readouts()") == read
    for mark, shape in marks(page).items():
        assert apart(played[mark], shape) < 1.0, mark
    assert {"mu", "sigma"} <= set(query_of(page))


def test_points_dropped_from_a_link_with_a_value_of_its_own(open_page, app_url):
    """The link's value is a step only while it is asked for: the list of steps changes under the second drop."""
    page = open_page(address(app_url, mu="299.81", sigma="0.11"))
    for by in ((30, 15), (25, 10)):
        box = page.locator(".st-key-surface .mle-grip").bounding_box()
        x, y = box["x"] + 16, box["y"] + 16
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + by[0], y + by[1], steps=10)
        page.wait_for_timeout(200)
        page.mouse.up()
        settle(page)
        assert page.evaluate("[!!__mleLive.drag, probe.overlays().length]") == [False, 0]
    drag(page, "mu", 30)
    assert "density/model" in page.evaluate("probe.overlays()")
    page.mouse.up()
    settle(page)


def test_data_switched_while_a_slider_plays(open_page, app_url):
    page = open_page(address(app_url))
    page.locator(".mle-bar [data-do=play]").click()
    page.wait_for_timeout(500)
    page.get_by_role("combobox", name="Data").click()
    page.get_by_role("option", name="Ground beef servings").click()
    page.wait_for_function("__mleLive.tables.sliders.every(s => probe.step(s.key) === s.index)", timeout=10_000)
    settle(page)
    assert page.evaluate("!!__mleLive.playing") is False
    assert page.evaluate("probe.overlays()") == []
    assert query_of(page) == {"data": "Ground beef servings"}


def test_the_main_job_from_drag_to_a_strangers_cold_visit(open_page, app_url):
    page = open_page(address(app_url))
    drag(page, "mu", 60)
    page.mouse.up()
    settle(page)
    drag(page, "sigma", -40)
    page.mouse.up()
    settle(page)
    page.get_by_role("button", name="Go to the MLE").click()
    settle(page)
    assert page.evaluate("probe.readouts()")["gap"] == "0.000"
    link, read = page.evaluate("location.href"), page.evaluate("probe.readouts()")
    assert query_of(page) == {"mu": "299.8524", "sigma": "0.07861"}
    stranger = open_page(link)
    assert stranger.evaluate("probe.readouts()") == read
    stranger.reload()
    stranger.wait_for_function("probe.ready()")
    assert stranger.evaluate("probe.readouts()") == read


def test_a_link_names_what_other_steps_have_moved(open_page, app_url):
    page = open_page(address(app_url, data="generated"))
    for key in ("mu", "draws"):  # another n gives mu, sigma and the null value other steps
        drag(page, key, 40, moves=8)
        page.mouse.up()
        settle(page)
    assert {"mu", "null"} <= set(query_of(page))
    assert open_page(page.evaluate("location.href")).evaluate("probe.readouts()") == page.evaluate("probe.readouts()")


def test_a_deep_link_is_the_very_first_request_of_a_server(open_page, fresh_server):
    page = open_page(address(fresh_server, data="groundbeef", family="weibull", shape="2.5"))
    assert (
        page.locator("[data-testid=stTopNavLink]").count() + page.locator("[data-testid=stSidebarNavLink]").count() >= 2
    )
    assert page.evaluate("document.querySelector('.st-key-shape input').getAttribute('aria-valuetext')") == "2.5"
    assert query_of(page) == {"data": mle.DATASETS["groundbeef"].name, "family": "Weibull", "shape": "2.5"}


def test_after_a_change_of_page_the_layer_serves_the_new_one(open_page, app_url):
    page = open_page(address(app_url, family="student_t"))
    drag(page, "mu", 30)
    page.mouse.up()
    settle(page)
    page.get_by_role("link", name="Map").first.click()
    page.wait_for_selector(".st-key-card-surface")
    page.wait_for_timeout(500)
    assert page.evaluate("document.querySelectorAll('.mle-grip, .mle-live').length") == 0
    page.locator(".st-key-card-surface a").click()
    page.wait_for_function("probe.ready()")
    assert query_of(page) == {"mu": "299.81", "sigma": "0.11"}
    drag(page, "sigma", -30)
    assert "density/model" in page.evaluate("probe.overlays()")
    page.mouse.up()
    settle(page)
    assert page.evaluate("probe.overlays()") == []


def test_the_camera_of_the_relief_stays_after_a_commit(open_page, app_url):
    page = open_page(address(app_url, view="3d"))
    page.evaluate("Plotly.relayout(probe.gd('surface'), {'scene.camera': {eye: {x: 2, y: 0.5, z: 1}}})")
    page.wait_for_timeout(300)
    drag(page, "mu", 40)
    page.mouse.up()
    settle(page)
    page.wait_for_timeout(500)
    assert page.evaluate("probe.gd('surface')._fullLayout.scene.camera.eye") == {"x": 2, "y": 0.5, "z": 1}


def test_own_numbers_stand_in_the_link_and_mistakes_are_said_beside_them(open_page, app_url):
    page = open_page(address(app_url, data="own", x="1.5 2.5 4 3.1 2.2"))
    assert page.evaluate("probe.readouts()")["hat-mu"].startswith("2.6")
    field = page.get_by_role("textbox", name="Your numbers")
    field.fill("1 2 <b>x</b>")
    field.press("Enter")
    page.wait_for_selector(".st-key-problem-x")
    alert = page.locator(".st-key-problem-x [data-testid=stAlert]")
    assert "Item 3, “<b>x</b>”, is not a finite number" in alert.inner_text()
    assert field.input_value() == "1 2 <b>x</b>"
    field.fill("7")
    field.press("Enter")
    page.wait_for_function("document.querySelector('.st-key-problem-x')?.innerText.includes('7')")
    page.wait_for_selector(".st-key-density .js-plotly-plot .barlayer .point")
    assert page.locator("[data-testid=stException]").count() == 0
    field.fill("1.5 2.5 4 3.1 2.2")
    field.press("Enter")
    settle(page)
    assert page.locator("[class*=st-key-problem]").count() == 0


def test_a_finger_drags_on_a_phone_with_the_picture_in_sight(open_page, app_url):
    page = open_page(address(app_url), width=390, height=844, has_touch=True, is_mobile=True)
    top = page.evaluate("probe.gd('density').getBoundingClientRect().top")
    assert 0 < top < 300, "the picture comes first"
    page.locator(".st-key-sigma").scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    x, y = page.evaluate("probe.thumb('sigma')")
    finger = page.context.new_cdp_session(page)
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for i in range(1, 21):
        finger.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x - 3 * i, "y": y}]})
        page.wait_for_timeout(16)
    page.wait_for_timeout(100)
    seen = page.evaluate("probe.gd('density').getBoundingClientRect()")
    assert seen["top"] >= 0 and seen["bottom"] <= 844, "the picture is in sight while its slider moves"
    assert "density/model" in page.evaluate("probe.overlays()")
    read = page.evaluate("probe.readouts()")
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    settle(page)
    assert page.evaluate("probe.overlays()") == []
    assert page.evaluate("probe.readouts()") == read
    assert "sigma" in query_of(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_ten_million_pasted_numbers_are_refused_in_one_sentence_and_the_picture_stays(open_page, app_url):
    page = open_page(address(app_url, data="own", x="1.5 2.5 4 3.1 2.2"))
    before = page.evaluate("probe.readouts()")
    field = page.get_by_role("textbox", name="Your numbers")
    field.click()
    page.evaluate(
        """() => { const data = new DataTransfer(); data.setData('text/plain', Array(1e7).fill('3.14').join(' '));
        document.activeElement.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})); }"""
    )
    field.press("Enter")
    page.wait_for_selector(".st-key-problem-x")
    assert "characters are more than the 40000" in page.locator(".st-key-problem-x").inner_text()
    assert page.evaluate("probe.readouts()") == before
