"""The page has four pictures at one address: two Gaussians, forward and reverse fits on the line and in the plane, histograms."""

from __future__ import annotations

from collections.abc import Callable

from mle_ui.scenes.kl import bars, fit, pair, plane, settings
from mle_ui.scenes.kl.bars import Bars
from mle_ui.scenes.kl.fit import Fit
from mle_ui.scenes.kl.pair import Pair
from mle_ui.scenes.kl.plane import Plane
from mle_ui.state import Asking

Scene = Pair | Fit | Plane | Bars
_BUILD: dict[str, Callable[[Asking], Scene | None]] = {
    settings.PAIR: pair.build,
    settings.FIT: fit.build,
    settings.PLANE: plane.build,
    settings.BARS: bars.build,
}


def build(ask: Asking) -> Scene | None:
    """The picture that the link or the reader chose; None where it cannot be drawn (the reason stands beside the control)."""
    return _BUILD[ask.choice(settings.VIEW, segmented=True)](ask)
