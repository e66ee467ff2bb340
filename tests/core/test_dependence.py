"""The AR(1) process: closed forms against the sums that they stand for and against simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import linalg, stats

import mle_core as mle

RHOS = (-0.95, -0.5, 0.0, 0.3, 0.9, 0.999)


@pytest.mark.parametrize("rho", RHOS)
@pytest.mark.parametrize("m", [1, 2, 7, 400])
def test_inflation_is_the_sum_of_all_covariances(rho, m):
    covariance = linalg.toeplitz(float(rho) ** np.arange(m))
    assert mle.ar1_inflation(rho, m) == pytest.approx(covariance.sum() / m, rel=1e-9)


def test_inflation_near_one_and_its_limits():
    for away in (1e-3, 1e-6, 3e-6, 1e-5, 1e-9):
        m = 30
        exact = math.fsum((1 - away) ** abs(s - t) for s in range(m) for t in range(m)) / m
        assert mle.ar1_inflation(1 - away, m) == pytest.approx(exact, rel=3e-8)
    assert mle.ar1_inflation(0.5, 10**9) == pytest.approx(3.0, rel=1e-8)
    assert mle.ar1_inflation(-0.5, 10**9) == pytest.approx(1 / 3, rel=1e-8)


def test_the_series_has_the_variance_and_the_correlations_that_it_claims():
    noise = np.random.default_rng(1).standard_normal((20_000, 6))
    for rho in (-0.7, 0.6):
        found = np.cov(mle.ar1_series(rho, noise), rowvar=False)
        assert np.abs(found - linalg.toeplitz(rho ** np.arange(6))).max() < 5 / math.sqrt(20_000)


def test_means_for_many_rho_are_the_means_of_the_series():
    noise = np.random.default_rng(2).standard_normal((50, 33))
    means = mle.ar1_means(RHOS, noise)
    for j, rho in enumerate(RHOS):
        assert means[:, j] == pytest.approx(mle.ar1_series(rho, noise).mean(axis=1), abs=1e-13)


@pytest.mark.parametrize("rho", [-0.6, 0.0, 0.6])
def test_coverage_is_what_simulation_finds(rho):
    m, repeats = 25, 20_000
    means = mle.ar1_means([rho], np.random.default_rng(3).standard_normal((repeats, m)))[:, 0]
    wanted = float(mle.ar1_coverage(rho, m))
    found = float((np.abs(means) <= stats.norm.ppf(0.975) / math.sqrt(m)).mean())
    assert abs(found - wanted) < 4 * math.sqrt(wanted * (1 - wanted) / repeats)


def test_intervals_are_too_short_or_too_long():
    assert mle.ar1_coverage(0.0, 50) == pytest.approx(0.95, abs=1e-15)
    assert mle.ar1_coverage(0.5, 50) < 0.8 < 0.95 < 0.99 < mle.ar1_coverage(-0.5, 50)


def test_what_is_not_stationary_is_refused():
    with pytest.raises(ValueError, match="stationary"):
        mle.ar1_coverage(1.0, 10)
    with pytest.raises(ValueError, match="whole numbers"):
        mle.ar1_inflation(0.5, 2.5)
    with pytest.raises(ValueError, match="level"):
        mle.ar1_coverage(0.5, 10, 95)
