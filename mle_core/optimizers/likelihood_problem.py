"""The mean log-likelihood of a family and a sample, as a problem for an optimiser, in raw or logarithmic coordinates."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..domain import Array, DomainError, MleError
from ..family import Family
from ..fitting.fit import resolve
from ..sample import Sample
from .likelihood_view import LikelihoodView
from .observation_scores import observation_scores
from .problem import Problem

__all__ = ["likelihood_problem"]


def likelihood_problem(
    family: str | Family,
    x: object,
    coordinates: Literal["raw", "log"] = "raw",
    weights: object = None,
    fixed: Mapping[str, float] | None = None,
) -> Problem:
    """The mean log-likelihood of a sample, ready for `optimize`.

    Parameters
    ----------
    family : str or Family
    x : array of shape (n,)
        Observations inside the support.
    coordinates : "raw" or "log"
        "log" takes the logarithm of every parameter whose domain is the positive half-line; the others stay.
    weights : array of shape (n,), optional
        Counts. Mini-batches are drawn from the repeated observations, so they need whole numbers.
    fixed : mapping, optional
        Parameters that are held, in their own units.

    Returns
    -------
    Problem
        Of the free parameters, in the order of the family; nats per observation.

    Raises
    ------
    DomainError
        If an observation lies outside the support or a fixed value outside its domain.
    DegenerateDataError
        If all observations are equal and the likelihood is unbounded for that.
    ValueError
        If a name or the coordinates are unknown, or nothing is free.
    """
    law = resolve(family)
    if coordinates not in ("raw", "log"):
        raise MleError(f"there are no coordinates {coordinates!r}; choose raw or log.")
    held = _held(law, fixed)
    sample = Sample.of(x, weights)
    law.check_data(sample, held)
    free = tuple(j for j, name in enumerate(law.names) if name not in held)
    if not free:
        raise MleError(f"every parameter of {law.key} is fixed; leave one free to have a problem.")
    law.check_spread(sample, [law.names[j] for j in free])
    base = law.default.copy()
    for name, value in held.items():
        base[law.index(name)] = value
    positive = [law.params[j].domain.low == 0 and math.isinf(law.params[j].domain.high) for j in free]
    logs = np.array([coordinates == "log" and is_positive for is_positive in positive])
    view = LikelihoodView(law, sample, free, base, logs)
    return _problem(view, expected=_has_expected(view))


def _held(family: Family, fixed: Mapping[str, float] | None) -> dict[str, float]:
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


def _problem(view: LikelihoodView, *, expected: bool) -> Problem:
    family, likelihood, counts = view.family, view.family.likelihood, view.sample.weights
    params = [family.params[j] for j in view.free]
    observed = None if counts is not None and (counts != np.floor(counts)).any() else _Observations(view, expected)
    em_step = likelihood.em_step if len(view.free) == len(family.params) else None
    return Problem(
        names=tuple(param.name for param in params),
        labels=tuple(f"log {p.symbol}" if log else p.symbol for p, log in zip(params, view.logs, strict=True)),
        value=view.value,
        gradient=view.gradient,
        hessian=view.hessian,
        fisher=view.expected_information if expected else lambda phi: _outer_product(view, phi),
        fisher_kind="expected" if expected else "outer product",
        n=view.sample.n,
        contains=view.contains,
        to_params=view.to_params,
        from_params=view.from_params,
        batch=None if observed is None else observed.batch,
        scores=None if observed is None else observed.scores,
        em_step=None if em_step is None else lambda phi: view.moved_by(em_step, phi),
        expansion=view.expansion if likelihood.expansion is not None else None,
        cheap=bool(likelihood.sufficient),
    )


def _has_expected(view: LikelihoodView) -> bool:
    matrix = view.family.fisher(view.base)
    return matrix is not None and bool(np.isfinite(matrix[np.ix_(view.free, view.free)]).all())


def _row_scores(view: LikelihoodView, phi: ArrayLike) -> Array:
    theta = view.raw(phi)
    unit = np.diagonal(view.family.expansion(view.summary, theta)[2]) / view.sample.n
    return observation_scores(view.family, view.sample.x, theta, view.free, unit) * view.stretch(theta)


def _outer_product(view: LikelihoodView, phi: ArrayLike) -> Array:
    """Mean of s sᵀ over the observations' scores s, (k, k)."""
    scores, counts = _row_scores(view, phi), view.sample.weights
    weighted = scores if counts is None else scores * counts[:, None]
    product: Array = weighted.T @ scores / view.sample.n
    return product


@dataclass(frozen=True, eq=False)
class _Observations:
    """The observations one by one; a row of count w stands w times."""

    view: LikelihoodView
    expected: bool

    def scores(self, phi: ArrayLike) -> Array:
        """Score of each observation (n, k)."""
        scores = _row_scores(self.view, phi)
        return scores if self._row_of is None else scores[self._row_of]

    def batch(self, places: ArrayLike) -> Problem:
        """The problem of the observations at `places` (b,), counted from 0 to n − 1."""
        rows = np.asarray(places)
        x = self.view.sample.x[rows if self._row_of is None else self._row_of[rows]]
        part = Sample(x, None, float(x.size), float(x.min()), float(x.max()))
        return _problem(replace(self.view, sample=part), expected=self.expected)

    @cached_property
    def _row_of(self) -> NDArray[np.int64] | None:
        counts = self.view.sample.weights
        return None if counts is None else np.repeat(np.arange(counts.size), counts.astype(np.int64))
