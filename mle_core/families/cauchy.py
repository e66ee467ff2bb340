"""Cauchy: the ratio of two normals, whose tails are so heavy that it has no mean.

f(x; x₀, γ) = 1 / (πγ (1 + z²)), z = (x − x₀)/γ. With both parameters free the likelihood has one maximum (Copas 1975, On
the unimodality of the likelihood for the Cauchy distribution, Biometrika 62, 701-704); with γ given it may have one near
every observation. It is unbounded, γ → 0, on a value that more than half of the observations share, and has no maximum
inside if half do. As the half-plane of (x₀, γ) with the metric (dx₀² + dγ²)/γ² is a hyperbolic one in which −log f is
convex along geodesics (McCullagh 1996, Möbius transformation and Cauchy parameter estimation), Newton's method in that
metric needs no safeguard but a shorter step.
"""

import math
from dataclasses import dataclass

import numpy as np

from ..domain import Array, DegenerateDataError, Interval, Param, PerSample
from ..family import Estimate, Family, Law, Likelihood, Sample, Stack
from ..numerics.roots import falling_root

FEW = 200  # rows up to which every distinct value is a start
CLOSEST = 25  # starts from each width of a cluster
LONG = 10_000  # rows above which the quartiles are starts enough


@dataclass(frozen=True, eq=False)
class Data:
    sample: Sample | Stack
    lower: PerSample  # the two medians, equal but for an even number of observations
    upper: PerSample
    spread: PerSample  # half the interquartile range

    @property
    def median(self) -> PerSample:
        return self.lower + (self.upper - self.lower) / 2

    def tied(self, value: float) -> PerSample:
        """How many observations equal `value`."""
        return self.sample.mean((self.sample.x == value).astype(np.float64)) * self.sample.n


def log1p_square(z: Array) -> Array:
    """log(1 + z²) without overflow; to the rounding of 1, as in a sum."""
    square = z * z
    logs: Array = np.log(1 + square)
    if np.max(square, initial=0.0) == math.inf:
        logs = np.where(square < math.inf, logs, 2 * np.log(np.abs(z)))
    return logs


def log_prob(x: Array, x0: Array, gamma: Array) -> Array:
    return np.asarray(-log1p_square(np.asarray((x - x0) / gamma)) - np.log(math.pi * gamma))


def cdf(x: Array, x0: Array, gamma: Array) -> Array:
    z = (x - x0) / gamma
    tail = np.arctan2(1.0, np.abs(z)) / math.pi  # keeps its digits far out
    return np.where(z < 0, tail, 1 - tail)


def quantile(p: Array, x0: Array, gamma: Array) -> Array:
    tail = np.minimum(p, 1 - p)
    z = np.where(
        tail > 0, np.abs(np.where(tail < 0.25, 1 / np.tan(math.pi * tail), np.tan(math.pi * (0.5 - tail)))), np.inf
    )
    return np.asarray(x0 + gamma * np.copysign(z, p - 0.5))


def sample(rng: np.random.Generator, size: int, x0: float, gamma: float) -> Array:
    return x0 + gamma * rng.standard_cauchy(size)


def summarise(sample: Sample) -> Data:
    """The sample and its quartiles."""
    if sample.weights is None:
        last = sample.x.size - 1
        places = [last // 4, last // 2, (last + 1) // 2, last - last // 4]
        some = np.partition(sample.x, places)[places]
    else:
        order = np.argsort(sample.x, kind="stable")
        upto = np.cumsum(sample.weights[order])
        half = upto[-1] / 2
        places = [*np.searchsorted(upto, [half / 2, half]), *np.searchsorted(upto, [half, 1.5 * half], side="right")]
        some = sample.x[order][np.minimum(places, upto.size - 1)]
    first, lower, upper, third = (float(value) for value in some)
    spread = third / 2 - first / 2
    return Data(sample, lower, upper, spread if spread > 0 else (sample.high / 2 - sample.low / 2) / 10)


def stack(x: Array) -> Data:
    lower, median, upper = np.quantile(x, [0.25, 0.5, 0.75], axis=1)
    return Data(Stack(x), median, median, upper / 2 - lower / 2)


def loglik(s: Data, x0: Array, gamma: Array) -> Array:
    def one_plus(x: Array, x0: Array, gamma: Array) -> Array:
        z = (x - x0) / gamma
        return 1 + z * z

    def terms(x: Array, x0: Array, gamma: Array) -> tuple[Array]:
        return (log1p_square((x - x0) / gamma),)

    logs = s.sample.total_log(one_plus, x0, gamma)
    if np.max(logs, initial=0.0) == math.inf:  # a square beyond the range of numbers
        (logs,) = s.sample.total(terms, x0, gamma)
    return np.asarray(-logs - s.sample.n * np.log(math.pi * gamma))


def sums(s: Data, offset: Array, gamma: Array, origin: float = 0.0) -> list[Array]:
    """Sums of log(1 + z²), t, ze, te and ze², where e = 1/(1 + z²) and t = 1 − e: all derivatives are made of them.

    z = (x − x₀)/γ with x₀ = origin + offset, a sum that is never rounded.
    """

    def terms(x: Array, offset: Array, gamma: Array) -> tuple[Array, ...]:
        z = (x - origin - offset) / gamma
        q = z * z
        e = 1 / (1 + q)
        t, ze = 1 - e, z * e
        logs = np.log(1 + q) if np.max(q, initial=0.0) < math.inf else log1p_square(z)
        return logs, t, ze, t * e, ze * e

    return s.sample.total(terms, offset, gamma)


def expansion(
    s: Data, x0: Array, gamma: Array
) -> tuple[Array, tuple[Array, Array], tuple[tuple[Array, Array], tuple[Array, Array]]]:
    n = s.sample.n
    logs, t, ze, te, zee = sums(s, x0, gamma)
    unit = 2 / gamma**2
    cross = 2 * unit * zee
    return (
        -logs - n * np.log(math.pi * gamma),
        (2 * ze / gamma, (2 * t - n) / gamma),
        ((unit * (n - t - 2 * te), cross), (cross, unit * (t + 2 * te - n / 2))),
    )


def score(s: Data, x0: Array, gamma: Array) -> tuple[Array, Array]:
    return expansion(s, x0, gamma)[1]


def information(s: Data, x0: Array, gamma: Array) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    return expansion(s, x0, gamma)[2]


def refuse_ties(s: Data) -> Estimate | None:
    """Raise where half of the observations are equal; for two values of equal counts, one of the many maxima."""
    half = s.sample.n / 2
    counts = [s.tied(value) for value in (s.lower, s.upper)]
    if s.lower < s.upper and counts[0] == counts[1] == half:
        note = "half of the observations are {:.6g} and half {:.6g}: every (x0, gamma) on the half-circle over them"
        return Estimate(
            (s.median, s.upper / 2 - s.lower / 2),
            "closed form",
            warnings=(note.format(s.lower, s.upper) + " maximises the likelihood; its top stands for them.",),
        )
    most = int(np.argmax(counts))
    if counts[most] >= half:
        raise DegenerateDataError(
            f"{counts[most]:g} of {s.sample.n:g} observations are equal: the likelihood of cauchy has no maximum, as it "
            "grows towards gamma → 0 on top of them; fix gamma or choose laplace."
        )
    return None


def mle(s: Data) -> Estimate:
    """Newton in the hyperbolic metric; the Hessian there is positive definite wherever there is a maximum."""
    several = refuse_ties(s)
    if several is not None:
        return several
    n, offset, gamma = s.sample.n, 0.0, s.spread
    now = [float(v) for v in sums(s, np.asarray(offset), np.asarray(gamma), s.median)]
    value, decrement, steps = -now[0] - n * math.log(gamma), math.inf, 0
    while steps < 200 and decrement > 1e-14:
        steps += 1
        _, t, ze, te, zee = now
        slope, up = 2 * ze, 2 * t - n
        along, cross, across = n - 4 * te, 4 * zee - 2 * ze, 4 * te
        det = max(along * across - cross * cross, 1e-12 * n * n)
        move, rise = (across * slope - cross * up) / det, (along * up - cross * slope) / det
        decrement = slope * move + up * rise
        share = min(1.0, 1.5 / max(math.hypot(move, rise), 1e-300))
        for _ in range(60):
            there = offset + share * move * gamma, gamma * math.exp(share * rise)
            now = [float(v) for v in sums(s, np.asarray(there[0]), np.asarray(there[1]), s.median)]
            new = -now[0] - n * math.log(there[1])
            if new >= value - 1e-13 * abs(value) or decrement <= 1e-14:
                break
            share /= 2
        (offset, gamma), value = there, new
    return Estimate((s.median + offset, gamma), f"Newton, {steps} steps", decrement <= 1e-10)


def gamma_given(s: Data, x0: Array) -> Array:
    """Solve Σ z²/(1 + z²) = n/2, which falls in log γ, by Newton's method.

    0 where half of the observations equal x₀, for which there is no root.
    """
    at = np.asarray(x0, dtype=np.float64)
    n = s.sample.n

    def terms(x: Array, x0: Array, gamma: Array) -> tuple[Array, Array]:
        z = (x - x0) / gamma
        e = 1 / (1 + z * z)
        return 1 - e, e * (1 - e)

    def surplus(phi: Array) -> tuple[Array, Array]:
        t, te = s.sample.total(terms, at, np.exp(phi))
        return np.where(rootless, 0.0, t - n / 2), 2 * te

    (tied,) = s.sample.total(lambda x, x0: ((x == x0).astype(np.float64),), at)
    rootless = tied >= n / 2
    phi = falling_root(surplus, np.log(np.hypot(s.spread, at - s.median)), 2.0)
    return np.where(rootless, 0.0, np.exp(phi))


def start(s: Data) -> Array:
    """The median with half the interquartile range; further locations, as with γ given each may be near a maximum."""
    x, size = s.sample.x, s.sample.x.size
    levels = np.linspace(0, 1, 41) if size <= LONG else np.array([0.25, 0.75])
    rows = np.concatenate([[s.median], np.unique(x) if size <= FEW else np.quantile(x, levels)])
    return np.stack([rows, np.full_like(rows, s.spread)], axis=-1)


def rivals(s: Data, theta: Array) -> Array:
    """Locations among which the best one is near, whatever γ: quantiles for a wide γ, the closest neighbours for a narrow.

    All values of a short sample; none of a long one, and none where γ is wide enough to leave many values one maximum.
    """
    size = s.sample.x.size
    if size > LONG or (size > FEW and np.min(theta[:, 1]) > s.spread / 4):
        return np.empty((1, 0, 2))
    rows = start(s)
    distinct = np.unique(s.sample.x) if size > FEW else np.empty(0)
    close = [
        distinct[np.argsort(distinct[width:] - distinct[:-width], kind="stable")[:CLOSEST] + width // 2]
        for width in (1, 2, 4, 8, 16, 32)
        if width < distinct.size
    ]
    more = np.unique(np.concatenate([distinct[:0], *close]))
    return np.concatenate([rows, np.stack([more, np.full_like(more, s.spread)], axis=-1)])[None]


def fisher(x0: Array, gamma: Array) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    unit = 0.5 / gamma**2 + 0 * x0
    return (unit, 0 * unit), (0 * unit, unit)


FAMILY = Family(
    key="cauchy",
    name="Cauchy",
    params=(
        Param("x0", "x₀", "location", Interval(-math.inf, math.inf), Interval(-5, 5), 0.0, power=1),
        Param("gamma", "γ", "scale", Interval(0, math.inf), Interval(0.2, 5), 1.0, "log", power=1),
    ),
    support=Interval(-math.inf, math.inf),
    law=Law(log_prob, cdf, quantile, sample),
    likelihood=Likelihood(
        summarise,
        loglik,
        score,
        information,
        start,
        mle=mle,
        stack=stack,
        rivals=rivals,
        given={"gamma": gamma_given},
        expansion=expansion,
        fisher=fisher,
        collapse=("x0", "gamma"),
        collapse_limit="gamma → 0",
    ),
    order=17,
    source="Copas (1975), Biometrika 62, 701-704",
    scipy="stats.cauchy(x0, gamma)",
    scipy_fit="x0, gamma = stats.cauchy.fit(x)",
)
