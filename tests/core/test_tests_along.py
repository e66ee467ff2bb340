"""Many nulls at once are the same tests as one by one."""

from __future__ import annotations

import numpy as np
import pytest

import mle_core as mle


@pytest.mark.parametrize(
    ("data", "family", "name", "nulls"),
    [
        ("michelson", "normal", "sigma", (0.06, 0.08, 0.11)),
        ("groundbeef", "gamma", "shape", (3.0, 4.5)),
        ("michelson", "student_t", "mu", (299.83, 299.86)),
        ("faithful_waiting", "student_t", "nu", (3.0, 50.0, np.inf)),
        ("toxocara", "negative_binomial", "size", (0.2, 0.9)),
        ("groundbeef", "uniform", "low", (4.0, 9.5)),
        ("faithful_waiting", "normal_mixture_common", "mu2", (79.0, 81.0)),
    ],
)
def test_statistics_and_p_values_are_those_of_one_null(data, family, name, nulls):
    fit = mle.fit(family, mle.DATASETS[data].values)
    found = mle.tests_along(fit, name, np.array(nulls))
    for i, null in enumerate(nulls):
        one = mle.test(fit, {name: null})
        for kind in ("lr", "wald", "score"):
            statistic, p_value = getattr(one, kind).statistic, getattr(one, kind).p_value
            if kind == "wald" and np.isinf(null):
                continue  # an infinite distance there, none here
            got = (getattr(found, kind)[i], getattr(found, f"{kind}_p")[i])
            assert got == pytest.approx((statistic, p_value), rel=1e-6, abs=1e-9, nan_ok=True), (kind, null)


def test_the_slope_is_the_derivative_of_the_profile():
    fit = mle.fit("gamma", mle.DATASETS["groundbeef"].values)
    h = 1e-4
    low, at, high = mle.tests_along(fit, "shape", np.array([3.5 - h, 3.5, 3.5 + h])).values
    assert mle.tests_along(fit, "shape", np.array([3.5])).slope[0] == pytest.approx((high - low) / (2 * h), rel=1e-5)
    assert low < at < high
