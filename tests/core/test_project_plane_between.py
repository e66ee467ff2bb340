"""Nearest normals in the plane by Rényi's divergence and Jensen–Shannon, against sums over a grid and the two ends."""

from __future__ import annotations

import numpy as np
import pytest

import mle_core as mle

WEIGHTS = np.array([[0.4, 0.6], [0.5, 0.5], [0.3, 0.7]])
MEANS = np.array([[[-1.7, -0.9], [1.7, 0.9]], [[-0.5, 0.0], [0.5, 0.3]], [[-2.0, 1.0], [2.0, -1.0]]])
VARIANCES = np.array([[0.36, 0.64], [1.0, 1.0], [0.49, 1.44]])
RHO = np.array([[0.5, -0.6], [0.8, -0.8], [0.0, 0.5]])
SPREADS = VARIANCES[..., None, None] * np.stack(
    [np.stack([np.ones_like(RHO), RHO], -1), np.stack([RHO, np.ones_like(RHO)], -1)], -2
)
AXIS = np.linspace(-9, 9, 181)
X = np.stack(np.meshgrid(AXIS, AXIS), axis=-1).reshape(-1, 2)
CELL = (AXIS[1] - AXIS[0]) ** 2


def by_sum(kind: str, k: int, mean: np.ndarray, spread: np.ndarray, alpha: float) -> float:
    log_p = mle.plane_log_density(WEIGHTS[k], MEANS[k], SPREADS[k], X)[0]
    log_q = mle.plane_log_density([1.0], mean[None], spread[None], X)[0]
    if kind == "renyi":
        return float(np.log(np.exp(alpha * log_p + (1 - alpha) * log_q).sum() * CELL) / (alpha - 1))
    log_m = np.logaddexp(log_p, log_q) - np.log(2)
    return float(0.5 * CELL * (np.exp(log_p) * (log_p - log_m) + np.exp(log_q) * (log_q - log_m)).sum())


def ends(side: str) -> mle.PlaneNormals:
    if side == "forward":
        return mle.project_plane(WEIGHTS, MEANS, SPREADS)
    return mle.project_plane(WEIGHTS, MEANS, SPREADS, "reverse_kl", (MEANS[:, 1], SPREADS[:, 1]))


@pytest.mark.parametrize("side", ["forward", "reverse"])
@pytest.mark.parametrize("kind", ["renyi", "js"])
def test_no_neighbour_is_nearer_and_the_value_is_the_sum(kind, side):
    begun, alpha = ends(side), np.array([0.1, 0.5, 0.9])
    found = mle.project_plane_between(
        WEIGHTS, MEANS, SPREADS, kind, (begun.means, begun.covariances), alpha=alpha if kind == "renyi" else None
    )
    assert found.converged.all()
    for k in range(3):
        mean, root = found.means[k], np.linalg.cholesky(found.covariances[k])
        least = by_sum(kind, k, mean, root @ root.T, alpha[k])
        assert found.values[k] == pytest.approx(least, rel=1e-3, abs=1e-5)
        for way in np.concatenate([np.eye(5), -np.eye(5)]) * 0.05:
            step = np.array([[np.exp(way[2]), 0.0], [way[4], np.exp(way[3])]])
            there = root @ step
            assert by_sum(kind, k, mean + root @ way[:2], there @ there.T, alpha[k]) > least, (k, way)


def test_the_orders_lead_from_the_reverse_fit_to_the_forward_fit():
    one, two = ends("forward"), ends("reverse")
    near_one = mle.project_plane_between(
        WEIGHTS, MEANS, SPREADS, "renyi", (one.means, one.covariances), alpha=np.full(3, 0.999)
    )
    near_zero = mle.project_plane_between(
        WEIGHTS, MEANS, SPREADS, "renyi", (two.means, two.covariances), alpha=np.full(3, 0.001)
    )
    assert near_one.means == pytest.approx(one.means, abs=0.02)
    assert near_one.covariances == pytest.approx(one.covariances, rel=0.01, abs=0.02)
    assert near_one.values == pytest.approx(one.values, rel=0.01)
    assert near_zero.means == pytest.approx(two.means, abs=0.02)
    assert near_zero.covariances == pytest.approx(two.covariances, rel=0.02, abs=0.02)
    assert near_zero.values / 0.001 == pytest.approx(two.values, rel=0.01)


def test_one_normal_is_its_own_nearest():
    mean, spread = np.array([[[1.0, -1.0]]]), np.array([[[[1.0, 0.6], [0.6, 2.0]]]])
    for kind, alpha in (("renyi", [0.3]), ("js", None)):
        found = mle.project_plane_between([[1.0]], mean, spread, kind, ([[0.0, 0.0]], np.eye(2)[None]), alpha=alpha)
        assert found.converged.all()
        assert found.means[0] == pytest.approx(mean[0, 0], abs=1e-3)
        assert found.covariances[0] == pytest.approx(spread[0, 0], abs=2e-3)
        assert found.values[0] == pytest.approx(0.0, abs=1e-6)


def test_what_is_no_order_and_no_kind_is_refused():
    start = MEANS[:, 0], SPREADS[:, 0]
    with pytest.raises(mle.DomainError, match=r"alpha = 1 is outside \(0, 1\); choose an order"):
        mle.project_plane_between(WEIGHTS, MEANS, SPREADS, "renyi", start, alpha=[1.0])
    with pytest.raises(mle.MleError, match="pass alpha"):
        mle.project_plane_between(WEIGHTS, MEANS, SPREADS, "renyi", start)
    with pytest.raises(mle.MleError, match="choose renyi or js"):
        mle.project_plane_between(WEIGHTS, MEANS, SPREADS, "kl", start)
