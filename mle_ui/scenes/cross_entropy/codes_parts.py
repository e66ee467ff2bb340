"""What stands under the picture of codes."""

from __future__ import annotations

import io
import math
from pathlib import Path

import numpy as np

import mle_core as mle
from mle_ui.live import moving
from mle_ui.scenes.cross_entropy import settings
from mle_ui.scenes.cross_entropy.codes import Codes
from mle_ui.scenes.cross_entropy.codes_text import NAMES
from mle_ui.scenes.cross_entropy.states import opened, sets
from mle_ui.state import query
from mle_ui.words import Check, Parts, Question, Reading

READING = Reading((Path(__file__).parent / "read_codes.md").read_text(encoding="utf-8"), "7, Cross-entropy")
BASE = {"view": settings.CODES}
DRAWS = 40_000


def _texts(scene: Codes) -> dict[str, str]:
    return {name: " ".join(f"{v:.6g}" for v in getattr(scene, name)) for name in "pq"}


def _questions(scene: Codes) -> tuple[Question, ...]:
    letter = NAMES[scene.label]
    base = BASE | _texts(scene) | {"label": letter}
    hard, learnt = (moving.strings(opened(base | extra)) for extra in ({"harden": "1"}, {"learn": "1"}))
    size = len(scene.p)
    even = moving.strings(opened(BASE | {"p": " ".join(["1"] * size), "q": " ".join(["1"] * size)}))
    # Two laws that are alike say nothing about changing places.
    two = _texts(scene if scene.p != scene.q else opened(BASE))
    one_way, swapped = (moving.strings(opened(base | pair)) for pair in (two, {"p": two["q"], "q": two["p"]}))
    lost = " ".join("0" if i == scene.label else "1" for i in range(size))
    return (
        Question(
            f"All of p is put on the message {letter}, as a label does. What becomes of H(p, q)?",
            ("it is 0", f"it is −log q({letter})", "it stays as it is"),
            1,
            f"H(p) is {hard['own']} bits and H(p, q) = {hard['crossed_nats']} nats = −log q({letter}), the NLL of the label.",
            sets(base | {"harden": "1"}),
        ),
        Question(
            "q learns until it equals p. How many bits does a message cost?",
            ("none", "H(p)", "fewer than H(p)"),
            1,
            f"{learnt['crossed']} bits, which is H(p) = {learnt['own']}: the excess is {learnt['d']}, and no code does better on average.",
            sets(base | {"learn": "1"}),
        ),
        Question(
            "q gives the label’s message probability 0, and p sends it now and then. What is the cross-entropy?",
            ("large", "infinite", "it is left out"),
            1,
            "Infinite: there is no code word for it, and one such observation makes a likelihood 0. Label smoothing and softmax avoid it.",
            sets(BASE | {"p": " ".join(["1"] * size), "q": lost, "label": letter}),
        ),
        Question(
            "p and q change places. Is the excess the same?",
            ("yes", "no, in general"),
            1,
            f"{one_way['d']} bits one way, {swapped['d']} the other: D is no distance, and equality would be a coincidence.",
            sets(base | {"p": two["q"], "q": two["p"]}),
        ),
        Question(
            f"Which source of {size} messages costs most in its own code?",
            ("a certain one", "one with all messages alike"),
            1,
            f"All alike: log₂ {size} = {even['own']} bits. A certain one costs nothing.",
            sets(BASE | {"p": " ".join(["1"] * size), "q": " ".join(["1"] * size)}),
        ),
    )


def _checks(scene: Codes) -> tuple[Check, ...]:
    p, q = (row[0] for row in scene.laws(scene.theta[None]))
    _, d, crossed = (float(v[0]) for v in scene.sums(scene.theta[None]))
    checks = []
    if math.isfinite(crossed):
        direct = mle.divergence("kl", p, q, normalise=True).value
        drawn = np.random.default_rng(1).choice(p.size, DRAWS, p=p / p.sum())
        costs = -np.log(q[drawn])
        error = 4 * float(costs.std()) / math.sqrt(DRAWS)
        checks += [
            Check("D(p‖q), nats", (("H(p, q) − H(p)", d, 1e-12 * (1 + crossed)), ("Σ p log(p/q)", direct, 1e-9 * (1 + crossed)))),
            Check(
                "H(p, q), nats a message",
                (
                    ("−Σ p log q", crossed, 1e-12 * (1 + crossed)),
                    ("H(p) + D(p‖q)", mle.entropy(p / p.sum()) + direct, 1e-9 * (1 + crossed)),
                    (f"mean length of {DRAWS:,} messages", float(costs.mean()), error + 1e-9),
                ),
            ),
        ]  # fmt: skip
    certain = np.eye(p.size)[scene.label]
    if q[scene.label] > 0:
        logits = np.log(np.maximum(q, 1e-300))
        checks.append(
            Check(
                f"NLL of the label {NAMES[scene.label]}, nats",
                (
                    ("cross-entropy of the one-hot p", float(mle.cross_entropy_rows(certain, q)), 1e-12),
                    ("softmax loss at the logits log q", float(mle.LOSSES["softmax"].value(certain, logits)), 1e-9),
                ),
            )
        )
    even = np.full(p.size, 1 / p.size)
    checks.append(
        Check("largest entropy, nats", (("all alike", mle.entropy(even), 1e-12), ("log n", math.log(p.size), 1e-12)))
    )
    return tuple(checks)


_CODE = """\
import numpy as np

p = np.array({p})
q = np.array({q})
h, lam, label = {h!r}, {lam!r}, {label}  # how far p is one-hot, how far q is moved towards p

p = (1 - h) * p / p.sum() + h * np.eye(p.size)[label]
q = (1 - lam) * q / q.sum() + lam * p
with np.errstate(divide="ignore"):
    lengths = -np.log2(q)  # bits of each message in q's code
sent = p > 0
own = -np.sum(p[sent] * np.log2(p[sent]))
crossed = np.sum(p[sent] * lengths[sent])
print(f"H(p) = {{own:.3f}}, D(p||q) = {{crossed - own:.3f}}, H(p, q) = {{crossed:.3f}} bits a message")
print(f"H(p, q) = {{crossed * np.log(2):.3f}} nats; NLL of the label: {{lengths[label] * np.log(2):.3f}} nats")
"""


def _code(scene: Codes) -> str:
    return _CODE.format(
        p=[float(f"{v:.12g}") for v in scene.p], q=[float(f"{v:.12g}") for v in scene.q],
        h=float(scene.theta[0]), lam=float(scene.theta[1]), label=scene.label,
    )  # fmt: skip


def _table(scene: Codes) -> str:
    p, q = (row[0] for row in scene.laws(scene.theta[None]))
    own, other = scene.lengths(p), scene.lengths(q)
    out = io.StringIO()
    out.write("message,p,q,own_length_bits,length_in_q_bits\n")
    for name, *numbers in zip(NAMES, p.tolist(), q.tolist(), own.tolist(), other.tolist(), strict=False):
        out.write(f"{name}," + ",".join(map(repr, numbers)) + "\n")
    return out.getvalue()


def parts(scene: Codes) -> Parts:
    return Parts(
        reading=READING,
        questions=lambda: _questions(scene),
        checks=lambda: _checks(scene),
        code=lambda: _code(scene),
        table=lambda: _table(scene),
        link=query(scene.items),
        file="cross-entropy-codes",
        table_name="Messages",
        charts={"code": "Code lengths", "messages": "p and q", "bits": "The sum", "excess": "Excess"},
    )
