"""The surface page over all its data sets and families: what is played is what is drawn."""

from __future__ import annotations

import math

import numpy as np
import plotly.graph_objects as go
import pytest

import mle_core as mle
from mle_ui.live.tables import BUDGET, encode
from mle_ui.numbers import nats
from mle_ui.scenes.surface import settings
from mle_ui.scenes.surface.levels import BANDS, depth
from mle_ui.scenes.surface.prepare import prepare
from tests.scenes import STATES, drawings, figure, resolve, scene, tables, trace
from tests.ui.wire import blend, decode, far

#: How far a mark may be off, as a part of an axis: little more than a pixel at the step where the page stands.
COMMITTED, BETWEEN = 0.004, 0.006

every_state = pytest.mark.parametrize(("data", "family", "third"), STATES)


def axes(of: go.Figure) -> tuple[np.ndarray, np.ndarray]:
    """Lower ends and lengths of the two axes."""
    ends = np.array([of.layout.xaxis.range, of.layout.yaxis.range], dtype=float)
    return ends[:, 0], ends[:, 1] - ends[:, 0]


def marks(wire: dict) -> list[str]:
    return [wire["mark"] + sign for sign in ("+", "-")] if wire["kind"] == "area" else [wire["mark"]]


def gap(wire: dict, place: float, x: np.ndarray, y: np.ndarray, of: go.Figure) -> float:
    """How far a mark's frame lies from where it should, as a part of the axes' lengths; lines as curves."""
    low, length = axes(of)
    played = np.stack([blend(wire["x"], place), blend(wire["y"], place)], axis=1)
    wanted = np.stack([np.asarray(x, dtype=float).ravel(), np.asarray(y, dtype=float).ravel()], axis=1)
    played, wanted = (played - low) / length, (wanted - low) / length
    if wire["kind"] != "line":
        return float(np.abs(played - wanted).max())
    shown = [line[np.all((line >= 0) & (line <= 1), axis=1)] for line in (played, wanted)]
    return max(far(shown[0], wanted), far(shown[1], played))


def field_gap(wire: dict, place: float, wanted: np.ndarray) -> np.ndarray:
    """Differences in bands between a frame of an image and the field it stands for, of any grid over the same extent."""
    values = blend(wire["v"], place) / 255 * wire["bands"]
    rows, columns = values.shape
    at = [np.linspace(0, size - 1, count) for size, count in zip((rows, columns), wanted.shape, strict=True)]
    across = np.array([np.interp(at[1], np.arange(columns), row) for row in values])
    both = np.array([np.interp(at[0], np.arange(rows), column) for column in across.T]).T
    return np.abs(both - wanted)


@every_state
def test_tables_cost_what_they_may(data, family, third):
    shown = scene(data=data, family=family, third=third)
    assert len(encode(tables(shown))) < BUDGET


@every_state
def test_every_moving_mark_is_drawn(data, family, third):
    shown = scene(data=data, family=family, third=third)
    drawn = {drawing.key: drawing.figure for drawing in drawings(shown)}
    head = decode(encode(tables(shown)))
    assert head["charts"] == list(drawn)
    assert head["state"] == shown.stamp
    assert [slider["key"] for slider in head["sliders"]] == list(shown.names) == head["play"]
    for slider in head["sliders"]:
        named = [(wire["chart"], wire["mark"]) for wire in slider["tracks"]]
        assert len(set(named)) == len(named)
        for wire in slider["tracks"]:
            drawn_marks = [t.meta for t in drawn[wire["chart"]].data]
            assert set(marks(wire)) <= set(drawn_marks)
        # Every slider moves the density and the reader's point on its own profile.
        assert {("density", "model"), (f"profile-{slider['key']}", "theta")} <= set(named)


@every_state
def test_what_is_read_while_dragging_is_what_is_read_after(data, family, third):
    shown = scene(data=data, family=family, third=third)
    strip = {readout.name: readout.value for readout in shown.strip()}
    head = decode(encode(tables(shown)))
    assert set(head["readouts"]) <= set(strip)
    for slider, control, step in zip(head["sliders"], shown.state.sliders, shown.state.steps, strict=True):
        assert slider["index"] == step
        assert set(slider["readouts"]) == {"loglik", "gap"}
        for name, strings in slider["readouts"].items():
            assert len(strings) == len(control.values) == len(slider["places"])
            assert strings[step] == strip[name] == head["readouts"][name]
        assert not any(text.startswith("−") for text in slider["readouts"]["gap"])


@every_state
def test_the_frame_at_the_committed_step_is_the_committed_figure(data, family, third):
    shown = scene(data=data, family=family, third=third)
    for slider in decode(encode(tables(shown)))["sliders"]:
        place = float(slider["places"][slider["index"]])
        for wire in slider["tracks"]:
            of = figure(shown, wire["chart"])
            where = (slider["key"], wire["chart"], wire["mark"])
            drawn = trace(of, wire["mark"])
            if wire["kind"] == "image":
                off = field_gap(wire, place, -np.array(drawn.z, dtype=float))
                assert np.median(off) < 0.1 and np.quantile(off, 0.99) < 0.5, where
                continue
            assert gap(wire, place, drawn.x, drawn.y, of) <= COMMITTED, where


@every_state
def test_frames_between_agree_with_the_core(data, family, third):
    shown = scene(data=data, family=family, third=third)
    random = np.random.default_rng(20)
    for j, slider in enumerate(decode(encode(tables(shown)))["sliders"]):
        values = shown.state.sliders[j].values
        for step in [0, len(values) - 1, *random.choice(len(values), 7, replace=False)]:
            theta = shown.theta.copy()
            theta[j] = values[step]
            exact = {(t.chart, t.mark): t for t in shown.tracks(theta[None], {slider["key"]})}
            assert set(exact) == {(wire["chart"], wire["mark"]) for wire in slider["tracks"]}
            place = float(slider["places"][step])
            for wire in slider["tracks"]:
                track = exact[wire["chart"], wire["mark"]]
                where = (slider["key"], values[step], wire["chart"], wire["mark"])
                if wire["kind"] == "image":
                    off = field_gap(wire, place, track.values[0].astype(float) / 255 * BANDS)
                    assert np.median(off) < 0.1 and np.quantile(off, 0.99) < 0.5, where
                    continue
                assert gap(wire, place, track.x, track.y, figure(shown, wire["chart"])) <= BETWEEN, where


@every_state
def test_a_dragged_point_is_answered_by_the_same_marks(data, family, third):
    shown = scene(data=data, family=family, third=third)
    handles = tables(shown).handles
    assert bool(handles) == bool(shown.pair)
    for handle in handles:
        assert (handle.x, handle.y) == shown.pair
        to = {s.key: s.values[len(s.values) // 4] for s in shown.state.sliders if s.key in (handle.x, handle.y)}
        tracks, strings = shown.answer(to)
        moved = next(t for t in tracks if (t.chart, t.mark) == (handle.chart, handle.mark))
        assert (moved.x[0, 0], moved.y[0, 0]) == (to[handle.x], to[handle.y])
        theta = [to.get(name, now) for name, now in zip(shown.names, shown.theta, strict=True)]
        assert strings["loglik"] == nats(float(shown.loglik(np.array(theta))))
        assert {(t.chart, t.mark) for t in tracks} >= {("density", "model")}


@every_state
def test_the_field_is_the_likelihood(data, family, third):
    shown = scene(data=data, family=family, third=third)
    if shown.pair is None:
        return
    field = shown.field
    a, b = (shown.names.index(name) for name in shown.pair)
    rows, columns = np.random.default_rng(3).integers(0, [[field.second.size], [field.first.size]], (2, 12))
    held = {shown.held: float(shown.theta[shown.names.index(shown.held)])} if shown.held else None
    best = mle.fit(family, shown.prepared.x, fixed=held)
    for i, j in zip(rows, columns, strict=True):
        theta = shown.theta.copy()
        theta[[a, b]] = field.first[j], field.second[i]
        drop = best.loglik - float(shown.loglik(theta))
        if len(shown.names) == 2 or shown.held:
            assert depth(field.drop[i, j]) == pytest.approx(depth(np.array(drop)), abs=1e-4)
        else:  # profiled: no value of the third parameter does better
            assert field.drop[i, j] <= drop + 1e-6


@pytest.mark.parametrize("data", list(mle.DATASETS))
def test_a_3d_view_has_no_handle(data):
    shown = scene(data=data, family="normal", view="3d")
    assert tables(shown).handles == ()
    assert [t.type for t in figure(shown, "surface").data] == ["surface", "scatter3d"]


def test_stamps_tell_states_apart_and_views_outlive_them():
    one, same = scene(data="groundbeef", family="gamma"), scene(family="gamma", data="groundbeef", zzz="1")
    other = scene(data="groundbeef", family="gamma", shape="4.2")
    assert one.stamp == same.stamp != other.stamp
    assert one.view == other.view != scene(data="groundbeef", family="weibull").view


# -- what cannot be done ------------------------------------------------------------------------------------------

PROBLEMS = [
    # data, numbers, family, the control at fault, words of the sentence: the value and the remedy
    ("toxocara", "", "lognormal", "family", ("x[0] = 0.0", "outside the support (0, ∞)", "choose normal")),
    ("toxocara", "", "gamma", "family", ("x[0] = 0.0", "remove them")),
    ("groundbeef", "", "poisson", "family", ("x[59] = 11.5", "whole number", "continuous family")),
    ("own", "1 2 0 3", "lognormal", None, ("x[2] = 0.0", "remove it or choose normal")),
    ("own", "1 2 -3", "poisson", None, ("x[2] = -3.0", "remove it")),
    ("own", "3.5", "normal", "numbers", ("3.5", "add observations that differ")),
    ("own", "3.5", "student_t", "numbers", ("3.5", "add observations that differ")),
    ("own", "2 2 2", "gamma", "numbers", ("2", "add observations that differ")),
    ("own", "2 2 2", "weibull", "numbers", ("2", "add observations that differ")),
    ("own", "", "normal", "numbers", ("No numbers", "type at least two")),
    ("own", "1 2 three", "normal", "numbers", ("Item 3, “three”", "mend or remove")),
]


@pytest.mark.parametrize(("data", "text", "family", "control", "words"), PROBLEMS)
def test_a_problem_is_one_sentence_of_rule_value_and_remedy(data, text, family, control, words):
    problem = prepare(data, text, family).problem
    assert problem is not None
    assert problem.control in ([control] if control else ["family", "numbers"])
    assert all(word in problem.message for word in words), problem.message
    assert problem.message.endswith(".") and not problem.message.endswith("..")
    assert "\n" not in problem.message and ". " not in problem.message.rstrip(".").replace("e.g. ", "")
    assert problem.message[0].isupper() or problem.message.startswith("x[")


@pytest.mark.parametrize("family", list(settings.DRAWN))
@pytest.mark.parametrize(
    "text", ["3", "3 3 3 3", "0 0 0", "0", "3 3 3 3 4", "1e-300 1e300", "-5 -5.5", "1 2", "1 100000", "1e200 2e200"]
)
def test_any_numbers_are_fitted_or_refused_in_words(family, text):
    prepared, state = resolve({"data": "own", "x": text, "family": family})
    if prepared.problem is not None:
        assert prepared.problem.message.endswith(".")
        assert prepared.fit is None and state.sliders == ()
        return
    shown = scene(data="own", x=text, family=family)
    assert drawings(shown) and len(encode(tables(shown))) < BUDGET
    assert math.isfinite(shown.fit.loglik)
    assert settings.OWN in shown.state.query().values() or "data" in shown.state.query()


@pytest.mark.parametrize("nu", ["", "∞"])
@pytest.mark.parametrize("view", list(settings.VIEW.options))
@pytest.mark.parametrize("third", list(settings.THIRD.options))
@pytest.mark.parametrize("pair", ["mu-sigma", "mu-nu", "sigma-nu"])
@pytest.mark.parametrize("data", ["michelson", "faithful_waiting", "toxocara"])
def test_every_pair_of_three_is_drawn_and_played(data, pair, third, view, nu):
    shown = scene(data=data, family="student_t", pair=pair, third=third, view=view, nu=nu)
    assert len(encode(tables(shown))) < BUDGET
    (surface,) = (drawing for drawing in drawings(shown) if drawing.key == "surface")
    low, high = shown.axis(shown.pair[1]).low, shown.axis(shown.pair[1]).high
    assert low <= shown.field.mark[1] <= high and "nan" not in surface.alt
