"""Read, Try, Check, Code and Share of the picture that is shown."""

from __future__ import annotations

from mle_ui.scenes.classification import one_parts
from mle_ui.scenes.classification.scene import Scene
from mle_ui.words import Parts


def parts(scene: Scene) -> Parts:
    return one_parts.parts(scene)
