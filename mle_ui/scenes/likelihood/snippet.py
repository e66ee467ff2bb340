"""The Code tab: plain NumPy and SciPy that finds the numbers of the screen again."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mle_ui.scenes.likelihood.scene import Scene

_CODE = """\
import numpy as np
from scipy import stats

x = np.array([{x}])
{theta}


def law({name}):
    return {law}


# The row: theta fixed, x runs.
{row}
print(f"area over x: {{area:.4f}}")


# The column: the data fixed, {name} runs.
def likelihood({name}):
    return np.prod(law({name}).{prob}(x))


print(f"L({name} = {{{name}:g}}) = {{likelihood({name}):.4g}}")

# In the coordinate u a power law in {name} is an exponential: an area that goes on growing with the window is infinite.
for reach in (9, 18, 27):
    u = np.linspace(-reach, reach, {points})
    grid = {grid}
    L = np.array([likelihood(value) for value in grid])
    inside = np.isfinite(L)
    over, other = (np.trapezoid((L * slope)[inside], u[inside]) for slope in ({slope}, {other}))
    print(f"u up to {{reach}}: area over {name} {{over:.4g}}, over {words} {{other:.4g}}")
best = grid[np.nanargmax(L)]
print(f"L is largest at {name} = {{best:.4g}}, {words} = {{{transform}:.4g}}")
"""

_ROWS = {
    True: "k = np.arange(0, 2000)\narea = law({name}).pmf(k).sum()",
    False: "tail = np.logspace(-13, -2, 60)\n"
    "q = law({name}).{quantile}(np.concatenate([tail, np.linspace(0.011, 0.989, 2001), 1 - tail[::-1]]))\n"
    "area = np.trapezoid(law({name}).pdf(q), q)",
}

#: Coordinate u: θ, dθ/du, slope of the other coordinate, the other coordinate, in words and as code.
_LINES = {
    "positive": ("np.exp(u)", "grid", "np.ones_like(u)", "log {name}", "np.log(best)"),
    "unit": ("1 / (1 + np.exp(-u))", "grid * (1 - grid)", "np.ones_like(u)", "logit {name}", "np.log(best / (1 - best))"),
    "real": (
        "x.mean() + np.sinh(u)",
        "np.cosh(u)",
        "np.cosh(u) * np.exp(np.minimum(grid, 1200) / 2) / 2",
        "exp({name}/2)",
        "np.exp(best / 2)",
    ),
}  # fmt: skip


def code(scene: Scene) -> str:
    family, param, name = scene.family, scene.picture.param, scene.over
    kind = "real" if param.domain.low != 0 else "unit" if param.domain.high == 1 else "positive"
    grid, slope, other, words, transform = _LINES[kind]
    mixture = "Mixture" in family.scipy
    return _CODE.format(
        x=", ".join(f"{v:.12g}" for v in scene.x),
        theta="; ".join(f"{key} = {float(v)!r}" for key, v in zip(family.names, scene.theta, strict=True)),
        name=name,
        law=family.scipy,
        row=_ROWS[family.discrete].format(name=name, quantile="icdf" if mixture else "ppf"),
        prob="pmf" if family.discrete else "pdf",
        points=801 if mixture else 1801,
        grid=grid,
        slope=slope,
        other=other,
        words=words.format(name=name),
        transform=transform,
    )
