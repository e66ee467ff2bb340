"""What stands under the picture of one feature."""

from __future__ import annotations

import io
import math
from pathlib import Path

import numpy as np

import mle_core as mle
from mle_ui.live import moving
from mle_ui.numbers import nats, show
from mle_ui.scenes.classification import one_fit, one_snippet, settings
from mle_ui.scenes.classification.one import One
from mle_ui.scenes.classification.one_marks import AT, RIDGE, scaled
from mle_ui.scenes.classification.one_words import prediction, raw_line, share, signed
from mle_ui.scenes.classification.states import filled, opened, sets
from mle_ui.state import query
from mle_ui.words import Check, Parts, Question, Reading

TEXT = (Path(__file__).parent / "read_one.md").read_text(encoding="utf-8")
CORRECTION = (
    "The article says that logistic regression has no closed form and leaves it there. What it does not say: on separable data there is "
    "no finite maximum at all."
)
AGREED = 1e-9


def reading(scene: One) -> Reading:
    """The article's equations with the numbers of the present state."""
    points = scene.points
    b, w = scene.here(scene.values[None])[0]
    found = one_fit.objective(points, np.array([b, w]), scene.values[RIDGE])
    first = int(np.argmin(points.x[:, 0]))
    plain = one_fit.objective(points, np.array([b, w]), np.array(0.0))
    words = {
        "unit": f"{points.unit()}",
        "x1": f"{points.short[0]} {show(float(points.x[first, 0]))}",
        "y1": str(points.y[first]),
        "b": show(float(b)),
        "w": ("+ " if w >= 0 else "- ") + show(abs(float(w))),
        "t1": f"({show(float(points.t[first, 0]))})",
        "p1": show(float(found.probabilities[first]), 4),
        "loss1": show(float(found.losses[first]), 4),
        "m": str(len(points.y)),
        "nll": nats(float(found.losses.sum())),
        "gb": signed(float(plain.gradient[0])),
        "gw": signed(float(plain.gradient[1])),
        "penalty": show(float(found.penalty), 4),
    }
    return Reading(filled(TEXT, words), "9, Classification", CORRECTION)


def _reach(scene: One, within: float) -> int:
    """Steps after which the descent stays within so many nats of the least."""
    ways = scene.ways(scene.values[None])[:, 0]
    value = one_fit.objective(scene.points, ways, scene.values[RIDGE]).value
    far = np.flatnonzero(value - one_fit.best_value(scene.points, scene.ridge) > within)
    return settings.KEPT[min(int(far[-1]) + 1, len(settings.KEPT) - 1)] if far.size else 0


def _questions() -> tuple[Question, ...]:
    base = {"b": "-1.2", "w": "-2.3"}
    plain = opened(base)
    cold = plain.points
    coldest = int(np.argmin(cold.x[:, 0]))
    flipped = base | {"x": _flipped(cold, coldest)}
    other = opened(flipped)
    t = float(scaled(cold, np.array(31.0)))
    slow, newton = opened({"step": "100"}), opened({"step": "5", "method": "newton"})
    apart = {"data": settings.SEPARABLE}
    ways = opened(apart | {"step": "1000"}).ways(opened(apart).values[None])[:, 0, 1]
    at = {step: float(ways[settings.KEPT.index(step)]) for step in (10, 100, 1000)}
    strong = {"b": "-0.85", "w": "0", "ridge": "100"}
    ends = plain.fit.probability_interval([t])
    return (
        Question(
            "At 31 °F, colder than any launch before, the best curve says that damage has a probability above 0.99. How wide is its "
            "95 % interval?",
            ("0.98 to 1", "0.9 to 1", "about ½ to 1"),
            2,
            f"{prediction(plain.fit, t)}: no launch was as cold, and the interval says so. Its lower end is {share(float(ends[0][0]))}.",
            sets(base),
        ),
        Question(
            f"The coldest launch, at {cold.x[coldest, 0]:g} °F, had damage. Suppose that it had none: what becomes of the probability "
            "at 31 °F?",
            ("it hardly changes", "it falls, and the interval grows much wider", "it becomes ½"),
            1,
            f"Best p = {prediction(other.fit, t)}, and w from {show(float(plain.fit.theta[1]), 3)} to "
            f"{show(float(other.fit.theta[1]), 3)}: one label of {len(cold.y)}.",
            sets(flipped),
        ),
        Question(
            "From b = w = 0, how many steps until the NLL is within 0.01 nats of its least: Newton, and gradient descent of step size 1?",
            ("about 3 and 60", "about 20 and 25", "about 100 and 1000"),
            0,
            f"Newton {_reach(newton, 0.01)}, gradient descent about {_reach(slow, 0.01)}. Newton sees the curvature.",
            sets({"step": "5", "method": "newton"}),
        ),
        Question(
            "Separable labels: ten times as many steps of gradient descent. What does |w| do?",
            ("it grows tenfold", "it grows by a few units each time", "it has converged"),
            1,
            f"|w| = {show(at[10], 3)}, {show(at[100], 3)}, {show(at[1000], 3)} after 10, 100, 1000 steps: it grows with their "
            "logarithm, for ever.",
            sets(apart | {"step": "1000"}),
        ),
        Question(
            "λ = 100, a very strong ridge on w but not on b. What is left of the best curve?",
            ("p = ½ everywhere", "nearly flat, at the share of ones", "a step"),
            1,
            f"w = {show(float(opened(strong).fit.theta[1]), 2)}, and p at the centre is "
            f"{share(float(opened(strong).fit.predict_proba([0.0])[0]))}; {int(cold.y.sum())} of {len(cold.y)} are "
            f"{share(float(cold.y.mean()))}.",
            sets(strong),
        ),
    )


def _flipped(points: object, place: int) -> str:
    from mle_ui.scenes.classification.points import Points, changed

    assert isinstance(points, Points)
    return changed(points, {f"flip[{place}]": 1.0}).text


def _checks(scene: One) -> tuple[Check, ...]:
    points = scene.points
    theta, lam = scene.here(scene.values[None])[0], scene.ridge
    found = one_fit.objective(points, theta, np.array(lam))
    z = theta[0] + theta[1] * points.t[:, 0]
    total = float(found.losses.sum())
    one_hot = np.eye(2)[points.y]
    slack = AGREED * (1 + total)
    by_hand = math.fsum(
        math.log1p(math.exp(-abs(v))) + max(v if y == 0 else -v, 0.0)
        for v, y in zip(z.tolist(), points.y.tolist(), strict=True)
    )
    softmax = mle.LOSSES["softmax"].value(one_hot, np.stack([0 * z, z], axis=1))
    checks = [
        Check(
            "NLL, nats",
            (
                ("Σ −log p of each label", total, slack),
                ("cross-entropy of one-hot targets, by softmax of (0, z)", float(softmax.sum()), slack),
                ("one row after the other", by_hand, slack),
            ),
        )
    ]  # fmt: skip
    h = 1e-5
    for j, name in enumerate(("b", "w")):
        move = h * np.eye(2)[j]
        up, down = (float(one_fit.objective(points, theta + s * move, np.array(lam)).value) for s in (1, -1))
        checks.append(
            Check(
                f"gradient in {name}, nats",
                (
                    ("Σ (p − y)·t" if j else "Σ (p − y)", float(found.gradient[j]), 1e-12),
                    ("central difference of the loss", (up - down) / (2 * h), 1e-9 * (1 + total) / h * 1e-2 + 1e-4 * len(points.y) * h),
                ),
            )
        )  # fmt: skip
    if np.isfinite(scene.fit.theta).all():
        newton = mle.logistic_descent(points.t, points.y, [[0.0, 0.0]], "newton", 1.0, 60, lam)[-1, 0]
        best = scene.fit
        checks.append(
            Check(
                "least of NLL + ½λw², nats",
                (
                    ("the fit", one_fit.best_value(points, lam), 1e-9),
                    ("sixty steps of Newton", float(one_fit.objective(points, newton, np.array(lam)).value), 1e-7),
                ),
            )
        )
        t = float(scaled(points, scene.values[[AT]])[0])
        spread = np.array([1.0, t]) @ best.covariance @ np.array([1.0, t])
        low = float(
            mle.logistic_probabilities(
                [t], best.theta + best.covariance @ np.array([1.0, t]) * (-1.959963984540054 / math.sqrt(spread))
            )[0]
        )
        checks.append(
            Check(
                f"lower end of the interval of p at {scene.values[AT]:g}",
                (("of the fit", float(best.probability_interval([t])[0][0]), 1e-9), ("by the covariance of b and w", low, 1e-7)),
            )
        )  # fmt: skip
        if points.source.startswith("Dalal") and "changed" not in points.source and lam == 0:
            b, w = raw_line(scene)
            for name, value, printed in (("intercept", b, 15.0429), ("slope a °F", w, -0.2322)):
                checks.append(
                    Check(
                        f"{name}, in x itself",
                        (("the fit", float(value), 1e-9), ("published to four decimals", printed, 6e-5)),
                    )
                )
    return tuple(checks)


def _table(scene: One) -> str:
    """Every observation with its probability and its term."""
    found = one_fit.objective(scene.points, scene.here(scene.values[None])[0], np.array(0.0))
    out = io.StringIO()
    out.write("x,label,p,loss_nats,p_minus_y\n")
    for x, y, p, loss in zip(
        scene.points.x[:, 0].tolist(),
        scene.points.y.tolist(),
        found.probabilities.tolist(),
        found.losses.tolist(),
        strict=True,
    ):
        out.write(f"{x},{y},{p},{loss},{p - y}\n")
    return out.getvalue()


def parts(scene: One) -> Parts:
    return Parts(
        reading=reading(scene),
        questions=_questions,
        checks=lambda: _checks(scene),
        code=lambda: one_snippet.code(scene, moving.values(scene)),
        table=lambda: _table(scene),
        link=query(scene.items),
        file="logistic-regression",
        table_name="Labels with their terms",
        charts={"curve": "Curve", "landscape": "Landscape", "terms": "Terms", "loss": "Loss", "size": "Weight"},
    )
