"""Step rules: what a line search promises, and how step sizes fall."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from problems import check_record, gamma_problem, rosenbrock

import mle_core as mle
from mle_core.optimizers.line_search import wolfe
from mle_core.optimizers.problem import Point


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
@example(theta=(2.0, 1.0), first=1e5, share=0.9)  # the secant from there ends at the origin by rounding
def test_the_wolfe_conditions_hold(theta, first, share):
    problem = rosenbrock()
    point = Point(problem, np.array(theta))
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
