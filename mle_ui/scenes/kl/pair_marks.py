"""Every moving mark of the two Gaussians as a function of their parameters."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.figures import style
from mle_ui.live.moving import some
from mle_ui.live.tables import Track, image_frames
from mle_ui.numbers import show

if TYPE_CHECKING:
    from mle_ui.scenes.kl.pair import Pair

Array = npt.NDArray[np.float64]

NORMAL = mle.FAMILIES["normal"]
#: Places of a law's points, in its standard deviations.
_OUTER = np.array([2.8, 3.2, 3.7, 4.4])
KNOTS = np.concatenate([-_OUTER[::-1], np.linspace(-2.4, 2.4, 25), _OUTER])
TAILS = np.linspace(-11, 11, 27)
FAR = 60.0  # where a curve's ends lie, beyond every picture
FRAMES, LINE_FRAMES, MEAN_FRAMES, WIDTH_FRAMES, FIELD_FRAMES, ORDER_FRAMES = 41, 41, 61, 97, 13, 41
FLOOR, CEILING = -30.0, 8.0  # the axis of log densities
#: The landscapes' axis of σ_q, their cells while p moves, and the divergences of their contours, in nats.
LANDSCAPE = (0.05, 5.0)
COLUMNS, ROWS = 21, 17
LEVELS = 0.03 * 10 ** (0.5 * np.arange(9))
BANDS = len(LEVELS) + 1
ORDERS = np.round(np.linspace(0.01, 1, 15), 4)
PARKED = -1e3


def tracks(scene: Pair, theta: Array, moved: Collection[str]) -> list[Track]:
    """Frames of the marks that depend on the sliders in `moved`, for theta (K, 6)."""
    laws = set(moved) - {"alpha", "n"}
    out: list[Track] = []
    if laws:
        out += [track for law in "pq" if {f"mu_{law}", f"sigma_{law}"} & laws for track in _law(scene, theta, law)]
        if scene.look == "log":
            out.append(_ratio(scene, theta, laws))
        out += [*integrands(scene, theta, laws), *_sums(scene, theta), *_landscapes(theta, laws), _orders(theta)]
    if laws or "alpha" in moved:
        out.append(_order(theta))
    return out + (_draws(scene, theta) if "n" in moved else [])


def _two(theta: Array, law: str) -> tuple[Array, Array]:
    """Mean and width (K, 1) of a law."""
    first = 0 if law == "p" else 2
    return theta[:, [first]], theta[:, [first + 1]]


def _law(scene: Pair, theta: Array, law: str) -> list[Track]:
    few = some(theta, LINE_FRAMES)
    mu, sigma = _two(few, law)
    if scene.look == "log":
        x = mu + sigma * TAILS
        line = Track("laws", law, "line", x, NORMAL.law.log_prob(x, mu, sigma))
    else:
        ends = np.full_like(mu, FAR)
        x = np.concatenate([-ends, mu + sigma * KNOTS, ends], axis=1)
        line = Track("laws", law, "line", x, np.exp(NORMAL.law.log_prob(x, mu, sigma)))
    few = some(theta, 241)
    mu, sigma = _two(few, law)
    x = mu + sigma * np.array([0.0, 1.0])
    heights = NORMAL.law.log_prob(x, mu, sigma)
    if scene.look == "density":  # hands stay within reach where the curve leaves the picture
        heights = np.minimum(np.exp(heights), scene.density_top * np.array([0.97, 0.9]))
    return [line, Track("laws", f"{law}-hands", "points", x, heights)]


def _ratio(scene: Pair, theta: Array, laws: Collection[str]) -> Track:
    few = some(theta, WIDTH_FRAMES if {"sigma_p", "sigma_q"} & set(laws) else FRAMES)
    low, high = scene.reach
    beyond = 0.5 * (high - low)  # what happens at the ends of a curve happens out of sight
    x, y = mle.log_ratio_curve(few[:, :4], low - beyond, high + beyond, FLOOR, CEILING)
    return Track("laws", "ratio", "line", x, np.clip(y, -1e6, 1e6))


def _sides(theta: Array) -> list[tuple[str, str, Array]]:
    """Chart, law that weighs, and the parameters with that law first: the two directions."""
    return [("forward", "p", theta[:, :4]), ("backward", "q", theta[:, [2, 3, 0, 1]])]


def integrands(scene: Pair, theta: Array, moved: Collection[str] = ()) -> list[Track]:
    """p log(p/q) and q log(q/p) on places that travel with the law that weighs, in the reader's unit."""
    out = []
    for chart, _, laws in _sides(theta):
        # Heights go with squares of ratios of widths: twice the frames where a width moves.
        widths = {"sigma_p", "sigma_q"} & set(moved)
        few = some(laws, WIDTH_FRAMES if widths else MEAN_FRAMES)
        y = mle.kl_integrand_normal(few[:, [0]] + few[:, [1]] * KNOTS, *(few[:, [j]] for j in range(4))) * scene.scale
        few = some(laws, LINE_FRAMES)
        x = few[:, [0]] + few[:, [1]] * KNOTS
        out.append(Track(chart, "integrand", "area", x, y))
    return out


def _sums(scene: Pair, theta: Array) -> list[Track]:
    """The two areas and their sum, printed in the picture."""
    low, high = scene.reach
    at = np.array([[low + 0.02 * (high - low), 0.93 * scene.top]])
    out = []
    for chart, _, laws in _sides(theta):
        areas = mle.kl_areas_normal(*laws.T)
        whole = mle.divergence_normals("kl", *laws.T)
        texts = tuple(
            f"{_even(a, d)} − {_even(b, d)} = {_even(d, d)}"
            for a, b, d in zip(*(v * scene.scale for v in (*areas, whole)), strict=True)
        )
        out.append(Track(chart, "sum", "text", at[:, :1], at[:, 1:], texts=texts))
    return out


def _even(value: float, whole: float) -> str:
    """A term of the printed sum, with as many decimals as the sum needs for two digits of its own."""
    if whole >= 1000:
        return show(value, 4)
    decimals = 2 if whole == 0 else min(max(2, 1 - int(np.floor(np.log10(whole)))), 7)
    return f"{value:.{decimals if whole < 100 else 1}f}"


def depth(value: Array) -> Array:
    """How many contours lie below a divergence in nats."""
    with np.errstate(divide="ignore"):
        return np.asarray(np.clip(2 * np.log10(value / LEVELS[0]) + 1, 0.0, BANDS - 1e-6))


def landscape(laws: Array, columns: int, rows: int) -> tuple[Array, Array, Array, Array]:
    """μ_q, σ_q and both divergences (K, rows, columns), in nats, for the p of each row of laws (K, 2)."""
    mu, sigma = np.linspace(-5, 5, columns), np.geomspace(*LANDSCAPE, rows)
    mp, sp = laws[:, 0, None, None], laws[:, 1, None, None]
    there = mle.kl_normal(mp, sp, mu, sigma[:, None])
    return mu, sigma, there, mle.kl_normal(mu, sigma[:, None], mp, sp)


def _landscapes(theta: Array, laws: Collection[str]) -> list[Track]:
    out = []
    if {"mu_p", "sigma_p"} & set(laws):
        few = some(theta, FIELD_FRAMES)
        mu, sigma, *fields = landscape(few[:, :2], COLUMNS, ROWS)
        extent = (float(mu[0]), float(mu[-1]), float(sigma[0]), float(sigma[-1]))
        inside = theta[:, [1]] >= LANDSCAPE[0]
        for chart, field in zip(("land_forward", "land_backward"), fields, strict=True):
            images = image_frames(depth(field) / BANDS)
            out.append(Track(chart, "field", "image", values=images, extent=extent, colours=style.bands(BANDS)))
            out.append(Track(chart, "p", "points", np.where(inside, theta[:, [0]], PARKED), theta[:, [1]]))
    if {"mu_q", "sigma_q"} & set(laws):
        out += [
            Track(chart, "q", "points", theta[:, [2]], theta[:, [3]]) for chart in ("land_forward", "land_backward")
        ]
    return out


def _share(theta: Array, alpha: Array) -> Array:
    """D_α(p‖q) as a share of D(p‖q); where both are 0 the limit, α."""
    mp, sp, mq, sq = (theta[:, [j]] for j in range(4))
    whole = mle.divergence_normals("kl", mp, sp, mq, sq)
    found = mle.divergence_normals("renyi", mp, sp, mq, sq, alpha=alpha)
    small = whole < 1e-12
    return np.asarray(np.where(small, alpha, found / np.where(small, 1.0, whole)))


def _orders(theta: Array) -> Track:
    return Track("orders", "renyi", "line", ORDERS, _share(some(theta, ORDER_FRAMES), ORDERS))


def _order(theta: Array) -> Track:
    few = some(theta, 121)
    return Track("orders", "alpha", "points", few[:, [4]], _share(few, few[:, [4]]))


@lru_cache(maxsize=64)
def estimates(
    kind: str, laws: tuple[float, ...], alpha: float, seed: int, sizes: tuple[float, ...]
) -> tuple[Array, Array]:
    """Running Monte Carlo estimates after these numbers of draws, and their standard errors, nats."""
    p, q = (mle.Distribution("normal", mu=laws[j], sigma=laws[j + 1]) for j in (0, 2))
    found = mle.monte_carlo_path(kind, p, q, [int(n) for n in sizes], seed, alpha=alpha)
    return found.values, found.standard_errors


def _draws(scene: Pair, theta: Array) -> list[Track]:
    """The running estimate in units of the exact value, up to n draws."""
    kind = scene.estimate
    sizes = np.array(scene.sliders[5].values)
    values, errors = estimates(kind, scene.laws, scene.alpha, scene.seed, scene.sliders[5].values)
    unit = scene.exact or 1.0
    with np.errstate(all="ignore"):  # an estimate that failed, ∞ or no number at all, waits outside of the picture
        path = np.clip(np.nan_to_num(values / unit, nan=-5.0, posinf=5.0, neginf=-5.0), -5, 5)
        error = np.clip(np.nan_to_num(errors / unit, nan=5.0, posinf=5.0), 0, 5)
    last = np.searchsorted(sizes, theta[:, 5])
    places = np.minimum(np.arange(sizes.size), last[:, None])
    here = sizes[last][:, None]
    bar = path[last][:, None] + 2 * error[last][:, None] * np.array([-1.0, 1.0])
    texts = tuple(
        f"{int(sizes[k])} draws: {show(values[k] * scene.scale, 4)} ± {show(errors[k] * scene.scale, 2)}" for k in last
    )
    return [
        Track("draws", "bar", "line", here * np.ones((1, 2)), bar),
        Track("draws", "estimate", "line", sizes[places], path[places]),
        Track("draws", "now", "points", here, path[last][:, None]),
        Track("draws", "said", "text", np.array([[sizes[0] * 1.1]]), np.array([[1.88]]), texts=texts),
    ]
