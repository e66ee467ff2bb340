"""/classification: its numbers against independent computations, and what hands do to its points."""

from __future__ import annotations

import re

import numpy as np
import pytest
from scipy import optimize, special, stats

import mle_core as mle
from mle_ui.live import moving
from mle_ui.numbers import nats
from mle_ui.scenes.classification import points, simplex
from mle_ui.scenes.classification.parts import parts
from mle_ui.scenes.classification.scene import build
from mle_ui.scenes.cross_entropy import bridge
from mle_ui.scenes.cross_entropy import scene as cross_entropy
from mle_ui.state import Link, query


def opened(**query):
    link = Link(query)
    scene = build(link)
    assert scene is not None and not link.problems, link.problems
    return scene


def refused(**query):
    link = Link(query)
    assert build(link) is None
    (problem,) = link.problems.values()
    return problem


def said(scene):
    return moving.strings(scene)


def test_challenger_is_what_the_textbooks_print():
    scene = opened()
    assert said(scene)["nll"] == f"{23 * np.log(2):.3f}"
    x, y = scene.points.x[:, 0], scene.points.y
    logits = lambda at: at[0] + at[1] * x  # noqa: E731
    found = optimize.minimize(
        lambda at: -stats.bernoulli.logpmf(y, special.expit(logits(at))).sum(), [10.0, -0.2], method="Nelder-Mead",
        options={"xatol": 1e-8, "fatol": 1e-12, "maxiter": 4000},
    )  # fmt: skip
    # Dalal, Fowlkes & Hoadley (1989): 15.043 and −0.2322 a degree for damage of any ring.
    assert found.x == pytest.approx([15.043, -0.2322], abs=1e-3)
    assert any("15.043 − 0.2322 x" in words for words in scene.remarks())
    # The interval at 31 °F by the delta method on scipy's own numbers.
    p = special.expit(logits(found.x))
    X = np.column_stack([np.ones_like(x), x])
    covariance = np.linalg.inv(X.T @ (X * (p * (1 - p))[:, None]))
    at = np.array([1.0, 31.0])
    low = special.expit(at @ found.x - 1.959964 * np.sqrt(at @ covariance @ at))
    assert f"({low:.3f} to " in said(scene)["fit"]
    ratio = np.exp(10 * found.x[1])
    assert said(scene)["odds"].startswith(f"× {ratio:.2f} ± {10 * ratio * np.sqrt(covariance[1, 1]):.2f} (")


def test_terms_are_one_hot_and_add_up():
    scene = opened(b="1", w="-2", data="own")
    now = moving.now(scene)
    ones, zeros = now["terms", "ones"].y[0], now["terms", "zeros"].y[0]
    assert np.all((ones == 0) != (zeros == 0))
    p = special.expit(1 - 2 * scene.points.t[:, 0])
    wanted = -stats.bernoulli.logpmf(scene.points.y, p)
    np.testing.assert_allclose(ones + zeros, wanted, rtol=1e-12)
    assert said(scene)["nll"] == f"{wanted.sum():.3f}"


def test_the_arrow_points_against_the_gradient_and_the_path_goes_there():
    scene = opened(b="-0.5", w="-1")
    arrow = moving.now(scene)["landscape", "arrow"]
    way = np.array([arrow.x[0, 1] - arrow.x[0, 0], arrow.y[0, 1] - arrow.y[0, 0]])
    p = special.expit(-0.5 - scene.points.t[:, 0])
    slope = np.array([(p - scene.points.y).sum(), ((p - scene.points.y) * scene.points.t[:, 0]).sum()])
    reach = np.array([12.0, 16.0])
    assert way / reach @ (slope / reach) == pytest.approx(-np.linalg.norm(way / reach) * np.linalg.norm(slope / reach))
    path = moving.now(scene)["landscape", "path"]
    first = np.array([path.x[0, 1], path.y[0, 1]])
    np.testing.assert_allclose(first, [-0.5, -1] - slope / 23, rtol=1e-10)


def test_separated_labels_are_told_and_a_ridge_cures_them():
    scene = opened(data="separable", step="1000")
    assert any("there is no MLE" in words for words in scene.remarks())
    assert said(scene)["coef"].count("∞") == 2
    held = opened(data="separable", ridge="1")
    t, y = held.points.t[:, 0], held.points.y
    found = optimize.minimize(
        lambda at: np.logaddexp(0, np.where(y == 1, -1, 1) * (at[0] + at[1] * t)).sum() + at[1] ** 2 / 2, [0.0, 0.0]
    )
    assert held.fit.theta == pytest.approx(found.x, abs=1e-4)


def test_points_are_dragged_flipped_added_and_removed():
    scene = opened()
    there = points.changed(scene.points, {"x[0]": 40.0, "c[0]": 1.0, "flip[1]": 1.0, "x[2]": None, "x[+]": 55.0})
    assert len(there.y) == 23
    assert (there.x[0, 0], there.y[0]) == (40.0, 1)
    assert there.y[1] == 1 - scene.points.y[1] and (there.x[-1, 0], there.y[-1]) == (55.0, 0)
    again = opened(**scene.edit({"flip[1]": 1.0}))
    assert again.points.y[1] != scene.points.y[1] and again.points.names == scene.points.names
    tracks, words = scene.answer({"x[0]": 40.0, "c[0]": 1.0})
    dropped = opened(**scene.edit({"x[0]": 40.0, "c[0]": 1.0}))
    assert words["nll"] == said(dropped)["nll"] and words["coef"] == said(dropped)["coef"]
    assert {("curve", "points"), ("curve", "fit"), ("landscape", "field")} <= {(t.chart, t.mark) for t in tracks}
    # A grip on the curve takes the step whose curve passes nearest.
    (b,) = scene.edit({"p_b": 0.9}).values()
    assert special.expit(b) == pytest.approx(0.9, abs=0.005)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"x": "60 1 70 0 80"}, "5 items cannot be put in rows of 2"),
        ({"x": "60 1 warm 0"}, "temperature in row 2, “warm”, is not a number up to 1e+30"),
        ({"x": "60 1 70 2"}, "The label in row 2, “2”, is no class"),
        ({"x": "60 1 60 0"}, "temperature is 60 in all 2 rows"),
        ({"view": "two", "xy": "1 2 a 3 4 a"}, "All 2 rows are of class a"),
        ({"view": "two", "xy": "1 5 a 1 6 b"}, "petal length is 1 in all 2 rows"),
        ({"view": "two", "plane": "own", "xy": "1 2 a 2 4 b 3 6 a"}, "lie on one line"),
        ({"view": "two", "plane": "own", "xy": "1 inf a 2 4 b"}, "x₂ in row 1, “inf”, is not a number up to 1e+30"),
        ({"view": "two", "xy": " ".join(f"{i} {i * i} c{i}" for i in range(6))}, "There are 6 classes"),
    ],
)
def test_bad_input_is_named_by_column_and_row(query, words):
    assert words in refused(**query)


def test_one_class_alone_is_drawn_and_said():
    scene = opened(x="53 1 60 1 70 1")
    assert any(words.startswith("All 3 labels are 1") for words in scene.remarks())
    assert np.all(moving.now(scene)["curve", "fit"].y == 1)


def test_the_threshold_cuts_and_the_likelihood_stays():
    scene = opened(view="two", w1="2", w2="1.5", threshold="0.8")
    p = special.expit(scene.points.t @ [2.0, 1.5])
    named = p >= 0.8
    y = scene.points.y == 1
    rates = f"{100 * named[y].mean():.1f} % · {100 * (~named[~y]).mean():.1f} %"
    assert said(scene)["rates"] == rates
    texts = {m: t.texts for (c, m), t in moving.now(scene).items() if c == "split" and t.kind == "text"}
    assert texts["tp"] == (f"{(named & y).sum()} true 1",) and texts["fp"] == (f"{(named & ~y).sum()} false alarms",)
    lower = opened(view="two", w1="2", w2="1.5", threshold="0.2")
    assert said(lower)["nll"] == said(scene)["nll"] == f"{-np.log(np.where(y, p, 1 - p)).sum():.3f}"
    line = moving.now(scene)["field", "boundary-0"]
    ends = (np.stack([line.x[0], line.y[0]], axis=1) - scene.points.centre) / scene.points.scale
    np.testing.assert_allclose(special.expit(ends @ [2.0, 1.5]), 0.8, rtol=1e-6)


def test_softmax_of_three_species_is_scipys():
    scene = opened(view="two", plane="iris", ridge="0.1")
    X = np.column_stack([np.ones(150), scene.points.t])
    hot = np.eye(3)[scene.points.y]

    def loss(flat):
        theta = np.vstack([np.zeros(3), flat.reshape(2, 3)])
        return -(hot * special.log_softmax(X @ theta.T, axis=1)).sum() + 0.05 * (theta[:, 1:] ** 2).sum()

    found = optimize.minimize(loss, np.zeros(6), options={"gtol": 1e-6})
    assert scene.fit.theta == pytest.approx(found.x, abs=2e-3)
    p = special.softmax(X @ np.vstack([np.zeros(3), scene.weights]).T, axis=1)
    assert f"{100 * np.mean(p.argmax(axis=1) == scene.points.y):.1f} %" == said(scene)["accuracy"]
    assert said(scene)["nll"] == nats(float(-np.log(p[np.arange(150), scene.points.y]).sum()))


def test_weights_of_several_classes_begin_at_the_nearest_mean_and_steps_lead_to_the_best():
    scene = opened(view="two", plane="iris")
    means = np.array([scene.points.t[scene.points.y == k].mean(axis=0) for k in range(3)])
    nearest = ((scene.points.t[:, None] - means) ** 2).sum(axis=2).argmin(axis=1)
    named = scene.shares(scene.points.x, scene.weights[None])[0].argmax(axis=1)
    assert np.mean(named == nearest) > 0.97  # the sliders' steps are 0.2 apart
    slow, quick = (opened(view="two", plane="iris", ridge="1", step="200", method=m) for m in ("gradient", "newton"))
    assert float(said(quick)["gap"]) == 0.0 and 0 < float(said(slow)["gap"]) < 2 < float(said(scene)["gap"])
    assert quick.weights.ravel() == pytest.approx(quick.fit.theta, abs=1e-6)


def test_a_class_that_is_not_in_sight_keeps_its_weights_in_the_link():
    scene = opened(view="two", plane="iris", whose="2", w_11="2.4", w_21="-1.4")
    assert [slider.key for slider in scene.sliders[:3]] == ["b_2", "w_21", "w_22"]
    assert scene.weights[:, 1].tolist() == [2.4, -1.4]
    link = query(scene.items)
    assert link["w_11"] == "2.4" and link["w_21"] == "-1.4" and link["whose"] == "virginica against setosa"


def test_a_point_of_three_classes_that_is_dragged_and_flipped_stands_in_the_link():
    scene = opened(view="two", plane="iris")
    dropped = scene.edit({"x[0]": 3.0, "y[0]": 1.1})
    there = opened(view="two", plane="iris", xy=dropped["xy"])
    assert there.points.x[0].tolist() == [3.0, 1.1] and there.points.y.tolist() == scene.points.y.tolist()
    assert there.held == scene.held  # weights begin where the published points put them
    flipped = opened(view="two", plane="iris", xy=scene.edit({"flip[0]": 1.0})["xy"])
    assert flipped.points.y[0] == 1 and flipped.points.y[1:].tolist() == scene.points.y[1:].tolist()
    tracks, strings = scene.answer({"x[0]": 3.0, "y[0]": 1.1})
    assert strings["nll"] == said(there)["nll"] and ("field", "best-01") in {(t.chart, t.mark) for t in tracks}


def test_the_simplex_gives_softmax_and_a_shift_nothing():
    scene = opened(view="softmax", z1="0.7", z2="-1", z3="0.2", temperature="1")
    p = special.softmax([0.7, -1, 0.2])
    assert said(scene)["loss"] == f"{-np.log(p[0]):.3f}"
    assert said(scene)["slope"] == " · ".join(f"{v:.3f}".replace("-", "−") for v in p - [1, 0, 0])
    moved = opened(view="softmax", z1="0.7", z2="-1", z3="0.2", shift="1.5")
    assert said(moved) == said(scene)
    logits = scene.edit({"p_x": 0.5 * 1.0 + 0.25, "p_y": simplex.HEIGHT / 2})  # half class 2, half class 3
    assert special.softmax(list(logits.values())) == pytest.approx([0, 0.5, 0.5], abs=0.01)


@pytest.mark.parametrize("smooth", ["0", "0.3"])
def test_contours_of_the_simplex_are_where_they_say(smooth):
    scene = opened(view="softmax", smooth=smooth, label="2")
    y = scene.target(scene.values[None])[0]
    now = moving.now(scene)
    for level, cost in enumerate(simplex.LEVELS):
        mark = now["simplex", f"level-{level}"]
        third = mark.y[0] / simplex.HEIGHT
        second = mark.x[0] - third / 2
        laws = np.clip(np.stack([1 - second - third, second, third], axis=1), 0, 1)
        inside = (laws > 1e-6).all(axis=1)
        costs = special.xlogy(y, laws[inside])
        if cost > mle.entropy(y):
            assert inside.sum() >= 10 and -costs.sum(axis=1) == pytest.approx(cost, rel=0.02)


def test_the_bridge_from_codes_carries_q_and_the_label():
    codes = cross_entropy.build(Link({"view": "codes", "p": "0.2 0.5 0.3", "q": "0.6 0.3 0.1", "label": "b"}))
    there = opened(**bridge.query(codes))
    assert there.label == 1
    assert there.predicted(there.values[None])[0] == pytest.approx([0.6, 0.3, 0.1], abs=0.01)


@pytest.mark.parametrize(
    "query",
    [
        {"step": "8", "b": "1.5"},
        {"view": "two", "w2": "0.7", "b": "-0.3"},
        {"view": "two", "plane": "xor", "features": "product"},
    ],
)
def test_a_reader_who_puts_the_numbers_of_the_equation_in_gets_its_result(query):
    text = parts(opened(**query)).reading.text.replace("−", "-").replace(r"\cdot", "*")
    rows = [row.strip("$") for row in text.split("\n") if row.startswith(("$$p_1", "$$z_1"))]
    found = re.fullmatch(r"p_1=\\sigma\((.+)\)=([\d.]+)", rows[0]) or re.match(
        r"z_1=([^=]+)=(?:[^=]+)=[^=]+=([\d.]+)", rows[0]
    )
    assert special.expit(eval(found[1])) == pytest.approx(float(found[2]), abs=1e-4)


def test_infinite_weights_of_several_classes_are_told_and_a_ridge_makes_them_finite():
    apart, held = (opened(view="two", plane="iris", **more) for more in ({}, {"ridge": "0.1"}))
    assert "∞" in said(apart)["coef"] and "∞" not in said(held)["coef"]
    assert any("run off to infinity" in words for words in apart.remarks())
    best = {t.mark: t for t in apart.tracks(apart.values[None], {"ridge"}) if t.mark.startswith("best-")}
    assert all(np.all(track.x < apart.points.window[0][0]) for track in best.values())  # nowhere to be seen


@pytest.mark.parametrize(
    "query", [{"plane": "separable"}, {"plane": "separable", "classes": "4"}, {"plane": "iris"}, {}], ids=str
)
def test_the_best_within_reach_is_better_than_where_one_was(query):
    scene = opened(view="two", **query)
    sliders = getattr(scene, "settable", scene.sliders)
    steps = scene.best_steps()
    there = opened(view="two", **query, **{s.key: s.labels[steps[s.key]] for s in sliders if s.key in steps})
    assert float(said(there)["gap"]) < 0.5 * float(said(scene)["gap"])


@pytest.mark.parametrize("name", ["<b>x</b>", "$a^2$", "*c*", "_a_", "a" * 17, "`x`"])
def test_a_class_may_not_be_called_what_would_be_read_as_markup(name):
    problem = refused(view="two", plane="own", xy=f"1 1 {name} 2 2 b 3 1 {name} 1 3 b")
    assert problem.startswith("The label in row 1, “") and problem.endswith("choose another one.")
    assert opened(view="two", plane="own", xy="1 1 class_1 2 2 b-2 3 1 class_1 1 3 b-2").points.classes == (
        "b-2",
        "class_1",
    )


def test_the_numbers_of_the_softmax_equation_give_its_result():
    text = parts(opened(view="two", plane="iris", whose="2")).reading.text.replace("−", "-").replace(r"\cdot", "*")
    found = re.search(r"z=([^=$]+)=([-\d.]+),", text)
    assert eval(found[1]) == pytest.approx(float(found[2]), abs=1e-3)
