"""Laplace: two exponentials back to back; least absolute deviations instead of least squares.

f(x; μ, b) = exp(−|x − μ|/b) / (2b). The likelihood needs of the sample only Σ|x − μ|, which sorted data and their
running sums give for any μ by one look-up. It has a kink in μ at every observation, so its second derivative there says
nothing: standard errors come from the expected information. Kotz, Kozubowski & Podgórski (2001), The Laplace
Distribution and Generalizations, §2.6.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..domain import Array, Interval, Param
from ..family import Estimate, Family, Law, Likelihood, Sample, Stack


@dataclass(frozen=True, eq=False)
class Sorted:
    """Sorted rows, and sums over the first k of them: of their counts (None: k) and of their distances from `middle`."""

    n: float
    x: Array
    counts: Array | None
    distances: Array
    median: tuple[float, float]  # every value between the two is one
    middle: float


@dataclass(frozen=True, eq=False)
class Many:
    """Samples of one size with their medians."""

    samples: Stack
    middle: Array

    @property
    def n(self) -> float:
        return self.samples.n


def log_prob(x: Array, mu: Array, b: Array) -> Array:
    return np.asarray(-np.abs(x - mu) / b - np.log(2 * b))


def cdf(x: Array, mu: Array, b: Array) -> Array:
    z = (x - mu) / b
    tail = 0.5 * np.exp(-np.abs(z))
    return np.where(z < 0, tail, 1 - tail)


def quantile(p: Array, mu: Array, b: Array) -> Array:
    return np.asarray(mu + b * np.where(p < 0.5, np.log(2 * p), -np.log(2 - 2 * p)))


def sample(rng: np.random.Generator, size: int, mu: float, b: float) -> Array:
    return rng.laplace(mu, b, size)


def running(values: Array) -> Array:
    """Sums of the first 0, 1, …, n values, shape (n + 1,); in about √n blocks, so that rounding grows as √n, not n."""
    width = math.isqrt(values.size) + 1
    table = np.zeros((-(-values.size // width), width))
    table.reshape(-1)[: values.size] = values
    np.cumsum(table, axis=1, out=table)
    table[1:] += np.cumsum(table[:-1, -1])[:, None]
    sums = np.empty(values.size + 1)
    sums[0], sums[1:] = 0.0, table.reshape(-1)[: values.size]
    return sums


def summarise(sample: Sample) -> Sorted:
    if sample.weights is None:
        x = np.sort(sample.x)
        counts = None
        lower, upper = float(x[(x.size - 1) // 2]), float(x[x.size // 2])
    else:
        order = np.argsort(sample.x, kind="stable")
        x, weights = sample.x[order], sample.weights[order]
        counts = running(weights)
        half = counts[-1] / 2
        lower = float(x[np.searchsorted(counts[1:], half, side="left")])
        upper = float(x[np.searchsorted(counts[1:], half, side="right")])
    middle = lower / 2 + upper / 2 if max(-lower, upper) > 1e300 else lower + (upper - lower) / 2
    distances = x - middle
    if sample.weights is not None:
        distances *= weights
    return Sorted(sample.n, x, counts, running(distances), (lower, upper), middle)


def stack(x: Array) -> Many:
    return Many(Stack(x), np.median(x, axis=1))


def counted(s: Sorted, rows: NDArray[np.intp]) -> Array:
    return np.asarray(rows if s.counts is None else s.counts[rows], dtype=np.float64)


def deviations(s: Sorted | Many, mu: Array) -> Array:
    """Σ|x − μ|. Measured from the median no term exceeds a few times the sum, so that nothing cancels."""
    if isinstance(s, Many):
        return s.samples.total(lambda x, mu: (np.abs(x - mu),), mu)[0]
    rows = np.searchsorted(s.x, mu)
    sums: Array = s.distances[-1] - 2 * s.distances[rows] + (mu - s.middle) * (2 * counted(s, rows) - s.n)
    return sums


def balance(s: Sorted | Many, mu: Array) -> Array:
    """Number of observations above μ less the number below; those on μ count for neither."""
    if isinstance(s, Many):
        return s.samples.total(lambda x, mu: (np.sign(x - mu),), mu)[0]
    below, upto = np.searchsorted(s.x, mu, side="left"), np.searchsorted(s.x, mu, side="right")
    return s.n - counted(s, upto) - counted(s, below)


def loglik(s: Sorted | Many, mu: Array, b: Array) -> Array:
    return np.asarray(-deviations(s, mu) / b - s.n * np.log(2 * b))


def score(s: Sorted | Many, mu: Array, b: Array) -> tuple[Array, Array]:
    return balance(s, mu) / b, (deviations(s, mu) / b - s.n) / b


def information(s: Sorted | Many, mu: Array, b: Array) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """What the second derivatives are almost everywhere."""
    cross = balance(s, mu) / b**2
    return (np.zeros_like(cross), cross), (cross, (2 * deviations(s, mu) / b - s.n) / b**2)


def mle(s: Sorted) -> Estimate:
    lower, upper = s.median
    notes = (
        (f"every mu in [{lower:.6g}, {upper:.6g}] maximises the likelihood: its middle stands for them.",)
        if lower < upper
        else ()
    )
    return Estimate((s.middle, float(deviations(s, np.asarray(s.middle))) / s.n), "median", warnings=notes)


def stack_mle(s: Many) -> Array:
    return np.stack([s.middle, deviations(s, s.middle) / s.n], axis=-1)


def mu_given(s: Sorted, b: Array) -> Array:
    return np.full_like(b, s.middle)


def b_given(s: Sorted, mu: Array) -> Array:
    return deviations(s, mu) / s.n


def fisher(mu: Array, b: Array) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    unit = 1 / b**2 + 0 * mu
    return (unit, 0 * unit), (0 * unit, unit)


FAMILY = Family(
    key="laplace",
    name="Laplace",
    params=(
        Param("mu", "μ", "location", Interval(-math.inf, math.inf), Interval(-5, 5), 0.0, power=1),
        Param("b", "b", "scale", Interval(0, math.inf), Interval(0.2, 5), 1.0, "log", power=1),
    ),
    support=Interval(-math.inf, math.inf),
    law=Law(log_prob, cdf, quantile, sample),
    likelihood=Likelihood(
        summarise,
        loglik,
        score,
        information,
        start=lambda s: (s.middle, float(deviations(s, np.asarray(s.middle))) / s.n),
        mle=mle,
        stack=stack,
        stack_mle=stack_mle,
        given={"mu": mu_given, "b": b_given},
        fisher=fisher,
        errors_from="expected",
        collapse=("mu", "b"),
        collapse_limit="b → 0",
    ),
    order=12,
    source="Kotz, Kozubowski & Podgórski (2001), The Laplace Distribution and Generalizations, §2.6",
    scipy="stats.laplace(mu, b)",
    scipy_fit="mu, b = stats.laplace.fit(x)",
)
