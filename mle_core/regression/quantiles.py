"""Residuals against the quantiles of the noise that was fitted."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import special

from ..domain import Array, MleError

if TYPE_CHECKING:
    from .result import RegressionResult

__all__ = ["QuantilePairs", "quantile_pairs"]


class QuantilePairs(NamedTuple):
    """What a Q–Q plot shows, (n,) each in the order of the observations, in units of the noise's own scale.

    `expected` is the quantile of the fitted noise at the share of the residuals that lie below, `observed` the residual; times
    `unit` they are in the units of y. For noise without one scale (heteroscedastic, counts) both are normal scores and the unit is 1.
    """

    expected: Array
    observed: Array
    unit: float


def quantile_pairs(result: RegressionResult) -> QuantilePairs:
    """Pair each residual with the quantile that the fitted noise would put in its place.

    Parameters
    ----------
    result : RegressionResult
        A fit whose noise has quantiles, with finite coefficients.

    Returns
    -------
    QuantilePairs

    Raises
    ------
    MleError
        If the fit has no noise (σ = 0) or infinite coefficients, so that there is nothing to compare.

    Notes
    -----
    Plotting positions (i − ½)/n (Hazen), counts included; ties share theirs. A count's residual is its normal score
    Φ⁻¹(F(y − 1) + ½ P(y)): the quantile residual of Dunn & Smyth (1996), J. Comp. Graph. Statist. 5, 236-244, at the middle of
    its step.
    """
    noise = result.noise
    if not np.all(np.isfinite(result.theta[: result.p])) or not np.isfinite(result.loglik):
        raise MleError(
            "a fit without noise or with infinite coefficients has no quantiles to compare; move or add points."
        )
    arguments = result.curve_arguments()
    with np.errstate(all="ignore"):
        if noise.mid_probability is not None:
            observed, unit, rest = special.ndtri(noise.mid_probability(result.residuals, *arguments)), 1.0, None
        elif np.ndim(arguments[0]):
            observed, unit, rest = result.residuals / arguments[0], 1.0, None
        else:
            unit, rest = float(arguments[0]), arguments[1:]
            observed = result.residuals / unit
        shares = _positions(np.asarray(observed), result.counts)
        quantile = special.ndtri if rest is None or noise.quantile is None else noise.quantile
        expected = quantile(shares, *(() if rest is None else (np.float64(1.0), *rest)))
    return QuantilePairs(np.asarray(expected), np.asarray(observed), unit)


def _positions(values: Array, counts: Array) -> Array:
    """(rank − ½)/n of each value, each counted as often as it says; equal ones share their middle."""
    _, place = np.unique(values, return_inverse=True)
    weight = np.bincount(place.ravel(), counts)
    middle = np.cumsum(weight) - 0.5 * weight
    return np.asarray(middle[place.ravel()] / counts.sum())
