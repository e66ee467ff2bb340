"""Scenes of the surface page for tests: each state is computed once for all tests of a run."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import plotly.graph_objects as go

import mle_core as mle
from mle_ui.live.shown import Drawing
from mle_ui.live.tables import Tables
from mle_ui.scenes.surface import draw, settings
from mle_ui.scenes.surface.prepare import Prepared, prepare
from mle_ui.scenes.surface.scene import Scene
from mle_ui.scenes.surface.settings import SurfaceState
from mle_ui.state import number

#: Data set and family that go together.
FITTED = [
    (data, family)
    for data in mle.DATASETS
    for family in settings.DRAWN
    if prepare(data, settings.NUMBERS.default, family).problem is None
]
#: The states over which the page is tested: the third parameter matters only where there is one.
STATES = [
    (data, family, third)
    for data, family in FITTED
    for third in (tuple(settings.THIRD.options) if len(mle.FAMILIES[family].params) > 2 else (settings.THIRD.default,))
]


def resolve(query: Mapping[str, str]) -> tuple[Prepared, SurfaceState]:
    """What a link means, by the declarations of the controls alone."""
    data = settings.DATA.read(query.get("data"))
    numbers = settings.NUMBERS.read(query.get("x")) if data == settings.OWN else settings.NUMBERS.default
    family = mle.FAMILIES[settings.FAMILY.read(query.get("family"))]
    prepared = prepare(data, numbers, family.key)
    asked = {name: number(query.get(name)) for name in family.names}
    sliders = prepared.sliders(asked) if prepared.fit else ()
    steps = tuple(
        slider.values.index(asked[slider.key]) if asked[slider.key] in slider.values else slider.default
        for slider in sliders
    )
    pair = settings.pair_choice(family).read(query.get("pair"))
    third, view = settings.THIRD.read(query.get("third")), settings.VIEW.read(query.get("view"))
    return prepared, SurfaceState(data, numbers, family.key, third, view, pair, sliders, steps)


@cache
def _scene(query: tuple[tuple[str, str], ...]) -> Scene:
    prepared, state = resolve(dict(query))
    assert prepared.problem is None, prepared.problem
    return Scene(prepared, state)


def scene(**query: str) -> Scene:
    """The scene of a link."""
    return _scene(tuple(sorted(query.items())))


@cache
def tables(shown: Scene) -> Tables:
    return shown.tables()


@cache
def drawings(shown: Scene) -> tuple[Drawing, ...]:
    """Everything that the page draws, in its order."""
    surface = (draw.surface(shown),) if shown.pair else ()
    return (draw.density(shown), *surface, *draw.profiles(shown))


def figure(shown: Scene, chart: str) -> go.Figure:
    return next(drawing.figure for drawing in drawings(shown) if drawing.key == chart)


def trace(of: go.Figure, mark: str) -> go.Trace:
    """The trace that carries a mark's name."""
    (found,) = [trace for trace in of.data if trace.meta == mark]
    return found
