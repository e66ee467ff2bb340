"""What is known exactly of least squares under Gaussian noise: the n − p forms and Student's t."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from ..domain import MleError

if TYPE_CHECKING:
    from .result import RegressionResult

__all__ = ["need_gaussian", "r_squared", "residual_sd", "standard_errors", "t_interval"]


def need_gaussian(result: RegressionResult, what: str) -> None:
    """Raise a MleError for other noise than one for which least squares is exact."""
    if result.noise.maximum_at is None:
        raise MleError(f"{what} exist for gaussian noise only; use mle.interval for {result.noise.key}.")


def rss(result: RegressionResult) -> float:
    """Residual sum of squares in units of the squared unit of y, counts included."""
    if result.noise.maximum_at is not None:
        found = result.problem.least_squares
        return 0.0 if found.exact else found.rss
    return float(np.dot(result.counts, (result.residuals / result.unit) ** 2))


def residual_sd(result: RegressionResult) -> float:
    """√(RSS/(n − p))."""
    return result.unit * math.sqrt(rss(result) / (result.n - result.p)) if result.n > result.p else math.nan


def standard_errors(result: RegressionResult) -> dict[str, float]:
    """Name → standard error with the n − p form of σ."""
    need_gaussian(result, "classical standard errors")
    ratio = math.sqrt(result.n / (result.n - result.p))
    return {name: result.standard_errors[name] * ratio for name in result.coefficient_names}


def r_squared(result: RegressionResult) -> float:
    """1 − RSS/TSS."""
    target = (result.y - result.offset) / result.unit
    constant = result.design.has_constant
    center = float(np.dot(result.counts, target)) / result.n if constant else 0.0
    total = float(np.dot(result.counts, (target - center) ** 2))
    return 1 - rss(result) / total if total > 0 else math.nan


def t_interval(result: RegressionResult, name: str, level: float) -> tuple[float, float]:
    """Exact interval of a coefficient (Seber & Lee 2003, §4.1)."""
    need_gaussian(result, "exact t intervals")
    if name not in result.coefficient_names:
        raise MleError(f"there is no coefficient {name!r}; choose one of {', '.join(result.coefficient_names)}.")
    if not 0 < level < 1:
        raise MleError(f"the level must lie between 0 and 1, not at {level}.")
    width = float(special.stdtrit(result.n - result.p, 0.5 + level / 2)) * standard_errors(result)[name]
    return result.coef[name] - width, result.coef[name] + width
