"""Maximum-likelihood fits."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..arguments import real_number
from ..domain import Array, Bools, DegenerateDataError, DomainError, Interval, MleError
from ..families import FAMILIES
from ..family import Estimate, Family
from ..numerics.covariance import covariance_of
from ..numerics.covariance import inverse as covariance_inverse
from ..sample import Sample
from .maximisation import Maximum, maximise
from .result import FitResult, Mode

__all__ = ["FitResult", "fit", "resolve"]

# Two maxima are the same where they are closer than this, in standard errors of the higher one.
_SAME = 1e-3
# A sample of more rows is climbed on about so many of them first.
_LONG, _SOME = 30_000, 3_000


def resolve(family: str | Family) -> Family:
    """Return the family of a key; a ValueError lists the keys."""
    if isinstance(family, Family):
        return family
    if family not in FAMILIES:
        raise MleError(f"there is no family {family!r}; choose one of {', '.join(FAMILIES)}.")
    return FAMILIES[family]


def fit(
    family: str | Family, x: object, *, weights: object = None, fixed: Mapping[str, float] | None = None
) -> FitResult:
    """Fit a family by maximum likelihood.

    Parameters
    ----------
    family : str or Family
        A key of `FAMILIES`, or a family.
    x : array of shape (n,)
        Real numbers of any kind; never modified.
    weights : array of shape (n,), optional
        Counts: weight w is the same as the row w times.
    fixed : mapping, optional
        Parameters that are held: ``{"nu": 9.0}``.

    Returns
    -------
    FitResult
        Non-convergence is a result, not an exception.

    Raises
    ------
    DomainError
        If an observation lies outside the support, or a fixed value outside its domain.
    DegenerateDataError
        If the likelihood is unbounded, as for equal observations.
    TypeError, ValueError
        If x is not made of finite numbers or a name is unknown.

    Notes
    -----
    Standard errors come from the observed information −∂²ℓ/∂θ∂θᵀ (Efron & Hinkley 1978), or from the expected one where
    the log-likelihood is not smooth; `FitResult.information` says which.
    """
    law = resolve(family)
    sample = Sample.of(x, weights)
    held = _fixed(law, fixed)
    law.check_data(sample, held)
    free = [j for j, name in enumerate(law.names) if name not in held]
    law.check_spread(sample, [law.names[j] for j in free])
    unit = _unit(law, sample)
    if unit != 1:
        scaled = Sample(sample.x / unit, sample.weights, sample.n, sample.low / unit, sample.high / unit)
        here = {name: v / unit ** law.params[law.index(name)].power for name, v in held.items()}
        return _fit(law, scaled, here, free).in_units(unit, sample, held)
    return _fit(law, sample, held, free)


def _fit(law: Family, sample: Sample, held: Mapping[str, float], free: Sequence[int]) -> FitResult:
    summary = law.summarise(sample)
    with np.errstate(all="ignore"):
        estimate, modes = _estimate(law, sample, summary, held)
    theta = np.array(estimate.theta, dtype=np.float64)
    _refuse_collapse(law, theta, free, sample)
    value, _, information = law.expansion(summary, theta)
    loglik = float(value)
    covariance, notes = covariance_of(law, theta, information, sample.n, free)
    if not estimate.identified:
        covariance[np.ix_(free, free)] = math.nan
    errors = np.sqrt(np.diagonal(covariance))
    # A row of a binomial is as many trials as its n says.
    trials = sample.n * math.prod(held[param.name] for param in law.params if param.given)
    if free and trials <= len(free) + 1:
        notes = (*notes, f"n = {trials:g} observations for {len(free)} parameters: standard errors are rough.")
    return FitResult(
        family=law,
        theta=theta,
        loglik=loglik,
        covariance=covariance,
        standard_errors=dict(zip(law.names, errors.tolist(), strict=True)),
        information=law.likelihood.errors_from,
        n=sample.n,
        fixed=dict(held),
        converged=bool(estimate.converged),
        method=estimate.method,
        message=estimate.message or ("converged" if estimate.converged else "stopped before convergence"),
        warnings=estimate.warnings + notes,
        modes=modes,
        sample=sample,
        summary=summary,
    )


def _fixed(family: Family, fixed: Mapping[str, float] | None) -> dict[str, float]:
    held = {name: real_number(value, name) for name, value in (fixed or {}).items()}
    for name, value in held.items():
        param = family.params[family.index(name)]
        if not param.has(value):
            whole = "whole numbers of " if param.integer else ""
            raise DomainError(
                f"fixed {name} = {value:g} is outside {whole}{param.domain}, the domain of {param.symbol} of "
                f"{family.key}; choose a value inside."
            )
    for param in family.params:
        if param.given and param.name not in held:
            raise MleError(f"{param.name} of {family.key} is never estimated; give it: fixed={{{param.name!r}: …}}.")
    return held


def _unit(family: Family, sample: Sample) -> float:
    """A power of two to divide by where squares of the data would leave the range of float64, else 1."""
    largest = max(abs(sample.low), abs(sample.high))
    if not any(param.power for param in family.params) or largest == 0 or 1e-90 < largest < 1e90:
        return 1.0
    return math.ldexp(1.0, math.frexp(largest)[1] - 1)


def _estimate(
    family: Family, sample: Sample, summary: Any, held: Mapping[str, float]
) -> tuple[Estimate, tuple[Mode, ...]]:
    """By the family's own rule, by the closed form for one parameter, or by Newton's method; and other maxima met."""
    likelihood = family.likelihood
    free = [j for j, name in enumerate(family.names) if name not in held]
    if not free:
        return Estimate(tuple(held[name] for name in family.names), "nothing free"), ()
    if not held and likelihood.mle is not None:
        return likelihood.mle(summary), ()
    if len(free) == 1 and family.names[free[0]] in likelihood.given:
        name = family.names[free[0]]
        best_value = likelihood.given[name](
            summary, *(np.float64(held[other]) for other in family.names if other != name)
        )
        return Estimate(tuple(float(best_value) if name == other else held[other] for other in family.names)), ()
    for name, lowest in ((name, bound(summary)) for name, bound in likelihood.floor.items()):
        unit_free = family.params[family.index(name)].power == 0
        if held.get(name, math.inf) <= lowest or (unit_free and lowest > 1e6):
            raise DegenerateDataError(
                f"so many observations are equal that the likelihood of {family.key} is unbounded for {name} < "
                f"{lowest:.4g}; fix {name} at a larger value."
            )
    starts = family.start(summary).copy()
    for name, value in held.items():
        starts[:, family.index(name)] = value
    if sample.x.size > _LONG and not (family.discrete or likelihood.sufficient or likelihood.em_step):
        starts = _climbed_on_few(family, sample, starts, free)
    found = maximise(family, summary, starts, free)
    # A maximum inside is preferred to a point on a floor, which only leads to where the likelihood is unbounded.
    inside = found.converged.copy()
    for name, bound in likelihood.floor.items():
        inside &= (found.theta[:, family.index(name)] > 1.01 * bound(summary)) | (name in held)
    candidates = inside if inside.any() else ~np.isnan(found.loglik)
    best = int(np.argmax(np.where(candidates, found.loglik, -math.inf)))
    theta, converged, notes = found.theta[best], bool(found.converged[best]), list[str]()
    for j in free:
        name, symbol = family.names[j], family.params[j].symbol
        if math.isinf(theta[j]):
            notes.append(
                f"{name} = ∞: the likelihood has no finite maximiser in {symbol}; the standard errors hold it there."
            )
        elif _at_open_end(family.params[j].domain, float(theta[j])):
            notes.append(
                f"{name} = {theta[j]:.3g}: the likelihood rises to the end of {family.params[j].domain}; no {symbol} inside "
                "is the best, and the standard error says nothing."
            )
        elif name in likelihood.floor and theta[j] < 1.01 * likelihood.floor[name](summary):
            converged = False
            notes.append(
                f"{name} = {theta[j]:.4g} is where the search ends: the likelihood is unbounded below; fix {name}."
            )
    modes = _modes(family, summary, found, inside, best, free)
    if modes:
        notes.append(
            f"the likelihood has {len(modes) + 1} local maxima; the next is {found.loglik[best] - modes[0].loglik:.3g} nats lower."
        )
    return Estimate(tuple(theta.tolist()), f"Newton, {found.steps} steps", converged, warnings=tuple(notes)), modes


def _at_open_end(domain: Interval, value: float) -> bool:
    """Whether a value is as close to a finite end that does not belong to its domain as a search comes to it."""
    if not math.isfinite(domain.low) or not math.isfinite(domain.high):
        return False
    near = 1e-9 * (domain.high - domain.low)
    return (value - domain.low < near and not domain.closed_low) or (
        domain.high - value < near and not domain.closed_high
    )


def _climbed_on_few(family: Family, sample: Sample, starts: Array, free: Sequence[int]) -> Array:
    """Better starts (m, k): what the starts lead to on every so-many-th row, at a small part of the price of a step."""
    rows = slice(None, None, sample.x.size // _SOME)
    some = Sample.of(sample.x[rows], None if sample.weights is None else sample.weights[rows])
    if some.low == some.high:
        return starts
    found = maximise(family, family.summarise(some), starts, free)
    good = found.converged & np.isfinite(found.theta).all(axis=1) & family.contains(found.theta)
    return np.where(good[:, None], found.theta, starts)


def _modes(
    family: Family, summary: Any, found: Maximum, inside: Bools, best: int, free: Sequence[int]
) -> tuple[Mode, ...]:
    """The distinct local maxima among converged rows, without the best one, the highest first."""
    rows = np.flatnonzero(inside & (np.arange(len(inside)) != best))
    if not rows.size:
        return ()
    ordered = rows[np.argsort(-found.loglik[rows], kind="stable")]
    kept = [best]
    _, slope, information = family.expansion(summary, found.theta)
    for row in ordered:
        block = information[row][np.ix_(free, free)]
        width = 1 / np.sqrt(np.maximum(np.diagonal(block), 1e-300))
        gaps = np.abs(found.theta[kept][:, free] - found.theta[row, free]) / width
        new = bool((np.nan_to_num(gaps, nan=0.0).max(axis=1) > _SAME).all()) and np.isfinite(found.theta[row]).all()
        if new and covariance_inverse(block) is not None and np.max(np.abs(slope[row, free]) * width) < 1e-4:
            kept.append(int(row))
    return tuple(Mode(found.theta[row].copy(), float(found.loglik[row])) for row in kept[1:])


def _refuse_collapse(family: Family, theta: Array, free: Sequence[int], sample: Sample) -> None:
    """An estimate on an open end of its domain means that the likelihood has no maximum; so does a scale on its way to 0
    onto equal observations.
    """
    for j in free:
        param, value = family.params[j], float(theta[j])
        onto = sample.low == sample.high and param.domain.low == 0 and param.power == 1
        if not param.has(value) or (onto and value < 1e-30 * np.max(np.abs([*theta, sample.low]))):
            raise DegenerateDataError(
                f"the likelihood of {family.key} has no maximum on these data: {param.symbol} → {theta[j]:g}, an end "
                f"of {param.domain}; add observations that differ or fix {param.name}."
            )
