"""How a run of an optimiser ends when it does not end at a maximum, and how it is said."""

from __future__ import annotations

import json
import warnings

import numpy as np
import pytest
from conftest import FAMILIES, draw
from problems import REFERENCE, check_record, gamma_problem, logistic, quadratic, rosenbrock

import mle_core as mle


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


def test_a_plateau_is_no_maximum():
    """From far out scoring leaps to ν = e⁵⁴⁵, where every slope is zero: the normal law, 18 nats below the top."""
    x = draw(mle.FAMILIES["student_t"], 150)
    problem = mle.likelihood_problem("student_t", x, "log")
    path = mle.optimize(problem, problem.from_params({"mu": -4.83, "sigma": 2.74, "nu": 35.5}), "fisher", 200)
    assert path.reason == "diverged"
    assert "flattens out" in path.message
    check_record(path, problem)


def test_a_maximum_at_the_end_of_a_support_is_a_wall():
    """The likelihood of the uniform law rises until an end meets the data, and is −∞ beyond."""
    problem = mle.likelihood_problem("uniform", [1.0, 2.0, 4.0])
    path = mle.optimize(problem, [0.0, 5.0], "gradient", 1000)
    assert path.reason == "max_steps"
    assert 0 < path.values[-1] - path.values[0] <= np.log(5 / 3)
    np.testing.assert_allclose(path.theta[-1], [1, 4])
    assert "the way up leads where the likelihood is 0" in path.message


def test_a_ridge_is_named():
    x = np.random.default_rng(0).normal(size=50)
    y = (np.arange(50) % 3 == 0).astype(float)
    path = mle.optimize(logistic(np.column_stack([x, 2 * x]), y), [0.5, 0.5])
    assert path.converged
    assert "the top is a ridge" in path.message


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
        ({"method": "sgd", "step": "wolfe"}, mle.MleError, "mini-batches have no line search"),
        ({"method": "newton", "batch_size": 8}, mle.MleError, "newton has no mini-batches; leave batch_size out"),
        ({"method": "sgd", "batch_size": 0}, mle.DomainError, "batch_size = 0 is outside 1 … 200"),
        ({"method": "sgd", "batch_size": 201}, mle.DomainError, "batch_size = 201 is outside 1 … 200"),
        ({"method": "momentum", "momentum": 1.0}, mle.DomainError, r"momentum = 1 is outside \[0, 1\)"),
        ({"method": "adam", "betas": (0.9, 1.5)}, mle.DomainError, r"betas\[1\] = 1.5"),
        ({"max_steps": -1}, mle.DomainError, "max_steps = -1 is no number of steps"),
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


@pytest.mark.parametrize("method", ["gradient", "momentum", "newton", "fisher", "bfgs", "adam"])
def test_a_fixed_step_needs_no_number_and_may_decay(method):
    problem = mle.likelihood_problem("poisson", [1, 2, 4, 4], coordinates="log")
    for options in ({"step": "fixed"}, {"decay": "1/t"}):
        path = mle.optimize(problem, {"rate": 2.0}, method, 300, **options)
        assert path.params["rate"][-1] == pytest.approx(2.75, rel=0.02)
        assert (np.diff(path.sizes) <= 0).all()
        assert (path.sizes[-1] < path.sizes[0]) == ("decay" in options)


def test_what_is_no_number_of_steps_or_no_seed_or_no_parameter_is_told():
    problem = mle.likelihood_problem("normal", [1.0, 2.0, 4.0])
    for wrong in (2.5, -1):
        with pytest.raises(mle.DomainError, match=f"max_steps = {wrong}"):
            mle.optimize(problem, [1.0, 1.0], max_steps=wrong)
        with pytest.raises(mle.DomainError, match=f"seed = {wrong}"):
            mle.optimize(problem, [1.0, 1.0], "sgd", seed=wrong)
    with pytest.raises(mle.MleError, match="sgima"):
        mle.optimize(problem, {"mu": 1.0, "sigma": 1.0, "sgima": 2.0})


def test_a_maximum_at_the_end_of_the_domain_is_said_to_be_there():
    path = mle.optimize(mle.likelihood_problem("bernoulli", [1, 1, 1]), [0.5])
    assert path.params["p"][-1] == 1
    assert "out of the domain" in path.message
