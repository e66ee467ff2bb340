"""Read, Try, Check, Code and Share of the network."""

from __future__ import annotations

import numpy as np

import mle_core as mle
from mle_ui.scenes import states
from mle_ui.scenes.mse_vs_bce import settings
from mle_ui.scenes.mse_vs_bce.duel import NAMES
from mle_ui.scenes.mse_vs_bce.duel_parts import RULES
from mle_ui.scenes.mse_vs_bce.network import GOOD, Network
from mle_ui.state import query
from mle_ui.words import Check, Parts, Question, Reading

_TEXT = """\
Does it matter beyond one neuron? A network with one hidden layer of {hidden} units, $\\hat y = \\sigma(v^\\top\\tanh(Wx + b) + c)$, is
trained on {cloud} points that no straight line parts, from {runs} random starts, each once under MSE and once under BCE.

By the chain rule every weight's gradient, however deep, begins with the same factor:

$$
\\frac{{\\partial L}}{{\\partial v}} = \\frac{{\\partial L}}{{\\partial z}}\\cdot\\frac{{\\partial z}}{{\\partial v}},\\qquad
\\frac{{\\partial\\,\\mathrm{{MSE}}}}{{\\partial z}} = (\\hat y - y)\\,\\hat y(1 - \\hat y),\\qquad
\\frac{{\\partial\\,\\mathrm{{BCE}}}}{{\\partial z}} = \\hat y - y
$$

So a point on which the network is surely wrong teaches it next to nothing under MSE. With small starting weights
$\\hat y \\approx \\tfrac12$ and the price is mild: its slope is a quarter of BCE's, and four times the step
makes up for it. With larger ones the network begins sure of itself, and wrong on half of the points.

At epoch {t} the median start gets **{mse}** right under MSE and **{bce}** under BCE. Every point of the right picture is one start
under both losses. The spread matters as much as the median: some starts get stuck.

MSE is no wrong loss: its minimum, too, is at the true probabilities (it is *proper*). What it lacks is a slope where it is needed."""

_CORRECTION = (
    "The article argues with one neuron. In a network the factor ŷ(1 − ŷ) of the output multiplies the gradient of every weight "
    "below it, but for well-scaled starts and steps MSE does learn."
)


def _shares(scene: Network, t: int) -> dict[str, float]:
    return {key: float(np.median(values, axis=0)[t]) for key, values in scene.accuracy.items()}


def _reading(scene: Network) -> Reading:
    now = _shares(scene, scene.epoch)
    text = _TEXT.format(
        hidden=scene.plan.hidden, cloud=settings.CLOUD, runs=settings.RUNS, t=scene.epoch, mse=f"{now['mse']:.1%}", bce=f"{now['bce']:.1%}"
    )  # fmt: skip
    return Reading(text, "10 (MSE on binary classification)", _CORRECTION)


def _of(link: dict[str, str]) -> Network:
    found = states.opened("mse_vs_bce", {"view": settings.NETWORK, **link})
    assert isinstance(found, Network)
    return found


def _sets(link: dict[str, str]) -> dict[str, object]:
    return states.sets("mse_vs_bce", {"view": settings.NETWORK, **link})


def _says(scene: Network, t: int) -> str:
    return ", ".join(f"{NAMES[key]} {share:.0%}" for key, share in _shares(scene, t).items())


def _questions() -> tuple[Question, ...]:
    last = settings.LENGTH
    usual: dict[str, str] = {}
    small, large = {"scale": "1", "favour": "4", "t": str(last)}, {"scale": "10", "t": str(last)}
    here = _of(usual)
    starts = here.accuracy
    stuck = {key: int((values[:, last] < GOOD).sum()) for key, values in starts.items()}
    return (
        Question(
            f"Starts with weights four times the usual size, one step size. Who is ahead after {here.epoch} epochs?",
            ("MSE", "BCE", "neither"),
            1,
            f"At epoch {here.epoch}: {_says(here, here.epoch)}; at epoch {last}: {_says(here, last)}. Play t to see the points climb.",
            _sets(usual),
        ),
        Question(
            "Now the starts are ten times the usual size. Whom does it hurt more?",
            ("MSE", "BCE", "both alike"),
            0,
            f"At epoch {last}: {_says(_of(large), last)}. Surely wrong from the first, MSE hears nothing from half of the points.",
            _sets(large),
        ),
        Question(
            "Small starting weights, and four times the step for MSE. Does BCE still run away?",
            ("it does, by far", "they stay close"),
            1,
            f"At epoch {last}: {_says(_of(small), last)}. Near ŷ = ½ the losses differ by a factor that the step makes up for.",
            _sets(small),
        ),
        Question(
            f"At the last epoch, how many of the {settings.RUNS} starts are still below {GOOD:.0%} (weights four times as large)?",
            ("more under MSE", "more under BCE", "as many under both"),
            0 if stuck["mse"] > stuck["bce"] else 1 if stuck["bce"] > stuck["mse"] else 2,
            f"{stuck['mse']} under MSE, {stuck['bce']} under BCE: see the lowest points of the right picture.",
            _sets({"t": str(last)}),
        ),
    )  # fmt: skip


def _checks(scene: Network) -> tuple[Check, ...]:
    x, y = mle.points_in_shape(scene.plan.shape, settings.CLOUD, scene.plan.seed)
    found = []
    for key, runs in scene.train().items():
        if runs.diverged.any():
            continue
        said = runs.predict_proba(x)
        kept = float(np.median(runs.accuracy[:, -1]))
        right = float(np.median(((said >= 0.5) == (y == 1)).mean(axis=1)))
        value = float(mle.LOSSES[key].value_from_probability(np.broadcast_to(y, said.shape), said).mean())
        found += [
            Check(
                f"{NAMES[key]}: median accuracy at the end",
                (("kept while training", kept, 1e-12), ("predictions of the trained networks", right, 1e-12)),
            ),
            Check(
                f"{NAMES[key]}: mean loss at the end",
                (("kept while training", float(runs.values[:, -1].mean()), 1e-12), ("from the predicted probabilities", value, 1e-6)),
            ),
        ]  # fmt: skip
    return tuple(found) or (Check("diverged runs", (("count", 1.0, 1.0), ("at least one", 1.0, 1.0))),)


_CODE = """\
import numpy as np
from scipy import special

x = np.array({x})
y = np.array({y})
hidden, starts, epochs, scale = {hidden}, {runs}, {epochs}, {scale!r}
steps = {{"MSE": {mse!r}, "BCE": {bce!r}}}

{rule}

for loss, step in steps.items():
    rng = np.random.default_rng({seed})
    W = scale * np.sqrt(2 / (2 + hidden)) * rng.normal(size=(starts, 2, hidden))
    v = scale * np.sqrt(2 / (hidden + 1)) * rng.normal(size=(starts, hidden, 1))
    theta = [W, np.zeros((starts, 1, hidden)), v, np.zeros((starts, 1, 1))]
    memory, right = [None] * 4, []
    for epoch in range(epochs + 1):
        units = np.tanh(x @ theta[0] + theta[1])
        z = (units @ theta[2] + theta[3])[:, :, 0]
        right.append(((z >= 0) == (y == 1)).mean(axis=1))
        p = special.expit(z)
        back = ((p - y) * (p * (1 - p) if loss == "MSE" else 1.0))[:, :, None] / len(y)
        inner = back @ theta[2].transpose(0, 2, 1) * (1 - units**2)
        slopes = [x.T @ inner, inner.sum(1, keepdims=True), units.transpose(0, 2, 1) @ back, back.sum(1, keepdims=True)]
        for k, g in enumerate(slopes):
            move, memory[k] = rule(g, step, memory[k], epoch + 1)
            theta[k] = theta[k] - move
    right = np.array(right)
    print(f"{{loss}}: median accuracy {{np.median(right[{t}]):.1%}} at epoch {t}, {{np.median(right[-1]):.1%}} at the end")
"""


def _code(scene: Network) -> str:

    x, y = mle.points_in_shape(scene.plan.shape, settings.CLOUD, scene.plan.seed)
    return _CODE.format(
        x=np.round(x, 15).tolist(), y=[int(v) for v in y], hidden=scene.plan.hidden, runs=settings.RUNS, epochs=settings.LENGTH,
        scale=scene.plan.scale, mse=scene.plan.step("mse"), bce=scene.plan.step("bce"), rule=RULES[scene.plan.optimiser],
        seed=scene.plan.seed, t=scene.epoch,
    )  # fmt: skip


def _table(scene: Network) -> str:
    """Accuracy of every start under both losses, epoch by epoch."""
    head = ["epoch", *(f"{key}_start_{k + 1}" for key in settings.PAIR for k in range(settings.RUNS))]
    values = np.concatenate([scene.accuracy[key] for key in settings.PAIR])
    lines = [",".join(head)]
    lines += [",".join([str(t), *(f"{v:.6g}" for v in column)]) for t, column in enumerate(values.T)]
    return "\n".join(lines) + "\n"


def parts(scene: Network) -> Parts:
    return Parts(
        reading=_reading(scene),
        questions=_questions,
        checks=lambda: _checks(scene),
        code=lambda: _code(scene),
        table=lambda: _table(scene),
        link=query(scene.items),
        file="mse-vs-bce-network",
        table_name="Accuracy of every start",
        charts={"accuracy": "Accuracy", "starts": "Starts", "learnt": "Boundaries"},
    )
