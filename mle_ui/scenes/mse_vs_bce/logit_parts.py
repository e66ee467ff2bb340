"""Read, Try, Check, Code and Share of one logit."""

from __future__ import annotations

import numpy as np
from scipy import integrate

import mle_core as mle
from mle_ui.numbers import show
from mle_ui.scenes import states
from mle_ui.scenes.mse_vs_bce import logit_marks, settings
from mle_ui.scenes.mse_vs_bce.logit import Logit
from mle_ui.state import query
from mle_ui.words import Check, Parts, Question, Reading

_TEXT = """\
A neuron turns its logit $z = wx + b$ into a probability $\\hat y = \\sigma(z)$. With $z = {z}$ it says $\\hat y = {p}$ of a point whose
label is $y = {y}$.

**Squared error**, $L = \\tfrac12(y - \\hat y)^2 = {mse}$:

$$\\frac{{dL}}{{dw}} = -(y - \\hat y)\\,\\hat y(1 - \\hat y)\\,x = -({gap})\\cdot {slope}\\cdot {x} = {g_mse}$$

**Cross-entropy**, $L = -y\\log\\hat y - (1 - y)\\log(1 - \\hat y) = {bce}$ nats:

$$\\frac{{dL}}{{dw}} = -(y - \\hat y)\\,x = -({gap})\\cdot {x} = {g_bce}$$

The second has lost the factor $\\hat y(1 - \\hat y) = {slope}$. It comes from the sigmoid, which is flat where the neuron is sure, and
the logarithm undoes it: $dL/d\\hat y$ grows exactly as fast as $d\\hat y/dz$ shrinks. Squared error has nothing to undo it with, so a
neuron that is surely wrong hears almost nothing.

The curvatures tell the same story. BCE bends upwards everywhere, so any valley is the only one. MSE bends down wherever the error is
large: a plateau that leads nowhere.

At the start of training $\\hat y \\approx \\tfrac12$: then both classes get slopes of one size, ±½ under BCE and ±⅛ under MSE. That the
signal is the same for both is no fault of MSE."""

_CORRECTION = (
    "The article heads its two cases “when ŷ = 0” and “when ŷ = 1”. They are cases of the label, y = 0 and y = 1. And “if the "
    "network is right "
    "the gradient is null” is true of both losses; what sets them apart is the network that is surely wrong."
)


def _reading(scene: Logit) -> Reading:
    mse, bce = (scene.chain(key) for key in settings.PAIR)
    text = _TEXT.format(
        z=show(scene.z, 4), y=show(scene.y, 4), x=show(scene.x, 3), p=show(float(mse.prediction), 4), mse=show(float(mse.value), 4),
        bce=show(float(bce.value), 4), gap=show(scene.y - float(mse.prediction), 4), slope=show(float(mse.by_logit), 4),
        g_mse=show(float(mse.product), 4), g_bce=show(float(bce.product), 4),
    )  # fmt: skip
    return Reading(text, "10 (MSE on binary classification)", _CORRECTION)


def _questions() -> tuple[Question, ...]:
    def slopes(z: float, y: float = 1.0) -> tuple[float, float]:
        mse, bce = (float(mle.LOSSES[key].gradient(y, z)) for key in settings.PAIR)
        return mse, bce

    z = np.linspace(-8, 0, 801)
    steepest = float(z[np.argmax(np.abs(mle.LOSSES["mse"].gradient(1.0, z)))])
    flat, steep = slopes(-6.0)
    begin, begin_bce = slopes(0.0)
    other, other_bce = slopes(0.0, 0.0)
    share = float(mle.LOSSES["mse"].curvature(1.0, -3.0))
    soft = float(mle.LOSSES["bce"].value(0.8, np.log(4)))
    return (
        Question(
            "The label is 1. Drag z from 0 to −8: the neuron gets surer and surer of the wrong answer. What does the slope of MSE do?",
            ("it grows all the way", "it grows, then fades", "it fades all the way"),
            1,
            f"It is steepest near z = {show(steepest, 2)} and fades beyond. At z = −6 it is {show(flat, 3)}, that of BCE {show(steep, 3)}.",
            states.sets("mse_vs_bce", {"z": "-6"}),
        ),
        Question(
            "At z = 0 the neuron knows nothing. Which loss tells the two classes apart there?",
            ("BCE alone", "both, equally loudly for either class", "neither"),
            1,
            f"Label 1 pulls with {show(begin, 3)} under MSE and {show(begin_bce, 3)} under BCE, label 0 with {show(other, 3)} and "
            f"{show(other_bce, 3)}: opposite signs, one size. MSE only speaks four times more softly.",
            states.sets("mse_vs_bce", {"z": "0"}),
        ),
        Question(
            "Which of the three factors is to blame for MSE's silence when the neuron is surely wrong?",
            ("∂L/∂ŷ", "∂ŷ/∂z", "∂z/∂w"),
            1,
            f"∂ŷ/∂z = ŷ(1 − ŷ) falls with every unit of |z| to about a third; the other factors do not make up for it. At z = −6 it is "
            f"{show(float(mle.chain_rule('mse', 1.0, -6.0, 0.0, 1.0).by_logit), 3)}. Under BCE the first bar rises as far as "
            f"the second falls.",
            states.sets("mse_vs_bce", {"z": "-6"}),
        ),
        Question(
            "The label is 1 and z = −3. Which way does the curve of MSE bend there?",
            ("up, like a bowl", "down, like a hill", "not at all"),
            1,
            f"Its second derivative is {show(share, 3)}, below zero: a Newton step from there would walk uphill. BCE's is "
            f"above zero everywhere.",
            states.sets("mse_vs_bce", {"z": "-3"}),
        ),
        Question(
            "The label is a share, y = 0.8: one rater in five says no. Where is BCE lowest?",
            ("where ŷ = 1", "where ŷ = 0.8", "where ŷ = 0.5"),
            1,
            f"At ŷ = 0.8, z = log 4 = {show(float(np.log(4)), 4)}: both losses are flat there. But BCE is not 0, it is {show(soft, 4)} "
            f"nats, the entropy of the "
            "label, while MSE is 0.",
            states.sets("mse_vs_bce", {"z": "1.4", "y": "0.8"}),
        ),
    )  # fmt: skip


def _checks(scene: Logit) -> tuple[Check, ...]:
    z, y, x = scene.z, scene.y, scene.x
    found: list[Check] = []
    for key in scene.keys:
        symbol, h = mle.LOSSES[key].symbol, 1e-5

        def value(t: float, key: str = key) -> float:
            return float(logit_marks.of(key, "value", np.asarray(y), np.asarray(t)))

        def slope(t: float, key: str = key) -> float:
            return float(logit_marks.of(key, "gradient", np.asarray(y), np.asarray(t)))

        kink = key == "hinge" and abs(abs(z) - 1) < 2 * h
        ways = [
            ("closed form", slope(z), 0.5 if kink else 1e-12),
            ("difference of values", (value(z + h) - value(z - h)) / (2 * h), 1e-9 + (1.0 if kink else 0.0)),
        ]
        if key in settings.PAIR:
            factors = logit_marks.factors(key, np.array([[z, y, 1.0]]))[0]
            ways.append(("product of the factors", float(factors[0] * factors[1]), 1e-9))
        found.append(Check(f"∂{symbol}/∂z", tuple(ways)))
        # From a logit where the loss is known, by the slope alone.
        inner = [t for t in (-1.0, 1.0) if min(0, z) < t < max(0, z)]
        total, error = integrate.quad(slope, 0, z, limit=200, points=inner or None)
        summed = value(0.0) + total
        found.append(
            Check(symbol, (("closed form", value(z), 1e-12), ("its slope summed from z = 0", summed, error + 1e-7)))
        )
    p = float(mle.chain_rule("bce", y, z, 0.0, 1.0).prediction)
    bce = float(mle.LOSSES["bce"].value(y, z))
    label = np.array([1 - y, y])
    law = np.array([1 - p, p])
    found.append(
        Check(
            "BCE as cross-entropy H(y, ŷ), nats",
            (("loss of the logit", bce, 1e-12), ("cross-entropy of two laws", float(mle.cross_entropy(label, law)), 1e-7)),
        )
    )  # fmt: skip
    both = [float(mle.LOSSES[key].gradient(y, z)) * x for key in settings.PAIR]
    found.append(
        Check(
            "∂MSE/∂w",
            (
                ("its own formula", both[0], 1e-12),
                ("∂BCE/∂w · ŷ(1 − ŷ)", both[1] * float(mle.chain_rule("bce", y, z, 0.0, 1.0).by_logit), 1e-12),
            ),
        )
    )  # fmt: skip
    return tuple(found)


_CODE = """\
import numpy as np
from scipy import special

z, y, x = {z!r}, {y!r}, {x!r}
p = special.expit(z)
mse = 0.5 * (y - p) ** 2
bce = y * np.logaddexp(0, -z) + (1 - y) * np.logaddexp(0, z)  # exact for any z
print(f"y_hat = {{p:.4g}}, MSE = {{mse:.4g}}, BCE = {{bce:.4g}} nats")

# The chain rule dL/dw = dL/dp * dp/dz * dz/dw
slope = p * special.expit(-z)
print(f"MSE: {{p - y:.3g}} * {{slope:.3g}} * {{x:.3g}} = {{(p - y) * slope * x:.3g}}")
first = (1 - y) / special.expit(-z) - y / p
print(f"BCE: {{first:.3g}} * {{slope:.3g}} * {{x:.3g}} = {{(p - y) * x:.3g}}")

# Curvatures in z: BCE's is never negative, MSE's is where the error is large
print(f"d2 MSE/dz2 = {{slope * (slope - (y - p) * (1 - 2 * p)):.3g}}, d2 BCE/dz2 = {{slope:.3g}}")
"""


def _table(scene: Logit) -> str:
    """Losses, slopes and curvatures over z at the present label."""
    z = np.round(np.linspace(-8, 8, 321), 4)
    y = np.full_like(z, scene.y)
    columns = {"z": z, "y_hat": mle.chain_rule("bce", y, z, 0.0, 1.0).prediction}
    for key in scene.keys:
        for what in ("value", "gradient", "curvature"):
            columns[f"{key}_{what}"] = logit_marks.of(key, what, y, z)
    lines = [",".join(columns)]
    lines += [",".join(repr(float(v)) for v in row) for row in zip(*columns.values(), strict=True)]
    return "\n".join(lines) + "\n"


def parts(scene: Logit) -> Parts:
    return Parts(
        reading=_reading(scene),
        questions=_questions,
        checks=lambda: _checks(scene),
        code=lambda: _CODE.format(z=scene.z, y=scene.y, x=scene.x),
        table=lambda: _table(scene),
        link=query(scene.items),
        file="mse-vs-bce",
        table_name="Losses over the logit",
        charts={"losses": "Losses", "gradients": "Slopes", "chain": "Chain rule", "curvatures": "Curvatures"},
    )
