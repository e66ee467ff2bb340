"""Nearest normals to many mixtures in the plane, and landscapes of many mixtures, against those of one."""

from __future__ import annotations

import numpy as np
import pytest

import mle_core as mle

WEIGHTS = np.array([[0.4, 0.6], [0.5, 0.5], [0.2, 0.8]])
MEANS = np.array([[[-1.5, -1.0], [1.5, 1.0]], [[-0.5, 0.0], [0.5, 0.3]], [[-2.0, 1.0], [2.0, -1.0]]])


def covariance(width: float, correlation: float) -> np.ndarray:
    return width**2 * np.array([[1.0, correlation], [correlation, 1.0]])


SPREADS = np.array(
    [
        [covariance(0.7, 0.6), covariance(0.9, -0.6)],
        [covariance(1.0, 0.8), covariance(1.0, -0.8)],
        [covariance(0.5, 0.0), covariance(1.2, 0.5)],
    ]
)


@pytest.mark.parametrize("side", [0, 1, None])
def test_many_in_the_plane_are_as_one(side):
    starts = None if side is None else (MEANS[:, side], SPREADS[:, side])
    found = mle.project_plane(WEIGHTS, MEANS, SPREADS, "reverse_kl", starts)
    assert found.converged.any()
    for k in np.flatnonzero(found.converged):
        ends = mle.project_multivariate(WEIGHTS[k], MEANS[k], SPREADS[k], "reverse_kl")
        near = min(ends, key=lambda end: np.abs(end.mean - found.means[k]).max())
        assert found.means[k] == pytest.approx(near.mean, abs=4e-3)
        assert found.covariances[k] == pytest.approx(near.covariance, abs=8e-3)
        assert found.values[k] == pytest.approx(near.value, abs=3e-4)


def test_the_forward_fit_in_the_plane_has_the_moments():
    found = mle.project_plane(WEIGHTS, MEANS, SPREADS)
    for k in range(3):
        (end,) = mle.project_multivariate(WEIGHTS[k], MEANS[k], SPREADS[k])
        assert found.means[k] == pytest.approx(end.mean, abs=1e-12)
        assert found.covariances[k] == pytest.approx(end.covariance, abs=1e-12)
        assert found.values[k] == pytest.approx(end.value, abs=1e-4)


def test_divergences_in_the_plane_by_sums_over_a_grid_and_by_pythagoras():
    found = mle.project_plane(WEIGHTS, MEANS, SPREADS, "reverse_kl", (MEANS[:, 1], SPREADS[:, 1]))
    there = mle.plane_divergences(WEIGHTS, MEANS, SPREADS, found.means, found.covariances, "kl")
    back = mle.plane_divergences(WEIGHTS, MEANS, SPREADS, found.means, found.covariances, "reverse_kl")
    assert back == pytest.approx(found.values, abs=1e-12)
    forward = mle.project_plane(WEIGHTS, MEANS, SPREADS)
    axis = np.linspace(-12, 12, 481)
    x = np.stack(np.meshgrid(axis, axis), axis=-1)

    def log_density(mean, spread):
        z = np.linalg.solve(np.linalg.cholesky(spread), (x - mean).reshape(-1, 2).T)
        return (-0.5 * (z**2).sum(axis=0) - np.log(2 * np.pi) - 0.5 * np.linalg.slogdet(spread)[1]).reshape(x.shape[:2])

    for k in range(3):
        lp = np.logaddexp(*(np.log(WEIGHTS[k, j]) + log_density(MEANS[k, j], SPREADS[k, j]) for j in (0, 1)))
        lq = log_density(found.means[k], found.covariances[k])
        assert mle.plane_log_density(WEIGHTS, MEANS, SPREADS, x[:3].reshape(-1, 2))[k] == pytest.approx(
            lp[:3].ravel(), rel=1e-9
        )
        assert there[k] == pytest.approx(np.sum(np.exp(lp) * (lp - lq)) * 0.05**2, abs=1e-4)
        assert back[k] == pytest.approx(np.sum(np.exp(lq) * (lq - lp)) * 0.05**2, abs=1e-4)
        rest = mle.kl_multivariate_normal(
            forward.means[k], forward.covariances[k], found.means[k], found.covariances[k]
        )
        assert there[k] == pytest.approx(forward.values[k] + rest, rel=1e-9)


def test_the_path_starts_at_the_start_and_ends_at_the_end():
    begin = np.array([[0.3, 0.2]] * 3), np.array([covariance(1.5, 0.0)] * 3)
    found = mle.project_plane(WEIGHTS, MEANS, SPREADS, "reverse_kl", begin, steps=12)
    means, spreads = found.path
    assert means.shape == (12, 3, 2) and spreads.shape == (12, 3, 2, 2)
    assert means[0] == pytest.approx(begin[0]) and spreads[0] == pytest.approx(begin[1])
    assert means[-1] == pytest.approx(found.means) and spreads[-1] == pytest.approx(found.covariances)
    along = [
        mle.plane_divergences(WEIGHTS, MEANS, SPREADS, m, s, "reverse_kl") for m, s in zip(means, spreads, strict=True)
    ]
    assert (np.diff(along, axis=0) <= 1e-8).all()


def test_crossed_ellipses_are_covered_by_a_circle_until_one_arm_wins():
    def ends(correlation):
        arms = [covariance(1.0, correlation), covariance(1.0, -correlation)]
        return [mle.project_plane([0.5, 0.5], np.zeros((2, 2)), arms, "reverse_kl", ([0, 0], arm)) for arm in arms]

    for found in ends(0.8):
        assert found.covariances[0] == pytest.approx(0.6198 * np.eye(2), abs=1e-3)
    one, other = ends(0.95)
    assert one.covariances[0][0, 1] == pytest.approx(-other.covariances[0][0, 1], abs=5e-3) and one.converged[0]
    assert one.covariances[0][0, 1] > 0.65


@pytest.mark.parametrize(("kind", "alpha"), [("kl", None), ("reverse_kl", None), ("js", None), ("renyi", 0.3)])
def test_landscapes_are_made_of_divergences(kind, alpha):
    means, sds = [[-2.0, 2.0], [-0.5, 0.5]], [[0.6, 0.8], [0.4, 1.5]]
    mu, sigma = np.linspace(-4, 4, 5), np.geomspace(0.2, 4, 4)
    found = mle.mixture_landscapes(WEIGHTS[:2], means, sds, mu, sigma, kind, alpha=alpha)
    m, s = (part.ravel() for part in np.meshgrid(mu, sigma))
    for k in range(2):
        exact = mle.mixture_divergences(WEIGHTS[k], means[k], sds[k], m, s, kind, alpha=alpha)
        assert found[k].ravel() == pytest.approx(exact, rel=2e-3, abs=2e-3)


def test_a_landscape_for_each_order():
    each = mle.mixture_landscapes([0.4, 0.6], [-1, 1], [0.5, 0.5], [0, 1], [0.5, 1], "renyi", alpha=[0.2, 0.7])
    alone = [
        mle.mixture_landscapes([0.4, 0.6], [-1, 1], [0.5, 0.5], [0, 1], [0.5, 1], "renyi", alpha=a) for a in (0.2, 0.7)
    ]
    assert each == pytest.approx(np.concatenate(alone), rel=1e-12)


def test_refusals():
    with pytest.raises(mle.MleError, match="in the plane"):
        mle.project_plane(WEIGHTS, MEANS, SPREADS, "js")
    with pytest.raises(mle.DomainError, match="weights = 0"):
        mle.project_plane([0.0, 1.0], MEANS, SPREADS)
    with pytest.raises(mle.DomainError, match="positive definite"):
        mle.plane_divergences(WEIGHTS, MEANS, SPREADS, [0, 0], [[1, 2], [2, 1]])
    with pytest.raises(mle.MleError, match="2 × 2"):
        mle.project_plane(WEIGHTS, MEANS, SPREADS, "reverse_kl", ([0, 0], [1, 1]))
    with pytest.raises(mle.MleError, match="2 weights need 2 means"):
        mle.project_plane(WEIGHTS, MEANS[:, :1], SPREADS)
    with pytest.raises(mle.DomainError, match="sigma = 0"):
        mle.mixture_landscapes([0.5, 0.5], [0, 1], [1, 1], [0], [0.0, 1])
