"""How often each kind of interval covers the truth, over simulated samples."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..domain import Array, Bools, MleError
from ..family import Family
from ..fitting.fit import resolve
from ..fitting.maximisation import maximise
from ..inference.profiles import likelihood_ratio_drop
from .many_fits import fit_summaries, free_places, stack_errors, stack_sandwich_errors
from .sampling import draw_samples

__all__ = ["Coverage", "IntervalRoots", "coverage", "interval_roots"]


@dataclass(frozen=True)
class Coverage:
    """How often intervals of a `method` and `level` covered the truth: the share `rate`, its Monte Carlo standard error
    `error`, and the number `repeats` of the samples counted.
    """

    method: str
    level: float
    rate: float
    error: float
    repeats: int


@dataclass(frozen=True, eq=False)
class IntervalRoots:
    """Roots of the statistics of the true value, sample by sample: an interval covers it where its root is small.

    Parameters
    ----------
    name : str
        The parameter.
    df : int
        Degrees of freedom of the likelihood ratio's limit: 2 for an end point of the support.
    roots : mapping
        Method → ndarray of shape (repeats,).
    estimates, standard_errors : ndarray of shape (repeats, k)
        As in `SamplingDistribution`.
    """

    name: str
    df: int
    roots: Mapping[str, Array]
    estimates: Array
    standard_errors: Array

    def covered(self, method: str, level: float = 0.95) -> Bools:
        """Whether the interval of each sample covers the true value: shape (repeats,)."""
        goal = math.sqrt(2 * likelihood_ratio_drop(level, self.df))
        return np.asarray(self.roots[method] <= goal)

    def coverage(self, level: float = 0.95, first: int | None = None) -> dict[str, Coverage]:
        """Coverage over the first samples, or all of them; the Monte Carlo error is √(p(1 − p)/repeats)."""
        found = {}
        for method in self.roots:
            inside = self.covered(method, level)[:first]
            rate = float(inside.mean())
            found[method] = Coverage(method, level, rate, math.sqrt(rate * (1 - rate) / inside.size), inside.size)
        return found

    def running(self, method: str, level: float = 0.95) -> tuple[Array, Array]:
        """Coverage over the first 1, 2, … samples and its Monte Carlo error: two arrays of shape (repeats,)."""
        inside = self.covered(method, level)
        count = np.arange(1, inside.size + 1)
        rate = np.cumsum(inside) / count
        return rate, np.sqrt(rate * (1 - rate) / count)


def coverage(
    family: str | Family,
    theta: ArrayLike,
    name: str,
    n: int,
    *,
    level: float = 0.95,
    repeats: int = 1000,
    seed: int = 0,
    truth: tuple[str | Family, ArrayLike] | None = None,
    fixed: Mapping[str, float] | None = None,
) -> dict[str, Coverage]:
    """How often each kind of interval covers the parameter that the samples were drawn at.

    Parameters
    ----------
    family, theta, n, repeats, seed, truth, fixed
        As `sampling_distribution`.
    name : str
        A free parameter.
    level : float
        Confidence level in (0, 1).

    Returns
    -------
    dict
        Method → `Coverage`; a method without an interval for this parameter is left out.

    Raises
    ------
    DomainError, ValueError
        If parameters, names or sizes are not allowed.

    Notes
    -----
    No interval is built: the truth is covered where the test of the true value does not reject. The Monte Carlo error
    is √(p(1 − p)/repeats).
    """
    return interval_roots(family, theta, name, n, repeats=repeats, seed=seed, truth=truth, fixed=fixed).coverage(level)


def interval_roots(
    family: str | Family,
    theta: ArrayLike,
    name: str,
    n: int,
    *,
    repeats: int = 1000,
    seed: int = 0,
    truth: tuple[str | Family, ArrayLike] | None = None,
    fixed: Mapping[str, float] | None = None,
    robust: bool = False,
) -> IntervalRoots:
    """Root of each statistic of the true value for each sample, from which follows the coverage at every level.

    Parameters
    ----------
    family, theta, name, n, repeats, seed, truth, fixed
        As `coverage`; the samples are those of `sampling_distribution` with the same seed.
    robust : bool
        Add the method "sandwich": Wald's interval with the error of J⁻¹ K J⁻¹ (White 1982).

    Returns
    -------
    IntervalRoots

    Raises
    ------
    DomainError, ValueError
        If parameters, names or sizes are not allowed.
    """
    law, center = resolve(family), resolve(family).check_theta(theta)
    j, free = law.index(name), free_places(law, fixed)
    if j not in free:
        raise MleError(f"{name} is held in these fits; choose one of {', '.join(law.names[i] for i in free)}.")
    regular = law.params[j].regular
    parts: dict[str, list[Array]] = {}
    fitted: list[tuple[Array, Array]] = []
    for samples in draw_samples(law, center, n, repeats, seed, truth, fixed):
        found, *own = _distances(law, samples, center, j, free, regular, robust)
        fitted.append((own[0], own[1]))
        for method, distance in found.items():
            parts.setdefault(method, []).append(distance)
    estimates, errors = (np.concatenate(part) for part in zip(*fitted, strict=True))
    roots = {method: np.concatenate(part) for method, part in parts.items()}
    return IntervalRoots(name, 1 if regular else 2, roots, estimates, errors)


def _distances(
    law: Family, samples: Array, center: Array, j: int, free: Sequence[int], regular: bool, robust: bool
) -> tuple[dict[str, Array], Array, Array]:
    """Roots of the three statistics of the true value of parameter j, for each sample; its estimate and standard errors."""
    with np.errstate(all="ignore"):
        summary = law.likelihood.stack(samples)  # type: ignore[misc]
    start = np.tile(center, (len(samples), 1))
    theta, loglik, _ = fit_summaries(law, summary, start, free)
    others = [i for i in free if i != j]
    begin = np.where(np.isfinite(theta), theta, center)
    begin[:, j] = center[j]
    null, at_null = _null(law, summary, begin, others)
    with np.errstate(all="ignore"):
        found = {"likelihood": np.sqrt(2 * np.maximum(loglik - at_null, 0.0))}
        errors = stack_errors(law, summary, theta, free, samples.shape[1])
        if regular:
            inner = [i for i in others if law.params[i].regular]
            found["score"] = _score_distance(law, summary, null, j, inner, samples.shape[1])
            found["wald"] = _wald(theta, center, j, errors)
            if robust:
                found["sandwich"] = _wald(theta, center, j, stack_sandwich_errors(law, summary, samples, theta, free))
    return found, theta, errors


def _wald(theta: Array, center: Array, j: int, errors: Array) -> Array:
    wald = np.abs(theta[:, j] - center[j]) / errors[:, j]
    return np.where(np.isnan(wald), math.inf, wald)


def _null(law: Family, summary: object, theta: Array, others: Sequence[int]) -> tuple[Array, Array]:
    """The best theta (m, k) over `others`, and its log-likelihood (m,); by formula where there is one for stacks, and for an end
    of the support.
    """
    name = law.names[others[0]] if len(others) == 1 else ""
    rule = law.likelihood.stack_given.get(name)
    if rule is None and name and not law.params[others[0]].regular:
        rule = law.likelihood.given[name]
    if rule is not None:
        with np.errstate(all="ignore"):
            rest = [theta[:, i] for i in range(len(law.params)) if i != others[0]]
            theta[:, others[0]] = rule(summary, *rest)
            return theta, np.asarray(law.likelihood.loglik(summary, *theta.T), dtype=np.float64)
    found = maximise(law, summary, theta, others, stacked=True)
    return found.theta, found.loglik


def _score_distance(law: Family, summary: object, theta: Array, j: int, others: Sequence[int], n: int) -> Array:
    _, slope, observed = law.expansion(summary, theta)
    unit = law.fisher(theta)
    information = observed if unit is None or not np.isfinite(unit).all() else n * unit
    own = information[:, j, j]
    if others:
        block = information[:, others][:, :, others]
        cross = information[:, others, j]
        good: Bools = np.asarray(np.isfinite(block).all(axis=(1, 2)))
        good[good] = np.isfinite(np.linalg.slogdet(block[good])[1])  # −∞ where it is singular
        solved = np.full(cross.shape, math.nan)
        solved[good] = np.linalg.solve(block[good], cross[good][..., None])[..., 0]
        own = own - np.sum(cross * solved, axis=1)
    root = np.abs(slope[:, j]) / np.sqrt(own)
    return np.where(np.isnan(root), math.inf, root)
