"""Maximum-likelihood fits."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .domain import Array, DegenerateDataError, DomainError, MleError
from .families import FAMILIES
from .family import Estimate, Family
from .maximisation import maximise
from .sample import Sample

__all__ = ["FitResult", "fit", "resolve"]


@dataclass(frozen=True, eq=False)
class FitResult:
    """A fitted family.

    Parameters
    ----------
    family : Family
    theta : ndarray of shape (k,)
        The estimate, fixed parameters included.
    loglik : float
        Nats, summed over the observations.
    covariance : ndarray of shape (k, k)
        Inverse of the observed information of the free parameters; zero for fixed ones and those on a finite boundary,
        NaN where the information does not exist.
    standard_errors : dict
        Name → root of the diagonal.
    n : float
        Number of observations, counts included.
    fixed : dict
        Name → value, as given to `fit`.
    converged, method, message : bool, str, str
        How the maximum was found.
    warnings : tuple of str
        What a reader should know before trusting the numbers.
    """

    family: Family
    theta: Array
    loglik: float
    covariance: Array
    standard_errors: dict[str, float]
    n: float
    fixed: dict[str, float]
    converged: bool
    method: str
    message: str
    warnings: tuple[str, ...]
    sample: Sample = field(repr=False)
    summary: Any = field(repr=False)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the parameters, in the order of theta."""
        return self.family.names

    @property
    def params(self) -> dict[str, float]:
        """Name → estimate, fixed parameters included."""
        return dict(zip(self.names, self.theta.tolist(), strict=True))

    @property
    def free(self) -> tuple[int, ...]:
        """Places of the estimated parameters."""
        return tuple(j for j, name in enumerate(self.names) if name not in self.fixed)

    @property
    def aic(self) -> float:
        """−2ℓ + 2p, p the number of free parameters (Akaike 1974)."""
        return 2 * len(self.free) - 2 * self.loglik

    @property
    def bic(self) -> float:
        """−2ℓ + p log n (Schwarz 1978)."""
        return len(self.free) * math.log(self.n) - 2 * self.loglik


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
    Standard errors come from the observed information −∂²ℓ/∂θ∂θᵀ (Efron & Hinkley 1978).
    """
    law = resolve(family)
    held = _fixed(law, fixed)
    sample = Sample.of(x, weights)
    law.check_data(sample, held)
    free = [j for j, name in enumerate(law.names) if name not in held]
    law.check_spread(sample, [law.names[j] for j in free])
    unit = _unit(law, sample)
    powers = np.array([param.power for param in law.params])
    scaled = (
        sample
        if unit == 1
        else Sample(sample.x / unit, sample.weights, sample.n, sample.low / unit, sample.high / unit)
    )
    summary = law.summarise(scaled)
    with np.errstate(all="ignore"):
        estimate = _estimate(
            law, summary, {name: v / unit ** law.params[law.index(name)].power for name, v in held.items()}
        )
    theta = np.array(estimate.theta, dtype=np.float64)
    _refuse_collapse(law, theta, free)
    with np.errstate(all="ignore"):
        loglik = float(law.likelihood.loglik(summary, *theta))
    covariance, notes = _covariance(law, summary, theta, free)
    factor = unit**powers if unit != 1 else np.ones(len(powers))
    errors = np.sqrt(np.diagonal(covariance)) * factor
    if unit != 1:
        theta = theta * factor
        with np.errstate(all="ignore"):
            covariance = covariance * factor[:, None] * factor
        loglik -= 0.0 if law.discrete else sample.n * math.log(unit)
        summary = law.summarise(sample)
    if sample.n <= len(free):
        notes = (*notes, f"n = {sample.n:g} observations for {len(free)} parameters: standard errors are rough.")
    return FitResult(
        family=law,
        theta=theta,
        loglik=loglik,
        covariance=covariance,
        standard_errors=dict(zip(law.names, errors.tolist(), strict=True)),
        n=sample.n,
        fixed=held,
        converged=bool(estimate.converged),
        method=estimate.method,
        message=estimate.message or ("converged" if estimate.converged else "stopped before convergence"),
        warnings=estimate.warnings + notes,
        sample=sample,
        summary=summary,
    )


def _fixed(family: Family, fixed: Mapping[str, float] | None) -> dict[str, float]:
    held = {name: float(value) for name, value in (fixed or {}).items()}
    for name, value in held.items():
        param = family.params[family.index(name)]
        if not param.contains(value):
            raise DomainError(
                f"fixed {name} = {value:g} is outside {param.domain}, the domain of {param.symbol} of {family.key}; "
                "choose a value inside."
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


def _estimate(family: Family, summary: Any, held: Mapping[str, float]) -> Estimate:
    """By the family's own rule, by the closed form for one parameter, or by Newton's method."""
    likelihood = family.likelihood
    free = [j for j, name in enumerate(family.names) if name not in held]
    if not free:
        return Estimate(tuple(held[name] for name in family.names), "nothing free")
    if not held and likelihood.mle is not None:
        return likelihood.mle(summary)
    if len(free) == 1 and family.names[free[0]] in likelihood.given:
        name = family.names[free[0]]
        best_value = likelihood.given[name](
            summary, *(np.float64(held[other]) for other in family.names if other != name)
        )
        return Estimate(tuple(float(best_value) if name == other else held[other] for other in family.names))
    for name, lowest in ((name, bound(summary)) for name, bound in likelihood.floor.items()):
        if held.get(name, math.inf) <= lowest or lowest > 1e6:
            raise DegenerateDataError(
                f"so many observations are equal that the likelihood of {family.key} is unbounded for {name} < "
                f"{lowest:.4g}; fix {name} at a larger value."
            )
    starts = family.start(summary).copy()
    for name, value in held.items():
        starts[:, family.index(name)] = value
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
        elif name in likelihood.floor and theta[j] < 1.01 * likelihood.floor[name](summary):
            converged = False
            notes.append(
                f"{name} = {theta[j]:.4g} is where the search ends: the likelihood is unbounded below; fix {name}."
            )
    return Estimate(tuple(theta.tolist()), f"Newton, {found.steps} steps", converged, warnings=tuple(notes))


def _refuse_collapse(family: Family, theta: Array, free: Sequence[int]) -> None:
    """An estimate on an open end of its domain means that the likelihood has no maximum."""
    for j in free:
        param = family.params[j]
        if not param.contains(theta[j]):
            raise DegenerateDataError(
                f"the likelihood of {family.key} has no maximum on these data: {param.symbol} → {theta[j]:g}, an end "
                f"of {param.domain}; add observations that differ or fix {param.name}."
            )


def _covariance(family: Family, summary: Any, theta: Array, free: Sequence[int]) -> tuple[Array, tuple[str, ...]]:
    """Inverse observed information of the free parameters inside their domains, and what must be said about it."""
    k = len(family.params)
    covariance = np.zeros((k, k))
    notes: list[str] = []
    inner: list[int] = []
    for j in free:
        param, value = family.params[j], theta[j]
        if not param.regular or math.isinf(value):
            covariance[j, :] = covariance[:, j] = math.nan
        elif value in (param.domain.low, param.domain.high):
            notes.append(
                f"{param.name} = {value:g} is on the boundary of {param.domain}: its standard error 0 says nothing."
            )
        else:
            inner.append(j)
    if inner:
        block = family.expansion(summary, theta)[2][np.ix_(inner, inner)]
        inverse = _inverse(block)
        if inverse is None:
            inverse = np.full(block.shape, math.nan)
            notes.append("the observed information is not positive definite: there are no standard errors.")
        covariance[np.ix_(inner, inner)] = inverse
    return covariance, tuple(notes)


def _inverse(information: Array) -> Array | None:
    """Inverse of a positive definite matrix, scaled to a unit diagonal first; None if it is not one."""
    diagonal = np.diagonal(information)
    if not (np.isfinite(information).all() and (diagonal > 0).all()):
        return None
    scale = np.sqrt(diagonal)
    unit = information / scale[:, None] / scale
    try:
        np.linalg.cholesky(unit)
    except np.linalg.LinAlgError:
        return None
    inverse: Array = np.linalg.inv(unit) / scale[:, None] / scale
    return (inverse + inverse.T) / 2
