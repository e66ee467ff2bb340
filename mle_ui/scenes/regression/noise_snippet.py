"""The fits as a snippet of NumPy and SciPy: each noise model is a log density, its loss is minimised from two starts."""

from __future__ import annotations

from mle_ui.scenes.regression.line_parts import array
from mle_ui.scenes.regression.noise import STUDENT, Noises

_HEAD = """\
import numpy as np
from scipy import optimize, stats

x = np.array({x})
y = np.array({y})
origin, degree, marked = {origin!r}, {degree}, {place}  # marked: row {row}

X = np.column_stack([np.ones_like(x), x - origin])
for power in range(2, degree + 1):  # powers made orthogonal to all columns before them
    new = X[:, -1] * (x - x.mean())
    for _ in range(2):
        new = new - X @ np.linalg.lstsq(X, new, rcond=None)[0]
    X = np.column_stack([X, new / np.sqrt(np.mean(new**2))])
p = X.shape[1]
size = np.sqrt(np.mean(X**2, axis=0))
squares = np.linalg.lstsq(X, y, rcond=None)[0]

# least absolute deviations as a linear programme: y = X beta + up - down
m = y.size
both = np.hstack([X / size, -X / size, np.eye(m), -np.eye(m)])
cost = np.concatenate([np.zeros(2 * p), np.ones(2 * m)])
found = optimize.linprog(cost, A_eq=both, b_eq=y, bounds=(0, None)).x
absolute = (found[:p] - found[p : 2 * p]) / size


def fit(loglik, beta, *rest):
    \"\"\"The highest log L from one start; steps are measured in the columns' sizes and in the spread of y.\"\"\"
    scale = np.concatenate([np.std(y) / size if abs(beta).max() and link else 1 / size, np.ones(len(rest))])
    goal = lambda u: -loglik(u * scale)
    u = np.concatenate([beta, rest]) / scale
    for _ in range(3):  # begun anew from where it ended: the slopes are differences
        u = optimize.minimize(goal, u, method="BFGS", options={{"gtol": 1e-8}}).x
    return u * scale, -goal(u)


def say(name, theta, value, k, pull):
    print(f"{{name:16}} log L {{value:.3f}}, AIC {{2 * k - 2 * value:.6g}}, slope {{theta[1]:.5g}}, pull {{pull:.3g}}")


link = True
"""

_PARTS = {
    "gaussian": """
r = y - X @ squares
sigma = np.sqrt(np.mean(r**2))
say("Gaussian", squares, stats.norm(0, sigma).logpdf(r).sum(), p + 1, r[marked] / sigma**2)
""",
    "laplace": """
r = y - X @ absolute
b = np.mean(np.abs(r))
say("Laplace", absolute, stats.laplace(0, b).logpdf(r).sum(), p + 1, np.sign(r[marked]) / b)
""",
    "student_t": """
nu = {nu}
law = (lambda r, s: stats.t.logpdf(r, nu, 0, s)) if np.isfinite(nu) else (lambda r, s: stats.norm.logpdf(r, 0, s))
tries = []
for beta in (squares, absolute):
    spread = np.median(np.abs(y - X @ beta)) or np.std(y - X @ beta)
    tries.append(fit(lambda t: law(y - X @ t[:p], np.exp(t[p])).sum(), beta, np.log(spread)))
theta, value = max(tries, key=lambda found: found[1])
r, s = (y - X @ theta[:p])[marked], np.exp(theta[p])
pull = (nu + 1) * r / (nu * s**2 + r**2) if np.isfinite(nu) else r / s**2
say("Student t", theta, value, p + 1, pull)
""",
    "huber": """
k = 1.345
area = np.sqrt(2 * np.pi) * (2 * stats.norm.cdf(k) - 1) + 2 * np.exp(-k * k / 2) / k


def huber(t):
    z = np.abs(y - X @ t[:p]) / np.exp(t[p])
    return -m * (t[p] + np.log(area)) - np.where(z <= k, z**2 / 2, k * z - k * k / 2).sum()


theta, value = fit(huber, squares, np.log(np.std(y - X @ squares)))
r, s = (y - X @ theta[:p])[marked], np.exp(theta[p])
say("Huber", theta, value, p + 1, np.clip(r / s, -k, k) / s)
""",
    "heteroscedastic": """
z = (x - origin) / np.std(x)


def growing(t):
    return stats.norm.logpdf(y - X @ t[:p], 0, np.exp(0.5 * (t[p] + t[p + 1] * z))).sum()


tries = [fit(growing, beta, 2 * np.log(np.std(y - X @ beta)), slope) for beta in (squares, absolute) for slope in (0.0, 1.0, -1.0)]
theta, value = max(tries, key=lambda found: found[1])
variance = np.exp(theta[p] + theta[p + 1] * z[marked])
say("Heteroscedastic", theta, value, p + 2, (y - X @ theta[:p])[marked] / variance)
""",
    "poisson": """
link = False
start = np.linalg.lstsq(X, np.log(y + 0.5), rcond=None)[0]
theta, value = fit(lambda t: stats.poisson.logpmf(y, np.exp(np.clip(X @ t, -700, 700))).sum(), start)
mean = np.exp(X @ theta)
say("Poisson", theta, value, p, ((y - mean) / mean)[marked])
""",
}


def code(scene: Noises) -> str:
    pairs = scene.pairs
    head = _HEAD.format(
        x=array(pairs.x), y=array(pairs.y), origin=scene.design.origin, degree=scene.design.degree,
        place=scene.marked, row=pairs.rows[scene.marked],
    )  # fmt: skip
    nu = "np.inf" if scene.nu is None or scene.nu == float("inf") else repr(scene.nu)
    return head + "".join(
        _PARTS[key].format(nu=nu) if key == STUDENT else _PARTS[key] for key in scene.fits if key in _PARTS
    )
