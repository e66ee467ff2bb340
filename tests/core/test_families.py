"""The law of every family: what must hold of any distribution, over the registry."""

from __future__ import annotations

import warnings
from itertools import pairwise

import numpy as np
import pytest
from conftest import FAMILIES, draw, thetas, typical_theta
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

import mle_core as mle

PROBABILITIES = np.array([0.001, 0.05, 0.3, 0.5, 0.8, 0.97, 0.9995])


def independent(family: mle.Family, theta: np.ndarray) -> object:
    """The family's law in scipy.stats: an independent implementation, in scipy's own parameters."""
    return eval(family.scipy, {"stats": stats, "np": np, **dict(zip(family.names, theta, strict=True))})


each_theta = pytest.mark.parametrize("share", [0.02, 0.3, 0.5, 0.8, 0.98])


def at(family: mle.Family, share: float) -> np.ndarray:
    return typical_theta(family, np.roll(np.linspace(share, 1 - share, len(family.params)), 1))


@each_theta
def test_log_prob_equals_scipy(family, share):
    theta = at(family, share)
    law = independent(family, theta)
    x = family.quantile(PROBABILITIES, theta)
    expected = law.logpmf(x) if family.discrete else law.logpdf(x)
    np.testing.assert_allclose(family.log_prob(x, theta), expected, rtol=1e-10, atol=1e-11)
    np.testing.assert_allclose(family.cdf(x, theta), law.cdf(x), rtol=1e-9, atol=1e-12)


@each_theta
def test_density_integrates_to_the_difference_of_the_cdf(continuous, share):
    theta = at(continuous, share)
    knots = continuous.quantile(
        np.array([1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 0.999, 1 - 1e-6]),
        theta,
    )
    pieces = [
        integrate.quad(lambda x: float(continuous.prob(x, theta)), a, b, epsabs=1e-13, epsrel=1e-11)[0]
        for a, b in pairwise(knots)
    ]
    np.testing.assert_allclose(pieces, np.diff(continuous.cdf(knots, theta)), rtol=1e-8, atol=1e-12)
    assert sum(pieces) == pytest.approx(1 - 2e-6, abs=1e-8)


@each_theta
def test_probabilities_sum_to_one_and_to_the_cdf(discrete, share):
    theta = at(discrete, share)
    top = discrete.quantile(1 - 1e-12, theta)
    values = np.arange(0, top + 20)
    sums = np.cumsum(discrete.prob(values, theta))
    np.testing.assert_allclose(sums, discrete.cdf(values, theta), rtol=1e-10, atol=1e-13)
    assert sums[-1] == pytest.approx(1, abs=1e-11)
    np.testing.assert_array_equal(discrete.cdf(values[:5] + 0.5, theta), discrete.cdf(values[:5], theta))


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.key)
@given(data=st.data())
def test_quantile_inverts_cdf(family, data):
    theta = data.draw(thetas(family))
    p = data.draw(st.floats(1e-4, 1 - 1e-4))
    x = family.quantile(p, theta)
    if family.discrete:
        assert family.cdf(x, theta) >= p
        assert x == 0 or family.cdf(x - 1, theta) < p
    else:
        assert family.cdf(x, theta) == pytest.approx(p, rel=1e-9)


@each_theta
def test_samples_follow_the_law(family, share):
    theta = at(family, share)
    x = draw(family, 4000, theta=theta)
    assert x.shape == (4000,)
    family.check_data(x)
    levels = family.quantile(np.linspace(0.1, 0.9, 9), theta)
    observed = (x[:, None] <= levels).mean(axis=0)
    assert np.max(np.abs(observed - family.cdf(levels, theta))) < 1.95 / np.sqrt(4000)


def test_log_prob_broadcasts_theta_over_x(family):
    theta = np.stack([at(family, share) for share in (0.1, 0.4, 0.9)]).reshape(3, 1, -1)
    x = draw(family, 7)
    table = family.log_prob(x, theta)
    assert table.shape == (3, 1, 7)
    for i in range(3):
        np.testing.assert_array_equal(table[i, 0], family.log_prob(x, theta[i, 0]))
    assert family.log_prob(float(x[0]), family.default).shape == ()
    rows = draw(family, 6).reshape(3, 1, 2)  # each row of x at its own theta
    own = family.log_prob(rows, theta)
    for i in range(3):
        np.testing.assert_array_equal(own[i, 0], family.log_prob(rows[i, 0], theta[i, 0]))


def test_outside_is_minus_infinity_without_a_warning(family):
    x = draw(family, 5)
    outside = [family.support.low - 1] if np.isfinite(family.support.low) else []
    outside += [x[0] + 0.5] if family.discrete else []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.all(family.log_prob(np.array([np.inf, -np.inf, *outside]), family.default) == -np.inf)
        for j, param in enumerate(family.params):
            for wrong in (param.domain.low - 1, param.domain.high + 1, np.nan):
                if wrong in (np.inf, -np.inf) and param.contains(wrong):
                    continue
                theta = family.default.copy()
                theta[j] = wrong
                assert np.all(family.log_prob(x, theta) == -np.inf)
                assert np.all(family.prob(x, theta) == 0)
                assert np.all(np.isnan(family.cdf(x, theta)))
                with pytest.raises(mle.DomainError, match=param.name):
                    family.check_theta(theta)
        assert np.isnan(family.log_prob(np.nan, family.default))


def test_ends_of_the_law(family):
    assert family.cdf(np.inf, family.default) == 1
    assert family.cdf(-np.inf, family.default) == 0
    support = family.support_at(dict(zip(family.names, family.default, strict=True)))
    assert family.quantile(0.0, family.default) == support.low
    assert family.quantile(1.0, family.default) == support.high
    assert np.isnan(family.quantile(1.5, family.default))


def test_parameters_describe_themselves(family):
    assert family.contains(family.default)
    for param in family.params:
        assert param.symbol and param.label and param.name.isidentifier()
        assert param.typical.low <= param.default <= param.typical.high
        assert param.contains([param.typical.low, param.typical.high]).all()
        assert param.scale == "linear" or param.typical.low > 0


def test_check_data_names_index_value_count_and_remedy():
    with pytest.raises(mle.DomainError) as error:
        mle.FAMILIES["gamma"].check_data([1.0, 2.0, 3.0, -2.0])
    assert str(error.value) == (
        "x[3] = -2.0 is outside the support (0, ∞) of gamma (1 of 4 values); remove it or choose normal."
    )
    with pytest.raises(mle.DomainError, match=r"x\[1\] = 1\.5 .*not a whole number.*2 of 3 values.*continuous"):
        mle.FAMILIES["poisson"].check_data([1, 1.5, 2.5])


def test_interval_is_written_as_in_books():
    assert str(mle.Interval(0, np.inf)) == "(0, ∞)"
    assert str(mle.Interval(-np.inf, 1, closed_high=True)) == "(−∞, 1]"
    assert mle.Interval(0, 1, closed_low=True).contains([0, 0.5, 1, np.nan]).tolist() == [True, True, False, False]


def test_student_t_at_infinity_is_the_normal():
    x = np.linspace(-4, 6, 21)
    t, normal = mle.FAMILIES["student_t"], mle.FAMILIES["normal"]
    np.testing.assert_allclose(t.log_prob(x, [1, 2, np.inf]), normal.log_prob(x, [1, 2]), rtol=1e-14)
    np.testing.assert_allclose(t.cdf(x, [1, 2, np.inf]), normal.cdf(x, [1, 2]), rtol=1e-14)
    p = np.array([0.01, 0.4, 0.99])
    np.testing.assert_allclose(t.quantile(p, [1, 2, np.inf]), normal.quantile(p, [1, 2]), rtol=1e-12)
