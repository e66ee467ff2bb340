"""The best point under held values: what a profile, an interval and a test of a family ask for again and again."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..domain import Array
from ..family import Family
from ..numerics.coordinates import from_working, limits, slopes, stretched, to_working
from .maximisation import maximise

__all__ = ["constrained_maximum"]

# A scale of less than this share of the estimate sits on a few observations alone.
_NARROW = 0.05


def constrained_maximum(
    family: Family,
    summary: Any,
    theta: Array,
    free: Sequence[int],
    held: Mapping[int, Array],
    covariance: Array | None = None,
) -> tuple[Array, Array]:
    """The best theta with each parameter of `held` at its m values and the parameters outside `free` as in theta (k,).

    With the `covariance` (k, k) of theta the search starts where a parabola would have its ridge; and elsewhere too, where
    the family has `Likelihood.rivals`.

    Returns
    -------
    theta : ndarray of shape (m, k)
    loglik : ndarray of shape (m,)
        Nats; −inf and NaN theta (except for the held ones) where a value is outside its domain.
    """
    size = max(np.size(values) for values in held.values())
    path = np.tile(np.asarray(theta, dtype=np.float64), (size, 1))
    inside = np.ones(size, dtype=np.bool_)
    for j, values in held.items():
        path[:, j] = values
        inside &= family.params[j].contains(path[:, j])
    loglik = np.full(size, -np.inf)
    others = [i for i in free if i not in held]
    name = family.names[others[0]] if len(others) == 1 else ""
    limit = next((i for i in held if family.names[i] in family.likelihood.at_infinity), None)
    if not inside.any():
        pass
    elif limit is not None and np.isinf(path[inside, limit]).all():
        with np.errstate(all="ignore"):
            rule = family.likelihood.at_infinity[family.names[limit]]
            path[inside] = rule(summary, path[inside], [family.names[i] for i in (*others, limit)])
            loglik[inside] = family.likelihood.loglik(summary, *path[inside].T)
    elif name in family.likelihood.given:
        with np.errstate(all="ignore"):
            rest = [path[inside, i] for i in range(len(family.params)) if i != others[0]]
            path[inside, others[0]] = family.likelihood.given[name](summary, *rest)
            loglik[inside] = family.likelihood.loglik(summary, *path[inside].T)
    else:
        starts = path[inside]
        for i in others:  # from an end of the domain no iteration starts
            param = family.params[i]
            if not param.domain.low < theta[i] < param.domain.high:
                starts[:, i] = family.start(summary)[0, i]
        if covariance is not None:
            leant = starts.copy()
            _lean(family, leant, theta, others, list(held), covariance)
            starts = np.where(family.contains(leant)[:, None], leant, starts)
        path[inside], loglik[inside] = _highest(family, summary, theta, starts, others)
    for i in others:
        path[~inside, i] = math.nan
    return path, np.where(np.isnan(loglik), -np.inf, loglik)


def _highest(family: Family, summary: Any, theta: Array, starts: Array, others: Sequence[int]) -> tuple[Array, Array]:
    """The best over the parameters `others` from starts (m, k), one a problem, and from the family's rivals of them."""
    rule = family.likelihood.rivals
    rows = rule(summary, starts) if rule is not None and others else np.empty((1, 0, len(theta)))
    if not rows.shape[1]:
        best = maximise(family, summary, starts, others)
        return best.theta, best.loglik
    size = len(starts)
    every = np.repeat(starts[:, None, :], 1 + rows.shape[1], axis=1)
    every[:, 1:, others] = rows[:, :, others]
    possible = family.contains(every)
    with np.errstate(all="ignore"):
        values = np.asarray(family.likelihood.loglik(summary, *np.moveaxis(every, -1, 0)), dtype=np.float64)
    values[:, 0] = math.inf  # the start on the ridge is always climbed from
    values = np.where(possible & ~np.isnan(values), values, -math.inf)
    chosen = np.argsort(-values, axis=1, kind="stable")[:, : 1 + family.likelihood.climbed]
    lines = np.arange(size)[:, None]
    sound = np.isfinite(values[lines, chosen]) | (chosen == 0)
    found = maximise(family, summary, every[lines, chosen][sound], others, quick=True)
    tops, ends = np.full(chosen.shape, -math.inf), np.empty((*chosen.shape, len(theta)))
    tops[sound], ends[sound] = np.nan_to_num(found.loglik, nan=-math.inf), found.theta
    if family.likelihood.floor:
        # What ends far narrower than the estimate, or above it, climbs a spike; it counts where there is nothing else.
        with np.errstate(all="ignore"):
            top = float(family.likelihood.loglik(summary, *theta))
        spike = tops > top + 1e-9 * abs(top)
        for name, bound in family.likelihood.floor.items():
            j = family.index(name)
            spike |= (ends[..., j] < max(1.01 * bound(summary), _NARROW * theta[j])) & (j in others)
        tops = np.where(spike & ~spike.all(axis=1, keepdims=True), -math.inf, tops)
    best_row = np.argmax(tops, axis=1)
    return ends[lines[:, 0], best_row], tops[lines[:, 0], best_row]


def _lean(
    family: Family,
    starts: Array,
    theta: Array,
    others: Sequence[int],
    places: list[int],
    covariance: Array,
) -> None:
    """Move starts (m, k) along the ridge of the parabola at theta (k,), not far in logarithms and logits."""
    block = covariance[np.ix_(places, places)]
    cross = covariance[np.ix_(others, places)]
    with np.errstate(invalid="ignore"):
        away = starts[:, places] - theta[places]
    if not (np.isfinite(block).all() and np.isfinite(cross).all() and np.isfinite(away).all()):
        return
    scale = np.sqrt(np.diagonal(block))
    if not (scale > 0).all():
        return
    solved = np.linalg.lstsq(block / scale[:, None] / scale, (away / scale).T, rcond=None)[0]
    shift = (cross / scale) @ solved
    for i, moved in zip(others, shift, strict=True):
        domain = family.params[i].domain
        if domain.low < theta[i] < domain.high:
            slope = slopes(domain, theta[i : i + 1])[0][0]
            step = moved / slope if slope > 0 else np.zeros(len(moved))
            step = np.clip(step, -1.0, 1.0) if stretched(domain) else step
            low, high = limits(domain)
            starts[:, i] = from_working(domain, np.clip(to_working(domain, theta[i : i + 1]) + step, low, high))
