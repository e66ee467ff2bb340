"""Other states of the page, for the questions: the scene that a link opens, and the controls that open it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from mle_ui.live.tables import Slider
from mle_ui.scenes.classification.scene import build
from mle_ui.state import Link


@lru_cache(maxsize=32)
def _opened(query: tuple[tuple[str, str], ...]) -> Any:
    scene = build(Link(dict(query)))
    assert scene is not None
    return scene


def opened(query: Mapping[str, str]) -> Any:
    """The scene of a link of this page."""
    return _opened(tuple(query.items()))


def sets(query: Mapping[str, str]) -> dict[str, object]:
    """Every control's value in that state, by key."""
    return {
        control.key: control.values[int(str(value))] if isinstance(control, Slider) else value
        for control, value in opened(query).items
    }


def filled(text: str, numbers: Mapping[str, str]) -> str:
    """A text whose «names» are replaced by the numbers of the present state."""
    for name, value in numbers.items():
        text = text.replace(f"«{name}»", value)
    assert "«" not in text, text
    return text
