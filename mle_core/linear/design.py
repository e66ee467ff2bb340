"""The design matrix of a regression or a classifier: its columns, their names, and whether they determine coefficients."""

from __future__ import annotations

import numbers
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..domain import Array, Bools, MleError, RankDeficientError
from ..sample import as_array, as_counts

__all__ = ["INTERCEPT", "Design", "as_matrix"]

INTERCEPT = "intercept"
_ILL_CONDITIONED = 1e8


def as_matrix(values: object, name: str) -> tuple[Array, tuple[str, ...] | None]:
    """Turn numbers of any kind into a float64 matrix (n, d), with the column names of a data frame or None.

    A vector (n,) is one column. The input is never modified, and not copied where it is float64 already.

    Raises
    ------
    TypeError
        If some element is not a real number.
    ValueError
        If there are no rows, more than two axes, masked elements, NaN or infinities: ``X[3, 1] = nan``.
    """
    if np.ma.is_masked(values):
        raise MleError(f"{name} has masked values; drop those rows.")
    array = as_array(values, name)
    if array.dtype.kind == "O" and all(isinstance(value, numbers.Real) for value in array.flat):
        array = array.astype(np.float64)
    if array.ndim not in (1, 2):
        raise MleError(f"{name} must have shape (n, d) or (n,), not {array.shape}; one row is one observation.")
    if array.shape[0] == 0:
        raise MleError(f"{name} holds no observations; pass at least one row.")
    if array.dtype.kind not in "biuf" and array.size:
        raise TypeError(f"{name} must hold real numbers, not {array.dtype}; convert or drop what is not a number.")
    matrix: Array = (array[:, None] if array.ndim == 1 else array).astype(np.float64, copy=False)
    if matrix.size and not (np.isfinite(matrix.min()) and np.isfinite(matrix.max())):
        bad = np.argwhere(~np.isfinite(matrix))
        i, j = (int(place) for place in bad[0])
        where = f"{name}[{i}, {j}]" if array.ndim == 2 else f"{name}[{i}]"
        raise MleError(
            f"{name} must be finite: {len(bad)} of {matrix.size} values are NaN or infinite, the first is "
            f"{where} = {matrix[i, j]}; remove those rows."
        )
    columns = getattr(values, "columns", None)
    if columns is not None:
        return matrix, tuple(str(label) for label in columns)
    label = getattr(values, "name", None)
    return matrix, (label,) if isinstance(label, str) and array.ndim == 1 else None


@dataclass(frozen=True, eq=False)
class Design:
    """Columns of a linear predictor, with their names and the count of each row.

    Parameters
    ----------
    X : ndarray of shape (n_rows, p)
        The intercept's column of ones first, where there is one. Rows of count 0 are left out.
    names : tuple of str
        One per column.
    weights : ndarray of shape (n_rows,) or None
        Counts, positive; None means once each.
    n : float
        Number of observations, the sum of the counts.
    intercept : bool
        Whether the first column was added.
    kept : ndarray of bool, shape (rows passed,)
        Which of the rows passed have a positive count: use it on y.
    """

    X: Array
    names: tuple[str, ...]
    weights: Array | None
    n: float
    intercept: bool
    kept: Bools

    @classmethod
    def of(
        cls,
        X: object,
        rows: int,
        names: Sequence[str] | None = None,
        weights: object = None,
        intercept: bool = True,
        label: str = "X",
    ) -> Design:
        """Check and take X.

        Parameters
        ----------
        X : array of shape (rows, d) or (rows,)
            d may be 0 where there is an intercept.
        rows : int
            Number of observations of y.
        names : sequence of str, optional
            Names of the d columns; a data frame's column names, else x1 … xd.
        weights : array of shape (rows,), optional
            Counts.
        intercept : bool
            Put a column of ones named "intercept" first.
        label : str
            What messages call X.

        Raises
        ------
        TypeError, ValueError
            What `as_matrix` refuses; numbers of rows, names or counts that do not agree; negative counts.
        """
        matrix, own = as_matrix(X, label)
        if matrix.shape[0] != rows:
            raise MleError(f"{label} has {matrix.shape[0]} rows and y has {rows} values; they must agree.")
        d = matrix.shape[1]
        chosen = _names(names if names is not None else own, d, intercept, label)
        if d + intercept == 0:
            raise MleError(f"{label} has no columns and there is no intercept; pass a column or intercept=True.")
        kept = np.ones(rows, dtype=np.bool_)
        counts: Array | None = None
        if weights is not None:
            counts = as_counts(weights, rows, "row", "rows")
            kept = counts > 0
            if not kept.any():
                raise MleError("every weight is 0, so there are no observations; pass at least one positive count.")
            counts = counts[kept]
        if not kept.all():
            matrix = matrix[kept]
        if intercept:
            matrix = np.concatenate([np.ones((matrix.shape[0], 1)), matrix], axis=1)
        n = float(matrix.shape[0] if counts is None else counts.sum())
        return cls(matrix, chosen, counts, n, intercept, kept)

    @property
    def p(self) -> int:
        """Number of columns."""
        return int(self.X.shape[1])

    @cached_property
    def has_constant(self) -> bool:
        """Whether some column is the same in all rows, added or passed."""
        return self.intercept or bool(((self.X[0] == self.X).all(axis=0) & (self.X[0] != 0)).any())

    @cached_property
    def units(self) -> Array:
        """A power of two for each column (p,), its largest size: division by it loses no bit."""
        largest = np.abs(self.X).max(axis=0, initial=0.0)
        units: Array = np.ldexp(1.0, np.frexp(np.where(largest > 0, largest, 1.0))[1] - 1)
        return units

    @cached_property
    def scaled(self) -> Array:
        """The columns divided by their units (n_rows, p)."""
        return self.X if (self.units == 1).all() else self.X / self.units

    @cached_property
    def condition(self) -> float:
        """Condition number of the matrix with columns of length 1; ∞ where they depend on each other."""
        return float(self._rank_and_condition[1])

    @cached_property
    def _rank_and_condition(self) -> tuple[int, float]:
        weighted = (
            self.scaled if self.weights is None else self.scaled * np.sqrt(self.weights / self.weights.max())[:, None]
        )
        lengths = np.sqrt(np.einsum("ij,ij->j", weighted, weighted))
        unit = weighted / np.where(lengths > 0, lengths, 1.0)
        if unit.shape[0] >= self.p:
            values = np.linalg.svd(np.linalg.qr(unit, mode="r"), compute_uv=False)
            if values[-1] > 1e-6 * values[0]:
                return self.p, float(values[0] / values[-1])
        from scipy import linalg

        (triangle,) = linalg.qr(unit, mode="r", pivoting=True, check_finite=False)[:1]
        triangle = triangle[: self.p]
        sizes = np.zeros(self.p)
        sizes[: min(triangle.shape)] = np.abs(np.diagonal(triangle))
        rank = int(np.sum(sizes > _tolerance(self.X.shape[0], self.p)))
        if rank < self.p:
            return rank, np.inf
        values = np.linalg.svd(triangle, compute_uv=False)
        return rank, float(values[0] / values[-1])

    def check_rank(self) -> None:
        """Raise a RankDeficientError that names the columns that depend on those before them.

        Notes
        -----
        Rank by QR with column pivoting on columns of length 1 (Golub & Van Loan 2013, §5.4); the names by QR in the
        given order, so that it is the later of two equal columns that is named, and never the intercept.
        """
        rank = self._rank_and_condition[0]
        if rank == self.p:
            return
        wrong = self._dependent(self.p - rank)
        constant = [name for j, name in wrong if self.intercept and np.ptp(self.X[:, j]) == 0]
        listed = ", ".join(name for _, name in wrong)
        many = len(wrong) > 1
        why = (
            f" ({', '.join(constant)} {'are' if len(constant) > 1 else 'is'} constant, like the intercept)"
            if constant
            else ""
        )
        raise RankDeficientError(
            f"column{'s' if many else ''} {listed} depend{'' if many else 's'} linearly on the other columns{why}: "
            f"rank {rank} of {self.p}, n = {self.n:g}; the coefficients are not determined, leave {listed} out."
        )

    def _dependent(self, count: int) -> list[tuple[int, str]]:
        """The `count` columns that add least to the columns before them."""
        basis = np.empty((self.X.shape[0], 0))
        left = np.zeros(self.p)
        for j in range(self.p):
            column = self.scaled[:, j]
            length = float(np.linalg.norm(column))
            rest = column / length if length > 0 else column.copy()
            for _ in range(2):  # once more removes what rounding left (Giraud, Langou & Rozložník 2005)
                rest = rest - basis @ (basis.T @ rest)
            left[j] = float(np.linalg.norm(rest))
            if left[j] > _tolerance(self.X.shape[0], self.p):
                basis = np.concatenate([basis, (rest / left[j])[:, None]], axis=1)
        least = sorted(np.argsort(left, kind="stable")[:count].tolist())
        return [(j, self.names[j]) for j in least]

    def warnings(self) -> tuple[str, ...]:
        """What a reader should know about nearly dependent columns."""
        if self.condition <= _ILL_CONDITIONED:
            return ()
        return (
            f"the condition number of the scaled columns is {self.condition:.1e} > 1e8: about "
            f"{np.log10(self.condition):.0f} digits of the coefficients are lost; for powers of x use "
            'polynomial_features(x, degree, basis="orthogonal").',
        )


def _tolerance(rows: int, p: int) -> float:
    return float(np.finfo(np.float64).eps * p * max(16.0, 4.0 * np.sqrt(rows)))


def _names(names: Sequence[str] | None, d: int, intercept: bool, label: str) -> tuple[str, ...]:
    letter = label[0].lower()
    if isinstance(names, str):
        names = (names,)
    chosen = tuple(f"{letter}{j + 1}" for j in range(d)) if names is None else tuple(str(name) for name in names)
    if len(chosen) != d:
        raise MleError(f"{label} has {d} columns and there are {len(chosen)} names; give one name per column.")
    full = (INTERCEPT, *chosen) if intercept else chosen
    if len(set(full)) != len(full):
        twice = next(name for j, name in enumerate(full) if name in full[:j])
        raise MleError(f"two columns are named {twice!r}; give each its own name.")
    return full
