"""The figures of the fits in the plane with their alt texts."""

from __future__ import annotations

from mle_ui.figures import plane as figures
from mle_ui.live import moving
from mle_ui.live.shown import Drawing
from mle_ui.numbers import show
from mle_ui.scenes.kl import plane_marks
from mle_ui.scenes.kl.fit import THIRD
from mle_ui.scenes.kl.pair_draw import line
from mle_ui.scenes.kl.plane import Plane


def drawings(scene: Plane) -> list[Drawing]:
    """Both charts, the plane first."""
    marks: dict[str, dict[str, figures.Line]] = {"plane": {}, "costs": {}}
    for (chart, mark), track in moving.now(scene).items():
        if track.x is not None:
            marks[chart][mark] = line(track)
    said, third = moving.strings(scene), THIRD.options[scene.third]
    x, y, depth = plane_marks.depth(scene.values[None], 111, 81)
    w, one, two, *_ = (show(float(v), 3) for v in scene.values)
    means = "; ".join(
        f"({show(float(a), 3)}, {show(float(b), 3)})" for a, b in scene.values[plane_marks.MEANS].reshape(2, 2)
    )
    return [
        Drawing(
            "plane",
            figures.plane_figure(
                (x, y), depth[0], marks["plane"], third=third, bands=plane_marks.BANDS, window=plane_marks.WINDOW
            ),
            f"Contours of a mixture of two normals with means {means}, correlations {one} and {two}, weight {w} on the left; the "
            f"forward fit is an ellipse around both, the reverse fits lie on the humps. Correlations of forward and reverse fit: "
            f"{said['tilts']}.",
        ),
        Drawing(
            "costs",
            figures.costs_figure(marks["costs"], third=third, unit=scene.unit, ends=plane_marks.COSTS),
            f"Every fit by its two divergences: the forward fit has D(p‖q) = {said['forward']} and D(q‖p) = "
            f"{said['forward_back']} {scene.unit}, the reverse fit {said['best_there']} and {said['best']}. "
            f"The least of {third}{', and that divided by α,' if scene.third == 'renyi' else ''} is {said['third']} {scene.unit}.",
        ),
    ]  # fmt: skip
