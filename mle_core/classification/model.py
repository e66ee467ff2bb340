"""The multinomial logit likelihood: K classes, the first one with logit 0. Two classes are logistic regression.

ℓ(Θ) = Σᵢ wᵢ log p(kᵢ | xᵢ), p = softmax(0, θ₁ᵀx, …, θ_Cᵀx) with C = K − 1. McCullagh & Nelder (1989), §5.2.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import special

from ..domain import Array, Bools
from ..softmax import log_softmax, softmax
from .labels import Codes

__all__ = ["LogitModel"]

_BLOCK = 1 << 16


@dataclass(frozen=True, eq=False)
class LogitModel:
    """The likelihood on one design matrix.

    Parameters
    ----------
    X : ndarray of shape (n, d)
    codes : ndarray of shape (n,)
        Class of each row, 0 to K − 1.
    classes : int
        K.
    weights : ndarray of shape (n,) or None
        Counts.
    active : ndarray of bool, shape (n, K), or None
        Classes that take part in a row; the others have probability 0, as in the limit of separated data.

    Notes
    -----
    theta is a vector (p,), p = C·d, class after class.
    """

    X: Array
    codes: Codes
    classes: int
    weights: Array | None = None
    active: Bools | None = None

    @property
    def size(self) -> int:
        """Number of coefficients, C·d."""
        return (self.classes - 1) * int(self.X.shape[1])

    def logits(self, theta: Array, rows: slice = slice(None)) -> Array:
        """Logits (rows, K), the first column 0; −inf for classes that take no part."""
        X = self.X[rows]
        z = np.zeros((X.shape[0], self.classes))
        z[:, 1:] = X @ theta.reshape(self.classes - 1, -1).T
        return z if self.active is None else np.where(self.active[rows], z, -np.inf)

    def loglik(self, theta: Array) -> float:
        """ℓ at theta (p,), nats."""
        return float(sum(float(self._weighted(logs, rows).sum()) for rows, logs in self._logs(theta)))

    def expansion(self, theta: Array) -> tuple[float, Array, Array]:
        """ℓ, score (p,) and information (p, p) at theta (p,); the information is observed and expected at once."""
        c, d = self.classes - 1, self.X.shape[1]
        value, score, information = 0.0, np.zeros((c, d)), np.zeros((c, d, c, d))
        for rows in self._blocks():
            X = self.X[rows]
            logs, residual, p, q = self._terms(theta, rows)
            value += float(self._weighted(logs, rows).sum())
            score += self._weighted(residual.T, rows) @ X
            for a in range(c):
                for b in range(a + 1):
                    spread = p[:, a] * q[:, a] if a == b else -p[:, a] * p[:, b]
                    block = X.T @ (self._weighted(spread, rows)[:, None] * X)
                    information[a, :, b, :] += block
                    if a != b:
                        information[b, :, a, :] += block.T
        size = c * d
        return value, score.reshape(size), information.reshape(size, size)

    def scores(self, theta: Array) -> Array:
        """Score of each row (n, p), not weighted."""
        residual = self._terms(theta, slice(None))[1]
        return (residual[:, :, None] * self.X[:, None, :]).reshape(self.X.shape[0], -1)

    def smallest_loss(self, theta: Array) -> tuple[float, float]:
        """The smallest weighted probability of a wrong class, and the root of the sum of their squares."""
        smallest, squares = np.inf, 0.0
        for rows in self._blocks():
            p = softmax(self.logits(theta, rows))[0]
            wrong = np.arange(self.classes) != self.codes[rows, None]
            shares = self._weighted(p.T, rows).T[wrong]
            smallest, squares = min(smallest, float(shares.min())), squares + float(np.dot(shares, shares))
        return smallest, float(np.sqrt(squares))

    def _blocks(self) -> Iterator[slice]:
        step = max(1, _BLOCK // max(self.classes, self.X.shape[1]))
        return (slice(start, start + step) for start in range(0, self.X.shape[0], step))

    def _weighted(self, values: Array, rows: slice) -> Array:
        return values if self.weights is None else values * self.weights[rows]

    def _logs(self, theta: Array) -> Iterator[tuple[slice, Array]]:
        for rows in self._blocks():
            if self.classes == 2 and self.active is None:
                margin = (2 * self.codes[rows] - 1) * (self.X[rows] @ theta)
                yield rows, -np.logaddexp(0.0, -margin)
            else:
                logs = log_softmax(self.logits(theta, rows))
                yield rows, np.take_along_axis(logs, self.codes[rows, None], axis=1)[:, 0]

    def _terms(self, theta: Array, rows: slice) -> tuple[Array, Array, Array, Array]:
        """log p of the own class (n,), and without the reference (n, C): label less p, p, 1 − p."""
        codes = self.codes[rows]
        if self.classes == 2 and self.active is None:
            z = self.X[rows] @ theta
            sign = 2 * codes - 1
            logs = -np.logaddexp(0.0, -sign * z)
            p, q = special.expit(z)[:, None], special.expit(-z)[:, None]
            return logs, np.where(codes[:, None] == 1, q, -p), p, q
        z = self.logits(theta, rows)
        logs = np.take_along_axis(log_softmax(z), codes[:, None], axis=1)[:, 0]
        p, q = softmax(z)
        own = np.arange(self.classes) == codes[:, None]
        return logs, np.where(own, q, -p)[:, 1:], p[:, 1:], q[:, 1:]
