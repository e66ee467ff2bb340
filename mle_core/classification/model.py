"""The multinomial logit likelihood: K classes, the first one with logit 0. Two classes are logistic regression.

ℓ(Θ) = Σᵢ wᵢ log p(kᵢ | xᵢ), p = softmax(0, θ₁ᵀx, …, θ_Cᵀx) with C = K − 1. McCullagh & Nelder (1989), §5.2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy import special

from ..domain import Array, Bools
from ..losses.margin import MARGIN_LOSSES
from ..losses.softmax import log_softmax, softmax
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
            logs, residual, spread = self._terms(theta, rows)
            value += float(self._weighted(logs, rows).sum())
            score += self._weighted(residual.T, rows) @ X
            for a in range(c):
                for b in range(a + 1):
                    block = X.T @ (self._weighted(spread(a, b), rows)[:, None] * X)
                    information[a, :, b, :] += block
                    if a != b:
                        information[b, :, a, :] += block.T
        size = c * d
        return value, score.reshape(size), information.reshape(size, size)

    def mistakes(self, theta: Array) -> Array:
        """Weighted probability of each wrong class (n, K), 0 for the own class."""
        shares = np.empty((self.X.shape[0], self.classes))
        for rows in self._blocks():
            if self._plain:
                wrong = np.asarray(special.expit(-self._margin(theta, rows)))
                shares[rows] = self._weighted(wrong, rows)[:, None]
            else:
                shares[rows] = self._weighted(softmax(self.logits(theta, rows))[0].T, rows).T
        np.put_along_axis(shares, self.codes[:, None], 0.0, axis=1)
        return shares

    def contrast_products(self, chosen: Bools) -> Array:
        """Σ a·aᵀ (p, p) over the contrasts a = x ⊗ (e_own − e_other) of the pairs in `chosen` (n, K)."""
        size = self.size
        total = np.zeros((size, size))
        unit = np.eye(self.classes)[:, 1:]
        for own in range(self.classes):
            for other in set(range(self.classes)) - {own}:
                rows = self.X[chosen[:, other] & (self.codes == own)]
                difference = unit[own] - unit[other]
                total += np.kron(np.outer(difference, difference), rows.T @ rows)
        return total

    @property
    def _plain(self) -> bool:
        """Two classes that both take part everywhere: one logit a row."""
        return self.classes == 2 and self.active is None

    def _margin(self, theta: Array, rows: slice) -> Array:
        """Logit of the own class less that of the other, for two classes."""
        margin: Array = (2 * self.codes[rows] - 1) * (self.X[rows] @ theta)
        return margin

    def _blocks(self) -> Iterator[slice]:
        step = max(1, _BLOCK // max(self.classes, self.X.shape[1]))
        return (slice(start, start + step) for start in range(0, self.X.shape[0], step))

    def _weighted(self, values: Array, rows: slice) -> Array:
        return values if self.weights is None else values * self.weights[rows]

    def _logs(self, theta: Array) -> Iterator[tuple[slice, Array]]:
        for rows in self._blocks():
            if self._plain:
                yield rows, -np.logaddexp(0.0, -self._margin(theta, rows))
            else:
                logs = log_softmax(self.logits(theta, rows))
                yield rows, np.take_along_axis(logs, self.codes[rows, None], axis=1)[:, 0]

    def _terms(self, theta: Array, rows: slice) -> tuple[Array, Array, Callable[[int, int], Array]]:
        """log p of the own class (n,); label less p (n, C), without the reference; covariance (n,) of two labels."""
        codes = self.codes[rows]
        if self._plain:
            value, slope, product = MARGIN_LOSSES["bce"](self._margin(theta, rows))
            return -value, ((1 - 2 * codes) * slope)[:, None], lambda a, b: product
        z = self.logits(theta, rows)
        logs = np.take_along_axis(log_softmax(z), codes[:, None], axis=1)[:, 0]
        p, q = (part[:, 1:] for part in softmax(z))
        own = np.arange(1, self.classes) == codes[:, None]
        return logs, np.where(own, q, -p), lambda a, b: p[:, a] * (q[:, a] if a == b else -p[:, b])
