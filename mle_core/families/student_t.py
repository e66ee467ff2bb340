"""Student t, with location and scale: a normal whose variance is itself uncertain, so that outliers surprise it less.

f(x; μ, σ, ν) ∝ (1 + z²/ν)^(−(ν+1)/2) / σ, z = (x − μ)/σ; ν = ∞ is the normal. Lange, Little & Taylor (1989), Robust
statistical modeling using the t distribution. The likelihood is unbounded for ν < r/(n − r), where r observations are
equal (σ → 0 on top of them).
"""

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import special

from ..domain import Array, Interval, Param, PerSample
from ..family import Family, Law, Likelihood, Sample, Stack

LOG_SQRT_2PI = 0.5 * math.log(2 * math.pi)
# Above it the t and the normal agree to the last bit; it stands for ν = ∞ in the formulas.
NORMAL = 1e30
LOOKED_AT = 10_000  # rows of a long sample that are looked at for a start
QUANTILES = 200  # of these, that choose among the starts
FEW = 60  # rows up to which every cluster is tried
STARTS = np.array([0.7, 1.0, 2.0, 3.0, 4.0, 6.0, 10.0, 30.0])  # values of ν
UPPER_QUARTILES = special.stdtrit(STARTS, 0.75)


@dataclass(frozen=True, eq=False)
class Data:
    sample: Sample | Stack
    some: Array  # at most 2·`QUANTILES` of its rows, evenly through their order
    median: PerSample
    spread: PerSample  # interquartile range over that of the standard normal
    share: float  # of the most frequent value among those looked at

    @cached_property
    def bound(self) -> float:
        """r/(n − r), r how often the most frequent value occurs; 0 where a long sample shows no such value."""
        if isinstance(self.sample, Stack):
            return 0.0
        size = self.sample.x.size
        if self.sample.weights is None and size > LOOKED_AT and self.share < 0.01:
            return 0.0
        if self.sample.weights is None and size < 2 * LOOKED_AT:  # all rows were looked at
            return self.share / max(1 - self.share, 1e-9)
        _, where = np.unique(self.sample.x, return_inverse=True)
        most = float(np.bincount(where, self.sample.weights).max())
        return most / max(self.sample.n - most, 1e-9)

    @cached_property
    def center_and_spread(self) -> tuple[PerSample, PerSample]:
        return self.sample.center_and_spread()


def normaliser(nu: Array) -> Array:
    """c(ν) = log Γ((ν+1)/2) − log Γ(ν/2) − ½ log(ν/2), by its asymptotic series for ν > 30."""
    return by_size(nu, _normaliser_near, _normaliser_far)


def _normaliser_near(nu: Array) -> Array:
    h = nu / 2
    return np.asarray(special.gammaln(h + 0.5) - special.gammaln(h) - 0.5 * np.log(h))


def _normaliser_far(nu: Array) -> Array:
    v = np.minimum(nu, NORMAL)
    r = 1 / (v * v)
    return np.asarray(-(1 / 4 - r * (1 / 24 - r * (1 / 20 - r * (17 / 112 - r * 31 / 36)))) / v)


def normaliser_slopes(nu: Array) -> tuple[Array, Array]:
    """c′(ν) and c″(ν)."""
    slope, curve = by_size(nu, _slopes_near, _slopes_far)
    return slope, curve


def _slopes_near(nu: Array) -> Array:
    h = nu / 2
    slope = 0.5 * (special.psi(h + 0.5) - special.psi(h) - 0.5 / h)
    curve = 0.25 * (special.zeta(2, h + 0.5) - special.zeta(2, h) + 0.5 / h**2)  # ζ(2, h) = ψ′(h)
    return np.array([slope, curve])


def _slopes_far(nu: Array) -> Array:
    v = np.minimum(nu, NORMAL)
    r = 1 / (v * v)
    slope = r * (1 / 4 - r * (1 / 8 - r * (1 / 4 - r * (17 / 16 - r * 31 / 4))))
    curve = -r / v * (1 / 2 - r * (1 / 2 - r * (3 / 2 - r * (17 / 2 - r * 155 / 2))))
    return np.array([slope, curve])


def by_size(nu: Array, near: Callable[[Array], Array], far: Callable[[Array], Array]) -> Array:
    """`near` for ν ≤ 30 and `far` beyond, each computed only where it is needed."""
    if np.ndim(nu) == 0:
        return far(nu) if nu > 30 else near(nu)
    nu = np.asarray(nu)
    large = nu > 30
    if not large.any():
        return near(nu)
    if large.all():
        return far(nu)
    return np.where(large, far(np.maximum(nu, 30.0)), near(np.minimum(nu, 30.0)))


def log_one_plus(q: Array, nu: Array) -> Array:
    """log(1 + q), q = z²/ν; for moderate ν without log1p, which costs three times as much: (ν + 1)/2 times the rounding of
    1 + q stays far below that of the sum."""
    return np.log(1 + q) if np.max(nu) <= 100 else np.log1p(q)


def log_prob(x: Array, mu: Array, sigma: Array, nu: Array) -> Array:
    z = (x - mu) / sigma
    v = np.minimum(nu, NORMAL)
    logs: Array = normaliser(nu) - LOG_SQRT_2PI - np.log(sigma) - 0.5 * (v + 1) * np.log1p(z * z / v)
    return logs


def cdf(x: Array, mu: Array, sigma: Array, nu: Array) -> Array:
    z = (x - mu) / sigma
    return np.asarray(np.where(nu > 1e10, special.ndtr(z), special.stdtr(np.minimum(nu, 1e10), z)))


def quantile(p: Array, mu: Array, sigma: Array, nu: Array) -> Array:
    inner = np.clip(p, 1e-300, 1 - 1e-16)
    z = np.where(nu > 1e10, special.ndtri(inner), special.stdtrit(np.minimum(nu, 1e10), inner))
    return np.asarray(mu + sigma * np.where(p <= 0, -np.inf, np.where(p >= 1, np.inf, z)))


def sample(rng: np.random.Generator, size: int, mu: float, sigma: float, nu: float) -> Array:
    return mu + sigma * (rng.standard_normal(size) if math.isinf(nu) else rng.standard_t(nu, size))


def summarise(sample: Sample) -> Data:
    """The sample, with the quartiles and the ties of about `LOOKED_AT` of its rows."""
    some = np.sort(sample.x[:: max(1, sample.x.size // LOOKED_AT)])
    lower, median, upper = (float(some[int(p * (some.size - 1))]) for p in (0.25, 0.5, 0.75))
    changes = np.flatnonzero(some[1:] != some[:-1])
    longest = 1 if changes.size == some.size - 1 else np.diff(changes, prepend=-1, append=some.size - 1).max()
    spread = (upper - lower) / 1.349
    few = some[:: max(1, some.size // QUANTILES)]
    return Data(sample, few, median, spread if spread > 0 else (sample.high - sample.low) / 6, longest / some.size)


def stack(x: Array) -> Data:
    return Data(Stack(x), x, float(np.median(x)), float(x.std()), 0.0)


def loglik(s: Data, mu: Array, sigma: Array, nu: Array) -> Array:
    def one_plus(x: Array, mu: Array, width: Array) -> Array:
        z = (x - mu) / width
        return 1 + z * z

    def logs(x: Array, mu: Array, sigma: Array, nu: Array) -> tuple[Array]:
        z = (x - mu) / sigma
        return (np.log1p(z * z / nu),)

    v = np.minimum(nu, NORMAL)
    # For moderate ν the rounding of 1 + z²/ν times (ν + 1)/2 stays far below that of the sum.
    total = (
        s.sample.total_log(one_plus, mu, sigma * np.sqrt(v))
        if np.max(v) <= 100
        else s.sample.total(logs, mu, sigma, v)[0]
    )
    return s.sample.n * (normaliser(nu) - LOG_SQRT_2PI - np.log(sigma)) - 0.5 * (v + 1) * total


def expansion(
    s: Data, mu: Array, sigma: Array, nu: Array
) -> tuple[Array, tuple[Array, ...], tuple[tuple[Array, ...], ...]]:
    """With q = z²/ν, e = 1/(1 + q), t = 1 − e, all derivatives are sums of log(1 + q), t, ze, te and ze²."""

    def terms(x: Array, mu: Array, sigma: Array, nu: Array) -> tuple[Array, ...]:
        z = (x - mu) / sigma
        q = z * z / nu
        e = 1 / (1 + q)
        t, ze = q * e, z * e
        return log_one_plus(q, nu), t, ze, t * e, ze * e

    n, v = s.sample.n, np.minimum(nu, NORMAL)
    logs, t, ze, te, zee = s.sample.total(terms, mu, sigma, v)
    slope, curve = normaliser_slopes(nu)
    ratio = (v + 1) / v
    value = n * (normaliser(nu) - LOG_SQRT_2PI - np.log(sigma)) - 0.5 * (v + 1) * logs
    score = (ratio * ze / sigma, ((v + 1) * t - n) / sigma, n * slope - 0.5 * logs + 0.5 * ratio * t)
    mu_mu = ratio / sigma**2 * (n - t - 2 * te)
    mu_sigma = 2 * ratio / sigma**2 * zee
    sigma_sigma = ((v + 1) * (t + 2 * te) - n) / sigma**2
    mu_nu = -(ze - ratio * zee) / (v * sigma)
    sigma_nu = -(t - ratio * te) / sigma
    nu_nu = -n * curve - 0.5 / v * (t - t / v - ratio * te)
    return value, score, ((mu_mu, mu_sigma, mu_nu), (mu_sigma, sigma_sigma, sigma_nu), (mu_nu, sigma_nu, nu_nu))


def score(s: Data, mu: Array, sigma: Array, nu: Array) -> tuple[Array, ...]:
    return expansion(s, mu, sigma, nu)[1]


def information(s: Data, mu: Array, sigma: Array, nu: Array) -> tuple[tuple[Array, ...], ...]:
    return expansion(s, mu, sigma, nu)[2]


def start(s: Data) -> Array:
    """The best of a few ν at the median, with the scale that its quartiles give; more where there may be more maxima.

    A small sample has a local maximum on each cluster of its values: every pair of neighbours is a start.
    """
    sigma = s.spread * 0.6745 / UPPER_QUARTILES
    best = int(np.argmax(log_prob(s.some, np.asarray(s.median), sigma[:, None], STARTS[:, None]).sum(axis=1)))
    rough = np.array([[s.median, sigma[best], STARTS[best]]])
    if s.sample.x.size > FEW:
        return rough
    distinct = np.unique(s.sample.x)
    gaps = np.diff(distinct)
    pairs = np.stack([distinct[:-1] + gaps / 2, gaps, np.full_like(gaps, max(1.0, 2 * s.bound))], axis=-1)
    ties = np.stack([distinct, np.full_like(distinct, s.spread / 10), np.full_like(distinct, 2 * s.bound)], axis=-1)
    return np.concatenate([rough, pairs, ties])


def as_normal(s: Data, theta: Array, free: Collection[str]) -> Array:
    """The best theta (m, 3) with ν = ∞, in closed form."""
    mean, sd = s.center_and_spread
    mu = mean + np.zeros(len(theta)) if "mu" in free else theta[:, 0]
    sigma = np.hypot(sd, mean - mu) if "sigma" in free else theta[:, 1]
    return np.stack([mu, sigma, np.full(len(theta), math.inf)], axis=-1)


def fisher(mu: Array, sigma: Array, nu: Array) -> tuple[tuple[Array, ...], ...]:
    """Lange, Little & Taylor (1989), appendix B; the term of ν, 7/(2ν⁴) for large ν, without their cancellation."""
    v = np.minimum(nu, NORMAL) + 0 * mu
    unit, both, none = 1 / sigma**2, (v + 1) * (v + 3), 0 * v
    r = 1 / np.maximum(v, 30.0) ** 2
    far = (7 * v + 3) / (2 * v**3 * both) - r * r / v * (1 / 2 - r * (3 / 2 - r * (17 / 2 - r * 155 / 2)))
    near = (3 - v) / (2 * v**2 * both) - normaliser_slopes(v)[1]
    cross = -2 / (sigma * both)
    return (
        (unit * (v + 1) / (v + 3), none, none),
        (none, 2 * unit * v / (v + 3), cross),
        (none, cross, np.where(v > 30, far, near)),
    )


FAMILY = Family(
    key="student_t",
    name="Student t",
    params=(
        Param("mu", "μ", "location", Interval(-math.inf, math.inf), Interval(-5, 5), 0.0, power=1),
        Param("sigma", "σ", "scale", Interval(0, math.inf), Interval(0.2, 5), 1.0, "log", power=1),
        Param("nu", "ν", "degrees of freedom", Interval(0, math.inf, closed_high=True), Interval(1, 50), 5.0, "log"),
    ),
    support=Interval(-math.inf, math.inf),
    law=Law(log_prob, cdf, quantile, sample),
    likelihood=Likelihood(
        summarise,
        loglik,
        score,
        information,
        start,
        expansion=expansion,
        stack=stack,
        floor={"nu": lambda s: s.bound},
        fisher=fisher,
        at_infinity={"nu": as_normal},
        collapse=("mu", "sigma"),
        collapse_limit="sigma → 0",
    ),
    order=15,
    source="Lange, Little & Taylor (1989), JASA 84, 881-896",
    scipy="stats.t(nu, mu, sigma)",
    # stats.t.fit stops far from the maximum on some samples: minimise over (μ, log σ, 1/ν) instead.
    scipy_fit="""\
from scipy import optimize

best = optimize.minimize(
    lambda t: -stats.t(1 / t[2], t[0], np.exp(t[1])).logpdf(x).mean(),
    [np.median(x), np.log(stats.iqr(x) / 1.35), 0.1],
    method="Nelder-Mead",
    bounds=[(None, None), (None, None), (1e-9, 20)],
    options={"xatol": 1e-9, "fatol": 1e-14, "maxiter": 10_000, "adaptive": True},
)
mu, sigma, nu = best.x[0], np.exp(best.x[1]), 1 / best.x[2]""",
)
