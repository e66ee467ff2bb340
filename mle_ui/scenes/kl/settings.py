"""The page's controls, declared once, and how its sliders step."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from mle_ui.live.tables import Slider
from mle_ui.numbers import show
from mle_ui.state import Asking, Choice, Whole

PAIR, FIT, PLANE, BARS = "pair", "fit", "plane", "bars"
VIEW = Choice(
    "view", "View", {PAIR: "two Gaussians", FIT: "forward and reverse fit", PLANE: "fits in 2-D", BARS: "histograms"}, PAIR
)  # fmt: skip
MOST = 8  # bars of a histogram
UNIT = Choice("unit", "Unit", {"nats": "nats", "bits": "bits"}, "nats", help="A bit is log 2 ≈ 0.693 nats.")
LOOK = Choice(
    "look",
    "Curves",
    {"density": "densities", "log": "log densities"},
    "density",
    help="Logarithms show the tails, and log(p/q) between the two curves.",
)
WINDOW = Choice(
    "window", "Picture", {"whole": "−8 to 8", "close": "close-up"}, "whole", help="The close-up follows the narrower law."
)  # fmt: skip
ESTIMATE = Choice(
    "estimate", "Draws estimate", {"kl": "D(p‖q)", "reverse_kl": "D(q‖p)", "renyi": "Rényi D_α(p‖q)"}, "kl"
)
SEED = Whole("seed", "Seed", 0, 9999, 1, help="The same seed gives the same draws, for everyone who opens the link.")

#: The widths that sliders offer, in pieces of even steps: fine where they look best, and down to a thousandth of the widest.
_PIECES = ((0.005, 0.02, 0.0025), (0.02, 0.1, 0.01), (0.1, 0.3, 0.02), (0.3, 1, 0.01), (1, 2, 0.02), (2, 5, 0.1))
WIDTHS = (*(round(float(v), 4) for low, high, step in _PIECES for v in np.arange(low, high - step / 2, step)), 5.0)
MEANS = tuple(round(float(v), 2) for v in np.linspace(-5, 5, 201))


def even(low: float, high: float, step: float) -> tuple[float, ...]:
    """Multiples of a step from low to high."""
    return tuple(round(low + k * step, 4) + 0.0 for k in range(round((high - low) / step) + 1))


def stepped(
    key: str, symbol: str, label: str, values: tuple[float, ...], default: float, *, logarithmic: bool = False, counted: bool = False
) -> Slider:  # fmt: skip
    """A slider over these values, which stands at `default`."""
    labels = tuple(f"{v:g}" for v in values)
    return Slider(key, symbol, label, values, labels, values.index(default), logarithmic, counted)


def place(ask: Asking, slider: Slider, *, beside: str | None = None) -> tuple[Slider, int]:
    """The slider with the number that the link asks for among its steps, and where it stands.

    A number outside is said beside the control, or `beside` another where this one is out of sight; the default stands in for it.
    """
    asked = ask.asked(slider.key)
    low, high = slider.values[0], slider.values[-1]
    outside = asked is not None and not low <= asked <= high
    if asked is not None and not outside and asked not in slider.values:
        values = tuple(sorted({*slider.values, float(asked)}))
        default = values.index(slider.values[slider.default])
        slider = replace(slider, values=values, labels=tuple(f"{v:.12g}" for v in values), default=default)
    step = ask.slider(slider)
    if outside and asked is not None and step == slider.default:
        width = slider.logarithmic and asked <= 0
        ask.complain(
            beside or slider.key,
            f"{slider.symbol} = {show(asked)} "
            + ("is no width: a standard deviation is positive" if width else f"is outside {low:g} to {high:g}")
            + f"; choose a number from {low:g} to {high:g}. {slider.labels[slider.default]} is shown.",
        )
    return slider, step


def rung(value: float, base: float, ratio: float) -> float:
    """The lowest of base · ratioᵏ, k whole, that is not below the value: axes that grow in few, coarse steps."""
    if not value > 0:
        return base
    return base * ratio ** math.ceil(math.log(value / base) / math.log(ratio) - 1e-9)
