"""Bernoulli, binomial, geometric and negative binomial: exact values, published fits, and the Poisson limit."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import mpmath as mp
import numpy as np
import pytest
from conftest import known, typical_theta
from scipy import stats

import mle_core as mle
from mle_core.sample import Sample

REFERENCE = Path(__file__).parent.parent / "reference"
CASES = {case["id"]: case for case in json.loads((REFERENCE / "cases.json").read_text(encoding="utf-8"))}
COUNTS = ["bernoulli", "binomial", "geometric", "negative_binomial"]
FITS = {
    "mass_test_geometric": ("geometric", {"prob": "p"}),
    "toxocara_negbin": ("negative_binomial", {"size": "size", "mu": "mu"}),
}
PROPORTIONS = ["binom_ci_18_20", "binom_ci_4_200", "binom_ci_0_25"]
SIZES = [1e-6, 1e-3, 0.3, 5.0, 49.0, 51.0, 1e3, 9999.0, 2e4, 1e6, 1e8, 1e12]


def exact_log_prob(x: float, size: float, mu: float) -> mp.mpf:
    x, r, m = mp.mpf(x), mp.mpf(size), mp.mpf(mu)
    value = mp.loggamma(x + r) - mp.loggamma(r) - mp.loggamma(x + 1)
    return value + r * mp.log(r / (r + m)) + x * mp.log(m / (r + m))


@pytest.mark.parametrize("case_id", FITS)
def test_published_fit(case_id):
    case, (key, names) = CASES[case_id], FITS[case_id]
    with (REFERENCE / case["data"]["csv"]).open(newline="") as rows:
        x = [float(row[case["data"]["column"]]) for row in csv.DictReader(rows)]
    result = mle.fit(key, x)
    values = {"llf": result.loglik, "aic": result.aic, "bic": result.bic}
    for published, name in names.items():
        values[published], values[f"se_{published}"] = result.params[name], result.standard_errors[name]
        values[f"lr95_low_{published}"], values[f"lr95_upp_{published}"] = mle.interval(result, name)
    if len(names) == 2:
        values["corr"] = result.covariance[0, 1] / np.prod(list(result.standard_errors.values()))
    assert result.converged
    for name, text in case["high_precision"].items():
        relative = 1e-8 if name.startswith("se_") else 1e-10
        assert values[name] == pytest.approx(float(text), rel=relative, abs=1e-12 if name == "corr" else 0), name
    for name, printed in case["expected"].items():
        assert abs(values[name] - printed) <= case["tolerance"][name]["abs"], name


@pytest.mark.parametrize("family", ["bernoulli", "binomial of one", "binomial"])
@pytest.mark.parametrize("case_id", PROPORTIONS)
def test_published_intervals_of_a_proportion(case_id, family):
    case = CASES[case_id]
    x, n = case["data"]["x"], case["data"]["n"]
    if family == "binomial":
        result = mle.fit("binomial", [x], fixed={"n": n})
    else:
        fixed = {} if family == "bernoulli" else {"n": 1}
        result = mle.fit(family.split()[0], [0, 1], weights=[n - x, x], fixed=fixed)
    exact = {name: float(text) for name, text in case["high_precision"].items()}
    assert result.params["p"] == pytest.approx(exact["p_hat"], rel=1e-15)
    for method, word in (("wald", "wald"), ("score", "score"), ("likelihood", "lr")):
        ends = mle.interval(result, "p", method=method)
        assert ends == pytest.approx((exact[f"{word}_low"], exact[f"{word}_upp"]), rel=1e-10), method


@pytest.mark.parametrize("value", [0.0, 1.0])
@pytest.mark.parametrize("n", [1, 25])
def test_bernoulli_of_equal_trials_is_on_the_boundary(value, n):
    result = mle.fit("bernoulli", np.full(n, value))
    assert result.params == {"p": value} and result.loglik == 0.0 and result.converged
    assert any("boundary" in text for text in result.warnings)
    assert mle.interval(result, "p", method="wald") == (value, value)
    far = np.exp(-mle.likelihood_ratio_drop(0.95) / n)
    expected = (0.0, 1 - far) if value == 0 else (far, 1.0)
    assert mle.interval(result, "p") == pytest.approx(expected, rel=1e-10)


def test_likelihood_at_the_ends_is_exact():
    assert mle.loglik("bernoulli", [0, 0], [[0.0], [1.0]]).tolist() == [0.0, -np.inf]
    assert mle.loglik("bernoulli", [0, 1], [[0.0], [1.0]]).tolist() == [-np.inf, -np.inf]
    assert mle.loglik("binomial", [3, 3], [[1.0, 3], [0.0, 3], [1.0, 4], [0.5, 2]]).tolist() == [0, *[-np.inf] * 3]
    assert mle.loglik("geometric", [0, 0], [1.0]) == 0
    assert mle.loglik("negative_binomial", [0, 0], [[2.0, 0.0], [np.inf, 0.0]]).tolist() == [0, 0]


@pytest.mark.parametrize("n", [1e3, 1e9, 1e15])
def test_binomial_of_many_trials_does_not_cancel(n):
    mp.mp.dps = 50
    for share, p in ((0.3, 0.3), (0.5, 0.499999), (1e-3, 1.1e-3)):
        x = np.floor(share * n)
        exact = (
            mp.log(mp.binomial(int(n), int(x)))
            if n < 1e4
            else (mp.loggamma(mp.mpf(n) + 1) - mp.loggamma(mp.mpf(x) + 1) - mp.loggamma(mp.mpf(n - x) + 1))
        )
        exact += mp.mpf(x) * mp.log(mp.mpf(p)) + mp.mpf(n - x) * mp.log1p(-mp.mpf(p))
        assert mle.loglik("binomial", [x], [p, n]) == pytest.approx(
            float(exact), rel=1e-9 if n > 1e12 else 1e-11, abs=1e-12
        )
        assert mle.FAMILIES["binomial"].log_prob(x, [p, n]) == pytest.approx(
            float(exact), rel=1e-9 if n > 1e12 else 1e-11, abs=1e-12
        )


def test_binomial_is_given_its_n():
    with pytest.raises(ValueError, match=r"n of binomial is never estimated; give it: fixed=\{'n'"):
        mle.fit("binomial", [1, 2])
    with pytest.raises(mle.DomainError, match=r"x\[1\] = 13\.0 .*outside the support \[0, 12\] of binomial"):
        mle.fit("binomial", [1, 13], fixed={"n": 12})
    with pytest.raises(mle.DomainError, match=r"fixed n = 2\.5"):
        mle.fit("binomial", [1, 2], fixed={"n": 2.5})
    result = mle.fit("binomial", [1, 4, 12], fixed={"n": 12})
    assert result.params["p"] == pytest.approx(17 / 36, rel=1e-15) and result.standard_errors["n"] == 0
    assert result.standard_errors["p"] == pytest.approx(np.sqrt(17 * 19 / 36**3), rel=1e-12)


@pytest.mark.parametrize("key", COUNTS)
@pytest.mark.parametrize("wrong", [1.5, -1.0])
def test_what_is_no_count_is_named(key, wrong):
    with pytest.raises(mle.DomainError, match=rf"x\[1\] = {wrong}"):
        mle.fit(key, [1, wrong], fixed=known(mle.FAMILIES[key]))


@pytest.mark.parametrize("size", SIZES)
def test_negative_binomial_keeps_its_digits_for_every_size(size):
    mp.mp.dps = 60
    family, r = mle.FAMILIES["negative_binomial"], mp.mpf(size)
    for x in (0.0, 1.0, 5.0, 60.0, 3000.0, 7000.0):
        for mu in (0.01, 4.0, 100.0):
            exact, m = exact_log_prob(x, size, mu), mp.mpf(mu)
            tolerance = 1e-14 * (10 + abs(float(exact)) + x * abs(np.log(size)))
            assert family.log_prob(x, [size, mu]) == pytest.approx(float(exact), abs=tolerance)
            assert mle.loglik(family, [x], [size, mu]) == pytest.approx(float(exact), abs=tolerance)
            score = mle.score(family, [x], [size, mu])
            information = mle.information(family, [x], [size, mu])
            first = mp.psi(0, x + r) - mp.psi(0, r) - mp.log1p(m / r) + (m - x) / (r + m)
            second = mp.psi(1, r) - mp.psi(1, x + r) - m / (r * (r + m)) + (m - x) / (r + m) ** 2
            # Relative to the two parts that meet at the maximum, not to their sum.
            scale = (x + (x - mu) ** 2) / (2 * size**2) if size > 1 else abs(float(first)) + (x + mu) / size
            assert abs(score[0] - float(first)) <= 1e-11 * scale
            assert abs(information[0, 0] - float(second)) <= 1e-11 * scale / size


def test_negative_binomial_at_infinity_is_poisson():
    x, family, poisson = np.arange(40.0), mle.FAMILIES["negative_binomial"], mle.FAMILIES["poisson"]
    np.testing.assert_allclose(family.log_prob(x, [np.inf, 5.0]), poisson.log_prob(x, [5.0]), rtol=1e-14)
    np.testing.assert_allclose(family.cdf(x, [np.inf, 5.0]), poisson.cdf(x, [5.0]), rtol=1e-14)
    levels = np.array([0.01, 0.5, 0.99])
    np.testing.assert_array_equal(family.quantile(levels, [np.inf, 5.0]), poisson.quantile(levels, [5.0]))


def test_underdispersed_counts_are_poisson():
    x = [2] * 10 + [3] * 30 + [4] * 10
    result, poisson = mle.fit("negative_binomial", x), mle.fit("poisson", x)
    assert result.params["size"] == np.inf and result.params["mu"] == poisson.params["rate"] == 3
    assert result.loglik == pytest.approx(poisson.loglik, rel=1e-14)
    assert result.standard_errors["mu"] == pytest.approx(poisson.standard_errors["rate"], rel=1e-12)
    assert np.isnan(result.standard_errors["size"])
    assert any("no finite maximiser" in text for text in result.warnings)
    low, high = mle.interval(result, "size")
    assert high == np.inf
    # For equal means the profile over size is the likelihood at the mean: the drop is met at the lower end.
    drop = poisson.loglik - stats.nbinom(low, low / (low + 3)).logpmf(x).sum()
    assert drop == pytest.approx(mle.likelihood_ratio_drop(0.95), rel=1e-8)
    assert mle.fit("negative_binomial", x, fixed={"mu": 3.0}).params["size"] == np.inf


def test_zeros_alone_leave_the_size_open():
    result = mle.fit("negative_binomial", np.zeros(20))
    assert result.params == {"size": np.inf, "mu": 0.0} and result.loglik == 0
    assert any("every size" in text for text in result.warnings)
    assert mle.interval(result, "mu") == (0.0, np.inf)  # as r → 0 any mean agrees with zeros alone


@pytest.mark.parametrize("surplus", [1e-3, 3e-5])
def test_counts_that_are_almost_poisson(surplus):
    """A table whose variance exceeds its mean by a tiny share: r is large, and found by the moments of the table."""
    mp.mp.dps = 50
    values = np.arange(0.0, 25.0)
    counts = stats.poisson(4.0).pmf(values) * 1e6
    mean = counts @ values / counts.sum()
    counts += surplus * counts * ((values - mean) ** 2 - values) / 10  # towards overdispersion
    result = mle.fit("negative_binomial", values, weights=counts)
    size, mean = result.params["size"], counts @ values / counts.sum()
    assert np.isfinite(size) and size > 100

    def slope(r: mp.mpf) -> mp.mpf:
        parts = [c * (mp.psi(0, x + r) - mp.psi(0, r)) for c, x in zip(map(mp.mpf, counts), values, strict=True)]
        return mp.fsum(parts) - mp.fsum(map(mp.mpf, counts)) * mp.log1p(exact_mean / r)

    exact_mean = mp.fdot(map(mp.mpf, counts), map(mp.mpf, values)) / mp.fsum(map(mp.mpf, counts))
    exact = float(mp.findroot(slope, size))
    assert size == pytest.approx(exact, rel=1e-7)
    assert result.params["mu"] == pytest.approx(float(mean), rel=1e-14)


@pytest.mark.parametrize("size, mu", [(0.05, 30.0), (0.3, 8.0), (2.0, 5.0), (50.0, 0.2), (50.0, 30.0)])
def test_expected_information_of_the_size_is_the_sum_of_lawless(size, mu):
    """Lawless (1987), eq. 2.7: Σₖ P(X > k)/(r + k)² − μ/(r(r + μ))."""
    mp.mp.dps = 60
    r, m, total, k = mp.mpf(size), mp.mpf(mu), mp.mpf(0), 0
    prob = (r / (r + m)) ** r
    tail = 1 - prob
    while tail > mp.mpf(10) ** -35:
        total += tail / (r + k) ** 2
        k += 1
        prob *= (r + k - 1) / k * m / (r + m)
        tail -= prob
    exact = total - m / (r * (r + m))
    matrix = mle.FAMILIES["negative_binomial"].fisher([size, mu])
    assert matrix[0, 0] == pytest.approx(float(exact), rel=1e-12)
    assert matrix[1, 1] == pytest.approx(1 / (mu + mu**2 / size), rel=1e-14) and matrix[0, 1] == 0


@pytest.mark.parametrize("key", COUNTS)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.8])
def test_expected_information_is_the_mean_of_the_observed_one(key, share):
    family = mle.FAMILIES[key]
    theta = typical_theta(family, np.full(len(family.params), share))
    free = [j for j, param in enumerate(family.params) if not param.given]
    x = np.arange(family.quantile(1 - 1e-13, theta) + 1)
    observed = mle.information(family, x, theta, weights=family.prob(x, theta))
    np.testing.assert_allclose(
        family.fisher(theta)[np.ix_(free, free)], observed[np.ix_(free, free)], rtol=1e-9, atol=1e-9
    )


@pytest.mark.parametrize("key", COUNTS)
def test_stacks_are_their_samples(key):
    family, rng = mle.FAMILIES[key], np.random.default_rng(3)
    x = np.stack([family.sample(family.default, 30, rng) for _ in range(4)])
    theta = np.stack([typical_theta(family, np.full(len(family.params), s)) for s in (0.3, 0.5, 0.6, 0.9)])
    theta[:, [param.given for param in family.params]] = list(known(family).values())
    value, slope, matrix = family.expansion(family.likelihood.stack(x), theta)
    for i in range(4):
        alone = family.expansion(family.summarise(Sample.of(x[i])), theta[i])
        for one, many in zip(alone, (value[i], slope[i], matrix[i]), strict=True):
            np.testing.assert_allclose(many, one, rtol=1e-11, atol=1e-9)


def test_large_counts_of_the_negative_binomial():
    rng = np.random.default_rng(8)
    family = mle.FAMILIES["negative_binomial"]
    x = family.sample([3.0, 1e6], 400, rng)
    result = mle.fit(family, x)
    assert result.converged and result.params["size"] == pytest.approx(3, abs=4 * result.standard_errors["size"])
    errors = np.array(list(result.standard_errors.values()))
    assert np.max(np.abs(mle.score(family, x, result.theta) * errors)) < 1e-6
    assert result.loglik == pytest.approx(float(family.log_prob(x, result.theta).sum()), rel=1e-12)
    # A gamma of the same shape is its limit for large means.
    assert result.params["size"] == pytest.approx(mle.fit("gamma", x).params["shape"], rel=1e-4)


def test_sampling_at_the_ends():
    rng = np.random.default_rng(0)
    assert np.all(mle.FAMILIES["geometric"].sample([1.0], 5, rng) == 0)
    assert np.all(mle.FAMILIES["bernoulli"].sample([1.0], 5, rng) == 1)
    assert np.all(mle.FAMILIES["binomial"].sample([0.0, 7], 5, rng) == 0)
    assert mle.FAMILIES["negative_binomial"].sample([np.inf, 4.0], 4000, rng).var() == pytest.approx(4, rel=0.1)


def test_negative_binomial_score_interval_of_few_counts_is_unbounded_and_right_far_out():
    x = np.array([0, 1, 5, 2, 0, 3, 1, 9])
    fitted = mle.fit("negative_binomial", x)
    low, high = mle.interval(fitted, "mu", 0.95, "score")
    assert high == np.inf  # the statistic n(x̄ − μ)²/(μ + μ²/r) stays below n·r, and r falls as μ grows
    size = fitted.maximum_at({1: np.array([low])})[0][0, 0]
    assert x.size * (x.mean() - low) ** 2 / (low + low**2 / size) == pytest.approx(stats.chi2.ppf(0.95, 1), rel=1e-9)
    for mu in (1e3, 1e14, 1e40):
        with mp.workdps(60):
            exact = lambda r, mu=mu: sum(  # noqa: E731
                mp.loggamma(int(k) + r) - mp.loggamma(r) - mp.loggamma(int(k) + 1)
                + r * mp.log(r / (r + mp.mpf(mu))) + int(k) * mp.log(mp.mpf(mu) / (r + mp.mpf(mu)))
                for k in x
            )  # fmt: skip
            best = float(
                mp.findroot(
                    lambda r, exact=exact: mp.diff(exact, r),
                    mp.mpf(str(fitted.maximum_at({1: np.array([mu])})[0][0, 0])),
                )
            )
            value = float(exact(mp.mpf(best)))
        (at,), (top,) = fitted.maximum_at({1: np.array([mu])})
        assert at[0] == pytest.approx(best, rel=1e-6) and top == pytest.approx(value, rel=1e-12)
