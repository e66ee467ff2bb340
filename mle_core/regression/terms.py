"""The three terms of the Gaussian log-likelihood, which make maximum likelihood the same as least squares."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from ..domain import Array, DomainError, MleError
from ..sample import Sample, as_floats

__all__ = ["GaussianTerms", "GaussianTermsMany", "gaussian_terms", "gaussian_terms_many", "mse_gradient"]


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


class GaussianTermsMany(NamedTuple):
    """The same of many lines at once, one array each."""

    scale: Array
    constant: Array
    fit: Array
    total: Array
    mse: Array


def gaussian_terms_many(residuals: object, sigma: object) -> GaussianTermsMany:
    """The three terms for many sets of residuals (..., m) and scales (...), broadcast against each other.

    Raises
    ------
    DomainError
        If a scale is not positive and finite.
    """
    r, s = np.asarray(residuals, dtype=np.float64), np.asarray(sigma, dtype=np.float64)
    wrong = ~((s > 0) & (s < np.inf))
    if wrong.any():
        raise DomainError(f"sigma = {s[wrong].flat[0]:g} is outside (0, ∞), its domain; choose values inside.")
    m = r.shape[-1]
    with np.errstate(all="ignore"):
        mse = np.mean(r * r, axis=-1)
        fit = -0.5 * m * np.mean((r / s[..., None]) ** 2, axis=-1)
    scale = -m * np.log(s) + 0.0 * mse
    constant = np.full_like(scale, -0.5 * m * math.log(2 * math.pi))
    return GaussianTermsMany(scale, constant, np.asarray(fit), np.asarray(scale + constant + fit), np.asarray(mse))


def mse_gradient(X: object, residuals: object) -> Array:
    """∂MSE/∂β = −(2/m) Xᵀr (p,), for the columns X (m, p) of the predictor, the constant included, and residuals r = y − Xβ (m,).

    Raises
    ------
    ValueError
        If rows and residuals do not agree.
    """
    columns, r = np.asarray(X, dtype=np.float64), as_floats(residuals, "residuals")
    if columns.ndim != 2 or len(columns) != r.size:
        raise MleError(f"X has shape {columns.shape} and there are {r.size} residuals; give one row for each.")
    return np.asarray(-2.0 / r.size * (columns.T @ r))
