"""From an estimate to a slider."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import mle_core as mle
from mle_core import Param
from mle_ui import ranges
from mle_ui.live.tables import Slider
from tests.scenes import FITTED, scene

PARAMS = [
    (family.key, param)
    for family in mle.FAMILIES.values()
    for param in family.params
    if param.regular and not param.given
]


def text_of(item: object) -> str:
    return item.name if isinstance(item, Param) else str(item)


@st.composite
def estimates(draw: st.DrawFn, param: Param) -> tuple[float, float, int]:
    """Estimate, standard error and number of observations, as real samples of any unit give them."""
    share = draw(st.floats(0, 1))
    low, high = param.typical.low, param.typical.high
    centre = low * (high / low) ** share if param.scale == "log" else low + share * (high - low)
    centre *= 10.0 ** draw(st.integers(-3, 6 if math.isinf(param.domain.high) else 0))
    n = draw(st.integers(2, 5_000))
    error = (
        draw(st.floats(0.01, 1.0)) * (abs(centre) if param.scale == "log" else max(abs(centre), 1e-3)) / math.sqrt(n)
    )
    return centre, error, n


def check_slider(slider: Slider, param: Param) -> None:
    values = np.array(slider.values)
    assert np.all(np.diff(values) > 0)
    assert np.all(param.contains(values))
    assert len(values) >= 400
    assert len(set(slider.labels)) == len(slider.labels) == len(values)
    assert 0 <= slider.default < len(values)
    assert (slider.key, slider.symbol, slider.label) == (param.name, param.symbol, param.label)


@pytest.mark.parametrize(("family", "param"), PARAMS, ids=text_of)
@settings(derandomize=True, deadline=None, max_examples=60, database=None)
@given(data=st.data())
def test_any_estimate_makes_a_slider(family, param, data):
    centre, error, n = data.draw(estimates(param))
    start = data.draw(st.floats(0, 1))
    slider = ranges.make_slider(param, centre, error, n, start=start)
    check_slider(slider, param)
    values = np.array(slider.values)
    assert np.min(np.abs(values - centre)) <= error / 500
    for label, value in zip(slider.labels, slider.values, strict=True):
        assert float(label.replace("∞", "inf")) == value
    share = slider.default / (len(values) - 1)
    assert abs(share - start) < 0.02


@pytest.mark.parametrize(("family", "param"), PARAMS, ids=text_of)
@settings(derandomize=True, deadline=None, max_examples=60, database=None)
@given(data=st.data())
def test_what_a_link_asks_for_becomes_a_step(family, param, data):
    centre, error, n = data.draw(estimates(param))
    plain = ranges.make_slider(param, centre, error, n, start=0.3)
    ends = [v for v in (plain.values[0], plain.values[-1]) if math.isfinite(v)]
    digits = data.draw(st.integers(2, 7))
    asked = float(f"{data.draw(st.floats(ends[0], ends[-1] if len(ends) > 1 else plain.values[-2])):.{digits}g}")
    assume(plain.values[0] <= asked <= (plain.values[-1] if len(ends) > 1 else plain.values[-2]))
    slider = ranges.make_slider(param, centre, error, n, start=0.3, asked=asked)
    check_slider(slider, param)
    assert asked in slider.values
    assert float(slider.labels[slider.values.index(asked)]) == asked
    assert slider.values[slider.default] == plain.values[plain.default]
    assert set(plain.values) <= set(slider.values)


@pytest.mark.parametrize(("family", "param"), PARAMS, ids=text_of)
@pytest.mark.parametrize("asked", [-math.inf, -1e300, 1e300])
def test_what_lies_outside_is_not_taken(family, param, asked):
    plain = ranges.make_slider(param, param.default, 0.1, 50, start=0.3)
    assert ranges.make_slider(param, param.default, 0.1, 50, start=0.3, asked=asked) == plain


@pytest.mark.parametrize(("family", "param"), PARAMS, ids=text_of)
def test_without_a_standard_error_the_range_is_the_typical_one(family, param):
    slider = ranges.make_slider(param, math.nan, math.nan, 50, start=0.3)
    check_slider(slider, param)
    finite = [v for v in slider.values if math.isfinite(v)]
    assert finite[0] == pytest.approx(param.typical.low) and finite[-1] == pytest.approx(param.typical.high)


def test_a_slider_that_may_end_at_infinity_does():
    family = mle.FAMILIES["student_t"]
    slider = ranges.make_slider(family.params[2], math.inf, math.nan, 272, start=0.45)
    assert math.isinf(slider.values[-1]) and slider.labels[-1] == "∞"
    assert math.isfinite(slider.values[-2])
    assert slider.index(math.inf) == len(slider.values) - 1


def test_below_the_floor_there_is_no_step():
    nu = mle.FAMILIES["student_t"].params[2]
    assert ranges.make_slider(nu, 3.0, 0.5, 20, start=0.45, floor=1.5).values[0] > 1.5


@pytest.mark.parametrize(("data", "family"), FITTED)
def test_every_scene_has_the_maximum_on_its_sliders(data, family):
    shown = scene(data=data, family=family)
    own = [slider for slider in shown.sliders if slider.key in shown.names]  # the null value's slider is no parameter's
    at = {slider.key: slider.values[step] for slider, step in zip(shown.sliders, shown.steps, strict=True)}
    assert tuple(slider.key for slider in own) == shown.names
    for slider, param in zip(own, shown.family.params, strict=True):
        if not slider.counted:  # one that ends in a cliff has fewer steps, a frame for each
            check_slider(slider, param)
        assert slider.values[0] < at[slider.key] < slider.values[-1]
    best = [s.values[shown.best_steps()[s.key]] for s in own]
    for value, (estimate, error) in zip(best, shown.prepared.estimates.values(), strict=True):
        assert value == estimate or np.isnan(error) or abs(value - estimate) <= error / 500
    assert shown.fit.loglik - float(shown.loglik(np.array(best))) <= 1e-4
