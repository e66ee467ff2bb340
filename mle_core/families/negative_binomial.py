"""Negative binomial: counts whose Poisson rate varies as a gamma, mean μ and variance μ + μ²/r; r = ∞ is Poisson.

P(x; r, μ) = Γ(x + r) / (Γ(r) x!) · (r/(r + μ))ʳ (μ/(r + μ))ˣ. In saddle-point form (Loader 2000) with e(y) = y − 1 − log y,

    log P = −½ log(1 + x/r) − ½ log 2πx + δ(x + r) − δ(r) − δ(x) − r e((r + x)/(r + μ)) − x e(μ(r + x)/(x(r + μ)))

for x > 0, which does not cancel for large r. Lawless (1987), Negative binomial and mixed Poisson regression, Canadian
J. Statist. 15, 209-225. The likelihood has a finite maximum in r exactly where Σ(x − x̄)²/n > x̄ (Simonsen 1976).
"""

import math
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from scipy import special

from ..domain import Array, Interval, Param, PerSample
from ..family import Estimate, Family, Law, Likelihood, Sample, Stack
from ..numerics import rising_factorial
from ..numerics.first_count import first_count
from ..numerics.special import excess, excess_of_difference, excess_of_ratio, stirling_error
from ..numerics.sum_table import table_of_sum

# It stands for r = ∞ in the formulas, which are those of Poisson to the last bit from far below on.
POISSON = 1e30
TABLE = 5000  # cells from which the textbook's form is worth its rounding ...
MODERATE = 300.0  # ... which is small up to such a size and count
LONGEST = 5000  # largest count for which a table of all counts is cheaper than special functions


@dataclass(frozen=True, eq=False)
class Data:
    sample: Sample | Stack  # distinct values with their counts; a stack has its samples
    above: Sample | None  # k = 0, 1, …, counted as often as there are observations above k; None where that is long
    mean: PerSample
    variance: PerSample
    poisson: PerSample  # log-likelihood at r = ∞, μ = mean


def finite(size: Array) -> Array:
    return np.minimum(size, POISSON)


def log_prob(x: Array, size: Array, mu: Array) -> Array:
    r = finite(size)
    if np.size(x) * np.size(r) >= TABLE and np.max(x) + np.max(r) < MODERATE and np.min(mu) > 0:
        ends = r * (np.log(r) - np.log(r + mu)) - special.gammaln(r)
        table = table_of_sum(special.gammaln, np.atleast_2d(x), r, np.atleast_2d(-special.gammaln(x + 1)), ends)
        return np.asarray(table + x * (np.log(mu) - np.log(r + mu)))
    some = np.where(x > 0, x, 1.0)
    lost = r * excess_of_ratio(r + some, (some - mu) / (r + mu), r + mu)
    lost = lost + some * excess_of_ratio(mu * ((r + some) / some), r / some * ((mu - some) / (r + mu)), r + mu)
    errors = stirling_error(some + r) - stirling_error(r) - stirling_error(some)
    positive = errors - 0.5 * np.log1p(some / r) - 0.5 * np.log(2 * math.pi * some) - lost
    return np.where(x > 0, positive, -r * rising_factorial.log_one_plus_ratio(mu, r))


def poisson_log_prob(x: Array, mu: Array) -> Array:
    some = np.where(x > 0, x, 1.0)
    positive = -0.5 * np.log(2 * math.pi * some) - stirling_error(some) - some * excess(mu / some)
    return np.where(x > 0, positive, -mu)


def cdf(x: Array, size: Array, mu: Array) -> Array:
    count, r = np.floor(x), np.minimum(size, 1e10)
    poisson: Array = special.pdtr(count, mu)
    return np.where(size > 1e10, poisson, special.betaincc(count + 1, r, mu / (r + mu)))


def quantile(p: Array, size: Array, mu: Array) -> Array:
    p, size, mu = (np.asarray(part, dtype=np.float64) for part in np.broadcast_arrays(p, size, mu))
    wanted = (p > 0) & (p < 1) & (mu > 0)
    reaches = first_count(lambda count: cdf(count, size, mu), np.where(wanted, p, 0.0), np.ceil(mu))
    return np.where((p <= 0) | (mu == 0), 0.0, np.where(p >= 1, np.inf, reaches))


def sample(rng: np.random.Generator, size_: int, size: float, mu: float) -> Array:
    rate = np.full(size_, mu) if math.isinf(size) else mu / size * rng.standard_gamma(size, size_)
    return rng.poisson(rate).astype(np.float64)


def summarise(sample: Sample) -> Data:
    if sample.high > max(LONGEST, 4 * sample.x.size):
        values, where = np.unique(sample.x, return_inverse=True)
        often = np.bincount(where, sample.weights).astype(np.float64)
    else:
        every = np.bincount(sample.x.astype(np.int64), sample.weights).astype(np.float64)
        places = np.flatnonzero(every)
        values, often = places.astype(np.float64), every[places]
    distinct = Sample(values, often, sample.n, sample.low, sample.high)
    mean, spread = distinct.center_and_spread()
    above = None
    if 0 < sample.high <= LONGEST:
        more = sample.n - np.cumsum(every)[:-1]
        above = Sample(np.arange(sample.high), more, float(more.sum()), 0.0, sample.high - 1)
    return Data(distinct, above, mean, spread**2, poisson_loglik(distinct, mean))


def poisson_loglik(s: Sample, mean: float) -> float:
    """ℓ(∞, x̄)."""
    if mean > 0 and s.high < MODERATE:
        return s.n * (mean * math.log(mean) - mean - s.mean(special.gammaln(s.x + 1)))
    return s.n * s.mean(poisson_log_prob(s.x, np.asarray(mean)))


def stack(x: Array) -> Data:
    center, spread = Stack(x).center_and_spread()
    poisson = poisson_log_prob(x, np.asarray(center)[:, None]).sum(axis=1)
    return Data(Stack(x), None, center, spread**2, poisson)


def one_step(k: Array, r: Array) -> tuple[Array, Array, Array]:
    """F, −F′ and F″ for one k of their sums over k < x; the sample meets it as often as there are observations above k."""
    share = k / r
    slope = share / (r + k)
    return np.log1p(share), slope, slope * (1 / r + 1 / (r + k))


def sums(s: Data, r: Array) -> list[Array]:
    """ℓ(r, x̄), and Σ over the sample of −F′ and F″, where F is the logarithm of the rising factorial over rˣ.

    By the table, ℓ(r, x̄) = ℓ(∞, x̄) + ΣF − n [(r + x̄) log(1 + x̄/r) − x̄]; for counts far beyond it the two would cancel.
    """

    def logs_of(x: Array, r: Array, mean: Array) -> tuple[Array]:
        return (log_prob(x, r, mean),)

    mean = np.asarray(s.mean)
    if s.above is None:
        return [s.sample.total(logs_of, r, mean)[0], *slope_sums(s, r)]
    logs, first, second = s.above.total(one_step, r)
    return [s.poisson + logs - s.sample.n * rising_factorial.surplus(r, mean), first, second]


def slope_sums(s: Data, r: Array) -> list[Array]:
    """The last two of `sums` alone."""
    if s.above is None:
        return s.sample.total(rising_factorial.rising_slopes, r)
    return s.above.total(lambda k, r: one_step(k, r)[1:], r)


def value(s: Data, r: Array, mu: Array, at_mean: Array) -> Array:
    """ℓ(r, μ) from ℓ(r, x̄)."""
    n, mean = s.sample.n, np.asarray(s.mean)
    some = np.where(mean == 0, 1.0, mean)
    more = (mu - mean) / (r + mean)
    lost = mean * excess(mu / some) - (r + mean) * excess_of_ratio(r + mu, more, r + mean)
    far = np.greater(mu, 2 * mean)
    if far.any():  # both terms grow like μ, and what is left like its logarithm
        lost = np.where(far, (r + mean) * np.log1p(more) - mean * np.log(np.where(far, mu, some) / some), lost)
    lost = np.where(mean == 0, r * rising_factorial.log_one_plus_ratio(mu, r), np.where(mu == 0, np.inf, lost))
    return np.asarray(at_mean - n * lost)


def loglik(s: Data, size: Array, mu: Array) -> Array:
    r = finite(size)
    return value(s, r, np.asarray(mu), sums(s, r)[0])


def size_slopes(s: Data, r: Array, mu: Array, parts: list[Array]) -> tuple[Array, Array]:
    """∂ℓ/∂r and −∂²ℓ/∂r²; every term is of the order of r⁻² and r⁻³ or less."""
    n, share, mean = s.sample.n, mu / r, s.mean
    near = np.less(share, 1)
    few = share if near.all() else np.where(near, share, 0.0)
    small = excess_of_difference(few) + (mean - mu) * share / (r + mu)
    if not near.all():
        large = mu / (r + mu) * (1 + mean / r) - rising_factorial.log_one_plus_ratio(mu, r)
        small = np.where(near, small, large)
    first = n * small - parts[0]
    second = n * share / r * ((mean * (2 + share) - mu) / (r + mu)) / (1 + share) - parts[1]
    return first, second


def expansion(
    s: Data, size: Array, mu: Array
) -> tuple[Array, tuple[Array, Array], tuple[tuple[Array, Array], tuple[Array, Array]]]:
    n, r = s.sample.n, finite(size)
    parts = sums(s, r)
    slope, curvature = size_slopes(s, r, mu, parts[1:])
    cross = -n * (s.mean - mu) / (r + mu) ** 2
    none = np.equal(s.mean, 0)
    mu_slope = n * np.where(none, -1 / (1 + mu / r), (s.mean - mu) / (mu * (1 + mu / r)))
    mu_mu = n * (np.where(none, 0.0, s.mean / mu**2) - (r + s.mean) / (r + mu) ** 2)
    return value(s, r, np.asarray(mu), parts[0]), (slope, mu_slope), ((curvature, cross), (cross, mu_mu))


def profile_slopes(s: Data, r: float) -> tuple[float, float]:
    """`size_slopes` at μ = x̄, for one r."""
    parts = slope_sums(s, np.asarray(r)[()])
    n, share = s.sample.n, s.mean / r
    first = n * float(excess_of_difference(np.asarray(share))) - float(parts[0])
    return first, n * share / r * s.mean / (r + s.mean) - float(parts[1])


def score(s: Data, size: Array, mu: Array) -> tuple[Array, Array]:
    return expansion(s, size, mu)[1]


def information(s: Data, size: Array, mu: Array) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    return expansion(s, size, mu)[2]


def start(s: Data) -> tuple[float, float]:
    mean = max(s.mean, 1e-3)
    surplus = s.variance - s.mean
    return (min(max(mean**2 / surplus, 1e-3), 1e6) if surplus > 0 else 1e3), mean


def mle(s: Data) -> Estimate:
    """μ = mean; r by Newton's method on log r for the profile, inside a bracket (the slope changes its sign once)."""
    if s.mean == 0:
        note = "all observations are 0: every size has the same likelihood; size = ∞ (Poisson) stands for them."
        return Estimate((math.inf, 0.0), "closed form", warnings=(note,))
    poisson = Estimate(
        (math.inf, s.mean),
        "closed form",
        warnings=(
            "size = ∞: the likelihood has no finite maximiser in r; the Poisson law is the best, and the standard "
            "errors hold size there.",
        ),
    )
    if s.variance <= s.mean:
        return poisson
    phi = math.log(s.mean**2 / (s.variance - s.mean))
    low, high, steps, converged = -600.0, math.log(POISSON), 0, False
    while steps < 100 and not converged:
        steps += 1
        r = math.exp(phi)
        first, second = profile_slopes(s, r)
        low, high = (phi, high) if first > 0 else (low, phi)
        slope, bend = r * first, r * r * second - r * first
        step = slope / bend if bend > 0 else math.copysign(1.0, slope)
        goal = phi + min(max(step, -3.0), 3.0)
        goal = goal if low <= goal <= high else (low + high) / 2
        converged = abs(goal - phi) < 1e-6  # squared by this last step
        phi = goal
    size = math.exp(phi)
    # Close to Poisson it is compared by value: a finite size must be better by more than rounding.
    if s.variance < 1.01 * s.mean:
        gain = float(loglik(s, np.asarray(size), np.asarray(s.mean))) - s.poisson
        if not gain > 1e-13 * abs(s.poisson):
            return poisson
    return Estimate((size, s.mean), f"Newton, {steps} steps", converged)


def as_poisson(s: Data, theta: Array, free: Collection[str]) -> Array:
    """The best theta (m, 2) with size = ∞, in closed form."""
    mu = s.mean + np.zeros(len(theta)) if "mu" in free else theta[:, 1]
    return np.stack([np.full(len(theta), math.inf), mu], axis=-1)


def fisher(size: Array, mu: Array) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """Expected information. For r it is Σ_{j ≥ 2} qʲ B(j, r) / j with q = μ/(r + μ) (Fisher 1941, Ann. Eugenics 11,
    182-187); with the beta function as an integral over t = 1 − e^(−w/r) it becomes ∫ e^(−w) (−log(1 − qt) − qt)/t dw / r,
    by Gauss-Legendre on panels from far below the scale of 1 − t to where e^(−w) vanishes.
    """
    r, mean = (np.asarray(part, dtype=np.float64) for part in np.broadcast_arrays(finite(size), mu))
    total = rising_factorial.expected_curvature(r.ravel(), mean.ravel()).reshape(r.shape)
    zero = np.zeros(r.shape)
    return (total, zero), (zero, 1 / (mean * (1 + mean / r)))


FAMILY = Family(
    key="negative_binomial",
    name="Negative binomial",
    params=(
        Param("size", "r", "size", Interval(0, math.inf, closed_high=True), Interval(0.2, 50), 2.0, "log"),
        Param("mu", "μ", "mean", Interval(0, math.inf, closed_low=True), Interval(0.2, 30), 5.0, "log"),
    ),
    support=Interval(0, math.inf, closed_low=True),
    law=Law(log_prob, cdf, quantile, sample),
    likelihood=Likelihood(
        summarise,
        loglik,
        score,
        information,
        start,
        mle=mle,
        given={"mu": lambda s, size: s.mean + np.zeros_like(size)},
        expansion=expansion,
        at_infinity={"size": as_poisson},
        fisher=fisher,
        stack=stack,
    ),
    discrete=True,
    order=220,
    source="Lawless (1987), Canad. J. Statist. 15, 209-225; Loader (2000)",
    scipy="stats.nbinom(size, size / (size + mu))",
    scipy_fit="""\
from scipy import optimize

# The mean is the estimate of mu; size by its profile over log size.
mu = x.mean()
best = optimize.minimize_scalar(
    lambda t: -stats.nbinom(np.exp(t), np.exp(t) / (np.exp(t) + mu)).logpmf(x).mean(),
    bounds=(-10, 15),
    method="bounded",
    options={"xatol": 1e-9},
)
size = np.exp(best.x)""",
)
