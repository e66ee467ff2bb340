"""Laplace, logistic, Cauchy, exponential, beta, Pareto and uniform: published fits, hard cases, exact arithmetic."""

from __future__ import annotations

import csv
import json
import warnings
from pathlib import Path

import mpmath as mp
import numpy as np
import pytest
from conftest import draw, thetas
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import mle_core as mle

REFERENCE = Path(__file__).parent.parent / "reference"
CASES = {case["id"]: case for case in json.loads((REFERENCE / "cases.json").read_text(encoding="utf-8"))}
# Case → family, and the published names of its parameters in the order of theta.
FITS = {
    "small_values_cauchy": ("cauchy", ("loc", "scale")),
    "gasoline_beta": ("beta", ("shape1", "shape2")),
    "danish_pareto": ("pareto", ("xm", "alpha")),
}


@pytest.fixture(autouse=True)
def no_warning_leaks():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def column(case_id: str) -> list[float]:
    data = CASES[case_id]["data"]
    with (REFERENCE / data["csv"]).open(newline="") as rows:
        x = [float(row[data["column"]]) for row in csv.DictReader(rows)]
    assert len(x) == data["n"]
    return x


# -- published ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case_id", FITS)
def test_published_fit(case_id):
    key, published = FITS[case_id]
    case, result = CASES[case_id], mle.fit(key, column(case_id))
    values = {"llf": result.loglik}
    for label, name in zip(published, result.names, strict=True):
        values[label], values[f"se_{label}"] = result.params[name], result.standard_errors[name]
        values[f"lr95_low_{label}"], values[f"lr95_upp_{label}"] = mle.interval(result, name)
    assert result.converged
    for name, text in case["high_precision"].items():
        relative = 1e-8 if name.startswith("se_") else 1e-10
        assert values[name] == pytest.approx(float(text), rel=relative), name
    for name, printed in case["expected"].items():
        assert abs(values[name] - printed) <= case["tolerance"][name]["abs"], name


def test_published_laplace():
    case = CASES["scipy_laplace"]
    exact = {name: float(text) for name, text in case["high_precision"].items()}
    result = mle.fit("laplace", case["data"]["x"])
    assert result.params == pytest.approx({"mu": exact["loc_at_any"], "b": exact["scale_ml"]}, rel=1e-15)
    assert any("every mu in [3, 5] maximises" in text for text in result.warnings)
    for mu in (exact["loc_lower"], exact["loc_upper"], 3.7):
        assert mle.loglik("laplace", case["data"]["x"], [mu, exact["scale_ml"]]) == pytest.approx(result.loglik)
    assert mle.loglik("laplace", case["data"]["x"], [2.99, exact["scale_ml"]]) < result.loglik
    # scipy holds the location at 6: the scale is then the mean distance from it.
    held = mle.fit("laplace", case["data"]["x"], fixed={"mu": 6.0})
    assert held.params["b"] == pytest.approx(case["expected"]["scale_at_loc6_fixed"], rel=1e-15)
    assert mle.fit("laplace", [1.0, 2.0, 7.0, 7.0, 9.0]).warnings == ()


def test_published_uniform():
    case = CASES["scipy_uniform"]
    exact = {name: float(text) for name, text in case["high_precision"].items()}
    result = mle.fit("uniform", case["data"]["x"])
    assert result.params == {"low": exact["loc"], "high": exact["loc"] + exact["scale"]}
    assert result.loglik == pytest.approx(exact["llf"], rel=1e-15)
    assert np.isnan(list(result.standard_errors.values())).all()
    assert sum("end point of the support" in text for text in result.warnings) == 2


# -- Laplace ------------------------------------------------------------------------------------------------------


@given(seed=st.integers(0, 50), shift=st.sampled_from([0.0, 1e6, -1e9]), counted=st.booleans())
def test_laplace_sums_are_exact(seed, shift, counted):
    rng = np.random.default_rng(seed)
    x = np.round(rng.standard_t(2, 40), 1) + shift
    weights = rng.integers(1, 5, 40) if counted else None
    mu = np.concatenate([x[:9], x[:9] + 0.037, [x.min() - 1e3, x.max() + 1e3]])
    values = mle.loglik("laplace", x, np.stack([mu, np.full_like(mu, 0.7)], axis=-1), weights=weights)
    repeated = np.repeat(x, 1 if weights is None else weights)
    exact = [-np.sum(np.abs(np.longdouble(repeated) - m)) / np.longdouble(0.7) for m in mu]
    exact = np.array(exact, dtype=float) - repeated.size * np.log(1.4)
    np.testing.assert_allclose(values, exact, rtol=1e-13)
    result = mle.fit("laplace", x, weights=weights)
    assert result.params["mu"] == pytest.approx(np.median(repeated), rel=1e-15)
    assert result.standard_errors == pytest.approx(
        dict.fromkeys(("mu", "b"), result.params["b"] / np.sqrt(repeated.size)), rel=1e-13
    )
    assert result.information == "expected"


def test_laplace_of_a_long_sample_keeps_its_digits():
    x = np.random.default_rng(0).laplace(0.3, 1.0, 300_001) ** 3
    mu = np.array([-50.0, 0.0, 0.2, 40.0])
    values = mle.loglik("laplace", x, np.stack([mu, np.ones(4)], axis=-1))
    exact = [-float(np.sum(np.abs(np.longdouble(x) - m))) - x.size * np.log(2) for m in mu]
    np.testing.assert_allclose(values, exact, rtol=2e-14)


# -- Cauchy -------------------------------------------------------------------------------------------------------


def test_two_values_leave_the_cauchy_a_half_circle():
    for x, weights in (([0.4, 0.7], None), ([0.4, 0.7, 0.4, 0.7], None), ([0.4, 0.7], [3, 3])):
        result = mle.fit("cauchy", x, weights=weights)
        assert result.converged
        assert result.params == pytest.approx({"x0": 0.55, "gamma": 0.15})
        assert any("half-circle" in text for text in result.warnings)
        angle = np.linspace(0.1, 3, 12)
        circle = np.stack([0.55 + 0.15 * np.cos(angle), 0.15 * np.sin(angle)], axis=-1)
        np.testing.assert_allclose(mle.loglik("cauchy", x, circle, weights=weights), result.loglik, rtol=1e-12)


@pytest.mark.parametrize("x", [[3.0, 3.0, 3.0, 1.0, 9.0], [3.0, 3.0, 1.0, 9.0], [0.0, 0.0, 5.0]])
def test_ties_that_leave_the_cauchy_without_a_maximum(x):
    with pytest.raises(mle.DegenerateDataError, match=rf"of {len(x)} observations are equal.*gamma → 0"):
        mle.fit("cauchy", x)
    held = mle.fit("cauchy", x, fixed={"gamma": 0.5})
    assert held.converged and held.params["x0"] == pytest.approx(x[0], abs=0.2)
    if x.count(x[0]) * 2 > len(x):
        with pytest.raises(mle.DegenerateDataError, match="γ → 0"):
            mle.fit("cauchy", x, fixed={"x0": x[0]})


@pytest.mark.parametrize("n", [7, 60, 300])
def test_a_profile_of_a_narrow_cauchy_has_the_best_of_all_locations(n):
    x = np.random.default_rng(n).standard_cauchy(n)
    result = mle.fit("cauchy", x)
    grid = result.params["gamma"] * np.array([1e-3, 0.02, 0.1, 0.4, 1.0, 5.0])
    values = mle.profile(result, "gamma", grid).values
    # Between every two neighbours, and near every one of them.
    distinct = np.sort(x)
    between = distinct[:-1, None] + np.diff(distinct)[:, None] * np.linspace(0, 1, 9)
    near = x[:, None] + np.min(np.diff(distinct)) * np.linspace(-1, 1, 3)
    for value, gamma in zip(values, grid, strict=True):
        places = np.concatenate([between.ravel(), near.ravel()])
        brute = mle.loglik("cauchy", x, np.column_stack([places, np.full(places.size, gamma)]))
        assert value >= brute.max() - 1e-9


def test_modes_of_a_cauchy_location():
    x = [-20.0, -19.0, 0.0, 1.0, 2.0, 30.0, 31.0]
    result = mle.fit("cauchy", x, fixed={"gamma": 0.2})
    grid = np.linspace(-40, 50, 90_001)
    values = mle.loglik("cauchy", x, np.stack([grid, np.full_like(grid, 0.2)], axis=-1))
    peaks = np.flatnonzero((values[1:-1] > values[:-2]) & (values[1:-1] > values[2:])) + 1
    assert len(peaks) > 3
    found = sorted([result.params["x0"], *(mode.theta[0] for mode in result.modes)])
    np.testing.assert_allclose(found, grid[peaks], atol=1e-3)
    assert result.loglik == pytest.approx(values.max(), abs=1e-4)
    assert any(f"{len(peaks)} local maxima" in text for text in result.warnings)


@given(seed=st.integers(0, 200), n=st.sampled_from([3, 4, 5, 8, 30]))
def test_cauchy_has_one_maximum_with_both_free(seed, n):
    x = np.random.default_rng(seed).standard_t(0.5, n)
    result = mle.fit("cauchy", x)
    assert result.converged
    slope = mle.score("cauchy", x, result.theta) * result.params["gamma"]
    assert np.max(np.abs(slope)) < 1e-9 * n
    grid = np.stack(np.meshgrid(x, result.params["gamma"] * np.geomspace(1e-4, 1e4, 41)), axis=-1)
    assert mle.loglik("cauchy", x, grid).max() <= result.loglik + 1e-12


def test_cauchy_with_values_whose_squares_overflow():
    x = np.array([0.1, 0.5, -0.3, 1e160, -1e200, 0.2, 0.0])
    result = mle.fit("cauchy", x)
    assert result.converged
    logs = stats.cauchy.logpdf(x[np.abs(x) < 1e100], 0.1, 0.5).sum()
    logs += sum(np.log(0.5 / np.pi) - 2 * np.log(abs(v)) for v in (1e160, 1e200))
    assert mle.loglik("cauchy", x, [0.1, 0.5]) == pytest.approx(logs, rel=1e-14)


# -- logistic -----------------------------------------------------------------------------------------------------


def test_logistic_far_out_is_exact():
    logistic = mle.FAMILIES["logistic"]
    assert logistic.log_prob(np.array([-800.0, 800.0]), [0, 1]).tolist() == [-800.0, -800.0]
    assert logistic.cdf(np.array([-800.0, 800.0]), [0, 1]).tolist() == [0.0, 1.0]
    np.testing.assert_array_equal(mle.score("logistic", [800.0], [0.0, 1.0]), [1.0, 799.0])


@given(seed=st.integers(0, 50), n=st.sampled_from([3, 10, 200]), outlier=st.sampled_from([0.0, 50.0, 1e8]))
def test_logistic_meets_its_equations(seed, n, outlier):
    x = np.append(np.random.default_rng(seed).logistic(3, 2, n), [outlier] * (outlier > 0))
    result = mle.fit("logistic", x)
    assert result.converged
    tanh = np.tanh((x - result.params["mu"]) / (2 * result.params["s"]))
    z = (x - result.params["mu"]) / result.params["s"]
    assert abs(tanh.sum()) < 1e-8 * len(x) and (z @ tanh) == pytest.approx(len(x), rel=1e-9)


# -- beta ---------------------------------------------------------------------------------------------------------


def exact_beta(x: np.ndarray, start: np.ndarray) -> tuple[mp.mpf, mp.mpf, mp.mpf]:
    mp.mp.dps = 50
    values = [mp.mpf(float(v)) for v in x]
    n = len(values)
    first, second = mp.fsum(map(mp.log, values)) / n, mp.fsum(mp.log(1 - v) for v in values) / n
    a, b = mp.findroot(
        lambda a, b: (mp.psi(0, a) - mp.psi(0, a + b) - first, mp.psi(0, b) - mp.psi(0, a + b) - second),
        tuple(start),
    )
    return a, b, n * ((a - 1) * first + (b - 1) * second - mp.log(mp.beta(a, b)))


@pytest.mark.parametrize(
    ("alpha", "beta"), [(0.02, 0.03), (1.0, 1.0), (0.5, 200.0), (4e3, 7e3), (3e7, 5e6), (2.0, 1e9)]
)
def test_beta_to_many_digits(alpha, beta):
    x = draw(mle.FAMILIES["beta"], 40, theta=np.array([alpha, beta]))
    x = x[(x > 1e-300) & (x < 1 - 1e-12)]
    result = mle.fit("beta", x)
    a, b, loglik = exact_beta(x, result.theta)
    assert result.converged
    assert result.params["alpha"] == pytest.approx(float(a), rel=1e-10)
    assert result.params["beta"] == pytest.approx(float(b), rel=1e-10)
    assert result.loglik == pytest.approx(float(loglik), rel=1e-11)


@pytest.mark.parametrize("theta", [(1e-3, 1e-3), (1e-3, 5.0), (1e-2, 1e3)])
def test_beta_of_tiny_shapes(theta):
    x = draw(mle.FAMILIES["beta"], 500, theta=np.array(theta))
    result = mle.fit("beta", x)
    assert result.converged
    errors = np.array(list(result.standard_errors.values()))
    assert np.max(np.abs(mle.score("beta", x, result.theta) * errors)) < 1e-6


def test_ends_of_the_unit_interval_are_not_beta():
    for wrong in (0.0, 1.0):
        with pytest.raises(mle.DomainError, match=rf"x\[2\] = {wrong} is outside the support \(0, 1\) of beta"):
            mle.fit("beta", [0.2, 0.5, wrong])


# -- exponential, Pareto, uniform ---------------------------------------------------------------------------------


def test_exponential_takes_zeros_and_one_observation():
    assert mle.fit("exponential", [0.0, 1.0, 2.0]).params["rate"] == 1.0
    one = mle.fit("exponential", [0.4])
    assert one.params["rate"] == 2.5 and one.standard_errors["rate"] == 2.5
    with pytest.raises(mle.DegenerateDataError, match=r"all observations equal 0 .*rate → ∞"):
        mle.fit("exponential", np.zeros(9))


@given(theta=thetas(mle.FAMILIES["pareto"]), seed=st.integers(0, 50))
def test_pareto_in_closed_form(theta, seed):
    x = draw(mle.FAMILIES["pareto"], 30, seed=seed, theta=theta)
    result = mle.fit("pareto", x)
    alpha = 30 / np.log(x / x.min()).sum()
    assert result.params["xm"] == x.min() and result.params["alpha"] == pytest.approx(alpha, rel=1e-12)
    assert result.standard_errors["alpha"] == pytest.approx(alpha / np.sqrt(30), rel=1e-12)
    assert np.isnan(result.standard_errors["xm"])
    with pytest.raises(mle.MleError, match="no wald interval for xm: it is an end point"):
        mle.interval(result, "xm", method="wald")
    held = mle.fit("pareto", x, fixed={"xm": x.min() / 2})
    assert held.params["alpha"] == pytest.approx(30 / np.log(2 * x / x.min()).sum(), rel=1e-12)
    with pytest.raises(mle.DomainError, match=r"outside the support \["):
        mle.fit("pareto", x, fixed={"xm": x.min() * 1.01})
    assert mle.loglik("pareto", x, [x.min() * 1.01, 2.0]) == -np.inf


def test_pareto_of_tiny_variation():
    mp.mp.dps = 40
    x = 1e6 + np.arange(9) * 1e-4
    alpha = 9 / mp.fsum(mp.log(mp.mpf(float(v)) / mp.mpf(float(x[0]))) for v in x)
    assert mle.fit("pareto", x).params["alpha"] == pytest.approx(float(alpha), rel=1e-13)


def test_uniform_is_zero_outside_and_refuses_what_it_cannot_hold():
    x = [1.0, 1.1, 1.2, 9.0]
    values = mle.loglik("uniform", x, [[1, 9], [0, 10], [1.05, 9], [1, 8.9], [9, 1]])
    np.testing.assert_allclose(values, [-4 * np.log(8), -4 * np.log(10), -np.inf, -np.inf, -np.inf], rtol=1e-15)
    assert mle.fit("uniform", x, fixed={"high": 12.0}).params == {"low": 1.0, "high": 12.0}
    with pytest.raises(mle.DomainError, match=r"x\[3\] = 9\.0 is outside the support \(−∞, 8\] of uniform"):
        mle.fit("uniform", x, fixed={"high": 8.0})
    with pytest.raises(mle.DomainError, match="contradict"):
        mle.FAMILIES["uniform"].check_theta([2.0, 1.0])


@pytest.mark.parametrize("level", [0.5, 0.95])
def test_interval_of_a_uniform_end_in_closed_form(level):
    x = draw(mle.FAMILIES["uniform"], 25)
    result = mle.fit("uniform", x)
    for method in ("wald", "score"):
        with pytest.raises(
            mle.MleError, match=f"no {method} interval for high: it is an end point .*method='likelihood'"
        ):
            mle.interval(result, "high", level, method)
    assert np.isnan(mle.test(result, {"high": x.max() + 1}).wald.p_value)
    low, high = mle.interval(result, "high", level)
    assert low == x.max()
    assert high == pytest.approx(x.min() + np.ptp(x) * (1 - level) ** (-1 / 25), rel=1e-10)
