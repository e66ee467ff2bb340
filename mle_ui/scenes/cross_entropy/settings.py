"""The page's controls, declared once, and how its sliders step and take what a link asks for."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from mle_ui.live.tables import INFINITE, Slider
from mle_ui.numbers import show
from mle_ui.state import Asking, Choice, Text, Whole

ADDING, LANDSCAPE, CODES = "sum", "theta", "codes"
VIEW = Choice("view", "View", {ADDING: "the sum", LANDSCAPE: "over θ", CODES: "codes and labels"}, ADDING)
SEED = Whole("seed", "Seed", 0, 9999, 1, help="The same seed gives the same sample, for everyone who opens the link.")


def slider(
    key: str, symbol: str, label: str, values: Iterable[float], default: float, *, logarithmic: bool = False
) -> Slider:
    """A slider on these values and its default."""
    steps = tuple(sorted({float(v) for v in values} | {default}))
    return Slider(key, symbol, label, steps, tuple(f"{v:.7g}" for v in steps), steps.index(default), logarithmic)


def even(low: float, high: float, step: float) -> list[float]:
    """Multiples of a step from low to high."""
    return [round(low + i * step, 6) for i in range(round((high - low) / step) + 1)]


def geometric(low: float, high: float, steps: int = 420) -> list[float]:
    """Even steps of the logarithm in four digits."""
    return [float(f"{v:.4g}") for v in np.geomspace(low, high, steps)]


MU_P = slider("mu_p", "μ_p", "mean of p", even(-3, 3, 0.01), 0.0)
# A question makes q equal to p, at σ = 1.
SIGMA_P = slider("sigma_p", "σ_p", "width of p", sorted({*geometric(0.1, 3), 1.0}), 0.5, logarithmic=True)
MU_Q = slider("mu_q", "μ_q", "mean of q", even(-3, 3, 0.01), 1.0)
SIGMA_Q = slider("sigma_q", "σ_q", "width of q", geometric(0.25, 3), 1.0, logarithmic=True)
CELL = Choice(
    "cell", "Cells of width Δ", {"1": "1", "0.5": "1/2", "0.25": "1/4"}, "0.5",
    help="The same two laws read off in cells: an ordinary, discrete pair.",
)  # fmt: skip

NORMAL, MIXTURE, STUDENT = "normal", "mixture", "student_t"
TRUTH = Choice(
    "truth", "p, the truth", {NORMAL: "normal", MIXTURE: "mixture", STUDENT: "Student t"}, NORMAL,
    help="q is normal: with a mixture or Student t as truth no θ makes it equal to p.",
)  # fmt: skip
OVER = Choice("over", "Curves over", {"mu": "μ", "sigma": "σ"}, "mu")
MU = slider("mu", "μ", "mean of q, θ", even(-3, 3, 0.025), 1.4)
SIGMA = slider("sigma", "σ", "width of q, θ", geometric(0.4, 3, 240), 1.2, logarithmic=True)
SHIFT = slider("shift", "c", "shift of the landscape, nats", even(-2, 3, 0.01), 0.0)
SCALE = slider("scale", "a", "scale of the landscape", sorted({*geometric(0.25, 4), 0.5, 2.0}), 1.0, logarithmic=True)
WIDTH = slider("width", "s", "width of p", geometric(0.1, 2, 240), 1.0, logarithmic=True)
APART = slider("apart", "d", "distance of the parts", even(0, 4, 0.04), 3.0)
PART = slider("width", "s", "width of each part", geometric(0.1, 1.5, 240), 0.5, logarithmic=True)

#: Keys of sliders whose values are standard deviations or scales.
WIDTHS = ("sigma_p", "sigma_q", "sigma", "width")

LEARN = slider("learn", "λ", "q moved towards p", even(0, 1, 0.0025), 0.0)
HARDEN = slider("harden", "h", "p made a one-hot label", even(0, 1, 0.0025), 0.0)
P_TEXT = Text("p", "p, the source", "0.5 0.25 0.125 0.125", help="Probabilities of the messages, separated by blanks.")
Q_TEXT = Text(
    "q", "q, the belief", "0.2 0.2 0.4 0.2", help="What the code was made for. Drag the tops of the bars, too."
)


def placed(ask: Asking, control: Slider, *, exact: bool = True) -> tuple[Slider, int]:
    """Ask for a slider, with a step for the value that a link names within its ends (`exact`); say why one beyond them is not taken."""
    wanted = ask.asked(control.key)
    low, high = control.values[0], control.values[-1]
    if exact and wanted is not None and low <= wanted <= high and wanted not in control.values:
        values = tuple(sorted({*control.values, float(f"{wanted:.7g}")}))
        default = values.index(control.values[control.default])
        control = replace(control, values=values, labels=tuple(f"{v:.7g}" for v in values), default=default)
    step = ask.slider(control)
    if wanted is not None and not low <= wanted <= high:
        name = f"{control.symbol} = {_words(wanted)}"
        rule = f"is beyond the slider, {low:g} to {high:g}"
        if control.key in WIDTHS and wanted <= 0:
            rule = "is no width, which lies in (0, ∞)"
        ask.complain(control.key, f"{name} {rule}; {control.labels[step]} stands in its place.")
    elif wanted is not None and wanted not in control.values:
        near = control.labels[control.index(wanted)]
        ask.complain(
            control.key,
            f"{control.symbol} = {_words(wanted)} lies between the slider’s steps; {control.labels[step]} stands in its place, and "
            f"{near} is the nearest.",
        )
    return control, step


def _words(value: float) -> str:
    return show(math.copysign(math.inf, value) if abs(value) >= INFINITE else value)


def counts(most: int, frames: int, default: int) -> Slider:
    """Sample sizes in even steps of the logarithm; a frame for each."""
    values = np.unique(np.round(np.geomspace(2, most, frames)).astype(int))
    nearest = int(np.argmin(np.abs(values - default)))
    return Slider(
        "m", "m", "observations", tuple(float(v) for v in values), tuple(str(v) for v in values), nearest, counted=True
    )
