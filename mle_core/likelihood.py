"""The likelihood of a sample: values, derivatives, surfaces and profiles.

What to use when: `loglik` for values at any theta, `surface` for a picture over two parameters, `profile` for one
parameter with the others at their best, `likelihood_ratio_drop` for the depth of a confidence contour.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from .domain import Array, DomainError, MleError
from .family import Family
from .fitting import FitResult, resolve
from .maximisation import constrained_maximum, maximise
from .sample import Sample

__all__ = ["Profile", "Surface", "information", "likelihood_ratio_drop", "loglik", "profile", "score", "surface"]


@dataclass(frozen=True, eq=False)
class Surface:
    """Log-likelihood over a grid of two parameters.

    Parameters
    ----------
    names : (str, str)
        The two parameters.
    first, second : ndarray of shape (a,) and (b,)
        Their grids.
    values : ndarray of shape (b, a)
        Nats; −inf where the grid leaves the domain.
    theta : ndarray of shape (b, a, k)
        Where each cell was evaluated, profiled parameters included.
    """

    names: tuple[str, str]
    first: Array
    second: Array
    values: Array
    theta: Array


@dataclass(frozen=True, eq=False)
class Profile:
    """Profile log-likelihood of one parameter: `values` (m,) nats over `grid` (m,), reached at `path` (m, k)."""

    name: str
    grid: Array
    values: Array
    path: Array


def loglik(family: str | Family, x: object, theta: ArrayLike) -> Array:
    """Log-likelihood, summed over the sample.

    Parameters
    ----------
    family : str or Family
    x : array of shape (n,)
        Finite numbers.
    theta : array of shape (..., k)

    Returns
    -------
    ndarray of shape (...)
        Nats; −inf outside the domain of theta and for data outside the support, without a warning.

    Raises
    ------
    TypeError, ValueError
        If x is not made of finite numbers, or theta has not k values on its last axis.

    Notes
    -----
    One pass over the data and a cost per theta that does not depend on n where sufficient statistics exist; else in
    blocks of bounded memory.
    """
    law = resolve(family)
    sample = Sample.of(x)
    points = np.asarray(theta, dtype=np.float64)
    valid = law.contains(points)
    if not law.holds(sample) or not valid.any():
        return np.full(valid.shape, -np.inf)
    return _values(law, law.summarise(sample), points)


def _values(family: Family, summary: object, points: Array) -> Array:
    valid = family.contains(points)
    values = np.full(valid.shape, -np.inf)
    with np.errstate(all="ignore"):
        inside = np.asarray(family.likelihood.loglik(summary, *np.moveaxis(points[valid], -1, 0)), dtype=np.float64)
    values[valid] = np.where(np.isnan(inside), -np.inf, inside)
    return values


def score(family: str | Family, x: object, theta: ArrayLike) -> Array:
    """Gradient of the log-likelihood at theta (..., k): shape (..., k), nats per parameter unit.

    Raises
    ------
    DomainError
        If theta lies outside its domain or an observation outside the support.
    """
    return _expansion(family, x, theta)[1]


def information(family: str | Family, x: object, theta: ArrayLike) -> Array:
    """Observed information of the sample at theta.

    Parameters
    ----------
    x : array of shape (n,)
        Observations inside the family's support.
    theta : array of shape (..., k)
        In the order of family.params.

    Returns
    -------
    ndarray of shape (..., k, k)
        Nats per squared parameter unit.

    Raises
    ------
    DomainError
        If theta lies outside its domain or an observation outside the support.

    Notes
    -----
    J(θ) = −∂²ℓ/∂θ∂θᵀ (Efron & Hinkley 1978, Biometrika 65, 457-482).
    """
    return _expansion(family, x, theta)[2]


def _expansion(family: str | Family, x: object, theta: ArrayLike) -> tuple[Array, Array, Array]:
    law = resolve(family)
    sample = Sample.of(x)
    law.check_data(sample)
    return law.expansion(law.summarise(sample), law.check_theta(theta))


def surface(
    family: str | Family, x: object, grids: Mapping[str, ArrayLike], fixed: Mapping[str, float] | None = None
) -> Surface:
    """Log-likelihood over a grid of two parameters.

    Parameters
    ----------
    family : str or Family
    x : array of shape (n,)
        Observations inside the family's support.
    grids : mapping
        Name → grid, of two parameters: ``{"mu": (a,), "sigma": (b,)}``.
    fixed : mapping, optional
        Values of other parameters; those not named are profiled out, cell by cell.

    Returns
    -------
    Surface

    Raises
    ------
    DomainError
        If an observation lies outside the support or a fixed value outside its domain.
    ValueError
        If there are not two grids, or a name is unknown.

    Notes
    -----
    Contours of confidence regions lie `likelihood_ratio_drop` below the maximum over all theta, not over the grid.
    """
    law = resolve(family)
    if len(grids) != 2:
        raise MleError(
            f"a surface needs the grids of two parameters of {law.key}, not {len(grids)}; use profile for one."
        )
    held = dict(fixed or {})
    first_name, second_name = grids
    first, second = (np.asarray(grid, dtype=np.float64) for grid in grids.values())
    sample = Sample.of(x)
    law.check_data(sample)
    summary = law.summarise(sample)
    theta = np.empty((second.size, first.size, len(law.params)))
    theta[...] = law.start(summary)[0] if len(law.params) > 2 else law.default
    for name, value in held.items():
        j = law.index(name)
        if name in grids or not law.params[j].contains(value):
            raise DomainError(
                f"fixed {name} = {value:g} is outside {law.params[j].domain} or has a grid; change one of them."
            )
        theta[..., j] = value
    theta[..., law.index(first_name)] = first
    theta[..., law.index(second_name)] = second[:, None]
    free = [j for j, name in enumerate(law.names) if name not in grids and name not in held]
    if not free:
        return Surface((first_name, second_name), first, second, _values(law, summary, theta), theta)
    valid = law.contains(theta)
    best = maximise(law, summary, theta[valid], free)
    values = np.full(valid.shape, -np.inf)
    values[valid] = best.loglik
    theta[valid] = best.theta
    return Surface((first_name, second_name), first, second, values, theta)


def profile(result: FitResult, name: str, grid: ArrayLike) -> Profile:
    """Profile log-likelihood of one parameter of a fit.

    Parameters
    ----------
    result : FitResult
        What was fixed in the fit stays fixed.
    name : str
    grid : array of shape (m,)

    Returns
    -------
    Profile
        −inf, and NaN in the path, where the grid leaves the domain.

    Raises
    ------
    ValueError
        If the name is unknown or was fixed.

    Notes
    -----
    ℓ_p(ψ) = max over λ of ℓ(ψ, λ) (Pawitan 2001, In All Likelihood, §3.4).
    """
    j = free_index(result, name)
    points = np.atleast_1d(np.asarray(grid, dtype=np.float64))
    path, values = constrained_maximum(result.family, result.summary, result.theta, result.free, j, points)
    return Profile(name, points, values, path)


def free_index(result: FitResult, name: str) -> int:
    """Place of a free parameter of a fit; a ValueError says what is wrong with the name."""
    j = result.family.index(name)
    if j not in result.free:
        raise MleError(f"{name} was fixed at {result.fixed[name]:g} in this fit; fit again without it.")
    return j


def likelihood_ratio_drop(level: float, df: int = 1) -> float:
    """How far below the maximum, in nats, the boundary of a likelihood-ratio confidence region lies.

    Half the `level` quantile of χ² with `df` degrees of freedom (Wilks 1938): 1.921 at 0.95 and 1, 2.996 at 0.95 and 2.
    """
    if not 0 < level < 1:
        raise DomainError(f"level = {level:g} is outside (0, 1); choose a value such as 0.95.")
    return float(special.chdtri(df, 1 - level)) / 2
