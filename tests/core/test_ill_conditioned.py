"""Columns that nearly depend on each other or are scaled to the ends of floating point: no digit may be lost to them."""

from __future__ import annotations

import math
import warnings

import mpmath as mp
import numpy as np
import pytest

import mle_core as mle

ALL = list(mle.NOISES)
METHODS = ("likelihood", "score", "wald")


@pytest.fixture(autouse=True)
def no_warning_leaks():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def sample(noise: str = "gaussian", n: int = 61) -> tuple[np.ndarray, np.ndarray]:
    """x in sixteenths, so that 1e8 + x has no rounding."""
    rng = np.random.default_rng(4)
    x = np.round(16 * rng.normal(size=n)) / 16
    if noise == "poisson":
        return x, rng.poisson(np.exp(0.5 + 0.6 * x)).astype(float)
    return x, 1 + 2 * x + np.exp(0.2 * x) * rng.standard_t(3, n)


def exact_least_squares(X: np.ndarray, y: np.ndarray) -> tuple[list[mp.mpf], mp.mpf]:
    """Coefficients and the residual sum of squares to 60 digits."""
    matrix, target = mp.matrix(X.tolist()), mp.matrix(y.tolist())
    beta = mp.lu_solve(matrix.T * matrix, matrix.T * target)
    rest = target - matrix * beta
    return list(beta), (rest.T * rest)[0]


@pytest.mark.parametrize("noise", ALL)
def test_a_far_offset_changes_the_intercept_alone(noise):
    x, y = sample(noise)
    near, far = mle.fit_regression(x, y, noise), mle.fit_regression(1e8 + x, y, noise, Z=x if "het" in noise else None)
    assert far.converged
    assert far.coef["x1"] == pytest.approx(near.coef["x1"], rel=1e-8)
    assert far.loglik == pytest.approx(near.loglik, rel=1e-9)
    for name in near.names[1:]:
        assert far.standard_errors[name] == pytest.approx(near.standard_errors[name], rel=1e-7)
    for method in METHODS if noise != "laplace" else ("likelihood", "wald"):  # the score of laplace has jumps
        assert mle.interval(far, "x1", method=method) == pytest.approx(
            mle.interval(near, "x1", method=method), rel=1e-6
        )
    one, other = mle.test(far, {"x1": 1.5}), mle.test(near, {"x1": 1.5})
    for kind in ("lr", "wald", "score"):
        assert getattr(one, kind).statistic == pytest.approx(getattr(other, kind).statistic, rel=1e-5)


def test_log_variance_with_a_far_offset():
    x, y = sample()
    near = mle.fit_regression(x, y, "heteroscedastic")
    far = mle.fit_regression(1e8 + x, y, "heteroscedastic")
    assert far.converged and far.loglik == pytest.approx(near.loglik, rel=1e-9)
    assert far.noise_params["gamma2"] == pytest.approx(near.noise_params["gamma2"], rel=1e-6)
    assert far.standard_errors["gamma2"] == pytest.approx(near.standard_errors["gamma2"], rel=1e-6)


@pytest.mark.parametrize("design", ["offset", "filip"])
def test_least_squares_to_the_last_digits(design):
    if design == "offset":
        x, y = sample()
        features: object = 1e8 + x
        columns = np.column_stack([np.ones(x.size), 1e8 + x])
    else:  # degree 10 over the range of NIST's Filip: a condition number of 1e10
        x = np.linspace(-8.78, -3.13, 82)
        y = 0.8 + 0.05 * np.sin(3 * x) + 0.003 * np.cos(40 * x)
        features = mle.polynomial_features(x, 10)
        columns = np.column_stack([np.ones(x.size), features.values])
    result = mle.fit_regression(features, y)
    with mp.workdps(60):
        beta, rss = exact_least_squares(columns, y)
        n = len(y)
        loglik = -mp.mpf(n) / 2 * (mp.log(2 * mp.pi * rss / n) + 1)
        _, without = exact_least_squares(np.delete(columns, -1, axis=1), y)
        score = n * (1 - rss / without)  # LM = n·R² of what the last column explains
        expected = [float(b) for b in beta]
    np.testing.assert_allclose(list(result.coef.values()), expected, rtol=3e-15)
    assert result.loglik == pytest.approx(float(loglik), rel=1e-13)
    assert result.loglik_per_point.sum() == pytest.approx(float(loglik), rel=1e-12)
    assert result.residual_sd == pytest.approx(float(mp.sqrt(rss / (n - result.p))), rel=1e-13)
    last = result.coefficient_names[-1]
    assert mle.test(result, {last: 0.0}).score.statistic == pytest.approx(float(score), rel=1e-5)


@pytest.mark.parametrize("noise", ["student_t", "huber", "laplace"])
def test_a_polynomial_of_degree_10_has_one_likelihood(noise):
    x = np.linspace(-8.78, -3.13, 82)
    y = 0.8 + 0.05 * np.sin(3 * x) + 0.003 * np.random.default_rng(2).standard_t(3, x.size)
    raw = mle.fit_regression(mle.polynomial_features(x, 10), y, noise)
    smooth = mle.fit_regression(mle.polynomial_features(x, 10, basis="orthogonal"), y, noise)
    # The powers of x are rounded themselves, by 1e-16 of terms of size 1e7.
    assert raw.loglik == pytest.approx(smooth.loglik, rel=1e-7)
    np.testing.assert_allclose(raw.fitted, smooth.fitted, atol=1e-7)


@pytest.mark.parametrize("loss", ["bce", "softmax"])
def test_classifiers_with_a_far_offset(loss):
    x, y = sample()
    labels = (y > 1).astype(int) + (y > 4 if loss == "softmax" else 0)
    labels[::7] = 0
    near, far = mle.fit_classifier(x, labels, loss), mle.fit_classifier(1e8 + x, labels, loss)
    for name in [name for name in near.names if name.endswith("x1")]:
        for method in METHODS:
            expected = mle.interval(near, name, method=method)
            assert mle.interval(far, name, method=method) == pytest.approx(expected, rel=1e-6)
        score = mle.test(near, {name: 0.0}).score.statistic
        assert mle.test(far, {name: 0.0}).score.statistic == pytest.approx(score, rel=1e-6)


@pytest.mark.parametrize("exponent", [-520, 520])
def test_scales_at_the_ends_of_floating_point(exponent):
    x, y = sample()
    labels, factor = (y > 1).astype(int), 2.0**exponent
    labels[::7] = 0
    plain, scaled = mle.fit_classifier(x, labels), mle.fit_classifier(x * factor, labels)
    assert scaled.standard_errors["x1"] * factor == pytest.approx(plain.standard_errors["x1"], rel=1e-13)
    for method in METHODS:
        ends = np.array(mle.interval(scaled, "x1", method=method)) * factor
        assert ends == pytest.approx(mle.interval(plain, "x1", method=method), rel=1e-10)
    ours, theirs = mle.test(scaled, {"x1": 0.0}), mle.test(plain, {"x1": 0.0})
    for kind in ("lr", "wald", "score"):
        assert getattr(ours, kind).statistic == pytest.approx(getattr(theirs, kind).statistic, rel=1e-10)
        assert getattr(ours, kind).p_value == pytest.approx(getattr(theirs, kind).p_value, rel=1e-8)
    for part, other in zip(scaled.probability_interval(x[:3] * factor), plain.probability_interval(x[:3]), strict=True):
        np.testing.assert_allclose(part, other, rtol=1e-12)
    line, far = mle.fit_regression(x, y), mle.fit_regression(x * factor, y)
    for part, other in zip(far.band(x[:3] * factor), line.band(x[:3]), strict=True):
        np.testing.assert_allclose(part, other, rtol=1e-12)


def test_intervals_of_separated_data_in_any_unit():
    rng = np.random.default_rng(20)
    X = rng.normal(size=(12, 2))
    labels = (X @ [1.0, 2.0] + 0.3 > 0).astype(int)
    plain, scaled = mle.fit_classifier(X, labels), mle.fit_classifier(X * [1, 1e6], labels)
    assert plain.separation == scaled.separation == "complete"
    for method in ("likelihood", "score"):
        low, high = mle.interval(scaled, "x2", method=method)
        expected = mle.interval(plain, "x2", method=method)
        assert high == expected[1] == math.inf
        assert low * 1e6 == pytest.approx(expected[0], rel=1e-7)


@pytest.mark.parametrize("n, seed", [(12, 2), (20, 0)])
def test_the_scale_of_a_student_t_has_no_lower_end_where_its_likelihood_rises_to_infinity(n, seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n)
    y = 2 + x + rng.standard_t(1.5, size=n)
    result = mle.fit_regression(x, y, "student_t")
    low, high = mle.interval(result, "sigma", method="score")
    assert low == 0 and result.noise_params["sigma"] < high < math.inf
    far = mle.profile(result, "sigma", [1e-20, 1e-40])
    assert result.loglik < far.values[0] < far.values[1]
