"""/classification: bad input leaves the chart, and points that were typed go with the data that they replaced."""

from __future__ import annotations

import pytest

from tests.app.test_every_page import opened


def box(at, key):
    (found,) = [text for text in at.text_input if text.key == key]
    return found


def more(at):
    (found,) = [block for block in at.expander if block.label == "More"]
    return found


@pytest.mark.parametrize(("bad", "words"), [("60 1 warm 0", "temperature in row 2"), ("60 1 70 red", "label in row 2")])
def test_a_refused_text_is_said_and_the_picture_stays(bad, words):
    at = opened("classification", {"b": "1"})
    assert not more(at).proto.expanded
    before = [metric.value for metric in at.metric]
    box(at, "x").set_value(bad).run()
    assert not at.exception
    assert [words in error.value for error in at.error] == [True]
    assert [metric.value for metric in at.metric] == before and len(at.get("plotly_chart")) == 5
    assert more(at).proto.expanded, "the sentence is in sight"
    box(at, "x").set_value("").run()
    assert not at.error and [metric.value for metric in at.metric] == before, "b stays, too"


def test_points_refused_by_a_link_leave_the_picture_of_two_features():
    at = opened("classification", {"view": "two", "w2": "1", "xy": "1 1 a 2 2 b 3 x c"})
    assert not at.exception and ["row 3" in error.value for error in at.error] == [True] and more(at).proto.expanded
    assert len(at.get("plotly_chart")) == 5 and "right at τ" in [metric.label for metric in at.metric]
    box(at, "xy").set_value("").run()
    assert not at.error and at.select_slider(key="w2").value == 1


@pytest.mark.parametrize(
    "data", [{"view": "two", "plane": "own"}, {"view": "two", "plane": "iris"}, {"data": "own"}], ids=str
)
def test_the_first_text_that_is_refused_stays_and_is_told_whatever_the_data(data):
    at = opened("classification", data)
    key = "xy" if "view" in data else "x"
    box(at, key).set_value("hello world").run()
    assert not at.exception and len(at.error) == 1 and box(at, key).value == "hello world" and more(at).proto.expanded
    linked = opened("classification", {**data, key: "hello world"})
    assert len(linked.error) == 1 and box(linked, key).value == "hello world"


def test_refused_points_of_three_classes_leave_the_weights():
    at = opened("classification", {"view": "two", "plane": "iris", "whose": "2", "w_11": "1.4", "w_21": "3.4"})
    box(at, "xy").set_value("1 1 a 2 2 b 3 x c").run()
    assert not at.exception and ["row 3" in error.value for error in at.error] == [True]
    box(at, "xy").set_value("").run()
    assert not at.error and at.select_slider(key="w_11").value == 1.4 and at.select_slider(key="w_21").value == 3.4
    at.selectbox(key="whose").set_value("1").run()
    assert not at.exception and at.select_slider(key="w_11").value == 1.4 and at.select_slider(key="w_21").value == 3.4


def test_points_go_with_the_data_that_they_replaced():
    at = opened("classification", {"x": "53 1 60 1 70 0 75 1 80 0"})
    assert not at.error and any("5 observations" in caption.value for caption in at.caption)
    at.segmented_control(key="view").set_value("two").run()
    assert not at.exception and box(at, "xy").value == ""
    box(at, "xy").set_value("4 1 a 5 2 b 4.4 1.9 a 6 1.5 b 5 1.2 a").run()
    assert not at.error and any("5 points" in caption.value for caption in at.caption)
    at.selectbox(key="plane").set_value("iris").run()
    assert (
        not at.exception and box(at, "xy").value == "" and any("150 points" in caption.value for caption in at.caption)
    )
    for view in ("softmax", "one"):
        at.segmented_control(key="view").set_value(view).run()
        assert not at.exception and not at.error
    assert box(at, "x").value == "" and any("23 observations" in caption.value for caption in at.caption)
