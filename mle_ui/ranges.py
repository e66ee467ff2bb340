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
    if param.scale == "log":
        half = min(max(_ERRORS * error / centre, _LOG_LEAST), _LOG_MOST) if centre > 0 else 0.0
        return (centre * math.exp(-half), centre * math.exp(half)) if half else (low, high)
    half = max(_ERRORS, _SPREAD * math.sqrt(n)) * error
    low, high = centre - half, centre + half
    inner = 0.01 * half
    return max(low, param.domain.low + inner), min(high, param.domain.high - inner)


def _round_steps(low: float, high: float) -> np.ndarray:
    """Multiples of 1, 2 or 5 × a power of ten between the ends, at least `_STEPS` of them."""
    raw = (high - low) / _STEPS
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(m * power for m in (5, 2, 1) if m * power <= raw * 1.001)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    return np.round(np.arange(first, last + 1) * step, decimals)


def _geometric_steps(low: float, high: float) -> np.ndarray:
    values = np.geomspace(low, high, _STEPS)
    digits = 3 - np.floor(np.log10(values)).astype(int)
    return np.unique([round(v, int(d)) for v, d in zip(values, digits, strict=True)])


def resolved(value: float, error: float) -> float:
    """The value to 1/500 of its standard error: what is lost is below 10⁻⁵ nats."""
    if not math.isfinite(value):
        return value
    if not (math.isfinite(error) and error > 0):
        return float(f"{value:.7g}")
    return round(value, -math.floor(math.log10(error / 500)))


def make_slider(
    param: Param, centre: float, error: float, n: float, *, start: float, asked: float | None = None, floor: float = 0.0
) -> Slider:
    """The slider of a parameter.

    `centre` and `error` are its estimate and standard error (NaN where there is none), `start` the default's place
    between 0 and 1, `asked` the value that a link asks for: it becomes a step of its own if it lies within the range.
    """
    low, high = span(param, centre, error, n, floor)
    log = param.scale == "log"
    values = _geometric_steps(low, high) if log else _round_steps(low, high)
    default = float(values[round(start * (len(values) - 1))])
    extra = [resolved(centre, error), asked]
    inside = [v for v in extra if v is not None and low <= v <= high and math.isfinite(v)]
    values = np.unique([*values, *inside])
    if param.domain.contains(math.inf):
        values = np.append(values, math.inf)
    labels = [_words(v, 7) for v in values]
    if len(set(labels)) < len(labels):
        labels = [_words(v, 15) for v in values]
    steps = tuple(float(v) for v in values)
    return Slider(param.name, param.symbol, param.label, steps, tuple(labels), steps.index(default), log)


def _words(value: float, digits: int) -> str:
    return "∞" if math.isinf(value) else f"{value:.{digits}g}"
