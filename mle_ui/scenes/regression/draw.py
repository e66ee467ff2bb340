"""The scene's figures with their alt texts."""

from __future__ import annotations

from mle_ui.live.shown import Drawing
from mle_ui.scenes.regression import line_draw
from mle_ui.scenes.regression.scene import Scene


def drawings(scene: Scene) -> list[Drawing]:
    """All charts of the picture, the main one first."""
    return line_draw.drawings(scene)
