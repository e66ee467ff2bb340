"""Regressions with every noise model: the maximum is one, whatever the units, the order and the way data are written."""

from __future__ import annotations

import math
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, optimize, stats

import mle_core as mle

ALL = list(mle.NOISES)
SMOOTH = [key for key in ALL if key != "laplace"]
SCALED = [key for key, noise in mle.NOISES.items() if noise.gaussian_like]
each_noise = pytest.mark.parametrize("noise", ALL)
seeds = st.integers(0, 50)


def data(noise: str, seed: int = 0, n: int = 60, d: int = 2) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, d))
    eta = 0.7 + X @ np.linspace(0.8, -0.4, d)
    if not mle.NOISES[noise].gaussian_like:
        return X, rng.poisson(np.exp(eta)).astype(float)
    return X, eta + np.exp(0.4 * X[:, 0]) * rng.standard_t(3, n)


def logs(noise: str, X: np.ndarray, y: np.ndarray, theta: np.ndarray) -> float:
    """The log-likelihood by scipy.stats or by the printed formula, of X with its constant."""
    p = X.shape[1]
    eta, rest = X @ theta[:p], theta[p:]
    if noise == "gaussian":
        return stats.norm(eta, rest[0]).logpdf(y).sum()
    if noise == "laplace":
        return stats.laplace(eta, rest[0]).logpdf(y).sum()
    if noise == "student_t":
        return stats.t(rest[1], eta, rest[0]).logpdf(y).sum()
    if noise == "heteroscedastic":
        return stats.norm(eta, np.exp(0.5 * (X @ rest))).logpdf(y).sum()
    if noise == "poisson":
        return stats.poisson(np.exp(eta)).logpmf(y).sum()
    k, z = 1.345, np.abs(y - eta) / rest[0]
    rho = np.where(z <= k, z**2 / 2, k * z - k**2 / 2)
    total = math.sqrt(2 * math.pi) * (2 * stats.norm.cdf(k) - 1) + 2 * math.exp(-(k**2) / 2) / k
    return float(np.sum(-rho - math.log(rest[0] * total)))


def with_constant(X: np.ndarray) -> np.ndarray:
    return np.column_stack([np.ones(len(X)), X])


@each_noise
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
@pytest.mark.parametrize("seed", [1, 2, 3])
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
@given(seed=seeds)
def test_score_vanishes_at_the_maximum(noise, seed):
    result = mle.fit_regression(*data(noise, seed), noise)
    slope = result.expansion(np.where(np.isfinite(result.theta), result.theta, 1e300))[1]
    inner = np.isfinite(result.errors) & (result.errors > 0)
    # In units of standard errors: 1e-6 of one is the accuracy asked for.
    assert np.max(np.abs(slope * result.errors)[inner]) < 1e-6


@each_noise
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
@given(seed=seeds)
def test_order_of_rows_and_columns_does_not_matter(noise, seed):
    X, y = data(noise, seed)
    result = mle.fit_regression(X, y, noise, names=["a", "b"])
    rows = np.random.default_rng(seed).permutation(len(y))
    other = mle.fit_regression(X[rows][:, ::-1], y[rows], noise, names=["b", "a"])
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


# -- the noise models themselves ----------------------------------------------------------------------------------


def typical(noise: str) -> list[float]:
    return [param.default for param in mle.NOISES[noise].curve]


@pytest.mark.parametrize("noise", SCALED)
def test_density_integrates_to_one_and_quantiles_invert_it(noise):
    model, arguments = mle.NOISES[noise], typical(noise)

    def density(r: float) -> float:
        return float(np.exp(model.log_density(np.float64(r), *arguments)))

    halves = [integrate.quad(density, a, b, epsabs=1e-13, limit=200)[0] for a, b in ((-np.inf, 0), (0, np.inf))]
    assert sum(halves) == pytest.approx(1, rel=1e-8)
    for level in (0.001, 0.05, 0.3, 0.5, 0.7, 0.99):
        end = float(model.quantile(np.float64(level), *arguments))
        assert halves[0] + integrate.quad(density, 0, end, epsabs=1e-13)[0] == pytest.approx(level, abs=1e-8)


@each_noise
def test_influence_and_curvature_are_derivatives_of_the_loss(noise):
    model, arguments = mle.NOISES[noise], typical(noise)
    r, h = np.array([-3.3, -1.7, -0.4, 0.2, 0.9, 2.6]), 1e-5
    if model.gaussian_like:

        def loss(shift: float) -> np.ndarray:
            return model.loss(r - shift, *arguments)

    else:
        y = r + arguments[0]

        def loss(shift: float) -> np.ndarray:  # by the log mean
            mean = arguments[0] * np.exp(shift)
            return model.loss(y - mean, mean)

    np.testing.assert_allclose(model.influence(r, *arguments), (loss(-h) - loss(h)) / (2 * h), atol=1e-9)
    curvature = (loss(h) - 2 * loss(0.0) + loss(-h)) / h**2
    np.testing.assert_allclose(model.curvature(r, *arguments), curvature, atol=1e-4)


@each_noise
def test_expected_information_is_that_of_the_law(noise):
    """The variance of the score over draws at the estimate, within five of its standard errors."""
    X, y = data(noise, 4, n=12)
    result = mle.fit_regression(X, y, noise, **({"nu": 5.0} if noise == "student_t" else {}))
    theta, model, rng = result.theta, result.noise, np.random.default_rng(0)
    draws = 4000
    if model.gaussian_like:
        u = rng.uniform(size=(draws, 12))
        samples = result.fitted + model.quantile(u, *result.curve_arguments())
    else:
        samples = rng.poisson(result.fitted, (draws, 12)).astype(float)
    changed = {f.name: getattr(result.problem, f.name) for f in fields(result.problem)}
    scores = []
    for sample in samples:
        problem = type(result.problem)(**{**changed, "y": sample / result.unit})
        terms = model.terms(
            problem, (result.fitted if model.gaussian_like else np.log(result.fitted))[None] / result.unit,
            *(theta[result.p :] / result.factors[result.p :])[:, None, None],
        )  # fmt: skip
        scores.append(np.concatenate([(terms.eta @ problem.X)[0], [np.sum(t) for t in terms.noise]]))
    products = np.einsum("si,sj->sij", np.array(scores), np.array(scores))
    error = products.std(axis=0) / math.sqrt(draws)
    expected = result.expected_information(theta) * result.factors[:, None] * result.factors
    assert np.all(np.abs(products.mean(axis=0) - expected) < 5 * error + 1e-12)


# -- what belongs to the fit ----------------------------------------------------------------------------------------


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


def test_student_t_goes_over_into_the_gaussian():
    X = np.linspace(-1, 1, 41)
    y = 1 + X + 0.3 * np.sin(5 * np.arange(41.0))
    result, gaussian = mle.fit_regression(X, y, "student_t"), mle.fit_regression(X, y)
    assert result.noise_params["nu"] == math.inf
    assert result.loglik == gaussian.loglik
    assert result.coef == gaussian.coef
    assert any("nu = ∞" in text for text in result.warnings)
    held = mle.fit_regression(X, y, "student_t", nu=math.inf)
    assert held.loglik == gaussian.loglik and "nu" in held.fixed
    assert held.standard_errors["nu"] == 0 and held.aic == gaussian.aic


def test_huber_between_laplace_and_gaussian():
    X, y = data("huber", 1)
    wide, narrow = mle.fit_regression(X, y, "huber", k=50.0), mle.fit_regression(X, y, "huber", k=0.01)
    assert wide.loglik == pytest.approx(mle.fit_regression(X, y).loglik, rel=1e-9)
    assert narrow.loglik == pytest.approx(mle.fit_regression(X, y, "laplace").loglik, rel=1e-5)


@pytest.mark.parametrize("seed", range(8))
def test_least_absolute_deviations_by_another_programme(seed):
    """Rounded data have ties, on which the simplex method needs its second programme."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(8, 40))
    X = rng.normal(size=(n, 2)) if seed % 2 else np.round(2 * rng.normal(size=(n, 2)))
    y = X.sum(axis=1) + (rng.standard_cauchy(n) if seed % 2 else np.round(rng.standard_cauchy(n)))
    columns = with_constant(X)
    primal = optimize.linprog(
        np.append(np.zeros(3), np.ones(2 * n)),
        A_eq=np.hstack([columns, np.eye(n), -np.eye(n)]),
        b_eq=y,
        bounds=[(None, None)] * 3 + [(0, None)] * (2 * n),
    )
    result = mle.fit_regression(X, y, "laplace")
    assert np.abs(result.residuals).sum() == pytest.approx(primal.fun, rel=1e-9)
    assert result.certificate <= 1


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


def test_the_registry_is_read_only():
    with pytest.raises(TypeError):
        mle.NOISES["gaussian"] = None
    for key, noise in mle.NOISES.items():
        assert noise.key == key and noise.source and noise.scipy and noise.name


def test_what_other_noise_does_not_have():
    result = mle.fit_regression(*data("laplace"), "laplace")
    for call in (
        lambda: result.classical_standard_errors,
        lambda: result.t_interval("x1"),
        lambda: result.deviance,
        lambda: result.observed_standard_errors,
        lambda: result.band([[0.0, 0.0]], exact=True),
    ):
        with pytest.raises(mle.MleError):
            call()
