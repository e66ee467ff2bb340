"""The Code tab: the samples drawn again in NumPy, fitted row by row at once, and the readouts counted."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass

import mle_core as mle
from mle_ui.scenes.sampling.repeated import N, R, Repeated
from mle_ui.scenes.sampling.resampled import Resampled


@dataclass(frozen=True)
class Recipe:
    """NumPy text of a family: samples (R, n), estimates for each row of x, and the expected information of one observation.

    `wald` says whether the observed information at the estimate is the expected one there, so that Wald's interval follows from it.
    """

    draw: str
    fit: str
    information: str
    wald: bool = True


_NORMAL = "np.diag([1 / sigma**2, 2 / sigma**2])"
RECIPES: Mapping[str, Recipe] = {
    "normal": Recipe("rng.normal(mu, sigma, (R, n))", "mu, sigma = x.mean(axis=1), x.std(axis=1)", _NORMAL),
    "lognormal": Recipe(
        "rng.lognormal(mu, sigma, (R, n))", "mu, sigma = np.log(x).mean(axis=1), np.log(x).std(axis=1)", _NORMAL
    ),
    "laplace": Recipe(
        "rng.laplace(mu, b, (R, n))",
        "mu = np.median(x, axis=1)\nb = np.abs(x - mu[:, None]).mean(axis=1)",
        "np.diag([1 / b**2, 1 / b**2])",
    ),
    "logistic": Recipe(
        "rng.logistic(mu, s, (R, n))",
        "mu, s = np.median(x, axis=1), x.std(axis=1) * np.sqrt(3) / np.pi\n"
        "for _ in range(200):  # each step solves one equation with the other's weights held\n"
        "    z = (x - mu[:, None]) / s[:, None]\n"
        "    w = np.where(z == 0, 0.5, np.tanh(z / 2) / np.where(z == 0, 1, z))\n"
        "    mu = (w * x).sum(axis=1) / w.sum(axis=1)\n"
        "    s = np.sqrt((w * (x - mu[:, None]) ** 2).mean(axis=1))",
        "np.diag([1 / 3, (3 + np.pi**2) / 9]) / s**2",
        wald=False,
    ),
    "exponential": Recipe(
        "rng.exponential(1 / rate, (R, n))", "rate = 1 / x.mean(axis=1)", "np.array([[1 / rate**2]])"
    ),
    "gamma": Recipe(
        "rng.gamma(shape, 1 / rate, (R, n))",
        "gap = np.log(x.mean(axis=1)) - np.log(x).mean(axis=1)\n"
        "shape = (3 - gap + np.sqrt((gap - 3) ** 2 + 24 * gap)) / (12 * gap)\n"
        "for _ in range(30):  # Newton on log α − ψ(α) = gap\n"
        "    slope = 1 / shape - special.polygamma(1, shape)\n"
        "    shape = shape / (1 + (np.log(shape) - special.psi(shape) - gap) / (shape * slope))\n"
        "rate = shape / x.mean(axis=1)",
        "np.array([[special.polygamma(1, shape), -1 / rate], [-1 / rate, shape / rate**2]])",
    ),
    "weibull": Recipe(
        "scale * rng.weibull(shape, (R, n))",
        "logs = np.log(x / x.max(axis=1)[:, None])\n"
        "shape = np.pi / np.sqrt(6) / logs.std(axis=1)\n"
        "for _ in range(60):  # Newton on the profile of the shape\n"
        "    w = np.exp(shape[:, None] * logs)\n"
        "    mean = (w * logs).sum(axis=1) / w.sum(axis=1)\n"
        "    spread = (w * logs**2).sum(axis=1) / w.sum(axis=1) - mean**2\n"
        "    step = (1 / shape + logs.mean(axis=1) - mean) / (1 / shape**2 + spread)\n"
        "    shape = np.maximum(shape + step, shape / 4)\n"
        "scale = x.max(axis=1) * np.exp(shape[:, None] * logs).mean(axis=1) ** (1 / shape)",
        "np.array([[(np.pi**2 / 6 + (1 - np.euler_gamma) ** 2) / shape**2, -(1 - np.euler_gamma) / scale],\n"
        "                     [-(1 - np.euler_gamma) / scale, (shape / scale) ** 2]])",
        wald=False,
    ),
    "beta": Recipe(
        "rng.beta(alpha, beta, (R, n))",
        "one, other = np.log(x).mean(axis=1), np.log1p(-x).mean(axis=1)\n"
        "m, v = x.mean(axis=1), x.var(axis=1)\n"
        "alpha, beta = m * (m * (1 - m) / v - 1), (1 - m) * (m * (1 - m) / v - 1)\n"
        "for _ in range(100):  # Newton on both equations, halved where it would leave the domain\n"
        "    both = special.psi(alpha + beta)\n"
        "    f, g = special.psi(alpha) - both - one, special.psi(beta) - both - other\n"
        "    c = special.polygamma(1, alpha + beta)\n"
        "    a, b = special.polygamma(1, alpha) - c, special.polygamma(1, beta) - c\n"
        "    det = a * b - c * c\n"
        "    alpha = np.maximum(alpha - (b * f + c * g) / det, alpha / 2)\n"
        "    beta = np.maximum(beta - (c * f + a * g) / det, beta / 2)",
        "np.array([[special.polygamma(1, alpha), 0], [0, special.polygamma(1, beta)]]) - special.polygamma(1, alpha + beta)",
    ),
    "poisson": Recipe("rng.poisson(rate, (R, n))", "rate = x.mean(axis=1)", "np.array([[1 / rate]])"),
    "bernoulli": Recipe(
        "(rng.random((R, n)) < p).astype(float)", "p = x.mean(axis=1)", "np.array([[1 / (p * (1 - p))]])"
    ),
    "geometric": Recipe(
        "stats.geom(p, loc=-1).ppf(rng.random((R, n)))",
        "p = 1 / (1 + x.mean(axis=1))",
        "np.array([[1 / (p**2 * (1 - p))]])",
    ),
}

_HEAD = """\
import numpy as np
from scipy import special, stats

n, R, r = {n}, {repeats}, {r}  # observations in a sample, samples, samples looked at
rng = np.random.default_rng({seed})
{truth}
x = {draw}


def fit(x):
{fit}
    return np.stack([{names}], axis=1)


def information({names}):
    return {information}


theta = {theta}
estimates = fit(x)
j = {place}  # the parameter looked at
covariance = np.linalg.inv(information(*theta)) / n
"""
_LOOK = {
    "variance": ("estimates[:r, j] ** 2", "theta[j] ** 2", "2 * theta[j] * np.sqrt(covariance[j, j])"),
    "corrected": ("estimates[:r, j] ** 2 * n / (n - 1)", "theta[j] ** 2", "2 * theta[j] * np.sqrt(covariance[j, j])"),
}
_PLAIN = ("estimates[:r, j]", "theta[j]", "np.sqrt(covariance[j, j])")
_TELL = """\
errors = {values} - {true}
errors = errors[np.isfinite(errors)]
promised = {promised}
print(f"mean error {{errors.mean():.4g}} ± {{errors.std(ddof=1) / np.sqrt(errors.size):.2g}}")
print(f"sd {{errors.std(ddof=1):.4g}}, {word} {{promised:.4g}}")
"""
_RATIO = 'print(f"variance ÷ Cramér–Rao bound: {errors.var(ddof=1) / promised**2:.3f}")\n'
_WALD = """\
with np.errstate(all="ignore"):  # on a boundary there is no error
    own = np.array([np.sqrt(np.linalg.inv(information(*t))[j, j] / n) for t in estimates[:r]])
    covered = np.abs(estimates[:r, j] - theta[j]) <= stats.norm.ppf(0.975) * own
print(f"Wald covers {100 * covered.mean():.1f} %")
"""
_SANDWICH = """\
z = (x[:r] - estimates[:r, [0]]) / estimates[:r, [1]]
scores = [z, z**2 - 1][j]  # of each observation, in units of 1/σ
own = estimates[:r, 1] * np.sqrt((scores**2).mean(axis=1) / n) / [1, 2][j]
covered = np.abs(estimates[:r, j] - theta[j]) <= stats.norm.ppf(0.975) * own
print(f"sandwich covers {100 * covered.mean():.1f} %")
"""
_ROBUST = """\
kurtosis = 3 + 6 / (nu - 4)
limit = theta[1] * np.array([1.0, np.sqrt((kurtosis - 1) / 4)])[j] / np.sqrt(n)  # White's sandwich
print(f"sandwich error {slope:.4g}")
"""


def _fitting(family: mle.Family) -> tuple[str, str, str, bool]:
    """Draw, fit and information of a family; one that has no recipe is fitted by SciPy, sample by sample."""
    found = RECIPES.get(family.key)
    names = ", ".join(family.names)
    if found is not None:
        return found.draw, textwrap.indent(found.fit, "    "), found.information, found.wald
    loop = f"rows = []\nfor x in x:\n{textwrap.indent(family.scipy_fit, '    ')}\n    rows.append([{names}])\n{names} = np.array(rows).T"
    return f"{family.scipy}.rvs((R, n), random_state=rng)", textwrap.indent(loop, "    "), "np.eye(1)", False


def snippet(scene: Repeated) -> str:
    """A script that runs as pasted and prints the readouts."""
    family, estimand = scene.family, scene.estimand
    draw, fit, information, wald = _fitting(family)
    names = ", ".join(family.names)
    own = scene.own(scene.theta).tolist()
    truth = "\n".join(f"{name} = {value!r}" for name, value in zip(family.names, own, strict=True))
    theta = f"np.array([{names}])"
    if scene.heavy:
        truth += f"\nnu = {float(scene.theta[-1])!r}"
        draw = "mu + sigma * rng.standard_t(nu, (R, n))"
        theta = "np.array([mu, sigma * np.sqrt(nu / (nu - 2))])  # the nearest normal"
    values, true, promised = _LOOK.get(estimand.key, _PLAIN)
    out = _HEAD.format(
        n=int(scene.theta[N]), repeats=scene.plan.repeats, r=int(scene.theta[R]), seed=scene.plan.seed, truth=truth, draw=draw, fit=fit,
        names=names, information=information, theta=theta, place=estimand.place,
    )  # fmt: skip
    out += _TELL.format(values=values, true=true, promised=promised, word="naive" if scene.heavy else "promised")
    if scene.heavy:
        slope = "limit" if estimand.key in family.names else "2 * theta[j] * limit"
        out += _ROBUST.replace("{slope", "{" + slope)
    else:
        out += _RATIO
    return out + (_WALD if wald else "") + (_SANDWICH if scene.heavy else "")


_RESAMPLE = """\
import numpy as np
from scipy import special, stats

{data}
n, R, r = data.size, {repeats}, {r}  # observations, resamples, resamples looked at
rng = np.random.default_rng({seed})


def fit(x):
{fit}
    return np.stack([{names}], axis=1)


{names}{comma} = fit(data[None])[0]
x = {draw}
with np.errstate(all="ignore"):
    estimates = fit(x)[:r, {place}]
estimates = estimates[np.isfinite(estimates)]
level = {level!r}
low, high = np.quantile(estimates, [(1 - level) / 2, (1 + level) / 2], method="nearest")
print(f"estimate {{{name}:.6g}}")
print(f"bias {{estimates.mean() - {name}:.3g}}, bootstrap error {{estimates.std(ddof=1):.4g}}")
print(f"percentile {{low:.4g}} … {{high:.4g}}, basic {{2 * {name} - high:.4g}} … {{2 * {name} - low:.4g}}")
"""


def resampling_snippet(scene: Resampled) -> str:
    """The bootstrap in NumPy."""
    family, found = scene.family, scene.study
    draw, fit, _, _ = _fitting(family)
    kind = found.boot.kind
    numbers = ", ".join(f"{value:.15g}" for value in found.observed.x)
    lines = textwrap.fill(numbers, 96, initial_indent="    ", subsequent_indent="    ")
    data = f"# {found.observed.quantity}; {found.observed.source}\ndata = np.array([\n{lines}\n])"
    return _RESAMPLE.format(
        data=data, repeats=len(found.boot.estimates), r=int(scene.theta[0]), seed=scene.seed, fit=fit, names=", ".join(family.names),
        comma="," if len(family.names) == 1 else "", draw=draw if kind == "parametric" else "data[rng.integers(0, n, (R, n))]",
        place=scene.place, level=float(scene.theta[1]), name=scene.name,
    )  # fmt: skip
