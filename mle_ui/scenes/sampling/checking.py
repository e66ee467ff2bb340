"""What is counted, counted again: from other samples, by exact moments, and by building intervals one by one."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np

import mle_core as mle
from mle_core import simulation
from mle_ui.scenes.sampling.repeated import Repeated, hatted
from mle_ui.scenes.sampling.sims import LEVEL, Sims, sims
from mle_ui.words import Check

#: Intervals that are built one by one.
BUILT = 40


def _again(scene: Repeated, found: Sims) -> Sims:
    """As many samples with another seed."""
    plan = replace(scene.plan, seed=scene.plan.seed + 1)
    canonical = simulation.canonical_theta(scene.family, scene.own(scene.theta))
    return sims(plan, tuple(canonical.tolist()), found.n, float(scene.theta[-1]) if scene.heavy else None)


def moments(scene: Repeated) -> list[Check]:
    """Mean error and spread of the estimator, at the present n and truth, over all samples."""
    found = scene.at(scene.theta)
    other, repeats = _again(scene, found), scene.plan.repeats
    unit = float(scene.units(scene.theta[None], [found])[0])
    estimand, center = scene.estimand, scene.centers(scene.theta[None])[0]
    means, spreads = [], []
    if estimand.moments is not None and not scene.heavy:
        mean, variance = estimand.moments(center, found.n)
        means.append(("exact law of the estimator", mean - float(estimand.truth(center)), 0.0))
        spreads.append(("exact law of the estimator", float(np.sqrt(variance)), 0.0))
    for words, each in ((f"{repeats} samples", found), (f"{repeats} others, seed {scene.plan.seed + 1}", other)):
        mean, error = each.mean(repeats)
        variance, about = each.variance(repeats)
        means.append((words, mean * unit, 4.5 * error * unit))
        # The delta method for a root; a heavy tail makes its own error uncertain, so it is doubled.
        spreads.append((words, np.sqrt(variance) * unit, 9 * about * unit / (2 * np.sqrt(variance))))
    hat = hatted(estimand)
    return [Check(f"mean of {hat} − {scene.own_symbol}", tuple(means)), Check(f"sd of {hat}", tuple(spreads))]


def information(scene: Repeated) -> Check:
    """The expected information as variance of the score."""
    law, place = scene.family, scene.estimand.place
    theta = scene.own(scene.theta)
    unit = law.fisher(theta)
    assert unit is not None
    x = law.sample(theta, 40_000, np.random.default_rng(8))
    scores = law.scores(x, theta)[:, place] ** 2
    symbol = law.params[place].symbol
    return Check(
        f"information of one observation about {symbol}",
        (
            ("closed form", float(unit[place, place]), 0.0),
            (
                "mean squared score of 40 000 draws",
                float(scores.mean()),
                float(4.5 * scores.std() / 200 + 1e-12 * scores.mean()),
            ),
        ),
    )


def built_intervals(scene: Repeated) -> list[Check]:
    """Coverage of the first samples by tests of the true value, and by building each interval."""
    found = scene.at(scene.theta)
    law, n, name = scene.family, found.n, scene.plan.name
    canonical = simulation.canonical_theta(law, scene.own(scene.theta))
    rng = np.random.default_rng(scene.plan.seed)
    source, at = law, canonical
    if scene.heavy:
        source, at = mle.FAMILIES["student_t"], np.append(canonical, scene.theta[-1])
    samples = source.sample(at, n * BUILT, rng).reshape(BUILT, n)
    value = float(found.center[law.index(name)])
    out = []
    for method in ("likelihood", "wald"):
        inside = 0
        for x in samples:
            try:
                low, high = mle.interval(mle.fit(law, x), name, LEVEL, method)
            except ValueError:  # a sample without an interval covers nothing
                continue
            inside += low <= value <= high
        counted = found.roots.coverage(LEVEL, BUILT)[method].rate
        words = "Wald" if method == "wald" else method
        out.append(
            Check(
                f"{words} intervals of the first {BUILT} samples that cover",
                (("test of the true value", counted * BUILT, 0.0), ("intervals built one by one", float(inside), 0.0)),
            )
        )
    return out


def table(scene: Repeated) -> str:
    """Every sample's estimates as CSV, at the present n and truth."""
    found = scene.at(scene.theta)
    theta = scene.own(scene.theta)
    estimates = simulation.carry(scene.family, found.roots.estimates, theta)
    errors = simulation.carry_errors(scene.family, found.roots.standard_errors, theta)
    covered = {method: found.roots.covered(method, LEVEL) for method in scene.methods}
    out = io.StringIO()
    names = scene.family.names
    head = ["sample", *names, *(f"error_{name}" for name in names), *(f"{m}_covers_{scene.plan.name}" for m in covered)]
    out.write(",".join(head) + "\n")
    for i in range(scene.plan.repeats):
        numbers = [*estimates[i].tolist(), *errors[i].tolist()]
        out.write(
            ",".join([str(i + 1), *(repr(v) for v in numbers), *(str(int(c[i])) for c in covered.values())]) + "\n"
        )
    return out.getvalue()
