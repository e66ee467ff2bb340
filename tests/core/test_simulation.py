"""Repeated samples: every row is an ordinary fit, and rates and errors are those that theory knows."""

from __future__ import annotations

import math

import numpy as np
import pytest
from conftest import FAMILIES, draw
from scipy import integrate, optimize, special, stats

import mle_core as mle

STACKED = [family for family in FAMILIES if family.likelihood.stack is not None]
each_stacked = pytest.mark.parametrize("family", STACKED, ids=lambda family: family.key)


def given(family: mle.Family) -> dict[str, float]:
    return {param.name: param.default for param in family.params if param.given}


def tables(family: mle.Family, rows: int, n: int, seed: int = 3) -> np.ndarray:
    return draw(family, rows * n, seed=seed).reshape(rows, n)


@each_stacked
def test_a_stack_of_samples_is_fitted_like_each_alone(family):
    x = tables(family, 12, 150)
    theta, loglik, converged = mle.fit_stack(family, x, family.default, fixed=given(family))
    assert converged.all()
    for row in range(12):
        alone = mle.fit(family, x[row], fixed=given(family))
        errors = np.nan_to_num(list(alone.standard_errors.values()), nan=1.0)
        finite = np.isfinite(alone.theta)
        assert np.all(np.abs(theta[row] - alone.theta)[finite] <= 1e-6 * errors[finite] + 1e-12)
        np.testing.assert_array_equal(theta[row][~finite], alone.theta[~finite])
        assert loglik[row] == pytest.approx(alone.loglik, rel=1e-10)


@each_stacked
def test_scores_of_observations_add_up_to_the_score(family):
    x, theta = draw(family, 30), family.default * np.where(family.default == 0, 1, 1.1)
    if not family.contains(theta):
        theta = family.default
    if not all(param.regular for param in family.params):
        return
    scores = family.scores(x, theta)
    assert scores.shape == (30, len(family.params))
    free = [j for j, param in enumerate(family.params) if not param.given]
    np.testing.assert_allclose(
        scores.sum(axis=0)[free],
        mle.score(family, x, theta)[free],
        rtol=1e-9,
        atol=1e-9 * np.abs(scores[:, free]).sum(),
    )
    for j in free:  # each by the five-point rule on its own log-probability
        h = 1e-3 * max(abs(theta[j]), 0.1)
        steps = np.tile(theta, (4, 1))
        steps[:, j] += h * np.array([-2, -1, 1, 2])
        slope = np.array([1, -8, 8, -1]) @ family.log_prob(x, steps) / (12 * h)
        smooth = np.abs(slope - scores[:, j]) <= 1e-5 * (1 + np.abs(slope))
        assert smooth.mean() > 0.95, family.names[j]


def test_sampling_distribution_of_the_normal_is_that_of_mean_and_deviation():
    found = mle.sampling_distribution("normal", [1.0, 2.0], 9, repeats=3000, seed=4)
    x = mle.FAMILIES["normal"].sample([1.0, 2.0], 27_000, np.random.default_rng(4)).reshape(3000, 9)
    np.testing.assert_allclose(found.estimates, np.stack([x.mean(axis=1), x.std(axis=1)], axis=1), rtol=1e-9)
    np.testing.assert_allclose(found.standard_errors, found.estimates[:, 1:] / np.sqrt([9, 18]), rtol=1e-9)
    # E s = σ √(2/n) Γ(n/2)/Γ((n−1)/2): the bias of the maximum-likelihood σ.
    exact = 2 * np.sqrt(2 / 9) * np.exp(special.gammaln(4.5) - special.gammaln(4))
    error = found.estimates[:, 1].std() / np.sqrt(3000)
    assert abs(found.bias[1] - (exact - 2)) < 4 * error
    np.testing.assert_allclose(found.asymptotic_covariance, np.diag([4 / 9, 4 / 18]), rtol=1e-12)
    assert found.covariance[0, 0] == pytest.approx(4 / 9, rel=0.1)


@each_stacked
def test_same_seed_same_samples_and_another_seed_others(family):
    def run(seed):
        return mle.sampling_distribution(
            family, family.default, 40, repeats=20, seed=seed, fixed=given(family)
        ).estimates

    np.testing.assert_array_equal(run(1), run(1))
    assert not np.array_equal(run(1), run(2))


@each_stacked
def test_spread_tends_to_the_inverse_information(family):
    regular = [j for j, param in enumerate(family.params) if param.regular and not param.given]
    unit = family.fisher(family.default)
    if not regular or unit is None or len(family.params) > 3:
        return
    n = 4000
    found = mle.sampling_distribution(family, family.default, n, repeats=400, seed=2, fixed=given(family))
    bound = np.sqrt(np.diag(np.linalg.inv(n * unit[np.ix_(regular, regular)])))
    spread = found.estimates[:, regular].std(axis=0)
    # The standard deviation of 400 draws is known to 3.5 %.
    np.testing.assert_allclose(spread, bound, rtol=0.16)
    np.testing.assert_allclose(np.nanmedian(found.standard_errors[:, regular], axis=0), bound, rtol=0.05)


@pytest.mark.parametrize("n", [5, 20])
def test_coverage_of_the_normal_mean_is_known_exactly(n):
    found = mle.coverage("normal", [1.0, 2.0], "mu", n, repeats=20_000, seed=1)
    q = stats.chi2.ppf(0.95, 1)
    # Each covers where t² = (x̄ − μ)²/σ̂² stays below a bound; (n − 1) t² is F(1, n − 1).
    bounds = {"wald": q / n, "likelihood": np.expm1(q / n), "score": q / n / (1 - q / n) if q < n else np.inf}
    for method, bound in bounds.items():
        exact = stats.f.cdf((n - 1) * bound, 1, n - 1)
        assert abs(found[method].rate - exact) <= 4 * np.sqrt(exact * (1 - exact) / 20_000) + 1e-12, method
        assert found[method].repeats == 20_000


@each_stacked
def test_intervals_cover_as_they_promise(family):
    name = next((p.name for p in family.params if not p.given and p.regular), None)
    if name is None or len(family.params) > 3:
        return
    found = mle.coverage(family, family.default, name, 200, repeats=2000, seed=5, fixed=given(family))
    assert set(found) == {"likelihood", "score", "wald"}
    assert found["likelihood"].rate == pytest.approx(0.95, abs=0.025)
    assert found["score"].rate == pytest.approx(0.95, abs=0.025)


def test_coverage_agrees_with_the_intervals_themselves():
    found = mle.coverage("gamma", [2.0, 1.0], "shape", 15, repeats=200, seed=9)
    x = mle.FAMILIES["gamma"].sample([2.0, 1.0], 3000, np.random.default_rng(9)).reshape(200, 15)
    fits = [mle.fit("gamma", row) for row in x]
    for method, rate in found.items():
        ends = [mle.interval(result, "shape", method=method) for result in fits]
        assert rate.rate == np.mean([low <= 2.0 <= high for low, high in ends]), method


def test_a_misspecified_truth_breaks_the_naive_errors_and_not_the_sandwich():
    truth = ("student_t", [0.0, 1.0, 6.0])
    center = mle.pseudo_true("normal", truth)
    assert center.theta == pytest.approx([0, np.sqrt(6 / 4)], rel=1e-6, abs=1e-12)
    found = mle.sampling_distribution("normal", center.theta, 400, repeats=2000, seed=3, truth=truth)
    naive = np.median(found.standard_errors[:, 1])
    x = mle.FAMILIES["student_t"].sample(truth[1], 200_000, np.random.default_rng(0))
    result = mle.fit("normal", x)
    robust = mle.sandwich(result).standard_errors["sigma"] * np.sqrt(200_000 / 400)
    actual = found.estimates[:, 1].std()
    assert actual > 1.25 * naive
    assert robust == pytest.approx(actual, rel=0.12)


@pytest.mark.parametrize(
    ("family", "truth"),
    [("normal", ("gamma", [3.0, 1.0])), ("gamma", ("weibull", [2.0, 1.5])), ("student_t", ("lognormal", [0.0, 0.4]))],
)
def test_pseudo_true_parameters_minimise_the_divergence(family, truth):
    found = mle.pseudo_true(family, truth)
    law, source = mle.FAMILIES[family], mle.FAMILIES[truth[0]]
    low, high = source.quantile([1e-14, 1 - 1e-14], truth[1])

    def cross_entropy(theta):
        def integrand(x):
            return -float(source.prob(x, truth[1]) * law.log_prob(x, theta))

        middle = float(source.quantile(0.5, truth[1]))
        return (
            integrate.quad(integrand, low, middle, limit=200)[0] + integrate.quad(integrand, middle, high, limit=200)[0]
        )

    assert found.cross_entropy == pytest.approx(cross_entropy(found.theta), rel=1e-7)
    best = optimize.minimize(
        cross_entropy, found.theta * 1.02, method="Nelder-Mead", options={"xatol": 1e-6, "fatol": 1e-12}
    )
    assert found.cross_entropy <= best.fun + 1e-9
    np.testing.assert_allclose(found.theta, best.x, rtol=2e-3)


def test_pseudo_true_of_the_family_itself(family):
    found = mle.pseudo_true(family, (family, family.default), fixed=given(family))
    inner = [j for j, param in enumerate(family.params) if param.regular]
    # The median of nodes is one of them: a kinked likelihood is known to their spacing.
    close = 1e-6 if family.likelihood.errors_from == "observed" else 1e-3
    np.testing.assert_allclose(found.theta[inner], family.default[inner], rtol=10 * close, atol=close)


def test_sandwich_is_white_s_formula(continuous):
    if continuous.likelihood.stack is None or not all(param.regular for param in continuous.params):
        return
    x = draw(continuous, 90)
    result = mle.fit(continuous, x)
    inner = [j for j in range(len(result.theta)) if np.isfinite(result.theta[j])]
    scores = continuous.scores(x, result.theta)[:, inner]
    bread = result.covariance[np.ix_(inner, inner)]
    found = mle.sandwich(result)
    np.testing.assert_allclose(found.covariance[np.ix_(inner, inner)], bread @ (scores.T @ scores) @ bread, rtol=1e-6)
    counts = np.random.default_rng(1).integers(0, 4, 90)
    weighted = mle.sandwich(mle.fit(continuous, x, weights=counts)).standard_errors
    repeated = mle.sandwich(mle.fit(continuous, np.repeat(x, counts))).standard_errors
    assert weighted == pytest.approx(repeated, rel=1e-5, nan_ok=True)


def test_bootstrap_of_the_mean():
    x = mle.DATASETS["michelson"].values
    result = mle.fit("normal", x)
    for kind in mle.BOOTSTRAPS:
        found = mle.bootstrap(result, 4000, kind, seed=2)
        assert found.standard_errors["mu"] == pytest.approx(result.standard_errors["mu"], rel=0.05)
        assert abs(found.bias["mu"]) < 4 * result.standard_errors["mu"] / np.sqrt(4000)
        # σ̂ is too small by about σ/(4n)·3 in either world.
        assert found.bias["sigma"] < 0
        low, high = found.interval("mu", 0.9)
        assert (low, high) == pytest.approx(mle.interval(result, "mu", 0.9), abs=0.1 * result.standard_errors["mu"])
        np.testing.assert_array_equal(found.estimates, mle.bootstrap(result, 4000, kind, seed=2).estimates)
    basic, percentile = found.interval("sigma", method="basic"), found.interval("sigma")
    assert basic == pytest.approx(
        (2 * result.params["sigma"] - percentile[1], 2 * result.params["sigma"] - percentile[0])
    )


def test_bootstrap_with_counts_is_that_of_the_repeated_rows():
    x, counts = np.array([1.0, 2.0, 4.0, 7.0]), np.array([3, 0, 5, 2])
    weighted = mle.bootstrap(mle.fit("gamma", x, weights=counts), 300, seed=1)
    repeated = mle.bootstrap(mle.fit("gamma", np.repeat(x, counts)), 300, seed=1)
    np.testing.assert_allclose(weighted.estimates, repeated.estimates, rtol=1e-7)


def test_bootstrap_samples_without_a_maximum_are_missing_not_wrong():
    found = mle.bootstrap(mle.fit("normal", [0.4, 0.7]), 400, seed=1)
    missing = np.isnan(found.estimates).any(axis=1)
    assert 0.35 < missing.mean() < 0.65  # both drawn alike half of the time
    assert np.isfinite(list(found.standard_errors.values())).all()


def test_bootstrap_holds_what_was_fixed():
    x = draw(mle.FAMILIES["student_t"], 60)
    found = mle.bootstrap(mle.fit("student_t", x, fixed={"nu": 5.0}), 50)
    np.testing.assert_array_equal(found.estimates[:, 2], 5.0)


def test_wrong_requests_say_what_exists():
    result = mle.fit("gamma", draw(mle.FAMILIES["gamma"]))
    with pytest.raises(ValueError, match="choose one of nonparametric, parametric"):
        mle.bootstrap(result, kind="bayesian")
    with pytest.raises(ValueError, match="choose percentile or basic"):
        mle.bootstrap(result, 10).interval("shape", method="bca")
    with pytest.raises(ValueError, match="at least 2"):
        mle.bootstrap(result, 1)
    with pytest.raises(ValueError, match="shape, rate"):
        mle.bootstrap(result, 10).interval("k")
    with pytest.raises(mle.DomainError, match=r"x\[1, 0\] = -2\.0 .*1 of 4"):
        mle.fit_stack("gamma", [[1.0, 2.0], [-2.0, 1.0]], [1.0, 1.0])
    with pytest.raises(ValueError, match="one sample a row"):
        mle.fit_stack("gamma", [1.0, 2.0], [1.0, 1.0])
    with pytest.raises(ValueError, match="n = 0"):
        mle.sampling_distribution("normal", [0, 1], 0)
    with pytest.raises(ValueError, match="no common measure"):
        mle.pseudo_true("normal", ("poisson", [3.0]))


def test_samples_of_one_observation_have_no_location_and_scale():
    for simulate in (mle.sampling_distribution, lambda *sizes: mle.coverage(*sizes[:2], "mu", *sizes[2:])):
        with pytest.raises(mle.DegenerateDataError, match="n = 1"):
            simulate("normal", [0, 1], 1)
    alone = mle.sampling_distribution("normal", [0, 1], 1, 50, fixed={"sigma": 1.0})
    assert np.isfinite(alone.estimates).all()


def test_no_finite_estimate_is_nan_without_a_warning():
    runs = mle.sampling_distribution("negative_binomial", [2, 4], 1, 20)  # one count: size = ∞, always
    assert np.isinf(runs.estimates[:, 0]).all()
    assert np.isnan(runs.bias).all() and np.isnan(runs.covariance).all()
    drawn = mle.bootstrap(mle.fit("normal", [1.0, 2.0]), 2, seed=_seed_of_equal_rows())
    assert all(math.isnan(value) for value in [*drawn.standard_errors.values(), *drawn.bias.values()])
    assert all(math.isnan(end) for end in drawn.interval("mu"))


def _seed_of_equal_rows():
    """The first seed whose two resamples of two observations both repeat one of them."""
    for seed in range(100):
        rows = np.random.default_rng(seed).integers(0, 2, (2, 2))
        if (rows[:, 0] == rows[:, 1]).all():
            return seed
    raise AssertionError("one in four seeds does")


def test_coverage_of_tiny_samples_of_a_mixture_has_no_score_rather_than_an_error():
    family = mle.FAMILIES["normal_mixture_common"]
    found = mle.coverage(family, family.default, "sigma", 5, repeats=60, seed=0)
    assert set(found) == {"likelihood", "score", "wald"}
    assert all(0 <= value.rate <= 1 and value.repeats == 60 for value in found.values())
