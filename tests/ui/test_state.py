"""Links: what a query means, and what a state writes."""

from __future__ import annotations

import math
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mle_ui import state
from mle_ui.live.tables import Slider
from mle_ui.state import Choice, Several, Text, Whole

steady = settings(derandomize=True, deadline=None, max_examples=100, database=None)
FRUIT = Choice("fruit", "Fruit", {"a": "Apple, red", "b": "Bärlauch & co", "c": "c=?"}, "b")
WORDS = Text("x", "Words", "3 4")
HEIGHT = Slider("h", "η", "height", (1.0, 2.5, math.inf), ("1", "2.5", "∞"), 1)
COUNT = Whole("seed", "Seed", 1, 9, 3)
FRUITS = Several("bowl", "Bowl", FRUIT.options, ("a",))


@pytest.mark.parametrize("value", FRUIT.options)
def test_a_choice_is_read_by_value_and_by_words_in_any_case(value):
    words = FRUIT.write(value)
    assert {FRUIT.read(text) for text in (value, value.upper(), words, words.upper(), f"  {words} ")} == {value}
    assert FRUIT.knows(words)


@pytest.mark.parametrize("raw", [None, "", "zzz", "1e9", "<script>", "apple", "a\0"])
def test_anything_else_is_the_default(raw):
    assert FRUIT.read(raw) == "b"
    assert not FRUIT.knows(raw or "")


def test_text_is_kept_as_it_is():
    assert WORDS.read(None) == "3 4"
    assert WORDS.read("") == ""
    assert WORDS.write(WORDS.read("1;2")) == "1;2"


@pytest.mark.parametrize(
    ("raw", "value"),
    [("1.5", 1.5), ("−2", -2.0), ("-2e3", -2000.0), ("∞", math.inf), ("inf", math.inf), (" 7 ", 7.0)]
    + [(raw, None) for raw in (None, "", "abc", "nan", "1,5", "1 2")],
)
def test_numbers_of_a_link(raw, value):
    assert state.number(raw) == value


def test_defaults_stay_out_of_a_link():
    assert state.query([(FRUIT, "b"), (WORDS, "3 4"), (HEIGHT, 1)]) == {}
    assert state.query([(FRUIT, "a"), (WORDS, ""), (HEIGHT, 2)]) == {"fruit": "Apple, red", "x": "", "h": "∞"}


@steady
@given(st.dictionaries(st.sampled_from("abcxyz"), st.text(max_size=20), max_size=4))
def test_a_link_carries_any_text(values):
    address = state.link("/surface", values)
    assert address.isascii() and " " not in address
    parts = urlsplit(address)
    assert parts.path == "/surface" and not parts.fragment
    assert dict(parse_qsl(parts.query, keep_blank_values=True)) == values


@pytest.mark.parametrize("control", [FRUIT, HEIGHT, WORDS, COUNT, FRUITS], ids=lambda c: c.key)
def test_what_a_control_writes_is_not_misread(control):
    values = {"fruit": FRUIT.options, "h": (0, 1, 2), "x": ("", "zzz"), "seed": (1, 9), "bowl": [("a", "c")]}
    for value in values[control.key]:
        raw = state.query([(control, value)]).get(control.key, [])
        assert state.misread(control, [raw] if isinstance(raw, str) else raw) is None


@pytest.mark.parametrize(
    ("control", "raw", "allowed"),
    [
        (FRUIT, "zzz", "no such option"),
        (HEIGHT, "3", "η runs from 1 to ∞"),
        (HEIGHT, "nan", "η runs from 1 to ∞"),
        (COUNT, "10", "whole numbers from 1 to 9"),
        (COUNT, "1.5", "whole numbers from 1 to 9"),
        (FRUITS, "zzz", "no such option"),
    ],
)
def test_what_a_control_cannot_take_is_said_with_what_stands_instead(control, raw, allowed):
    words = state.misread(control, [raw])
    assert f"{control.key} = {raw}," in words and allowed in words and words.endswith("stands here instead.")
    assert len(state.misread(control, ["x" * 400])) < 200
