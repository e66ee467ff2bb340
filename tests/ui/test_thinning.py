"""The frames that a sweep keeps of a mark that does not move evenly."""

from __future__ import annotations

import numpy as np
import pytest

from mle_ui.live.tables import Slider, Sweep, Tables, Track, encode
from mle_ui.live.thinning import needed
from tests.ui.frames import frame
from tests.ui.wire import decode

PLACES = np.linspace(0, 1, 201)


def points(x, y):
    return np.stack(np.broadcast_arrays(x, y), axis=-1)[:, None, :]


def test_what_moves_evenly_needs_its_ends_alone():
    assert needed(points(PLACES, 0.5 * PLACES), PLACES, slack=1e-3, most=99, curve=False) == [0, 200]
    assert needed(points(PLACES[:1], 0.5), PLACES[:1], slack=1e-3, most=99, curve=False) == [0]


def test_a_leap_is_kept_on_both_sides():
    y = np.where(PLACES < 0.37, 0.2, 0.8)
    assert needed(points(PLACES, y), PLACES, slack=1e-3, most=99, curve=False) == [0, 73, 74, 200]


@pytest.mark.parametrize("most", [5, 9, 33])
def test_what_turns_gets_frames_where_it_turns_as_many_as_there_may_be(most):
    y = 1 / (1 + np.exp(-(PLACES - 0.7) * 60))
    kept = needed(points(PLACES, y), PLACES, slack=1e-3, most=most, curve=False)
    assert len(kept) <= most and kept[0] == 0 and kept[-1] == 200
    inner = PLACES[kept[1:-1]]
    assert np.all((inner > 0.5) & (inner < 0.9))
    missed = np.abs(np.interp(PLACES, PLACES[kept], y[kept]) - y).max()
    assert missed <= 1e-3 or len(kept) == most


def test_outside_the_picture_nothing_is_needed():
    y = np.where(PLACES < 0.37, 3.0, 5.0)
    assert needed(points(PLACES, y), PLACES, slack=1e-3, most=99, curve=False) == [0, 200]


def test_frames_with_knots_are_played_at_their_places():
    values = tuple(range(11))
    slider = Slider("a", "a", "a", values, tuple(map(str, values)), 3)
    knots = np.array([0.0, 0.1, 0.8, 1.0])
    x, y = np.array([[0.0], [5.0], [6.0], [6.0]]), np.array([[1.0], [1.0], [4.0], [9.0]])
    track = Track("c", "m", "points", x, y, knots=knots)
    sweep = Sweep(slider, 3, (track,), {})
    (wire,) = decode(encode(Tables("p", "s", ("c",), (sweep,), {})))["sliders"][0]["tracks"]
    for place in (0.0, 0.05, 0.1, 0.45, 0.8, 0.9, 1.0):
        at = frame(wire, place)
        assert at[0] == pytest.approx([np.interp(place, knots, x[:, 0])], abs=1e-5)
        assert at[1] == pytest.approx([np.interp(place, knots, y[:, 0])], abs=1e-5)
