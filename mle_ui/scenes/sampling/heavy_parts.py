"""What stands under the picture of a normal fitted to samples of a Student-t."""

from __future__ import annotations

import math
from pathlib import Path

from mle_ui.numbers import show
from mle_ui.scenes.sampling import checking, settings
from mle_ui.scenes.sampling.repeated import N, Repeated
from mle_ui.scenes.sampling.snippet import snippet
from mle_ui.scenes.sampling.states import opened, sets
from mle_ui.state import query
from mle_ui.words import Check, Parts, Question, Reading

READING = Reading(
    (Path(__file__).parent / "read_heavy.md").read_text(encoding="utf-8"),
    "5, Maximum likelihood estimation, and 7, Cross-entropy",
    "The article lets the model reach the data's law. Where it cannot, the maximum of the likelihood is still worth having, but its usual "
    "standard error is not.",
)
_LINK = {"source": settings.HEAVY}


def _questions(scene: Repeated) -> tuple[Question, ...]:
    return (_naive(), _mean(), _more())


def _naive() -> Question:
    link = {**_LINK, "nu": "5", "n": "500", "of": "sigma"}
    there = opened(link)
    found = there.at(there.theta)
    ratio = math.sqrt(found.variance(there.plan.repeats)[0])
    return Question(
        "Samples of 500 from a Student-t with ν = 5, a normal fitted. The usual standard error of σ̂ is",
        ("too small", "about right", "too large"),
        0 if ratio > 1.1 else 2 if ratio < 0.9 else 1,
        f"Too small by a factor of {show(ratio, 3)}: a few wild observations decide σ̂, and the normal knows nothing of them. The "
        f"sandwich says {show(found.spread, 3)}, for n → ∞.",
        sets(link),
    )


def _mean() -> Question:
    link = {**_LINK, "nu": "5", "n": "50", "of": "mu"}
    there = opened(link)
    found = there.at(there.theta)
    ratio = math.sqrt(found.variance(there.plan.repeats)[0])
    return Question(
        "And the usual standard error of μ̂, the mean?",
        ("too small", "about right", "too large"),
        0 if ratio > 1.1 else 2 if ratio < 0.9 else 1,
        f"The estimates spread {show(ratio, 3)} times as far as it says. A mean has variance σ²/n whatever the law, and σ̂ finds the "
        "law's own σ. A wrong family need not make everything wrong.",
        sets(link),
    )


def _more() -> Question:
    link = {**_LINK, "nu": "5", "n": "500", "of": "sigma"}
    there = opened(link)
    r = there.plan.repeats
    small, large = there.at(there.theta, 20), there.at(there.theta, 500)
    rates = [each.covers(method, r)[0] for method in ("likelihood", "sandwich") for each in (small, large)]
    return Question(
        "From n = 20 to n = 500: does the coverage of the likelihood interval of σ come nearer to 95 %?",
        ("yes, as n grows", "no, it stays below"),
        0 if abs(rates[1] - 0.95) < abs(rates[0] - 0.95) - 0.01 else 1,
        f"Likelihood {100 * rates[0]:.1f} % → {100 * rates[1]:.1f} %, sandwich {100 * rates[2]:.1f} % → {100 * rates[3]:.1f} %. More "
        "data make the wrong error smaller, not right.",
        sets(link),
    )


def _checks(scene: Repeated) -> tuple[Check, ...]:
    found = scene.at(scene.theta)
    nu, sigma = float(scene.theta[-1]), float(scene.own(scene.theta)[1])
    closed = sigma * math.sqrt(nu / (nu - 2))
    n, r = int(scene.theta[N]), scene.plan.repeats
    squares = found.roots.estimates[:, 1] ** 2 * sigma**2
    return (
        Check(
            "σ* of the nearest normal",
            (
                ("closed form", closed, 0.0),
                (
                    "minimum of the cross-entropy by quadrature",
                    float(scene.centers(scene.theta[None])[0, 1]),
                    2e-5 * closed,
                ),
            ),
        ),
        Check(
            f"mean of σ̂² at n = {n}",
            (
                ("(n − 1)/n · σ*²", (n - 1) / n * closed**2, 0.0),
                (f"{r} samples", float(squares.mean()), 5 * float(squares.std()) / math.sqrt(r)),
            ),
        ),
        *checking.moments(scene),
        *checking.built_intervals(scene),
    )


def parts(scene: Repeated) -> Parts:
    """The tabs of this picture."""
    return Parts(
        reading=READING,
        questions=lambda: _questions(scene),
        checks=lambda: _checks(scene),
        code=lambda: snippet(scene),
        table=lambda: checking.table(scene),
        link=query(scene.items),
        file="sampling-misspecified",
        table_name="Estimates",
        charts={"cloud": "Cloud", "errors": "Errors", "coverage": "Coverage", "spread": "Spread"},
    )
