"""The page has three pictures at one address: the sum, the landscape over θ, and codes."""

from __future__ import annotations

from collections.abc import Callable

from mle_ui.scenes.cross_entropy import adding, codes, landscape, settings
from mle_ui.scenes.cross_entropy.adding import Adding
from mle_ui.scenes.cross_entropy.codes import Codes
from mle_ui.scenes.cross_entropy.landscape import Landscape
from mle_ui.state import Asking

Scene = Adding | Landscape | Codes
_BUILD: dict[str, Callable[[Asking], Scene | None]] = {
    settings.ADDING: adding.build,
    settings.LANDSCAPE: landscape.build,
    settings.CODES: codes.build,
}


def build(ask: Asking) -> Scene | None:
    """The picture that the link or the reader chose; None where it cannot be drawn (the reason stands beside the control)."""
    return _BUILD[ask.choice(settings.VIEW, segmented=True)](ask)


#: Keys of the controls that stand under “More”.
MORE = ("cell", "width", "weight", "apart", "nu", "seed")
