"""The scene's figures with their alt texts."""

from __future__ import annotations

from mle_ui.live.shown import Drawing
from mle_ui.scenes.mse_vs_bce import duel_draw, logit_draw, network_draw
from mle_ui.scenes.mse_vs_bce.duel import Duel
from mle_ui.scenes.mse_vs_bce.network import Network
from mle_ui.scenes.mse_vs_bce.scene import Scene


def drawings(scene: Scene) -> list[Drawing]:
    """All charts of the picture, the main ones first."""
    if isinstance(scene, Duel):
        return duel_draw.drawings(scene)
    return network_draw.drawings(scene) if isinstance(scene, Network) else logit_draw.drawings(scene)
