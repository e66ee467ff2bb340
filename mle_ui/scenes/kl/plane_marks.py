"""Every moving mark of the fits in the plane."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.figures import style
from mle_ui.live.tables import Track, image_frames

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

#: Where the values of the sliders stand in theta.
W, RHO, SIGMA, MEANS, STEP, START, START_SIGMA, ALPHA = (
    0,
    slice(1, 3),
    slice(3, 5),
    slice(5, 9),
    9,
    slice(10, 12),
    12,
    13,
)
TARGET = slice(0, 9)
PATH = 15  # places of a search: longer ones are cut, shorter ones wait at their end
WINDOW = ((-5.5, 5.5), (-4.5, 4.5))
#: An ellipse is drawn at so many standard deviations: it holds 86 % of a normal's mass.
LEVEL = 2.0
_ROUND = np.linspace(0, 2 * np.pi, 41)
CIRCLE = LEVEL * np.stack([np.cos(_ROUND), np.sin(_ROUND)])
PARKED = 12.0
#: Contours of p: drops of its logarithm below the highest place, as a normal has them at whole and half standard deviations.
BANDS = 6
COLUMNS, ROWS = 31, 25
#: Axes of the costs, in the reader's unit; smaller ones are drawn at their foot, what is not there waits below it.
COSTS = ((0.01, 300.0), (0.01, 30.0))
ABSENT = 1e-3


class Ends(NamedTuple):
    """The minima of D(q‖p), the best first: (3, K, …), with `there` false where there are fewer."""

    means: Array
    covariances: Array
    values: Array
    there: Flags


def targets(theta: Array) -> tuple[Array, Array, Array]:
    """Weights (K, 2), means (K, 2, 2) and covariances (K, 2, 2, 2)."""
    w = np.stack([theta[:, W], 1 - theta[:, W]], axis=1)
    rho, variance = theta[:, RHO], theta[:, SIGMA] ** 2
    off = rho * variance
    covariances = np.stack([np.stack([variance, off], axis=-1), np.stack([off, variance], axis=-1)], axis=-1)
    return w, theta[:, MEANS].reshape(-1, 2, 2), covariances


@lru_cache(maxsize=128)
def _projected(target: bytes, side: int) -> mle.PlaneNormals:
    """Forward fits (side −1), reverse ones from a component (0, 1) or from the forward fit (2)."""
    parts = targets(np.frombuffer(target).reshape(-1, 9))
    if side < 0:
        return mle.project_plane(*parts)
    start = None if side == 2 else (parts[1][:, side], parts[2][:, side])
    return mle.project_plane(*parts, "reverse_kl", start)


@lru_cache(maxsize=128)
def _searched(target: bytes, starts: bytes) -> mle.PlaneNormals:
    begin = np.frombuffer(starts).reshape(-1, 3)
    spread = begin[:, 2, None, None] ** 2 * np.eye(2)
    parts = targets(np.frombuffer(target).reshape(-1, 9))
    return mle.project_plane(*parts, "reverse_kl", (begin[:, :2], spread), steps=PATH)


@lru_cache(maxsize=128)
def _between(kind: str, target: bytes, orders: bytes) -> mle.PlaneNormals:
    """The better of the minima that are reached from the forward fit and from the best reverse one."""
    theta = np.frombuffer(target).reshape(-1, 9)
    ends, order = reverse(theta), np.frombuffer(orders) if kind == "renyi" else None
    one = forward(theta)
    starts = ((one.means, one.covariances), (ends.means[0], ends.covariances[0]))
    first, second = (mle.project_plane_between(*targets(theta), kind, start, alpha=order) for start in starts)
    better = first.values <= second.values
    rows = better[:, None], better[:, None, None], better, better
    means, covariances, values, minima = (
        np.where(b, x, y) for b, x, y in zip(rows, first[:4], second[:4], strict=True)
    )
    return mle.PlaneNormals(means, covariances, values, minima, first.path)


def _bytes(values: Array) -> bytes:
    return np.ascontiguousarray(values).tobytes()


def forward(theta: Array) -> mle.PlaneNormals:
    return _projected(_bytes(theta[:, TARGET]), -1)


def reverse(theta: Array) -> Ends:
    """All minima that are reached from either component and from the forward fit."""
    found = [_projected(_bytes(theta[:, TARGET]), side) for side in (0, 1, 2)]
    means, covariances, values, minima = (np.stack([np.asarray(f[j]) for f in found]) for j in range(4))
    cost = np.where(minima, values, np.inf)
    # What a search ended at before is the same minimum; of what is none, the lowest is kept where there is nothing else.
    width = np.sqrt(np.trace(covariances, axis1=2, axis2=3))
    for late in (1, 2):
        for early in range(late):
            near = np.linalg.norm(means[late] - means[early], axis=1) < 0.02 * width[late]
            alike = np.abs(covariances[late] - covariances[early]).max(axis=(1, 2)) < 0.02 * width[late] ** 2
            cost[late] = np.where(near & alike & np.isfinite(cost[early]), np.inf, cost[late])
    lost = ~np.isfinite(cost).any(axis=0)
    cost[:, lost] = np.where(values[:, lost] == values[:, lost].min(axis=0), values[:, lost], np.inf)
    order = np.argsort(cost, axis=0, kind="stable")
    columns = np.arange(len(theta))
    return Ends(
        means[order, columns], covariances[order, columns], values[order, columns], np.isfinite(cost[order, columns])
    )


def between(kind: str, theta: Array) -> mle.PlaneNormals:
    """The fit by Jensen–Shannon, or by Rényi's divergence of each row's order."""
    return _between(kind, _bytes(theta[:, TARGET]), _bytes(theta[:, ALPHA]) if kind == "renyi" else b"")


def search(theta: Array) -> mle.PlaneNormals:
    """Where a search from the dragged start goes, with its path; one row where all rows ask for the same."""
    if (theta[:, TARGET] == theta[0, TARGET]).all() and (theta[:, 10:ALPHA] == theta[0, 10:ALPHA]).all():
        theta = theta[:1]
    return _searched(_bytes(theta[:, TARGET]), _bytes(np.concatenate([theta[:, START], theta[:, [START_SIGMA]]], 1)))


def here(theta: Array) -> tuple[Array, Array]:
    """Mean (K, 2) and covariance (K, 2, 2) where the search stands after its steps."""
    means, covariances = search(theta).path
    at = np.minimum(theta[:, STEP].astype(int), PATH - 1)
    rows = np.arange(len(theta)) % means.shape[1]
    return means[at, rows], covariances[at, rows]


def costs(theta: Array, mean: Array, covariance: Array) -> tuple[Array, Array]:
    """D(p‖q) and D(q‖p) of normals q, nats."""
    parts = targets(theta)
    return mle.plane_divergences(*parts, mean, covariance), mle.plane_divergences(
        *parts, mean, covariance, "reverse_kl"
    )


def tracks(kind: str, theta: Array, moved: Collection[str], scale: float) -> list[Track]:
    """Frames of the marks that depend on the sliders in `moved`, for theta (K, 13), or (K, 14) with α; costs in units of `scale` for a nat.

    `kind` is the divergence of the fit between the two directions.
    """
    moving = set(moved)
    points = []
    if moving & {"x_1", "y_1", "x_2", "y_2"}:
        points.append(Track("plane", "means", "points", theta[:, [5, 7]], theta[:, [6, 8]]))
    if moving & {"x_0", "y_0"}:
        points.append(Track("plane", "start", "points", theta[:, [10]], theta[:, [11]]))
    if points and len(theta) > 1:  # keys move a point alone; under the pointer Python answers with everything
        return points
    out = []
    if moving - {"step", "x_0", "y_0", "start_sigma", "alpha"}:
        out += [_density(theta), *_fits(theta, scale)]
    if moving - {"step", "x_0", "y_0", "start_sigma"}:
        out += _middle(kind, theta, scale)
    if moving == {"alpha"}:
        return out
    return out + points + _search(theta, scale)


def _ellipse(mark: str, mean: Array, covariance: Array, there: Flags | None = None) -> Track:
    """The line round a normal; out of sight, and still, where it is not there."""
    x, y = np.moveaxis(mean[:, :, None] + np.linalg.cholesky(covariance) @ CIRCLE, 1, 0)
    x, y = np.clip(x, -PARKED, PARKED), np.clip(y, -PARKED, PARKED)
    if there is not None:
        x, y = np.where(there[:, None], x, PARKED), np.where(there[:, None], y, PARKED)
    return Track("plane", mark, "line", x, y, short=True)


def _shown(cost: Array, axis: int, there: Flags | None = None) -> Array:
    """Where a cost in the reader's unit is drawn."""
    seen = np.clip(cost, 1.02 * COSTS[axis][0], 0.98 * COSTS[axis][1])
    return seen if there is None else np.where(there, seen, ABSENT)


def _fits(theta: Array, scale: float) -> list[Track]:
    one, ends = forward(theta), reverse(theta)
    out = [_ellipse("forward", one.means, one.covariances)]
    xs, ys = [], []
    for j, mark in enumerate(("best", "second", "third")):
        out.append(_ellipse(mark, ends.means[j], ends.covariances[j], ends.there[j]))
        there, back = costs(theta, ends.means[j], ends.covariances[j])
        xs.append(_shown(there * scale, 0, ends.there[j]))
        ys.append(_shown(back * scale, 1, ends.there[j]))
    there, back = costs(theta, one.means, one.covariances)
    x, y = _shown(there * scale, 0)[:, None], _shown(back * scale, 1)[:, None]
    best_x, best_y = xs[0][:, None], ys[0][:, None]
    return [
        *out,
        Track("costs", "least-forward", "rule", x, np.ones(1), along="x"),
        Track("costs", "least-reverse", "rule", np.ones(1), best_y, along="y"),
        Track("costs", "forward", "points", x, y),
        Track("costs", "best", "points", best_x, best_y),
        Track("costs", "others", "points", np.stack(xs[1:], 1), np.stack(ys[1:], 1)),
        Track("costs", "forward-name", "text", x, y),
        Track("costs", "best-name", "text", best_x, best_y),
    ]


def _middle(kind: str, theta: Array, scale: float) -> list[Track]:
    """The fit between the two directions."""
    fit = between(kind, theta)
    there, back = costs(theta, fit.means, fit.covariances)
    x, y = _shown(there * scale, 0)[:, None], _shown(back * scale, 1)[:, None]
    return [
        _ellipse("between", fit.means, fit.covariances),
        Track("costs", "between", "points", x, y),
        Track("costs", "between-name", "text", x, y),
    ]


def _search(theta: Array, scale: float) -> list[Track]:
    whole = search(theta).path[0]
    last = np.minimum(np.arange(PATH), theta[:, [STEP]].astype(int))
    rows = np.arange(len(theta))[:, None] % whole.shape[1]
    x, y = np.moveaxis(whole[last, rows], 2, 0)
    mean, covariance = here(theta)
    there, back = costs(theta, mean, covariance)
    return [
        Track("plane", "path", "line", x, y, short=True),
        Track("plane", "dots", "points", x, y, short=True),
        Track("plane", "now", "points", x[:, -1:], y[:, -1:]),
        _ellipse("moving", mean, covariance),
        Track("costs", "now", "points", _shown(there * scale, 0)[:, None], _shown(back * scale, 1)[:, None]),
    ]


def depth(theta: Array, columns: int, rows: int) -> tuple[Array, Array, Array]:
    """Axes and how many standard deviations, in halves, each place lies below the highest, (K, rows, columns)."""
    x, y = np.linspace(*WINDOW[0], columns), np.linspace(*WINDOW[1], rows)
    logs = mle.plane_log_density(*targets(theta), np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2))
    drop = np.sqrt(2 * (logs.max(axis=1, keepdims=True) - logs))
    return x, y, np.minimum(2 * drop, BANDS + 1.0).reshape(len(theta), rows, columns)


def _density(theta: Array) -> Track:
    x, y, field = depth(theta, COLUMNS, ROWS)
    extent = (float(x[0]), float(x[-1]), float(y[0]), float(y[-1]))
    return Track(
        "plane", "density", "image", values=image_frames(field / (BANDS + 1)), extent=extent,
        colours=(*style.bands(BANDS, style.DATA, 0.5), (0, 0, 0, 0)),
    )  # fmt: skip
