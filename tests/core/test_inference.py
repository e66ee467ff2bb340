"""Intervals: what they promise, their known closed forms, and their limits."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import FAMILIES, draw, known, thetas
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import mle_core as mle


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.key)
@settings(max_examples=8)
@given(data=st.data())
def test_the_profile_at_the_ends_lies_the_drop_below_the_maximum(family, data):
    # Eight observations do not identify a mixture: its profiles have several maxima and no drop that one could meet.
    sizes = [8, 40, 400] if family.constraint is None else [400]
    x = draw(family, data.draw(st.sampled_from(sizes)), seed=data.draw(st.integers(0, 9)))
    level = data.draw(st.sampled_from([0.5, 0.9, 0.95, 0.999]))
    result = mle.fit(family, x, fixed=known(family))
    for name, value in result.params.items():
        if name in result.fixed:
            continue
        low, high = mle.interval(result, name, level)
        assert low <= value <= high
        inner = [end for end in (low, high) if np.isfinite(end)]
        deficits = result.loglik - mle.profile(result, name, inner).values
        if name in result.irregular:  # zero likelihood beyond the estimate; the other end by two degrees of freedom
            expected = [0.0 if end == value else mle.likelihood_ratio_drop(level, 2) for end in inner]
            assert value in inner
            np.testing.assert_allclose(deficits, expected, rtol=1e-8, atol=1e-12)
            continue
        np.testing.assert_allclose(deficits, mle.likelihood_ratio_drop(level), rtol=1e-8)
        for end in {low, high} - set(inner):  # an infinite end is claimed only where the limit is not excluded
            assert result.loglik - mle.profile(result, name, [end]).values[0] < mle.likelihood_ratio_drop(level)


@given(theta=thetas(mle.FAMILIES["normal"]), seed=st.integers(0, 50))
def test_interval_of_a_normal_mean_in_closed_form(theta, seed):
    x = draw(mle.FAMILIES["normal"], 20, seed=seed, theta=theta)
    result = mle.fit("normal", x)
    half = result.params["sigma"] * np.sqrt(np.expm1(2 * mle.likelihood_ratio_drop(0.95) / 20))
    expected = (result.params["mu"] - half, result.params["mu"] + half)
    assert mle.interval(result, "mu") == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_wald_interval():
    result = mle.fit("gamma", mle.DATASETS["groundbeef"].values)
    center, error = result.params["rate"], result.standard_errors["rate"]
    z = stats.norm.ppf(0.95)
    expected = (center - z * error, center + z * error)
    assert mle.interval(result, "rate", 0.9, "wald") == pytest.approx(expected, rel=1e-12)


def test_intervals_agree_as_the_sample_grows(family):
    theta = family.default
    result = mle.fit(family, draw(family, 200_000, theta=theta), fixed=known(family))
    # A likelihood with kinks comes near its parabola only at the rate n^(-1/4).
    tolerance = 0.05 if result.information == "observed" else 0.1
    for name in set(family.names) - set(result.irregular) - set(result.fixed):
        wald, likelihood = mle.interval(result, name, method="wald"), mle.interval(result, name)
        assert wald == pytest.approx(likelihood, abs=tolerance * result.standard_errors[name])


def test_an_end_of_the_support_has_no_wald_interval_and_says_why():
    for key, name in (("uniform", "low"), ("uniform", "high"), ("pareto", "xm")):
        result = mle.fit(key, draw(mle.FAMILIES[key], 30))
        for method in ("wald", "score"):
            with pytest.raises(mle.MleError, match=f"{name}: it is an end point of the support"):
                mle.interval(result, name, method=method)


def test_fixed_parameters_stay_fixed():
    x = draw(mle.FAMILIES["student_t"], 80)
    held = mle.fit("student_t", x, fixed={"nu": np.inf})
    normal = mle.fit("normal", x)
    for name in ("mu", "sigma"):
        assert mle.interval(held, name) == pytest.approx(mle.interval(normal, name), rel=1e-8)


def test_interval_of_extreme_units():
    x = draw(mle.FAMILIES["normal"], 30)
    plain = mle.interval(mle.fit("normal", x), "mu")
    for exponent in (-900, 900):
        scaled = mle.interval(mle.fit("normal", x * 2.0**exponent), "mu")
        assert np.array(scaled) / 2.0**exponent == pytest.approx(np.array(plain), rel=1e-9)


def test_wrong_requests_say_what_exists():
    result = mle.fit("student_t", draw(mle.FAMILIES["student_t"]), fixed={"nu": 5.0})
    with pytest.raises(ValueError, match="choose one of likelihood, score, wald"):
        mle.interval(result, "mu", method="bootstrap")
    with pytest.raises(ValueError, match="nu was fixed at 5"):
        mle.interval(result, "nu")
    with pytest.raises(ValueError, match="mu, sigma, nu"):
        mle.interval(result, "df")
    with pytest.raises(ValueError, match="level"):
        mle.interval(result, "mu", level=95)


@pytest.mark.parametrize("exponent", [-960, 5, 40, 960])
def test_intervals_tests_and_profiles_scale_with_the_data(family, exponent):
    powers = np.array([param.power for param in family.params], dtype=float)
    if not powers.any():
        return
    x = draw(family, 100)
    one, other = mle.fit(family, x), mle.fit(family, np.ldexp(x, exponent))
    factors = dict(zip(family.names, (2.0 ** (exponent * powers)).tolist(), strict=True))
    assert other.params == pytest.approx({name: v * factors[name] for name, v in one.params.items()}, rel=1e-12)
    for param in family.params:
        for method in mle.INTERVALS if param.regular else ["likelihood"]:
            ends = np.array(mle.interval(one, param.name, method=method)) * factors[param.name]
            np.testing.assert_allclose(mle.interval(other, param.name, method=method), ends, rtol=1e-7)
    name = next((param.name for param in family.params if param.regular), None)
    if name is None:
        return
    null = 1.02 * one.params[name]
    there = mle.test(other, {name: null * factors[name]})
    for kind in ("lr", "wald", "score"):
        expected = getattr(mle.test(one, {name: null}), kind).statistic
        assert getattr(there, kind).statistic == pytest.approx(expected, rel=1e-6, abs=1e-9)
    drop = other.loglik - mle.profile(other, name, [null * factors[name]]).values[0]
    assert drop == pytest.approx(one.loglik - mle.profile(one, name, [null]).values[0], abs=1e-9 * abs(other.loglik))


@pytest.mark.parametrize(
    ("key", "name", "x"),
    [
        ("student_t", "nu", np.linspace(0, 1, 200)),
        ("negative_binomial", "size", np.repeat([8.0, 9.0, 10.0], [40, 80, 40])),
    ],
)
def test_a_score_test_that_rejects_every_finite_value_leaves_infinity(key, name, x):
    result = mle.fit(key, x)
    assert result.params[name] == np.inf
    assert all(mle.test(result, {name: value}).score.p_value < 0.05 for value in (1.0, 1e3, 1e6))
    assert mle.interval(result, name, method="score") == (np.inf, np.inf)
    low, high = mle.interval(result, name)
    assert 1 < low < 1e5 and high == np.inf
