"""Student-t regressions with ν held at many values: one search for all of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..domain import DegenerateDataError
from ..noises.student_t import solve_each
from .fit import checked_settings, prepare
from .result import RegressionResult

__all__ = ["fit_over_nu"]


def fit_over_nu(
    X: object,
    y: object,
    nus: Sequence[float],
    intercept: bool = True,
    names: Sequence[str] | None = None,
    weights: object = None,
    offset: object = None,
) -> list[RegressionResult | DegenerateDataError]:
    """What ``fit_regression(X, y, "student_t", nu=nu, …)`` gives for each of `nus`, at a small part of the cost.

    Parameters
    ----------
    X, y, intercept, names, weights, offset
        As in `fit_regression`.
    nus : sequence of float
        Values of ν, positive; ∞ is the Gaussian.

    Returns
    -------
    list
        One result for each ν; where the likelihood is unbounded for it, the DegenerateDataError that says so.

    Raises
    ------
    RankDeficientError, DegenerateDataError, DomainError, TypeError, ValueError
        Where the data allow no fit whatever ν is, as `fit_regression` does.

    Notes
    -----
    Newton's method runs for all ν and for two starts each (least squares, least absolute deviations) as one batch.
    """
    prepared = prepare(X, y, "student_t", intercept, names, weights, None, offset)
    settings = [checked_settings(prepared.noise, {"nu": nu}) for nu in nus]
    out: list[RegressionResult | DegenerateDataError] = []
    with np.errstate(all="ignore"):
        found = solve_each(prepared.problem, np.array([float(nu) for nu in nus]))
        for setting, solution in zip(settings, found, strict=True):
            if isinstance(solution, DegenerateDataError):
                out.append(solution)
            else:
                out.append(prepared.result(prepared.with_settings(setting), prepared.held(setting), solution))
    return out
