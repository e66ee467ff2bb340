"""Training of one neuron or one softmax layer, every iterate kept: the same start and step under different losses.

What to use when: `train_neuron` for two classes under "bce" or "mse", `train_layer` for K classes under softmax.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from ..classification.labels import Labels
from ..domain import Array, DomainError, MleError
from ..linear.design import as_matrix
from ..losses.registry import LOSSES
from ..losses.softmax import cross_entropy_gradient, cross_entropy_value, softmax
from .descent import batches, check_schedule, rule
from .trajectory import Trajectory

__all__ = ["MARGIN_SLOPES", "check_start", "neuron_loss", "train_layer", "train_neuron", "with_bias"]

_BLOCK = 1 << 18


def _bce_slope(m: Array) -> Array:
    return np.asarray(-special.expit(-m))


def _mse_slope(m: Array) -> Array:
    wrong = special.expit(-m)
    return np.asarray(-wrong * wrong * special.expit(m))


# ∂L/∂m in the margin m = (2y − 1)·z: a fraction of the calls of the slopes for any label, which is what an epoch costs.
MARGIN_SLOPES: Mapping[str, Callable[[Array], Array]] = MappingProxyType({"bce": _bce_slope, "mse": _mse_slope})


def train_neuron(
    X: object,
    y: object,
    loss: str = "bce",
    start: ArrayLike | None = None,
    step: float = 0.5,
    epochs: int = 200,
    optimiser: str = "gradient",
    batch: int | None = None,
    seed: int = 0,
    tolerance: float = 0.0,
) -> Trajectory:
    """Train one neuron ŷ = σ(b + w·x) on the mean loss.

    Parameters
    ----------
    X : array of shape (n, d) or (n,)
    y : array of shape (n,)
        0 and 1.
    loss : str
        A key of `LOSSES` with one logit, at its default options: "bce", "mse", "hinge", "focal", "smoothed_bce".
    start : array of shape (d + 1,), optional
        The bias first; zeros if None.
    step : float
        Step size on the mean loss.
    epochs : int
        Passes over the data.
    optimiser : str
        A key of `descent.DESCENTS`: "gradient", "momentum", "adam".
    batch : int, optional
        Rows a step; all if None. Every epoch takes each row once, in an order drawn with `seed`.
    seed : int
    tolerance : float
        Training ends where the gradient of the mean loss is at most this long.

    Returns
    -------
    Trajectory
        Divergence is a result, not an exception.

    Raises
    ------
    DomainError, TypeError, ValueError
        If X is not made of finite numbers, y is not 0 and 1, or a setting lies outside its domain.

    Notes
    -----
    Two losses from one start at one step size are two calls. Rumelhart, Hinton & Williams (1986), Nature 323, 533-536.
    """
    labels = Labels.binary(y)
    rows = with_bias(X, labels.codes.size)
    value, slope = neuron_loss(loss)
    check_schedule(step, epochs, batch)
    begin = check_start(start, (rows.shape[1],))
    target = labels.codes.astype(np.float64)
    by_margin = MARGIN_SLOPES.get(loss)
    signed_rows = (2 * target - 1)[:, None] * rows

    def gradient(theta: Array, chosen: NDArray[np.intp] | slice) -> Array:
        if by_margin is not None:
            inner = signed_rows[chosen]
            return np.asarray(by_margin(inner @ theta) @ inner) / len(inner)
        inner, wanted = rows[chosen], target[chosen]
        return np.asarray(slope(wanted, inner @ theta) @ inner) / len(wanted)

    with np.errstate(all="ignore"):
        path = _descend(gradient, begin, len(target), step, epochs, optimiser, batch, seed)
        values, norms, right, own = [], [], [], []
        worst = -1
        for block in _blocks(path, rows.size):
            z = block @ rows.T
            signed = np.where(target == 1, z, -z)
            if worst < 0:
                worst = int(np.argmin(signed[0]))
            values.append(value(target, z).mean(axis=1))
            norms.append(np.linalg.norm(slope(target, z) @ rows, axis=1) / len(target))
            right.append(((z >= 0) == (target == 1)).mean(axis=1))
            own.append(special.expit(signed[:, worst]))
    return Trajectory(
        loss=loss,
        weights=path,
        values=np.concatenate(values),
        gradient_norms=np.concatenate(norms),
        accuracy=np.concatenate(right),
        worst=worst,
        worst_predictions=np.concatenate(own),
        classes=(0, 1),
        stopped="max epochs",
    ).ended(tolerance)


def train_layer(
    X: object,
    y: object,
    start: ArrayLike | None = None,
    step: float = 0.5,
    epochs: int = 200,
    optimiser: str = "gradient",
    batch: int | None = None,
    seed: int = 0,
    tolerance: float = 0.0,
) -> Trajectory:
    """Train a softmax layer of K logits on the mean cross-entropy.

    Parameters
    ----------
    X : array of shape (n, d) or (n,)
    y : array of shape (n,)
        Labels of any sortable kind, at least two.
    start : array of shape (K, d + 1), optional
        One row per class, in sorted order, the bias first; zeros if None. All K logits have weights.
    step, epochs, optimiser, batch, seed, tolerance
        As for `train_neuron`.

    Returns
    -------
    Trajectory

    Raises
    ------
    DomainError, TypeError, ValueError
        As `train_neuron`; also if there is one class only.
    """
    labels = Labels.of(y)
    rows = with_bias(X, labels.codes.size)
    check_schedule(step, epochs, batch)
    k = len(labels.classes)
    begin = check_start(start, (k, rows.shape[1]))
    target = np.eye(k)[labels.codes]

    def gradient(theta: Array, chosen: NDArray[np.intp] | slice) -> Array:
        inner, wanted = rows[chosen], target[chosen]
        result: Array = cross_entropy_gradient(wanted, inner @ theta.T).T @ inner / len(wanted)
        return result

    with np.errstate(all="ignore"):
        path = _descend(gradient, begin, len(target), step, epochs, optimiser, batch, seed)
        values, norms, right, own = [], [], [], []
        worst = -1
        for block in _blocks(path, rows.size * k):
            z = np.einsum("nd,ekd->enk", rows, block)
            p = softmax(np.nan_to_num(z, nan=0.0))[0]
            ours = np.take_along_axis(p, np.broadcast_to(labels.codes[:, None], (len(block), len(rows), 1)), axis=2)
            if worst < 0:
                worst = int(np.argmin(ours[0, :, 0]))
            values.append(cross_entropy_value(target, z).mean(axis=1))
            slopes = np.einsum("enk,nd->ekd", cross_entropy_gradient(target, z), rows)
            norms.append(np.sqrt((slopes**2).sum(axis=(1, 2))) / len(target))
            right.append((z.argmax(axis=2) == labels.codes).mean(axis=1))
            own.append(ours[:, worst, 0])
    return Trajectory(
        loss="softmax",
        weights=path,
        values=np.concatenate(values),
        gradient_norms=np.concatenate(norms),
        accuracy=np.concatenate(right),
        worst=worst,
        worst_predictions=np.concatenate(own),
        classes=labels.classes,
        stopped="max epochs",
    ).ended(tolerance)


def neuron_loss(loss: str) -> tuple[Callable[[Array, Array], Array], Callable[[Array, Array], Array]]:
    """Value and slope in the logit of a loss at its default options, unchecked; a ValueError lists the losses."""
    if loss not in LOSSES or LOSSES[loss].per_class:
        known = ", ".join(key for key, one in LOSSES.items() if not one.per_class)
        raise MleError(f"a neuron is not trained on {loss!r}; choose one of {known}, or train_layer for softmax.")
    chosen = LOSSES[loss]
    value, slope, _ = chosen.functions
    return partial(value, **chosen.options), partial(slope, **chosen.options)


def with_bias(X: object, n: int) -> Array:
    """X (n, d) with a column of ones first."""
    matrix, _ = as_matrix(X, "X")
    if len(matrix) != n:
        raise MleError(f"X has {len(matrix)} rows and y has {n} values; they must agree.")
    return np.concatenate([np.ones((n, 1)), matrix], axis=1)


def check_start(start: ArrayLike | None, shape: tuple[int, ...]) -> Array:
    """Finite weights of that shape; zeros if None."""
    begin = np.zeros(shape) if start is None else np.array(start, dtype=np.float64)
    if begin.shape != shape:
        raise MleError(f"start must have shape {shape}, the bias first, not {begin.shape}.")
    if not np.isfinite(begin).all():
        raise DomainError(f"start must be finite, not {begin.tolist()}.")
    return begin


def _descend(
    gradient: Callable[[Array, NDArray[np.intp] | slice], Array],
    start: Array,
    n: int,
    step: float,
    epochs: int,
    optimiser: str,
    batch: int | None,
    seed: int,
) -> Array:
    """All iterates (epochs + 1, ...)."""
    move, rng = rule(optimiser, step), np.random.default_rng(seed)
    path = np.empty((epochs + 1, *start.shape))
    path[0] = theta = start
    for epoch in range(1, epochs + 1):
        for chosen in batches(n, batch, rng):
            theta = theta - move(gradient(theta, chosen))
        path[epoch] = theta
    return path


def _blocks(path: Array, width: int) -> list[Array]:
    size = max(1, _BLOCK // width)
    return [path[start : start + size] for start in range(0, len(path), size)]
