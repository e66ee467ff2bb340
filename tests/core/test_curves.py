"""Curves that a screen moves: close to the density, at each theta and between two of them."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import typical_theta

import mle_core as mle


def window(family: mle.Family, theta: np.ndarray, wide: float) -> tuple[float, float]:
    low, high = family.quantile([0.001, 0.999], theta)
    return float(low - wide * (high - low)), float(high + wide * (high - low))


@pytest.mark.parametrize("share", [0.1, 0.35, 0.6, 0.9])
@pytest.mark.parametrize("wide", [-1.0, 0.05, 1.0])
def test_the_polyline_is_the_density(continuous, share, wide):
    theta = typical_theta(continuous, np.full(len(continuous.params), share))
    if wide < 0:
        low, high = continuous.quantile([0.2, 0.9], theta).tolist()
    else:
        low, high = window(continuous, theta, wide)
    x, y = mle.density_curve(continuous, theta, low, high)
    assert x.shape == y.shape == (161,)
    assert x[0] == low and x[-1] == high and np.all(np.diff(x) >= 0)
    assert np.all(np.isfinite(y)) and np.all(y >= 0)
    fine = np.linspace(low, high, 20_001)
    pixel = (high - low) / 1000
    for edge in continuous.quantile([0.0, 1.0], theta):  # nearer to the edge an unbounded density is cut
        fine = fine[np.abs(fine - edge) > pixel]
    exact = continuous.prob(fine, theta)
    assert np.max(np.abs(np.interp(fine, x, y) - exact)) < 0.004 * y.max()


def test_between_two_theta_the_interpolated_curve_is_the_density(continuous):
    for j, param in enumerate(continuous.params):
        shares = np.linspace(0.2, 0.8, 41)
        theta = np.array(
            [typical_theta(continuous, np.where(np.arange(len(continuous.params)) == j, s, 0.5)) for s in shares]
        )
        low, high = window(continuous, theta[20], 0.3)
        x, y = mle.density_curve(continuous, theta, low, high)
        middle = np.array(
            [
                typical_theta(continuous, np.where(np.arange(len(continuous.params)) == j, s, 0.5))
                for s in (shares[1:] + shares[:-1]) / 2
            ]
        )
        for i in range(40):
            xs, ys = (x[i] + x[i + 1]) / 2, (y[i] + y[i + 1]) / 2
            exact = continuous.prob(xs, middle[i])
            ends = continuous.quantile([0.0, 1.0], middle[i])
            far = np.min(np.abs(xs - ends[:, None]), axis=0) > (high - low) / 500
            assert np.max(np.abs(ys - exact)[far]) < 0.01 * max(y[i].max(), y[i + 1].max()), param.name


@pytest.mark.parametrize(("key", "theta"), [("gamma", [0.3, 1.0]), ("weibull", [0.4, 2.0])])
def test_a_singular_edge_is_cut(key, theta):
    for low in (0.0, -1.0):
        x, y = mle.density_curve(key, theta, low, 5.0)
        family = mle.FAMILIES[key]
        pixel = (5.0 - low) / 1000
        assert np.all(np.isfinite(y))
        assert y.max() == pytest.approx(family.cdf(pixel, theta) / pixel, rel=1e-9)
        far = x > pixel
        np.testing.assert_allclose(y[far], family.prob(x[far], theta), rtol=1e-12)


def test_a_bounded_density_is_not_cut():
    _, y = mle.density_curve("gamma", [1.0, 50.0], 0.0, 100.0)
    assert y.max() > 45


def test_mass_bars(discrete):
    theta = np.stack([discrete.default, typical_theta(discrete, np.full(len(discrete.params), 0.7))])
    values, mass = mle.mass_bars(discrete, theta, -2.5, 12.2)
    np.testing.assert_array_equal(values, np.arange(0, min(13, discrete.support.high + 1)))
    np.testing.assert_array_equal(mass, discrete.prob(values, theta))
    assert mle.mass_bars(discrete, discrete.default, 0, 1)[1].shape == (2,)


def test_curves_of_the_wrong_kind(continuous, discrete):
    with pytest.raises(ValueError, match="mass_bars"):
        mle.density_curve(discrete, discrete.default, 0, 1)
    with pytest.raises(ValueError, match="density_curve"):
        mle.mass_bars(continuous, continuous.default, 0, 1)
    with pytest.raises(ValueError, match="low < high"):
        mle.density_curve(continuous, continuous.default, 1, 1)
    with pytest.raises(mle.DomainError):
        mle.density_curve(continuous, np.full(len(continuous.params), np.nan), 0, 1)
