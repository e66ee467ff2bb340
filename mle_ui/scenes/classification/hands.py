"""What hands do to points and sliders, alike in all pictures of points: where a scene stands while something is dragged, and after."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from mle_ui.live.tables import Slider, Track
from mle_ui.scenes.classification import points
from mle_ui.scenes.classification.points import Points

Array = npt.NDArray[np.float64]


class Handled(Protocol):
    """A scene of points and sliders."""

    @property
    def points(self) -> Points: ...

    @property
    def sliders(self) -> tuple[Slider, ...]: ...

    @property
    def steps(self) -> tuple[int, ...]: ...

    @property
    def values(self) -> Array: ...

    def tracks(self, theta: Array, moved: Collection[str]) -> list[Track]: ...

    def readouts(self, theta: Array, moved: Collection[str]) -> dict[str, list[str]]: ...


S = TypeVar("S", bound=Handled)
Values = Mapping[str, float | None]


def of_points(values: Values) -> bool:
    """Whether it is points that are moved, flipped, added or removed."""
    return any("[" in key for key in values)


def elsewhere(scene: S, values: Values) -> S:
    """The scene with points and sliders elsewhere. Raises ValueError where it cannot be fitted."""
    steps = tuple(
        step if (v := values.get(s.key)) is None else s.index(v)
        for s, step in zip(scene.sliders, scene.steps, strict=True)
    )
    put: dict[str, Any] = {"steps": steps}
    if of_points(values):
        own = {key: v for key, v in values.items() if "[" in key}
        there = points.typed(points.changed(scene.points, own).text, scene.points.x.shape[1], scene.points)
        if there.classes != scene.points.classes:
            raise points.PointsError("a class is gone")
        put["points"] = replace(there, window=scene.points.window)
    return replace(scene, **put)  # type: ignore[type-var]


def answered(there: Handled, moved: Collection[str], extra: Sequence[Track] = ()) -> tuple[list[Track], dict[str, str]]:
    """Marks and readouts of a scene where it stands, of those that `moved`."""
    here = there.values[None]
    read = {name: texts[0] for name, texts in there.readouts(here, moved).items()}
    return [*there.tracks(here, moved), *extra], read


def dropped(scene: Handled, values: Values, key: str) -> dict[str, object]:
    """What a drop means for the points: their text, under the key of its control."""
    return {key: points.changed(scene.points, values).text} if of_points(values) else {}
