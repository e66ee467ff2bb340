"""Every mark of the noise models: lines and bands, density, loss and influence of a residual, Q–Q plot."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.live.tables import Track

if TYPE_CHECKING:
    from mle_ui.scenes.regression.noise import Noises

Array = npt.NDArray[np.float64]

STUDENT = "student_t"


def _density(noise: mle.Noise, r: Array, *arguments: Array) -> Array:
    return np.exp(noise.log_density(r, *arguments))


#: What is drawn over the residual, by chart.
CURVES: dict[str, Callable[..., Array]] = {
    "influence": lambda noise, r, *arguments: noise.pull(r, *arguments),
    "density": _density,
    "loss": lambda noise, r, *arguments: noise.loss(r, *arguments),
}
#: Residuals at which the curves are drawn, in parts of the axis: close together where narrow laws have their middle.
GRID = np.sinh(np.linspace(-5, 5, 81)) / np.sinh(5)
WIDE = 41  # places of a line and its band


def places(scene: Noises) -> Array:
    low, high = scene.pairs.frame[0]
    return np.linspace(low, high, WIDE if scene.design.degree == 1 else 2 * WIDE - 1)


def arguments(fit: mle.RegressionResult, place: int) -> tuple[Array, ...]:
    """What the noise of one observation has beside its residual."""
    return tuple(np.asarray(a)[place] if np.ndim(a) else np.asarray(a) for a in fit.curve_arguments())


def pull(fit: mle.RegressionResult, place: int) -> float:
    """How strongly one observation pulls at the fitted mean, nats per unit of y."""
    return float(fit.noise.pull(fit.residuals[place], *arguments(fit, place)))


def varies(fit: mle.RegressionResult) -> bool:
    """Whether the noise differs from point to point."""
    return any(np.ndim(a) for a in fit.curve_arguments())


def tracks(scene: Noises, theta: Array, moved: Collection[str], axes: Noises | None = None) -> list[Track]:
    """Frames of the marks that depend on the sliders in `moved`, for theta (K, s); axes are those of `axes`."""
    axes = axes or scene
    out = []
    marked = [scene.place(row) for row in theta[:, 0]]
    nus = theta[:, 1].tolist() if theta.shape[1] > 1 else [None] * len(theta)
    if "pick" in moved:
        at = scene.pairs.x[marked][:, None], scene.pairs.y[marked][:, None]
        out.append(Track("points", "picked", "points", *at))
        for key, fit in scene.fits.items():
            if varies(fit):
                out += _curves(axes, key, [(fit, i) for i in marked])
    if "nu" in moved:
        fits = [scene.fit_at(STUDENT, nu) for nu in nus]
        out += [
            *_line(axes, scene, STUDENT, fits),
            *_curves(axes, STUDENT, [(fit, i) for fit, i in zip(fits, marked, strict=True)]),
        ]
    out += _at(scene, axes, marked, nus)
    if "pick" in moved or scene.focus == STUDENT:
        fits = [scene.fit_at(scene.focus, nu) for nu in nus] if "nu" in moved else [scene.fit_at(scene.focus, nus[0])]
        expected, observed = held_quantiles(axes, fits)
        if "nu" in moved and scene.focus == STUDENT:
            out.append(Track("qq", "qq", "points", expected, observed))
        frames = np.arange(len(theta)) if "nu" in moved else np.zeros(len(theta), dtype=int)
        out.append(
            Track("qq", "picked", "points", expected[frames, marked][:, None], observed[frames, marked][:, None])
        )
    return out


def everything(scene: Noises, theta: Array, axes: Noises | None = None) -> list[Track]:
    """All marks in one frame, those that no slider moves included."""
    axes = axes or scene
    place = scene.place(theta[0])
    out = {}
    for key, fit in scene.fits.items():
        for track in (*_line(axes, scene, key, [fit]), *_curves(axes, key, [(fit, place)])):
            out[track.chart, track.mark] = track
    expected, observed = held_quantiles(axes, [scene.fits[scene.focus]])
    for track in (
        Track("points", "data", "points", scene.pairs.x, scene.pairs.y),
        Track("qq", "qq", "points", expected, observed),
        *tracks(scene, theta[None], [slider.key for slider in scene.sliders], axes),
    ):
        out[track.chart, track.mark] = track
    return list(out.values())


# -- lines -----------------------------------------------------------------------------------------------------------------


def _line(axes: Noises, scene: Noises, key: str, fits: Sequence[mle.RegressionResult]) -> list[Track]:
    """A model's line and its band."""
    x = places(axes)
    X = scene.design.at(x)
    low, high = axes.pairs.frame[1]
    far = 3 * (high - low)

    def held(values: Array) -> Array:
        return np.clip(values, low - far, high + far)

    heights = held(np.stack([fit.predict(X) for fit in fits]))
    out = [Track("points", key, "line", x, heights)]
    if scene.band != "none":
        ends = [band(fit, X, scene.band) for fit in fits]
        shape = [np.concatenate([held(e[1]), held(e[0])[::-1]]) for e in ends]
        out.insert(0, Track("points", f"band-{key}", "line", np.concatenate([x, x[::-1]]), np.stack(shape)))
    return out


def band(fit: mle.RegressionResult, X: Array, kind: str) -> tuple[Array, Array]:
    """Ends of the 95 % band; the line itself where a fit has no standard errors."""
    fitted = fit.predict(X)
    Z = X[:, :1] if fit.noise.per_column and kind == "observation" else None
    found = fit.band(X, 0.95, "observation" if kind == "observation" else "mean", Z)
    return tuple(np.where(np.isfinite(end), end, fitted) for end in (found.low, found.high))  # type: ignore[return-value]


# -- over the residual -----------------------------------------------------------------------------------------------------


def limits(scene: Noises, chart: str) -> tuple[float, float]:
    """Ends of the upright axis: room for the Gaussian over the whole of the residuals, and for others as far as five times that."""
    R = scene.reach
    common = {"gaussian": scene.gaussian} | {key: fit for key, fit in scene.reference.items() if not varies(fit)}
    r = R * GRID
    values = {key: CURVES[chart](fit.noise, r, *arguments(fit, 0)) for key, fit in common.items()}
    reference = values["gaussian"]
    if chart == "influence":
        top = 1.12 * min(max(float(np.abs(v).max()) for v in values.values()), 2.5 * float(np.abs(reference).max()))
        return -top, top
    if chart == "density":
        top = 1.1 * min(max(float(v.max()) for v in values.values()), 6 * float(reference.max()))
        return -0.04 * top, top
    low, high = min(float(v.min()) for v in values.values()), float(reference.max())
    high = max(high, min(max(float(v.max()) for v in values.values()), 2 * high - float(reference.min())))
    return low - 0.06 * (high - low), high + 0.04 * (high - low)


def _held(axes: Noises, chart: str, values: Array) -> Array:
    low, high = limits(axes, chart)
    far = 4 * (high - low)
    with np.errstate(all="ignore"):
        return np.clip(
            np.nan_to_num(values, nan=high + far, posinf=high + far, neginf=low - far), low - far, high + far
        )


def _curves(axes: Noises, key: str, rows: Sequence[tuple[mle.RegressionResult, int]]) -> list[Track]:
    """Influence, density and loss over the residual, for each fit at each of its observations."""
    r = axes.reach * GRID
    found = [arguments(fit, place) for fit, place in rows]
    noise = rows[0][0].noise
    columns = [np.array([float(a[j]) for a in found])[:, None] for j in range(len(found[0]))]
    if not noise.gaussian_like:  # no count is below zero
        r = np.maximum(r, -columns[0])
    with np.errstate(all="ignore"):
        return [
            Track(chart, key, "line", r, _held(axes, chart, rule(noise, r, *columns))) for chart, rule in CURVES.items()
        ]


def _at(scene: Noises, axes: Noises, marked: Sequence[int], nus: Sequence[float | None]) -> list[Track]:
    """The marked observation on every model's curve."""
    K = len(marked)
    r, heights = np.empty((K, len(scene.fits))), {chart: np.empty((K, len(scene.fits))) for chart in CURVES}
    for j, key in enumerate(scene.fits):
        for k, (place, nu) in enumerate(zip(marked, nus, strict=True)):
            fit = scene.fit_at(key, nu)
            own = arguments(fit, place)
            r[k, j] = fit.residuals[place]
            for chart, rule in CURVES.items():
                heights[chart][k, j] = rule(fit.noise, np.float64(r[k, j]), *own)
    far = 3 * axes.reach
    low, high = pull_ends(axes)
    heights["influence"] = np.clip(heights["influence"], low, high)  # a pull beyond the axis waits at its end, in sight
    return [Track(chart, "at", "points", np.clip(r, -far, far), _held(axes, chart, heights[chart])) for chart in CURVES]


def pull_ends(axes: Noises) -> tuple[float, float]:
    """The lowest and the highest place of a marked pull: just within its axis."""
    low, high = limits(axes, "influence")
    room = 0.03 * (high - low)
    return low + room, high - room


# -- quantiles -------------------------------------------------------------------------------------------------------------


def _quantiles(fit: mle.RegressionResult) -> tuple[Array, Array]:
    found = mle.quantile_pairs(fit)
    return found.expected * found.unit, found.observed * found.unit


def held_quantiles(axes: Noises, fits: Sequence[mle.RegressionResult]) -> tuple[Array, Array]:
    """What the fits expect and observe (K, m) at each point; what is far off stays just outside of the picture."""
    found = [_quantiles(fit) for fit in fits]
    far = 3 * span_qq(axes)
    expected, observed = (np.clip(np.stack([f[k] for f in found]), -far, far) for k in (0, 1))
    return expected, observed


def span_qq(scene: Noises) -> float:
    """End of both axes of the Q–Q plot."""
    fit = scene.fits[scene.focus]
    return scene.reach if not varies(fit) else 1.15 * max(float(np.abs(_quantiles(fit)[1]).max()), 2.6)
