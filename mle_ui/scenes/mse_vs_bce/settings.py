"""The page's controls, declared once."""

from __future__ import annotations

import numpy as np

import mle_core as mle
from mle_ui.live.tables import Slider
from mle_ui.state import Choice, Several, Text, Whole

LOGIT, DUEL, NETWORK = "logit", "duel", "network"
VIEW = Choice("view", "View", {LOGIT: "one logit", DUEL: "the duel", NETWORK: "a network"}, LOGIT)

#: The two that fight, in this order everywhere.
PAIR = ("mse", "bce")
EXTRA = Several(
    "also",
    "Further losses",
    {key: loss.name for key, loss in mle.LOSSES.items() if key not in PAIR and not loss.per_class},
    (),
    help="Hinge knows labels 0 and 1 only: for a share it is the mean over both. Focal stands at γ = 2, label smoothing at ε = 0.1.",
)


def even(
    key: str, symbol: str, label: str, low: float, high: float, step: float, default: float, *, counted: bool = False
) -> Slider:  # fmt: skip
    """A slider over the multiples of a step."""
    values = tuple(round(low + k * step, 6) + 0.0 for k in range(round((high - low) / step) + 1))
    return Slider(key, symbol, label, values, tuple(f"{v:g}" for v in values), values.index(default), counted=counted)


# A frame for every step: where ŷ meets y the logarithm of a factor has a spike that lies between any two others.
Z = even("z", "z", "logit", -8, 8, 0.05, -3.0, counted=True)
Y = even("y", "y", "label", 0, 1, 0.005, 1.0, counted=True)
X = even("x", "x", "input of the weight", -3, 3, 0.02, 1.0)

# -- the duel --------------------------------------------------------------------------------------------------------

ONE, TWO = "1", "2"
INPUTS = Choice("inputs", "Neuron", {ONE: "weight and bias", TWO: "two weights"}, ONE)
DATA = Choice(
    "data",
    "Points",
    {"overlap": "overlapping classes", "apart": "classes far apart", "single": "a single point"},
    "overlap",
    help="Drawn from two normals, 12 points a class; the single point has label 1 and inputs of 1.",
)
STEP = Choice(
    "eta", "Step size", {v: v for v in ("0.1", "0.3", "1", "3", "10", "30")} | {"best": "each its best"}, "1",
    help="On the mean loss, the same for both. “Each its best” takes the step that ends lowest from the start where steps are compared.",
)  # fmt: skip
ORIGIN = Text(
    "compared", "Step sizes are compared from", "",
    help="The two coordinates of a start, each from −8 to 8, such as −6 2. Empty: the start that the page opens with.",
)  # fmt: skip
OPTIMISER = Choice(
    "optimiser", "Optimiser", {"gradient": "gradient descent", "momentum": "momentum", "adam": "Adam"}, "gradient"
)
EPOCHS = Choice("epochs", "Epochs", {"200": "200", "1000": "1 000"}, "200")
LOOK = Choice("look", "Landscapes as", {"contours": "contours", "3d": "3-D"}, "contours")
SEED = Whole("seed", "Seed", 0, 9999, 4, help="Of the points, and of a network's starts.")
REACH = 8.0
START = {
    ONE: (even("w", "w", "start weight", -REACH, REACH, 0.1, -4.0), even("b", "b", "start bias", -REACH, REACH, 0.1, 1.0)),
    TWO: (
        even("w1", "w₁", "first start weight", -REACH, REACH, 0.1, -4.0),
        even("w2", "w₂", "second start weight", -REACH, REACH, 0.1, 1.0),
    ),
}  # fmt: skip

_SHOWN = 41


def epoch_slider(epochs: int, key: str = "t", default: float | None = None) -> Slider:
    """All of the first epochs, then ever fewer; it stands at the last one unless told otherwise."""
    values = tuple(
        float(v) for v in np.unique(np.round(np.append(np.arange(21), np.geomspace(21, epochs, _SHOWN - 21))))
    )
    place = len(values) - 1 if default is None else min(range(len(values)), key=lambda k: abs(values[k] - default))
    return Slider(key, "t", "epoch", values, tuple(f"{v:g}" for v in values), place, counted=True)


# -- the network -----------------------------------------------------------------------------------------------------

SHAPE = Choice("shape", "Points", {"moons": "two moons", "circles": "two rings", "xor": "XOR"}, "moons")
HIDDEN = Choice("hidden", "Hidden units", {"2": "2", "4": "4", "8": "8", "16": "16"}, "8")
SCALE = Choice(
    "scale", "Starts", {"1": "small weights", "4": "4 × as large", "10": "10 × as large"}, "4",
    help="Weights begin at random. The larger they are, the surer the network is before it has learnt anything.",
)  # fmt: skip
RATE = Choice("rate", "Step size", {v: v for v in ("0.1", "0.3", "1", "3")}, "0.3")
FAVOUR = Choice(
    "favour", "Step of MSE", {"1": "the same", "4": "4 × as large", "16": "16 × as large"}, "1",
    help="Where ŷ ≈ ½ the slope of MSE is a quarter of that of BCE: four times the step makes up for it there.",
)  # fmt: skip
RUNS, LENGTH, CLOUD = 20, 300, 80
