"""The race from a grid of starts, computed beforehand: what the picture shows while the start is dragged and Python is not yet asked."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.live.tables import Sheet, Track
from mle_ui.scenes.optimizers import marks
from mle_ui.scenes.optimizers.arena import Arena
from mle_ui.scenes.optimizers.endings import CELLS, cells, gap_words
from mle_ui.scenes.optimizers.marks import FIRST, SECOND, STEP
from mle_ui.scenes.optimizers.parabola import SHARES, WORTH, Cut, cuts
from mle_ui.scenes.optimizers.runs import NEAR, Bundle, named, options
from mle_ui.scenes.optimizers.settings import Rules

if TYPE_CHECKING:
    from mle_ui.scenes.optimizers.scene import Scene

Array = npt.NDArray[np.float64]

#: Places along each axis: not more than these, and no sheet with fewer.
MOST, LEAST = 17, 5
#: Log-densities that a sheet may cost where each iterate has to see all the data.
_AFFORDABLE = 5e6
#: Bytes that one place takes: for each number two, for the strings of each racer and of the parabola about so many, with room to spare.
_TEXTS, _SPARE = 85, 20_000
#: Blended paths may miss the true ones by so many lengths of an axis; else the nearest path is shown, which is true of its own start.
_MISS = 0.1


@lru_cache(maxsize=48)
def fan(
    arena: Arena, first: tuple[float, ...], second: tuple[float, ...], key: str, rules: Rules, batch: int
) -> tuple[Bundle, Array, Array]:
    """One racer from every pair of places: its runs, its iterates (T + 1, m, k), its step sizes (T, m)."""
    nodes = [(a, b) for a in first for b in second]
    starts = np.array([arena.begin(node) for node in nodes])
    told = options(arena, key, rules, batch)
    paths = mle.optimizers.optimize_many(arena.problem, starts, key, rules.length, tol=NEAR, **told)  # type: ignore[arg-type]
    pair = arena.course.pair
    with np.errstate(all="ignore"):
        params, left = arena.problem.params(paths.theta), arena.problem.params(paths.left)
    places = np.stack([params[name] for name in pair], axis=-1).swapaxes(0, 1)
    gaps, passes, steps = arena.gap(paths.values).T, paths.passes.T, paths.steps
    # One more row for the point where a run left the domain.
    lost = np.asarray(np.isfinite(paths.left).all(axis=1))
    row = np.minimum(np.arange(rules.length + 2), steps[:, None])
    which = np.arange(len(steps))[:, None]
    places, gaps, passes = places[which, row], gaps[which, row], passes[which, row]
    gone = lost[:, None] & (np.arange(rules.length + 2) > steps[:, None])
    places = np.where(gone[..., None], np.stack([left[name] for name in pair], axis=-1)[:, None], places)
    gaps = np.where(gone, np.inf, gaps)
    unstarted = np.array([reason == "unstarted" for reason in paths.reasons])
    gaps[unstarted], places[unstarted] = np.inf, np.array(nodes)[unstarted][:, None]
    reasons = tuple(
        named(reason, paths.theta[: steps[i] + 1, i], gaps[i, : steps[i] + 1], arena.units)
        for i, reason in enumerate(paths.reasons)
    )
    bundle = Bundle(places, gaps, passes, steps + lost, steps, reasons, ("",) * len(reasons))
    return bundle, paths.theta, paths.sizes


def sheet(scene: Scene, room: int) -> Sheet | None:
    """The sheet of the start's two sliders in at most `room` bytes; None where no grid worth showing fits, or where it would take long."""
    racers = [key for key in scene.racers if key in mle.optimizers.MANY]
    side = _side(scene, racers, room)
    if side < LEAST:
        return None
    sliders = scene.sliders[FIRST], scene.sliders[SECOND]
    first, second = (tuple(slider.places(side).tolist()) for slider in sliders)
    fans = {
        key: fan(scene.arena, first, second, key, scene.rules, scene.batch if key == "sgd" else 0) for key in racers
    }
    bundles = {key: found[0] for key, found in fans.items()}
    iterations = np.full(side * side, scene.theta[STEP])
    tracks: list[Track] = []
    readouts: dict[str, Sequence[str]] = {}
    leaps: set[tuple[str, str]] = set()
    for key, bundle in bundles.items():
        made = marks.racer(scene, key, bundle, iterations, curve=True)
        tracks.extend(made)
        if _jumps(scene, made[0], side):
            leaps |= {(track.chart, track.mark) for track in made}
        readouts[f"gap-{key}"] = [_about(text) for text in gap_words(bundle, iterations)]
        readouts |= {name: _near(name, texts) for name, texts in cells(key, bundle).items()}
    if len(racers) == len(scene.racers):
        tracks.extend(marks.ends(scene, bundles))
    if scene.look == "parabola" and scene.follows in racers:
        _, theta, sizes = fans[scene.follows]
        found = _cuts(scene.arena, theta, np.minimum(int(scene.theta[STEP]), bundles[scene.follows].steps))
        taken = _taken(bundles[scene.follows], sizes, found) if scene.follows == "newton" else None
        tracks.extend(marks.parabola(found, taken))
    logarithmic = {("surface", at) for at, axis in zip("xy", scene.axes, strict=True) if axis.logarithmic}
    return Sheet(
        sliders[0].key, sliders[1].key, side, side, tuple(tracks), readouts, frozenset(leaps), frozenset(logarithmic)
    )


def _side(scene: Scene, racers: Sequence[str], room: int) -> int:
    """How many places along each axis: what fits, and what can be computed in a moment."""
    if not racers:
        return 0
    points = len(scene.sliders[STEP].values)
    parabola = scene.look == "parabola"
    numbers = len(racers) * (3 + (scene.against == "passes")) * points + 2 * SHARES.size * parabola
    fits = (room - _SPARE) / (2 * numbers + _TEXTS * (len(racers) + parabola))
    arena = scene.arena
    if not arena.problem.cheap:
        fits = min(fits, _AFFORDABLE / (arena.n * scene.rules.length * len(racers)))
    return min(int(np.sqrt(max(fits, 0.0))), MOST)


def _about(text: str) -> str:
    """A number that belongs to a start nearby."""
    return f"≈ {text}" if text[:1].isdigit() else text


def _near(name: str, texts: list[str]) -> list[str]:
    return [_about(text) for text in texts] if name.rsplit("-", 1)[1] in CELLS[:3] else texts


def _jumps(scene: Scene, path: Track, side: int) -> bool:
    """Whether paths from neighbouring starts have so little in common that what lies between them is like neither.

    Each second path is compared with the mean of its neighbours on both sides, along both axes.
    """
    misses = []
    for axis, values in zip(scene.axes, (path.x, path.y), strict=True):
        assert values is not None
        at = (np.log(values) if axis.logarithmic else values).reshape(side, side, -1)
        length = np.log(axis.high / axis.low) if axis.logarithmic else axis.high - axis.low
        for grid in (at, at.swapaxes(0, 1)):
            misses.append(np.abs(grid[1:-1] - (grid[:-2] + grid[2:]) / 2).mean() / length)
    # Half as far between the paths, a smooth one misses a quarter of this.
    return bool(max(misses) / 4 > _MISS)


def _cuts(arena: Arena, theta: Array, rows: npt.NDArray[np.int64]) -> list[tuple[int, Cut] | None]:
    """The cut of each run at its row, or at its last row before that was worth looking at (`Scene.cut`)."""
    rows, which = rows.copy(), np.arange(len(rows))
    usable = np.isfinite(arena.problem.value(theta[rows, which]))
    pending = which[usable]
    while pending.size:
        promised = mle.optimizers.newton_cuts(arena.problem, theta[rows[pending], pending], np.empty(0)).promised
        pending = pending[(arena.n * promised < WORTH) & (rows[pending] > 0)]
        rows[pending] -= 1
    made = iter(cuts(arena, theta[rows[usable], which[usable]]))
    return [(int(row), next(made)) if good else None for row, good in zip(rows, usable, strict=True)]


def _taken(bundle: Bundle, sizes: Array, found: Sequence[tuple[int, Cut] | None]) -> list[float]:
    """The part of the full step that each Newton goes from its cut's iterate; as in `marks`."""
    out = []
    for i, here in enumerate(found):
        row = here[0] if here else 0
        stays = row >= bundle.steps[i]
        out.append(0.0 if not here else float(bundle.last[i] > row) if stays else float(sizes[row, i]))
    return out
