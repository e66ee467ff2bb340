"""A page's state and its link: controls as data, read from and written to a query. No Streamlit here.

A control is declared once; the same declaration serves the widget (controls.py), the link and the tests. Defaults are
left out of links, so changing a default changes every old link: a golden-link test guards them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from mle_ui.live.tables import Slider


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


def query(items: Iterable[tuple[Choice | Text | Slider, object]]) -> dict[str, str]:
    """The query of a link: what differs from the defaults, as the widgets themselves write it."""
    out: dict[str, str] = {}
    for control, value in items:
        if isinstance(control, Slider):
            if value != control.default:
                out[control.key] = control.labels[int(value)]  # type: ignore[call-overload]
        elif value != control.default:
            out[control.key] = control.write(str(value))
    return out


def link(path: str, values: Mapping[str, str]) -> str:
    """The address of a page in a state, without the host."""
    return path + ("?" + urlencode(values, quote_via=quote, safe="") if values else "")
