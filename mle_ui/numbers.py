"""Numbers as readers see and type them."""

from __future__ import annotations

import math
import re

import numpy as np
import numpy.typing as npt

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
MOST = 2_000
LARGEST = 1e30


def show(value: float, digits: int = 5) -> str:
    """A number in `digits` significant digits with a real minus sign; ∞ and – (no value) as such."""
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    text = f"{value:.{digits}g}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        return mantissa.replace("-", "−") + "×10" + str(int(exponent)).translate(_RAISED)
    return text.replace("-", "−")


def nats(value: float) -> str:
    """A log-likelihood: three decimals, fewer where it is large."""
    if not math.isfinite(value):
        return show(value)
    size = abs(value)
    decimals = 3 if size < 1e4 else 1 if size < 1e6 else 0
    text = f"{value:.{decimals}f}" if size < 1e9 else show(value)
    return ("0." + "0" * decimals if decimals and not text.strip("-0.") else text).replace("-", "−")


def with_error(value: float, error: float) -> str:
    """“299.8524 ± 0.0079”: the error in two digits, the value as far as the error reaches."""
    if not (math.isfinite(value) and math.isfinite(error) and error > 0):
        return show(value)
    decimals = max(0, 1 - math.floor(math.log10(error)))
    if decimals > 9 or abs(value) >= 1e7:
        return f"{show(value)} ± {show(error, 2)}"
    return f"{round(value, decimals) + 0.0:.{decimals}f} ± {error:.{decimals}f}".replace("-", "−")


class NotNumbersError(ValueError):
    """Text that is not a list of numbers; the message names the item."""


def _items(text: str, separators: str) -> list[str]:
    """What stands between separators, in front of all else where there are more than can be read."""
    return [item for item in re.split(f"[{separators}]+", text, maxsplit=MOST + 2)[: MOST + 2] if item]


def _count(text: str) -> int:
    """How many items there are between blanks, commas and semicolons: of many millions, too, in a blink."""
    separates = np.zeros(256, dtype=bool)
    separates[list(b" \t\r\n,;")] = True
    apart = separates[np.frombuffer(text.encode(), dtype=np.uint8)]
    return int(np.count_nonzero(apart[:-1] & ~apart[1:])) + int(not apart[0])


def _decimal_commas(text: str) -> bool:
    """Whether commas stand between digits, one at most in an item, where something else separates the items."""
    items = _items(text, r"\s;")
    with_comma = [item for item in items if "," in item]
    return (
        len(items) > 1
        and "." not in text
        and len(with_comma) > len(items) / 2
        and all(re.fullmatch(r"[-−+]?\d*,\d+([eE][-+]?\d+)?", item) for item in with_comma)
    )


def several(count: int, word: str) -> str:
    """“1 number”, “3 numbers”; “1 probability”, “2 probabilities”."""
    if count == 1:
        return f"1 {word}"
    return f"{count} {word[:-1]}ies" if word.endswith("y") else f"{count} {word}s"


def parse(text: str, example: str = "3.1 2.7 4.0") -> npt.NDArray[np.float64]:
    """Numbers typed or pasted, separated by blanks, commas, semicolons or line ends.

    Commas are decimal ones where semicolons, blanks or line ends do the separating and no point stands in the text: “3,1 2,7”.

    Raises
    ------
    NotNumbersError
        If nothing was typed, an item is not a finite number, or there are more than `MOST`.
    """
    text = text.strip()
    decimal = _decimal_commas(text)
    items = _items(text, r"\s;" if decimal else r"\s,;")
    if not items:
        raise NotNumbersError(f"No numbers yet; type at least two, such as {example}.")
    if len(items) > MOST:
        count = _count(text.replace(",", ".") if decimal else text)
        raise NotNumbersError(f"{count} numbers are more than the {MOST} that a link can carry; leave some out.")
    values = np.empty(len(items))
    for place, item in enumerate(items):
        try:
            values[place] = float(item.replace("−", "-").replace("_", "?").replace(",", "."))
        except ValueError:
            values[place] = math.nan
        if not math.isfinite(values[place]):
            shown = item if len(item) <= 20 else item[:19] + "…"
            raise NotNumbersError(f"Item {place + 1}, “{shown}”, is not a finite number; mend or remove it.")
    wild = np.flatnonzero((np.abs(values) > LARGEST) | ((values != 0) & (np.abs(values) < 1 / LARGEST)))
    if wild.size:
        raise NotNumbersError(
            f"Item {wild[0] + 1}, {values[wild[0]]:g}, is outside what can be drawn, 1/{LARGEST:g} to {LARGEST:g}; "
            "choose another unit."
        )
    return values
