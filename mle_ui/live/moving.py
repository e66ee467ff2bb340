"""From a scene to tables: a page's sliders, and every mark and readout as a function of their values.

A page's scene answers two questions, `tracks` and `readouts`, for any values of its sliders. Committed figures, sweeps and the
answers to a dragged point are all made of these answers, so what is played cannot differ from what is drawn.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, cast

import numpy as np
import numpy.typing as npt

from mle_ui.live.tables import Handle, Link, Pad, Sheet, Slider, Sweep, Tables, Track

if TYPE_CHECKING:  # state.py is made of sliders itself
    from mle_ui.state import Control

Array = npt.NDArray[np.float64]

#: Places along a slider at which a scene is asked: a scene thins them out (`some`) for marks that move evenly.
FINE = 481


class Moving(Protocol):
    """What a page's scene tells the drag layer."""

    @property
    def page(self) -> str:
        """The page's address."""
        ...

    @property
    def stamp(self) -> str:
        """Name of this state (`digest` of all that decides it)."""
        ...

    @property
    def sliders(self) -> tuple[Slider, ...]:
        """The live sliders, in the order of theta."""
        ...

    @property
    def steps(self) -> tuple[int, ...]:
        """Where they stand."""
        ...

    def charts(self) -> tuple[str, ...]:
        """Keys of the charts on the page."""
        ...

    def tracks(self, theta: Array, moved: Collection[str]) -> Sequence[Track]:
        """Frames of the marks that depend on the sliders in `moved`, for values theta (K, k)."""
        ...

    def readouts(self, theta: Array, moved: Collection[str]) -> Mapping[str, Sequence[str]]:
        """Strings of the readouts that depend on the sliders in `moved`, one for each of theta (m, k)."""
        ...


def digest(*parts: object) -> str:
    """A short name for a state, the same in every process."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def stamp(page: str, items: Sequence[tuple[Control, object]], *more: object) -> str:
    """Name of a state: what its controls say (a slider its value: another list of steps is another state), and what else decides it."""
    said = [(c.key, c.values[cast(int, v)] if isinstance(c, Slider) else v) for c, v in items]
    return digest(page, said, *more)


def values(scene: Moving) -> Array:
    """theta (k,): where the sliders stand."""
    return np.array([slider.values[step] for slider, step in zip(scene.sliders, scene.steps, strict=True)], dtype=float)


def some(frames: Array, count: int) -> Array:
    """`count` of the frames, evenly, both ends included; all of them where that cannot be done (a counted slider's)."""
    if len(frames) <= count or (len(frames) - 1) % (count - 1):
        return frames
    return frames[:: (len(frames) - 1) // (count - 1)]


def sweep(scene: Moving, place: int) -> Sweep:
    """What moves when one slider moves."""
    slider = scene.sliders[place]
    moved = {slider.key}

    def along(at: Array) -> Array:
        theta = np.repeat(values(scene)[None], len(at), axis=0)
        theta[:, place] = at
        return theta

    tracks = tuple(scene.tracks(along(slider.places(FINE)), moved))
    return Sweep(slider, scene.steps[place], tracks, scene.readouts(along(np.array(slider.values)), moved))


def now(scene: Moving) -> dict[tuple[str, str], Track]:
    """Every mark where it stands, one frame each, by chart and name."""
    keys = {slider.key for slider in scene.sliders}
    return {(track.chart, track.mark): track for track in scene.tracks(values(scene)[None], keys)}


def first(track: Track) -> tuple[Array, Array]:
    """x and y of a track's first frame: of a committed one, of all that it has."""
    assert track.x is not None and track.y is not None
    return np.atleast_2d(track.x)[0], np.atleast_2d(track.y)[0]


def strings(scene: Moving) -> dict[str, str]:
    """The committed strings of the readouts that move."""
    keys = {slider.key for slider in scene.sliders}
    return {name: texts[0] for name, texts in scene.readouts(values(scene)[None], keys).items()}


def tables(
    scene: Moving,
    *,
    handles: Sequence[Handle] = (),
    play: Sequence[str] = (),
    pads: Sequence[Pad] = (),
    links: Sequence[Link] = (),
    sheets: Sequence[Sheet] = (),
) -> Tables:
    """What the drag layer plays between this commit and the next."""
    return Tables(
        page=scene.page,
        state=scene.stamp,
        charts=scene.charts(),
        sweeps=tuple(sweep(scene, place) for place in range(len(scene.sliders))),
        readouts=strings(scene),
        handles=tuple(handles),
        play=tuple(play),
        pads=tuple(pads),
        links=tuple(links),
        sheets=tuple(sheets),
    )
