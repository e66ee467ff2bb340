"""Features of one variable: powers, orthogonal polynomials, Gaussian bumps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import DTypeLike

from ..domain import Array, DegenerateDataError, DomainError, MleError
from ..sample import as_floats

__all__ = ["Features", "polynomial_features", "radial_features"]


@dataclass(frozen=True, eq=False)
class Features:
    """Columns that are functions of x: pass it as X, and `at(new)` to `predict`.

    Parameters
    ----------
    values : ndarray of shape (n, d)
    names : tuple of str
    """

    values: Array
    names: tuple[str, ...]
    rule: Callable[[Array], Array] = field(repr=False)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names, where a data frame has its own."""
        return self.names

    @property
    def shape(self) -> tuple[int, ...]:
        """(n, d)."""
        return self.values.shape

    def at(self, x: object) -> Array:
        """The same functions at other points x (m,): shape (m, d)."""
        return self.rule(as_floats(x, "x"))

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> np.ndarray:
        return np.array(self.values, dtype=dtype, copy=copy)

    def __len__(self) -> int:
        return len(self.values)


def polynomial_features(x: object, degree: int, basis: Literal["raw", "orthogonal"] = "raw") -> Features:
    """Polynomials of degree 1 to `degree` in x, without the constant.

    Parameters
    ----------
    x : array of shape (n,)
    degree : int
        At least 1.
    basis : "raw" or "orthogonal"
        Powers x, x², …; or polynomials that are orthogonal on x with mean square 1, which keep their digits at high
        degree and span the same space with the constant.

    Returns
    -------
    Features
        Of shape (n, degree), with names x, x^2, … or p1, p2, …

    Raises
    ------
    DegenerateDataError
        If x has not more than `degree` distinct values.

    Notes
    -----
    Three-term recurrence of Forsythe (1957), J. SIAM 5, 74-88.
    """
    values = as_floats(x, "x")
    if int(degree) != degree or degree < 1:
        raise DomainError(f"degree = {degree} must be a whole number ≥ 1; choose one.")
    degree = int(degree)
    if basis == "raw":
        names = tuple("x" if j == 1 else f"x^{j}" for j in range(1, degree + 1))
        return _features(values, names, lambda t: np.asarray(t[:, None] ** np.arange(1, degree + 1)))
    if basis != "orthogonal":
        raise MleError(f'there is no basis {basis!r}; choose "raw" or "orthogonal".')
    distinct = np.unique(values).size
    if distinct <= degree:
        raise DegenerateDataError(
            f"x has {distinct} distinct values, too few for degree {degree}; choose a degree below {distinct}."
        )
    center, half = 0.5 * (values.min() + values.max()), 0.5 * np.ptp(values)
    t = (values - center) / half
    rows: list[tuple[float, float, float]] = []
    before, now = np.zeros_like(t), np.ones_like(t)
    beta = 0.0
    for _ in range(degree):
        alpha = float(np.mean(t * now * now))
        raw = (t - alpha) * now - beta * before
        size = float(np.sqrt(np.mean(raw * raw)))
        rows.append((alpha, beta, size))
        before, now, beta = now, raw / size, size

    def rule(points: Array) -> Array:
        u = (points - center) / half
        columns = [np.zeros_like(u), np.ones_like(u)]
        for alpha, back, size in rows:
            columns.append(((u - alpha) * columns[-1] - back * columns[-2]) / size)
        return np.stack(columns[2:], axis=-1)

    return _features(values, tuple(f"p{j}" for j in range(1, degree + 1)), rule)


def radial_features(x: object, centers: object, width: float) -> Features:
    """Gaussian bumps exp(−(x − c)²/(2 width²)): columns (n, d) named g1 … gd (Bishop 2006, §3.1).

    Parameters
    ----------
    x : array of shape (n,)
    centers : array of shape (d,)
        In the unit of x.
    width : float
        The same.

    Raises
    ------
    TypeError, ValueError
        If x or the centres are not finite numbers, or the width is not positive.
    """
    values, middles = as_floats(x, "x"), as_floats(centers, "centers")
    if not 0 < width < np.inf:
        raise DomainError(f"width = {width} is outside (0, ∞); choose about the distance between centers.")
    names = tuple(f"g{j + 1}" for j in range(middles.size))
    return _features(values, names, lambda t: np.asarray(np.exp(-0.5 * ((t[:, None] - middles) / width) ** 2)))


def _features(values: Array, names: tuple[str, ...], rule: Callable[[Array], Array]) -> Features:
    with np.errstate(all="ignore"):
        return Features(rule(values), names, rule)
