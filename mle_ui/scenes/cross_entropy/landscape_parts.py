"""What stands under the landscape."""

from __future__ import annotations

import io
import math
from pathlib import Path

import numpy as np

import mle_core as mle
from mle_ui.live import moving
from mle_ui.numbers import nats, show
from mle_ui.scenes.cross_entropy import settings
from mle_ui.scenes.cross_entropy.landscape import Landscape
from mle_ui.scenes.cross_entropy.landscape_rows import COUNTS
from mle_ui.scenes.cross_entropy.states import opened, sets
from mle_ui.scenes.cross_entropy.truths import MOST
from mle_ui.state import query
from mle_ui.words import Check, Parts, Question, Reading

READING = Reading(
    (Path(__file__).parent / "read_theta.md").read_text(encoding="utf-8"),
    "7, Cross-entropy",
    "The article writes ∇D(p‖q) = −Σ p log q. That is the cross-entropy itself, and a gradient cannot equal it: the gradient is "
    "−Σ p ∇log q. And where it says that “the landscape would be different”: D and H differ by a constant in θ, NLL by "
    "the factor m; the shapes are the same.",
)
BASE = {"view": settings.LANDSCAPE}


def _query(scene: Landscape, **changed: str) -> dict[str, str]:
    """This state's truth, seed and sliders, with some changed."""
    own = {slider.key: slider.labels[step] for slider, step in zip(scene.sliders, scene.steps, strict=True)}
    return BASE | {"truth": scene.kind, "over": scene.over, "seed": str(scene.seed)} | own | changed  # fmt: skip


def _questions(scene: Landscape) -> tuple[Question, ...]:
    symbol = scene.param.symbol
    now = moving.strings(scene)
    slope, seen = now["slopes"].split(" · ")
    few = str(scene.m) if scene.m < COUNTS[-1] else str(COUNTS[len(COUNTS) // 2])
    best, own = moving.strings(opened(_query(scene, m=few)))["argmins"].split(" · ")
    moved = _query(scene, shift="2", scale="2")
    many = _query(scene, m=str(COUNTS[-1]))
    later = moving.strings(opened(many))
    mixed = BASE | {"truth": settings.MIXTURE, "over": "sigma", "seed": str(scene.seed), "m": str(COUNTS[-1])}
    mixture = opened(mixed)
    near = mle.nearest_normal(mle.central_moments(mixture.p))
    fit = mle.nearest_normal(mle.empirical_moments(mixture.x))
    left = float(mle.toward_normal(mle.central_moments(mixture.p), *near).value) - mle.entropy(mixture.p)
    return (
        Question(
            f"At your θ, how do the slopes of H(p, q) and D(p‖q) over {symbol} compare?",
            ("H is steeper", "D is steeper", "they are equal"),
            2,
            f"Both {slope} nats per unit: their gap H(p) = {now['entropy']} does not depend on θ. The sample’s slope is {seen}.",
            sets(_query(scene)),
        ),
        Question(
            "The landscape is multiplied by 2 and raised by 2 nats. Where is its minimum?",
            ("further right", "where it was", "nearer to zero"),
            1,
            f"Still at {symbol} = {best}: the dashed curve has another height and twice the slope, and the same argmin.",
            sets(moved),
        ),
        Question(
            f"NLL/m of {few} observations: where is its minimum?",
            (f"at {best}, where H has its", "elsewhere, and it moves with the sample"),
            1,
            f"At {own}. With {COUNTS[-1]} observations it is at {later['argmins'].split(' · ')[1]}, and NLL/m at your θ is "
            f"{later['nll']}, beside H = {later['cross']}.",
            sets(many),
        ),
        Question(
            "p is a mixture of two normals, q one normal. Does the MLE settle as m grows?",
            ("no: the model is wrong", "yes, at one of the two parts", "yes, at the normal nearest in D(p‖q)"),
            2,
            f"At μ̂ = {show(float(fit[0]), 3)}, σ̂ = {show(float(fit[1]), 3)} after {COUNTS[-1]}; the nearest normal has "
            f"{show(float(near[0]), 3)} and {show(float(near[1]), 3)}. D stays at {nats(left)} nats there.",
            sets(mixed | {"mu": f"{round(float(near[0]) / 0.025) * 0.025:.7g}"}),
        ),
    )  # fmt: skip


def _checks(scene: Landscape) -> tuple[Check, ...]:
    mu, sigma = float(scene.theta[0]), float(scene.theta[1])
    p, q = scene.p, mle.Distribution("normal", mu=mu, sigma=sigma)
    moments = mle.central_moments(p)
    found = mle.toward_normal(moments, mu, sigma)
    value, slope = float(found.value), float(scene.slope(found))
    tight = 1e-8 * (1 + abs(value))
    own = float(scene.truth.entropy(scene.theta[None, 5:])[0])
    by_quadrature = mle.divergence("kl", p, q, "quadrature")
    drawn = p.quantile(np.random.default_rng(5).random(40_000))
    losses = -q.log_prob(drawn)
    h = 1e-5 * sigma
    ends = [(mu - h, sigma), (mu + h, sigma)] if scene.over == "mu" else [(mu, sigma - h), (mu, sigma + h)]
    low, high = (mle.cross_entropy(p, mle.Distribution("normal", mu=a, sigma=b)) for a, b in ends)
    scores = -np.array([float(mle.score("normal", drawn, (mu, sigma))[0 if scene.over == "mu" else 1]) / drawn.size])
    single = mle.empirical_moments(drawn[:, None])
    spread = float(scene.slope(mle.toward_normal(single, mu, sigma)).std()) / math.sqrt(drawn.size)
    x = scene.x
    sample = mle.empirical_moments(x)
    best = float(scene.best(sample, scene.theta[0], scene.theta[1]))
    fit = mle.fit("normal", x, fixed={"sigma": sigma} if scene.over == "mu" else {"mu": mu})
    mean = float(mle.toward_normal(sample, mu, sigma).value)
    summed = -float(mle.loglik("normal", x, [mu, sigma])) / x.size
    near = mle.nearest_normal(moments)
    projected = mle.pseudo_true("normal", (p.family, p.theta))
    return (
        Check(
            "H(p, q), nats",
            (
                ("from p’s mean and variance", value, tight),
                ("H(p) + D(p‖q), D by quadrature", own + by_quadrature.value, by_quadrature.error + tight),
                ("mean of −log q over 40,000 draws", float(losses.mean()), 4 * float(losses.std()) / math.sqrt(losses.size)),
            ),
        ),
        Check(
            f"slope over {scene.param.symbol}",
            (
                ("−E ∂log q, closed form", slope, 1e-9 * (1 + abs(slope))),
                ("finite difference of H by quadrature", (high - low) / (2 * h), 1e-4 * (1 + abs(slope))),
                ("minus the mean score of 40,000 draws", float(scores[0]), 4 * spread + 1e-12),
            ),
        ),
        Check("NLL/m, nats", (("cross-entropy of the empirical law", mean, tight), ("−Σ log q / m", summed, tight))),
        Check(
            "argmin of NLL/m",
            (("moments of the sample", best, 1e-9), ("the fit", float(fit.params[scene.over]), 1e-6 * (1 + abs(best)))),
        ),
        Check(
            "σ of the nearest normal",
            (
                ("moments of p", float(near[1]), 1e-9),
                ("maximum of E log q, by quadrature", projected.params["sigma"], 2e-3 * float(near[1])),
            ),
        ),
    )  # fmt: skip


_SAMPLES = {
    settings.NORMAL: "p = stats.norm(0, {width!r})\nx = p.ppf(np.random.default_rng({seed}).random({most}))[:m]",
    settings.STUDENT: "p = stats.t({nu!r}, 0, {width!r})\nx = p.ppf(np.random.default_rng({seed}).random({most}))[:m]",
    settings.MIXTURE: (
        "w, d, s = {weight!r}, {apart!r}, {width!r}  # weight of the left part, distance, width of each\n"
        "p = stats.Mixture([stats.Normal(mu=-d / 2, sigma=s), stats.Normal(mu=d / 2, sigma=s)], weights=[w, 1 - w])\n"
        "side = np.where(np.random.default_rng(({seed}, 1)).random({most}) < w, -0.5, 0.5)\n"
        "x = (side * d + s * stats.norm.ppf(np.random.default_rng({seed}).random({most})))[:m]"
    ),
}
_CODE = """\
import numpy as np
from scipy import stats

m, mu, sigma = {m}, {mu!r}, {sigma!r}
{sample}
q = stats.norm(mu, sigma)

t, step = np.linspace(-13, 13, 260_001, retstep=True)
grid = np.sinh(t)  # fine in the middle, and far out into the tails
density = p.pdf(grid)
weights = density * np.cosh(t) * step


def mean(values):  # E_p, as a fine sum
    return np.sum(weights * values)


own = -mean(np.log(np.where(density > 0, density, 1)))
crossed = mean(-q.logpdf(grid))
print(f"H(p, q) = {{crossed:.3f}}, D(p||q) = {{crossed - own:.3f}}, gap H(p) = {{own:.3f}} nats")

slopes = {slope}
nll = -q.logpdf(x).mean()
error = np.sqrt(mean((q.logpdf(grid) + crossed) ** 2) / m)
print(f"NLL/m = {{nll:.4f}} +- {{error:.4f}}")
print(f"slope over {over}: H and D {{mean(slopes(grid)):.3f}}, NLL/m {{slopes(x).mean():.3f}}")
best, found = {best}
print(f"argmin over {over}: H and D {{best:.3f}}, NLL/m {{found:.3f}}")
"""
_SLOPES = {"mu": "lambda x: -(x - mu) / sigma**2", "sigma": "lambda x: 1 / sigma - (x - mu) ** 2 / sigma**3"}
_BESTS = {"mu": "mean(grid), x.mean()", "sigma": "np.sqrt(mean((grid - mu) ** 2)), np.sqrt(np.mean((x - mu) ** 2))"}


def _code(scene: Landscape) -> str:
    values = {slider.key: float(v) for slider, v in zip(scene.sliders, scene.theta, strict=True)}
    sample = _SAMPLES[scene.kind].format(seed=scene.seed, most=MOST, **values)
    return _CODE.format(
        m=scene.m, mu=values["mu"], sigma=values["sigma"], sample=sample, slope=_SLOPES[scene.over], best=_BESTS[scene.over],
        over=scene.over,
    )  # fmt: skip


def _table(scene: Landscape) -> str:
    """The curves over the parameter."""
    rows = scene.rows(scene.theta[None])
    crossed = scene.along(rows.moments, rows, scene.grid)[0]
    seen = scene.along(rows.sample, rows, scene.grid)[0]
    out = io.StringIO()
    out.write(f"{scene.over},cross_entropy_nats,divergence_nats,nll_per_observation_nats\n")
    for at, c, n in zip(scene.grid.tolist(), crossed.tolist(), seen.tolist(), strict=True):
        out.write(f"{at!r},{c!r},{c - float(rows.entropy[0])!r},{n!r}\n")
    return out.getvalue()


def parts(scene: Landscape) -> Parts:
    return Parts(
        reading=READING,
        questions=lambda: _questions(scene),
        checks=lambda: _checks(scene),
        code=lambda: _code(scene),
        table=lambda: _table(scene),
        link=query(scene.items),
        file=f"cross-entropy-{scene.kind}-{scene.over}",
        table_name="Landscape",
        charts={"landscape": "Landscape", "laws": "p and q", "pull": "Gradient", "funnel": "NLL/m", "found": "Argmin"},
    )
