"""Mini-batches: every epoch sees every observation, the seed is the path, and the noise is the one of theory."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from conftest import draw
from hypothesis import given
from hypothesis import strategies as st
from problems import check_record, gamma_problem

import mle_core as mle
from mle_core.optimizers.directions import Options
from mle_core.optimizers.problem import Point


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


@pytest.mark.parametrize("method", ["gradient", "momentum", "adam"])
def test_other_directions_follow_mini_batches_too(method):
    problem, start = gamma_problem()
    watched, seen = spied(problem)
    path = mle.optimize(watched, start, method, 30, step=0.02, batch_size=20, seed=5, tol=0.0)
    assert len(seen) == 30
    assert path.passes[-1] == pytest.approx(3.0)
    direction = mle.OPTIMIZERS[method].direction(Options())
    for t in range(30):
        way = direction(Point(problem.batch(seen[t]), path.theta[t]), False)
        np.testing.assert_allclose(path.theta[t + 1], path.theta[t] + 0.02 * way, rtol=1e-13)
    usual = mle.optimize(problem, start, method, 300, batch_size=20)
    assert usual.values[-1] > usual.values[0] + 0.1


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
    path = mle.optimize(problem, start, "sgd", 1500, batch_size=50)
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
