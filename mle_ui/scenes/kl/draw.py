"""The scene's figures with their alt texts."""

from __future__ import annotations

from mle_ui.live.shown import Drawing
from mle_ui.scenes.kl import bars_draw, fit_draw, pair_draw, plane_draw
from mle_ui.scenes.kl.bars import Bars
from mle_ui.scenes.kl.fit import Fit
from mle_ui.scenes.kl.plane import Plane
from mle_ui.scenes.kl.scene import Scene


def drawings(scene: Scene) -> list[Drawing]:
    """All charts of the picture, the main one first."""
    if isinstance(scene, Bars):
        return bars_draw.drawings(scene)
    if isinstance(scene, Plane):
        return plane_draw.drawings(scene)
    return fit_draw.drawings(scene) if isinstance(scene, Fit) else pair_draw.drawings(scene)
