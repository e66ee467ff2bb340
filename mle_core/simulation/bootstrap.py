"""The bootstrap: the distribution of an estimate, from the data or the fitted law in the place of the truth."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from ..arguments import real_number
from ..domain import Array, DomainError, MleError
from ..fitting.result import FitResult
from ..inference.profiles import free_index
from .many_fits import fit_summaries

__all__ = ["BOOTSTRAPS", "Bootstrap", "bootstrap"]

# Numbers of one block of samples.
_BLOCK = 1 << 21


@dataclass(frozen=True, eq=False)
class Bootstrap:
    """Estimates from resampled data.

    Parameters
    ----------
    kind : str
        A key of `BOOTSTRAPS`.
    names : tuple of str
    center : ndarray of shape (k,)
        The estimate from the data.
    estimates : ndarray of shape (repeats, k)
        Samples that have no maximum, such as equal observations, are rows of NaN.
    """

    kind: str
    names: tuple[str, ...]
    center: Array
    estimates: Array

    @property
    def kept(self) -> Array:
        """The rows that have finite estimates."""
        return self.estimates[np.isfinite(self.estimates).all(axis=1)]

    @property
    def standard_errors(self) -> dict[str, float]:
        """Name → standard deviation over the kept rows; NaN where there are fewer than two."""
        spread = self.kept.std(axis=0, ddof=1) if len(self.kept) > 1 else self.center * math.nan
        return dict(zip(self.names, spread.tolist(), strict=True))

    @property
    def bias(self) -> dict[str, float]:
        """Name → mean of the kept rows minus the estimate; NaN where there are none."""
        shift = self.kept.mean(axis=0) - self.center if len(self.kept) else self.center * math.nan
        return dict(zip(self.names, shift.tolist(), strict=True))

    def interval(self, name: str, level: float = 0.95, method: str = "percentile") -> tuple[float, float]:
        """Bootstrap interval for one parameter.

        Parameters
        ----------
        name : str
        level : float
            Confidence level in (0, 1).
        method : "percentile" or "basic"
            Quantiles of the estimates, or those reflected at the estimate (Davison & Hinkley 1997, §5.2).

        Returns
        -------
        (low, high) : tuple of float
            NaN where no resample has an estimate.

        Raises
        ------
        ValueError
            If the name, level or method does not exist.
        """
        if name not in self.names:
            raise MleError(f"there is no parameter {name!r}; the parameters are {', '.join(self.names)}.")
        level = real_number(level, "level")
        if not 0 < level < 1:
            raise DomainError(f"level = {level:g} is outside (0, 1); choose a value such as 0.95.")
        if method not in ("percentile", "basic"):
            raise MleError(f"there is no bootstrap interval {method!r}; choose percentile or basic.")
        j = self.names.index(name)
        column = self.estimates[:, j]
        # An estimate at infinity is a value: it is ordered, and only missing ones are left out.
        values = np.sort(column[~np.isnan(column)])
        if values.size == 0:
            return math.nan, math.nan
        tail = (1 - level) / 2
        low, high = (float(values[round(p * (values.size - 1))]) for p in (tail, 1 - tail))
        return (low, high) if method == "percentile" else (2 * self.center[j] - high, 2 * self.center[j] - low)


def bootstrap(result: FitResult, repeats: int = 1000, kind: str = "nonparametric", seed: int = 0) -> Bootstrap:
    """Fit again to resampled data.

    Parameters
    ----------
    result : FitResult
        What was fixed stays fixed.
    repeats : int
    kind : str
        "nonparametric" draws from the data, "parametric" from the fitted law.
    seed : int

    Returns
    -------
    Bootstrap

    Raises
    ------
    ValueError
        If the kind does not exist, repeats is not positive, counts are not whole numbers, or the family can only be
        fitted one sample at a time.

    Notes
    -----
    Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapters 6 and 13.
    """
    if kind not in BOOTSTRAPS:
        raise MleError(f"there is no bootstrap {kind!r}; choose one of {', '.join(BOOTSTRAPS)}.")
    if repeats < 2:
        raise MleError(f"repeats = {repeats} must be at least 2; choose more.")
    family = result.family
    if family.likelihood.stack is None:
        raise MleError(f"{family.key} can only be fitted one sample at a time; use fit.")
    if result.n != round(result.n):
        raise MleError(f"n = {result.n:g} is not a whole number; the bootstrap needs whole counts as weights.")
    free = [free_index(result, result.names[j]) for j in result.free]
    start = np.where(np.isfinite(result.theta), result.theta, family.start(result.summary)[0])
    start = np.where([j in free for j in range(len(start))], start, result.theta)
    rng = np.random.default_rng(seed)
    rows = []
    height = max(1, _BLOCK // int(result.n))
    for samples in _blocks(result, repeats, kind, height, rng):
        with np.errstate(all="ignore"):
            summary = family.likelihood.stack(samples)
        theta, loglik, _ = fit_summaries(family, summary, np.tile(start, (len(samples), 1)), free)
        collapsed = set(family.likelihood.collapse) <= {family.names[j] for j in free} and family.likelihood.collapse
        lost = ~np.isfinite(loglik) | (bool(collapsed) & (samples.min(axis=1) == samples.max(axis=1)))
        theta[lost] = math.nan
        rows.append(theta)
    return Bootstrap(kind, result.names, result.theta, np.concatenate(rows))


def _blocks(result: FitResult, repeats: int, kind: str, height: int, rng: np.random.Generator) -> Iterator[Array]:
    for start in range(0, repeats, height):
        yield BOOTSTRAPS[kind](result, min(height, repeats - start), rng)


def _from_data(result: FitResult, count: int, rng: np.random.Generator) -> Array:
    sample, n = result.sample, int(result.n)
    if sample.weights is None:
        return sample.x[rng.integers(0, sample.x.size, (count, n))]
    ends = np.cumsum(sample.weights)
    return sample.x[np.searchsorted(ends, rng.integers(0, n, (count, n)), side="right")]


def _from_law(result: FitResult, count: int, rng: np.random.Generator) -> Array:
    n = int(result.n)
    return result.family.sample(result.theta, count * n, rng).reshape(count, n)


BOOTSTRAPS: Mapping[str, Callable[[FitResult, int, np.random.Generator], Array]] = MappingProxyType(
    {"nonparametric": _from_data, "parametric": _from_law}
)
"""Kind → how samples are drawn, read-only."""
