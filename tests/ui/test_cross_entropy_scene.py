"""What /cross-entropy shows against independent computations, and what its three pictures must let a reader see."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from scipy import integrate, stats

import mle_core as mle
from mle_ui.live import moving
from mle_ui.live.moving import sweep
from mle_ui.live.tables import Grid
from mle_ui.numbers import nats
from mle_ui.scenes.cross_entropy import bridge, landscape_rows, settings, truths
from mle_ui.scenes.cross_entropy.draw import drawings
from mle_ui.scenes.cross_entropy.parts import parts
from mle_ui.scenes.cross_entropy.scene import build
from mle_ui.state import Link


def opened(**query: str):
    return build(Link(query))


def played(scene, key: str):
    return sweep(scene, [slider.key for slider in scene.sliders].index(key))


def track(scene, key: str, chart: str, mark: str):
    (found,) = [t for t in played(scene, key).tracks if (t.chart, t.mark) == (chart, mark)]
    return found


def numbers(strings) -> np.ndarray:
    return np.array([float(text.replace("−", "-")) for text in strings])


# -- the sum --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("mu_p", "sigma_p", "mu_q", "sigma_q"), [(0.0, 0.5, 1.0, 1.0), (-1.0, 0.1, 0.5, 0.4)])
def test_the_bars_add_up_and_are_the_integrals(mu_p, sigma_p, mu_q, sigma_q):
    scene = opened(mu_p=f"{mu_p}", sigma_p=f"{sigma_p}", mu_q=f"{mu_q}", sigma_q=f"{sigma_q}")
    p, q = stats.norm(mu_p, sigma_p), stats.norm(mu_q, sigma_q)
    ends = mu_p - 10 * sigma_p, mu_p + 10 * sigma_p
    own, crossed = (integrate.quad(lambda x, f=f: -p.pdf(x) * f(x), *ends)[0] for f in (p.logpdf, q.logpdf))
    now = moving.now(scene)
    assert now["bars", "density-p"].y[0] == pytest.approx([0, own], abs=1e-8)
    assert now["bars", "density-d"].y[0] == pytest.approx([own, crossed], abs=1e-7)
    assert now["bars", "density-pq"].y[0] == pytest.approx([0, crossed], abs=1e-7)
    said = moving.strings(scene)
    assert said["density_p"] == nats(own) and said["density_pq"] == nats(crossed)
    edges = np.concatenate([[-np.inf], np.arange(-4, 4.01, 0.5), [np.inf]])
    cells_p, cells_q = np.diff(p.cdf(edges)), np.diff(q.cdf(edges))
    seen = cells_p > 1e-14
    assert said["cells_pq"] == nats(-np.sum(cells_p[seen] * np.log(cells_q[seen])))


def test_moving_q_leaves_the_entropy_and_narrow_densities_have_a_negative_one():
    scene = opened()
    for key in ("mu_q", "sigma_q"):
        assert "density_p" not in played(scene, key).readouts
        assert not [t for t in played(scene, key).tracks if t.mark in ("density-p", "cells-p")]
    widths = np.array(scene.sliders[1].values)
    entropies = numbers(played(scene, "sigma_p").readouts["density_p"])
    zero = 1 / math.sqrt(2 * math.pi * math.e)
    assert np.all((entropies < 0) == (widths < zero)) and entropies[0] < -0.8
    assert numbers(played(scene, "sigma_p").readouts["cells_p"]).min() >= 0


def test_cells_never_tell_more_apart_than_the_densities_and_small_ones_nearly_as_much():
    fine = {cell: float(moving.strings(opened(cell=cell))["cells_d"]) for cell in ("1", "0.5", "0.25")}
    whole = float(moving.strings(opened())["density_d"])
    assert fine["1"] < fine["0.5"] < fine["0.25"] < whole < fine["0.25"] + 0.02


def test_the_shaded_area_is_the_cross_entropy():
    scene = opened()
    crossed = moving.now(scene)["terms", "crossed"]
    area = np.trapezoid(crossed.y[0], crossed.x[0])
    assert area == pytest.approx(float(moving.strings(scene)["density_pq"]), abs=0.02)


# -- over θ ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["normal", "mixture", "student_t"])
@pytest.mark.parametrize("over", ["mu", "sigma"])
def test_one_argmin_a_constant_gap_and_equal_slopes(kind, over):
    scene = opened(view="theta", truth=kind, over=over)
    now = moving.now(scene)
    cross, kl = now["landscape", "cross"], now["landscape", "kl"]
    gaps = (cross.y - kl.y)[0]
    entropy = mle.entropy(scene.p)
    inside = cross.y[0] < 20
    assert gaps[inside] == pytest.approx(entropy, abs=1e-8)
    assert moving.strings(scene)["entropy"] == nats(entropy)
    at = scene.grid[::12]
    theta = [(v, scene.theta[1]) if over == "mu" else (scene.theta[0], v) for v in at]
    wanted = [mle.cross_entropy(scene.p, mle.Distribution("normal", mu=m, sigma=s)) for m, s in theta]
    assert cross.y[0, ::12] == pytest.approx(wanted, rel=1e-7)
    best = now["landscape", "best"].x[0]
    assert np.ptp(best) == 0 and abs(best[0] - scene.grid[np.argmin(cross.y[0])]) < 0.2
    rise = [np.ptp(now["landscape", f"slope-{mark}"].y[0]) for mark in ("cross", "kl", "nll")]
    assert rise[0] == pytest.approx(rise[1], rel=1e-12) and rise[2] != pytest.approx(rise[0], rel=1e-3)
    pull = now["pull", "pull"]
    slope = float(moving.strings(scene)["slopes"].split(" · ")[0].replace("−", "-"))
    # The picture ends at ±6, where the squares of a Student t still count.
    assert np.trapezoid(pull.y[0], pull.x[0]) == pytest.approx(slope, abs=0.1 if kind == "student_t" else 0.03)


def test_shift_and_scale_leave_the_argmin():
    scene = opened(view="theta")
    for key, change in (("shift", lambda v, y: y + v), ("scale", lambda v, y: v * y)):
        best = track(scene, key, "landscape", "best").x
        assert np.ptp(best) == 0
        curve = track(scene, key, "landscape", "scaled").y
        values = scene.sliders[[s.key for s in scene.sliders].index(key)].places(moving.FINE)[:: (481 - 1) // 20]
        cross = moving.now(scene)["landscape", "cross"].y[0]
        assert curve == pytest.approx(np.array([change(v, cross) for v in values]), rel=1e-9)
        assert not played(scene, key).readouts


@pytest.mark.parametrize("kind", ["normal", "mixture", "student_t"])
def test_the_sample_is_its_own_law_and_tends_to_the_truth(kind):
    scene = opened(view="theta", truth=kind, m="11")
    x = scene.x
    mu, sigma = scene.theta[:2]
    said = moving.strings(scene)
    assert float(said["nll"].split()[0]) == pytest.approx(-stats.norm(mu, sigma).logpdf(x).mean(), abs=0.006)
    fit = mle.fit("normal", x, fixed={"sigma": float(sigma)})
    assert moving.now(scene)["landscape", "own"].x[0, 0] == pytest.approx(fit.params["mu"])
    m = played(scene, "m")
    path = track(scene, "mu", "funnel", "path").y
    upper = track(scene, "mu", "funnel", "upper").y
    assert np.abs(path[:, -1]).max() < 2 * upper[:, -1].max() and np.abs(path[:, -1]).max() < 0.35
    pairs = [text.split(" · ") for text in m.readouts["nearest"]]
    near, last = (numbers(text.split(", ")) for text in pairs[-1])
    assert last == pytest.approx(near, abs=0.1)
    assert near == pytest.approx(mle.pseudo_true("normal", (scene.p.family, scene.p.theta)).theta, abs=0.01)


def test_the_samples_law_is_the_law():
    for kind, truth in truths.TRUTHS.items():
        scene = opened(view="theta", truth=kind, m="2000")
        assert stats.kstest(scene.x, lambda v, p=scene.p: p.cdf(v)).pvalue > 0.01
        assert truth.entropy(scene.theta[None, 5:])[0] == pytest.approx(mle.entropy(scene.p), abs=1e-9)


def test_the_band_holds_about_nineteen_of_twenty_samples():
    inside = []
    for seed in range(40):
        scene = opened(view="theta", m="24", seed=str(seed))
        now = moving.now(scene)
        place = landscape_rows.COUNTS.index(scene.m)
        inside.append(abs(now["funnel", "now"].y[0, 0]) <= now["funnel", "upper"].y[0, place])
    assert 34 <= sum(inside) <= 40


# -- codes ----------------------------------------------------------------------------------------------------------------


def test_lengths_are_bits_and_their_area_the_cross_entropy():
    scene = opened(view="codes")
    said = moving.strings(scene)
    assert said["own"] == "1.750"
    q = np.array([0.2, 0.2, 0.4, 0.2])
    bits = -np.array([0.5, 0.25, 0.125, 0.125]) @ np.log2(q)
    assert said["crossed"] == f"{bits:.3f}" and said["crossed_nats"] == nats(bits * math.log(2))
    steps = moving.now(scene)["code", "length"]
    assert np.trapezoid(steps.y[0], steps.x[0]) == pytest.approx(bits, abs=1e-9)
    assert moving.now(scene)["excess", "extra"].y.sum() == pytest.approx(bits - 1.75, abs=1e-9)


def test_a_one_hot_source_has_no_entropy_and_costs_the_nll_of_its_label():
    scene = opened(view="codes", label="c", harden="1")
    said = moving.strings(scene)
    assert said["own"] == "0.000" and said["crossed_nats"] == said["nll"] == nats(-math.log(0.4))
    own = numbers(played(opened(view="codes"), "harden").readouts["own"])
    assert own[0] == 1.75 and own[-1] == 0 and np.all(np.diff(own[-100:]) <= 0)
    learnt = played(opened(view="codes"), "learn").readouts
    assert np.all(np.diff(numbers(learnt["d"])) <= 0) and learnt["d"][-1] == "0.000"
    assert any("one-hot" in text for text in scene.remarks())


def test_no_word_for_a_message_is_infinite_and_said():
    scene = opened(view="codes", p="0.5 0.5", q="1 0")
    said = moving.strings(scene)
    assert said["crossed"] == said["d"] == "∞" and said["own"] == "1.000"
    assert any("infinite" in text and "b" in text for text in scene.remarks())
    assert moving.strings(opened(view="codes", p="1 0", q="1 0"))["crossed"] == "0.000"


def test_a_dragged_top_leaves_the_others_in_proportion_and_is_written_as_text():
    scene = opened(view="codes")
    grips = [handle for handle in scene.tables().handles if isinstance(handle.y, Grid)]
    assert len(grips) == 8
    (text,) = scene.edit({"q0": 0.6}).values()
    assert np.array(text.split(), dtype=float) == pytest.approx([0.6, 0.1, 0.2, 0.1])
    dropped = opened(view="codes", q=text)
    marks, said = scene.answer({"q0": 0.6})
    assert said == moving.strings(dropped)
    there = moving.now(dropped)
    for mark in marks:
        assert mark.y == pytest.approx(there[mark.chart, mark.mark].y)
    assert scene.edit({"p1": 1.0}) == {"p": "0 1 0 0"}
    assert not opened(view="codes", harden="1", learn="1").tables().handles


def test_tops_of_mixed_laws_are_dragged_where_they_are_seen():
    state = {"view": "codes", "harden": "0.5", "learn": "0.25", "label": "b"}
    scene = opened(**state)
    for handle in scene.tables().handles:
        grid = handle.y
        last = grid.low + grid.step * (grid.count - 1)
        assert grid.low - 1e-4 <= handle.at[1] <= last + 1e-4
        value = round(grid.low + grid.step * (grid.count // 2), 6)
        dropped = opened(**{**state, **scene.edit({grid.key: value})})
        (there,) = [h for h in dropped.tables().handles if h.mark == handle.mark]
        assert there.at[1] == pytest.approx(value, abs=1e-9), grid.key
        assert moving.strings(dropped)["crossed"] == scene.answer({grid.key: value})[1]["crossed"]


def test_the_bridge_carries_the_prediction_and_the_label():
    query = bridge.query(opened(view="codes", p="1 1 1", q="0.2 0.5 0.3", label="c"))
    z = np.array([float(query[f"z{k}"]) for k in (1, 2, 3)])
    assert np.exp(z) / np.exp(z).sum() == pytest.approx([0.2, 0.5, 0.3], abs=0.01) and query["label"] == "3"
    query = bridge.query(opened(view="codes"))  # four messages: the label, the strongest other one, the rest
    z = np.array([float(query[f"z{k}"]) for k in (1, 2, 3)])
    assert np.exp(z) / np.exp(z).sum() == pytest.approx([0.2, 0.4, 0.4], abs=0.01) and query["label"] == "1"
    hard = bridge.query(opened(view="codes", p="1 1 1", q="0 1 0"))
    assert hard["z2"] == "5" and hard["z1"] == "-5"


# -- what a link may bring ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("view", "key"), [("sum", "sigma_p"), ("sum", "sigma_q"), ("theta", "sigma"), ("theta", "width")]
)
@pytest.mark.parametrize("raw", ["0", "-1"])
def test_a_width_that_is_none_is_said_and_nothing_else_is_lost(view, key, raw):
    other = "mu_q" if view == "sum" else "mu"
    ask = Link({"view": view, key: raw, other: "0.5"})
    scene = build(ask)
    assert scene is not None and "(0, ∞)" in ask.problems[key] and set(ask.problems) == {key}
    assert dict(zip([s.key for s in scene.sliders], scene.theta, strict=True))[other] == 0.5


def test_values_within_the_ends_are_kept_to_the_digit_and_others_are_said():
    scene = opened(mu_q="1.2345", sigma_p="0.3337")
    assert list(scene.theta) == [0.0, 0.3337, 1.2345, 1.0]
    ask = Link({"view": "theta", "mu": "99", "m": "1", "truth": "mixture", "weight": "1.5"})
    assert build(ask) is not None and set(ask.problems) == {"mu", "m", "weight"}


@pytest.mark.parametrize(
    ("text", "words"),
    [("0.5 x", "Item 2"), ("", "No numbers"), ("1", "2 to 8"), ("0.5 -0.1", "negative"), ("0 0", "0 everywhere")],
)
def test_text_that_is_no_law_is_said_and_the_picture_stays(text, words):
    ask = Link({"view": "codes", "p": text, "q": "0.7 0.1 0.1 0.1"})
    scene = build(ask)
    assert scene is not None and words in ask.problems["p"] and "meanwhile" in ask.problems["p"]
    assert scene.q == (0.7, 0.1, 0.1, 0.1)
    assert ("p", text) in [(control.key, value) for control, value in scene.items]


def test_weights_are_normalised_and_that_is_said():
    ask = Link({"view": "codes", "p": "2, 1; 1", "q": "0.5 0.5"})
    scene = build(ask)
    assert not ask.problems and scene.p == (0.5, 0.25, 0.25) and scene.q == (0.5, 0.5, 0.0)
    assert any("sums to 4" in text for text in scene.remarks()) and any("missing" in text for text in scene.remarks())


@pytest.mark.parametrize("view", list(settings.VIEW.options))
def test_what_a_question_sets_is_a_state_of_the_page(view):
    scene = opened(view=view)
    for question in parts(scene).questions():
        words = {k: f"{v:.12g}" if isinstance(v, float) else str(v) for k, v in question.sets.items()}
        ask = Link(words)
        reached = build(ask)
        assert reached is not None and not ask.problems and reached.picture == view
        stands = {control.key: value for control, value in reached.items}
        for key, value in question.sets.items():
            slider = next((s for s in reached.sliders if s.key == key), None)
            assert (slider.values[stands[key]] if slider else stands[key]) == value


def test_the_pasted_code_prints_the_numbers_on_the_screen(capsys):
    for query in (
        {},
        {"view": "theta"},
        {"view": "theta", "truth": "mixture", "over": "sigma", "m": "2000"},
        {"view": "theta", "truth": "student_t"},
        {"view": "codes", "harden": "0.5", "learn": "0.25", "label": "d"},
    ):
        scene = opened(**query)
        exec(compile(parts(scene).code(), "pasted", "exec"), {})
        printed = [float(text) for text in re.findall(r"-?\d+\.\d+", capsys.readouterr().out)]
        for name in set(moving.strings(scene)) - {"nearest"}:
            for text in re.findall(r"-?\d+\.\d+", moving.strings(scene)[name].replace("−", "-")):
                rounding = 0.51 * 10.0 ** -len(text.partition(".")[2])
                assert min(abs(value - float(text)) for value in printed) <= rounding + 1e-3, (query, name, text)


def test_charts_are_told_apart_by_the_page_and_caches_are_bounded():
    keys = [drawing.key for view in settings.VIEW.options for drawing in drawings(opened(view=view))]
    assert len(keys) == 13
    for cached in (landscape_rows.prefixes, truths._unit, truths._sides, truths._entropy, truths._moments):
        assert cached.cache_info().maxsize is not None
