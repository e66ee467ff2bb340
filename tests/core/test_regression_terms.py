"""The three terms of many lines at once, the gradient of MSE, and points drawn from a known truth."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import mle_core as mle


def test_many_lines_have_the_terms_of_each():
    rng = np.random.default_rng(3)
    residuals, sigma = rng.normal(size=(4, 5, 11)), np.exp(rng.normal(size=(4, 1)))
    many = mle.gaussian_terms_many(residuals, sigma)
    for i in range(4):
        for j in range(5):
            one = mle.gaussian_terms(residuals[i, j], float(sigma[i, 0]))
            assert [column[i, j] for column in many] == pytest.approx(list(one), rel=1e-13)
    with pytest.raises(mle.DomainError, match="sigma"):
        mle.gaussian_terms_many(residuals, 0.0)


def test_the_gradient_of_the_squares_is_that_of_the_likelihood():
    table = mle.DATA_TABLES["stackloss"]
    x, y = table.values("Air.Flow"), table.values("y")
    fit = mle.fit_regression(x, y, names=["x"])
    theta = np.array([-40.0, 0.9, 5.0])
    X = np.column_stack([np.ones(x.size), x])
    slope = mle.mse_gradient(X, y - X @ theta[:2])
    _, score, _ = fit.expansion(theta)
    assert score[:2] == pytest.approx(-x.size / (2 * theta[2] ** 2) * slope, rel=1e-9)
    step = np.array([1e-4, 1e-6])
    for j in range(2):
        there, back = (np.mean((y - X @ (theta[:2] + way * step * (np.arange(2) == j))) ** 2) for way in (1, -1))
        assert (there - back) / (2 * step[j]) == pytest.approx(slope[j], rel=1e-5)
    with pytest.raises(ValueError, match="one row for each"):
        mle.mse_gradient(X[1:], y)


@pytest.mark.parametrize("noise", list(mle.NOISES))
@pytest.mark.parametrize("shape", ["line", "wave"])
def test_points_lie_around_their_truth(noise, shape):
    few, many = (mle.regression_sample(noise, m, 7, shape) for m in (20, 4000))
    assert np.array_equal(many.y[:20], few.y) and np.array_equal(many.x[:20], few.x)
    assert many.x.min() >= 0 and many.x.max() <= 10
    off = many.y - many.mean(many.x)
    if noise == "poisson":
        assert np.all(many.y == np.floor(many.y)) and many.y.min() >= 0
        assert abs(off.mean()) < 5 * off.std() / np.sqrt(off.size)
    else:  # the median: student_t has no mean square
        assert abs(np.mean(off > 0) - 0.5) < 0.03


def test_what_cannot_be_drawn_is_named():
    for arguments in (("cauchy", 5, 1), ("gaussian", 0, 1), ("gaussian", 5, 1, "circle")):
        with pytest.raises(ValueError, match=r"choose"):
            mle.regression_sample(*arguments)


@pytest.mark.parametrize("noise", list(mle.NOISES))
def test_residuals_of_the_right_noise_follow_its_quantiles(noise):
    sample = mle.regression_sample(noise, 2000, 5)
    fit = mle.fit_regression(sample.x, sample.y, noise, names=["x"])
    pairs = mle.quantile_pairs(fit)
    inner = np.abs(pairs.expected) < np.quantile(np.abs(pairs.expected), 0.9)
    assert pairs.observed[inner] == pytest.approx(pairs.expected[inner], abs=0.35 if noise == "poisson" else 0.2)
    assert np.all(np.diff(pairs.expected[np.argsort(pairs.observed)]) >= 0)


def test_quantile_pairs_by_hand():
    table = mle.DATA_TABLES["stackloss"]
    x, y = table.values("Air.Flow"), table.values("y")
    for noise, law in (("gaussian", stats.norm), ("laplace", stats.laplace), ("student_t", stats.t(2.0))):
        fit = mle.fit_regression(x, y, noise, names=["x"], **({"nu": 2.0} if noise == "student_t" else {}))
        found = mle.quantile_pairs(fit)
        assert found.observed * found.unit == pytest.approx(fit.residuals, rel=1e-12)
        shares = (stats.rankdata(fit.residuals) - 0.5) / y.size
        assert found.expected == pytest.approx(law.ppf(shares), rel=1e-9, abs=1e-12)
    counts = mle.DATA_TABLES["orings"]
    fit = mle.fit_regression(counts.values("temperature_F"), counts.values("distressed_orings"), "poisson", names=["x"])
    middle = stats.poisson.cdf(fit.y - 1, fit.fitted) + 0.5 * stats.poisson.pmf(fit.y, fit.fitted)
    assert mle.quantile_pairs(fit).observed == pytest.approx(stats.norm.ppf(middle), rel=1e-9)
    exact = mle.fit_regression([1.0, 2.0, 3.0], [1.0, 2.0, 3.0], names=["x"])
    with pytest.raises(mle.MleError, match="without noise"):
        mle.quantile_pairs(exact)


@pytest.mark.parametrize("noise", list(mle.NOISES))
def test_the_pull_is_the_slope_of_the_log_density_over_the_mean(noise):
    model, step = mle.NOISES[noise], 1e-5
    shape = {"huber": (1.345,), "student_t": (2.5,)}.get(noise, ())
    for r in (-1.7, 0.4, 3.0):
        first = 4.0 if noise == "poisson" else 1.3  # a mean, or a scale
        sides = []
        for up in (-step, step):
            own = (first + up, *shape) if noise == "poisson" else (first, *shape)
            sides.append(float(model.log_density(np.array(r - up), *map(np.asarray, own))))
        pull = float(model.pull(np.array(r), *map(np.asarray, (first, *shape))))
        assert pull == pytest.approx((sides[1] - sides[0]) / (2 * step), rel=1e-6)
