"""The numbers of two features and two classes, and what they do not say themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from mle_ui.live import moving
from mle_ui.live.shown import Readout
from mle_ui.numbers import nats, show, with_error
from mle_ui.scenes.classification import settings, two_marks
from mle_ui.scenes.classification.one_words import signed

if TYPE_CHECKING:
    from mle_ui.scenes.classification.points import Points
    from mle_ui.scenes.classification.two import Two

Array = npt.NDArray[np.float64]


def percent(value: float) -> str:
    """A share in per cent; – where nothing is counted."""
    return "–" if np.isnan(value) else f"{100 * value:.1f} %"


def in_model(points: Points) -> list[str]:
    """What the features stand for in the model, where that is not themselves."""
    told = [u for u in (f"x₁ stands for {points.unit(0)}", f"x₂ for {points.unit(1)}") if "/" in u or "(" in u]
    return [f"In the model {', '.join(told)}."] if told else []


def strings(scene: Two, theta: Array, moved: set[str]) -> dict[str, list[str]]:
    keys = {s.key for s in scene.sliders[: scene.count]}
    out: dict[str, list[str]] = {}
    mine = bool(moved & keys or "step" in moved or ("ridge" in moved and theta[:, scene.step].any()))
    if mine or "ridge" in moved:
        found = scene.objective(scene.here(theta), theta[:, -1])
        best = np.array([scene.least(lam) for lam in theta[:, -1].tolist()])
        out["gap"] = [nats(max(v, 0.0)) for v in found.value - best]
        out["slope"] = [" · ".join(map(signed, row)) for row in found.gradient.tolist()]
        if mine:
            out["nll"] = [nats(v) for v in found.losses.sum(axis=1)]
    if mine or "threshold" in moved:
        counted = two_marks.assessed(scene, theta)
        if mine:
            both = zip(counted.brier.tolist(), counted.expected_error.tolist(), strict=True)
            out["brier"] = [f"{a:.3f} · {b:.3f}" for a, b in both]
        out["accuracy"] = [percent(v) for v in counted.accuracy.tolist()]
        out["rates"] = [
            f"{percent(a)} · {percent(b)}"
            for a, b in zip(counted.sensitivity.tolist(), counted.specificity.tolist(), strict=True)
        ]
    if "ridge" in moved:
        fits = [scene.fit_at(lam) for lam in theta[:, -1].tolist()]
        out["coef"] = [" · ".join(with_error(v, e) for v, e in zip(f.theta, f.errors, strict=True)) for f in fits]
        ratios = [[f.odds_ratios()[name] for name in f.columns[1:]] for f in fits]
        out["odds"] = [" · ".join(with_error(r.ratio, r.standard_error) for r in row) for row in ratios]
    return out


def strip(scene: Two) -> list[Readout]:
    now = moving.strings(scene)
    one = scene.points.classes[1]
    weights = "b · w₁ · w₂" + (" · w₁₂" if scene.product else "")
    return [
        Readout("nll", "NLL = cross-entropy, nats", now["nll"], "Σ −log p of each point’s own class."),
        Readout("gap", "above the best, nats", now["gap"], "Of NLL and the ridge’s ½λ|w|²."),
        Readout(
            "slope",
            "Σ(p − y) · Σ(p − y)t",
            now["slope"],
            f"The gradient in {weights.replace(' ·', ',')}, with the ridge’s λw.",
        ),
        Readout("accuracy", "right at τ", now["accuracy"], f"“{one}” is predicted where p ≥ τ."),
        Readout(
            "rates", "sensitivity · specificity", now["rates"], f"Shares of “{one}”, and of the others, that are found."
        ),
        Readout(
            "brier", "Brier · calibration error", now["brier"], "Mean (y − p)², and how far bins are from the diagonal."
        ),
        Readout(
            "coef",
            f"best {weights}, ± se",
            now["coef"],
            f"In units of {scene.points.unit(0)} and {scene.points.unit(1)}.",
        ),
        Readout(
            "odds",
            "best odds a unit, ± se",
            now["odds"],
            f"exp {' · exp '.join(weights.split(' · ')[1:])}: what a unit of each feature multiplies the odds with.",
        ),
    ]


def remarks(scene: Two) -> list[str]:
    out = []
    if scene.fit_at(0.0).separation:
        kind = "A line separates" if not scene.product else "A hyperbola separates"
        cure = (
            f" The ridge λ = {show(scene.ridge)} holds them."
            if scene.ridge
            else " A ridge λ > 0, or one point on the other side, cures it."
        )
        out.append(
            f"{kind} “{scene.points.classes[0]}” from “{scene.points.classes[1]}”: there is no MLE, the weights grow without end and the "
            f"NLL tends to {nats(-scene.fit_at(0.0).loglik)}.{cure}"
        )  # fmt: skip
    if not scene.resting:
        way = settings.way(scene.method, scene.rate)
        now = zip((s.symbol for s in scene.sliders), scene.here(scene.values[None])[0].tolist(), strict=False)
        out.append(
            f"After {scene.values[scene.step]:g} steps of {way}: {', '.join(f'{name} = {show(v, 4)}' for name, v in now)}. At t = 0 the "
            "weights are yours again."
        )  # fmt: skip
    out += in_model(scene.points)
    out.append(
        f"{len(scene.points.y)} points: the filled ones are “{scene.points.classes[1]}”. Source: {scene.points.source}."
    )
    return out
