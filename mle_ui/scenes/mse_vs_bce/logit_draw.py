"""Figures of one logit, with their alt texts."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mle_ui.figures.logit_losses import LOOKS, chain_figure, curves_figure, named
from mle_ui.live import moving
from mle_ui.live.shown import Drawing
from mle_ui.numbers import show
from mle_ui.scenes.mse_vs_bce import logit_marks, settings
from mle_ui.scenes.mse_vs_bce.logit import CASES, Logit

Array = npt.NDArray[np.float64]


def drawings(scene: Logit) -> list[Drawing]:
    """Losses, gradients, chain rule, curvatures."""
    marks = {name: moving.first(track) for name, track in moving.now(scene).items()}

    def curves(chart: str, title: str, axis: str, y_range: tuple[float, float], height: int, words: str) -> Drawing:
        shown = [key for key in scene.keys if (chart, key) in marks]
        points = {key: tuple(float(v[0]) for v in marks[chart, f"{key}-now"]) for key in shown}
        tangents = {key: marks[chart, f"{key}-tangent"] for key in shown if (chart, f"{key}-tangent") in marks}
        figure = curves_figure(
            {key: marks[chart, key] for key in shown}, points, tangents,  # type: ignore[arg-type]
            title=title, axis=axis, y_range=y_range, height=height,
        )  # fmt: skip
        numbers = ", ".join(f"{LOOKS[key].word} {show(points[key][1], 4)}" for key in shown)
        return Drawing(
            chart, figure, f"{words} over the logit at label {show(scene.y)}. At z = {show(scene.z)}: {numbers}."
        )

    both = named(scene.keys)
    bent = named([key for key in scene.keys if ("curvatures", key) in marks])
    texts = {
        mark: (float(x[0]), float(y[0]), text)
        for (chart, mark), (x, y) in marks.items()
        if chart == "chain" and (text := _text(scene, mark)) is not None
    }
    chain = chain_figure(
        {key: marks["chain", key] for key in settings.PAIR}, texts,
        title=f"The gradient’s factors: {named(settings.PAIR)}", width=logit_marks.WIDTH,
        reach=(logit_marks.FLOOR - 0.2, logit_marks.CEILING + 0.8), height=270,
    )  # fmt: skip
    said = "; ".join(
        f"{LOOKS[key].word}: " + " times ".join(show(float(v), 3) for v in logit_marks.factors(key, scene.values[None])[0, :3])
        + f" is {show(float(logit_marks.factors(key, scene.values[None])[0, 3]), 3)}"
        for key in settings.PAIR
    )  # fmt: skip
    top, most = logit_marks.LOSS_TOP, logit_marks.GRADIENT_TOP
    return [
        curves("losses", f"Losses and tangents: {both}", "loss (BCE in nats)", (-0.25, top), 320, "Losses"),
        curves("gradients", f"Slopes ∂L/∂z: {both}", "∂L/∂z", (-most, most), 320, "Slopes of the losses"),
        Drawing("chain", chain, f"Factors of the gradient as bars on a logarithmic axis. {said}."),
        curves("curvatures", f"Curvatures: {bent}", "∂²L/∂z²", scene.curvature_range, 270, "Second derivatives"),
    ]  # fmt: skip


def _text(scene: Logit, mark: str) -> str | None:
    key, _, place = mark.partition("-")
    if key not in settings.PAIR or not place.isdigit():
        return None
    return show(float(logit_marks.factors(key, scene.values[None])[0, int(place)]), 2)


_SAYS = {
    "1r": "right: both slopes fade as |z| grows, as they should",
    "1w": "wrong: BCE’s slope grows to −1, MSE’s fades all the same",
    "0r": "right: both slopes fade as |z| grows",
    "0w": "wrong: BCE’s slope grows to 1, MSE’s fades all the same",
}


def table(scene: Logit) -> str:
    """The article's four cases at the present size of z as an HTML table, whose cells the layer rewrites."""
    said = scene.cells()
    head = "".join(f"<th>{words}</th>" for words in ("Label, logit", "ŷ", "∂MSE/∂z", "∂BCE/∂z", "the network is"))
    rows = []
    for name, label, right in CASES:
        sign = "+" if (label == 1) == right else "−"
        cells = "".join(
            f'<td><span data-read="cell-{name}-{what}">{said[f"cell-{name}-{what}"]}</span></td>'
            for what in ("p", *settings.PAIR)
        )
        rows.append(f"<tr><td>y = {label:g}, z = {sign}|z|</td>{cells}<td>{_SAYS[name]}</td></tr>")
    return f'<table class="mle-results"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
