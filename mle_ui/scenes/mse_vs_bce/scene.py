"""The page has three pictures at one address: the losses over one logit, a neuron trained under both, a network under both."""

from __future__ import annotations

from collections.abc import Callable

from mle_ui.scenes.mse_vs_bce import duel, logit, network, settings
from mle_ui.scenes.mse_vs_bce.duel import Duel
from mle_ui.scenes.mse_vs_bce.logit import Logit
from mle_ui.scenes.mse_vs_bce.network import Network
from mle_ui.state import Asking

Scene = Logit | Duel | Network
_BUILD: dict[str, Callable[[Asking], Scene]] = {
    settings.LOGIT: logit.build,
    settings.DUEL: duel.build,
    settings.NETWORK: network.build,
}


def build(ask: Asking) -> Scene:
    """The picture that the link or the reader chose."""
    return _BUILD[ask.choice(settings.VIEW, segmented=True)](ask)
