"""Read, Try, Check, Code and Share of the picture that is shown."""

from __future__ import annotations

from mle_ui.scenes.mse_vs_bce import duel_parts, logit_parts, network_parts
from mle_ui.scenes.mse_vs_bce.duel import Duel
from mle_ui.scenes.mse_vs_bce.network import Network
from mle_ui.scenes.mse_vs_bce.scene import Scene
from mle_ui.words import Parts


def parts(scene: Scene) -> Parts:
    if isinstance(scene, Duel):
        return duel_parts.parts(scene)
    return network_parts.parts(scene) if isinstance(scene, Network) else logit_parts.parts(scene)
