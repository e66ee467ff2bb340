"""Many mixtures of normals in the plane, checked and factorised; their log-densities."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numpy.typing import ArrayLike

from ..domain import Array, DomainError, MleError

__all__ = ["plane_log_density"]

_LOG_2PI = math.log(2 * math.pi)


class Mixtures(NamedTuple):
    """Logarithms of the weights (K, k), means (K, k, 2), Cholesky factors and their inverses (K, k, 2, 2)."""

    logs: Array
    means: Array
    factors: Array
    inverses: Array

    def rows(self, chosen: npt.NDArray[np.intp]) -> Mixtures:
        return Mixtures(*(part[chosen] for part in self))

    def seen_from(self, mean: Array, factor: Array) -> tuple[Array, Array, Array]:
        """Each component's log-density as a polynomial of z: matrices Q (K, k, 2, 2), vectors r (K, k, 2), coefficients (K, k, 6)."""
        turned = self.inverses @ factor[:, None]
        offset = np.einsum("ksij,ksj->ksi", self.inverses, mean[:, None] - self.means)
        q = np.swapaxes(turned, 2, 3) @ turned
        r = np.einsum("ksji,ksj->ksi", turned, offset)
        heights = (
            self.logs - np.log(self.factors[..., 0, 0] * self.factors[..., 1, 1]) - 0.5 * np.sum(offset**2, axis=-1)
        )
        square = (-0.5 * q[..., 0, 0], -q[..., 0, 1], -0.5 * q[..., 1, 1])
        return q, r, np.stack([heights, -r[..., 0], -r[..., 1], *square], axis=-1)


def squared(factor: Array) -> Array:
    return np.asarray(factor @ np.swapaxes(factor, -1, -2))


def factors_of(covariances: ArrayLike, name: str) -> Array:
    matrices = np.asarray(covariances, dtype=np.float64)
    if matrices.shape[-2:] != (2, 2):
        raise MleError(f"{name} must be 2 × 2 matrices, not of shape {matrices.shape[-2:]}; this is about the plane.")
    try:
        return np.asarray(np.linalg.cholesky(matrices))
    except np.linalg.LinAlgError:
        smallest = float(np.linalg.eigvalsh(matrices)[..., 0].min())
        raise DomainError(
            f"{name} hold a matrix that is not positive definite: its smallest eigenvalue is {smallest:.6g}; correct it."
        ) from None


def mixtures(weights: ArrayLike, means: ArrayLike, covariances: ArrayLike) -> Mixtures:
    w, m = np.atleast_2d(np.asarray(weights, dtype=np.float64)), np.asarray(means, dtype=np.float64)
    if not (w > 0).all():
        raise DomainError(f"weights = {w[~(w > 0)].flat[0]:g} is outside (0, ∞); leave that component out.")
    factors = factors_of(covariances, "covariances")
    rows = max(len(w), m.shape[0] if m.ndim == 3 else 1, factors.shape[0] if factors.ndim == 4 else 1)
    k = w.shape[1]
    if m.shape[-2:] != (k, 2) or factors.shape[-3] != k:
        raise MleError(f"{k} weights need {k} means of two coordinates and {k} covariances; correct them.")
    factors = np.broadcast_to(factors, (rows, k, 2, 2))
    logs = np.broadcast_to(np.log(w / w.sum(axis=1, keepdims=True)), (rows, k))
    return Mixtures(logs, np.broadcast_to(m, (rows, k, 2)), factors, np.asarray(np.linalg.inv(factors)))


def moments(p: Mixtures) -> tuple[Array, Array]:
    """Mean (K, 2) and covariance (K, 2, 2)."""
    w = np.exp(p.logs)
    mean = np.einsum("ks,ksi->ki", w, p.means)
    off = p.means - mean[:, None]
    return mean, np.einsum("ks,ksij->kij", w, squared(p.factors)) + np.einsum("ks,ksi,ksj->kij", w, off, off)


def plane_log_density(weights: ArrayLike, means: ArrayLike, covariances: ArrayLike, x: ArrayLike) -> Array:
    """Log-densities of mixtures of bivariate normals at the same places.

    Parameters
    ----------
    weights : array_like of shape (K, k) or (k,)
    means, covariances : array_like of shapes (K, k, 2) or (k, 2), and (K, k, 2, 2) or (k, 2, 2)
    x : array_like of shape (n, 2)

    Returns
    -------
    ndarray of shape (K, n)
        Nats.

    Raises
    ------
    MleError, DomainError
        For shapes that do not match, weights that are not positive, covariances that are not positive definite.
    """
    p = mixtures(weights, means, covariances)
    origin, unit = np.zeros((len(p.logs), 2)), np.broadcast_to(np.eye(2), (len(p.logs), 2, 2))
    places = np.asarray(x, dtype=np.float64)
    powers = np.stack(
        [np.ones(len(places)), *places.T, places[:, 0] ** 2, places[:, 0] * places[:, 1], places[:, 1] ** 2]
    )
    logs = p.seen_from(origin, unit)[2] @ powers
    return np.asarray(np.logaddexp.reduce(logs, axis=1) - _LOG_2PI)
