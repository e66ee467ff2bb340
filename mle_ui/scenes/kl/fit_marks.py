"""Every moving mark of the fits to a mixture."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.figures import style
from mle_ui.live.tables import Track, image_frames

if TYPE_CHECKING:
    from mle_ui.scenes.kl.fit import Fit

Array = npt.NDArray[np.float64]
Fitted = mle.StackedProjection

NORMAL = mle.FAMILIES["normal"]
KNOTS = np.concatenate([[-4.2, -3.6, -3.1], np.linspace(-2.7, 2.7, 25), [3.1, 3.6, 4.2]])
X = np.linspace(-7, 7, 113)
ORDERS = np.array([0.02, 0.12, 0.26, 0.4, 0.56, 0.76, 0.98])
PARKED = 20.0
PATH = 15  # places of a path: longer ones are cut, shorter ones wait at their end
MU, SIGMA = (-4.0, 4.0), (0.2, 4.0)
#: Cells of the landscape while p moves, and the divergences of its contours, in nats.
COLUMNS, ROWS = 25, 19
LEVELS = 0.03 * 10 ** (0.5 * np.arange(9))
BANDS = len(LEVELS) + 1


def components(theta: Array, *, flat: bool = False) -> tuple[Array, Array, Array]:
    """Weights, means and widths (K, 2) of the targets theta (K, 4 or more): w, Δ, σ₁, σ₂; of the only one if flat."""
    w, apart, one, two = theta[:, :4].T
    parts = np.stack([w, 1 - w], 1), np.stack([-apart / 2, apart / 2], 1), np.stack([one, two], 1)
    w2, m2, s2 = (part[0] for part in parts) if flat else parts
    return w2, m2, s2


@lru_cache(maxsize=256)
def _projected(kind: str, targets: bytes, starts: bytes, alphas: bytes, steps: int) -> Fitted:
    def rows(data: bytes, columns: int) -> Array:
        return np.frombuffer(data).reshape(-1, columns)

    alpha = rows(alphas, 1)[:, 0] if alphas else None
    return mle.project_stack(*components(rows(targets, 4)), kind, rows(starts, 2), alpha=alpha, steps=steps)


def _project(kind: str, theta: Array, starts: Array, alpha: Array | None = None, *, steps: int = 1) -> Fitted:
    order = b"" if alpha is None else np.ascontiguousarray(alpha, dtype=float).tobytes()
    whole = np.ascontiguousarray(theta[:, :4]).tobytes(), np.ascontiguousarray(starts).tobytes()
    return _projected(kind, *whole, order, steps)


def forward(theta: Array) -> Fitted:
    """The fit by moments."""
    return _project("kl", theta, np.array([[0.0, 1.0]]))


def _starts(theta: Array) -> list[Array]:
    """(μ, σ) of the left and of the right component, and of the forward fit, (K, 2) each."""
    _, means, widths = components(theta)
    whole = forward(theta)
    return [*(np.stack([means[:, j], widths[:, j]], 1) for j in (0, 1)), np.stack([whole.mu, whole.sigma], 1)]


def reverse(theta: Array) -> tuple[Fitted, Fitted]:
    """The minima of D(q‖p) that are reached from the left and from the right component."""
    left, right, _ = ends("reverse_kl", theta)
    return left, right


def ends(kind: str, theta: Array) -> tuple[Fitted, Fitted, Fitted]:
    """The minima that are reached from the left and the right component and from the forward fit."""
    alpha = theta[:, 4] if kind == "renyi" else None
    left, right, middle = (_project(kind, theta, start, alpha) for start in _starts(theta))
    return left, right, middle


def between(theta: Array) -> tuple[Fitted, npt.NDArray[np.bool_]]:
    """The minimum of D(q‖p) that is reached from the forward fit, and where it is one of its own."""
    left, right, middle = ends("reverse_kl", theta)
    apart = [np.hypot(middle.mu - side.mu, middle.sigma - side.sigma) > 0.02 for side in (left, right)]
    return middle, np.asarray(middle.converged & apart[0] & apart[1])


def third(scene: Fit, theta: Array) -> Fitted:
    """The fit under Jensen–Shannon or Rényi."""
    return best(scene.third, theta, theta[:, 4] if scene.third == "renyi" else None)


def best(kind: str, theta: Array, alpha: Array | None) -> Fitted:
    """The better of the two minima that are reached from the forward fit and from the better reverse fit."""
    sides = [forward(theta), _better(*reverse(theta))]
    return _better(*(_project(kind, theta, np.stack([fit.mu, fit.sigma], 1), alpha) for fit in sides))


def _better(one: Fitted, other: Fitted) -> Fitted:
    first = one.values <= other.values
    mu, sigma, values = (np.where(first, a, b) for a, b in zip(one[:3], other[:3], strict=True))
    return Fitted(mu, sigma, values, one.converged & other.converged, np.where(first[:, None], one.path, other.path))


def tracks(scene: Fit, theta: Array, moved: Collection[str]) -> list[Track]:
    """Frames of the marks that depend on the sliders in `moved`, for theta (K, 8)."""
    target = bool({"weight", "apart", "sigma_1", "sigma_2"} & set(moved))
    out: list[Track] = []
    if target:
        out += [*_target(theta), _curve("forward", forward(theta))]
        out += [_curve(name, fit) for name, fit in zip(("left", "right"), reverse(theta), strict=True)]
        middle, there = between(theta)
        out += [_curve("between", middle, there), _orders(theta, scene.scale)]
    if target or (scene.land == "renyi" and "alpha" in moved):
        out += _landscape(scene, theta)
    if target or ("alpha" in moved and scene.third == "renyi"):
        out.append(_curve("third", third(scene, theta)))
    if target or "alpha" in moved:
        found = best("renyi", theta, theta[:, 4])
        out.append(
            Track("orders", "alpha", "points", theta[:, [4]], (found.values / theta[:, 4] * scene.scale)[:, None])
        )
    return out + _search(scene, theta, moved)


def _curve(mark: str, fit: Fitted, there: npt.NDArray[np.bool_] | None = None) -> Track:
    """A normal's density; beyond the picture where it is not there."""
    x = fit.mu[:, None] + fit.sigma[:, None] * KNOTS
    y = np.exp(NORMAL.law.log_prob(x, fit.mu[:, None], fit.sigma[:, None]))
    if there is not None:
        x, y = np.where(there[:, None], x, PARKED), np.where(there[:, None], y, 0.0)
    return Track("fits", mark, "line", x, y, short=True)


def _density(theta: Array, x: Array) -> Array:
    weights, means, widths = components(theta)
    return sum(weights[:, [j]] * np.exp(NORMAL.law.log_prob(x, means[:, [j]], widths[:, [j]])) for j in (0, 1))  # type: ignore[return-value]


def _target(theta: Array) -> list[Track]:
    right = theta[:, [1]] / 2
    return [
        Track("fits", "target", "line", X, _density(theta, X), short=True),
        Track("fits", "hands", "points", right, _density(theta, right)),
    ]


def _orders(theta: Array, scale: float) -> Track:
    alphas = np.tile(ORDERS, len(theta))
    sides = [forward(theta), _better(*reverse(theta))]
    rows = np.repeat(theta, len(ORDERS), axis=0)
    starts = [np.repeat(np.stack([fit.mu, fit.sigma], 1), len(ORDERS), axis=0) for fit in sides]
    values = _better(*(_project("renyi", rows, start, alphas) for start in starts)).values / alphas * scale
    return Track("orders", "share", "line", ORDERS, values.reshape(len(theta), len(ORDERS)))


def path(scene: Fit, theta: Array) -> Array:
    """Places (PATH, K, 2) of the search, or (PATH, 1, 2) where all rows ask for the same: the first steps, and the end to the last."""
    same = (theta[:, :4] == theta[0, :4]).all() and (theta[:, 6:] == theta[0, 6:]).all()
    if scene.land == "renyi":
        same = same and (theta[:, 4] == theta[0, 4]).all()
    rows = theta[:1] if same else theta
    alpha = rows[:, 4] if scene.land == "renyi" else None
    return _project(scene.land, rows, rows[:, 6:8], alpha, steps=PATH).path


def _search(scene: Fit, theta: Array, moved: Collection[str]) -> list[Track]:
    if set(moved) == {"alpha"} and scene.land != "renyi":
        return []
    whole = path(scene, theta)
    last = np.minimum(np.arange(PATH), theta[:, [5]].astype(int))
    rows = np.arange(len(theta))[:, None] % whole.shape[1]
    x, y = np.moveaxis(whole[last, rows], 2, 0)
    now = Fitted(x[:, -1], y[:, -1], x[:, -1], x[:, -1] > 0, whole)
    return [
        Track("search", "path", "line", x, y, short=True),
        Track("search", "dots", "points", x, y, short=True),
        Track("search", "now", "points", x[:, -1:], y[:, -1:]),
        Track("search", "start", "points", theta[:, [6]], theta[:, [7]]),
        _curve("moving", now),
    ]


def landscape(scene: Fit, theta: Array, columns: int, rows: int) -> tuple[Array, Array, Array]:
    """μ, σ and what the search minimises (K, rows, columns), in nats."""
    mu, sigma = np.linspace(*MU, columns), np.geomspace(*SIGMA, rows)
    alpha = theta[:, 4] if scene.land == "renyi" else None
    return mu, sigma, mle.mixture_landscapes(*components(theta), mu, sigma, scene.land, alpha=alpha)


def _landscape(scene: Fit, theta: Array) -> list[Track]:
    """Contours and minima of what the search minimises."""
    mu, sigma, values = landscape(scene, theta, COLUMNS, ROWS)
    extent = (float(mu[0]), float(mu[-1]), float(sigma[0]), float(sigma[-1]))
    images = image_frames(depth(values) / BANDS)
    found = ends(scene.land, theta)
    x = np.stack([np.where(end.converged, end.mu, PARKED) for end in found], axis=1)
    return [
        Track("search", "field", "image", values=images, extent=extent, colours=style.bands(BANDS)),
        Track("search", "minima", "points", x, np.stack([end.sigma for end in found], axis=1)),
    ]


def depth(value: Array) -> Array:
    """How many contours lie below a divergence in nats."""
    return np.asarray(np.clip(2 * np.log10(np.maximum(value, 1e-12) / LEVELS[0]) + 1, 0.0, BANDS - 1e-6))
