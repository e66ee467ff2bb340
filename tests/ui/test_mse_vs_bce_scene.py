"""/mse-vs-bce: what the generic tests cannot see, against independent computations."""

from __future__ import annotations

import contextlib
import io
import re
from dataclasses import replace

import numpy as np
import pytest
from scipy import optimize, special

import mle_core as mle
from mle_ui.live import moving
from mle_ui.scenes.mse_vs_bce import logit_marks, runs, settings
from mle_ui.scenes.mse_vs_bce.draw import drawings
from mle_ui.scenes.mse_vs_bce.parts import parts
from mle_ui.scenes.mse_vs_bce.scene import build
from mle_ui.state import Link


def scene(**query):
    return build(Link(query))


def printed(shown) -> str:
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(parts(shown).code(), "pasted", "exec"), {})
    return said.getvalue()


@pytest.mark.parametrize("query", [{}, {"z": "-7.5", "x": "2"}, {"z": "4", "y": "0.3", "x": "-1.5"}])
def test_signed_lengths_of_the_bars_add_up_to_the_products(query):
    shown = scene(**query)
    for track in logit_marks.bars(shown.values[None]):
        lengths = np.atleast_2d(track.y)[0]
        assert lengths[:3].sum() == pytest.approx(lengths[3], abs=1e-9), track.mark


def test_the_four_cases_are_the_articles():
    cells = scene(z="-4").cells()
    p = special.expit(4.0)
    assert cells["cell-1r-p"] == cells["cell-0w-p"] == f"{p:.3f}"
    assert float(cells["cell-0w-bce"]) == pytest.approx(p, abs=5e-4)
    assert float(cells["cell-0w-mse"]) == pytest.approx(p * p * (1 - p), rel=5e-3)
    assert cells["cell-1w-bce"] == cells["cell-0w-bce"].replace("0.", "−0.")
    at_start = scene(z="0").cells()
    assert {at_start[f"cell-{case}-bce"] for case in ("0r", "0w")} == {"0.5"}
    assert {at_start[f"cell-{case}-mse"] for case in ("1r", "1w")} == {"−0.125"}


@pytest.mark.parametrize(
    "query", [{}, {"w": "-6", "optimiser": "adam", "eta": "0.3"}, {"inputs": "2", "data": "apart", "w1": "2"}]
)
def test_the_duel_ends_where_the_pasted_code_ends(query):
    shown = scene(view="duel", **query)
    now, said = moving.strings(shown), printed(shown)
    for key, name in (("mse", "MSE"), ("bce", "BCE")):
        words = re.search(
            rf"{name}: recovered after (.*?) epochs; at epoch \d+ y_hat = (\S+), \|gradient\| = (\S+)", said
        )
        assert words.group(1) == now[f"recover-{key}"] and words.group(2) == now[f"worst-{key}"]
        shown_norm = float(
            now[f"norm-{key}"].replace("×10", "e").translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
        )
        assert shown_norm == pytest.approx(float(words.group(3)), rel=0.06, abs=1e-12)


def test_bce_goes_to_the_maximum_of_the_likelihood_and_mse_to_a_flat_place():
    shown = scene(view="duel", eta="3", epochs="1000")
    x, y = runs.points("overlap", settings.ONE, 4)
    best = mle.fit_classifier(x, y).theta
    found = runs.run(shown.arena, "bce", shown.start)
    np.testing.assert_allclose(found.weights[0, -1], best, atol=1e-6)
    rows = np.column_stack([np.ones(len(y)), x])
    there = optimize.minimize(lambda t: mle.LOSSES["mse"].value(y, rows @ t).mean(), best, method="BFGS").x
    np.testing.assert_allclose(runs.run(shown.arena, "mse", shown.start).weights[0, -1], there, atol=1e-3)


def test_each_its_best_is_the_lowest_of_the_steps_that_are_drawn():
    shown = scene(view="duel", eta="best")
    usual = np.array([shown.arena.origin])
    for key in settings.PAIR:
        found = runs.search(shown.arena, key)
        rules = [
            replace(shown.arena, eta=repr(float(step))) for step in found.steps[:40:8]
        ]  # the longest steps jump about chaotically
        ends = [runs.train(arena, key, usual).values[0, -1] for arena in rules]
        np.testing.assert_allclose(ends, found.values[:40:8], rtol=1e-9)
        assert shown.arena.step(key) == found.steps[np.argmin(found.values)]


def test_a_point_that_no_training_recovers_is_told():
    told = [any("cannot recover" in remark for remark in scene(view="duel", w=w, b="0").remarks()) for w in ("-4", "8")]
    assert told == [False, True]


@pytest.mark.parametrize("query", [{}, {"shape": "circles", "optimiser": "momentum", "hidden": "4", "t": "100"}])
def test_the_network_ends_where_the_pasted_code_ends(query):
    shown = scene(view="network", **query)
    now, said = moving.strings(shown), printed(shown)
    for key, name in (("mse", "MSE"), ("bce", "BCE")):
        assert f"{name}: median accuracy {now[f'median-{key}']} at epoch {shown.epoch}," in said


def test_progress_is_heard_once_and_the_runs_are_kept():
    shown, heard = scene(view="network", seed="77", hidden="2"), []
    shown.train(heard.append)
    assert heard[0] == 0 and heard[-1] == 1 and heard == sorted(heard) and len(heard) > 50
    scene(view="network", seed="77", hidden="2").train(heard.clear)
    assert heard


@pytest.mark.parametrize("query", [{}, {"inputs": "2", "data": "apart", "w1": "1.5", "w2": "-0.5"}])
def test_the_equations_of_the_duel_hold_the_gradients_of_the_present_start(query):
    shown = scene(view="duel", **query)
    x, y = runs.points(shown.arena.data, shown.arena.inputs, shown.arena.seed)
    rows = np.column_stack([x, np.ones(len(y))]) if shown.arena.bias else x
    p = special.expit(rows @ shown.start)
    each = {"mse": ((p - y) * p * (1 - p))[:, None] * rows, "bce": (p - y)[:, None] * rows}
    wanted = [each["mse"].mean(0), each["bce"].mean(0), *(each["mse"][y == label].mean(0) for label in (1, 0))]
    told = re.findall(r"mathbf x ?= ?\((\S+),\\ (\S+)\)\$\$", parts(shown).reading.text.replace("−", "-"))
    assert np.array(told, dtype=float) == pytest.approx(np.array(wanted), rel=6e-3)


def test_what_bends_down_is_shaded_above_the_bands_and_relief_hides_no_path():
    first, *_ = drawings(scene(view="duel"))
    names = [trace.meta for trace in first.figure.data]
    bent = first.figure.data[names.index("bent")]
    # Plotly paints every contour above every heatmap, and of a constraint what it excludes.
    assert bent.type == "contour" and names.index("field") < names.index("bent") < names.index("path")
    assert (bent.contours.operation, bent.contours.value) == (">", 0)
    assert np.asarray(bent.z).min() < 0 < np.asarray(bent.z).max()
    solid, *_ = drawings(scene(view="duel", look="3d"))
    assert solid.figure.data[0].type == "surface" and solid.figure.data[0].opacity is None


def test_steps_are_compared_from_the_start_that_the_reader_chose():
    there = scene(view="duel", w="-6", b="-4", epochs="1000")
    link = {key: str(value) for key, value in there.best_steps_from_here().items()}
    fair = scene(view="duel", w="-6", b="-4", epochs="1000", **link)
    ends = {}
    for key in settings.PAIR:
        rules = [replace(fair.arena, eta=repr(float(v))) for v in np.geomspace(0.01, 100, 41)]
        ends[key] = [runs.train(arena, key, np.array([fair.start])).values[0, -1] for arena in rules]
        now = runs.run(fair.arena, key, fair.start).values[0, -1]
        assert now == pytest.approx(np.nanmin(ends[key]), rel=1e-9), key
    assert fair.step("mse") != scene(view="duel", epochs="1000", eta="best").step("mse")
    assert "From w = −6, b = −4 the step" in " ".join(fair.remarks())
    # It stays while the start is dragged.
    assert scene(view="duel", w="2", epochs="1000", **link).step("mse") == fair.step("mse")


@pytest.mark.parametrize(
    ("text", "words"), [("-9 2", "one outside"), ("1", "1 number;"), ("1 2 3", "3 numbers"), ("a 1", "Item 1")]
)
def test_no_start_to_compare_from_is_said(text, words):
    link = Link({"view": "duel", "compared": text})
    assert build(link).arena.origin == (-4, 1) and words in link.problems["compared"]
