"""The noise models themselves: densities, influence functions, information."""

from __future__ import annotations

import math
from dataclasses import fields

import numpy as np
import pytest
from regression_data import SCALED, data, each_noise, with_constant
from scipy import integrate, optimize

import mle_core as mle


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
    draws = 1500
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
