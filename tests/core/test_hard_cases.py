"""Inputs on which common libraries go wrong; see tests/reference/hard_cases.json."""

from __future__ import annotations

import warnings

import mpmath as mp
import numpy as np
import pytest
from conftest import draw
from scipy import special, stats

import mle_core as mle

SPREAD = [key for key, family in mle.FAMILIES.items() if family.likelihood.collapse]


@pytest.fixture(autouse=True)
def no_warning_leaks():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.mark.parametrize("key", SPREAD)
@pytest.mark.parametrize("x", [np.full(50, 3.0), np.array([0.4])])
def test_equal_observations_have_no_maximum(key, x):
    limit = mle.FAMILIES[key].likelihood.collapse_limit
    x = x if mle.FAMILIES[key].support.contains(x).all() else x / 6
    with pytest.raises(mle.DegenerateDataError, match=f"all observations equal {x[0]} .*{limit}"):
        mle.fit(key, x)


def test_equal_observations_with_a_fixed_scale_are_fine():
    assert mle.fit("normal", np.full(50, 3.0), fixed={"sigma": 1.0}).params["mu"] == 3.0
    assert mle.fit("normal", np.full(50, 3.0), fixed={"mu": 1.0}).params["sigma"] == 2.0
    assert mle.fit("gamma", np.full(50, 3.0), fixed={"shape": 6.0}).params["rate"] == pytest.approx(2.0)
    with pytest.raises(mle.DegenerateDataError, match="σ → 0"):
        mle.fit("normal", np.full(50, 3.0), fixed={"mu": 3.0})


def test_one_observation_is_enough_for_one_parameter():
    for key, x, params in (
        ("poisson", 4, {"rate": 4.0}),
        ("exponential", 4, {"rate": 0.25}),
        ("geometric", 4, {"p": 0.2}),
        ("bernoulli", 1, {"p": 1.0}),
    ):
        result = mle.fit(key, [x])
        assert result.params == pytest.approx(params) and result.converged
        assert any("rough" in text for text in result.warnings)


@pytest.mark.parametrize("key", SPREAD)
def test_two_observations(key):
    result = mle.fit(key, [0.4, 0.7])
    assert result.converged
    assert any("standard errors are rough" in text for text in result.warnings)
    if key in ("normal", "laplace", "logistic", "gamma", "weibull", "lognormal"):
        errors = np.array(list(result.standard_errors.values()))
        assert (errors > 0.3 * np.abs(result.theta) / np.sqrt(2)).sum() >= 1 and np.isfinite(errors).all()
    if key == "student_t":
        assert result.params["nu"] == np.inf
        assert result.params["sigma"] == pytest.approx(0.15)


def test_observations_up_to_one_more_than_parameters_are_called_few():
    for key, values, few in (("normal", [0.4, 0.7, 1.1], True), ("normal", [0.4, 0.7, 1.1, 1.2], False)):
        assert any("rough" in text for text in mle.fit(key, values).warnings) == few
    # A row of a binomial is as many trials as its n says.
    assert mle.fit("binomial", [18], fixed={"n": 20}).warnings == ()
    assert any(
        "n = 2 observations for 1 parameter" in text for text in mle.fit("binomial", [1], fixed={"n": 2}).warnings
    )
    assert mle.fit("normal", [0.4], fixed={"mu": 0.0, "sigma": 1.0}).warnings == ()
    with pytest.raises(mle.DomainError, match=r"fixed n = 2\.5 is outside whole numbers of \[1, ∞\)"):
        mle.fit("binomial", [1], fixed={"n": 2.5})


def test_parameters_that_are_no_numbers_are_named():
    x, result = [1.0, 2.0, 4.0, 4.5], mle.fit("normal", [1.0, 2.0, 4.0, 4.5])
    for bad, ask in (
        ("theta", lambda: mle.loglik("normal", x, ["a", 1])),
        ("theta", lambda: mle.score("normal", x, [None, 1])),
        ("theta", lambda: mle.information("normal", x, [1j, 1])),
        ("mu", lambda: mle.surface("normal", x, {"mu": ["a"], "sigma": [1.0]})),
        ("nu", lambda: mle.surface("student_t", x, {"mu": [0.0], "sigma": [1.0]}, fixed={"nu": "a"})),
        ("sigma", lambda: mle.fit("normal", x, fixed={"sigma": None})),
        ("grid", lambda: mle.profile(result, "mu", ["a"])),
        ("mu", lambda: mle.test(result, {"mu": "a"})),
        ("level", lambda: mle.interval(result, "mu", level="a")),
        ("nu", lambda: mle.fit_regression(x, [1.0, 0.0, 2.0, 2.0], "student_t", nu="a")),
    ):
        with pytest.raises(TypeError, match=f"{bad} must (be a|hold) real number"):
            ask()
    for grid in ([], [[1.0, 2.0]]):
        with pytest.raises(mle.MleError, match="mu must have one axis of at least 1 values"):
            mle.surface("normal", x, {"mu": grid, "sigma": [1.0]})
    with pytest.raises(mle.MleError, match="theta must not have rows of different lengths"):
        mle.loglik("normal", x, [[0.0, 1.0], [0.0]])


@pytest.mark.parametrize("key", list(mle.FAMILIES))
def test_what_is_not_a_sample(key):
    with pytest.raises(ValueError, match="no observations"):
        mle.fit(key, [])
    with pytest.raises(ValueError, match=r"2 of 4 values are NaN or infinite, the first is x\[1\] = nan"):
        mle.fit(key, [1.0, np.nan, 2.0, np.inf])
    with pytest.raises(TypeError, match="x must hold real numbers"):
        mle.fit(key, ["a", "b"])
    with pytest.raises(TypeError, match="x must hold real numbers"):
        mle.fit(key, [1.0, None])
    with pytest.raises(TypeError, match="x must hold real numbers"):
        mle.fit(key, [1 + 2j, 3])
    with pytest.raises(ValueError, match="one axis"):
        mle.fit(key, [[1.0, 2.0], [3.0, 4.0]])
    with pytest.raises(mle.MleError, match=r"rows of different lengths, as x\[0\] and x\[2\]"):
        mle.fit(key, [[1.0, 2.0], [2.0, 3.0], [3.0]])
    with pytest.raises(ValueError, match=r"pass np\.ravel\(x\)\.$"):
        mle.fit(key, [[1.0], [2.0]])
    with pytest.raises(ValueError, match=r"2 of 3 are, the first is weights\[0\] = -1; remove those rows"):
        mle.fit(key, [1.0, 2.0, 1.0], weights=[-1.0, 1.0, -2.0])
    with pytest.raises(ValueError, match="masked"):
        mle.fit(key, np.ma.masked_array([1.0, 2.0], [False, True]))
    with pytest.raises(ValueError, match="weights must be finite"):
        mle.fit(key, [1.0, 2.0], weights=[1.0, np.nan])
    with pytest.raises(ValueError, match=r"weights\[1\] = -1"):
        mle.fit(key, [1.0, 2.0], weights=[1.0, -1.0])
    with pytest.raises(ValueError, match="3 counts, 2 values"):
        mle.fit(key, [1.0, 2.0], weights=[1.0, 1.0, 1.0])
    with pytest.raises(ValueError, match="every weight is 0"):
        mle.fit(key, [1.0, 2.0], weights=[0.0, 0.0])


@pytest.mark.parametrize("key", ["gamma", "weibull", "lognormal"])
def test_a_zero_among_positive_data_is_named(key):
    x = np.append(draw(mle.FAMILIES[key], 99), 0.0)
    with pytest.raises(mle.DomainError, match=rf"x\[99\] = 0\.0 .*{key} \(1 of 100 values\)"):
        mle.fit(key, x)


def test_counts_that_are_none():
    for wrong in (1.5, -1):
        with pytest.raises(mle.DomainError, match=rf"x\[2\] = {wrong}"):
            mle.fit("poisson", [1, 2, wrong])


@pytest.mark.parametrize("shape", [1e-3, 1e-2])
def test_gamma_of_tiny_shape(shape):
    x = draw(mle.FAMILIES["gamma"], 500, theta=np.array([shape, 1.0]))
    x = x[x > 1e-307]
    result = mle.fit("gamma", x)
    assert result.converged
    gap = np.log(x.mean()) - np.log(x).mean()
    assert np.log(result.params["shape"]) - special.psi(result.params["shape"]) == pytest.approx(gap, rel=1e-12)


def test_gamma_of_tiny_variation():
    mp.mp.dps = 40
    x = mle.DATASETS["michelson"].values
    result = mle.fit("gamma", x)
    exact = [mp.mpf(float(v)) for v in x]
    mean = mp.fsum(exact) / len(exact)
    gap = mp.log(mean) - mp.fsum(mp.log(v) for v in exact) / len(exact)
    shape = mp.findroot(lambda a: mp.log(a) - mp.digamma(a) - gap, result.params["shape"])
    rate = shape / mean
    loglik = mp.fsum(shape * mp.log(rate) + (shape - 1) * mp.log(v) - rate * v - mp.loggamma(shape) for v in exact)
    error = mp.sqrt(1 / (len(exact) * (mp.psi(1, shape) - 1 / shape)))
    assert result.params["shape"] == pytest.approx(float(shape), rel=1e-10)
    assert result.params["rate"] == pytest.approx(float(rate), rel=1e-10)
    assert result.loglik == pytest.approx(float(loglik), rel=1e-11)
    assert result.standard_errors["shape"] == pytest.approx(float(error), rel=1e-7)


def test_weibull_of_tiny_variation():
    mp.mp.dps = 40
    x = mle.DATASETS["michelson"].values
    result = mle.fit("weibull", x)
    logs = [mp.log(mp.mpf(float(v))) for v in x]
    center = mp.fsum(logs) / len(logs)
    logs = [v - center for v in logs]

    def profile_score(k):
        powers = [mp.exp(k * v) for v in logs]
        return 1 / k - mp.fsum(p * v for p, v in zip(powers, logs, strict=True)) / mp.fsum(powers)

    assert result.params["shape"] == pytest.approx(float(mp.findroot(profile_score, result.params["shape"])), rel=1e-10)


def test_light_tails_make_a_student_t_normal():
    x = np.random.default_rng(5).uniform(-1, 1, 100)
    result, normal = mle.fit("student_t", x), mle.fit("normal", x)
    assert result.params["nu"] == np.inf
    assert result.params["sigma"] == pytest.approx(normal.params["sigma"], rel=1e-10)
    assert result.loglik == pytest.approx(normal.loglik, rel=1e-12)
    assert np.isnan(result.standard_errors["nu"])
    assert result.standard_errors["mu"] == pytest.approx(normal.standard_errors["mu"], rel=1e-9)
    assert result.standard_errors["sigma"] == pytest.approx(normal.standard_errors["sigma"], rel=1e-9)
    assert any("∞" in text for text in result.warnings)
    low, high = mle.interval(result, "nu")
    assert high == np.inf
    assert mle.loglik("student_t", x, [*mle.profile(result, "nu", [low]).path[0]]) == pytest.approx(
        result.loglik - mle.likelihood_ratio_drop(0.95, 1), abs=1e-9
    )


def test_the_slope_at_the_normal_is_the_excess_of_kurtosis():
    """∂ℓ/∂(1/ν) at 1/ν = 0 is n (m₄/m₂² − 3)/4: below 3 the normal is at least a local maximum."""
    rng = np.random.default_rng(2)
    for x in (rng.uniform(-1, 1, 50), rng.beta(2, 2, 80), np.linspace(-1, 1, 30), rng.normal(size=200) ** 3):
        kurtosis = np.mean((x - x.mean()) ** 4) / x.var() ** 2
        values = mle.loglik("student_t", x, [[x.mean(), x.std(), nu] for nu in (np.inf, 1e6)])
        assert (values[1] - values[0]) * 1e6 == pytest.approx(x.size * (kurtosis - 3) / 4, rel=1e-3)
        assert (mle.fit("student_t", x).params["nu"] == np.inf) == (kurtosis < 3)


def test_light_tails_by_value_not_by_kurtosis():
    # A narrow core and two even arms: the kurtosis says "lighter than normal", the likelihood says heavy tails.
    core = stats.norm.ppf(np.linspace(0.001, 0.999, 400)) * 1e-4
    x = np.concatenate([core, np.linspace(0.9, 1.1, 150), -np.linspace(0.9, 1.1, 150)])
    assert np.mean(x**4) / np.mean(x**2) ** 2 < 3
    result, normal = mle.fit("student_t", x), mle.fit("normal", x)
    assert result.params["nu"] < 2
    assert result.loglik > normal.loglik + 200


def test_heavy_tails_below_one_degree_of_freedom():
    x = draw(mle.FAMILIES["student_t"], 300, theta=np.array([2.0, 1.0, 0.4]))
    result = mle.fit("student_t", x)
    assert result.converged
    assert result.params["nu"] == pytest.approx(0.4, abs=4 * result.standard_errors["nu"])
    grid = np.stack(np.meshgrid(np.linspace(1, 3, 21), np.geomspace(0.3, 3, 21), np.geomspace(0.1, 4, 21)), axis=-1)
    assert mle.loglik("student_t", x, grid).max() <= result.loglik


def test_ties_that_make_the_student_t_unbounded():
    x = np.concatenate([np.zeros(30), np.random.default_rng(1).normal(size=20)])
    with pytest.raises(mle.DegenerateDataError, match=r"unbounded for nu < 1\.5"):
        mle.fit("student_t", x, fixed={"nu": 1.0})
    held = mle.fit("student_t", x, fixed={"nu": 3.0})
    assert held.converged and held.params["sigma"] > 0.1
    free = mle.fit("student_t", x)
    assert free.params["nu"] >= 1.5
    if free.params["nu"] < 1.51:
        assert not free.converged and any("unbounded" in text for text in free.warnings)


def test_a_maximum_inside_is_preferred_to_the_unbounded_spike():
    x = np.append(np.random.default_rng(2).normal(size=7), 50.0)
    result = mle.fit("student_t", x)
    assert result.converged
    assert result.params["nu"] > 1.1 / 7 and result.params["sigma"] > 0.05
    errors = np.array(list(result.standard_errors.values()))
    assert np.max(np.abs(mle.score("student_t", x, result.theta) * errors)) < 1e-6


def test_poisson_of_zeros_is_on_the_boundary():
    result = mle.fit("poisson", np.zeros(30))
    assert result.params == {"rate": 0.0} and result.loglik == 0.0
    assert result.standard_errors == {"rate": 0.0}
    assert any("boundary" in text for text in result.warnings)
    low, high = mle.interval(result, "rate")
    assert low == 0
    assert high == pytest.approx(mle.likelihood_ratio_drop(0.95, 1) / 30, rel=1e-10)
    assert mle.interval(result, "rate", method="wald") == (0.0, 0.0)


def test_huge_counts():
    x = np.array([1e15, 1e15 + 3e7, 1e15 - 3e7])
    result = mle.fit("poisson", x)
    assert result.params["rate"] == pytest.approx(1e15, rel=1e-15)
    assert result.loglik == pytest.approx(stats.norm.logpdf(x, 1e15, np.sqrt(1e15)).sum(), abs=1e-4)


def test_a_grid_that_misses_the_maximum_and_leaves_the_domain():
    x = draw(mle.FAMILIES["normal"], 40)
    surface = mle.surface("normal", x, {"mu": [5.0, 6.0], "sigma": [-1.0, 0.0, 1.0]})
    assert np.isneginf(surface.values[:2]).all() and np.isfinite(surface.values[2]).all()
    assert surface.values.max() < mle.fit("normal", x).loglik
