"""The scene's figures with their alt texts."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mle_ui.figures import slices as figures
from mle_ui.live import moving
from mle_ui.live.shown import Drawing
from mle_ui.live.tables import Track
from mle_ui.numbers import show
from mle_ui.scenes.likelihood import marks, settings
from mle_ui.scenes.likelihood.scene import Scene

Array = npt.NDArray[np.float64]

#: Cells of the map along its two axes.
COLUMNS, ROWS = 110, 90


def drawings(scene: Scene) -> list[Drawing]:
    """The density, the map under it, the likelihood beside that, and the likelihood over the other coordinate."""
    now = moving.now(scene)
    shown = scene.picture
    param, top = shown.param, shown.height_top(scene.count)
    names = figures.Names(param.symbol, f"{param.symbol}, {param.label}", settings.other_name(param))
    data_fixed = scene.fixed == settings.DATA_FIXED
    areas = {chart: _written(now[chart, "area"]) for chart in ("density", "likelihood", "other")}
    density = figures.density_slice_figure(
        _line(now["density", "density"]), _line(now["density", "data"]), areas["density"], discrete=scene.family.discrete,
        window=shown.window, top=shown.top, strip=marks.STRIP, names=names, data_fixed=data_fixed,
        hint="+ click here to add an observation" if scene.count < scene.most else "",
    )  # fmt: skip
    chart = figures.map_figure(
        _field(scene), {key: float(v) for key, v in zip(scene.x_keys, scene.x, strict=True)}, scene.own, _line(now["map", "cross"]),
        discrete=scene.family.discrete, window=shown.window, span=shown.span, names=names,
        points=[slider.symbol for slider in scene.sliders[: scene.count]], data_fixed=data_fixed,
    )  # fmt: skip
    relative = scene.count > 1
    likelihood = figures.likelihood_slice_figure(
        _line(now["likelihood", "likelihood"]), _point(now["likelihood", "theta"]), _point(now["likelihood", "best"]),
        areas["likelihood"], _line(now["likelihood", "tangent"]),
        span=shown.span, top=top, names=names, relative=relative, data_fixed=data_fixed,
    )  # fmt: skip
    other = figures.other_figure(
        _line(now["other", "other"]), _point(now["other", "theta"]), _point(now["other", "best"]), areas["other"],
        span=shown.other_span, top=top, names=names, relative=relative,
    )  # fmt: skip
    read = moving.strings(scene)
    at = ", ".join(f"{p.symbol} = {show(v)}" for p, v in zip(scene.family.params, scene.theta.tolist(), strict=True))
    data = ", ".join(show(v) for v in scene.x.tolist())
    kind = "Probabilities" if scene.family.discrete else "Density"
    best = f"largest at {param.symbol} = {read['best']}"
    return [
        Drawing("density", density, f"{kind} of the {scene.family.name} at {at}; the area is {read['area-x']}. Observed: {data}."),
        Drawing(
            "map",
            chart,
            f"Map of p(x; {param.symbol}) of the {scene.family.name} with a horizontal cut at {param.symbol} = {show(scene.own)} and "
            f"vertical cuts at x = {data}; where they meet L is {read['here']}.",
        ),
        Drawing(
            "likelihood",
            likelihood,
            f"Likelihood of {param.symbol} at the data {data}, {best}; its area over {param.symbol} is {read['area-theta']}.",
        ),
        Drawing(
            "other",
            other,
            f"The same likelihood over {names.other}, largest at {read['best-other']}; its area is {read['area-other']}.",
        ),
    ]  # fmt: skip


def _field(scene: Scene) -> tuple[Array, Array, Array, Array]:
    """Centres of the map's cells, their shades, and p."""
    (low, high), (bottom, top) = scene.picture.window, scene.picture.span
    columns = round(high - low) if scene.family.discrete else COLUMNS
    x = low + (np.arange(columns) + 0.5) * (high - low) / columns
    theta = bottom + (np.arange(ROWS) + 0.5) * (top - bottom) / ROWS
    p = scene.picture.field(scene.theta, x, theta)
    return x, theta, marks.shade(scene, p), p


def _line(track: Track) -> tuple[Array, Array]:
    assert track.x is not None and track.y is not None
    x, y = np.broadcast_arrays(np.atleast_2d(track.x)[0], np.atleast_2d(track.y)[0])
    return x, y


def _point(track: Track) -> tuple[float, float]:
    x, y = _line(track)
    return float(x[0]), float(y[0])


def _written(track: Track) -> tuple[float, float, str]:
    assert track.texts is not None
    return *_point(track), track.texts[0]


def words(scene: Scene) -> str:
    """What the slice that is looked at says, beside the switch."""
    symbol = scene.picture.param.symbol
    if scene.fixed == settings.DATA_FIXED:
        return (
            f"The **data are fixed**, {symbol} runs up the orange column: a *likelihood*. It says which {symbol} explain what was seen; "
            "its area is no probability."
        )
    kind, whole = ("list of probabilities", "they sum to 1") if scene.family.discrete else ("density", "its area is 1")
    return f"**{symbol} is fixed**, x runs along the blue row: a *{kind}*. It says which data to expect; {whole}."
