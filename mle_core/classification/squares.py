"""Least squares through the sigmoid: the squared error of a neuron's prediction, which is no likelihood of its labels.

½ Σ wᵢ (yᵢ − σ(θᵀxᵢ))² has plateaus, saddle points and several minima; its infimum may lie at infinity.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..domain import Array
from ..losses.registry import LOSSES
from .model import LogitModel

__all__ = ["SquaresFit", "minimise_squares"]

_STEPS = 200


@dataclass(frozen=True, eq=False)
class SquaresFit:
    """Where the search ended: theta (p,), the sum of squares/2, its Hessian and the sum of squared gradients (p, p)."""

    theta: Array
    value: float
    hessian: Array
    variation: Array
    converged: bool
    steps: int


def minimise_squares(model: LogitModel, starts: Array, penalty: Array | None = None) -> SquaresFit:
    """Minimise the squared error plus ½ θᵀPθ from each start (m, p); the best end, converged ones first.

    Notes
    -----
    Newton's method with the eigenvalues of the indefinite Hessian made positive, and step-halving (Nocedal & Wright
    2006, §3.4). Several starts, for there may be several minima.
    """
    ends = [_descend(model, start, penalty) for start in starts]
    best = min(end.value for end in ends)
    good = [end for end in ends if end.value <= best + 1e-12 * abs(best)]
    return next((end for end in good if end.converged), good[0])


def _expansion(model: LogitModel, theta: Array, penalty: Array | None) -> tuple[float, Array, Array]:
    z = model.X @ theta
    loss = LOSSES["mse"]
    weights = np.ones(1) if model.weights is None else model.weights
    value = float(np.sum(weights * loss.value(model.codes, z)))
    gradient = (weights * loss.gradient(model.codes, z)) @ model.X
    hessian = model.X.T @ ((weights * loss.curvature(model.codes, z))[:, None] * model.X)
    if penalty is not None:
        pull = penalty @ theta
        value, gradient, hessian = value + 0.5 * float(theta @ pull), gradient + pull, hessian + penalty
    return value, gradient, hessian


def _descend(model: LogitModel, start: Array, penalty: Array | None) -> SquaresFit:
    theta = np.array(start, dtype=np.float64)
    value, gradient, hessian = _expansion(model, theta, penalty)
    converged, steps = False, 0
    while steps < _STEPS and not converged:
        steps += 1
        curvatures, axes = np.linalg.eigh(hessian)
        sizes = np.maximum(np.abs(curvatures), 1e-8 * np.abs(curvatures).max() + 1e-300)
        direction = -axes @ ((axes.T @ gradient) / sizes)
        gain = -float(gradient @ direction)
        last = gain < 1e-20 + 1e-16 * value and bool(curvatures[0] > 0)
        length = 1.0
        while True:
            new = _expansion(model, theta + length * direction, penalty)
            if last or new[0] <= value or length < 1e-12:
                break
            length /= 2
        theta, (value, gradient, hessian) = theta + length * direction, new
        # A Hessian that vanished against the number of rows means a plateau, not a minimum.
        if last:
            converged = bool(np.linalg.eigvalsh(hessian)[0] > 1e-12 * model.X.shape[0])
            break
    slopes = LOSSES["mse"].gradient(model.codes, model.X @ theta)
    weights = np.ones(1) if model.weights is None else model.weights
    variation = model.X.T @ ((weights * slopes**2)[:, None] * model.X)
    return SquaresFit(theta, value, hessian, variation, converged, steps)
