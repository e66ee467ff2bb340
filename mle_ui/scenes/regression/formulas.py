"""Numbers in the formulas of the texts."""

from __future__ import annotations

import mle_core as mle
from mle_ui.numbers import nats


def added(terms: mle.GaussianTerms | mle.GaussianTermsMany) -> str:
    """The three terms of log L and their sum; the terms with one more decimal, so that they add up to it as read."""
    scale, constant, fit = (f"{float(v):+.4f}" for v in (terms.scale, terms.constant, terms.fit))
    return f"{scale.removeprefix('+')} {constant[0]} {constant[1:]} {fit[0]} {fit[1:]} = " + nats(
        float(terms.total)
    ).replace("−", "-")


def filled(text: str, **values: object) -> str:
    """A text with the names in «» replaced: braces and dollars belong to its formulas."""
    for name, value in values.items():
        text = text.replace(f"«{name}»", str(value))
    return text


def tex(value: float, digits: int = 5) -> str:
    """A number as a formula shows it."""
    text = f"{value:.{digits}g}"
    if "e" in text:
        mantissa, power = text.split("e")
        return rf"{mantissa}\cdot 10^{{{int(power)}}}"
    return text
