"""The questions of the Try tab: two about the present state, three about families where the hill is no round one."""

from __future__ import annotations

from functools import partial

import numpy as np

import mle_core as mle
from mle_ui.numbers import nats, show
from mle_ui.scenes import states
from mle_ui.scenes.samples import GENERATED, OWN
from mle_ui.scenes.surface.scene import Scene
from mle_ui.words import Question

#: How far from the estimate the two nulls of the first question lie, in standard errors, where there is room.
AWAY = 2.3
FEW, MANY = "50", "200"
SAMPLE = {"data": GENERATED, "draws": FEW}
CLIFF = {**SAMPLE, "family": "uniform", "from": "uniform"}
HILLS = {"data": OWN, "x": "-7 -3 0 4 6", "family": "cauchy", "x0": "-5", "gamma": "0.2983"}
SPIKE = {
    "data": OWN, "x": "0.2 0.6 1 1.3 2.4 4.8 5.2 5.5 6.1 6.4", "family": "normal_mixture", "pair": "mu1-sigma1", "third": "fixed",
    "weight": "0.1", "mu1": "2.4", "sigma1": "0.3", "mu2": "3.7", "sigma2": "2.6", "test": "off",
}  # fmt: skip
RIDGE = {"data": "faithful_waiting", "family": "student_t", "pair": "mu-nu", "third": "profiled", "test": "nu"}


def questions(scene: Scene) -> tuple[Question, ...]:
    return (_about_tests(scene) or _about_levels(scene), _about_n(scene), _hills(), _spike(), _ridge())


_opened, _sets = partial(states.opened, "surface"), partial(states.sets, "surface")


def _about_tests(scene: Scene) -> Question | None:
    """The null on either side of the estimate, for a parameter whose hill leans: a scale, if there is one."""
    regular = [p for p in scene.prepared.params if p.regular and p.name in scene.profiled]
    scales = [p for p in reversed(regular) if p.scale == "log"]
    found = (_about_nulls(scene, param) for param in (*scales, *(p for p in regular if p not in scales)))
    return next((question for question in found if question), None)


def _about_nulls(scene: Scene, param: mle.Param) -> Question | None:
    fit = scene.fit
    centre, error = scene.prepared.estimates[param.name]
    if not (np.isfinite(centre) and np.isfinite(error) and error > 0):
        return None
    nulls = scene.prepared.null(scene.sliders[scene.names.index(param.name)], None).values
    inside = np.array([v for v in nulls if np.isfinite(v)])
    away = min(AWAY, 0.98 * (centre - inside[0]) / error, 0.98 * (inside[-1] - centre) / error)
    below, above = (float(inside[np.argmin(np.abs(inside - centre - side * away * error))]) for side in (-1, 1))
    found = mle.tests_along(fit, param.name, [below, above])
    if away < 0.5 or not (
        np.isfinite(found.lr).all() and np.isfinite(found.score).all() and np.isfinite(found.wald).all()
    ):
        return None
    ratio, wald, score = (f"{low:.2f} and {high:.2f}" for low, high in (found.lr, found.wald, found.score))
    symbol = param.symbol
    return Question(
        f"H₀: {symbol} = {show(below)} lies {away:.1f} standard errors below {symbol}̂; drag the dotted line to {show(above)}, as far above "
        "it. Which test statistic is about the same on both sides, whatever the family?",
        ("likelihood ratio", "Wald", "score"),
        1,
        f"Wald measures the width alone: {wald}. The likelihood ratio, a height, is {ratio}; the score, a slope, {score}. An interval "
        "holds the nulls that its test does not reject, so Wald's is the one that is always symmetric.",
        {"test": param.name, "null": below},
    )  # fmt: skip


def _about_levels(scene: Scene) -> Question:
    df = 2 if scene.pair else 1
    return Question(
        f"How many nats below the maximum does the 95 % {'contour' if df == 2 else 'limit'} lie?",
        ("1.645", "1.921", "2.996", "5.000"),
        2 if df == 2 else 1,
        f"Half the 95 % quantile of χ² with {df} degree{'s' if df > 1 else ''} of freedom: {mle.likelihood_ratio_drop(0.95, df):.3f} nats, "
        "whatever the data or the family.",
        {s.key: s.values[s.index(scene.fit.params[s.key])] for s in scene.sliders if s.key in scene.names},
    )


def _about_n(scene: Scene) -> Question:
    """Four times as many observations: of a round hill, or of one that ends in a cliff."""
    if all(param.regular for param in scene.prepared.params):
        few, many = (_opened({**SAMPLE, "draws": n}).prepared.estimates["mu"] for n in (FEW, MANY))
        return Question(
            f"{FEW} normal observations give μ̂ = {show(few[0], 3)} ± {show(few[1], 2)}. Drag n to {MANY}: how wide is the hill then?",
            ("as wide", "half as wide", "a quarter as wide"),
            1,
            f"± {show(many[1], 2)} at n = {MANY}. ℓ is a sum over observations, so its curvature grows like n and the standard error "
            "falls like 1/√n.",
            _sets(SAMPLE),
        )
    spans = [np.ptp(_opened({**CLIFF, "draws": n}).intervals("low")["likelihood"]) for n in (FEW, MANY)]
    return Question(
        f"{FEW} uniform observations: the hill ends in a cliff at the smallest one. How wide is the low end's interval at n = {MANY}?",
        ("as wide", "half as wide", "about a quarter as wide"),
        2,
        f"{show(float(spans[0]), 2)} at n = {FEW}, {show(float(spans[1]), 2)} at n = {MANY}: there is no round top and no curvature, and "
        "the gap to the outermost observation shrinks like 1/n, not 1/√n.",
        _sets(CLIFF),
    )  # fmt: skip


def hills(values: np.ndarray) -> int:
    """How many local maxima a curve has."""
    inner = values[1:-1]
    return int(np.sum((inner > values[:-2]) & (inner > values[2:])))


def _hills() -> Question:
    scene = _opened(HILLS)
    grid = scene.axis("x0").grid(2001)
    held = hills(scene.loglik(np.stack([grid, np.full(grid.size, scene.value("gamma"))], axis=1)))
    free = hills(scene.profile("x0").values)
    options = ("1", "2", "5")
    return Question(
        f"Five numbers far apart, and a Cauchy whose scale is held at γ = {scene.value('gamma'):g}: the blue line. How many tops has it?",
        options,
        options.index(str(held)),
        f"{held}: heavy tails let it sit on one number and call the others outliers. Drag γ up and they melt together; the profile, which "
        f"gives γ its best value everywhere, has {free}. Climbing from a bad start with a bad γ ends on the wrong one.",
        _sets(HILLS),
    )  # fmt: skip


def _spike() -> Question:
    scene = _opened(SPIKE)
    place = scene.names.index("sigma1")
    widths = [0.3, 0.15, 0.075]
    theta = np.repeat(scene.theta[None], len(widths), axis=0)
    theta[:, place] = widths
    heights = scene.loglik(theta)
    drawn = ", ".join(f"{nats(h)} at {w:g}" for h, w in zip(heights.tolist(), widths, strict=True))
    return Question(
        "Two normals mixed, the first one on top of the number 2.4. Drag its σ₁ towards 0 (or the point downwards). What does ℓ do?",
        ("it falls to −∞", "it levels off", "it grows without bound"),
        2,
        f"ℓ is {drawn}: near the end each halving adds log 2 = 0.693 nats, for ever. The fingers at the lower edge stand over the numbers. "
        "So the maximum-likelihood estimate of a mixture is the highest top that is no spike.",
        _sets(SPIKE),
    )  # fmt: skip


def _ridge() -> Question:
    scene = _opened(RIDGE)
    profile = scene.profile("nu")
    drops = scene.fit.loglik - np.interp([5.0, 20.0], profile.grid, profile.values)
    return Question(
        "A Student-t is fitted to Old Faithful's waiting times, which have two humps and light tails. Which ν does maximum likelihood "
        "choose?",
        ("about 1", "about 10", "∞"),
        2,
        f"The ridge climbs out of the picture: {nats(drops[0])} nats are missing at ν = 5, {nats(drops[1])} at 20, none at ν = ∞, the "
        "normal. The page says so instead of showing the place where an optimiser gave up.",
        _sets(RIDGE),
    )
