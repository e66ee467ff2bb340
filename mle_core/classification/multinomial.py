"""Softmax regression at many coefficients at once: its loss point by point, its slope, slices, descents, and borders of classes.

What to use when: `fit_classifier(loss="softmax")` for the estimates; this for what lies around them, and for the ways that lead
there. The first class is the reference: its logit is 0, and the others have coefficients (C, d + 1), C = K − 1.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ..domain import Array, MleError
from ..linear.design import as_matrix
from ..losses.softmax import log_softmax, softmax
from .descents import check_descent, check_ridge, follow, halved
from .labels import Codes, Labels

__all__ = [
    "SoftmaxTerms",
    "softmax_borders",
    "softmax_descent",
    "softmax_probabilities",
    "softmax_slice",
    "softmax_terms",
]


class SoftmaxTerms(NamedTuple):
    """The loss at theta (..., C, d + 1).

    Parameters
    ----------
    probabilities : ndarray of shape (..., n, K)
    losses : ndarray of shape (..., n)
        −log of the probability of each row's own class, nats.
    penalty : ndarray of shape (...)
        ½ λ Σ w², without the intercepts.
    value : ndarray of shape (...)
        Σ losses + penalty.
    gradient : ndarray of shape (..., C, d + 1)
        Σ (p − y)·x, plus λw.
    """

    probabilities: Array
    losses: Array
    penalty: Array
    value: Array
    gradient: Array


def softmax_probabilities(X: object, theta: ArrayLike) -> Array:
    """Probabilities (..., n, K) of rows X (n, d) or (n,) at theta (..., C, d + 1), the intercepts first.

    Raises
    ------
    TypeError, ValueError
        If X is not made of finite numbers, or theta has another number of columns.
    """
    matrix, _ = as_matrix(X, "X")
    rows = np.concatenate([np.ones((len(matrix), 1)), matrix], axis=1)
    points = np.asarray(theta, dtype=np.float64)
    if points.ndim < 2 or points.shape[-1] != rows.shape[1]:
        raise MleError(
            f"theta of shape {points.shape} must have {rows.shape[1]} coefficients on its last axis, the intercept first."
        )
    return softmax(_logits(rows, points))[0]


def softmax_terms(X: object, y: object, theta: ArrayLike, ridge: ArrayLike = 0.0) -> SoftmaxTerms:
    """Negative log-likelihood of softmax regression, row by row, with its penalty and slope.

    Parameters
    ----------
    X : array of shape (n, d) or (n,)
    y : array of shape (n,)
        Labels of K ≥ 2 classes; the first one in their order is the reference.
    theta : array of shape (..., C, d + 1)
        The intercepts first.
    ridge : float or array that broadcasts with (...)
        λ ≥ 0 of the penalty, as in `fit_classifier`.

    Raises
    ------
    DomainError, TypeError, ValueError
        If X is not made of finite numbers, theta has another shape, or λ is negative.

    Notes
    -----
    McCullagh & Nelder (1989), Generalized Linear Models, §5.2.
    """
    rows, codes, points = _checked(X, y, theta)
    lam = check_ridge(ridge)
    z = _logits(rows, points)
    p, rest = softmax(z)
    place = np.broadcast_to(codes[:, None], (*z.shape[:-1], 1))
    losses = -np.take_along_axis(log_softmax(z), place, axis=-1)[..., 0]
    own = np.arange(z.shape[-1]) == codes[:, None]
    gradient = np.swapaxes(np.where(own, -rest, p)[..., 1:], -1, -2) @ rows
    weights = points[..., 1:]
    gradient[..., 1:] += lam[..., None, None] * weights
    penalty = 0.5 * lam * np.square(weights).sum(axis=(-2, -1))
    return SoftmaxTerms(p, losses, penalty, losses.sum(axis=-1) + penalty, gradient)


def softmax_slice(X: object, y: object, theta: ArrayLike, place: int, grid: ArrayLike, ridge: ArrayLike = 0.0) -> Array:
    """The loss where one class has other coefficients, to some six digits: a slice through it for a map.

    Parameters
    ----------
    X, y, ridge
        As for `softmax_terms`, one ridge for each of the m coefficients, or one for all.
    theta : array of shape (m, C, d + 1)
        What the other classes have.
    place : int
        Which row of theta is replaced.
    grid : array of shape (m, g, d + 1)

    Returns
    -------
    ndarray of shape (m, g)
        The `value` of `softmax_terms`, nats, computed in single precision.

    Raises
    ------
    DomainError, TypeError, ValueError
        As `softmax_terms`.
    """
    rows, codes, points = _checked(X, y, theta)
    at = np.asarray(grid, dtype=np.float64)
    z = _logits(rows, points)
    own = codes == place + 1
    rest = np.delete(z, place + 1, axis=-1)
    top = rest.max(axis=-1)
    others = top + np.log(np.exp(rest - top[..., None]).sum(axis=-1))  # log Σ e^z of all other classes (m, n)
    # A row of this class costs log(1 + e^(others − z)), another one what it costs without the class and log(1 + e^(z − others)).
    without = np.where(
        own, 0.0, others - np.take_along_axis(z, np.broadcast_to(codes[:, None], (*z.shape[:-1], 1)), -1)[..., 0]
    )
    sign = np.where(own, -1.0, 1.0)
    signed = (sign * others).astype(np.float32)
    u = at.astype(np.float32) @ (sign[:, None] * rows).T.astype(np.float32) - signed[:, None]
    losses = np.maximum(u, 0)
    np.abs(u, out=u)
    np.exp(np.negative(u, out=u), out=u)
    u += 1
    losses += np.log(u, out=u)
    fixed = np.delete(points, place, axis=-2)[..., 1:]
    squares = np.square(at[..., 1:]).sum(axis=-1) + np.square(fixed).sum(axis=(-2, -1))[:, None]
    lam = np.broadcast_to(check_ridge(ridge), points.shape[:1])[:, None]
    return np.asarray(losses.sum(axis=-1, dtype=np.float64) + without.sum(axis=-1)[:, None] + 0.5 * lam * squares)


def softmax_descent(
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
        As for `softmax_terms`; one ridge for each start, or one for all.
    starts : array of shape (m, C, d + 1)
    method, step, epochs
        As for `logistic_descent`.

    Returns
    -------
    ndarray of shape (epochs + 1, m, C, d + 1)
        Every iterate, the start first. One that bursts (beyond 1e100), or whose Hessian is singular, stays where it was.

    Raises
    ------
    DomainError, TypeError, ValueError
        As `softmax_terms`; also for an unknown method, a step that is not positive or less than one epoch.
    """
    check_descent(method, step, epochs)
    rows, codes, theta = _checked(X, y, starts)
    lam = np.broadcast_to(check_ridge(ridge), theta.shape[:1])
    move = _newton if method == "newton" else _downhill
    return follow(theta, lambda at: move(rows, codes, at, lam, step), epochs, settles=method == "newton")


def _downhill(rows: Array, codes: Codes, theta: Array, lam: Array, step: float) -> Array:
    shares = _shares(rows, theta)
    shares[:, codes, np.arange(len(codes))] -= 1.0
    slope = shares[:, 1:] @ rows
    slope[..., 1:] += lam[:, None, None] * theta[..., 1:]
    return np.asarray(theta - step / len(rows) * slope)


def _shares(rows: Array, theta: Array) -> Array:
    """Probabilities (m, K, n), class by class."""
    z = theta @ rows.T
    top = np.maximum(z.max(axis=1, keepdims=True), 0.0)
    powers = np.concatenate([np.exp(-top), np.exp(z - top)], axis=1)
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _newton(rows: Array, codes: Codes, theta: Array, lam: Array, step: float) -> Array:
    here = _terms(rows, codes, theta, lam)
    m, c, d = theta.shape
    shares = _shares(rows, theta)[:, 1:]
    products = (rows[:, :, None] * rows[:, None, :]).reshape(len(rows), d * d)
    blocks = np.empty((m, c, d, c, d))
    for a in range(c):
        for b in range(c):
            weight = shares[:, a] * ((a == b) - shares[:, b])
            blocks[:, a, :, b, :] = (weight @ products).reshape(m, d, d)
    hessian = blocks.reshape(m, c * d, c * d)
    ridged = np.flatnonzero(np.arange(c * d) % d)
    hessian[:, ridged, ridged] += lam[:, None]
    usable = np.linalg.cond(hessian) < 1e14
    solvable = np.where(usable[:, None, None], hessian, np.eye(c * d))
    solved = np.linalg.solve(solvable, here.gradient.reshape(m, c * d, 1)).reshape(theta.shape)
    move = np.where(usable[:, None, None], solved, 0.0)
    return halved(lambda at: _terms(rows, codes, at, lam).value, here.value, theta, move, step)


def softmax_borders(theta: ArrayLike, reach: float = 10.0) -> Array:
    """Where two classes of two features are the most probable ones, and equally so: pieces of straight lines.

    Parameters
    ----------
    theta : array of shape (..., C, 3)
        b, w₁ and w₂ of each class but the first one.
    reach : float
        How far a piece goes from the foot of its line at most.

    Returns
    -------
    ndarray of shape (..., P, 2, 2)
        The two ends of the piece for each of the P = K(K − 1)/2 pairs of classes, (0, 1), (0, 2) … (1, 2) …; NaN for a pair
        that does not meet.

    Raises
    ------
    ValueError
        If theta has not three coefficients a class.
    """
    points = np.asarray(theta, dtype=np.float64)
    if points.ndim < 2 or points.shape[-1] != 3:
        raise MleError(
            f"theta of shape {points.shape} must have 3 coefficients on its last axis; borders are drawn in a plane."
        )
    whole = np.concatenate([np.zeros((*points.shape[:-2], 1, 3)), points], axis=-2)
    k = whole.shape[-2]
    pairs = [(i, j) for i in range(k) for j in range(i + 1, k)]
    return np.stack([_piece(whole, i, j, reach) for i, j in pairs], axis=-3)


def _piece(whole: Array, i: int, j: int, reach: float) -> Array:
    """The piece (..., 2, 2) of the line of two classes along which no third one is more probable."""
    line = whole[..., i, :] - whole[..., j, :]
    with np.errstate(all="ignore"):
        length = np.hypot(line[..., 1], line[..., 2])[..., None]
        foot = -line[..., :1] * line[..., 1:] / length**2
        along = np.stack([-line[..., 2], line[..., 1]], axis=-1) / length
        low, high = np.full(line.shape[:-1], -reach), np.full(line.shape[:-1], reach)
        for other in set(range(whole.shape[-2])) - {i, j}:
            ahead = whole[..., i, :] - whole[..., other, :]
            at_foot = ahead[..., 0] + (ahead[..., 1:] * foot).sum(axis=-1)
            rise = (ahead[..., 1:] * along).sum(axis=-1)
            end = -at_foot / rise
            low = np.where(rise > 0, np.maximum(low, end), low)
            high = np.where(rise < 0, np.minimum(high, end), high)
            low = np.where((rise == 0) & (at_foot < 0), np.inf, low)
        ends = foot[..., None, :] + np.stack([low, high], axis=-1)[..., None] * along[..., None, :]
    met = (low < high) & np.isfinite(ends).all(axis=(-2, -1))
    return np.where(met[..., None, None], ends, np.nan)


def _terms(rows: Array, codes: Codes, theta: Array, lam: Array) -> SoftmaxTerms:
    return softmax_terms(rows[:, 1:], codes, theta, lam)


def _logits(rows: Array, theta: Array) -> Array:
    """Logits (..., n, K) at theta (..., C, d + 1), that of the first class 0."""
    z = rows @ np.swapaxes(theta, -1, -2)
    return np.concatenate([np.zeros((*z.shape[:-1], 1)), z], axis=-1)


def _checked(X: object, y: object, theta: ArrayLike) -> tuple[Array, Codes, Array]:
    labels = Labels.of(y)
    matrix, _ = as_matrix(X, "X")
    if len(matrix) != labels.codes.size:
        raise MleError(f"X has {len(matrix)} rows and y has {labels.codes.size} values; they must agree.")
    rows = np.concatenate([np.ones((len(matrix), 1)), matrix], axis=1)
    points = np.asarray(theta, dtype=np.float64)
    wanted = (len(labels.classes) - 1, rows.shape[1])
    if points.shape[-2:] != wanted:
        raise MleError(
            f"theta of shape {points.shape} must end in {wanted}: a row of coefficients, the intercept first, for each class but "
            "the first."
        )
    return rows, labels.codes, points
