"""The figures of the sum."""

from __future__ import annotations

import numpy as np

from mle_ui.figures.entropies import cells_figure, laws_figure, stacks_figure, terms_figure
from mle_ui.live import moving
from mle_ui.live.shown import Drawing
from mle_ui.numbers import nats, show
from mle_ui.scenes.cross_entropy.adding import BARS, REACH, TERMS, TOP, WINDOW, Adding
from mle_ui.scenes.cross_entropy.marks import line


def drawings(scene: Adding) -> list[Drawing]:
    now = moving.now(scene)
    mu_p, sigma_p, mu_q, sigma_q = (show(v) for v in scene.theta)
    said = moving.strings(scene)
    at = f"p normal with μ = {mu_p}, σ = {sigma_p} and q normal with μ = {mu_q}, σ = {sigma_q}"
    laws = laws_figure(
        {name: line(now["laws", name]) for name in "pq"},
        {name: line(now["laws", f"grips_{name}"]) for name in "pq"},
        window=WINDOW,
        top=TOP,
    )
    names = ("p", "d", "pq", "level", "sum")
    bars = stacks_figure(
        {f"{kind}-{name}": line(now["bars", f"{kind}-{name}"]) for kind in ("density", "cells") for name in names},
        span=BARS,
        groups=("of the densities", f"in cells of {scene.cell:g}"),
    )
    terms = terms_figure(line(now["terms", "crossed"]), line(now["terms", "own"]), window=WINDOW, span=TERMS)
    cells = cells_figure(
        {name: line(now["cells", name]) for name in "pq"},
        width=0.4 * scene.cell,
        window=(-REACH - scene.cell, REACH + scene.cell),
        top=float(np.round(0.3 + 0.65 * scene.cell, 2)),
        cell=scene.cell,
    )
    d, c = scene.sums(scene.theta[None]).values()
    return [
        Drawing("laws", laws, f"Densities of {at}."),
        Drawing(
            "bars",
            bars,
            f"Bars that add up: entropy {said['density_p']} plus divergence {said['density_d']} is the cross-entropy "
            f"{said['density_pq']} nats; in cells {said['cells_p']} plus {said['cells_d']} is {said['cells_pq']} nats.",
        ),
        Drawing(
            "terms",
            terms,
            f"−p log q, whose signed area is H(p, q) = {nats(float(d[2][0]))} nats, over −p log p, whose area is "
            f"H(p) = {nats(float(d[0][0]))}.",
        ),
        Drawing(
            "cells",
            cells,
            f"Probabilities of cells of width {scene.cell:g} under p and q; entropy {nats(float(c[0][0]))} nats.",
        ),
    ]
