"""How good predicted probabilities of two classes are: confusion at a threshold, calibration in bins."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ..domain import Array, DomainError, Interval, MleError
from ..sample import as_floats
from .labels import Labels

__all__ = ["Calibration", "Confusion", "calibration", "confusion"]

_UNIT = Interval(0, 1, closed_low=True, closed_high=True)


@dataclass(frozen=True)
class Confusion:
    """Counts of the four outcomes of predicting 1 where p ≥ `threshold`; rates are NaN where nothing is counted.

    `true_positive` and `false_positive` count predicted ones, `false_negative` and `true_negative` predicted zeros.
    """

    threshold: float
    true_positive: int
    false_positive: int
    false_negative: int
    true_negative: int

    @property
    def accuracy(self) -> float:
        """Share of right predictions."""
        total = self.true_positive + self.false_positive + self.false_negative + self.true_negative
        return (self.true_positive + self.true_negative) / total

    @property
    def sensitivity(self) -> float:
        """Share of the ones that are found, also called recall."""
        return _share(self.true_positive, self.false_negative)

    @property
    def specificity(self) -> float:
        """Share of the zeros that are found."""
        return _share(self.true_negative, self.false_positive)

    @property
    def precision(self) -> float:
        """Share of ones among what is predicted to be one."""
        return _share(self.true_positive, self.false_positive)


def _share(hits: int, misses: int) -> float:
    return hits / (hits + misses) if hits + misses else math.nan


@dataclass(frozen=True, eq=False)
class Calibration:
    """Reliability in bins of the predicted probability; empty bins are left out.

    Parameters
    ----------
    edges : ndarray of shape (bins + 1,)
    predicted, observed : ndarray of shape (b,)
        Mean prediction and share of ones in each bin.
    low, high : ndarray of shape (b,)
        Exact 95 % interval of that share (Clopper & Pearson 1934).
    counts : ndarray of shape (b,)
    expected_error : float
        Σ counts·|observed − predicted| / n (Naeini, Cooper & Hauskrecht 2015).
    brier : float
        Mean (y − p)² (Brier 1950).
    """

    edges: Array
    predicted: Array
    observed: Array
    low: Array
    high: Array
    counts: Array
    expected_error: float
    brier: float


def confusion(y: object, p: ArrayLike, threshold: float = 0.5) -> Confusion:
    """Count right and wrong predictions.

    Parameters
    ----------
    y : array of shape (n,)
        0 and 1.
    p : array of shape (n,)
        Predicted probabilities of 1.
    threshold : float
        In [0, 1]; 1 is predicted where p ≥ threshold.

    Raises
    ------
    DomainError, TypeError, ValueError
        If labels are not 0 and 1, a probability or the threshold lies outside [0, 1], or the lengths differ.
    """
    labels, values = _checked(y, p)
    if not _UNIT.contains(threshold).all():
        raise DomainError(f"threshold = {threshold:g} is outside {_UNIT}; choose a value such as 0.5.")
    predicted = values >= threshold
    cells = np.bincount(2 * labels + predicted, minlength=4).tolist()
    return Confusion(float(threshold), cells[3], cells[1], cells[2], cells[0])


def calibration(y: object, p: ArrayLike, bins: int = 10) -> Calibration:
    """Compare predicted probabilities with observed shares, in `bins` bins of equal width.

    Parameters
    ----------
    y, p : array of shape (n,)
        As for `confusion`.
    bins : int
        At least 1.

    Raises
    ------
    DomainError, TypeError, ValueError
        As `confusion`.
    """
    labels, values = _checked(y, p)
    if bins < 1:
        raise MleError(f"bins = {bins} must be at least 1; choose a number such as 10.")
    edges = np.linspace(0.0, 1.0, int(bins) + 1)
    place = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, int(bins) - 1)
    counts = np.bincount(place, minlength=int(bins)).astype(np.float64)
    used = counts > 0
    ones = np.bincount(place, labels, minlength=int(bins))[used]
    total = np.bincount(place, values, minlength=int(bins))[used]
    counts = counts[used]
    predicted, observed = total / counts, ones / counts
    return Calibration(
        edges=edges,
        predicted=predicted,
        observed=observed,
        low=np.where(ones == 0, 0.0, special.betaincinv(np.maximum(ones, 1), counts - ones + 1, 0.025)),
        high=np.where(ones == counts, 1.0, special.betaincinv(ones + 1, np.maximum(counts - ones, 1), 0.975)),
        counts=counts,
        expected_error=float(np.sum(counts * np.abs(observed - predicted))) / labels.size,
        brier=float(np.mean((labels - values) ** 2)),
    )


def _checked(y: object, p: ArrayLike) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.intp]], Array]:
    labels, values = Labels.binary(y).codes, as_floats(p, "p")
    if labels.size != values.size:
        raise MleError(f"there are {labels.size} labels and {values.size} probabilities; pass one for each.")
    wrong = ~_UNIT.contains(values)
    if wrong.any():
        first = int(np.argmax(wrong))
        raise DomainError(f"p[{first}] = {values[first]:g} is not a probability in [0, 1]; pass predict_proba(X).")
    return labels, values
