"""Regressions with every noise model: the maximum is one, whatever the units, the order and the way data are written."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from regression_data import SCALED, SMOOTH, data, each_noise, logs, seeds, with_constant
from scipy import optimize

import mle_core as mle


@each_noise
@settings(max_examples=12)
@given(seed=seeds)
def test_loglik_is_that_of_scipy(noise, seed):
    X, y = data(noise, seed)
    result = mle.fit_regression(X, y, noise)
    assert result.converged
    assert result.loglik == pytest.approx(logs(noise, with_constant(X), y, result.theta), rel=1e-11)
    assert result.loglik_per_point.sum() == pytest.approx(result.loglik, rel=1e-11)
    assert result.params == {**result.coef, **result.noise_params}
    assert result.aic == pytest.approx(2 * len(result.names) - 2 * result.loglik)


@each_noise
@pytest.mark.parametrize("seed", [1, 2])
def test_no_minimiser_finds_more(noise, seed):
    X, y = data(noise, seed, n=40)
    result = mle.fit_regression(X, y, noise)
    columns = with_constant(X)
    positive = np.array([j >= result.p and domain.low == 0 for j, domain in enumerate(result.domains)])

    def negative(phi: np.ndarray) -> float:
        with np.errstate(all="ignore"):
            value = -logs(noise, columns, y, np.where(positive, np.exp(np.minimum(phi, 12)), phi))
        return value if np.isfinite(value) else 1e10

    finite = np.where(np.isfinite(result.theta), result.theta, 1e4)
    here = np.where(positive, np.log(np.maximum(finite, 1e-300)), finite)
    rng = np.random.default_rng(seed)
    for size in (0.0, 0.3):
        found = optimize.minimize(negative, here + size * rng.normal(size=here.size), method="BFGS")
        assert -found.fun <= result.loglik + 1e-9 * abs(result.loglik)
        if noise in SMOOTH and size and np.isfinite(result.theta).all():
            assert -found.fun == pytest.approx(result.loglik, abs=1e-3)


@each_noise
@settings(max_examples=12)
@given(seed=seeds)
def test_score_and_information_are_derivatives(noise, seed):
    X, y = data(noise, seed, n=25)
    result = mle.fit_regression(X, y, noise)
    rng = np.random.default_rng(seed)
    theta = np.where(np.isfinite(result.theta), result.theta, 7.0) * np.exp(0.1 * rng.normal(size=result.theta.size))
    value, score, information = result.expansion(theta)
    assert value == pytest.approx(logs(noise, with_constant(X), y, theta), rel=1e-11)
    steps = 1e-5 * np.maximum(np.abs(theta), 0.1)
    for j, step in enumerate(steps):
        away = np.zeros_like(theta)
        away[j] = step
        values, scores, _ = result.expansion(np.stack([theta + away, theta - away]))
        size = np.abs(score).max() + 1
        assert (values[0] - values[1]) / (2 * step) == pytest.approx(score[j], abs=2e-6 * size)
        if noise in ("laplace", "huber"):
            continue  # a difference may cross a corner
        slopes = (scores[0] - scores[1]) / (2 * step)
        np.testing.assert_allclose(-slopes, information[j], atol=1e-5 * (np.abs(information).max() + 1))


@pytest.mark.parametrize("noise", SMOOTH)
@settings(max_examples=12)
@given(seed=seeds)
def test_score_vanishes_at_the_maximum(noise, seed):
    result = mle.fit_regression(*data(noise, seed), noise)
    slope = result.expansion(np.where(np.isfinite(result.theta), result.theta, 1e300))[1]
    inner = np.isfinite(result.errors) & (result.errors > 0)
    # In units of standard errors: 1e-6 of one is the accuracy asked for.
    assert np.max(np.abs(slope * result.errors)[inner]) < 1e-6


@each_noise
@settings(max_examples=12)
@given(seed=seeds)
def test_weights_are_repeats(noise, seed):
    X, y = data(noise, seed, n=40)
    counts = np.random.default_rng(seed).integers(0, 5, 40)
    weighted = mle.fit_regression(X, y, noise, weights=counts)
    repeated = mle.fit_regression(np.repeat(X, counts, axis=0), np.repeat(y, counts), noise)
    assert weighted.n == repeated.n == counts.sum()
    assert weighted.fitted.shape == weighted.loglik_per_point.shape == (40,)
    assert weighted.loglik == pytest.approx(repeated.loglik, rel=1e-11)
    assert float(counts @ weighted.loglik_per_point) == pytest.approx(weighted.loglik, rel=1e-10)
    if weighted.certificate < 1 - 1e-9 or noise != "laplace":
        np.testing.assert_allclose(weighted.theta, repeated.theta, rtol=1e-6, atol=1e-8)
        np.testing.assert_allclose(weighted.errors, repeated.errors, rtol=1e-5)
    assert weighted.bic == pytest.approx(repeated.bic, rel=1e-10)


@each_noise
@settings(max_examples=12)
@given(seed=seeds)
def test_order_of_rows_and_columns_does_not_matter(noise, seed):
    X, y = data(noise, seed)
    result = mle.fit_regression(X, y, noise, names=["first", "second"])
    rows = np.random.default_rng(seed).permutation(len(y))
    other = mle.fit_regression(X[rows][:, ::-1], y[rows], noise, names=["second", "first"])
    assert other.loglik == pytest.approx(result.loglik, rel=1e-11)
    for name, value in result.coef.items():
        assert other.coef[name] == pytest.approx(value, rel=1e-6, abs=1e-8)
        assert other.standard_errors[name] == pytest.approx(result.standard_errors[name], rel=1e-5)


@pytest.mark.parametrize("noise", SCALED)
@pytest.mark.parametrize("exponent", [-500, -40, 1, 300, 530])
def test_scale_of_y(noise, exponent):
    X, y = data(noise)
    plain, scaled = mle.fit_regression(X, y, noise), mle.fit_regression(X, y * 2.0**exponent, noise)
    for name, value in plain.coef.items():
        assert scaled.coef[name] == pytest.approx(value * 2.0**exponent, rel=1e-12, abs=0)
        assert scaled.standard_errors[name] == pytest.approx(plain.standard_errors[name] * 2.0**exponent, rel=1e-9)
    assert scaled.loglik == pytest.approx(plain.loglik - 60 * exponent * math.log(2), rel=1e-12)


@each_noise
@pytest.mark.parametrize("exponent", [-500, -3, 40, 500])
def test_scale_of_a_column(noise, exponent):
    X, y = data(noise)
    unit = np.array([1.0, 2.0**exponent])
    plain, scaled = mle.fit_regression(X, y, noise), mle.fit_regression(X * unit, y, noise)
    assert scaled.loglik == pytest.approx(plain.loglik, rel=1e-13)
    assert scaled.coef["x2"] == pytest.approx(plain.coef["x2"] / unit[1], rel=1e-12, abs=0)
    assert scaled.standard_errors["x2"] == pytest.approx(plain.standard_errors["x2"] / unit[1], rel=1e-12, abs=0)


@each_noise
@settings(max_examples=12)
@given(seed=seeds, shift=st.floats(-50, 50), slope=st.floats(-3, 3))
def test_shift_and_reparametrisation(noise, seed, shift, slope):
    """y + a + bx moves two coefficients; columns mixed by a matrix move the coefficients by its inverse."""
    X, y = data(noise, seed)
    result = mle.fit_regression(X, y, noise)
    if mle.NOISES[noise].gaussian_like:
        moved = mle.fit_regression(X, y + shift + slope * X[:, 0], noise)
        assert moved.loglik == pytest.approx(result.loglik, rel=1e-9)
        assert moved.coef["x1"] == pytest.approx(result.coef["x1"] + slope, abs=1e-6)
    mixing = np.array([[1.0, slope], [0.5, 2 * slope + 1.0]]) if abs(slope + 0.5) > 0.1 else np.eye(2)
    if abs(np.linalg.det(mixing)) > 0.2:
        mixed = mle.fit_regression(X @ mixing, y, noise)
        assert mixed.loglik == pytest.approx(result.loglik, rel=1e-9)
        np.testing.assert_allclose(mixing @ mixed.theta[1:3], result.theta[1:3], atol=1e-5)
