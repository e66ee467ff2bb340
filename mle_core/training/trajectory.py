"""What training keeps: every iterate, and what is read off it."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace

import numpy as np

from ..domain import Array, DomainError

__all__ = ["Trajectory", "epochs_to_recover"]

# A mean loss beyond this many times the first one means that the step is too long, not that training is slow.
_EXPLODED = 1e6


@dataclass(frozen=True, eq=False)
class Trajectory:
    """Training of a neuron or a layer; E epochs were made, row 0 is the start.

    Parameters
    ----------
    loss : str
    weights : ndarray of shape (E + 1, d + 1), or (E + 1, K, d + 1) for a layer
        The bias first.
    values : ndarray of shape (E + 1,)
        Mean loss over all rows: nats, no unit for "mse".
    gradient_norms : ndarray of shape (E + 1,)
        Length of the gradient of that mean.
    accuracy : ndarray of shape (E + 1,)
        Share of rows whose class is predicted; a probability of ½ predicts 1.
    worst : int
        The row that the start predicts worst.
    worst_predictions : ndarray of shape (E + 1,)
        Probability that is given to the own class of that row.
    classes : tuple
        Sorted.
    stopped : str
        "max epochs", "converged" (gradient below the tolerance) or "diverged" (weights or loss out of bounds; what
        follows is cut off).
    """

    loss: str
    weights: Array
    values: Array
    gradient_norms: Array
    accuracy: Array
    worst: int
    worst_predictions: Array
    classes: tuple[Hashable, ...]
    stopped: str

    @property
    def epochs(self) -> int:
        """Number of epochs made."""
        return len(self.values) - 1

    def ended(self, tolerance: float) -> Trajectory:
        """The same as far as it makes sense: up to a gradient within the tolerance, or before weights explode."""
        inside = np.isfinite(self.weights).reshape(len(self.weights), -1).all(axis=1)
        inside &= self.values <= _EXPLODED * (1 + self.values[0])
        short = np.flatnonzero(self.gradient_norms <= tolerance) if tolerance > 0 else np.empty(0, dtype=np.intp)
        first_bad = len(inside) if inside.all() else int(np.argmin(inside))
        if short.size and short[0] < first_bad:
            return self._cut(int(short[0]) + 1, "converged")
        return self if inside.all() else self._cut(first_bad, "diverged")

    def _cut(self, end: int, stopped: str) -> Trajectory:
        return replace(
            self,
            weights=self.weights[:end],
            values=self.values[:end],
            gradient_norms=self.gradient_norms[:end],
            accuracy=self.accuracy[:end],
            worst_predictions=self.worst_predictions[:end],
            stopped=stopped,
        )


def epochs_to_recover(trajectory: Trajectory, probability: float = 0.5) -> int | None:
    """The first epoch from which the row that the start predicts worst keeps more than `probability`; None if none.

    Parameters
    ----------
    trajectory : Trajectory
        Of `train_neuron` or `train_layer`.
    probability : float
        Of the own class of that row, in (0, 1).

    Raises
    ------
    DomainError
        If the probability lies outside (0, 1).
    """
    if not 0 < probability < 1:
        raise DomainError(f"probability = {probability:g} is outside (0, 1); choose a value such as 0.5.")
    short = np.flatnonzero(~(trajectory.worst_predictions > probability))
    if short.size == 0:
        return 0
    return int(short[-1]) + 1 if short[-1] < trajectory.epochs else None
