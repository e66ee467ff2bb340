"""The three tests of one parameter along a grid of nulls: what a reader sees who drags the null.

What to use when: `test` for one null of one or more parameters, `tests_along` for many nulls of one parameter at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ..domain import Array
from .fitted import Fitted, in_standard_units
from .profiles import free_index, profile
from .testing import score_roots

__all__ = ["TestsAlong", "tests_along"]


@dataclass(frozen=True, eq=False)
class TestsAlong:
    """Statistics (m,) of the three tests at each null of `grid` (m,), twice nats, and their p-values; NaN where there is none.

    `values` (m,) is the profile log-likelihood in nats, `slope` (m,) its derivative there in nats per unit.
    """

    __test__ = False  # not a test case of pytest

    name: str
    grid: Array
    values: Array
    slope: Array
    lr: Array
    wald: Array
    score: Array
    lr_p: Array
    wald_p: Array
    score_p: Array


def tests_along(result: Fitted, name: str, grid: ArrayLike) -> TestsAlong:
    """Likelihood-ratio, Wald and score statistics of one parameter at many nulls, the others at their best.

    Parameters
    ----------
    result : FitResult, RegressionResult or ClassifierResult
    name : str
        A free parameter.
    grid : array of shape (m,)

    Returns
    -------
    TestsAlong

    Raises
    ------
    ValueError
        If the name is unknown or was fixed.

    Notes
    -----
    As `test`, which treats boundaries one by one: here an infinite null has its p-value from half χ²₀ and half χ²₁, and an
    end point of the support, counted with two degrees of freedom, has neither a Wald nor a score statistic.
    """
    j = free_index(result, name)
    along = profile(result, name, grid)
    points = along.grid
    irregular = name in result.irregular
    with np.errstate(all="ignore"):
        lr = (
            np.maximum(2 * (result.loglik - along.values), 0.0)
            if result.loglik < np.inf
            else np.full(points.shape, np.nan)
        )
        lr_p = special.chdtrc(2 if irregular else 1, lr)
        lr_p = np.where(np.isinf(points), np.where(lr > 0, lr_p / 2, 1.0), lr_p)
        slope, wald, score = (np.full(points.shape, np.nan) for _ in range(3))
        inside = np.isfinite(along.path).all(axis=1) & np.isfinite(points) & np.isfinite(along.values)
        if inside.any() and not irregular:
            slope[inside] = result.expansion(along.path[inside])[1][:, j]
            error = result.error(j)
            if np.isfinite(error) and error > 0 and np.isfinite(result.theta[j]):
                wald = np.square((result.theta[j] - points) / error)
            standard, factors = in_standard_units(result)
            roots = score_roots(standard, standard.names.index(name), along.path[inside] / factors)
            score[inside] = np.where(np.isfinite(roots), np.square(roots), np.nan)
        wald_p, score_p = special.chdtrc(1, wald), special.chdtrc(1, score)
    return TestsAlong(name, points, along.values, slope, lr, wald, score, lr_p, wald_p, score_p)
