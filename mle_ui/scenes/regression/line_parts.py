"""What stands under the line and its noise."""

from __future__ import annotations

import io
from functools import partial
from pathlib import Path

import numpy as np

import mle_core as mle
from mle_ui.numbers import nats, show
from mle_ui.scenes.regression import settings
from mle_ui.scenes.regression.formulas import added, filled, tex
from mle_ui.scenes.regression.line import Line
from mle_ui.scenes.regression.states import opened, sets
from mle_ui.state import query
from mle_ui.words import Check, Parts, Question, Reading

_TEXT = (Path(__file__).parent / "read_line.md").read_text(encoding="utf-8")


def _full(scene: Line, theta: np.ndarray) -> np.ndarray:
    """The sliders' values as the fit's parameters: coefficients, then σ."""
    return np.append(scene.coefficients(theta), theta[2])


def _score(scene: Line) -> tuple[float, float]:
    """∂MSE/∂b and ∂ log L/∂b at the sliders."""
    r = scene.residuals(scene.theta)
    return float(mle.mse_gradient(scene.design.full, r)[1]), float(scene.fit.expansion(_full(scene, scene.theta))[1][1])


def reading(scene: Line) -> Reading:
    found, pairs = scene.terms(scene.theta), scene.pairs
    r = scene.residuals(scene.theta)
    i = int(np.argmax(np.abs(r)))
    dmse, dloglik = _score(scene)
    sigma = float(scene.theta[2])
    logp = float(mle.loglik("normal", [r[i]], [0.0, sigma]))
    text = filled(
        _TEXT,
        c=tex(scene.design.origin), row=pairs.rows[i], y=tex(pairs.y[i]), fitted=tex(pairs.y[i] - r[i]), logp=tex(logp, 4), m=pairs.m,
        sum=added(found), squares=tex(float(np.sum(r**2)), 6), mse=tex(float(found.mse)), slope=tex(scene.fit.params["slope"]),
        intercept=tex(scene.fit.params["intercept"]), factor=tex(pairs.m / (2 * sigma**2)), dmse=tex(dmse), dloglik=tex(dloglik),
        best=tex(scene.fit.params["sigma"] ** 2),
    )  # fmt: skip
    return Reading(
        text,
        "8, Linear regression",
        "The article sets ∇L equal to −m log σ − …: that is log L itself. Its gradient in the weights is −(m/2σ²)·∇MSE, which vanishes at "
        "the same line.",
    )


def _state(scene: Line, **changes: str) -> dict[str, str]:
    """The data of this state with other settings."""
    kept = {
        key: str(v)
        for key, v in query(scene.items).items()
        if key in ("data", "column", "xy", "law", "shape", "m", "seed", "edits", "degree", "origin")
    }
    return kept | {"view": settings.LINE} | changes


def _best(scene: Line, sigma: float | None = None, **more: str) -> dict[str, str]:
    """The state at the best line, σ at its best or elsewhere."""
    at = {key: repr(scene.slider(key).values[step]) for key, step in scene.best_steps().items()}
    if sigma is not None:
        at["sigma"] = repr(scene.slider("sigma").values[scene.slider("sigma").index(sigma)])
    return _state(scene, **at, **more)


def _questions(scene: Line) -> tuple[Question, ...]:
    fit = scene.fit
    sigma = fit.params["sigma"]
    double, single = opened(_best(scene, 2 * sigma)), opened(_best(scene))
    a, b = (s.terms(s.theta) for s in (single, double))
    half = opened(_best(scene, 0.5 * sigma))
    small = half.terms(half.theta)
    pairs = scene.pairs
    r = scene.residuals(np.array([fit.params["slope"], fit.params["intercept"], sigma, 0.0]))
    i = int(np.argmax(np.abs(r)))
    share = float(r[i] ** 2 / np.sum(r**2))
    return (
        Question(
            "The line is the best one. σ is doubled. Which way does the best line move?",
            ("towards the outliers", "it stays", "it gets flatter"),
            1,
            f"It stays: slope {show(fit.params['slope'])} at every σ. Only log L changes, from {nats(float(a.total))} to "
            f"{nats(float(b.total))} nats, and the contours of the surface widen.",
            sets(_best(scene, 2 * sigma)),
        ),
        Question(
            "At the best line σ is halved. Which term gets worse, and by how much?",
            ("−m log σ, by m log 2", "−(m/2σ²) MSE, fourfold", "both get better"),
            1,
            f"−(m/2σ²) MSE goes from {nats(float(a.fit))} to {nats(float(small.fit))} nats, fourfold; −m log σ wins only m log 2 = "
            f"{nats(float(small.scale - a.scale))}. At σ̂ both pull equally, and MSE = σ̂².",
            sets(_best(scene, 0.5 * sigma)),
        ),
        Question(
            "At the best σ, how large is the last term, −(m/2σ²) MSE?",
            ("it depends on the data", "−m/2, whatever the data", "0"),
            1,
            f"−m/2 = {show(-pairs.m / 2)} nats: here {nats(float(a.fit))}. With σ² = MSE the fraction cancels.",
            sets(_best(scene)),
        ),
        Question(
            "One point lies farthest from the best line. What part of MSE is its square alone?",
            (f"about 1/m, {100 / pairs.m:.1f} %", f"{100 * share:.0f} %", "more than 90 %"),
            1,
            f"Row {pairs.rows[i]} holds {100 * share:.1f} % of the sum of squares: its residual {show(float(r[i]), 4)} counts squared. "
            "Gaussian noise hears outliers loudest; see the noise models.",
            sets(_best(scene, residuals="squares")),
        ) if 0.02 + 1 / pairs.m < share < 0.9 else Question(
            "A residual doubles. What happens to its part of log L?",
            ("it doubles", "it is four times as large", "nothing"),
            1,
            f"Fourfold: it enters squared, divided by 2σ² = {show(2 * float(scene.theta[2]) ** 2, 4)} at your σ.",
            sets(_best(scene, residuals="squares")),
        ),
    )  # fmt: skip


def _checks(scene: Line) -> tuple[Check, ...]:
    theta, pairs, fit = scene.theta, scene.pairs, scene.fit
    found = scene.terms(theta)
    total, sigma = float(found.total), float(theta[2])
    r = scene.residuals(theta)
    slack = 1e-9 * (1 + abs(total) + abs(float(found.fit)))
    grids = {"slope": [float(theta[0])], "log_sigma": [float(np.log(sigma))]}
    by_family = float(mle.loglik("normal", r, [0.0, sigma]))
    one_by_one = sum(float(mle.loglik("normal", [value], [0.0, sigma])) for value in r)
    by_model = float(fit.expansion(_full(scene, theta))[0])
    checks = [
        Check(
            "log L, nats",
            (
                ("−m log σ − (m/2) log 2π − (m/2σ²) MSE", total, 1e-12 * abs(total)),
                ("the residuals as a normal sample", by_family, slack),
                ("the points' log densities, one by one", one_by_one, slack),
                ("the regression's likelihood", by_model, slack),
            ),
        )
    ]
    dmse, dloglik = _score(scene)
    step = 1e-4 * fit.standard_errors["slope"]
    sides = scene.terms(np.stack([theta + way * step * np.eye(4)[0] for way in (-1, 1)]))
    scale = abs(dloglik) + abs(dmse) * pairs.m / (2 * sigma**2) + 1e-9
    rounding = 1e-13 * (abs(total) + abs(float(found.fit))) / step
    checks.append(
        Check(
            "∂ log L/∂b, nats per unit of slope",
            (
                ("−(m/2σ²) ∂MSE/∂b", -pairs.m / (2 * sigma**2) * dmse, 1e-9 * scale),
                ("the score", dloglik, 1e-8 * scale),
                (
                    "finite difference of log L",
                    float(sides.total[1] - sides.total[0]) / (2 * step),
                    1e-6 * scale + rounding,
                ),
            ),
        )
    )
    best = fit.params["sigma"]
    at_best = np.array([fit.params["slope"], fit.params["intercept"], best, 0.0])
    mse = float(scene.terms(at_best).mse)
    wide = np.linalg.lstsq(scene.design.full, pairs.y, rcond=None)[0]
    left = pairs.y - scene.design.full @ wide
    checks.append(
        Check(
            "σ̂² and MSE at the best line",
            (
                ("σ̂², maximum likelihood", best**2, 1e-12 * best**2),
                ("MSE of the best line", mse, 1e-8 * mse),
                ("NumPy's least squares", float(np.mean(left**2)), 1e-8 * mse),
            ),
        )
    )
    slopes = [
        (f"best slope with σ held at {show(s, 3)}", float(scene.best({"sigma": np.array([s])})[0][0, 0]))
        for s in (0.5 * best, best, 3 * best)
    ]
    error = fit.standard_errors["slope"]
    checks.append(
        Check(
            "b̂, which σ does not move",
            (
                ("NumPy's least squares", float(wide[1]), 1e-9 * error),
                *((way, value, 1e-7 * error) for way, value in slopes),
            ),
        )
    )
    surface = mle.regression_surface(fit, {"slope": grids["slope"], "log_sigma": grids["log_sigma"]})
    moved = theta.copy()
    moved[1] = fit.params["intercept"]
    there = float(scene.terms(moved).total)
    checks.append(
        Check(
            "log L at your slope and σ, best intercept",
            (
                ("three terms", there, 1e-12 * abs(there)),
                (
                    "the surface at log σ",
                    float(surface.values[0, 0]),
                    1e-8 * (1 + abs(there) + abs(float(scene.terms(moved).fit))),
                ),
            ),
        )
    )
    return tuple(checks)


_CODE = """\
import numpy as np
from scipy import stats

x = np.array({x})
y = np.array({y})
slope, intercept, sigma = {slope!r}, {intercept!r}, {sigma!r}
origin, degree = {origin!r}, {degree}

X = np.column_stack([np.ones_like(x), x - origin])
for power in range(2, degree + 1):  # powers made orthogonal to all columns before them
    new = X[:, -1] * (x - x.mean())
    for _ in range(2):
        new = new - X @ np.linalg.lstsq(X, new, rcond=None)[0]
    X = np.column_stack([X, new / np.sqrt(np.mean(new**2))])
best = np.linalg.lstsq(X, y, rcond=None)[0]
beta = np.concatenate([[intercept, slope], best[2:]])

m = x.size
r = y - X @ beta
mse = np.mean(r**2)
terms = -m * np.log(sigma), -m / 2 * np.log(2 * np.pi), -m / (2 * sigma**2) * mse
print("-m log sigma      ", round(terms[0], 3))
print("-(m/2) log 2 pi   ", round(terms[1], 3))
print("-(m/2 sigma^2) MSE", round(terms[2], 3))
print("log L             ", round(sum(terms), 3), "=", round(stats.norm(0, sigma).logpdf(r).sum(), 3))
print("MSE, its root     ", f"{{mse:.5g}}, {{np.sqrt(mse):.5g}}")

sigma_hat = np.sqrt(np.mean((y - X @ best) ** 2))
top = stats.norm(0, sigma_hat).logpdf(y - X @ best).sum()
print("best line         ", f"slope {{best[1]:.6g}}, intercept {{best[0]:.6g}} at x = {{origin:g}}, sigma {{sigma_hat:.6g}}")
print("below the maximum ", round(top - sum(terms), 3))
"""


def array(values: np.ndarray) -> str:
    """Numbers as Python reads them back, a few to a line."""
    items = [repr(float(v)) for v in values]
    rows = [", ".join(items[i : i + 10]) for i in range(0, len(items), 10)]
    return "[" + ",\n              ".join(rows) + "]"


def _code(scene: Line) -> str:
    b, a, s, _ = (float(v) for v in scene.theta)
    return _CODE.format(
        x=array(scene.pairs.x), y=array(scene.pairs.y), slope=b, intercept=a, sigma=s, origin=scene.design.origin,
        degree=scene.design.degree,
    )  # fmt: skip


def _table(scene: Line) -> str:
    """Each point with its residual and its part of log L."""
    r = scene.residuals(scene.theta)
    out = io.StringIO()
    out.write("row,x,y,fitted,residual,log_density_nats\n")
    parts = mle.NOISES["gaussian"].log_density(r, scene.theta[2])
    for row in zip(scene.pairs.rows, scene.pairs.x, scene.pairs.y, scene.pairs.y - r, r, parts, strict=True):
        out.write(f"{row[0]}," + ",".join(repr(float(v)) for v in row[1:]) + "\n")
    return out.getvalue()


def parts(scene: Line) -> Parts:
    return Parts(
        reading=reading(scene),
        questions=partial(_questions, scene),
        checks=partial(_checks, scene),
        code=partial(_code, scene),
        table=partial(_table, scene),
        link=query(scene.items),
        file="regression-line",
        table_name="Residuals and log densities",
        charts={
            "points": "Points and line",
            "surface": "Surface of log L",
            "terms": "Terms over σ",
            "still": "log L over the slope",
        },
    )
