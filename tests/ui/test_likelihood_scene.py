"""What the tests for every page cannot see of /likelihood: its numbers, its axes, and what a click and a double click do."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from scipy import stats

import mle_core as mle
from mle_ui.scenes.likelihood import draw, parts, settings
from mle_ui.scenes.likelihood.scene import Scene, build, size
from mle_ui.state import Link


def scene(**query: str) -> Scene:
    link = Link(query)
    built = build(link)
    assert built is not None and not link.problems
    return built


def read(shown: Scene) -> dict[str, str]:
    return {readout.name: readout.value for readout in shown.strip()}


def test_both_slices_have_the_height_of_the_density_where_the_cuts_meet():
    shown = scene(x1="1.5", mu="0.5", sigma="2")
    p = stats.norm(0.5, 2).pdf(1.5)
    now = {(t.chart, t.mark): t for t in shown.tracks(shown.values[None], {"x1", "mu", "sigma"})}
    assert now["density", "data"].y.ravel() == pytest.approx([p])
    assert now["likelihood", "theta"].x.ravel() == pytest.approx([p])
    assert float(read(shown)["here"]) == pytest.approx(p, rel=1e-3)


@pytest.mark.parametrize(
    ("query", "area", "other", "best"),
    [
        ({"x1": "1"}, "1", size(math.log(0.5 * math.exp(0.625))), "1"),
        ({"over": "sigma", "x1": "1"}, "∞", "0.5", "1"),
        ({"over": "sigma", "points": "2", "x1": "1", "x2": "2"}, "0.08921", "0.03183", "1.5811"),
        ({"family": "exponential", "x1": "2"}, "0.25", "0.5", "0.5"),
        ({"family": "poisson", "x1": "3"}, "1", "0.3333", "3"),
        ({"family": "poisson", "x1": "0"}, "1", "∞", "0"),
        ({"family": "bernoulli", "x1": "1"}, "0.5", "∞", "1"),
        ({"family": "cauchy", "over": "gamma", "x1": "3"}, "∞", "0.1667", "3"),
        ({"family": "uniform", "x1": "2"}, "0", "0", "–"),
    ],
)  # fmt: skip
def test_areas_and_maximum_are_read_from_the_screen(query, area, other, best):
    strip = read(scene(**query))
    assert strip["area-x"] == "1.0000"
    assert (strip["area-theta"], strip["area-other"]) == (area, other)
    assert strip["best"] == best or float(strip["best"]) == pytest.approx(float(best), rel=1e-4)


def test_axes_stay_put_while_a_cut_moves():
    before, after = (
        draw.drawings(scene(over="sigma", **query)) for query in ({}, {"x1": "-4", "sigma": "3.004", "mu": "2"})
    )
    for one, other in zip(before, after, strict=True):
        assert one.figure.layout.xaxis.range == other.figure.layout.xaxis.range, one.key
        assert one.figure.layout.yaxis.range == other.figure.layout.yaxis.range, one.key


def test_charts_line_up_with_the_map():
    density, chart, likelihood, _ = (drawing.figure for drawing in draw.drawings(scene()))
    assert density.layout.xaxis.range == chart.layout.xaxis.range and density.layout.margin.l == chart.layout.margin.l
    assert likelihood.layout.yaxis.range == chart.layout.yaxis.range
    assert likelihood.layout.margin.t == chart.layout.margin.t and likelihood.layout.height == chart.layout.height


def test_observations_are_added_and_taken_away():
    shown = scene(points="3", x1="1", x2="-1", x3="0.5")
    assert shown.edit({"x[+]": 2.0}) == {"points": 4, "x1": 1.0, "x2": -1.0, "x3": 0.5, "x4": 2.0}
    assert shown.edit({"x2": None}) == {"points": 2, "x1": 1.0, "x2": 0.5}
    assert shown.edit({"x1": None, "mu": None}) == {"points": 2, "x1": -1.0, "x2": 0.5}
    full = scene(points="5")
    assert not full.tables().pads and full.edit({"x[+]": 2.0})["points"] == 5
    assert not any(handle.removable for handle in scene().tables().handles)


def test_a_dragged_crossing_is_answered_with_what_will_be_drawn():
    shown = scene()
    tracks, strings = shown.answer({"x1": 2.0, "mu": 1.0})
    dropped = scene(x1="2", mu="1")
    wanted = {(t.chart, t.mark): t for t in dropped.tracks(dropped.values[None], {"x1", "mu"})}
    assert {(t.chart, t.mark) for t in tracks} == set(wanted)
    for track in tracks:
        other = wanted[track.chart, track.mark]
        assert np.array_equal(track.x, other.x) and np.array_equal(track.y, other.y)
    assert strings["here"] == read(dropped)["here"]


@pytest.mark.parametrize("family", mle.FAMILIES)
def test_every_family_has_axes_and_a_maximum_in_sight(family):
    law = mle.FAMILIES[family]
    shown = scene(family=family)
    low, high = shown.picture.window
    assert law.support.low - 0.5 <= low < high and (law.discrete or high <= law.support.high)
    assert 0 < shown.picture.top < 100 and 0 < shown.picture.likelihood_top < 100
    assert set(settings.over_choice(law).options) == {p.name for p in law.params if not p.given}
    assert settings.points(law).high + len(law.params) <= 8


@pytest.mark.parametrize("query", [{}, {"family": "normal_mixture_common", "over": "mu2"}, {"family": "bernoulli"}])
def test_titles_fit_a_phone_and_hold_on_a_dark_page(query):
    for drawing in draw.drawings(scene(**query)):
        title = re.sub("<[^>]*>", "", drawing.figure.layout.title.text)
        assert len(title) <= 44, title
        assert "dark" not in title  # what is larger is bluer on either background


def test_a_flat_top_is_checked_by_its_height():
    flat = scene(family="laplace", points="4", x1="8", x3="-8", b="0.2")
    checks = parts.parts(flat).checks()
    assert "flat" in checks[-1].quantity and all(check.agrees for check in checks)


def test_what_has_no_maximum_is_said():
    assert any("grows without bound as σ → 0" in remark for remark in scene(over="sigma", x1="0").remarks())
    assert any("impossible" in remark for remark in scene(family="uniform", x1="2").remarks())
    assert any("outside of the picture" in remark for remark in scene(family="exponential", x1="0.05").remarks())


def test_the_answers_to_the_questions_are_those_of_the_states_that_they_set():
    for question in parts.parts(scene()).questions():
        query = {key: f"{value:g}" if isinstance(value, float) else str(value) for key, value in question.sets.items()}
        strip = read(scene(**query))
        numbers = re.findall(r"∞|\d+\.?\d*", question.reveal)
        assert strip["area-theta"] in numbers or strip["area-theta"] == "1"


def test_sizes_beyond_the_range_of_numbers_are_still_read():
    assert size(math.log(0.25)) == "0.25" and size(-math.inf) == "0" and size(math.inf) == "∞"
    assert size(-1000 * math.log(10) + math.log(2)) == "2×10⁻¹⁰⁰⁰"


@pytest.mark.parametrize(
    ("query", "score"),
    [
        ({"x1": "1.5", "mu": "0.5", "sigma": "2"}, 1 / 4),
        ({"over": "sigma", "x1": "1.5", "mu": "0.5", "sigma": "2"}, -1 / 2 + 1 / 8),
        ({"family": "poisson", "points": "2", "x1": "3", "x2": "5", "rate": "4"}, 8 / 4 - 2),
        ({"family": "exponential", "x1": "2", "rate": "0.5"}, 0.0),
    ],
)
def test_the_score_is_the_slope_of_log_l_and_the_tangent_touches_l(query, score):
    shown = scene(**query)
    assert float(read(shown)["slope"].replace("−", "-")) == pytest.approx(score, rel=1e-3, abs=1e-9)
    now = {(t.chart, t.mark): t for t in shown.tracks(shown.values[None], {s.key for s in shown.sliders})}
    tangent, here = now["likelihood", "tangent"], now["likelihood", "theta"]
    (left, right), (low, high) = np.ravel(tangent.x), np.ravel(tangent.y)
    assert ((left + right) / 2, (low + high) / 2) == pytest.approx((here.x.item(), here.y.item()))
    assert (right - left) / (high - low) == pytest.approx(here.x.item() * score, rel=1e-9, abs=1e-12)


WHY = "old links would change: say so in the change log and update this table, or put the default back"
#: Query → family, parameter that is called θ, what is held fixed, observations, parameters.
GOLDEN = {
    "": ("normal", "mu", "data", (1.0,), (0.0, 1.0)),
    "family=Gamma&over=β, rate&points=3&x2=0.5&shape=3": ("gamma", "rate", "data", (4.6, 0.5, 3.1), (3.0, 1.0)),
    "over=sigma&fixed=θ&sigma=0.25&x1=-1.5": ("normal", "sigma", "theta", (-1.5,), (0.0, 0.25)),
    "family=poisson&points=2&x1=0": ("poisson", "rate", "data", (0.0, 3.0), (4.0,)),
    "family=binomial&p=0.8&n=7": ("binomial", "p", "data", (6.0,), (0.8, 7.0)),
    # what means nothing
    "family=zzz&over=9&points=99&x1=abc&mu=1e9&fixed=no": ("normal", "mu", "data", (1.0,), (0.0, 1.0)),
}


@pytest.mark.parametrize("link", list(GOLDEN))
def test_old_links_mean_what_they_meant(link):
    shown = scene(**dict(part.split("=", 1) for part in link.split("&") if part))
    family, over, fixed, x, theta = GOLDEN[link]
    assert (shown.family.key, shown.over, shown.fixed) == (family, over, fixed), WHY
    assert (shown.x.tolist(), shown.theta.tolist()) == (list(x), list(theta)), WHY
