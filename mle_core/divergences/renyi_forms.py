"""Rényi's divergence, and what follows from it, of laws that are exponentials in other coordinates, or two of them.

Gil, Alajaji & Linder (2013), Rényi divergence measures for commonly used univariate continuous distributions. Written
in differences that vanish where the two laws agree.
"""

from __future__ import annotations

import math

import numpy as np

from ..numerics.special import excess_of_difference
from .discrete_forms import two_outcomes
from .normal import exp_excess, log_ratio

__all__ = [
    "binomial_renyi",
    "exponential_renyi",
    "exponential_total_variation",
    "geometric_renyi",
    "laplace_renyi",
    "pareto_renyi",
    "pareto_total_variation",
    "weibull_renyi",
    "weibull_total_variation",
]

Theta = tuple[float, ...]


def _excess(d: float) -> float:
    """d − log(1 + d)."""
    return float(excess_of_difference(np.asarray(d)))


def _exponential(v: float, alpha: float) -> float:
    """Of two exponentials of log-ratio of rates v: log(α e^v + 1 − α) − αv over 1 − α."""
    # ∫ p^α q^(1−α) is the same with p and q, α and 1 − α exchanged; the smaller of the two orders cancels less.
    a, u = (alpha, v) if alpha <= 0.5 else (1 - alpha, -v)
    if u < 30:
        share = a * math.expm1(u)
        if share <= -1:
            return math.inf
        gap = a * exp_excess(u) - _excess(share) if abs(u) < 1 else math.log1p(share) - a * u
    else:
        inner = a + (1 - a) * math.exp(-u)
        if inner <= 0:
            return math.inf
        gap = math.log(inner) + (1 - a) * u
    return gap / (1 - alpha)


def exponential_renyi(p: Theta, q: Theta, alpha: float) -> float:
    """From the ratio of the rates."""
    return _exponential(log_ratio(p[0], q[0]), alpha)


def exponential_total_variation(v: float) -> float:
    """Of two exponentials of log-ratio of rates v; the densities cross once, at |v|/(e^|v| − 1)."""
    v = abs(v)
    if v == 0:
        return 0.0
    return 1.0 if v > 700 else -math.exp(-v / math.expm1(v)) * math.expm1(-v)


def weibull_renyi(p: Theta, q: Theta, alpha: float) -> float | None:
    """For one shape k: x^k is exponential."""
    return _exponential(-p[0] * log_ratio(p[1], q[1]), alpha) if p[0] == q[0] else None


def weibull_total_variation(p: Theta, q: Theta, _: float) -> float | None:
    """For one shape."""
    return exponential_total_variation(p[0] * log_ratio(p[1], q[1])) if p[0] == q[0] else None


def pareto_renyi(p: Theta, q: Theta, alpha: float) -> float:
    """log(x/x_m) is exponential; the integral begins at the larger end point."""
    least = max(p[0], q[0])
    missing = alpha / (1 - alpha) * p[1] * log_ratio(least, p[0]) + q[1] * log_ratio(least, q[0])
    return _exponential(log_ratio(p[1], q[1]), alpha) + missing


def pareto_total_variation(p: Theta, q: Theta, _: float) -> float | None:
    """For one end point."""
    return exponential_total_variation(log_ratio(p[1], q[1])) if p[0] == q[0] else None


def laplace_renyi(p: Theta, q: Theta, alpha: float) -> float:
    """The scales as of two exponentials, and −log G/(1 − α) of G = (a e^(−cd) − c e^(−ad))/(a − c), a = α/b_p,
    c = (1 − α)/b_q, d = |μ_p − μ_q|.
    """
    scales = _exponential(log_ratio(q[1], p[1]), alpha)
    distance = abs(p[0] - q[0])
    a, c = alpha / p[1] * distance, (1 - alpha) / q[1] * distance
    if distance == 0 or math.isinf(scales):
        return scales
    least, y = min(a, c), abs(a - c)
    # G = e^(−x) (1 + x s) with x the smaller of ad and cd, and s = (1 − e^(−y))/y.
    s, rest = (-math.expm1(-y) / y, exp_excess(-y) / y) if y > 0 else (1.0, 0.0)
    return scales + (_excess(least * s) + least * rest) / (1 - alpha)


def binomial_renyi(p: Theta, q: Theta, alpha: float) -> float | None:
    """For one number of trials."""
    return p[1] * two_outcomes("renyi")(p, q, alpha) if p[1] == q[1] else None


def geometric_renyi(p: Theta, q: Theta, alpha: float) -> float:
    """∑ p^α q^(1−α) = m/(m + g), m the mean of the probabilities of success, g what the Bernoulli sum lacks to 1."""
    trial = two_outcomes("renyi")(p, q, alpha)
    if math.isinf(trial):
        return trial
    log_mean = alpha * math.log(p[0]) + (1 - alpha) * math.log(q[0])
    power = (alpha - 1) * trial
    share = -math.expm1(power) * math.exp(-log_mean) if power < 700 and log_mean > -700 else -math.inf
    if share > -0.5:
        return math.log1p(share) / (1 - alpha)
    log_failure = alpha * math.log1p(-p[0]) + (1 - alpha) * math.log1p(-q[0]) if p[0] < 1 else -math.inf
    return (math.log(-math.expm1(log_failure)) - log_mean) / (1 - alpha) if log_failure < 0 else math.inf
