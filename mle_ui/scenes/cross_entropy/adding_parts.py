"""What stands under the picture of the sum."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np

import mle_core as mle
from mle_ui.live import moving
from mle_ui.scenes.cross_entropy import settings
from mle_ui.scenes.cross_entropy.adding import REACH, Adding
from mle_ui.scenes.cross_entropy.states import opened, sets
from mle_ui.state import query
from mle_ui.words import Check, Parts, Question, Reading

READING = Reading((Path(__file__).parent / "read_sum.md").read_text(encoding="utf-8"), "7, Cross-entropy")
BASE = {"view": settings.ADDING}


def _questions(scene: Adding) -> tuple[Question, ...]:
    mu_p, sigma_p, mu_q, _ = (f"{v:g}" for v in scene.theta)
    here = BASE | {"mu_p": mu_p, "sigma_p": sigma_p, "mu_q": mu_q}
    equal = sets(BASE | {"mu_p": mu_p, "sigma_p": "1", "mu_q": mu_p, "sigma_q": "1"})
    now = moving.strings(scene)
    same = moving.strings(opened(BASE | {"mu_p": mu_p, "sigma_p": "1", "mu_q": mu_p, "sigma_q": "1"}))
    narrow = moving.strings(opened(here | {"sigma_p": "0.1"}))
    wide = moving.strings(opened(here | {"sigma_q": "3"}))
    coarse = moving.strings(opened(BASE | {"cell": "1"}))
    return (
        Question(
            "You move q, its mean and its width, and leave p alone. Which bar never moves?",
            ("H(p)", "D(p‖q)", "H(p, q)"),
            0,
            f"H(p) = {now['density_p']} nats is the truth’s own; with q as wide as 3, D is {wide['density_d']} and H(p, q) "
            f"{wide['density_pq']}: both changed by the same amount.",
            sets(here | {"sigma_q": "3"}),
        ),
        Question(
            "p is made as narrow as σ = 0.1. What becomes of its entropy?",
            ("it tends to zero", "it is negative"),
            1,
            f"{narrow['density_p']} nats: a density above 1 has a negative −log p. In cells of width {scene.cell:g} the entropy is "
            f"{narrow['cells_p']}, and never negative.",
            sets(here | {"sigma_p": "0.1"}),
        ),
        Question(
            "q becomes equal to p. What is the cross-entropy then?",
            ("zero", "H(p)", "as small as you like"),
            1,
            f"D is {same['density_d']}, and H(p, q) = H(p) = {same['density_p']} nats with σ = 1 for both: the loss of the best model "
            "is not zero.",
            equal,
        ),
        Question(
            "p and q are cut into wide cells (More: width of a cell). Is D of the cells smaller or larger than that of the densities?",
            ("smaller", "larger", "either"),
            0,
            f"{coarse['cells_d']} against {coarse['density_d']} nats there. A cell mixes places where q is too high with "
            "places where it is too low; no cutting can add to D (data processing).",
            sets(BASE | {"cell": "1"}),
        ),
    )


def _checks(scene: Adding) -> tuple[Check, ...]:
    p, q = scene.p, scene.q
    (_, d, crossed), cells = ([float(v[0]) for v in part] for part in scene.sums(scene.theta[None]).values())
    by_quadrature = mle.divergence("kl", p, q, "quadrature")
    drawn = mle.divergence("kl", p, q, "monte_carlo", n=40_000, seed=1)
    loss = -q.log_prob(p.quantile(np.random.default_rng(2).random(40_000)))
    error = 4 * float(loss.std()) / np.sqrt(loss.size)
    rounding = 1e-12 * (1 + abs(crossed) + d)
    first, second = (row[0] for row in scene.in_cells(scene.theta[None]))
    apart = mle.entropy(first / first.sum()) + mle.divergence("kl", first, second, normalise=True).value
    by_moments = float(mle.toward_normal(mle.central_moments(p), q.params["mu"], q.params["sigma"]).value)
    return (
        Check(
            "D(p‖q), nats",
            (
                ("closed form", d, rounding),
                ("quadrature of p log(p/q)", by_quadrature.value, by_quadrature.error + 1e-9 * (1 + d)),
                ("Monte Carlo, 40,000 draws", drawn.value, 4 * drawn.error + 1e-12),
            ),
        ),
        Check(
            "H(p, q), nats",
            (
                ("H(p) + D(p‖q)", crossed, rounding),
                ("−E log q from p’s mean and variance", by_moments, rounding),
                ("mean of −log q over 40,000 draws of p", float(loss.mean()), error + 1e-12),
            ),
        ),
        Check(
            "H(p, q) in cells, nats",
            (
                ("−Σ p log q", cells[2], 1e-12 * (1 + cells[2])),
                ("H(p) + D(p‖q), each summed", apart, 1e-9 * (1 + cells[2])),
            ),
        ),
    )  # fmt: skip


_CODE = """\
import numpy as np
from scipy import integrate, stats

p, q = stats.norm({mu_p!r}, {sigma_p!r}), stats.norm({mu_q!r}, {sigma_q!r})

h = p.entropy()
d = np.log(q.std() / p.std()) + (p.var() + (p.mean() - q.mean()) ** 2) / (2 * q.var()) - 0.5
print(f"H(p) = {{h:.3f}}, D(p||q) = {{d:.3f}}, H(p, q) = {{h + d:.3f}} nats")

a, b = p.mean() - 12 * p.std(), p.mean() + 12 * p.std()
value, error = integrate.quad(lambda x: -p.pdf(x) * q.logpdf(x), a, b, points=[p.mean()])
print(f"by quadrature H(p, q) = {{value:.3f}} +- {{error:.1g}}")

# the same laws in cells; the outermost two are open. sf keeps the digits of the right tail
edges = np.arange(-{reach:g}, {reach:g} + {cell!r} / 2, {cell!r})


def cells(law):
    low, high = np.append(-np.inf, edges), np.append(edges, np.inf)
    right = low > law.mean()
    return np.where(right, law.sf(low) - law.sf(high), law.cdf(high) - law.cdf(low))


P, Q = cells(p), cells(q)
seen = P > 0
H = -np.sum(P[seen] * np.log(P[seen]))
C = -np.sum(P[seen] * np.log(Q[seen]))
print(f"in cells: H(p) = {{H:.3f}}, D(p||q) = {{C - H:.3f}}, H(p, q) = {{C:.3f}} nats")
"""


def _code(scene: Adding) -> str:
    names = ("mu_p", "sigma_p", "mu_q", "sigma_q")
    return _CODE.format(
        cell=scene.cell, reach=REACH, **{name: float(v) for name, v in zip(names, scene.theta, strict=True)}
    )


def _table(scene: Adding) -> str:
    """The cells' probabilities and what each adds to the sums."""
    p, q = (row[0] for row in scene.in_cells(scene.theta[None]))
    low = [-np.inf, *scene.edges.tolist()]
    high = [*scene.edges.tolist(), np.inf]
    out = io.StringIO()
    out.write("from,to,p,q,minus_p_log_p_nats,minus_p_log_q_nats\n")
    for a, b, pk, qk in zip(low, high, p.tolist(), q.tolist(), strict=True):
        own, crossed = (float(mle.cross_entropy_rows([pk], [v])) for v in (pk, qk))
        out.write(f"{a!r},{b!r},{pk!r},{qk!r},{own!r},{crossed!r}\n")
    return out.getvalue()


def parts(scene: Adding) -> Parts:
    return Parts(
        reading=READING,
        questions=lambda: _questions(scene),
        checks=lambda: _checks(scene),
        code=lambda: _code(scene),
        table=lambda: _table(scene),
        link=query(scene.items),
        file="cross-entropy-sum",
        table_name="Cells",
        charts={"laws": "p and q", "bars": "The sum", "terms": "Integrands", "cells": "Cells"},
    )
