"""Intervals for one parameter of a fit.

What to use when: "likelihood" for the set of values that the data do not speak against, which follows a skewed
likelihood and any change of coordinates; "score" for the set that the score test does not reject, which needs no
maximum and is exact for some small samples (Wilson's interval is one); "wald" for estimate ± z standard errors.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from ..domain import Array, MleError
from ..numerics.coordinates import from_working, limits, slopes, stretched, to_working
from ..numerics.crossing import Side, first_crossings
from ..numerics.ridge import fallen
from .fitted import Fitted, in_standard_units, may_have_several_ridges
from .profiles import free_index, likelihood_ratio_drop
from .testing import score_roots

__all__ = ["INTERVALS", "interval"]


# As far out as an end is looked for, in standard errors.
_FARTHEST = 1e100
# Logarithm of a number whose square is still one, and its inverse, too.
_LOG_ROOT = 350.0


def interval(result: Fitted, name: str, level: float = 0.95, method: str = "likelihood") -> tuple[float, float]:
    """Confidence interval for one parameter, the others at their best.

    Parameters
    ----------
    result : FitResult, RegressionResult or ClassifierResult
        What was fixed in the fit stays fixed.
    name : str
    level : float
        Confidence level in (0, 1).
    method : str
        A key of `INTERVALS`.

    Returns
    -------
    (low, high) : tuple of float
        An end of the parameter's domain, ±∞ among them, where the data do not exclude it: the statistic was evaluated
        there, or as far out as numbers go. Twice the estimate where it is ±∞ and every finite value is excluded (a score
        interval of ν or of a size may end so, as does a test of it). A Wald interval is not cut at the domain.

    Raises
    ------
    ValueError
        If the name is unknown or fixed, the level outside (0, 1), the method not among those that exist, or the
        parameter is an end point of the support and the method is not "likelihood".

    Notes
    -----
    Likelihood: {ψ : 2[ℓ(θ̂) − ℓ_p(ψ)] ≤ χ²(level)} (Wilks 1938), with one degree of freedom; with two for an end point of
    the support, whose 2[ℓ(θ̂) − ℓ_p] is exponential and not a squared normal (Smith 1985). Score: {ψ : S(ψ)² ≤ χ²₁} with
    S of `test`, and what lies between such ψ and another mode; it takes a whole maximisation at every ψ that is tried, so
    that Student-t noise on fewer than some 20 rows, whose S jumps from mode to mode, takes about a second for it. Wald:
    θ̂ ± z·se.
    """
    if method not in INTERVALS:
        raise MleError(f"there is no interval method {method!r}; choose one of {', '.join(INTERVALS)}.")
    j = free_index(result, name)
    if name in result.irregular and method != "likelihood":
        raise MleError(f"there is no {method} interval for {name}: {result.irregular[name]}; use method='likelihood'.")
    if method != "wald":
        result.need_maximum()
    if not result.loglik < math.inf and method != "wald":
        raise MleError(
            f"there is no {method} interval for {name}: the log-likelihood of this fit is unbounded; fix a scale or add "
            "observations."
        )
    goal = math.sqrt(2 * likelihood_ratio_drop(level, 2 if name in result.irregular else 1))
    standard, factors = in_standard_units(result)
    low, high = INTERVALS[method](standard, j, goal)
    return low * float(factors[j]), high * float(factors[j])


def _wald(result: Fitted, j: int, goal: float) -> tuple[float, float]:
    center, width = float(result.theta[j]), goal * result.error(j)
    return center - width, center + width


def _likelihood(result: Fitted, j: int, goal: float) -> tuple[float, float]:
    domain = result.domains[j]

    def evaluate(phi: Array) -> tuple[Array, Array]:
        value = from_working(domain, phi)
        path, loglik = result.maximum_at({j: value})
        with np.errstate(all="ignore"):
            distance = np.sqrt(2 * np.maximum(result.loglik - loglik, 0.0))
            known = np.isfinite(loglik)
            slope = np.full(phi.shape, math.nan)
            if known.any():
                # The slope of the profile is the score of the parameter, the others being at their best.
                score = result.expansion(path[known])[1][:, j]
                slope[known] = -score * slopes(domain, value[known])[0] / distance[known]
        return distance, slope

    close = max(1e-12, 8 * np.finfo(float).eps * abs(result.loglik)) * goal

    def at_once(signs: list[int]) -> dict[int, float]:
        others = [i for i in result.free if i != j]
        if any(result.names[i] in result.irregular for i in (j, *others)):
            return {}
        with np.errstate(all="ignore"):
            found = fallen(
                result.expansion,
                result.loglik,
                result.theta,
                result.covariance,
                result.domains,
                j,
                others,
                signs,
                goal,
                close,
            )
        if found and may_have_several_ridges(result):
            # The profile is the highest ridge: where another one is above the level the set goes on.
            _, heights = result.maximum_at({j: np.array(list(found.values()))})
            level = result.loglik - goal * goal / 2 + 2 * goal * max(close, 1e-9)
            found = {sign: end for (sign, end), height in zip(found.items(), heights, strict=True) if height <= level}
        return found

    return _ends(result, j, goal, close, evaluate, at_once)


def _score(result: Fitted, j: int, goal: float) -> tuple[float, float]:
    domain = result.domains[j]

    others = [i for i in result.free if i != j and result.names[i] not in result.irregular]
    if not np.isfinite(result.theta[others]).all() and math.isfinite(result.theta[j]):
        raise MleError(
            f"there is no score interval for {result.names[j]}: another parameter is infinite, where the score has no "
            "information; use method='likelihood'."
        )

    def evaluate(phi: Array) -> tuple[Array, Array]:
        value = from_working(domain, phi)
        path, loglik = result.maximum_at({j: value})
        path[~np.isfinite(loglik)] = math.nan  # no point of the model has this value
        roots = score_roots(result, j, path)
        # Where the likelihood rises away from the estimate nothing is excluded, however steep it is.
        outward = np.sign(result.theta[j] - value) * roots
        return np.where(np.isinf(roots), math.inf, np.maximum(outward, 0.0)), np.full(phi.shape, math.nan)

    return _ends(result, j, goal, 1e-12 * goal, evaluate, squares=True)


def _ends(
    result: Fitted,
    j: int,
    goal: float,
    close: float,
    evaluate: Callable[[Array], tuple[Array, Array]],
    at_once: Callable[[list[int]], dict[int, float]] = lambda _: {},
    *,
    squares: bool = False,
) -> tuple[float, float]:
    """Where the distance from the estimate reaches the goal on either side of it; `at_once` may know a side sooner.

    `squares` says that the distance squares the parameter: what is not reached before those leave the range of numbers is not.
    """
    domain, estimate = result.domains[j], result.theta[j : j + 1]
    lowest, highest = limits(domain)
    floor = result.floor(j)
    if floor > domain.low:  # below it the likelihood is unbounded: nothing there is excluded
        lowest = max(lowest, float(to_working(domain, np.array([floor]))[0]))
    center = float(to_working(domain, estimate)[0])
    error = result.error(j) / float(slopes(domain, estimate)[0][0] or 1.0)
    usual = error if math.isfinite(error) and error > 0 else 1.0
    if stretched(domain):
        usual = min(usual, 2.5)
        if squares and math.isfinite(center):
            lowest, highest = max(lowest, min(center, 0.0) - _LOG_ROOT), min(highest, max(center, 0.0) + _LOG_ROOT)
    elif math.isfinite(center):  # farther out squares leave the range of numbers
        lowest, highest = max(lowest, center - _FARTHEST * usual), min(highest, center + _FARTHEST * usual)
    sides, ends = [], [float(domain.low), float(domain.high)]
    known = at_once([sign for sign, edge in ((-1, domain.low), (1, domain.high)) if estimate[0] != edge])
    for sign, edge, closed in ((-1, domain.low, domain.closed_low), (1, domain.high, domain.closed_high)):
        if sign in known:
            ends[0 if sign < 0 else 1] = known[sign]
            continue
        if estimate[0] == edge or (closed and evaluate(to_working(domain, np.array([edge])))[0][0] <= goal):
            continue
        inner, begin = center, center
        if not lowest < center < highest or not math.isfinite(estimate[0]):
            # The estimate is at the far end: start from a moderate value and let the bracket find its way.
            begin = float(to_working(domain, np.array([result.begin(j)]))[0])
            inner = lowest if sign > 0 else highest
        # Beyond an end point of the support the likelihood is zero: a few roundings away it shows whether it is this side.
        step = 1e-15 * max(1.0, abs(begin)) if result.names[j] in result.irregular else goal * usual
        first = min(max(begin + sign * step, lowest), highest)
        sides.append(Side(sign, inner, first, goal * usual, lowest, highest))
    first_crossings(evaluate, sides, goal, close)
    for side in sides:
        far = highest if side.sign < 0 else lowest
        if math.isinf(estimate[0]) and not side.reached_limit and abs(side.phi - far) <= 1e-9 * abs(far):
            # Every finite value is excluded, as far out as numbers go: the estimate at infinity is left.
            ends[0 if side.sign < 0 else 1] = float(estimate[0])
        elif not side.reached_limit:
            end = estimate if side.phi == center else from_working(domain, np.array([side.phi]))
            ends[0 if side.sign < 0 else 1] = float(end[0])
    return ends[0], ends[1]


INTERVALS: Mapping[str, Callable[[Fitted, int, float], tuple[float, float]]] = MappingProxyType(
    {"likelihood": _likelihood, "score": _score, "wald": _wald}
)
"""Method → rule, read-only."""
