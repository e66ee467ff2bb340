"""Where a page's observations come from: a real data set, numbers that the reader typed, or a generator with a seed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui import numbers
from mle_ui.state import Choice, Text

Array = npt.NDArray[np.float64]

OWN, GENERATED = "own", "generated"
LONGEST_TEXT = 40_000
NUMBERS = Text(
    "x",
    "Your numbers",
    "3.1 2.7 4.0 3.3 5.2",
    help="Separated by blanks or commas, 2000 at most; they become part of the link.",
)


def data_choice(default: str, *, generated: bool = False, own: bool = True) -> Choice:
    """The control that chooses between the real data sets, the reader's own numbers and a generator."""
    options = {key: dataset.name for key, dataset in mle.DATASETS.items()}
    options |= {OWN: "Your own numbers"} if own else {}
    options |= {GENERATED: "Drawn at random"} if generated else {}
    return Choice("data", "Data", options, default)


@dataclass(frozen=True)
class Problem:
    """What cannot be done: the control that caused it and a sentence of rule, value and remedy."""

    control: str
    message: str


@dataclass(frozen=True, eq=False)
class Observed:
    """Observations with what a page says about them. Equal arguments give the same object, so caches may be keyed on it."""

    data: str
    x: Array
    quantity: str
    source: str
    discrete: bool
    problem: Problem | None = None

    @property
    def caption(self) -> str:
        """How many observations, and where they come from."""
        return f"{self.x.size} observations. Source: {self.source}."


def observe(data: str, text: str = NUMBERS.default) -> Observed:
    """A real data set, or the numbers in `text`; what cannot be read is returned as a problem, not raised."""
    if data == OWN and len(text) > LONGEST_TEXT:
        words = (
            f"{len(text)} characters are more than the {LONGEST_TEXT} that a link can carry; leave some numbers out."
        )
        return Observed(data, np.empty(0), "your numbers", "", False, Problem("x", words))
    return _observe(data, text if data == OWN else "")


# For all visitors: the result depends on nothing but the arguments, and equal arguments give the same object, on which the
# scenes' caches stand. st.cache_data would hand out copies.
@lru_cache(maxsize=64)
def _observe(data: str, text: str) -> Observed:
    if data != OWN:
        dataset = mle.DATASETS[data]
        quantity = f"{dataset.quantity} ({dataset.unit})" if dataset.unit else dataset.quantity
        return Observed(data, np.asarray(dataset.values), quantity, dataset.source, dataset.discrete)
    try:
        x = numbers.parse(text)
    except numbers.NotNumbersError as error:
        return Observed(data, np.empty(0), "your numbers", "typed on this page", False, Problem("x", str(error)))
    x.setflags(write=False)
    counts = bool(np.all(x == np.round(x)) and np.all(x >= 0) and np.ptp(x) < 200)
    return Observed(data, x, "your numbers", "typed on this page", counts)


@lru_cache(maxsize=16)
def generate(family: str, theta: tuple[float, ...], n: int, seed: int) -> Observed:
    """`n` observations of a family at theta. The first m of a longer sample with the same seed are the shorter sample."""
    law = mle.FAMILIES[family]
    x = law.quantile(np.random.default_rng(seed).random(n), np.array(theta))
    x.setflags(write=False)
    words = ", ".join(f"{param.symbol} = {value:g}" for param, value in zip(law.params, theta, strict=True))
    return Observed(GENERATED, x, "x", f"drawn from {law.name} with {words}, seed {seed}", law.discrete)


def sentence(error: Exception | str) -> str:
    """An error's text as a sentence of its own; one that opens with a name (x[3] = …, nu = …) keeps it as it is."""
    text = str(error).strip()
    first, _, rest = text.partition(" ")
    named = rest.startswith("=") or not first.isalpha()
    return (text if named else first.capitalize() + " " + rest) + ("" if text.endswith(".") else ".")
