"""The Code tab: plain NumPy and SciPy that reproduce the readouts."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.scenes.surface.checking import Again
from mle_ui.scenes.surface.drawn import Draw
from mle_ui.scenes.surface.scene import Scene

#: In standard errors: a search that has to go further is told where the top lies.
FAR = 5.0
_SCRIPT = """\
import numpy as np
from scipy import stats

# {quantity}; {source}
{data}
{given}

def loglik({arguments}):
{guard}    return {law}.{method}(x).sum()


# where the sliders stand{far}
loglik_theta = loglik({values})
print(f"loglik at theta: {{loglik_theta:.3f}} nats")

# the maximum
{fit}
theta_hat = np.array([{arguments}])
loglik_max = loglik(*theta_hat)
print(f"at the maximum:  {{loglik_max:.3f}} nats; gap {{loglik_max - loglik_theta:.3f}}")

{errors}for name, value, error in zip({names}, theta_hat, standard_errors):
    print(f"{{name}} = {{value:.6g}} ± {{error:.2g}}")
{tests}"""

#: What stands for an infinite parameter where SciPy's law has no limit.
_FAR_OUT = {"negative_binomial": "1e9"}

#: SciPy refuses a mixture with such weights, where a search or a difference may look.
_GUARD = """\
    if not 0 <= weight <= 1:
        return -np.inf
"""

_TESTS = """
# the three tests of {name} = {null}, the other parameters at their best: a search in steps of their errors
from scipy import optimize

j, others = {j}, {others}
null, point = {null}, theta_hat.copy()
point[j] = null{start}
if others:

    def at(r):
        theta = point.copy()
        theta[others] += standard_errors[others] * r
        return theta

    r = np.zeros(len(others))
    for size in (0.5, -0.4, 0.3):
        with np.errstate(all="ignore"):
            r = optimize.minimize(
                lambda r: np.nan_to_num(-loglik(*at(r)), nan=np.inf), r, method="Nelder-Mead",
                options={"initial_simplex": np.vstack([r, r + size * np.eye(r.size)]), "xatol": 1e-7, "fatol": 1e-10},
            ).x
    point = at(r)
likelihood_ratio = 2 * (loglik_max - loglik(*point))
print(f"likelihood ratio {likelihood_ratio:.2f}, p = {stats.chi2.sf(likelihood_ratio, {df}):.3f}")
"""

_SLOPES = """\
wald = ((theta_hat[j] - null) / standard_errors[j]) ** 2
print(f"Wald {wald:.2f}, p = {stats.chi2.sf(wald, 1):.3f}")

# the score: slopes at that point, in units of the information that the law there expects
regular = {regular}
steps = 1e-3 * np.diag(np.where(standard_errors > 0, standard_errors, 1e-3))[regular]
{places}


def log_prob({arguments}):
    return {law}.{method}(places)


def slopes(function):
    return np.array([(function(*(point + h)) - function(*(point - h))) / (2 * h.sum()) for h in steps])


slope, each = slopes(loglik), slopes(log_prob)
expected = x.size * (each * weights) @ each.T
k = regular.index(j)
rest = [i for i in range(slope.size) if i != k]
along = np.linalg.solve(expected[np.ix_(rest, rest)], expected[rest, k])
score = (slope[k] - along @ slope[rest]) ** 2 / (expected[k, k] - along @ expected[rest, k])
print(f"score {score:.2f}, p = {stats.chi2.sf(score, 1):.3f}")
"""

#: Places with weights over which the mean under a law is taken.
_CONTINUOUS = """\
z = np.linspace(-7, 7, 2801)
{assigned}
places, weights = {law}.ppf(stats.norm.cdf(z)), stats.norm.pdf(z) * (z[1] - z[0])"""
_MIXED = """\
{assigned}
places = np.linspace(x.min() - 6 * x.std(), x.max() + 6 * x.std(), 20_001)
weights = {law}.pdf(places) * (places[1] - places[0])"""
_COUNTED = """\
{assigned}
places = np.arange({law}.ppf(1 - 1e-12) + 1)
weights = {law}.pmf(places)"""


_OBSERVED = """\
# standard errors: the inverse of the observed information, by central differences;
# a parameter that runs off to infinity (its doubling costs nothing) has none
units = np.eye(theta_hat.size)
free = [j for j, u in enumerate(units) if j in {regular} and not loglik_max - loglik(*(theta_hat + theta_hat[j] * u)) < 1e-6]
steps = np.abs(theta_hat)[free, None] * units[free]
for step in steps:
    # small enough that the log-likelihood hardly drops, even at two steps
    while not loglik_max - min(loglik(*(theta_hat + 2 * step)), loglik(*(theta_hat - 2 * step))) < 4e-3:
        step /= 2
signs = [(1, 1), (1, -1), (-1, 1), (-1, -1)]
information = -np.array(
    [[sum(a * b * loglik(*(theta_hat + a * g + b * h)) for a, b in signs) / 4 for g in steps] for h in steps]
)
scale = np.sqrt(np.diag(information))
correlation = information / np.outer(scale, scale)
if free and np.linalg.cond(correlation) > 1e3:
    print("nearly perfectly correlated parameters: finite differences do not resolve these standard errors")
standard_errors = np.full(theta_hat.size, np.nan)
standard_errors[free] = np.sqrt(np.diag(np.linalg.inv(correlation))) / scale * steps.sum(axis=1)
"""

_NONE = """\
# end points of the support have no information and no standard errors
standard_errors = np.full(theta_hat.size, np.nan)
"""

_EXPECTED = """\
# standard errors: this log-likelihood has kinks, so the information is the expected one, the mean square of the score,
# over a large sample of the fitted law
drawn = {law}.rvs(400_000, random_state=0)


def log_prob({arguments}):
    return {law}.{method}(drawn)


steps = 1e-4 * x.std() * np.eye(theta_hat.size)
scores = np.array([(log_prob(*(theta_hat + h)) - log_prob(*(theta_hat - h))) / (2 * h.sum()) for h in steps])
standard_errors = np.sqrt(np.diag(np.linalg.inv(x.size * scores @ scores.T / drawn.size)))
"""


def _listed(x: npt.NDArray[np.float64]) -> str:
    numbers = ", ".join(f"{value:.15g}" for value in x)
    return "x = np.array([\n" + textwrap.fill(numbers, 96, initial_indent="    ", subsequent_indent="    ") + "\n])"


def _drawn(draw: Draw) -> str:
    """The same observations from the seed: quantiles of the same uniform numbers."""
    family = mle.FAMILIES[draw.family]
    values = ", ".join("np.inf" if np.isinf(value) else repr(value) for value in draw.theta)
    law = f"({family.scipy})" if "Mixture" in family.scipy else family.scipy
    quantile = "icdf" if "Mixture" in family.scipy else "ppf"
    return (
        f"{', '.join(family.names)} = {values}\n"
        f"x = {law}.{quantile}(np.random.default_rng({draw.seed}).random({draw.n}))"
    )


def snippet(scene: Scene) -> str:
    """A script that runs as pasted and prints what the readouts show."""
    family, x = scene.family, scene.prepared.x
    words = {
        "law": family.scipy,
        "method": "logpmf" if family.discrete else "logpdf",
        "arguments": ", ".join(scene.names),
    }
    regular = [j for j, param in enumerate(scene.prepared.params) if param.regular]
    smooth = family.likelihood.errors_from == "observed"
    far = _FAR_OUT.get(family.key, "")
    return _SCRIPT.format(
        **words,
        guard=_GUARD if "Mixture" in family.scipy else "",
        errors=(
            _NONE
            if not regular
            else _OBSERVED.replace("{regular}", repr(regular))
            if smooth
            else _EXPECTED.format(**words)
        ),
        quantity=scene.prepared.observed.quantity,
        given="".join(f"{name} = {value:g}\n" for name, value in scene.prepared.given),
        source=scene.prepared.observed.source,
        data=_drawn(scene.draw) if scene.draw else _listed(x),
        far=f" ({far} for ∞, which this law of SciPy's does not take)" if far and np.isinf(scene.theta).any() else "",
        values=", ".join(
            f"{name}={value!r}".replace("=inf", f"={far or 'np.inf'}")
            for name, value in zip(scene.names, scene.theta.tolist(), strict=True)
        ),
        fit=family.scipy_fit,
        names=repr(list(scene.names)),
        tests=_tests(scene, words),
    )


def _filled(text: str, **words: str) -> str:
    """The text with each {word} that is named replaced: what else stands in braces is code."""
    for key, value in words.items():
        text = text.replace("{" + key + "}", value)
    return text


def _tests(scene: Scene, words: Mapping[str, str]) -> str:
    """The tests of the null that is dragged; nothing where a search has no steps or nothing to find."""
    again = Again(scene, scene.tested)
    if scene.tested == "off" or not again.possible or not np.isfinite(scene.value("null")):
        return ""
    family, fit, names = scene.family, scene.fit, scene.names
    j = names.index(scene.tested)
    others = [names.index(family.names[i]) for i in again.others]
    df = 2 if scene.tested in fit.irregular else 1
    own, start = again.own(scene.value("null")), ""
    if not np.isfinite(own).all():
        return ""
    if np.any(np.abs(own - fit.theta)[again.others] > FAR * again.errors[again.others]):
        start = f"\npoint[others] = {own[again.others].tolist()!r}  # far from the estimate, on a higher ridge"
    words = {
        **words,
        "null": repr(scene.value("null")),
        "name": scene.tested,
        "j": str(j),
        "others": repr(others),
        "df": str(df),
        "start": start,
    }
    text = _filled(_TESTS, **words)
    place = scene.steps[len(names)]
    resolved = np.isfinite(scene.along.score[place]) and again.resolved and again.scored(scene.value("null"))
    if scene.tested in fit.irregular or not resolved:
        return text
    places = _COUNTED if family.discrete else _MIXED if "Mixture" in family.scipy else _CONTINUOUS
    assigned = f"{', '.join(names)}{',' if len(names) == 1 else ''} = point"
    regular = repr([names.index(family.names[i]) for i in again.regular])
    return text + _filled(_SLOPES, places=_filled(places, assigned=assigned, **words), regular=regular, **words)
