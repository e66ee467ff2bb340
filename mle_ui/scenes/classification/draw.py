"""The scene's figures with their alt texts."""

from __future__ import annotations

from mle_ui.live.shown import Drawing
from mle_ui.scenes.classification import many_draw, one_draw, simplex_draw, two_draw
from mle_ui.scenes.classification.many import Many
from mle_ui.scenes.classification.scene import Scene
from mle_ui.scenes.classification.simplex import Simplex
from mle_ui.scenes.classification.two import Two


def drawings(scene: Scene) -> list[Drawing]:
    """All charts of the picture, the main one first."""
    if isinstance(scene, Simplex):
        return simplex_draw.drawings(scene)
    if isinstance(scene, Many):
        return many_draw.drawings(scene)
    return two_draw.drawings(scene) if isinstance(scene, Two) else one_draw.drawings(scene)
