"""Divergences of two multivariate normals, by Cholesky factors and triangular solves; never an inverse.

With L the factor of Σ_q, everything follows from M = L⁻¹ Σ_p L⁻ᵀ and δ = L⁻¹ (μ_p − μ_q): M = I + E, and E is formed
from Σ_p − Σ_q, so that two nearly equal laws lose no digits.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike

from ..domain import Array, DomainError, MleError
from ..numerics.special import excess_of_difference
from ..sample import as_array, as_floats
from .kinds import Divergence

__all__ = [
    "MULTIVARIATE_NORMAL_KINDS",
    "check_covariance",
    "divergence_multivariate_normal",
    "entropy_multivariate_normal",
    "kl_multivariate_normal",
]

_EPS = float(np.finfo(np.float64).eps)


def check_covariance(cov: ArrayLike, name: str, d: int | None = None) -> Array:
    """Return a covariance (d, d) as floats, exactly symmetric.

    Raises
    ------
    MleError
        For a wrong shape, values that are not finite, or an asymmetry above 1e-8 of the diagonal (names the entry).
    DomainError
        For a matrix that is not positive definite (names the smallest eigenvalue).
    """
    matrix = np.asarray(cov)
    if matrix.dtype.kind not in "biufO":
        raise TypeError(f"{name} must hold real numbers, not {matrix.dtype}; convert it.")
    matrix = np.array(matrix, dtype=np.float64)
    if matrix.ndim == 0:
        matrix = matrix.reshape(1, 1)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or matrix.size == 0:
        raise MleError(f"{name} must be a square matrix, not of shape {matrix.shape}; pass variances as np.diag(...).")
    if d is not None and matrix.shape[0] != d:
        raise MleError(f"{name} must be {d} × {d} like the means, not {matrix.shape[0]} × {matrix.shape[1]}.")
    if not np.isfinite(matrix).all():
        i, j = np.argwhere(~np.isfinite(matrix))[0]
        raise MleError(f"{name}[{i}, {j}] = {matrix[i, j]} must be finite; correct it.")
    with np.errstate(all="ignore"):
        scale = np.sqrt(np.abs(np.diag(matrix)))
        gap = np.abs(matrix - matrix.T)
        allowed = 1e-8 * np.maximum(np.outer(scale, scale), np.maximum(np.abs(matrix), np.abs(matrix.T)))
    if (gap > allowed).any():
        i, j = np.unravel_index(int(np.argmax(gap - allowed)), gap.shape)
        raise MleError(
            f"{name} is not symmetric: {name}[{i}, {j}] = {matrix[i, j]:.17g} but {name}[{j}, {i}] = {matrix[j, i]:.17g}; "
            "pass (A + A.T) / 2 if the difference is an accident."
        )
    matrix = 0.5 * matrix + 0.5 * matrix.T
    _factor(matrix, name)
    return matrix


def _factor(matrix: Array, name: str) -> Array:
    """The lower Cholesky factor; of the correlations, so that variances of any scales do no harm."""
    scale = np.sqrt(np.maximum(np.diag(matrix), 0.0))
    if (scale > 0).all():
        correlation = matrix / scale[:, None] / scale
        try:
            factor = np.asarray(np.linalg.cholesky(correlation), dtype=np.float64)
        except np.linalg.LinAlgError:
            pass
        else:
            # A pivot at the level of rounding is no more than an accident.
            if float(np.diag(factor).min()) ** 2 > 4 * _EPS * len(matrix):
                scaled: Array = scale[:, None] * factor
                return scaled
    smallest = float(np.linalg.eigvalsh(matrix)[0])
    raise DomainError(
        f"{name} is not positive definite: its smallest eigenvalue is {smallest:.6g}; drop a variable that depends on "
        "the others or add to the diagonal."
    )


def _mean(values: ArrayLike, name: str) -> Array:
    array = as_array(values, name)
    return as_floats(array.reshape(1) if array.ndim == 0 else array, name)


def _standardised(mean_p: ArrayLike, cov_p: ArrayLike, mean_q: ArrayLike, cov_q: ArrayLike) -> tuple[Array, Array]:
    """The d eigenvalues of M minus 1, and δ in the basis of its eigenvectors."""
    from scipy import linalg

    mp, mq = _mean(mean_p, "mean_p"), _mean(mean_q, "mean_q")
    if mp.shape != mq.shape:
        raise MleError(f"mean_p has {mp.size} and mean_q has {mq.size} coordinates; they must be of one dimension.")
    sp, sq = check_covariance(cov_p, "cov_p", mp.size), check_covariance(cov_q, "cov_q", mp.size)
    factor = _factor(sq, "cov_q")
    delta = linalg.solve_triangular(factor, mp - mq, lower=True)
    half = linalg.solve_triangular(factor, sp - sq, lower=True)
    difference = linalg.solve_triangular(factor, half.T, lower=True)
    shares, vectors = np.linalg.eigh(0.5 * (difference + difference.T))
    if shares[0] < -0.5:  # the small eigenvalues of M would be differences: take them from the factor of Σ_p instead
        mixed = linalg.solve_triangular(factor, _factor(sp, "cov_p"), lower=True)
        left, values, _ = np.linalg.svd(mixed)
        return values * values - 1, left.T @ delta
    return shares, vectors.T @ delta


def kl_multivariate_normal(mean_p: ArrayLike, cov_p: ArrayLike, mean_q: ArrayLike, cov_q: ArrayLike) -> float:
    """D(p‖q) of two multivariate normals in nats: ½ [tr M − d − log det M + δᵀδ].

    Parameters
    ----------
    mean_p, mean_q : array_like of shape (d,)
    cov_p, cov_q : array_like of shape (d, d)
        Covariances, not standard deviations.

    Returns
    -------
    float
        ≥ 0.

    Raises
    ------
    MleError
        For shapes that do not match, and for an asymmetric covariance (names the entry).
    DomainError
        For a covariance that is not positive definite (names its smallest eigenvalue).

    Notes
    -----
    Kullback (1959), chapter 9. M = L⁻¹ Σ_p L⁻ᵀ by triangular solves with the Cholesky factor L of Σ_q.
    """
    shares, delta = _standardised(mean_p, cov_p, mean_q, cov_q)
    return _kl(shares, delta)


def _kl(shares: Array, delta: Array, _: float = math.nan) -> float:
    with np.errstate(all="ignore"):
        return 0.5 * float(np.sum(excess_of_difference(shares)) + np.dot(delta, delta))


def _renyi(shares: Array, delta: Array, alpha: float) -> float:
    """½ ∑ [log(1 + β e)/β − log(1 + e)] + ½ α ∑ δ²/(1 + β e), β = 1 − α, e the eigenvalues of M − I."""
    if alpha == 1:
        return _kl(shares, delta)
    beta = 1 - alpha
    with np.errstate(all="ignore"):
        inner = 1 + beta * shares
        if (inner <= 0).any():
            return math.inf
        spread = excess_of_difference(shares) - excess_of_difference(beta * shares) / beta
        return 0.5 * float(max(np.sum(spread), 0.0) + alpha * np.sum(delta * delta / inner))


def _hellinger(shares: Array, delta: Array, _: float) -> float:
    return math.sqrt(-math.expm1(-0.5 * _renyi(shares, delta, 0.5)))


def _chi2(shares: Array, delta: Array, _: float) -> float:
    log = _renyi(shares, delta, 2.0)
    return math.expm1(log) if log < 709 else math.inf


_FORMS: Mapping[str, Callable[[Array, Array, float], float]] = {
    "kl": _kl,
    "renyi": _renyi,
    "hellinger": _hellinger,
    "chi2": _chi2,
}
MULTIVARIATE_NORMAL_KINDS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(_FORMS, "eigenvalues of M"),
        "reverse_kl": "KL swapped",
        "jeffreys": "both",
        "wasserstein": "Bures",
    }
)
"""Kinds that have a closed form for multivariate normals → what it rests on, read-only."""


def divergence_multivariate_normal(
    kind: str,
    mean_p: ArrayLike,
    cov_p: ArrayLike,
    mean_q: ArrayLike,
    cov_q: ArrayLike,
    *,
    alpha: float = 0.5,
) -> Divergence:
    """A divergence of two multivariate normals in closed form.

    Parameters
    ----------
    kind : str
        Key of `MULTIVARIATE_NORMAL_KINDS`: kl, reverse_kl, jeffreys, renyi, hellinger, chi2, wasserstein (order 2).
    mean_p, mean_q : array_like of shape (d,)
    cov_p, cov_q : array_like of shape (d, d)
    alpha : float
        Of Rényi, positive.

    Returns
    -------
    Divergence

    Raises
    ------
    MleError, DomainError
        As `kl_multivariate_normal`; also for a kind without a closed form.

    Notes
    -----
    Gil, Alajaji & Linder (2013) for Rényi; Givens & Shortt (1984) for Wasserstein.
    """
    if kind not in MULTIVARIATE_NORMAL_KINDS:
        known = ", ".join(MULTIVARIATE_NORMAL_KINDS)
        raise MleError(f"no closed form is known for {kind!r} of multivariate normals; choose one of {known}.")
    if not (alpha > 0 and math.isfinite(alpha)):
        raise MleError(f"alpha = {alpha:g} is outside (0, ∞); choose a value inside.")
    if kind == "wasserstein":
        value = _bures(mean_p, cov_p, mean_q, cov_q)
    elif kind == "reverse_kl":
        value = _kl(*_standardised(mean_q, cov_q, mean_p, cov_p))
    elif kind == "jeffreys":
        value = _kl(*_standardised(mean_p, cov_p, mean_q, cov_q)) + _kl(*_standardised(mean_q, cov_q, mean_p, cov_p))
    elif kind == "renyi" and alpha < 0.5:
        value = alpha / (1 - alpha) * _renyi(*_standardised(mean_q, cov_q, mean_p, cov_p), 1 - alpha)
    else:
        value = _FORMS[kind](*_standardised(mean_p, cov_p, mean_q, cov_q), alpha)
    return Divergence(value, 0.0, "closed_form", kind)


def _bures(mean_p: ArrayLike, cov_p: ArrayLike, mean_q: ArrayLike, cov_q: ArrayLike) -> float:
    """√(|Δμ|² + tr(Σ_p + Σ_q − 2 (Σ_q^½ Σ_p Σ_q^½)^½)): the best rotation between two roots of the covariances."""
    mp, mq = _mean(mean_p, "mean_p"), _mean(mean_q, "mean_q")
    if mp.shape != mq.shape:
        raise MleError(f"mean_p has {mp.size} and mean_q has {mq.size} coordinates; they must be of one dimension.")
    a = _factor(check_covariance(cov_p, "cov_p", mp.size), "cov_p")
    b = _factor(check_covariance(cov_q, "cov_q", mp.size), "cov_q")
    left, _, right = np.linalg.svd(b.T @ a)
    # The trace is the squared distance of the roots a R and b, R the orthogonal Procrustes rotation: no cancellation.
    return math.hypot(float(np.linalg.norm(a @ (left @ right).T - b)), float(np.linalg.norm(mp - mq)))


def entropy_multivariate_normal(cov: ArrayLike) -> float:
    """Entropy ½ log det(2πe Σ) of a multivariate normal, in nats (Cover & Thomas 2006, §8.4).

    Parameters
    ----------
    cov : array of shape (d, d)
        Symmetric and positive definite; any real number > 0 for d = 1.

    Raises
    ------
    MleError, DomainError
        If the covariance is not square, finite, symmetric or positive definite; the message names the smallest
        eigenvalue.
    """
    matrix = check_covariance(cov, "cov")
    factor = _factor(matrix, "cov")
    return len(matrix) * 0.5 * (math.log(2 * math.pi) + 1) + float(np.sum(np.log(np.diag(factor))))
