"""What stands under the picture of dependence."""

from __future__ import annotations

import io
import math
from pathlib import Path

import numpy as np

import mle_core as mle
from mle_ui.numbers import show
from mle_ui.scenes.iid import settings
from mle_ui.scenes.iid.dependence import MOST, PLACES, REPEATS, Dependence, Z, noise, simulated
from mle_ui.scenes.iid.states import sets
from mle_ui.state import query
from mle_ui.words import Check, Parts, Question, Reading

READING = Reading(
    (Path(__file__).parent / "read_dependence.md").read_text(encoding="utf-8"),
    "3, Independent and identically distributed",
)
BASE = {"view": settings.DEPENDENCE}


def _covered(rho: float, m: int) -> str:
    return f"{100 * float(mle.ar1_coverage(rho, m)):.1f} %"


def _questions(scene: Dependence) -> tuple[Question, ...]:
    m, rho = scene.m, scene.rho
    base = BASE | {"seed": str(scene.seed), "m": str(m)}
    worth = m / float(mle.ar1_inflation(0.9, m))
    sizes = scene.sizes
    few, many = sizes[int(np.argmin(np.abs(np.array(sizes) - 50)))], sizes[-1]
    return (
        Question(
            f"{m} observations whose neighbours correlate by 0.6 are taken as independent. How often does the “95 %” interval cover? "
            "Drag ρ to 0.6.",
            ("more often than 95 %", "95 %", "less often than 95 %"),
            2,
            f"{_covered(0.6, m)}: neighbours repeat each other, so the mean errs more than σ/√m says and the interval is too short.",
            sets(base | {"rho": "0"}),
        ),
        Question(
            "And with ρ = −0.6? Drag it there.",
            ("too seldom again", "95 %", "more often than it claims"),
            2,
            f"{_covered(-0.6, m)}: a value above the mean tends to be followed by one below. The interval is too long: safe, but wasteful.",
            sets(base | {"rho": "0"}),
        ),
        Question(
            f"ρ = {show(rho)}. Does it help to have {many} observations instead of {few}? Drag m.",
            ("yes, coverage tends to 95 %", "no"),
            1,
            f"With ρ = {show(rho)} it covers {_covered(rho, few)} of the time at m = {few} and {_covered(rho, many)} at m = {many}. The "
            "interval gets narrower, and its level settles at a wrong value (right only for ρ = 0).",
            sets(BASE | {"seed": str(scene.seed), "m": str(few), "rho": f"{rho:g}"}),
        ),
        Question(
            f"Drag ρ to 0.9: how many independent observations are these {m} worth then?",
            (f"about {max(round(worth), 1)}", f"about {round(0.5 * m)}", f"about {round(0.9 * m)}"),
            0,
            f"m/v = {show(worth, 3)}: for large m it is the share (1 − ρ)/(1 + ρ) of m, about 1/19.",
            sets(base | {"rho": "0"}),
        ),
    )  # fmt: skip


def _checks(scene: Dependence) -> tuple[Check, ...]:
    m, rho = scene.m, scene.rho
    inflation = float(mle.ar1_inflation(rho, m))
    lags = np.arange(1, m)
    summed = 1 + 2 * float(np.sum((1 - lags / m) * rho**lags))
    means = mle.ar1_series(rho, noise(scene.seed)[:, :m]).mean(axis=1)
    found = m * float(np.mean(means**2))
    share = float(mle.ar1_coverage(rho, m))
    counted = float(np.mean(np.abs(means) <= Z / math.sqrt(m)))
    by_matrix = float(simulated(scene.seed, m, (rho,))[0])
    error = 4 * math.sqrt(max(share * (1 - share), 1 / REPEATS) / REPEATS)
    return (
        Check(
            "v, variance of the mean in units of σ²/m",
            (
                ("closed form", inflation, 1e-9 * inflation),
                ("sum of all covariances", summed, 1e-9 * inflation),
                (f"{REPEATS} simulated series", found, 4 * inflation * math.sqrt(2 / REPEATS)),
            ),
        ),
        Check(
            "true coverage of the nominal 95 % interval",
            (
                ("formula", share, 1e-12),
                (f"{REPEATS} simulated series", counted, error),
                ("the same noise in one product of matrices", by_matrix, error),
            ),
        ),
    )


_CODE = """\
import numpy as np
from scipy import signal, stats

rho, m = {rho!r}, {m}
z = stats.norm.ppf(0.975)

v = (1 + rho) / (1 - rho) - 2 * rho * (1 - rho**m) / (m * (1 - rho) ** 2)
print(f"{{m}} observations are worth {{m / v:.4g}} independent ones")
print(f"standard error: naive {{1 / np.sqrt(m):.4f}}, true {{np.sqrt(v / m):.4f}}")
print(f"true coverage of the nominal 95 %: {{2 * stats.norm.cdf(z / np.sqrt(v)) - 1:.2%}}")

# {repeats} series: x_1 is standard normal, x_t = rho x_(t-1) + sqrt(1 - rho^2) e_t
e = np.random.default_rng({seed}).standard_normal(({repeats}, {most}))[:, :m].copy()
e[:, 1:] *= np.sqrt(1 - rho**2)
x = signal.lfilter([1], [1, -rho], e)
share = np.mean(np.abs(x.mean(axis=1)) <= z / np.sqrt(m))
print(f"simulated: {{share:.1%}} +- {{np.sqrt(share * (1 - share) / {repeats}):.1%}}")
"""


def _table(scene: Dependence) -> str:
    out = io.StringIO()
    out.write("rho,m,variance_inflation,coverage_exact,coverage_simulated\n")
    found = simulated(scene.seed, scene.m, tuple(PLACES))
    for rho, share in zip(PLACES, found, strict=True):
        exact = [float(v) for v in (mle.ar1_inflation(rho, scene.m), mle.ar1_coverage(rho, scene.m), share)]
        out.write(f"{float(rho)!r},{scene.m}," + ",".join(map(repr, exact)) + "\n")
    return out.getvalue()


def parts(scene: Dependence) -> Parts:
    return Parts(
        reading=READING,
        questions=lambda: _questions(scene),
        checks=lambda: _checks(scene),
        code=lambda: _CODE.format(rho=scene.rho, m=scene.m, seed=scene.seed, repeats=REPEATS, most=MOST),
        table=lambda: _table(scene),
        link=query(scene.items),
        file=f"iid-dependence-{scene.seed}",
        table_name="Coverage",
        charts={"means": "Means", "coverage": "Coverage", "series": "One sample"},
    )
