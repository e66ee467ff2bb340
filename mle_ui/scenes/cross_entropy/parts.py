"""Read, Try, Check, Code and Share of the picture that is shown."""

from __future__ import annotations

from mle_ui.scenes.cross_entropy import adding_parts, codes_parts, landscape_parts
from mle_ui.scenes.cross_entropy.adding import Adding
from mle_ui.scenes.cross_entropy.landscape import Landscape
from mle_ui.scenes.cross_entropy.scene import Scene
from mle_ui.words import Parts


def parts(scene: Scene) -> Parts:
    if isinstance(scene, Adding):
        return adding_parts.parts(scene)
    return landscape_parts.parts(scene) if isinstance(scene, Landscape) else codes_parts.parts(scene)
