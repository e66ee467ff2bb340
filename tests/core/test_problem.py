"""The mean log-likelihood as a problem: the same numbers in every coordinate, and the derivatives that belong to them."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from conftest import FAMILIES, draw, thetas
from hypothesis import given, settings
from hypothesis import strategies as st
from problems import CASES, read_column

import mle_core as mle

COORDINATES = ("raw", "log")
each = pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.key)
both = pytest.mark.parametrize("coordinates", COORDINATES)


def held(family: mle.Family) -> dict[str, float]:
    return {param.name: param.default for param in family.params if param.given}


def made(family: mle.Family, coordinates: str, n: int = 60, seed: int = 1, **options) -> mle.Problem:
    return mle.likelihood_problem(family, draw(family, n, seed), coordinates, fixed=held(family), **options)


def near_the_top(family: mle.Family, problem: mle.Problem, n: int = 60, seed: int = 1) -> np.ndarray:
    """A point off the maximum where the likelihood is positive, whichever way an end of a support must be moved."""
    best = mle.fit(family, draw(family, n, seed), fixed=held(family))
    spread = np.array([best.standard_errors[name] for name in problem.names])
    size = np.where(np.isfinite(spread) & (spread > 0), spread, 0.02 * (1 + np.abs(best.theta[list(best.free)])))
    finite = {name: value if np.isfinite(value) else 40.0 for name, value in best.params.items()}
    rng = np.random.default_rng(seed)
    for _ in range(200):
        shift = size * rng.uniform(0.3, 1.2, size.size) * rng.choice([-1, 1], size.size)
        moved = finite | {name: finite[name] + d for name, d in zip(problem.names, shift, strict=True)}
        inside = family.contains([moved[name] for name in family.names])
        if inside and np.isfinite(problem.value(problem.from_params(moved))):
            return problem.from_params(moved)
    raise AssertionError(family.key)


def slope(function, theta, j):
    """Central difference with Richardson's extrapolation: an error of order h⁴."""
    h = 1e-3 * (1 + abs(theta[j])) * np.eye(len(theta))[j] * 0.05
    wide = (function(theta + 2 * h) - function(theta - 2 * h)) / (4 * h[j])
    narrow = (function(theta + h) - function(theta - h)) / (2 * h[j])
    return narrow + (narrow - wide) / 3


@each
@both
def test_value_is_the_mean_log_likelihood(family, coordinates):
    problem, x = made(family, coordinates), draw(family)
    theta = near_the_top(family, problem)
    params = problem.to_params(theta)
    assert tuple(params) == family.names
    expected = mle.loglik(family, x, [params[name] for name in family.names]) / x.size
    assert float(problem.value(theta)) == pytest.approx(float(expected), rel=1e-12)
    assert problem.n == x.size
    np.testing.assert_allclose(problem.from_params(params), theta, rtol=1e-14, atol=1e-14)


@each
@both
def test_many_points_at_once_are_the_points_one_by_one(family, coordinates):
    problem = made(family, coordinates)
    theta = near_the_top(family, problem)
    rng = np.random.default_rng(0)
    points = theta + 0.05 * (1 + np.abs(theta)) * rng.normal(size=(4, 3, theta.size))
    points[0, 0] = np.inf
    values, slopes, curvatures = problem.value(points), problem.gradient(points), problem.hessian(points)
    assert values.shape == (4, 3)
    assert slopes.shape == (4, 3, theta.size)
    assert curvatures.shape == (4, 3, theta.size, theta.size)
    assert values[0, 0] == -np.inf
    for index in np.ndindex(4, 3):
        assert float(problem.value(points[index])) == pytest.approx(values[index], rel=1e-13)
        assert bool(problem.contains(points[index])) == problem.contains(points)[index]
        np.testing.assert_allclose(problem.gradient(points[index]), slopes[index], rtol=1e-10, atol=1e-13)
        np.testing.assert_allclose(problem.hessian(points[index]), curvatures[index], rtol=1e-10, atol=1e-12)


@each
@both
def test_gradient_and_hessian_are_the_differences_of_the_value(family, coordinates):
    problem = made(family, coordinates)
    theta = near_the_top(family, problem)
    k = theta.size
    gradient, hessian = problem.gradient(theta), problem.hessian(theta)
    size = np.sqrt(np.abs(np.diagonal(hessian))) + 1e-2
    numerical = np.array([slope(problem.value, theta, j) for j in range(k)])
    np.testing.assert_allclose(gradient / size, numerical / size, atol=2e-6)
    if family.likelihood.errors_from == "observed":  # a log-likelihood with kinks has no second differences
        second = np.array([slope(problem.gradient, theta, j) for j in range(k)])
        np.testing.assert_allclose(hessian / np.outer(size, size), second / np.outer(size, size), atol=1e-5)
    np.testing.assert_allclose(hessian, hessian.T, rtol=1e-12)


@each
@both
def test_scores_of_the_observations_average_to_the_gradient(family, coordinates):
    problem = made(family, coordinates)
    theta = near_the_top(family, problem)
    scores, size = problem.scores(theta), np.sqrt(np.abs(np.diagonal(problem.hessian(theta)))) + 1e-3
    assert scores.shape == (60, theta.size)
    tolerance = 1e-9 if family.likelihood.errors_from == "observed" else 0.05  # a kink at an observation
    np.testing.assert_allclose(scores.mean(axis=0) / size, problem.gradient(theta) / size, atol=tolerance)


def test_scores_of_normal_observations_in_closed_form():
    x = draw(mle.FAMILIES["normal"], 500)
    mu, sigma = 0.3, 1.7
    z = (x - mu) / sigma
    raw = mle.likelihood_problem("normal", x).scores([mu, sigma])
    np.testing.assert_allclose(raw, np.stack([z / sigma, (z * z - 1) / sigma], axis=-1), rtol=1e-9, atol=1e-11)
    logs = mle.likelihood_problem("normal", x, "log").scores([mu, np.log(sigma)])
    np.testing.assert_allclose(logs, np.stack([z / sigma, z * z - 1], axis=-1), rtol=1e-9, atol=1e-11)


@each
@both
def test_the_fisher_information_is_the_covariance_of_the_score(family, coordinates):
    problem = made(family, coordinates, 4000)
    theta = problem.from_params(dict(zip(family.names, family.default, strict=True)))
    fisher = problem.fisher(theta)
    assert problem.fisher_kind in ("expected", "outer product")
    np.testing.assert_allclose(fisher, fisher.T, rtol=1e-9, atol=1e-12)
    scores = problem.scores(theta)
    usable = np.isfinite(scores).all(axis=0)
    size = np.sqrt(np.diagonal(fisher))
    difference = (scores.T @ scores / 4000 - fisher) / np.outer(size, size)
    assert np.max(np.abs(difference[np.ix_(usable, usable)]), initial=0) < 0.35


def test_without_expected_information_the_outer_product_of_the_scores_stands_in():
    family = mle.FAMILIES["gamma"]
    bare = dataclasses.replace(family, likelihood=dataclasses.replace(family.likelihood, fisher=None))
    x, counts = draw(family, 40), np.arange(40) % 3 + 1
    problem = mle.likelihood_problem(bare, x, "log", weights=counts)
    assert problem.fisher_kind == "outer product"
    theta = np.array([0.9, 0.1])
    scores = problem.scores(theta)
    assert scores.shape == (counts.sum(), 2)
    np.testing.assert_allclose(problem.fisher(theta), scores.T @ scores / counts.sum(), rtol=1e-12)
    assert mle.likelihood_problem(family, x).fisher_kind == "expected"
    raw = mle.likelihood_problem(family, x).fisher(np.exp(theta))
    logs = mle.likelihood_problem(family, x, "log").fisher(theta)
    np.testing.assert_allclose(logs, raw * np.outer(np.exp(theta), np.exp(theta)), rtol=1e-12)


@each
@settings(max_examples=6)
@given(seed=st.integers(0, 30))
def test_weights_are_repeats(family, seed):
    counts = np.random.default_rng(seed).integers(0, 4, 30)
    counts[0] = 2
    x = draw(family, 30, seed)
    weighted = mle.likelihood_problem(family, x, "log", weights=counts, fixed=held(family))
    repeated = mle.likelihood_problem(family, np.repeat(x, counts), "log", fixed=held(family))
    theta = weighted.from_params(dict(zip(family.names, family.default, strict=True)))
    assert weighted.n == repeated.n
    assert float(weighted.value(theta)) == pytest.approx(float(repeated.value(theta)), rel=1e-12)
    np.testing.assert_allclose(weighted.gradient(theta), repeated.gradient(theta), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(weighted.hessian(theta), repeated.hessian(theta), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(weighted.scores(theta), repeated.scores(theta), rtol=1e-5, atol=1e-8)
    rows = [0, 1, 5, int(weighted.n) - 1]
    np.testing.assert_allclose(
        weighted.batch(rows).gradient(theta), repeated.batch(rows).gradient(theta), rtol=1e-12, atol=1e-14
    )


def test_fractional_weights_have_a_value_but_no_batches():
    problem = mle.likelihood_problem("normal", [1.0, 2.0, 4.0], weights=[0.5, 1.5, 1.0])
    assert problem.n == 3
    assert problem.batch is None
    assert problem.scores is None
    assert float(problem.value([2.0, 1.0])) == pytest.approx(-0.5 * np.log(2 * np.pi) - (0.5 + 4) / 6)
    assert "sgd" not in mle.available_optimizers(problem)
    with pytest.raises(mle.MleError, match="sgd needs batch, which this problem has not"):
        mle.optimize(problem, [2.0, 1.0], "sgd")
    with pytest.raises(mle.MleError, match="whole weights"):
        mle.gradient_scatter(problem, [2.0, 1.0], 2, 10)


@each
def test_a_batch_is_the_problem_of_its_rows(family):
    x, problem = draw(family), made(family, "log")
    rows = np.arange(5, 45, 2)
    part = mle.likelihood_problem(family, x[rows], "log", fixed=held(family))
    theta = problem.from_params(dict(zip(family.names, family.default, strict=True)))
    assert float(problem.batch(rows).value(theta)) == float(part.value(theta))
    np.testing.assert_array_equal(problem.batch(rows).gradient(theta), part.gradient(theta))
    assert np.isfinite(problem.batch([3]).gradient(theta)).all()  # one observation is a batch, though not a sample


@each
@both
def test_outside_the_domain_the_value_is_minus_infinity(family, coordinates):
    problem = made(family, coordinates)
    theta = near_the_top(family, problem)
    for j, name in enumerate(problem.names):
        domain = family.params[family.index(name)].domain
        outside = [np.inf, -np.inf, np.nan]
        if problem.labels[j] == family.params[family.index(name)].symbol:
            outside += [end + step for end, step in ((domain.low, -1.0), (domain.high, 1.0)) if np.isfinite(end)]
        else:
            outside += [-1e5, 1e5]  # the exponential leaves the range of numbers
        for value in outside:
            there = theta.copy()
            there[j] = value
            assert float(problem.value(there)) == -np.inf
            assert problem.value(there[None])[0] == -np.inf
            assert not problem.contains(there)
            assert np.isnan(problem.gradient(there)).all()


def test_names_labels_and_held_parameters():
    x = draw(mle.FAMILIES["student_t"])
    full = mle.likelihood_problem("student_t", x, "log")
    assert full.names == ("mu", "sigma", "nu")
    assert full.labels == ("μ", "log σ", "log ν")
    part = mle.likelihood_problem("student_t", x, "log", fixed={"nu": 4.0})
    assert part.names == ("mu", "sigma")
    assert part.to_params([0.1, 0.0]) == {"mu": 0.1, "sigma": 1.0, "nu": 4.0}
    theta = np.array([0.1, 0.2])
    assert float(part.value(theta)) == float(full.value([*theta, np.log(4.0)]))
    np.testing.assert_allclose(part.gradient(theta), full.gradient([*theta, np.log(4.0)])[:2], rtol=1e-14)
    np.testing.assert_allclose(part.hessian(theta), full.hessian([*theta, np.log(4.0)])[:2, :2], rtol=1e-14)
    np.testing.assert_allclose(part.fisher(theta), full.fisher([*theta, np.log(4.0)])[:2, :2], rtol=1e-14)
    paths = part.to_params(np.zeros((5, 2)))
    np.testing.assert_array_equal(paths["sigma"], np.ones(5))
    np.testing.assert_array_equal(paths["nu"], np.full(5, 4.0))
    assert mle.likelihood_problem("beta", draw(mle.FAMILIES["beta"]), "log").labels == ("log α", "log β")


@given(data=st.data())
def test_the_two_coordinates_describe_one_function(data):
    family = data.draw(st.sampled_from(FAMILIES))
    params = dict(zip(family.names, data.draw(thetas(family)), strict=True))
    x = draw(family, 40)
    raw, logs = (mle.likelihood_problem(family, x, name, fixed=held(family)) for name in COORDINATES)
    if not family.contains(list(params.values())):
        return
    there, here = raw.from_params(params), logs.from_params(params)
    assert float(logs.value(here)) == pytest.approx(float(raw.value(there)), rel=1e-11)
    if np.isfinite(raw.value(there)):
        stretch = np.where(["log" in label for label in logs.labels], there, 1.0)
        np.testing.assert_allclose(logs.gradient(here), raw.gradient(there) * stretch, rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize("case_id", ["mass_fitdistr_gamma", "mass_fitdistr_weibull"])
@both
def test_published_maximum(case_id, coordinates):
    family = {"mass_fitdistr_gamma": "gamma", "mass_fitdistr_weibull": "weibull"}[case_id]
    exact = {name: float(text) for name, text in CASES[case_id]["high_precision"].items()}
    problem = mle.likelihood_problem(family, read_column(case_id), coordinates)
    theta = problem.from_params({name: exact[name] for name in problem.names})
    assert float(problem.value(theta)) * problem.n == pytest.approx(exact["llf"], rel=1e-12)
    errors = np.array([exact[f"se_{name}"] for name in problem.names])
    errors = errors / np.exp(theta) if coordinates == "log" else errors
    np.testing.assert_allclose(problem.gradient(theta) * problem.n * errors, 0, atol=1e-8)
    covariance = np.linalg.inv(-problem.hessian(theta) * problem.n)
    np.testing.assert_allclose(np.sqrt(np.diagonal(covariance)), errors, rtol=1e-8)


def test_input_is_taken_as_it_comes_and_never_changed():
    x = np.array([1.5, 2.5, 4.0], dtype=np.float32)
    before = x.copy()
    values = {float(mle.likelihood_problem("gamma", data).value([3, 1])) for data in (x, x.tolist(), x.astype(float))}
    assert len(values) == 1
    np.testing.assert_array_equal(x, before)
    start = np.array([3.0, 1.0])
    mle.optimize(mle.likelihood_problem("gamma", x), start)
    np.testing.assert_array_equal(start, [3.0, 1.0])


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (("gamma", [1.0, -2.0]), mle.DomainError, r"x\[1\] = -2.0 is outside the support"),
        (("gamma", [1.0, 1.0]), mle.DegenerateDataError, "all observations equal 1.0"),
        (("gamma", ["a"]), TypeError, "real numbers"),
        (("gama", [1.0]), mle.MleError, "there is no family 'gama'"),
        (("gamma", [1.0, 2.0], "logit"), mle.MleError, "choose raw or log"),
        (("gamma", [1.0, 2.0], "raw", None, {"shape": -1}), mle.DomainError, r"fixed shape = -1 is outside \(0, ∞\)"),
        (("gamma", [1.0, 2.0], "raw", None, {"shap": 1}), mle.MleError, "no parameter 'shap'"),
        (("gamma", [1.0, 2.0], "raw", None, {"shape": 1, "rate": 2}), mle.MleError, "leave one free"),
    ],
)
def test_errors_say_what_is_wrong(arguments, error, words):
    with pytest.raises(error, match=words):
        mle.likelihood_problem(*arguments)


def test_a_wrong_shape_is_named():
    problem = mle.likelihood_problem("gamma", [1.0, 2.0])
    for theta in ([1.0], [1.0, 2.0, 3.0], 1.0, np.ones((4, 3))):
        with pytest.raises(mle.MleError, match=r"theta must have 2 values \(shape, rate\)"):
            problem.value(theta)
    with pytest.raises(mle.MleError, match="params must name rate"):
        problem.from_params({"shape": 1.0})
