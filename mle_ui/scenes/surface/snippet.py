"""The Code tab: plain NumPy and SciPy that reproduce the readouts."""

from __future__ import annotations

import textwrap

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.scenes.surface.drawn import Draw
from mle_ui.scenes.surface.scene import Scene

_SCRIPT = """\
import numpy as np
from scipy import stats

# {quantity}; {source}
{data}
{given}

def loglik({arguments}):
    return {law}.{method}(x).sum()


# where the sliders stand
loglik_theta = loglik({values})
print(f"loglik at theta: {{loglik_theta:.3f}} nats")

# the maximum
{fit}
theta_hat = np.array([{arguments}])
loglik_max = loglik(*theta_hat)
print(f"at the maximum:  {{loglik_max:.3f}} nats; gap {{loglik_max - loglik_theta:.3f}}")

{errors}for name, value, error in zip({names}, theta_hat, standard_errors):
    print(f"{{name}} = {{value:.6g}} ± {{error:.2g}}")
"""


_OBSERVED = """\
# standard errors: the inverse of the observed information, by central differences;
# a parameter that runs off to infinity (its doubling costs nothing) has none
units = np.eye(theta_hat.size)
free = [j for j, u in enumerate(units) if j in {regular} and not loglik_max - loglik(*(theta_hat + theta_hat[j] * u)) < 1e-6]
steps = np.abs(theta_hat)[free, None] * units[free]
for step in steps:
    # small enough that the log-likelihood hardly drops
    while not loglik_max - min(loglik(*(theta_hat + step)), loglik(*(theta_hat - step))) < 1e-3:
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
    return _SCRIPT.format(
        **words,
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
        values=", ".join(
            f"{name}={value!r}".replace("=inf", "=np.inf")
            for name, value in zip(scene.names, scene.theta.tolist(), strict=True)
        ),
        fit=family.scipy_fit,
        names=repr(list(scene.names)),
    )
