"""What the estimator does over repeated samples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..domain import Array, Bools, MleError
from ..family import Family
from ..fitting.fit import resolve
from ..numerics.covariance import inverse
from ..sample import Sample
from .many_fits import check_stack, fit_summaries, free_places, stack_errors

__all__ = ["SamplingDistribution", "draw_samples", "sampling_distribution"]

# Numbers of one block of samples; more samples are drawn and fitted block by block.
_BLOCK = 1 << 21


@dataclass(frozen=True, eq=False)
class SamplingDistribution:
    """Estimates from repeated samples.

    Parameters
    ----------
    family : Family
    center : ndarray of shape (k,)
        The parameters drawn from, or those nearest to the truth where another law was drawn from.
    n, seed : int
        Size of each sample, and the seed of the generator.
    estimates : ndarray of shape (repeats, k)
    logliks : ndarray of shape (repeats,)
        Nats, at the estimates.
    standard_errors : ndarray of shape (repeats, k)
        From the observed information of each sample; NaN where it is not positive definite.
    converged : ndarray of shape (repeats,)
    """

    family: Family
    center: Array
    n: int
    seed: int
    estimates: Array
    logliks: Array
    standard_errors: Array
    converged: Bools

    @property
    def bias(self) -> Array:
        """Mean of the finite estimates minus the centre: shape (k,); NaN where none is finite."""
        return np.asarray(self._finite.mean(axis=0) - self.center) if len(self._finite) else self.center * np.nan

    @property
    def covariance(self) -> Array:
        """Covariance (k, k) of the finite estimates; NaN where there are fewer than two."""
        if len(self._finite) < 2:
            return np.full((self.center.size, self.center.size), np.nan)
        return np.atleast_2d(np.cov(self._finite, rowvar=False))

    @property
    def asymptotic_covariance(self) -> Array | None:
        """Inverse Fisher information (k, k) of a sample of this size at the centre: the Cramér–Rao bound for unbiased
        estimators. None where the information does not exist.
        """
        unit = self.family.fisher(self.center)
        return None if unit is None else inverse(self.n * unit)

    @property
    def _finite(self) -> Array:
        return self.estimates[np.isfinite(self.estimates).all(axis=1)]


def sampling_distribution(
    family: str | Family,
    theta: ArrayLike,
    n: int,
    repeats: int = 1000,
    seed: int = 0,
    *,
    truth: tuple[str | Family, ArrayLike] | None = None,
    fixed: Mapping[str, float] | None = None,
) -> SamplingDistribution:
    """Draw `repeats` samples of size `n` and fit the family to each.

    Parameters
    ----------
    family : str or Family
    theta : array of shape (k,)
        The parameters drawn from; with `truth`, the parameters of the family nearest to it (`pseudo_true`).
    n, repeats, seed : int
    truth : (family, theta), optional
        Another law to draw from: a misspecified model.
    fixed : mapping, optional
        Parameters that the fits hold.

    Returns
    -------
    SamplingDistribution

    Raises
    ------
    DomainError, ValueError
        If parameters or sizes are not allowed.
    DegenerateDataError
        If samples of this size have no maximum: one observation for a location and a scale.
    """
    law, center = resolve(family), resolve(family).check_theta(theta)
    blocks = [
        _fitted_block(law, samples, center, fixed)
        for samples in draw_samples(law, center, n, repeats, seed, truth, fixed)
    ]
    estimates, logliks, errors, converged = (np.concatenate(part) for part in zip(*blocks, strict=True))
    return SamplingDistribution(law, center, n, seed, estimates, logliks, errors, converged)


def draw_samples(
    law: Family,
    center: Array,
    n: int,
    repeats: int,
    seed: int,
    truth: tuple[str | Family, ArrayLike] | None,
    fixed: Mapping[str, float] | None,
) -> Iterator[Array]:
    """Samples (m, n) of the truth, block by block."""
    if n < 1 or repeats < 1:
        raise MleError(f"n = {n} and repeats = {repeats} must be at least 1; choose larger ones.")
    source, at = (law, center) if truth is None else (resolve(truth[0]), resolve(truth[0]).check_theta(truth[1]))
    rng = np.random.default_rng(seed)
    height = max(1, _BLOCK // n)
    sizes = [min(height, repeats - start) for start in range(0, repeats, height)]
    for size in sizes:
        samples = check_stack(law, source.sample(at, size * n, rng).reshape(size, n), fixed)
        if n == 1:
            law.check_spread(Sample.of(samples[0]), [law.names[j] for j in free_places(law, fixed)])
        yield samples


def _fitted_block(
    law: Family, samples: Array, center: Array, fixed: Mapping[str, float] | None
) -> tuple[Array, Array, Array, Bools]:
    with np.errstate(all="ignore"):
        summary = law.likelihood.stack(samples)  # type: ignore[misc]
    free = free_places(law, fixed)
    start = np.tile(center, (len(samples), 1))
    for name, value in (fixed or {}).items():
        start[:, law.index(name)] = value
    theta, loglik, converged = fit_summaries(law, summary, start, free)
    return theta, loglik, stack_errors(law, summary, theta, free, samples.shape[1]), converged
