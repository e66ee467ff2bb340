"""Many samples of one size fitted at once: one Newton iteration serves all of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from ..domain import Array, Bools, DomainError, MleError
from ..family import Family
from ..fitting.fit import resolve
from ..fitting.maximisation import maximise

__all__ = ["check_stack", "fit_stack", "fit_summaries", "free_places", "stack_errors", "stack_sandwich_errors"]


def fit_stack(
    family: str | Family, x: ArrayLike, start: ArrayLike, *, fixed: Mapping[str, float] | None = None
) -> tuple[Array, Array, Bools]:
    """Fit a family to many samples of one size at once.

    Parameters
    ----------
    family : str or Family
    x : array of shape (m, n)
        One sample a row.
    start : array of shape (k,) or (m, k)
        Where the iterations begin, such as the parameters that the samples were drawn at.
    fixed : mapping, optional
        Parameters that are held.

    Returns
    -------
    theta : ndarray of shape (m, k)
    loglik : ndarray of shape (m,)
        Nats.
    converged : ndarray of bool, shape (m,)

    Raises
    ------
    DomainError
        If an observation lies outside the support.
    ValueError
        If x has not two axes.
    """
    law = resolve(family)
    samples = check_stack(law, x, fixed)
    theta = np.tile(law.check_theta(start), (len(samples), 1)) if np.ndim(start) == 1 else np.array(start, dtype=float)
    for name, value in (fixed or {}).items():
        theta[:, law.index(name)] = value
    return fit_summaries(law, law.likelihood.stack(samples), theta, free_places(law, fixed))  # type: ignore[misc]


def check_stack(family: Family, x: ArrayLike, fixed: Mapping[str, float] | None) -> Array:
    """Samples (m, n) as floats inside the support."""
    samples = np.asarray(x, dtype=np.float64)
    if samples.ndim != 2 or samples.size == 0:
        raise MleError(f"x must hold one sample a row, not shape {samples.shape}; pass an array (m, n).")
    if family.likelihood.stack is None:
        raise MleError(f"{family.key} can only be fitted one sample at a time; use fit.")
    inside: Bools = np.asarray(family.support_at(fixed).contains(samples))
    if family.discrete:
        inside = np.logical_and(inside, samples == np.floor(samples))
    wrong = np.argwhere(~inside)
    if wrong.size:
        row, column = wrong[0]
        raise DomainError(
            f"x[{row}, {column}] = {samples[row, column]} is outside the support {family.support} of {family.key} "
            f"({len(wrong)} of {samples.size} values); leave that sample out."
        )
    return samples


def free_places(family: Family, fixed: Mapping[str, float] | None) -> list[int]:
    """Places of the parameters that are estimated."""
    held = {family.index(name) for name in fixed or {}} | {j for j, param in enumerate(family.params) if param.given}
    return [j for j in range(len(family.params)) if j not in held]


def fit_summaries(family: Family, summary: object, theta: Array, free: Sequence[int]) -> tuple[Array, Array, Bools]:
    """Maxima theta (m, k), loglik (m,) and converged (m,) of a stack's summary, from starts theta (m, k)."""
    rule = family.likelihood.stack_mle
    if rule is not None and len(free) == len([p for p in family.params if not p.given]):
        with np.errstate(all="ignore"):
            best = np.asarray(rule(summary), dtype=np.float64)
            loglik = np.asarray(family.likelihood.loglik(summary, *best.T), dtype=np.float64)
        return best, loglik, np.isfinite(loglik)
    found = maximise(family, summary, theta, free, stacked=True)
    return *_on_the_boundary(family, summary, found.theta, found.loglik, free), found.converged


def _on_the_boundary(
    family: Family, summary: object, theta: Array, loglik: Array, free: Sequence[int]
) -> tuple[Array, Array]:
    """Maxima (m, k) that Newton's method left beside a closed end of the domain put on it, with loglik (m,)."""
    for j in free:
        domain = family.params[j].domain
        for end, closed in ((domain.low, domain.closed_low), (domain.high, domain.closed_high)):
            if not closed or math.isinf(end) or not (near := np.abs(theta[:, j] - end) < 1e-9).any():
                continue
            moved = np.where(near[:, None] & (np.arange(theta.shape[1]) == j), end, theta)
            with np.errstate(all="ignore"):
                there = np.asarray(family.likelihood.loglik(summary, *moved.T), dtype=np.float64)
            better = near & (there >= loglik - 1e-9)
            theta, loglik = np.where(better[:, None], moved, theta), np.where(better, np.maximum(there, loglik), loglik)
    return theta, loglik


def stack_errors(law: Family, summary: object, theta: Array, free: Sequence[int], n: int) -> Array:
    """Standard errors (m, k) from the information of each sample."""
    information, regular = _information(law, summary, theta, free, n)
    return _root_diagonals(law, theta, free, information, None, regular)


def stack_sandwich_errors(law: Family, summary: object, samples: Array, theta: Array, free: Sequence[int]) -> Array:
    """Standard errors (m, k) of J⁻¹ K J⁻¹, K = Σ s sᵀ of the scores of each sample's observations (White 1982)."""
    m, n = samples.shape
    information, regular = _information(law, summary, theta, free, n)
    with np.errstate(all="ignore"):
        single = law.likelihood.stack(samples.reshape(-1, 1))  # type: ignore[misc]
        parts = law.likelihood.score(single, *np.repeat(theta, n, axis=0).T)
    scores = np.stack([np.broadcast_to(parts[j], m * n).reshape(m, n) for j in regular], axis=-1)
    meat = np.matmul(scores.transpose(0, 2, 1), scores)
    return _root_diagonals(law, theta, free, information, meat, regular)


def _information(law: Family, summary: object, theta: Array, free: Sequence[int], n: int) -> tuple[Array, list[int]]:
    """Information (m, r, r) of the regular parameters that are estimated, and their places."""
    regular = [j for j in free if law.params[j].regular]
    information = law.expansion(summary, theta)[2]
    if law.likelihood.errors_from == "expected":
        unit = law.fisher(theta)
        information = information if unit is None else n * unit
    return information[:, regular][:, :, regular], regular


def _root_diagonals(
    law: Family, theta: Array, free: Sequence[int], block: Array, meat: Array | None, regular: list[int]
) -> Array:
    """Roots of the diagonals of J⁻¹, or of J⁻¹ K J⁻¹, as (m, k); NaN where J is not positive definite."""
    errors = np.zeros(theta.shape)
    errors[:, free] = math.nan
    diagonal = np.diagonal(block, axis1=1, axis2=2)
    known = np.concatenate([block.reshape(len(theta), -1), theta[:, regular]], axis=1)
    usable = np.flatnonzero(np.logical_and(np.isfinite(known).all(axis=1), (diagonal > 0).all(axis=1)))
    if regular and usable.size:
        scale = np.sqrt(diagonal[usable])
        unit_blocks = block[usable] / scale[:, :, None] / scale[:, None, :]
        values, vectors = np.linalg.eigh(unit_blocks)
        with np.errstate(all="ignore"):
            if meat is None:
                variance = np.einsum("mij,mj->mi", vectors**2, 1 / values)
            else:
                inner = meat[usable] / scale[:, :, None] / scale[:, None, :]
                inverse = np.einsum("mij,mj,mkj->mik", vectors, 1 / values, vectors)
                variance = np.einsum("mij,mjk,mki->mi", inverse, inner, inverse)
            positive: Bools = np.all(values > 1e-14, axis=1, keepdims=True)
            roots = np.where(positive, np.sqrt(variance) / scale, math.nan)
        errors[usable[:, None], np.array(regular)] = roots
    for j in regular:  # on the boundary the error is 0, as in a single fit
        domain = law.params[j].domain
        errors[np.logical_or(theta[:, j] == domain.low, theta[:, j] == domain.high), j] = 0.0
    return errors
