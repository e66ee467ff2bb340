"""The page /regression: its numbers by other ways, points that are dragged, and what it refuses."""

from __future__ import annotations

import contextlib
import io
import re

import numpy as np
import pytest
from scipy import optimize, stats
from streamlit.testing.v1 import AppTest

import mle_core as mle
from mle_ui import catalogue
from mle_ui.live import moving
from mle_ui.live.tables import BUDGET, Grid, encode
from mle_ui.scenes.regression import draw, line_marks, line_surface, noise_marks, pairs, settings
from mle_ui.scenes.regression.parts import parts
from mle_ui.scenes.regression.scene import build
from mle_ui.state import Link

ALL = list(mle.NOISES)
SIX = {"view": "noise", "data": "stackloss", "noise": ALL}


def scene(**query):
    ask = Link(query)
    shown = build(ask)
    assert shown is not None and not ask.problems, ask.problems
    return shown


def refused(**query):
    ask = Link(query)
    return build(ask), ask.problems


def strip(shown) -> dict[str, str]:
    return {readout.name: readout.value for readout in shown.strip()}


def number(text: str) -> float:
    return float(text.replace("−", "-"))


def printed(shown) -> str:
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(parts(shown).code(), "pasted", "exec"), {})
    return said.getvalue()


# -- the line ---------------------------------------------------------------------------------------------------------------


def test_the_three_terms_are_those_of_the_article():
    shown = scene(slope="2", intercept="30", sigma="50")
    table = mle.DATA_TABLES["phones"]
    x, y = table.values("year"), table.values("calls")
    b, a, s, _ = shown.theta
    r = y - a - b * (x - 61.5)
    found, m = strip(shown), x.size
    assert number(found["scale"]) == pytest.approx(-m * np.log(s), abs=5e-4)
    assert number(found["constant"]) == pytest.approx(-m / 2 * np.log(2 * np.pi), abs=5e-4)
    assert number(found["fit"]) == pytest.approx(-m / (2 * s**2) * np.mean(r**2), abs=5e-4)
    assert number(found["loglik"]) == pytest.approx(stats.norm(0, s).logpdf(r).sum(), abs=5e-4)
    assert number(found["mse"]) == pytest.approx(np.mean(r**2), rel=1e-4)
    X = np.column_stack([np.ones(m), x - 61.5])
    best = np.linalg.lstsq(X, y, rcond=None)[0]
    left = y - X @ best
    top = stats.norm(0, np.sqrt(np.mean(left**2))).logpdf(left).sum()
    assert number(found["gap"]) == pytest.approx(top - stats.norm(0, s).logpdf(r).sum(), abs=1e-3)
    assert f"{top - stats.norm(0, s).logpdf(r).sum():.3f}" in printed(shown)


@pytest.mark.parametrize(
    "query", [{}, {"data": "mtcars", "column": "hp", "origin": "zero"}, {"data": "faithful", "degree": "4"}], ids=str
)
def test_sigma_moves_and_the_best_line_stays(query):
    shown = scene(**query)
    sigma = shown.fit.params["sigma"] * np.array([0.3, 1.0, 5.0])
    slopes, _ = shown.best({"sigma": sigma})
    unit = [shown.fit.standard_errors[name] for name in ("slope", "intercept")]
    assert np.ptp(slopes[:, :2] / unit, axis=0) == pytest.approx(0.0, abs=1e-7)
    at = np.append(slopes[1], shown.theta[3])
    assert shown.terms(at).mse == pytest.approx(shown.fit.params["sigma"] ** 2, rel=1e-9)
    # the best σ of any other line is the root of its own MSE
    b, a, _, x0 = shown.theta
    root = float(np.sqrt(shown.terms(shown.theta).mse))
    found = optimize.minimize_scalar(
        lambda s: -float(shown.terms(np.array([b, a, s, x0])).total),
        bounds=(root / 3, 3 * root),
        method="bounded",
        options={"xatol": 1e-10 * root},
    )
    assert found.x == pytest.approx(root, rel=1e-6)


def test_higher_powers_leave_slope_and_intercept_alone():
    straight, bent = (scene(data="stackloss", degree=d) for d in ("1", "5"))
    for name in ("slope", "intercept"):
        assert bent.fit.params[name] == pytest.approx(straight.fit.params[name], rel=1e-9)
    assert bent.fit.loglik > straight.fit.loglik


def test_the_equations_carry_the_numbers_of_the_state():
    for query in ({}, {"data": "stackloss", "slope": "0.9", "sigma": "4"}):
        shown = scene(**query)
        text, found = parts(shown).reading.text, strip(shown)
        chain = re.search(r"\\mathrm\{MSE\} = (\S+) - (\S+) - (\S+) = ([^,]+),", text)
        scale, constant, fit, total = (float(v) for v in chain.groups())
        assert (scale, -constant, -fit, total) == pytest.approx(
            [number(found[k]) for k in ("scale", "constant", "fit", "loglik")], abs=6e-4
        )
        assert scale - constant - fit == pytest.approx(total, abs=6.6e-4), "the terms add up, as read"
        m, squares, mse = (float(v) for v in re.search(r"tfrac1\{(\d+)\}\\cdot (\S+) = (\S+)\$\.", text).groups())
        assert squares / m == pytest.approx(mse, rel=1e-4)
        assert mse == pytest.approx(number(found["mse"]), rel=1e-4)
        factor, dmse, dloglik = (
            float(v) for v in re.search(r"= -([\d.e-]+)\\cdot\((\S+)\) = ([\d.e-]+)\.\$", text).groups()
        )
        assert -factor * dmse == pytest.approx(dloglik, rel=1e-3)
        checks = {check.quantity: check.ways[0][1] for check in parts(shown).checks()}
        assert dloglik == pytest.approx(checks["∂ log L/∂b, nats per unit of slope"], rel=1e-4)
        assert total == pytest.approx(checks["log L, nats"], abs=1e-3)
        assert "«" not in text


def test_the_density_on_the_line_keeps_its_area_and_its_place():
    shown = scene(x0="60", sigma="30")
    wide = moving.now(shown)["points", "bell"]
    narrow = moving.now(scene(x0="60", sigma="60"))["points", "bell"]
    areas = [np.trapezoid(track.x[0] - shown.theta[3], track.y[0]) for track in (wide, narrow)]
    assert areas[0] == pytest.approx(areas[1], rel=1e-9)
    b, a, s, x0 = shown.theta
    middle = wide.y[0][np.argmax(wide.x[0])]
    assert middle == pytest.approx(a + b * (x0 - 61.5))
    assert np.ptp(wide.y[0]) == pytest.approx(8 * s)


def test_squares_have_residuals_as_their_sides():
    shown = scene(data="stackloss", residuals="squares")
    comb = moving.now(shown)["points", "residuals"]
    x, y = comb.x[0].reshape(-1, 5), comb.y[0].reshape(-1, 5)
    r = shown.residuals(shown.theta)[shown.pairs.order]
    assert y[:, 1] - y[:, 0] == pytest.approx(r)
    (x0, x1), (y0, y1) = shown.pairs.frame
    assert (x[:, 2] - x[:, 1]) / (x1 - x0) == pytest.approx(line_marks.ASPECT * r / (y1 - y0))


@pytest.mark.parametrize("over", ["slope-intercept", "slope-sigma", "intercept-sigma"])
def test_the_surface_is_the_log_likelihood(over):
    shown = scene(data="stackloss", pair=over)
    held = np.array([dict(zip(("slope", "intercept", "sigma"), shown.theta, strict=False))[shown.third]])
    drops, best = line_surface.drop(shown, held, 5)
    a, b = shown.pair
    places = ("slope", "intercept", "sigma")
    theta = np.zeros((5, 5, 4)) + shown.theta
    grids = np.meshgrid(shown.axis(a).grid(5), shown.axis(b).grid(5))
    for name, grid in zip((a, b), grids, strict=True):
        theta[..., places.index(name)] = grid
    top = float(shown.terms(np.append(best[0], 0.0)).total)
    assert top - shown.terms(theta).total == pytest.approx(drops[0], rel=1e-7, abs=1e-9)
    shown.answer({a: float(grids[0][0, 1]), b: float(grids[1][1, 0])})


def test_the_names_of_the_contours_stand_on_them_while_sigma_moves():
    shown = scene(data="stackloss")
    sigmas = np.geomspace(*shown.ends("sigma"), 5)
    frames = moving.values(shown) + np.zeros((5, 4))
    frames[:, 2] = sigmas
    (levels,) = (t for t in shown.tracks(frames, ["sigma"]) if (t.chart, t.mark) == ("surface", "levels"))
    low, high = shown.ends("slope")
    x, y = (np.broadcast_to(part, (len(part), 2)) for part in (levels.x, levels.y))
    seen = (x > low) & (x < high)
    assert seen[0].all() and not seen[-1].any()  # a wide σ has its contours out of sight
    assert len(x) == len(sigmas)
    for k, j in zip(*np.nonzero(seen), strict=True):
        at = np.array([[x[k, j], y[k, j], sigmas[k], 0.0]])
        top = np.array([[shown.fit.params["slope"], shown.fit.params["intercept"], sigmas[k], 0.0]])
        fall = float(shown.terms(top).total[0] - shown.terms(at).total[0])
        assert fall == pytest.approx(mle.likelihood_ratio_drop(line_surface.LABELLED[j], 2))


def test_a_count_that_is_none_is_named_by_its_row():
    ask = Link({"view": "noise", "data": "phones", "noise": ["gaussian", "poisson"], "edits": "1=-"})
    assert build(ask) is not None
    (said,) = ask.problems.values()
    assert "Row 2, y = 4.7" in said


def test_names_of_the_models_take_no_more_than_three_to_a_line():
    (first, *_) = draw.drawings(scene(**SIX))
    assert [line.count("<span") for line in first.figure.layout.title.text.split("<br>")] == [3, 3]


@pytest.mark.parametrize("data", ["phones", "stackloss", "faithful", "mtcars"])
def test_every_sigma_of_the_slider_is_in_the_picture(data):
    shown = scene(data=data)
    best = [shown.fit.params[name] for name in ("slope", "intercept", "sigma")]
    for sigma in shown.ends("sigma"):
        theta = np.array([[*best[:2], sigma, 0.0]])
        found = shown.terms(theta)
        for (low, high), values in (
            (line_marks.span(shown), (found.scale, found.fit, found.total)),
            (line_marks.depths(shown), (found.total,)),
        ):
            assert all(low < float(value[0]) < high for value in values)


@pytest.mark.parametrize("data", ["faithful", "own"])
def test_many_points_stay_within_the_budget(data):
    xy = " ".join(f"{k},{k * k % 17}" for k in range(pairs.MOST))
    shown = scene(data=data, degree="6", origin="zero", **({"xy": xy} if data == "own" else {}))
    assert len(encode(shown.tables())) < BUDGET


# -- points -----------------------------------------------------------------------------------------------------------------


def test_points_are_moved_added_and_removed_in_the_link():
    shown = scene(data="stackloss", edits="4=70,50")
    out = shown.edit({"x[21]": 75.0, "y[21]": 9.0})
    assert out == {"edits": "4=70,50 21=75,9"}
    out = scene(data="stackloss", **out).edit({"x[+]": 60.0})
    again = scene(data="stackloss", **out)
    assert again.pairs.m == 22 and again.pairs.rows[-1] == 22
    on_line = shown.design.curve(again.coefficients(again.theta), np.array([60.0]))
    assert again.pairs.y[-1] == pytest.approx(float(on_line[0]), abs=3.0)
    out = again.edit({"x[3]": None, "y[3]": None})
    fewer = scene(data="stackloss", **out)
    assert fewer.pairs.m == 21 and 3 not in fewer.pairs.rows
    assert fewer.pairs.next_row == 23
    own = scene(data="own", xy="1,2 2,3.5 3,3 4,6")
    assert own.edit({"x[2]": 2.5, "y[2]": 4.0}) == {"xy": "1,2 2.5,4 3,3 4,6"}
    assert own.edit({"x[1]": None}) == {"xy": "2,3.5 3,3 4,6"}


DRAGGED = {
    "line": {},
    "curve": {"data": "generated", "degree": "3"},
    "noises": {**SIX, "pick": "4", "focus": "student_t"},
}


@pytest.mark.parametrize("query", DRAGGED.values(), ids=DRAGGED)
def test_what_a_dragged_point_shows_is_what_its_drop_shows(query):
    shown = scene(**query)
    if shown.picture == settings.LINE:  # the sliders stay where they are
        query = query | {s.key: s.labels[step] for s, step in zip(shown.sliders, shown.steps, strict=True)}
    (x0, x1), (y0, y1) = shown.pairs.frame
    values = {"x[4]": 0.4 * x0 + 0.6 * x1, "y[4]": round(0.3 * y0 + 0.7 * y1)}
    tracks, strings = shown.answer(values)
    dropped = scene(**query | {key: str(value) for key, value in shown.edit(values).items()})
    said = strip(dropped) | (dropped.cells() if shown.picture == settings.NOISE else {})
    found = {(t.chart, t.mark): t for t in tracks}
    assert np.array_equal(found["points", "data"].y, dropped.pairs.y)
    if shown.picture == settings.NOISE:
        assert strings == {name: said[name] for name in strings} and len(strings) > 30
        wanted = {(t.chart, t.mark): t for t in noise_marks.everything(dropped, dropped.theta, shown)}
        assert set(found) == set(wanted)
    else:
        assert all(number(strings[name]) == pytest.approx(number(said[name]), rel=1e-5, abs=2e-3) for name in strings)
        marks = moving.now(dropped)
        wanted = {key: marks[key] for key in (("points", "curve"), ("points", "residuals"), ("points", "bell"))}
    for key, track in wanted.items():
        assert np.atleast_2d(found[key].y) == pytest.approx(np.atleast_2d(track.y), rel=1e-6, abs=1e-5 * (y1 - y0)), key


# -- noise models -----------------------------------------------------------------------------------------------------------


def test_the_table_says_what_scipy_finds():
    shown = scene(**SIX)
    said = printed(shown)
    for key in ALL:
        name = {"student_t": "Student t"}.get(key, key.capitalize())
        value, aic, slope, pull = re.search(rf"{name}\s+log L (\S+), AIC (\S+), slope (\S+), pull (\S+)", said).groups()
        cells = shown.cells()
        assert float(value) == pytest.approx(number(cells[f"cell-{key}-loglik"]), abs=2e-3), key
        assert float(aic) == pytest.approx(number(cells[f"cell-{key}-aic"]), rel=1e-5), key
        assert float(slope) == pytest.approx(shown.fits[key].params["slope"], rel=1e-3), key
        assert float(pull) == pytest.approx(number(strip(shown)[f"pull-{key}"]), rel=2e-2), key


def test_counts_stand_apart_from_densities():
    table = draw.results(scene(**SIX))
    order = [table.index(f"cell-{key}-aic") for key in ALL]
    apart = table.index("cannot be compared")
    assert order[ALL.index("poisson")] > apart > max(order[:-1])
    assert draw.results(scene()) == ""


def test_an_outlier_turns_the_gaussian_line_and_not_the_robust_ones():
    shown = scene(view="noise")
    slope = {key: fit.params["slope"] for key, fit in shown.fits.items()}
    assert slope["gaussian"] > 4 * slope["laplace"] and slope["gaussian"] > 4 * slope["student_t"]
    marks = {(t.chart, t.mark): t for t in noise_marks.everything(shown, shown.theta)}
    for j, (key, fit) in enumerate(shown.fits.items()):
        at = marks["influence", "at"]
        assert at.x[0, j] == pytest.approx(fit.residuals[shown.marked])
        curve = marks["influence", key]
        on_curve = np.interp(at.x[0, j], np.atleast_2d(curve.x)[0], np.atleast_2d(curve.y)[0])
        assert at.y[0, j] == pytest.approx(on_curve, rel=0.02)
        assert marks["loss", "at"].y[0, j] == pytest.approx(-fit.loglik_per_point[shown.marked])


def test_nu_runs_only_where_student_t_has_a_maximum():
    on_a_line = " ".join(f"{k},{2 * k}" for k in range(1, 8)) + " 8,3 9,1 3,9"
    shown = scene(view="noise", data="own", xy=on_a_line, noise=["gaussian", "student_t"])
    nu = shown.sliders[1]
    assert nu.values[0] > 7 / 3 and nu.values[-1] == np.inf
    assert shown.fit_at("student_t", np.inf).params["slope"] == pytest.approx(shown.gaussian.params["slope"])


# -- what is refused ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "key", "words"),
    [
        ({"data": "own", "xy": "2,1 2,3 2,4"}, "xy", r"x = 2 in every row is a constant column"),
        ({"data": "own", "xy": "1,1 2,3"}, "xy", r"2 observations for 2 coefficients"),
        ({"data": "own", "xy": "1,1 2,3 2,4 1,2", "degree": "3"}, "degree", r"x has 2 distinct values, too few for degree 3"),
        ({"data": "own", "xy": "1,1 2,3 3,1 4,2", "degree": "3"}, "degree", r"4 observations for 4 coefficients"),
        ({"data": "own", "xy": "1,1 2,2 3,3"}, "xy", r"All 3 points lie exactly on the curve"),
        ({"data": "own", "xy": "1,2 b,3"}, "xy", r"Row 2, “b,3”: its x, “b”, is not a number"),
        ({"data": "own", "xy": "1,2,3 4,5"}, "xy", r"Row 1, “1,2,3”, is not one x and one y"),
        ({"data": "own", "xy": "1 2 3"}, "xy", r"3 numbers do not make pairs"),
        ({"data": "own", "xy": ""}, "xy", r"No points yet"),
        ({"data": "own", "xy": "1,2 2,inf"}, "xy", r"Row 2"),
        ({"data": "own", "xy": "1,2 2,3 1e200,4"}, "xy", r"Row 3.*too far"),
        ({"data": "own", "xy": "1,2 " * 400}, "xy", r"400 points are more than the 300"),
        ({"edits": "5=a,b"}, "edits", r"“5=a,b” is not row=x,y"),
        ({"edits": " ".join(f"{k}=-" for k in range(1, 25))}, "edits", r"0 points are left"),
        ({"view": "noise", "data": "own", "xy": "1,-2 2,3 3,4 4,8", "noise": ["poisson"]}, "noise", r"Row 1, y = −2 is not a whole"),
        ({"view": "noise", "data": "own", "xy": "2,1 2,3 2,4"}, "xy", r"constant column"),
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_fitted_is_said_in_one_sentence(query, key, words):
    shown, problems = refused(**query)
    assert shown is None and list(problems) == [key]
    assert re.search(words, problems[key]), problems[key]


def test_a_noise_that_does_not_suit_leaves_the_others_on_the_chart():
    shown, problems = refused(view="noise", data="mtcars", noise=["gaussian", "poisson"])
    assert list(shown.fits) == ["gaussian"] and "Poisson: Row 1, y = 4.7619 and" in problems["noise"]
    shown, problems = refused(view="noise", data="own", xy="1,0 1,0 2,0 2,1 2,3", noise=["gaussian", "poisson"])
    assert list(shown.fits) == ["gaussian"] and "infinite" in problems["noise"]


def test_points_are_read_in_both_ways():
    for text in ("1,2 3,4.5", "1 2 3 4.5", "1,2;3,4.5", "1\t2\n3\t4.5"):
        x, y = pairs.parse(text)
        assert x.tolist() == [1, 3] and y.tolist() == [2, 4.5]


def test_the_chart_stays_while_points_cannot_be_read():
    at = AppTest.from_file(catalogue.ROOT / "mle_ui" / "shell.py", default_timeout=60)
    at.switch_page("../pages/regression.py").run()
    before = [metric.value for metric in at.metric]
    at.selectbox(key="data").select(settings.OWN).run()
    at.text_input(key="xy").set_value("1,2 2,<b>x</b> 3,4").run()
    assert not at.exception and len(at.error) == 1 and "Row 2" in at.error[0].value
    assert len(at.get("plotly_chart")) == 4
    assert [metric.value for metric in at.metric] not in ([], before)
    assert any("Showing the last" in caption.value for caption in at.caption)
    at.selectbox(key="data").select("phones").run()
    at.text_input(key="edits").set_value("foo").run()
    assert not at.exception and len(at.error) == 1 and "foo" in at.error[0].value
    assert at.expander[0].proto.expanded, "a complaint is never folded away"


def test_counts_are_dragged_from_one_to_the_next_and_a_model_without_a_fit_stays():
    scene = build(Link({"view": "noise", "data": "orings", "noise": ["gaussian", "poisson"]}))
    grids = [handle.y for handle in scene.tables().handles if handle.mark == "data"]
    assert grids and all(grid.step >= 1 and grid.low >= 0 and grid.step == int(grid.step) for grid in grids)
    tracks, strings = scene.answer(
        {"y[21]": 1.22}
    )  # no pointer gets there, and yet: the Gaussian follows, Poisson waits
    assert tracks and strings["pull-gaussian"] != moving.strings(scene)["pull-gaussian"]
    assert any(
        isinstance(h.y, Grid) and h.y.step < 1
        for h in build(Link({"view": "noise", "data": "orings"})).tables().handles
        if h.mark == "data"
    )
