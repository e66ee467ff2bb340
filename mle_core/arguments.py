"""What is passed beside the data, parameters and grids and levels, as float64: the argument that is no number is named."""

from __future__ import annotations

import numpy as np

from .domain import Array, MleError

__all__ = ["real_array", "real_grid", "real_number"]


def real_array(values: object, name: str) -> Array:
    """Real numbers of any kind and shape as float64, NaN and infinities included; a TypeError names the argument."""
    if isinstance(values, np.ndarray) and values.dtype == np.float64:
        return values
    try:
        array = np.asarray(values)
    except ValueError:
        raise MleError(f"{name} must not have rows of different lengths; pass as many numbers in every row.") from None
    if array.dtype.kind == "O":
        return np.array([real_number(value, name) for value in array.flat], dtype=np.float64).reshape(array.shape)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must hold real numbers, not {array.dtype}; convert or drop what is not a number.")
    return array.astype(np.float64)


def real_grid(values: object, name: str, least: int = 0) -> Array:
    """One axis of `least` or more real numbers; a ValueError says what is wrong."""
    grid = np.atleast_1d(real_array(values, name))
    if grid.ndim != 1 or grid.size < least:
        raise MleError(f"{name} must have one axis of at least {least} values, not shape {grid.shape}.")
    return grid


def real_number(value: object, name: str) -> float:
    """One real number as a float, NaN and infinities included; a TypeError names the argument."""
    if isinstance(value, (str, bytes)):
        raise TypeError(f"{name} must be a real number, not {value!r}.")
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise TypeError(f"{name} must be a real number, not {type(value).__name__}.") from None
