"""Every moving mark of the page as a function of theta: paths, racers, gaps, the parabola and the cloud of gradients."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from mle_ui.figures.racers import ENDS, LOOKS
from mle_ui.live import moving
from mle_ui.live.tables import Track
from mle_ui.numbers import show
from mle_ui.scenes.optimizers.arena import LEAST
from mle_ui.scenes.optimizers.parabola import SHARES, Cut
from mle_ui.scenes.optimizers.runs import Run

if TYPE_CHECKING:
    from mle_ui.scenes.optimizers.scene import Scene

Array = npt.NDArray[np.float64]

#: Places in theta: the iteration, the start along the two axes, the size of a mini-batch (where there is one).
STEP, FIRST, SECOND, BATCH = range(4)
#: The parabola's chart, in parts of the promised rise.
BOTTOM, TOP = -1.6, 1.9
#: Labels at the ends of the gap curves keep this part of the axis between them.
_LINE = 0.062


def tracks(scene: Scene, theta: Array, moved: Collection[str]) -> Sequence[Track]:
    """Frames for theta (K, k). A swept start moves alone: the races from hundreds of starts would cost seconds."""
    out = []
    if scene.starts & set(moved):
        some = moving.some(theta, 25)
        out.append(Track("surface", "start", "points", some[:, [FIRST]], some[:, [SECOND]]))
        if len(theta) > 1:
            return out
    everyone = bool(set(moved) - {"batch"})
    for key in scene.racers if everyone else [key for key in scene.racers if key == "sgd"]:
        out.extend(_racer(scene, key, theta, curve=bool(set(moved) - {"step"})))
    if set(moved) - {"step"}:
        out.extend(_ends(scene, theta))
    if scene.look == "parabola" and (everyone or scene.follows == "sgd"):
        out.extend(_parabola(scene, theta))
    if scene.look == "noise" and "batch" in moved:
        out.extend(_noise(scene, theta))
    return out


def _racer(scene: Scene, key: str, theta: Array, *, curve: bool) -> list[Track]:
    """The path up to the iteration of each row, where the racer is, and its gap over the whole race."""
    shown = np.array(scene.sliders[STEP].values)
    paths, gaps, ats = [], [], []
    for row in theta:
        found = scene.run(key, row)
        places = found.places[found.rows(np.minimum(shown, row[STEP]))]  # a path goes no further than the racer
        paths.append(np.stack([axis.held(places[:, j]) for j, axis in enumerate(scene.axes)], axis=1))
        gaps.append(_curve(scene, found, shown))
        ats.append(_curve(scene, found, row[[STEP]]))
    path, gap, at = (np.stack(frames) for frames in (paths, gaps, ats))
    out = [
        Track("surface", f"path-{key}", "line", path[..., 0], path[..., 1]),
        Track("surface", f"dots-{key}", "points", path[..., 0], path[..., 1]),
        Track("surface", f"now-{key}", "points", path[:, -1:, 0], path[:, -1:, 1]),
        Track("gap", f"now-{key}", "points", at[..., 0], at[..., 1]),
    ]
    return [*out, Track("gap", f"gap-{key}", "line", gap[..., 0], gap[..., 1])] if curve else out


def _curve(scene: Scene, found: Run, iterations: Array) -> Array:
    """(cost, power of ten of the gap) at each iteration; a run that has left the domain goes up out of sight."""
    rows = found.rows(iterations)
    cost = found.passes[rows] if scene.against == "passes" else np.minimum(iterations, len(found.gaps) - 1)
    # Powers of ten, as nine decades do not survive single precision on the wire.
    gaps = np.log10(np.clip(found.gaps[rows], LEAST, scene.highest * 30))
    return np.stack([np.clip(cost, *scene.costs), gaps], axis=1)


def _ends(scene: Scene, theta: Array) -> list[Track]:
    """Names at the right, each as near to its curve's end as the others let it, with a sign for how the run ended."""
    low, high = np.log10(LEAST), np.log10(scene.highest)
    heights, words = np.empty((len(theta), len(scene.racers))), []
    for k, row in enumerate(theta):
        runs = {key: scene.run(key, row) for key in scene.racers}
        ends = [np.log10(np.clip(found.gaps[-1], LEAST, scene.highest)) for found in runs.values()]
        heights[k] = low + (high - low) * apart((np.array(ends) - low) / (high - low))
        words.append([f"{LOOKS[key].glyph} {LOOKS[key].short} {ENDS[found.reason]}" for key, found in runs.items()])
    first, last = scene.costs
    at = np.full((1, 1), last * 1.03 if scene.against == "iterations" else last * (last / first) ** 0.03)
    return [
        Track("gap", f"end-{key}", "text", at, heights[:, [j]], texts=tuple(text[j] for text in words))
        for j, key in enumerate(scene.racers)
    ]


def apart(heights: Array) -> Array:
    """Heights (0 to 1) moved as little as needed, so that labels of `_LINE` do not meet; their order stays."""
    order = np.argsort(heights, kind="stable")
    # Pool neighbours that would overlap, as in isotonic regression: each pool keeps its mean.
    pools: list[tuple[float, int]] = []
    for height in heights[order] - _LINE * np.arange(len(heights)):
        pools.append((float(height), 1))
        while len(pools) > 1 and pools[-2][0] >= pools[-1][0]:
            (low, few), (high, more) = pools[-2:]
            pools[-2:] = [((low * few + high * more) / (few + more), few + more)]
    level = np.repeat([value for value, _ in pools], [count for _, count in pools])
    spread = level + _LINE * np.arange(len(heights))
    spread += max(0.0, -float(spread[0]))
    spread -= max(0.0, float(spread[-1]) - 1 + _LINE / 2)
    moved = np.empty_like(heights)
    moved[order] = spread
    return moved


def _parabola(scene: Scene, theta: Array) -> list[Track]:
    cuts = [scene.cut(row) for row in theta]
    flat = np.full(SHARES.size, BOTTOM - 1)
    truth = np.stack([flat if c is None else np.clip(c[1].truth, BOTTOM - 1, TOP + 1) for c in cuts])
    curve = np.stack([flat if c is None else np.clip(c[1].parabola, BOTTOM - 1, TOP + 1) for c in cuts])
    at = np.array([[SHARES[-1] - 0.03]])
    words = [_promise(c) for c in cuts]
    out = [
        Track("parabola", "truth", "line", SHARES, truth),
        Track("parabola", "parabola", "line", SHARES, curve),
        Track("parabola", "promise", "text", at, np.array([[BOTTOM + 0.5]]), texts=tuple(first for first, _ in words)),
        Track("parabola", "gain", "text", at, np.array([[BOTTOM + 0.2]]), texts=tuple(second for _, second in words)),
    ]
    if scene.follows == "newton":
        size = np.array(
            [0.0 if c is None else _taken(scene.run("newton", row), c[0]) for row, c in zip(theta, cuts, strict=True)]
        )
        height = np.array([np.interp(s, SHARES, line) for s, line in zip(size, truth, strict=True)])
        out.append(Track("parabola", "taken", "points", size[:, None], height[:, None]))
    return out


def _taken(found: Run, iteration: int) -> float:
    """The part of the full step that Newton goes from an iterate; 0 from its last."""
    return float(found.sizes[iteration]) if iteration < found.steps else float(len(found.gaps) - 1 > iteration)


def _promise(found: tuple[int, Cut] | None) -> tuple[str, str]:
    """What the parabola promises and what the log-likelihood gives, in words."""
    if found is None:
        return "no parabola here", ""
    iteration, here = found
    gain = f"ℓ gives {show(here.gained, 3)} nats" if np.isfinite(here.gained) else "the step leaves the domain"
    return f"iteration {iteration}: promised {show(here.promised, 3)} nats", gain


def _noise(scene: Scene, theta: Array) -> list[Track]:
    found = [scene.noise(row[BATCH]) for row in theta]
    cloud = np.stack([f.cloud for f in found])
    ellipse = np.stack([f.ellipse for f in found])
    height = np.array([[f.measured[0]] for f in found])
    return [
        Track("cloud", "batches", "points", cloud[..., 0], cloud[..., 1]),
        Track("cloud", "ellipse", "line", ellipse[..., 0], ellipse[..., 1]),
        Track("law", "now", "points", theta[:, [BATCH]], np.maximum(height, scene.quietest)),
    ]
