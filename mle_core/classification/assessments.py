"""Confusion and calibration of many sets of predicted probabilities at once, as `confusion` and `calibration` have them for one."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from ..domain import Array, DomainError, Interval, MleError
from .labels import Labels

__all__ = ["Assessments", "assess_many"]

_UNIT = Interval(0, 1, closed_low=True, closed_high=True)


class Assessments(NamedTuple):
    """Of m sets of probabilities; NaN where nothing is counted.

    Parameters
    ----------
    true_positive, false_positive, false_negative, true_negative : ndarray of int, shape (m,)
    accuracy, sensitivity, specificity : ndarray of shape (m,)
    predicted, observed, low, high : ndarray of shape (m, bins)
        Mean prediction, share of ones and its exact 95 % interval in each bin.
    counts : ndarray of int, shape (m, bins)
    expected_error, brier : ndarray of shape (m,)
    """

    true_positive: NDArray[np.intp]
    false_positive: NDArray[np.intp]
    false_negative: NDArray[np.intp]
    true_negative: NDArray[np.intp]
    accuracy: Array
    sensitivity: Array
    specificity: Array
    predicted: Array
    observed: Array
    low: Array
    high: Array
    counts: NDArray[np.intp]
    expected_error: Array
    brier: Array


def assess_many(y: object, p: ArrayLike, threshold: ArrayLike = 0.5, bins: int = 10) -> Assessments:
    """Assess each row of p.

    Parameters
    ----------
    y : array of shape (n,)
        0 and 1.
    p : array of shape (m, n)
        Predicted probabilities of 1.
    threshold : float or array of shape (m,)
        1 is predicted where p ≥ threshold.
    bins : int
        Of equal width, at least 1.

    Raises
    ------
    DomainError, TypeError, ValueError
        As `confusion` and `calibration`.

    Notes
    -----
    Clopper & Pearson (1934); Brier (1950); Naeini, Cooper & Hauskrecht (2015).
    """
    labels = Labels.binary(y).codes
    values = np.asarray(p, dtype=np.float64)
    if values.ndim != 2 or values.shape[1] != labels.size:
        raise MleError(f"p of shape {values.shape} must have a row of {labels.size} probabilities for each set.")
    if not _UNIT.contains(values).all():
        raise DomainError("p holds values outside [0, 1]; pass probabilities.")
    levels = np.broadcast_to(np.asarray(threshold, dtype=np.float64), values.shape[:1])
    if not _UNIT.contains(levels).all():
        raise DomainError(f"threshold = {levels[0]:g} is outside {_UNIT}; choose a value such as 0.5.")
    if bins < 1:
        raise MleError(f"bins = {bins} must be at least 1; choose a number such as 10.")
    m, n = values.shape
    one = labels == 1
    named = values >= levels[:, None]
    tp, fp = (named & one).sum(axis=1), (named & ~one).sum(axis=1)
    fn, tn = one.sum() - tp, (~one).sum() - fp
    edges = np.linspace(0.0, 1.0, bins + 1)
    place = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, bins - 1) + bins * np.arange(m)[:, None]
    counts, ones, total = (
        np.bincount(place.ravel(), weights, m * bins).reshape(m, bins)
        for weights in (None, np.broadcast_to(one, values.shape).ravel().astype(float), values.ravel())
    )
    with np.errstate(all="ignore"):
        predicted, observed = total / counts, ones / counts
        low = np.where(ones == 0, 0.0, special.betaincinv(np.maximum(ones, 1), counts - ones + 1, 0.025))
        high = np.where(ones == counts, 1.0, special.betaincinv(ones + 1, np.maximum(counts - ones, 1), 0.975))
        empty = counts == 0
        return Assessments(
            true_positive=tp,
            false_positive=fp,
            false_negative=fn,
            true_negative=tn,
            accuracy=(tp + tn) / n,
            sensitivity=tp / (tp + fn),
            specificity=tn / (tn + fp),
            predicted=predicted,
            observed=observed,
            low=np.where(empty, np.nan, low),
            high=np.where(empty, np.nan, high),
            counts=counts.astype(np.intp),
            expected_error=np.where(empty, 0.0, np.abs(ones - total)).sum(axis=1) / n,
            brier=np.square(values - labels).mean(axis=1),
        )
