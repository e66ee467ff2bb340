"""Training of one neuron from many starts side by side, every iterate kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from ..classification.labels import Labels
from ..domain import Array, MleError
from ..linear.design import as_matrix
from .descent import check_schedule, rule
from .train import MARGIN_SLOPES, neuron_loss, with_bias

__all__ = ["NeuronPaths", "train_from"]

# A weight beyond this means that the step was too long; the run stands still from there on.
_GONE = 1e8


@dataclass(frozen=True, eq=False)
class NeuronPaths:
    """Training of K neurons, looked at after m of its epochs; epoch 0 is the start.

    Parameters
    ----------
    loss : str
    epochs : ndarray of int, shape (m,)
    weights : ndarray of shape (K, m, d)
        The bias first, if there is one.
    values : ndarray of shape (K, m)
        Mean loss: nats, no unit for "mse".
    gradient_norms : ndarray of shape (K, m)
        Length of the gradient of that mean.
    worst : ndarray of int, shape (K,)
        The row that each start predicts worst.
    worst_predictions : ndarray of shape (K, m)
        Probability that is given to the own class of that row.
    epochs_to_recover : ndarray of shape (K,)
        The first of all epochs from which that row keeps more than ½; NaN where there is none.
    diverged : ndarray of bool, shape (K,)
        Weights left ±1e8 or are no numbers; the path stands still from the last good epoch on.
    """

    loss: str
    epochs: NDArray[np.intp]
    weights: Array
    values: Array
    gradient_norms: Array
    worst: NDArray[np.intp]
    worst_predictions: Array
    epochs_to_recover: Array
    diverged: NDArray[np.bool_]


def train_from(
    starts: ArrayLike,
    X: object,
    y: object,
    loss: str = "bce",
    step: float = 0.5,
    epochs: int = 200,
    optimiser: str = "gradient",
    bias: bool = True,
    keep: ArrayLike | None = None,
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
    keep : array of int, shape (m,), optional
        Ascending epochs that are kept, from 0 to `epochs`; all if None.

    Returns
    -------
    NeuronPaths
        Divergence is a result, not an exception.

    Raises
    ------
    DomainError, TypeError, ValueError
        As `train_neuron`; also if `keep` names no epochs of the training.

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
    kept = np.arange(epochs + 1) if keep is None else np.asarray(keep, dtype=np.intp)
    if kept.ndim != 1 or not kept.size or kept[0] < 0 or kept[-1] > epochs or np.any(np.diff(kept) <= 0):
        raise MleError(f"keep must hold ascending epochs from 0 to {epochs}.")
    target = labels.codes.astype(np.float64)
    signs, by_margin = 2 * target - 1, MARGIN_SLOPES.get(loss)
    signed, count = signs[:, None] * rows, len(target)
    move, every = rule(optimiser, step), np.arange(len(theta))
    worst = np.argmin(theta @ signed.T, axis=1)
    weights = np.empty((len(theta), epochs + 1, rows.shape[1]))
    weights[:, 0] = theta
    short = np.empty((len(theta), epochs + 1), dtype=np.bool_)  # whether the worst row has no more than ½
    alive = np.ones(len(theta), dtype=np.bool_)
    with np.errstate(all="ignore"):
        for epoch in range(epochs + 1):
            margins = theta @ signed.T
            short[:, epoch] = ~(margins[every, worst] > 0)
            if epoch == epochs:
                break
            gradient = by_margin(margins) @ signed if by_margin else slope(target, margins * signs) @ rows
            new = theta - move(gradient / count)
            alive &= (np.abs(new) < _GONE).all(axis=1)  # NaN is not less
            theta = np.where(alive[:, None], new, theta)
            weights[:, epoch + 1] = theta
        shown = weights[:, kept]
        z = shown @ rows.T
        norms = np.linalg.norm(slope(target, z) @ rows, axis=2) / count
        own = special.expit(np.take_along_axis(z * signs, worst[:, None, None], axis=2)[:, :, 0])
        values = value(target, z).mean(axis=2)
    last = np.where(short.any(axis=1), short.shape[1] - np.argmax(short[:, ::-1], axis=1), 0)
    recovered = np.where(last < short.shape[1], last, np.nan)
    return NeuronPaths(loss, kept, shown, values, norms, worst, own, recovered, ~alive)
