"""Read, Try, Check, Code and Share of the duel."""

from __future__ import annotations

import numpy as np

import mle_core as mle
from mle_ui.numbers import show
from mle_ui.scenes import states
from mle_ui.scenes.mse_vs_bce import duel_marks, runs, settings
from mle_ui.scenes.mse_vs_bce.duel import NAMES, PLATEAU, Duel
from mle_ui.state import query
from mle_ui.words import Check, Parts, Question, Reading

_TEXT = """\
One neuron $\\hat y = \\sigma({logit})$, the same points, the same start ({start}), and two losses. Every epoch takes one step
$\\theta \\leftarrow \\theta - \\eta\\,\\nabla L$ down the mean loss, with $\\theta = {theta}$ and {inputs}. At this start

$$\\nabla\\,\\mathrm{{MSE}} = -\\frac1m\\sum (y - \\hat y)\\,\\hat y(1 - \\hat y)\\,\\mathbf x = {all_mse}$$

$$\\nabla\\,\\mathrm{{BCE}} = -\\frac1m\\sum (y - \\hat y)\\,\\mathbf x = {all_bce}$$

{cases}

Their lengths are **{mse}** and **{bce}**. Where the neuron is surely wrong a term of MSE carries a factor
$\\hat y(1 - \\hat y)$ close to zero: a **plateau**. Training crosses it, but at a crawl: the point that was most wrong comes
round after {slow} epochs under MSE and after {fast} under BCE.

A longer step helps MSE. The fair comparison gives each loss its best one, {own} from {origin}. The gap shrinks but does not close: one
step size has to serve both plateau and valley.

BCE is convex in the weights, since $z$ is linear in them: one bowl. MSE is not: where its Hessian has a negative eigenvalue the picture
is grey, and inside the dashed line its gradient is shorter than {plateau}.

Adam divides every step by the size of recent gradients, and so walks over plateaus; momentum helps a little. Neither
mends the curvature."""

#: The article's two cases of squared error, which it heads by ŷ: they are those of the label.
_CASES = {
    1.0: "$$y=1:\\quad -\\frac1{{{m}}}\\sum(1-\\hat y)\\,\\hat y(1-\\hat y)\\,\\mathbf x={g}$$",
    0.0: "$$y=0:\\quad \\frac1{{{m}}}\\sum\\hat y\\,\\hat y(1-\\hat y)\\,\\mathbf x={g}$$",
}

_CORRECTION = (
    "The article says that the gradient is null “if the network is right”. That holds for both losses. The duel is decided where the "
    "network is surely wrong."
)


def _vector(values: np.ndarray) -> str:
    return "(" + ",\\ ".join(show(float(v), 3) for v in values) + ")"


def _reading(scene: Duel) -> Reading:
    norms = {key: float(runs.run(scene.arena, key, scene.start).gradient_norms[0, 0]) for key in settings.PAIR}
    a, b = scene.sliders[:2]
    own = ", ".join(f"{show(runs.search(scene.arena, key).best, 3)} for {NAMES[key]}" for key in settings.PAIR)
    words = {key: duel_marks.recovered(scene.recovered(key), scene.arena.epochs) for key in settings.PAIR}
    _, y = runs.points(scene.arena.data, scene.arena.inputs, scene.arena.seed)
    held = {label: int((y == label).sum()) for label in _CASES}
    cases = [
        _CASES[label].format(m=many, g=_vector(runs.slope(scene.arena, "mse", scene.start, label)))
        for label, many in held.items()
        if many
    ]
    text = _TEXT.format(
        logit="wx + b" if scene.arena.bias else "w_1x_1 + w_2x_2",
        theta="(w, b)" if scene.arena.bias else "(w_1, w_2)",
        inputs="$\\mathbf x = (x, 1)$" if scene.arena.bias else "$\\mathbf x = (x_1, x_2)$",
        all_mse=_vector(runs.slope(scene.arena, "mse", scene.start)),
        all_bce=_vector(runs.slope(scene.arena, "bce", scene.start)),
        cases="\n\n".join(["The mean over the points of one label, the article's two cases of MSE, is" if len(cases) > 1 else "", *cases]),
        start=f"{a.symbol} = {show(scene.start[0])}, {b.symbol} = {show(scene.start[1])}",
        mse=show(norms["mse"], 3), bce=show(norms["bce"], 3), slow=words["mse"], fast=words["bce"], own=own, origin=scene.origin,
        plateau=PLATEAU,
    )  # fmt: skip
    return Reading(text, "10 (MSE on binary classification)", _CORRECTION)


def _of(link: dict[str, str]) -> Duel:
    found = states.opened("mse_vs_bce", {"view": settings.DUEL, **link})
    assert isinstance(found, Duel)
    return found


def _sets(link: dict[str, str]) -> dict[str, object]:
    return states.sets("mse_vs_bce", {"view": settings.DUEL, **link})


def _epochs(link: dict[str, str], key: str) -> str:
    scene = _of(link)
    return duel_marks.recovered(scene.recovered(key), scene.arena.epochs)


def _ends(link: dict[str, str], key: str) -> str:
    scene = _of(link)
    return f"{runs.ways(runs.run(scene.arena, key, scene.start), scene.arena)[0, -1, 0]:.2f}"


def _questions() -> tuple[Question, ...]:
    usual, far, adam = {"w": "-4"}, {"w": "-6", "epochs": "1000"}, {"w": "-6", "optimiser": "adam", "eta": "0.3"}
    fair, sure = {"eta": "best"}, {"w": "8", "b": "0"}
    ratio = [float(runs.run(_of(far).arena, key, _of(far).start).gradient_norms[0, 0]) for key in settings.PAIR]
    best = {key: _of(fair).step(key) for key in settings.PAIR}
    return (
        Question(
            "The start has w = −4: most points are on its wrong side. How many epochs does each loss need, at one step size?",
            ("about the same", "MSE some twenty times as many", "MSE never recovers"),
            1,
            f"MSE {_epochs(usual, 'mse')}, BCE {_epochs(usual, 'bce')}. Play t and watch the diamonds.",
            _sets(usual),
        ),
        Question(
            "Drag the start further left, to w = −6. What happens to the two?",
            ("both need half as long again", "BCE hardly more, MSE several times as many", "both several times as many"),
            1,
            f"Now it is {_epochs(far, 'mse')} against {_epochs(far, 'bce')}: the slopes at the start are {show(ratio[0], 2)} "
            f"and {show(ratio[1], 2)}.",
            _sets(far),
        ),
        Question(
            "Is that unfair, because the step suits BCE? Give each its own best step.",
            ("then MSE wins", "MSE gains much, and BCE stays ahead", "nothing changes"),
            1,
            f"Best steps {show(best['mse'], 3)} and {show(best['bce'], 3)}: MSE needs {_epochs(fair, 'mse')} epochs, BCE "
            f"{_epochs(fair, 'bce')}.",
            _sets(fair),
        ),
        Question(
            "Which optimiser does not care how short the gradient is?",
            ("momentum", "Adam", "none"),
            1,
            f"Adam measures the gradient by its own recent size: at a step of 0.3 MSE recovers after {_epochs(adam, 'mse')} "
            f"epochs, BCE after "
            f"{_epochs(adam, 'bce')}.",
            _sets(adam),
        ),
        Question(
            "The start is w = 8, b = 0: right about most points, but far too sure. Where does each loss take w in 200 epochs?",
            ("both to the bottom of the valley", "BCE to the bottom, MSE hardly moves", "neither moves"),
            1,
            f"BCE comes back to w = {_ends(sure, 'bce')}, MSE is at {_ends(sure, 'mse')}: the few points that it gets surely "
            f"wrong do not reach it.",
            _sets(sure),
        ),
    )  # fmt: skip


def _checks(scene: Duel) -> tuple[Check, ...]:
    arena = scene.arena
    x, y = runs.points(arena.data, arena.inputs, arena.seed)
    found = []
    for key in settings.PAIR:
        run, name = runs.run(arena, key, scene.start), NAMES[key]
        begin = runs.place(arena, np.array([scene.start]))[0]
        rows = np.concatenate([np.ones((len(y), 1)), x], axis=1) if arena.bias else x

        def mean(theta: np.ndarray, key: str = key, rows: np.ndarray = rows) -> float:
            return float(mle.LOSSES[key].value(y, rows @ theta).mean())

        h = 1e-6
        numeric = np.array([(mean(begin + h * e) - mean(begin - h * e)) / (2 * h) for e in np.eye(begin.size)])
        factors = mle.chain_rule(key, y, rows @ begin, 0.0, 1.0).product
        found.append(
            Check(
                f"|∇{name}| at the start",
                (
                    ("as shown", float(run.gradient_norms[0, 0]), 1e-12),
                    ("differences of the mean loss", float(np.linalg.norm(numeric)), 1e-8),
                    ("sum of the chain rule's products", float(np.linalg.norm(factors @ rows / len(y))), 1e-12),
                ),
            )
        )
        if arena.bias:
            one = mle.train_neuron(x, y, key, begin, scene.step(key), arena.epochs, arena.optimiser)
            last = min(one.epochs, arena.epochs)
            gap = float(run.values[0, last])
            found.append(
                Check(
                    f"mean {name} after {last} epochs",
                    (
                        ("as shown", gap, 1e-9),
                        ("a single neuron trained by itself", float(one.values[last]), 1e-9 * (1 + abs(gap))),
                    ),
                )
            )
        land = runs.landscape(arena.data, arena.inputs, arena.seed, key)
        i, j = 20, 44
        at = np.array([land.second[j], land.first[i]]) if arena.bias else np.array([land.first[i], land.second[j]])
        found.append(
            Check(
                f"mean {name} at one cell of the landscape",
                (("landscape", float(land.values[j, i]), 1e-12), ("mean of single losses", mean(at), 1e-12)),
            )
        )
    return tuple(found)


_CODE = """\
import numpy as np
from scipy import special

x = np.array({x})
y = np.array({y})
rows = {rows}
start = np.array({start})
steps, epochs = {{"MSE": {mse!r}, "BCE": {bce!r}}}, {epochs}


def slope(loss, theta):
    p = special.expit(rows @ theta)
    by_logit = (p - y) * (p * (1 - p) if loss == "MSE" else 1.0)
    return rows.T @ by_logit / len(y)

{rule}

for loss, step in steps.items():
    theta, memory, own = start.copy(), None, []
    for epoch in range(epochs + 1):
        z = rows @ theta
        own.append(special.expit(np.where(y == 1, z, -z)))
        g = slope(loss, theta)
        if epoch == {t}:
            shown = f"|gradient| = {{np.linalg.norm(g):.2g}}"
        move, memory = rule(g, step, memory, epoch + 1)
        theta = theta - move
    own = np.array(own)
    worst = own[:, np.argmin(own[0])]  # the point that the start got most wrong
    wrong = np.flatnonzero(worst <= 0.5)
    recovered = 0 if wrong.size == 0 else wrong[-1] + 1
    words = recovered if recovered <= epochs else f"not in {{epochs}}"
    print(f"{{loss}}: recovered after {{words}} epochs; at epoch {t} y_hat = {{worst[{t}]:.3f}}, {{shown}}")
"""

RULES = {
    "gradient": """
def rule(g, step, memory, t):
    return step * g, None
""",
    "momentum": """
def rule(g, step, memory, t):
    memory = step * g if memory is None else 0.9 * memory + step * g
    return memory, memory
""",
    "adam": """
def rule(g, step, memory, t):
    m, v = (0 * g, 0 * g) if memory is None else memory
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    return step * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8), (m, v)
""",
}


def _code(scene: Duel) -> str:
    arena = scene.arena
    x, y = runs.points(arena.data, arena.inputs, arena.seed)
    values = np.round(x, 12).tolist() if x.shape[1] > 1 else np.round(x[:, 0], 12).tolist()
    columns = "np.column_stack([np.ones(len(y)), x])" if arena.bias else "x"
    return _CODE.format(
        x=values, y=[int(v) for v in y], rows=columns, start=runs.place(arena, np.array([scene.start]))[0].tolist(),
        mse=scene.step("mse"), bce=scene.step("bce"), epochs=arena.epochs, rule=RULES[arena.optimiser], t=scene.epoch,
    )  # fmt: skip


def _table(scene: Duel) -> str:
    """Both runs, epoch by epoch."""
    a, b = scene.sliders[:2]
    columns = {"epoch": np.arange(scene.arena.epochs + 1, dtype=float)}
    for key in settings.PAIR:
        run = runs.run(scene.arena, key, scene.start)
        way = runs.ways(run, scene.arena)[0]
        columns |= {
            f"{key}_{a.key}": way[:, 0], f"{key}_{b.key}": way[:, 1], f"{key}_loss": run.values[0],
            f"{key}_gradient": run.gradient_norms[0], f"{key}_worst_y_hat": run.worst_predictions[0],
        }  # fmt: skip
    lines = [",".join(columns)]
    lines += [",".join(repr(float(v)) for v in row) for row in zip(*columns.values(), strict=True)]
    return "\n".join(lines) + "\n"


def parts(scene: Duel) -> Parts:
    return Parts(
        reading=_reading(scene),
        questions=_questions,
        checks=lambda: _checks(scene),
        code=lambda: _code(scene),
        table=lambda: _table(scene),
        link=query(scene.items),
        file="mse-vs-bce-duel",
        table_name="Both runs",
        charts={
            "land_mse": "Landscape of MSE", "land_bce": "Landscape of BCE", "norms": "Gradient", "worst": "Worst point", "search": "Steps",
        },
    )  # fmt: skip
