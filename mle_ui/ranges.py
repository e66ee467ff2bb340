"""From a parameter and its estimate to a slider: where it runs, and on which steps.

The range is ± 8 standard errors around the maximum (so that the 99.9 % contour fills about half of the picture), at
least three quarters of the data's own spread or a fifth of the value (so that the density visibly moves), clipped to
the parameter's domain; where there is no standard error, `Param.typical`. Steps are round numbers, even or geometric
as `Param.scale` says, plus the maximum itself and the value that the link asks for.
"""

from __future__ import annotations

import math

import numpy as np

from mle_core import Param
from mle_ui.live.tables import Slider

#: More steps than a slider has pixels, so that no move of the pointer is lost.
_STEPS = 480
_ERRORS = 8.0
_SPREAD = 0.75
_LOG_LEAST, _LOG_MOST = 0.2, 3.0


def span(param: Param, centre: float, error: float, n: float, floor: float = 0.0) -> tuple[float, float]:
    """Ends of the slider; below `floor` the likelihood is unbounded."""
    low, high = param.typical.low, param.typical.high
    if param.domain.contains(math.inf):  # the slider ends at ∞, whatever the error
        if math.isfinite(centre):
            low, high = min(low, centre / 3), max(high, centre * 3)
        return max(low, 1.05 * floor), high
    if not (math.isfinite(centre) and math.isfinite(error) and error > 0):
        return low, high
    spread = _SPREAD * math.sqrt(n) * error
    if param.scale == "log":
        if centre <= 0:
            return low, high
        half = min(max(_ERRORS * error / centre, min(_LOG_LEAST, spread / centre)), _LOG_MOST)
        return max(centre * math.exp(-half), param.domain.low), min(centre * math.exp(half), param.domain.high)
    half = max(_ERRORS * error, spread)
    low, high = centre - half, centre + half
    # Not up to the very ends of the domain, but past the estimate.
    below, above = (min(0.01 * half, 0.2 * abs(centre - end)) for end in (param.domain.low, param.domain.high))
    return max(low, param.domain.low + below), min(high, param.domain.high - above)


def _round_steps(low: float, high: float) -> np.ndarray:
    """Multiples of 1, 2 or 5 × a power of ten between the ends, at least `_STEPS` of them."""
    raw = (high - low) / _STEPS
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(m * power for m in (5, 2, 1) if m * power <= raw * 1.001)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    return np.round(np.arange(first, last + 1) * step, decimals)


def _geometric_steps(low: float, high: float) -> np.ndarray:
    """Even steps of the logarithm, rounded to a tenth of a step or finer."""
    values = np.geomspace(low, high, _STEPS)
    spacing = values * (math.log(high / low) / (_STEPS - 1))
    decimals = 1 - np.floor(np.log10(spacing)).astype(int)
    return np.unique([round(float(v), int(d)) for v, d in zip(values, decimals, strict=True)])


def resolved(value: float, error: float) -> float:
    """The value to 1/500 of its standard error with the others held: what is lost is below 10⁻⁵ nats."""
    if not math.isfinite(value):
        return value
    if not (math.isfinite(error) and error > 0):
        return float(f"{value:.7g}")
    return round(value, -math.floor(math.log10(error / 500)))


def make_slider(
    param: Param,
    centre: float,
    error: float,
    n: float,
    *,
    start: float,
    asked: float | None = None,
    floor: float = 0.0,
    conditional_error: float | None = None,
) -> Slider:
    """The slider of a parameter.

    `centre` and `error` are its estimate and standard error (NaN where there is none), `start` the default's place
    between 0 and 1, `asked` the value that a link asks for: it becomes a step of its own if it lies within the range.
    """
    low, high = span(param, centre, error, n, floor)
    log = param.scale == "log"
    values = _geometric_steps(low, high) if log else _round_steps(low, high)
    default = float(values[round(start * (len(values) - 1))])
    extra = [resolved(centre, conditional_error or error), asked]
    inside = [v for v in extra if v is not None and low <= v <= high and math.isfinite(v)]
    values = np.unique([*values, *inside])
    if param.domain.contains(math.inf):
        values = np.append(values, math.inf)
    steps = tuple(float(v) for v in values)
    labels = tuple(_words(v) for v in steps)
    return Slider(param.name, param.symbol, param.label, steps, labels, steps.index(default), log)


def _words(value: float) -> str:
    """The shortest text that reads back as the value: it is what a link carries."""
    if math.isinf(value):
        return "∞"
    tries = (f"{value:.{digits}g}" for digits in (7, 10, 15))
    return next((text for text in tries if float(text) == value), repr(value))
