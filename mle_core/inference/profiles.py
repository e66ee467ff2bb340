"""Profile likelihood of one parameter of a fit, and how deep a confidence region cuts.

What to use when: `profile` for one parameter with the others at their best, `likelihood_ratio_drop` for the depth of a
confidence contour.
"""

from __future__ import annotations

from dataclasses import dataclass

from numpy.typing import ArrayLike
from scipy import special

from ..arguments import real_grid, real_number
from ..domain import Array, DomainError, MleError
from .fitted import Fitted, in_standard_units

__all__ = ["Profile", "free_index", "likelihood_ratio_drop", "profile"]


@dataclass(frozen=True, eq=False)
class Profile:
    """Profile log-likelihood of the parameter `name`: `values` (m,) nats over `grid` (m,), reached at `path` (m, k)."""

    name: str
    grid: Array
    values: Array
    path: Array


def profile(result: Fitted, name: str, grid: ArrayLike) -> Profile:
    """Profile log-likelihood of one parameter of a fit.

    Parameters
    ----------
    result : FitResult, RegressionResult or ClassifierResult
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
    points = real_grid(grid, "grid")
    standard, factors = in_standard_units(result)
    path, values = standard.maximum_at({j: points / factors[j]})
    if standard is not result:
        values = values + (result.loglik - standard.loglik)
    return Profile(name, points, values, path * factors)


def free_index(result: Fitted, name: str) -> int:
    """Place of a free parameter of a fit; a ValueError says what is wrong with the name."""
    if name not in result.names:
        raise MleError(f"there is no parameter {name!r} in this fit; its parameters are {', '.join(result.names)}.")
    j = result.names.index(name)
    if j not in result.free:
        raise MleError(f"{name} was fixed at {result.theta[j]:g} in this fit; fit again without it.")
    return j


def likelihood_ratio_drop(level: float, df: int = 1) -> float:
    """How far below the maximum, in nats, the boundary of a likelihood-ratio confidence region lies.

    Half the `level` quantile of χ² with `df` degrees of freedom (Wilks 1938): 1.921 at 0.95 and 1, 2.996 at 0.95 and 2.
    Raises a DomainError for a level outside (0, 1), a TypeError for one that is no number.
    """
    level = real_number(level, "level")
    if not 0 < level < 1:
        raise DomainError(f"level = {level:g} is outside (0, 1); choose a value such as 0.95.")
    return float(special.chdtri(df, 1 - level)) / 2
