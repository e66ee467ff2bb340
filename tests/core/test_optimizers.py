"""The optimisers: every method reaches the top that the fit knows, at the speed that theory says."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import FAMILIES, draw, typical_theta
from hypothesis import given
from hypothesis import strategies as st
from problems import check_record, gamma_problem, logistic, quadratic, read_logistic, rosenbrock

import mle_core as mle

SMOOTH = ["normal", "lognormal", "gamma", "weibull", "poisson", "student_t", "beta"]
BATCHLESS = [key for key in mle.OPTIMIZERS if key not in ("sgd", "em")]
# A mixture has several maxima, saddles where its components meet, and spikes: not every start leads to the best.
UNIMODAL = [
    f
    for f in FAMILIES
    if f.likelihood.errors_from == "observed" and f.likelihood.em_step is None and all(p.regular for p in f.params)
]
# What each method needs to come so close, in standard errors of the whole sample.
PLAN = {
    "newton": ({}, 1e-7),
    "fisher": ({"max_steps": 200}, 1e-7),
    "bfgs": ({"max_steps": 200}, 1e-7),
    "gradient": ({"max_steps": 20_000, "tol": 1e-5}, 1e-4),
    "momentum": ({"max_steps": 5000, "tol": 1e-5}, 1e-4),
    "adam": ({"max_steps": 5000, "tol": 1e-5}, 1e-4),
}


@pytest.mark.parametrize("coordinates", ["raw", "log"])
@pytest.mark.parametrize("key", SMOOTH)
@pytest.mark.parametrize("method", PLAN)
def test_every_method_reaches_the_maximum_of_the_fit(method, key, coordinates):
    family = mle.FAMILIES[key]
    x = draw(family, 200)
    fixed = {"nu": 5.0} if "nu" in family.names else {}
    best = mle.fit(family, x, fixed=fixed)
    problem = mle.likelihood_problem(family, x, coordinates, fixed=fixed)
    start = problem.from_params({name: value * 1.2 + 0.1 for name, value in best.params.items()})
    options, tolerance = PLAN[method]
    path = mle.optimize(problem, start, method, **options)
    assert path.converged, path.message
    assert path.method == method
    np.testing.assert_array_equal(path.theta[0], start)
    for name in problem.names:
        assert abs(path.params[name][-1] - best.params[name]) <= tolerance * best.standard_errors[name]
    assert path.values[-1] * problem.n == pytest.approx(best.loglik, rel=1e-9)
    check_record(path, problem)


@pytest.mark.parametrize("method", PLAN)
def test_every_method_reaches_the_top_of_a_quadratic(method):
    problem, top, _ = quadratic()
    path = mle.optimize(problem, np.zeros(3), method, max_steps=5000)
    assert path.converged, path.message
    np.testing.assert_allclose(path.theta[-1], top, atol=2e-8)
    check_record(path, problem)


@pytest.mark.parametrize("case_id", ["infert_logit_small", "admit_logit_three_tests"])
@pytest.mark.parametrize("method", ["newton", "fisher", "bfgs"])
def test_published_logistic_regressions(method, case_id):
    problem, coefficients, exact = read_logistic(case_id)
    path = mle.optimize(problem, np.zeros(len(coefficients)), method, max_steps=300, tol=1e-9)
    assert path.converged, path.message
    np.testing.assert_allclose(path.theta[-1], coefficients, rtol=1e-8 if method == "bfgs" else 1e-10)
    assert path.values[-1] * problem.n == pytest.approx(exact["llf"], rel=1e-12)


@pytest.mark.parametrize("method", ["newton", "bfgs"])
def test_the_banana_valley(method):
    path = mle.optimize(rosenbrock(), [-1.2, 1.0], method, max_steps=200)
    assert path.converged
    np.testing.assert_allclose(path.theta[-1], [1, 1], atol=1e-7)
    assert (np.diff(path.values) >= 0).all()


def test_newton_on_a_quadratic_is_one_step():
    problem, top, _ = quadratic(4, 1e4)
    path = mle.optimize(problem, np.full(4, 10.0), "newton")
    assert path.n_steps == 1
    assert path.sizes[0] == 1
    np.testing.assert_allclose(path.theta[-1], top, rtol=1e-12)
    assert path.passes[-1] == 2


def test_newtons_digits_double():
    problem, start = gamma_problem()
    exact = mle.optimize(problem, start, tol=0.0, max_steps=30).theta[-1]
    errors = np.linalg.norm(mle.optimize(problem, start, tol=1e-7).theta - exact, axis=1)
    errors = errors[errors > 1e-13]
    order = np.log(errors[2:] / errors[1:-1]) / np.log(errors[1:-1] / errors[:-2])
    assert order[-1] == pytest.approx(2.0, abs=0.3)


def test_gradient_ascent_converges_at_the_rate_of_its_condition_number():
    problem, top, _ = quadratic(2, 9.0)
    path = mle.optimize(problem, [3.0, -4.0], "gradient", 60, step=2 / (1 + 9.0), tol=0.0)
    errors = np.linalg.norm(path.theta - top, axis=1)
    assert (errors[40] / errors[20]) ** (1 / 20) == pytest.approx((9 - 1) / (9 + 1), rel=1e-3)


def test_momentum_is_faster_in_a_narrow_valley():
    problem, _, _ = quadratic(2, 100.0)
    root = np.sqrt(100.0)
    plain = mle.optimize(problem, [3.0, -4.0], "gradient", 5000, step=2 / 101)
    heavy = mle.optimize(
        problem, [3.0, -4.0], "momentum", 5000, step=(2 / (1 + root)) ** 2, momentum=((root - 1) / (root + 1)) ** 2
    )
    ahead = mle.optimize(problem, [3.0, -4.0], "momentum", 5000, step=1 / 100, momentum=0.8, nesterov=True)
    assert plain.converged
    assert heavy.converged
    assert ahead.converged
    assert 4 * heavy.n_steps < plain.n_steps
    assert 3 * ahead.n_steps < plain.n_steps


def test_the_heavy_ball_and_nesterov_by_hand():
    problem, _, _ = quadratic(2, 5.0)
    start = np.array([1.0, 2.0])
    for nesterov in (False, True):
        path = mle.optimize(problem, start, "momentum", 6, step=0.05, momentum=0.7, nesterov=nesterov, tol=0.0)
        theta, velocity = start, np.zeros(2)
        for t in range(6):
            velocity = 0.7 * velocity + problem.gradient(theta)
            theta = theta + 0.05 * (problem.gradient(theta) + 0.7 * velocity if nesterov else velocity)
            np.testing.assert_allclose(path.theta[t + 1], theta, rtol=1e-13)


def test_adam_as_printed_in_the_paper():
    problem, start = gamma_problem()
    path = mle.optimize(problem, start, "adam", 25, step=0.02, betas=(0.8, 0.95), tol=0.0)
    theta, m, v = start, np.zeros(2), np.zeros(2)
    for t in range(1, 26):
        g = -problem.gradient(theta)  # the paper minimises
        m, v = 0.8 * m + 0.2 * g, 0.95 * v + 0.05 * g * g
        theta = theta - 0.02 * (m / (1 - 0.8**t)) / (np.sqrt(v / (1 - 0.95**t)) + 1e-8)
        np.testing.assert_allclose(path.theta[t], theta, rtol=1e-12)
    np.testing.assert_allclose(np.abs(path.theta[1] - start), 0.02, rtol=1e-5)  # the first step is the step size


@pytest.mark.parametrize("key", ["poisson", "exponential", "gamma"])
def test_scoring_is_newton_in_canonical_parameters(key):
    """In the natural parameters of an exponential family observed and expected information are one."""
    coordinates = "log" if key == "poisson" else "raw"
    problem = mle.likelihood_problem(key, draw(mle.FAMILIES[key], 80), coordinates)
    start = problem.from_params(dict(zip(problem.names, mle.FAMILIES[key].default * 1.3, strict=True)))
    newton, scoring = (mle.optimize(problem, start, method) for method in ("newton", "fisher"))
    assert problem.fisher_kind == "expected"
    assert newton.converged
    assert newton.n_steps == scoring.n_steps > 2
    np.testing.assert_allclose(newton.theta, scoring.theta, rtol=1e-9)


@pytest.mark.parametrize("k", [2, 3, 5])
def test_bfgs_knows_the_inverse_hessian_of_a_quadratic_after_k_steps(k):
    """With exact line searches it ends after k steps (Nocedal & Wright 2006, theorem 6.4), the matrix being A⁻¹."""
    problem, top, a = quadratic(k, 20.0)
    path = mle.optimize(problem, np.full(k, 3.0), "bfgs", step="exact", tol=1e-9)
    assert path.n_steps <= k + 1
    np.testing.assert_allclose(path.theta[min(k, path.n_steps)], top, atol=1e-6)
    direction = mle.OPTIMIZERS["bfgs"].direction(mle.optimizers.directions.Options())
    for theta in path.theta[: k + 1]:
        way = direction(mle.optimizers.driver.Point(problem, theta), False)
    del way
    probe = path.theta[-1] + np.linspace(0.1, 1, k)  # a new pair on the same parabola leaves the matrix as it is
    found = direction(mle.optimizers.driver.Point(problem, probe), False)
    np.testing.assert_allclose(found, np.linalg.solve(a, problem.gradient(probe)), rtol=1e-5)


@pytest.mark.parametrize("key", ["normal", "gamma", "weibull", "lognormal"])
@pytest.mark.parametrize("method", [m for m in BATCHLESS if m != "adam"])
def test_repeating_the_data_changes_nothing(method, key):
    """The mean log-likelihood: a step size means the same for every n."""
    x = draw(mle.FAMILIES[key], 60)
    paths = []
    for data, counts in ((x, None), (np.tile(x, 2), None), (x, np.full(60, 2))):
        problem = mle.likelihood_problem(key, data, "log", weights=counts)
        start = problem.from_params(dict(zip(problem.names, mle.FAMILIES[key].default * 1.2 + 0.1, strict=True)))
        paths.append(mle.optimize(problem, start, method, 6, tol=0.0))
    for other in paths[1:]:
        np.testing.assert_allclose(other.theta, paths[0].theta, rtol=1e-7, atol=1e-8)
        np.testing.assert_allclose(other.values, paths[0].values, rtol=1e-9)


@given(st.integers(0, 1000))
def test_newton_does_not_see_an_affine_change_of_coordinates(seed):
    rng = np.random.default_rng(seed)
    design = np.column_stack([np.ones(60), rng.normal(size=(60, 2))])
    y = (rng.uniform(size=60) < 0.5).astype(float)
    matrix = rng.normal(size=(3, 3)) + 3 * np.eye(3)
    plain, turned = logistic(design, y), logistic(design @ matrix, y)  # θ = M φ
    start = rng.normal(size=3) * 0.3
    one = mle.optimize(plain, start, "newton")
    two = mle.optimize(turned, np.linalg.solve(matrix, start), "newton")
    assert one.converged
    assert one.n_steps == two.n_steps
    np.testing.assert_allclose(two.theta @ matrix.T, one.theta, rtol=1e-6, atol=1e-8)
    assert one.error == pytest.approx(two.error, rel=0.05, abs=1e-12)


def test_gradient_ascent_does_see_the_units():
    problem, _, _ = quadratic(2, 1.0)
    narrow, _, _ = quadratic(2, 100.0)
    steps = [mle.optimize(p, [3.0, -4.0], "gradient", 20_000).n_steps for p in (problem, narrow)]
    assert steps[1] > 10 * steps[0]


def test_the_error_is_the_gradient_in_standard_errors():
    x = draw(mle.FAMILIES["normal"], 400)
    best = mle.fit("normal", x)
    problem = mle.likelihood_problem("normal", x)
    away = best.theta + np.array([0.01 * best.standard_errors["mu"], 0.0])
    path = mle.optimize(problem, away, max_steps=0)
    assert path.reason == "max_steps"
    assert path.n_steps == 0
    assert path.error == pytest.approx(0.01, rel=1e-3)
    assert "gradient 0.01 standard errors from zero" in path.message
    assert mle.optimize(problem, away, tol=0.02).n_steps == 0


@pytest.mark.parametrize("scale", [1e-30, 1e-6, 1e6, 1e30])
def test_newton_in_any_unit(scale):
    x = draw(mle.FAMILIES["gamma"], 100)
    best = mle.fit("gamma", x * scale)
    problem = mle.likelihood_problem("gamma", x * scale)
    path = mle.optimize(problem, {"shape": best.params["shape"] * 1.5, "rate": best.params["rate"] * 1.4})
    assert path.converged
    for name in problem.names:
        assert path.params[name][-1] == pytest.approx(best.params[name], rel=1e-8)


@pytest.mark.parametrize("coordinates", ["raw", "log"])
@pytest.mark.parametrize(
    "family",
    UNIMODAL,
    ids=lambda family: family.key,
)
def test_safeguarded_methods_come_from_anywhere(family, coordinates):
    fixed = {param.name: param.default for param in family.params if param.given}
    x = draw(family, 150)
    best = mle.fit(family, x, fixed=fixed)
    problem = mle.likelihood_problem(family, x, coordinates, fixed=fixed)
    rng = np.random.default_rng(0)
    for _ in range(2):
        theta = typical_theta(family, rng.uniform(size=len(family.params)))
        start = problem.from_params(dict(zip(family.names, theta, strict=True)) | fixed)
        for method in ("newton", "fisher", "bfgs"):
            path = mle.optimize(problem, start, method, 200)
            # A plateau at the end of a domain (ν → ∞) is a possible end, but it is not called a maximum.
            assert path.reason == ("converged" if method == "newton" else path.reason) != "max_steps"
            if path.converged:
                assert path.values[-1] * problem.n == pytest.approx(best.loglik, rel=1e-11)
