"""Expectation-maximisation, on mixtures written down here: it never falls, and it reaches the published maximum."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from conftest import FAMILIES, draw
from problems import CASES, REFERENCE, check_record, gamma_problem

import mle_core as mle


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


def normal_mixture_with_one_sigma(x: np.ndarray) -> mle.Problem:
    """Weight, two means and one standard deviation; EM as Dempster, Laird & Rubin (1977), §4.3."""

    def parts(theta):
        weight, mu1, mu2, sigma = (np.asarray(theta)[..., j, None] for j in range(4))
        z1, z2 = (x - mu1) / sigma, (x - mu2) / sigma
        constant = -np.log(sigma * np.sqrt(2 * np.pi))
        logs = np.logaddexp(np.log(weight) - 0.5 * z1**2, np.log1p(-weight) - 0.5 * z2**2)
        first = np.exp(np.log(weight) - 0.5 * z1**2 - logs)
        return logs + constant, first, z1, z2, weight, sigma

    def scores(theta):
        _, first, z1, z2, weight, sigma = parts(theta)
        second = 1 - first
        return np.stack(
            [
                first / weight - second / (1 - weight),
                first * z1 / sigma,
                second * z2 / sigma,
                (first * z1**2 + second * z2**2 - 1) / sigma,
            ],
            axis=-1,
        )

    def em_step(theta):
        first = parts(theta)[1]
        second = 1 - first
        mu1, mu2 = (first @ x) / first.sum(), (second @ x) / second.sum()
        variance = (first @ (x - mu1) ** 2 + second @ (x - mu2) ** 2) / x.size
        return np.array([first.mean(), mu1, mu2, np.sqrt(variance)])

    return mle.Problem(
        names=("weight", "mu1", "mu2", "sigma"),
        value=lambda theta: parts(theta)[0].mean(axis=-1),
        gradient=lambda theta: scores(theta).mean(axis=0),
        fisher=lambda theta: scores(theta).T @ scores(theta) / x.size,
        fisher_kind="outer product",
        contains=lambda t: (np.asarray(t)[..., 0] > 0) & (np.asarray(t)[..., 0] < 1) & (np.asarray(t)[..., 3] > 0),
        scores=scores,
        em_step=em_step,
        n=x.size,
        cheap=False,
    )


@pytest.mark.parametrize("method", ["em", "fisher", "bfgs"])
def test_published_mixture_of_the_old_faithful(method):
    case = CASES["faithful_mixture_equal_sigma"]
    with (REFERENCE / case["data"]["csv"]).open(newline="") as rows:
        x = np.array([float(row[case["data"]["column"]]) for row in csv.DictReader(rows)])
    assert x.size == case["data"]["n"]
    problem = normal_mixture_with_one_sigma(x)
    path = mle.optimize(problem, [0.4, 55.0, 80.0, 6.0], method, 500, tol=1e-9)
    assert path.converged, path.message
    exact = {name: float(text) for name, text in case["high_precision"].items()}
    best = [exact[name] for name in ("lambda1", "mu1", "mu2", "sigma")]
    np.testing.assert_allclose(path.theta[-1], best, rtol=1e-9)
    assert path.values[-1] * x.size == pytest.approx(exact["llf"], rel=1e-12)
    for name, value in zip(("lambda1", "mu1", "mu2", "sigma"), path.theta[-1], strict=True):
        assert abs(value - case["expected"][name]) <= case["tolerance"][name]["abs"]
    check_record(path, problem)
    if method == "em":
        assert (np.diff(path.values) >= -1e-14).all()


def test_em_of_every_family_that_has_it():
    with_step = [family for family in FAMILIES if family.likelihood.em_step is not None]
    for family in with_step:
        x = draw(family, 300)
        problem = mle.likelihood_problem(family, x)
        start = problem.from_params(dict(zip(family.names, family.default * 1.1, strict=True)))
        path = mle.optimize(problem, start, "em", 3000)
        assert path.converged, (family.key, path.message)
        assert (np.diff(path.values) >= -1e-13).all()
        logs = mle.likelihood_problem(family, x, "log")
        other = mle.optimize(logs, logs.from_params(problem.to_params(start)), "em", 3000)
        np.testing.assert_allclose(other.values[: len(path.values)][:50], path.values[:50], rtol=1e-12)
        newton = mle.optimize(problem, path.theta[-1])
        assert newton.values[-1] == pytest.approx(path.values[-1], rel=1e-12)
        with pytest.raises(mle.MleError, match="em needs em_step"):
            held = mle.likelihood_problem(family, x, fixed={family.names[0]: family.default[0]})
            mle.optimize(held, start[1:], "em")
