"""What stands under the noise models."""

from __future__ import annotations

import io
from functools import partial
from pathlib import Path

import numpy as np

import mle_core as mle
from mle_ui.numbers import show
from mle_ui.scenes.regression import noise_marks, noise_snippet, settings
from mle_ui.scenes.regression.formulas import added, filled, tex
from mle_ui.scenes.regression.noise import STUDENT, Noises
from mle_ui.scenes.regression.states import opened, sets
from mle_ui.state import query
from mle_ui.words import Check, Parts, Question, Reading

_TEXT = (Path(__file__).parent / "read_noise.md").read_text(encoding="utf-8")


def reading(scene: Noises) -> Reading:
    key = scene.focus
    fit, place, pairs = scene.fits[key], scene.marked, scene.pairs
    gaussian = scene.gaussian
    terms = mle.gaussian_terms(gaussian.residuals, gaussian.params["sigma"])
    pulls = {k: f"ψ = {show(noise_marks.pull(scene.fits[k], place), 3)}" if k in scene.fits else "" for k in mle.NOISES}
    text = filled(
        _TEXT, **pulls, row=pairs.rows[place], y=tex(pairs.y[place]), name=mle.NOISES[key].name, r=tex(float(fit.residuals[place])),
        rho=tex(-float(fit.loglik_per_point[place]), 4), psi=tex(noise_marks.pull(fit, place), 4), m=pairs.m, nll=tex(-fit.loglik, 6),
        sum=added(terms),
    )  # fmt: skip
    return Reading(
        text,
        "8, Linear regression",
        "The article takes Gaussian noise for granted and arrives at MSE. MSE is that choice, not a law: with other noise the "
        "same recipe gives other losses.",
    )


def _query(data: str, noise: list[str], **more: str) -> dict[str, str | list[str]]:
    return {"view": settings.NOISE, "data": data, "noise": noise, **more}


def _questions() -> tuple[Question, ...]:
    robust = _query("phones", ["gaussian", "laplace", STUDENT])
    few = opened(robust)
    heavy = _query("phones", ["gaussian", STUDENT], nu="8")
    many = opened(heavy)
    fan = _query("mtcars", ["gaussian", "heteroscedastic"], band="observation")
    cars = opened(fan)
    rings = _query("orings", ["gaussian", "poisson"])
    counts = opened(rings)
    slope = {key: fit.params["slope"] for key, fit in few.fits.items()}
    i = few.marked
    pull = {key: float(fit.influence[i]) for key, fit in few.fits.items()}
    half = {key: float(np.abs(fit.influence).max()) for key, fit in few.fits.items()}
    return (
        Question(
            "From 1964 to 1969 minutes were recorded instead of calls. How steep is the Gaussian line beside Student t’s with ν = 2?",
            ("about the same", "twice as steep", "more than four times as steep"),
            2,
            f"Gaussian {show(slope['gaussian'], 3)}, Laplace {show(slope['laplace'], 3)}, Student t "
            f"{show(slope[STUDENT], 3)} tens of millions of calls a year: six of 24 points turn the Gaussian line, and "
            f"hardly move the others.",
            sets(robust),
        ),
        Question(
            "A point is dragged farther and farther away. What does its pull do under Gaussian, Laplace and Student t noise?",
            ("it grows under all", "it grows, stays, and falls", "it stays, grows, and falls"),
            1,
            f"ψ grows with r under Gaussian noise, is ±1/b under Laplace, and falls as 1/r under Student t. At the marked point: "
            f"{show(pull['gaussian'], 3)}, {show(pull['laplace'], 3)} and {show(pull[STUDENT], 3)}, where Student t’s "
            f"largest pull here is {show(half[STUDENT], 3)}.",
            sets(robust),
        ),
        Question(
            "ν rises from 2 to 8. Does Student t still ignore the wrong years?",
            ("yes, it is still robust", "no, its line joins the Gaussian one"),
            1,
            f"Its slope goes from {show(slope[STUDENT], 3)} to {show(many.fits[STUDENT].params['slope'], 3)}; the Gaussian’s is "
            f"{show(slope['gaussian'], 3)}. With light tails points that far away are impossible unless σ is large, and "
            f"then they are no outliers any more.",
            sets(heavy),
        ),
        Question(
            "Heavy cars scatter more. Is a σ that grows with weight worth its extra parameter, by AIC?",
            ("yes, AIC falls", "no, AIC rises"),
            0 if cars.fits["heteroscedastic"].aic < cars.fits["gaussian"].aic else 1,
            f"AIC {show(cars.fits['gaussian'].aic, 4)} with one σ, {show(cars.fits['heteroscedastic'].aic, 4)} with a "
            f"growing one; the slope "
            f"moves from {show(cars.fits['gaussian'].params['slope'], 4)} to "
            f"{show(cars.fits['heteroscedastic'].params['slope'], 4)}, as noisy points count less.",
            sets(fan),
        ),
        Question(
            "O-rings: AIC of Poisson is lower than that of Gaussian noise. Does Poisson fit better?",
            ("yes, by the difference", "that cannot be told from it"),
            1,
            f"{show(counts.fits['poisson'].aic, 4)} comes from probabilities of counts, "
            f"{show(counts.fits['gaussian'].aic, 4)} from densities: "
            "choosing another unit for y would change the second alone. The Q–Q plots may be compared.",
            sets(rings),
        ),
    )  # fmt: skip


def _same_law(key: str, fit: mle.RegressionResult) -> float | None:
    """log L by the family of the noise, where there is one."""
    r = fit.residuals
    if key in ("gaussian", "laplace", STUDENT):
        family = {"gaussian": "normal"}.get(key, key)
        return float(mle.loglik(family, r, [0.0, *(float(a) for a in fit.curve_arguments())]))
    if key == "heteroscedastic":
        return sum(float(mle.loglik("normal", [a], [0.0, s])) for a, s in zip(r, fit.curve_arguments()[0], strict=True))
    if key == "poisson":
        return sum(float(mle.loglik("poisson", [a], [mean])) for a, mean in zip(fit.y, fit.fitted, strict=True))
    return None


def _pull_check(scene: Noises, key: str, fit: mle.RegressionResult) -> list[Check]:
    """ψ at the marked point against the slope of its loss as the fitted mean moves; none at the kink of Laplace's."""
    own = noise_marks.arguments(fit, scene.marked)
    r, step = float(fit.residuals[scene.marked]), 1e-5 * scene.reach
    if key == "laplace" and abs(r) < 2 * step:
        return []

    def loss(up: float) -> float:
        """The point's loss with its fitted mean a little higher."""
        there = own if fit.noise.gaussian_like else (own[0] + up,)
        return float(fit.noise.loss(np.array(r - up), *there))

    if not fit.noise.gaussian_like:
        step = 1e-5 * float(own[0])
    sides = loss(-step), loss(step)
    pull = noise_marks.pull(fit, scene.marked)
    size = abs(pull) + 1e-3 * float(np.abs(fit.influence).max())
    slack = 1e-4 * size + 1e-14 * max(abs(side) for side in sides) / step
    if key == "huber":  # its second derivative jumps
        slack += 5 * step * float(np.abs(fit.noise.curvature(np.linspace(r - step, r + step, 9), *own)).max())
    ways = (
        ("formula", pull, 0.0),
        ("how its loss falls as the fit comes nearer", (sides[0] - sides[1]) / (2 * step), slack),
    )
    return [Check(f"ψ at the marked point, {mle.NOISES[key].name}", ways)]


def _checks(scene: Noises) -> tuple[Check, ...]:
    out = []
    for key, fit in scene.fits.items():
        name, value = mle.NOISES[key].name, fit.loglik
        slack = 1e-8 * (1 + float(np.abs(fit.loglik_per_point).sum()))
        ways = [
            ("the fit", value, 1e-12 * abs(value)),
            ("minus the losses, one by one", float(fit.loglik_per_point.sum()), slack),
        ]
        law = _same_law(key, fit)
        if law is not None:
            ways.append(("the same law as a family of its own", law, slack))
        ways.append(("(2k − AIC)/2", len(fit.free) - fit.aic / 2, slack))
        out.append(Check(f"log L, {name}, nats", tuple(ways)))
        out += _pull_check(scene, key, fit)
        if key != "laplace":
            x = scene.design.full[:, 1]
            balance = float(np.sum(fit.influence * x))
            size = float(np.sum(np.abs(fit.influence * x)))
            out.append(
                Check(
                    f"Σ ψᵢ xᵢ at the best slope, {name}",
                    (("it vanishes", 0.0, 1e-6 * size), ("summed", balance, 1e-6 * size)),
                )
            )
    gaussian = scene.gaussian
    mse, best = float(np.mean(gaussian.residuals**2)), gaussian.params["sigma"] ** 2
    out.append(Check("σ̂² of Gaussian noise", (("maximum likelihood", best, 1e-12 * best), ("MSE", mse, 1e-8 * best))))
    return tuple(out)


def _table(scene: Noises) -> str:
    """Every parameter of every fit, then each point's residual, loss, pull and part in the slope."""
    out = io.StringIO()
    out.write("noise,what,row,value,standard_error\n")
    for key, fit in scene.fits.items():
        out.write(f"{key},loglik_nats,,{fit.loglik!r},\n{key},aic,,{fit.aic!r},\n")
        for name, value in fit.params.items():
            out.write(f"{key},{name},,{value!r},{fit.standard_errors[name]!r}\n")
        columns = {
            "residual": fit.residuals, "loss_nats": -fit.loglik_per_point, "influence": fit.influence,
            "moves_slope": fit.coefficient_influence[:, 1],
        }  # fmt: skip
        for what, values in columns.items():
            for row, value in zip(scene.pairs.rows, values, strict=True):
                out.write(f"{key},{what},{row},{float(value)!r},\n")
    return out.getvalue()


def parts(scene: Noises) -> Parts:
    return Parts(
        reading=reading(scene),
        questions=_questions,
        checks=partial(_checks, scene),
        code=partial(noise_snippet.code, scene),
        table=partial(_table, scene),
        link=query(scene.items),
        file="regression-noise",
        table_name="Fits, residuals, losses and pulls",
        charts={
            "points": "Points and lines",
            "influence": "Influence",
            "density": "Noise density",
            "loss": "Loss",
            "qq": "Q–Q plot",
        },
    )
