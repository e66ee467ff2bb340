"""The scene's figures with their alt texts."""

from __future__ import annotations

from mle_ui.live.shown import Drawing
from mle_ui.scenes.regression import line_draw, noise_draw
from mle_ui.scenes.regression.noise import Noises
from mle_ui.scenes.regression.scene import Scene


def drawings(scene: Scene) -> list[Drawing]:
    """All charts of the picture, the main one first."""
    return noise_draw.drawings(scene) if isinstance(scene, Noises) else line_draw.drawings(scene)


def results(scene: Scene) -> str:
    """The table of the fits; nothing for the line alone."""
    return noise_draw.results(scene) if isinstance(scene, Noises) else ""
