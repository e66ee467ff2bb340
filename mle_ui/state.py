"""A page's state and its link: controls as data, read from and written to a query. No Streamlit here.

A control is declared once; the same declaration serves the widget (controls.py), the link and the tests. Defaults are
left out of links, so changing a default changes every old link: a golden-link test guards them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar
from urllib.parse import quote, urlencode

from mle_ui.live.tables import Slider

T = TypeVar("T")


@dataclass(frozen=True)
class Choice:
    """One of a few options; `options` maps the value the program uses to the words that the reader and the link see."""

    key: str
    label: str
    options: Mapping[str, str]
    default: str
    help: str | None = None

    def read(self, raw: str | None) -> str:
        """Value for what stands in a link: words or value in any case; the default for anything else."""
        return self._find(raw) or self.default

    def knows(self, raw: str) -> bool:
        """Whether the text names an option."""
        return self._find(raw) is not None

    def _find(self, raw: str | None) -> str | None:
        wanted = (raw or "").strip().casefold()
        found = (value for value, words in self.options.items() if wanted in (words.casefold(), value.casefold()))
        return next(found, None)

    def write(self, value: str) -> str:
        return self.options[value]


@dataclass(frozen=True)
class Text:
    """Free text, such as pasted numbers."""

    key: str
    label: str
    default: str
    help: str | None = None

    def read(self, raw: str | None) -> str:
        return self.default if raw is None else raw

    def write(self, value: str) -> str:
        return value


@dataclass(frozen=True)
class Several:
    """Any of a few options; in a link the key stands once for each that is chosen."""

    key: str
    label: str
    options: Mapping[str, str]
    default: tuple[str, ...]
    help: str | None = None

    def read(self, raws: Sequence[str]) -> tuple[str, ...]:
        """The options that the link names, in their own order; the default if it names none."""
        return self._find(raws) or self.default

    def knows(self, raws: Sequence[str]) -> bool:
        """Whether any of the texts names an option."""
        return bool(self._find(raws))

    def _find(self, raws: Sequence[str]) -> tuple[str, ...]:
        wanted = {raw.strip().casefold() for raw in raws}
        return tuple(v for v, words in self.options.items() if {v.casefold(), words.casefold()} & wanted)


@dataclass(frozen=True)
class Whole:
    """A whole number that is no parameter: a seed, a batch size."""

    key: str
    label: str
    low: int
    high: int
    default: int
    help: str | None = None

    def read(self, raw: str | None) -> int:
        """The number in a link; the default for anything else or beyond the ends."""
        value = number(raw)
        return (
            int(value) if value is not None and self.low <= value <= self.high and value == int(value) else self.default
        )


Control = Choice | Several | Whole | Text | Slider


def number(raw: str | None) -> float | None:
    """A number from a link, ∞ included; None for anything else."""
    text = (raw or "").strip().replace("−", "-")
    if text in ("∞", "inf"):
        return math.inf
    try:
        value = float(text)
    except ValueError:
        return None
    return None if math.isnan(value) else value


def misread(control: Control, raws: Sequence[str]) -> str | None:
    """One sentence where a link gives a control what it cannot take, so that its default stands instead; else None."""
    if not raws or isinstance(control, Text):
        return None
    if isinstance(control, Several):
        known, instead = control.knows(raws), ", ".join(control.options[value] for value in control.default)
    elif isinstance(control, Choice):
        known, instead = control.knows(raws[0]), control.options[control.default]
    elif isinstance(control, Whole):
        known, instead = control.read(raws[0]) == number(raws[0]), str(control.default)
    else:
        known, instead = number(raws[0]) in control.values, control.labels[control.default]
    if known:
        return None
    if isinstance(control, Slider):
        allowed = f"{control.symbol} runs from {control.labels[0]} to {control.labels[-1]}"
    elif isinstance(control, Whole):
        allowed = f"it takes whole numbers from {control.low} to {control.high}"
    else:
        allowed = f"“{control.label}” has no such option"
    raw = ", ".join(raws)
    shown = raw if len(raw) <= 40 else raw[:39] + "…"
    return f"The link says {control.key} = {shown}, but {allowed}; {instead} stands here instead."


class Asking(Protocol):
    """Where a page's state comes from: widgets that the reader moves (`controls.Widgets`), or a link alone (`Link`).

    A page declares its controls once, in the order of its link, by asking for their values.
    """

    @property
    def items(self) -> Sequence[tuple[Control, object]]:
        """What was asked for so far, with the answers: the link of the state."""
        ...

    def choice(self, control: Choice, *, segmented: bool = False) -> str: ...

    def several(self, control: Several) -> tuple[str, ...]: ...

    def whole(self, control: Whole) -> int: ...

    def text(self, control: Text) -> str: ...

    def slider(self, control: Slider) -> int:
        """The step where the slider stands."""
        ...

    def asked(self, key: str) -> float | None:
        """The number that the link names under a key, before its control is there."""
        ...

    def complain(self, key: str, message: str) -> None:
        """Say beside a control what is wrong with it."""
        ...

    def aside(self, keys: Sequence[str]) -> None:
        """Keep the controls with these keys out of sight: they are part of the link, and nothing to be moved now."""
        ...


class Link:
    """A state read from a link as the widgets would read it, without them."""

    def __init__(self, query: Mapping[str, str | Sequence[str]]) -> None:
        self.raw = {key: [raw] if isinstance(raw, str) else list(raw) for key, raw in query.items()}
        self.items: list[tuple[Control, object]] = []
        self.problems: dict[str, str] = {}

    def _first(self, key: str) -> str | None:
        return next(iter(self.raw.get(key, [])), None)

    def _note(self, control: Control, value: T) -> T:
        self.items.append((control, value))
        return value

    def choice(self, control: Choice, *, segmented: bool = False) -> str:
        return self._note(control, control.read(self._first(control.key)))

    def several(self, control: Several) -> tuple[str, ...]:
        return self._note(control, control.read(self.raw.get(control.key, [])))

    def whole(self, control: Whole) -> int:
        return self._note(control, control.read(self._first(control.key)))

    def text(self, control: Text) -> str:
        return self._note(control, control.read(self._first(control.key)))

    def slider(self, control: Slider) -> int:
        value = self.asked(control.key)
        return self._note(control, control.values.index(value) if value in control.values else control.default)

    def asked(self, key: str) -> float | None:
        return number(self._first(key))

    def complain(self, key: str, message: str) -> None:
        self.problems[key] = message

    def aside(self, keys: Sequence[str]) -> None:
        pass


def query(items: Iterable[tuple[Control, object]]) -> dict[str, str | list[str]]:
    """The query of a link: what differs from the defaults, as the widgets themselves write it."""
    out: dict[str, str | list[str]] = {}
    for control, value in items:
        if value == control.default:
            continue
        if isinstance(control, Slider):
            out[control.key] = control.labels[int(value)]  # type: ignore[call-overload]
        elif isinstance(control, Several):
            out[control.key] = [control.options[v] for v in value]  # type: ignore[attr-defined]
        elif isinstance(control, Whole):
            out[control.key] = str(value)
        else:
            out[control.key] = control.write(str(value))
    return out


def link(path: str, values: Mapping[str, str | Sequence[str]]) -> str:
    """The address of a page in a state, without the host."""
    return path + ("?" + urlencode(values, doseq=True, quote_via=quote, safe="") if values else "")
