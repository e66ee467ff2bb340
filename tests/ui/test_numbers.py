"""Numbers as readers type and see them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mle_ui import numbers

steady = settings(derandomize=True, deadline=None, max_examples=200, database=None)
finite = st.floats(allow_nan=False, allow_infinity=False)
size = st.floats(1 / numbers.LARGEST, numbers.LARGEST)
drawable = st.one_of(st.just(0.0), size, size.map(lambda v: -v))
ordinary = st.floats(-1e12, 1e12, allow_nan=False)


def back(text: str) -> float:
    """The value of a number that is shown."""
    plain = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    return float(text.replace("−", "-").replace("×10", "e").translate(plain).replace("∞", "inf"))


@steady
@given(
    st.lists(drawable, min_size=1, max_size=30),
    st.sampled_from([" ", ", ", ",", ";", "\n", "\t", " ;  "]),
    st.booleans(),
)
def test_what_is_typed_is_read_to_the_last_bit(values, between, typeset):
    text = between.join(map(repr, values))
    assert np.array_equal(numbers.parse(text.replace("-", "−") if typeset else text), values)


@pytest.mark.parametrize("item", ["1e31", "-1e31", "1e-31"])
def test_what_is_too_large_or_small_to_draw_is_named(item):
    with pytest.raises(numbers.NotNumbersError, match=r"Item 2, .* is outside what can be drawn"):
        numbers.parse(f"1 {item}")


def test_blanks_around_do_no_harm():
    assert numbers.parse("  1, 2;3\n\n4,\t").tolist() == [1, 2, 3, 4]


@pytest.mark.parametrize("item", ["abc", "1e999", "nan", "inf", "-inf", "--3", "1.2.3", "0x10", "<script>", "**bold**"])
def test_an_item_that_is_no_number_is_named(item):
    with pytest.raises(numbers.NotNumbersError) as caught:
        numbers.parse(f"1 2.5 {item} 4")
    assert f"Item 3, “{item}”, is not a finite number" in str(caught.value)
    assert str(caught.value).endswith(".")


def test_a_long_item_is_cut():
    with pytest.raises(numbers.NotNumbersError) as caught:
        numbers.parse("y" * 5_000)
    assert "y" * 19 + "…" in str(caught.value) and len(str(caught.value)) < 100


@pytest.mark.parametrize("text", ["", "  \n ", ",;,"])
def test_nothing_typed_says_what_to_type(text):
    with pytest.raises(numbers.NotNumbersError, match=r"^No numbers yet; .*\.$"):
        numbers.parse(text)


def test_as_many_as_a_link_carries_and_no_more():
    assert numbers.parse("1 " * numbers.MOST).size == numbers.MOST
    with pytest.raises(numbers.NotNumbersError, match=f"{numbers.MOST + 1} numbers are more than"):
        numbers.parse("1 " * (numbers.MOST + 1))


@pytest.mark.parametrize("between", [" ", "\n", "; ", ", "])
def test_ten_million_numbers_are_refused_in_one_sentence(between):
    with pytest.raises(
        numbers.NotNumbersError, match=r"^10000000 numbers are more than the 2000 that .*; leave some out\.$"
    ):
        numbers.parse(between.join(["2.5"] * 10**7))


@steady
@given(finite, st.integers(1, 12))
def test_a_number_is_shown_in_its_digits(value, digits):
    text = numbers.show(value, digits)
    assert "-" not in text and "e" not in text
    assert back(text) == float(f"{value:.{digits}g}")


def test_what_is_no_number_is_shown_as_such():
    assert [numbers.show(v) for v in (math.nan, math.inf, -math.inf)] == ["–", "∞", "−∞"]
    assert numbers.show(-12.3456789) == "−12.346"
    assert numbers.show(1.5e-7) == "1.5×10⁻⁷"


@steady
@given(ordinary)
def test_nats_are_rounded_in_the_last_decimal(value):
    text = numbers.nats(value)
    size = abs(value)
    slack = 0.5e-3 if size < 1e4 else 0.05 if size < 1e6 else 0.5 if size < 1e9 else 0.5e-4 * size
    assert "-" not in text
    assert abs(back(text) - value) <= slack * (1 + 1e-9)
    assert back(text) != 0 or "−" not in text


def test_nats_by_size():
    shown = [numbers.nats(v) for v in (0.0, -0.0, -4e-4, 112.42649, -123456.78, 3.5e7, -math.inf)]
    assert shown == ["0.000", "0.000", "0.000", "112.426", "−123456.8", "35000000", "−∞"]


@steady
@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6))
def test_an_error_is_shown_in_two_digits_and_the_value_as_far_as_it_reaches(value, error):
    shown, bound = (back(part) for part in numbers.with_error(value, error).split(" ± "))
    assert abs(bound - error) <= 0.05 * error * (1 + 1e-9)
    assert abs(shown - value) <= 0.051 * error + 1e-12


def test_values_with_errors():
    assert numbers.with_error(299.8524, 0.00786) == "299.8524 ± 0.0079"
    assert numbers.with_error(-3.14159, 2.5) == "−3.1 ± 2.5"
    assert numbers.with_error(14_548_167.3, 2_057_421.0) == "1.4548×10⁷ ± 2.1×10⁶"
    assert numbers.with_error(math.inf, math.nan) == "∞"
    assert numbers.with_error(2.5, math.nan) == "2.5"
    assert numbers.with_error(2.5, 0.0) == "2.5"


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("3,1 2,7 4,0", [3.1, 2.7, 4.0]),
        ("3,1; 2,7; 4", [3.1, 2.7, 4.0]),
        ("3,1\n-2,7\n4,05e1", [3.1, -2.7, 40.5]),
        ("3.1;2.7;4", [3.1, 2.7, 4.0]),
        ("3,1,2", [3.0, 1.0, 2.0]),
        ("3.1, 2.7, 4", [3.1, 2.7, 4.0]),
        ("1, 2, 3", [1.0, 2.0, 3.0]),
    ],
)
def test_commas_and_semicolons_as_decimals_or_between(text, values):
    assert numbers.parse(text).tolist() == values
