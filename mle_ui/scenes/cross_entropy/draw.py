"""Figures of the picture that is shown, with their alt texts."""

from __future__ import annotations

from mle_ui.live.shown import Drawing
from mle_ui.scenes.cross_entropy import adding_draw, codes_draw, landscape_draw
from mle_ui.scenes.cross_entropy.adding import Adding
from mle_ui.scenes.cross_entropy.landscape import Landscape
from mle_ui.scenes.cross_entropy.scene import Scene


def drawings(scene: Scene) -> list[Drawing]:
    """All charts of the picture, the main one first."""
    if isinstance(scene, Adding):
        return adding_draw.drawings(scene)
    return landscape_draw.drawings(scene) if isinstance(scene, Landscape) else codes_draw.drawings(scene)
