"""Data for tests of regressions, and their log-likelihood by scipy.stats."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import strategies as st
from scipy import stats

import mle_core as mle

ALL = list(mle.NOISES)
SMOOTH = [key for key in ALL if key != "laplace"]
SCALED = [key for key, noise in mle.NOISES.items() if noise.gaussian_like]
each_noise = pytest.mark.parametrize("noise", ALL)
seeds = st.integers(0, 50)


def data(noise: str, seed: int = 0, n: int = 60, d: int = 2) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, d))
    eta = 0.7 + X @ np.linspace(0.8, -0.4, d)
    if not mle.NOISES[noise].gaussian_like:
        return X, rng.poisson(np.exp(eta)).astype(float)
    return X, eta + np.exp(0.4 * X[:, 0]) * rng.standard_t(3, n)


def logs(noise: str, X: np.ndarray, y: np.ndarray, theta: np.ndarray) -> float:
    """The log-likelihood by scipy.stats or by the printed formula, of X with its constant."""
    p = X.shape[1]
    eta, rest = X @ theta[:p], theta[p:]
    if noise == "gaussian":
        return stats.norm(eta, rest[0]).logpdf(y).sum()
    if noise == "laplace":
        return stats.laplace(eta, rest[0]).logpdf(y).sum()
    if noise == "student_t":
        return stats.t(rest[1], eta, rest[0]).logpdf(y).sum()
    if noise == "heteroscedastic":
        return stats.norm(eta, np.exp(0.5 * (X @ rest))).logpdf(y).sum()
    if noise == "poisson":
        return stats.poisson(np.exp(eta)).logpmf(y).sum()
    k, z = 1.345, np.abs(y - eta) / rest[0]
    rho = np.where(z <= k, z**2 / 2, k * z - k**2 / 2)
    total = math.sqrt(2 * math.pi) * (2 * stats.norm.cdf(k) - 1) + 2 * math.exp(-(k**2) / 2) / k
    return float(np.sum(-rho - math.log(rest[0] * total)))


def with_constant(X: np.ndarray) -> np.ndarray:
    return np.column_stack([np.ones(len(X)), X])
