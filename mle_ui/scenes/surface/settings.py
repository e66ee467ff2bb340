"""The page's settings, declared once: what can be chosen, under which names it stands in the link."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.scenes import samples
from mle_ui.state import Choice, Whole

OWN = samples.OWN
NUMBERS = samples.NUMBERS
DATA = samples.data_choice("michelson", generated=True)
FAMILY = Choice("family", "Family", {key: family.name for key, family in mle.FAMILIES.items()}, "normal")
VIEW = Choice("view", "Surface as", {"contours": "contours", "3d": "3-D"}, "contours")


#: Key of the number of trials, the largest one that there may be.
TRIALS, MOST_TRIALS = "trials", 1_000_000


def given(param: mle.Param, x: npt.NDArray[np.float64]) -> Whole:
    """A whole number that is known and not estimated (a binomial's n): the largest count, unless the reader knows better."""
    largest = int(np.clip(np.ceil(x.max()), 1, MOST_TRIALS))
    return Whole(
        TRIALS,
        f"{param.symbol}, {param.label}",
        1,
        MOST_TRIALS,
        largest,
        help="Known, not estimated. At first the largest count: no count can be larger.",
    )


def third_choice(family: mle.Family) -> Choice:
    """What the parameters do that the surface is not drawn over; where they are many, a fit in each cell is slow."""
    return Choice(
        "third",
        "The other parameter",
        {"profiled": "profiled", "fixed": "fixed"},
        "profiled" if len(free(family)) <= 3 else "fixed",
        help="Profiled: at each point of the surface it takes its best value. Fixed: it stays where its slider is.",
    )


def free(family: mle.Family) -> tuple[mle.Param, ...]:
    """The parameters that are estimated; a given number (a binomial's n) is no slider."""
    return tuple(param for param in family.params if not param.given)


def pair_choice(family: mle.Family) -> Choice:
    """The two parameters that the surface is drawn over; for more than three the two locations come first."""
    params = free(family)
    options = {f"{a.name}-{b.name}": f"{a.symbol}, {b.symbol}" for a, b in combinations(params, 2)} or {"": ""}
    first = next(iter(options))
    if len(params) > 3:
        first = "-".join([p.name for p in params if p.power == 1 and p.scale == "linear"][:2])
    return Choice("pair", "Surface over", options, first)


def test_choice(family: mle.Family) -> Choice:
    """The parameter whose null is tested."""
    options = {param.name: f"H₀: {param.symbol}" for param in free(family)} | {"off": "none"}
    first = pair_choice(family).default.partition("-")[0] or next(iter(options))
    return Choice("test", "Test a value", options, first)
