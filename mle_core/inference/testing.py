"""The three classical tests of values of parameters: likelihood ratio, Wald and score.

All three ask how far the null is from the estimate: the likelihood ratio by height, Wald by width, the score by the
slope at the null (Buse 1982, The American Statistician 36, 153-157).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import special

from ..domain import Array, DomainError, MleError
from ..numerics.covariance import inverse
from .fitted import Fitted
from .profiles import free_index

__all__ = ["TestResult", "TestStatistic", "score_roots", "test"]


@dataclass(frozen=True)
class TestStatistic:
    """One test: `statistic` (twice nats), its degrees of freedom, its p-value, and what must be said about it.

    NaN where the statistic or its distribution does not exist; `note` says why.
    """

    __test__ = False  # not a test case of pytest

    statistic: float
    df: int
    p_value: float
    note: str = ""


@dataclass(frozen=True, eq=False)
class TestResult:
    """Likelihood-ratio, Wald and score test of one null; `theta` (k,) is the best point under it, `loglik` its height."""

    __test__ = False

    null: Mapping[str, float]
    lr: TestStatistic
    wald: TestStatistic
    score: TestStatistic
    theta: Array
    loglik: float


def test(result: Fitted, null: Mapping[str, float]) -> TestResult:
    """Test that parameters have the values of `null`, the others free.

    Parameters
    ----------
    result : FitResult, RegressionResult or ClassifierResult
    null : mapping
        Name → value of one or more free parameters.

    Returns
    -------
    TestResult
        `.lr`, `.wald` and `.score`, each with statistic, df and p_value; all three are χ² with as many degrees of
        freedom as parameters are tested, where the model is regular.

    Raises
    ------
    DomainError
        If a value lies outside the parameter's domain.
    ValueError
        If a name is unknown or was fixed, or nothing is tested.

    Notes
    -----
    Likelihood ratio 2[ℓ(θ̂) − ℓ(θ̃)], Wald (θ̂ − ψ₀)ᵀ V⁻¹ (θ̂ − ψ₀) with V the covariance of the result, and score
    Uᵀ I⁻¹ U at the best point θ̃ under the null, I the expected information where the model has one, else the observed
    (Pawitan 2001, §9.9-9.11). At an infinite end of the domain the likelihood ratio of one parameter is half χ²₀ and
    half χ²₁ (Self & Liang 1987); an end point of the support counts two degrees of freedom (Smith 1985).
    """
    if not null:
        raise MleError("the null names no parameter; give a value for one: test(result, {'mu': 0.0}).")
    places = [free_index(result, name) for name in null]
    values = [float(value) for value in null.values()]
    for j, name, value in zip(places, null, values, strict=True):
        if not result.domains[j].contains(value):
            raise DomainError(f"{name} = {value:g} is outside {result.domains[j]}; test a value inside.")
    path, logliks = result.maximum_at({j: np.array([value]) for j, value in zip(places, values, strict=True)})
    theta, loglik = path[0], float(logliks[0])
    why = "; ".join(f"{name}: {reason}" for name, reason in result.irregular.items() if name in null)
    df = len(places) + sum(name in result.irregular for name in null)
    height = max(2 * (result.loglik - loglik), 0.0) if result.loglik < math.inf else math.nan
    return TestResult(
        dict(zip(null, values, strict=True)),
        _ratio(result, places, values, height, df),
        TestStatistic(math.nan, df, math.nan, why) if why else _wald(result, places, values),
        TestStatistic(math.nan, df, math.nan, why) if why else _score(result, places, theta),
        theta,
        loglik,
    )


def _p_value(statistic: float, df: int) -> float:
    return float(special.chdtrc(df, statistic)) if statistic < math.inf else (0.0 if statistic > 0 else math.nan)


def _ratio(result: Fitted, places: list[int], values: list[float], height: float, df: int) -> TestStatistic:
    spread = result.covariance[np.ix_(places, places)]
    at_infinity = [value for value in values if math.isinf(value)]
    if math.isnan(height):
        return TestStatistic(height, df, math.nan, "the maximum is infinite")
    if at_infinity:
        if len(places) == 1:
            return TestStatistic(
                height, df, _p_value(height, 1) / 2 if height > 0 else 1.0, "boundary: half χ²₀, half χ²₁"
            )
        return TestStatistic(height, df, _p_value(height, df), "a boundary is tested: the p-value is too large")
    inner = [math.isfinite(result.theta[j]) and not _on_edge(result, j) for j in places]
    if all(inner) and not any(result.names[j] in result.irregular for j in places) and not np.isfinite(spread).all():
        return TestStatistic(height, df, math.nan, "the information is singular: the ratio has no χ² law")
    return TestStatistic(height, df, _p_value(height, df))


def _on_edge(result: Fitted, j: int) -> bool:
    return float(result.theta[j]) in (result.domains[j].low, result.domains[j].high)


def _wald(result: Fitted, places: list[int], values: list[float]) -> TestStatistic:
    df = len(places)
    if any(_on_edge(result, j) for j in places):
        return TestStatistic(math.nan, df, math.nan, "the estimate is on the boundary: its standard error says nothing")
    away = result.theta[places] - np.array(values)
    if not np.isfinite(away).all():
        return TestStatistic(math.inf, df, 0.0, "an infinite value is tested")
    solved = inverse(result.covariance[np.ix_(places, places)])
    if solved is None:
        return TestStatistic(math.nan, df, math.nan, "there are no standard errors")
    statistic = float(away @ solved @ away)
    return TestStatistic(statistic, df, _p_value(statistic, df))


def _score(result: Fitted, places: list[int], theta: Array) -> TestStatistic:
    df = len(places)
    if not np.isfinite(theta[_regular(result)]).all():
        return TestStatistic(math.nan, df, math.nan, "the score is taken at a finite point only")
    slope, information = _at(result, theta[None, :])
    root = _effective(result, places, slope[0], information[0])
    if root is None:
        return TestStatistic(math.nan, df, math.nan, "the information at the null is not positive definite")
    return TestStatistic(root, df, _p_value(root, df))


def score_roots(result: Fitted, j: int, theta: Array) -> Array:
    """Signed root of the score statistic of parameter j at each of theta (m, k), the best points under their nulls.

    ∞ where there is no such point or no positive information: nothing there is taken into an interval.
    """
    roots = np.full(len(theta), math.inf)
    known = np.isfinite(theta).all(axis=1)
    if known.any():
        slope, information = _at(result, theta[known])
        squares = [_effective(result, [j], s, i) for s, i in zip(slope, information, strict=True)]
        sizes = [math.inf if square is None else math.sqrt(square) for square in squares]
        roots[known] = np.copysign(sizes, slope[:, j])
    return roots


def _at(result: Fitted, theta: Array) -> tuple[Array, Array]:
    """Score (m, k) and information (m, k, k) at theta (m, k): the expected one where the model has it."""
    _, slope, observed = result.expansion(theta)
    expected = [result.expected_information(row) for row in theta]
    regular = _regular(result)
    inner = np.ix_(regular, regular)
    chosen = [
        e if e is not None and np.isfinite(e[inner]).all() else o for e, o in zip(expected, observed, strict=True)
    ]
    return slope, np.array(chosen)


def _regular(result: Fitted) -> list[int]:
    """Places of the free parameters that have an information."""
    return [j for j in result.free if result.names[j] not in result.irregular]


def _effective(result: Fitted, places: list[int], slope: Array, information: Array) -> float | None:
    """Uᵀ I⁻¹ U, with the part of the score that the other free parameters explain taken out."""
    tested = list(places)
    others = [i for i in _regular(result) if i not in places and information[i, i] > 0]  # at a boundary it is flat
    block = information[np.ix_(tested, tested)]
    effective = slope[tested]
    if others:
        nuisance = inverse(information[np.ix_(others, others)])
        if nuisance is None:
            return None
        cross = information[np.ix_(tested, others)] @ nuisance
        block = block - cross @ information[np.ix_(others, tested)]
        effective = effective - cross @ slope[others]
    solved = inverse(block)
    return None if solved is None else max(float(effective @ solved @ effective), 0.0)
