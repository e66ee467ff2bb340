"""Read, Try, Check, Code and Share of what is shown."""

from __future__ import annotations

from mle_ui.scenes.sampling import heavy_parts, repeated_parts, resampled_parts
from mle_ui.scenes.sampling.resampled import Resampled
from mle_ui.scenes.sampling.scene import Scene
from mle_ui.words import Parts


def parts(scene: Scene) -> Parts:
    """The tabs of the page."""
    if isinstance(scene, Resampled):
        return resampled_parts.parts(scene)
    return heavy_parts.parts(scene) if scene.heavy else repeated_parts.parts(scene)
