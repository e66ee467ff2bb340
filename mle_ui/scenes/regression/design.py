"""The columns of a curve through the points, and its fits; or one sentence that says which control is at fault.

The first column is x less its origin, with the slope as coefficient. Higher degrees add polynomials that are orthogonal on x to the
constant and to x, so that least squares finds the same slope and intercept at every degree.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.numbers import show
from mle_ui.scenes.regression import settings
from mle_ui.scenes.regression.pairs import Pairs
from mle_ui.scenes.samples import Problem, sentence

Array = npt.NDArray[np.float64]

STUDENT = "student_t"


@dataclass(frozen=True, eq=False)
class Design:
    """Points with the columns of their curve: `X` (m, degree) without the constant, `at(x)` the same columns elsewhere.

    `where` is the option of the origin's control, `origin` the x where the curve's intercept is taken.
    """

    pairs: Pairs
    degree: int
    where: str
    origin: float
    names: tuple[str, ...]
    X: Array = field(repr=False)
    at: Callable[[Array], Array] = field(repr=False)

    def curve(self, theta: Array, x: Array) -> Array:
        """Heights (..., n) at x (n,) of the curves with coefficients theta (..., 1 + degree), the intercept first."""
        return np.asarray(theta[..., :1] + theta[..., 1:] @ self.at(x).T)

    @cached_property
    def full(self) -> Array:
        """The columns with the constant first (m, 1 + degree)."""
        return np.column_stack([np.ones(self.pairs.m), self.X])


@lru_cache(maxsize=128)
def design(pairs: Pairs, degree: int, origin: str) -> Design | Problem:
    """The columns; a problem where x has too few values for the degree."""
    middle = 0.0 if origin == "zero" else pairs.middle
    names = ("slope", *(f"p{j}" for j in range(2, degree + 1)))
    try:
        features = mle.polynomial_features(pairs.x, degree, "orthogonal") if degree > 1 else None
    except mle.MleError as error:
        return Problem(settings.DEGREE.key, f"{error}")

    def rule(x: Array) -> Array:
        straight = np.asarray(x, dtype=float)[:, None] - middle
        return straight if features is None else np.column_stack([straight, features.at(x)[:, 1:]])

    X = rule(pairs.x)
    X.setflags(write=False)
    return Design(pairs, degree, origin, middle, names, X, rule)


def fit_now(of: Design, noise: str, nu: float | None = None) -> mle.RegressionResult | Problem:
    """The maximum-likelihood fit under a noise model; a problem where there is none. `nu` holds that of Student t."""
    # The log-variance of heteroscedastic noise is linear in x, whatever the degree of the curve.
    more = {"Z": of.X[:, :1]} if mle.NOISES[noise].per_column else {}
    options = {} if nu is None else {"nu": nu}
    try:
        return _finite(of, mle.fit_regression(of.X, of.pairs.y, noise, names=of.names, **more, **options))  # type: ignore[arg-type]
    except mle.MleError as error:
        return _said(of, error)


def _at_fault(of: Design) -> str:
    return settings.TEXT.key if of.pairs.data == settings.OWN else "data"


def _finite(of: Design, found: mle.RegressionResult) -> mle.RegressionResult | Problem:
    if found.loglik < math.inf:
        return found
    remedy = "move a point" if of.degree == 1 else "move a point or choose a lower degree"
    words = f"All {of.pairs.m} points lie exactly on the curve, so σ̂ = 0 and log L is ∞; {remedy}."
    return Problem(_at_fault(of) if of.degree == 1 else settings.DEGREE.key, words)


def _said(of: Design, error: mle.MleError) -> Problem:
    """Why there is no fit, beside the control that can mend it."""
    if isinstance(error, mle.RankDeficientError):
        words = (
            f"x = {of.pairs.x[0]:g} in every row is a constant column, like the intercept, so that no slope can be told; let x differ."
            if np.ptp(of.pairs.x) == 0
            else f"The columns of x up to power {of.degree} depend on each other; choose a lower degree or move a point."
        )
        return Problem(_at_fault(of), words)
    fewer = of.pairs.m <= 1 + of.degree
    key = _at_fault(of) if fewer and of.degree == 1 else settings.DEGREE.key if fewer else settings.MODELS.key
    # The page counts its rows from 1, and some of them may have been left out.
    words = re.sub(
        r"\by\[(\d+)\] = (\S+)",
        lambda found: f"row {of.pairs.rows[int(found[1])]}, y = {show(float(found[2]), 6)}",
        str(error),
    )
    return Problem(key, sentence(words))


@lru_cache(maxsize=1024)
def fit(of: Design, noise: str, nu: float | None = None) -> mle.RegressionResult | Problem:
    """The same for all visitors, kept; a point that is being dragged is fitted without."""
    return _over_nu(of)[nu] if noise == STUDENT and nu in settings.NU.values else fit_now(of, noise, nu)


@lru_cache(maxsize=64)
def _over_nu(of: Design) -> Mapping[float | None, mle.RegressionResult | Problem]:
    """Student t at each ν of its slider: one search for all of them, so that a drop does not wait."""
    nus = settings.NU.values
    try:
        found = mle.fit_over_nu(of.X, of.pairs.y, nus, names=of.names)
    except mle.MleError as error:
        return dict.fromkeys(nus, _said(of, error))
    return {
        nu: _said(of, each) if isinstance(each, mle.MleError) else _finite(of, each)
        for nu, each in zip(nus, found, strict=True)
    }
