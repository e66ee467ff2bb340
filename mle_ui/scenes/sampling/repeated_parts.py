"""What stands under the picture of samples from the model itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from mle_ui.numbers import show
from mle_ui.scenes.sampling import checking
from mle_ui.scenes.sampling.repeated import N, Repeated, hatted
from mle_ui.scenes.sampling.snippet import snippet
from mle_ui.scenes.sampling.states import opened, sets
from mle_ui.state import query
from mle_ui.words import Check, Parts, Question, Reading

READING = Reading(
    (Path(__file__).parent / "read.md").read_text(encoding="utf-8"),
    "5, Maximum likelihood estimation",
    "The article maximises the likelihood and stops there. The maximum is itself random: without its spread the estimate says little.",
)


def _questions(scene: Repeated) -> tuple[Question, ...]:
    return (_divide(), _root(scene), _coverage(), _rare(), _bound())


def _mean(scene: Repeated) -> float:
    """Mean of the estimator over all samples, at the present truth."""
    found = scene.at(scene.theta)
    unit = float(scene.units(scene.theta[None], [found])[0])
    return float(scene.estimand.truth(scene.centers(scene.theta[None])[0])) + found.mean(scene.plan.repeats)[0] * unit


def _divide() -> Question:
    link = {"family": "normal", "of": "variance", "n": "5"}
    whole, corrected = _mean(opened(link)), _mean(opened({**link, "of": "corrected"}))
    return Question(
        "A normal with σ² = 1, samples of n = 5. What is σ̂², the maximum likelihood estimate, on average?",
        ("0.8", "1", "1.25"),
        0,
        f"{show(whole, 3)} here, (n − 1)/n = 0.8 by theory: μ̂ sits in the middle of its own sample, so squares around it come out too "
        f"small. Dividing by n − 1 gives {show(corrected, 3)}. By n = 100 the difference is a hundredth.",
        sets(link),
    )


def _root(scene: Repeated) -> Question:
    few, many = 50, 200
    found = {n: scene.at(scene.theta, n) for n in (few, many)}
    sd = {
        n: np.sqrt(each.variance(scene.plan.repeats)[0]) * float(scene.units(scene.theta[None], [each])[0])
        for n, each in found.items()
    }
    ratio = sd[many] / sd[few]
    answer = int(np.argmin(np.abs(np.log([ratio, 2 * ratio, 4 * ratio]))))
    hat = hatted(scene.estimand)
    return Question(
        f"Samples of {many} instead of {few} observations. The spread of {hat} becomes",
        ("as large", "half as large", "a quarter as large"),
        answer,
        f"{show(sd[few], 3)} → {show(sd[many], 3)}, a ratio of {show(ratio, 3)}: it falls as 1/√n. Halving an error costs four "
        "times the data. Play n to see it.",
        {scene.sliders[N].key: float(few)},
    )


def _coverage() -> Question:
    link = {"family": "normal", "of": "sigma", "n": "5"}
    there = opened(link)
    found = there.at(there.theta)
    rates = {m: found.covers(m, there.plan.repeats)[0] for m in ("likelihood", "wald", "score")}
    words = ", ".join(f"{'Wald' if m == 'wald' else m} {100 * rate:.1f} %" for m, rate in rates.items())
    return Question(
        "95 % intervals for σ from five observations: which kind holds σ least often?",
        ("likelihood", "Wald", "score"),
        min(range(3), key=lambda i: list(rates.values())[i]),
        f"{words}. Wald's interval is symmetric around σ̂, which is too small and skewed; and where σ̂ is small, so is its own error.",
        sets(link),
    )


def _rare() -> Question:
    link = {"family": "bernoulli", "n": "20", "p": "0.05"}
    there = opened(link)
    found = there.at(there.theta)
    wald, likelihood, score = (found.covers(m, there.plan.repeats)[0] for m in ("wald", "likelihood", "score"))
    none = float(np.mean(found.roots.estimates[:, 0] == 0))
    options = (0.95, 0.85, 0.64)
    return Question(
        "An event of probability 0.05, observed 20 times. How often does Wald's 95 % interval for p hold it?",
        tuple(f"about {100 * o:.0f} %" for o in options),
        min(range(3), key=lambda i: abs(options[i] - wald)),
        f"{100 * wald:.1f} %. In {100 * none:.1f} % of the samples the event never happens: p̂ = 0, its Wald error is 0, and the "
        f"interval is a point. Likelihood {100 * likelihood:.1f} %, score {100 * score:.1f} %.",
        sets(link),
    )


def _bound() -> Question:
    link = {"family": "normal", "of": "variance", "n": "5"}
    biased, fair = (opened({**link, "of": of}) for of in ("variance", "corrected"))
    ratios = [each.at(each.theta).variance(each.plan.repeats)[0] for each in (biased, fair)]
    return Question(
        "The Cramér–Rao bound for the variance of a normal is 2σ⁴/n. Which estimator has a variance below it, at n = 5?",
        ("none can", "σ̂², divided by n", "s², divided by n − 1"),
        1 if ratios[0] < 1 <= ratios[1] else 0 if min(ratios) >= 1 else 2,
        f"Variance over bound: {show(ratios[0], 3)} for σ̂², {show(ratios[1], 3)} for s². The bound holds for unbiased estimators; σ̂² "
        "pays for its smaller variance with bias.",
        sets(link),
    )


def _checks(scene: Repeated) -> tuple[Check, ...]:
    return (*checking.moments(scene), checking.information(scene), *checking.built_intervals(scene))


def parts(scene: Repeated) -> Parts:
    """The tabs of this picture."""
    return Parts(
        reading=READING,
        questions=lambda: _questions(scene),
        checks=lambda: _checks(scene),
        code=lambda: snippet(scene),
        table=lambda: checking.table(scene),
        link=query(scene.items),
        file=f"sampling-{scene.plan.family}",
        table_name="Estimates",
        charts={"cloud": "Cloud", "errors": "Errors", "coverage": "Coverage", "spread": "Spread"},
    )
