"""The three terms of the Gaussian log-likelihood, which make maximum likelihood the same as least squares."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from ..domain import DomainError
from ..sample import Sample

__all__ = ["GaussianTerms", "gaussian_terms"]


class GaussianTerms(NamedTuple):
    """Nats: `scale` −m log σ, `constant` −(m/2) log 2π, `fit` −(m/2σ²)·MSE; their sum `total`, and `mse` itself."""

    scale: float
    constant: float
    fit: float
    total: float
    mse: float


def gaussian_terms(residuals: object, sigma: float, weights: object = None) -> GaussianTerms:
    """Split the log-likelihood of m Gaussian residuals into its three terms.

    Parameters
    ----------
    residuals : array of shape (m,)
    sigma : float
        Positive.
    weights : array of shape (m,), optional
        Counts.

    Notes
    -----
    ℓ = −m log σ − (m/2) log 2π − (m/2σ²)·MSE: only the last one depends on the coefficients, so whatever σ is, the
    coefficients that maximise ℓ minimise the mean squared error (Bishop 2006, eq. 3.11).
    """
    if not 0 < sigma < math.inf:
        raise DomainError(f"sigma = {sigma:g} is outside (0, ∞), its domain; choose a value inside.")
    sample = Sample.of(residuals, weights)
    with np.errstate(all="ignore"):
        ratio = sample.mean((sample.x / sigma) ** 2)
        mse = float(sample.mean(sample.x**2))
    scale, constant = -sample.n * math.log(sigma), -0.5 * sample.n * math.log(2 * math.pi)
    fit = -0.5 * sample.n * ratio
    return GaussianTerms(scale, constant, fit, scale + constant + fit, mse)
