"""What stands under the fits in the plane."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.live import moving
from mle_ui.numbers import show
from mle_ui.scenes.kl import plane_marks, settings
from mle_ui.scenes.kl.fit import THIRD
from mle_ui.scenes.kl.plane import Plane
from mle_ui.scenes.kl.states import opened, sets
from mle_ui.state import query
from mle_ui.words import Check, Parts, Question, Reading

Array = npt.NDArray[np.float64]

READING = Reading(
    (Path(__file__).parent / "read_plane.md").read_text(encoding="utf-8"),
    "6, KL divergence",
    "The article has one direction and one dimension; Bishop’s figure 10.3 is the picture in two.",
)
BASE = {"view": settings.PLANE}
ROUND = BASE | {"rho_1": "0", "rho_2": "0", "x_1": "-1.5", "y_1": "-1.5", "x_2": "1.5", "y_2": "1.5", "weight": "0.5"}
CROSS = BASE | {
    "weight": "0.5", "x_1": "0", "y_1": "0", "x_2": "0", "y_2": "0", "sigma_1": "1", "sigma_2": "1", "rho_1": "0.8", "rho_2": "-0.8",
}  # fmt: skip
DRAWS = 40_000


def _questions() -> tuple[Question, ...]:
    plain, even = (moving.strings(opened(q)) for q in (BASE, ROUND))
    tilt, copied = even["tilts"].split(" · ")
    hub = plane_marks.reverse(opened(CROSS).values[None]).covariances[0, 0]
    wide = plane_marks.forward(opened(CROSS).values[None]).covariances[0]
    wide_one, small_one = (
        plane_marks.between("renyi", opened(BASE | {"alpha": a}).values[None]) for a in ("0.98", "0.02")
    )
    spreads = [show(float(np.sqrt(fit.covariances[0, 0, 0])), 3) for fit in (wide_one, small_one)]
    count = int(plane_marks.reverse(opened(BASE).values[None]).there.sum())
    return (
        Question(
            "Two round humps lie on a diagonal: neither has a correlation. Does the forward fit have one?",
            ("no", "yes, a strong one"),
            1,
            f"{tilt}: it matches the covariance of the whole, and most of that lies between the humps. The reverse fit keeps {copied}.",
            sets(ROUND),
        ),
        Question(
            "Two long ellipses cross in one point. What does the reverse fit do?",
            ("it lies along one of them", "it fills their common core", "it covers both"),
            1,
            f"A circle of variance {show(float(hub[0, 0]), 3)} and correlation {show(round(float(hub[0, 1]), 3) + 0.0, 2)}, where the "
            f"forward fit has {show(float(wide[0, 0]), 3)}: an arm alone would lie where p is small. Lower both |ρ| and see them agree.",
            sets(CROSS),
        ),
        Question(
            "Is the forward fit the better one?",
            ("yes, in both divergences", "only in D(p‖q)"),
            1,
            f"It has D(p‖q) = {plain['forward']} against {plain['best_there']} nats, but D(q‖p) = {plain['forward_back']} against "
            f"{plain['best']}: each is cheapest in its own direction.",
            sets(BASE),
        ),
        Question(
            "You start a search of the least D(q‖p) right on the smaller hump. Where does it end?",
            ("on the larger hump", "on the smaller hump", "between them"),
            1,
            f"It stays: D(q‖p) has {count} local minima here, with {plain['best']} and {plain['others']} nats, and "
            "Newton’s steps only go down.",
            sets(BASE | {"x_0": "-1.7", "y_0": "-0.9", "start_sigma": "0.5", "step": "14"}),
        ),
        Question(
            "Under More, slide Rényi’s α from 0.98 down to 0.02. What does the green fit do?",
            ("it stays where it is", "it lets go of the smaller hump", "it covers ever more"),
            1,
            f"Along x₁ its standard deviation falls from {spreads[0]}, next to the forward fit, to {spreads[1]}, next to the reverse one.",
            sets(BASE | {"third": "renyi", "alpha": "0.98"}),
        ),
    )  # fmt: skip


def _grid(scene: Plane) -> tuple[Array, float]:
    """Places (n, 2) that cover p finely, and the area of each."""
    _, means, covariances = (part[0] for part in plane_marks.targets(scene.values[None]))
    sds = np.sqrt(np.stack([covariances[:, 0, 0], covariances[:, 1, 1]], axis=1))
    low, high = (means - 8 * sds).min(axis=0), (means + 8 * sds).max(axis=0)
    axes = [np.linspace(a, b, 501) for a, b in zip(low, high, strict=True)]
    return np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2), float(np.prod((high - low) / 500))


def _log_normal(x: Array, mean: Array, covariance: Array) -> Array:
    return np.asarray(mle.plane_log_density([1.0], mean[None], covariance[None], x)[0])


def _summed(scene: Plane, log_p: Array, log_q: Array, cell: float) -> float:
    """Rényi's divergence or Jensen–Shannon by a plain sum."""
    if scene.third == "renyi":
        alpha = float(scene.values[plane_marks.ALPHA])
        return float(np.log(np.exp(alpha * log_p + (1 - alpha) * log_q).sum() * cell)) / (alpha - 1)
    log_m = np.logaddexp(log_p, log_q) - np.log(2)
    return float(0.5 * cell * (np.exp(log_p) * (log_p - log_m) + np.exp(log_q) * (log_q - log_m)).sum())


def _checks(scene: Plane) -> tuple[Check, ...]:
    here = scene.values[None]
    w, means, covariances = (part[0] for part in plane_marks.targets(here))
    one, ends = plane_marks.forward(here), plane_marks.reverse(here)
    q_one, q_best = (one.means[0], one.covariances[0]), (ends.means[0, 0], ends.covariances[0, 0])
    x, cell = _grid(scene)
    log_p = mle.plane_log_density(w, means, covariances, x)[0]
    mass = np.exp(log_p) * cell
    first = mass @ x
    mixed = float(mass @ np.prod(x - first, axis=1))
    by_sum = float(mass @ (log_p - _log_normal(x, *q_one)))
    log_q = _log_normal(x, *q_best)
    back = float(np.exp(log_q) * cell @ (log_q - log_p))
    rng = np.random.default_rng(3)
    side = (rng.random(DRAWS) >= w[0]).astype(int)
    normal = rng.standard_normal((DRAWS, 2))
    drawn = means[side] + np.einsum("nij,nj->ni", np.linalg.cholesky(covariances)[side], normal)
    ratio = mle.plane_log_density(w, means, covariances, drawn)[0] - _log_normal(drawn, *q_one)
    mine = q_best[0] + normal @ np.linalg.cholesky(q_best[1]).T
    other = _log_normal(mine, *q_best) - mle.plane_log_density(w, means, covariances, mine)[0]
    exact = mle.project_multivariate(w, means, covariances, "reverse_kl", start=q_best)[0]
    there, _ = plane_marks.costs(here, q_best[0][None], q_best[1][None])
    middle = plane_marks.between(scene.third, here)
    log_m = _log_normal(x, middle.means[0], middle.covariances[0])
    rest = mle.kl_multivariate_normal(*q_one, *q_best)
    apart = float(np.abs(exact.mean - q_best[0]).max())
    return (
        Check(
            "forward fit, D(p‖q), nats",
            (
                ("by lattice rules, component by component", float(one.values[0]), 1e-3),
                ("sum over a fine grid", by_sum, 1e-5),
                ("40 000 draws of p, ± 4 standard errors", float(ratio.mean()), 4 * float(ratio.std()) / np.sqrt(DRAWS)),
            ),
        ),
        Check(
            "forward fit, covariance of x₁ and x₂",
            (("moments of p", float(q_one[1][0, 1]), 1e-9), ("sum over a fine grid", mixed, 1e-6)),
        ),
        Check(
            "reverse fit, D(q‖p), nats",
            (
                ("Newton on a lattice rule", float(ends.values[0, 0]), 4e-3),
                ("BFGS on a fine rule, from there", exact.value, 1e-4),
                ("sum over a fine grid", back, 1e-4),
                ("40 000 draws of q, ± 4 standard errors", float(other.mean()), 4 * float(other.std()) / np.sqrt(DRAWS)),
            ),
        ),
        Check("reverse fit, distance of the two searches’ means", (("none", 0.0, 0.05), ("as found", apart, 0.0))),
        Check(
            "reverse fit, D(p‖q), nats",
            (
                ("by lattice rules", float(there[0]), 1e-3),
                ("least D(p‖q) + D(forward fit‖q), closed form", by_sum + rest, 1e-5 + 1e-9 * rest),
            ),
        ),
        Check(
            f"least {THIRD.options[scene.third]}, nats",
            (
                ("by lattices of p and of q", float(middle.values[0]), 2e-4 + 5e-3 * float(middle.values[0])),
                ("sum over a fine grid", _summed(scene, log_p, log_m, cell), 1e-5),
            ),
        ),
    )  # fmt: skip


_CODE = """\
import numpy as np
from scipy import optimize, stats

w = np.array([{w!r}, {v!r}])
means = np.array({means})
covs = np.array({covs})
unit = {unit}  # {words}
axis = np.linspace(-14, 14, 561)
x = np.stack(np.meshgrid(axis, axis), axis=-1)
cell = (axis[1] - axis[0]) ** 2


def log_p_at(x):
    return np.logaddexp(*(np.log(w[k]) + stats.multivariate_normal(means[k], covs[k]).logpdf(x) for k in (0, 1)))


log_p = log_p_at(x)


def costs(mean, cov):
    log_q = stats.multivariate_normal(mean, cov).logpdf(x)
    return [float((np.exp(a) * (a - b)).sum() * cell / unit) for a, b in ((log_p, log_q), (log_q, log_p))]


mean = w @ means  # the forward fit: moments of p
cov = np.einsum("k,kij->ij", w, covs) + np.einsum("k,ki,kj->ij", w, means - mean, means - mean)
there, back = costs(mean, cov)
print(f"forward fit: D(p||q) = {{there:.4g}}, D(q||p) = {{back:.4g}} {words}")
print(f"its correlation: {{cov[0, 1] / np.sqrt(cov[0, 0] * cov[1, 1]):.2f}}")

axis_z = np.arange(-6, 6.1, 0.2)  # the reverse fits: E over q as a sum over z
z = np.stack(np.meshgrid(axis_z, axis_z), axis=-1).reshape(-1, 2)
mass = np.exp(-0.5 * (z**2).sum(axis=1))
mass /= mass.sum()


def unpack(v):
    return v[:2], np.array([[np.exp(v[2]), 0], [v[4], np.exp(v[3])]])


def reverse(v):
    m, root = unpack(v)
    return -v[2] - v[3] - 1 - np.log(2 * np.pi) - mass @ log_p_at(m + z @ root.T)


def packed(m, c):
    root = np.linalg.cholesky(c)
    return [*m, np.log(root[0, 0]), np.log(root[1, 1]), root[1, 0]]


starts = [packed(mean, cov)]
for m0, c0 in (*zip(means, covs), (mean, cov)):
    starts.append(optimize.minimize(reverse, packed(m0, c0), method="BFGS").x)
    m, root = unpack(starts[-1])
    there, back = costs(m, root @ root.T)
    print(f"from ({{m0[0]:.2f}}, {{m0[1]:.2f}}): D(q||p) = {{back:.4g}}, D(p||q) = {{there:.4g}} {words} at ({{m[0]:.2f}}, {{m[1]:.2f}})")

few, log_p, cell = x[::4, ::4], log_p[::4, ::4], 16 * cell  # the fit between: from the forward and the best reverse fit


def middle(v):
    m, root = unpack(v)
    log_q = stats.multivariate_normal(m, root @ root.T).logpdf(few)
{between}


starts = [starts[0], min(starts[1:], key=reverse)]
best = min((optimize.minimize(middle, v, method="BFGS") for v in starts), key=lambda found: found.fun)
print(f"least {name} = {{best.fun / unit:.4g}} {words} at ({{best.x[0]:.2f}}, {{best.x[1]:.2f}})")
"""

_BETWEEN = {
    "renyi": """\
    return np.log(np.exp({alpha} * log_p + (1 - {alpha}) * log_q).sum() * cell) / ({alpha} - 1)""",
    "js": """\
    log_m = np.logaddexp(log_p, log_q) - np.log(2)
    return 0.5 * cell * (np.exp(log_p) * (log_p - log_m) + np.exp(log_q) * (log_q - log_m)).sum()""",
}


def _code(scene: Plane) -> str:
    w, means, covariances = (part[0] for part in plane_marks.targets(scene.values[None]))
    between = _BETWEEN[scene.third]
    if scene.third == "renyi":
        between = between.format(alpha=float(scene.values[plane_marks.ALPHA]))
    return _CODE.format(
        w=float(w[0]), v=round(float(w[1]), 6), means=means.tolist(), covs=np.round(covariances, 8).tolist(),
        between=between, name=THIRD.options[scene.third],
        unit="1.0" if scene.unit == "nats" else "np.log(2)", words=scene.unit,
    )  # fmt: skip


def _table(scene: Plane) -> str:
    """Every fit with its two divergences."""
    here = scene.values[None]
    one, ends = plane_marks.forward(here), plane_marks.reverse(here)
    rows = [("forward", one.means, one.covariances)]
    rows += [(f"reverse {j + 1}", ends.means[j], ends.covariances[j]) for j in range(3) if ends.there[j, 0]]
    middle = plane_marks.between(scene.third, here)
    rows.append((scene.third, middle.means, middle.covariances))
    out = io.StringIO()
    out.write("fit,mean_1,mean_2,variance_1,variance_2,covariance,D_p_q_nats,D_q_p_nats\n")
    for name, mean, covariance in rows:
        there, back = plane_marks.costs(here, mean, covariance)
        (a, b), ((c, d), (_, e)) = mean[0].tolist(), covariance[0].tolist()
        out.write(name + "," + ",".join(repr(float(v)) for v in (a, b, c, e, d, there[0], back[0])) + "\n")
    return out.getvalue()


def parts(scene: Plane) -> Parts:
    return Parts(
        reading=READING,
        questions=_questions,
        checks=lambda: _checks(scene),
        code=lambda: _code(scene),
        table=lambda: _table(scene),
        link=query(scene.items),
        file="kl-plane",
        table_name="Fits",
        charts={"plane": "Fits in the plane", "costs": "Both divergences"},
    )
