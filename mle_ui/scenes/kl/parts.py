"""Read, Try, Check, Code and Share of the picture that is shown."""

from __future__ import annotations

from mle_ui.scenes.kl import bars_parts, fit_parts, pair_parts, plane_parts
from mle_ui.scenes.kl.bars import Bars
from mle_ui.scenes.kl.fit import Fit
from mle_ui.scenes.kl.plane import Plane
from mle_ui.scenes.kl.scene import Scene
from mle_ui.words import Parts


def parts(scene: Scene) -> Parts:
    if isinstance(scene, Bars):
        return bars_parts.parts(scene)
    if isinstance(scene, Plane):
        return plane_parts.parts(scene)
    return fit_parts.parts(scene) if isinstance(scene, Fit) else pair_parts.parts(scene)
