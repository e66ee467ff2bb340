"""What holds of every family, whichever public function looks at it, where no other file asks it of all of them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from conftest import FAMILIES, draw, known, typical_theta
from hypothesis import given
from hypothesis import strategies as st

import mle_core as mle

STACKED = [family for family in FAMILIES if family.likelihood.stack]
SCORED = [f for f in STACKED if not any(param.given for param in f.params) and all(p.regular for p in f.params)]
each_stacked = pytest.mark.parametrize("family", STACKED, ids=lambda family: family.key)


@pytest.mark.parametrize("kind", mle.BOOTSTRAPS)
@each_stacked
def test_bootstrap_has_the_seed_the_domain_and_the_spread_of_the_estimate(family, kind):
    result = mle.fit(family, draw(family, 200), fixed=known(family))
    first, again = (mle.bootstrap(result, 80, kind, seed=3) for _ in range(2))
    np.testing.assert_array_equal(first.estimates, again.estimates)
    good = first.estimates[np.isfinite(first.estimates).all(axis=1)]
    assert len(good) > 60 and family.contains(good).all()
    for j in result.free:
        error = result.standard_errors[family.names[j]]
        if math.isfinite(error) and error > 0:
            # Between the quartiles, which a few wild estimates do not move.
            spread = np.subtract(*np.quantile(good[:, j], [0.75, 0.25])) / 1.349
            assert 0.5 * error < spread < 2.0 * error, family.names[j]


@pytest.mark.parametrize(
    "family", [f for f in STACKED if any(p.power for p in f.params)], ids=lambda family: family.key
)
def test_bootstrap_in_other_units_is_the_same(family):
    x = draw(family, 40)
    near, far = (mle.bootstrap(mle.fit(family, c * x), 20, seed=1).estimates for c in (1.0, 2.0**20))
    factors = 2.0 ** (20 * np.array([param.power for param in family.params]))
    if all(param.power for param in family.params if param.scale == "linear"):  # not the μ of a lognormal
        np.testing.assert_allclose(far / factors, near, rtol=1e-8)


def test_the_kl_integrand_is_the_density_times_the_log_ratio(family):
    k = len(family.params)
    p, q = (
        mle.Distribution(
            family, **{**dict(zip(family.names, typical_theta(family, share), strict=True)), **known(family)}
        )
        for share in (np.linspace(0.3, 0.6, k), np.linspace(0.35, 0.65, k))
    )
    x = p.quantile(np.linspace(0.02, 0.98, 31))
    with np.errstate(invalid="ignore"):
        by_hand = p.prob(x) * (p.log_prob(x) - q.log_prob(x))
    np.testing.assert_allclose(mle.kl_integrand(p, q, x), by_hand, rtol=1e-9, atol=1e-300)
    np.testing.assert_array_equal(mle.kl_integrand(p, p, x), 0)


@pytest.mark.parametrize("family", SCORED, ids=lambda family: family.key)
def test_gradients_of_batches_scatter_around_the_gradient_of_all(family):
    problem = mle.likelihood_problem(family, draw(family, 90))
    drawn = mle.gradient_scatter(
        problem, problem.from_params(dict(zip(family.names, family.default, strict=True))), 9, 400
    )
    np.testing.assert_allclose(drawn.full, problem.scores(family.default).mean(axis=0), rtol=1e-9, atol=1e-11)
    assert (np.abs(drawn.gradients.mean(axis=0) - drawn.full) <= 5 * drawn.standard_deviation / 20).all()


def test_the_other_coordinate_rises_and_knows_its_domain(family):
    for param in family.params:
        points = np.linspace(param.typical.low, param.typical.high, 9)
        assert (np.diff(mle.reparametrised(param, points)) > 0).all()
        for end, beyond in ((param.domain.low, -1.0), (param.domain.high, 1.0)):
            if math.isfinite(end):
                with pytest.raises(mle.DomainError, match=rf"{param.name} = .* is outside"):
                    mle.reparametrised(param, [end + beyond])
                with np.errstate(all="raise"):
                    mle.reparametrised(param, end)


labels = st.lists(st.tuples(st.integers(0, 1), st.floats(0, 1)), min_size=1, max_size=30)


@given(labels, st.floats(0, 1), st.integers(1, 12))
def test_every_row_is_counted_once(rows, threshold, bins):
    y, p = (np.array(part) for part in zip(*rows, strict=True))
    table = mle.confusion(y, p, threshold)
    assert table.true_positive + table.false_negative == y.sum()
    assert table.false_positive + table.true_negative == (1 - y).sum()
    assert table.true_positive + table.false_positive == (p >= threshold).sum()
    found = mle.calibration(y, p, bins)
    assert found.counts.sum() == y.size and (np.diff(found.edges) > 0).all()
    assert found.counts @ found.observed == pytest.approx(y.sum(), abs=1e-9)
    assert found.counts @ found.predicted == pytest.approx(p.sum(), abs=1e-9)
    assert ((found.low <= found.observed) & (found.observed <= found.high)).all()


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=30))
def test_the_empirical_distribution_rises_to_one_and_knows_no_order(x):
    values, shares = mle.ecdf(x)
    assert (np.diff(values) > 0).all() and (np.diff(shares) > 0).all() and shares[-1] == 1
    np.testing.assert_array_equal(shares, [np.mean(np.array(x) <= value) for value in values])
    np.testing.assert_array_equal(mle.ecdf(x[::-1])[1], shares)
