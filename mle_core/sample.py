"""Observations with their counts: what every likelihood is computed from."""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .domain import Array, MleError
from .numerics.log_products import mean_log

__all__ = ["Sample", "as_array", "as_counts", "as_floats", "with_ends"]

# Elements of one temporary. Small enough to stay in the cache, so that a long sample costs no memory beside itself.
_BLOCK = 1 << 15
# Longer samples are not looked through for equal observations.
_MERGED = 100_000


def as_array(values: object, name: str) -> NDArray[Any]:
    """An array of what was passed; a ValueError says where rows of nested lists differ in length."""
    try:
        return np.asarray(values)
    except ValueError:
        rows = list(values) if isinstance(values, Sequence) else []
        lengths = [len(row) if isinstance(row, Sequence | np.ndarray) else 0 for row in rows]
        place = next((i for i, length in enumerate(lengths) if length != lengths[0]), 0)
        raise MleError(
            f"{name} must not have rows of different lengths, as {name}[0] and {name}[{place}]; pass as many numbers in "
            "every row."
        ) from None


def as_counts(weights: object, size: int, of: str, them: str) -> Array:
    """Counts (size,), none negative, of what is called `of`, and `them` in plural; a ValueError or TypeError says what is wrong."""
    counts = as_floats(weights, "weights")
    if counts.size != size:
        raise MleError(
            f"weights must have one count per {of}: {counts.size} counts, {size} {them}; pass {size} counts."
        )
    if counts.min() < 0:
        bad = np.flatnonzero(counts < 0)
        raise MleError(
            f"weights must not be negative: {bad.size} of {counts.size} are, the first is weights[{bad[0]}] = "
            f"{counts[bad[0]]:g}; remove {'that row' if bad.size == 1 else 'those rows'}."
        )
    return counts


def as_floats(values: object, name: str) -> Array:
    """The numbers of `with_ends` alone."""
    return with_ends(values, name)[0]


def with_ends(values: object, name: str) -> tuple[Array, float, float]:
    """Turn numbers of any kind (list, ints, booleans, float32, pandas) into a float64 vector; also its ends.

    Raises
    ------
    TypeError
        If some element is not a real number.
    ValueError
        If there are no elements, more than one axis, masked elements, NaN or infinities.
    """
    if np.ma.is_masked(values):
        raise MleError(f"{name} has masked values; pass {name}.compressed() to leave them out.")
    array = as_array(values, name)
    if array.dtype.kind == "O" and all(isinstance(value, numbers.Real) for value in array.flat):
        array = array.astype(np.float64)
    if array.size == 0:
        raise MleError(f"{name} holds no observations; pass at least one number.")
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must hold real numbers, not {array.dtype}; convert or drop what is not a number.")
    if array.ndim != 1:
        raise MleError(
            f"{name} must have one axis, not shape {array.shape}; pass np.ravel({name})"
            + ("." if max(array.shape, default=0) == array.size else " if it holds observations alone.")
        )
    floats: Array = array.astype(np.float64, copy=False)
    # min and max carry NaN along, and two passes without temporaries are cheaper than isfinite.
    low, high = float(np.minimum.reduce(floats)), float(np.maximum.reduce(floats))
    if not (math.isfinite(low) and math.isfinite(high)):
        bad = np.flatnonzero(~np.isfinite(floats))
        raise MleError(
            f"{name} must be finite: {bad.size} of {floats.size} values are NaN or infinite, the first is "
            f"{name}[{bad[0]}] = {floats[bad[0]]}; remove them."
        )
    return floats, low, high


@dataclass(frozen=True, eq=False)
class Sample:
    """Observations, each repeated `weights` times.

    Parameters
    ----------
    x : ndarray of shape (n_rows,)
        Finite numbers; not copied and never written to.
    weights : ndarray of shape (n_rows,) or None
        Counts, positive; None means once each.
    n : float
        Number of observations, the sum of the counts.
    low, high : float
        The smallest and the largest observation.
    """

    x: Array
    weights: Array | None
    n: float
    low: float
    high: float

    @classmethod
    def of(cls, x: object, weights: object = None) -> Sample:
        """Check and take `x` (n_rows,) with counts `weights` (n_rows,); rows of count 0 are left out.

        Raises
        ------
        TypeError, ValueError
            As `as_floats`; also if the counts are negative, all zero or not as many as the observations.
        """
        values, low, high = with_ends(x, "x")
        if weights is None:
            return cls(values, None, float(values.size), low, high)
        counts = as_counts(weights, values.size, "observation", "values")
        if counts.min() == 0:
            kept = counts > 0
            values, counts = values[kept], counts[kept]
        if values.size == 0:
            raise MleError("x holds no observations: every weight is 0; pass at least one positive count.")
        return cls(values, counts, float(counts.sum()), float(values.min()), float(values.max()))

    def merged(self) -> Sample:
        """Equal observations as one row with their count; the sample itself where that saves little or sorting costs much."""
        if self.x.size > _MERGED:
            return self
        distinct, where = np.unique(self.x, return_inverse=True)
        if 2 * distinct.size > self.x.size:
            return self
        return Sample(distinct, np.bincount(where, self.weights).astype(np.float64), self.n, self.low, self.high)

    def mean(self, values: Array) -> float:
        """Mean over the observations of `values` (n_rows,)."""
        if self.weights is None:
            return float(np.add.reduce(values)) / values.size
        return float(np.dot(self.weights, values)) / self.n

    def center_and_spread(self, values: Array | None = None) -> tuple[float, float]:
        """Mean and root mean squared deviation of `values` (n_rows,), of x if None.

        Notes
        -----
        Two passes with the correction for the rounding of the mean (Chan, Golub & LeVeque 1983, eq. 1.7); never Σx².
        The deviations are scaled by a power of two, so that their squares neither overflow nor underflow.
        """
        low, high = (self.low, self.high) if values is None else (float(values.min()), float(values.max()))
        values = self.x if values is None else values
        range_ = high / 2 - low / 2
        unit = 1.0 if 1e-100 < range_ < 1e100 or range_ == 0 else math.ldexp(1.0, math.frexp(range_)[1])
        anchor = low / 2 + high / 2 if max(-low, high) > 1e300 else self.mean(values)
        deviations = values - anchor
        if unit != 1.0:
            deviations /= unit
        offset = self.mean(deviations)
        np.multiply(deviations, deviations, out=deviations)
        variance = self.mean(deviations) - offset * offset
        return anchor + unit * offset, unit * math.sqrt(max(variance, 0.0))

    def total(self, function: Callable[..., Sequence[Array]], *theta: Array) -> list[Array]:
        """Sum functions of one observation over the sample, for many parameter values at once.

        Parameters
        ----------
        function : callable
            ``function(x, *theta)`` with x (m,) and each parameter (r, 1) gives a sequence of arrays (r, m).
        theta : ndarray
            Parameters, broadcast against each other to the shape (...); numbers, or none at all, reach the function
            as they are.

        Returns
        -------
        list of ndarray of shape (...)

        Notes
        -----
        Works in blocks of a bounded number of elements whatever n and the number of parameter values.
        """
        if all(np.ndim(column) == 0 for column in theta):
            return self._total_at(function, theta)
        shapes = {np.shape(column) for column in theta}
        columns = [np.asarray(c) for c in theta] if len(shapes) == 1 else list(np.broadcast_arrays(*theta))
        shape = columns[0].shape
        flat = [np.ascontiguousarray(column, dtype=np.float64).reshape(-1, 1) for column in columns]
        width, count = min(self.x.size, _BLOCK), flat[0].shape[0]
        if 0 < self.x.size * count <= _BLOCK:  # the usual case, with as little around it as possible
            return [sums.reshape(shape) for sums in self._block(function, flat, 0, width)]
        rows = max(1, _BLOCK // width)
        parts = [
            [
                self._block(function, [column[top : top + rows] for column in flat], start, width)
                for start in range(0, self.x.size, width)
            ]
            for top in range(0, count, rows)
        ]
        return (
            [
                np.concatenate([np.sum([block[j] for block in blocks], axis=0) for blocks in parts]).reshape(shape)
                for j in range(len(parts[0][0]))
            ]
            if parts
            else []
        )

    def _total_at(self, function: Callable[..., Sequence[Array]], theta: Sequence[Array]) -> list[Array]:
        """The same for one value of each parameter."""
        x, counts, totals = self.x, self.weights, list[Any]()
        for start in range(0, x.size, _BLOCK):
            some = x[start : start + _BLOCK]
            values = function(some, *theta)
            if counts is None:
                sums = [np.add.reduce(v) if np.size(v) == some.size else np.sum(v) * some.size for v in values]
            else:
                part = counts[start : start + _BLOCK]
                sums = [v @ part if np.ndim(v) else v * part.sum() for v in values]
            totals = sums if start == 0 else [total + s for total, s in zip(totals, sums, strict=True)]
        return totals

    def total_log(self, function: Callable[..., Array], *theta: Array) -> Array:
        """Sum the logarithm of one function (r, m) ≥ 1 over the sample; otherwise as `total`."""
        if self.weights is not None:
            return self.total(lambda x, *columns: (np.log(function(x, *columns)),), *theta)[0]
        return self.total(lambda x, *columns: (mean_log(function(x, *columns)),), *theta)[0]

    def _block(
        self, function: Callable[..., Sequence[Array]], theta: Sequence[Array], start: int, width: int
    ) -> list[Array]:
        x = self.x[start : start + width]
        full = (theta[0].shape[0], x.size)
        values = function(x, *theta)
        if self.weights is None:
            return [
                v[:, 0] * x.size if v.shape == (full[0], 1) else np.broadcast_to(v, full).sum(axis=-1) for v in values
            ]
        counts = self.weights[start : start + width]
        return [np.broadcast_to(v, full) @ counts for v in values]
