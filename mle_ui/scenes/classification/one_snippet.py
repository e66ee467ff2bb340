"""The present state of one feature as plain NumPy and SciPy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from mle_ui.scenes.classification.one import One

_HEAD = """\
import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

x = np.array({x})
y = np.array({y})
t = (x - {centre!r}) / {scale!r}
theta = np.array([{b!r}, {w!r}])  # b, w
lam, asked = {lam!r}, {asked!r}
X = np.column_stack([np.ones_like(t), t])


def nll(theta):
    return np.logaddexp(0, np.where(y == 1, -1, 1) * (X @ theta)).sum()


def gradient(theta):
    return X.T @ (expit(X @ theta) - y) + lam * np.array([0, theta[1]])


def curvature(theta):
    p = expit(X @ theta)
    return X.T @ (X * (p * (1 - p))[:, None]) + np.diag([0, lam])


"""
_GRADIENT = """\
for _ in range({steps}):  # gradient descent on the mean loss
    theta = theta - {rate!r} / len(y) * gradient(theta)
"""
_NEWTON = """\
for _ in range({steps}):  # Newton, halved while the loss rises
    if np.linalg.cond(curvature(theta)) > 1e14:
        break
    move, size = np.linalg.solve(curvature(theta), gradient(theta)), 1.0
    value = lambda at: nll(at) + lam / 2 * at[1] ** 2
    while value(theta - size * move) > value(theta) + 1e-12 and size > 1e-6:
        size /= 2
    theta = theta - size * move
"""
_NOW = """\
row = np.array([1, (asked - {centre!r}) / {scale!r}])
print(f"NLL = {{nll(theta):.3f}} nats, gradient {{gradient(theta).round(2)}}, p = {{expit(row @ theta):.3g}} at {{asked:g}}")
"""
_BEST = """
best = minimize(lambda at: nll(at) + lam / 2 * at[1] ** 2, np.zeros(2), jac=gradient, method="BFGS", options={"gtol": 1e-8}).x
covariance = np.linalg.inv(curvature(best))
se = np.sqrt(np.diag(covariance))
print(f"best b = {best[0]:.2f} ± {se[0]:.2f}, w = {best[1]:.2f} ± {se[1]:.2f}")
odds = np.exp(best[1] + 1.959964 * se[1] * np.array([0, -1, 1]))
print("odds a unit: x {:.3g} ± {:.2g} ({:.2g} to {:.3g})".format(odds[0], odds[0] * se[1], *odds[1:]))
z, spread = row @ best, np.sqrt(row @ covariance @ row)
print("best p there: {:.3g} ({:.3g} to {:.3g})".format(*expit(z + 1.959964 * spread * np.array([0, -1, 1]))))
"""
_APART = """
print("the labels are separated: the loss falls without end as w grows, and there is no best w")
for size in (1, 10, 100):
    print(size, nll(size * np.array({direction})))
"""


def code(scene: One, values: npt.NDArray[np.float64]) -> str:
    points = scene.points
    numbers = {
        "x": points.x[:, 0].tolist(), "y": points.y.tolist(), "centre": points.centre[0], "scale": points.scale[0],
        "b": float(values[0]), "w": float(values[1]), "lam": scene.ridge, "asked": float(values[4]),
    }  # fmt: skip
    steps = int(values[3])
    way = (_NEWTON if scene.method == "newton" else _GRADIENT).format(steps=steps, rate=scene.rate) if steps else ""
    end = _BEST
    if not np.isfinite(scene.fit.theta).all():
        direction = scene.fit.direction
        assert direction is not None
        end = _APART.format(direction=[direction["intercept"], direction["x1"]])
    return _HEAD.format(**numbers) + way + _NOW.format(**numbers) + end
