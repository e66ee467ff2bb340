"""The drag layer's tables on the wire."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mle_ui.live.tables import INFINITE, Handle, Slider, Sweep, Tables, Track, encode, encode_answer, image_frames
from tests.scenes import FITTED, scene
from tests.ui.wire import blend, decode

steady = settings(derandomize=True, deadline=None, max_examples=100, database=None)
EVEN = Slider("a", "α", "first", tuple(np.linspace(-2, 3, 51)), tuple(f"{v:g}" for v in np.linspace(-2, 3, 51)), 7)
LOG = Slider("b", "β", "second", (0.1, 1.0, 10.0, math.inf), ("0.1", "1", "10", "∞"), 1, logarithmic=True)


def sweep(slider: Slider, *tracks: Track) -> Sweep:
    return Sweep(slider, slider.default, tracks, {"loglik": [f"−{i} “ℓ”" for i in range(len(slider.values))]})


def tables(*sweeps: Sweep, handles: tuple[Handle, ...] = ()) -> Tables:
    return Tables(
        "surface", "stamp", ("one", "two"), sweeps, {"loglik": "−1"}, handles, tuple(s.slider.key for s in sweeps)
    )


@steady
@given(
    st.integers(1, 5),
    st.integers(1, 9),
    st.floats(-1e6, 1e6),
    st.floats(-6, 6),
    st.integers(0, 2**32 - 1),
    st.booleans(),
)
def test_frames_come_back(frames, points, middle, size, seed, still):
    random = np.random.default_rng(seed)
    x = middle + 10**size * random.uniform(-1, 1, points if still else (frames, points))
    y = 10**size * random.standard_normal((frames, points))
    (slider,) = decode(encode(tables(sweep(EVEN, Track("one", "model", "line", x, y)))))["sliders"]
    (track,) = slider["tracks"]
    for sent, got in ((x, track["x"]), (y, track["y"])):
        assert got.shape == np.atleast_2d(sent).shape
        assert np.abs(got - sent).max() <= 1e-6 * np.ptp(sent) + 4e-16 * abs(middle)
    assert (track["chart"], track["mark"], track["kind"]) == ("one", "model", "line")


def test_short_frames_lose_a_65_000th_of_their_range():
    x, y = np.random.default_rng(4).normal(size=9), np.random.default_rng(5).normal(size=(40, 9))
    sent = [encode(tables(sweep(EVEN, Track("one", "model", "line", x, y, short=short)))) for short in (True, False)]
    (track,) = decode(sent[0])["sliders"][0]["tracks"]
    assert len(sent[1]) - len(sent[0]) > y.size
    for wanted, got in ((x, track["x"]), (y, track["y"])):
        assert 0 < np.abs(got - wanted).max() <= 0.51 * np.ptp(wanted) / 65_000


def test_all_that_is_said_comes_back():
    bars = Track("one", "bars", "bars", np.arange(3.0), np.eye(3), width=0.38)
    rule = Track("two", "rule", "rule", np.zeros((2, 1)), np.ones((2, 1)), along="x")
    words = Track("two", "words", "text", np.zeros((2, 1)), np.ones((2, 1)), texts=("μ", "σ"))
    fields = np.linspace(-0.5, 1.5, 24).reshape(2, 3, 4)
    image = Track(
        "two", "field", "image", values=image_frames(fields), extent=(0, 1, 2, 3), colours=((1, 2, 3, 4), (5, 6, 7, 8))
    )
    handle = Handle("two", "theta", "a", "b", (0.5, 2.0))
    head = decode(encode(tables(sweep(EVEN, bars, rule), sweep(LOG, words, image), handles=(handle,))))
    assert (head["role"], head["page"], head["state"], head["charts"]) == ("page", "surface", "stamp", ["one", "two"])
    assert head["readouts"] == {"loglik": "−1"} and head["play"] == ["a", "b"]
    first, second = head["sliders"]
    assert (first["key"], first["symbol"], first["index"]) == ("a", "α", 7)
    assert first["readouts"]["loglik"][50] == "−50 “ℓ”"
    assert first["tracks"][0]["width"] == 0.38 and first["tracks"][1]["along"] == "x"
    assert second["tracks"][0]["texts"] == ["μ", "σ"]
    picture = second["tracks"][1]
    assert np.array_equal(picture["v"], np.round(np.clip(fields, 0, 1) * 255))
    assert (picture["extent"], picture["bands"], picture["colours"]) == ([0, 1, 2, 3], 2, [1, 2, 3, 4, 5, 6, 7, 8])
    (grip,) = head["handles"]
    assert (grip["chart"], grip["mark"], grip["x"], grip["y"], grip["at"]) == ("two", "theta", "a", "b", [0.5, 2.0])
    assert [slider["values"] for slider in head["sliders"]] == [list(EVEN.values), [0.1, 1.0, 10.0, INFINITE]]


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("axis", ["x", "y"])
def test_frames_that_are_not_finite_are_refused(bad, axis):
    good = np.zeros((2, 3))
    wrong = good.copy()
    wrong[1, 2] = bad
    track = Track("one", "model", "line", **({"x": good, "y": good} | {axis: wrong}))
    with pytest.raises(ValueError, match="must be finite"):
        encode(tables(sweep(EVEN, track)))


def test_a_mark_without_coordinates_is_refused():
    with pytest.raises(ValueError, match="track one/model: a line needs x and y"):
        encode(tables(sweep(EVEN, Track("one", "model", "line", np.zeros((1, 2))))))


def test_an_answer_carries_one_frame():
    head = decode(
        encode_answer("stamp", 3, [Track("one", "theta", "points", np.array([[1.5]]), np.array([[2.5]]))], {"gap": "0"})
    )
    assert (head["role"], head["state"], head["number"], head["readouts"]) == ("answer", "stamp", 3, {"gap": "0"})
    (track,) = head["tracks"]
    assert (track["x"].tolist(), track["y"].tolist()) == ([[1.5]], [[2.5]])


@pytest.mark.parametrize("slider", [EVEN, LOG], ids=["even", "logarithmic"])
@pytest.mark.parametrize("frames", [2, 3, 121])
def test_frames_reach_from_end_to_end(slider, frames):
    places = slider.places(frames)
    assert places.shape == (frames,)
    assert (places[0], places[-1]) == (slider.values[0], slider.values[-1])
    assert np.all(np.diff(places) > 0)


@pytest.mark.parametrize(("data", "family"), FITTED)
def test_places_stand_where_the_steps_do(data, family):
    for slider in scene(data=data, family=family).sliders:
        assert slider.places(9)[[0, -1]].tolist() == [slider.values[0], slider.values[-1]]
        (wire,) = decode(encode(tables(sweep(slider))))["sliders"]
        places = wire["places"]
        assert (places[0], places[-1]) == (0, 1) and np.all(np.diff(places) > 0)
        # A track of the slider's own coordinate, blended at a step's place, is that step's coordinate.
        u = slider.coordinates
        track = np.linspace(u[0], u[-1], 33)[:, None]
        read = [blend(track, float(place))[0] for place in places]
        assert np.abs(np.array(read) - u).max() <= 1e-6 * np.ptp(u)


def test_the_nearest_step():
    assert [LOG.index(v) for v in (-math.inf, 0.0, 0.9, 6.0, 1e9, math.inf)] == [0, 0, 1, 2, 2, 3]
