"""Likelihood ratio, Wald and score: closed forms, published tests, and what happens where theory ends."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import draw
from scipy import stats

import mle_core as mle


@pytest.mark.parametrize("null", [-0.4, 0.0, 0.1, 2.0])
def test_mean_of_a_normal_has_three_closed_forms(null):
    # With t² = (x̄ − μ₀)²/σ̂²: W = n t², LR = n log(1 + t²), S = n t²/(1 + t²) (Buse 1982).
    x = draw(mle.FAMILIES["normal"], 23)
    n, t2 = 23, (x.mean() - null) ** 2 / x.var()
    found = mle.test(mle.fit("normal", x), {"mu": null})
    assert found.wald.statistic == pytest.approx(n * t2, rel=1e-12)
    assert found.lr.statistic == pytest.approx(n * np.log1p(t2), rel=1e-12)
    assert found.score.statistic == pytest.approx(n * t2 / (1 + t2), rel=1e-12)
    for statistic in (found.lr, found.wald, found.score):
        assert statistic.df == 1 and statistic.note == ""
        assert statistic.p_value == pytest.approx(stats.chi2.sf(statistic.statistic, 1), rel=1e-12)
    assert found.theta == pytest.approx([null, np.hypot(x.std(), x.mean() - null)])
    assert found.null == {"mu": null}


def test_with_a_known_scale_the_three_agree():
    x = draw(mle.FAMILIES["normal"], 40)
    found = mle.test(mle.fit("normal", x, fixed={"sigma": 1.3}), {"mu": 0.2})
    exact = 40 * (x.mean() - 0.2) ** 2 / 1.3**2
    assert [found.lr.statistic, found.wald.statistic, found.score.statistic] == pytest.approx([exact] * 3, rel=1e-12)


def test_poisson_rate_has_three_closed_forms():
    x = mle.DATASETS["toxocara"].values
    n, mean, null = x.size, x.mean(), 8.0
    found = mle.test(mle.fit("poisson", x), {"rate": null})
    assert found.score.statistic == pytest.approx(n * (mean - null) ** 2 / null, rel=1e-12)
    assert found.wald.statistic == pytest.approx(n * (mean - null) ** 2 / mean, rel=1e-12)
    assert found.lr.statistic == pytest.approx(2 * n * (mean * np.log(mean / null) - mean + null), rel=1e-11)


def test_two_parameters_at_once():
    x = draw(mle.FAMILIES["gamma"], 70)
    result = mle.fit("gamma", x)
    found = mle.test(result, {"shape": 2.5, "rate": 0.9})
    away = result.theta - [2.5, 0.9]
    information = mle.information("gamma", x, result.theta)
    assert found.wald.statistic == pytest.approx(away @ information @ away, rel=1e-9)
    score = mle.score("gamma", x, [2.5, 0.9])
    expected = mle.information("gamma", x, [2.5, 0.9])  # of an exponential family: observed and expected agree
    assert found.score.statistic == pytest.approx(score @ np.linalg.solve(expected, score), rel=1e-9)
    assert found.lr.statistic == pytest.approx(2 * (result.loglik - float(mle.loglik("gamma", x, [2.5, 0.9]))))
    assert found.lr.df == found.wald.df == found.score.df == 2
    assert found.lr.p_value == pytest.approx(np.exp(-found.lr.statistic / 2))


def test_at_the_estimate_nothing_speaks_against(family):
    fixed = {param.name: param.default for param in family.params if param.given}
    result = mle.fit(family, draw(family, 60), fixed=fixed)
    for j in result.free:
        name = family.names[j]
        if not family.params[j].regular or not np.isfinite(result.standard_errors[name]):
            continue
        found = mle.test(result, {name: result.params[name]})
        assert found.lr.statistic == pytest.approx(0, abs=1e-7)
        assert found.wald.statistic == pytest.approx(0, abs=1e-12)
        assert found.lr.p_value == pytest.approx(1, abs=1e-3)


def test_the_three_agree_as_the_sample_grows(family):
    fixed = {param.name: param.default for param in family.params if param.given}
    result = mle.fit(family, draw(family, 100_000), fixed=fixed)
    for j in result.free:
        name, error = family.names[j], result.standard_errors[family.names[j]]
        if not family.params[j].regular:
            continue
        found = mle.test(result, {name: result.params[name] + 1.5 * error})
        assert found.wald.statistic == pytest.approx(2.25, rel=1e-6)
        assert found.lr.statistic == pytest.approx(2.25, rel=0.05)
        # The score of a kinked likelihood is a step function: its noise falls like n^(−1/4) only.
        assert found.score.statistic == pytest.approx(
            2.25, rel=0.1 if family.likelihood.errors_from == "observed" else 0.3
        )


def test_infinite_degrees_of_freedom_halve_the_p_value():
    x = draw(mle.FAMILIES["student_t"], 200)
    result = mle.fit("student_t", x)
    found = mle.test(result, {"nu": np.inf})
    gain = 2 * (result.loglik - mle.fit("normal", x).loglik)
    assert found.lr.statistic == pytest.approx(gain, rel=1e-9)
    assert found.lr.p_value == pytest.approx(stats.chi2.sf(gain, 1) / 2, rel=1e-9)
    assert "half" in found.lr.note
    light = mle.fit("student_t", np.random.default_rng(5).uniform(-1, 1, 100))
    assert mle.test(light, {"nu": np.inf}).lr.p_value == 1.0


def test_an_impossible_null_is_rejected_for_certain():
    found = mle.test(mle.fit("poisson", [3, 4, 5]), {"rate": 0.0})
    assert found.lr.statistic == np.inf and found.lr.p_value == 0.0


def test_an_estimate_on_the_boundary_has_no_wald_test():
    found = mle.test(mle.fit("poisson", np.zeros(30)), {"rate": 0.05})
    assert np.isnan(found.wald.p_value) and "boundary" in found.wald.note
    assert found.lr.statistic == pytest.approx(2 * 30 * 0.05, rel=1e-12)
    assert found.score.statistic == pytest.approx(30 * 0.05, rel=1e-12)


def test_zero_counts_have_published_upper_bounds():
    # hard case poisson_all_zero: likelihood 1.9207/n, score 3.8415/n.
    result = mle.fit("poisson", np.zeros(30))
    q = stats.chi2.ppf(0.95, 1)
    assert mle.interval(result, "rate") == pytest.approx((0.0, q / 2 / 30), rel=1e-10)
    assert mle.interval(result, "rate", method="score") == pytest.approx((0.0, q / 30), rel=1e-10)
    assert mle.interval(result, "rate", method="wald") == (0.0, 0.0)
    assert any("boundary" in text for text in result.warnings)


@pytest.mark.parametrize("method", ["likelihood", "score"])
def test_interval_and_test_are_dual(family, method):
    fixed = {param.name: param.default for param in family.params if param.given}
    result = mle.fit(family, draw(family, 80), fixed=fixed)
    for j in result.free:
        name = family.names[j]
        if not family.params[j].regular or not np.isfinite(result.standard_errors[name]):
            continue
        for end in mle.interval(result, name, 0.9, method):
            if not np.isfinite(end) or end in (family.params[j].domain.low, family.params[j].domain.high):
                continue
            near = 1e-7 * result.standard_errors[name] * np.array([-1, 0, 1])
            found = [mle.test(result, {name: value}) for value in end + near]
            statistics = [(f.lr if method == "likelihood" else f.score).statistic for f in found]
            # The score of a kinked likelihood jumps over the quantile, others reach it.
            goal = stats.chi2.ppf(0.9, 1)
            assert min(statistics) - 1e-6 <= goal <= max(statistics) + 1e-6, name
            if family.likelihood.errors_from == "observed":
                assert statistics[1] == pytest.approx(goal, rel=1e-6), name


def test_what_cannot_be_tested_says_so():
    result = mle.fit("gamma", draw(mle.FAMILIES["gamma"]), fixed={"rate": 1.0})
    with pytest.raises(ValueError, match="rate was fixed at 1"):
        mle.test(result, {"rate": 2.0})
    with pytest.raises(mle.DomainError, match=r"shape = -1 is outside \(0, ∞\)"):
        mle.test(result, {"shape": -1.0})
    with pytest.raises(ValueError, match="names no parameter"):
        mle.test(result, {})
    with pytest.raises(ValueError, match="there is no parameter 'k'"):
        mle.test(result, {"k": 1.0})
