"""The optimisers: every method reaches the top that the fit knows, and says honestly why it stopped."""

from __future__ import annotations

import dataclasses
import json
import warnings

import numpy as np
import pytest
from conftest import FAMILIES, draw
from hypothesis import given
from hypothesis import strategies as st
from problems import REFERENCE, logistic, quadratic, read_logistic, rosenbrock

import mle_core as mle

SMOOTH = ["normal", "lognormal", "gamma", "weibull", "poisson", "student_t", "beta"]
BATCHLESS = [key for key in mle.OPTIMIZERS if key not in ("sgd", "em")]
# What each method needs to come so close, in standard errors of the whole sample.
PLAN = {
    "newton": ({}, 1e-7),
    "fisher": ({"max_steps": 200}, 1e-7),
    "bfgs": ({"max_steps": 200}, 1e-7),
    "gradient": ({"max_steps": 20_000, "tol": 1e-5}, 1e-4),
    "momentum": ({"max_steps": 5000, "tol": 1e-5}, 1e-4),
    "adam": ({"max_steps": 5000, "tol": 1e-5}, 1e-4),
}


def gamma_problem(n: int = 200, coordinates: str = "log") -> tuple[mle.Problem, np.ndarray]:
    problem = mle.likelihood_problem("gamma", draw(mle.FAMILIES["gamma"], n), coordinates)
    return problem, problem.from_params({"shape": 1.5, "rate": 0.8})


def check_record(path: mle.Path, problem: mle.Problem) -> None:
    """What holds for every path."""
    m, k = path.n_steps, len(problem.names)
    assert path.theta.shape == path.gradients.shape == (m + 1, k)
    assert path.values.shape == path.passes.shape == (m + 1,)
    assert path.steps.shape == path.sizes.shape == (m,)
    assert np.isfinite(path.theta).all()
    assert np.isfinite(path.values).all()
    assert np.isfinite(path.gradients).all()
    assert (np.diff(path.passes) > 0).all()
    assert path.reason in ("converged", "max_steps", "diverged")
    assert path.converged == (path.reason == "converged")
    assert "standard errors" in path.message
    assert m <= len(path.rejected) <= m + 1
    one_by_one = np.array([float(problem.value(theta)) for theta in path.theta])
    np.testing.assert_allclose(path.values, one_by_one, rtol=1e-13, atol=1e-14)
    for name in problem.names:
        assert path.params[name].shape == (m + 1,)


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


@pytest.mark.parametrize("method", ["gradient", "momentum", "newton", "fisher", "bfgs"])
@pytest.mark.parametrize("step", ["line_search", "wolfe", "exact"])
def test_line_searches_only_climb(method, step):
    problem, start = gamma_problem()
    path = mle.optimize(problem, start, method, 3000, step=step, tol=1e-6)
    assert path.converged, path.message
    assert (np.diff(path.values) >= -1e-13 * (1 + np.abs(path.values[1:]))).all()
    trials = sum(len(points) for points in path.rejected)
    assert path.passes[-1] == 1 + path.n_steps + trials
    check_record(path, problem)


@given(
    theta=st.tuples(st.floats(-3, 3), st.floats(-3, 3)),
    first=st.floats(-6, 6).map(lambda power: 10.0**power),
    share=st.sampled_from([0.9, 0.1, 1e-6]),
)
def test_the_wolfe_conditions_hold(theta, first, share):
    from mle_core.optimizers.line_search import wolfe

    problem = rosenbrock()
    point = mle.optimizers.driver.Point(problem, np.array(theta))
    if np.linalg.norm(point.gradient) < 1e-6:
        return
    move = wolfe(point, point.gradient, first, share)
    slope = point.gradient @ point.gradient
    assert move.point is not None
    assert move.point.value >= point.value + 1e-4 * move.size * slope
    if share > 1e-3:  # a slope of a millionth may lie below the rounding of the value
        assert abs(move.point.gradient @ point.gradient) <= share * slope
    np.testing.assert_allclose(move.point.theta, point.theta + move.size * point.gradient, rtol=1e-14)


@pytest.mark.parametrize(
    ("decay", "factor"),
    [
        (None, lambda t: 1.0),
        ("1/t", lambda t: 1 / (1 + 0.1 * t)),
        ("sqrt", lambda t: 1 / np.sqrt(1 + 0.1 * t)),
        ("exponential", lambda t: np.exp(-0.1 * t)),
    ],
)
def test_schedules(decay, factor):
    problem, start = gamma_problem()
    path = mle.optimize(problem, start, "gradient", 12, step=0.03, decay=decay, decay_rate=0.1, tol=0.0)
    np.testing.assert_allclose(path.sizes, [0.03 * factor(t) for t in range(12)], rtol=1e-14)
    np.testing.assert_allclose(np.diff(path.theta, axis=0), path.sizes[:, None] * path.gradients[:-1], rtol=1e-9)
    own = mle.optimize(problem, start, "gradient", 12, step=lambda t: 0.03 * factor(t), tol=0.0)
    np.testing.assert_allclose(own.theta, path.theta, rtol=1e-13)


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
    narrow, _, _ = quadratic(2, 400.0)
    steps = [mle.optimize(p, [3.0, -4.0], "gradient", 20_000).n_steps for p in (problem, narrow)]
    assert steps[1] > 20 * steps[0]


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


# --- mini-batches


def spied(problem: mle.Problem) -> tuple[mle.Problem, list[np.ndarray]]:
    seen: list[np.ndarray] = []

    def batch(rows):
        seen.append(np.array(rows))
        return problem.batch(rows)

    return dataclasses.replace(problem, batch=batch), seen


@given(n=st.integers(5, 80), size=st.integers(1, 80), seed=st.integers(0, 99))
def test_each_epoch_sees_every_observation_once(n, size, seed):
    size = min(size, n)
    problem, seen = spied(mle.likelihood_problem("normal", draw(mle.FAMILIES["normal"], n), "log"))
    per_epoch = -(-n // size)
    path = mle.optimize(problem, [0.0, 0.0], "sgd", 3 * per_epoch, step=1e-3, batch_size=size, seed=seed, tol=0.0)
    assert path.n_steps == len(seen) == 3 * per_epoch
    for e in range(3):
        rows = np.concatenate(seen[e * per_epoch : (e + 1) * per_epoch])
        np.testing.assert_array_equal(np.sort(rows), np.arange(n))
    assert path.passes[-1] == pytest.approx(3.0)
    np.testing.assert_allclose(np.diff(path.passes), [rows.size / n for rows in seen])
    check_record(path, problem)


def test_with_replacement_the_draws_are_independent():
    problem, seen = spied(mle.likelihood_problem("normal", draw(mle.FAMILIES["normal"], 50), "log"))
    mle.optimize(problem, [0.0, 0.0], "sgd", 400, step=1e-3, batch_size=10, replace=True, tol=0.0)
    counts = np.bincount(np.concatenate(seen), minlength=50)
    assert counts.sum() == 4000
    assert any(np.unique(np.concatenate(seen[5 * e : 5 * e + 5])).size < 50 for e in range(80))
    assert ((counts - 80.0) ** 2 / 80).sum() == pytest.approx(49, abs=4 * np.sqrt(98))  # χ² of uniform draws


def test_the_seed_is_the_path():
    problem, start = gamma_problem()
    one, same, other = (mle.optimize(problem, start, "sgd", 40, batch_size=16, seed=seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(one.theta, same.theta)
    assert np.abs(one.theta[1:] - other.theta[1:]).min() > 0


def test_a_step_follows_the_gradient_of_its_batch():
    problem, start = gamma_problem()
    watched, seen = spied(problem)
    path = mle.optimize(watched, start, "sgd", 20, step=0.1, decay="sqrt", decay_rate=0.5, batch_size=7)
    for t in range(20):
        slope = problem.batch(seen[t]).gradient(path.theta[t])
        np.testing.assert_array_equal(path.gradients[t], slope)
        np.testing.assert_allclose(path.theta[t + 1], path.theta[t] + 0.1 / np.sqrt(1 + 0.5 * t) * slope, rtol=1e-13)
    np.testing.assert_array_equal(path.gradients[-1], problem.gradient(path.theta[-1]))


def test_a_batch_of_everything_is_gradient_ascent():
    problem, start = gamma_problem()
    small = mle.optimize(problem, start, "sgd", 30, step=0.1, batch_size=200)
    full = mle.optimize(problem, start, "gradient", 30, step=0.1)
    np.testing.assert_allclose(small.theta, full.theta, rtol=1e-9)


@pytest.mark.parametrize("key", ["normal", "lognormal", "poisson", "exponential"])
def test_falling_steps_bring_mini_batches_to_the_maximum(key):
    x = draw(mle.FAMILIES[key], 1000)
    best = mle.fit(key, x)
    problem = mle.likelihood_problem(key, x, "log")
    start = problem.from_params({name: 1.3 * value + 0.1 for name, value in best.params.items()})
    path = mle.optimize(problem, start, "sgd", 3000, batch_size=50)
    # Far inside the noise of the data itself: a fraction of one standard error.
    distance = [abs(path.params[name][-1] - best.params[name]) / best.standard_errors[name] for name in problem.names]
    assert max(distance) < 0.5
    assert path.reason == "max_steps"


def test_values_of_a_long_run_on_a_long_sample_are_known_at_the_epochs(monkeypatch):
    problem, start = gamma_problem(100)
    dear = dataclasses.replace(problem, cheap=False)
    monkeypatch.setattr(mle.optimizers.trace, "_AFFORDABLE", 100 * 20)
    path = mle.optimize(dear, start, "sgd", 25, batch_size=10, step=0.05, tol=0.0)
    known = np.flatnonzero(np.isfinite(path.values))
    np.testing.assert_array_equal(known, [0, 10, 20, 25])
    np.testing.assert_allclose(path.values[known], problem.value(path.theta[known]), rtol=1e-13)


# --- expectation-maximisation


def two_normals() -> tuple[mle.Problem, np.ndarray]:
    """A mixture of N(0, 1) and N(4, 1) of unknown weight: one parameter, EM in one line (Dempster et al. 1977, §4.3)."""
    rng = np.random.default_rng(2)
    x = np.where(rng.uniform(size=300) < 0.3, rng.normal(size=300), 4 + rng.normal(size=300))
    first, second = (np.exp(-0.5 * (x - mu) ** 2) for mu in (0.0, 4.0))

    def density(theta):
        weight = np.asarray(theta)
        return weight * first + (1 - weight) * second

    def share(theta):
        return theta * first / density(theta)

    problem = mle.Problem(
        names=("weight",),
        value=lambda theta: np.log(density(theta)).mean(axis=-1),
        gradient=lambda theta: np.array([((first - second) / density(theta)).mean()]),
        hessian=lambda theta: -np.array([[(((first - second) / density(theta)) ** 2).mean()]]),
        contains=lambda theta: ((np.asarray(theta) > 0) & (np.asarray(theta) < 1)).all(axis=-1),
        em_step=lambda theta: np.array([share(theta).mean()]),
        n=300,
    )
    return problem, x


def test_em_never_falls_and_reaches_the_top():
    problem, _ = two_normals()
    em = mle.optimize(problem, [0.9], "em", 500)
    newton = mle.optimize(problem, [0.4], "newton")
    assert em.converged
    assert newton.converged
    assert (np.diff(em.values) >= -1e-15).all()
    assert em.theta[-1, 0] == pytest.approx(newton.theta[-1, 0], rel=1e-8)
    assert em.n_steps > newton.n_steps
    np.testing.assert_array_equal(em.theta[1], problem.em_step(em.theta[0]))
    check_record(em, problem)


def test_em_is_refused_where_there_is_no_em_step():
    problem, start = gamma_problem()
    with pytest.raises(mle.MleError, match="em needs em_step, which this problem has not; choose one of gradient, mom"):
        mle.optimize(problem, start, "em")


# --- what goes wrong, and how it is said


def hard_case() -> dict:
    entries = json.loads((REFERENCE / "hard_cases.json").read_text(encoding="utf-8"))
    return next(entry for entry in entries if entry["id"] == "optimizer_divergence")


def test_hard_case_is_the_one_tested_below():
    assert hard_case()["input"].startswith(
        "GD step too big, Newton from far start (logit z~30), BFGS on sum-llf with n=1e6"
    )


@pytest.mark.parametrize("coordinates", ["raw", "log"])
def test_optimizer_divergence_too_long_a_step(coordinates):
    problem, start = gamma_problem(coordinates=coordinates)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        path = mle.optimize(problem, start, "gradient", step=1e3)
    assert path.reason == "diverged"
    assert "step 1 of size 1000 leaves the domain" in path.message
    check_record(path, problem)
    assert len(path.rejected[-1]) == 1


def test_optimizer_divergence_of_a_quadratic_grows_beyond_bounds():
    problem, top, _ = quadratic(2, 10.0)
    below = mle.optimize(problem, [1.0, 1.0], "gradient", 4000, step=1.9 / 10)
    above = mle.optimize(problem, [1.0, 1.0], "gradient", 4000, step=2.1 / 10)
    assert below.converged
    assert above.reason == "diverged"
    assert "grow beyond bounds" in above.message
    assert 10 < above.n_steps < 1000
    check_record(above, problem)
    del top


@pytest.mark.parametrize("method", ["newton", "fisher", "bfgs", "gradient", "momentum"])
def test_optimizer_divergence_from_far_out(method):
    """Logits of ±30, where the curvature is e⁻³⁰: a plain Newton step from there is 10¹³ long."""
    rng = np.random.default_rng(5)
    x = rng.normal(size=80)
    y = (rng.uniform(size=80) < 1 / (1 + np.exp(-x))).astype(float)
    problem = logistic(np.column_stack([np.ones(80), x]), y)
    top = mle.optimize(problem, [0.0, 0.0]).theta[-1]
    for start in ([30.0, 0.0], [-30.0, 0.0], [0.0, -30.0]):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            path = mle.optimize(problem, start, method, 3000)
        assert path.converged, (start, path.message)
        np.testing.assert_allclose(path.theta[-1], top, atol=1e-7)


def test_optimizer_divergence_bfgs_with_a_million_observations():
    x = draw(mle.FAMILIES["gamma"], 1_000_000)
    best = mle.fit("gamma", x)
    for coordinates in ("raw", "log"):
        problem = mle.likelihood_problem("gamma", x, coordinates)
        path = mle.optimize(problem, problem.from_params({"shape": 8.0, "rate": 0.3}), "bfgs")
        assert path.converged, path.message
        for name in problem.names:
            assert abs(path.params[name][-1] - best.params[name]) < 1e-6 * best.standard_errors[name]


def test_separated_data_have_no_maximum_and_no_method_claims_one():
    x = np.linspace(-2, 2, 20)
    problem = logistic(x[:, None], (x > 0).astype(float))
    for method, steps in (("newton", 500), ("fisher", 500), ("bfgs", 500), ("gradient", 500), ("adam", 500)):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            path = mle.optimize(problem, [0.0], method, steps)
        assert path.reason in ("diverged", "max_steps"), method
        check_record(path, problem)


def test_a_saddle_is_no_maximum():
    saddle = mle.Problem(
        names=("a", "b"),
        value=lambda t: np.asarray(t)[..., 1] ** 2 - np.asarray(t)[..., 0] ** 2,
        gradient=lambda t: np.array([-2 * t[0], 2 * t[1]]),
        hessian=lambda t: np.diag([-2.0, 2.0]),
    )
    stuck = mle.optimize(saddle, [0.0, 0.0])
    assert stuck.reason == "max_steps"
    assert "not concave" in stuck.message
    away = mle.optimize(saddle, [0.5, 1e-3], max_steps=200)
    assert away.reason == "diverged"
    assert (np.diff(away.values) > 0).all()  # uphill although the Hessian is indefinite


def test_newton_climbs_where_the_likelihood_is_not_concave():
    """Far below σ̂ the log-likelihood of the normal curves upwards in σ; without a safeguard Newton goes to 0."""
    problem = mle.likelihood_problem("normal", draw(mle.FAMILIES["normal"], 50))
    start = np.array([0.0, 4.0])
    assert np.linalg.eigvalsh(problem.hessian(start))[-1] > 0
    path = mle.optimize(problem, start)
    assert path.converged
    assert (np.diff(path.values) >= 0).all()


def test_a_kinked_likelihood_is_climbed_as_far_as_a_slope_leads():
    x = draw(mle.FAMILIES["laplace"], 101)
    best = mle.fit("laplace", x)
    for method in ("newton", "fisher", "bfgs", "gradient"):
        path = mle.optimize(mle.likelihood_problem("laplace", x, "log"), [1.5, 0.7], method, 500)
        assert path.reason in ("converged", "max_steps")
        assert path.values[-1] <= best.loglik / 101 + 1e-12
        assert path.values[-1] > path.values[0]


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.key)
@pytest.mark.parametrize("method", [key for key in mle.OPTIMIZERS if key != "em"])
def test_no_method_raises_or_warns_on_any_family(method, family):
    fixed = {param.name: param.default for param in family.params if param.given}
    x = draw(family, 40)
    problem = mle.likelihood_problem(family, x, "log", fixed=fixed)
    params = dict(zip(family.names, family.default, strict=True))
    best = mle.fit(family, x, fixed=fixed).params
    if not np.isfinite(problem.value(problem.from_params(params))):
        params = best
    start = problem.from_params(params)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        path = mle.optimize(problem, start, method, 60)
    assert path.reason in ("converged", "max_steps", "diverged")
    assert path.n_steps <= 60
    assert np.isfinite(path.theta).all()


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"method": "simplex"}, mle.MleError, "there is no optimiser 'simplex'; choose one of gradient, momentum"),
        ({"start": [0.0]}, mle.MleError, r"start must have 2 values \(shape, rate\), not shape \(1,\)"),
        ({"start": ["a", "b"]}, TypeError, "start must hold real numbers"),
        ({"start": [np.nan, 0.0]}, mle.DomainError, "outside the domain of"),
        ({"start": {"shape": -1.0, "rate": 1.0}}, mle.DomainError, "shape = -1 is outside"),
        ({"start": {"shape": 1.0}}, mle.MleError, "must name rate"),
        ({"step": -0.1, "method": "gradient"}, mle.DomainError, r"step = -0.1 is outside \(0, ∞\)"),
        ({"step": "golden"}, mle.MleError, "there is no line search 'golden'; choose line_search, wolfe, exact"),
        ({"step": 0.1, "decay": "2/t"}, mle.MleError, "there is no decay '2/t'; choose one of constant, 1/t"),
        ({"step": "wolfe", "decay": "1/t"}, mle.MleError, "has no decay"),
        ({"method": "sgd", "step": "wolfe"}, mle.MleError, "sgd has no line search"),
        ({"method": "sgd", "batch_size": 0}, mle.DomainError, "batch_size = 0 is outside 1 … 200"),
        ({"method": "sgd", "batch_size": 201}, mle.DomainError, "batch_size = 201 is outside 1 … 200"),
        ({"method": "momentum", "momentum": 1.0}, mle.DomainError, r"momentum = 1 is outside \[0, 1\)"),
        ({"method": "adam", "betas": (0.9, 1.5)}, mle.DomainError, r"betas\[1\] = 1.5"),
        ({"max_steps": -1}, mle.DomainError, "max_steps = -1 is negative"),
        ({"tol": -1.0}, mle.DomainError, "tol = -1"),
    ],
)
def test_errors_say_what_is_wrong(options, error, words):
    problem, start = gamma_problem()
    with pytest.raises(error, match=words):
        mle.optimize(problem, options.pop("start", start), **options)


def test_the_registries_are_read_only_and_complete():
    assert list(mle.OPTIMIZERS) == ["gradient", "momentum", "newton", "fisher", "bfgs", "adam", "sgd", "em"]
    for key, method in mle.OPTIMIZERS.items():
        assert method.key == key
        assert method.name
        assert method.sentence.endswith(".")
        assert not isinstance(method.step, str) or method.step in {*mle.STEP_RULES, "none"}
    for registry in (mle.OPTIMIZERS, mle.STEP_RULES, mle.SCHEDULES):
        with pytest.raises(TypeError):
            registry["new"] = None
    problem, _ = gamma_problem()
    assert mle.available_optimizers(problem) == tuple(key for key in mle.OPTIMIZERS if key != "em")
    assert mle.available_optimizers(rosenbrock()) == ("gradient", "momentum", "newton", "bfgs", "adam")


# --- what the pages draw


def test_the_parabola_touches_and_its_top_is_the_newton_step():
    problem, start = gamma_problem()
    parabola = mle.newton_parabola(problem, start)
    assert float(parabola(start)) == pytest.approx(float(problem.value(start)), rel=1e-14)
    near = start + 1e-4 * np.array([[1.0, 2.0], [-1.0, 0.5]])
    np.testing.assert_allclose(parabola(near), problem.value(near), atol=1e-11)
    far = start + 0.5
    assert abs(float(parabola(far)) - float(problem.value(far))) > 1e-3
    np.testing.assert_allclose(parabola.top, start + np.linalg.solve(-problem.hessian(start), problem.gradient(start)))
    upwards = mle.likelihood_problem("normal", draw(mle.FAMILIES["normal"], 50))
    assert mle.newton_parabola(upwards, [0.0, 9.0]).top is None
    with pytest.raises(mle.DomainError, match="outside the domain"):
        mle.newton_parabola(upwards, [0.0, -1.0])


@pytest.mark.parametrize("replace", [False, True])
@pytest.mark.parametrize("batch_size", [1, 8, 100])
def test_mini_batch_gradients_scatter_as_theory_says(batch_size, replace):
    problem, start = gamma_problem(120)
    drawn = mle.gradient_scatter(problem, start, batch_size, 4000, seed=1, replace=replace)
    assert drawn.gradients.shape == (4000, 2)
    np.testing.assert_allclose(drawn.full, problem.gradient(start), rtol=1e-9, atol=1e-11)
    error = drawn.standard_deviation / np.sqrt(4000)
    assert (np.abs(drawn.gradients.mean(axis=0) - drawn.full) < 4.5 * error).all()
    np.testing.assert_allclose(drawn.gradients.std(axis=0), drawn.standard_deviation, rtol=0.08)
    scores = problem.scores(start)
    factor = 1.0 if replace else (120 - batch_size) / 119
    np.testing.assert_allclose(drawn.standard_deviation**2, scores.var(axis=0) / batch_size * factor, rtol=1e-12)


def test_a_batch_of_the_whole_sample_has_no_noise():
    problem, start = gamma_problem(120)
    drawn = mle.gradient_scatter(problem, start, 120, 50)
    np.testing.assert_allclose(drawn.gradients, np.tile(drawn.full, (50, 1)), rtol=1e-12)
    np.testing.assert_array_equal(drawn.standard_deviation, 0)
    with pytest.raises(mle.DomainError, match="batch_size = 121"):
        mle.gradient_scatter(problem, start, 121, 5)
    with pytest.raises(mle.DomainError, match="outside the domain"):
        mle.gradient_scatter(problem, [np.inf, 0.0], 12, 5)
