"""/sampling against computations of its own: NumPy's estimates of the same samples, exact coverages, White's formula, the bootstrap."""

from __future__ import annotations

import contextlib
import io
import re
import warnings

import numpy as np
import pytest
from scipy import stats

import mle_core as mle
from mle_ui.live import moving
from mle_ui.scenes.sampling import settings, snippet
from mle_ui.scenes.sampling.parts import parts
from mle_ui.scenes.sampling.scene import build
from mle_ui.state import Link


def scene(**query):
    built = build(Link(query))
    assert built is not None
    return built


def marks(built):
    return {key: [np.atleast_2d(v)[0] for v in (t.x, t.y)] for key, t in moving.now(built).items()}


def numbers(text):
    return [float(v) for v in re.findall(r"-?\d+(?:\.\d+)?", text.replace("−", "-"))]


def test_the_cloud_holds_the_estimates_of_the_samples_drawn_so_far():
    built = scene(mu="0.3", sigma="1.2", n="10", r="42", seed="5")
    assert built.theta.tolist() == [10, 42, 0.3, 1.2]
    x = np.random.default_rng(5).normal(0.3, 1.2, (1000, 10))
    seen_x, seen_y = marks(built)["cloud", "estimates"]
    assert seen_x == pytest.approx(x.mean(axis=1)[:300])
    assert seen_y[:42] == pytest.approx(x.std(axis=1)[:42])
    low = built.frame.y[0]
    assert np.all(seen_y[42:] < low)


def test_the_ellipse_holds_95_percent_of_the_promised_normal():
    built = scene(family="gamma", n="50")
    x, y = marks(built)["cloud", "ellipse"]
    away = np.stack([x, y], axis=1) - [3.0, 1.0]
    unit = mle.FAMILIES["gamma"].fisher([3.0, 1.0])
    assert np.einsum("ni,ij,nj->n", away, 50 * unit, away) == pytest.approx(stats.chi2.ppf(0.95, 2))


def test_in_the_cone_are_the_samples_whose_wald_interval_covers():
    built = scene(family="bernoulli", p="0.1", n="20")
    p, error = marks(built)["cloud", "estimates"]
    (left, tip, right), heights = marks(built)["cloud", "cone"]
    slope = (right - tip) / heights[0]
    assert tip - left == pytest.approx(right - tip) and tip == 0.1
    inside = np.abs(p - 0.1) <= slope * error
    assert inside.tolist() == built.at(built.theta).roots.covered("wald")[:300].tolist()


def test_the_histogram_counts_errors_in_promised_standard_errors():
    built = scene(n="5", r="530", of="corrected")
    x = np.random.default_rng(1).normal(0, 1, (1000, 5))[:530]
    errors = (x.var(axis=1, ddof=1) - 1) / np.sqrt(2 / 5)
    edges, heights = marks(built)["errors", "histogram"]
    counts = heights[1::2][:-1] * np.diff(edges[::2]) * 530
    assert counts == pytest.approx(np.histogram(errors, edges[::2])[0])
    mean = marks(built)["errors", "mean"][0][0]
    assert mean == pytest.approx(errors.mean(), abs=1e-9)


def test_a_dragged_scale_leaves_what_has_no_unit():
    built = scene()
    moved = {key: {(t.chart, t.kind) for t in built.tracks(built.theta[None], {key})} for key in ("mu", "sigma")}
    assert moved["mu"] == {("cloud", "points"), ("cloud", "line"), ("errors", "text")}
    assert {chart for chart, _ in moved["sigma"]} == {"cloud", "errors", "spread"}
    assert {kind for chart, kind in moved["sigma"] if chart == "errors"} == {"text"}
    assert set(built.readouts(built.theta[None], {"sigma"})) == {"bias", "sd", "promised"}


@pytest.mark.parametrize("n", [5, 20])
def test_coverage_of_walds_interval_is_that_of_the_exact_law(n):
    """σ̂²n/σ² has a χ² law: |σ̂ − σ| ≤ z σ̂/√(2n) says between which two values σ̂/σ lies."""
    z = stats.norm.ppf(0.975) / np.sqrt(2 * n)
    law = stats.chi2(n - 1)
    exact = law.cdf(n / max(1 - z, 0) ** 2) - law.cdf(n / (1 + z) ** 2)
    rate, two = numbers(dict(moving.strings(scene(n=str(n), repeats="10000")))["cover-wald"])
    assert rate / 100 == pytest.approx(exact, abs=2 * two / 100 + 5e-4)


def test_words_in_the_chart_come_by_steps():
    built = scene(n="5", of="variance", mu="0.3")
    tracks = {t.mark: t for t in next(s for s in built.tables().sweeps if s.slider.key == "sigma").tracks}
    values = np.array(built.sliders[3].values)
    said = [float(words.split("=")[1]) for words in tracks["truth-word"].texts]
    assert said == pytest.approx(values**2, rel=1e-3)
    units = [float(words.split("=")[1]) for words in tracks["unit-word"].texts]
    assert units == pytest.approx(values**2 * np.sqrt(2 / 5), rel=1e-2)


def test_both_means_of_a_variance_are_read_from_the_same_samples():
    squares = np.random.default_rng(1).normal(0, 1.5, (1000, 5))
    for of, other, ddof in (("variance", "÷ (n − 1)", 1), ("corrected", "÷ n", 0)):
        built = scene(n="5", of=of, sigma="1.5")
        values, mean = squares.var(axis=1, ddof=ddof), numbers(moving.strings(built)["other"])
        assert mean == pytest.approx([values.mean() - 2.25, values.std(ddof=1) / np.sqrt(1000)], abs=6e-4)
        now = moving.now(built)
        unit = 2.25 * np.sqrt(2 / 5)
        assert marks(built)["errors", "other"][0][0] == pytest.approx((values.mean() - 2.25) / unit, abs=1e-9)
        assert now["errors", "other-word"].texts[0].startswith(other)
        assert now["errors", "truth-word"].texts[0].strip() == ("σ² = 2.25")
        assert now["errors", "unit-word"].texts[0].strip() == "1 unit = 1.42"


@pytest.mark.parametrize(
    ("query", "control"),
    [
        ({"data": "michelson", "family": "gamma"}, "α"),
        ({"data": "own", "x": "1 2.5 3 7 4 2", "family": "laplace"}, "b"),
    ],
)
def test_checks_hold_where_parameters_are_hard_to_tell_apart_and_scores_jump(query, control):
    built = scene(source="bootstrap", of={"α": "shape", "b": "b"}[control], **query)
    checks = {check.quantity: check for check in parts(built).checks()}
    assert checks[f"sandwich error of {control}"].agrees


def test_checks_of_a_constant_squared_score_agree_to_rounding():
    assert all(check.agrees for check in parts(scene(family="laplace", of="mu", b="0.8403")).checks())


def test_coverage_of_bernoullis_score_interval_is_a_sum_of_binomial_probabilities():
    k = np.arange(21)
    inside = np.abs(k / 20 - 0.05) <= stats.norm.ppf(0.975) * np.sqrt(0.05 * 0.95 / 20)
    exact = stats.binom(20, 0.05).pmf(k)[inside].sum()
    rate, two = numbers(moving.strings(scene(family="bernoulli", p="0.05", n="20"))["cover-score"])
    assert rate / 100 == pytest.approx(exact, abs=2 * two / 100)


def test_a_wrong_family_gathers_around_the_nearest_normal_with_whites_error():
    built = scene(source="student_t", nu="8", n="100", sigma="1.2", of="sigma")
    nearest = 1.2 * np.sqrt(8 / 6)
    assert marks(built)["cloud", "truth"][1][0] == pytest.approx(nearest, rel=1e-6)
    read = moving.strings(built)
    kurtosis = 3 + 6 / (8 - 4)
    assert float(read["promised"]) == pytest.approx(nearest / np.sqrt(200), rel=1e-3)
    assert float(read["robust"]) == pytest.approx(nearest * np.sqrt((kurtosis - 1) / 400), rel=1e-3)
    x = 1.2 * np.random.default_rng(1).standard_t(8, (1000, 100))
    assert float(read["sd"]) == pytest.approx(x.std(axis=1).std(ddof=1), rel=1e-3)
    # The naive coverage falls short for good, the sandwich's does not.
    many = built.at(built.theta, 500)
    limit = 2 * stats.norm.cdf(stats.norm.ppf(0.975) * np.sqrt(2 / (kurtosis - 1))) - 1
    assert many.covers("likelihood", 1000)[0] == pytest.approx(limit, abs=0.035)
    assert many.covers("sandwich", 1000)[0] > 0.91


@pytest.mark.parametrize("family", settings.FAMILIES)
def test_the_code_prints_the_readouts(family):
    built = scene(family=family, n="10", r="386")
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(snippet.snippet(built), "pasted", "exec"), {})
    mean, spread = said.getvalue().splitlines()[:2]
    read = moving.strings(built)
    wanted, error = numbers(read["bias"])
    assert numbers(mean)[0] == pytest.approx(wanted, abs=0.06 * error)
    assert numbers(spread) == pytest.approx([float(read["sd"]), float(read["promised"])], rel=2e-3)
    wald = re.search(r"Wald covers ([\d.]+)", said.getvalue())
    assert (wald is not None) == snippet.RECIPES[family].wald
    if wald:
        assert float(wald[1]) == numbers(read["cover-wald"])[0]


# The logistic's start, the median, is an observation; x to the power of the Weibull's shape overflows.
@pytest.mark.parametrize("family", ["logistic", "weibull"])
def test_the_code_of_the_bootstrap_prints_the_estimate_and_its_error(family):
    built = scene(source="bootstrap", family=family)
    said = io.StringIO()
    with contextlib.redirect_stdout(said), warnings.catch_warnings():
        warnings.simplefilter("error")
        exec(compile(snippet.resampling_snippet(built), "pasted", "exec"), {})
    estimate, spread = said.getvalue().splitlines()[:2]
    assert numbers(estimate)[-1] == pytest.approx(built.study.fit.params[built.name], rel=1e-4)
    assert numbers(spread)[-1] == pytest.approx(float(moving.strings(built)["sd"]), rel=2e-3)


def test_bootstrap_intervals_are_quantiles_of_refitted_resamples():
    built = scene(source="bootstrap", r="853", level="0.9", seed="3")
    x = mle.DATASETS["michelson"].values
    rows = np.random.default_rng(3).integers(0, x.size, (1000, x.size))
    drawn = x[rows].std(axis=1)[:853]
    low, high = np.quantile(drawn, [0.05, 0.95], method="nearest")
    marked = marks(built)
    assert marked["intervals", "percentile"][0] == pytest.approx([low, high])
    assert marked["intervals", "basic"][0] == pytest.approx([2 * x.std() - high, 2 * x.std() - low])
    assert float(moving.strings(built)["sd"]) == pytest.approx(drawn.std(ddof=1), rel=1e-3)
    # White's error of σ̂ in moments.
    fourth = np.mean((x - x.mean()) ** 4)
    assert built.errors["robust"] == pytest.approx(np.sqrt((fourth / x.var() - x.var()) / (4 * x.size)))
    z = stats.norm.ppf(0.95)
    assert marked["intervals", "sandwich"][0] == pytest.approx(
        [x.std() - z * built.errors["robust"], x.std() + z * built.errors["robust"]]
    )


@pytest.mark.parametrize(
    ("query", "control", "words"),
    [
        ({"family": "beta"}, "data", "outside the support"),
        ({"data": "own", "x": "3 3 3"}, "data", "ll observations equal"),
        ({"data": "own", "x": "3 cat"}, "x", "cat"),
    ],
)
def test_what_cannot_be_resampled_is_said_beside_the_control(query, control, words):
    ask = Link({"source": "bootstrap", **query})
    assert build(ask) is None
    assert words in ask.problems[control]


def test_ten_thousand_samples_are_drawn_and_patience_is_asked_for_where_shapes_are_simulated():
    quick = scene(repeats="10000")
    assert quick.at(quick.theta).errors.shape == (10_000,) and quick.patience == ""
    slow = scene(family="gamma", repeats="10000", n="5")
    assert slow.at(slow.theta).errors.shape == (10_000,) and "every value of α" in slow.patience
    assert slow.sliders[1].values[-1] == 10_000
    assert "ν" in scene(source="student_t", repeats="10000").patience
