"""Many samples of one size, handled as one: what simulations and scores of single observations are computed from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, cast

import numpy as np

from .domain import Array, PerSample

__all__ = ["Stack", "rows_of"]

# Elements of one temporary, as for a single long sample.
_BLOCK = 1 << 17


@dataclass(frozen=True, eq=False)
class Stack:
    """m samples of n observations each; it stands where a family's summary keeps a `Sample`.

    Parameters
    ----------
    x : ndarray of shape (m, n)
    """

    x: Array

    @property
    def n(self) -> float:
        """Observations of each sample."""
        return float(self.x.shape[1])

    def mean(self, values: Array) -> PerSample:
        """Mean of `values` (m, n) over each sample: shape (m,)."""
        return cast(PerSample, values.mean(axis=1))

    def center_and_spread(self) -> tuple[PerSample, PerSample]:
        """Mean and root mean squared deviation of each sample: two arrays of shape (m,)."""
        center = self.x.mean(axis=1)
        deviations = self.x - center[:, None]
        offset = deviations.mean(axis=1)
        spread = np.sqrt(np.maximum((deviations**2).mean(axis=1) - offset**2, 0.0))
        return cast(PerSample, center + offset), cast(PerSample, spread)

    def total(self, function: Callable[..., Sequence[Array]], *theta: Array) -> list[Array]:
        """Sum functions of one observation over each sample, at the parameters of that sample.

        Parameters
        ----------
        function : callable
            ``function(x, *theta)`` with x (r, n) and each parameter (r, 1) gives a sequence of arrays (r, n).
        theta : ndarray of shape (m,) or ()

        Returns
        -------
        list of ndarray of shape (m,)
        """
        count, width = self.x.shape
        columns = [np.broadcast_to(np.asarray(column, dtype=np.float64), (count,))[:, None] for column in theta]
        rows = max(1, _BLOCK // max(width, 1))
        parts = []
        for top in range(0, count, rows):
            some = self.x[top : top + rows]
            values = function(some, *(column[top : top + rows] for column in columns))
            parts.append([np.broadcast_to(value, some.shape).sum(axis=1) for value in values])
        return [np.concatenate([part[j] for part in parts]) for j in range(len(parts[0]))]

    def total_log(self, function: Callable[..., Array], *theta: Array) -> Array:
        """Sum the logarithm of one function (r, n) over each sample; otherwise as `total`."""
        return self.total(lambda x, *columns: (np.log(function(x, *columns)),), *theta)[0]


def rows_of(summary: Any, rows: Any) -> Any:
    """The summaries of some of the samples: every array and stack in `summary` (a record) cut to `rows`."""
    if isinstance(summary, Stack):
        return Stack(summary.x[rows])
    if isinstance(summary, np.ndarray):
        return summary[rows] if summary.ndim else summary
    if is_dataclass(summary) and not isinstance(summary, type):
        return replace(summary, **{f.name: rows_of(getattr(summary, f.name), rows) for f in fields(summary)})
    if isinstance(summary, tuple):
        cut = [rows_of(value, rows) for value in summary]
        return type(summary)(*cut) if hasattr(summary, "_fields") else tuple(cut)
    return summary
