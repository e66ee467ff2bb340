"""Nearest normals of many mixtures against those of one."""

from __future__ import annotations

import numpy as np
import pytest

import mle_core as mle

WEIGHTS = np.array([[0.4, 0.6], [0.5, 0.5], [0.2, 0.8]])
MEANS = np.array([[-2.0, 2.0], [-1.0, 1.0], [-2.5, 2.5]])
SDS = np.array([[0.6, 1.0], [0.7, 0.7], [0.4, 1.2]])


@pytest.mark.parametrize(
    ("kind", "alpha"), [("kl", None), ("reverse_kl", None), ("js", None), ("renyi", 0.3), ("renyi", 0.95)]
)
@pytest.mark.parametrize("side", [0, 1])
def test_many_are_as_one(kind, alpha, side):
    starts = np.stack([MEANS[:, side], SDS[:, side]], axis=1)
    found = mle.project_stack(WEIGHTS, MEANS, SDS, kind, starts, alpha=alpha)
    assert found.converged.all()
    for k in range(3):
        mixture = mle.NormalMixture(WEIGHTS[k], MEANS[k], SDS[k])
        ends = mle.project(mixture, kind, alpha=alpha)
        near = min(
            ends, key=lambda end: abs(end.params["mu"] - found.mu[k]) + abs(end.params["sigma"] - found.sigma[k])
        )
        assert (found.mu[k], found.sigma[k]) == pytest.approx((near.params["mu"], near.params["sigma"]), abs=2e-5)
        assert found.values[k] == pytest.approx(near.value, rel=1e-6)
        again = mle.mixture_divergences(WEIGHTS[k], MEANS[k], SDS[k], found.mu[k], found.sigma[k], kind, alpha=alpha)
        assert again[0] == pytest.approx(found.values[k], rel=1e-12)


def test_the_path_goes_down_from_the_start_to_the_end():
    found = mle.project_stack(WEIGHTS, MEANS, SDS, "reverse_kl", (0.5, 2.0), steps=12)
    assert found.path.shape == (12, 3, 2)
    assert found.path[0] == pytest.approx(np.array([[0.5, 2.0]] * 3))
    assert found.path[-1] == pytest.approx(np.stack([found.mu, found.sigma], axis=1))
    along = [mle.mixture_divergences(WEIGHTS, MEANS, SDS, *step.T, "reverse_kl") for step in found.path]
    assert (np.diff(along, axis=0) <= 1e-9).all()


def test_refusals():
    with pytest.raises(mle.MleError, match="no projection"):
        mle.project_stack(WEIGHTS, MEANS, SDS, "chi2", (0, 1))
    with pytest.raises(mle.MleError, match="needs alpha"):
        mle.project_stack(WEIGHTS, MEANS, SDS, "renyi", (0, 1))
    with pytest.raises(mle.DomainError, match="alpha = 1 is"):
        mle.project_stack(WEIGHTS, MEANS, SDS, "renyi", (0, 1), alpha=1.0)
    with pytest.raises(mle.DomainError, match="sds = 0"):
        mle.mixture_divergences([0.5, 0.5], [0, 1], [0, 1], 0, 1)
    with pytest.raises(mle.DomainError, match="of a start"):
        mle.project_stack(WEIGHTS, MEANS, SDS, "js", (0, -1))
