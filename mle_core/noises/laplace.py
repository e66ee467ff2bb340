"""Laplace noise: least absolute deviations is its maximum likelihood, and is solved exactly.

log f(r; b) = −log 2b − |r|/b. Koenker & Bassett (1978), Econometrica 46, 33-50; the dual linear programme is that of
Koenker (2005), Quantile Regression, §6.2.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from ..domain import Array, Interval, Param
from ..linear.least_absolute import LeastAbsolute
from ..linear.noise import Noise, Problem, Solution, Terms, location_scale

B = Param("b", "b", "noise scale", Interval(0, math.inf), Interval(0.1, 10), 1.0, "log", power=1)
_ON_LINE = 1e-6  # of a scale


def log_density(r: Array, b: Array) -> Array:
    return np.asarray(-np.log(2 * b) - np.abs(r / b))


def influence(r: Array, b: Array) -> Array:
    return np.asarray(np.sign(r) / b)


def curvature(r: Array, b: Array) -> Array:
    return np.zeros_like(r / b)


def value(problem: Problem, eta: Array, b: Array) -> Array:
    return log_density(problem.y - eta, b)


def terms(problem: Problem, eta: Array, b: Array) -> Terms:
    r = problem.y - eta
    # Of an observation on the line the sign is rounding: the middle of its subgradient.
    sign = np.where(np.abs(r) > _ON_LINE * b, np.sign(r), 0.0)
    return location_scale(r, b, -math.log(2) - np.abs(r / b), -sign, np.zeros_like(r))


def precision(problem: Problem, theta: Array) -> Array:
    return np.asarray(1 / theta[-1] ** 2)


def expected(problem: Problem, theta: Array) -> Array:
    p = problem.X.shape[1]
    matrix = np.zeros((p + 1, p + 1))
    matrix[:p, :p] = problem.gram
    matrix[p, p] = problem.n
    with np.errstate(all="ignore"):
        return np.asarray(matrix / theta[p] ** 2)


def solve(problem: Problem, held: Mapping[int, float], start: Array | None) -> Solution:
    found = LeastAbsolute.of(problem.X, problem.target, problem.weights)
    b = held.get(0, found.total / problem.n)
    notes = (
        ()
        if found.unique
        else (
            "the least absolute deviations are reached by more than one line (the largest dual variable is 1): the "
            "coefficients are one vertex of the set of maxima.",
        )
    )
    return Solution(np.append(found.beta, b), "linear programme", warnings=notes, certificate=found.certificate)


def quantile(p: Array, b: Array) -> Array:
    p = np.asarray(p)
    return np.asarray(np.where(p < 0.5, b * np.log(2 * p), -b * np.log(2 * (1 - p))))


NOISE = Noise(
    key="laplace",
    name="Laplace",
    params=(B,),
    curve=(B,),
    log_density=log_density,
    influence=influence,
    curvature=curvature,
    value=value,
    terms=terms,
    precision=precision,
    expected=expected,
    solve=solve,
    quantile=quantile,
    smooth=False,
    errors_from="expected",  # the observed one is zero almost everywhere
    order=20,
    source="Koenker & Bassett (1978), Econometrica 46, 33-50",
    scipy="stats.laplace(0, b).logpdf(r)",
)
