"""Raw products of densities as the floating-point formats compute them, and where they leave the range of numbers.

A likelihood is a product of m factors and shrinks or grows like a power of m: sooner or later it is below the smallest number
of a format (and becomes 0) or above the largest (and becomes ∞), while the sum of logarithms goes on. Which one it is depends
on the unit of x, as a density is per unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .domain import Array, MleError

__all__ = ["FLOAT_FORMATS", "FloatFormat", "range_exit", "running_product"]


@dataclass(frozen=True)
class FloatFormat:
    """A binary floating-point format of IEEE 754.

    Parameters
    ----------
    key : str
        "float16", "float32" or "float64".
    smallest, largest : float
        Its smallest positive number (a subnormal one) and its largest, as decimal logarithms.
    """

    key: str
    smallest: float
    largest: float


def _measured(key: str) -> FloatFormat:
    kind = np.finfo(np.dtype(key))
    return FloatFormat(key, float(np.log10(np.float64(kind.smallest_subnormal))), float(np.log10(np.float64(kind.max))))


FLOAT_FORMATS: Mapping[str, FloatFormat] = MappingProxyType(
    {key: _measured(key) for key in ("float16", "float32", "float64")}
)
"""Key → FloatFormat, read-only, from the shortest to the longest."""


def running_product(factors: ArrayLike, key: str) -> Array:
    """Product of the first 1, 2, …, n factors, each factor and each product rounded to the format.

    Parameters
    ----------
    factors : array of shape (..., n)
        Densities or probabilities, in float64.
    key : str
        A key of `FLOAT_FORMATS`.

    Returns
    -------
    ndarray of shape (..., n)
        The format's own numbers (0 and ∞ among them), held in float64.

    Raises
    ------
    ValueError
        If the format is unknown or there are no factors.

    Notes
    -----
    The order counts: a product of the same factors in another order may leave the range elsewhere.
    """
    if key not in FLOAT_FORMATS:
        raise MleError(f"{key!r} is no known format; choose one of {', '.join(FLOAT_FORMATS)}.")
    values = np.asarray(factors, dtype=np.float64)
    if values.ndim == 0 or values.shape[-1] == 0:
        raise MleError("there are no factors to multiply; pass at least one.")
    with np.errstate(all="ignore"):
        rounded: NDArray[Any] = values.astype(key)
        return np.asarray(np.multiply.accumulate(rounded, axis=-1), dtype=np.float64)


def range_exit(factors: ArrayLike, key: str) -> tuple[NDArray[np.int64], Array]:
    """The number of factors at which the format's product first is 0 or ∞, and which of the two.

    Parameters
    ----------
    factors, key
        As `running_product`.

    Returns
    -------
    m : ndarray of shape (...)
        Counted from 1; 0 where the product of all n is still a number.
    value : ndarray of shape (...)
        0 or ∞ there; NaN where m = 0.

    Raises
    ------
    ValueError
        As `running_product`.
    """
    products = running_product(factors, key)
    out = ~((products > 0) & np.isfinite(products))
    first = np.argmax(out, axis=-1)
    left = np.take_along_axis(out, first[..., None], axis=-1)[..., 0]
    value = np.take_along_axis(products, first[..., None], axis=-1)[..., 0]
    return np.where(left, first + 1, 0).astype(np.int64), np.where(left, value, np.nan)
