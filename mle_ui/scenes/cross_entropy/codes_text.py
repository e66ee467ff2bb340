"""Probabilities as a reader types them, and as they are dragged."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from mle_ui import numbers
from mle_ui.numbers import show
from mle_ui.state import Text

LEAST, MOST = 2, 8
NAMES = "abcdefgh"


def with_top(law: Sequence[float], k: int, value: float) -> tuple[float, ...]:
    """Probabilities whose k-th is `value`; the others share the rest in their proportions, or evenly where they had nothing."""
    rest = [v for i, v in enumerate(law) if i != k]
    total = math.fsum(rest)
    shares = [v / total for v in rest] if total > 0 else [1 / len(rest)] * len(rest)
    out = [(1 - value) * share for share in shares]
    out.insert(k, value)
    return tuple(out)


def read(text: str, control: Text) -> tuple[tuple[float, ...], str, str]:
    """Probabilities from text, a remark where they were normalised, and a complaint where they cannot be read."""
    default = tuple(float(v) for v in control.default.split())
    try:
        values = numbers.parse(text, control.default)
    except numbers.NotNumbersError as error:
        return default, "", f"{error} The picture shows {control.default} meanwhile."
    name = control.key
    problem = ""
    if not LEAST <= values.size <= MOST:
        problem = f"{name} has {numbers.several(values.size, 'probability')}; give {LEAST} to {MOST} of them."
    elif values.min() < 0:
        place = int(np.argmin(values))
        problem = (
            f"{name}({NAMES[place]}) = {show(float(values[place]))} is negative, and probabilities are not; correct it."
        )
    elif values.max() == 0:
        problem = f"{name} is 0 everywhere, so it cannot be made to sum to 1; give one message a probability."
    if problem:
        return default, "", f"{problem} The picture shows {control.default} meanwhile."
    total = math.fsum(values)
    said = f"{name} sums to {show(total)}, not 1: it was divided by that." if abs(total - 1) > 1e-5 else ""
    return tuple(float(v) for v in values / total), said, ""
