"""What stands under the picture of several classes."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np

import mle_core as mle
from mle_ui.live import moving
from mle_ui.numbers import nats, show
from mle_ui.scenes.classification import settings
from mle_ui.scenes.classification.many import ASKED, Many, fit, slopes
from mle_ui.scenes.classification.states import filled, opened, sets
from mle_ui.state import query
from mle_ui.words import Check, Parts, Question, Reading

TEXT = (Path(__file__).parent / "read_many.md").read_text(encoding="utf-8")
BASE = {"view": settings.TWO, "plane": settings.IRIS}


def reading(scene: Many) -> Reading:
    """The article's equations with the numbers of the present state."""
    points = scene.points
    t = (scene.values[ASKED] - np.array(points.centre)) / np.array(points.scale)
    z, p = scene.fit.predict_logit([t])[0], scene.fit.predict_proba([t])[0]
    last = scene.count - 1
    slack = float(np.sum(scene.fit.predict_proba(points.t)[:, last] - (points.y == last)))
    apart = ""
    if not np.isfinite(z).all():
        apart = (
            "\nHere some weights are infinite, and with them their logits: of a class that falls behind for ever $-\\infty$ is left, and "
            "those of the others are told up to a common shift, which softmax does not see.\n"
        )
    words = {
        "apart": apart,
        "reference": points.classes[0],
        "last": points.classes[-1],
        "z": r",\ ".join(show(float(v), 4).replace("∞", r"\infty") for v in z),
        "p": r",\ ".join(show(float(v), 3) for v in p),
        "m": str(len(points.y)),
        "nll": nats(-scene.fit.loglik),
        "gradient": f"{round(slack, 3) + 0.0:.3f}",
    }
    return Reading(filled(TEXT, words), "9, Classification")


def _questions() -> tuple[Question, ...]:
    iris = opened(BASE)
    weak, strong = opened(BASE | {"ridge": "0.1"}), opened(BASE | {"ridge": "100"})
    certain = moving.strings(iris)
    points = iris.points
    return (
        Question(
            "Setosa stands apart from the two other species. What does the fit without a ridge do with its weights?",
            ("they stay moderate", "they run off to infinity"),
            1,
            f"Separation: {fit(points, 0.0).separation}. With λ = 0.1 their length is {moving.strings(weak)['size']}.",
            sets(BASE),
        ),
        Question(
            "The ridge goes from 0.1 to 100. What becomes of the borders?",
            ("the colours blur, and the classes are told apart less surely", "only the borders turn"),
            0,
            f"NLL {moving.strings(weak)['nll']} and {moving.strings(strong)['nll']} nats; weights of length "
            f"{moving.strings(weak)['size']} and {moving.strings(strong)['size']}.",
            sets(BASE | {"ridge": "100"}),
        ),
        Question(
            "The border between two classes of a softmax of linear logits is …",
            ("a straight line", "a curve"),
            0,
            f"Their logits are equal there, and both are planes: a straight line. Without a ridge {certain['accuracy']} are named rightly.",
            sets(BASE | {"ridge": "0.1"}),
        ),
    )


def _checks(scene: Many) -> tuple[Check, ...]:
    points, found = scene.points, scene.fit
    p = found.predict_proba(points.t)
    own = p[np.arange(len(p)), points.y]
    one_hot = np.eye(scene.count)[points.y]
    value = -found.loglik
    slack = 1e-7 * (1 + value)
    checks = [
        Check(
            "NLL, nats",
            (
                ("of the fit", value, slack),
                ("Σ −log p of each own class", float(-np.log(own).sum()), slack),
                ("cross-entropy of one-hot targets", float(mle.cross_entropy_rows(one_hot, p).sum()), slack),
            ),
        )
    ]
    if np.isfinite(found.theta).all():
        design = np.column_stack([np.ones(len(p)), points.t])
        slope = (p - one_hot)[:, 1:].T @ design
        slope[:, 1:] += scene.ridge * slopes(found)
        checks.append(
            Check(
                "largest part of the gradient at the fit",
                (("none is wanted", 0.0, 0.0), ("Σ (p − y)·x + λw", float(np.abs(slope).max()), 1e-5 * len(p))),
            )
        )
    table = scene.counts(scene.ridge)
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
one_hot = np.eye(K)[y]


def loss(flat):
    theta = np.vstack([np.zeros(3), flat.reshape(K - 1, 3)])
    log_p = log_softmax(X @ theta.T, axis=1)
    slope = (np.exp(log_p) - one_hot).T @ X
    slope[:, 1:] += lam * theta[:, 1:]
    return -(one_hot * log_p).sum() + lam / 2 * (theta[:, 1:] ** 2).sum(), slope[1:].ravel()


found = minimize(loss, np.zeros(3 * (K - 1)), jac=True, method="BFGS", options={{"maxiter": 2000, "gtol": 1e-7}})
theta = np.vstack([np.zeros(3), found.x.reshape(K - 1, 3)])
log_p = log_softmax(X @ theta.T, axis=1)
print(f"NLL = {{-(one_hot * log_p).sum():.3f}} nats, named rightly: {{100 * np.mean(log_p.argmax(1) == y):.1f}} %")
asked = np.r_[1, (np.array({asked}) - {centre}) / {scale}]
print("at the point:", np.exp(log_softmax(theta @ asked)).round(3))
"""
_APART = "# Some classes are separated: without a ridge the weights grow for ever, and minimize stops on its way.\n"


def _code(scene: Many) -> str:
    points = scene.points
    text = _CODE.format(
        x=points.x.tolist(), y=points.y.tolist(), centre=list(points.centre), scale=list(points.scale), count=scene.count, lam=scene.ridge,
        asked=scene.values[ASKED].tolist(),
    )  # fmt: skip
    return text if np.isfinite(scene.fit.theta).all() else _APART + text


def _table(scene: Many) -> str:
    out = io.StringIO()
    out.write("x1,x2,class," + ",".join(f"p_{name}" for name in scene.points.classes) + "\n")
    p = scene.fit.predict_proba(scene.points.t)
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
        file="softmax-fit",
        table_name="Points with their probabilities",
        charts={"field": "Field", "shares": "Probabilities", "table": "Confusion"},
    )
