"""The maximum of the likelihood of two normals mixed: several starts, EM, and Newton's method to finish.

The likelihood has several local maxima, and with two standard deviations it is unbounded: one of them may shrink onto a
single observation (Day 1969). The estimate is the highest local maximum whose standard deviations exceed a thousandth of
that of the sample (a bound in the sense of Hathaway 1985, Ann. Statist. 13, 795-800). EM: Dempster, Laird & Rubin
(1977); McLachlan & Peel (2000), Finite Mixture Models, §2.12, §3.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import numpy as np

from .domain import Array, PerSample
from .law import Estimate
from .sample import Sample
from .stack import Stack
from .two_normals import mixture_expansion, mixture_loglik, mixture_moments

__all__ = ["MixtureData"]

_BOUND = 1e-3  # of the sample's standard deviation
_ROWS = 2000  # a longer sample is thinned to about as many rows for the starts
_EM_STEPS = 60
_FEW = 200  # observations up to which a profile may have several ridges
_KEPT = 3  # starts that are carried to their maximum
# θ of five parameters as a function of the free ones: a common σ stands in two places.
_FREE = np.eye(5)
_COMMON = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0], [0, 0, 0, 1]], dtype=np.float64)


def _em(sample: Sample | Stack, theta: tuple[Array, ...], common: bool) -> tuple[Array, ...]:
    """One EM step from five parameters of shape (...), components in ascending order of their means."""
    _, mu1, sigma1, mu2, sigma2 = theta
    _, n1, m1, q1, n2, m2, q2 = sample.total(mixture_moments, *theta)
    shift1, shift2 = m1 / n1, m2 / n2
    s1, s2 = np.maximum(q1 - m1 * shift1, 0.0), np.maximum(q2 - m2 * shift2, 0.0)
    if common:
        new1 = new2 = np.sqrt((sigma1**2 * s1 + sigma2**2 * s2) / sample.n)
    else:
        new1, new2 = sigma1 * np.sqrt(s1 / n1), sigma2 * np.sqrt(s2 / n2)
    share = n1 / sample.n
    return _sorted((share, mu1 + sigma1 * shift1, new1, mu2 + sigma2 * shift2, new2))


def _sorted(theta: tuple[Array, ...]) -> tuple[Array, ...]:
    weight, mu1, sigma1, mu2, sigma2 = theta
    turned = mu1 > mu2
    if not np.any(turned):
        return theta
    return (
        np.where(turned, 1 - weight, weight),
        np.where(turned, mu2, mu1),
        np.where(turned, sigma2, sigma1),
        np.where(turned, mu1, mu2),
        np.where(turned, sigma1, sigma2),
    )


@dataclass(frozen=True, eq=False)
class MixtureData:
    """A sample with what the fit of a mixture needs of it; `common` for one standard deviation of both components."""

    sample: Sample | Stack
    common: bool

    @cached_property
    def center_and_spread(self) -> tuple[PerSample, PerSample]:
        """Mean and root mean squared deviation."""
        return self.sample.center_and_spread()

    @property
    def bound(self) -> PerSample:
        """The smallest standard deviation of a component that is looked at."""
        return _BOUND * self.center_and_spread[1]

    @cached_property
    def starts(self) -> Array:
        """Five parameters (m, 5) near local maxima, the highest first, and last the two ends of the sample."""
        center, spread = self.center_and_spread
        if isinstance(self.sample, Stack):
            ends = np.stack(np.broadcast_arrays(0.5, center - spread, spread, center + spread, spread), axis=-1)
            return np.asarray(ends[:1])
        if self.sample.low == self.sample.high:  # only with held parameters, whose scale is not known here
            return np.array([[0.5, center, 1.0, center, 1.0], [0.5, center - 1, 1.0, center + 1, 1.0]])
        thin = _thinned(self.sample)
        theta: tuple[Array, ...] = tuple(_splits(thin, center, spread, self.common).T)
        for _ in range(_EM_STEPS):
            weight, mu1, sigma1, mu2, sigma2 = _em(thin, theta, self.common)
            weight = np.clip(weight, 1e-9, 1 - 1e-9)
            step = weight, mu1, np.maximum(sigma1, self.bound), mu2, np.maximum(sigma2, self.bound)
            fine = np.isfinite(mu1 + mu2 + weight)
            new = tuple(np.where(fine, part, old) for part, old in zip(step, theta, strict=True))
            moved = max(np.max(np.abs(part - old)) for part, old in zip(new[1:], theta[1:], strict=True))
            theta = new
            if moved < 1e-5 * spread:
                break
        value = np.nan_to_num(mixture_loglik(thin, *theta), nan=-np.inf)
        rows = np.stack(theta, axis=-1)
        inner = np.minimum(rows[:, 2], rows[:, 4]) > 1.5 * self.bound
        order = np.lexsort([-value, ~inner])
        kept: list[int] = []
        # A difference of the thinned sample is a far greater one of the long sample that it stands for.
        lowest = -math.inf if thin is self.sample else value[order[0]] - 10
        for row in order:
            if value[row] < lowest:
                continue
            gaps = [np.max(np.abs(rows[row] - rows[other])[1:]) / spread for other in kept]
            if len(kept) < _KEPT and (not gaps or min(gaps) > 0.03):
                kept.append(int(row))
        wide = [0.5, self.sample.low, spread, self.sample.high, spread]
        return np.concatenate([rows[kept], [wide]])

    @cached_property
    def _parted(self) -> Array:
        """Five parameters (s, 5) with both components in use."""
        center, spread = self.center_and_spread
        return np.concatenate([self.starts, _splits(cast(Sample, self.sample), center, spread, self.common)])

    def rivals(self, mu1: Array, mu2: Array) -> Array:
        """Five parameters (m, s, 5) from which a search under held values starts; s is 0 for a long sample.

        Beside mixtures with both components in use it is one normal alone: with the held mean mu1 or mu2 of shape (m,),
        or with its own one, where the component of the held mean is left with a weight that vanishes.
        """
        if isinstance(self.sample, Stack) or self.sample.n > _FEW:
            return np.empty((1, 0, 5))
        center, spread = self.center_and_spread
        low, high = np.minimum(self.sample.low, mu2 - spread), np.maximum(self.sample.high, mu1 + spread)
        above, below = np.maximum(center, mu1), np.minimum(center, mu2)
        middle, none, all_ = (np.full_like(mu1, value) for value in (center, 1e-9, 1 - 1e-9))
        alone = [
            (0.5 + 0 * mu1, middle, middle, middle),
            (none, mu1, above, above),
            (all_, below, mu2, below),
            (all_, mu1, high, mu1),
            (none, low, mu2, mu2),
        ]
        rows = [(w, a, np.hypot(spread, c - center), b, np.hypot(spread, c - center)) for w, a, b, c in alone]
        ends = np.stack([np.stack(row, axis=-1) for row in rows], axis=1)
        parted = np.broadcast_to(self._parted, (len(mu1), *self._parted.shape))
        return np.concatenate([parted, ends], axis=1)

    def em_step(self, *theta: Array) -> tuple[Array, ...]:
        """One EM step from five parameters of shape (...), components in ascending order of their means."""
        return _em(self.sample, theta, self.common)

    def maximum(self) -> Estimate:
        """The best of the local maxima that the starts lead to, five parameters, with what must be said about it."""
        sample = cast(Sample, self.sample)
        center, spread = self.center_and_spread
        single = -sample.n * (math.log(spread) + 0.5 * math.log(2 * math.pi) + 0.5)
        found = [_climb(self, start) for start in self.starts[:-1]]
        inner = [one for one in found if min(one.theta[2], one.theta[4]) > 1.01 * self.bound]
        notes: list[str] = []
        best = max(inner, key=lambda one: (one.converged, one.value), default=None)
        spike = max((one for one in found if one not in inner), key=lambda one: one.value, default=None)
        few = sample.n <= (5 if self.common else 6)
        if best is None and spike is not None and not few:
            best = spike
        if best is None or not best.value > single:
            best = _Peak(np.array([0.5, center, spread, center, spread]), single, True, 0)
        if spike is not None and spike.value >= best.value:
            notes.append(
                "a spike: the likelihood has no bound where a standard deviation shrinks onto equal or single "
                f"observations; the search ends at {_BOUND:g} of the sample's standard deviation"
                + (", where this estimate lies: it has no standard errors." if best is spike else ".")
            )
        extra = 2 if self.common else 3
        gain, needed = 2 * (best.value - single), extra * math.log(sample.n)
        if gain <= needed:
            notes.append(
                f"one normal describes the data about as well: 2Δℓ = {gain:.3g} against {extra} log n = {needed:.3g} "
                "(Keribin 2000). The mixture is not identified then: its standard errors are NaN, and 2Δℓ has no χ² law."
            )
        elif few:
            notes.append(f"n = {sample.n:g} observations do not identify a mixture: its standard errors are NaN.")
        identified = gain > needed and not few and best is not spike
        theta = tuple(best.theta.tolist())
        return Estimate(
            theta, f"EM and Newton ({best.steps})", best.converged, warnings=tuple(notes), identified=identified
        )


def _thinned(sample: Sample) -> Sample:
    if sample.x.size <= 2 * _ROWS:
        return sample
    # Every so many rows of the file, then by rank, so that every region keeps its share.
    rows = np.arange(0, sample.x.size, max(1, sample.x.size // (20 * _ROWS)))
    rows = rows[np.argsort(sample.x[rows], kind="stable")]
    step = rows.size // _ROWS
    rows = rows[step // 2 :: step]
    x = sample.x[rows]
    counts = None if sample.weights is None else sample.weights[rows]
    return Sample(x, counts, float(x.size if counts is None else counts.sum()), float(x.min()), float(x.max()))


def _splits(sample: Sample, center: float, spread: float, common: bool) -> Array:
    """The sample cut in two at several of its quantiles and where two means fit best, and a narrow in a wide normal."""
    distinct, where = np.unique(sample.x, return_inverse=True)
    x, counts = (distinct - center) / spread, np.bincount(where, sample.weights)
    n, s, q = np.cumsum(counts), np.cumsum(counts * x), np.cumsum(counts * x * x)
    last = x.size - 1
    between = s[:-1] ** 2 * (1 / n[:-1] + 1 / np.maximum(n[-1] - n[:-1], 1e-9))
    cuts = [int(np.searchsorted(n, share * n[-1])) for share in (0.05, 0.15, 0.3, 0.5, 0.7, 0.85, 0.95)]
    cut = np.unique(np.clip([int(np.argmax(between)), *cuts], 0, last - 1))
    n1, n2 = n[cut], n[-1] - n[cut]
    mean1, mean2 = s[cut] / n1, (s[-1] - s[cut]) / n2
    var1 = np.maximum(q[cut] / n1 - mean1**2, 0.0)
    var2 = np.maximum((q[-1] - q[cut]) / n2 - mean2**2, 0.0)
    if common:
        var1 = var2 = (n1 * var1 + n2 * var2) / n[-1]
    sd1, sd2 = np.sqrt(np.maximum(var1, 0.05**2)), np.sqrt(np.maximum(var2, 0.05**2))
    rows = np.stack([n1 / n[-1], mean1, sd1, mean2, sd2], axis=-1)
    if not common:
        rows = np.concatenate([rows, [[0.5, -0.1, 0.4, 0.1, 1.3], [0.5, -0.1, 1.3, 0.1, 0.4]]])
    rows[:, 1:] *= spread
    rows[:, [1, 3]] += center
    return rows


@dataclass(frozen=True, eq=False)
class _Peak:
    theta: Array
    value: float
    converged: bool
    steps: int


def _climb(data: MixtureData, start: Array) -> _Peak:
    """Newton's method in (logit w, μ, log σ), eigenvalues made positive, the step halved until the value does not fall."""
    tie = _COMMON if data.common else _FREE
    places = [0, 1, 3, 2] if data.common else [0, 1, 2, 3, 4]
    spread = float(data.center_and_spread[1])
    lowest = np.array([-690.0, -math.inf, math.log(data.bound), -math.inf, math.log(data.bound)])[places]
    theta, converged, steps = start.copy(), False, 0
    value, score, information = _expansion(data, theta)
    while not converged and steps < 200:
        steps += 1
        weight, sigma1, sigma2 = theta[0], theta[2], theta[4]
        first = np.array([weight * (1 - weight), spread, sigma1, spread, sigma2])
        second = np.array([weight * (1 - weight) * (1 - 2 * weight), 0.0, sigma1, 0.0, sigma2])
        gradient = tie.T @ (score * first)
        curvature = tie.T @ (information * np.outer(first, first) - np.diag(score * second)) @ tie
        phi = np.array([math.log(weight / (1 - weight)), theta[1], math.log(sigma1), theta[3], math.log(sigma2)])[
            places
        ]
        stuck = (phi <= lowest + 1e-12) & (gradient < 0)
        gradient, curvature = gradient[~stuck], curvature[~stuck][:, ~stuck]
        scale = np.sqrt(np.maximum(np.abs(np.diagonal(curvature)), 1e-300))
        if not (np.isfinite(gradient).all() and np.isfinite(curvature).all()):
            break
        values, vectors = np.linalg.eigh(curvature / np.outer(scale, scale))
        along = vectors.T @ (gradient / scale)
        values = np.maximum(np.abs(values), 1e-10)
        move = np.zeros(phi.size)
        move[~stuck] = vectors @ (along / values) / scale
        move /= max(1.0, float(np.max(np.abs(move))) / 2)
        decrement = float(np.sum(along**2 / values))
        last = decrement < 1e-14
        for _ in range(1 if last else 50):
            goal = np.maximum(phi + move * np.where([p in (1, 3) for p in places], spread, 1.0), lowest)
            there = _theta(tie @ goal)
            new = _expansion(data, there)
            if new[0] >= value - 1e-13 * abs(value):
                theta, (value, score, information) = there, new
                break
            move /= 2
        else:
            converged = decrement < 1e-6
            break
        converged = last
    return _Peak(theta, value, converged, steps)


def _theta(phi: Array) -> Array:
    weight = 1 / (1 + math.exp(-phi[0])) if phi[0] > 0 else math.exp(phi[0]) / (1 + math.exp(phi[0]))
    return np.array([weight, phi[1], math.exp(phi[2]), phi[3], math.exp(phi[4])])


def _expansion(data: MixtureData, theta: Array) -> tuple[float, Array, Array]:
    with np.errstate(all="ignore"):
        value, score, information = mixture_expansion(data.sample, *(np.asarray(part) for part in theta))
    number = float(value)
    return -math.inf if math.isnan(number) else number, np.array(score, dtype=float), np.array(information, dtype=float)
