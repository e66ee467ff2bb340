"""The page's controls, declared once."""

from __future__ import annotations

import math
from collections.abc import Sequence

import mle_core as mle
from mle_core import Interval, Param
from mle_ui.live.tables import Slider
from mle_ui.state import Choice, Several, Text, Whole

LINE, NOISE = "line", "noise"
VIEW = Choice("view", "View", {LINE: "the line and σ", NOISE: "noise models"}, LINE)

OWN, GENERATED = "own", "generated"
TABLES = {key: table for key, table in mle.DATA_TABLES.items() if table.task == "regression"}
DATA = Choice(
    "data", "Data", {key: table.name for key, table in TABLES.items()} | {OWN: "Your own points", GENERATED: "Drawn at random"}, "phones"
)  # fmt: skip
TEXT = Text(
    "xy", "Your points", "1,2.1 2,2.9 3,4.2 4,4.8 5,6.3 6,6.6 7,12",
    help="x,y pairs separated by blanks, or two pasted columns; they become part of the link.",
)  # fmt: skip
EDITS = Text(
    "edits", "Points moved", "",
    help="row=x,y for a row that was moved or added, row=- for one left out. Drag the points: this is written for you.",
)  # fmt: skip

DEGREE = Whole("degree", "Degree of the curve", 1, 6, 1, help="1 is the straight line.")
ORIGIN = Choice(
    "origin", "Intercept taken at", {"mean": "the middle of x", "zero": "x = 0"}, "mean",
    help="In the middle of the data slope and intercept do not get in each other's way; at x = 0 the surface is a ridge.",
)  # fmt: skip

# -- the line ------------------------------------------------------------------------------------------------------------

REAL = Interval(-math.inf, math.inf)
INTERCEPT = Param("intercept", "a", "intercept", REAL, Interval(-10, 10), 0.0, power=1)
SLOPE = Param("slope", "b", "slope", REAL, Interval(-10, 10), 0.0, power=1)
SIGMA = Param("sigma", "σ", "noise", Interval(0, math.inf), Interval(0.1, 10), 1.0, "log", power=1)
PARAMS = {param.name: param for param in (SLOPE, INTERCEPT, SIGMA)}
SHOWN = Choice("residuals", "Residuals", {"sticks": "sticks", "squares": "squares", "none": "none"}, "squares")
PAIR = Choice(
    "pair", "Surface over",
    {"slope-intercept": "slope, intercept", "slope-sigma": "slope, σ", "intercept-sigma": "intercept, σ"}, "slope-intercept",
)  # fmt: skip

# -- the noise models ----------------------------------------------------------------------------------------------------

MODELS = Several(
    "noise", "Noise models", {key: noise.name for key, noise in mle.NOISES.items()}, ("gaussian", "laplace", "student_t"),
    help="Any of them are fitted together.",
)  # fmt: skip
BAND = Choice(
    "band", "Bands", {"mean": "of the line", "observation": "of a point", "none": "none"}, "mean",
    help="95 %: where the line may be, or where the middle of the fitted noise lies.",
)  # fmt: skip
MOST_PICKS = 80  # rows that the marked point's slider runs over
_NUS = (
    0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.2, 1.4, 1.6, 1.8, 2, 2.25, 2.5, 2.75, 3, 3.25, 3.5, 4, 4.5, 5, 6, 7, 8, 10, 12, 15, 20, 25, 30, 40,
    60, 100,
)  # fmt: skip
NU = Slider(
    "nu", "ν", "tails of Student t", (*map(float, _NUS), math.inf), (*(f"{v:g}" for v in _NUS), "∞"), _NUS.index(2), logarithmic=True,
    counted=True,
)  # fmt: skip

# -- points drawn at random ----------------------------------------------------------------------------------------------

LAW = Choice("law", "Noise they are drawn with", {key: noise.name for key, noise in mle.NOISES.items()}, "student_t")
SHAPE = Choice("shape", "Drawn around", {"line": "a line", "wave": "a wave"}, "line")
COUNT = Whole("m", "Number of points", 4, 300, 40)
SEED = Whole("seed", "Seed", 0, 9999, 1, help="The same seed gives the same points, for everyone who opens the link.")


def focus(models: Sequence[str]) -> Choice:
    """Whose residuals are set against its own quantiles."""
    return Choice("focus", "Q–Q of", {key: mle.NOISES[key].name for key in models}, models[0])


def column(key: str) -> Choice:
    """Which column of a table stands along x."""
    table = TABLES[key]
    options = {c.name: c.quantity for c in table.columns if c.kind != "label" and c.name != table.response}
    return Choice("column", "x", options, table.predictor)
