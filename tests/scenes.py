"""Scenes of the surface page for tests: each state is computed once for all tests of a run."""

from __future__ import annotations

from functools import cache

import plotly.graph_objects as go

import mle_core as mle
from mle_ui.live.shown import Drawing
from mle_ui.live.tables import Tables
from mle_ui.scenes.samples import observe
from mle_ui.scenes.surface import draw
from mle_ui.scenes.surface.prepare import prepare
from mle_ui.scenes.surface.scene import Scene, build
from mle_ui.state import Link

#: Data set and family that go together.
FITTED = [
    (data, key)
    for data in mle.DATASETS
    for key, family in mle.FAMILIES.items()
    if len(family.params) <= 3
    and not any(param.given for param in family.params)
    and prepare(observe(data), key).problem is None
]
#: Every family once, and those pairs that are hard: far from the origin, an estimate at infinity, ties.
CHOSEN = [
    ("michelson", "normal"),
    ("michelson", "student_t"),
    ("michelson", "gamma"),
    ("michelson", "weibull"),
    ("groundbeef", "lognormal"),
    ("groundbeef", "gamma"),
    ("groundbeef", "pareto"),
    ("groundbeef", "uniform"),
    ("faithful_waiting", "student_t"),
    ("faithful_waiting", "logistic"),
    ("faithful_waiting", "geometric"),
    ("toxocara", "laplace"),
    ("toxocara", "cauchy"),
    ("toxocara", "exponential"),
    ("toxocara", "poisson"),
    ("toxocara", "negative_binomial"),
]
#: The states over which the page is tested: a third parameter matters only where there is one.
STATES = [
    (data, family, third)
    for data, family in CHOSEN
    for third in (("profiled", "fixed") if len(mle.FAMILIES[family].params) == 3 else ("profiled",))
]


def resolve(**query: str) -> tuple[Scene | None, Link]:
    """What a link means, by the declarations of the controls alone."""
    link = Link(query)
    return build(link), link


@cache
def _scene(query: tuple[tuple[str, str], ...]) -> Scene:
    shown, link = resolve(**dict(query))
    assert shown is not None and not link.problems, link.problems
    return shown


def scene(**query: str) -> Scene:
    """The scene of a link."""
    return _scene(tuple(sorted(query.items())))


@cache
def tables(shown: Scene) -> Tables:
    return shown.tables()


@cache
def drawings(shown: Scene) -> tuple[Drawing, ...]:
    """Everything that the page draws, in its order."""
    return draw.drawings(shown)


def figure(shown: Scene, chart: str) -> go.Figure:
    return next(drawing.figure for drawing in drawings(shown) if drawing.key == chart)


def trace(of: go.Figure, mark: str) -> go.Trace:
    """The trace that carries a mark's name."""
    (found,) = [trace for trace in of.data if trace.meta == mark]
    return found
