"""Every moving mark of the page as a function of theta: paths, racers, gaps, the parabola and the cloud of gradients."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from mle_ui.figures.racers import ENDS, LOOKS
from mle_ui.live import moving
from mle_ui.live.tables import Track
from mle_ui.numbers import show
from mle_ui.scenes.optimizers.arena import LEAST
from mle_ui.scenes.optimizers.parabola import SHARES, Cut, climbed
from mle_ui.scenes.optimizers.runs import Bundle, Run

if TYPE_CHECKING:
    from mle_ui.scenes.optimizers.scene import Scene

Array = npt.NDArray[np.float64]

#: Places in theta: the iteration, the start along the two axes, the size of a mini-batch (where there is one).
STEP, FIRST, SECOND, BATCH = range(4)
#: The parabola's chart, in parts of the promised rise.
BOTTOM, TOP = -1.6, 1.9
#: Labels at the ends of the gap curves keep this part of the axis between them.
_LINE = 0.062
#: Plotly draws no element for an empty text, and what is not drawn cannot be rewritten.
_NOTHING = "\u00a0"


def tracks(scene: Scene, theta: Array, moved: Collection[str]) -> Sequence[Track]:
    """Frames for theta (K, k). A swept start moves alone: the paths from it stand in the sheet."""
    out = []
    if scene.starts & set(moved):
        some = moving.some(theta, 25)
        out.append(Track("surface", "start", "points", some[:, [FIRST]], some[:, [SECOND]]))
        if len(theta) > 1:
            return out
    everyone = bool(set(moved) - {"batch"})
    bundles = {key: scene.bundle(key, theta) for key in scene.racers}
    for key in scene.racers if everyone else [key for key in scene.racers if key == "sgd"]:
        out.extend(racer(scene, key, bundles[key], theta[:, STEP], curve=bool(set(moved) - {"step"})))
    if set(moved) - {"step"}:
        out.extend(ends(scene, bundles))
    if scene.look == "parabola" and (everyone or scene.follows == "sgd"):
        found = [scene.cut(row) for row in theta]
        sizes = (
            [_taken(scene.run("newton", row), c[0]) if c else 0.0 for row, c in zip(theta, found, strict=True)]
            if scene.follows == "newton"
            else None
        )
        out.extend(parabola(found, sizes))
    if scene.look == "noise" and "batch" in moved:
        out.extend(_noise(scene, theta))
    return out


def racer(scene: Scene, key: str, bundle: Bundle, iterations: Array, *, curve: bool) -> list[Track]:
    """Paths of m runs up to `iterations` (m,), where the racers are, and their gaps over the whole race."""
    shown = np.array(scene.sliders[STEP].values)
    # A path goes no further than the racer.
    places = bundle.at("places", bundle.rows(np.minimum(shown, iterations[:, None])))
    path = np.stack([axis.held(places[..., j]) for j, axis in enumerate(scene.axes)], axis=-1)
    at = _curve(scene, bundle, iterations[:, None])
    out = [
        Track("surface", f"path-{key}", "line", path[..., 0], path[..., 1]),
        Track("surface", f"dots-{key}", "points", path[..., 0], path[..., 1]),
        Track("surface", f"now-{key}", "points", path[:, -1:, 0], path[:, -1:, 1]),
        Track("gap", f"now-{key}", "points", at[..., 0], at[..., 1]),
    ]
    if not curve:
        return out
    gap = _curve(scene, bundle, np.repeat(shown[None], len(iterations), axis=0))
    return [*out, Track("gap", f"gap-{key}", "line", gap[..., 0], gap[..., 1])]


def _curve(scene: Scene, bundle: Bundle, iterations: Array) -> Array:
    """(cost, power of ten of the gap) at iterations (m, q); a run that has left the domain goes up out of sight."""
    rows = bundle.rows(iterations)
    cost = bundle.at("passes", rows) if scene.against == "passes" else np.minimum(iterations, bundle.last[:, None])
    # Powers of ten, as nine decades do not survive single precision on the wire.
    gaps = np.log10(np.clip(bundle.at("gaps", rows), LEAST, scene.highest * 30))
    return np.stack([np.clip(cost, *scene.costs), gaps], axis=-1)


def ends(scene: Scene, bundles: Mapping[str, Bundle]) -> list[Track]:
    """Names at the right, each as near to its curve's end as the others let it, with a sign for how the run ended."""
    low, high = np.log10(LEAST), np.log10(scene.highest)
    finals = np.stack(
        [np.log10(np.clip(bundles[key].gaps[:, -1], LEAST, scene.highest)) for key in scene.racers], axis=1
    )
    shares = (finals - low) / (high - low)
    heights = low + (high - low) * np.array([apart(row) for row in shares])
    first, last = scene.costs
    at = np.full((1, 1), last * 1.03 if scene.against == "iterations" else last * (last / first) ** 0.03)
    return [
        Track(
            "gap", f"end-{key}", "text", at, heights[:, [j]],
            texts=tuple(f"{LOOKS[key].glyph} {LOOKS[key].short} {ENDS[reason]}" for reason in bundles[key].reasons),
        )
        for j, key in enumerate(scene.racers)
    ]  # fmt: skip


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


def parabola(found: Sequence[tuple[int, Cut] | None], sizes: Sequence[float] | None) -> list[Track]:
    """Frames of the parabola's chart for cuts with their iterations; `sizes` are the parts of the full step that Newton goes."""

    def held(values: Array) -> Array:
        return np.clip(np.where(np.isnan(values), BOTTOM - 1, values), BOTTOM - 1, TOP + 1)

    flat = np.full(SHARES.size, BOTTOM - 1)
    truth = np.stack([flat if c is None else held(c[1].truth) for c in found])
    touching = np.stack([flat if c is None else held(c[1].touching) for c in found])
    curve = np.stack([flat if c is None else held(climbed(SHARES)) for c in found])
    at = np.array([[SHARES[-1] - 0.03]])
    words = [_promise(c) for c in found]
    out = [
        Track("parabola", "truth", "line", SHARES, truth),
        Track("parabola", "touching", "line", SHARES, touching),
        Track("parabola", "parabola", "line", SHARES, curve),
        Track(
            "parabola", "promise", "text", at, np.array([[BOTTOM + 0.5]]), texts=tuple(first for first, _, _ in words)
        ),
        Track(
            "parabola", "gain", "text", at, np.array([[BOTTOM + 0.2]]), texts=tuple(second for _, second, _ in words)
        ),
        Track("parabola", "form", "text", at, np.array([[BOTTOM + 0.8]]), texts=tuple(third for _, _, third in words)),
    ]
    if sizes is not None:
        size = np.array(sizes)
        height = np.array([np.interp(s, SHARES, line) for s, line in zip(size, truth, strict=True)])
        out.append(Track("parabola", "taken", "points", size[:, None], height[:, None]))
    return out


def _taken(found: Run, iteration: int) -> float:
    """The part of the full step that Newton goes from an iterate; 0 from its last."""
    return float(found.sizes[iteration]) if iteration < found.steps else float(len(found.gaps) - 1 > iteration)


def _promise(found: tuple[int, Cut] | None) -> tuple[str, str, str]:
    """What the parabola promises, what the log-likelihood gives, and what must be said of the parabola's form."""
    if found is None:
        return "no parabola here", _NOTHING, _NOTHING
    iteration, here = found
    gain = f"ℓ gives {show(here.gained, 3)} nats" if np.isfinite(here.gained) else "the step leaves the domain"
    form = _NOTHING if here.concave else "turned over: the dotted one has no top"
    return f"iteration {iteration}: promised {show(here.promised, 3)} nats", gain, form


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
