"""The scene's figures with their alt texts, and the table of how each run ended."""

from __future__ import annotations

from html import escape

import numpy as np
import numpy.typing as npt

from mle_ui.figures.batches import cloud_figure, law_figure
from mle_ui.figures.newton import parabola_figure
from mle_ui.figures.race import Ground, contour_figure, gap_figure, relief_figure
from mle_ui.figures.racers import LOOKS
from mle_ui.figures.style import MODEL
from mle_ui.live import moving
from mle_ui.live.moving import now
from mle_ui.live.shown import Drawing
from mle_ui.live.tables import Track
from mle_ui.numbers import show
from mle_ui.scenes.optimizers.endings import CELLS, word
from mle_ui.scenes.optimizers.marks import BATCH, BOTTOM, STEP, TOP
from mle_ui.scenes.optimizers.parabola import SHARES
from mle_ui.scenes.optimizers.scene import Scene
from mle_ui.scenes.optimizers.settings import RACERS
from mle_ui.scenes.surface.levels import BANDS, depth

Array = npt.NDArray[np.float64]
Marks = dict[tuple[str, str], Track]


def drawings(scene: Scene) -> list[Drawing]:
    """All charts of the state."""
    marks = now(scene)
    out = [_surface(scene, marks), _gap(scene, marks)]
    if scene.look == "parabola":
        out.append(_parabola(scene, marks))
    elif scene.look == "noise":
        out += [_cloud(scene, marks), _law(scene, marks)]
    else:
        out.append(_relief(scene))
    return out


def _ground(scene: Scene) -> Ground:
    first, second = scene.axes
    pair = scene.arena.course.pair
    return Ground(
        titles=(first.title, second.title),
        logarithmic=(first.logarithmic, second.logarithmic),
        first=first.grid,
        second=second.grid,
        depth=depth(scene.field),
        drop=np.minimum(scene.field, 1e9),
        bands=BANDS,
        best=(scene.arena.fit.params[pair[0]], scene.arena.fit.params[pair[1]]),
        start=scene.start,
    )


def _says(scene: Scene) -> str:
    """Each racer with its gap now and how it ends, in words."""
    found = []
    for key in scene.racers:
        words = f"{LOOKS[key].short} {dict(scene.readouts(scene.theta[None], {'step'}))[f'gap-{key}'][0]}"
        found.append(f"{words}, {word(key, scene.run(key).reason)} after {scene.run(key).steps} iterations")
    return "; ".join(found)


def _surface(scene: Scene, marks: Marks) -> Drawing:
    paths = {key: moving.first(marks["surface", f"path-{key}"]) for key in scene.racers}
    a, b = scene.axes
    ground = _ground(scene)
    title = f"The race over {a.symbol} and {b.symbol}: drag the purple start"
    alt = (
        f"Contours of the log-likelihood over {a.name} and {b.name} with the paths of {len(scene.racers)} optimisers up to iteration "
        f"{scene.theta[STEP]:g}, from {show(ground.start[0])}, {show(ground.start[1])} towards the maximum at {show(ground.best[0])}, "
        f"{show(ground.best[1])}."
    )
    return Drawing("surface", contour_figure(ground, paths, title), alt)


def _gap(scene: Scene, marks: Marks) -> Drawing:
    curves = {key: moving.first(marks["gap", f"gap-{key}"]) for key in scene.racers}
    points = {key: moving.first(marks["gap", f"now-{key}"]) for key in scene.racers}
    labels = {}
    for key in scene.racers:
        track = marks["gap", f"end-{key}"]
        x, y = moving.first(track)
        assert track.texts is not None
        labels[key] = (float(x[0]), float(y[0]), track.texts[0])
    passes = scene.against == "passes"
    figure = gap_figure(
        curves, {key: (float(x[0]), float(y[0])) for key, (x, y) in points.items()}, labels,
        title="Nats to go: … climbing, ↯ swinging, ✗ lost",
        axis="passes over the data" if passes else "iterations", costs=scene.costs, logarithmic=passes,
        least=1e-6, highest=scene.highest,
    )  # fmt: skip
    against = "passes over the data" if passes else "iterations"
    return Drawing("gap", figure, f"Gap to the maximum in nats against {against}, logarithmic. {_says(scene)}.")


def _parabola(scene: Scene, marks: Marks) -> Drawing:
    follows = LOOKS[scene.follows]
    truth, touching, curve = (moving.first(marks["parabola", name])[1] for name in ("truth", "touching", "parabola"))
    words = []
    for name in ("promise", "gain", "form"):
        track = marks["parabola", name]
        x, y = moving.first(track)
        assert track.texts is not None
        words.append((name, float(x[0]), float(y[0]), track.texts[0]))
    taken = marks.get(("parabola", "taken"))
    place = None if taken is None else (float(moving.first(taken)[0][0]), float(moving.first(taken)[1][0]))
    look = LOOKS["newton"]
    where = "along its step" if scene.follows == "newton" else f"where {follows.short} is"
    title = (
        f'<span style="color:{MODEL}">ℓ</span> and <span style="color:{look.colour}">Newton’s parabola</span> {where}'
    )
    figure = parabola_figure(
        SHARES, truth, touching, curve, words, place,
        title=title, bottom=BOTTOM, top=TOP, colour=look.colour, symbol=look.symbol,
    )  # fmt: skip
    found = scene.cut(scene.theta)
    form = (
        "has no top there, and Newton climbs another one, turned over, whose top is at 1"
        if found and not found[1].concave
        else "has its top at 1, where Newton's full step ends"
    )
    alt = (
        f"Log-likelihood and the parabola that touches it where {follows.short} is; the parabola {form}. "
        f"{words[0][3].capitalize()}, {words[1][3]}."
    )
    return Drawing("parabola", figure, alt)


def _labels(scene: Scene) -> tuple[str, str]:
    problem = scene.arena.problem
    a, b = (problem.labels[problem.names.index(name)] for name in scene.arena.course.pair)
    return a, b


def _cloud(scene: Scene, marks: Marks) -> Drawing:
    x, y = moving.first(marks["cloud", "batches"])
    ellipse = np.stack(moving.first(marks["cloud", "ellipse"]), axis=1)
    single = scene.noise(1, True).theory
    a, b = _labels(scene)
    figure = cloud_figure(
        np.stack([x, y], axis=1), ellipse, titles=(f"∂ℓ/∂{a}, nats an observation", f"∂ℓ/∂{b}"),
        reach=(float(2.6 * single[0]), float(2.6 * single[1])), title=f"Gradients of {x.size} mini-batches at θ̂",
    )  # fmt: skip
    found = scene.noise()
    alt = (
        f"{x.size} gradients of mini-batches of {scene.batch} at the maximum, scattered around zero with standard deviations "
        f"{show(found.measured[0], 3)} and {show(found.measured[1], 3)}, and the ellipse that holds 95 % by theory."
    )
    return Drawing("cloud", figure, alt)


def _law(scene: Scene, marks: Marks) -> Drawing:
    sizes = np.array(scene.sliders[BATCH].values)
    found = {replace: [scene.noise(size, replace) for size in sizes] for replace in (True, False)}
    x, y = moving.first(marks["law", "now"])
    figure = law_figure(
        sizes, {r: np.array([f.measured[0] for f in rows]) for r, rows in found.items()},
        {r: np.array([f.theory[0] for f in rows]) for r, rows in found.items()}, (float(x[0]), float(y[0])),
        least=scene.quietest, axis=f"sd of ∂ℓ/∂{_labels(scene)[0]}", title="Their width falls as 1/√b",
    )  # fmt: skip
    here, usual = scene.noise(), scene.noise(1, True)
    alt = (
        f"Standard deviation of a mini-batch's gradient against its size, both logarithmic. At b = {scene.batch}: measured "
        f"{show(here.measured[0], 4)}, theory {show(here.theory[0], 4)}; at b = 1: {show(usual.theory[0], 4)}."
    )
    return Drawing("law", figure, alt)


def _relief(scene: Scene) -> Drawing:
    floor = float(min(30.0, max(6.0, scene.highest)))
    paths = {}
    for key in scene.racers:
        found = scene.run(key)
        rows = np.unique(found.rows(np.minimum(scene.sliders[STEP].values, scene.theta[STEP])))
        drawn = np.stack([axis.held(found.places[rows, j]) for j, axis in enumerate(scene.axes)])
        paths[key] = (drawn[0], drawn[1], np.minimum(found.gaps[rows], 1e9))
    figure = relief_figure(_ground(scene), paths, f"The same race in 3-D, cut off {floor:g} nats below the top", floor)
    return Drawing(
        "relief",
        figure,
        f"The surface in three dimensions with the paths at iteration {scene.theta[STEP]:g}. {_says(scene)}.",
    )


def results(scene: Scene) -> str:
    """The end of each run as an HTML table, whose cells the layer rewrites while the start is dragged."""
    head = "".join(
        f"<th>{words}</th>" for words in ("Racer", "iterations", "data passes", "final gap, nats", "why it stopped")
    )
    said, rows = scene.cells(), []
    for key in scene.racers:
        look = LOOKS[key]
        steps, passes, gap, end, why = (
            f'<{tag} data-read="cell-{key}-{name}">{escape(said[f"cell-{key}-{name}"])}</{tag}>'
            for name, tag in zip(CELLS, ("span", "span", "span", "b", "span"), strict=True)
        )
        rows.append(
            f'<tr><td><span style="color:{look.colour}">{look.glyph}</span> {escape(RACERS.options[key])}</td>'
            f'<td data-unit="iterations">{steps}</td><td data-unit="passes">{passes}</td><td data-unit="nats">{gap}</td>'
            f"<td>{end}{why}</td></tr>"
        )
    return f'<table class="mle-results"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
