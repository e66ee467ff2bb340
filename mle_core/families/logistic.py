"""Logistic: a normal with somewhat heavier tails, whose cdf is the curve of growth that saturates.

f(x; μ, s) = e^(−z) / (s (1 + e^(−z))²), z = (x − μ)/s. With e = e^(−|z|), which cannot overflow, log f = −|z| −
2 log(1 + e) − log s. In 1/s and μ/s the log-likelihood is concave (Burridge 1981, A note on maximum likelihood
estimation for regression models using grouped data; Pratt 1981), so Newton's method finds the one maximum. Johnson, Kotz
& Balakrishnan (1995), Continuous Univariate Distributions 2, chapter 23.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy import special

from ..domain import Array, Interval, Param, PerSample
from ..family import Estimate, Family, Law, Likelihood, Sample, Stack
from ..numerics.roots import falling_root


@dataclass(frozen=True, eq=False)
class Data:
    sample: Sample | Stack
    mean: PerSample
    scale: PerSample  # of the logistic with the standard deviation of the sample


def log_prob(x: Array, mu: Array, s: Array) -> Array:
    size = np.abs((x - mu) / s)
    return np.asarray(-size - 2 * np.log1p(np.exp(-size)) - np.log(s))


def cdf(x: Array, mu: Array, s: Array) -> Array:
    return np.asarray(special.expit((x - mu) / s))


def quantile(p: Array, mu: Array, s: Array) -> Array:
    return np.asarray(mu + s * special.logit(p))


def sample(rng: np.random.Generator, size: int, mu: float, s: float) -> Array:
    return rng.logistic(mu, s, size)


def summarise(sample: Sample) -> Data:
    mean, sd = sample.center_and_spread()
    return Data(sample, mean, sd * math.sqrt(3) / math.pi)


def stack(x: Array) -> Data:
    samples = Stack(x)
    mean, sd = samples.center_and_spread()
    return Data(samples, mean, sd * math.sqrt(3) / math.pi)


def slopes(z: Array, e: Array) -> tuple[Array, Array]:
    """T = tanh(z/2) and D = dT/dz, from e = exp(−|z|): the first two derivatives of −log f in z."""
    r = 1 / (1 + e)
    return np.copysign((1 - e) * r, z), 2 * e * r * r


def loglik(d: Data, mu: Array, s: Array) -> Array:
    def sizes(x: Array, mu: Array, s: Array) -> tuple[Array]:
        return (np.abs((x - mu) / s),)

    def one_plus(x: Array, mu: Array, s: Array) -> Array:
        return 1 + np.exp(-np.abs((x - mu) / s))

    logs = d.sample.total_log(one_plus, mu, s)
    return np.asarray(-d.sample.total(sizes, mu, s)[0] - 2 * logs - d.sample.n * np.log(s))


def expansion(
    d: Data, mu: Array, s: Array
) -> tuple[Array, tuple[Array, Array], tuple[tuple[Array, Array], tuple[Array, Array]]]:
    def terms(x: Array, mu: Array, s: Array) -> tuple[Array, ...]:
        z = (x - mu) / s
        size = np.abs(z)
        e = np.exp(-size)
        t, curve = slopes(z, e)
        zc = z * curve
        return size + 2 * np.log(1 + e), t, z * t, curve, zc, z * zc

    n = d.sample.n
    logs, t, zt, curve, zc, zzc = d.sample.total(terms, mu, s)
    cross = (t + zc) / s**2
    return (
        -logs - n * np.log(s),
        (t / s, (zt - n) / s),
        ((curve / s**2, cross), (cross, (2 * zt + zzc - n) / s**2)),
    )


def score(d: Data, mu: Array, s: Array) -> tuple[Array, Array]:
    return expansion(d, mu, s)[1]


def information(d: Data, mu: Array, s: Array) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    return expansion(d, mu, s)[2]


def mle(d: Data) -> Estimate:
    """Newton in (a, c), where z = a y − c and y = (x − mean)/scale: n log a − 2 Σ log cosh(z/2) is concave.

    A step is halved while the slope along it, at its end, points back by more than it pointed forward.
    """
    n = d.sample.n

    def terms(x: Array, a: Array, c: Array) -> tuple[Array, ...]:
        y = (x - d.mean) / d.scale
        z = y * a - c
        t, curve = slopes(z, np.exp(-np.abs(z)))
        yc = y * curve
        return t, y * t, curve, yc, y * yc

    def at(a: float, c: float) -> tuple[float, ...]:
        t, yt, curve, yc, yyc = (float(v) for v in d.sample.total(terms, np.asarray(a), np.asarray(c)))
        return n / a - yt, t, yyc + n / (a * a), -yc, curve

    a, c, steps, decrement = 1.0, 0.0, 0, math.inf
    slope_a, slope_c, aa, ac, cc = at(a, c)
    while steps < 100 and decrement > 1e-14:
        steps += 1
        det = aa * cc - ac * ac
        if not det > 0:
            break
        step_a, step_c = (cc * slope_a - ac * slope_c) / det, (aa * slope_c - ac * slope_a) / det
        decrement = slope_a * step_a + slope_c * step_c
        share = min(1.0, 0.9 * a / -step_a) if step_a < 0 else 1.0
        for _ in range(60):
            there = at(a + share * step_a, c + share * step_c)
            if there[0] * step_a + there[1] * step_c >= -decrement or decrement <= 1e-14:
                break
            share /= 2
        a, c = a + share * step_a, c + share * step_c
        slope_a, slope_c, aa, ac, cc = there
    return Estimate((d.mean + d.scale * c / a, d.scale / a), f"Newton, {steps} steps", decrement <= 1e-10)


def mu_given(d: Data, s: Array) -> Array:
    """Solve Σ tanh(z/2) = 0, which falls in μ."""

    def balance(offset: Array) -> tuple[Array, Array]:
        def terms(x: Array, offset: Array, s: Array) -> tuple[Array, ...]:
            z = (x - d.mean - offset) / s
            return slopes(z, np.exp(-np.abs(z)))

        t, curve = d.sample.total(terms, offset, scale)
        return t, curve / scale

    scale = np.asarray(s, dtype=np.float64)
    return d.mean + falling_root(balance, np.zeros_like(scale), d.scale + scale)


def s_given(d: Data, mu: Array) -> Array:
    """Solve Σ z tanh(z/2) = n, which falls in log s."""
    at = np.asarray(mu, dtype=np.float64)
    n = d.sample.n

    def surplus(phi: Array) -> tuple[Array, Array]:
        def terms(x: Array, mu: Array, s: Array) -> tuple[Array, Array]:
            z = (x - mu) / s
            t, curve = slopes(z, np.exp(-np.abs(z)))
            return z * t, z * (t + z * curve)

        zt, steepness = d.sample.total(terms, at, np.exp(phi))
        return zt - n, steepness

    # Σ|z| tanh is between n and a few times n where s is the mean distance from μ.
    return np.exp(falling_root(surplus, np.log(np.hypot(d.scale, (at - d.mean) / 2)), 2.0))


def fisher(mu: Array, s: Array) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    unit = 1 / s**2 + 0 * mu
    return (unit / 3, 0 * unit), (0 * unit, unit * (3 + math.pi**2) / 9)


FAMILY = Family(
    key="logistic",
    name="Logistic",
    params=(
        Param("mu", "μ", "mean", Interval(-math.inf, math.inf), Interval(-5, 5), 0.0, power=1),
        Param("s", "s", "scale", Interval(0, math.inf), Interval(0.2, 5), 1.0, "log", power=1),
    ),
    support=Interval(-math.inf, math.inf),
    law=Law(log_prob, cdf, quantile, sample),
    likelihood=Likelihood(
        summarise,
        loglik,
        score,
        information,
        start=lambda d: (d.mean, d.scale),
        mle=mle,
        stack=stack,
        given={"mu": mu_given, "s": s_given},
        expansion=expansion,
        fisher=fisher,
        collapse=("mu", "s"),
        collapse_limit="s → 0",
    ),
    order=13,
    source="Johnson, Kotz & Balakrishnan (1995), Continuous Univariate Distributions 2, chapter 23",
    scipy="stats.logistic(mu, s)",
    scipy_fit="mu, s = stats.logistic.fit(x)",
)
