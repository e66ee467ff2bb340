"""Figures: what is drawn, not how many pixels of it."""

from __future__ import annotations

import math

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mle_core as mle
from mle_ui.figures import style
from mle_ui.figures.density import density_figure, frequencies, histogram
from mle_ui.figures.profile import profile_figure
from mle_ui.figures.surface import SurfaceData, contour_figure, relief_figure
from mle_ui.scenes.samples import observe
from mle_ui.scenes.surface import draw, levels
from tests.scenes import FITTED, STATES, drawings, figure, scene, trace

#: Likelihood-ratio drops for two parameters in nats: −log(1 − p) at 50, 80, 95, 99 and 99.9 %.
DROPS = (math.log(2), math.log(5), math.log(20), math.log(100), math.log(1000))


def hill(point: tuple[float, float] = (1.0, -1.0)) -> SurfaceData:
    """A round hill, 0 at (0, 0)."""
    first, second = np.linspace(-4, 4, 41), np.linspace(-3, 3, 31)
    drop = (first**2 + second[:, None] ** 2) / 2
    labels = tuple((level, f"{100 * p:g} %") for level, p in ((1, 0.5), (3, 0.95), (5, 0.999)))
    return SurfaceData(
        names=("a", "b"), titles=("α", "β"), logarithmic=(False, False), first=first, second=second, depth=levels.depth(drop), drop=drop,
        bands=levels.BANDS, labels=labels, ridge=(first, np.where(abs(first) < 3.5, 0 * first, 9.0)),
        best=(0.0, 0.0), point=point, point_drop=1.0, title="A hill",
    )  # fmt: skip


def a_profile(**more: object) -> go.Figure:
    grid = np.linspace(-4, 4, 81)
    given = {
        "title": "Profile", "axis": "α", "floor": -13.0, "best": 0.0, "point": (1.0, -0.5), "threshold": 1.921,
        "intervals": {"likelihood": (-1.9, 2.1), "wald": (-math.inf, 1.96)}, "slice_": (grid, -(grid**2)),
    }  # fmt: skip
    return profile_figure(grid, -(grid**2) / 2, **(given | more))


# -- style --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("data", "family", "third"), STATES)
@pytest.mark.parametrize("view", ["contours", "3d"])
def test_every_figure_says_what_it_is_and_leaves_light_and_dark_to_the_theme(data, family, third, view):
    shown = drawings(scene(data=data, family=family, third=third, view=view))
    assert len({drawing.key for drawing in shown}) == len(shown)
    for drawing in shown:
        layout = drawing.figure.layout
        assert layout.title.text
        axes = [layout.xaxis, layout.yaxis]
        if drawing.key == "surface" and view == "3d":
            axes = [layout.scene.xaxis, layout.scene.yaxis, layout.scene.zaxis]
        for axis in axes:
            assert axis.title.text
            assert axis.title.font.color is None and axis.tickfont.color is None and axis.color is None
        for unset in (layout.font.color, layout.title.font.color, layout.paper_bgcolor, layout.plot_bgcolor):
            assert unset is None
        assert layout.showlegend is False
        assert drawing.alt.endswith(".") and len(drawing.alt) > 40


def test_axes_stay_put_while_a_mark_moves():
    for data, family, third in STATES[::4]:
        start = scene(data=data, family=family, third=third)
        moved = {s.key: s.labels[len(s.values) // 3] for s in start.sliders}
        for name in start.held:
            del moved[name]
        other = scene(data=data, family=family, third=third, **moved)
        for before, after in zip(drawings(start), drawings(other), strict=True):
            assert before.figure.layout.xaxis.range == after.figure.layout.xaxis.range
            assert before.figure.layout.yaxis.range == after.figure.layout.yaxis.range


@pytest.mark.parametrize("count", [2, 5, levels.BANDS])
def test_layers_painted_one_over_the_other_are_the_bands(count):
    # A contour chart takes the colour of its k-th of `count` regions at k/(count − 1) of the scale, from the bottom up.
    scale = style.layers(count)
    alphas = [float(colour.rstrip(")").split(",")[-1]) for _, colour in scale]
    painted = np.interp(np.arange(count) / (count - 1), [place for place, _ in scale], alphas)
    seen = 1 - np.cumprod(1 - painted)
    wanted = [colour[3] / 255 for colour in style.bands(count)]
    assert list(seen[::-1]) == pytest.approx(wanted, abs=0.006)
    assert wanted == sorted(wanted, reverse=True)
    assert len({colour[:3] for colour in style.bands(count)}) == 1


# -- density ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("data", "family"), FITTED)
def test_the_model_is_a_curve_over_measurements_and_bars_over_counts(data, family):
    shown = scene(data=data, family=family)
    model = trace(figure(shown, "density"), "model")
    x, y = np.array(model.x), np.array(model.y)
    low, high = shown.window
    assert np.all((x >= low - 1) & (x <= high + 1)) and np.all(y >= 0)
    if shown.family.discrete:
        assert model.type == "bar" and model.width == pytest.approx(0.38)
        values = x - 0.2
        assert np.allclose(values, np.round(values))
        assert y == pytest.approx(shown.family.prob(np.round(values), shown.theta))
    else:
        assert (model.type, model.mode) == ("scatter", "lines") and model.line.simplify is False
        inside = shown.family.support.contains(x)
        # Next to an end of the support the curve may be cut.
        near = np.abs(x - shown.family.support.low) < (high - low) / 900
        plain = inside & ~near
        assert y[plain] == pytest.approx(shown.family.prob(x[plain], shown.theta[None])[0], rel=1e-9)
        assert np.all(y[~inside & ~near] == 0)


def test_data_are_drawn_whole():
    x = np.array([1.0, 2.0, 2.5, 2.6, 3.0, 7.0])
    drawn = density_figure(
        x, quantity="q", window=(0, 8), discrete=False, model=None, peak=0.0, name=""
    )  # fmt: skip
    bars, rug = drawn.data
    assert np.sum(np.array(bars.y) * np.array(bars.width)) == pytest.approx(1)
    assert np.array_equal(rug.x, x) and len(set(rug.y)) == 1
    assert all(trace.meta is None for trace in drawn.data)
    counts = density_figure(
        np.array([0.0, 0, 1, 3]), quantity="q", window=(-0.7, 4), discrete=True, model=None, peak=0.0, name=""
    )
    assert list(counts.data[0].y) == [0.5, 0.25, 0.25] and list(counts.data[0].customdata) == [0, 1, 3]


def test_histograms():
    edges, heights = histogram(np.full(5, 2.0), (0.0, 4.0))
    assert edges.mean() == 2 and np.sum(heights * np.diff(edges)) == pytest.approx(1)
    for n in (2, 10, 1_000):
        edges, heights = histogram(np.random.default_rng(n).normal(size=n), (-4.0, 4.0))
        assert 8 <= heights.size <= 40 and np.sum(heights * np.diff(edges)) == pytest.approx(1)
    values, shares = frequencies(np.array([3.0, 3, 0]))
    assert values.tolist() == [0, 3] and shares.tolist() == pytest.approx([1 / 3, 2 / 3])


@pytest.mark.parametrize(("text", "bars"), [("3", 1), ("2 2 2", 1), ("1.5 2.5 9", 8)])
def test_data_that_cannot_be_fitted_are_still_drawn(text, bars):
    drawing = draw.data_only(observe("own", text))
    assert drawing.key == "density" and "no model is drawn" in drawing.alt
    assert len(drawing.figure.data[0].y) >= bars
    assert not any(trace.meta for trace in drawing.figure.data)


# -- levels and the surface ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("level", "drop"), list(enumerate((0.0, *DROPS))))
def test_contours_lie_at_the_likelihood_ratio_drops(level, drop):
    assert levels.depth(np.array(drop)) == pytest.approx(level, abs=1e-9)


def test_the_drops_are_those_of_the_words():
    assert levels.drops(2)[: len(DROPS)] == pytest.approx(DROPS)
    assert [round(d, 3) for d in levels.drops(2)[: len(DROPS)]] == [0.693, 1.609, 2.996, 4.605, 6.908]
    assert list(levels.drops(2)) == sorted(levels.drops(2)) and len(levels.drops(2)) == levels.BANDS - 1


@settings(derandomize=True, deadline=None, max_examples=300, database=None)
@given(st.floats(0, 1e9), st.floats(0, 1e9))
def test_depth_grows_with_the_drop(one, other):
    shallow, deep = levels.depth(np.array(sorted((one, other))))
    assert 0 <= shallow <= deep <= levels.BANDS


def test_depth_at_its_ends():
    assert levels.depth(np.array([-1e-12, 0.0, math.inf])).tolist() == [0, 0, levels.BANDS]


def test_a_contour_chart_holds_field_ridge_levels_maximum_and_point():
    data = hill()
    drawn = contour_figure(data)
    assert [t.meta for t in drawn.data] == ["field", "ridge", "levels", "best", "theta"]
    field = trace(drawn, "field")
    assert np.array(field.z) == pytest.approx(-data.depth, abs=1e-5)
    assert np.array(field.customdata) == pytest.approx(-data.drop, rel=1e-6)
    assert (field.contours.start, field.contours.end, field.contours.size) == (1 - data.bands, -1, 1)
    assert (field.zmin, field.zmax) == (-data.bands, 0)
    assert (trace(drawn, "best").x, trace(drawn, "best").y) == ((0.0,), (0.0,))
    assert (trace(drawn, "theta").x, trace(drawn, "theta").y) == ((1.0,), (-1.0,))
    assert trace(drawn, "best").marker.symbol != trace(drawn, "theta").marker.symbol
    ridge = trace(drawn, "ridge")
    assert max(abs(v) for v in ridge.x) < 3.5 and set(ridge.y) == {0.0}
    assert drawn.layout.xaxis.range == (-4, 4) and drawn.layout.yaxis.range == (-3, 3)


def test_a_level_is_named_where_it_is():
    words = trace(contour_figure(hill()), "levels")
    assert words.text == ("50 %", "95 %", "99.9 %")
    right = [side * math.sqrt(2 * DROPS[i]) for side, i in ((1, 0), (-1, 2), (1, 4))]
    assert words.x == pytest.approx(right, abs=0.05) and set(words.y) == {0.0}
    assert words.textposition == ("top right", "top left", "top right")


def test_the_relief_is_the_same_hill():
    data = hill()
    surface, points = relief_figure(data).data
    z = np.array(surface.z)
    assert np.nanmax(z) == 0 and z[15, 20] == 0
    assert np.array_equal(np.isnan(z), data.drop > 15)
    assert points.x == (0.0, 1.0) and points.y == (0.0, -1.0)
    assert points.z[1] == pytest.approx(-1 + points.z[0], abs=0.05)


@pytest.mark.parametrize(("data", "family", "third"), STATES)
def test_no_place_is_higher_than_the_maximum(data, family, third):
    shown = scene(data=data, family=family, third=third)
    if shown.pair:
        assert shown.field.drop.min() >= 0
        assert np.all(np.array(trace(figure(shown, "surface"), "field").customdata) <= 0)
    for name in shown.names:
        heights = np.array(trace(figure(shown, f"profile-{name}"), "profile").y)
        assert np.nanmax(heights) <= 1e-6
        # A maximum on the axis is seen as one: the drawn line reaches it.
        assert np.nanmax(heights) > -0.05 or math.isinf(shown.fit.params[name]), name


@pytest.mark.parametrize(("data", "family"), FITTED)
def test_at_the_maximum_nothing_is_missing(data, family):
    start = scene(data=data, family=family)
    steps = start.best_steps()
    top = scene(data=data, family=family, **{s.key: s.labels[steps[s.key]] for s in start.sliders if s.key in steps})
    for name in top.names:
        drawn = figure(top, f"profile-{name}")
        (height,) = trace(drawn, "theta").y
        assert -1e-3 <= height <= 0
        if len(top.names) > 1:
            assert max(trace(drawn, "slice").y) <= 1e-6
    if top.pair:
        drawn = figure(top, "surface")
        for axis in ("x", "y"):
            (low, high), (at,) = drawn.layout[f"{axis}axis"].range, trace(drawn, "theta")[axis]
            (best,) = trace(drawn, "best")[axis]
            if drawn.layout[f"{axis}axis"].type == "log":
                at, best = math.log10(at), math.log10(best)
            assert abs(at - best) <= 1e-3 * (high - low) or math.isinf(best)


# -- profile ------------------------------------------------------------------------------------------------------


def test_a_profile_chart_holds_profile_slice_intervals_maximum_and_point():
    drawn = a_profile()
    grid = np.linspace(-4, 4, 81)
    assert np.array(trace(drawn, "profile").y) == pytest.approx(-(grid**2) / 2)
    assert np.array(trace(drawn, "slice").y) == pytest.approx(-(grid**2))
    assert (trace(drawn, "theta").x, trace(drawn, "theta").y) == ((1.0,), (-0.5,))
    assert (trace(drawn, "best").x, trace(drawn, "best").y) == ((0.0,), (0,))
    (threshold,) = (t for t in drawn.data if t.meta is None)
    assert set(threshold.y) == {-1.921} and threshold.x == (-4, 4)
    likelihood, wald = trace(drawn, "interval-likelihood"), trace(drawn, "interval-wald")
    assert tuple(likelihood.x) == (-1.9, 2.1) and set(likelihood.y) == {-1.921}
    assert tuple(wald.x) == (-4, 1.96)  # an end at infinity is drawn to the edge, with an arrow
    caps = trace(drawn, "caps")
    assert tuple(caps.x) == (-1.9, 2.1, -4, 1.96) and caps.marker.symbol[2] == "triangle-left"
    assert trace(drawn, "interval-names").text == ("95 % likelihood", "95 % Wald")


def test_what_does_not_exist_is_left_out():
    drawn = a_profile(intervals={}, slice_=None, best=math.inf)
    assert [t.meta for t in drawn.data] == [None, "profile", "theta"]


@pytest.mark.parametrize(("data", "family"), FITTED)
def test_the_likelihood_interval_ends_where_the_profile_meets_its_drop(data, family):
    shown = scene(data=data, family=family)
    for name in shown.names:
        drawn = figure(shown, f"profile-{name}")
        profile = trace(drawn, "profile")
        low, high = shown.intervals(name)["likelihood"]
        x, y = np.array(profile.x, dtype=float), np.array(profile.y, dtype=float)
        for end in (low, high):
            if x[0] < end < x[-1] and end != shown.fit.params[name]:  # a cliff is no crossing
                there = np.interp(end, x[~np.isnan(y)], y[~np.isnan(y)])
                df = 2 if name in shown.fit.irregular else 1
                assert there == pytest.approx(-mle.likelihood_ratio_drop(0.95, df), abs=0.05)
