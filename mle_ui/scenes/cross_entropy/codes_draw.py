"""The figures of codes."""

from __future__ import annotations

import numpy as np

from mle_ui.figures.codes import code_figure, excess_figure, messages_figure
from mle_ui.figures.entropies import stacks_figure
from mle_ui.live import moving
from mle_ui.live.shown import Drawing
from mle_ui.scenes.cross_entropy.codes import BITS, LENGTHS, Codes
from mle_ui.scenes.cross_entropy.codes_text import NAMES
from mle_ui.scenes.cross_entropy.marks import line, point


def drawings(scene: Codes) -> list[Drawing]:
    now = moving.now(scene)
    said = moving.strings(scene)
    names = list(NAMES[: len(scene.p)])
    p, q = (law[0] for law in scene.laws(scene.theta[None]))
    listed = {
        key: ", ".join(f"{n} {v:.3g}" for n, v in zip(names, law, strict=True)) for key, law in (("p", p), ("q", q))
    }
    total = f"{said['own']} + {said['d']} = {said['crossed']} bits a message"
    code = code_figure(
        line(now["code", "length"]), line(now["code", "own"]), line(now["code", "names"]), names, span=LENGTHS
    )
    messages = messages_figure(
        {key: line(now["messages", key]) for key in "pq"},
        {key: [point(now["messages", f"top-{key}{k}"]) for k in range(len(names))] for key in "pq"},
        names,
    )
    keys = [f"density-{mark}" for mark in ("p", "d", "pq", "level", "sum")]
    bits = stacks_figure({key: line(now["bits", key]) for key in keys}, span=BITS, unit="bits a message", height=260)
    x, extra = line(now["excess", "extra"])
    return [
        Drawing(
            "code",
            code,
            f"A step for each message, as wide as p and as high as its code made for q is long; the area is {said['crossed']} "
            f"bits, that under p’s own code {said['own']}.",
        ),
        Drawing("messages", messages, f"Probabilities of p: {listed['p']}; of q: {listed['q']}."),
        Drawing("bits", bits, f"Bars that add up: {total}."),
        Drawing(
            "excess",
            excess_figure((x, extra), names),
            "Bits that each message adds to the excess: "
            + ", ".join(f"{n} {v:.3f}" for n, v in zip(names, np.minimum(extra, 99), strict=True))
            + f"; together D(p‖q) = {said['d']} bits.",
        ),
    ]
