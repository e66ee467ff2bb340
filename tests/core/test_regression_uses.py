"""What is done with a fitted regression: intervals, tests, bands, surfaces, influence."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from regression_data import SCALED, data, each_noise, logs, seeds, with_constant
from scipy import stats

import mle_core as mle


@each_noise
def test_held_parameters_are_refits(noise):
    X, y = data(noise)
    result = mle.fit_regression(X, y, noise)
    values = np.array([0.3, 0.7, 1.1])
    theta, loglik = result.maximum_at({1: values})
    for value, row, height in zip(values, theta, loglik, strict=True):
        # The held column moves to y where the link is the identity, and to the offset always.
        refit = mle.fit_regression(
            X[:, 1:], y, noise, offset=value * X[:, 0], Z=X if noise == "heteroscedastic" else None
        )
        assert row[1] == value
        assert height == pytest.approx(refit.loglik, rel=1e-10)
        if noise != "laplace":
            np.testing.assert_allclose(np.delete(row, 1), refit.theta, rtol=1e-5, atol=1e-7)
    below, none = result.maximum_at({1: np.array([np.inf])})
    assert none[0] == -np.inf and np.isnan(below).any()


@pytest.mark.parametrize("noise", [key for key in SCALED if key != "heteroscedastic"])
def test_held_scale(noise):
    result = mle.fit_regression(*data(noise), noise)
    place = result.p
    theta, loglik = result.maximum_at({place: np.array([result.theta[place], 2.0, -1.0])})
    assert loglik[0] == pytest.approx(result.loglik, rel=1e-10)
    assert loglik[1] < result.loglik and loglik[2] == -np.inf
    assert theta[1, place] == 2.0


@each_noise
@pytest.mark.parametrize("method", ["likelihood", "wald", "score"])
def test_intervals_tests_and_profiles_take_regressions(noise, method):
    result = mle.fit_regression(*data(noise, n=40), noise)
    for name in result.names:
        low, high = mle.interval(result, name, method=method)
        j = result.names.index(name)
        assert low < result.theta[j] < high
        if method == "likelihood" and math.isfinite(low) and noise != "laplace":
            drop = result.loglik - result.maximum_at({j: np.array([low])})[1][0]
            assert drop == pytest.approx(stats.chi2.ppf(0.95, 1) / 2, rel=1e-6)
    three = mle.test(result, {"x1": result.coef["x1"] + 0.5 * result.standard_errors["x1"], "x2": result.coef["x2"]})
    assert three.lr.df == 2 and 0 <= three.lr.p_value <= 1
    assert three.wald.statistic < 1
    assert np.nanmax(mle.profile(result, "x1", np.linspace(0, 2, 5)).values) <= result.loglik + 1e-9


def test_gaussian_profile_is_that_of_the_t_statistic():
    X, y = data("gaussian")
    result = mle.fit_regression(X, y)
    low, high = mle.interval(result, "x1")
    # 2·drop = n log(1 + t²/(n − p)).
    t = (high - result.coef["x1"]) / result.classical_standard_errors["x1"]
    assert 60 * math.log1p(t * t / 57) == pytest.approx(stats.chi2.ppf(0.95, 1), rel=1e-9)
    assert high + low == pytest.approx(2 * result.coef["x1"])


def test_intervals_at_the_t_quantiles():
    X, y = data("gaussian")
    result = mle.fit_regression(X, y)
    columns = with_constant(X)
    inverse = np.linalg.inv(columns.T @ columns)
    beta = inverse @ columns.T @ y
    s = math.sqrt(np.sum((y - columns @ beta) ** 2) / 57)
    low, high = result.t_interval("x2", 0.9)
    assert (high - low) / 2 == pytest.approx(stats.t.ppf(0.95, 57) * s * math.sqrt(inverse[2, 2]), rel=1e-11)
    new = np.array([[0.3, -1.0], [2.0, 0.1]])
    rows = with_constant(new)
    lever = np.einsum("ij,jk,ik->i", rows, inverse, rows)
    mean, observation = (result.band(new, 0.9, kind, exact=True) for kind in ("mean", "observation"))
    np.testing.assert_allclose(mean.high - mean.fitted, stats.t.ppf(0.95, 57) * s * np.sqrt(lever), rtol=1e-10)
    np.testing.assert_allclose(
        observation.fitted - observation.low, stats.t.ppf(0.95, 57) * s * np.sqrt(1 + lever), rtol=1e-10
    )
    np.testing.assert_allclose(result.predict(new), rows @ beta, rtol=1e-12)


@each_noise
def test_bands(noise):
    X, y = data(noise, 3, n=400)
    result = mle.fit_regression(X, y, noise)
    narrow, wide = result.band(X, 0.5), result.band(X, 0.95)
    assert (wide.low < narrow.low).all() and (narrow.high < wide.high).all()
    np.testing.assert_allclose(wide.fitted, result.fitted, rtol=1e-12)
    around = result.band(X, 0.8, "observation")
    assert np.mean((y >= around.low) & (y <= around.high)) == pytest.approx(0.86, abs=0.1)


@each_noise
@pytest.mark.parametrize("profile", [False, True])
def test_surface_is_the_likelihood(noise, profile):
    X, y = data(noise, n=30)
    result = mle.fit_regression(X, y, noise)
    second = next((f"log_{name}" for name in ("sigma", "b") if name in result.names), result.names[-1])
    place = result.names.index(second.removeprefix("log_"))
    center = math.log(result.theta[place]) if second.startswith("log_") else result.theta[place]
    grids = {"x1": np.linspace(0, 1.5, 4), second: center + np.linspace(-0.5, 0.5, 3)}
    surface = mle.regression_surface(result, grids, profile=profile)
    assert surface.values.shape == (3, 4)
    assert surface.theta.shape == (3, 4, len(result.names))
    for cell, theta in zip(surface.values.ravel(), surface.theta.reshape(-1, len(result.names)), strict=True):
        assert cell == pytest.approx(logs(noise, with_constant(X), y, theta), rel=1e-10)
    assert surface.values.max() <= result.loglik
    plain = mle.regression_surface(result, grids)
    assert (surface.values >= plain.values - 1e-9).all()
    outside = mle.regression_surface(result, {"x1": [0.0, 1.0], result.names[place]: [-1.0, 1.0]})
    if second.startswith("log_"):
        assert (outside.values[0] == -np.inf).all() and np.isfinite(outside.values[1]).all()


def test_surface_refuses():
    result = mle.fit_regression(*data("gaussian"))
    for grids, text in [
        ({"x1": [1.0]}, "two parameters"),
        ({"x1": [1.0], "y": [1.0]}, "no parameter 'y'"),
        ({"x1": [1.0], "log_x2": [1.0]}, "has no logarithm"),
        ({"sigma": [1.0], "log_sigma": [1.0]}, "same parameter"),
    ]:
        with pytest.raises(mle.MleError, match=text):
            mle.regression_surface(result, grids)


@pytest.mark.parametrize("noise", ["gaussian", "poisson", "huber", "student_t"])
def test_influence_is_the_effect_of_one_more_copy(noise):
    X, y = data(noise, 2, n=30)
    options = {"nu": 4.0} if noise == "student_t" else {}
    result = mle.fit_regression(X, y, noise, **options)
    step = 1e-4
    for i in (0, 7, 19):
        weights = np.ones(30)
        ends = []
        for sign in (1, -1):
            weights[i] = 1 + sign * step
            ends.append(mle.fit_regression(X, y, noise, weights=weights, **options).theta[:3])
        slope = (ends[0] - ends[1]) / (2 * step)
        # σ moves with an observation too; with β it is uncorrelated but for the asymmetry of a small sample.
        loose = 0.0 if noise in ("gaussian", "poisson") else 0.3
        np.testing.assert_allclose(result.coefficient_influence[i], slope, rtol=1e-5 + loose, atol=1e-6 + 0.1 * loose)


@given(seed=seeds, sigma=st.floats(0.1, 5))
def test_three_terms(seed, sigma):
    X, y = data("gaussian", seed)
    result = mle.fit_regression(X, y)
    terms = mle.gaussian_terms(result.residuals, sigma)
    assert terms.total == pytest.approx(stats.norm(0, sigma).logpdf(result.residuals).sum(), rel=1e-12)
    assert terms.total == terms.scale + terms.constant + terms.fit
    best = mle.gaussian_terms(result.residuals, result.noise_params["sigma"])
    assert best.total == pytest.approx(result.loglik, rel=1e-12) and best.fit == pytest.approx(-30)
    with pytest.raises(mle.DomainError, match="sigma = 0"):
        mle.gaussian_terms(result.residuals, 0.0)


def test_polynomial_and_radial_features():
    x = np.array([0.0, 1.0, 2.0, 4.0, 7.0])
    raw = mle.polynomial_features(x, 3)
    np.testing.assert_array_equal(raw, np.stack([x, x**2, x**3], axis=-1))
    assert raw.names == ("x", "x^2", "x^3") and raw.shape == (5, 3) and len(raw) == 5
    smooth = mle.polynomial_features(x, 3, basis="orthogonal")
    columns = with_constant(np.asarray(smooth))
    np.testing.assert_allclose(columns.T @ columns, 5 * np.eye(4), atol=1e-12)
    bumps = mle.radial_features(x, [0.0, 5.0], 2.0)
    assert bumps.at([5.0])[0, 1] == 1 and bumps.values[0, 0] == 1
    assert tuple(mle.fit_regression(raw, x**1.5).coef) == ("intercept", "x", "x^2", "x^3")
    with pytest.raises(mle.DegenerateDataError, match="5 distinct values, too few for degree 5"):
        mle.polynomial_features(x, 5, basis="orthogonal")
    with pytest.raises(mle.DomainError, match="whole number"):
        mle.polynomial_features(x, 0)


@pytest.mark.parametrize("weighted", [False, True])
def test_fits_over_nu_are_those_of_one_nu_at_a_time(weighted):
    rng = np.random.default_rng(4)
    x = np.linspace(0, 1, 15)
    y = 1e5 * (2 + 3 * x + 0.2 * rng.standard_t(2, 15))
    weights = rng.integers(1, 4, 15) if weighted else None
    nus = (0.5, 1.0, 3.0, 40.0, np.inf)
    for nu, found in zip(nus, mle.fit_over_nu(x, y, nus, names=["x"], weights=weights), strict=True):
        single = mle.fit_regression(x, y, "student_t", names=["x"], weights=weights, nu=nu)
        assert found.loglik == pytest.approx(single.loglik, rel=1e-13)
        np.testing.assert_allclose(found.theta, single.theta, rtol=1e-9)
        np.testing.assert_allclose(found.errors, single.errors, rtol=1e-7)
        assert (found.fixed, found.aic, found.converged) == (single.fixed, pytest.approx(single.aic), True)


def test_fits_over_nu_say_for_which_nu_the_likelihood_is_unbounded():
    x = np.arange(8.0)
    y = np.where(x < 5, 2 * x, [0, 0, 0, 0, 0, 3, 20, 1])  # five of eight on one line: ν must exceed 5/3
    low, high = mle.fit_over_nu(x, y, (1.5, 2.0))
    with pytest.raises(mle.DegenerateDataError) as raised:
        mle.fit_regression(x, y, "student_t", nu=1.5)
    assert isinstance(low, mle.DegenerateDataError) and str(low) == str(raised.value)
    assert high.loglik == pytest.approx(mle.fit_regression(x, y, "student_t", nu=2.0).loglik, rel=1e-13)
    assert high.warnings
    with pytest.raises(mle.RankDeficientError):
        mle.fit_over_nu(np.ones(8), y, (2.0,))
    assert all(isinstance(found, mle.DegenerateDataError) for found in mle.fit_over_nu(x, 2 * x, (1.0, 4.0)))
