"""The figures of the line and its noise, with their alt texts."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mle_ui.figures.regression import line_figure, still_figure, terms_figure
from mle_ui.figures.surface import SurfaceData, contour_figure
from mle_ui.live import moving
from mle_ui.live.shown import Drawing
from mle_ui.live.tables import Track
from mle_ui.numbers import nats, show
from mle_ui.scenes.regression import line_marks, line_surface, settings
from mle_ui.scenes.regression.line import Line
from mle_ui.scenes.surface.levels import BANDS, PROBABILITIES, depth

Array = npt.NDArray[np.float64]
CELLS = 101


def line(track: Track) -> tuple[Array, Array]:
    """x and y of a committed mark."""
    assert track.x is not None and track.y is not None
    x, y = np.broadcast_arrays(np.atleast_2d(track.x)[0], np.atleast_2d(track.y)[0])
    return x, y


def drawings(scene: Line) -> list[Drawing]:
    """All charts of the picture, the main one first."""
    now = moving.now(scene)
    charts = {
        chart: {mark: line(track) for (at, mark), track in now.items() if at == chart and track.kind != "image"}
        for chart in scene.charts()
    }
    return [
        _points(scene, charts["points"]),
        _surface(scene, charts["surface"]),
        _terms(scene, charts["terms"]),
        _still(scene, charts["still"]),
    ]


def place(scene: Line) -> str:
    b, a, s, _ = (show(v) for v in scene.theta)
    return f"slope {b}, intercept {a} at x = {show(scene.design.origin)} and σ = {s}"


def _points(scene: Line, marks: dict[str, tuple[Array, Array]]) -> Drawing:
    pairs = scene.pairs
    truth = None
    if pairs.drawn is not None:
        x = np.linspace(*pairs.frame[0], 81)
        truth = (x, pairs.drawn.mean(x))
    figure = line_figure(
        marks | {"data": (pairs.x, pairs.y)}, pairs.rows, frame=pairs.frame, titles=pairs.words, truth=truth
    )
    found = scene.terms(scene.theta)
    alt = (
        f"{pairs.m} points, {pairs.words[1]} over {pairs.words[0]}, and the line with {place(scene)}; mean squared residual "
        f"{show(float(found.mse))}. A normal density stands on the line at x₀ = {show(scene.theta[3])}."
    )
    return Drawing("points", figure, alt)


def _surface(scene: Line, marks: dict[str, tuple[Array, Array]]) -> Drawing:
    a, b = scene.pair
    third = settings.PARAMS[scene.third]
    at = float(scene.theta[("slope", "intercept", "sigma").index(scene.third)])
    drops, _ = line_surface.drop(scene, np.array([at]), CELLS)
    field, here = drops[0], dict(zip(("slope", "intercept", "sigma"), scene.theta[:3].tolist(), strict=True))
    spot = tuple(float(v[0]) for v in marks["best"])
    data = SurfaceData(
        names=(a, b),
        titles=(_title(scene, a), _title(scene, b)),
        logarithmic=(scene.axis(a).logarithmic, scene.axis(b).logarithmic),
        first=scene.axis(a).grid(CELLS),
        second=scene.axis(b).grid(CELLS),
        depth=depth(field),
        drop=field,
        bands=BANDS,
        labels=tuple((i + 1, f"{100 * p:g} %") for i, p in enumerate(PROBABILITIES) if p in line_surface.LABELLED),
        places=marks["levels"],
        ridge=(np.empty(0), np.empty(0)),
        best=(spot[0], spot[1]),
        point=(here[a], here[b]),
        point_drop=0.0,
        title=f"log L over {settings.PARAMS[a].label} and {settings.PARAMS[b].label}, {third.symbol} held",
    )
    value = float(scene.terms(scene.theta).total)
    alt = (
        f"Contours of the log-likelihood over {a} and {b} with {scene.third} held at {show(at)}: best at {show(spot[0])}, {show(spot[1])}; "
        f"your point, {place(scene)}, has log L = {nats(value)} nats."
    )
    return Drawing("surface", contour_figure(data, height=400), alt)


def _title(scene: Line, name: str) -> str:
    param = settings.PARAMS[name]
    where = f" at x = {show(scene.design.origin)}" if name == "intercept" else ""
    return f"{param.symbol}, {param.label}{where}"


def _terms(scene: Line, marks: dict[str, tuple[Array, Array]]) -> Drawing:
    grid = line_marks.sigmas(scene)
    theta = np.repeat(scene.theta[None], grid.size, axis=0)
    theta[:, 2] = grid
    found = scene.terms(theta)
    figure = terms_figure(
        {"scale": (grid, found.scale), "constant": (grid, found.constant)},
        marks,
        sigmas=scene.ends("sigma"),
        span=line_marks.span(scene),
    )
    here = scene.terms(scene.theta)
    alt = (
        f"The terms of log L over σ for this line. At σ = {show(scene.theta[2])}: {nats(float(here.scale))} {_signed(here.constant)} "
        f"{_signed(here.fit)} = {nats(float(here.total))} nats; the sum is highest at σ = √MSE = {show(float(np.sqrt(here.mse)))}."
    )
    return Drawing("terms", figure, alt)


def _signed(value: Array) -> str:
    return ("− " if value < 0 else "+ ") + nats(abs(float(value)))


def _still(scene: Line, marks: dict[str, tuple[Array, Array]]) -> Drawing:
    narrow, wide = (
        f"dashed: σ = {show(v, 3)}" if i == 0 else f"dotted: σ = {show(v, 3)}"
        for i, v in enumerate(line_marks.widths(scene))
    )
    best, _ = scene.best({"intercept": scene.theta[[1]], "sigma": scene.theta[[2]]})
    figure = still_figure(
        marks, slopes=scene.ends("slope"), depths=line_marks.depths(scene),
        named=("your σ", narrow, wide),
    )  # fmt: skip
    alt = (
        f"log L over the slope at three σ, the intercept where it stands: all have their top at slope {show(float(best[0, 0]))}; "
        f"yours is {show(scene.theta[0])}."
    )
    return Drawing("still", figure, alt)
