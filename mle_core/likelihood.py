"""The likelihood of a sample: values, derivatives and surfaces.

What to use when: `loglik` for values at any theta, `surface` for a picture over two parameters, `profile` for one
parameter with the others at their best.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from .arguments import real_array, real_grid, real_number
from .domain import Array, DomainError, MleError
from .family import Family
from .fitting.fit import resolve
from .fitting.maximisation import maximise
from .sample import Sample

__all__ = ["Surface", "information", "loglik", "score", "surface"]


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
    columns : tuple of k ndarrays
        Each parameter, of a shape that broadcasts to (b, a).
    """

    names: tuple[str, str]
    first: Array
    second: Array
    values: Array
    columns: tuple[Array, ...]

    @cached_property
    def theta(self) -> Array:
        """Where each cell was evaluated, profiled parameters included: shape (b, a, k)."""
        shape = self.values.shape
        return np.stack([np.broadcast_to(column, shape) for column in self.columns], axis=-1)


def loglik(family: str | Family, x: object, theta: ArrayLike, *, weights: object = None) -> Array:
    """Log-likelihood, summed over the sample.

    Parameters
    ----------
    family : str or Family
    x : array of shape (n,)
        Finite numbers.
    theta : array of shape (..., k)
    weights : array of shape (n,), optional
        Counts: weight w is the same as the row w times.

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
    sample = Sample.of(x, weights)
    points = real_array(theta, "theta")
    valid = law.contains(points)
    values = np.full(valid.shape, -np.inf)
    if law.holds(sample) and valid.any():
        values[valid] = _evaluate(law, law.summarise(sample), tuple(np.moveaxis(points[valid], -1, 0)))
    return values


def _evaluate(family: Family, summary: object, columns: Sequence[Array]) -> Array:
    """Log-likelihood at parameters of the domain; −inf for what the formulas cannot tell."""
    with np.errstate(all="ignore"):
        values = np.asarray(family.likelihood.loglik(summary, *columns), dtype=np.float64)
        clean = not np.isnan(np.sum(values))  # one pass without a temporary; ∞ − ∞ is looked at below
    return values if clean else np.where(np.isnan(values), -np.inf, values)


def score(family: str | Family, x: object, theta: ArrayLike, *, weights: object = None) -> Array:
    """Gradient of the log-likelihood, in closed form.

    Parameters
    ----------
    family : str or Family
    x : array of shape (n,)
        Observations inside the family's support.
    theta : array of shape (..., k)
        In the order of family.params.
    weights : array of shape (n,), optional
        Counts.

    Returns
    -------
    ndarray of shape (..., k)
        Nats per parameter unit.

    Raises
    ------
    DomainError
        If theta lies outside its domain or an observation outside the support.
    """
    return _expansion(family, x, theta, weights)[1]


def information(family: str | Family, x: object, theta: ArrayLike, *, weights: object = None) -> Array:
    """Observed information of the sample at theta.

    Parameters
    ----------
    x : array of shape (n,)
        Observations inside the family's support.
    theta : array of shape (..., k)
        In the order of family.params.
    weights : array of shape (n,), optional
        Counts.

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
    return _expansion(family, x, theta, weights)[2]


def _expansion(family: str | Family, x: object, theta: ArrayLike, weights: object) -> tuple[Array, Array, Array]:
    law = resolve(family)
    sample = Sample.of(x, weights)
    law.check_data(sample)
    return law.expansion(law.summarise(sample), law.check_theta(theta))


def surface(
    family: str | Family,
    x: object,
    grids: Mapping[str, ArrayLike],
    fixed: Mapping[str, float] | None = None,
    *,
    weights: object = None,
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
    weights : array of shape (n,), optional
        Counts.

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
    held = {name: real_number(value, name) for name, value in (fixed or {}).items()}
    first_name, second_name = grids
    names = (first_name, second_name)
    first, second = (real_grid(grid, name, 1) for name, grid in grids.items())
    sample = Sample.of(x, weights)
    law.check_data(sample, held)
    summary = law.summarise(sample)
    columns = [np.array([[value]]) for value in law.default]
    inside = {}
    for name, values in ((names[0], first[None, :]), (names[1], second[:, None])):
        j = law.index(name)
        inside[j] = law.params[j].contains(values)
        columns[j] = np.where(inside[j], values, law.params[j].default)
    for name, value in held.items():
        j = law.index(name)
        if name in grids or not law.params[j].contains(value):
            raise DomainError(
                f"fixed {name} = {value:g} is outside {law.params[j].domain} or has a grid; change one of them."
            )
        columns[j] = np.array([[value]])
    valid = np.broadcast_to(np.logical_and(*inside.values()), (second.size, first.size))
    if law.constraint is not None:
        valid = valid & law.constraint(*columns)
    free = [j for j, name in enumerate(law.names) if name not in grids and name not in held]
    for j in free:
        if law.params[j].given:
            raise MleError(f"{law.names[j]} of {law.key} is never estimated; give it: fixed={{{law.names[j]!r}: …}}.")
    if free:
        values = np.full(valid.shape, -np.inf)
        theta = np.empty((*valid.shape, len(law.params)))
        start = law.start(summary)[0]
        for j, column in enumerate(columns):
            theta[..., j] = start[j] if j in free else column
        best = maximise(law, summary, theta[valid], free)
        values[valid], theta[valid] = best.loglik, best.theta
        columns = list(np.moveaxis(theta, -1, 0))
    else:
        values = _evaluate(law, summary, columns)
        if values.shape != valid.shape or not valid.all():
            values = np.where(valid, values, -np.inf)
    for name, grid in ((names[0], first[None, :]), (names[1], second[:, None])):
        columns[law.index(name)] = grid  # as asked for, also where it is outside
    return Surface(names, first, second, values, tuple(columns))
