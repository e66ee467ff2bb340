"""The surface page over all its data sets and families: what is played is what is drawn."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

import mle_core as mle
from mle_ui.live import moving
from mle_ui.live.tables import BUDGET, encode
from mle_ui.numbers import nats
from mle_ui.scenes.surface.levels import BANDS, depth
from mle_ui.state import query
from tests.scenes import STATES, drawings, figure, resolve, scene, tables, trace
from tests.ui.frames import BETWEEN, COMMITTED, frame, gap
from tests.ui.wire import blend, decode

every_state = pytest.mark.parametrize(("data", "family", "third"), STATES)


def field_gap(wire: dict, place: float, wanted: np.ndarray) -> np.ndarray:
    """Differences in bands between a frame of an image and the field it stands for, of any grid over the same extent."""
    values = blend(wire["v"], place) / 255 * wire["bands"]
    rows, columns = values.shape
    at = [np.linspace(0, size - 1, count) for size, count in zip((rows, columns), wanted.shape, strict=True)]
    across = np.array([np.interp(at[1], np.arange(columns), row) for row in values])
    both = np.array([np.interp(at[0], np.arange(rows), column) for column in across.T]).T
    return np.abs(both - wanted)


#: States whose marks race, bend, leave the picture or end in a cliff, one family each at least.
PLAYED = (
    {"data": "michelson", "family": "normal"},
    {"data": "toxocara", "family": "laplace"},
    {"data": "faithful_waiting", "family": "logistic"},
    {"data": "own", "family": "cauchy", "x": "-8 -2 1 3 12"},
    {"data": "groundbeef", "family": "lognormal"},
    {"data": "michelson", "family": "gamma"},
    {"data": "groundbeef", "family": "weibull", "shape": "0.5"},
    {"data": "own", "family": "beta", "x": "0.1 0.9 0.5"},
    {"data": "toxocara", "family": "exponential"},
    {"data": "groundbeef", "family": "pareto"},
    {"data": "groundbeef", "family": "uniform"},
    {"data": "own", "family": "bernoulli", "x": "0 1 1 0 1"},
    {"data": "toxocara", "family": "poisson"},
    {"data": "faithful_waiting", "family": "geometric"},
    {"data": "toxocara", "family": "negative_binomial"},
    {"data": "toxocara", "family": "student_t"},
    {"data": "faithful_waiting", "family": "student_t", "pair": "mu-nu", "third": "fixed"},
    {"data": "groundbeef", "family": "student_t", "pair": "sigma-nu", "third": "fixed"},
    {"data": "generated", "family": "student_t"},
    {"data": "generated", "family": "weibull", "from": "weibull", "draws": "200"},
)


@every_state
def test_every_family_is_played_within_its_budget(data, family, third):
    wire = encode(tables(scene(data=data, family=family, third=third)))
    assert len(wire) < BUDGET
    assert all(len(slider["tracks"]) >= 2 for slider in decode(wire)["sliders"])


@pytest.mark.parametrize("link", PLAYED, ids=lambda link: "-".join(link.values()))
def test_what_is_played_is_what_is_drawn(link):
    """What test_every_scene holds for the states of tests/pages, and images too, over more families."""
    shown = scene(**link)
    wire = encode(tables(shown))
    assert len(wire) < BUDGET
    drawn = {drawing.key: drawing.figure for drawing in drawings(shown)}
    random = np.random.default_rng(20)
    for j, slider in enumerate(decode(wire)["sliders"]):
        steps, stands = shown.sliders[j].values, shown.steps[j]
        others = random.choice(len(steps), min(4, len(steps)), replace=False)
        for step in sorted({0, stands, len(steps) - 1, *map(int, others)}):
            theta = moving.values(shown)
            theta[j] = steps[step]
            exact = {(t.chart, t.mark): t for t in shown.tracks(theta[None], {slider["key"]})}
            assert set(exact) == {(track["chart"], track["mark"]) for track in slider["tracks"]}
            place = float(slider["places"][step])
            for track in slider["tracks"]:
                where = (slider["key"], steps[step], track["chart"], track["mark"])
                wanted, of = exact[track["chart"], track["mark"]], drawn[track["chart"]]
                if track["kind"] == "image":
                    off = field_gap(track, place, wanted.values[0].astype(float) / 255 * BANDS)
                    assert np.median(off) < 0.1 and np.quantile(off, 0.99) < 0.5, where
                    continue
                at = (np.atleast_2d(wanted.x)[0], np.atleast_2d(wanted.y)[0])
                assert gap(track["kind"], frame(track, place), at, of) <= BETWEEN, where
                if step == stands and track["kind"] != "rule":
                    found = trace(of, track["mark"])
                    assert gap(track["kind"], frame(track, place), (found.x, found.y), of) <= COMMITTED, where


@every_state
def test_a_dragged_point_is_answered_by_the_same_marks(data, family, third):
    shown = scene(data=data, family=family, third=third)
    # A handle of one slider plays that slider's sweep; one of two asks.
    handles = [handle for handle in tables(shown).handles if handle.y is not None]
    assert bool(handles) == bool(shown.pair)
    for handle in handles:
        assert (handle.x, handle.y) == shown.pair
        to = {s.key: s.values[len(s.values) // 4] for s in shown.sliders if s.key in (handle.x, handle.y)}
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
    held = {name: shown.value(name) for name in shown.held} or None
    best = mle.fit(family, shown.prepared.x, fixed=held)
    for i, j in zip(rows, columns, strict=True):
        theta = shown.theta.copy()
        theta[[a, b]] = field.first[j], field.second[i]
        drop = best.loglik - float(shown.loglik(theta))
        if len(shown.names) == 2 or shown.held:  # or every parameter has its place
            assert depth(field.drop[i, j]) == pytest.approx(depth(np.array(drop)), abs=1e-4)
        else:  # profiled: no value of the third parameter does better
            assert field.drop[i, j] <= drop + 1e-6


@pytest.mark.parametrize("data", list(mle.DATASETS))
def test_a_3d_view_has_no_handle(data):
    shown = scene(data=data, family="normal", view="3d")
    assert {handle.chart for handle in tables(shown).handles} == {"profile-mu"}  # the null's alone
    assert [t.type for t in figure(shown, "surface").data] == ["surface", "scatter3d"]


def test_stamps_tell_states_apart_and_views_outlive_them():
    one, same = scene(data="groundbeef", family="gamma"), scene(family="gamma", data="groundbeef", zzz="1")
    other = scene(data="groundbeef", family="gamma", shape="4.2")
    assert one.stamp == same.stamp != other.stamp
    assert one.view == other.view != scene(data="groundbeef", family="weibull").view


def test_a_binomial_has_as_many_trials_as_the_link_says():
    shown = scene(data="own", x="3 5 2 7", family="binomial", trials="10")
    assert shown.fit.params == {"p": 0.425, "n": 10.0} and shown.names == ("p",)
    law = stats.binom(10, shown.theta[0])
    assert float(shown.loglik(shown.theta)) == pytest.approx(law.logpmf([3, 5, 2, 7]).sum(), abs=1e-9)
    assert (
        scene(data="own", x="3 5 2 7", family="binomial").fit.params["n"] == 7.0
    )  # the largest count, unless it is given
    assert query(shown.items)["trials"] == "10"


# -- what cannot be done ------------------------------------------------------------------------------------------

PROBLEMS = [
    # data, numbers, family, the control at fault, words of the sentence: the value and the remedy
    ("toxocara", "", "lognormal", "family", ("x[0] = 0.0", "outside the support (0, ∞)", "choose normal")),
    ("toxocara", "", "gamma", "family", ("x[0] = 0.0", "remove them")),
    ("groundbeef", "", "poisson", "family", ("x[59] = 11.5", "whole number", "continuous family")),
    ("own", "1 2 0 3", "lognormal", None, ("x[2] = 0.0", "remove it or choose normal")),
    ("own", "5 7", "binomial&trials=6", "trials", ("x[1] = 7", "n = 6", "set n to 7")),
    ("own", "1 2 -3", "poisson", None, ("x[2] = -3.0", "remove it")),
    ("own", "3.5", "normal", "x", ("3.5", "add observations that differ")),
    ("own", "3.5", "student_t", "x", ("3.5", "add observations that differ")),
    ("own", "2 2 2", "gamma", "x", ("2", "add observations that differ")),
    ("own", "2 2 2", "weibull", "x", ("2", "add observations that differ")),
    ("own", "", "normal", "x", ("No numbers", "type at least two")),
    ("own", "1 2 three", "normal", "x", ("Item 3, “three”", "mend or remove")),
]


@pytest.mark.parametrize(("data", "text", "family", "control", "words"), PROBLEMS)
def test_a_problem_is_one_sentence_of_rule_value_and_remedy(data, text, family, control, words):
    family, _, trials = family.partition("&trials=")
    shown, link = resolve(data=data, x=text, family=family, **({"trials": trials} if trials else {}))
    assert shown is None
    ((at, message),) = link.problems.items()
    assert at in ([control] if control else ["family", "x"])
    assert all(word in message for word in words), message
    assert message.endswith(".") and not message.endswith("..")
    assert "\n" not in message and ". " not in message.rstrip(".").replace("e.g. ", "")
    assert message[0].isupper() or message.startswith("x[")


@pytest.mark.parametrize("family", [key for key, family in mle.FAMILIES.items() if len(family.params) <= 3])
@pytest.mark.parametrize(
    "text", ["3", "3 3 3 3", "0 0 0", "0", "3 3 3 3 4", "1e-300 1e300", "-5 -5.5", "1 2", "1 100000", "1e200 2e200"]
)
def test_any_numbers_are_fitted_or_refused_in_words(family, text):
    shown, link = resolve(data="own", x=text, family=family)
    if shown is None:
        assert len(link.problems) == 1 and all(words.endswith(".") for words in link.problems.values())
        return
    assert drawings(shown) and len(encode(tables(shown))) < BUDGET
    assert math.isfinite(shown.fit.loglik)


@pytest.mark.parametrize(
    ("third", "view", "nu"),
    [("profiled", "3d", "∞"), ("profiled", "contours", ""), ("fixed", "3d", ""), ("fixed", "contours", "∞")],
)
@pytest.mark.parametrize("pair", ["mu-sigma", "mu-nu", "sigma-nu"])
@pytest.mark.parametrize("data", ["faithful_waiting"])
def test_every_pair_of_three_is_drawn_and_played(data, pair, third, view, nu):
    shown = scene(data=data, family="student_t", pair=pair, third=third, view=view, nu=nu)
    assert len(encode(tables(shown))) < BUDGET
    (surface,) = (drawing for drawing in drawings(shown) if drawing.key == "surface")
    low, high = shown.axis(shown.pair[1]).low, shown.axis(shown.pair[1]).high
    assert low <= shown.field.mark[1] <= high and "nan" not in surface.alt
