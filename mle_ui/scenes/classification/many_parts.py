"""What stands under the picture of several classes."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np

import mle_core as mle
from mle_ui.live import moving
from mle_ui.numbers import nats, show
from mle_ui.scenes.classification import many_fit, many_marks, settings
from mle_ui.scenes.classification.many import ASKED, TAKEN, Many
from mle_ui.scenes.classification.one_words import signed
from mle_ui.scenes.classification.states import filled, opened, sets
from mle_ui.state import query
from mle_ui.words import Check, Parts, Question, Reading

TEXT = (Path(__file__).parent / "read_many.md").read_text(encoding="utf-8")
BASE = {"view": settings.TWO, "plane": settings.IRIS}


def _factor(value: float) -> str:
    """A number inside a sum, in brackets where it is negative."""
    text = show(float(value), 4)
    return f"({text})" if text.startswith("−") else text


def reading(scene: Many) -> Reading:
    """The article's equations with the numbers of the present state."""
    points, weights = scene.points, scene.weights
    asked = scene.values[None, ASKED]
    t = (asked[0] - np.array(points.centre)) / np.array(points.scale)
    own = weights[scene.whose - 1]
    p = scene.shares(asked, weights[None])[0, 0]
    found = many_fit.terms(points, weights, np.array(0.0))
    parts = [_factor(own[0]), *(rf"{_factor(w)}\cdot{_factor(v)}" for w, v in zip(own[1:], t, strict=True))]
    words = {
        "reference": points.classes[0],
        "whose": points.classes[scene.whose],
        "terms": " + ".join(parts),
        "z": show(float(own[0] + own[1:] @ t), 4),
        "p": r",\ ".join(show(float(v), 3) for v in p),
        "m": str(len(points.y)),
        "nll": nats(float(found.losses.sum())),
        "best": nats(-scene.fit.loglik),
        "gradient": r",\ ".join(signed(v) for v in found.gradient[scene.whose - 1].tolist()),
    }
    return Reading(filled(TEXT, words), "9, Classification")


def _near(scene: Many) -> dict[str, str]:
    """The sliders' values nearest to the maximum, as a link says them."""
    steps = scene.best_steps()
    return {s.key: s.labels[steps[s.key]] for s in scene.settable}


def _questions() -> tuple[Question, ...]:
    weak = opened(BASE | {"ridge": "0.1"})
    held = BASE | {"ridge": "0.1"} | _near(weak)
    strong = BASE | {"ridge": "100"} | _near(opened(BASE | {"ridge": "100"}))
    tenth = BASE | {"step": "10"}
    at = {
        query["step"]: moving.strings(opened(query)) for query in (BASE | {"step": "0"}, tenth, BASE | {"step": "100"})
    }
    newton = moving.strings(opened(BASE | {"step": "8", "method": "newton"}))
    near, far = (moving.strings(opened(query)) for query in (held, strong))
    return (
        Question(
            "Setosa stands apart from the two other species. What does the best fit without a ridge do with its weights?",
            ("they stay moderate", "they run off to infinity"),
            1,
            f"Setosa can be cut off by a line, and the more certain the better: there is no MLE. With λ = 0.1 the best weights against "
            f"setosa are {near['coef']}.",
            sets(BASE),
        ),
        Question(
            f"The weights begin at the classifier of the nearest mean, {at['0']['gap']} nats above the best. How much of that is left "
            "after ten steps of gradient descent, and how much after eight of Newton?",
            ("two thirds, and next to nothing", "next to nothing under both", "two thirds under both"),
            0,
            f"{at['10']['gap']} nats after 10 steps, {at['100']['gap']} after 100; {newton['gap']} after eight of Newton, which sees the "
            "curvature.",
            sets(tenth),
        ),
        Question(
            "The best weights under λ = 0.1 and under λ = 100. What becomes of the borders?",
            ("the colours blur, and the classes are told apart less surely", "only the borders turn"),
            0,
            f"NLL {near['nll']} and {far['nll']} nats, with {near['accuracy']} and {far['accuracy']} named rightly.",
            sets(strong),
        ),
        Question(
            "The border between two classes of a softmax of linear logits is …",
            ("a straight line", "a curve"),
            0,
            "Their logits are equal there, and both are planes: a straight line, whatever weight you drag.",
            sets(held),
        ),
    )


def _checks(scene: Many) -> tuple[Check, ...]:
    points, weights = scene.points, scene.weights
    found = many_fit.terms(points, weights, np.array(0.0))
    total = float(found.losses.sum())
    p, own = found.probabilities, found.probabilities[np.arange(len(points.y)), points.y]
    one_hot = np.eye(scene.count)[points.y]
    slack = 1e-7 * (1 + total)
    checks = [
        Check(
            "NLL, nats",
            (
                ("the bars, added up", total, slack),
                ("Σ −log p of each own class", float(-np.log(np.maximum(own, 1e-300)).sum()), slack),
                ("cross-entropy of one-hot targets", float(mle.cross_entropy_rows(one_hot, p).sum()), slack),
            ),
        )
    ]
    h = 1e-5
    for j, slider in enumerate(scene.sliders[:3]):
        move = np.zeros_like(weights)
        move[scene.whose - 1, j] = h
        up, down = (float(many_fit.terms(points, weights + s * move, np.array(0.0)).value) for s in (1, -1))
        checks.append(
            Check(
                f"gradient in {slider.symbol} of {points.classes[scene.whose]}",
                (
                    ("Σ (p − y)·feature", float(found.gradient[scene.whose - 1, j]), 1e-10),
                    ("central difference", (up - down) / (2 * h), 1e-11 * (1 + total) / h + 1e-4 * len(p) * h),
                ),
            )
        )
    best = many_fit.best(points, scene.ridge)
    if np.isfinite(best).all():
        lam = np.array(scene.ridge)
        newton = mle.softmax_descent(points.t, points.y, 0 * best[None], "newton", 1.0, 60, lam)[-1, 0]
        checks.append(
            Check(
                "least of NLL + ½λΣw², nats",
                (
                    ("the fit", many_fit.least(points, scene.ridge), 1e-7),
                    ("sixty steps of Newton", float(many_fit.terms(points, newton, lam).value), 1e-6),
                ),
            )
        )
    table = many_marks.counts(scene, weights[None])[0]
    right = sum(int(np.argmax(row)) == code for row, code in zip(p, points.y.tolist(), strict=True))
    checks.append(
        Check(
            "points named rightly",
            (("the table", float(np.trace(table)), 0.0), ("one after the other", float(right), 0.0)),
        )
    )
    return tuple(checks)


_CODE = """\
import numpy as np
from scipy.optimize import minimize
from scipy.special import log_softmax

x = np.array({x})
y = np.array({y})
t = (x - {centre}) / {scale}
X = np.column_stack([np.ones(len(t)), t])
K, lam = {count}, {lam!r}
theta = np.array({theta})  # b, w1, w2 of each class but the first
one_hot = np.eye(K)[y]


def log_p(theta, X=X):
    return log_softmax(np.column_stack([np.zeros(len(X)), X @ theta.T]), axis=1)


def nll(theta):
    return -(one_hot * log_p(theta)).sum()


def gradient(theta):
    slope = (np.exp(log_p(theta)) - one_hot)[:, 1:].T @ X
    slope[:, 1:] += lam * theta[:, 1:]
    return slope


value = lambda theta: nll(theta) + lam / 2 * (theta[:, 1:] ** 2).sum()
{way}print(f"NLL = {{nll(theta):.3f}} nats, gradient of class {whose}:", gradient(theta)[{place}].round(2))
print(f"named rightly: {{100 * np.mean(log_p(theta).argmax(1) == y):.1f}} %")
asked = np.array([[1, *((np.array({asked}) - {centre}) / {scale})]])
print("at the star:", np.exp(log_p(theta, asked)).round(3))

found = minimize(lambda v: value(v.reshape(K - 1, 3)), np.zeros(3 * (K - 1)),
                 jac=lambda v: gradient(v.reshape(K - 1, 3)).ravel(), method="BFGS", options={{"maxiter": 2000, "gtol": 1e-7}})
print(f"least of NLL and penalty: {{found.fun:.3f}} nats")
"""
_GRADIENT = """\
for _ in range({steps}):  # gradient descent on the mean loss
    theta = theta - {rate!r} / len(y) * gradient(theta)
"""
_NEWTON = """\
for _ in range({steps}):  # Newton, halved while the loss rises
    p = np.exp(log_p(theta))[:, 1:]
    curvature = sum(
        np.kron(np.diag(row) - np.outer(row, row), np.outer(v, v)) for row, v in zip(p, X)
    ) + lam * np.diag(np.tile([0, 1, 1], K - 1))
    if np.linalg.cond(curvature) > 1e14:
        break
    move, size = np.linalg.solve(curvature, gradient(theta).ravel()).reshape(K - 1, 3), 1.0
    while value(theta - size * move) > value(theta) + 1e-12 * (1 + value(theta)) and size > 1e-6:
        size /= 2
    theta = theta - size * move
"""
_APART = "# Some classes are separated: without a ridge the weights grow for ever, and minimize stops on its way.\n"


def _code(scene: Many) -> str:
    points, steps = scene.points, int(scene.values[TAKEN])
    way = (_NEWTON if scene.method == "newton" else _GRADIENT).format(steps=steps, rate=scene.rate) if steps else ""
    text = _CODE.format(
        x=points.x.tolist(), y=points.y.tolist(), centre=list(points.centre), scale=list(points.scale), count=scene.count, lam=scene.ridge,
        asked=scene.values[ASKED].tolist(), theta=scene.starts(scene.values[None])[0].tolist(), way=way, place=scene.whose - 1,
        whose=scene.whose + 1,
    )  # fmt: skip
    return text if np.isfinite(scene.fit.theta).all() else _APART + text


def _table(scene: Many) -> str:
    out = io.StringIO()
    out.write("x1,x2,class," + ",".join(f"p_{name}" for name in scene.points.classes) + "\n")
    p = scene.shares(scene.points.x, scene.weights[None])[0]
    for (x, y), code, row in zip(scene.points.x.tolist(), scene.points.y.tolist(), p.tolist(), strict=True):
        out.write(f"{x},{y},{scene.points.classes[code]}," + ",".join(map(repr, row)) + "\n")
    return out.getvalue()


def parts(scene: Many) -> Parts:
    return Parts(
        reading=reading(scene),
        questions=_questions,
        checks=lambda: _checks(scene),
        code=lambda: _code(scene),
        table=lambda: _table(scene),
        link=query(scene.items),
        file="softmax-regression",
        table_name="Points with their probabilities",
        charts={
            "field": "Field",
            "landscape": "Landscape",
            "terms": "Terms",
            "shares": "Probabilities",
            "table": "Confusion",
        },
    )
