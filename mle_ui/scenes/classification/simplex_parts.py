"""What stands under the simplex."""

from __future__ import annotations

import io
import math
from pathlib import Path

import numpy as np

import mle_core as mle
from mle_ui.live import moving
from mle_ui.numbers import nats
from mle_ui.scenes.classification import settings
from mle_ui.scenes.classification.simplex import CLASSES, SMOOTH, C, Simplex, T, Z, share, sign
from mle_ui.scenes.classification.states import filled, opened, sets
from mle_ui.state import query
from mle_ui.words import Check, Parts, Question, Reading

TEXT = (Path(__file__).parent / "read_simplex.md").read_text(encoding="utf-8")
BASE = {"view": settings.SOFTMAX}


def reading(scene: Simplex) -> Reading:
    """The article's equations with the numbers of the present state."""
    theta = scene.values[None]
    p, y, z = scene.predicted(theta)[0], scene.target(theta)[0], scene.logits(theta)[0]
    loss = mle.LOSSES["softmax"]
    words = {f"p{k + 1}": share(float(p[k])) for k in range(3)}
    words |= {f"y{k + 1}": share(float(y[k])) for k in range(3)}
    words |= {f"g{k + 1}": sign(float(v)) for k, v in enumerate(loss.gradient(y, z))}
    words |= {
        "label": CLASSES[scene.label],
        "loss": nats(float(loss.value(y, z))),
        "nll": nats(float(loss.value(np.eye(3)[scene.label], z))),
    }
    return Reading(filled(TEXT, words), "9, Classification")


def _questions() -> tuple[Question, ...]:
    plain, shifted = opened(BASE), moving.strings(opened(BASE | {"shift": "2"}))
    hot, cold = (moving.strings(opened(BASE | {"temperature": t})) for t in ("10", "0.1"))
    here = moving.strings(plain)
    wrong = opened(BASE | {"z1": "-5", "z2": "5", "z3": "-5"})
    slope = mle.LOSSES["softmax"].gradient(wrong.target(wrong.values[None])[0], wrong.logits(wrong.values[None])[0])
    soft = opened(BASE | {"smooth": "0.3"})
    certain = moving.strings(opened(BASE | {"smooth": "0.3", "z1": "5", "z2": "-5", "z3": "-5"}))
    least = float(mle.entropy(soft.target(soft.values[None])[0]))
    return (
        Question(
            "All three logits rise by 2. What becomes of p?",
            ("all three rise", "nothing", "the largest gains"),
            1,
            f"p = {shifted['p']}, as before ({here['p']}): the common factor e² cancels.",
            sets(BASE | {"shift": "2"}),
        ),
        Question(
            "The model is sure of class 2, and class 1 is true. How large is the gradient in z₁?",
            ("nearly 0, as in a saturated sigmoid with squared error", "nearly −1, the largest there is"),
            1,
            f"p − y = {sign(float(slope[0]))} in z₁: cross-entropy never goes deaf to a confident mistake.",
            sets(BASE | {"z1": "-5", "z2": "5", "z3": "-5"}),
        ),
        Question(
            "The temperature rises from 1 to 10. Can another class become the most probable one?",
            ("it can", "it cannot: the order stays, the differences shrink"),
            1,
            f"p = {here['p']} becomes {hot['p']}; at T = 0.1 it is {cold['p']}. The order is that of the logits.",
            sets(BASE | {"temperature": "10"}),
        ),
        Question(
            "The label is smoothed with ε = 0.3. Is it best to be certain of class 1?",
            ("it is", "it is not"),
            1,
            f"Certain of class 1 costs {certain['loss']} nats; the least is H(y) = {nats(least)} at p = y. Smoothing forbids certainty.",
            sets(BASE | {"smooth": "0.3", "z1": "5", "z2": "-5", "z3": "-5"}),
        ),
    )


def _checks(scene: Simplex) -> tuple[Check, ...]:
    theta = scene.values[None]
    p, y, z = scene.predicted(theta)[0], scene.target(theta)[0], scene.logits(theta)[0]
    loss = mle.LOSSES["softmax"]
    value = float(loss.value(y, z))
    largest = max(z.tolist())
    log_sum = largest + math.log(math.fsum(math.exp(v - largest) for v in z.tolist()))
    by_hand = math.fsum(-a * (v - log_sum) for a, v in zip(y.tolist(), z.tolist(), strict=True))
    slack = 1e-9 * (1 + value)
    checks = [
        Check(
            "cross-entropy, nats",
            (
                ("in the logits", value, slack),
                ("−Σ y log p of the probabilities", float(mle.cross_entropy_rows(y, p)), slack),
                ("H(y) + D(y‖p)", mle.entropy(y) + mle.divergence("kl", y, p, normalise=True).value, slack),
                ("one class after the other", by_hand, slack),
            ),
        )
    ]
    h = 1e-5
    slope = loss.gradient(y, z)
    for k, name in enumerate(CLASSES):
        move = h * np.eye(3)[k]
        difference = float(loss.value(y, z + move) - loss.value(y, z - move)) / (2 * h)
        checks.append(
            Check(
                f"gradient in the logit of class {name}",
                (("p − y", float(slope[k]), 1e-12), ("central difference of the loss", difference, 1e-10 * (1 + value) / h * 0.01 + 1e-9)),
            )
        )  # fmt: skip
    moved = scene.predicted(theta + np.array([0, 0, 0, 0, 1.0, 0]))[0]
    checks.append(
        Check(
            f"p of class {CLASSES[scene.label]}",
            (("here", float(p[scene.label]), 1e-12), ("with all logits raised by 1", float(moved[scene.label]), 1e-12)),
        )
    )
    return tuple(checks)


_CODE = """\
import numpy as np
from scipy.special import log_softmax

z = (np.array({z}) + {c!r}) / {t!r}
label, smooth = {label}, {smooth!r}
y = (1 - smooth) * np.eye(3)[label] + smooth / 3
log_p = log_softmax(z)
p = np.exp(log_p)
entropy = -sum(v * np.log(v) for v in y if v > 0)
loss = -(y * log_p).sum()
print("p =", " · ".join(f"{{v:.3f}}" for v in p))
print(f"cross-entropy {{loss:.3f}} = H(y) {{entropy:.3f}} + D(y||p) {{loss - entropy:.3f}} nats")
print("gradient in z:", " · ".join(f"{{v:.3f}}" for v in (p - y) / {t!r}))
"""


def _code(scene: Simplex) -> str:
    v = scene.values.tolist()
    return _CODE.format(z=v[Z], c=v[C], t=v[T], label=scene.label, smooth=v[SMOOTH])


def _table(scene: Simplex) -> str:
    theta = scene.values[None]
    p, y, z = scene.predicted(theta)[0], scene.target(theta)[0], scene.logits(theta)[0]
    out = io.StringIO()
    out.write("class,logit,p,label,p_minus_y\n")
    for name, *row in zip(CLASSES, z.tolist(), p.tolist(), y.tolist(), (p - y).tolist(), strict=True):
        out.write(",".join([name, *(repr(v) for v in row)]) + "\n")
    return out.getvalue()


def parts(scene: Simplex) -> Parts:
    return Parts(
        reading=reading(scene),
        questions=_questions,
        checks=lambda: _checks(scene),
        code=lambda: _code(scene),
        table=lambda: _table(scene),
        link=query(scene.items),
        file="softmax",
        table_name="Classes",
        charts={"simplex": "Simplex", "logits": "Logits", "shares": "p and y", "terms": "Terms"},
    )
