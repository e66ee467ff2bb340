"""The best step size of a loss: so that no loss is compared at a step that suits another one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..classification.labels import Labels
from ..domain import Array
from .descent import check_schedule, rule
from .train import check_start, neuron_loss, with_bias

__all__ = ["StepSearch", "best_step"]


@dataclass(frozen=True, eq=False)
class StepSearch:
    """Step sizes `steps` (m,), the mean loss `values` (m,) that each reaches (inf where it diverges), and the best of them."""

    steps: Array
    values: Array
    best: float


def best_step(
    X: object,
    y: object,
    loss: str = "bce",
    start: ArrayLike | None = None,
    epochs: int = 200,
    steps: ArrayLike | None = None,
    optimiser: str = "gradient",
    bias: bool = True,
) -> StepSearch:
    """Find the step size whose training of a neuron ends at the smallest mean loss.

    Parameters
    ----------
    X, y, loss, start, epochs, optimiser
        As for `train_neuron`, all rows at once.
    bias : bool
        Whether the neuron has one; without it `start` holds the weights alone.
    steps : array of shape (m,), optional
        Positive step sizes; 61 from 1e-3 to 1e3 on a logarithmic grid if None. They are trained side by side.

    Returns
    -------
    StepSearch

    Raises
    ------
    DomainError, TypeError, ValueError
        As `train_neuron`.
    """
    labels = Labels.binary(y)
    rows = with_bias(X, labels.codes.size)[:, 0 if bias else 1 :]
    value, slope = neuron_loss(loss)
    grid = np.geomspace(1e-3, 1e3, 61) if steps is None else np.atleast_1d(np.asarray(steps, dtype=np.float64))
    for step in grid.tolist():
        check_schedule(step, epochs)
    target = labels.codes.astype(np.float64)
    theta = np.tile(check_start(start, (rows.shape[1],)), (grid.size, 1))
    move = rule(optimiser, grid[:, None])
    with np.errstate(all="ignore"):
        for _ in range(epochs):
            theta = theta - move(slope(target, theta @ rows.T) @ rows / len(target))
        values = value(target, theta @ rows.T).mean(axis=1)
    values = np.where(np.isfinite(values), values, np.inf)
    return StepSearch(grid, values, float(grid[int(np.argmin(values))]))
