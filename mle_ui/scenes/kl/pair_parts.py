"""What stands under the two Gaussians."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np

import mle_core as mle
from mle_ui.numbers import show
from mle_ui.scenes.kl import settings
from mle_ui.scenes.kl.pair import Pair, preset
from mle_ui.scenes.kl.states import opened, sets
from mle_ui.state import query
from mle_ui.words import Check, Parts, Question, Reading

READING = Reading(
    (Path(__file__).parent / "read_pair.md").read_text(encoding="utf-8"),
    "6, KL divergence",
    "The article calls D a measure of distance that is not symmetric. It also breaks the triangle inequality: "
    "read it as a cost, in nats for each draw, of using q where p is true.",
)


def _query(words: str) -> dict[str, str]:
    return {"view": settings.PAIR} | {key: f"{value:g}" for key, value in preset(words).items()}


def _both(scene: Pair) -> tuple[float, float]:
    return float(mle.divergence("kl", scene.p, scene.q).value), float(
        mle.divergence("reverse_kl", scene.p, scene.q).value
    )


def _questions() -> tuple[Question, ...]:
    means, widths, far, near = (opened(_query(w)) for w in ("Equal means", "Equal widths", "Far apart", "Nearly equal"))
    wide, narrow = _both(means)
    one, other = _both(widths)
    shut, open_ = _both(far)
    small, back = _both(near)
    areas = mle.kl_areas_normal(*near.laws)
    return (
        Question(
            "Same mean, q twice as wide as p. Which direction costs more?",
            ("D(p‖q), the narrow one in front", "D(q‖p), the wide one in front", "both cost the same"),
            1,
            f"D(q‖p) = {show(narrow, 4)} nats against D(p‖q) = {show(wide, 4)}. The wide law often draws points that "
            "the narrow one thinks nearly impossible.",
            sets(_query("Equal means")),
        ),
        Question(
            "Can the two directions ever agree while p ≠ q?",
            ("never", "yes, for equal widths", "only in bits"),
            1,
            f"With equal widths both are half the squared distance of the means in units of σ: {show(one, 4)} and {show(other, 4)} nats.",
            sets(_query("Equal widths")),
        ),
        Question(
            "q is a thousand times narrower than p. About how large is D(p‖q)?",
            ("7 nats: the logarithm of 1000", "1000 nats", "500 000 nats"),
            2,
            f"D(p‖q) = {show(shut, 6)} nats: half the square of the ratio. The other way round it is only "
            f"{show(open_, 4)} nats, about log 1000 − ½: a narrow law inside a wide one is forgiven.",
            sets(_query("Far apart")),
        ),
        Question(
            "p and q nearly agree. How do the areas of gain and loss compare with D?",
            ("they are as small as D", "they are much larger than D", "the loss vanishes"),
            1,
            f"Gain {show(float(areas.positive), 3)} and loss {show(float(areas.negative), 3)} nats nearly cancel: "
            f"D(p‖q) = {show(small, 3)}, D(q‖p) = {show(back, 3)}. D is of second order in the difference, so the two directions nearly "
            "agree here, and Monte Carlo needs many draws.",
            sets(_query("Nearly equal")),
        ),
    )  # fmt: skip


def _checks(scene: Pair) -> tuple[Check, ...]:
    p, q, laws = scene.p, scene.q, scene.laws
    checks = []
    for kind, swapped in (("kl", laws), ("reverse_kl", (*laws[2:], *laws[:2]))):
        exact = float(mle.divergence(kind, p, q).value)
        by_sum = mle.divergence(kind, p, q, "quadrature")
        drawn = mle.divergence(kind, p, q, "monte_carlo", n=100_000, seed=scene.seed)
        areas = mle.kl_areas_normal(*swapped)
        x = swapped[0] + swapped[1] * np.linspace(-10, 10, 4001)
        under = float(np.trapezoid(mle.kl_integrand_normal(x, *swapped), x))
        size = exact + float(areas.positive)
        checks.append(
            Check(
                f"{mle.DIVERGENCES[kind].symbol}, nats",
                (
                    ("closed form", exact, 1e-12 * exact),
                    ("adaptive quadrature", by_sum.value, max(by_sum.error, 1e-9 * exact)),
                    ("gain − loss, from the roots of the log ratio", float(areas.positive - areas.negative), 1e-9 * size),
                    ("area under the drawn integrand", under, 1e-8 * size),
                    ("100 000 draws, ± 4 standard errors", drawn.value, 4 * drawn.error),
                ),
            )
        )  # fmt: skip
    for kind in ("js", "hellinger", "total_variation"):
        array = float(mle.divergence_normals(kind, *laws))
        by_sum = mle.divergence(kind, p, q, "quadrature")
        checks.append(
            Check(
                mle.DIVERGENCES[kind].name,
                (
                    ("as shown above", array, 1e-9),
                    ("adaptive quadrature", by_sum.value, max(by_sum.error, 1e-8)),
                ),
            )
        )
    tiny = float(mle.divergence("renyi", p, q, alpha=1 - 1e-7).value)
    exact = float(mle.divergence("kl", p, q).value)
    checks.append(
        Check("Rényi as α → 1, nats", (("D(p‖q)", exact, 0.0), ("α = 1 − 10⁻⁷", tiny, 1e-6 * exact * (1 + exact)),)),
    )  # fmt: skip
    return tuple(checks)


_CODE = """\
import numpy as np
from scipy import integrate, stats

mu_p, sigma_p = {mu_p!r}, {sigma_p!r}
mu_q, sigma_q = {mu_q!r}, {sigma_q!r}
unit = {unit}  # {words}


def kl(m1, s1, m2, s2):
    return np.log(s2 / s1) + (s1**2 + (m1 - m2) ** 2) / (2 * s2**2) - 0.5


there, back = kl(mu_p, sigma_p, mu_q, sigma_q), kl(mu_q, sigma_q, mu_p, sigma_p)
print(f"D(p||q) = {{there / unit:.4g}}, D(q||p) = {{back / unit:.4g}} {words}")
print(f"difference {{(there - back) / unit:.4g}}, Jeffreys {{(there + back) / unit:.4g}} {words}")

p, q = stats.norm(mu_p, sigma_p), stats.norm(mu_q, sigma_q)
# Places as dense as the narrower of the two laws needs.
steps = np.concatenate([-np.geomspace(38, 1e-4, 4000), np.geomspace(1e-4, 38, 4000)])
x = np.unique(np.concatenate([mu_p + sigma_p * steps, mu_q + sigma_q * steps]))
P, Q = p.pdf(x), q.pdf(x)
integrand = P * (p.logpdf(x) - q.logpdf(x))
print(f"gain - loss = {{integrate.trapezoid(np.maximum(integrand, 0), x) / unit:.4g}} - "
      f"{{integrate.trapezoid(np.maximum(-integrand, 0), x) / unit:.4g}}")
tiny = 1e-300
M = (P + Q) / 2 + tiny
js = integrate.trapezoid(P * np.log((P + tiny) / M) + Q * np.log((Q + tiny) / M), x) / 2
print(f"Jensen-Shannon {{js / unit:.4g}} {words}")
print(f"total variation {{integrate.trapezoid(np.abs(P - Q), x) / 2:.4g}}")
between = sigma_p**2 + sigma_q**2
affinity = np.sqrt(2 * sigma_p * sigma_q / between) * np.exp(-((mu_p - mu_q) ** 2) / (4 * between))
print(f"Hellinger {{np.sqrt(1 - affinity):.4g}}, Wasserstein-2 {{np.hypot(mu_p - mu_q, sigma_p - sigma_q):.4g}}")

n = {n}
draws = p.rvs(n, random_state=np.random.default_rng({seed}))
ratio = p.logpdf(draws) - q.logpdf(draws)
print(f"{{n}} draws: D(p||q) = {{ratio.mean() / unit:.4g}} +- {{ratio.std() / np.sqrt(n) / unit:.2g}} {words}")
"""


def _code(scene: Pair) -> str:
    mu_p, sigma_p, mu_q, sigma_q = scene.laws
    unit = "1.0" if scene.unit == "nats" else "np.log(2)"
    return _CODE.format(
        mu_p=mu_p, sigma_p=sigma_p, mu_q=mu_q, sigma_q=sigma_q, unit=unit, words=scene.unit, n=scene.n, seed=scene.seed
    )


def _table(scene: Pair) -> str:
    """Densities, log ratio and both integrands over the picture's axis."""
    x = np.unique(
        np.concatenate(
            [
                np.linspace(*scene.reach, 401),
                *(mu + s * np.linspace(-5, 5, 101) for mu, s in (scene.laws[:2], scene.laws[2:])),
            ]
        )
    )
    lp, lq = scene.p.log_prob(x), scene.q.log_prob(x)
    columns = [
        x,
        np.exp(lp),
        np.exp(lq),
        lp - lq,
        mle.kl_integrand(scene.p, scene.q, x),
        mle.kl_integrand(scene.q, scene.p, x),
    ]
    out = io.StringIO()
    out.write("x,p,q,log_ratio_nats,p_log_p_over_q,q_log_q_over_p\n")
    for row in zip(*columns, strict=True):
        out.write(",".join(repr(float(v)) for v in row) + "\n")
    return out.getvalue()


def parts(scene: Pair) -> Parts:
    return Parts(
        reading=READING,
        questions=_questions,
        checks=lambda: _checks(scene),
        code=lambda: _code(scene),
        table=lambda: _table(scene),
        link=query(scene.items),
        file="kl-two-gaussians",
        table_name="Densities and integrands",
        charts={
            "laws": "Two laws", "forward": "p log(p/q)", "backward": "q log(q/p)", "land_forward": "Landscape of D(p‖q)",
            "land_backward": "Landscape of D(q‖p)", "draws": "Monte Carlo", "orders": "Rényi",
        },
    )  # fmt: skip
