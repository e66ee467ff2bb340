"""The score of every single observation, which no sufficient statistic knows."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ..domain import Array
from ..family import Family

__all__ = ["observation_scores"]

_STEP = 1e-3
_BLOCK = 1 << 16  # observations at once, so that temporaries stay in the cache


def observation_scores(family: Family, x: Array, theta: Array, free: Sequence[int], information: Array) -> Array:
    """∂ log f(xᵢ; θ)/∂θⱼ for every observation i and every free parameter j.

    Parameters
    ----------
    x : ndarray of shape (n,)
        Inside the support.
    theta : ndarray of shape (K,)
        Inside the domain.
    free : sequence of int
    information : ndarray of shape (K,)
        Rough information of one observation about each parameter: it sets the unit of the step.

    Returns
    -------
    ndarray of shape (n, len(free))

    Notes
    -----
    Families state sums over a sample alone, so this differentiates `log_prob` by the five-point rule (Abramowitz & Stegun
    1964, 25.3.6) with a step of 1e-3 of one observation's standard error: about twelve digits. At a kink (Laplace at
    x = μ) it is a mean of both slopes.
    """
    scores = np.empty((x.size, len(free)))
    for top in range(0, x.size, _BLOCK):
        part = slice(top, top + _BLOCK)
        scores[part] = _of_block(family, x[part], theta, free, information)
    return scores


def _of_block(family: Family, x: Array, theta: Array, free: Sequence[int], information: Array) -> Array:
    scores = np.empty((x.size, len(free)))
    for i, j in enumerate(free):
        domain, value = family.params[j].domain, float(theta[j])
        unit = 1 / math.sqrt(information[j]) if 0 < information[j] < math.inf else max(1.0, abs(value))
        room = min(value - domain.low, domain.high - value)
        step = _STEP * min(unit, room) if room > 0 else math.nan
        step = (value + step) - value  # a step that the sum represents exactly
        logs = []
        for shift in (-2, -1, 1, 2):
            there = [np.float64(v) for v in theta]
            there[j] = np.float64(value + shift * step)
            with np.errstate(all="ignore"):
                logs.append(np.asarray(family.law.log_prob(x, *there)))
        with np.errstate(all="ignore"):
            scores[:, i] = (logs[0] - logs[3] + 8 * (logs[2] - logs[1])) / (12 * step)
    return scores
