"""Products of densities in each format against Python's own exact arithmetic, and where they leave the range."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from scipy import stats

import mle_core as mle

MICHELSON = mle.DATASETS["michelson"].values
FAITHFUL = mle.DATASETS["faithful_waiting"].values


def fitted(x: np.ndarray) -> np.ndarray:
    return stats.norm(x.mean(), x.std()).pdf(x)


def test_the_ends_of_the_formats():
    formats = mle.FLOAT_FORMATS
    assert list(formats) == ["float16", "float32", "float64"]
    assert formats["float16"].largest == pytest.approx(np.log10(65504), abs=1e-14)
    assert formats["float32"].smallest == pytest.approx(-149 * np.log10(2), abs=1e-12)
    assert formats["float64"].smallest == pytest.approx(-1074 * np.log10(2), abs=1e-12)
    assert formats["float64"].largest == pytest.approx(1024 * np.log10(2), abs=1e-12)


@pytest.mark.parametrize("key", ["float16", "float32", "float64"])
def test_each_step_is_the_exact_product_rounded_once(key):
    factors = fitted(FAITHFUL)[:40]
    products = mle.running_product(factors, key)
    kind = np.dtype(key).type
    before = Fraction(1)
    for factor, product in zip(factors, products, strict=True):
        exact = before * Fraction(float(kind(factor)))
        # The nearest number of the format: none of its neighbours is nearer.
        near = [np.nextafter(kind(product), kind(end)) for end in (-np.inf, np.inf)]
        assert all(abs(exact - Fraction(float(product))) <= abs(exact - Fraction(float(n))) for n in near)
        before = Fraction(float(product))


@pytest.mark.parametrize(("x", "value"), [(FAITHFUL, 0.0), (np.tile(MICHELSON, 7), np.inf)])
def test_the_exact_m_of_under_and_overflow(x, value):
    factors, found = fitted(x), []
    for key in mle.FLOAT_FORMATS:
        product, m = np.dtype(key).type(1), 0
        with np.errstate(all="ignore"):
            while 0 < product < np.inf:
                product = np.dtype(key).type(product * np.dtype(key).type(factors[m]))
                m += 1
        assert mle.range_exit(factors, key) == (m, value)
        found.append(m)
    assert found == sorted(found) and len(set(found)) == 3  # the longer the format, the later
    assert np.isfinite(np.log(factors).sum())


def test_many_samples_at_once_and_none_that_leaves():
    factors = np.array([[0.5] * 30, [1.0] * 30, [4096.0] * 30])
    m, value = mle.range_exit(factors, "float16")
    assert m.tolist() == [25, 0, 2]  # 2⁻²⁴ is the smallest number of float16, and half of it is rounded to even: 0
    assert np.array_equal(value, [0.0, np.nan, np.inf], equal_nan=True)


def test_what_cannot_be_multiplied_is_said():
    with pytest.raises(ValueError, match="float16, float32, float64"):
        mle.running_product([1.0], "bfloat16")
    with pytest.raises(ValueError, match="at least one"):
        mle.running_product([], "float32")
