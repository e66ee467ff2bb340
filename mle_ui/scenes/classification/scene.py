"""The page has three pictures at one address: one feature, two features, and the simplex of three classes."""

from __future__ import annotations

from collections.abc import Callable

from mle_ui.scenes.classification import one, plane, settings, simplex
from mle_ui.scenes.classification.many import Many
from mle_ui.scenes.classification.one import One
from mle_ui.scenes.classification.simplex import Simplex
from mle_ui.scenes.classification.two import Two
from mle_ui.state import Asking

Scene = One | Two | Many | Simplex
_BUILD: dict[str, Callable[[Asking], Scene | None]] = {
    settings.ONE: one.build,
    settings.TWO: plane.build,
    settings.SOFTMAX: simplex.build,
}


def build(ask: Asking) -> Scene | None:
    """The picture that the link or the reader chose; None where it cannot be drawn (the reason stands beside the control)."""
    return _BUILD[ask.choice(settings.VIEW, segmented=True)](ask)
