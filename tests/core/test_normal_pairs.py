"""Divergences of many pairs of normals against those of one pair, and the areas of the integrand against quadrature."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate

import mle_core as mle

PAIRS = np.array(
    [
        (-1.0, 1.0, 1.0, 2.0),
        (0.0, 1.0, 0.0, 2.0),
        (-1.0, 1.0, 1.5, 1.0),
        (0.0, 5.0, 0.0, 0.005),
        (0.3, 0.005, -2.0, 5.0),
        (-5.0, 0.3, 5.0, 0.4),
        (0.5, 1.0, 0.51, 1.01),
        (1.0, 2.0, 1.0, 2.0),
    ]
)


def normal(mu, sigma):
    return mle.Distribution("normal", mu=mu, sigma=sigma)


@pytest.mark.parametrize("kind", ["kl", "reverse_kl", "jeffreys", "js", "hellinger", "total_variation", "wasserstein"])
def test_many_pairs_are_as_one(kind):
    found = mle.divergence_normals(kind, *PAIRS.T)
    for row, value in zip(PAIRS, found, strict=True):
        one = mle.divergence(kind, normal(*row[:2]), normal(*row[2:]), "auto")
        assert value == pytest.approx(one.value, rel=1e-9, abs=max(1e-12, 10 * one.error)), row


@pytest.mark.parametrize("alpha", [1e-3, 0.2, 0.5, 0.9, 0.999, 1.0])
def test_renyi(alpha):
    found = mle.divergence_normals("renyi", *PAIRS.T, alpha=alpha)
    wanted = [mle.divergence("renyi", normal(*r[:2]), normal(*r[2:]), alpha=alpha).value for r in PAIRS]
    assert found == pytest.approx(wanted, rel=1e-9, abs=1e-12)


def test_the_areas_of_the_integrand():
    areas = mle.kl_areas_normal(*PAIRS.T)
    assert areas.positive - areas.negative == pytest.approx(mle.kl_normal(*PAIRS.T), rel=1e-12, abs=1e-15)
    for row, positive, negative in zip(PAIRS, *areas, strict=True):
        p, q = normal(*row[:2]), normal(*row[2:])
        fine = np.linspace(-0.01, 0.01, 40001)
        x = row[0] + row[1] * np.concatenate([np.linspace(-12, -0.01, 40000), fine, np.linspace(0.01, 12, 40000)])
        y = mle.kl_integrand(p, q, x)
        scale = 1e-6 * (positive + negative)
        assert integrate.trapezoid(np.maximum(y, 0), x) == pytest.approx(positive, abs=scale)
        assert integrate.trapezoid(np.maximum(-y, 0), x) == pytest.approx(negative, abs=scale)


def test_the_integrand_of_many_pairs_is_that_of_one():
    x = np.linspace(-3, 3, 7)
    found = mle.kl_integrand_normal(x, *(column[:, None] for column in PAIRS.T))
    for row, values in zip(PAIRS, found, strict=True):
        assert values == pytest.approx(mle.kl_integrand(normal(*row[:2]), normal(*row[2:]), x), rel=1e-9, abs=1e-12)


def test_the_log_ratio_as_a_curve_that_moves():
    x, y = mle.log_ratio_curve(PAIRS, -8, 8, -30.0, 8.0)
    assert x.shape == y.shape == (len(PAIRS), 20)
    assert np.all(np.diff(x) >= 0) and np.all(x[:, 0] == -8) and np.all(x[:, -1] == 8)
    for row, places, heights in zip(PAIRS, x, y, strict=True):
        wanted = normal(*row[:2]).log_prob(places) - normal(*row[2:]).log_prob(places)
        assert heights == pytest.approx(wanted, rel=1e-9, abs=1e-9)
    assert y[3, 1] == pytest.approx(8) and y[3, -2] == pytest.approx(8)  # where it enters the picture


def test_equal_widths_and_equal_laws():
    areas = mle.kl_areas_normal([0.0, 2.0, 1.0], 1.0, [2.0, 0.0, 1.0], 1.0)
    assert areas.positive[0] == pytest.approx(areas.positive[1], rel=1e-14)  # mirror images
    assert areas.negative[0] > 0 and areas.positive[2] == areas.negative[2] == 0


def test_refusals():
    with pytest.raises(mle.MleError, match="no array form"):
        mle.divergence_normals("chi2", 0, 1, 0, 1)
    with pytest.raises(mle.MleError, match="needs alpha"):
        mle.divergence_normals("renyi", 0, 1, 0, 1)
    with pytest.raises(mle.DomainError, match=r"alpha = 1\.5"):
        mle.divergence_normals("renyi", 0, 1, 0, 1, alpha=[0.5, 1.5])
    with pytest.raises(mle.DomainError, match="sigma_q = 0"):
        mle.kl_areas_normal(0, 1, 0, 0)
