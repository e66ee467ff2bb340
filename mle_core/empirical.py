"""The empirical distribution of a sample, its distance from a law, and its confidence band.

Notes
-----
F_m(x) is the share of observations ≤ x. Kolmogorov's distance is D_m = sup |F_m(x) − F(x)|; for a continuous F its law does not
depend on F. Dvoretzky, Kiefer & Wolfowitz (1956) with Massart's (1990) constant: P(D_m > ε) ≤ 2 exp(−2mε²), for every m.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from .domain import Array, MleError
from .sample import as_floats

__all__ = ["dkw_halfwidth", "ecdf", "kolmogorov_distance"]


def ecdf(x: object) -> tuple[Array, Array]:
    """Sorted distinct observations and the share of the sample that is at most as large.

    Parameters
    ----------
    x : array of shape (m,)

    Returns
    -------
    values, shares : ndarray of shape (d,)
        d ≤ m distinct values, ascending; the last share is 1.

    Raises
    ------
    TypeError, ValueError
        If x is not a vector of finite numbers.
    """
    values, counts = np.unique(as_floats(x, "x"), return_counts=True)
    return values, np.cumsum(counts) / counts.sum()


def kolmogorov_distance(probabilities: object) -> tuple[float, int]:
    """Largest distance between the empirical distribution and a continuous law.

    Parameters
    ----------
    probabilities : array of shape (m,)
        F(x) of each observation, in any order.

    Returns
    -------
    distance : float
        D_m, between 1/(2m) and 1.
    place : int
        The observation next to which it is attained.

    Raises
    ------
    TypeError, ValueError
        If there are none, or some lie outside [0, 1].
    """
    u = as_floats(probabilities, "probabilities")
    if u.min() < 0 or u.max() > 1:
        wrong = u[(u < 0) | (u > 1)][0]
        raise MleError(f"{wrong:g} is no probability; pass F(x) of each observation, between 0 and 1.")
    order = np.argsort(u, kind="stable")
    steps = np.arange(u.size + 1) / u.size
    gaps = np.maximum(steps[1:] - u[order], u[order] - steps[:-1])
    widest = int(np.argmax(gaps))
    return float(gaps[widest]), int(order[widest])


def dkw_halfwidth(m: ArrayLike, level: float = 0.95) -> Array:
    """Half-width ε of a band F_m ± ε that holds the whole of F with at least the given probability.

    Parameters
    ----------
    m : array
        Sample sizes, at least 1.
    level : float
        In (0, 1).

    Returns
    -------
    ndarray of the shape of m
        √(log(2/(1 − level))/(2m)); above 1 for the smallest samples.

    Raises
    ------
    ValueError
        If a size or the level is not allowed.
    """
    sizes = np.asarray(m, dtype=np.float64)
    if not (0 < level < 1):
        raise MleError(f"level = {level:g} must lie inside (0, 1); choose 0.95, say.")
    if not np.all(sizes >= 1):
        raise MleError("sample sizes must be at least 1; leave the smaller ones out.")
    return np.asarray(np.sqrt(math.log(2 / (1 - level)) / (2 * sizes)))
