"""Predictions of a regression and the bands around them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from scipy import special

from ..domain import Array, MleError
from ..linear.design import Design, as_matrix
from ..sample import as_floats
from .classical import need_gaussian

if TYPE_CHECKING:
    from .result import RegressionResult

__all__ = ["Band", "band", "predict"]


class Band(NamedTuple):
    """`low`, `fitted` and `high`: lower end, fitted mean and upper end, each (m,), in the unit of y."""

    low: Array
    fitted: Array
    high: Array


def _rows(result: RegressionResult, X: object) -> Array:
    matrix, _ = as_matrix(X, "X")
    d = result.p - result.design.intercept
    if matrix.shape[1] != d:
        listed = ", ".join(result.coefficient_names[result.design.intercept :])
        raise MleError(f"X must have {d} columns as in the fit ({listed}), not {matrix.shape[1]}.")
    return Design.of(matrix, matrix.shape[0], None, None, result.design.intercept).X


def _predictor(result: RegressionResult, rows: Array, offset: object) -> Array:
    shift = np.zeros(len(rows)) if offset is None else as_floats(offset, "offset")
    if shift.size != len(rows):
        raise MleError(f"offset has {shift.size} values and X has {len(rows)} rows; they must agree.")
    with np.errstate(all="ignore"):
        return np.asarray(rows @ result.theta[: result.p] + shift)


def predict(result: RegressionResult, X: object, offset: object = None) -> Array:
    """Fitted mean (m,) at the rows of X (m, d)."""
    eta = _predictor(result, _rows(result, X), offset)
    with np.errstate(all="ignore"):
        return eta if result.noise.gaussian_like else np.asarray(np.exp(eta))


def band(
    result: RegressionResult,
    X: object,
    level: float = 0.95,
    kind: Literal["mean", "observation"] = "mean",
    Z: object = None,
    exact: bool = False,
) -> Band:
    """Pointwise band around the fitted mean.

    Parameters
    ----------
    X : array of shape (m, d)
    level : float
        In (0, 1).
    kind : "mean" or "observation"
        "mean": confidence band of the mean, η̂ ± z·se(η̂) by the delta method, through the link for counts.
        "observation": where the middle `level` of the fitted noise lies, the estimates taken as true.
    Z : array of shape (m, q), optional
        Columns of the log-variance of heteroscedastic noise; X if None.
    exact : bool
        For gaussian noise: Student's t with n − p degrees of freedom; the band of an observation then holds the
        uncertainty of the mean as well (Seber & Lee 2003, §5.3).

    Returns
    -------
    Band
    """
    if not 0 < level < 1:
        raise MleError(f"the level must lie between 0 and 1, not at {level}.")
    if kind not in ("mean", "observation"):
        raise MleError(f'there is no band {kind!r}; choose "mean" or "observation".')
    rows = _rows(result, X)
    eta = _predictor(result, rows, None)
    upper = 0.5 + level / 2
    back = (lambda values: values) if result.noise.gaussian_like else np.exp
    with np.errstate(all="ignore"):
        fitted = np.asarray(back(eta))
        block = result.scaled_covariance[: result.p, : result.p]
        # In the units of the fit, so that the squares are floats.
        inner = rows * (result.factors[: result.p] / result.unit)
        variance = np.einsum("ij,jk,ik->i", inner, block, inner)
        if exact:
            need_gaussian(result, "exact bands")
            quantile = float(special.stdtrit(result.n - result.p, upper))
            variance = variance * (result.n / (result.n - result.p))
            more = (result.residual_sd / result.unit) ** 2 if kind == "observation" else 0.0
            width = quantile * np.sqrt(variance + more) * result.unit
            return Band(fitted - width, fitted, fitted + width)
        if kind == "mean":
            width = float(special.ndtri(upper)) * np.sqrt(variance) * result.unit
            return Band(np.asarray(back(eta - width)), fitted, np.asarray(back(eta + width)))
        arguments = _noise_at(result, rows, Z, fitted)
        if result.noise.quantile is None:
            raise MleError(f"{result.noise.key} has no quantiles; choose kind='mean'.")
        low = fitted + result.noise.quantile(np.float64(1 - upper), *arguments)
        high = fitted + result.noise.quantile(np.float64(upper), *arguments)
    return Band(low, fitted, high)


def _noise_at(result: RegressionResult, rows: Array, Z: object, fitted: Array) -> tuple[Array, ...]:
    if result.variance_design is None:
        return (fitted,) if not result.noise.gaussian_like else result.curve_arguments()
    intercept = result.variance_design.intercept
    columns = rows if Z is None else Design.of(Z, len(rows), None, None, intercept, "Z").X
    gamma = result.theta[result.p :]
    if columns.shape[1] != gamma.size:
        raise MleError(
            f"Z must have {gamma.size - intercept} columns as in the fit, not {columns.shape[1] - intercept}."
        )
    return (np.exp(0.5 * (columns @ gamma)),)
