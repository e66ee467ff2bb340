"""What stands under the forward and reverse fits."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np

import mle_core as mle
from mle_ui.numbers import show
from mle_ui.scenes.kl import fit_marks, settings
from mle_ui.scenes.kl.fit import Fit, mixture
from mle_ui.scenes.kl.states import opened, sets
from mle_ui.state import query
from mle_ui.words import Check, Parts, Question, Reading

READING = Reading(
    (Path(__file__).parent / "read_fit.md").read_text(encoding="utf-8"),
    "6, KL divergence",
    "The article uses D(p‖q) alone, with the data's law in front: that is maximum likelihood, the covering fit.",
)
FAR = {"view": settings.FIT, "apart": "6"}
NEAR = {"view": settings.FIT, "apart": "1"}
PLAIN = {"view": settings.FIT}


def _questions() -> tuple[Question, ...]:
    plain, far, near = opened(PLAIN), opened(FAR), opened(NEAR)
    whole, wide = fit_marks.forward(plain.values[None]), fit_marks.forward(far.values[None])
    best, alone = plain.optima[0], near.optima[0]
    apart = fit_marks.forward(near.values[None])
    return (
        Question(
            "p has two humps, at −2 and 2. Where does the best normal under D(p‖q) put its peak?",
            ("on the larger hump", "between the humps, where p is small", "it has two answers"),
            1,
            f"At {show(float(whole.mu[0]), 3)} with σ = {show(float(whole.sigma[0]), 3)}: mean and standard deviation of p. It must "
            "not miss either hump.",
            sets(PLAIN),
        ),
        Question(
            "And under D(q‖p)?",
            ("on one of the humps", "between them as well", "as wide as possible"),
            0,
            f"At μ = {show(best.params['mu'], 3)}, σ = {show(best.params['sigma'], 3)}, with {show(best.value, 3)} nats; it has "
            f"{len(plain.optima)} local minima in all. Drag the start of the search to see which one it reaches.",
            sets(PLAIN),
        ),
        Question(
            "The humps move apart to Δ = 6. Which fit notices?",
            ("both widen", "only the forward fit widens", "neither"),
            1,
            f"The forward σ grows from {show(float(whole.sigma[0]), 3)} to {show(float(wide.sigma[0]), 3)}; the reverse fit stays at "
            f"σ = {show(far.optima[0].params['sigma'], 3)}.",
            sets(FAR),
        ),
        Question(
            "The humps merge, Δ = 1. What becomes of the two fits?",
            ("they nearly agree", "they swap", "D(q‖p) keeps two minima"),
            0,
            f"Forward σ = {show(float(apart.sigma[0]), 4)}, reverse σ = {show(alone.params['sigma'], 4)}, from {len(near.optima)} minimum.",
            sets(NEAR),
        ),
    )  # fmt: skip


def _checks(scene: Fit) -> tuple[Check, ...]:
    from scipy import integrate, optimize  # heavy, and only this tab needs it

    p = mixture(scene.target)
    forward = fit_marks.forward(scene.values[None])
    mean, width = float(forward.mu[0]), float(forward.sigma[0])
    reach = 12 * max(p.sd, *p.sds)  # a small component may be wider than the whole
    x = np.linspace(p.mean - reach, p.mean + reach, 20001)
    density = np.exp(p.log_density(x))
    first = float(integrate.trapezoid(x * density, x))
    spread = float(np.sqrt(integrate.trapezoid((x - first) ** 2 * density, x)))

    def forward_at(theta: np.ndarray) -> float:
        return float(mle.mixture_divergences(p.weights, p.means, p.sds, theta[0], np.exp(theta[1]), "kl")[0])

    searched = optimize.minimize(
        forward_at, [p.means[0], np.log(p.sds[0])], method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-13}
    )
    best = scene.optima[0]
    mu, sigma = best.params["mu"], best.params["sigma"]
    q = np.exp(mle.FAMILIES["normal"].log_prob(x, (mu, sigma)))
    with np.errstate(all="ignore"):
        terms = q * (mle.FAMILIES["normal"].log_prob(x, (mu, sigma)) - p.log_density(x))
    by_area = float(integrate.trapezoid(np.where(q > 0, terms, 0.0), x))
    again = mle.project_stack(p.weights, p.means, p.sds, "reverse_kl", (mu + 0.05 * sigma, sigma))
    return (
        Check(
            "forward fit, μ",
            (("moments of p", mean, 1e-9), ("integral of x p(x)", first, 1e-7), ("search of the least D(p‖q)", float(searched.x[0]), 2e-4)),
        ),
        Check(
            "forward fit, σ",
            (("moments of p", width, 1e-9), ("integral", spread, 1e-7), ("search of the least D(p‖q)", float(np.exp(searched.x[1])), 2e-4)),
        ),
        Check(
            "least D(q‖p), nats",
            (("Newton’s method from many starts", best.value, 1e-7), ("area under q log(q/p) there", by_area, 1e-5)),
        ),
        Check(
            "where it lies, μ",
            (("many starts", mu, 1e-6), ("many mixtures at once, from a nearby start", float(again.mu[0]), 1e-4 * sigma)),
        ),
    )  # fmt: skip


_CODE = """\
import numpy as np
from scipy import optimize, stats

weights = np.array([{w!r}, {v!r}])
means, sds = np.array([{left!r}, {right!r}]), np.array([{one!r}, {two!r}])
unit = {unit}  # {words}
x = np.linspace(-14, 14, 5601)
p = (weights * stats.norm.pdf(x[:, None], means, sds)).sum(axis=1)
log_p = np.log(p + 1e-300)


def forward(theta):
    log_q = stats.norm.logpdf(x, theta[0], np.exp(theta[1]))
    return np.trapezoid(p * (log_p - log_q), x)


def reverse(theta):
    q = stats.norm.pdf(x, theta[0], np.exp(theta[1]))
    return np.trapezoid(q * (stats.norm.logpdf(x, theta[0], np.exp(theta[1])) - log_p), x)


mean = weights @ means
sd = np.sqrt(weights @ (sds**2 + (means - mean) ** 2))
print(f"moments of p: {{mean:.3f}}, {{sd:.3f}}; D(p||q) = {{forward((mean, np.log(sd))) / unit:.4f}} {words}")
best = optimize.minimize(forward, (0.0, 0.0), method="Nelder-Mead")
print(f"least D(p||q) by search at mu = {{best.x[0]:.3f}}, sigma = {{np.exp(best.x[1]):.3f}}")
for mu, sigma in ((means[0], sds[0]), (means[1], sds[1]), (mean, sd)):
    best = optimize.minimize(reverse, (mu, np.log(sigma)), method="Nelder-Mead")
    print(f"from {{mu:.2f}}: D(q||p) = {{best.fun / unit:.4f}} {words} at mu = {{best.x[0]:.3f}}, sigma = {{np.exp(best.x[1]):.3f}}")
"""


def _code(scene: Fit) -> str:
    w, apart, one, two = scene.target
    unit = "1.0" if scene.unit == "nats" else "np.log(2)"
    return _CODE.format(
        w=w, v=round(1 - w, 6), left=-apart / 2, right=apart / 2, one=one, two=two, unit=unit, words=scene.unit
    )


def _table(scene: Fit) -> str:
    """The target and its fits over x."""
    p, x = mixture(scene.target), np.linspace(-7, 7, 281)
    fits = [
        fit_marks.forward(scene.values[None]),
        *fit_marks.reverse(scene.values[None]),
        fit_marks.third(scene, scene.values[None]),
    ]
    columns = [x, np.exp(p.log_density(x))]
    columns += [mle.FAMILIES["normal"].prob(x, (float(f.mu[0]), float(f.sigma[0]))) for f in fits]
    out = io.StringIO()
    out.write(f"x,p,forward,reverse_left,reverse_right,{scene.third}\n")
    for row in zip(*columns, strict=True):
        out.write(",".join(repr(float(v)) for v in row) + "\n")
    return out.getvalue()


def parts(scene: Fit) -> Parts:
    return Parts(
        reading=READING,
        questions=_questions,
        checks=lambda: _checks(scene),
        code=lambda: _code(scene),
        table=lambda: _table(scene),
        link=query(scene.items),
        file="kl-forward-reverse",
        table_name="Target and fits",
        charts={"fits": "Fits", "search": "Landscape", "orders": "Rényi"},
    )
