"""Softmax and its cross-entropy: K logits and K label shares on the last axis.

The largest logit is subtracted first. Its own probability is 1/(1 + rest), with `rest` the sum of the other exponentials,
so that log p and 1 − p of a near certain class keep all their digits (Blanchard, Higham & Higham 2021, IMA J. Numer.
Anal. 41, 2311-2330).
"""

from __future__ import annotations

import numpy as np

from ..domain import Array

__all__ = ["cross_entropy_curvature", "cross_entropy_gradient", "cross_entropy_value", "log_softmax", "softmax"]


def _parts(z: Array) -> tuple[Array, Array, Array, Array]:
    """Logits less the largest, their exponentials, where the largest stands, and the sum of the other exponentials."""
    top = z.argmax(axis=-1)[..., None]
    largest = np.take_along_axis(z, top, axis=-1)
    with np.errstate(invalid="ignore", under="ignore"):
        shifted = np.where(z == largest, 0.0, z - largest)  # also where both are infinite
        powers = np.exp(shifted)
    at_top = np.arange(z.shape[-1]) == top
    rest = np.where(at_top, 0.0, powers).sum(axis=-1, keepdims=True)
    return shifted, powers, at_top, rest


def log_softmax(z: Array) -> Array:
    """Log-probabilities (…, K) of logits (…, K), in nats; −inf for a logit of −inf."""
    shifted, _, _, rest = _parts(z)
    logs: Array = shifted - np.log1p(rest)
    return logs


def softmax(z: Array) -> tuple[Array, Array]:
    """Probabilities p and 1 − p, each of shape (…, K), both without cancellation."""
    _, powers, at_top, rest = _parts(z)
    p = powers / (1 + rest)
    return p, np.where(at_top, rest / (1 + rest), 1 - p)


def cross_entropy_value(y: Array, z: Array) -> Array:
    # −Σ y log p, where a share of 0 costs nothing even at log p = −∞.
    y, logs = np.broadcast_arrays(y, log_softmax(z))
    with np.errstate(invalid="ignore"):
        value: Array = 0.0 - np.where(y == 0, 0.0, y * logs).sum(axis=-1)
    return value


def cross_entropy_gradient(y: Array, z: Array) -> Array:
    # p·Σy − y, as p·(Σy − y) − y·(1 − p).
    p, q = softmax(z)
    gradient: Array = p * (y.sum(axis=-1, keepdims=True) - y) - y * q
    return gradient


def cross_entropy_curvature(y: Array, z: Array) -> Array:
    p, q = softmax(z)
    matrix = -p[..., :, None] * p[..., None, :]
    diagonal = np.arange(z.shape[-1])
    matrix[..., diagonal, diagonal] = p * q
    curvature: Array = y.sum(axis=-1)[..., None, None] * matrix
    return curvature
