"""Cross-entropy with a normal by moments, and laws cut into cells, against quadrature and sums written out."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import integrate, stats

import mle_core as mle

LAWS = (
    mle.Distribution("normal", mu=0.3, sigma=0.2),
    mle.Distribution("student_t", mu=-0.5, sigma=0.8, nu=9),
    mle.Distribution("normal_mixture_common", weight=0.3, mu1=-1.5, mu2=1.0, sigma=0.4),
    mle.Distribution("normal_mixture", weight=0.8, mu1=-1.0, sigma1=0.3, mu2=2.0, sigma2=1.2),
)


@pytest.mark.parametrize("p", LAWS, ids=str)
def test_value_gradient_and_spread_are_expectations(p):
    mu, sigma = 0.4, 0.9
    q = stats.norm(mu, sigma)
    found = mle.toward_normal(mle.central_moments(p), mu, sigma)

    def mean(f):
        return integrate.quad(lambda x: float(p.prob(x)) * f(x), -60, 60, points=(-1.5, 0, 1), limit=400)[0]

    value = mean(lambda x: -q.logpdf(x))
    assert float(found.value) == pytest.approx(value, rel=1e-7)
    assert float(found.value) == pytest.approx(mle.cross_entropy(p, mle.Distribution("normal", mu=mu, sigma=sigma)))
    assert float(found.slope_mu) == pytest.approx(mean(lambda x: -(x - mu) / sigma**2), rel=1e-6)
    assert float(found.slope_sigma) == pytest.approx(mean(lambda x: 1 / sigma - (x - mu) ** 2 / sigma**3), rel=1e-6)
    square = mean(lambda x: (q.logpdf(x) + value) ** 2)
    assert float(found.deviation) == pytest.approx(math.sqrt(square), rel=2e-4)


def test_laws_and_normals_broadcast_and_the_projection_has_no_slope():
    moments = np.array([mle.central_moments(p) for p in LAWS])
    found = mle.toward_normal(moments, moments[:, 0], np.sqrt(moments[:, 1]))
    assert isinstance(found, mle.TowardNormal) and found.value.shape == (4,)
    assert np.abs(found.slope_mu).max() < 1e-12 and np.abs(found.slope_sigma).max() < 1e-12
    nearest = [mle.pseudo_true("normal", (p.family, p.theta)) for p in LAWS]
    assert found.value == pytest.approx([near.cross_entropy for near in nearest], rel=1e-4)


def test_moments_that_do_not_exist_are_infinite():
    assert mle.central_moments(mle.Distribution("student_t", mu=0, sigma=1, nu=2)).variance == math.inf
    assert mle.central_moments(mle.Distribution("student_t", mu=0, sigma=1, nu=4)).fourth == math.inf
    normal = mle.central_moments(mle.Distribution("student_t", mu=1, sigma=2, nu=math.inf))
    assert normal == mle.Moments(1, 4, 0, 48)
    with pytest.raises(mle.MleError, match="not kept"):
        mle.central_moments(mle.Distribution("gamma", shape=1, rate=1))
    with pytest.raises(mle.DomainError, match="sigma = 0"):
        mle.toward_normal(normal, 0, 0)


def test_cells_add_up_to_one_and_keep_the_digits_of_small_ones():
    edges = np.linspace(-3, 3, 13)
    cells = mle.normal_cells([[0.0], [-3.0]], [0.25, 2.0], edges)
    assert cells.shape == (2, 2, 14) and cells.sum(axis=-1) == pytest.approx(np.ones((2, 2)), abs=1e-14)
    assert cells[1, 0, -1] == pytest.approx(stats.norm(-3, 0.25).sf(3), rel=1e-9)
    assert cells[0, 1, 4] == pytest.approx(stats.norm(0, 2).cdf(-1) - stats.norm(0, 2).cdf(-1.5), rel=1e-12)
    for wrong in ((0, -1, edges), (0, 1, edges[::-1])):
        with pytest.raises(mle.DomainError):
            mle.normal_cells(*wrong)


def test_rows_of_probabilities_are_summed_like_single_ones():
    random = np.random.default_rng(3)
    p, q = random.dirichlet(np.ones(5), 7), random.dirichlet(np.ones(5), 7)
    found = mle.cross_entropy_rows(p, q)
    assert found == pytest.approx([mle.cross_entropy(a, b) for a, b in zip(p, q, strict=True)], rel=1e-12)
    assert mle.cross_entropy_rows([1.0, 0.0], [0.5, 0.5]) == pytest.approx(math.log(2))
    assert mle.cross_entropy_rows([1.0, 0.0], [1.0, 0.0]) == 0
    assert mle.cross_entropy_rows([0.5, 0.5], [1.0, 0.0]) == math.inf
    with pytest.raises(mle.DomainError, match="probabilities"):
        mle.cross_entropy_rows([-0.5, 1.5], [0.5, 0.5])


def test_of_a_sample_it_is_the_mean_loss_and_its_minimum_the_fit():
    x = np.random.default_rng(4).gamma(2.0, size=(3, 40))
    moments = mle.empirical_moments(x)
    for row, law in zip(x, moments, strict=True):
        found = mle.toward_normal(law, 1.3, 0.7)
        assert float(found.value) == pytest.approx(-stats.norm(1.3, 0.7).logpdf(row).mean(), rel=1e-12)
        assert float(found.deviation) == pytest.approx(stats.norm(1.3, 0.7).logpdf(row).std(), rel=1e-9)
        assert mle.nearest_normal(law) == pytest.approx(mle.fit("normal", row).theta, rel=1e-9)
        assert mle.nearest_normal(law, mu=1.3) == pytest.approx(mle.fit("normal", row, fixed={"mu": 1.3}).theta)
        assert mle.nearest_normal(law, sigma=2.0) == pytest.approx(mle.fit("normal", row, fixed={"sigma": 2.0}).theta)
    with pytest.raises(mle.MleError, match="empty"):
        mle.empirical_moments([])
    with pytest.raises(mle.MleError, match="hold one"):
        mle.nearest_normal(moments, mu=0.0, sigma=1.0)


def test_entropies_of_mixtures_all_at_once():
    cases = [(0.35, 3.0, 0.5), (0.5, 0.0, 1.0), (0.02, 4.0, 0.1), (0.9, 1.5, 1.2), (0.5, 4.0, 0.7)]
    found = mle.mixture_entropies(*np.transpose(cases))
    for value, (w, d, s) in zip(found, cases, strict=True):
        law = mle.Distribution("normal_mixture_common", weight=w, mu1=-d / 2, mu2=d / 2, sigma=s)
        assert value == pytest.approx(mle.entropy(law), abs=1e-9)
    for wrong in ((1.5, 1, 1), (0.5, 1, 0)):
        with pytest.raises(mle.DomainError):
            mle.mixture_entropies(*wrong)
