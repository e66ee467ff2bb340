"""What stands under the histograms."""

from __future__ import annotations

import io
import math
from pathlib import Path

import numpy as np

import mle_core as mle
from mle_ui.numbers import show
from mle_ui.scenes.kl import settings
from mle_ui.scenes.kl.bars import Bars
from mle_ui.scenes.kl.states import opened, sets
from mle_ui.state import query
from mle_ui.words import Check, Parts, Question, Reading

READING = Reading((Path(__file__).parent / "read_bars.md").read_text(encoding="utf-8"), "6, KL divergence")
PLAIN = {"view": settings.BARS}
ZERO = {"view": settings.BARS, "q3": "0"}
SMALL = {"view": settings.BARS, "q3": "0.02"}


def _value(scene: Bars, kind: str) -> float:
    return float(mle.divergence(kind, scene.values[: scene.count], scene.values[scene.count :], normalise=True).value)


def _questions() -> tuple[Question, ...]:
    plain, zero, small = opened(PLAIN), opened(ZERO), opened(SMALL)
    return (
        Question(
            "q gives outcome 3 no probability, p does. What is D(p‖q)?",
            ("a large number", "∞", "the third term is left out"),
            1,
            f"∞, while D(q‖p) = {show(_value(zero, 'reverse_kl'), 4)} nats and Jensen–Shannon = {show(_value(zero, 'js'), 4)} stay finite.",
            sets(ZERO),
        ),
        Question(
            "And if q₃ has a height of 0.02 instead?",
            ("still almost ∞", "less than 1 nat", "about 50 nats"),
            1,
            f"D(p‖q) = {show(_value(small, 'kl'), 4)} nats: it grows only with the logarithm of the small probability.",
            sets(SMALL),
        ),
        Question(
            "Can a single term p log(p/q) be negative?",
            ("no, D ≥ 0", "yes, where q is larger than p"),
            1,
            f"As the page opens the smallest term is {show(float(plain.terms(plain.values[None])[0].min()), 3)}, and still the sum is "
            f"{show(_value(plain, 'kl'), 4)} nats.",
            sets(PLAIN),
        ),
    )


def _checks(scene: Bars) -> tuple[Check, ...]:
    p, q = scene.values[: scene.count], scene.values[scene.count :]
    if not (p.sum() > 0 and q.sum() > 0):
        return (Check("sum of no weights", (("heights", 0.0, 0.0), ("heights again", 0.0, 0.0))),)
    checks = []
    for kind, one, other in (("kl", p, q), ("reverse_kl", q, p)):
        exact = _value(scene, kind)
        a, b = one / one.sum(), other / other.sum()
        by_hand = sum(x * math.log(x / y) if y > 0 else math.inf for x, y in zip(a, b, strict=True) if x > 0)
        ways = [("sum without cancellation", exact, 1e-12), ("one term after the other", by_hand, 1e-12)]
        if math.isfinite(exact):
            with np.errstate(divide="ignore", invalid="ignore"):  # where both are 0 nothing is drawn
                ratios = np.log(a) - np.log(b)
            drawn = ratios[np.random.default_rng(1).choice(len(a), 100_000, p=a)]
            ways.append(
                (
                    "100 000 draws, ± 4 standard errors",
                    float(drawn.mean()),
                    4 * float(drawn.std()) / math.sqrt(drawn.size),
                )
            )
        else:
            ways = [("is it infinite?", 1.0, 0.0), ("a zero under a bar", float(((a > 0) & (b == 0)).any()), 0.0)]
        checks.append(Check(f"{mle.DIVERGENCES[kind].symbol}, nats", tuple(ways)))
    return tuple(checks)


_CODE = """\
import numpy as np
from scipy.special import rel_entr

p = np.array({p})
q = np.array({q})
p, q = p / p.sum(), q / q.sum()
unit = {unit}  # {words}
print(f"D(p||q) = {{rel_entr(p, q).sum() / unit:.4g}}, D(q||p) = {{rel_entr(q, p).sum() / unit:.4g}} {words}")
m = (p + q) / 2
print(f"Jensen-Shannon {{(rel_entr(p, m).sum() + rel_entr(q, m).sum()) / 2 / unit:.4g}} {words}")
with np.errstate(divide="ignore"):
    logits = np.log(q)  # q is their softmax, whatever is added to all of them
print("logits of q:", np.round(logits - logits[np.isfinite(logits)].mean(), 2))
print(f"Hellinger {{np.sqrt(((np.sqrt(p) - np.sqrt(q)) ** 2).sum() / 2):.4g}}, total variation {{np.abs(p - q).sum() / 2:.4g}}")
"""


def _code(scene: Bars) -> str:
    p, q = (part.tolist() for part in (scene.values[: scene.count], scene.values[scene.count :]))
    return _CODE.format(p=p, q=q, unit="1.0" if scene.unit == "nats" else "np.log(2)", words=scene.unit)


def _table(scene: Bars) -> str:
    """Heights and terms of every outcome."""
    out = io.StringIO()
    out.write(f"outcome,height_p,height_q,p_log_p_over_q_{scene.unit},q_log_q_over_p_{scene.unit}\n")
    there, back = scene.terms(scene.values[None])
    for k in range(scene.count):
        out.write(f"{k + 1},{scene.values[k]},{scene.values[scene.count + k]},{there[0, k]},{back[0, k]}\n")
    return out.getvalue()


def parts(scene: Bars) -> Parts:
    charts = {"bars": "Histograms", "forward": "p log(p/q)", "backward": "q log(q/p)"}
    return Parts(
        reading=READING,
        questions=_questions,
        checks=lambda: _checks(scene),
        code=lambda: _code(scene),
        table=lambda: _table(scene),
        link=query(scene.items),
        file="kl-histograms",
        table_name="Heights and terms",
        charts=charts | ({"simplex": "Simplex, D(p‖q)", "simplex_back": "Simplex, D(q‖p)"} if scene.count == 3 else {}),
    )
