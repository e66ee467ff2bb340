"""Read, Try, Check, Code and Share of the picture that is shown."""

from __future__ import annotations

from mle_ui.scenes.classification import many_parts, one_parts, simplex_parts, two_parts
from mle_ui.scenes.classification.many import Many
from mle_ui.scenes.classification.scene import Scene
from mle_ui.scenes.classification.simplex import Simplex
from mle_ui.scenes.classification.two import Two
from mle_ui.words import Parts


def parts(scene: Scene) -> Parts:
    if isinstance(scene, Simplex):
        return simplex_parts.parts(scene)
    if isinstance(scene, Many):
        return many_parts.parts(scene)
    return two_parts.parts(scene) if isinstance(scene, Two) else one_parts.parts(scene)
