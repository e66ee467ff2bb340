"""What a fitted classifier says of new rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from ..domain import Array, DomainError, MleError
from ..linear.design import as_matrix

if TYPE_CHECKING:
    from .result import ClassifierResult

__all__ = ["logit", "normal_width", "probability_interval"]


def logit(fit: ClassifierResult, X: object) -> Array:
    """Logits (m,), or (m, K) for softmax; see `ClassifierResult.predict_logit`."""
    rows = _rows(fit, X)
    z = np.zeros((len(rows), len(fit.classes)))
    z[:, 1:] = rows @ fit.finite.reshape(-1, rows.shape[1]).T
    if fit.limit is not None and fit.ridge == 0:
        along = fit.limit.direction.reshape(-1, rows.shape[1]).T
        lead = np.concatenate([np.zeros((len(rows), 1)), rows @ along], axis=1)
        size = np.concatenate([np.zeros((len(rows), 1)), np.abs(rows) @ np.abs(along)], axis=1).max(axis=1)
        # The tied rows of quasi-complete separation are tied up to the rounding of the direction.
        rounding = 4e-16 if fit.limit.complete else 1e-9
        behind = lead < lead.max(axis=1, keepdims=True) - rounding * size[:, None]
        z = np.where(behind, -np.inf, z)
        if fit.loss != "softmax":
            z[:, 1] = np.where(behind[:, 0], np.inf, z[:, 1])
    return z if fit.loss == "softmax" else z[:, 1]


def probability_interval(fit: ClassifierResult, X: object, level: float) -> tuple[Array, Array]:
    """Ends (m,), (m,) of the probability of label 1; see `ClassifierResult.probability_interval`."""
    if fit.loss == "softmax":
        raise MleError('there are probability intervals for two classes only; fit with loss="bce".')
    rows = _rows(fit, X)
    z = logit(fit, X)
    with np.errstate(invalid="ignore"):
        error = np.sqrt(np.einsum("ij,jk,ik->i", rows / fit.units, fit.unit_covariance, rows / fit.units))
    width = normal_width(level) * error
    unbounded = ~np.isfinite(width) | ~np.isfinite(z)
    with np.errstate(invalid="ignore"):
        low, high = special.expit(z - width), special.expit(z + width)
    return np.where(unbounded, 0.0, low), np.where(unbounded, 1.0, high)


def normal_width(level: float) -> float:
    """Half the width of an interval of that level, in standard errors."""
    if not 0 < level < 1:
        raise DomainError(f"level = {level:g} is outside (0, 1); choose a value such as 0.95.")
    return float(-special.ndtri((1 - level) / 2))


def _rows(fit: ClassifierResult, X: object) -> Array:
    matrix, _ = as_matrix(X, "X")
    wanted = len(fit.columns) - fit.intercept
    if matrix.shape[1] != wanted:
        raise MleError(f"X has {matrix.shape[1]} columns, the classifier was fitted on {wanted}; pass the same ones.")
    return np.concatenate([np.ones((len(matrix), 1)), matrix], axis=1) if fit.intercept else matrix
