"""The scene's figures with their alt texts: what the figure functions need, taken from the scene."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

import mle_core as mle
from mle_ui.figures import style
from mle_ui.figures.density import density_figure
from mle_ui.figures.profile import NULLS, TOP, profile_figure
from mle_ui.figures.surface import SurfaceData, contour_figure, relief_figure
from mle_ui.live.moving import now as present
from mle_ui.live.shown import Drawing
from mle_ui.numbers import nats, show
from mle_ui.scenes.samples import Observed
from mle_ui.scenes.surface import drawn, points
from mle_ui.scenes.surface.levels import BANDS, PROBABILITIES, depth
from mle_ui.scenes.surface.marks import FLOOR
from mle_ui.scenes.surface.scene import Scene


def drawings(scene: Scene) -> tuple[Drawing, ...]:
    """Everything that the page draws."""
    return (density(scene), *((surface(scene),) if scene.pair else ()), *profiles(scene))


def data_only(observed: Observed) -> Drawing:
    """The data without a model: what is left when the model cannot be fitted."""
    x = observed.x
    low, high = float(x.min()), float(x.max())
    margin = 0.18 * (high - low) or abs(low) * 0.2 or 1.0
    figure = density_figure(
        x, quantity=observed.quantity, window=(low - margin, high + margin), discrete=observed.discrete, model=None, peak=0.0, name=""
    )  # fmt: skip
    return Drawing("density", figure, f"{x.size} observations from {show(low)} to {show(high)}; no model is drawn.")


def _titles(scene: Scene, name: str) -> str:
    param = scene.family.params[scene.family.index(name)]
    return f"{param.symbol}, {param.label}"


def _at(scene: Scene) -> str:
    return ", ".join(
        f"{scene.symbols[name]} = {show(value)}" for name, value in zip(scene.names, scene.theta, strict=True)
    )


def density(scene: Scene) -> Drawing:
    mark = present(scene)["density", "model"]
    assert mark.x is not None and mark.y is not None
    figure = density_figure(
        scene.prepared.x,
        quantity=scene.prepared.observed.quantity,
        window=scene.window,
        discrete=scene.family.discrete,
        model=(np.atleast_2d(mark.x)[0], mark.y[0]),
        peak=scene.peak,
        name=scene.family.name,
        bins=scene.prepared.bins,
        points=points.movable(scene),
        moving=scene.draw is not None,
    )
    kind = "probabilities" if scene.family.discrete else "density"
    alt = f"{scene.prepared.x.size} observations and the {scene.family.name} {kind} at {_at(scene)}."
    return Drawing("density", figure, alt)


def surface(scene: Scene) -> Drawing:
    assert scene.pair is not None
    a, b = scene.pair
    field = scene.field
    place = tuple(min(scene.value(name), scene.axis(name).high) for name in scene.pair)
    others = [name for name in scene.names if name not in scene.pair]
    words = ", ".join(f"{scene.symbols[o]} held at {show(scene.value(o))}" for o in scene.held)
    short = words if len(others) < 2 else "the others held"
    if others and not scene.held:
        words = f"{', '.join(scene.symbols[o] for o in others)} profiled out"
        short = words if len(others) < 2 else "the others profiled out"
    how, short = (f", {text}" if text else "" for text in (words, short))
    data = SurfaceData(
        names=(a, b),
        titles=(_titles(scene, a), _titles(scene, b)),
        logarithmic=(scene.axis(a).logarithmic, scene.axis(b).logarithmic),
        first=field.first,
        second=field.second,
        depth=depth(field.drop),
        drop=field.drop,
        bands=BANDS,
        labels=tuple((i + 1, f"{100 * p:g} %") for i, p in enumerate(PROBABILITIES) if p in (0.95, 0.999)),
        ridge=field.ridge,
        best=field.mark,
        point=(place[0], place[1]),
        point_drop=scene.drop_on_surface(),
        truth=drawn.truth(scene),
        title=f"Log-likelihood over {scene.symbols[a]} and {scene.symbols[b]}{short}",
    )
    gap = max(scene.fit.loglik - float(scene.loglik(scene.theta)), 0.0)
    alt = (
        f"Log-likelihood over {a} and {b}{how}. Maximum at {a} = {show(field.best[0])}, {b} = {show(field.best[1])}; "
        f"your point at {_at(scene)} lies {nats(gap)} nats below ℓ(θ̂). "
        f"{'The green diamond is the truth that the data are drawn from. ' if data.truth else ''}"
        "Contours at the 50, 80, 95, 99 and 99.9 % likelihood-ratio levels and beyond."
    )
    return Drawing("surface", (relief_figure if scene.surface_view == "3d" else contour_figure)(data), alt)


def profiles(scene: Scene) -> Iterator[Drawing]:
    now = present(scene)
    for name in scene.profiled:
        profile = scene.profile(name)
        mark, cut = now[f"profile-{name}", "theta"], now.get((f"profile-{name}", "slice"))
        assert mark.x is not None and mark.y is not None
        intervals = scene.intervals(name)
        # An end of the support counts two degrees of freedom, as its interval does.
        threshold = mle.likelihood_ratio_drop(0.95, 2 if name in scene.fit.irregular else 1)
        symbol = scene.symbols[name]
        single = len(scene.names) == 1
        line = f'<span style="color:#0072B2">{"others held" if len(scene.names) > 2 else "the other held"}</span>'
        title = f"Log-likelihood of {symbol}" if single else f"{symbol}: profile, and {line}"
        null = None
        if name == scene.tested:
            title = f'<span style="color:{style.POINT}">{symbol}₀: LR is height, Wald width, score slope</span>'
            found = {
                mark: now[f"profile-{name}", mark] for mark in (*NULLS, "null-name") if (f"profile-{name}", mark) in now
            }
            null = {
                mark: (np.atleast_2d(t.x)[0], np.atleast_2d(t.y)[0])
                for mark, t in found.items()
                if t.x is not None and t.y is not None
            }
            null["null"] = (np.repeat(null["null"][0], 2), np.array([FLOOR, TOP]))
        figure = profile_figure(
            profile.grid,
            profile.values - scene.fit.loglik,
            title=title,
            axis=_titles(scene, name),
            floor=FLOOR,
            best=scene.fit.params[name],
            point=(float(mark.x[0, 0]), float(mark.y[0, 0])),
            threshold=threshold,
            logarithmic=scene.axis(name).logarithmic,
            intervals=intervals,
            slice_=None if cut is None or cut.x is None or cut.y is None else (np.atleast_2d(cut.x)[0], cut.y[0]),
            height=385 if single else 250,
            parabola=scene.parabola(name),
            null=null,
        )
        words = "; ".join(
            f"95 % {method} interval {show(low)} to {show(high)}" for method, (low, high) in intervals.items()
        )
        here = show(scene.theta[scene.names.index(name)])
        alt = (
            f"Profile log-likelihood of {name}: maximum at {show(scene.fit.params[name])}; {words or 'no interval'}; "
            f"your value {here}."
        )
        yield Drawing(f"profile-{name}", figure, alt)
