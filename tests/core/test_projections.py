"""Projections of mixtures onto one normal: all optima, against grids, quadrature and the limits between the kinds."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, ndimage, stats

import mle_core as mle

TWO = mle.NormalMixture([0.4, 0.6], [-2.0, 2.0], [0.6, 1.0])
FAR = mle.NormalMixture([0.3, 0.3, 0.4], [-6.0, 0.0, 7.0], [0.5, 0.8, 0.4])
ALL = [
    ("kl", {}),
    ("reverse_kl", {}),
    ("js", {}),
    ("renyi", {"alpha": 0.3}),
    ("renyi", {"alpha": 0.5}),
    ("renyi", {"alpha": 2}),
]


def values_on_grid(mixture, kind, alpha, mu, sigma):
    """The divergence of each (sigma, mu) by a fine trapezoid rule in x: another way than the package's."""
    x = np.linspace(-50, 50, 2001)
    dx = x[1] - x[0]
    p = np.sum(
        [w * stats.norm.pdf(x, m, s) for w, m, s in zip(mixture.weights, mixture.means, mixture.sds, strict=True)], 0
    )
    lp = np.logaddexp.reduce(
        [
            np.log(w) + stats.norm.logpdf(x, m, s)
            for w, m, s in zip(mixture.weights, mixture.means, mixture.sds, strict=True)
        ]
    )
    table = np.empty((len(sigma), len(mu)))
    for i, s in enumerate(sigma):
        for j, m in enumerate(mu):
            lq = stats.norm.logpdf(x, m, s)
            q = np.exp(lq)
            if kind == "kl":
                terms = p * (lp - lq)
            elif kind == "reverse_kl":
                terms = q * (lq - lp)
            elif kind == "js":
                lm = np.logaddexp(lp, lq) - math.log(2)
                terms = 0.5 * p * (lp - lm) + 0.5 * q * (lq - lm)
            else:
                terms = np.exp(alpha * lp + (1 - alpha) * lq)
            total = terms.sum() * dx
            table[i, j] = math.log(total) / (alpha - 1) if kind == "renyi" else total
    return table


@pytest.mark.parametrize(
    ("mixture", "kind", "options"),
    [(TWO, "reverse_kl", {}), (FAR, "reverse_kl", {}), (TWO, "js", {}), (FAR, "renyi", {"alpha": 0.3})],
    ids=["two-reverse", "far-reverse", "two-js", "far-renyi"],
)
def test_every_local_optimum_of_a_grid_is_found_and_no_other(mixture, kind, options):
    mu, log_sigma = np.linspace(-8, 8.5, 67), np.linspace(math.log(0.3), math.log(9), 36)
    table = values_on_grid(mixture, kind, options.get("alpha", math.nan), mu, np.exp(log_sigma))
    lowest = ndimage.minimum_filter(table, size=3, mode="constant", cval=math.inf) == table
    inner = np.zeros_like(lowest)
    inner[1:-1, 1:-1] = True
    spots = [(mu[j], log_sigma[i]) for i, j in np.argwhere(lowest & inner)]
    found = mle.project(mixture, kind, **options)
    assert [run.value for run in found] == sorted(run.value for run in found)
    places = [(run.params["mu"], math.log(run.params["sigma"])) for run in found]
    for m, s in spots:  # every cell that is lower than its neighbours
        assert min(max(abs(m - a) / 0.5, abs(s - b) / 0.2) for a, b in places) < 1
    for run, (a, b) in zip(found, places, strict=True):
        assert run.converged
        around = values_on_grid(
            mixture,
            kind,
            options.get("alpha", math.nan),
            a + np.array([-1e-3, 0, 1e-3]),
            np.exp(b + np.array([-1e-3, 0, 1e-3])),
        )
        assert around[1, 1] == around.min()
        assert around[1, 1] == pytest.approx(run.value, rel=1e-8)


def test_reverse_kl_has_an_optimum_on_every_component_that_stands_alone():
    found = mle.project(FAR, "reverse_kl")
    assert len(found) >= 3
    for weight, mean, sd in zip(FAR.weights, FAR.means, FAR.sds, strict=True):
        near = min(found, key=lambda run: abs(run.params["mu"] - mean))
        assert near.params["mu"] == pytest.approx(mean, abs=1e-3) and near.params["sigma"] == pytest.approx(
            sd, rel=1e-3
        )
        assert near.value == pytest.approx(-math.log(weight), rel=1e-3)


@given(w=st.floats(0.05, 0.95), m=st.floats(-3, 3), s=st.floats(0.3, 3), n=st.floats(-3, 3), t=st.floats(0.3, 3))
def test_forward_kl_matches_the_moments(w, m, s, n, t):
    (run,) = mle.project(mle.NormalMixture([w, 1 - w], [m, n], [s, t]))
    mean = w * m + (1 - w) * n
    variance = w * s * s + (1 - w) * t * t + w * (1 - w) * (m - n) ** 2
    assert run.params["mu"] == pytest.approx(mean, rel=1e-12, abs=1e-13)
    assert run.params["sigma"] == pytest.approx(math.sqrt(variance), rel=1e-13)
    assert run.path.shape == (1, 2) and run.value >= 0


@pytest.mark.parametrize(("kind", "options"), ALL, ids=str)
@pytest.mark.parametrize("scale", [1e-100, 1e100])
def test_units_do_not_matter(kind, options, scale):
    plain = mle.project(TWO, kind, **options)
    moved = mle.project(mle.NormalMixture(TWO.weights, TWO.means * scale, TWO.sds * scale), kind, **options)
    assert len(plain) == len(moved)
    for a, b in zip(plain, moved, strict=True):
        assert b.value == pytest.approx(a.value, rel=1e-9)
        assert b.params["sigma"] == pytest.approx(scale * a.params["sigma"], rel=1e-7)


@pytest.mark.parametrize(("kind", "options"), ALL, ids=str)
def test_a_normal_is_its_own_projection(kind, options):
    target = mle.Distribution("normal", mu=1.5, sigma=0.7)
    (run,) = mle.project(target, kind, **options)
    assert run.params["mu"] == pytest.approx(1.5, rel=1e-8) and run.params["sigma"] == pytest.approx(0.7, rel=1e-8)
    assert run.value == pytest.approx(0, abs=1e-12)
    assert run.distribution.family.key == "normal"


def test_the_value_is_the_divergence_of_the_registry():
    target = mle.Distribution("normal_mixture", weight=0.4, mu1=-2, sigma1=0.6, mu2=2, sigma2=1)
    for kind, options in ALL:
        best = mle.project(target, kind, **options)[0]
        assert best.value == pytest.approx(mle.project(TWO, kind, **options)[0].value, rel=1e-12)
        assert best.value == pytest.approx(
            mle.divergence(kind, target, best.distribution, "quadrature", **options).value, rel=1e-8
        )
    common = mle.Distribution("normal_mixture_common", weight=0.5, mu1=-2, mu2=2, sigma=1)
    assert mle.project(common)[0].params["sigma"] == pytest.approx(math.sqrt(5), rel=1e-14)


def test_renyi_leads_from_reverse_to_forward():
    reverse, forward = mle.project(TWO, "reverse_kl")[0].params, mle.project(TWO, "kl")[0].params
    small, large = (mle.project(TWO, "renyi", alpha=alpha)[0].params for alpha in (1e-5, 1 - 1e-5))
    for name in ("mu", "sigma"):
        assert small[name] == pytest.approx(reverse[name], rel=1e-4)
        assert large[name] == pytest.approx(forward[name], rel=1e-4)
        assert mle.project(TWO, "renyi", alpha=1.0)[0].params[name] == forward[name]


@settings(max_examples=10)
@given(mu=st.floats(-4, 4), sigma=st.floats(0.3, 4))
def test_a_start_leads_downhill_to_an_optimum_of_the_list(mu, sigma):
    (run,) = mle.project(TWO, "reverse_kl", start=(mu, sigma))
    np.testing.assert_allclose(run.path[0], [mu, sigma], rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(run.path[-1], [run.params["mu"], run.params["sigma"]])
    assert run.converged and not run.path.flags.writeable
    values = [float(values_on_grid(TWO, "reverse_kl", math.nan, [m], [s])[0, 0]) for m, s in run.path]
    assert all(b <= a + 1e-9 for a, b in itertools.pairwise(values))
    places = [other.params["mu"] for other in mle.project(TWO, "reverse_kl")]
    assert min(abs(place - run.params["mu"]) for place in places) < 1e-6


def test_wrong_input_is_told():
    with pytest.raises(mle.MleError, match="gamma is no mixture of normals"):
        mle.project(mle.Distribution("gamma", shape=2, rate=1))
    with pytest.raises(mle.MleError, match="there is no projection by 'chi2'"):
        mle.project(TWO, "chi2")
    with pytest.raises(mle.MleError, match="renyi needs alpha"):
        mle.project(TWO, "renyi")
    with pytest.raises(mle.DomainError, match="alpha = -1 is outside"):
        mle.project(TWO, "renyi", alpha=-1)
    with pytest.raises(mle.DomainError, match=r"start = \(0, 0\)"):
        mle.project(TWO, "reverse_kl", start=(0, 0))
    with pytest.raises(mle.DomainError, match=r"sds\[1\] = 0 is outside"):
        mle.NormalMixture([1, 1], [0, 1], [1, 0])


# -- two dimensions ------------------------------------------------------------------------------------------------

PLANE = ([0.5, 0.5], [[-3.0, -3.0], [3.0, 3.0]], [[[1.0, 0.5], [0.5, 1.0]], [[0.6, -0.3], [-0.3, 0.8]]])


def test_forward_projection_in_the_plane_matches_the_moments():
    (run,) = mle.project_multivariate(*PLANE)
    np.testing.assert_allclose(run.mean, [0, 0], atol=1e-15)
    np.testing.assert_allclose(run.covariance, [[9.8, 9.1], [9.1, 9.9]], rtol=1e-14)
    x = np.linspace(-12, 12, 601)
    points = np.stack(np.meshgrid(x, x, indexing="ij"), -1)
    p = sum(w * stats.multivariate_normal(m, c).pdf(points) for w, m, c in zip(*PLANE, strict=True))
    q = stats.multivariate_normal(run.mean, run.covariance).logpdf(points)
    exact = np.sum(p * (np.log(p) - q)) * (x[1] - x[0]) ** 2
    assert run.value == pytest.approx(exact, rel=1e-8)


def test_reverse_projections_in_the_plane_are_the_components():
    found = mle.project_multivariate(*PLANE, "reverse_kl")
    assert len(found) == 2 and found[0].value <= found[1].value
    for mean, covariance in zip(PLANE[1], PLANE[2], strict=True):
        near = min(found, key=lambda run: np.linalg.norm(run.mean - mean))
        assert near.converged
        np.testing.assert_allclose(near.mean, mean, atol=2e-3)
        np.testing.assert_allclose(near.covariance, covariance, atol=5e-3)
        assert near.value == pytest.approx(math.log(2), rel=1e-3)
    (one,) = mle.project_multivariate(*PLANE, "reverse_kl", start=([2.0, 4.0], np.eye(2)))
    np.testing.assert_allclose(one.path[0][0], [2, 4])
    np.testing.assert_allclose(one.mean, min(found, key=lambda run: -run.mean[0]).mean, atol=1e-5)


def test_one_gaussian_in_the_plane_is_its_own_projection():
    for kind in ("kl", "reverse_kl"):
        (run,) = mle.project_multivariate([2.0], [PLANE[1][0]], [PLANE[2][1]], kind)
        np.testing.assert_allclose(run.covariance, PLANE[2][1], atol=1e-7)
        assert run.value == pytest.approx(0, abs=1e-9)
    with pytest.raises(mle.DomainError, match=r"covariances\[0\] is not positive definite"):
        mle.project_multivariate([1.0], [[0, 0]], [np.ones((2, 2))])


def test_optima_of_one_centre_and_two_widths_are_two():
    spreads = [np.eye(2) * 0.16, np.eye(2) * 25]
    found = mle.project_multivariate([0.3, 0.7], np.zeros((2, 2)), spreads, "reverse_kl")
    assert len(found) == 2
    radius = np.linspace(0, 60, 60_001)
    for run in found:
        spread = run.covariance[0, 0]
        logs = [math.log(w / c[0, 0]) - 0.5 * radius**2 / c[0, 0] for w, c in zip([0.3, 0.7], spreads, strict=True)]
        q = -math.log(spread) - 0.5 * radius**2 / spread
        exact = integrate.simpson(np.exp(q) * radius * (q - np.logaddexp(*logs)), x=radius)
        assert run.value == pytest.approx(exact, rel=1e-4)


@pytest.mark.parametrize("spike", [0.06, 0.04, 1e-2, 1e-4])
def test_a_spike_between_the_nodes_is_seen(spike):
    mixture = mle.NormalMixture([0.3, 0.7], [0, 0], [spike, 1])
    target = mle.Distribution("normal_mixture", weight=0.3, mu1=0, sigma1=spike, mu2=1e-15, sigma2=1)
    for run in mle.project(mixture, "reverse_kl"):
        exact = mle.divergence("reverse_kl", target, run.distribution, "quadrature")
        assert run.value == pytest.approx(exact.value, rel=1e-7)
        assert exact.error < 1e-10
