"""Asking for the points: both pictures of the page stand on the same ones."""

from __future__ import annotations

from mle_ui.scenes.regression import settings
from mle_ui.scenes.regression.pairs import Pairs, base, observe
from mle_ui.state import Asking


def ask_for(ask: Asking) -> Pairs | None:
    """The points of the controls' state; None where they cannot be read (the reason stands beside the control)."""
    data = ask.choice(settings.DATA)
    column, text, drawn, edits = "", "", None, ""
    if data == settings.OWN:
        text = ask.text(settings.TEXT)
    elif data == settings.GENERATED:
        law, shape = ask.choice(settings.LAW), ask.choice(settings.SHAPE, segmented=True)
        drawn = (law, shape, ask.whole(settings.COUNT), ask.whole(settings.SEED))
    else:
        choice = settings.column(data)
        column = ask.choice(choice) if len(choice.options) > 1 else choice.default
    if data != settings.OWN:
        edits = ask.text(settings.EDITS)
    found = observe(base(data, column, text, drawn), edits)
    if found.problem:
        ask.complain(found.problem.control, found.problem.message)
        return None
    return found
