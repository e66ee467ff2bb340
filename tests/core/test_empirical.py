"""The empirical distribution against SciPy, its band against simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

import mle_core as mle


def test_shares_of_distinct_values():
    values, shares = mle.ecdf([3, 1, 1, 7])
    assert values.tolist() == [1, 3, 7] and shares.tolist() == [0.5, 0.75, 1.0]


@pytest.mark.parametrize("m", [1, 2, 17, 900])
def test_distance_is_that_of_scipy(m):
    x = np.random.default_rng(m).exponential(size=m)
    distance, place = mle.kolmogorov_distance(stats.expon.cdf(x))
    wanted = stats.kstest(x, "expon")
    assert distance == pytest.approx(wanted.statistic, abs=1e-15)
    assert x[place] == wanted.statistic_location


def test_the_band_holds_the_whole_law_as_often_as_it_says():
    m, repeats = 50, 4000
    u = np.sort(np.random.default_rng(5).random((repeats, m)), axis=1)
    steps = np.arange(m + 1) / m
    distance = np.maximum(steps[1:] - u, u - steps[:-1]).max(axis=1)
    for level in (0.5, 0.95):
        held = float((distance <= mle.dkw_halfwidth(m, level)).mean())
        error = math.sqrt(level * (1 - level) / repeats)
        assert level - 3 * error < held < level + 0.03 + 3 * error  # a bound, and a close one
    assert mle.dkw_halfwidth(100) == pytest.approx(math.sqrt(math.log(40) / 200), rel=1e-15)


def test_what_is_no_probability_or_size_is_refused():
    with pytest.raises(ValueError, match=r"1\.2 is no probability"):
        mle.kolmogorov_distance([0.1, 1.2])
    with pytest.raises(ValueError, match="at least 1"):
        mle.dkw_halfwidth([10, 0])
    with pytest.raises(ValueError, match="level = 1"):
        mle.dkw_halfwidth(10, 1.0)
