"""One simulation for all locations and scales, what is estimated with its exact moments, and sandwich errors of many samples."""

from __future__ import annotations

import numpy as np
import pytest

import mle_core as mle
from mle_core import simulation

MOVED = {
    "normal": [3.0, 2.5],
    "laplace": [-1.0, 0.4],
    "logistic": [1.0, 2.0],
    "lognormal": [1.0, 0.7],
    "exponential": [4.0],
    "gamma": [3.0, 0.2],
    "weibull": [1.5, 8.0],
}


@pytest.mark.parametrize("key", MOVED)
def test_estimates_carried_from_the_canonical_values_are_those_of_the_moved_samples(key):
    family, theta = mle.FAMILIES[key], MOVED[key]
    canonical = simulation.canonical_theta(family, theta)
    name = family.names[-1]
    wanted, found = (simulation.interval_roots(family, at, name, 12, repeats=60, seed=4) for at in (theta, canonical))
    assert simulation.carry(family, found.estimates, theta) == pytest.approx(wanted.estimates, rel=1e-6)
    assert simulation.carry_errors(family, found.standard_errors, theta) == pytest.approx(
        wanted.standard_errors, rel=1e-6
    )
    for method, roots in wanted.roots.items():
        assert found.roots[method] == pytest.approx(roots, rel=1e-5, abs=1e-5), method


def test_many_thetas_are_carried_to_at_once_and_shapes_stay():
    estimates = np.array([[2.0, 1.5], [3.0, 0.5]])
    theta = np.array([[2.0, 1.0], [2.0, 10.0], [2.0, 0.1]])
    moved = simulation.carry("gamma", estimates, theta)
    assert moved.shape == (3, 2, 2)
    assert moved[1] == pytest.approx(np.array([[2.0, 15.0], [3.0, 5.0]]))
    assert simulation.moves("gamma") == (False, True)
    assert simulation.moves("beta") == (False, False)
    assert simulation.carry("beta", estimates, [2.0, 3.0]) == pytest.approx(estimates)


@pytest.mark.parametrize(
    ("key", "theta", "n"), [("normal", [1.0, 2.0], 6), ("exponential", [3.0], 9), ("poisson", [2.0], 7)]
)
def test_exact_moments_are_those_of_simulated_estimates(key, theta, n):
    repeats = 20_000
    drawn = mle.sampling_distribution(key, theta, n, repeats, seed=2)
    for estimand in simulation.estimands(key):
        mean, variance = estimand.moments(np.array(theta), n)
        values = estimand.estimate(drawn.estimates, n)
        assert values.mean() == pytest.approx(mean, abs=4 * np.sqrt(variance / repeats)), estimand.key
        fourth = np.mean((values - values.mean()) ** 4)
        error = np.sqrt((fourth - variance**2) / repeats)
        assert values.var() == pytest.approx(variance, abs=4 * error), estimand.key


def test_the_delta_method_gives_the_variance_its_error():
    variance = next(e for e in simulation.estimands("normal") if e.key == "variance")
    assert variance.truth([0.0, 3.0]) == 9
    assert variance.standard_error([0.0, 3.0], np.diag([1.0, 0.25])) == pytest.approx(2 * 3 * 0.5)
    assert [e.key for e in simulation.estimands("gamma")] == ["shape", "rate"]


def test_sandwich_roots_are_those_of_each_sample_alone():
    truth = ("student_t", [0.0, 1.0, 6.0])
    center = mle.pseudo_true("normal", truth).theta
    found = simulation.interval_roots("normal", center, "sigma", 15, repeats=5, seed=3, truth=truth, robust=True)
    samples = np.random.default_rng(3).standard_t(6.0, (5, 15))
    for row, root, estimate in zip(samples, found.roots["sandwich"], found.estimates, strict=True):
        result = mle.fit("normal", row)
        assert estimate == pytest.approx(result.theta)
        error = mle.sandwich(result).standard_errors["sigma"]
        assert root == pytest.approx(abs(result.params["sigma"] - center[1]) / error)


def test_coverage_of_the_first_samples_and_of_other_levels():
    found = simulation.interval_roots("exponential", [1.0], "rate", 10, repeats=400, seed=1)
    assert found.coverage() == mle.coverage("exponential", [1.0], "rate", 10, repeats=400, seed=1)
    first = found.coverage(first=100)["wald"]
    assert first.repeats == 100 and first.rate == found.covered("wald")[:100].mean()
    rate, error = found.running("wald")
    assert (rate[99], error[99], rate[-1]) == pytest.approx((first.rate, first.error, found.coverage()["wald"].rate))
    assert found.coverage(0.5)["likelihood"].rate < found.coverage(0.99)["likelihood"].rate


def test_the_limit_of_the_covariance_by_moments_and_by_quadrature():
    heavy = simulation.limit_covariance("normal", ("student_t", [1.0, 2.0, 8.0]))
    v = 4 * 8 / 6
    assert heavy == pytest.approx(np.array([[v, 0], [0, v * (3 * 6 / 4 - 1) / 4]]))
    # gamma(α, β = 1): central moments α, 2α, 3α² + 6α
    skew = simulation.limit_covariance("normal", ("gamma", [2.0, 1.0]))
    assert skew == pytest.approx(np.array([[2, 4 / (2 * np.sqrt(2))], [4 / (2 * np.sqrt(2)), (24 - 4) / 8]]), rel=1e-6)
    right = simulation.limit_covariance("gamma", ("gamma", [2.0, 1.0]))
    assert right == pytest.approx(np.linalg.inv(mle.FAMILIES["gamma"].fisher([2.0, 1.0])), rel=1e-6)


@pytest.mark.parametrize(
    ("key", "theta"), [("bernoulli", [0.05]), ("poisson", [0.3]), ("geometric", [0.9]), ("binomial", [0.01, 6.0])]
)
def test_wald_intervals_on_the_boundary_cover_as_those_of_single_fits(key, theta):
    family, n, repeats = mle.FAMILIES[key], 8, 25
    given = {param.name: value for param, value in zip(family.params, theta, strict=True) if param.given}
    found = simulation.interval_roots(key, theta, family.names[0], n, repeats=repeats, seed=2, fixed=given)
    samples = family.sample(theta, n * repeats, np.random.default_rng(2)).reshape(repeats, n)
    ends = [mle.interval(mle.fit(key, x, fixed=given), family.names[0], method="wald") for x in samples]
    assert any(low == high for low, high in ends)
    assert found.covered("wald").tolist() == [low <= theta[0] <= high for low, high in ends]
