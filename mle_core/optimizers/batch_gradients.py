"""How noisy the gradient of a mini-batch is: many of them drawn at one theta, and what theory says of their spread."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..domain import Array, DomainError, MleError
from .problem import Problem

__all__ = ["BatchGradients", "gradient_scatter"]

# Observations that are gathered at once.
_BLOCK = 1 << 20


@dataclass(frozen=True, eq=False)
class BatchGradients:
    """Mini-batch gradients at one theta.

    Parameters
    ----------
    gradients : ndarray of shape (repeats, k)
        Each the mean score of one batch.
    full : ndarray of shape (k,)
        The gradient of the whole sample, their expectation.
    covariance : ndarray of shape (k, k)
        Of one batch gradient: Σ/b, times (n − b)/(n − 1) without replacement, Σ the covariance of the n scores.
    """

    gradients: Array
    full: Array
    covariance: Array

    @property
    def standard_deviation(self) -> Array:
        """Of one batch gradient, by theory (k,)."""
        deviation: Array = np.sqrt(np.diagonal(self.covariance))
        return deviation


def gradient_scatter(
    problem: Problem, theta: ArrayLike, batch_size: int, repeats: int, seed: int = 0, replace: bool = False
) -> BatchGradients:
    """Draw mini-batches and compute the gradient of each at one theta.

    Parameters
    ----------
    problem : Problem
        With `scores`.
    theta : array of shape (k,)
    batch_size, repeats : int
        Observations in a batch, and number of batches.
    seed : int
    replace : bool
        Whether an observation may come twice in a batch.

    Returns
    -------
    BatchGradients

    Raises
    ------
    DomainError
        If theta lies outside the domain, or the batch size outside 1 … n (with replacement: below 1).
    ValueError
        If the problem has no scores of single observations.

    Notes
    -----
    Variance of a mean of b draws from a finite population of n: Cochran (1977), Sampling Techniques, theorem 2.2.
    """
    if problem.scores is None:
        raise MleError("this problem has no scores of single observations; give whole weights or none.")
    point = np.asarray(theta, dtype=np.float64)
    if not bool(problem.contains(point)):
        raise DomainError(
            f"theta = {np.array2string(point, precision=6)} is outside the domain; choose a point inside."
        )
    scores = problem.scores(point)
    n, k = scores.shape
    if not (batch_size >= 1 and (replace or batch_size <= n)) or repeats < 1:
        raise DomainError(
            f"batch_size = {batch_size}, repeats = {repeats}: a batch has 1 … {n} observations, and there is at least "
            "one; choose numbers inside."
        )
    rng = np.random.default_rng(seed)
    gradients = np.empty((repeats, k))
    rows = max(1, _BLOCK // batch_size)
    for top in range(0, repeats, rows):
        count = min(rows, repeats - top)
        if replace:
            places = rng.integers(0, n, (count, batch_size))
        else:
            places = np.stack([rng.choice(n, batch_size, replace=False, shuffle=False) for _ in range(count)])
        for j in range(k):
            gradients[top : top + count, j] = scores[:, j][places].mean(axis=1)
    full = scores.mean(axis=0)
    deviations = scores - full
    factor = 1.0 if replace or n == 1 else (n - batch_size) / (n - 1)
    covariance = deviations.T @ deviations / n / batch_size * factor
    return BatchGradients(gradients, full, covariance if math.isfinite(covariance.sum()) else covariance * math.nan)
