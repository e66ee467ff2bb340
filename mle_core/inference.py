"""Intervals for one parameter of a fit.

What to use when: "likelihood" for the set of values that the data do not speak against, which follows a skewed
likelihood and any change of coordinates; "wald" for estimate ± z standard errors, when many are needed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from .coordinates import from_working, limits, slopes, stretched, to_working
from .domain import MleError
from .fitting import FitResult
from .likelihood import free_index, likelihood_ratio_drop
from .maximisation import constrained_maximum

__all__ = ["INTERVALS", "interval"]


def interval(result: FitResult, name: str, level: float = 0.95, method: str = "likelihood") -> tuple[float, float]:
    """Confidence interval for one parameter, the others at their best.

    Parameters
    ----------
    result : FitResult
        What was fixed in the fit stays fixed.
    name : str
    level : float
        Confidence level in (0, 1).
    method : str
        A key of `INTERVALS`.

    Returns
    -------
    (low, high) : tuple of float
        An end of the parameter's domain, ±∞ among them, where the data do not exclude it.

    Raises
    ------
    ValueError
        If the name is unknown or fixed, the level outside (0, 1), or the method not among those that exist.

    Notes
    -----
    Likelihood: {ψ : 2[ℓ(θ̂) − ℓ_p(ψ)] ≤ χ²₁(level)} (Wilks 1938). Wald: θ̂ ± z·se from the observed information.
    """
    if method not in INTERVALS:
        raise MleError(f"there is no interval method {method!r}; choose one of {', '.join(INTERVALS)}.")
    return INTERVALS[method](result, free_index(result, name), likelihood_ratio_drop(level))


def _wald(result: FitResult, j: int, drop: float) -> tuple[float, float]:
    param = result.family.params[j]
    if not param.regular:
        raise MleError(
            f"{param.name} of {result.family.key} is an end point of the support, where the information does not "
            'exist: there is no Wald interval; use method="likelihood".'
        )
    center, error = float(result.theta[j]), result.standard_errors[param.name]
    width = math.sqrt(2 * drop) * error
    return center - width, center + width


def _likelihood(result: FitResult, j: int, drop: float) -> tuple[float, float]:
    return _end(result, j, drop, -1), _end(result, j, drop, 1)


def _end(result: FitResult, j: int, drop: float, side: int) -> float:
    """Where the signed root √(2[ℓ̂ − ℓ_p]) reaches √(2·drop) on one side of the estimate.

    Newton's method in the unbounded coordinate, inside a bracket. The slope of the profile is the score of the
    parameter, since the others are at their best (envelope theorem).
    """
    family, domain = result.family, result.family.params[j].domain
    edge = float(domain.low if side < 0 else domain.high)
    if result.theta[j] == edge:
        return edge
    goal = math.sqrt(2 * drop)
    close = max(1e-12, 8 * np.finfo(float).eps * abs(result.loglik)) * goal
    lowest, highest = limits(domain)
    if family.names[j] in family.likelihood.floor:  # below it the likelihood is unbounded: nothing there is excluded
        floor = max(family.likelihood.floor[family.names[j]](result.summary), 1e-300)
        lowest = max(lowest, float(to_working(domain, np.array([floor]))[0]))
    reach = lowest if side < 0 else highest

    def root(phi: float) -> tuple[float, float]:
        value = from_working(domain, np.array([phi]))
        path, loglik = constrained_maximum(family, result.summary, result.theta, result.free, j, value)
        distance = math.sqrt(2 * max(result.loglik - float(loglik[0]), 0.0))
        if not math.isfinite(distance):
            return math.inf, math.inf
        slope = float(family.expansion(result.summary, path)[1][0, j] * slopes(domain, value)[0][0])
        return distance, -slope / distance if distance > 0 else 0.0

    if (domain.closed_low if side < 0 else domain.closed_high) and _deviance_root(result, j, edge) <= goal:
        return edge
    center = float(to_working(domain, result.theta[j : j + 1])[0])
    error = result.standard_errors[family.names[j]] / float(slopes(domain, result.theta[j : j + 1])[0][0] or 1.0)
    usual = error if math.isfinite(error) and error > 0 else 1.0
    if stretched(domain):
        usual = min(usual, 2.5)
    inner, outer, span = center, math.nan, goal * usual
    if abs(center) >= min(abs(limits(domain)[0]), abs(limits(domain)[1])) or not math.isfinite(result.theta[j]):
        # The estimate is at the far end: start from a moderate value and let the bracket find its way.
        center = float(to_working(domain, np.array([family.start(result.summary)[0, j]]))[0])
        inner = limits(domain)[0 if side > 0 else 1]
    phi = center + side * span
    before = math.nan
    for _ in range(2000):
        phi = min(max(phi, lowest), highest)
        if phi == before:  # the step is below the spacing of floating-point numbers
            break
        before = phi
        distance, slope = root(phi)
        if abs(distance - goal) <= close:
            break
        if distance < goal:
            if phi == reach:
                return edge  # the limit itself is not excluded
            inner = phi
        else:
            outer = phi
        step = (goal - distance) / slope if slope * side > 0 and math.isfinite(distance) else math.nan
        proposal = phi + step
        if math.isnan(outer):
            span *= 2
            farthest = phi + side * span
            phi = min(proposal, farthest) if side > 0 else max(proposal, farthest)
            phi = farthest if math.isnan(proposal) else phi
        elif min(inner, outer) < proposal < max(inner, outer):
            phi = proposal
        elif abs(outer - inner) <= 4e-16 * max(abs(inner), abs(outer)):
            break
        else:
            phi = inner + (outer - inner) / 2
    return float(from_working(domain, np.array([phi]))[0])


def _deviance_root(result: FitResult, j: int, value: float) -> float:
    _, loglik = constrained_maximum(result.family, result.summary, result.theta, result.free, j, np.array([value]))
    return math.sqrt(2 * max(result.loglik - float(loglik[0]), 0.0))


INTERVALS: Mapping[str, Callable[[FitResult, int, float], tuple[float, float]]] = MappingProxyType(
    {"likelihood": _likelihood, "wald": _wald}
)
"""Method → rule, read-only."""
