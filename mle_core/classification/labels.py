"""Labels of a classifier: which class each row belongs to."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..domain import DomainError, MleError
from ..sample import as_array

__all__ = ["Codes", "Labels"]

Codes: TypeAlias = NDArray[np.intp]

_SHOWN = 8


@dataclass(frozen=True, eq=False)
class Labels:
    """Classes in sorted order, the first one being the reference, and the place of each row's class among them (n,)."""

    classes: tuple[Hashable, ...]
    codes: Codes

    @classmethod
    def binary(cls, y: object) -> Labels:
        """Take labels 0 and 1 (integers, whole floats or booleans) of shape (n,).

        Raises
        ------
        DomainError
            For other numbers; it lists the values found.
        TypeError, ValueError
            If there is something that is not a number, NaN among them, or not one axis.
        """
        array = _vector(y)
        if array.dtype.kind == "O" and all(
            isinstance(value, bool | int | float | np.number | np.bool_) for value in array
        ):
            array = array.astype(np.float64)
        if array.dtype.kind not in "biuf":
            raise TypeError(f'y must hold the numbers 0 and 1, not {array.dtype}; for other labels use loss="softmax".')
        _refuse_nan(array)
        values = np.unique(array)
        if not np.isin(values, (0, 1)).all():
            raise DomainError(
                f"y must hold only 0 and 1; the values found are {_listed(values)}; recode them, such as "
                f'(y == {values[-1]:g}), or use loss="softmax".'
            )
        return cls((0, 1), (array != 0).astype(np.intp))

    @classmethod
    def of(cls, y: object) -> Labels:
        """Take labels of any sortable kind, of shape (n,): numbers, strings, booleans.

        Raises
        ------
        TypeError, ValueError
            If there is one class only, NaN or a missing label, or not one axis.
        """
        array = _vector(y)
        if array.dtype.kind == "O":
            missing = [i for i, value in enumerate(array) if value is None or value != value]
            if missing:
                raise MleError(f"y[{missing[0]}] is missing ({len(missing)} of {array.size} labels); drop those rows.")
        elif array.dtype.kind == "f":
            _refuse_nan(array)
        try:
            values, codes = np.unique(array, return_inverse=True)
        except TypeError:
            raise TypeError("y mixes labels that have no order, such as numbers and strings; use one kind.") from None
        if values.size < 2:
            raise MleError(f"y holds only the class {values.tolist()[0]!r}; a classifier needs at least two.")
        return cls(tuple(values.tolist()), codes.astype(np.intp).reshape(-1))


def _vector(y: object) -> NDArray[np.generic]:
    if np.ma.is_masked(y):
        raise MleError("y has masked labels; drop those rows.")
    array = as_array(y, "y")
    if array.ndim != 1:
        table = array.ndim == 2 and array.shape[1] > 1
        remedy = "np.argmax(y, axis=1) is that of a one-hot table" if table else "as np.ravel(y) may be"
        raise MleError(f"y must have one axis, not shape {array.shape}; pass one label per row, {remedy}.")
    if array.size == 0:
        raise MleError("y holds no labels; pass at least one.")
    return array


def _refuse_nan(array: NDArray[np.generic]) -> None:
    if array.dtype.kind == "f":
        bad = np.flatnonzero(~np.isfinite(array.astype(np.float64)))
        if bad.size:
            raise MleError(
                f"y must be finite: {bad.size} of {array.size} values are NaN or infinite, the first is "
                f"y[{bad[0]}] = {array[bad[0]]}; remove those rows."
            )


def _listed(values: NDArray[np.generic]) -> str:
    shown = ", ".join(f"{value:g}" for value in values[:_SHOWN].astype(np.float64))
    return f"{{{shown}{', …' if values.size > _SHOWN else ''}}}"
