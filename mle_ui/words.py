"""What the tabs under a picture hold, as data: text to read, questions to try, numbers checked several ways."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Reading:
    """At most 250 own words in Markdown with formulas, the article's section, and its correction if it has one."""

    text: str
    section: str
    correction: str | None = None


@dataclass(frozen=True)
class Question:
    """Predict, then see. `sets` are the controls' values (by key) of the state in which the answer can be seen."""

    prompt: str
    options: tuple[str, ...]
    answer: int
    reveal: str
    sets: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Check:
    """One quantity by independent ways, each with its own error bound; they agree if they overlap."""

    quantity: str
    ways: tuple[tuple[str, float, float], ...]

    @property
    def agrees(self) -> bool:
        """Whether every way lies within its error of the first."""
        _, first, slack = self.ways[0]
        return all(abs(value - first) <= error + slack for _, value, error in self.ways[1:])


@dataclass(frozen=True)
class Parts:
    """Everything under the picture; what costs time is a function, called when its tab is open."""

    reading: Reading
    questions: Callable[[], tuple[Question, ...]]
    checks: Callable[[], tuple[Check, ...]]
    code: Callable[[], str]
    table: Callable[[], str]
    link: Mapping[str, str | list[str]]
    file: str
    table_name: str = "Numbers"
    charts: Mapping[str, str] = field(default_factory=dict)  # key of each chart that can be saved → its short name
