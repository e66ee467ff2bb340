"""Races from many starts at once are the same races, one by one."""

from __future__ import annotations

import numpy as np
import pytest

import mle_core as mle
from mle_core.optimizers import MANY, newton_cuts, optimize_many

SAMPLE = np.random.default_rng(8).gamma(3.0, 20.0, 60)
TWO = np.concatenate([np.random.default_rng(1).normal(-2, 1, 40), np.random.default_rng(2).normal(2, 1, 30)])
OPTIONS = {
    "gradient": {"step": 0.3}, "momentum": {"step": 0.05}, "adam": {"step": 0.1}, "newton": {}, "fisher": {},
    "sgd": {"step": 0.2, "batch_size": 13, "decay": "sqrt", "seed": 4}, "em": {},
}  # fmt: skip


def agree(problem, starts, method, steps, **options):
    many = optimize_many(problem, starts, method, steps, tol=1e-6, **options)
    for i, start in enumerate(starts):
        if many.reasons[i] == "unstarted":
            with pytest.raises(mle.DomainError):
                mle.optimize(problem, start, method, steps, **options)
            continue
        one = mle.optimize(problem, start, method, steps, tol=1e-6, **options)
        assert (one.n_steps, one.reason) == (many.steps[i], many.reasons[i])
        last = one.n_steps + 1
        np.testing.assert_allclose(many.theta[:last, i], one.theta, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(many.values[:last, i], one.values, rtol=1e-9)
        np.testing.assert_array_equal(many.passes[:last, i], one.passes)
        np.testing.assert_allclose(many.sizes[: last - 1, i], one.sizes, rtol=1e-12)
        assert (many.theta[last:, i] == many.theta[last - 1, i]).all()
        lost = one.rejected[-1][-1] if one.reason == "diverged" and one.rejected and len(one.rejected[-1]) else None
        np.testing.assert_allclose(many.left[i], [np.nan] * len(start) if lost is None else lost, rtol=1e-9)
    return many


@pytest.mark.parametrize("method", [key for key in MANY if key != "em"])
@pytest.mark.parametrize("coordinates", ["raw", "log"])
@pytest.mark.parametrize("family", ["gamma", "logistic"])
def test_every_run_is_the_run_of_its_start(family, coordinates, method):
    problem = mle.likelihood_problem(family, SAMPLE, coordinates)
    best = problem.from_params(mle.fit(family, SAMPLE).params)
    starts = best * np.array([[0.6, 0.7], [1.4, 1.3], [0.8, 2.5], [1.02, 0.98], [1.0, -3.0]])
    agree(problem, starts, method, 12, **OPTIONS[method])


@pytest.mark.parametrize("family", ["normal_mixture", "normal_mixture_common"])
def test_em_takes_many_starts(family):
    problem = mle.likelihood_problem(family, TWO)
    best = problem.from_params(mle.fit(family, TWO).params)
    starts = np.stack([best, 0.7 * best, best + 0.2])
    many = agree(problem, starts, "em", 15)
    assert many.steps[0] < 15 < 1 + many.steps[1]


def test_full_steps_that_leave_the_domain_are_kept():
    problem = mle.likelihood_problem("normal", SAMPLE)
    starts = np.array([[60.0, 35.0], [60.0, 200.0], [150.0, 90.0]])
    many = agree(problem, starts, "newton", 20, step=1.0)
    assert set(many.reasons) == {"converged", "diverged"} and np.isfinite(many.left).any()


def test_what_cannot_be_done_is_said():
    problem = mle.likelihood_problem("normal", SAMPLE)
    with pytest.raises(ValueError, match="bfgs cannot run from many starts at once; choose one of gradient"):
        optimize_many(problem, [[60.0, 35.0]], "bfgs")
    with pytest.raises(ValueError, match="needs a planned step; give a size"):
        optimize_many(problem, [[60.0, 35.0]], "gradient")


@pytest.mark.parametrize("family", ["normal", "normal_mixture"])
def test_newtons_cuts_are_its_steps_and_its_parabolas(family):
    x, shares = (SAMPLE, TWO)[family == "normal_mixture"], np.linspace(-0.5, 2, 11)
    problem = mle.likelihood_problem(family, x)
    best = problem.from_params(mle.fit(family, x).params)
    theta = best * (1 + 0.5 * np.sin(np.arange(5 * best.size)).reshape(5, -1))
    theta[:2] = 1.001 * best, best * np.where(np.arange(best.size) == 1, 2.5, 1.0)
    cuts = newton_cuts(problem, theta, shares)
    assert cuts.concave.any() and not cuts.concave.all()
    for i, here in enumerate(theta):
        touching = mle.newton_parabola(problem, here)
        assert bool(cuts.concave[i]) == (touching.top is not None)
        line = here + shares[:, None] * cuts.step[i]
        np.testing.assert_allclose(cuts.touching[i], touching(line) - touching.value, atol=1e-12)
        np.testing.assert_allclose(cuts.truth[i], problem.value(line) - touching.value, atol=1e-12)
        # The model rises by half of what the slope says, at the end of the step, and nowhere more.
        np.testing.assert_allclose(cuts.promised[i], touching.gradient @ cuts.step[i] / 2, rtol=1e-12)
        if cuts.concave[i]:
            np.testing.assert_allclose(touching.center + cuts.step[i], touching.top, rtol=1e-9)
            np.testing.assert_allclose(cuts.model(shares)[i], cuts.touching[i], atol=1e-9)
        path = mle.optimize(problem, here, "newton", 1, step=1.0, tol=0.0)
        end = path.theta[-1] if path.n_steps else path.rejected[-1][-1]
        np.testing.assert_allclose(here + cuts.step[i], end, rtol=1e-9)
