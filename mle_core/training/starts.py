"""Training of one neuron from many starts side by side, every iterate kept."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ..classification.labels import Labels
from ..domain import Array, DomainError, MleError
from ..linear.design import as_matrix
from .descent import check_schedule, rule
from .train import neuron_loss, with_bias

__all__ = ["NeuronPaths", "train_from"]

# A weight beyond this means that the step was too long; the run stands still from there on.
_GONE = 1e8


@dataclass(frozen=True, eq=False)
class NeuronPaths:
    """Training of K neurons over E epochs on n rows; epoch 0 is the start.

    Parameters
    ----------
    loss : str
    weights : ndarray of shape (K, E + 1, d)
        The bias first, if there is one.
    values : ndarray of shape (K, E + 1)
        Mean loss: nats, no unit for "mse".
    gradient_norms : ndarray of shape (K, E + 1)
        Length of the gradient of that mean.
    worst : ndarray of int, shape (K,)
        The row that each start predicts worst.
    worst_predictions : ndarray of shape (K, E + 1)
        Probability that is given to the own class of that row.
    diverged : ndarray of bool, shape (K,)
        Weights left ±1e8 or the loss is no number; the path stands still from the last good epoch on.
    """

    loss: str
    weights: Array
    values: Array
    gradient_norms: Array
    worst: np.ndarray[tuple[int, ...], np.dtype[np.intp]]
    worst_predictions: Array
    diverged: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]

    @cached_property
    def epochs_to_recover(self) -> Array:
        """First epoch (K,) from which the worst row keeps more than ½; NaN where there is none."""
        short = ~(self.worst_predictions > 0.5)
        last = short.shape[1] - np.argmax(short[:, ::-1], axis=1)  # one after the last epoch below ½
        last = np.where(short.any(axis=1), last, 0)
        return np.where(last < short.shape[1], last, np.nan)


def train_from(
    starts: ArrayLike,
    X: object,
    y: object,
    loss: str = "bce",
    step: float = 0.5,
    epochs: int = 200,
    optimiser: str = "gradient",
    bias: bool = True,
) -> NeuronPaths:
    """Train σ(b + w·x), or σ(w·x) without a bias, on the mean loss, from each of several starts.

    Parameters
    ----------
    starts : array of shape (K, d), or (d,) for one
        The bias first, if there is one.
    X : array of shape (n, columns) or (n,)
    y : array of shape (n,)
        0 and 1.
    loss, step, epochs, optimiser
        As for `train_neuron`; all rows at once.
    bias : bool

    Returns
    -------
    NeuronPaths
        Divergence is a result, not an exception.

    Raises
    ------
    DomainError, TypeError, ValueError
        As `train_neuron`.

    Notes
    -----
    The iterates are those of `train_neuron`. Rumelhart, Hinton & Williams (1986), Nature 323, 533-536.
    """
    labels = Labels.binary(y)
    rows = with_bias(X, labels.codes.size)[:, 0 if bias else 1 :]
    value, slope = neuron_loss(loss)
    check_schedule(step, epochs)
    theta = np.atleast_2d(as_matrix(np.atleast_2d(np.asarray(starts, dtype=np.float64)), "starts")[0])
    if theta.shape[1] != rows.shape[1]:
        raise MleError(f"starts must have {rows.shape[1]} columns, the bias first, not {theta.shape[1]}.")
    if not np.isfinite(theta).all():
        raise DomainError("starts must be finite.")
    target = labels.codes.astype(np.float64)
    move, n = rule(optimiser, step), len(target)
    weights = np.empty((len(theta), epochs + 1, rows.shape[1]))
    weights[:, 0] = theta
    values, norms = np.empty((2, len(theta), epochs + 1))
    own = np.empty((len(theta), epochs + 1, n))
    alive = np.ones(len(theta), dtype=np.bool_)
    with np.errstate(all="ignore"):
        for epoch in range(epochs + 1):
            z = theta @ rows.T
            gradient = slope(target, z) @ rows / n
            values[:, epoch], norms[:, epoch] = value(target, z).mean(axis=1), np.linalg.norm(gradient, axis=1)
            own[:, epoch] = special.expit(np.where(target == 1, z, -z))
            if epoch == epochs:
                break
            new = theta - move(gradient)
            alive &= (np.abs(new) < _GONE).all(axis=1)  # NaN is not less
            theta = np.where(alive[:, None], new, theta)
            weights[:, epoch + 1] = theta
    worst = np.argmin(own[:, 0], axis=1)
    return NeuronPaths(
        loss, weights, values, norms, worst, np.take_along_axis(own, worst[:, None, None], axis=2)[:, :, 0], ~alive
    )
