"""A small network trained under two losses from many starts at once: one hidden layer of tanh, one sigmoid."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special

from ..classification.labels import Labels
from ..domain import Array, Bools, DomainError, MleError
from ..linear.design import as_matrix
from .descent import check_schedule, rule
from .train import neuron_loss

__all__ = ["NetworkRuns", "train_network"]


@dataclass(frozen=True, eq=False)
class NetworkRuns:
    """Training from S starts over E epochs; column 0 is the start.

    Parameters
    ----------
    loss : str
    values : ndarray of shape (S, E + 1)
        Mean loss; NaN once a run has diverged.
    accuracy : ndarray of shape (S, E + 1)
    parameters : tuple of ndarray
        At the end: hidden weights (S, d, H) and biases (S, 1, H), output weights (S, H, 1) and biases (S, 1, 1).
    diverged : ndarray of bool, shape (S,)
    """

    loss: str
    values: Array
    accuracy: Array
    parameters: tuple[Array, ...]
    diverged: Bools

    def predict_proba(self, X: object) -> Array:
        """Probability of label 1 for new rows X (m, d), of each trained network: shape (S, m)."""
        rows, _ = as_matrix(X, "X")
        with np.errstate(all="ignore"):
            return np.asarray(special.expit(_forward(rows, self.parameters)[1]))


def train_network(
    X: object,
    y: object,
    loss: str = "bce",
    hidden: int = 8,
    epochs: int = 500,
    step: float = 0.5,
    seeds: int = 20,
    optimiser: str = "gradient",
    scale: float = 1.0,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> NetworkRuns:
    """Train a network from many random starts side by side, all rows at once.

    Parameters
    ----------
    X : array of shape (n, d) or (n,)
    y : array of shape (n,)
        0 and 1.
    loss : str
        As for `train_neuron`.
    hidden : int
        Hidden units H.
    epochs, step, optimiser
        As for `train_neuron`.
    seeds : int
        Number of starts S. The starts depend on `seed`, `hidden` and the shape of X alone, so that two losses share them.
    scale : float
        Factor on the starts; a large one begins saturated.
    seed : int
    progress : callable, optional
        ``progress(epoch, epochs)``, called about a hundred times.

    Returns
    -------
    NetworkRuns

    Raises
    ------
    DomainError, TypeError, ValueError
        If X is not made of finite numbers, y is not 0 and 1, or a setting lies outside its domain.

    Notes
    -----
    Weights begin normal with variance 2/(inputs + outputs), biases at 0 (Glorot & Bengio 2010).
    """
    labels = Labels.binary(y)
    rows, _ = as_matrix(X, "X")
    if len(rows) != labels.codes.size:
        raise MleError(f"X has {len(rows)} rows and y has {labels.codes.size} values; they must agree.")
    value, slope = neuron_loss(loss)
    check_schedule(step, epochs)
    if hidden < 1 or seeds < 1:
        raise DomainError(f"hidden = {hidden} and seeds = {seeds} must be at least 1.")
    target = labels.codes.astype(np.float64)
    rng = np.random.default_rng(seed)
    n, d = rows.shape
    parameters: tuple[Array, ...] = (
        scale * np.sqrt(2 / (d + hidden)) * rng.normal(size=(seeds, d, hidden)),
        np.zeros((seeds, 1, hidden)),
        scale * np.sqrt(2 / (hidden + 1)) * rng.normal(size=(seeds, hidden, 1)),
        np.zeros((seeds, 1, 1)),
    )
    moves = [rule(optimiser, step) for _ in parameters]
    values, accuracy = np.empty((seeds, epochs + 1)), np.empty((seeds, epochs + 1))
    every = max(1, epochs // 100)
    with np.errstate(all="ignore"):
        for epoch in range(epochs + 1):
            units, z = _forward(rows, parameters)
            values[:, epoch] = value(target, z).mean(axis=1)
            accuracy[:, epoch] = ((z >= 0) == (target == 1)).mean(axis=1)
            if progress is not None and epoch % every == 0:
                progress(epoch, epochs)
            if epoch == epochs:
                break
            back = slope(target, z)[:, :, None] / n
            inner = back @ parameters[2].transpose(0, 2, 1) * (1 - units * units)
            gradients = (
                rows.T @ inner,
                inner.sum(axis=1, keepdims=True),
                units.transpose(0, 2, 1) @ back,
                back.sum(axis=1, keepdims=True),
            )
            parameters = tuple(
                part - move(gradient) for part, move, gradient in zip(parameters, moves, gradients, strict=True)
            )
    values = np.where(np.isfinite(values), values, np.nan)
    return NetworkRuns(loss, values, accuracy, parameters, np.asarray(np.isnan(values).any(axis=1)))


def _forward(rows: Array, parameters: tuple[Array, ...]) -> tuple[Array, Array]:
    """Hidden units (S, m, H) and logits (S, m)."""
    units: Array = np.tanh(rows @ parameters[0] + parameters[1])
    logits: Array = (units @ parameters[2] + parameters[3])[:, :, 0]
    return units, logits
