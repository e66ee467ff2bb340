"""The numbers of one feature, and what they do not say themselves."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.live import moving
from mle_ui.live.shown import Readout
from mle_ui.numbers import nats, show, with_error
from mle_ui.scenes.classification import one_fit, settings
from mle_ui.scenes.classification.one_marks import AT, RIDGE, STEP, scaled

if TYPE_CHECKING:
    from mle_ui.scenes.classification.one import One

Array = npt.NDArray[np.float64]


def signed(value: float) -> str:
    """Two decimals with a real minus sign."""
    text = f"{round(value, 2) + 0.0:.2f}" if abs(value) < 1e4 else show(value, 3)
    return text.replace("-", "−")


def share(value: float) -> str:
    """A probability in three digits that does not round to certainty."""
    if 0.9995 <= value < 1:
        return f"1 − {show(1 - value, 2)}"
    return show(value, 3)


def odds(found: mle.ClassifierResult) -> str:
    """The odds ratio of the weight with its standard error and its 95 % interval."""
    ratio = found.odds_ratios()["x1"]
    if not math.isfinite(ratio.low) or not math.isfinite(found.theta[1]):
        return f"× {show(ratio.ratio, 3)}"
    return f"× {with_error(ratio.ratio, ratio.standard_error)} ({show(ratio.low, 2)} to {show(ratio.high, 3)})"


def prediction(found: mle.ClassifierResult, t: float) -> str:
    """The best curve's probability at t with its 95 % interval."""
    p = float(found.predict_proba([t])[0])
    low, high = (float(end[0]) for end in found.probability_interval([t]))
    return f"{share(p)} ({share(low)} to {share(high)})"


def raw_line(scene: One) -> Array:
    """Intercept and slope of the best logits in x itself."""
    b, w = scene.fit.theta
    slope = w / scene.points.scale[0]
    return np.array([b - slope * scene.points.centre[0], slope])


def strings(scene: One, theta: Array, moved: set[str]) -> dict[str, list[str]]:
    points = scene.points
    stepped = bool(theta[:, STEP].any())
    out: dict[str, list[str]] = {}
    if moved & {"b", "w", "step", "ridge"}:
        here = scene.here(theta)
        found = one_fit.objective(points, here, theta[:, RIDGE])
        best = np.array([one_fit.best_value(points, lam) for lam in theta[:, RIDGE].tolist()])
        out["gap"] = [nats(max(v, 0.0)) for v in found.value - best]
        out["slope"] = [f"{signed(a)} · {signed(b)}" for a, b in found.gradient.tolist()]
        if moved - {"ridge"} or stepped:
            out["nll"] = [nats(v) for v in found.losses.sum(axis=1)]
    if moved & {"b", "w", "step", "at"} or stepped:
        here = scene.here(theta)
        t = scaled(points, theta[:, AT])
        same = (t == t[0]).all()
        p = mle.logistic_probabilities(t[:1], here)[:, 0] if same else mle.logistic_probabilities(t, here[0])
        out["mine"] = [share(v) for v in p.tolist()]
    if moved & {"ridge", "at"}:
        fits = [one_fit.fit(points, lam) for lam in theta[:, RIDGE].tolist()]
        out["fit"] = [prediction(f, t) for f, t in zip(fits, scaled(points, theta[:, AT]).tolist(), strict=True)]
        if "ridge" in moved:
            out["odds"] = [odds(f) for f in fits]
            out["coef"] = [" · ".join(with_error(f.theta[j], f.errors[j]) for j in (0, 1)) for f in fits]
    return out


def strip(scene: One) -> list[Readout]:
    now = moving.strings(scene)
    unit = scene.points.unit()
    return [
        Readout("nll", "NLL = cross-entropy, nats", now["nll"], "Σ −log p(yᵢ|xᵢ): the bars under the picture, added up."),
        Readout("gap", "above the best, nats", now["gap"], "Of NLL and the penalty ½λw², against the purple cross."),
        Readout("slope", "Σ(p − y) · Σ(p − y)t", now["slope"], f"The gradient in b and in w, with the ridge’s λw. t = {unit}."),
        Readout("mine", "your p at the green line", now["mine"]),
        Readout("fit", "best p there, 95 %", now["fit"], "Of the likelihood, or with λ of NLL + ½λw²; a Wald interval of its logit."),
        Readout("coef", "best b · w, ± se", now["coef"], f"In units of t = {unit}."),
        Readout("odds", "best odds a unit, ± se, 95 %", now["odds"], "exp w: what a unit of t multiplies the odds with."),
    ]  # fmt: skip


def remarks(scene: One) -> list[str]:
    points = scene.points
    out = []
    counts = np.bincount(points.y, minlength=2)
    if 0 in counts:
        only = 1 if counts[0] == 0 else 0
        out.append(
            f"All {len(points.y)} labels are {only}: the likelihood has no maximum, as the intercept runs off for good; flip or add a "
            f"point of the other label, “{points.outcome}” being 1."
        )  # fmt: skip
    elif scene.separation:
        kind = (
            "one threshold tells all labels apart"
            if scene.separation == "complete"
            else "labels meet only where x is tied"
        )
        ridge = (
            f" The ridge λ = {show(scene.ridge)} keeps w at {show(float(scene.fit.theta[1]), 3)}."
            if scene.ridge
            else " A ridge (λ > 0), or a point on the other side, brings a maximum back."
        )
        out.append(
            f"Separable: {kind}, so there is no MLE. The NLL falls towards {nats(-one_fit.fit(points, 0.0).loglik)} while |w| grows with "
            f"the logarithm of the steps.{ridge}"
        )  # fmt: skip
    if points.unit() != "x" and np.isfinite(scene.fit.theta).all():
        raw = raw_line(scene)
        out.append(
            f"t = {points.unit()}. In x itself the best line of logits is {show(float(raw[0]), 5)} {'+' if raw[1] >= 0 else '−'} "
            f"{show(abs(float(raw[1])), 4)} x."
        )  # fmt: skip
    if not scene.resting:
        b, w = scene.here(scene.values[None])[0]
        way = settings.way(scene.method, scene.rate)
        out.append(
            f"After {scene.values[STEP]:g} steps of {way}: b = {show(float(b), 4)}, w = {show(float(w), 4)}. At t = 0 the curve is "
            "yours again."
        )  # fmt: skip
    out.append(f"{len(points.y)} observations; 1 means {points.outcome}. Source: {points.source}.")
    return out
