"""/iid as a page: its pictures at one address, another sample, and numbers that cannot be read."""

from __future__ import annotations

from tests.app.test_every_page import opened


def shown(at) -> list[str]:
    return [metric.value for metric in at.metric]


def test_another_sample_is_drawn_and_the_picture_follows():
    at = opened("iid", {"view": "sample and law"})
    before = shown(at)
    at.button(key=next(b.key for b in at.button if b.label == "Draw another sample")).click().run()
    assert not at.exception and at.number_input(key="seed").value == 2
    assert shown(at) != before


def test_the_pictures_share_an_address_and_one_can_walk_between_them():
    at = opened("iid", {"m": "272"})
    for view, charts in (("law", 3), ("dependence", 3), ("product", 5), ("dependence", 3), ("law", 3)):
        at.segmented_control(key="view").set_value(view).run()
        assert not at.exception and not at.error
        assert len(at.get("plotly_chart")) == charts


def test_the_picture_stays_while_numbers_cannot_be_read():
    at = opened("iid", {"data": "own", "x": "3 1 4 1 5"})
    before, charts = shown(at), len(at.get("plotly_chart"))
    at.text_input(key="x").set_value("3 1 four 1 5").run()
    (problem,) = at.error
    assert "Item 3" in problem.value and "four" in problem.value
    assert shown(at) == before and len(at.get("plotly_chart")) == charts
    assert [c.value for c in at.caption if "the last numbers that could be read" in c.value]
    at.text_input(key="x").set_value("3 1 4 1 5 9").run()
    assert not at.error and shown(at) != before
    assert not [c.value for c in at.caption if "the last numbers that could be read" in c.value]


def test_other_numbers_come_all_and_a_link_says_how_many():
    at = opened("iid", {"data": "own", "x": "3 1 4 1 5", "m": "2"})
    assert shown(at)[0] == "2 of 5"
    at.select_slider(key="m").set_value(4.0).run()
    assert shown(at)[0] == "4 of 5"
    at.text_input(key="x").set_value("3 1 4 1 5 9 2").run()
    assert shown(at)[0] == "7 of 7" and at.select_slider(key="m").value == 7.0
