"""Two normals mixed: the law, and the log-likelihood with its derivatives in one pass.

f = w φ((x − μ₁)/σ₁)/σ₁ + (1 − w) φ((x − μ₂)/σ₂)/σ₂. With a_k the logarithm of the k-th term and r_k its share of f,

    ∇ log f = Σ r_k ∇a_k,   ∇² log f = Σ r_k ∇²a_k + r₁r₂ (∇a₁ − ∇a₂)(∇a₁ − ∇a₂)ᵀ   (Louis 1982, in closed form),

all in logarithms, so that no term underflows. McLachlan & Peel (2000), Finite Mixture Models, ch. 2 and 3.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import special

from .domain import Array

__all__ = [
    "mixture_cdf",
    "mixture_expansion",
    "mixture_fisher",
    "mixture_landmarks",
    "mixture_log_prob",
    "mixture_loglik",
    "mixture_moments",
    "mixture_quantile",
    "mixture_sample",
]

_LOG_SQRT_2PI = 0.5 * math.log(2 * math.pi)
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)
_REACH = np.arange(-10.0, 11.0)
_LARGE = 1e300
_BLOCK = 64  # parameter values whose quadrature is done at once


def _terms(x: Array, weight: Array, mu1: Array, sigma1: Array, mu2: Array, sigma2: Array) -> tuple[Array, ...]:
    """z₁, z₂ and the two logarithms a₁, a₂ without the constant."""
    z1, z2 = (x - mu1) / sigma1, (x - mu2) / sigma2
    first = np.log(weight / sigma1) - 0.5 * z1 * z1
    second = np.log1p(-weight) - np.log(sigma2) - 0.5 * z2 * z2
    return z1, z2, first, second


def mixture_log_prob(x: Array, weight: Array, mu1: Array, sigma1: Array, mu2: Array, sigma2: Array) -> Array:
    """Log-density in nats; arguments broadcast."""
    _, _, first, second = _terms(x, weight, mu1, sigma1, mu2, sigma2)
    return np.asarray(np.logaddexp(first, second) - _LOG_SQRT_2PI)


def mixture_cdf(x: Array, weight: Array, mu1: Array, sigma1: Array, mu2: Array, sigma2: Array) -> Array:
    """P(X ≤ x); arguments broadcast."""
    below = weight * special.ndtr((x - mu1) / sigma1) + (1 - weight) * special.ndtr((x - mu2) / sigma2)
    return np.asarray(below)


def mixture_quantile(p: Array, weight: Array, mu1: Array, sigma1: Array, mu2: Array, sigma2: Array) -> Array:
    """The point whose cdf is p, arguments broadcast: Newton on the logarithm of the nearer tail, bisection around it.

    The quantiles of the two components enclose it.
    """
    parts = [np.asarray(part, dtype=np.float64) for part in np.broadcast_arrays(p, weight, mu1, sigma1, mu2, sigma2)]
    level, weight, mu1, sigma1, mu2, sigma2 = parts
    upper = level > 0.5
    sign = np.where(upper, -1.0, 1.0)  # the upper tail is the lower one of −x
    tail = np.clip(np.where(upper, 1 - level, level), 1e-300, 0.5)
    wanted, log_w, log_v = np.log(tail), np.log(weight), np.log1p(-weight)
    z = special.ndtri(tail)
    ends = sign * mu1 + sigma1 * z, sign * mu2 + sigma2 * z
    low, high = np.minimum(*ends), np.maximum(*ends)
    y = 0.5 * (low + high)
    for _ in range(200):
        z1, z2 = (y - sign * mu1) / sigma1, (y - sign * mu2) / sigma2
        value = np.logaddexp(log_w + special.log_ndtr(z1), log_v + special.log_ndtr(z2))
        density = np.logaddexp(log_w - np.log(sigma1) - z1 * z1 / 2, log_v - np.log(sigma2) - z2 * z2 / 2)
        gap = value - wanted
        low, high = np.where(gap < 0, y, low), np.where(gap > 0, y, high)
        goal = y - gap * np.exp(value - density + _LOG_SQRT_2PI)
        goal = np.where((goal >= low) & (goal <= high), goal, 0.5 * (low + high))
        moved = np.abs(goal - y)
        y = np.where(gap == 0, y, goal)
        if np.all((moved <= 1e-15 * np.abs(y)) | (np.abs(gap) <= 4e-16) | (high <= low)):
            break
    return np.where(level <= 0, -np.inf, np.where(level >= 1, np.inf, sign * y))


def mixture_sample(
    rng: np.random.Generator, size: int, weight: float, mu1: float, sigma1: float, mu2: float, sigma2: float
) -> Array:
    """Draw `size` observations."""
    first, z = rng.random(size) < weight, rng.standard_normal(size)
    return np.where(first, mu1 + sigma1 * z, mu2 + sigma2 * z)


def mixture_landmarks(weight: Array, mu1: Array, sigma1: Array, mu2: Array, sigma2: Array) -> Array:
    """Places (34, ...) where either component bends."""
    scores = np.linspace(-3.6, 3.6, 17).reshape(17, *[1] * np.ndim(mu1))
    return np.concatenate([mu1 + sigma1 * scores, mu2 + sigma2 * scores])


def mixture_loglik(sample: Any, *theta: Array) -> Array:
    """Log-likelihood of a `Sample` or `Stack` at five parameters of shape (...): nats; −∞ where μ₁ > μ₂."""

    def logs(x: Array, *theta: Array) -> tuple[Array]:
        _, _, first, second = _terms(x, *theta)
        return (np.logaddexp(first, second),)

    (total,) = sample.total(logs, *theta)
    return np.where(np.asarray(theta[1]) > theta[3], -np.inf, total - sample.n * _LOG_SQRT_2PI)


def mixture_moments(x: Array, weight: Array, mu1: Array, sigma1: Array, mu2: Array, sigma2: Array) -> tuple[Array, ...]:
    """log f without the constant, and for each component its share of the observation times 1, z and z²."""
    z1, z2, first, second = _terms(x, weight, mu1, sigma1, mu2, sigma2)
    odds = first - second
    small = np.exp(-np.abs(odds))
    minor = small / (1 + small)  # the lesser share, to full precision
    r1, r2 = np.where(odds > 0, 1 - minor, minor), np.where(odds > 0, minor, 1 - minor)
    b1, b2 = r1 * z1, r2 * z2
    return np.maximum(first, second) + np.log1p(small), r1, b1, b1 * z1, r2, b2, b2 * z2


def _all_moments(x: Array, weight: Array, mu1: Array, sigma1: Array, mu2: Array, sigma2: Array) -> tuple[Array, ...]:
    """`mixture_moments`, and r₁r₂ times the products of 1, z₁, z₁² − 1, z₂ and z₂² − 1."""
    once = mixture_moments(x, weight, mu1, sigma1, mu2, sigma2)
    z1, z2, both = (x - mu1) / sigma1, (x - mu2) / sigma2, once[1] * once[4]
    # A component so far out that its square overflows has no share: 0 · finite is 0, and 0 · ∞ would be NaN.
    u1, u2 = np.minimum(z1 * z1, _LARGE) - 1, np.minimum(z2 * z2, _LARGE) - 1
    b1, b2, c1, c2 = both * z1, both * z2, both * u1, both * u2
    return (
        *once,
        *(both, b1, c1, b2, c2),
        *(b1 * z1, b1 * u1, b1 * z2, b1 * u2),
        *(c1 * u1, c1 * z2, c1 * u2),
        *(b2 * z2, b2 * u2, c2 * u2),
    )


def mixture_expansion(
    sample: Any, weight: Array, mu1: Array, sigma1: Array, mu2: Array, sigma2: Array
) -> tuple[Array, tuple[Array, ...], tuple[tuple[Array, ...], ...]]:
    """Log-likelihood, score (5) and observed information (5 × 5) of a `Sample` or `Stack`, parameters of shape (...)."""
    sums = sample.total(_all_moments, weight, mu1, sigma1, mu2, sigma2)
    logs, n1, m1, q1, n2, m2, q2, both, b1, c1, b2, c2, zz, zu, zy, zv, uu, uy, uv, yy, yv, vv = sums
    v = 1 - weight
    value = np.where(np.asarray(mu1) > mu2, -np.inf, logs - sample.n * _LOG_SQRT_2PI)
    score = (n1 / weight - n2 / v, m1 / sigma1, (q1 - n1) / sigma1, m2 / sigma2, (q2 - n2) / sigma2)
    unit = 1 / (weight * v)
    d1, d2 = 1 / sigma1, 1 / sigma2
    ww = n1 / weight**2 + n2 / v**2 - both * unit**2
    w1, w2, w3, w4 = -b1 * unit * d1, -c1 * unit * d1, b2 * unit * d2, c2 * unit * d2
    m11, m12 = (n1 - zz) * d1**2, (2 * m1 - zu) * d1**2
    s11 = (3 * q1 - n1 - uu) * d1**2
    m22, m23 = (n2 - yy) * d2**2, (2 * m2 - yv) * d2**2
    s22 = (3 * q2 - n2 - vv) * d2**2
    x1, x2, x3, x4 = zy * d1 * d2, zv * d1 * d2, uy * d1 * d2, uv * d1 * d2
    information = (
        (ww, w1, w2, w3, w4),
        (w1, m11, m12, x1, x2),
        (w2, m12, s11, x3, x4),
        (w3, x1, x3, m22, m23),
        (w4, x2, x4, m23, s22),
    )
    return value, score, information


def mixture_fisher(*theta: Array) -> list[list[Array]]:
    """Expected information of one observation at five parameters of shape (...), as 5 rows: ∫ ∇log f ∇log fᵀ f dx.

    Gauss-Legendre with 16 nodes on panels of one σ of either component, out to 10 σ.
    """
    columns = np.broadcast_arrays(*(np.asarray(part, dtype=np.float64) for part in theta))
    shape = columns[0].shape
    flat = np.stack([column.reshape(-1) for column in columns])
    matrix = np.empty((5, 5, flat.shape[1]))
    for top in range(0, flat.shape[1], _BLOCK):
        part = flat[:, top : top + _BLOCK, None]
        edges = np.sort(np.concatenate([part[1] + part[2] * _REACH, part[3] + part[4] * _REACH], axis=-1), axis=-1)
        half = np.diff(edges) / 2
        x = ((edges[:, :-1] + half)[..., None] + half[..., None] * _NODES).reshape(part.shape[1], -1)
        mass = (half[..., None] * _WEIGHTS).reshape(x.shape) * np.exp(mixture_log_prob(x, *part))
        slopes = _slopes(x, part)
        matrix[:, :, top : top + _BLOCK] = np.einsum("imx,jmx,mx->ijm", slopes, slopes, mass, optimize=True)
    return [[matrix[i, j].reshape(shape) for j in range(5)] for i in range(5)]


def _slopes(x: Array, theta: Sequence[Array] | Array) -> Array:
    """Score (5, ...) of single observations."""
    weight, mu1, sigma1, mu2, sigma2 = theta
    z1, z2, first, second = _terms(x, weight, mu1, sigma1, mu2, sigma2)
    r1, r2 = special.expit(first - second), special.expit(second - first)
    return np.stack(
        [
            r1 / weight - r2 / (1 - weight),
            r1 * z1 / sigma1,
            r1 * (z1 * z1 - 1) / sigma1,
            r2 * z2 / sigma2,
            r2 * (z2 * z2 - 1) / sigma2,
        ]
    )
