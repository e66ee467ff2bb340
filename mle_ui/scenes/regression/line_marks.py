"""Every moving mark of the line and its noise as a function of slope, intercept, σ and x₀."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.live.moving import some
from mle_ui.live.tables import Track
from mle_ui.scenes.regression import line_surface

if TYPE_CHECKING:
    from mle_ui.scenes.regression.line import Line

Array = npt.NDArray[np.float64]

NORMAL = mle.FAMILIES["normal"]
#: Frames of what is linear in the slider, and of what bends.
STRAIGHT, BENT, FINE, DENSE = 3, 41, 61, 121
#: Places of the density that stands on the line, in its σ, and where its shoulder is grasped.
BELL = np.linspace(-4, 4, 33)
#: How far it reaches at the best σ, as a part of the picture's width.
REACH = 0.14
#: Height of a square's side beside its width on the screen.
ASPECT = 0.5
CURVE = 61
SIGMAS, TRAVEL, SLOPES = 49, 33, 33
#: σ of the curves beside the present one, in units of the best σ.
NARROW, WIDE = 0.7, 1.4
AROUND = 2.0  # the shaded band, in σ


def tracks(scene: Line, theta: Array, moved: Collection[str]) -> list[Track]:
    """Frames of the marks that depend on the sliders in `moved`, for theta (K, 4)."""
    moved = set(moved)
    out = on_chart(scene, theta, moved)
    if moved - {"x0"}:
        out += [*line_surface.tracks(scene, theta, moved), *_terms(scene, theta, moved), *_still(scene, theta, moved)]
    return out


def _frames(moved: set[str], bent: int = BENT) -> int:
    return bent if moved & {"sigma", "x0"} else STRAIGHT


def places(scene: Line) -> Array:
    """Where the curve is drawn: two points of a line, more of a curve."""
    low, high = scene.pairs.frame[0]
    return np.linspace(low, high, 2 if scene.design.degree == 1 else CURVE)


def grip_places(scene: Line) -> tuple[float, float]:
    """x of the two grips: the intercept's and the slope's, the latter well away from the origin."""
    low, high = scene.pairs.frame[0]
    near, far = low + 0.1 * (high - low), low + 0.93 * (high - low)
    return (near, far) if abs(far - scene.design.origin) >= abs(near - scene.design.origin) else (far, near)


def _heights(scene: Line, theta: Array, x: Array) -> Array:
    return scene.design.curve(scene.coefficients(theta), x)


def on_chart(scene: Line, theta: Array, moved: Collection[str]) -> list[Track]:
    """What is drawn among the points: line, band, residuals, the density at x₀, and the grips."""
    moved = set(moved)
    out = []
    line = moved & {"slope", "intercept"}
    if line:
        few, x = some(theta, STRAIGHT), places(scene)
        out.append(Track("points", "curve", "line", x, _heights(scene, few, x)))
        if scene.shown != "none":
            out.append(_comb(scene, few))
        x = np.array(grip_places(scene))
        out.append(Track("points", "grips", "points", x, _heights(scene, few, x)))
    if line or "sigma" in moved:
        few, x = some(theta, _frames(moved)), places(scene)
        y, half = _heights(scene, few, x), AROUND * few[:, [2]]
        out.append(
            Track(
                "points",
                "band",
                "line",
                np.concatenate([x, x[::-1]]),
                np.concatenate([y + half, (y - half)[:, ::-1]], axis=1),
            )
        )
    few = some(theta, _frames(moved, FINE))
    foot, sigma = few[:, [3]], few[:, [2]]
    y = _at(scene, few)
    out.append(Track("points", "bell", "line", foot + _reach(scene, BELL, sigma), y + sigma * BELL))
    shoulder = np.concatenate([foot, foot + _reach(scene, np.ones(1), sigma)], axis=1)
    out.append(Track("points", "feet", "points", shoulder, np.concatenate([y, y + sigma], axis=1)))
    return out


def _at(scene: Line, theta: Array) -> Array:
    """Heights (K, 1) of the curves at their own x₀."""
    columns = scene.design.at(theta[:, 3])
    beta = scene.coefficients(theta)
    return np.asarray(beta[:, :1] + np.sum(beta[:, 1:] * columns, axis=1, keepdims=True))


def _reach(scene: Line, z: Array, sigma: Array) -> Array:
    """How far the density reaches to the right of its foot, z standard deviations from the line: its area stays the same."""
    low, high = scene.pairs.frame[0]
    peak = np.exp(NORMAL.law.log_prob(np.zeros(1), np.zeros(1), np.array([scene.fit.params["sigma"]])))
    return np.asarray(REACH * (high - low) * np.exp(NORMAL.law.log_prob(sigma * z, 0.0 * sigma, sigma)) / peak)


def _comb(scene: Line, theta: Array) -> Track:
    """All residuals as one stroke along the curve: a stick, or a square beside it, at each point."""
    pairs = scene.pairs
    order = pairs.order
    r = scene.residuals(theta)[:, order]
    x, y = pairs.x[order], pairs.y[order]
    fitted = y - r
    (x0, x1), (y0, y1) = pairs.frame
    side = ASPECT * (x1 - x0) / (y1 - y0) * r if scene.shown == "squares" else 0.0 * r
    X = x + 0.0 * r
    if scene.shown == "squares":
        corners = [(X, fitted), (X, X * 0 + y), (X + side, X * 0 + y), (X + side, fitted), (X, fitted)]
    else:
        corners = [(X, fitted), (X, X * 0 + y), (X, fitted)]
    xs, ys = (np.stack([corner[i] for corner in corners], axis=-1).reshape(len(r), -1) for i in (0, 1))
    return Track("points", "residuals", "line", xs, ys)


def data(scene: Line) -> Track:
    """The points themselves, for an answer while one is dragged."""
    return Track("points", "data", "points", scene.pairs.x, scene.pairs.y)


# -- the terms over σ ------------------------------------------------------------------------------------------------------


def sigmas(scene: Line) -> Array:
    return np.geomspace(*scene.ends("sigma"), SIGMAS)


def _best(scene: Line) -> Array:
    """Slope, intercept and σ of the maximum, as theta (1, 4)."""
    return np.array([[*(scene.fit.params[name] for name in ("slope", "intercept", "sigma")), 0.0]])


def span(scene: Line) -> tuple[float, float]:
    """Ends of the terms' axis, nats: those of the best line at every σ, with room below for others."""
    at = np.repeat(_best(scene), SIGMAS, axis=0)
    at[:, 2] = sigmas(scene)
    found = scene.terms(at)
    low = min(float(v.min()) for v in (found.scale, found.constant, found.fit, found.total))
    high = max(float(v.max()) for v in (found.scale, found.constant, found.fit, found.total))
    return low - 0.22 * (high - low), high + 0.1 * (high - low)


def _terms(scene: Line, theta: Array, moved: set[str]) -> list[Track]:
    low, high = span(scene)
    far = 3 * (high - low)
    out = []

    def held(values: Array) -> Array:
        return np.clip(values, low - far, high + far)

    if moved & {"slope", "intercept"}:
        # The curves travel with √MSE and keep their form: in units of it they are the same for every line.
        few = some(theta, DENSE if scene.design.where == "zero" else FINE)
        root = np.sqrt(scene.terms(few).mse)
        least = float(np.sqrt(np.max(scene.terms(_best(scene)).fit) / (low - far)))
        grid = root[:, None] * np.geomspace(
            min(least, 0.5), 1.3 * scene.ends("sigma")[1] / scene.fit.params["sigma"], TRAVEL
        )
        found = mle.gaussian_terms_many(scene.residuals(few)[:, None, :], grid)
        out += [
            Track("terms", "fit", "line", grid, held(found.fit)),
            Track("terms", "total", "line", grid, held(found.total)),
        ]
        few = some(theta, FINE)
        root = np.sqrt(scene.terms(few).mse)
        ends = scene.ends("sigma")
        top = mle.gaussian_terms_many(scene.residuals(few), np.maximum(root, 1e-300)).total
        seen = (root >= ends[0]) & (root <= ends[1])
        x, y = np.clip(root, *ends)[:, None], np.where(seen, held(top), low - far)[:, None]
        out.append(Track("terms", "best", "points", x, y))
        out.append(Track("terms", "best-name", "text", x, y))
    few = some(theta, 241)
    found = scene.terms(few)
    heights = np.stack([found.scale, found.fit, found.total], axis=1)
    out.append(Track("terms", "now", "points", few[:, [2]] * np.ones(3), held(heights)))
    return out


# -- the best slope stays ----------------------------------------------------------------------------------------------------


def depths(scene: Line) -> tuple[float, float]:
    """Ends of the axis of log L over the slope: the tops at every σ lie between them."""
    m = scene.pairs.m
    _, tops = scene.best({"sigma": np.array(scene.ends("sigma"))})
    low = min(scene.fit.loglik - 0.6 * m - 25, float(tops.min()) - 0.3 * m)
    return low, scene.fit.loglik + 0.06 * (scene.fit.loglik - low) + 2


def widths(scene: Line) -> tuple[float, float]:
    """The two σ that are drawn beside the present one."""
    return NARROW * scene.fit.params["sigma"], WIDE * scene.fit.params["sigma"]


def _along(scene: Line, intercept: Array, sigma: Array) -> tuple[Array, Array, Array]:
    """log L over the slope, for intercepts and σ (K,): places (K, n) that travel with the top, heights, and the tops (K,).

    The curve is a parabola, so that its height one standard error from the top tells how wide the picture is.
    """
    low, high = depths(scene)
    best, top = scene.best({"intercept": intercept, "sigma": sigma})
    error = scene.fit.standard_errors["slope"]
    _, aside = scene.best({"slope": best[:, 0] + error, "intercept": intercept, "sigma": sigma})
    half = error * np.sqrt(1.6 * (high - low) / (top - aside))
    x = best[:, :1] + half[:, None] * np.linspace(-1, 1, SLOPES)
    columns = {"slope": x.ravel(), "intercept": np.repeat(intercept, SLOPES), "sigma": np.repeat(sigma, SLOPES)}
    return x, scene.best(columns)[1].reshape(x.shape), best[:, 0]


def _still(scene: Line, theta: Array, moved: set[str]) -> list[Track]:
    low, high = depths(scene)
    far, ends = 3 * (high - low), scene.ends("slope")
    out = []
    few = some(theta, BENT)
    if moved & {"intercept", "sigma"}:
        x, y, _ = _along(scene, few[:, 1], few[:, 2])
        out.append(Track("still", "now", "line", x, np.clip(y, low - far, high + far)))
    if "intercept" in moved:
        for mark, sigma in zip(("narrow", "wide"), widths(scene), strict=True):
            x, y, best = _along(scene, few[:, 1], np.full(len(few), sigma))
            out.append(Track("still", mark, "line", x, np.clip(y, low - far, high + far)))
        beyond = 0.2 * (ends[1] - ends[0])
        slope = np.clip(best, ends[0] - beyond, ends[1] + beyond)[:, None]
        out.append(Track("still", "peak", "rule", slope, 0 * slope, along="x"))
    out.append(
        Track(
            "still", "theta", "points", theta[:, :1], np.clip(scene.terms(theta).total, low - far, high + far)[:, None]
        )
    )
    return out
