"""Beta: a share between 0 and 1; the share of the first of two gamma variables in their sum.

f(x; α, β) = xᵅ⁻¹ (1 − x)ᵝ⁻¹ / B(α, β). With N = α + β, mean p = α/N and q = β/N,

    log f = c(α) + c(β) − c(N) − log x − log(1 − x) − α·h(x/p) − β·h((1 − x)/q),   h(y) = y − 1 − log y,

where c(a) = ½ log(a/2π) − δ(a) and δ is the error of Stirling's formula: the same value, which does not cancel for large
N. Johnson, Kotz & Balakrishnan (1995), Continuous Univariate Distributions 2, chapter 25.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy import special

from ..domain import Array, Interval, Param, PerSample
from ..family import Estimate, Family, Law, Likelihood, Sample
from ..numerics.special import excess, excess_of_difference, log_minus_digamma, log_minus_digamma_slope, stirling_error
from ..numerics.sum_table import table_of_sum

MODERATE = 300.0


class Statistics(NamedTuple):
    n: float
    mean: PerSample
    rest: PerSample  # mean of 1 − x
    gap: PerSample  # log mean − mean log x, zero only if all observations are equal
    rest_gap: PerSample  # the same of 1 − x
    logs: PerSample  # mean of log x + log(1 − x)


def normaliser(a: Array) -> Array:
    return np.asarray(0.5 * np.log(a / (2 * math.pi)) - stirling_error(a))


def log_prob(x: Array, alpha: Array, beta: Array) -> Array:
    if np.max(alpha) + np.max(beta) < MODERATE:  # the textbook's form: it cancels for large α + β
        whole = special.gammaln(alpha + beta) - special.gammaln(alpha) - special.gammaln(beta)
        return np.asarray((alpha - 1) * np.log(x) + ((beta - 1) * np.log1p(-x) + whole))
    return core(x, 1 - x, alpha, beta) - np.log(x) - np.log1p(-x)


def core(x: Array, rest: Array, alpha: Array, beta: Array) -> Array:
    """log f + log x + log(1 − x)."""
    whole, ratio = alpha + beta, alpha / beta
    near, far = excess_about(
        np.stack([x * (whole / alpha), rest * (whole / beta)]), np.stack([x / ratio - rest, rest * ratio - x])
    )
    first, second, both = of_three(normaliser, alpha, beta)
    logs: Array = first + second - both - alpha * near - beta * far
    return logs


def of_three(function: Callable[[Array], Array], alpha: Array, beta: Array) -> tuple[Array, Array, Array]:
    """The function at α, β and α + β; in one call, unless a grid of few α and few β has many sums."""
    if np.shape(alpha) == np.shape(beta) != ():
        first, second, both = function(np.stack([alpha, beta, alpha + beta]))
        return first, second, both
    return function(alpha), function(beta), function(alpha + beta)


def excess_about(y: Array, d: Array) -> Array:
    """h(y) for a caller who knows d = y − 1 as well, better than the subtraction gives it."""
    if np.all(np.abs(d) < 0.5):
        return excess_of_difference(d)
    return np.where(np.abs(d) < 0.5, excess_of_difference(d), excess(y))


def log_about(y: Array, d: Array) -> Array:
    """log y for a caller who knows d = y − 1 as well."""
    return np.where(np.abs(d) < 0.5, np.log1p(d), np.log(y))


def cdf(x: Array, alpha: Array, beta: Array) -> Array:
    return np.asarray(special.betainc(alpha, beta, x))


def quantile(p: Array, alpha: Array, beta: Array) -> Array:
    return np.asarray(special.betaincinv(alpha, beta, p))


def sample(rng: np.random.Generator, size: int, alpha: float, beta: float) -> Array:
    # Shapes far below 1 round to 0 and 1, which are outside the support: their neighbours stand for them.
    return np.clip(rng.beta(alpha, beta, size), np.finfo(float).tiny, 1 - np.finfo(float).epsneg)


def logs_of(x: Array) -> tuple[Array, ...]:
    """x, 1 − x and their logarithms; log(1 − x) with the rounding of 1 − x made good, at half the price of log1p."""
    rest = 1 - x
    return x, rest, np.log(x), np.log(rest) + ((1 - rest) - x) / rest


def gap_of(sample: Sample, deviations: Callable[[], Array], mean: float, mean_log: float) -> float:
    gap = math.log(mean) - mean_log
    if gap < 1e-2:  # a narrow sample: the difference has lost its digits
        ratio = deviations() / mean
        offset = np.asarray(sample.mean(ratio))  # the rounding of the mean
        gap = sample.mean(excess_of_difference(ratio)) - float(excess_of_difference(offset))
    return gap


def summarise(sample: Sample) -> Statistics:
    mean, rest, log, log_rest = (float(total) / sample.n for total in sample.total(logs_of))

    def deviations() -> Array:
        """Of the smaller numbers, which have more digits."""
        return sample.x - mean if mean < 0.5 else rest - (1 - sample.x)

    return Statistics(
        sample.n,
        mean,
        rest,
        gap_of(sample, deviations, mean, log),
        gap_of(sample, lambda: -deviations(), rest, log_rest),
        log + log_rest,
    )


def stack(x: Array) -> Statistics:
    mean, rest = x.mean(axis=1), (1 - x).mean(axis=1)
    deviations = x - mean[:, None]
    return Statistics(
        float(x.shape[1]),
        mean,
        rest,
        excess_of_difference(deviations / mean[:, None]).mean(axis=1),
        excess_of_difference(-deviations / rest[:, None]).mean(axis=1),
        (np.log(x) + np.log1p(-x)).mean(axis=1),
    )


def loglik(s: Statistics, alpha: Array, beta: Array) -> Array:
    top = np.max(alpha) + np.max(beta)
    if top < MODERATE:  # the same with one special function over a whole grid; it cancels for large α + β
        log, rest_log = np.log(s.mean) - s.gap, np.log(s.rest) - s.rest_gap
        first = (alpha - 1) * log - special.gammaln(alpha)
        second = (beta - 1) * rest_log - special.gammaln(beta)
        return np.asarray(s.n * table_of_sum(special.gammaln, alpha, beta, first, second))
    at_mean = core(np.asarray(s.mean), np.asarray(s.rest), alpha, beta)
    return np.asarray(s.n * (at_mean - s.logs - alpha * s.gap - beta * s.rest_gap))


def score(s: Statistics, alpha: Array, beta: Array) -> tuple[Array, Array]:
    whole, off = alpha + beta, s.mean * beta - s.rest * alpha
    at_first, at_second, of_whole = of_three(log_minus_digamma, alpha, beta)
    first = log_about(s.mean * (whole / alpha), off / alpha) - s.gap
    second = log_about(s.rest * (whole / beta), -off / beta) - s.rest_gap
    return (
        s.n * (first + at_first - of_whole),
        s.n * (second + at_second - of_whole),
    )


def fisher(alpha: Array, beta: Array) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """ψ′(α) − ψ′(N) and the like, whose leading terms 1/α − 1/N are subtracted by hand."""
    whole = alpha + beta
    at_first, at_second, of_whole = of_three(log_minus_digamma_slope, alpha, beta)
    first = beta / (alpha * whole) + (of_whole - at_first)
    second = alpha / (beta * whole) + (of_whole - at_second)
    cross = of_whole - 1 / whole  # −ψ′(N)
    return (first, cross), (cross, second)


def information(s: Statistics, alpha: Array, beta: Array) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    (first, cross), (_, second) = fisher(alpha, beta)
    return (s.n * first, s.n * cross), (s.n * cross, s.n * second)


def start(s: Statistics) -> tuple[float, float]:
    """With the mean of the sample; N from the gaps, which for large N are q/(2pN) and p/(2qN).

    Next to an end of the support one of them says nothing, and may be too small for a number.
    """
    if s.mean < 1e-4:
        whole = s.rest / (2 * s.mean * max(s.gap, 1e-28))
    elif s.rest < 1e-4:
        whole = s.mean / (2 * s.rest * max(s.rest_gap, 1e-28))
    else:
        whole = 0.5 / math.sqrt(max(s.gap * s.rest_gap, 1e-56))
    return whole * s.mean, whole * s.rest


def mle(s: Statistics) -> Estimate:
    """Newton's direction, written in log N and logit p, where the information is well conditioned for every N."""
    a, b = start(s)
    steps, decrement = 0, math.inf
    while steps < 100 and decrement > 1e-20:
        steps += 1
        whole = a + b
        p, q = a / whole, b / whole
        gap_a, curve_a = digamma_gap(a)
        gap_b, curve_b = digamma_gap(b)
        gap_whole, curve_whole = digamma_gap(whole)
        off = s.mean * b - s.rest * a  # one number in both slopes, so that its rounding cancels in their sum
        slope_a = a * (log_near(s.mean / p, off / a) - s.gap + gap_a - gap_whole)
        slope_b = b * (log_near(s.rest / q, -off / b) - s.rest_gap + gap_b - gap_whole)
        up, along = slope_a + slope_b, q * slope_a - p * slope_b
        both_up = curve_a + curve_b - curve_whole
        cross = q * curve_a - p * curve_b
        both_along = q * q * (a + curve_a) + p * p * (b + curve_b)
        det = both_up * both_along - cross * cross
        rise, move = (both_along * up - cross * along) / det, (both_up * along - cross * up) / det
        decrement = up * rise + along * move
        share = min(1.0, 1.5 / max(abs(rise), abs(move), 1e-300))
        whole *= math.exp(share * rise)
        odds = a / b * math.exp(share * move)
        a, b = whole * odds / (1 + odds), whole / (1 + odds)
    return Estimate((a, b), f"Newton, {steps} steps", decrement < 1e-12)


def log_near(y: float, d: float) -> float:
    return math.log1p(d) if abs(d) < 0.5 else math.log(y)


def digamma_gap(a: float) -> tuple[float, float]:
    """log a − ψ(a) and a² (ψ′(a) − 1/a) of one number; about 1/(2a) and 1/2 for large a."""
    if a > 50:
        r = 1 / (a * a)
        gap = 0.5 / a + r * (1 / 12 - r * (1 / 120 - r * (1 / 252 - r / 240)))
        return gap, 0.5 + (1 / 6 - r * (1 / 30 - r * (1 / 42 - r / 30))) / a
    return math.log(a) - float(special.psi(a)), a * (a * float(special.zeta(2, a)) - 1)


FAMILY = Family(
    key="beta",
    name="Beta",
    params=(
        Param("alpha", "α", "first shape", Interval(0, math.inf), Interval(0.5, 20), 2.0, "log"),
        Param("beta", "β", "second shape", Interval(0, math.inf), Interval(0.5, 20), 3.0, "log"),
    ),
    support=Interval(0, 1),
    law=Law(log_prob, cdf, quantile, sample),
    likelihood=Likelihood(
        summarise,
        loglik,
        score,
        information,
        start,
        mle=mle,
        stack=stack,
        fisher=fisher,
        sufficient=("n", "mean of log x", "mean of log(1 − x)"),
        collapse=("alpha", "beta"),
        collapse_limit="alpha and beta → ∞",
    ),
    order=60,
    source="Johnson, Kotz & Balakrishnan (1995), Continuous Univariate Distributions 2, chapter 25",
    scipy="stats.beta(alpha, beta)",
    scipy_fit="alpha, beta, _, _ = stats.beta.fit(x, floc=0, fscale=1)",
)
