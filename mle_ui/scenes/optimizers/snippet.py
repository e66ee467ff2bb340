"""The Code tab: the race in plain NumPy and SciPy, with slopes by finite differences."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from mle_ui.scenes.optimizers.marks import STEP
from mle_ui.scenes.optimizers.runs import options
from mle_ui.scenes.optimizers.scene import Scene
from mle_ui.scenes.samples import GENERATED

_HEAD = """\
import numpy as np
from scipy import stats

{data}
n = x.size


def law(phi):
    {unpack}
    return {law}


def log_p(phi, x):
{guard}    with np.errstate(all="ignore"):
        return law(phi).{method}(x)


def value(phi, x=x):
    return log_p(phi, x).mean()


def scores(phi, x=x):
    # slopes of each observation's log-probability, by the five-point rule
    columns = []
    for h in np.diag(1e-3 * unit):
        f = [log_p(phi + m * h, x) for m in (-2, -1, 1, 2)]
        columns.append((f[0] - f[3] + 8 * (f[2] - f[1])) / (12 * h.sum()))
    return np.stack(columns, axis=1)


def slope(phi, x=x):
    return scores(phi, x).mean(axis=0)


# the maximum, and one observation's standard error in each coordinate there ({coordinates} coordinates)
best = np.array({best})
unit = np.array({unit})
start = np.array({start})


def race(move, steps):
    phi = start.copy()
    for t in range(steps):
        phi = phi + move(phi, t)
        if not np.isfinite(value(phi)):
            return np.inf
    return n * (value(best) - value(phi))


print(f"start: {{race(None, 0):.3f}} nats below the maximum")
"""

#: SciPy refuses a mixture with such weights.
_GUARD = """\
    if not 0 <= phi[{place}] <= 1:  # no weight
        return np.full(x.shape, -np.inf)
"""

_RACERS = {
    "gradient": """
step = {step!r}
print(f"Gradient: {{race(lambda phi, t: step * slope(phi), {steps}):.4g}} after {steps} steps")
""",
    "momentum": """
step, velocity = {step!r}, np.zeros(start.size)


def heavy_ball(phi, t):
    velocity[:] = 0.9 * velocity + slope(phi)
    return step * velocity


print(f"Momentum: {{race(heavy_ball, {steps}):.4g}} after {steps} steps")
""",
    "adam": """
step, mean, square = {step!r}, np.zeros(start.size), np.zeros(start.size)


def adam(phi, t):
    g = slope(phi)
    mean[:] = 0.9 * mean + 0.1 * g
    square[:] = 0.999 * square + 0.001 * g**2
    return step * mean / (1 - 0.9 ** (t + 1)) / (np.sqrt(square / (1 - 0.999 ** (t + 1))) + 1e-8)


print(f"Adam: {{race(adam, {steps}):.4g}} after {steps} steps")
""",
    "sgd": """
step, b, rng, queue = {step!r}, {batch}, np.random.default_rng({seed}), []


def mini_batch(phi, t):
    if not queue:  # a new epoch
        order = {order}
        queue.extend(order[i : i + b] for i in range(0, n, b))
    rate = 1 / np.ceil(n / b)
    return {size} * slope(phi, x[queue.pop(0)])


print(f"Mini-batch: {{race(mini_batch, {steps}):.4g}} after {steps} steps")
""",
    "newton": """{uphill}

def observed(phi):
    return -np.stack([(slope(phi + h) - slope(phi - h)) / (2 * h.sum()) for h in np.diag(1e-3 * unit)])


def newton(phi, t):
    g = slope(phi)
    d = uphill(observed(phi), g)
{halve}    return d


print(f"Newton: {{race(newton, {steps}):.4g}} after {steps} steps")
""",
    "fisher": """

def expected(phi):
{expected}


def fisher(phi, t):
    g = slope(phi)
    d = uphill(expected(phi), g)
{halve}    return d


print(f"Fisher: {{race(fisher, {steps}):.4g}} after {steps} steps")
""",
    "bfgs": """
from scipy import optimize

# SciPy's line search is another one, so its path differs and the end does not
found = optimize.minimize(
    lambda phi: np.nan_to_num(-value(phi), nan=1e10, posinf=1e10), start, jac=lambda phi: np.nan_to_num(-slope(phi)),
    method="BFGS", options={{"gtol": 1e-9}},
)
print(f"BFGS (SciPy's): {{n * (value(best) + found.fun):.4g}} after {{found.nit}} steps")
""",
    "em": """

def em(phi, t):
    {unpack}
    one, two = weight * stats.norm.pdf(x, mu1, {first}), (1 - weight) * stats.norm.pdf(x, mu2, {second})
    r = one / (one + two)  # to which component each observation belongs
    weight, mu1, mu2 = r.mean(), (r * x).sum() / r.sum(), ((1 - r) * x).sum() / (1 - r).sum()
    one, two = (r * (x - mu1) ** 2).sum(), ((1 - r) * (x - mu2) ** 2).sum()
    {sigmas}
    return np.array([{packed}]) - phi


print(f"EM: {{race(em, {steps}):.4g}} after {steps} steps")
""",
}
_UPHILL = """

def uphill(information, g):
    # eigenvalues of the scaled matrix made positive, so that the step climbs
    scale = np.sqrt(np.abs(np.diag(information)))
    values, vectors = np.linalg.eigh(information / np.outer(scale, scale))
    return vectors @ (vectors.T @ (g / scale) / np.maximum(np.abs(values), 1e-10)) / scale
"""
_HALVE = """\
    # halved until the log-likelihood rises by a quarter of what the slope promises
    for _ in range(60):
        if value(phi + d) >= value(phi) + 0.25 * g @ d or abs(g @ d) < 1e-13:
            break
        d = d / 2
"""
_SIZES = {
    "constant": "step",
    "1/t": "step / (1 + rate * t)",
    "sqrt": "step / np.sqrt(1 + rate * t)",
    "exponential": "step * np.exp(-rate * t)",
}
_MEAN = """\
    # the mean of s sᵀ over the {over}
    s = scores(phi, {of})
    return s.T @ s / len(s)"""
_SIGMAS = {
    True: "sigma1, sigma2 = np.sqrt(one / r.sum()), np.sqrt(two / (1 - r).sum())",
    False: "sigma = np.sqrt((one + two) / n)",
}


def _data(scene: Scene) -> str:
    observed, family = scene.arena.observed, scene.arena.family
    note = f"# {observed.quantity}; {observed.source}\n"
    if observed.data == GENERATED and observed.x.size > 1000 and "Mixture" not in family.scipy:
        fixed = scene.arena.course.fixed
        truth = "\n".join(f"{param.name} = {fixed.get(param.name, param.default)!r}" for param in family.params)
        return f"{note}{truth}\nx = {family.scipy}.ppf(np.random.default_rng({scene.rules.seed}).random({observed.x.size}))"
    numbers = ", ".join(f"{value:.15g}" for value in observed.x)
    return (
        f"{note}x = np.array([\n" + textwrap.fill(numbers, 96, initial_indent="    ", subsequent_indent="    ") + "\n])"
    )


def snippet(scene: Scene) -> str:
    """A script that runs as pasted and prints the gaps that the readouts show."""
    arena, family = scene.arena, scene.arena.family
    problem, names = arena.problem, arena.problem.names
    logs = [name for name, label in zip(names, problem.labels, strict=True) if label.startswith("log ")]
    lines = [f"{', '.join(names)} = phi", *(f"{name} = np.exp({name})" for name in logs)]
    lines += [f"{name} = {value!r}" for name, value in arena.course.fixed.items()]
    unpack = "\n    ".join(lines)
    mixture = "Mixture" in family.scipy
    out = _HEAD.format(
        guard=_GUARD.format(place=list(names).index("weight")) if mixture else "",
        data=_data(scene), unpack=unpack, law=family.scipy, method="logpmf" if family.discrete else "logpdf",
        coordinates="logarithmic" if logs else "raw", best=_list(arena.top), unit=_list(arena.units),
        start=_list(arena.begin(scene.start)),
    )  # fmt: skip
    expected = problem.fisher_kind == "expected" and not mixture
    over = "law itself, at evenly spread quantiles" if expected else "observations"
    of = "law(phi).ppf((np.arange(4000) + 0.5) / 4000)" if expected else "x"
    first, second = ("sigma1", "sigma2") if "sigma1" in names else ("sigma", "sigma")
    if "fisher" in scene.racers and "newton" not in scene.racers:
        out += _UPHILL
    for key in scene.racers:
        out += _RACERS[key].format(
            steps=min(int(scene.theta[STEP]), len(scene.run(key).gaps) - 1),
            step=options(arena, key, scene.rules, scene.batch).get("step"),
            batch=scene.batch,
            seed=scene.rules.seed,
            order="rng.integers(0, n, n)" if scene.rules.replace else "rng.permutation(n)",
            size=_SIZES[scene.rules.decay],
            uphill=_UPHILL,
            halve=_HALVE if scene.rules.newton == "safe" else "",
            expected=_MEAN.format(over=over, of=of),
            unpack=unpack,
            first=first,
            second=second,
            sigmas=_SIGMAS["sigma1" in names],
            packed=", ".join(f"np.log({name})" if name in logs else name for name in names),
        )
    return out


def _list(values: Iterable[float]) -> str:
    return "[" + ", ".join(repr(float(v)) for v in values) + "]"
