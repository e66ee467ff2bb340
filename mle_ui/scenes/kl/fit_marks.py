"""Every moving mark of the fits to a mixture."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.live.tables import Track

if TYPE_CHECKING:
    from mle_ui.scenes.kl.fit import Fit

Array = npt.NDArray[np.float64]
Fitted = mle.StackedProjection

NORMAL = mle.FAMILIES["normal"]
KNOTS = np.array(
    [-4.2, -3.2, -2.6, -2.2, -1.8, -1.5, -1.2, -0.9, -0.6, -0.3, 0.0, 0.3, 0.6, 0.9, 1.2, 1.5, 1.8, 2.2, 2.6, 3.2, 4.2]
)
X = np.linspace(-7, 7, 113)
ORDERS = np.array([0.02, 0.12, 0.26, 0.4, 0.56, 0.76, 0.98])
PATH = 15  # places of a path: longer ones are cut, shorter ones wait at their end
MU, SIGMA = (-4.0, 4.0), (0.2, 4.0)


def components(theta: Array, *, flat: bool = False) -> tuple[Array, Array, Array]:
    """Weights, means and widths (K, 2) of the targets theta (K, 4 or more): w, Δ, σ₁, σ₂; of the only one if flat."""
    w, apart, one, two = theta[:, :4].T
    parts = np.stack([w, 1 - w], 1), np.stack([-apart / 2, apart / 2], 1), np.stack([one, two], 1)
    w2, m2, s2 = (part[0] for part in parts) if flat else parts
    return w2, m2, s2


@lru_cache(maxsize=256)
def _projected(kind: str, targets: bytes, starts: bytes, alphas: bytes) -> Fitted:
    def rows(data: bytes, columns: int) -> Array:
        return np.frombuffer(data).reshape(-1, columns)

    alpha = rows(alphas, 1)[:, 0] if alphas else None
    return mle.project_stack(*components(rows(targets, 4)), kind, rows(starts, 2), alpha=alpha)


def _project(kind: str, theta: Array, starts: Array, alpha: Array | None = None) -> Fitted:
    order = b"" if alpha is None else np.ascontiguousarray(alpha, dtype=float).tobytes()
    return _projected(kind, np.ascontiguousarray(theta[:, :4]).tobytes(), np.ascontiguousarray(starts).tobytes(), order)


def forward(theta: Array) -> Fitted:
    """The fit by moments."""
    return _project("kl", theta, np.array([[0.0, 1.0]]))


def reverse(theta: Array) -> tuple[Fitted, Fitted]:
    """The minima of D(q‖p) that are reached from the left and from the right component."""
    _, means, widths = components(theta)
    return tuple(_project("reverse_kl", theta, np.stack([means[:, j], widths[:, j]], 1)) for j in (0, 1))  # type: ignore[return-value]


def third(scene: Fit, theta: Array) -> Fitted:
    """The fit under Jensen–Shannon or Rényi."""
    return best(scene.third, theta, theta[:, 4] if scene.third == "renyi" else None)


def best(kind: str, theta: Array, alpha: Array | None) -> Fitted:
    """The better of the two minima that are reached from the forward fit and from the better reverse fit."""
    sides = [forward(theta), _better(*reverse(theta))]
    return _better(*(_project(kind, theta, np.stack([fit.mu, fit.sigma], 1), alpha) for fit in sides))


def _better(one: Fitted, other: Fitted) -> Fitted:
    first = one.values <= other.values
    return Fitted(*(np.where(first, a, b) for a, b in zip(one, other, strict=True)))


def tracks(scene: Fit, theta: Array, moved: Collection[str]) -> list[Track]:
    """Frames of the marks that depend on the sliders in `moved`, for theta (K, 8)."""
    target = bool({"weight", "apart", "sigma_1", "sigma_2"} & set(moved))
    out: list[Track] = []
    if target:
        out += [*_target(theta), _curve("forward", forward(theta))]
        out += [_curve(name, fit) for name, fit in zip(("left", "right"), reverse(theta), strict=True)]
        out.append(_orders(theta))
    if target or ("alpha" in moved and scene.third == "renyi"):
        out.append(_curve("third", third(scene, theta)))
    if target or "alpha" in moved:
        found = best("renyi", theta, theta[:, 4])
        out.append(Track("orders", "alpha", "points", theta[:, [4]], (found.values / theta[:, 4])[:, None]))
    return out + _search(scene, theta, moved)


def _curve(mark: str, fit: Fitted) -> Track:
    x = fit.mu[:, None] + fit.sigma[:, None] * KNOTS
    y = np.exp(NORMAL.law.log_prob(x, fit.mu[:, None], fit.sigma[:, None]))
    return Track("fits", mark, "line", x, y)


def _density(theta: Array, x: Array) -> Array:
    weights, means, widths = components(theta)
    return sum(weights[:, [j]] * np.exp(NORMAL.law.log_prob(x, means[:, [j]], widths[:, [j]])) for j in (0, 1))  # type: ignore[return-value]


def _target(theta: Array) -> list[Track]:
    right = theta[:, [1]] / 2
    return [
        Track("fits", "target", "line", X, _density(theta, X)),
        Track("fits", "hands", "points", right, _density(theta, right)),
    ]


def _orders(theta: Array) -> Track:
    alphas = np.tile(ORDERS, len(theta))
    sides = [forward(theta), _better(*reverse(theta))]
    rows = np.repeat(theta, len(ORDERS), axis=0)
    starts = [np.repeat(np.stack([fit.mu, fit.sigma], 1), len(ORDERS), axis=0) for fit in sides]
    values = _better(*(_project("renyi", rows, start, alphas) for start in starts)).values / alphas
    return Track("orders", "share", "line", ORDERS, values.reshape(len(theta), len(ORDERS)))


def path(scene: Fit, row: Array) -> Array:
    """Places (PATH, 2) of the search for the sliders' values: the first steps, and the end to the last."""
    from mle_ui.scenes.kl.fit import search  # the scene imports this module

    w, apart, one, two = (float(v) for v in row[:4])
    found = search((w, apart, one, two), scene.land, float(row[4]), (float(row[6]), float(row[7]))).path
    if len(found) > PATH:
        found = np.concatenate([found[: PATH - 1], found[-1:]])
    return np.concatenate([found, np.repeat(found[-1:], PATH - len(found), axis=0)])


def _search(scene: Fit, theta: Array, moved: Collection[str]) -> list[Track]:
    if set(moved) == {"alpha"} and scene.land != "renyi":
        return []
    if set(moved) == {"step"}:
        whole = np.repeat(path(scene, theta[0])[None], len(theta), axis=0)
    else:
        whole = np.stack([path(scene, row) for row in theta])
    last = np.minimum(np.arange(PATH), theta[:, [5]].astype(int))
    rows = np.arange(len(theta))[:, None]
    x, y = whole[rows, last, 0], whole[rows, last, 1]
    now = Fitted(x[:, -1], y[:, -1], x[:, -1], x[:, -1] > 0)
    return [
        Track("search", "path", "line", x, y),
        Track("search", "dots", "points", x, y),
        Track("search", "now", "points", x[:, -1:], y[:, -1:]),
        Track("search", "start", "points", theta[:, [6]], theta[:, [7]]),
        _curve("moving", now),
    ]


def landscape(scene: Fit, columns: int = 61, rows: int = 51) -> tuple[Array, Array, Array]:
    """μ, σ and what the search minimises (rows, columns), in nats."""
    mu, sigma = np.linspace(*MU, columns), np.geomspace(*SIGMA, rows)
    m, s = (part.ravel() for part in np.meshgrid(mu, sigma))
    alpha = scene.alpha if scene.land == "renyi" else None
    values = mle.mixture_divergences(*components(scene.values[None]), m, s, scene.land, alpha=alpha)
    return mu, sigma, values.reshape(rows, columns)
