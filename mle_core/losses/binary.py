"""Losses of a label y in [0, 1] and a logit z: values and their first two derivatives in z.

Everything is written in s = σ(z) and t = σ(−z) = 1 − s and in softplus(z) = log(1 + eᶻ), so that nothing is subtracted
from 1 and no digit is lost however large the logit is. Labels and logits are checked in `losses`.
"""

from __future__ import annotations

import numpy as np
from scipy import special

from ..domain import Array

__all__ = [
    "bce_curvature",
    "bce_from_probability",
    "bce_gradient",
    "bce_value",
    "focal_curvature",
    "focal_from_probability",
    "focal_gradient",
    "focal_value",
    "hinge_curvature",
    "hinge_gradient",
    "hinge_value",
    "mse_curvature",
    "mse_from_probability",
    "mse_gradient",
    "mse_value",
    "smoothed_curvature",
    "smoothed_from_probability",
    "smoothed_gradient",
    "smoothed_value",
]


def _sigmoid(z: Array) -> Array:
    return np.asarray(special.expit(z), dtype=np.float64)


def _softplus(z: Array) -> Array:
    softplus: Array = np.logaddexp(0.0, z)
    return softplus


def _mixed(y: Array, if_one: Array, if_zero: Array) -> Array:
    """y·if_one + (1 − y)·if_zero, with 0·∞ = 0: what cannot happen costs nothing."""
    return np.where(y == 0, 0.0, y * if_one) + np.where(y == 1, 0.0, (1 - y) * if_zero)


def bce_value(y: Array, z: Array) -> Array:
    return _mixed(y, _softplus(-z), _softplus(z))


def bce_gradient(y: Array, z: Array) -> Array:
    # σ(z) − y, without the difference that loses the digits of σ(−z) at y = 1.
    return (1 - y) * _sigmoid(z) - y * _sigmoid(-z)


def bce_curvature(y: Array, z: Array) -> Array:
    return np.broadcast_to(_sigmoid(z) * _sigmoid(-z), np.broadcast_shapes(y.shape, z.shape)).copy()


def bce_from_probability(y: Array, p: Array) -> Array:
    return np.asarray(0.0 - special.xlogy(y, p) - special.xlog1py(1 - y, -p))


def mse_value(y: Array, z: Array) -> Array:
    return 0.5 * bce_gradient(y, z) ** 2


def mse_gradient(y: Array, z: Array) -> Array:
    return bce_gradient(y, z) * (_sigmoid(z) * _sigmoid(-z))


def mse_curvature(y: Array, z: Array) -> Array:
    s, t = _sigmoid(z), _sigmoid(-z)
    return s * t * (2 * s * t - y * t * t - (1 - y) * s * s)


def mse_from_probability(y: Array, p: Array) -> Array:
    return 0.5 * (y - p) ** 2


def hinge_value(y: Array, z: Array) -> Array:
    return np.maximum(0.0, 1 - (2 * y - 1) * z)


def hinge_gradient(y: Array, z: Array) -> Array:
    sign = 2 * y - 1
    return np.where(sign * z < 1, -sign, 0.0)


def hinge_curvature(y: Array, z: Array) -> Array:
    return np.zeros(np.broadcast_shapes(y.shape, z.shape))


def _focal_one(z: Array, gamma: float) -> tuple[Array, Array, Array]:
    """Value tᵞL, slope and curvature of the focal loss at y = 1, with t = σ(−z) and L = softplus(−z)."""
    s, t, loss = _sigmoid(z), _sigmoid(-z), _softplus(-z)
    factor = t**gamma
    s_loss = np.where(s == 0, 0.0, s * np.where(np.isinf(loss), 0.0, loss))  # eᶻ·|z| → 0 as z → −∞
    return (
        np.where(factor == 0, 0.0, factor * loss),
        -factor * (gamma * s_loss + t),
        factor * (s * t * (1 + 2 * gamma) + gamma * s_loss * (gamma * s - t)),
    )


def focal_value(y: Array, z: Array, gamma: float) -> Array:
    return _mixed(y, _focal_one(z, gamma)[0], _focal_one(-z, gamma)[0])


def focal_gradient(y: Array, z: Array, gamma: float) -> Array:
    return y * _focal_one(z, gamma)[1] - (1 - y) * _focal_one(-z, gamma)[1]


def focal_curvature(y: Array, z: Array, gamma: float) -> Array:
    return y * _focal_one(z, gamma)[2] + (1 - y) * _focal_one(-z, gamma)[2]


def focal_from_probability(y: Array, p: Array, gamma: float) -> Array:
    q = 1 - p
    if_one = np.where(q == 0, 0.0, -(q**gamma) * np.log(p))
    if_zero = np.where(p == 0, 0.0, -(p**gamma) * np.log1p(-p))
    return _mixed(y, if_one, if_zero)


def _smoothed(y: Array, epsilon: float) -> Array:
    return (1 - epsilon) * y + epsilon / 2


def smoothed_value(y: Array, z: Array, epsilon: float) -> Array:
    return bce_value(_smoothed(y, epsilon), z)


def smoothed_gradient(y: Array, z: Array, epsilon: float) -> Array:
    return bce_gradient(_smoothed(y, epsilon), z)


def smoothed_curvature(y: Array, z: Array, epsilon: float) -> Array:
    return bce_curvature(y, z)


def smoothed_from_probability(y: Array, p: Array, epsilon: float) -> Array:
    return bce_from_probability(_smoothed(y, epsilon), p)
