"""Covariance of an estimate from the information, and what must be said where there is none."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ..domain import Array
from ..family import Family

__all__ = ["covariance_of", "inverse"]


def covariance_of(
    family: Family, theta: Array, information: Array, n: float, free: Sequence[int]
) -> tuple[Array, tuple[str, ...]]:
    """Inverse information (k, k) of the free parameters inside their domains, and notes for the reader.

    Parameters
    ----------
    family : Family
    theta : ndarray of shape (k,)
    information : ndarray of shape (k, k)
        Observed information of the sample; not used by a family whose errors come from the expected one.
    n : float
        Number of observations.
    free : sequence of int
    """
    k = len(theta)
    covariance = np.zeros((k, k))
    notes: list[str] = []
    inner: list[int] = []
    for j in free:
        param, value = family.params[j], float(theta[j])
        if not param.regular or math.isinf(value):
            covariance[j, :] = covariance[:, j] = math.nan
            if not param.regular:
                notes.append(
                    f"{param.name} is an end point of the support: it has no information and no standard error."
                )
        elif value in (param.domain.low, param.domain.high):
            notes.append(
                f"{param.name} = {value:g} is on the boundary of {param.domain}: its standard error 0 says nothing."
            )
        else:
            inner.append(j)
    if not inner:
        return covariance, tuple(notes)
    if family.likelihood.errors_from == "expected":
        unit = family.fisher(theta)
        information = np.full((k, k), math.nan) if unit is None else n * unit
    solved = inverse(information if len(inner) == k else information[np.ix_(inner, inner)])
    if solved is None:
        notes.append("the information is not positive definite: there are no standard errors.")
        solved = np.full((len(inner), len(inner)), math.nan)
    if len(inner) == k:
        return solved, tuple(notes)
    covariance[np.ix_(inner, inner)] = solved
    return covariance, tuple(notes)


def inverse(information: Array) -> Array | None:
    """Inverse of a positive definite matrix (k, k), scaled to a unit diagonal first; None if it is not one."""
    diagonal = np.diagonal(information).tolist()
    if not all(0 < value < math.inf for value in diagonal):
        return None
    if len(diagonal) == 1:
        return np.array([[1 / diagonal[0]]])
    if len(diagonal) == 2:  # the closed form: numpy's general routines cost more than a whole closed-form fit
        a, b = math.sqrt(diagonal[0]), math.sqrt(diagonal[1])
        r = float(information[0, 1]) / a / b
        rest = (1 - r) * (1 + r)
        if not rest > 0:
            return None
        cross = -r / rest / a / b
        return np.array([[1 / rest / a / a, cross], [cross, 1 / rest / b / b]])
    scale = np.sqrt(diagonal)
    unit = information / scale[:, None] / scale
    if not np.isfinite(unit).all():
        return None
    try:
        root = np.linalg.inv(np.linalg.cholesky(unit))
    except np.linalg.LinAlgError:
        return None
    solved: Array = (root.T @ root) / scale[:, None] / scale
    return solved
