"""The mean loss of one neuron over a grid of two of its coefficients, with its slope and its curvature."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..domain import Array, MleError
from ..linear.design import as_matrix
from ..losses.margin import MARGIN_LOSSES
from ..losses.registry import LOSSES, Loss
from ..sample import as_floats

__all__ = ["Landscape", "loss_landscape"]

_BLOCK = 1 << 15


@dataclass(frozen=True, eq=False)
class Landscape:
    """Mean loss over a grid.

    Parameters
    ----------
    loss : str
    first : ndarray of shape (a,)
        The weight w of the feature, or of the first of two features.
    second : ndarray of shape (b,)
        The bias, or the weight of the second feature.
    values : ndarray of shape (b, a)
        Mean loss: nats, no unit for "mse".
    gradient_norms : ndarray of shape (b, a)
        Length of its gradient in the two coefficients.
    smallest_curvatures : ndarray of shape (b, a)
        Smallest eigenvalue of its Hessian: negative where the loss is not convex; never for a convex loss.
    """

    loss: str
    first: Array
    second: Array
    values: Array
    gradient_norms: Array
    smallest_curvatures: Array


def loss_landscape(
    X: object, y: object, loss: str, w_grid: ArrayLike, b_grid: ArrayLike, **options: float
) -> Landscape:
    """Mean loss of σ(w·x + b) over a grid of (w, b), or of σ(w₁x₁ + w₂x₂) over (w₁, w₂) for two features.

    Parameters
    ----------
    X : array of shape (n,), (n, 1) or (n, 2)
    y : array of shape (n,)
        Labels that the loss takes: 0, 1, or shares between them.
    loss : str
        A key of `LOSSES` with one logit.
    w_grid, b_grid : array of shape (a,) and (b,)
    **options : float
        Of the loss, such as gamma.

    Returns
    -------
    Landscape

    Raises
    ------
    DomainError, TypeError, ValueError
        If X, y or a grid is not made of finite numbers, X has more than two columns, or the loss is unknown.

    Notes
    -----
    In blocks of bounded size, whatever the grid and n.
    """
    if loss not in LOSSES or LOSSES[loss].per_class:
        known = ", ".join(key for key, one in LOSSES.items() if not one.per_class)
        raise MleError(f"there is no landscape of the loss {loss!r}; choose one of {known}.")
    rows, _ = as_matrix(X, "X")
    labels, first, second = as_floats(y, "y"), as_floats(w_grid, "w_grid"), as_floats(b_grid, "b_grid")
    if len(rows) != labels.size:
        raise MleError(f"X has {len(rows)} rows and y has {labels.size} values; they must agree.")
    if rows.shape[1] == 1:
        rows = np.concatenate([rows, np.ones((len(rows), 1))], axis=1)
    if rows.shape[1] != 2:
        raise MleError(
            f"X has {rows.shape[1]} columns; a landscape has room for one feature and a bias, or two features."
        )
    chosen = LOSSES[loss]
    chosen.value(labels, 0.0, **options)  # refuses labels and options once, before the blocks
    hard = bool(np.isin(labels, (0.0, 1.0)).all())
    if hard and loss in MARGIN_LOSSES:
        parts: Callable[[Array], tuple[Array, ...]] = MARGIN_LOSSES[loss]
        rows = (2 * labels - 1)[:, None] * rows
    else:
        parts = _separately(chosen, labels, options)
    products = np.stack([rows[:, 0] ** 2, rows[:, 0] * rows[:, 1], rows[:, 1] ** 2], axis=1)
    points = np.stack(np.meshgrid(first, second), axis=-1).reshape(-1, 2)
    values, norms, smallest = np.empty(len(points)), np.empty(len(points)), np.empty(len(points))
    step = max(1, _BLOCK // len(rows))
    with np.errstate(all="ignore"):
        for start in range(0, len(points), step):
            part = slice(start, start + step)
            value, gradient, curvature = parts(points[part] @ rows.T)
            values[part] = value.mean(axis=1)
            slope = gradient @ rows / len(rows)
            norms[part] = np.hypot(slope[:, 0], slope[:, 1])
            a, b, c = (curvature @ products / len(rows)).T
            smallest[part] = (a + c) / 2 - np.hypot((a - c) / 2, b)
    if chosen.convex:
        smallest = np.maximum(smallest, 0.0)  # what is below is rounding
    shape = (second.size, first.size)
    return Landscape(loss, first, second, values.reshape(shape), norms.reshape(shape), smallest.reshape(shape))


def _separately(loss: Loss, labels: Array, options: Mapping[str, float]) -> Callable[[Array], tuple[Array, ...]]:
    known = {**loss.options, **options}
    return lambda z: tuple(function(labels, z, **known) for function in loss.functions)
