"""The page at one address: repeated samples of a law, or resampled data."""

from __future__ import annotations

from mle_ui.scenes.sampling import repeated, resampled, settings
from mle_ui.scenes.sampling.repeated import Repeated
from mle_ui.scenes.sampling.resampled import Resampled
from mle_ui.state import Asking

Scene = Repeated | Resampled


def build(ask: Asking) -> Scene | None:
    """The scene that the link or the reader chose; None where it cannot be drawn (the reason stands beside the control)."""
    source = ask.choice(settings.SOURCE)
    if source == settings.BOOTSTRAP:
        return resampled.build(ask)
    return repeated.build(ask, source)
