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

from ..arguments import real_number
from ..domain import Array, DomainError, MleError
from ..numerics.covariance import inverse
from .fitted import Fitted, in_standard_units
from .profiles import free_index

__all__ = ["TestResult", "TestStatistic", "score_roots", "test"]


@dataclass(frozen=True)
class TestStatistic:
    """One test: `statistic` (twice nats), its degrees of freedom `df`, its `p_value`, and what must be said about it.

    NaN where the statistic or its distribution does not exist; `note` says why.
    """

    __test__ = False  # not a test case of pytest

    statistic: float
    df: int
    p_value: float
    note: str = ""


@dataclass(frozen=True, eq=False)
class TestResult:
    """Tests of one null by likelihood ratio (`lr`), `wald` and `score`; `theta` (k,) is the best point under it, `loglik`
    its height in nats.
    """

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
    values = [real_number(value, name) for name, value in null.items()]
    for j, name, value in zip(places, null, values, strict=True):
        if not result.domains[j].contains(value):
            raise DomainError(f"{name} = {value:g} is outside {result.domains[j]}; test a value inside.")
    standard, factors = in_standard_units(result)
    here = [value / float(factors[j]) for j, value in zip(places, values, strict=True)]
    path, logliks = standard.maximum_at({j: np.array([value]) for j, value in zip(places, here, strict=True)})
    theta, loglik = path[0], float(logliks[0])
    why = "; ".join(f"{name}: {reason}" for name, reason in result.irregular.items() if name in null)
    df = len(places) + sum(name in result.irregular for name in null)
    height = max(2 * (standard.loglik - loglik), 0.0) if standard.loglik < math.inf else math.nan
    return TestResult(
        dict(zip(null, values, strict=True)),
        _ratio(standard, places, here, height, df),
        TestStatistic(math.nan, df, math.nan, why) if why else _wald(standard, places, here),
        TestStatistic(math.nan, df, math.nan, why) if why else _score(standard, places, theta, loglik),
        theta * factors,
        loglik + (result.loglik - standard.loglik if standard is not result else 0.0),
    )


def _p_value(statistic: float, df: int) -> float:
    return float(special.chdtrc(df, statistic)) if statistic < math.inf else (0.0 if statistic > 0 else math.nan)


def _ratio(result: Fitted, places: list[int], values: list[float], height: float, df: int) -> TestStatistic:
    at_infinity = [value for value in values if math.isinf(value)]
    if math.isnan(height):
        return TestStatistic(height, df, math.nan, "the maximum is infinite")
    if at_infinity:
        if len(places) == 1:
            return TestStatistic(
                height, df, _p_value(height, 1) / 2 if height > 0 else 1.0, "boundary: half χ²₀, half χ²₁"
            )
        return TestStatistic(height, df, _p_value(height, df), "a boundary is tested: the p-value is too large")
    if _singular(result, places):
        return TestStatistic(height, df, math.nan, "the information is singular: the ratio has no χ² law")
    return TestStatistic(height, df, _p_value(height, df))


def _singular(result: Fitted, places: list[int]) -> bool:
    """Whether the estimate lies inside and has no standard errors all the same: the parameters are not identified."""
    inner = all(math.isfinite(result.theta[j]) and not _on_edge(result, j) for j in places)
    regular = not any(result.names[j] in result.irregular for j in places)
    return inner and regular and not all(math.isfinite(result.error(j)) for j in places)


def _on_edge(result: Fitted, j: int) -> bool:
    return float(result.theta[j]) in (result.domains[j].low, result.domains[j].high)


def _wald(result: Fitted, places: list[int], values: list[float]) -> TestStatistic:
    df = len(places)
    if any(_on_edge(result, j) for j in places):
        return TestStatistic(math.nan, df, math.nan, "the estimate is on the boundary: its standard error says nothing")
    away = result.theta[places] - np.array(values)
    if not np.isfinite(away).all():
        return TestStatistic(math.inf, df, 0.0, "an infinite value is tested")
    errors = np.array([result.error(j) for j in places])  # floats where their squares may not be
    if not (np.isfinite(errors).all() and (errors > 0).all()):
        return TestStatistic(math.nan, df, math.nan, "there are no standard errors")
    solved: Array | None = np.ones((1, 1))
    if df > 1:
        solved = inverse(result.covariance[np.ix_(places, places)] / errors / errors[:, None])
    if solved is None:
        return TestStatistic(math.nan, df, math.nan, "there are no standard errors")
    ratio = away / errors
    statistic = float(ratio @ solved @ ratio)
    return TestStatistic(statistic, df, _p_value(statistic, df))


def _score(result: Fitted, places: list[int], theta: Array, loglik: float) -> TestStatistic:
    df = len(places)
    if loglik == -math.inf:
        return TestStatistic(math.nan, df, math.nan, "the likelihood is 0 under the null: it has no score there")
    if not np.isfinite(theta[_regular(result)]).all():
        return TestStatistic(math.nan, df, math.nan, "the score is taken at a finite point only")
    score, information, turn = result.straightened(theta[None, :])
    root = _effective(result, places, score[0], information[0], turn)
    if root is None:
        return TestStatistic(math.nan, df, math.nan, "the information at the null is not positive definite")
    statistic = float(root @ root)
    if _singular(result, places):
        return TestStatistic(statistic, df, math.nan, "the information is singular: the score has no χ² law")
    return TestStatistic(statistic, df, _p_value(statistic, df))


def score_roots(result: Fitted, j: int, theta: Array) -> Array:
    """Signed root of the score statistic of parameter j at each of theta (m, k), the best points under their nulls.

    ∞ where there is no such point or no positive information: nothing there is taken into an interval.
    """
    roots = np.full(len(theta), math.inf)
    known = np.isfinite(theta).all(axis=1)
    if known.any():
        scores, informations, turn = result.straightened(theta[known])
        found = [_effective(result, [j], s, i, turn) for s, i in zip(scores, informations, strict=True)]
        roots[known] = [math.inf if root is None else float(root[0]) for root in found]
    return roots


def _regular(result: Fitted) -> list[int]:
    """Places of the free parameters that have an information."""
    return [j for j in result.free if result.names[j] not in result.irregular]


def _effective(result: Fitted, places: list[int], score: Array, information: Array, turn: Array) -> Array | None:
    """The score in standard errors, of length √(Uᵀ I⁻¹ U), without what the other free parameters explain.

    With I = LLᵀ it is L⁻¹ times the score, projected on what the tested columns of Lᵀ·turn add to the others: by QR, so
    that the condition number is not squared. None where the information is not positive definite.
    """
    others = [i for i in _regular(result) if i not in places and information[i, i] > 0]  # at a boundary it is flat
    order = [*others, *places]
    if not score[order].any():  # flat: as far out as numbers go on separated labels
        return np.zeros(len(places))
    block = information[np.ix_(order, order)]
    diagonal = np.diagonal(block)
    if not (np.isfinite(diagonal).all() and (diagonal > 0).all()):
        return None
    scale = np.sqrt(diagonal)
    unit = block / scale[:, None] / scale
    if not (np.isfinite(unit).all() and np.isfinite(score[order]).all()):
        return None
    try:
        root = np.linalg.cholesky(unit)
    except np.linalg.LinAlgError:
        return None
    columns = turn[np.ix_(order, order)]
    columns = columns / np.abs(columns).max(axis=0)
    standard = np.linalg.solve(root, score[order] / scale)
    basis, triangle = np.linalg.qr(root.T @ (scale[:, None] * columns))
    signs = np.sign(np.diagonal(triangle))
    return np.asarray((signs * (basis.T @ standard))[len(others) :])
