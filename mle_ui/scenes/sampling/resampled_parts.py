"""What stands under the picture of the bootstrap."""

from __future__ import annotations

import io
import math
from pathlib import Path

import numpy as np

import mle_core as mle
from mle_ui.numbers import show
from mle_ui.scenes.sampling import settings
from mle_ui.scenes.sampling.resampled import METHODS, R, Resampled
from mle_ui.scenes.sampling.snippet import resampling_snippet
from mle_ui.scenes.sampling.states import opened, sets
from mle_ui.state import query
from mle_ui.words import Check, Parts, Question, Reading

READING = Reading((Path(__file__).parent / "read_bootstrap.md").read_text(encoding="utf-8"), "2, Notation")
_CATS = {"source": settings.BOOTSTRAP, "data": "toxocara", "family": "poisson"}


def _questions(scene: Resampled) -> tuple[Question, ...]:
    return (_cats(), _belief(), _lean(scene))


def _cats() -> Question:
    errors = opened(_CATS).errors
    ratio = errors["bootstrap"] / errors["naive"]
    options = (1.0, 2.0, 5.0)
    return Question(
        "Parasites in 53 cats, taken for a Poisson. How much larger is the bootstrap's error of λ̂ than the usual one?",
        ("about the same", "twice", "five times"),
        min(range(3), key=lambda i: abs(math.log(options[i] / ratio))),
        f"{show(errors['bootstrap'], 3)} against {show(errors['naive'], 3)}, a factor of {show(ratio, 3)}; the sandwich says "
        f"{show(errors['robust'], 3)}. The counts vary far more than a Poisson of their mean, and only the usual error does not notice.",
        sets(_CATS),
    )


def _belief() -> Question:
    link = {**_CATS, "kind": "parametric"}
    errors = opened(link).errors
    nearer = (
        0
        if abs(math.log(errors["bootstrap"] / errors["naive"])) < abs(math.log(errors["bootstrap"] / errors["robust"]))
        else 1
    )
    return Question(
        "The same cats, but resampled from the fitted Poisson. Which error does the bootstrap now agree with?",
        ("the usual one", "the sandwich"),
        nearer,
        f"{show(errors['bootstrap'], 3)}, beside {show(errors['naive'], 3)} and {show(errors['robust'], 3)}: whoever resamples "
        "from the family gets the family's word.",
        sets(link),
    )


def _lean(scene: Resampled) -> Question:
    at, row = scene.study.fit.params[scene.name], scene.theta
    lean = {}
    for method in METHODS:
        low, high = scene.interval(method, row)
        lean[method] = (high - at) / (at - low) if at > low else math.inf
    words = ", ".join(f"{'Wald' if m == 'wald' else m} {show(v, 3)}" for m, v in lean.items())
    return Question(
        f"Which of the five intervals of {scene.symbol} are symmetric around the estimate, whatever the sample?",
        ("all", "likelihood and percentile", "Wald and sandwich"),
        2,
        f"Upper arm over lower arm: {words}. An error added and subtracted is symmetric by construction; the others lean as "
        "the sample does.",
        {"level": 0.95},
    )


def _checks(scene: Resampled) -> tuple[Check, ...]:
    fit, study, place = scene.study.fit, scene.study, scene.place
    boot, level = study.boot, float(scene.theta[1])
    repeats = len(boot.estimates)
    again = mle.bootstrap(fit, repeats, boot.kind, scene.seed + 1)
    spread = []
    for words, each in ((f"{repeats} resamples", boot), (f"{repeats} others", again)):
        values = each.kept[:, place]
        sd = float(values.std(ddof=1))
        kurtosis = float(np.mean((values - values.mean()) ** 4)) / sd**4
        spread.append((words, sd, 4.5 * sd * math.sqrt(max(kurtosis - 1, 0.5) / (4 * len(values)))))
    checks = [Check(f"bootstrap error of {scene.symbol}", tuple(spread))]
    low, _ = mle.interval(fit, scene.name, level, "likelihood")
    if math.isfinite(low) and fit.family.params[place].domain.contains(low):
        held = mle.fit(fit.family, study.observed.x, fixed={scene.name: low}) if len(fit.family.params) > 1 else None
        value = held.loglik if held else float(mle.loglik(fit.family, study.observed.x, np.array([low])))
        checks.append(
            Check(
                f"drop of ℓ at the lower end of the likelihood interval, {100 * level:g} %, nats",
                (
                    ("half the χ² quantile", mle.likelihood_ratio_drop(level, 1), 0.0),
                    ("fit with the end held", fit.loglik - value, 1e-6 * abs(fit.loglik)),
                ),
            )
        )  # fmt: skip
    checks.append(_sandwich(scene))
    return tuple(checks)


def _sandwich(scene: Resampled) -> Check:
    """White's formula written out, with the information by differences of the score."""
    fit, place = scene.study.fit, scene.place
    x, law = scene.study.observed.x, fit.family
    scores = law.scores(x, fit.theta)
    # In units of the ellipse's own axes, as two parameters may be told apart by their last digits alone.
    axes = np.linalg.cholesky(fit.covariance)
    if law.likelihood.errors_from == "expected":  # the score has jumps
        bread, words = fit.covariance, "J⁻¹ΣssᵀJ⁻¹ written out"
    else:
        step, words = 1e-3, "J⁻¹ΣssᵀJ⁻¹, J by differences"
        ends = [[law.scores(x, fit.theta + sign * step * axis).sum(axis=0) for axis in axes.T] for sign in (1, -1)]
        curvature = -(np.array(ends[0]) - np.array(ends[1])) @ axes / (2 * step)
        bread = axes @ np.linalg.inv(curvature) @ axes.T
    by_hand = float(np.linalg.norm(scores @ bread.T, axis=0)[place])
    return Check(
        f"sandwich error of {scene.symbol}",
        (("mle.sandwich", scene.errors["robust"], 0.0), (words, by_hand, 1e-4 * by_hand)),
    )


def _table(scene: Resampled) -> str:
    out = io.StringIO()
    out.write("resample," + ",".join(scene.family.names) + "\n")
    for i, row in enumerate(scene.study.boot.estimates[: int(scene.theta[R])], 1):
        out.write(f"{i}," + ",".join(repr(v) for v in row.tolist()) + "\n")
    # Three lines at least, so that a table of one resample is still a table.
    out.write("estimate," + ",".join(repr(v) for v in scene.study.fit.theta.tolist()) + "\n")
    return out.getvalue()


def parts(scene: Resampled) -> Parts:
    """The tabs of this picture."""
    words = {"cloud": "Cloud", "errors": "Bootstrap distribution", "intervals": "Intervals"}
    return Parts(
        reading=READING,
        questions=lambda: _questions(scene),
        checks=lambda: _checks(scene),
        code=lambda: resampling_snippet(scene),
        table=lambda: _table(scene),
        link=query(scene.items),
        file=f"bootstrap-{scene.study.observed.data}-{scene.family.key}",
        table_name="Bootstrap estimates",
        charts={key: words[key] for key in scene.charts()},
    )
