"""The pages' states for the tests that hold for every page: one file a page, found by listing the folder.

A file names the address of its page by its own name (`cross_entropy.py` is /cross-entropy) and holds `STATES`, queries of links:
the first one, the page as it opens, is dragged in a real browser; so are those marked in `BROWSER`, if there are any.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from mle_ui.live.shown import Drawing
from mle_ui.live.tables import Tables, encode
from mle_ui.state import Link
from tests.ui.wire import decode

Query = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True)
class State:
    """One link of one page."""

    page: str
    place: int

    @property
    def query(self) -> Query:
        return import_module(f"tests.pages.{self.page}").STATES[self.place]

    def __str__(self) -> str:
        return f"{self.page}-{'&'.join(f'{k}={v}' for k, v in self.query.items()) or 'opens'}"


NAMES = tuple(module.name for module in iter_modules(__path__))
STATES = tuple(
    State(name, place) for name in NAMES for place in range(len(import_module(f"tests.pages.{name}").STATES))
)
BROWSER = tuple(
    state for state in STATES if state.place in {0, *getattr(import_module(f"tests.pages.{state.page}"), "BROWSER", ())}
)


@cache
def scene(state: State) -> Any:
    """The scene of a link, by the declarations of the controls alone."""
    ask = Link(state.query)
    built = import_module(f"mle_ui.scenes.{state.page}.scene").build(ask)
    assert built is not None and not ask.problems, ask.problems
    return built


@cache
def tables(state: State) -> Tables:
    return scene(state).tables()


@cache
def wire(state: State) -> dict[str, Any]:
    """The tables as the browser reads them."""
    return decode(encode(tables(state)))


@cache
def drawings(state: State) -> dict[str, Drawing]:
    """Everything that the page draws, by key."""
    shown = import_module(f"mle_ui.scenes.{state.page}.draw").drawings(scene(state))
    assert len({drawing.key for drawing in shown}) == len(shown)
    return {drawing.key: drawing for drawing in shown}


@cache
def parts(state: State) -> Any:
    return import_module(f"mle_ui.scenes.{state.page}.parts").parts(scene(state))
