"""The drag layer in real Chromium, on a page that shows every kind of mark: what a toy would fail."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from tests.e2e import live_formulas as formulas
from tests.e2e.probe import Traffic, distance, drag, grab, points, settle, swing

MARKS = {
    "line/bell", "area/wave", "bars/counts", "points/dots", "text/words", "rule/x", "rule/y", "image/field", "image/grip",
}  # fmt: skip
DRAWN = [("line", "bell"), ("area", "wave"), ("bars", "counts"), ("rule", "x"), ("rule", "y")]
PLACED = [("points", "dots"), ("text", "words"), ("image", "grip")]


def shapes(page) -> dict[tuple[str, str], list]:
    return {(c, m): page.evaluate(f"probe.shape({c!r}, {m!r})") for c, m in DRAWN + PLACED + [("image", "field")]}


def gap(one: list, other: list) -> float:
    """Greatest distance in pixels between two drawings of a mark."""
    worst = 0.0
    for a, b in zip(one, other, strict=True):
        if isinstance(a, str):
            if "Z" in b and len(points(b)) < 3:  # Plotly draws a bar of no height as a dot
                continue
            worst = max(worst, distance(points(a), points(b)), distance(points(b), points(a)))
        else:
            worst = max(worst, *(abs(p - q) for p, q in zip(a[:2], b[:2], strict=True)))
    return worst


@pytest.mark.parametrize(("slider", "still"), [("a", {("rule", "y")}), ("b", {("rule", "x")})])
def test_every_mark_moves_at_every_move_and_the_server_hears_nothing(open_page, kinds_url, slider, still):
    page = open_page("about:blank", charts=False)
    traffic = Traffic.of(page)
    page.goto(kinds_url)
    page.wait_for_function("probe.ready()")
    before, sent = shapes(page), traffic.sent
    counted = swing(page, slider, 3.0)
    assert counted["changed"] >= 0.9 * min(counted["moves"], counted["offered"]), counted
    assert sorted(page.evaluate("probe.overlays()")) == sorted(MARKS), "one element a mark"
    for mark, shape in shapes(page).items():
        if mark != ("image", "field"):
            assert (gap(before[mark], shape) > 1.0) != (mark in still), mark
    assert traffic.sent == sent, "a message was sent while the slider was held"
    page.mouse.up()


def test_one_commit_after_a_drag(open_page, kinds_url):
    page = open_page("about:blank", charts=False)
    traffic = Traffic.of(page)
    page.goto(kinds_url)
    page.wait_for_function("probe.ready()")
    sent = traffic.sent
    drag(page, "a", 60)
    assert traffic.sent == sent
    page.mouse.up()
    settle(page)
    assert traffic.sent == sent + 1


@pytest.mark.parametrize("slider", ["a", "b"])
def test_the_overlay_at_release_is_the_committed_figure(open_page, kinds_url, slider):
    page = open_page(kinds_url)
    drag(page, slider, 77)
    played, read = shapes(page), page.evaluate("probe.readouts()")
    page.mouse.up()
    settle(page)
    assert page.evaluate("probe.overlays()") == []
    for mark, shape in shapes(page).items():
        if mark != ("image", "field"):
            assert gap(played[mark], shape) < 1.0, mark
    assert page.evaluate("probe.readouts()") == read


def test_frames_between_positions_agree_with_the_formulas(open_page, kinds_url):
    page = open_page(kinds_url)
    for slider in ("a", "b"):
        for by in (13, 41, 96):
            drag(page, slider, by, moves=6)
            steps = [page.evaluate(f"probe.step({key!r})") for key in ("a", "b")]
            a, b = (np.array([s.values[i]]) for s, i in zip(formulas.SLIDERS, steps, strict=True))
            x, y = formulas.bell(a, b)
            want = page.evaluate(
                "([x, y]) => { const f = probe.gd('line')._fullLayout; return x.map((v, i) => [f.xaxis.d2p(v), f.yaxis.d2p(y[i])]); }",
                [x[0].tolist(), y[0].tolist()],
            )
            drawn = points(page.evaluate("probe.shape('line', 'bell')")[0])
            assert distance(drawn, [tuple(p) for p in want]) < 1.0, (slider, steps)
            page.mouse.up()
            settle(page)


def test_an_image_frame_holds_the_colours_of_its_field(open_page, kinds_url):
    page = open_page(kinds_url)
    drag(page, "a", 50)
    a, b = (s.values[page.evaluate(f"probe.step({s.key!r})")] for s in formulas.SLIDERS)
    size, shown = page.evaluate(
        """() => { const c = document.querySelector('.mle-live[data-mark=field] canvas'); const d =
        c.getContext('2d').getImageData(0, 0, c.width, c.height).data; return [[c.width, c.height],
        [...d].filter((_, i) => i % 4 === 3)]; }
        """
    )
    opacity = np.array(shown).reshape(size[1], size[0])
    x = -6 + 12 * (np.arange(size[0]) + 0.5) / size[0]
    y = 6 - 12 * (np.arange(size[1]) + 0.5) / size[1]
    depth = np.clip(((x[None, :] - a) ** 2 + y[:, None] ** 2) / (8 * b), 0, 10)
    want = np.array([c[3] for c in formulas.COLOURS])[np.minimum(depth.astype(int), 9)]
    near_an_edge = np.abs(depth - np.round(depth)) < 0.12
    assert np.mean(~near_an_edge) > 0.3
    assert np.array_equal(opacity[~near_an_edge], want[~near_an_edge])


def test_dragged_back_to_where_it_was_the_overlay_goes_at_once(open_page, kinds_url):
    page = open_page(kinds_url)
    x, y = grab(page, "a")
    page.mouse.move(x + 40, y)
    page.wait_for_function(f"probe.overlays().length === {len(MARKS)}")
    page.mouse.move(x, y)
    page.mouse.up()
    page.wait_for_function("probe.overlays().length === 0", timeout=2_000)
    assert page.evaluate("[...document.querySelectorAll('.trace, .hm')].every(n => n.style.visibility !== 'hidden')")


def test_no_stale_flash_between_release_and_the_redrawn_chart(open_page, slow_url):
    page = open_page(slow_url)
    drag(page, "a", 70)
    page.evaluate("probe.film('points', 'dots')")
    page.wait_for_timeout(50)
    page.mouse.up()
    settle(page)
    reel = [
        json.loads(shot)
        for shot in page.evaluate("(probe.reel.done = true, [...new Set(probe.reel)])")
        if shot != "nothing"
    ]
    assert reel
    for shot in reel:
        assert gap(shot, reel[-1]) < 1.0, "a frame showed something else than the released state"


def test_a_second_slider_grabbed_in_the_wait_does_not_throw_the_first_back(open_page, slow_url):
    page = open_page(slow_url)
    drag(page, "a", 70)
    released = shapes(page)["points", "dots"]
    first = page.evaluate("probe.step('a')")
    page.mouse.up()
    page.wait_for_timeout(200)
    page.evaluate("probe.film('points', 'dots')")
    drag(page, "b", 40)
    page.wait_for_timeout(2500)  # the answer to the first arrives meanwhile
    second = page.evaluate("probe.step('b')")
    reel = page.evaluate("(probe.reel.done = true, probe.reel)")
    lefts = [json.loads(shot)[0][0] for shot in reel if shot != "nothing"]
    assert max(abs(x - released[0][0]) for x in lefts) < 1.0, "the first slider's mark went back"
    assert len(page.evaluate("probe.overlays()")) == len(MARKS), "the second slider's sweep is not played"
    a, b = (np.array([s.values[i]]) for s, i in zip(formulas.SLIDERS, (first, second), strict=True))
    ends = [float(formulas.dots(a, b)[0][0, k]) for k in (0, 4)]
    left, right = page.evaluate("ends => ends.map(x => probe.gd('points')._fullLayout.xaxis.d2p(x))", ends)
    now = page.evaluate("probe.shape('points', 'dots')")
    assert abs((now[4][0] - now[0][0]) - (right - left)) < 1.0, (
        "the second slider's frames are not those of the first's new value"
    )
    page.mouse.up()
    settle(page)
    assert (page.evaluate("probe.step('a')"), page.evaluate("probe.step('b')")) == (first, second)
    assert page.evaluate("probe.overlays()") == []
    assert page.evaluate("location.search").count("=") == 2


def test_drags_after_a_zoom_lie_right_and_the_zoom_stays(open_page, kinds_url):
    page = open_page(kinds_url)
    box = page.locator(".st-key-line .nsewdrag").bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 110, box["y"] + 120, steps=8)
    page.mouse.up()
    page.wait_for_timeout(300)
    zoomed = page.evaluate("probe.gd('line')._fullLayout.xaxis.range")
    assert zoomed[1] - zoomed[0] < 9
    drag(page, "a", 25)
    played = page.evaluate("probe.shape('line', 'bell')")
    page.mouse.up()
    settle(page)
    assert page.evaluate("probe.gd('line')._fullLayout.xaxis.range") == pytest.approx(zoomed)
    # Plotly leaves out what lies outside the zoomed window; what it draws must lie on what was played.
    drawn = points(page.evaluate("probe.shape('line', 'bell')")[0])
    length = page.evaluate("probe.gd('line')._fullLayout.xaxis._length")
    assert distance([p for p in drawn if 0 <= p[0] <= length], points(played[0])) < 1.0


def test_drags_after_a_resize_lie_right(open_page, kinds_url):
    page = open_page(kinds_url)
    page.set_viewport_size({"width": 1100, "height": 800})
    page.wait_for_timeout(800)
    drag(page, "a", 40)
    played = shapes(page)
    page.mouse.up()
    settle(page)
    for mark, shape in shapes(page).items():
        if mark != ("image", "field"):
            assert gap(played[mark], shape) < 1.0, mark


def test_drags_after_a_change_of_theme(open_page, kinds_url):
    page = open_page(kinds_url, color_scheme="light")
    drag(page, "a", 20)
    page.mouse.up()
    settle(page)
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(1000)
    page.wait_for_function("probe.ready()")
    drag(page, "a", 40)
    assert sorted(page.evaluate("probe.overlays()")) == sorted(MARKS)
    read = page.evaluate("probe.readouts()")
    page.mouse.up()
    settle(page)
    assert page.evaluate("probe.overlays()") == []
    assert page.evaluate("probe.readouts()") == read


def test_many_commits_leave_one_controller_and_one_element_a_mark(open_page, kinds_url):
    page = open_page(kinds_url)
    page.evaluate("window.first = window.__mleLive")
    for by in (20, -30, 25, -15, 30):
        drag(page, "a", by, moves=5)
        page.mouse.up()
        settle(page)
    assert page.evaluate("window.first === window.__mleLive")
    drag(page, "a", 20)
    assert sorted(page.evaluate("probe.overlays()")) == sorted(MARKS)
    assert page.evaluate("document.querySelectorAll('.mle-grip').length") == 1
    page.mouse.up()
    settle(page)


def test_readouts_are_not_frozen_by_a_drag(open_page, kinds_url):
    page = open_page(kinds_url)
    drag(page, "a", 40)
    page.mouse.up()
    settle(page)
    page.locator(".st-key-b input[type=range]").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(300)
    settle(page)
    a, b = (s.values[page.evaluate(f"probe.step({s.key!r})")] for s in formulas.SLIDERS)
    assert page.evaluate("probe.readouts()") == {"sum": f"{a + b:.4f}", "product": f"{a * b:.4f}"}


def test_a_dragged_point_takes_sliders_marks_and_link_along(open_page, kinds_url):
    page = open_page("about:blank", charts=False)
    traffic = Traffic.of(page)
    page.goto(kinds_url)
    page.wait_for_function("probe.ready()")
    box = page.locator(".st-key-image .mle-grip").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate("probe.count()")
    page.wait_for_timeout(40)
    begun, sent = page.evaluate("({...probe.counter})"), traffic.sent
    moves = 90
    for i in range(1, moves + 1):
        page.mouse.move(x + 45 * i / moves, y - 10 * math.sin(i / 9))
        page.wait_for_timeout(16)
    page.wait_for_timeout(300)
    page.wait_for_function("!__mleLive.stream.askedAt")  # the last question is answered
    page.wait_for_timeout(100)
    ended = page.evaluate("(probe.counter.go = false, {...probe.counter})")
    assert ended["changed"] - begun["changed"] >= 0.6 * min(moves, ended["frames"] - begun["frames"])
    assert 1 <= traffic.sent - sent < 0.8 * moves, "a question waits for the answer to the one before"
    # Once the pointer rests, every mark and readout is that of the place where it rests.
    a, b = (s.values[page.evaluate(f"probe.step({s.key!r})")] for s in formulas.SLIDERS)
    assert page.evaluate("probe.readouts()") == {"sum": f"{a + b:.4f}", "product": f"{a * b:.4f}"}
    assert sorted(page.evaluate("probe.overlays()")) == sorted(MARKS)
    played = shapes(page)
    page.mouse.up()
    settle(page)
    assert page.evaluate("probe.overlays()") == []
    for mark, shape in shapes(page).items():
        if mark != ("image", "field"):
            assert gap(played[mark], shape) < 1.0, mark
    assert f"a={a:.7g}" in page.evaluate("location.search")
    page.reload()
    page.wait_for_function("probe.ready()")
    assert page.evaluate("probe.readouts()")["sum"] == f"{a + b:.4f}"


def grip(page) -> tuple[float, float]:
    box = page.locator(".st-key-image .mle-grip").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def pull(page, by: tuple[float, float], moves: int = 12) -> None:
    """Drag the point on the chart; the button stays down."""
    x, y = grip(page)
    page.mouse.move(x, y)
    page.mouse.down()
    for i in range(1, moves + 1):
        page.mouse.move(x + by[0] * i / moves, y + by[1] * i / moves)
        page.wait_for_timeout(16)


def test_the_same_drop_twice_is_taken_twice(open_page, kinds_url):
    page = open_page(kinds_url)
    for _ in range(2):
        pull(page, (30, 0))
        page.mouse.up()
        settle(page)
        page.wait_for_function("location.search.includes('a=')")  # the address follows the picture
        there = page.evaluate("location.search")
        # Back by a slider, so that the component's own last word stays what it was.
        drag(page, "a", -60)
        page.mouse.up()
        settle(page)
        page.wait_for_function("there => location.search !== there", arg=there)
        settle(page)  # on a busy machine the redrawn chart comes after the address


def test_a_point_grabbed_again_in_the_wait_lives_on(open_page, slow_url):
    page = open_page(slow_url)
    pull(page, (25, -5))
    page.mouse.up()
    page.wait_for_timeout(250)
    pull(page, (20, 0), moves=80)  # the answer to the first drop replaces the chart under the pointer
    page.wait_for_timeout(1500)
    wanted = page.evaluate("probe.step('a')")
    page.mouse.up()
    settle(page)
    assert page.evaluate("probe.step('a')") == wanted
    assert page.evaluate("[!!__mleLive.drag, probe.overlays().length]") == [False, 0]
    drag(page, "b", 30)
    assert len(page.evaluate("probe.overlays()")) == len(MARKS), "sliders play after it"
    page.mouse.up()
    settle(page)


def test_a_point_grabbed_in_the_wait_for_a_slider_lives_on(open_page, slow_url):
    page = open_page(slow_url)
    drag(page, "b", 40)
    page.mouse.up()
    page.wait_for_timeout(300)
    pull(page, (20, 0), moves=80)
    page.wait_for_timeout(1500)
    page.mouse.up()
    settle(page)
    assert page.evaluate("[!!__mleLive.drag, probe.overlays().length]") == [False, 0]
    a, b = (s.values[page.evaluate(f"probe.step({s.key!r})")] for s in formulas.SLIDERS)
    assert page.evaluate("probe.readouts()")["sum"] == f"{a + b:.4f}"


def test_who_grabs_the_playing_thumb_keeps_it(open_page, kinds_url):
    page = open_page(kinds_url)
    page.locator(".mle-bar").get_by_text("Play a").click()
    page.wait_for_timeout(600)
    x, y = grab(page, "a")
    for i in range(1, 40):
        page.mouse.move(x + 2 * i, y)
        page.wait_for_timeout(16)
    page.wait_for_timeout(800)
    held = page.evaluate("probe.step('a')")
    page.mouse.move(x + 80, y)
    page.wait_for_timeout(200)
    assert abs(page.evaluate("probe.step('a')") - held) <= 5, "the thumb was thrown back while it was held"
    page.mouse.up()
    settle(page)
    assert f"a={formulas.SLIDERS[0].labels[page.evaluate('probe.step(`a`)')]}" in page.evaluate("location.search")


def test_play_pauses_steps_and_commits(open_page, kinds_url):
    page = open_page(kinds_url)
    bar = page.locator(".mle-bar")
    before = page.evaluate("probe.step('a')")
    bar.get_by_text("Play a").click()
    page.wait_for_function(f"probe.step('a') > {before + 10} && probe.overlays().length === {len(MARKS)}")
    bar.get_by_text("Pause").click()
    settle(page)
    paused = page.evaluate("probe.step('a')")
    assert f"a={formulas.SLIDERS[0].labels[paused]}" in page.evaluate("location.search")
    bar.get_by_role("button", name="Step forward").click()
    page.wait_for_timeout(600)
    settle(page)
    assert page.evaluate("probe.step('a')") == paused + 1
    bar.get_by_role("button", name="Step back").click()
    page.wait_for_timeout(600)
    settle(page)
    assert page.evaluate("probe.step('a')") == paused


def test_no_play_button_under_reduced_motion(open_page, kinds_url):
    page = open_page(kinds_url, reduced_motion="reduce")
    assert not page.locator(".mle-bar [data-do=play]").is_visible()
    assert page.locator(".mle-bar [data-do=next]").is_visible()


def test_the_keyboard_plays_and_commits_too(open_page, kinds_url):
    page = open_page(kinds_url)
    page.locator(".st-key-a input[type=range]").focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    settle(page)
    a, b = (s.values[page.evaluate(f"probe.step({s.key!r})")] for s in formulas.SLIDERS)
    assert a == formulas.SLIDERS[0].values[formulas.SLIDERS[0].default + 5]
    assert page.evaluate("probe.readouts()")["sum"] == f"{a + b:.4f}"


def test_without_plotly_the_page_is_a_stock_page(open_page, kinds_url):
    hide = "Object.defineProperty(window, 'Plotly', { get: () => undefined, set: () => {}, configurable: false });"
    page = open_page(kinds_url, charts=False, script=hide)
    page.wait_for_selector(".st-key-image .js-plotly-plot .scatterlayer .trace")
    before = page.evaluate("probe.readouts()")
    drag(page, "a", 40)
    assert page.evaluate("probe.overlays()") == []
    page.mouse.up()
    page.wait_for_timeout(1500)
    assert page.evaluate("probe.readouts()") != before
    assert page.locator("[data-testid=stException], [data-testid=stAlert]").count() == 0
    assert page.locator(".mle-bar").is_hidden()


def test_a_drop_that_is_lost_on_its_way_is_said_once_more(open_page, kinds_url):
    page = open_page(kinds_url)
    before = page.evaluate("location.search")
    page.evaluate("(() => { const say = __mleLive.commit; __mleLive.commit = () => { __mleLive.commit = say; }; })()")
    pull(page, (30, 0))
    page.mouse.up()
    page.wait_for_timeout(1500)
    assert page.evaluate("location.search") == before and page.evaluate("__mleLive.drag.dropped")
    page.wait_for_function("location.search.includes('a=')", timeout=15_000)
    settle(page)
    assert page.evaluate("probe.overlays()") == []
