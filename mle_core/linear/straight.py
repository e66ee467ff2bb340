"""Coordinates of a linear predictor in which its columns are orthogonal, and the way to them and back."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..domain import Array

__all__ = ["straightened"]


def straightened(columns: Array, last: Sequence[int] = (), root: Array | None = None) -> tuple[Array, Array, Array]:
    """Orthonormal columns that span the same, and the two triangular maps between the coefficients.

    Parameters
    ----------
    columns : ndarray of shape (n, p)
        X, of full rank.
    last : sequence of int
        Places whose new coefficients depend on the old ones at these places alone, so that whoever holds the one kind
        holds the other.
    root : ndarray of shape (n,), optional
        What the rows are multiplied by before they are made orthogonal.

    Returns
    -------
    Q, turn, back : ndarray of shape (n, p), (p, p), (p, p)
        X·b = Q·g (root·X·b where there is a root) for g = turn·b and b = back·g.

    Notes
    -----
    Where one column is constant the others are centred first: the difference of near numbers has no rounding (Sterbenz
    1974), so that columns like 10⁸ + noise keep the digits that QR alone would lose.
    """
    p = columns.shape[1]
    order = [j for j in range(p) if j not in last]
    constant = next((j for j in order if columns[0, j] != 0 and (columns[:, j] == columns[0, j]).all()), None)
    if constant is not None:
        order.remove(constant)
        order.insert(0, constant)
    order += list(last)
    moved = columns[:, order]
    shift, unshift = np.eye(p), np.eye(p)
    if constant is not None and p > 1:
        center = moved[:, 1:].mean(axis=0)
        moved[:, 1:] -= center
        shift[0, 1:] = center / moved[0, 0]
        unshift[0, 1:] = -shift[0, 1:]
    Q, triangle = np.linalg.qr(moved if root is None else moved * root[:, None])
    place = np.argsort(order)
    turn = (triangle @ shift)[np.ix_(place, place)]
    back = (unshift @ np.linalg.inv(triangle))[np.ix_(place, place)]
    return np.asarray(Q[:, place]), turn, back
