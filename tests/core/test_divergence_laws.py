"""Laws that divergences obey whatever the distributions, and arrays of probabilities."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

import mle_core as mle

OPTIONS = {"renyi": {"alpha": 0.7}}
KINDS = list(mle.DIVERGENCES)


def normal(mu: float, sigma: float) -> mle.Distribution:
    return mle.Distribution("normal", mu=mu, sigma=sigma)


def of(kind: str, p: object, q: object, method: str = "auto") -> float:
    return mle.divergence(kind, p, q, method, **OPTIONS.get(kind, {})).value


normals = st.builds(normal, st.floats(-3, 3), st.floats(0.3, 3))
weights = st.lists(st.floats(0.01, 1), min_size=4, max_size=4).map(lambda w: np.array(w) / np.sum(w))


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=6)
@given(p=normals, q=normals)
def test_non_negative_bounded_zero_iff_equal_symmetric_where_claimed(kind, p, q):
    record, value = mle.DIVERGENCES[kind], of(kind, p, q)
    assert 0 <= value <= record.maximum
    assert of(kind, p, p) == 0 and of(kind, p, p, "quadrature") == pytest.approx(0, abs=1e-15)
    if p != q:
        assert value > 0
    if record.symmetric:
        assert of(kind, q, p) == pytest.approx(value, rel=1e-9)


@pytest.mark.parametrize("kind", [kind for kind, record in mle.DIVERGENCES.items() if not record.symmetric])
def test_the_others_are_not_symmetric(kind):
    p, q = normal(0, 1), normal(1, 1.3)
    assert abs(of(kind, p, q) - of(kind, q, p)) > 1e-2 * of(kind, p, q)


@pytest.mark.parametrize("kind", KINDS)
@given(p=normals, q=normals, shift=st.integers(-8, 8), power=st.integers(-4, 4))
@settings(max_examples=5)
def test_shift_and_scale_change_nothing_but_the_unit_of_wasserstein(kind, p, q, shift, power):
    c = 2.0**power
    moved = [normal(c * (d.params["mu"] + shift), c * d.params["sigma"]) for d in (p, q)]
    expected = of(kind, p, q) * (c if kind == "wasserstein" else 1)
    assert of(kind, *moved) == pytest.approx(expected, rel=1e-8, abs=1e-12)


@given(p=normals, q=normals)
def test_inequalities_between_divergences(p, q):
    kl, tv, h, js = (of(kind, p, q) for kind in ("kl", "total_variation", "hellinger", "js"))
    slack = 1 + 1e-10
    assert tv <= math.sqrt(kl / 2) * slack  # Pinsker
    assert tv <= math.sqrt(-math.expm1(-kl)) * slack + 1e-15  # Bretagnolle & Huber
    assert h * h <= tv * slack and tv <= h * math.sqrt(2 - h * h) * slack  # Le Cam
    assert h * h / 2 <= js * slack and js <= tv * math.log(2) * slack
    assert mle.divergence("wasserstein", p, q, order=1).value <= of("wasserstein", p, q) * slack
    assert kl <= math.log1p(of("chi2", p, q)) * slack + 1e-15
    half = mle.divergence("renyi", p, q, alpha=0.5).value
    assert half == pytest.approx(-2 * math.log1p(-h * h), rel=1e-8)


@given(p=normals, q=normals, alpha=st.floats(0.05, 0.9))
def test_renyi_grows_with_its_order_and_is_skew_symmetric(p, q, alpha):
    def renyi(a, first=p, second=q):
        return mle.divergence("renyi", first, second, alpha=a).value

    assert renyi(alpha) <= renyi(alpha + 0.1) * (1 + 1e-12)
    assert renyi(1 - 1e-9) == pytest.approx(of("kl", p, q), rel=1e-6, abs=1e-15)
    assert renyi(alpha) == pytest.approx(alpha / (1 - alpha) * renyi(1 - alpha, q, p), rel=1e-10)
    assert renyi(1e-9) / 1e-9 == pytest.approx(of("reverse_kl", p, q), rel=1e-6, abs=1e-15)


def test_many_divergences_of_normals_at_once_are_the_single_ones():
    mu, sigma = np.linspace(-3, 3, 7), np.array([0.01, 0.9, 1.0, 1.1, 50.0])
    table = mle.kl_normal(0.5, 1, mu, sigma[:, None])
    single = [[of("kl", normal(0.5, 1), normal(m, s)) for m in mu] for s in sigma]
    np.testing.assert_allclose(table, single, rtol=4e-16)


# -- arrays --------------------------------------------------------------------------------------------------------


@given(p=weights, q=weights)
def test_arrays_are_the_sums_of_the_definitions(p, q):
    m = 0.5 * (p + q)
    sums = {
        "kl": np.sum(p * np.log(p / q)),
        "reverse_kl": np.sum(q * np.log(q / p)),
        "jeffreys": np.sum((p - q) * np.log(p / q)),
        "js": 0.5 * np.sum(p * np.log(p / m)) + 0.5 * np.sum(q * np.log(q / m)),
        "hellinger": math.sqrt(0.5 * np.sum((np.sqrt(p) - np.sqrt(q)) ** 2)),
        "total_variation": 0.5 * np.sum(np.abs(p - q)),
        "chi2": np.sum((p - q) ** 2 / q),
        "renyi": math.log(np.sum(p**0.7 * q**0.3)) / (0.7 - 1),
        "wasserstein": math.sqrt(coupled(p, q)),
    }
    assert set(sums) == set(KINDS)
    for kind, expected in sums.items():
        assert of(kind, p, q) == pytest.approx(expected, rel=1e-9, abs=1e-13), kind
    first = mle.divergence("wasserstein", p, q, order=1).value
    assert first == pytest.approx(stats.wasserstein_distance(range(4), range(4), p, q), rel=1e-9, abs=1e-14)


def coupled(p: np.ndarray, q: np.ndarray) -> float:
    """The squared cost of the monotone coupling, by filling cells from the corner."""
    p, q, i, j, cost = p.copy(), q.copy(), 0, 0, 0.0
    while i < 4 and j < 4:
        mass = min(p[i], q[j])
        cost += mass * (i - j) ** 2
        p[i] -= mass
        q[j] -= mass
        i, j = (i + 1, j) if p[i] <= q[j] else (i, j + 1)
    return cost


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "wasserstein"])
@given(p=weights, q=weights)
def test_merging_outcomes_brings_distributions_no_further_apart(kind, p, q):
    merged = [np.array([w[0] + w[1], w[2] + w[3]]) for w in (p, q)]
    assert of(kind, *merged) <= of(kind, p, q) * (1 + 1e-9) + 1e-14


@given(p=weights, q=weights)
def test_cross_entropy_is_entropy_and_kl(p, q):
    assert mle.cross_entropy(p, q) == pytest.approx(-np.sum(p * np.log(q)), rel=1e-13)
    assert mle.entropy(p) == pytest.approx(stats.entropy(p), rel=1e-13)


def test_probabilities_are_checked():
    with pytest.raises(mle.MleError, match=r"q sums to 1.1, not 1"):
        mle.divergence("kl", [0.5, 0.5], [0.6, 0.5])
    with pytest.raises(mle.DomainError, match=r"p\[1\] = -0.5 is negative \(1 of 2 values\)"):
        mle.divergence("kl", [1.5, -0.5], [0.5, 0.5])
    with pytest.raises(mle.MleError, match=r"p\[0\] = nan"):
        mle.divergence("kl", [math.nan, 1], [0.5, 0.5])
    with pytest.raises(mle.MleError, match="2 and 3 probabilities"):
        mle.divergence("kl", [0.5, 0.5], [0.5, 0.25, 0.25])
    with pytest.raises(TypeError, match="real numbers"):
        mle.divergence("kl", ["a", "b"], [0.5, 0.5])
    assert mle.divergence("kl", [2, 2], [6, 2], normalise=True).value == of("kl", [0.5, 0.5], [0.75, 0.25])
    assert of("kl", [1, 0], [0.5, 0.5]) == pytest.approx(math.log(2), rel=1e-15)
    assert of("kl", [0.5, 0.5], [1, 0]) == mle.cross_entropy([0.5, 0.5], [1, 0]) == math.inf


@pytest.mark.parametrize("step", [1e-5, 1e-9, 1e-13])
def test_nearly_equal_arrays_keep_their_digits(step):
    p, q = np.array([0.5, 0.5]), np.array([0.5 + step, 0.5 - step])
    d = q[0] - 0.5  # as rounded
    # D = −½ log(1 − 4 d²) by hand
    assert of("kl", p, q) == pytest.approx(-0.5 * math.log1p(-4 * d * d), rel=1e-13)


# -- entropies, distributions, Monte Carlo -------------------------------------------------------------------------


@pytest.mark.parametrize("key", list(mle.FAMILIES))
def test_entropy_is_the_mean_of_minus_log_prob(key):
    family = mle.FAMILIES[key]
    p = mle.Distribution(key, **dict(zip(family.names, family.default, strict=True)))
    logs = -p.log_prob(p.sample(40_000, np.random.default_rng(2)))
    assert abs(mle.entropy(p) - logs.mean()) <= 5 * logs.std() / 200 + 1e-12
    assert of("kl", p, p, "quadrature") == pytest.approx(0, abs=1e-14)


def test_distributions_are_checked_frozen_and_hashable():
    p = normal(0, 2)
    assert p == normal(0.0, 2.0) and hash(p) == hash(normal(0, 2)) and p != normal(0, 1)
    assert p.params == {"mu": 0, "sigma": 2} and "sigma=2.0" in repr(p)
    assert p.prob(np.zeros((2, 3))).shape == (2, 3) and p.log_prob(0.0).shape == ()
    assert float(p.cdf(p.quantile(0.3))) == pytest.approx(0.3)
    with pytest.raises(AttributeError):
        p.theta = (1.0, 1.0)
    with pytest.raises(mle.MleError, match="needs sigma as well"):
        mle.Distribution("normal", mu=0)
    with pytest.raises(mle.MleError, match="no parameter 'scale'"):
        mle.Distribution("normal", mu=0, scale=1)
    with pytest.raises(mle.MleError, match="there is no family 'norm'"):
        mle.Distribution("norm", mu=0, sigma=1)
    with pytest.raises(TypeError, match="sigma must be a real number"):
        mle.Distribution("normal", mu=0, sigma="1")
    with pytest.raises(mle.MleError, match="renyi needs alpha"):
        mle.divergence("renyi", p, p)
    with pytest.raises(mle.MleError, match="kl takes no alpha"):
        mle.divergence("kl", p, p, alpha=2)
    with pytest.raises(mle.MleError, match="there is no method 'exact'"):
        mle.divergence("kl", p, p, "exact")


@pytest.mark.parametrize("kind", KINDS)
def test_the_monte_carlo_path_ends_in_the_estimate_and_narrows(kind):
    p, q = normal(0, 1), normal(0.7, 1.4)
    options = OPTIONS.get(kind, {})
    path = mle.monte_carlo_path(kind, p, q, [100, 1000, 20_000], 5, **options)
    last = mle.divergence(kind, p, q, "monte_carlo", n=20_000, seed=5, **options)
    assert path.values[-1] == pytest.approx(last.value, rel=1e-9)
    assert path.standard_errors[-1] == pytest.approx(last.error, rel=1e-6)
    assert path.standard_errors[-1] < path.standard_errors[1] < path.standard_errors[0]
    assert abs(last.value - of(kind, p, q)) <= 4 * last.error


@given(seed=st.integers(0, 10_000))
@settings(max_examples=5)
def test_monte_carlo_says_when_a_few_draws_carry_everything(seed):
    found = mle.divergence("chi2", normal(0, 1), normal(0, 0.7072), "monte_carlo", n=2000, seed=seed)
    assume(found.value < 100)
    assert found.message or found.error > 0
    missed = mle.divergence("renyi", normal(0, 1), normal(0, 1e-12), "monte_carlo", n=2000, seed=seed, alpha=0.5)
    assert missed.error == math.inf and missed.message


def test_the_integrand_is_signed_and_survives_underflow():
    p, q = normal(0, 1), normal(1, 2)
    x = np.linspace(-3, 3, 11)
    np.testing.assert_allclose(mle.kl_integrand(p, q, x), p.prob(x) * (p.log_prob(x) - q.log_prob(x)), rtol=1e-12)
    assert mle.kl_integrand(p, q, x).min() < 0
    assert np.isfinite(mle.kl_integrand(p, q, [-1e9, -60.0, 60.0, 1e9])).all()
    assert mle.kl_integrand(mle.Distribution("exponential", rate=1), q, -1.0) == 0
    assert mle.kl_integrand(q, mle.Distribution("exponential", rate=1), -1.0) == math.inf
