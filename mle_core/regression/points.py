"""What a fitted regression says of each observation it was fitted to."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ..domain import Array, MleError
from ..linear.noise import Problem

if TYPE_CHECKING:
    from .result import RegressionResult

__all__ = ["curve_arguments", "loglik", "residuals", "variance_rows"]


def residuals(fit: RegressionResult) -> Array:
    """y − fitted (n,); see `RegressionResult.residuals`."""
    found = fit.y - fit.fitted
    if fit.noise.maximum_at is not None:
        found[fit.kept] = fit.problem.least_squares.residuals * fit.unit
    return np.asarray(found)


def curve_arguments(fit: RegressionResult) -> tuple[Array, ...]:
    """What `noise.log_density` needs beside the residual; see `RegressionResult.curve_arguments`."""
    if fit.variance_design is not None:
        with np.errstate(all="ignore"):
            return (np.exp(0.5 * (variance_rows(fit) @ fit.theta[fit.p :])),)
    if not fit.noise.gaussian_like:
        return (fit.fitted,)
    values = dict(fit.noise_params)
    values.update({name: value for name, value in fit.problem.options.items() if value is not None})
    return tuple(np.asarray(values[param.name]) for param in fit.noise.curve)


def variance_rows(fit: RegressionResult) -> Array:
    """The columns of the log-variance (n, q)."""
    if fit.variance_design is None:
        raise MleError(f"{fit.noise.key} has no log-variance; its noise is the same everywhere.")
    return fit.variance_design.X


def loglik(fit: RegressionResult) -> Array:
    """Log-density of each observation (n,), nats; see `RegressionResult.loglik_per_point`."""
    with np.errstate(all="ignore"):
        if not fit.noise.gaussian_like:
            problem = Problem(fit.design.X, fit.y, fit.offset, None, fit.n)
            return fit.noise.terms(problem, fit.linear_predictor).value
        if math.isinf(fit.loglik):
            return np.full(fit.y.size, math.inf)
        return fit.noise.log_density(fit.residuals, *fit.curve_arguments())
