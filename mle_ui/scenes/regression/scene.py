"""The page has two pictures at one address: the line with its Gaussian noise, and several noise models side by side."""

from __future__ import annotations

from collections.abc import Callable

from mle_ui.scenes.regression import line, noise, settings
from mle_ui.scenes.regression.line import Line
from mle_ui.scenes.regression.noise import Noises
from mle_ui.state import Asking

Scene = Line | Noises
_BUILD: dict[str, Callable[[Asking], Scene | None]] = {settings.LINE: line.build, settings.NOISE: noise.build}


def build(ask: Asking) -> Scene | None:
    """The picture that the link or the reader chose; None where it cannot be drawn (the reason stands beside a control)."""
    return _BUILD[ask.choice(settings.VIEW, segmented=True)](ask)
