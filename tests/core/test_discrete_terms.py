"""Terms of D(p‖q) against the divergence itself."""

from __future__ import annotations

import math

import numpy as np
import pytest

import mle_core as mle


def test_the_terms_add_up():
    p, q = np.array([[0.36, 0.48, 0.16], [0.5, 0.5, 0.0]]), np.array([0.3, 0.3, 0.4])
    terms = mle.kl_terms(p, q)
    for row, found in zip(p, terms, strict=True):
        assert found.sum() == pytest.approx(mle.divergence("kl", row, q).value, rel=1e-12)
    assert terms[0, 1] > 0 > terms[0, 2] and terms[1, 2] == 0


def test_zeros_and_sums():
    assert mle.kl_terms([0.5, 0.5], [1.0, 0.0])[1] == math.inf
    assert mle.kl_terms([2.0, 6.0], [1.0, 1.0]) == pytest.approx(mle.kl_terms([0.25, 0.75], [0.5, 0.5]))
    assert np.isnan(mle.kl_terms([0.0, 0.0], [1.0, 1.0])).all()
    with pytest.raises(mle.MleError, match="same outcomes"):
        mle.kl_terms([1.0, 1.0], [1.0])
    with pytest.raises(mle.DomainError, match="weight -1"):
        mle.kl_terms([-1.0, 2.0], [1.0, 1.0])


@pytest.mark.parametrize("kind", ["kl", "reverse_kl", "js", "hellinger", "total_variation"])
def test_rows_of_divergences_are_those_of_single_pairs(kind):
    rng = np.random.default_rng(11)
    p, q = rng.integers(0, 5, (40, 4)).astype(float), rng.integers(0, 5, (40, 4)).astype(float)
    p[0] = 0.0
    found = mle.divergence_rows(kind, p, q)
    assert np.isnan(found[0])
    for row in range(1, 40):
        wanted = mle.divergence(kind, p[row], q[row], normalise=True).value
        assert found[row] == pytest.approx(wanted, rel=1e-12, abs=1e-15)


def test_rows_of_an_unknown_kind():
    with pytest.raises(mle.MleError, match="no rows of 'chi3'"):
        mle.divergence_rows("chi3", [1, 1], [1, 2])
