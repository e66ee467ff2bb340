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
