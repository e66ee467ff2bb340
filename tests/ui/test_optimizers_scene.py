"""The race against sums done by hand: paths, gaps, stop reasons, the parabola, the noise of mini-batches, the pasted script."""

from __future__ import annotations

import contextlib
import io
import re

import numpy as np
import pytest
from scipy import stats

import mle_core as mle
from mle_ui.figures.racers import ENDS, LOOKS
from mle_ui.live.moving import now
from mle_ui.live.tables import BUDGET, encode
from mle_ui.scenes.optimizers import draw, marks
from mle_ui.scenes.optimizers.arena import LEAST
from mle_ui.scenes.optimizers.parts import parts
from mle_ui.scenes.optimizers.scene import Scene, build
from mle_ui.scenes.optimizers.settings import COURSES, step_slider
from mle_ui.state import Link

EVERYONE = ["gradient", "momentum", "newton", "fisher", "bfgs", "adam", "sgd"]


def scene(**query: str | list[str]) -> Scene:
    made = build(Link(query))
    assert made is not None
    return made


def test_every_method_has_a_look_of_its_own():
    assert set(LOOKS) == set(mle.OPTIMIZERS)
    for part in ("colour", "symbol", "glyph", "dash", "short"):
        different = {getattr(look, part) for look in LOOKS.values()}
        assert len(different) >= (len(LOOKS) if part != "dash" else 6), part


def test_gradient_ascent_is_the_sum_done_by_hand():
    here = scene(racer=["gradient"], step="7", pace="0.2")
    x = np.asarray(mle.DATASETS["michelson"].values)
    mu, sigma = here.start
    # The steeper of the two curvatures of the mean log-likelihood at the maximum is 2/σ̂².
    step = 0.2 / (2 / x.var())
    for _ in range(7):
        slope = (x.mean() - mu) / sigma**2, -1 / sigma + np.mean((x - mu) ** 2) / sigma**3
        mu, sigma = mu + step * slope[0], sigma + step * slope[1]
    found = here.run("gradient")
    np.testing.assert_allclose(found.places[7], [mu, sigma], rtol=1e-10)
    gap = stats.norm(x.mean(), x.std()).logpdf(x).sum() - stats.norm(mu, sigma).logpdf(x).sum()
    assert float(here.strip()[1].value) == pytest.approx(gap, rel=2e-4)
    np.testing.assert_array_equal(found.passes, np.arange(len(found.passes)) + 1.0)


def test_logarithms_bend_the_path_and_not_the_hill():
    raw, log = scene(racer=["gradient", "newton"]), scene(racer=["gradient", "newton"], coordinates="log")
    assert raw.start == log.start and raw.strip()[0].value == log.strip()[0].value
    assert not np.allclose(raw.run("gradient").places[5], log.run("gradient").places[5], rtol=1e-3)
    # In log σ the steepest curvature is that of μ, and one step in σ multiplies it.
    x = np.asarray(mle.DATASETS["michelson"].values)
    mu, sigma = log.start
    slope = -1 + np.mean((x - mu) ** 2) / sigma**2
    step = 0.2 / max(1 / x.var(), 2.0)
    assert log.run("gradient").places[1, 1] == pytest.approx(sigma * np.exp(step * slope), rel=1e-10)
    assert log.axes[1].logarithmic and not log.axes[0].logarithmic
    np.testing.assert_allclose(raw.run("newton").places[-1], log.run("newton").places[-1], rtol=1e-6)


def test_a_step_beyond_the_limit_is_named_divergence():
    far = scene(racer=["newton"], newton="full")
    found = far.run("newton")
    assert found.reason == "diverged" and np.isinf(found.gaps[-1])
    assert far.strip()[1].value == "diverged"
    ends = now(far)["gap", "end-newton"].texts
    assert ends == (f"◆ Newton {ENDS['diverged']}",)
    assert "<b>diverged</b>: step" in draw.results(far) and "leaves the domain" in draw.results(far)
    lost = scene(data="groundbeef", family="gamma", coordinates="log", newton="full", racer=["newton"])
    assert scene(racer=["gradient"], pace="6").run("gradient").reason == "astray"
    assert lost.run("newton").reason == "astray" and "<b>diverging</b>" in draw.results(lost)


def test_a_path_goes_no_further_than_its_racer():
    here = scene(racer=["gradient", "newton"], step="3")
    whole = scene(racer=["gradient", "newton"])
    for key in here.racers:
        path, full = now(here)["surface", f"path-{key}"], now(whole)["surface", f"path-{key}"]
        np.testing.assert_array_equal(path.x[0, :4], full.x[0, :4])
        assert np.all(path.x[0, 3:] == path.x[0, 3]) and np.all(path.y[0, 3:] == path.y[0, 3])
        assert now(here)["surface", f"now-{key}"].x[0, 0] == path.x[0, 3]
        assert now(here)["gap", f"now-{key}"].y[0, 0] == pytest.approx(
            np.log10(max(here.run(key).gaps[3], LEAST)), abs=1e-12
        )


def test_a_dragged_start_is_answered_with_what_a_link_there_draws():
    here, there = scene(), scene(mu="299.88", sigma="0.06543")
    assert there.start == (299.88, 0.06543)
    tracks, strings = here.answer({"mu": 299.88, "sigma": 0.06543})
    drawn = now(there)
    assert {(t.chart, t.mark) for t in tracks} == set(drawn)
    for track in tracks:
        np.testing.assert_allclose(track.y, drawn[track.chart, track.mark].y, rtol=1e-12)
        assert track.texts == drawn[track.chart, track.mark].texts
    assert strings == {readout.name: readout.value for readout in there.strip()}


def test_newtons_parabola_touches_and_its_top_is_where_the_step_ends():
    here = scene(racer=["newton"], step="1")
    iteration, cut = here.cut(here.theta)
    assert iteration == 1 and cut.concave
    zero, one = (int(np.argmin(np.abs(marks.SHARES - at))) for at in (0.0, 1.0))
    assert cut.truth[zero] == pytest.approx(0, abs=1e-9) and cut.parabola[one] == pytest.approx(1)
    assert cut.parabola.argmax() == one
    slope = np.gradient(cut.truth, marks.SHARES)[zero], np.gradient(cut.parabola, marks.SHARES)[zero]
    assert slope[0] == pytest.approx(slope[1], rel=0.02)
    # From iteration 1 the full step was taken, so its gain is the difference of two gaps.
    found = here.run("newton")
    assert found.sizes[1] == 1
    assert cut.gained == pytest.approx(found.gaps[1] - found.gaps[2], rel=1e-9)
    # Long after the run is over its last step that was worth 0.01 nats stays in view.
    late, last = scene(racer=["newton"]).cut(scene(racer=["newton"]).theta)
    assert last.promised > 0.01 > found.gaps[late + 1]


@pytest.mark.parametrize("drawn", ["with", "without"])
def test_the_noise_of_a_batch_follows_the_law(drawn):
    here = scene(look="noise", draw=drawn)
    x = np.asarray(mle.DATASETS["michelson"].values)
    single = np.std((x - x.mean()) / x.var())
    for b in (1, 10, 50):
        factor = np.sqrt((x.size - b) / (x.size - 1)) if drawn == "without" else 1.0
        found = here.noise(b)
        assert found.theory[0] == pytest.approx(single / np.sqrt(b) * factor, rel=1e-6)
        assert found.measured[0] == pytest.approx(found.theory[0], rel=0.12)
    whole = here.noise(x.size).measured[0]
    assert whole < 1e-9 if drawn == "without" else whole > single / 12


def test_what_cannot_run_is_said():
    assert "EM cannot run here" in scene(racer=["em", "newton"]).remarks()[0]
    link = Link({"data": "own", "x": "-1 2 3", "family": "gamma"})
    assert build(link) is None and "outside the support" in link.problems["family"]
    link = Link({"data": "own", "x": "1 2 two"})
    assert build(link) is None and "“two”" in link.problems["x"]
    link = Link({"data": "own", "x": "3 3 3"})
    assert build(link) is None and link.problems["family"].endswith(".")
    # EM alone under a family that has none: the usual racers run instead of nobody.
    assert scene(racer=["em"]).racers


@pytest.mark.parametrize("family", COURSES)
def test_every_course_has_a_race_on_drawn_data(family):
    here = scene(data="generated", family=family, n="100", racer=["newton", "em"], look="3d")
    found = here.run("newton")
    assert found.reason == "converged" and found.gaps[-1] < 1e-4
    if "em" in here.racers:
        assert here.run("em").gaps[-1] < here.run("em").gaps[0] / 10


def test_everybody_on_a_long_race_fits_the_budget():
    here = scene(racer=EVERYONE, length="200", look="noise", against="passes")
    assert len(encode(here.tables())) < BUDGET
    values = step_slider(200).values
    assert len(values) == 41 and values[-1] == 200 and np.all(np.diff(values) > 0)


def test_labels_keep_their_distance_and_their_order():
    for heights in (np.zeros(8), np.ones(8), np.array([0.5, 0.5, 0.52, 0.1]), np.array([0.2, 0.9])):
        moved = marks.apart(heights)
        gaps = np.diff(np.sort(moved))
        assert np.all(gaps > 0.06) and np.all(moved > -1e-9) and np.all(moved < 1)
        assert np.array_equal(np.argsort(moved, kind="stable"), np.argsort(heights, kind="stable"))
    np.testing.assert_allclose(marks.apart(np.array([0.2, 0.9])), [0.2, 0.9])


@pytest.mark.parametrize(
    "query",
    [
        {"racer": EVERYONE, "step": "4"},
        {"racer": ["adam", "sgd", "newton"], "coordinates": "log", "step": "12", "decay": "1/t", "draw": "with"},
        {"data": "faithful_waiting", "family": "normal_mixture_common", "racer": ["em", "gradient"], "step": "3"},
    ],
    ids=["everyone", "logarithms", "em"],
)
def test_the_pasted_script_says_what_the_readouts_say(query):
    here = scene(**query)
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(parts(here).code(), "pasted", "exec"), {})
    printed = dict(re.findall(r"^([\w-]+): ([\d.e+-]+)", said.getvalue(), re.M))
    assert float(printed["start"]) == pytest.approx(float(here.strip()[0].value), abs=2e-3)
    for key in set(here.racers) - {"bfgs"}:
        row = here.run(key).rows(here.theta[marks.STEP])
        assert float(printed[LOOKS[key].short]) == pytest.approx(here.run(key).gaps[row], rel=2e-3, abs=1e-6), key
