"""The scene's figures with their alt texts."""

from __future__ import annotations

from mle_ui.live.shown import Drawing
from mle_ui.scenes.classification import one_draw
from mle_ui.scenes.classification.scene import Scene


def drawings(scene: Scene) -> list[Drawing]:
    """All charts of the picture, the main one first."""
    return one_draw.drawings(scene)
