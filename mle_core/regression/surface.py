"""The log-likelihood of a regression over two of its parameters."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..domain import Array, MleError
from ..likelihood import Surface
from ..sample import as_floats
from .held import loglik_at
from .result import RegressionResult

__all__ = ["regression_surface"]

_LOG = "log_"


def regression_surface(result: RegressionResult, grids: Mapping[str, object], profile: bool = False) -> Surface:
    """Log-likelihood over two parameters, the others at the estimate or at their best.

    Parameters
    ----------
    result : RegressionResult
    grids : mapping
        Two names → grids (a,) and (b,), the first along x. A positive parameter may be given by its logarithm:
        ``{"x1": slopes, "log_sigma": logs}``.
    profile : bool
        Put the other parameters to their best in every cell; else they stay at the estimate.

    Returns
    -------
    Surface
        `values` (b, a) nats; −∞ outside the domain.

    Raises
    ------
    ValueError
        If there are not two names, or a name is unknown.

    Notes
    -----
    Gaussian noise: the residual sum of squares is quadratic in the coefficients, so a cell costs the same for any n.
    """
    if len(grids) != 2:
        raise MleError(f"a surface is over two parameters, not {len(grids)}; give two names with their grids.")
    (first, xs), (second, ys) = ((name, as_floats(grid, name)) for name, grid in grids.items())
    places = [_place(result, name) for name in (first, second)]
    if places[0] == places[1]:
        raise MleError(f"{first} and {second} are the same parameter; choose two.")
    with np.errstate(all="ignore"):
        columns = [np.exp(g) if _is_log(result, name) else g for name, g in ((first, xs), (second, ys))]
    a, b = xs.size, ys.size
    held = {
        places[0]: np.broadcast_to(columns[0], (b, a)).ravel(),
        places[1]: np.broadcast_to(columns[1][:, None], (b, a)).ravel(),
    }
    if profile:
        theta, values = result.maximum_at(held)
    else:
        theta = np.tile(result.theta, (a * b, 1))
        for j, value in held.items():
            theta[:, j] = value
        values = _values(result, theta)
    return Surface((first, second), xs, ys, values.reshape(b, a), tuple(theta.T.reshape(-1, b, a)))


def _values(result: RegressionResult, theta: Array) -> Array:
    if result.noise.maximum_at is None:
        return loglik_at(result, theta)
    # All coefficients held: the closed form is the value itself.
    _, values = result.maximum_at({j: theta[:, j] for j in range(theta.shape[1])})
    return values


def _is_log(result: RegressionResult, name: str) -> bool:
    return name not in result.names and name.startswith(_LOG)


def _place(result: RegressionResult, name: str) -> int:
    plain = name.removeprefix(_LOG) if _is_log(result, name) else name
    if plain not in result.names:
        raise MleError(f"there is no parameter {plain!r}; choose two of {', '.join(result.names)}.")
    place = result.names.index(plain)
    if plain != name and result.domains[place].low != 0:
        raise MleError(f"{plain} may be negative and has no logarithm; give {plain} itself.")
    return place
