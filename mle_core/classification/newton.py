"""Newton's method with step-halving for a concave log-likelihood, on an affine set of coefficients."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..domain import Array
from .model import LogitModel

__all__ = ["Maximum", "maximise_logit"]

_STEPS = 100
# Squared distance to the maximum in standard errors before the last step; Newton's step squares it once more.
_CLOSE = 1e-14
_FLAT = 1e-200


@dataclass(frozen=True, eq=False)
class Maximum:
    """Where the iteration ended: theta (p,), ℓ without penalty, score (p,) and information (p, p) with it."""

    theta: Array
    loglik: float
    score: Array
    information: Array
    converged: bool
    steps: int


def maximise_logit(
    model: LogitModel, start: Array, basis: Array | None = None, penalty: Array | None = None, most: int = _STEPS
) -> Maximum:
    """Maximise ℓ(θ) − ½ θᵀPθ over θ = start + basis·γ.

    Parameters
    ----------
    model : LogitModel
        Best with orthonormal columns.
    start : ndarray of shape (p,)
    basis : ndarray of shape (p, r), optional
        Directions that are free; all of them if None.
    penalty : ndarray of shape (p, p), optional
        P, positive semidefinite.
    most : int
        Steps at the most.

    Notes
    -----
    The log-likelihood is concave, so each Newton step ascends once it is short enough (Boyd & Vandenberghe 2004, §9.5).
    """
    theta = np.array(start, dtype=np.float64)
    if basis is not None and basis.shape[1] == 0:
        value, score, information = _penalised(model, theta, penalty)
        return Maximum(theta, model.loglik(theta), score, information, True, 0)
    value, score, information = _penalised(model, theta, penalty)
    for step in range(1, most + 1):
        gradient = score if basis is None else basis.T @ score
        move = _ascent(information if basis is None else basis.T @ information @ basis, gradient)
        gain = float(gradient @ move)
        direction = move if basis is None else basis @ move
        last = gain < _CLOSE
        length = 1.0
        while True:
            proposal = theta + length * direction
            new = _penalised(model, proposal, penalty)
            if last or new[0] >= value - 1e-14 * abs(value) or length < 1e-10:
                break
            length /= 2
        if not np.isfinite(new[0]):  # nothing curves any more: there is no step
            break
        theta, (value, score, information) = proposal, new
        if last:
            return Maximum(theta, _plain(model, theta, value, penalty), score, information, True, step)
    return Maximum(theta, _plain(model, theta, value, penalty), score, information, False, step)


def _plain(model: LogitModel, theta: Array, value: float, penalty: Array | None) -> float:
    return value if penalty is None else model.loglik(theta)


def _penalised(model: LogitModel, theta: Array, penalty: Array | None) -> tuple[float, Array, Array]:
    value, score, information = model.expansion(theta)
    if penalty is None:
        return value, score, information
    pull = penalty @ theta
    return value - 0.5 * float(theta @ pull), score - pull, information + penalty


def _ascent(information: Array, gradient: Array) -> Array:
    """Newton's step; where the information is singular to rounding, as on separated data, a damped one."""
    scale = np.sqrt(np.maximum(np.diagonal(information), _FLAT))
    unit = information / scale[:, None] / scale
    damping = 0.0
    while True:
        try:
            factor = np.linalg.cholesky(unit + damping * np.eye(len(unit)))
        except np.linalg.LinAlgError:
            damping = max(1e-12, 10 * damping)
            if damping > 1e6:
                return gradient
            continue
        inner = np.linalg.solve(factor, gradient / scale)
        step: Array = np.linalg.solve(factor.T, inner) / scale
        return step
