"""The page's settings, declared once, and its whole state as a frozen record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

import mle_core as mle
from mle_ui import state
from mle_ui.live.tables import Slider
from mle_ui.state import Choice, Text

OWN = "own"

DATA = Choice(
    "data",
    "Data",
    {key: dataset.name for key, dataset in mle.DATASETS.items()} | {OWN: "Your own numbers"},
    "michelson",
)
NUMBERS = Text(
    "x", "Your numbers", "3.1 2.7 4.0 3.3 5.2", help="Separated by blanks or commas; they become part of the link."
)
#: The families that this page draws: every parameter is one that a slider may move freely, and there are at most three.
#: A given number, an end point of the support (its surface falls off a cliff) and a mixture need pictures of their own.
DRAWN = {
    key: family
    for key, family in mle.FAMILIES.items()
    if len(family.params) <= 3 and all(param.regular and not param.given for param in family.params)
}
FAMILY = Choice("family", "Family", {key: family.name for key, family in DRAWN.items()}, "normal")
THIRD = Choice(
    "third",
    "The other parameter",
    {"profiled": "profiled", "fixed": "fixed"},
    "profiled",
    help="Profiled: at each point of the surface it takes its best value. Fixed: it stays where its slider is.",
)
VIEW = Choice("view", "Surface as", {"contours": "contours", "3d": "3-D"}, "contours")


def pair_choice(family: mle.Family) -> Choice:
    """The two parameters that the surface is drawn over."""
    symbols = {param.name: param.symbol for param in family.params}
    options = {f"{a}-{b}": f"{symbols[a]}, {symbols[b]}" for a, b in combinations(family.names, 2)}
    return Choice("pair", "Surface over", options or {"": ""}, next(iter(options), ""))


@dataclass(frozen=True)
class SurfaceState:
    """Everything that decides what the page shows; `steps` are the sliders' steps in the family's order."""

    data: str
    numbers: str
    family: str
    third: str
    view: str
    pair: str
    sliders: tuple[Slider, ...]
    steps: tuple[int, ...]

    def items(self) -> Iterator[tuple[Choice | Text | Slider, object]]:
        """Controls with their values, in the order of the link."""
        yield DATA, self.data
        if self.data == OWN:
            yield NUMBERS, self.numbers
        yield FAMILY, self.family
        yield from zip(self.sliders, self.steps, strict=True)
        family = mle.FAMILIES[self.family]
        if len(family.params) > 2:
            yield pair_choice(family), self.pair
            yield THIRD, self.third
        yield VIEW, self.view

    def query(self) -> dict[str, str | list[str]]:
        return state.query(self.items())

    @property
    def theta(self) -> tuple[float, ...]:
        return tuple(slider.values[step] for slider, step in zip(self.sliders, self.steps, strict=True))

    def values(self) -> Mapping[str, float]:
        return dict(zip((slider.key for slider in self.sliders), self.theta, strict=True))
