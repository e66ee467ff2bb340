"""The likelihood of every family: sums, derivatives, surfaces and profiles, each got in a plain way too."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from conftest import FAMILIES, allowed, draw, known, reach, thetas
from hypothesis import given
from hypothesis import strategies as st

import mle_core as mle

each_family = pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.key)


@each_family
@given(data=st.data())
def test_loglik_is_the_sum_of_log_prob(family, data):
    theta = data.draw(thetas(family))
    x = allowed(family, theta, 80)
    logs = family.log_prob(x, theta)
    assert mle.loglik(family, x, theta) == pytest.approx(logs.sum(), rel=1e-12, abs=1e-12 * np.abs(logs).sum())


@each_family
@given(data=st.data())
def test_score_is_the_slope_of_loglik(family, data):
    theta = data.draw(thetas(family))
    x = allowed(family, theta, 40)
    score = mle.score(family, x, theta)
    for j in [j for j, param in enumerate(family.params) if not param.given]:
        h = reach(family, theta[j])
        steps = np.tile(theta, (4, 1))
        steps[:, j] += h * np.array([-2, -1, 1, 2])
        # Five-point rule: its error is of the order h⁴.
        values = mle.loglik(family, x, steps)
        slope = np.array([1, -8, 8, -1]) @ values / (12 * h)
        scale = np.max(np.abs(values)) * 1e-11 / h + abs(slope) * 1e-6
        assert score[j] == pytest.approx(slope, abs=scale + 1e-7)


@each_family
@given(data=st.data())
def test_information_is_minus_the_slope_of_the_score(family, data):
    theta = data.draw(thetas(family))
    x = allowed(family, theta, 40)
    information = mle.information(family, x, theta)
    np.testing.assert_array_equal(information, information.T)
    for j in [j for j, param in enumerate(family.params) if not param.given]:
        h = reach(family, theta[j])
        steps = np.tile(theta, (4, 1))
        steps[:, j] += h * np.array([-2, -1, 1, 2])
        scores = mle.score(family, x, steps)
        slope = -(np.array([1, -8, 8, -1]) @ scores) / (12 * h)
        tolerance = np.max(np.abs(scores), axis=0) * 1e-11 / h + np.abs(slope) * 1e-6 + 1e-6
        assert np.all((np.abs(information[j] - slope) <= tolerance) | [param.given for param in family.params])


def test_derivatives_of_a_batch_are_those_of_its_rows(family):
    x = draw(family)
    theta = np.stack([family.default, family.default * 1.1 + 0.01, family.default * 0.9 + 0.02])
    theta[:, [param.given for param in family.params]] = list(known(family).values())
    scores, informations = mle.score(family, x, theta), mle.information(family, x, theta)
    for i in range(3):
        np.testing.assert_allclose(scores[i], mle.score(family, x, theta[i]), rtol=1e-12, atol=1e-10)
        np.testing.assert_allclose(informations[i], mle.information(family, x, theta[i]), rtol=1e-12, atol=1e-10)


def test_loglik_outside_the_domain_is_minus_infinity(family):
    x = draw(family)
    theta = np.stack([family.default, np.full(len(family.params), np.nan), -np.ones(len(family.params))])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        values = mle.loglik(family, x, theta)
        assert np.isfinite(values[0])
        assert values[1] == values[2] == -np.inf
        if np.isfinite(family.support.low):
            assert mle.loglik(family, np.append(x, family.support.low - 1), family.default) == -np.inf
    assert mle.loglik(family, x, np.empty((0, len(family.params)))).shape == (0,)


def test_memory_does_not_grow_with_n_times_grid():
    import tracemalloc

    x = draw(mle.FAMILIES["student_t"], 50_000)
    theta = np.tile(mle.FAMILIES["student_t"].default, (300, 1))
    tracemalloc.start()
    mle.loglik("student_t", x, theta)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16e6  # the full table would take 120 MB


def test_surface_is_loglik_cell_by_cell(family):
    if len(family.params) < 2:
        with pytest.raises(ValueError, match="two parameters"):
            mle.surface(family, draw(family), {family.names[0]: [1.0, 2.0]})
        return
    x = draw(family)
    first, second, *others = family.params
    a = np.linspace(first.typical.low, first.typical.high, 7)
    outside = second.domain.low - 1 if np.isfinite(second.domain.low) else np.nan
    b = np.concatenate([[outside], np.linspace(second.typical.low, second.typical.high, 5)])
    fixed = {param.name: param.default for param in others}
    result = mle.surface(family, x, {first.name: a, second.name: b}, fixed=fixed)
    assert result.names == (first.name, second.name)
    assert result.values.shape == (6, 7)
    for i, v in enumerate(b):
        for j, u in enumerate(a):
            expected = mle.loglik(family, x, [u, v, *fixed.values()])
            assert result.values[i, j] == pytest.approx(float(expected), rel=1e-12)
    assert np.all(result.values[0] == -np.inf)
    turned = mle.surface(family, x, {second.name: b, first.name: a}, fixed=fixed)
    np.testing.assert_array_equal(turned.values, result.values.T)


def test_profiled_surface_is_the_brute_maximum():
    x = draw(mle.FAMILIES["student_t"], 100)
    a, b = np.linspace(-1, 1, 5), np.geomspace(0.4, 2.5, 6)
    result = mle.surface("student_t", x, {"mu": a, "sigma": b})
    nu = np.append(np.geomspace(0.05, 1e6, 4000), np.inf)
    grid = np.stack([np.broadcast_to(v, (6, 5, nu.size)) for v in (a[None, :, None], b[:, None, None], nu)], axis=-1)
    brute = mle.loglik("student_t", x, grid).max(axis=-1)
    assert np.all(result.values >= brute - 1e-9)
    np.testing.assert_allclose(result.values, brute, atol=1e-3)
    np.testing.assert_allclose(mle.loglik("student_t", x, result.theta), result.values, rtol=1e-12)


@pytest.mark.parametrize("n", [30, 300])
def test_profile_is_the_brute_maximum(family, n):
    x = draw(family, n)
    result = mle.fit(family, x, fixed=known(family))
    for j, name in enumerate(family.names):
        if name in result.fixed or not np.isfinite(result.theta[j]):
            continue
        grid = result.theta[j] + result.standard_errors[name] * np.linspace(-2, 2, 5)
        grid = grid[family.params[j].contains(grid)]
        profile = mle.profile(result, name, grid)
        np.testing.assert_array_equal(profile.path[:, j], grid)
        np.testing.assert_allclose(mle.loglik(family, x, profile.path), profile.values, rtol=1e-12)
        rng = np.random.default_rng(0)
        for i in range(len(grid)):
            # No neighbour along the ridge is higher.
            near = profile.path[i] + rng.normal(size=(200, len(family.params))) * 0.01 * np.abs(profile.path[i])
            near[:, j] = grid[i]
            near[:, [family.index(held) for held in result.fixed]] = list(result.fixed.values())
            values = mle.loglik(family, x, np.where(np.isnan(near), np.inf, near))
            assert np.max(values) <= profile.values[i] + 1e-9
        assert np.all(profile.values <= result.loglik + 1e-9)


def test_profile_of_a_poor_grid_and_of_a_fixed_parameter():
    x = draw(mle.FAMILIES["gamma"])
    profile = mle.profile(mle.fit("gamma", x), "shape", [-1.0, 0.0, 2.0])
    assert np.isneginf(profile.values[:2]).all()
    assert np.isnan(profile.path[:2, 1]).all()
    held = mle.fit("student_t", draw(mle.FAMILIES["student_t"]), fixed={"nu": 9.0})
    path = mle.profile(held, "mu", [0.0, 0.5]).path
    np.testing.assert_array_equal(path[:, 2], 9.0)
    with pytest.raises(ValueError, match="nu was fixed at 9"):
        mle.profile(held, "nu", [3.0])
    with pytest.raises(ValueError, match="mu, sigma, nu"):
        mle.profile(held, "lambda", [3.0])


def test_likelihood_ratio_drop():
    assert mle.likelihood_ratio_drop(0.95, 2) == pytest.approx(-np.log(0.05), rel=1e-12)
    assert mle.likelihood_ratio_drop(0.95, 1) == pytest.approx(1.9207294103470, rel=1e-12)
    with pytest.raises(mle.DomainError):
        mle.likelihood_ratio_drop(1.0, 1)
