"""The numbers of several classes, and what they do not say themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from mle_ui.live import moving
from mle_ui.live.shown import Readout
from mle_ui.numbers import nats, show, with_error
from mle_ui.scenes.classification import many_fit, many_marks, settings
from mle_ui.scenes.classification.many_marks import ASKED, LAM, TAKEN
from mle_ui.scenes.classification.one_words import share, signed
from mle_ui.scenes.classification.two_words import in_model, percent

if TYPE_CHECKING:
    from mle_ui.scenes.classification.many import Many

Array = npt.NDArray[np.float64]


def strings(scene: Many, theta: Array, moved: set[str]) -> dict[str, list[str]]:
    names, own = scene.points.classes, {s.key for s in scene.sliders[:3]}
    mine = bool(moved & own or "step" in moved or ("ridge" in moved and theta[:, TAKEN].any()))
    out: dict[str, list[str]] = {}
    here = scene.here(theta)
    if mine or "ridge" in moved:
        found = many_fit.terms(scene.points, here, theta[:, LAM])
        least = np.array([many_fit.least(scene.points, lam) for lam in theta[:, LAM].tolist()])
        out["gap"] = [nats(max(v, 0.0)) for v in found.value - least]
        out["slope"] = [" · ".join(map(signed, row)) for row in found.gradient[:, scene.whose - 1].tolist()]
        if mine:
            out["nll"] = [nats(v) for v in found.losses.sum(axis=1)]
            right = np.trace(many_marks.counts(scene, here), axis1=1, axis2=2) / len(scene.points.y)
            out["accuracy"] = [percent(v) for v in right.tolist()]
    if mine or moved & {"q1", "q2"}:
        at = theta[:, ASKED]
        p = scene.shares(at[:1], here)[:, 0] if (at == at[0]).all() else scene.shares(at, here[:1])[0]
        out["asked"] = [f"{names[k]}, {share(float(row[k]))}" for k, row in zip(p.argmax(axis=1), p, strict=True)]
    if "ridge" in moved or moved & {"q1", "q2"}:
        fits = [many_fit.fit(scene.points, lam) for lam in theta[:, LAM].tolist()]
        t = (theta[:, ASKED] - np.array(scene.points.centre)) / np.array(scene.points.scale)
        said = [np.nan_to_num(f.predict_proba(row[None])[0]) for f, row in zip(fits, t, strict=True)]
        out["theirs"] = [f"{names[int(np.argmax(p))]}, {share(float(p.max()))}" for p in said]
    if "ridge" in moved:
        rows = slice(3 * (scene.whose - 1), 3 * scene.whose)
        out["coef"] = [
            " · ".join(with_error(v, e) for v, e in zip(f.theta[rows], f.errors[rows], strict=True)) for f in fits
        ]
        ratios = [f.odds_ratios()[scene.whose] for f in fits]
        out["odds"] = [
            " · ".join(with_error(row[name].ratio, row[name].standard_error) for name in f.columns[1:])
            for f, row in zip(fits, ratios, strict=True)
        ]
    return out


def strip(scene: Many) -> list[Readout]:
    now = moving.strings(scene)
    name, first = scene.points.classes[scene.whose], scene.points.classes[0]
    units = f"In units of {scene.points.unit(0)} and {scene.points.unit(1)}."
    return [
        Readout("nll", "NLL = cross-entropy, nats", now["nll"], "Σ −log p of each point’s own class: the bars, added up."),
        Readout("gap", "above the best, nats", now["gap"], "Of NLL and the ridge’s ½λΣw²."),
        Readout("slope", "Σ(p − y) · Σ(p − y)t", now["slope"], f"The gradient in the weights of {name}, with the ridge’s λw."),
        Readout("accuracy", "named rightly", now["accuracy"], "Where the most probable class is the true one."),
        Readout("asked", "yours at ★", now["asked"], "The most probable class at the purple point, and its probability."),
        Readout("theirs", "the best’s at ★", now["theirs"], "What the best weights say there."),
        Readout("coef", "best b · w₁ · w₂, ± se", now["coef"], f"Of {name} against {first}. {units}"),
        Readout(
            "odds", "best odds a unit, ± se", now["odds"],
            f"What a unit of each feature multiplies the odds of {name} against {first} with.",
        ),
    ]  # fmt: skip


def remarks(scene: Many) -> list[str]:
    out = []
    separation = many_fit.fit(scene.points, 0.0).separation
    if separation:
        kind = "All classes are" if separation == "complete" else "Some class is"
        cure = f" The ridge λ = {show(scene.ridge)} keeps them." if scene.ridge else " A ridge λ > 0 gives finite ones."
        out.append(f"{kind} separated from the others by lines: there is no MLE, weights run off to infinity.{cure}")
    if not scene.resting:
        way = settings.way(scene.method, scene.rate)
        b, first, second = scene.weights[scene.whose - 1].tolist()
        out.append(
            f"After {scene.values[TAKEN]:g} steps of {way} for all classes at once: b = {show(b, 4)}, w₁ = {show(first, 4)}, "
            f"w₂ = {show(second, 4)}. At t = 0 the weights are yours again."
        )  # fmt: skip
    out += in_model(scene.points)
    out.append(
        f"{len(scene.points.y)} points of {scene.count} classes: {', '.join(scene.points.classes)}. Source: {scene.points.source}."
    )
    return out
