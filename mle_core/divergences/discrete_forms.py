"""Closed forms of the discrete families. Casella & Berger (2002), Statistical Inference, §3.2, for the laws; each sum
is written in differences that vanish where the two laws agree.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from ..numerics.special import excess_of_difference
from .arrays import array_divergence
from .normal import exp_excess, log_ratio

__all__ = ["DISCRETE_FORMS", "two_outcomes"]

Theta = tuple[float, ...]
Form = Callable[[Theta, Theta, float], float | None]


def _excess(d: float) -> float:
    """d − log(1 + d), ∞ at d = −1."""
    return float(excess_of_difference(np.asarray(d))) if d > -1 else math.inf


def _poisson_renyi(p: Theta, q: Theta, alpha: float) -> float | None:
    if alpha == 1:
        return _poisson_kl(p, q, alpha)
    if min(p[0], q[0]) == 0:
        return None
    if alpha < 0.5:
        swapped = _poisson_renyi(q, p, 1 - alpha)
        return None if swapped is None else alpha / (1 - alpha) * swapped
    v = log_ratio(p[0], q[0])
    top = max(alpha * v, v)
    if top > 700:
        return math.inf if alpha > 1 else None
    # λ_q (e^{αv} − 1 − α (e^v − 1)), both terms without their first order, which cancels.
    return max(q[0] * (exp_excess(alpha * v) - alpha * exp_excess(v)) / (alpha - 1), 0.0)


def _poisson_kl(p: Theta, q: Theta, _: float) -> float:
    if p[0] == 0:
        return q[0]
    return p[0] * _excess((q[0] - p[0]) / p[0])


def _poisson_hellinger(p: Theta, q: Theta, _: float) -> float:
    roots = math.sqrt(p[0]) + math.sqrt(q[0])
    return 0.0 if roots == 0 else math.sqrt(-math.expm1(-0.5 * ((p[0] - q[0]) / roots) ** 2))


def _poisson_chi2(p: Theta, q: Theta, _: float) -> float:
    if q[0] == 0:
        return 0.0 if p[0] == 0 else math.inf
    log = (p[0] - q[0]) * ((p[0] - q[0]) / q[0])
    return math.expm1(log) if log < 709 else math.inf


def bernoulli_kl(p: float, q: float) -> float:
    """KL of two probabilities of success."""
    success = p * _excess((q - p) / p) if p > 0 else q
    failure = (1 - p) * _excess((p - q) / (1 - p)) if p < 1 else 1 - q
    # The first orders cancel between the two: q − p + p − q, also where one of them is a limit.
    return success + failure


def _bernoulli_affinity(p: float, q: float) -> float:
    """log ∑ √(pq), by 1 − ∑ √(pq) = ½ ∑ (√p − √q)²."""
    first = (p - q) / (math.sqrt(p) + math.sqrt(q)) if p + q > 0 else 0.0
    second = (p - q) / (math.sqrt(1 - p) + math.sqrt(1 - q)) if p + q < 2 else 0.0
    gap = 0.5 * (first * first + second * second)
    return math.log1p(-gap) if gap < 1 else -math.inf


def _bernoulli_chi2(p: float, q: float) -> float:
    if p == q:
        return 0.0
    return math.inf if q in (0, 1) else (p - q) ** 2 / (q * (1 - q))


def _binomial_kl(p: Theta, q: Theta, _: float) -> float | None:
    return p[1] * bernoulli_kl(p[0], q[0]) if p[1] == q[1] else None


def _binomial_hellinger(p: Theta, q: Theta, _: float) -> float | None:
    return math.sqrt(-math.expm1(p[1] * _bernoulli_affinity(p[0], q[0]))) if p[1] == q[1] else None


def _binomial_chi2(p: Theta, q: Theta, _: float) -> float | None:
    if p[1] != q[1]:
        return None
    log = p[1] * math.log1p(_bernoulli_chi2(p[0], q[0]))
    return math.expm1(log) if log < 709 else math.inf


def _geometric_kl(p: Theta, q: Theta, _: float) -> float:
    return bernoulli_kl(p[0], q[0]) / p[0]


def _negative_binomial_kl(p: Theta, q: Theta, _: float) -> float | None:
    """The same size r: KL of the means, μ log(μ/μ′) − (r + μ) log((r + μ)/(r + μ′))."""
    size, mu, other = p[0], p[1], q[1]
    if size != q[0]:
        return None
    if math.isinf(size):
        return _poisson_kl((mu,), (other,), math.nan)
    # r/π KL_Bernoulli(π‖π′) with π = r/(r + μ), written in μ so that no difference of probabilities is formed.
    success = size * _excess(-(other - mu) / (size + other))
    return success + (
        mu * _excess((other - mu) / mu * (size / (size + other))) if mu > 0 else size * other / (size + other)
    )


def two_outcomes(kind: str) -> Callable[[Theta, Theta, float], float]:
    """A sum over failure and success."""

    def form(p: Theta, q: Theta, option: float) -> float:
        return array_divergence(kind, np.array([1 - p[0], p[0]]), np.array([1 - q[0], q[0]]), option)

    return form


def _one_trial(form: Form) -> Form:
    """A form of the binomial for the Bernoulli, which is a binomial of one trial."""

    def one(p: Theta, q: Theta, option: float) -> float | None:
        return form((p[0], 1.0), (q[0], 1.0), option)

    return one


_BINOMIAL: Mapping[str, Form] = {"kl": _binomial_kl, "hellinger": _binomial_hellinger, "chi2": _binomial_chi2}

DISCRETE_FORMS: Mapping[tuple[str, str], Mapping[str, Form]] = MappingProxyType(
    {
        ("poisson", "poisson"): {
            "kl": _poisson_kl,
            "renyi": _poisson_renyi,
            "hellinger": _poisson_hellinger,
            "chi2": _poisson_chi2,
        },
        ("bernoulli", "bernoulli"): {
            **{kind: _one_trial(form) for kind, form in _BINOMIAL.items()},
            **{kind: two_outcomes(kind) for kind in ("js", "renyi")},
            "total_variation": lambda p, q, _: abs(p[0] - q[0]),
            "wasserstein": lambda p, q, order: abs(p[0] - q[0]) ** (1 / order),
        },
        ("binomial", "binomial"): _BINOMIAL,
        ("geometric", "geometric"): {"kl": _geometric_kl},
        ("negative_binomial", "negative_binomial"): {"kl": _negative_binomial_kl},
    }
)
"""(key of p's family, key of q's family) → kind → form, read-only."""
