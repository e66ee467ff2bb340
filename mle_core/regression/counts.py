"""Deviances of a Poisson regression."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..domain import Array, MleError
from ..noises.poisson import deviance

if TYPE_CHECKING:
    from .result import RegressionResult

__all__ = ["null_deviance", "total_deviance"]


def total_deviance(result: RegressionResult, eta: Array) -> float:
    """2 Σ (saturated − log-probability) at the log means eta (n,), nats."""
    if result.noise.gaussian_like:
        raise MleError(f"the deviance is that of counts; {result.noise.key} has none, compare log-likelihoods.")
    counted = result.counts > 0
    with np.errstate(all="ignore"):
        return float(np.dot(deviance(result.y[counted], eta[counted]), result.counts[counted]))


def null_deviance(result: RegressionResult) -> float:
    """Of the constant and the offset: the mean is Σy/Σe^offset times e^offset, the fit of the constant alone."""
    eta = result.offset
    if result.design.has_constant:
        with np.errstate(all="ignore"):
            top = float(eta.max())
            level = np.log(np.dot(result.counts, result.y)) - top - np.log(np.dot(result.counts, np.exp(eta - top)))
        eta = eta + level
    return total_deviance(result, eta)
