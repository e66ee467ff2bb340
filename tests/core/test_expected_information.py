"""Expected information in closed form, against quadrature of the squared score and against many digits."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest
from conftest import FAMILIES, typical_theta

import mle_core as mle

# Mixtures, of more than three parameters, need a quadrature that knows where their components lie.
INFORMED = [f for f in FAMILIES if f.likelihood.fisher is not None and len(f.params) <= 3]


@pytest.mark.parametrize("family", INFORMED, ids=lambda family: family.key)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_expected_information_is_the_mean_square_of_the_score(family, share):
    theta = typical_theta(family, np.roll(np.linspace(share, 1 - share, len(family.params)), 1))
    if family.discrete:
        support = family.support_at(dict(zip(family.names, theta, strict=True)))
        x = np.arange(support.low, min(support.high, family.quantile(1 - 1e-13, theta) + 60) + 1)
        weight = family.prob(x, theta)
    else:  # x = Q(u) with u a logistic function of t; by halves, as there may be a kink in the middle
        nodes, rule = np.polynomial.legendre.leggauss(160)
        t, rule = np.concatenate([17 * nodes - 17, 17 * nodes + 17]), np.tile(17 * rule, 2)
        u = 1 / (1 + np.exp(-t))
        x, weight = family.quantile(u, theta), u * (1 - u) * rule
        inside = family.support.contains(x) & np.isfinite(x)
        x, weight = x[inside], weight[inside]
    scores = np.stack([mle.score(family, [value], theta) for value in x])
    fisher = family.fisher(theta)
    known = np.isfinite(fisher)
    scale = np.sqrt(np.outer(np.diagonal(fisher), np.diagonal(fisher)))
    assert known.any() and (np.diagonal(known) | [not p.regular or p.given for p in family.params]).all()
    np.testing.assert_allclose(((scores.T * weight @ scores) / scale)[known], (fisher / scale)[known], atol=2e-8)


def test_expected_information_at_the_normal_limit_and_across_the_series():
    t, normal = mle.FAMILIES["student_t"], mle.FAMILIES["normal"]
    limit = t.fisher([1.0, 2.0, np.inf])
    np.testing.assert_allclose(limit[:2, :2], normal.fisher([1.0, 2.0]), rtol=1e-15)
    assert np.isfinite(limit).all() and abs(limit[2]).max() < 1e-50
    mp.mp.dps = 60
    for nu in (29.0, 31.0, 1e3, 1e6):
        v = mp.mpf(nu)
        exact = (mp.psi(1, v / 2) - mp.psi(1, (v + 1) / 2)) / 4 - (v + 5) / (2 * v * (v + 1) * (v + 3))
        assert t.fisher([0.0, 1.0, nu])[2, 2] == pytest.approx(float(exact), rel=1e-9)


def test_families_without_expected_information():
    assert mle.FAMILIES["uniform"].fisher([0.0, 1.0]) is None
    pareto = mle.FAMILIES["pareto"].fisher([1.0, 2.0])
    assert np.isnan(pareto[0]).all() and pareto[1, 1] == 0.25
