"""Two features: which points there are, and so which of the two pictures."""

from __future__ import annotations

from mle_ui.scenes.classification import many, points, settings, two
from mle_ui.scenes.classification.many import Many
from mle_ui.scenes.classification.points import PointsError
from mle_ui.scenes.classification.two import Two
from mle_ui.state import Asking


def build(ask: Asking) -> Two | Many | None:
    data = ask.choice(settings.PLANE)
    text = ask.text(settings.ROWS)
    drawn = data in (settings.OVERLAPPING, settings.SEPARABLE, settings.XOR)
    classes = ask.whole(settings.CLASSES) if drawn and data != settings.XOR else 2
    seed = ask.whole(settings.SEED) if drawn else 1
    try:
        there = points.find(data, text, 2, seed, classes)
    except PointsError as error:
        ask.complain("xy", str(error))
        base = points.find(data, "", 2, seed, classes)
        # The controls stay where they are, though nothing is drawn from them.
        if len(base.classes) == 2:
            two.controls(ask)
        else:
            many.build(ask, base, base)
        return None
    if len(there.classes) == 2:
        return two.build(ask, there)
    return many.build(ask, there, points.find(data, "", 2, seed, classes))
