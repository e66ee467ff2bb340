"""The page's settings, declared once: who races, where, and by which rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, cast

import mle_core as mle
from mle_ui.live.tables import Slider
from mle_ui.state import Choice, Several, Whole


@dataclass(frozen=True, eq=False)
class Course:
    """A family as a race course: the two parameters on the surface, and what is held."""

    family: str
    name: str
    pair: tuple[str, str]
    fixed: Mapping[str, float] = field(default_factory=dict)


def _courses() -> dict[str, Course]:
    """Every family with two parameters and a smooth likelihood, the Student-t at a fixed ν, and two mixtures for EM."""
    courses = {}
    for key, family in mle.FAMILIES.items():
        smooth = family.likelihood.errors_from == "observed" and all(p.regular and not p.given for p in family.params)
        fixed = {name: 5.0 for name in family.names if name == "nu"}
        free = tuple(name for name in family.names if name not in fixed)
        if "mu2" in free:
            free = ("mu1", "mu2")
        if smooth and len(free) == 2:
            name = family.name + "".join(f", {family.params[family.index(n)].symbol} = {v:g}" for n, v in fixed.items())
            courses[key] = Course(key, name, (free[0], free[1]), fixed)
    return courses


COURSES: Mapping[str, Course] = _courses()
FAMILY = Choice("family", "Family", {key: course.name for key, course in COURSES.items()}, "normal")
_SHORT = {"sgd": "Mini-batches", "em": "EM"}
RACERS = Several(
    "racer",
    "Racers",
    {key: _SHORT.get(key, method.name) for key, method in mle.OPTIMIZERS.items()},
    ("gradient", "momentum", "newton", "sgd"),
    help="All start at the purple point. EM needs a mixture: choose “Two normals”.",
)
SIZES = ("0.05", "0.1", "0.2", "0.5", "1", "1.5", "1.9", "2.1", "3", "6")
SIZE = Choice(
    "pace",
    "Step size",
    {size: f"{size} × 1/curvature" for size in SIZES},
    "0.2",
    help="In units of one over the largest curvature at the maximum, so that it means the same for every family and sample. Gradient "
    "ascent near the top is stable below 2. Adam steps by 0.2 × this many standard errors of one observation in the steepest "
    "direction. Newton, Fisher scoring, BFGS and EM find their own step.",
)
COORDINATES = Choice("coordinates", "Coordinates", {"raw": "raw", "log": "log"}, "raw")
AGAINST = Choice("against", "Gap against", {"iterations": "iterations", "passes": "data passes"}, "iterations")
LOOK = Choice(
    "look",
    "Look closer at",
    {"parabola": "Newton's parabola", "noise": "mini-batch noise", "3d": "3-D"},
    "parabola",
)
NEWTON = Choice(
    "newton",
    "Newton and Fisher steps",
    {"safe": "halved until ℓ rises", "full": "always full"},
    "safe",
    help="A full step goes to the top of the parabola, wherever that is.",
)
DECAY = Choice(
    "decay",
    "Mini-batch step size",
    {"constant": "constant", "1/t": "falls as 1/t", "sqrt": "falls as 1/√t", "exponential": "falls exponentially"},
    "constant",
    help="The rate is one over the steps of an epoch.",
)
REPLACE = Choice("draw", "Batches are drawn", {"without": "without replacement", "with": "with replacement"}, "without")
LENGTH = Choice("length", "Iterations", {"40": "40", "200": "200"}, "40")
SEED = Whole("seed", "Seed", 0, 999_999, 1, help="Of the mini-batches, and of data that are drawn at random.")
N = Choice("n", "Observations drawn", {"20": "20", "100": "100", "1000": "1 000", "10000": "10 000"}, "100")

#: A step slider has at most so many values; a longer race is shown at fewer of its iterates, the early ones all.
_SHOWN = 41


def step_slider(length: int) -> Slider:
    """The iteration at which the race is looked at: all of a short race; of a long one all early ones, then ever fewer."""
    if length < _SHOWN:
        values = [float(k) for k in range(length + 1)]
    else:
        early = _SHOWN // 2
        rest = (early * (length / early) ** (i / (_SHOWN - 1 - early)) for i in range(_SHOWN - early))
        values = [float(k) for k in range(early)] + [float(round(v)) for v in rest]
    labels = tuple(f"{v:g}" for v in values)
    return Slider("step", "t", "iteration", tuple(values), labels, len(values) - 1, counted=True)


def batch_slider(n: int) -> Slider:
    """Sizes of a mini-batch: 1, 2, 5, 10, … up to the whole sample."""
    sizes = [m * 10**p for p in range(5) for m in (1, 2, 5) if m * 10**p < n]
    values = tuple(float(b) for b in [*sizes, n])
    usual = values.index(min(values, key=lambda b: abs(b - min(20, n))))
    return Slider("batch", "b", "mini-batch size", values, tuple(f"{v:g}" for v in values), usual, counted=True)


@dataclass(frozen=True)
class Rules:
    """By which rules a race is run; hashable, as runs are kept by it."""

    size: float = 0.5
    newton: str = "safe"
    decay: str = "constant"
    replace: bool = False
    length: int = 40
    seed: int = 1

    @staticmethod
    def coordinates(words: str) -> Literal["raw", "log"]:
        return cast(Literal["raw", "log"], words)
