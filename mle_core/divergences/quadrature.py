"""Divergences of any two distributions by quadrature, or by summation where both are discrete."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from ..distribution import Distribution
from ..domain import Array
from .integrands import INTEGRANDS, finish, log_affinity_point
from .kinds import Divergence
from .panels import Integral, Panels, cut_at_zeros, integrate, lay_panels
from .summation import sum_discrete
from .supports import decided_by_supports, diverges, landmarks
from .transport import wasserstein_by_quadrature

__all__ = ["by_quadrature", "pair_panels"]


def pair_panels(p: Distribution, q: Distribution) -> Panels:
    """Panels over both supports, laid at the quantiles of both laws: the standardised variables of p and of q."""
    knots = np.concatenate([landmarks(p), landmarks(q), *(_bends(law) for law in (p, q))])
    a, b = p.support, q.support
    return lay_panels(min(a.low, b.low), max(a.high, b.high), knots, (a.low, a.high, b.low, b.high))


def _bends(law: Distribution) -> Array:
    """Where a density bends that no quantile tells of: the narrow component of a mixture."""
    places = law.family.law.landmarks
    return np.zeros(0) if places is None else np.ravel(places(*map(np.float64, law.theta)))


def _logs(p: Distribution, q: Distribution, x: Array) -> tuple[Array, Array, Array]:
    """log p, log q and log q − log p, 0 where neither has mass."""
    lp, lq = p.log_prob(x), q.log_prob(x)
    t = lq - lp
    return lp, lq, np.where(np.isnan(t), 0.0, t)


def by_quadrature(kind: str, p: Distribution, q: Distribution, option: float) -> Divergence:
    """The divergence with an error estimate; ∞ where supports or tails say so, error ∞ where the rule fails.

    `option` is the α of Rényi or the order of Wasserstein, NaN else.
    """
    decided = decided_by_supports(kind, p, q, option)
    if decided is not None:
        return Divergence(decided[0], 0.0, "quadrature", kind, decided[1])
    if kind == "wasserstein":
        return wasserstein_by_quadrature(p, q, option)
    if kind == "renyi" and option == 1:
        found = by_quadrature("kl", p, q, math.nan)
        return Divergence(found.value, found.error, found.method, kind, found.message)
    if kind == "renyi" and option < 0.5:  # D_α(p‖q) = α/(1−α) D_{1−α}(q‖p)
        found, share = by_quadrature(kind, q, p, 1 - option), option / (1 - option)
        return Divergence(share * found.value, share * found.error, found.method, kind, found.message)
    with np.errstate(all="ignore"):
        if diverges(kind, p, q, option):
            return Divergence(math.inf, 0.0, "quadrature", kind, "the integral diverges in a tail of p or q")
        if p.discrete:
            return sum_discrete(kind, p, q, option)
        return _continuous(kind, p, q, option)


def _continuous(kind: str, p: Distribution, q: Distribution, option: float) -> Divergence:
    integrand = INTEGRANDS[kind]

    def values(x: Array) -> Array:
        lp, lq, t = _logs(p, q, x)
        inner = integrand(lp, lq, t, np.maximum(lp, lq), option)
        # NaN is 0·∞ of a density that underflowed against a log-ratio that overflowed.
        return np.stack([np.where(np.isnan(inner), 0.0, inner), np.exp(lp), np.exp(lq)])

    panels = pair_panels(p, q)
    if kind == "total_variation":
        panels = cut_at_zeros(lambda x: _logs(p, q, x)[2], panels)
    result = integrate(values, panels)
    total, mass_p, mass_q = (float(value) for value in result.values)
    # The log-ratio t is rounded like the logs it is the difference of; the integrands are of the order t², TV's of t.
    rounding = 2e-15 * (1.0 if kind == "total_variation" else math.sqrt(abs(total)))
    value, error = finish(kind, total, result.error + rounding + _beyond_the_ends(values, p, q), option)
    if kind == "renyi" and (not math.isfinite(value) or not 1e-3 < 1 + (total if option > 1 else -total) < 1e100):
        return _renyi_in_logs(p, q, panels, option)
    if kind == "js":
        value = min(value, math.log(2))
    if math.isinf(value) or not math.isfinite(result.error):
        return Divergence(math.inf, math.inf, "quadrature", kind, "the integrand overflows; use closed_form")
    missed = max(abs(1 - mass_p), abs(1 - mass_q))
    if missed > 1e-8:
        message = (
            f"the rule finds the masses {mass_p:.9g} and {mass_q:.9g} instead of 1; use closed_form or monte_carlo"
        )
        error = math.inf if missed > 1e-3 else max(error, missed * max(abs(value), 1.0))
        return Divergence(value, error, "quadrature", kind, message)
    # What is missing of either mass is missing of the integral in proportion, unless it lies in a tail of its own.
    error += max(missed - 1e-13, 0.0) * abs(value)
    message = "" if result.converged else "the rule did not reach its accuracy; see the error"
    return Divergence(value, error, "quadrature", kind, message)


def _beyond_the_ends(values: Callable[[Array], Array], p: Distribution, q: Distribution) -> float:
    """What may lie between a finite end of a support and the nearest number to it, where a density is a small power."""
    ends = [(law.low, 1.0) for law in (p.support, q.support)] + [(law.high, -1.0) for law in (p.support, q.support)]
    some = np.array([end for end in ends if math.isfinite(end[0])]).reshape(-1, 2)
    if some.size == 0:
        return 0.0
    distance = np.where(some[:, 0] == 0, 1e-300, np.spacing(np.abs(some[:, 0])))
    heights = values(some[:, 0] + some[:, 1] * distance)[0] * distance
    return 4 * float(np.sum(np.where(np.isfinite(heights), heights, 0.0)))


def _renyi_in_logs(p: Distribution, q: Distribution, panels: Panels, alpha: float) -> Divergence:
    """Rényi where ∫ p^α q^(1−α) is tiny or huge: relative to the largest value of its integrand."""

    def logs(x: Array) -> Array:
        return log_affinity_point(p.log_prob(x), q.log_prob(x), alpha)

    shift, some = -math.inf, panels
    for _ in range(60):  # climb: halve the panels around the largest value until it no longer grows
        some = some.halves()
        x, weights = some.nodes()
        height = np.max(logs(x) + np.log(weights), axis=1)
        best = float(np.max(height))
        if not best > shift + 1e-3:
            break
        shift = max(shift, best)
        top = np.argsort(height)[-8:]
        some = some.take(np.unique(np.clip(np.concatenate([top - 1, top, top + 1]), 0, height.size - 1)))
    if not math.isfinite(shift):
        return Divergence(math.inf, math.inf, "quadrature", "renyi", "no point is seen where both laws have mass")
    result: Integral = integrate(lambda x: np.exp(logs(x) - shift)[None], panels, 1e-11)
    total = float(result.values[0])
    if not (math.isfinite(result.error) and total > 0):
        return Divergence(math.inf, math.inf, "quadrature", "renyi", "the integrand overflows; use closed_form")
    value = (math.log(total) + shift) / (alpha - 1)
    error = result.error / total / abs(alpha - 1)
    message = "" if result.converged else "the rule did not reach its accuracy; see the error"
    return Divergence(max(value, 0.0), error, "quadrature", "renyi", message)
