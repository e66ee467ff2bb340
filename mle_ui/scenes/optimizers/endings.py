"""How runs end, in words: the racers' readouts and the cells of the table of results."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

from mle_ui.numbers import nats, show
from mle_ui.scenes.optimizers.arena import LEAST
from mle_ui.scenes.optimizers.runs import Bundle

_WORDS = {
    "converged": "converged",
    "max_steps": "still climbing",
    "diverged": "diverged",
    "astray": "diverging",
    "oscillating": "oscillating",
    "unstarted": "could not start",
}
#: `LEAST` in words.
_LITTLE = "< 10⁻⁶"
CELLS = ("steps", "passes", "gap", "end", "why")


def word(key: str, reason: str) -> str:
    """A reason in a word; the noise of mini-batches does not swing, it jumps."""
    return "jumping about" if (key, reason) == ("sgd", "oscillating") else _WORDS[reason]


def gap_words(bundle: Bundle, iterations: npt.ArrayLike) -> list[str]:
    """The gap of each of m runs at iterations (m,), as a readout says it."""
    rows = bundle.rows(np.asarray(iterations)[:, None])
    out = []
    for gap, reason in zip(bundle.at("gaps", rows)[:, 0].tolist(), bundle.reasons, strict=True):
        if not np.isfinite(gap):
            out.append("no start" if reason == "unstarted" else "diverged")
        else:
            out.append(_LITTLE if gap < LEAST else show(gap, 4))
    return out


def cells(key: str, bundle: Bundle) -> dict[str, list[str]]:
    """What the table says of each of m runs of a racer, by the name of its cell."""
    out: dict[str, list[str]] = {f"cell-{key}-{name}": [] for name in CELLS}
    for i, reason in enumerate(bundle.reasons):
        gap = float(bundle.gaps[i, bundle.steps[i]])
        end, why = _end(key, reason, bundle.messages[i])
        said = (
            str(int(bundle.steps[i])),
            show(float(bundle.passes[i, -1]), 4),
            "–" if not np.isfinite(gap) else _LITTLE if gap < LEAST else nats(gap) if gap >= 5e-4 else show(gap, 2),
            end,
            f": {why}" if why else ".",
        )
        for name, text in zip(CELLS, said, strict=True):
            out[f"cell-{key}-{name}"].append(text)
    return out


def _end(key: str, reason: str, message: str) -> tuple[str, str]:
    """How a run ended in a word, and why."""
    end, why = word(key, reason), message.split(": ", 1)[-1]
    if message and reason in ("max_steps", "astray", "oscillating"):
        over = re.match(r"max_steps = \d+[:;] ", why)
        return (end, f"the iterations are over; {why[over.end() :]}") if over else ("stuck", why)
    return end, why
