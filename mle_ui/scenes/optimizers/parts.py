"""Read, Try, Check and Share of the race."""

from __future__ import annotations

import io
import itertools
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import optimize

import mle_core as mle
from mle_ui import state
from mle_ui.figures.racers import LOOKS
from mle_ui.numbers import nats, show
from mle_ui.scenes.optimizers import settings
from mle_ui.scenes.optimizers.endings import word
from mle_ui.scenes.optimizers.marks import STEP
from mle_ui.scenes.optimizers.noise import REPEATS
from mle_ui.scenes.optimizers.scene import Scene, build
from mle_ui.scenes.optimizers.settings import SIZE, batch_slider
from mle_ui.scenes.optimizers.snippet import snippet
from mle_ui.state import Link, Several
from mle_ui.words import Check, Parts, Question, Reading

Array = npt.NDArray[np.float64]

READING = Reading(
    text=(Path(__file__).parent / "read.md").read_text(encoding="utf-8"),
    section="4, Learning as matching a distribution",
    correction="The article calls m the batch size and lets its noise shrink as 1/√m. That holds for independent draws; batches of "
    "a shuffled epoch are drawn without replacement, which adds the factor √((n − b)/(n − 1)).",
)
#: Batches that the check draws at most, and observations in all of them.
_MANY, _DRAWS = 20_000, 4_000_000
#: A gap that counts as the top in the questions, nats.
_THERE = 1e-3


#: What a question sets besides its own, so that nothing of an earlier one is left.
_PLAIN: dict[str, object] = {
    control.key: list(control.default) if isinstance(control, Several) else control.default
    for control in (
        settings.RACERS, settings.SIZE, settings.COORDINATES, settings.NEWTON, settings.DECAY, settings.REPLACE, settings.LENGTH
    )
}  # fmt: skip


def _sent(scene: Scene, changes: dict[str, object]) -> Scene:
    """The scene after a question has set the page."""
    query = {
        **state.query(scene.items),
        **{k: [str(i) for i in v] if isinstance(v, list) else str(v) for k, v in changes.items()},
    }
    sent = build(Link(query))
    assert sent is not None
    return sent


def _questions(scene: Scene) -> tuple[Question, ...]:
    return (_too_long(scene), _cheapest(scene), _promise(scene), _coordinates(scene), _batches(scene))


def _too_long(scene: Scene) -> Question:
    sets = {**_PLAIN, SIZE.key: "3", "racer": ["gradient", "newton"], "step": scene.sliders[STEP].values[0]}
    found = _sent(scene, sets).run("gradient")
    gap = float(found.gaps[found.steps])
    answer = 2 if found.reason == "diverged" else 0 if gap < _THERE else 1
    after = f"After {found.steps} iterations it is {nats(gap)} nats below the top" + (
        ", and the next step leaves the domain." if answer == 2 else "."
    )
    return Question(
        "Gradient ascent with a step of 3 over the largest curvature: what becomes of it? Play t, from several starts.",
        ("it arrives sooner", "it never settles", "it leaves the domain"),
        answer,
        f"{after} Across the steepest direction at the top a step of s over the curvature multiplies the distance by 1 − s: beyond 2 it "
        "grows each time. Only where the hill is flatter on the way does such a step help.",
        sets,
    )


def _cheapest(scene: Scene) -> Question:
    sets, reached = {**_PLAIN, "against": "passes"}, {}
    there = _sent(scene, sets)
    for key in there.racers:
        found = there.run(key)
        low = np.flatnonzero(found.gaps <= _THERE)
        reached[key] = float(found.passes[low[0]]) if low.size else np.inf
    best = min(reached, key=lambda key: reached[key])
    names = [*(LOOKS[key].short for key in there.racers), "none of them"]
    words = "; ".join(
        f"{LOOKS[k].short} " + (f"{show(v, 3)}" if np.isfinite(v) else "not at all") for k, v in reached.items()
    )
    return Question(
        f"From this start, who is first within {_THERE:g} nats of the top, counted in passes over the data? Then drag the start: is it "
        "always the same?",
        tuple(names),
        there.racers.index(best) if np.isfinite(reached[best]) else len(there.racers),
        f"Passes needed: {words}. A line search pays for the steps that it rejects, a mini-batch only for the observations that it sees.",
        sets,
    )


def _promise(scene: Scene) -> Question:
    sets = {
        **_PLAIN,
        "newton": "full",
        "racer": ["gradient", "newton"],
        "look": "parabola",
        "step": scene.sliders[STEP].values[0],
    }
    there = _sent(scene, sets)
    cut = there.cut(there.theta)
    found = cut[1] if cut else None
    if found is None:
        answer, seen = 2, "There is no parabola at this start."
    else:
        answer = 2 if not found.gained > 0 else 0 if abs(found.gained / found.promised - 1) < 0.1 else 1
        seen = f"The parabola promises {show(found.promised, 4)} nats; " + (
            f"ℓ changes by {show(found.gained, 4)}."
            if np.isfinite(found.gained)
            else "the step leaves the domain, where the likelihood is 0."
        )
    return Question(
        "Newton takes its whole first step from here. Does the log-likelihood rise as the parabola promises? Then drag the start to "
        "where it keeps its word.",
        ("yes, within a tenth", "it rises, but by another amount", "it falls or leaves the domain"),
        answer,
        f"{seen} The parabola knows the hill at one point only; close to the top it is the hill.",
        sets,
    )


def _coordinates(scene: Scene) -> Question:
    sets = {
        **_PLAIN, "data": "groundbeef", "family": "gamma", "coordinates": "log", SIZE.key: "0.5", "racer": ["gradient", "newton"],
    }  # fmt: skip
    found = {}
    for coordinates in ("raw", "log"):
        there = build(
            Link({**{k: v if isinstance(v, list) else str(v) for k, v in sets.items()}, "coordinates": coordinates})
        )
        assert there is not None
        run = there.run("gradient")
        hessian = mle.newton_parabola(there.arena.problem, there.arena.top).hessian
        curvatures = np.linalg.eigvalsh(-hessian)
        found[coordinates] = float(run.gaps[run.steps]), float(curvatures[-1] / curvatures[0])
    return Question(
        "Ground beef under a gamma has a long, narrow ridge. In which coordinates is gradient ascent nearer to the top after 40 steps?",
        ("shape and rate", "their logarithms", "no difference"),
        0 if found["raw"][0] < found["log"][0] else 1,
        f"Raw: {nats(found['raw'][0])} nats to go, the curvatures at the top differ by a factor of {show(found['raw'][1], 3)}. Logarithms: "
        f"{nats(found['log'][0])} nats, factor {show(found['log'][1], 3)}. Newton does not care: it measures its step by the "
        "curvature itself.",
        sets,
    )


def _batches(scene: Scene) -> Question:
    sizes = batch_slider(scene.arena.n).values
    small = int(max((b for b in sizes if 4 * b in sizes), default=1))
    few, more = scene.noise(small, True).measured[0], scene.noise(4 * small, True).measured[0]
    less = scene.noise(min(4 * small, scene.arena.n), False).measured[0]
    return Question(
        f"Mini-batches of {4 * small} instead of {small} observations, drawn with replacement: drag b there. The noise of the gradient "
        "becomes",
        ("as large", "half", "a quarter"),
        1,
        f"Measured over {REPEATS} batches: {show(few, 3)} and {show(more, 3)}, a ratio of {show(more / few, 3)}: 1/√4 but for chance. "
        f"Without replacement {show(less, 3)}, as each batch then sees more of the sample.",
        {**_PLAIN, "look": "noise", settings.REPLACE.key: "with", "batch": float(small)},
    )


def _checks(scene: Scene) -> tuple[Check, ...]:
    arena = scene.arena
    problem, begin = arena.problem, arena.begin(scene.start)
    names = dict(zip(problem.names, problem.labels, strict=True))
    checks = [_top(scene)]
    if bool(problem.contains(begin)) and np.isfinite(problem.value(begin)):
        slope, curvature = problem.gradient(begin), mle.newton_parabola(problem, begin).hessian
        for j, name in enumerate(problem.names):
            if name not in arena.course.pair:
                continue
            unit = np.eye(len(begin))[j] / max(np.sqrt(abs(curvature[j, j])), 1e-12)
            scale = float(np.linalg.norm(unit))
            place = float(np.finfo(float).eps * abs(begin[j]) / scale)
            numeric, error = _differences(lambda h, u=unit: problem.value(begin + h * u), place)
            checks.append(
                Check(
                    f"∂ℓ/∂{names[name]} at the start, nats an observation",
                    (
                        ("score, closed form", float(slope[j]), 0.0),
                        ("finite difference", numeric / scale, error / scale),
                    ),
                )
            )
            bend, error = _differences(lambda h, u=unit, i=j: problem.gradient(begin + h * u)[..., i], place)
            checks.append(
                Check(
                    f"∂²ℓ/∂{_squared(names[name])} at the start",
                    (
                        ("Hessian, closed form", float(curvature[j, j]), 0.0),
                        ("finite difference of the score", bend / scale, error / scale),
                    ),
                )
            )
    checks.append(_scatter(scene, names[arena.course.pair[0]]))
    return tuple(checks)


def _scatter(scene: Scene, label: str) -> Check:
    """The standard deviation of a mini-batch's gradient: more batches than the picture draws, and what chance does to it."""
    arena, batch, replace = scene.arena, scene.batch, scene.rules.replace
    repeats = int(np.clip(_DRAWS / batch, REPEATS, _MANY))
    drawn = mle.optimizers.gradient_scatter(arena.problem, arena.top, batch, repeats, scene.rules.seed, replace)
    place = arena.problem.names.index(arena.course.pair[0])
    off = drawn.gradients[:, place] - drawn.full[place]
    theory, measured = float(drawn.standard_deviation[place]), float(np.sqrt(np.mean(off**2)))
    # The variance of a mean of squares comes from the fourth moment: heavy-tailed scores make it wide by themselves.
    fourth = float(np.mean((off / measured) ** 4)) if measured > 0 else 3.0
    chance = 4 * measured * np.sqrt(max(fourth - 1, 0.0) / (4 * repeats))
    size = float(np.sqrt(np.mean(arena.problem.scores(arena.top)[:, place] ** 2))) if arena.problem.scores else 1.0
    how = "with" if replace else "without"
    return Check(
        f"sd of ∂ℓ/∂{label} over mini-batches of {batch}, {how} replacement",
        (("theory", theory, 0.0), (f"{repeats} batches drawn", measured, float(chance) + 1e-12 * size)),
    )


def _squared(label: str) -> str:
    return f"({label})²" if " " in label else f"{label}²"


def _differences(along, place: float) -> tuple[float, float]:  # type: ignore[no-untyped-def]
    """Slope at 0 of a function of one number: central differences at three distances, extrapolated twice, and a bound of the error.

    `place` is how far from where they should be the two points may lie by rounding.
    """
    slopes, size, distances = [], 0.0, (2e-2, 1e-2, 5e-3)
    for h in distances:
        up, down = float(along(h)), float(along(-h))
        slopes.append((up - down) / (2 * h))
        size = max(size, abs(up), abs(down))
    once = [(4 * fine - coarse) / 3 for coarse, fine in itertools.pairwise(slopes)]
    best = (16 * once[1] - once[0]) / 15
    return best, abs(best - once[1]) + (8e-15 * size + 4 * place * abs(best)) / distances[-1]


def _top(scene: Scene) -> Check:
    """The maximum by `fit`, by the best racer, and by a simplex that knows no slope."""
    arena = scene.arena
    problem = arena.problem

    def below(phi: Array) -> float:
        value = float(problem.value(phi))
        return -value if np.isfinite(value) else 1e12

    # A simplex of about a standard error around a point beside the maximum.
    spread = 0.3 * arena.units / np.sqrt(arena.n)
    corners = arena.top + np.vstack([spread, -spread * np.eye(spread.size)])
    found = optimize.minimize(
        below,
        corners[0],
        method="Nelder-Mead",
        options={"initial_simplex": corners, "xatol": 1e-12, "fatol": 1e-15, "maxiter": 4000, "maxfev": 8000},
    )
    top = arena.fit.loglik
    newton = mle.optimize(problem, found.x, "newton", 50)
    rounding = 1e-11 * (1 + abs(top))
    return Check(
        "ℓ(θ̂), nats",
        (
            ("fit", top, rounding),
            ("Nelder–Mead, which sees no slope", -arena.n * float(found.fun), 1e-6 + rounding),
            ("Newton from there", arena.n * float(newton.values[-1]), rounding),
        ),
    )


def _table(scene: Scene) -> str:
    """Every iterate as CSV."""
    out = io.StringIO()
    first, second = scene.arena.course.pair
    out.write(f"racer,iteration,{first},{second},gap_nats,passes,end\n")
    for key in scene.racers:
        found = scene.run(key)
        for i in range(found.steps + 1):
            a, b = (float(v) for v in found.places[i])
            end = word(key, found.reason) if i == found.steps else ""
            out.write(f"{key},{i},{a!r},{b!r},{float(found.gaps[i])!r},{float(found.passes[i])!r},{end}\n")
    return out.getvalue()


def parts(scene: Scene) -> Parts:
    """The tabs of the page."""
    charts = {"surface": "Race", "gap": "Gap"}
    charts |= {"parabola": {"parabola": "Parabola"}, "noise": {"cloud": "Gradients", "law": "Law"}, "3d": {}}[
        scene.look
    ]
    return Parts(
        reading=READING,
        questions=lambda: _questions(scene),
        checks=lambda: _checks(scene),
        code=lambda: snippet(scene),
        table=lambda: _table(scene),
        link=state.query(scene.items),
        file=f"race-{scene.arena.observed.data}-{scene.arena.course.family}",
        table_name="Iterates",
        charts=charts,
    )
