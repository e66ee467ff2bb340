"""Fits of every family: the maximum is one, whatever the units, the order and the way the data are written."""

from __future__ import annotations

import copy
import math

import numpy as np
import pandas as pd
import pytest
from conftest import FAMILIES, allowed, draw, known, thetas, typical_theta
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize

import mle_core as mle

each_family = pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.key)


@each_family
@given(data=st.data())
def test_no_neighbour_is_more_likely(family, data):
    theta = data.draw(thetas(family))
    x = draw(family, 150, theta=theta, seed=data.draw(st.integers(0, 9)))
    result = mle.fit(family, x, fixed=known(family, theta))
    assert result.converged
    assert result.loglik == pytest.approx(float(mle.loglik(family, x, result.theta)), rel=1e-12)
    errors = np.nan_to_num(list(result.standard_errors.values()), nan=0.0)
    rng = np.random.default_rng(0)
    for size in (1e-3, 0.1, 1.0, 4.0):
        near = result.theta + size * errors * rng.normal(size=(200, len(errors)))
        assert np.max(mle.loglik(family, x, near)) <= result.loglik + 1e-9 * abs(result.loglik)


def test_the_maximum_beats_a_grid_over_the_typical_range(family):
    x = draw(family, 80)
    result = mle.fit(family, x, fixed=known(family))
    count = 25 if len(family.params) < 5 else 9
    axes = [
        [param.default] if param.given else np.linspace(param.typical.low, param.typical.high, count)
        for param in family.params
    ]
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
    assert mle.loglik(family, x, grid).max() <= result.loglik


@each_family
@pytest.mark.parametrize("seed", [1, 2])
def test_no_general_minimiser_finds_more(family, seed):
    """Nelder and Mead from the truth and from elsewhere, over a sample of any shape that the family takes."""
    rng = np.random.default_rng(seed)
    theta = typical_theta(family, rng.uniform(0.05, 0.95, len(family.params)))
    theta = theta if family.contains(theta) else family.default
    x = draw(family, int(rng.integers(12, 120)), seed=seed, theta=theta)
    result = mle.fit(family, x, fixed=known(family, theta))
    free = list(result.free)

    def negative(part):
        # Nothing narrower than the bound that the family states, where its likelihood has no maximum.
        point = result.theta.copy()
        point[free] = part
        inside = all(point[j] > result.floor(j) for j in free if math.isfinite(result.floor(j)))
        return min(-float(mle.loglik(family, x, point)), 1e300) if inside else 1e300

    best = math.inf
    for start in (theta, np.where(np.isfinite(result.theta), result.theta, theta) * rng.uniform(0.8, 1.2, theta.size)):
        found = optimize.minimize(
            negative, start[free], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-11, "maxiter": 1200}
        )
        best = min(best, found.fun)
    assert -best <= result.loglik + 1e-9 * max(1, abs(result.loglik))


@each_family
@given(data=st.data())
def test_score_vanishes_at_the_maximum(family, data):
    theta = data.draw(thetas(family))
    x = draw(family, 150, theta=theta, seed=data.draw(st.integers(0, 9)))
    result = mle.fit(family, x, fixed=known(family, theta))
    errors = np.array(list(result.standard_errors.values()))
    inner = np.isfinite(result.theta) & (errors > 0)
    slope = (mle.score(family, x, result.theta) * errors)[inner]
    # In units of standard errors: 1e-6 of one is the accuracy asked for.
    assert np.max(np.abs(slope), initial=0) < 1e-6


@each_family
@given(seed=st.integers(0, 20))
def test_weights_are_repeats(family, seed):
    rng = np.random.default_rng(seed)
    x, counts = draw(family, 25, seed=seed), rng.integers(0, 5, 25)
    weighted, repeated = (
        mle.fit(family, values, weights=often, fixed=known(family))
        for values, often in ((x, counts), (np.repeat(x, counts), None))
    )
    assert weighted.n == repeated.n == counts.sum()
    np.testing.assert_allclose(weighted.theta, repeated.theta, rtol=1e-9)
    np.testing.assert_allclose(weighted.covariance, repeated.covariance, rtol=1e-6, atol=1e-12)
    assert weighted.loglik == pytest.approx(repeated.loglik, rel=1e-12)
    assert weighted.bic == pytest.approx(repeated.bic, rel=1e-12)


@pytest.mark.parametrize("exponent", [-990, -300, -40, -1, 1, 40, 300, 990])
@pytest.mark.parametrize(
    "family", [f for f in FAMILIES if any(param.power for param in f.params)], ids=lambda family: family.key
)
def test_scale_equivariance_is_exact_for_powers_of_two(family, exponent):
    powers = np.array([param.power for param in family.params])
    x, c = draw(family, 40), 2.0**exponent
    plain, scaled = mle.fit(family, x), mle.fit(family, c * x)
    np.testing.assert_allclose(scaled.theta, plain.theta * c**powers, rtol=1e-12)
    np.testing.assert_allclose(
        list(scaled.standard_errors.values()), np.array(list(plain.standard_errors.values())) * c**powers, rtol=1e-9
    )
    assert scaled.loglik == pytest.approx(plain.loglik - 40 * exponent * np.log(2), rel=1e-12)


@pytest.mark.parametrize("key", ["normal", "student_t", "laplace", "logistic", "cauchy"])
@pytest.mark.parametrize("shift", [-1024.0, 3.0, 2.0**30])
def test_shift_equivariance(key, shift):
    x = np.round(draw(mle.FAMILIES[key], 60) * 2**20) / 2**20  # so that the sum with the shift is exact
    plain, moved = mle.fit(key, x), mle.fit(key, x + shift)
    where = next(name for name in ("mu", "x0") if name in plain.params)
    assert moved.params[where] == pytest.approx(plain.params[where] + shift, abs=1e-8 * plain.standard_errors[where])
    np.testing.assert_allclose(moved.theta[1:], plain.theta[1:], rtol=1e-8)


def test_reflection_and_order_do_not_matter(family):
    x = draw(family, 50)
    there, back = (mle.fit(family, values, fixed=known(family)) for values in (x, x[::-1]))
    np.testing.assert_allclose(there.theta, back.theta, rtol=1e-10, atol=1e-14)


@each_family
@given(data=st.data())
def test_a_fit_with_fixed_parameters_is_the_best_of_the_rest(family, data):
    theta = data.draw(thetas(family))
    x = allowed(family, theta, 60)
    held = data.draw(st.sets(st.sampled_from(family.names), max_size=len(family.names)))
    fixed = {name: theta[family.names.index(name)] for name in held} | known(family, theta)
    result = mle.fit(family, x, fixed=fixed)
    assert result.converged
    for name, value in fixed.items():
        assert result.params[name] == value
        assert result.standard_errors[name] == 0
    free = [j for j, name in enumerate(family.names) if name not in fixed]
    assert result.aic == pytest.approx(2 * len(free) - 2 * result.loglik)
    rng = np.random.default_rng(0)
    for size in (1e-3, 0.05):
        near = np.tile(result.theta, (200, 1))
        near[:, free] += size * rng.normal(size=(200, len(free))) * (1 + np.abs(near[:, free]))
        values = mle.loglik(family, x, np.nan_to_num(near, nan=np.inf))
        assert np.max(values) <= result.loglik + 1e-9 * abs(result.loglik)
    inner = [j for j in free if np.isfinite(result.theta[j]) and family.params[j].regular]
    observed = result.information == "observed"
    block = mle.information(family, x, result.theta) if observed else result.n * family.fisher(result.theta)
    block = block[np.ix_(inner, inner)]
    if any("not positive definite" in text for text in result.warnings):  # a held mean far from the data: weight → 0
        assert np.isnan(result.covariance[np.ix_(inner, inner)]).all()
        return
    np.testing.assert_allclose(result.covariance[np.ix_(inner, inner)] @ block, np.eye(len(inner)), atol=1e-6)


def test_all_kinds_of_numbers_are_taken_and_none_is_changed(family):
    whole = np.array([1, 2, 2, 5, 3, 9, 4, 1])
    if not family.support.contains(whole).all():
        whole = whole % 2 if family.discrete else whole / 16
    fixed = known(family)
    expected = mle.fit(family, whole.astype(float), fixed=fixed)
    before = whole.copy()
    kinds = [whole, whole.tolist(), whole.astype(np.float32), pd.Series(whole), pd.array(whole.tolist()), tuple(whole)]
    for kind in kinds:
        kept = copy.deepcopy(kind)
        np.testing.assert_array_equal(mle.fit(family, kind, fixed=fixed).theta, expected.theta)
        np.testing.assert_array_equal(np.asarray(kind), np.asarray(kept))
    np.testing.assert_array_equal(whole, before)
    frozen = whole.astype(float)
    frozen.setflags(write=False)
    np.testing.assert_array_equal(mle.fit(family, frozen, fixed=fixed).theta, expected.theta)


def test_booleans_are_counts():
    assert mle.fit("poisson", [True, False, True, True]).params == {"rate": 0.75}


def test_a_result_describes_itself():
    x = mle.DATASETS["groundbeef"].values
    result = mle.fit("gamma", x)
    assert result.names == ("shape", "rate")
    assert list(result.params) == ["shape", "rate"]
    assert result.theta.shape == (2,) and result.covariance.shape == (2, 2)
    assert result.n == 254 and result.warnings == () and result.message == "converged"
    assert result.bic == pytest.approx(2 * np.log(254) - 2 * result.loglik)
    assert "Family('gamma')" in repr(result)


def test_unknown_names_list_the_known_ones():
    with pytest.raises(ValueError, match=r"normal, .*student_t, .*gamma, .*poisson"):
        mle.fit("gaussian", [1.0, 2.0])
    with pytest.raises(ValueError, match="its parameters are shape, rate"):
        mle.fit("gamma", [1.0, 2.0], fixed={"scale": 1.0})
    with pytest.raises(mle.DomainError, match=r"fixed rate = -1 is outside \(0, ∞\)"):
        mle.fit("gamma", [1.0, 2.0], fixed={"rate": -1.0})


@pytest.mark.parametrize(
    ("one", "other", "fixed", "same"),
    [
        ("exponential", "gamma", {"shape": 1.0}, lambda p: {"rate": p["rate"]}),
        ("exponential", "weibull", {"shape": 1.0}, lambda p: {"rate": 1 / p["scale"]}),
        ("cauchy", "student_t", {"nu": 1.0}, lambda p: {"x0": p["mu"], "gamma": p["sigma"]}),
        ("normal", "student_t", {"nu": math.inf}, lambda p: {"mu": p["mu"], "sigma": p["sigma"]}),
        ("poisson", "negative_binomial", {"size": math.inf}, lambda p: {"rate": p["mu"]}),
        ("geometric", "negative_binomial", {"size": 1.0}, lambda p: {"p": 1 / (1 + p["mu"])}),
        ("bernoulli", "binomial", {"n": 1.0}, lambda p: {"p": p["p"]}),
    ],
)
def test_a_family_inside_another_has_the_same_maximum(one, other, fixed, same):
    x = draw(mle.FAMILIES[one], 80)
    small, large = mle.fit(one, x), mle.fit(other, x, fixed=fixed)
    assert same(large.params) == pytest.approx(small.params, rel=1e-9)
    assert large.loglik == pytest.approx(small.loglik, rel=1e-11)


def test_a_lognormal_is_a_normal_of_the_logarithms():
    x = draw(mle.FAMILIES["lognormal"], 80)
    one, other = mle.fit("lognormal", x), mle.fit("normal", np.log(x))
    assert one.params == pytest.approx(other.params, rel=1e-13)
    assert one.loglik == pytest.approx(other.loglik - np.log(x).sum(), rel=1e-12)
    for name in one.names:
        assert mle.interval(one, name) == pytest.approx(mle.interval(other, name), rel=1e-9)
