"""Logistic regression at many coefficients at once: its loss term by term, its slope and curvature, and descents side by side.

What to use when: `fit_classifier` for the estimates; this for what lies around them, and for the ways that lead there.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ..domain import Array, MleError
from ..linear.design import as_matrix
from ..losses.binary import bce_value
from .descents import check_descent, check_ridge, follow, halved
from .labels import Labels

__all__ = [
    "LogisticTerms",
    "logistic_descent",
    "logistic_map",
    "logistic_probabilities",
    "logistic_terms",
]


class LogisticTerms(NamedTuple):
    """The loss at theta (..., k), the intercept first.

    Parameters
    ----------
    probabilities : ndarray of shape (..., n)
        σ(θᵀx) of each row.
    losses : ndarray of shape (..., n)
        −log of the probability of each row's own label, nats.
    penalty : ndarray of shape (...)
        ½ λ Σ w², without the intercept.
    value : ndarray of shape (...)
        Σ losses + penalty.
    gradient : ndarray of shape (..., k)
        Σ (p − y)·x, plus λw.
    hessian : ndarray of shape (..., k, k)
        Σ p(1 − p)·x xᵀ, plus λ.
    """

    probabilities: Array
    losses: Array
    penalty: Array
    value: Array
    gradient: Array
    hessian: Array


def logistic_probabilities(X: object, theta: ArrayLike) -> Array:
    """σ(θᵀx) of rows X (n, d) or (n,) at theta (..., d + 1), the intercept first: shape (..., n).

    Raises
    ------
    TypeError, ValueError
        If X is not made of finite numbers, or theta has another number of columns.
    """
    matrix, _ = as_matrix(X, "X")
    rows = np.concatenate([np.ones((len(matrix), 1)), matrix], axis=1)
    points = np.asarray(theta, dtype=np.float64)
    _check_columns(points, rows)
    return np.asarray(special.expit(points @ rows.T))


def logistic_terms(X: object, y: object, theta: ArrayLike, ridge: ArrayLike = 0.0) -> LogisticTerms:
    """Negative log-likelihood of logistic regression, row by row, with its penalty and derivatives.

    Parameters
    ----------
    X : array of shape (n, d) or (n,)
    y : array of shape (n,)
        0 and 1.
    theta : array of shape (..., d + 1)
        The intercept first.
    ridge : float or array that broadcasts with (...)
        λ ≥ 0 of the penalty, as in `fit_classifier`.

    Raises
    ------
    DomainError, TypeError, ValueError
        If X is not made of finite numbers, y is not 0 and 1, theta has another number of columns, or λ is negative.

    Notes
    -----
    McCullagh & Nelder (1989), Generalized Linear Models, §4.4. The cross-entropy of a one-hot label is −log p of its class,
    so that the sum is at once a cross-entropy and a negative log-likelihood.
    """
    rows, target = _rows(X, y)
    points = np.asarray(theta, dtype=np.float64)
    _check_columns(points, rows)
    return _terms(rows, target, points, check_ridge(ridge))


def logistic_map(X: object, y: object, theta: ArrayLike, ridge: ArrayLike = 0.0) -> Array:
    """Negative log-likelihood with its penalty over many coefficients, to some six digits: what a map of it needs.

    Parameters
    ----------
    X, y, theta, ridge
        As for `logistic_terms`.

    Returns
    -------
    ndarray of shape (...)
        The `value` of `logistic_terms`, nats, computed in single precision: ten times as fast.

    Raises
    ------
    DomainError, TypeError, ValueError
        As `logistic_terms`.
    """
    rows, target = _rows(X, y)
    points = np.asarray(theta, dtype=np.float64)
    _check_columns(points, rows)
    towards = (np.where(target == 1, -1.0, 1.0)[:, None] * rows).T.astype(np.float32)
    z = points.astype(np.float32) @ towards  # −log p = log(1 + e^z)
    losses = np.maximum(z, 0)
    np.abs(z, out=z)
    np.exp(np.negative(z, out=z), out=z)
    z += 1
    losses += np.log(z, out=z)
    penalty = 0.5 * check_ridge(ridge) * np.square(points[..., 1:]).sum(axis=-1)
    return np.asarray(losses.sum(axis=-1, dtype=np.float64) + penalty)


def logistic_descent(
    X: object,
    y: object,
    starts: ArrayLike,
    method: str = "gradient",
    step: float = 1.0,
    epochs: int = 100,
    ridge: ArrayLike = 0.0,
) -> Array:
    """Descents of the loss from several starts, side by side.

    Parameters
    ----------
    X, y, ridge
        As for `logistic_terms`; one ridge for each start, or one for all.
    starts : array of shape (m, d + 1)
    method : str
        "gradient": θ − step · gradient / n. "newton": θ − s · hessian⁻¹ · gradient with s = step, halved until the loss does
        not rise.
    step : float
        Positive.
    epochs : int

    Returns
    -------
    ndarray of shape (epochs + 1, m, d + 1)
        Every iterate, the start first. One that bursts (beyond 1e100), or whose Hessian is singular, stays where it was.

    Raises
    ------
    DomainError, TypeError, ValueError
        As `logistic_terms`; also for an unknown method, a step that is not positive or less than one epoch.
    """
    check_descent(method, step, epochs)
    rows, target = _rows(X, y)
    theta = np.atleast_2d(np.asarray(starts, dtype=np.float64))
    _check_columns(theta, rows)
    lam = np.broadcast_to(check_ridge(ridge), theta.shape[:1])

    def downhill(at: Array) -> Array:
        slope = (special.expit(at @ rows.T) - target) @ rows
        slope[:, 1:] += lam[:, None] * at[:, 1:]
        return np.asarray(at - step / len(rows) * slope)

    newton = method == "newton"
    return follow(
        theta, (lambda at: _newton(rows, target, at, lam, step)) if newton else downhill, epochs, settles=newton
    )


def _newton(rows: Array, target: Array, theta: Array, lam: Array, step: float) -> Array:
    here = _terms(rows, target, theta, lam)
    unit = np.eye(theta.shape[1])
    usable = np.linalg.cond(here.hessian) < 1e14
    hessian = np.where(usable[:, None, None], here.hessian, unit)
    move = np.where(usable[:, None], np.linalg.solve(hessian, here.gradient[..., None])[..., 0], 0.0)
    return halved(lambda at: _terms(rows, target, at, lam).value, here.value, theta, move, step)


def _terms(rows: Array, target: Array, theta: Array, lam: Array) -> LogisticTerms:
    z = theta @ rows.T
    p = np.asarray(special.expit(z))
    losses = bce_value(target, z)
    weights = theta[..., 1:]
    penalty = 0.5 * lam * np.square(weights).sum(axis=-1)
    # p − y without cancellation: −(1 − p) where y is 1.
    gradient = np.where(target == 1, -special.expit(-z), p) @ rows
    gradient[..., 1:] += lam[..., None] * weights
    products = rows[:, :, None] * rows[:, None, :]
    hessian = np.tensordot(p * special.expit(-z), products, axes=1)
    place = np.arange(1, rows.shape[1])
    hessian[..., place, place] += lam[..., None]
    return LogisticTerms(p, losses, penalty, losses.sum(axis=-1) + penalty, gradient, hessian)


def _rows(X: object, y: object) -> tuple[Array, Array]:
    labels = Labels.binary(y).codes
    matrix, _ = as_matrix(X, "X")
    if len(matrix) != labels.size:
        raise MleError(f"X has {len(matrix)} rows and y has {labels.size} values; they must agree.")
    return np.concatenate([np.ones((len(matrix), 1)), matrix], axis=1), labels.astype(np.float64)


def _check_columns(theta: Array, rows: Array) -> None:
    if theta.ndim == 0 or theta.shape[-1] != rows.shape[1]:
        raise MleError(
            f"theta of shape {theta.shape} must have {rows.shape[1]} coefficients on its last axis, the intercept first."
        )
