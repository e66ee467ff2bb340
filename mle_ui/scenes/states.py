"""Other states of a page, for its questions: the scene that a link opens, and the controls that open it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import import_module
from typing import Any

from mle_ui.live.tables import Slider
from mle_ui.state import Link

Query = Mapping[str, str | Sequence[str]]


@lru_cache(maxsize=64)
def _opened(page: str, query: tuple[tuple[str, str | tuple[str, ...]], ...]) -> Any:
    # Found by name: a page's questions would import the scene that imports them.
    scene = import_module(f"mle_ui.scenes.{page}.scene").build(Link(dict(query)))
    assert scene is not None
    return scene


def opened(page: str, query: Query) -> Any:
    """The scene of a link of that page."""
    return _opened(page, tuple((key, raw if isinstance(raw, str) else tuple(raw)) for key, raw in query.items()))


def sets(page: str, query: Query) -> dict[str, object]:
    """Every control's value in that state, by key; several options as a list, as their widget takes them."""

    def value(control: object, said: object) -> object:
        if isinstance(control, Slider):
            return control.values[int(str(said))]
        return list(said) if isinstance(said, tuple) else said

    return {control.key: value(control, said) for control, said in opened(page, query).items}
