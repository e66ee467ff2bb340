"""Mixtures of two normals: the published fit, quantiles, EM, spikes and data that do not identify a mixture."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from conftest import draw
from scipy import optimize, stats

import mle_core as mle
from mle_core.fitting.maximisation import maximise
from mle_core.sample import Sample

REFERENCE = Path(__file__).parent.parent / "reference"
CASES = {case["id"]: case for case in json.loads((REFERENCE / "cases.json").read_text(encoding="utf-8"))}
KEYS = ["normal_mixture", "normal_mixture_common"]


def waiting() -> np.ndarray:
    with (REFERENCE / CASES["faithful_mixture_equal_sigma"]["data"]["csv"]).open(newline="") as rows:
        return np.array([float(row["waiting"]) for row in csv.DictReader(rows)])


def test_faithful_mixture_equal_sigma():
    case = CASES["faithful_mixture_equal_sigma"]
    result = mle.fit("normal_mixture_common", waiting())
    names = {"lambda1": "weight", "mu1": "mu1", "mu2": "mu2", "sigma": "sigma"}
    values = {"llf": result.loglik, "lambda2": 1 - result.params["weight"]}
    for published, name in names.items():
        values[published], values[f"se_{published}"] = result.params[name], result.standard_errors[name]
    assert result.converged and result.warnings == () and result.information == "observed"
    for name, text in case["high_precision"].items():
        assert values[name] == pytest.approx(float(text), rel=1e-8 if name.startswith("se_") else 1e-10), name
    for name, printed in case["expected"].items():
        assert abs(values[name] - printed) <= case["tolerance"][name]["abs"], name


@pytest.mark.parametrize("key", KEYS)
def test_the_maximum_is_that_of_a_general_minimiser(key):
    x, family = waiting(), mle.FAMILIES[key]
    result = mle.fit(key, x)
    scale = np.array([0.1 if name == "weight" else 5.0 for name in family.names])
    found = optimize.minimize(
        lambda t: -float(mle.loglik(family, x, t * scale)),
        result.theta * 1.02 / scale,
        method="Nelder-Mead",
        options={"xatol": 1e-7, "fatol": 1e-10, "maxiter": 4000, "maxfev": 4000, "adaptive": True},
    )
    assert result.loglik >= -found.fun - 1e-9
    np.testing.assert_allclose(found.x * scale, result.theta, rtol=1e-4)


def test_one_standard_deviation_is_the_other_model_with_two_equal_ones():
    x, rng = waiting(), np.random.default_rng(0)
    common, free = mle.FAMILIES["normal_mixture_common"], mle.FAMILIES["normal_mixture"]
    four = np.array([0.3, 55.0, 79.0, 6.0])
    five = four[[0, 1, 3, 2, 3]]
    np.testing.assert_allclose(common.log_prob(x, four), free.log_prob(x, five), rtol=1e-14)
    tie = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0], [0, 0, 0, 1]])
    np.testing.assert_allclose(mle.score(common, x, four), mle.score(free, x, five) @ tie, rtol=1e-12)
    np.testing.assert_allclose(
        mle.information(common, x, four), tie.T @ mle.information(free, x, five) @ tie, rtol=1e-11, atol=1e-11
    )
    np.testing.assert_allclose(common.fisher(four), tie.T @ free.fisher(five) @ tie, rtol=1e-12, atol=1e-15)
    assert common.sample(four, 5, rng).shape == (5,)


@pytest.mark.parametrize(
    "theta",
    [
        [0.3, -1, 0.7, 2, 1.5],
        [0.5249, -6, 0.3, 6, 0.3],
        [1e-9, -5, 0.01, 5, 1],
        [0.3, -1e3, 1, 1e3, 2],
        [0.5, 1, 1, 1, 1],
    ],
)
def test_quantile_to_the_last_digits(theta):
    family = mle.FAMILIES["normal_mixture"]
    p = np.array([1e-12, 1e-3, 0.1, 0.29999, 0.5, 0.5249, 0.53, 0.9, 0.999])
    np.testing.assert_allclose(family.cdf(family.quantile(p, theta), theta), p, rtol=1e-12)
    assert family.quantile([0.0, 1.0], theta).tolist() == [-np.inf, np.inf]
    # The upper tail by symmetry: −x has the components in the other order.
    weight, mu1, sigma1, mu2, sigma2 = theta
    mirrored = [1 - weight, -mu2, sigma2, -mu1, sigma1]
    if weight > 1e-3:
        low = family.quantile([1e-9, 0.03125], mirrored)
        np.testing.assert_allclose(family.quantile([1 - 1e-9, 0.96875], theta), -low, rtol=1e-6)
        assert family.quantile(0.96875, theta) == pytest.approx(-low[1], rel=1e-12)


@pytest.mark.parametrize("theta", [[0.3, -1, 0.7, 2, 1.5], [0.9, 0, 0.01, 0.1, 3], [0.5, -50, 1, 50, 0.1]])
def test_expected_information_is_the_mean_of_the_observed_one(theta):
    family = mle.FAMILIES["normal_mixture"]
    _, mu1, sigma1, mu2, sigma2 = theta
    # The trapezoid rule on a fine grid: spectrally exact for smooth functions that vanish at both ends.
    step = min(sigma1, sigma2) / 12
    parts = [np.arange(mu - 13 * sigma, mu + 13 * sigma, step) for mu, sigma in ((mu1, sigma1), (mu2, sigma2))]
    x = np.unique(np.round(np.concatenate(parts) / step)) * step
    observed = mle.information(family, x, theta, weights=family.prob(x, theta) * step)
    expected = family.fisher(theta)
    size = np.sqrt(np.outer(np.diag(expected), np.diag(expected)))
    assert np.max(np.abs(observed - expected) / size) < 1e-9
    assert np.all(np.linalg.eigvalsh(expected) > 0)
    batch = family.fisher(np.array([[theta, theta], [theta, [0.5, 0, 1, 3, 1]]]))
    assert batch.shape == (2, 2, 5, 5)
    np.testing.assert_allclose(batch[1, 0], expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("key", KEYS)
def test_em_climbs_to_the_same_maximum(key):
    x, family = waiting(), mle.FAMILIES[key]
    summary, result = family.summarise(Sample.of(x)), mle.fit(key, x)
    theta = tuple(family.start(summary)[-1])
    values = []
    for _ in range(400):
        values.append(float(mle.loglik(family, x, theta)))
        theta = family.likelihood.em_step(summary, *theta)
        assert len(theta) == len(family.params) and all(isinstance(part, float) for part in theta)
    assert np.all(np.diff(values) >= -1e-10)
    np.testing.assert_allclose(theta, result.theta, rtol=1e-6)
    np.testing.assert_allclose(family.likelihood.em_step(summary, *result.theta), result.theta, rtol=1e-12)


@pytest.mark.parametrize("key", KEYS)
def test_means_ascend_whatever_the_data(key):
    """Hard case mixture_label_order."""
    x = waiting()
    plain, turned = mle.fit(key, x), mle.fit(key, -x)
    assert plain.params["mu1"] < plain.params["mu2"] and turned.params["mu1"] < turned.params["mu2"]
    assert turned.params["weight"] == pytest.approx(1 - plain.params["weight"], rel=1e-9)
    assert turned.params["mu1"] == pytest.approx(-plain.params["mu2"], rel=1e-10)
    assert turned.loglik == pytest.approx(plain.loglik, rel=1e-13)
    shuffled = mle.fit(key, np.random.default_rng(4).permutation(x))
    np.testing.assert_allclose(shuffled.theta, plain.theta, rtol=1e-10)
    np.testing.assert_array_equal(mle.fit(key, x).theta, plain.theta)
    family = mle.FAMILIES[key]
    crossed = family.default.copy()
    i, j = family.index("mu1"), family.index("mu2")
    crossed[[i, j]] = crossed[[j, i]]
    assert mle.loglik(family, x, crossed) == -np.inf
    with pytest.raises(mle.DomainError, match="contradict"):
        family.check_theta(crossed)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("n", [2, 3, 4, 5, 30, 1000])
def test_one_normal_does_not_identify_a_mixture(key, n):
    """Hard case mixture_one_component."""
    x = draw(mle.FAMILIES["normal"], n, seed=n)
    result, normal = mle.fit(key, x), mle.fit("normal", x)
    assert result.converged
    assert any("not identif" in text for text in result.warnings)
    assert all(np.isnan(error) for error in result.standard_errors.values())
    assert result.loglik >= normal.loglik - 1e-9
    assert result.params["mu1"] <= result.params["mu2"]
    tested = mle.test(result, {"weight": 0.5})
    for one in (tested.lr, tested.wald, tested.score):
        assert np.isnan(one.p_value) and one.note


def test_a_mean_that_the_data_leave_open_has_an_infinite_end():
    x = np.random.default_rng(4).normal(size=4)
    result = mle.fit("normal_mixture_common", x)
    assert result.loglik - mle.fit("normal", x).loglik < mle.likelihood_ratio_drop(0.95)
    low, high = mle.interval(result, "mu1")
    assert low == -np.inf and result.params["mu1"] < high < np.inf
    # Far out the first component has no share, and one normal is left.
    far = mle.profile(result, "mu1", [-1e3, -1e100, -1e155, -1e300]).values
    np.testing.assert_allclose(far, mle.fit("normal", x).loglik, rtol=1e-12)


@pytest.mark.parametrize("name", ["weight", "mu1"])
def test_a_profile_of_few_observations_follows_the_highest_ridge(name):
    """Against the best of many climbs from everywhere; on these twelve numbers the ridges cross inside the interval."""
    rng = np.random.default_rng(4)
    x = np.where(rng.random(12) < 0.4, -2, 2) + rng.normal(size=12)
    family = mle.FAMILIES["normal_mixture_common"]
    result, summary, j = mle.fit(family, x), family.summarise(Sample.of(x)), family.index(name)
    low, high = mle.interval(result, name)
    ends = [max(low, 0.01 if name == "weight" else -8.0), min(high, 0.99 if name == "weight" else 8.0)]
    grid = np.linspace(*ends, 4)
    means = np.sort(rng.uniform(x.min() - 1, x.max() + 1, (60, 2)), axis=1)
    starts = np.column_stack([rng.uniform(0.02, 0.98, 60), means, np.exp(rng.uniform(-2, 1, 60))])
    values = mle.profile(result, name, grid).values
    for value, point in zip(values, grid, strict=True):
        starts[:, j] = point
        possible = starts[family.contains(starts)]
        climbed = maximise(family, summary, possible, [i for i in range(4) if i != j], quick=True).loglik
        assert value >= np.nanmax(climbed) - 1e-3
        assert value <= result.loglik + 1e-9
    # One normal is in the model, or in its closure, at every value of a weight and of a mean on its own side.
    if name == "weight":
        np.testing.assert_array_less(mle.fit("normal", x).loglik - 1e-9, values)
        assert (low, high) == (0.0, 1.0)


def test_a_profile_of_two_standard_deviations_stays_off_spikes():
    rng = np.random.default_rng(2)
    x = np.concatenate([rng.normal(-2, 1, 8), rng.normal(2, 1, 12)])
    result = mle.fit("normal_mixture", x)
    path = mle.profile(result, "mu1", np.linspace(-3, -1, 9))
    assert np.all(path.values <= result.loglik + 1e-9)
    assert path.path[:, [2, 4]].min() > 0.01 * x.std()
    # The same ridge as the one that a fit with the mean held finds, where that does not climb a spike.
    held = [mle.fit("normal_mixture", x, fixed={"mu1": float(mu)}) for mu in path.grid]
    sound = [min(one.theta[2], one.theta[4]) > 0.05 * x.std() and one.loglik <= result.loglik + 1e-9 for one in held]
    assert sum(sound) >= 4
    logliks = np.array([one.loglik for one in held])
    assert np.all(path.values[sound] >= logliks[sound] - 1e-6)


def test_a_spike_is_told():
    x = np.append(np.random.default_rng(0).normal(size=100), 50.0)
    result = mle.fit("normal_mixture", x)
    assert any("spike" in text for text in result.warnings)
    assert all(np.isnan(error) for error in result.standard_errors.values())
    assert result.params["mu2"] == pytest.approx(50) and result.params["mu1"] == pytest.approx(x[:100].mean())
    # One standard deviation cannot shrink: the same data are fitted without a word.
    assert mle.fit("normal_mixture_common", x).warnings == ()
    two = mle.fit("normal_mixture_common", np.repeat([0.0, 1.0], 50))
    assert any("spike" in text for text in two.warnings)


@pytest.mark.parametrize("key", KEYS)
def test_a_long_sample(key):
    family = mle.FAMILIES[key]
    x = np.sort(draw(family, 60_000))  # sorted: a start from the first rows alone would fail
    result = mle.fit(key, x)
    errors = np.array(list(result.standard_errors.values()))
    assert result.converged and result.warnings == ()
    assert np.max(np.abs(result.theta - family.default) / errors) < 4
    assert np.max(np.abs(mle.score(key, x, result.theta) * errors)) < 1e-6
    np.testing.assert_allclose(family.fisher(result.theta) * len(x) @ result.covariance, np.eye(len(errors)), atol=0.1)


@pytest.mark.parametrize("key", KEYS)
def test_stacks_are_their_samples(key):
    family = mle.FAMILIES[key]
    x = np.stack([draw(family, 40, seed=seed) for seed in range(3)])
    theta = np.stack([family.default, family.default * 1.1, family.default * 0.9])
    value, slope, matrix = family.expansion(family.likelihood.stack(x), theta)
    for i in range(3):
        alone = family.expansion(family.summarise(Sample.of(x[i])), theta[i])
        for one, many in zip(alone, (value[i], slope[i], matrix[i]), strict=True):
            np.testing.assert_allclose(many, one, rtol=1e-11, atol=1e-10)


@pytest.mark.parametrize("family", ["normal_mixture", "normal_mixture_common"])
@pytest.mark.parametrize("x", [[1.0], [1.0, 1.0, 1.0]], ids=["one", "equal"])
def test_equal_observations_are_fitted_under_held_scales_and_refused_where_a_scale_may_shrink(family, x):
    scales = {name: 0.5 for name in mle.FAMILIES[family].names if name.startswith("sigma")}
    found = mle.fit(family, x, fixed=scales)
    assert found.params["mu1"] == pytest.approx(1.0, abs=1e-6) and found.params["mu2"] == pytest.approx(1.0, abs=1e-6)
    assert found.loglik == pytest.approx(len(x) * stats.norm.logpdf(0, 0, 0.5), abs=1e-9)
    apart = mle.fit(family, x, fixed={"mu1": 0.0, "mu2": 2.0, **scales})  # both components say the same of x = 1
    assert apart.loglik == pytest.approx(len(x) * stats.norm.logpdf(1, 0, 0.5), abs=1e-9)
    with pytest.raises(mle.DegenerateDataError, match="fix sigma"):
        mle.fit(family, x, fixed={"weight": 0.5, "mu1": 1.0, "mu2": 1.0})


def test_a_weight_that_runs_to_its_end_is_told():
    found = mle.fit("normal_mixture", [1.0, 2.0], fixed={"mu1": 0.0, "sigma1": 1.0, "mu2": 2.0, "sigma2": 1.0})
    assert found.params["weight"] < 1e-9 and any(w.startswith("weight = ") for w in found.warnings), found.warnings
    inside = mle.fit("normal_mixture", [0.0, 0.1, 2.0], fixed={"mu1": 0.0, "sigma1": 1.0, "mu2": 2.0, "sigma2": 1.0})
    assert not any(w.startswith("weight = ") for w in inside.warnings), inside.warnings
