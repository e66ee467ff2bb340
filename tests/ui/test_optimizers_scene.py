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
from tests.ui.wire import decode

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
    assert re.search(
        r"<b [^>]*>diverged</b><span [^>]*>: step", draw.results(far)
    ) and "leaves the domain" in draw.results(far)
    lost = scene(data="groundbeef", family="gamma", coordinates="log", newton="full", racer=["newton"])
    assert scene(racer=["gradient"], pace="6").run("gradient").reason == "astray"
    assert lost.run("newton").reason == "astray" and lost.cells()["cell-newton-end"] == "diverging"


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
    assert strings == {readout.name: readout.value for readout in there.strip()} | there.cells()


def test_newtons_parabola_touches_and_its_top_is_where_the_step_ends():
    here = scene(racer=["newton"], step="1")
    iteration, cut = here.cut(here.theta)
    assert iteration == 1 and cut.concave
    zero, one = (int(np.argmin(np.abs(marks.SHARES - at))) for at in (0.0, 1.0))
    assert cut.truth[zero] == pytest.approx(0, abs=1e-9) and cut.touching[one] == pytest.approx(1)
    assert cut.touching.argmax() == one
    np.testing.assert_allclose(cut.touching, now(here)["parabola", "parabola"].y[0].clip(marks.BOTTOM - 1), atol=1e-9)
    slope = np.gradient(cut.truth, marks.SHARES)[zero], np.gradient(cut.touching, marks.SHARES)[zero]
    assert slope[0] == pytest.approx(slope[1], rel=0.02)
    # From iteration 1 the full step was taken, so its gain is the difference of two gaps.
    found = here.run("newton")
    assert found.sizes[1] == 1
    assert cut.gained == pytest.approx(found.gaps[1] - found.gaps[2], rel=1e-9)
    # Long after the run is over its last step that was worth 0.01 nats stays in view.
    late, last = scene(racer=["newton"]).cut(scene(racer=["newton"]).theta)
    assert last.promised > 0.01 > found.gaps[late + 1]


def test_where_the_parabola_has_no_top_another_one_is_climbed_and_said_to_be():
    here = scene(mu="299.8524", sigma="0.13841", racer=["newton"], step="0", newton="full")
    drawn, found = now(here), here.cut(here.theta)[1]
    assert not found.concave and "no top" in drawn["parabola", "form"].texts[0]
    one = int(np.argmin(np.abs(marks.SHARES - 1)))
    climbed, touching = drawn["parabola", "parabola"].y[0], found.touching
    assert climbed.argmax() == one and climbed[one] == 1.0 and touching[one] > 1.5
    # The promise of the words is the height of the climbed parabola's top.
    problem = here.arena.problem
    slope = np.asarray(problem.gradient(np.array(here.start)))
    step = here.run("newton").places[1] - here.run("newton").places[0]
    assert found.promised == pytest.approx(here.arena.n * slope @ step / 2, rel=1e-9)


def test_to_and_fro_is_named():
    swinging = scene(racer=["gradient", "sgd"], pace="2.1")
    assert swinging.run("gradient").reason == "oscillating" and "↯" in now(swinging)["gap", "end-gradient"].texts[0]
    assert swinging.cells()["cell-gradient-end"] == "oscillating"
    assert swinging.cells()["cell-sgd-end"] in ("jumping about", "diverging", "diverged")
    assert scene(racer=["gradient"], pace="0.05").run("gradient").reason == "max_steps"


@pytest.mark.parametrize(
    "query",
    [
        {"step": "9"},
        {"data": "groundbeef", "family": "gamma", "coordinates": "log", "against": "passes", "racer": EVERYONE},
        {"racer": ["newton", "gradient"], "newton": "full", "pace": "6"},
    ],
    ids=["opens", "everyone", "chaos"],
)
def test_the_sheet_of_a_dragged_start_holds_the_races_of_its_places(query):
    here = scene(**query)
    tables = here.tables()
    (wire,) = decode(encode(tables))["sheets"]
    assert len(encode(tables)) < BUDGET and (wire["x"], wire["y"]) == tuple(s.key for s in here.sliders[1:3])
    side = wire["columns"]
    assert side == wire["rows"] >= 8
    known = {(track["chart"], track["mark"]): track for track in wire["tracks"]}
    first, second = (slider.places(side) for slider in here.sliders[1:3])
    drawn = draw.drawings(here)
    ranges = {d.key: (d.figure.layout.xaxis, d.figure.layout.yaxis) for d in drawn}
    for i, j in ((0, 0), (3, side - 2), (side - 1, 4)):
        place = i * side + j
        theta = here.theta.copy()
        theta[[1, 2]] = first[i], second[j]
        moved = here.starts | {"step"}
        for track in here.tracks(theta[None], moved):
            if (track.chart, track.mark) not in known:
                assert track.mark == "start" or "bfgs" in here.racers
                continue
            wired = known[track.chart, track.mark]
            if track.texts:
                assert wired["texts"][place] == track.texts[0]
            for axis, values, scale in zip("xy", (track.x, track.y), ranges[track.chart], strict=True):
                frames = wired[axis]
                of = np.log if scale.type == "log" else np.asarray
                low, high = np.power(10.0, scale.range) if scale.type == "log" else scale.range
                off = np.abs(of(frames[place if len(frames) > 1 else 0]) - of(np.atleast_2d(values)[0]))
                assert off.max() <= 1e-3 * abs(of(high) - of(low)), (track.chart, track.mark, axis)
        said = here.readouts(theta[None], moved)
        for name, texts in wire["readouts"].items():
            if not name.endswith("-why"):
                assert texts[place].removeprefix("≈ ") == said[name][0], name
    leaps = {track["mark"] for track in wire["tracks"] if track.get("leaps")}
    assert ("path-gradient" in leaps) == (query.get("pace") == "6") and "path-newton" not in leaps


def test_between_its_places_the_sheet_is_near():
    here = scene(racer=["gradient", "momentum"])
    (wire,) = decode(encode(here.tables()))["sheets"]
    known, side = {track["mark"]: track for track in wire["tracks"] if track["chart"] == "surface"}, wire["columns"]
    random, misses = np.random.default_rng(3), []
    for u in random.uniform(0, side - 1, (20, 2)):
        (i, j), (p, q) = np.minimum(u.astype(int), side - 2), u - np.minimum(u.astype(int), side - 2)
        theta = here.theta.copy()
        theta[[1, 2]] = [
            s.places(1001)[round(1000 * at / (side - 1))] for s, at in zip(here.sliders[1:3], u, strict=True)
        ]
        for key in here.racers:
            track = known[f"path-{key}"]
            exact = next(t for t in here.tracks(theta[None], here.starts | {"step"}) if t.mark == f"path-{key}")
            for axis, values, along in zip("xy", (exact.x, exact.y), here.axes, strict=True):
                f = track[axis].reshape(side, side, -1)
                mixed = (1 - p) * ((1 - q) * f[i, j] + q * f[i, j + 1]) + p * (
                    (1 - q) * f[i + 1, j] + q * f[i + 1, j + 1]
                )
                misses.append(np.abs(mixed - values[0]).max() / (along.high - along.low))
    assert np.median(misses) < 0.005


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


@pytest.mark.parametrize(
    "query",
    [
        {"data": "michelson", "family": "logistic", "racer": ["bfgs"], "step": "0"},  # its line search tries a negative scale
        {
            "data": "faithful_waiting", "family": "normal_mixture", "pace": "2.1", "coordinates": "log", "racer": ["bfgs", "sgd"],
            "mu1": "63.26", "mu2": "76.52", "batch": "1",
        },
    ],
    ids=["scale", "weight"],
)  # fmt: skip
def test_the_pasted_script_survives_steps_out_of_the_domain(query):
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(parts(scene(**query)).code(), "pasted", "exec"), {})
    (gap,) = re.findall(r"BFGS \(SciPy's\): (\S+)", said.getvalue())
    assert abs(float(gap)) < 1e-6
    assert ("Mini-batch: inf" in said.getvalue()) == ("sgd" in query["racer"])
