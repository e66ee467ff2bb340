"""What stands under the picture of the sample and its law."""

from __future__ import annotations

import io
import math
from pathlib import Path

import numpy as np

import mle_core as mle
from mle_ui.numbers import show
from mle_ui.scenes.iid import settings
from mle_ui.scenes.iid.law import MOST, Law, distances
from mle_ui.scenes.iid.states import sets
from mle_ui.state import query
from mle_ui.words import Check, Parts, Question, Reading

READING = Reading((Path(__file__).parent / "read_law.md").read_text(encoding="utf-8"), "2, Notation")


def _questions(scene: Law) -> tuple[Question, ...]:
    sizes, m = scene.sizes, scene.m
    gap = dict(zip(sizes, (d for d, _ in distances(scene.seed, sizes)), strict=True))
    here, four = mle.dkw_halfwidth(np.array([m, 4 * m])).tolist()
    need = math.ceil(math.log(40) / 2 / 0.05**2)
    base = {"view": settings.LAW, "law": scene.family.key, "seed": str(scene.seed)}
    return (
        Question(
            f"The band around {m} points is ± {show(here, 3)}. And around {4 * m}? Drag m there.",
            ("the same", "half as wide", "a quarter as wide"),
            1,
            f"± {show(four, 3)}: it shrinks like 1/√m, whatever the law.",
            sets(base | {"m": str(m)}),
        ),
        Question(
            "Drag the true law: the points travel with it. What becomes of the widest gap?",
            ("it grows with the spread", "nothing", "it follows the mean"),
            1,
            f"It stays at {show(gap[m], 4)}: ranks decide it, and they do not change. That is why one band serves every continuous law.",
            sets(base),
        ),
        Question(
            "How many points does it take until the band is ± 0.05 wide? Drag m until it is.",
            ("about 70", "about 700", "about 7000"),
            1,
            f"{need}, which is log 40/(2·0.05²). The mean alone is known to ± 0.05σ, as often, after "
            f"{math.ceil((1.96 / 0.05) ** 2)} points.",
            sets(base),
        ),
    )  # fmt: skip


def _checks(scene: Law) -> tuple[Check, ...]:
    from scipy import stats  # heavy, and only this tab needs it

    m, theta, family = scene.m, scene.theta, scene.family
    x = family.quantile(scene.u[:m], theta)
    found = distances(scene.seed, scene.sizes)[scene.sizes.index(m)][0]
    values, shares = mle.ecdf(x)
    f = family.cdf(values, theta)
    stairs = float(np.maximum(shares - f, f - np.append(0.0, shares[:-1])).max())
    peer = float(stats.kstest(x, lambda at: family.cdf(at, theta)).statistic)
    reach = float(mle.dkw_halfwidth(m))
    exact = float(stats.kstwo.cdf(reach, m))
    u = np.sort(np.random.default_rng(7).random((2000, m)), axis=1) if m <= 500 else None
    checks = [
        Check(
            f"largest gap of {m} observations",
            (
                ("from the ranks of F(x)", found, 0.0),
                ("from the stairs over x", stairs, 1e-9),
                ("scipy.stats.kstest", peer, 1e-9),
            ),
        )
    ]
    if u is not None:
        steps = np.arange(m + 1) / m
        inside = float((np.maximum(steps[1:] - u, u - steps[:-1]).max(axis=1) <= reach).mean())
        error = 4 * math.sqrt(max(exact * (1 - exact), 1 / 2000) / 2000)
        checks.append(
            Check(
                f"how often the band around {m} observations holds all of F (at least 0.95)",
                (("exact law of Dₘ", exact, 1e-9), ("2000 simulated samples", inside, error)),
            )
        )
    middle = float(family.quantile(0.5, theta))
    checks.append(
        Check(
            "F at the true median",
            (("definition", 0.5, 0.0), ("cdf of the quantile", float(family.cdf(middle, theta)), 1e-9)),
        )
    )
    return tuple(checks)


_CODE = """\
import numpy as np
from scipy import stats

{theta}
law = {law}
m = {m}

x = law.ppf(np.random.default_rng({seed}).random({most})[:m])
widest = stats.kstest(x, law.cdf)
band = np.sqrt(np.log(2 / 0.05) / (2 * m))  # Dvoretzky, Kiefer, Wolfowitz; Massart's constant
print(f"largest gap of {{m}} observations: {{widest.statistic:.4f}} at x = {{widest.statistic_location:.4g}}")
print(f"95 % band: ± {{band:.4f}}; law inside: {{widest.statistic <= band}}")
print(f"sample median {{np.median(x):.4g}}, true median {{law.median():.4g}}")
"""


def _code(scene: Law) -> str:
    names = zip(scene.family.names, scene.theta, strict=True)
    theta = "; ".join(f"{name} = {float(value)!r}" for name, value in names)
    return _CODE.format(theta=theta, law=scene.family.scipy, m=scene.m, seed=scene.seed, most=MOST)


def _table(scene: Law) -> str:
    out = io.StringIO()
    out.write("m,largest_gap,band_halfwidth\n")
    for m, (d, _) in zip(scene.sizes, distances(scene.seed, scene.sizes), strict=True):
        out.write(f"{m},{d!r},{float(mle.dkw_halfwidth(m))!r}\n")
    return out.getvalue()


def parts(scene: Law) -> Parts:
    return Parts(
        reading=READING,
        questions=lambda: _questions(scene),
        checks=lambda: _checks(scene),
        code=lambda: _code(scene),
        table=lambda: _table(scene),
        link=query(scene.items),
        file=f"iid-sample-{scene.family.key}-{scene.seed}",
        table_name="Largest gaps",
        charts={"ecdf": "Empirical distribution", "sample": "Sample and density", "distance": "Largest gap"},
    )
