"""Other states of a page, for its questions: the scene that a link opens, and the controls that open it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module
from typing import Any

from mle_ui.live.tables import Slider
from mle_ui.state import Link


@lru_cache(maxsize=32)
def _opened(page: str, query: tuple[tuple[str, str], ...]) -> Any:
    # Found by name: a page's questions would import the scene that imports them.
    scene = import_module(f"mle_ui.scenes.{page}.scene").build(Link(dict(query)))
    assert scene is not None
    return scene


def opened(page: str, query: Mapping[str, str]) -> Any:
    """The scene of a link of that page."""
    return _opened(page, tuple(query.items()))


def sets(page: str, query: Mapping[str, str]) -> dict[str, object]:
    """Every control's value in that state, by key."""
    return {
        control.key: control.values[int(str(value))] if isinstance(control, Slider) else value
        for control, value in opened(page, query).items
    }
