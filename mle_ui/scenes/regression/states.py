"""Other states of the page, for the questions: the scene that a link opens, and the controls that open it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from mle_ui.live.tables import Slider
from mle_ui.scenes.regression.scene import build
from mle_ui.state import Link


@lru_cache(maxsize=16)
def _opened(query: tuple[tuple[str, str | tuple[str, ...]], ...]) -> Any:
    scene = build(Link(dict(query)))
    assert scene is not None
    return scene


def opened(query: Mapping[str, str | Sequence[str]]) -> Any:
    """The scene of a link of this page."""
    return _opened(tuple((key, raw if isinstance(raw, str) else tuple(raw)) for key, raw in query.items()))


def sets(query: Mapping[str, str | Sequence[str]]) -> dict[str, object]:
    """Every control's value in that state, by key."""
    return {
        control.key: control.values[int(str(value))]
        if isinstance(control, Slider)
        else list(value)
        if isinstance(value, tuple)
        else value
        for control, value in opened(query).items
    }
