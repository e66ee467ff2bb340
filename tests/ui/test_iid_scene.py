"""What /iid shows against independent computations, and what its three pictures must let a reader see."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import signal, stats

import mle_core as mle
from mle_ui.live import moving
from mle_ui.live.moving import sweep
from mle_ui.live.tables import BUDGET, encode
from mle_ui.numbers import nats, show
from mle_ui.scenes.iid import dependence, law, product
from mle_ui.scenes.iid.draw import drawings
from mle_ui.scenes.iid.parts import parts
from mle_ui.scenes.iid.scene import build
from mle_ui.state import Link


def opened(**query: str):
    return build(Link(query))


def track(scene, slider: int, chart: str, mark: str):
    (found,) = [t for t in sweep(scene, slider).tracks if (t.chart, t.mark) == (chart, mark)]
    return found


@pytest.mark.parametrize(
    "query",
    [
        {
            "data": "michelson",
            "family": "gamma",
            "shape": "45097910",
            "rate": "15651.38",
        },  # a single density is below 1e−323
        {
            "data": "drawn",
            "family": "laplace",
            "m": "2000",
            "seed": "8976",
            "mu": "0.035057",
        },  # flat between two points
    ],
)
def test_checks_hold_at_the_ends_of_the_sliders(query):
    assert all(check.agrees for check in parts(opened(**query)).checks())


# -- product and sum ------------------------------------------------------------------------------------------------------


def test_a_reader_sees_where_each_format_ends():
    scene = opened(m="186")
    mu, sigma = scene.theta
    p = stats.norm(mu, sigma).pdf(mle.DATASETS["faithful_waiting"].values)
    ends = []
    with np.errstate(all="ignore"):
        for kind in (np.float16, np.float32, np.float64):
            product_, m = kind(1), 0
            while product_ > 0:
                product_, m = kind(product_ * kind(p[m])), m + 1
            ends.append(m)
    assert moving.strings(scene)["exits"] == " · ".join(map(str, ends))
    figure = drawings(scene)[0].figure
    for key, end in zip(product.FORMATS, ends, strict=True):
        (rule,) = [t for t in figure.data if t.meta == f"exit-{key}"]
        (name,) = [t for t in figure.data if t.meta == f"name-{key}"]
        assert rule.x[0] == end and name.text[0] == f"{key} = 0 at {end}"


@pytest.mark.parametrize("data", ["faithful_waiting", "michelson", "groundbeef", "drawn"])
def test_no_line_of_a_format_runs_through_the_words_of_another(data):
    scene = opened(data=data)
    figure = drawings(scene)[0].figure
    low, high = figure.layout.yaxis.range
    lines = [t.y[0] for t in figure.data if t.mode == "lines" and t.line.dash == "dot"]
    words = [t for t in figure.data if t.mode == "text" and t.text[0] and t.meta is None]
    assert words
    for word in words:
        tall = 0.06 * (high - low) * (1 if "top" in word.textposition else -1)
        bottom, top = sorted([word.y[0], word.y[0] + tall])
        assert not any(bottom < line < top for line in lines), word.text


def test_what_is_still_to_come_is_neither_drawn_nor_said():
    scene = opened(m="25")
    assert moving.strings(scene)["exits"] == "5 · not yet · not yet"
    low = drawings(scene)[0].figure.layout.xaxis.range[0]
    drawn = {key: moving.now(scene)["product", f"exit-{key}"].x[0, 0] for key in product.FORMATS}
    assert drawn["float16"] == 5 and max(drawn["float32"], drawn["float64"]) < low
    played, end = sweep(scene, 0), track(scene, 0, "product", "exit-float32")
    assert [m for m, x in zip(played.slider.values, end.x[:, 0], strict=True) if x > low] == [
        m for m in played.slider.values if m >= 26
    ]


@pytest.mark.parametrize(
    ("query", "most"),
    [
        ({}, 190),
        ({"data": "michelson"}, 100),
        ({"data": "drawn"}, 130),
        ({"view": "law"}, 50),
        ({"view": "dependence"}, 50),
    ],
)
def test_points_come_one_by_one(query, most):
    m = opened(**query).sliders[0].values
    assert set(range(2, most + 1)) <= set(m) and len(m) < 260


def test_own_numbers_open_with_all_of_them():
    assert opened(data="own", x=" ".join(map(str, range(150)))).m == 150 and opened().m == 95


@pytest.mark.parametrize(("query", "value"), [({}, "0"), ({"data": "drawn"}, "∞")])
def test_as_the_points_come_the_formats_end_one_after_the_other_and_the_sum_goes_on(query, value):
    scene = opened(**query)
    played = sweep(scene, 0)
    p = scene.family.prob(scene.x, scene.theta)
    ends = {key: int(mle.range_exit(p, key)[0]) for key in product.FORMATS}
    for step, m in enumerate(played.slider.values):
        for key in product.FORMATS:
            assert (played.readouts[key][step] == value) == (m >= ends[key])
        assert played.readouts["loglik"][step] == nats(float(mle.loglik(scene.family, scene.x[: int(m)], scene.theta)))
    # The slider stops at the ends that the best theta has.
    best = scene.family.prob(scene.x, scene.fit.theta)
    assert {int(mle.range_exit(best, key)[0]) for key in product.FORMATS} <= set(map(int, played.slider.values))


def test_michelson_overflows_and_in_another_unit_would_underflow():
    scene = opened(data="michelson")
    now = moving.strings(scene)
    assert now["float16"] == now["float32"] == "∞" and float(now["float64"].split("×")[0]) > 0
    assert now["exits"].endswith("never")
    mu, sigma = scene.theta
    km = stats.norm(1000 * mu, 1000 * sigma).pdf(1000 * scene.x)
    end, value = mle.range_exit(km, "float32")
    assert value == 0
    assert f"float32 would underflow at m = {end}" in parts(scene).questions()[1].reveal


def test_points_wait_outside_of_the_picture_and_their_terms_are_flat():
    scene = opened(m="5")
    now = moving.now(scene)
    heights, bars = now["points", "sample"].y[0], now["terms", "terms"].y[0]
    low, high = drawings(scene)[1].figure.layout.yaxis.range
    p = stats.norm(*scene.theta)
    assert np.all((heights[:5] > low) & (heights[:5] < high)) and np.all(heights[5:] < low)
    assert bars[:5] == pytest.approx(p.logpdf(scene.x[:5]), abs=1e-12) and not bars[5:].any()
    (link,) = scene.tables().links
    assert heights.size == bars.size and set(link) == {("points", "sample"), ("terms", "terms")}


@pytest.mark.parametrize("over", ["mu", "sigma"])
def test_both_curves_have_one_argmax_for_every_m(over):
    scene = opened(over=over)
    j = scene.family.index(over)
    exact, ell = track(scene, 0, "likelihood", "exact"), track(scene, 0, "loglik", "loglik")
    best = track(scene, 0, "loglik", "best")
    assert np.array_equal(best.x, track(scene, 0, "likelihood", "best").x)
    for row, m in enumerate(scene.sliders[0].values):
        if m < 3:
            continue
        x = scene.x[: int(m)]
        wanted = x.mean() if j == 0 else math.sqrt(np.mean((x - scene.theta[0]) ** 2))
        assert best.x[row, 0] == pytest.approx(wanted, rel=1e-7)
        assert np.argmax(exact.y[row]) == np.argmax(ell.y[row])
        if scene.curves.steps[0] < wanted < scene.curves.steps[-1]:
            assert exact.y[row].max() > 0.97


def test_the_float32_dots_lie_on_the_curve_until_they_end():
    scene = opened()
    dots, m = track(scene, 0, "likelihood", "single"), np.array(scene.sliders[0].values)
    best = np.array([stats.norm(scene.x[: int(k)].mean(), scene.theta[1]).logpdf(scene.x[: int(k)]).sum() for k in m])
    for j in range(0, scene.curves.dots.size, 4):
        mu = scene.curves.dots[j]
        exact = np.array([stats.norm(mu, scene.theta[1]).logpdf(scene.x[: int(k)]).sum() for k in m])
        early, late = m <= 20, m >= 30
        assert dots.y[early, j] == pytest.approx(np.exp(exact - best)[early], abs=1e-5)
        assert not dots.y[late, j].any()


@pytest.mark.parametrize(
    "query", [{"x": "7", "family": "exponential"}, {"x": "0 0 1", "family": "poisson"}, {"x": "1e20 3e20 -2e20"}]
)
def test_tiny_samples_and_huge_numbers_are_drawn(query):
    scene = opened(data="own", **query)
    assert len(encode(scene.tables())) < BUDGET and len(drawings(scene)) == 5
    assert all(check.agrees for check in parts(scene).checks())


def test_what_cannot_be_drawn_is_said_beside_its_control():
    ask = Link({"data": "own", "x": "3 1 x 4"})
    assert build(ask) is None and "Item 3" in ask.problems["x"]
    ask = Link({"data": "own", "x": "0 0 0", "family": "poisson"})
    assert build(ask) is None and "λ is 0" in ask.problems["data"]
    ask = Link({"data": "own", "x": "-1 2 3", "family": "gamma"})
    assert build(ask) is None and "outside the support" in ask.problems["data"]


# -- the sample and its law -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("family", ["cauchy", "beta"])
def test_heavy_tails_and_bounded_laws_are_drawn_without_a_warning(family):
    with np.errstate(all="raise", under="ignore"):
        scene = opened(view="law", law=family, m="5000")
        assert len(encode(scene.tables())) < BUDGET and len(drawings(scene)) == 3


def test_the_gap_is_kolmogorovs_and_the_law_does_not_change_it():
    scene = opened(view="law", law="gamma", m="24", true_shape="2")
    x = scene.family.quantile(scene.u[: scene.m], scene.theta)
    wanted = stats.kstest(x, stats.gamma(scene.theta[0], scale=1 / scene.theta[1]).cdf)
    now = moving.strings(scene)
    assert now["distance"] == f"{wanted.statistic:.4f}" and now["m"] == str(scene.m)
    assert now["sample_median"] == show(float(np.median(x)), 4)
    for m, text in zip(scene.sizes, sweep(scene, 0).readouts["sample_median"], strict=True):
        assert text == show(float(np.median(scene.family.quantile(scene.u[:m], scene.theta))), 4)
    gap = moving.now(scene)["ecdf", "gap"]
    assert gap.x[0, 0] == pytest.approx(wanted.statistic_location, rel=1e-12)
    assert abs(np.diff(gap.y[0])[0]) == pytest.approx(wanted.statistic, rel=1e-9)
    assert "distance" not in sweep(scene, 1).readouts and set(sweep(scene, 1).readouts) == {"median", "sample_median"}


@pytest.mark.parametrize("m", [1, 7, 60, 61, 4000])
def test_the_drawn_stairs_are_the_empirical_distribution(m):
    scene = opened(view="law")
    at, heights = scene.stairs(m)
    values, shares = mle.ecdf(scene.u[:m])
    place = np.searchsorted(values, at, side="right")
    upper, lower = np.append(0.0, shares)[place], np.append(0.0, shares)[np.maximum(place - 1, 0)]
    assert np.all((heights >= lower - 1e-12) & (heights <= upper + 1e-12))
    assert heights[-1] == 1.0 and np.all(np.diff(at) >= 0)


def test_another_seed_is_another_sample_and_stands_in_the_link():
    one, two = opened(view="law"), opened(view="law", seed="2")
    assert moving.strings(one)["distance"] != moving.strings(two)["distance"]
    assert parts(two).link == {"view": "sample and law", "seed": "2"}


def test_with_more_points_sample_and_law_meet():
    scene = opened(view="law")
    played = sweep(scene, 0).readouts
    gaps = np.array(played["distance"], dtype=float)
    assert gaps[-1] < 0.02 < 0.3 < gaps[0]
    histogram, truth = track(scene, 0, "sample", "histogram"), moving.now(scene)["sample", "truth"]
    middle = np.abs(histogram.x[0]) < 1.5
    density = stats.norm.pdf(histogram.x[0])
    assert np.abs(histogram.y[-1] - density)[middle].mean() < 0.05 < np.abs(histogram.y[3] - density)[middle].mean()
    assert truth.y.max() == pytest.approx(stats.norm.pdf(0), rel=1e-3)


# -- dependence -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rho", ["-0.6", "0", "0.6", "0.9"])
def test_coverage_by_formula_simulation_and_by_hand(rho):
    scene = opened(view="dependence", rho=rho, m="48")
    m, r = scene.m, float(rho)
    e = np.random.default_rng(1).standard_normal((dependence.REPEATS, dependence.MOST))[:, :m].copy()
    e[:, 1:] *= math.sqrt(1 - r * r)
    found = np.mean(np.abs(signal.lfilter([1], [1, -r], e).mean(axis=1)) <= stats.norm.ppf(0.975) / math.sqrt(m))
    lags = np.subtract.outer(np.arange(m), np.arange(m))
    error = math.sqrt((r ** np.abs(lags)).sum()) / m
    exact = 2 * stats.norm.cdf(stats.norm.ppf(0.975) / math.sqrt(m) / error) - 1
    now = moving.strings(scene)
    assert now["coverage"] == f"{100 * exact:.2f} %" and now["true_error"] == f"{error:.4f}"
    assert now["simulated"].startswith(f"{100 * found:.1f} ± ")
    assert now["effective"] == show(1 / error**2, 4)
    assert abs(found - exact) < 4 * math.sqrt(exact * (1 - exact) / dependence.REPEATS) + 1e-3


def test_intervals_are_too_short_above_zero_too_long_below_and_size_does_not_heal():
    scene = opened(view="dependence")
    shares = [float(text.split()[0]) for text in sweep(scene, 1).readouts["coverage"]]
    zero = scene.sliders[1].values.index(0.0)
    assert shares[zero] == 95.0 and shares == sorted(shares, reverse=True)
    by_size = [float(text.split()[0]) for text in sweep(scene, 0).readouts["coverage"]]
    assert by_size[-1] < by_size[10] < 95


def test_means_outside_of_the_lines_are_the_intervals_that_miss():
    scene = opened(view="dependence", rho="0.9")
    ticks = moving.now(scene)["means", "simulated"].x[0]
    means = mle.ar1_series(0.9, dependence.noise(1)[: dependence.TICKS, : scene.m]).mean(axis=1)
    misses = np.abs(means) > stats.norm.ppf(0.975) / math.sqrt(scene.m)
    assert np.array_equal(np.abs(ticks) > dependence.Z, misses) and misses.sum() > 20


def test_the_first_row_of_the_simulation_is_the_series_that_is_drawn():
    scene = opened(view="dependence", m="2")
    now = moving.now(scene)
    series = now["series", "series"]
    assert series.x[0].max() == 2  # later points wait at the last one
    mean = series.y[0, :2].mean()
    assert now["series", "mean"].y[0] == pytest.approx(mean)
    half = stats.norm.ppf(0.975) / math.sqrt(2)
    assert now["series", "high"].y[0] - now["series", "low"].y[0] == pytest.approx(2 * half)


# -- all three --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("view", ["product", "law", "dependence"])
def test_what_a_question_sets_is_a_state_of_the_page(view):
    scene = opened(view=view)
    for question in parts(scene).questions():
        assert question.sets["view"] == view
        words = {
            key: f"{value:.12g}" if isinstance(value, float) else str(value) for key, value in question.sets.items()
        }
        reached = opened(**words)
        stands = {control.key: value for control, value in reached.items}
        for key, value in question.sets.items():
            slider = next((s for s in reached.sliders if s.key == key), None)
            assert (slider.values[stands[key]] if slider else stands[key]) == value


def test_caches_are_bounded():
    for cached in (
        product.fitted,
        law.uniforms,
        law.distances,
        dependence.noise,
        dependence.running_means,
        dependence.simulated,
    ):
        assert cached.cache_info().maxsize is not None
