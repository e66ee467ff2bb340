"""The page's controls, declared once, and how its sliders step."""

from __future__ import annotations

from dataclasses import replace

from mle_ui.live.tables import Slider
from mle_ui.numbers import show
from mle_ui.state import Asking, Choice, Text, Whole

ONE, TWO, SOFTMAX = "one", "two", "softmax"
VIEW = Choice("view", "View", {ONE: "one feature", TWO: "two features", SOFTMAX: "softmax simplex"}, ONE)

CHALLENGER, IRIS, OVERLAPPING, SEPARABLE, XOR, OWN = "challenger", "iris", "overlapping", "separable", "xor", "own"
DATA = Choice(
    "data",
    "Data",
    {
        CHALLENGER: "Challenger’s O-rings",
        IRIS: "Iris: width of petals",
        OVERLAPPING: "Drawn, overlapping",
        SEPARABLE: "Drawn, separable",
        OWN: "Your own points",
    },
    CHALLENGER,
)
PLANE = Choice(
    "plane",
    "Data",
    {
        IRIS: "Iris, 3 species",
        "versicolor": "Iris, 2 species",
        OVERLAPPING: "Drawn, overlapping",
        SEPARABLE: "Drawn, separable",
        XOR: "Drawn, exclusive or",
        OWN: "Your own points",
    },
    "versicolor",
)
POINTS = Text(
    "x",
    "Points: x and label (0 or 1), in turn",
    "",
    help="For instance: 1.2 0  2.5 1  3 1. They become part of the link. Empty: the data as they are published.",
)
ROWS = Text(
    "xy",
    "Points: x₁, x₂ and label, in turn",
    "",
    help="For instance: 1.2 0.4 red  2 3 blue. They become part of the link. Empty: the data as they are published.",
)
METHOD = Choice("method", "Steps by", {"gradient": "gradient descent", "newton": "Newton"}, "gradient")
RATE = Choice(
    "rate", "Step size", {v: v for v in ("0.1", "0.3", "1", "3", "10")}, "1", help="Of the mean loss; Newton’s full step is 1."
)  # fmt: skip
SEED = Whole("seed", "Seed", 0, 9999, 1, help="The same seed draws the same points, for everyone who opens the link.")
CLASSES = Whole("classes", "Classes", 2, 5, 2)


def even(low: float, high: float, step: float) -> tuple[float, ...]:
    """Multiples of a step from low to high."""
    return tuple(round(low + k * step, 6) + 0.0 for k in range(round((high - low) / step) + 1))


def stepped(
    key: str, symbol: str, label: str, values: tuple[float, ...], default: float, *, counted: bool = False
) -> Slider:  # fmt: skip
    """A slider over these values, which stands at `default`."""
    labels = tuple(f"{v:g}" for v in values)
    return Slider(key, symbol, label, values, labels, values.index(default), counted=counted)


BIAS = stepped("b", "b", "intercept (logits)", even(-6, 6, 0.05), 0.0)
WEIGHT = stepped("w", "w", "weight (logits a unit)", even(-8, 8, 0.1), 0.0)
_TIDY = tuple(m * 10.0**k for k in (-2, -1, 0, 1) for m in (1, 1.5, 2, 3, 5, 7))
RIDGE = stepped("ridge", "λ", "ridge", (0.0, *(round(v, 6) for v in _TIDY), 100.0), 0.0, counted=True)
#: Numbers of steps at which an iterate is shown: even on a logarithmic axis as soon as that is possible.
KEPT = (
    *range(9), 10, 13, 16, 20, 25, 32, 40, 50, 63, 80, 100, 126, 160, 200, 250, 320, 400, 500, 630, 800, 1000,
)  # fmt: skip
STEP = stepped("step", "t", "steps taken", tuple(float(v) for v in KEPT), 0.0, counted=True)


def place(ask: Asking, slider: Slider, *, beside: str | None = None) -> tuple[Slider, int]:
    """The slider with the number that the link asks for among its steps, and where it stands.

    A number outside is said beside the control, or `beside` another where this one is out of sight; the default stands in for it.
    """
    asked = ask.asked(slider.key)
    low, high = slider.values[0], slider.values[-1]
    outside = asked is not None and not low <= asked <= high
    if asked is not None and not outside and asked not in slider.values and not slider.counted:
        values = tuple(sorted({*slider.values, float(asked)}))
        default = values.index(slider.values[slider.default])
        slider = replace(slider, values=values, labels=tuple(f"{v:.12g}" for v in values), default=default)
    step = ask.slider(slider)
    if outside and asked is not None and step == slider.default:
        ask.complain(
            beside or slider.key,
            f"{slider.symbol} = {show(asked)} is outside {low:g} to {high:g}; choose a number from {low:g} to {high:g}. "
            f"{slider.labels[slider.default]} is shown.",
        )
    return slider, step


def method(ask: Asking) -> tuple[str, float]:
    """How steps are taken, and how long they are: Newton's own length is 1."""
    chosen = ask.choice(METHOD, segmented=True)
    return chosen, float(ask.choice(RATE) if chosen == "gradient" else RATE.default)


def way(method: str, rate: float) -> str:
    """How steps are taken, in words."""
    return "Newton" if method == "newton" else f"gradient descent, step size {rate:g}"
