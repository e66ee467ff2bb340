"""Read, Try, Check, Code and Share of the picture that is shown."""

from __future__ import annotations

from mle_ui.scenes.regression import line_parts, noise_parts
from mle_ui.scenes.regression.noise import Noises
from mle_ui.scenes.regression.scene import Scene
from mle_ui.words import Parts


def parts(scene: Scene) -> Parts:
    return noise_parts.parts(scene) if isinstance(scene, Noises) else line_parts.parts(scene)
