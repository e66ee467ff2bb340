"""The page's controls, declared once, and where its axes and sliders run; all of it follows from the family's own data."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import lru_cache

import numpy as np

import mle_core as mle
from mle_ui.live.tables import Slider
from mle_ui.state import Choice, Whole

DATA_FIXED, THETA_FIXED = "data", "theta"
FAMILY = Choice("family", "Family", {key: family.name for key, family in mle.FAMILIES.items()}, "normal")
FIXED = Choice("fixed", "Hold fixed", {DATA_FIXED: "the data", THETA_FIXED: "θ"}, DATA_FIXED)
MOST = 5


def points(family: mle.Family) -> Whole:
    """How many observations: fewer where there are many parameters, as each of both is a slider."""
    most = {1: MOST, 2: MOST, 3: MOST - 1}.get(len(family.params), MOST - 2)
    words = "Or click below the density's axis to add one, double-click its line on the map to take it away."
    return Whole("points", "Number of observations", 1, most, 1, help=words)


#: Where observations start, as quantiles of the default law: the first in sight of the maximum, the others around it.
_QUANTILES = (0.84, 0.3, 0.6, 0.1, 0.93)
#: At most so many steps: about as many as a slider has pixels; each costs a string for every readout.
_STEPS = 250
_RAISED = "¹²³⁴⁵"


def over_choice(family: mle.Family) -> Choice:
    """The parameter that is called θ: any that is estimated."""
    options = {param.name: f"{param.symbol}, {param.label}" for param in family.params if not param.given}
    return Choice("over", "θ is", options, next(iter(options)))


@lru_cache(maxsize=64)
def window(family: mle.Family) -> tuple[float, float]:
    """Ends of the x axis: well beyond the central 90 % at the default parameters, inside the support; whole cells for counts."""
    low, high = (float(q) for q in family.quantile(np.array([0.05, 0.95]), family.default))
    reach = 1.25 * max(high - low, 1.0 if family.discrete else 0.0)
    low, high = max(low - reach, family.support.low), min(high + reach, family.support.high)
    return (math.ceil(low) - 0.5, math.floor(high) + 0.5) if family.discrete else (low, high)


def _rounded(low: float, high: float) -> np.ndarray:
    """Multiples of 1, 2 or 5 × a power of ten between the ends."""
    raw = (high - low) / _STEPS
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= raw * 0.999)
    values = np.arange(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1) * step
    return np.round(values, max(0, -math.floor(math.log10(step) + 1e-9)))


def _geometric(low: float, high: float) -> np.ndarray:
    values = np.geomspace(low, high, _STEPS)
    decimals = 1 - np.floor(np.log10(values * math.log(high / low) / _STEPS)).astype(int)
    return np.unique([round(float(v), int(d)) for v, d in zip(values, decimals, strict=True)])


def _slider(
    key: str, symbol: str, label: str, values: Iterable[float], default: float, logarithmic: bool = False, counted: bool = False
) -> Slider:  # fmt: skip
    steps = tuple(float(v) + 0.0 for v in values)
    nearest = min(range(len(steps)), key=lambda i: abs(steps[i] - default))
    return Slider(key, symbol, label, steps, tuple(f"{v:.12g}" for v in steps), nearest, logarithmic, counted)


def _with(values: np.ndarray, asked: float | None) -> np.ndarray:
    """The steps and what a link asks for between them."""
    inside = asked is not None and values[0] < asked < values[-1]
    return np.unique([*values, asked]) if inside else values


def x_sliders(family: mle.Family, count: int, asked: Callable[[str], float | None]) -> tuple[Slider, ...]:
    """One slider for each observation, `x1`, `x2` …: all run along the same axis; `asked` tells what a link names for a key."""
    low, high = window(family)
    starts = family.quantile(np.array(_QUANTILES[:count]), family.default)
    if family.discrete:
        values = np.arange(math.ceil(low), math.floor(high) + 1.0)
    else:
        values = _rounded(low, high)
        values = values[family.support.contains(values) & (values > low) & (values < high)]
    symbols = ["x"] if count == 1 else [f"x⁽{_RAISED[i]}⁾" for i in range(count)]
    out = []
    for i in range(count):
        key = f"x{i + 1}"
        steps = values if family.discrete else _with(values, asked(key))
        out.append(_slider(key, symbols[i], "observation", steps, float(starts[i]), counted=family.discrete))
    return tuple(out)


def param_slider(param: mle.Param, asked: float | None) -> Slider:
    """A parameter's slider over its typical range, with what a link asks for; a whole number has a step for each."""
    low, high = param.typical.low, param.typical.high
    if param.integer:
        return _slider(param.name, param.symbol, param.label, np.arange(low, high + 1), param.default, counted=True)
    log = param.scale == "log"
    values = np.unique([*(_geometric if log else _rounded)(low, high), param.default])
    return _slider(param.name, param.symbol, param.label, _with(values, asked), param.default, logarithmic=log)


def other_name(param: mle.Param) -> str:
    """The other coordinate (`mle.reparametrised`) in symbols."""
    if param.domain.low == 0:
        return f"logit {param.symbol}" if param.domain.high == 1 else f"log {param.symbol}"
    return f"exp({param.symbol}/2)"
