"""What stands under the picture of two features and two classes."""

from __future__ import annotations

import io
import math
from pathlib import Path

import numpy as np

import mle_core as mle
from mle_ui.live import moving
from mle_ui.numbers import nats, show
from mle_ui.scenes.classification import settings, two_marks
from mle_ui.scenes.classification.one_words import signed
from mle_ui.scenes.classification.states import filled, opened, sets
from mle_ui.scenes.classification.two import PRODUCT, Two
from mle_ui.state import query
from mle_ui.words import Check, Parts, Question, Reading

TEXT = (Path(__file__).parent / "read_two.md").read_text(encoding="utf-8")
BASE = {"view": settings.TWO}


def _factor(value: float) -> str:
    """A number inside a product, in brackets where it is negative."""
    text = show(float(value), 4)
    return f"({text})" if text.startswith("−") else text


def reading(scene: Two) -> Reading:
    """The article's equations with the numbers of the present state."""
    weights = scene.here(scene.values[None])[0]
    found = scene.objective(weights, np.array(0.0))
    points = scene.points
    z = float(weights[0] + scene.columns[0] @ weights[1:])
    words = {
        "first": f"{points.classes[points.y[0]]} at ({show(float(points.x[0, 0]))}, {show(float(points.x[0, 1]))})",
        "terms": " + ".join(
            [
                _factor(weights[0]),
                *(rf"{_factor(w)}\cdot{_factor(t)}" for w, t in zip(weights[1:], scene.columns[0], strict=True)),
            ]
        ),
        "z1": show(z, 4),
        "p1": show(float(found.probabilities[0]), 4),
        "loss1": show(float(found.losses[0]), 4),
        "m": str(len(points.y)),
        "nll": nats(float(found.losses.sum())),
        "gradient": r",\ ".join(signed(v) for v in found.gradient.tolist()),
    }
    return Reading(filled(TEXT, words), "9, Classification")


def _near(scene: Two) -> dict[str, str]:
    """The sliders' values nearest to the maximum, as a link says them."""
    return {s.key: s.labels[s.index(float(v))] for s, v in zip(scene.sliders, scene.fit.theta, strict=False)}


def _questions() -> tuple[Question, ...]:
    iris = opened(BASE | _near(opened(BASE)))
    said = moving.strings(iris)
    strict = BASE | _near(iris) | {"threshold": "0.9"}
    high = moving.strings(opened(strict))
    xor = BASE | {"plane": settings.XOR}
    bent = xor | {"features": PRODUCT}
    plain, product = opened(xor), opened(bent)
    bent |= _near(product)
    coin = len(plain.points.y) * math.log(2)
    double = {key: f"{2 * float(value):g}" for key, value in _near(iris).items() if abs(2 * float(value)) <= 6}
    sharp = opened(BASE | _near(iris) | double)
    sharp_said = moving.strings(sharp)
    return (
        Question(
            "The threshold rises from 0.5 to 0.9. What becomes of the likelihood?",
            ("it falls", "nothing", "it rises"),
            1,
            f"Nothing: the NLL is {high['nll']} nats as before. Sensitivity and specificity go from {said['rates']} to {high['rates']}.",
            sets(strict),
        ),
        Question(
            "The exclusive or, with x₁ and x₂ as features. How good is the best line?",
            ("about as good as a coin", "it gets three quarters right"),
            0,
            f"The least NLL is {nats(-plain.fit.loglik)} nats; a coin has {nats(coin)}.",
            sets(xor | _near(plain)),
        ),
        Question(
            "And with their product as a third feature?",
            ("no better: the model is linear", "much better"),
            1,
            f"The least NLL is {nats(-product.fit.loglik)} nats, with a weight of {show(float(product.fit.theta[3]), 3)} on the product: "
            "linear in its features is not linear in x.",
            sets(bent),
        ),
        Question(
            "Some of the best weights are doubled. The boundary stays nearly where it was; what suffers?",
            ("the accuracy", "the calibration, and the NLL"),
            1,
            f"Right at τ: {said['accuracy']} and {sharp_said['accuracy']}; Brier and calibration error: {said['brier']} and "
            f"{sharp_said['brier']}; NLL {said['nll']} and {sharp_said['nll']} nats.",
            sets(BASE | _near(iris) | double),
        ),
    )


def _checks(scene: Two) -> tuple[Check, ...]:
    points, weights = scene.points, scene.here(scene.values[None])[0]
    found = scene.objective(weights, np.array(0.0))
    total = float(found.losses.sum())
    z = weights[0] + scene.columns @ weights[1:]
    slack = 1e-9 * (1 + total)
    softmax = mle.LOSSES["softmax"].value(np.eye(2)[points.y], np.stack([0 * z, z], axis=1))
    checks = [
        Check(
            "NLL, nats",
            (
                ("Σ −log p of each own class", total, slack),
                ("cross-entropy of one-hot targets", float(softmax.sum()), slack),
            ),
        )
    ]
    h = 1e-5
    for j, slider in enumerate(scene.sliders[: scene.count]):
        move = h * np.eye(scene.count)[j]
        up, down = (float(scene.objective(weights + s * move, np.array(0.0)).value) for s in (1, -1))
        checks.append(
            Check(
                f"gradient in {slider.symbol}",
                (
                    ("Σ (p − y)·feature", float(found.gradient[j]), 1e-10),
                    ("central difference", (up - down) / (2 * h), 1e-11 * (1 + total) / h + 1e-4 * len(points.y) * h),
                ),
            )
        )
    if np.isfinite(scene.fit.theta).all():
        newton = mle.logistic_descent(scene.columns, points.y, [0.0 * scene.fit.theta], "newton", 1.0, 60, scene.ridge)[
            -1, 0
        ]
        checks.append(
            Check(
                "least of NLL + ½λ|w|², nats",
                (
                    ("the fit", scene.least(scene.ridge), 1e-8),
                    ("sixty steps of Newton", float(scene.objective(newton, np.array(scene.ridge)).value), 1e-7),
                ),
            )
        )
        p = mle.logistic_probabilities(scene.columns, scene.fit.theta)
        checks.append(
            Check(
                "mean p at the best",
                (("Σ p / m", float(p.mean()), 1e-7), ("share of ones", float(points.y.mean()), 1e-7)),
            )
        )
    level = float(scene.values[scene.threshold])
    counted = two_marks.assessed(scene, scene.values[None])
    right = sum((p >= level) == (y == 1) for p, y in zip(found.probabilities.tolist(), points.y.tolist(), strict=True))
    checks.append(
        Check(
            "share that is right at τ",
            (
                ("the table", float(counted.accuracy[0]), 1e-12),
                ("one point after the other", right / len(points.y), 1e-12),
            ),
        )
    )
    return tuple(checks)


_CODE = """\
import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

x = np.array({x})
y = np.array({y})
t = (x - {centre}) / {scale}
X = np.column_stack([np.ones(len(t)), t{product}])
theta = np.array({theta})
lam, tau = {lam!r}, {tau!r}


def nll(theta):
    return np.logaddexp(0, np.where(y == 1, -1, 1) * (X @ theta)).sum()


penalty = lam * np.r_[0, np.ones(X.shape[1] - 1)]
{way}p = expit(X @ theta)
print(f"NLL = {{nll(theta):.3f}} nats, gradient", (X.T @ (p - y) + penalty * theta).round(2))
predicted = p >= tau
print(f"right at tau: {{100 * np.mean(predicted == (y == 1)):.1f}} %, sensitivity {{100 * predicted[y == 1].mean():.1f}} %, "
      f"specificity {{100 * (~predicted[y == 0]).mean():.1f}} %, Brier {{np.mean((y - p) ** 2):.3f}}")
"""
_GRADIENT = """\
for _ in range({steps}):  # gradient descent on the mean loss
    theta = theta - {rate!r} / len(y) * (X.T @ (expit(X @ theta) - y) + penalty * theta)
"""
_NEWTON = """\
value = lambda at: nll(at) + (penalty * at**2).sum() / 2
for _ in range({steps}):  # Newton, halved while the loss rises
    p = expit(X @ theta)
    curvature = X.T @ (X * (p * (1 - p))[:, None]) + np.diag(penalty)
    if np.linalg.cond(curvature) > 1e14:
        break
    move, size = np.linalg.solve(curvature, X.T @ (p - y) + penalty * theta), 1.0
    while value(theta - size * move) > value(theta) + 1e-12 * (1 + value(theta)) and size > 1e-6:
        size /= 2
    theta = theta - size * move
"""
_BEST = """\
best = minimize(lambda at: nll(at) + (penalty * at**2).sum() / 2, np.zeros(X.shape[1]),
                jac=lambda at: X.T @ (expit(X @ at) - y) + penalty * at, method="BFGS", options={"gtol": 1e-7}).x
q = expit(X @ best)
se = np.sqrt(np.diag(np.linalg.inv(X.T @ (X * (q * (1 - q))[:, None]) + np.diag(penalty))))
print("best weights:", " · ".join(f"{b:.2f} ± {s:.2f}" for b, s in zip(best, se)))
print("odds a unit:", " · ".join(f"{np.exp(b):.3g} ± {np.exp(b) * s:.2g}" for b, s in zip(best[1:], se[1:])))
"""


def _code(scene: Two) -> str:
    points, steps = scene.points, int(scene.values[scene.step])
    way = (_NEWTON if scene.method == "newton" else _GRADIENT).format(steps=steps, rate=scene.rate)
    text = _CODE.format(
        x=points.x.tolist(), y=points.y.tolist(), centre=list(points.centre), scale=list(points.scale),
        theta=scene.values[: scene.count].tolist(), lam=scene.ridge, tau=float(scene.values[scene.threshold]),
        product=", t[:, 0] * t[:, 1]" if scene.product else "", way=way if steps else "",
    )  # fmt: skip
    return text + (
        _BEST
        if np.isfinite(scene.fit.theta).all()
        else 'print("a boundary separates the classes: there are no best weights")\n'
    )


def _table(scene: Two) -> str:
    found = scene.objective(scene.here(scene.values[None])[0], np.array(0.0))
    out = io.StringIO()
    out.write("x1,x2,class,p,loss_nats\n")
    rows = zip(
        scene.points.x.tolist(),
        scene.points.y.tolist(),
        found.probabilities.tolist(),
        found.losses.tolist(),
        strict=True,
    )
    for (x, y), code, p, loss in rows:
        out.write(f"{x},{y},{scene.points.classes[code]},{p},{loss}\n")
    return out.getvalue()


def parts(scene: Two) -> Parts:
    return Parts(
        reading=reading(scene),
        questions=_questions,
        checks=lambda: _checks(scene),
        code=lambda: _code(scene),
        table=lambda: _table(scene),
        link=query(scene.items),
        file="two-features",
        table_name="Points with their probabilities",
        charts={
            "field": "Field",
            "landscape": "Landscape",
            "terms": "Terms",
            "split": "Confusion",
            "calibration": "Calibration",
        },
    )
