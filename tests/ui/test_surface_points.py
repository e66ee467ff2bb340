"""The reader's own numbers as points on the axis."""

from __future__ import annotations

import numpy as np
import pytest

import mle_core as mle
from mle_ui.numbers import nats, parse, with_error
from tests.scenes import scene, tables

OWN = {"data": "own", "x": "1.2 2.3 3.1 4.8 9"}


def test_each_number_has_a_handle_and_the_strip_takes_more():
    shown = tables(scene(**OWN, family="normal"))
    on_axis = [handle for handle in shown.handles if handle.chart == "density"]
    assert [handle.at[0] for handle in on_axis] == [1.2, 2.3, 3.1, 4.8, 9]
    assert all(handle.removable and handle.x.low <= handle.at[0] for handle in on_axis)
    assert [pad.x.key for pad in shown.pads] == ["x[+]"]
    assert not tables(scene(data="groundbeef", family="normal")).pads


def test_a_dragged_number_is_answered_by_the_fit_of_the_new_numbers():
    shown = scene(**OWN, family="gamma")
    tracks, words = shown.answer({"x[1]": 5.0})
    x = [1.2, 5.0, 3.1, 4.8, 9]
    fit = mle.fit("gamma", x)
    assert words["hat-shape"] == with_error(fit.params["shape"], fit.standard_errors["shape"])
    assert words["loglik"] == nats(float(mle.loglik("gamma", x, shown.theta)))
    best = next(t for t in tracks if t.mark == "best")
    assert (best.x.item(), best.y.item()) == pytest.approx((fit.params["shape"], fit.params["rate"]), rel=1e-9)
    bars = next(t for t in tracks if t.mark == "data")
    assert np.sum(bars.y) * bars.width == pytest.approx(1)


def test_drops_additions_and_removals_are_written_as_text():
    shown = scene(**OWN, family="normal")
    assert parse(shown.edit({"x[0]": 1.5})["x"]).tolist() == [1.5, 2.3, 3.1, 4.8, 9]
    assert parse(shown.edit({"x[+]": 7.0})["x"]).tolist() == [1.2, 2.3, 3.1, 4.8, 9, 7]
    assert parse(shown.edit({"x[2]": None})["x"]).tolist() == [1.2, 2.3, 4.8, 9]
    assert parse(shown.edit({"x[99]": 1.0, "x[zz]": 2.0})["x"]).tolist() == [1.2, 2.3, 3.1, 4.8, 9]
