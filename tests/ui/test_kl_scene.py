"""What /kl shows against independent computations, and what is said about bad input."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from mle_ui.live import moving
from mle_ui.scenes.kl import plane_marks
from mle_ui.scenes.kl.bars import pasted
from mle_ui.scenes.kl.draw import drawings
from mle_ui.scenes.kl.parts import parts
from mle_ui.scenes.kl.scene import build
from mle_ui.state import Link


def test_the_printed_areas_sum_to_the_divergence_that_is_read():
    scene = build(Link({"mu_p": "0.5", "sigma_q": "2"}))
    p, q = stats.norm(0.5, 1), stats.norm(1, 2)
    x = np.linspace(-20, 20, 40001)
    terms = p.pdf(x) * (p.logpdf(x) - q.logpdf(x))
    gain, loss = (np.trapezoid(np.maximum(sign * terms, 0), x) for sign in (1, -1))
    (text,) = moving.now(scene)["forward", "sum"].texts
    assert text == f"{gain:.2f} − {loss:.2f} = {gain - loss:.2f}"
    assert float(moving.strings(scene)["kl"]) == pytest.approx(gain - loss, rel=1e-3)


def test_the_drawn_integrand_is_split_at_zero():
    figure = next(d.figure for d in drawings(build(Link({}))) if d.key == "forward")
    above, below = (next(t for t in figure.data if t.meta == f"integrand{sign}") for sign in "+-")
    assert min(above.y) >= 0 >= max(below.y)


@pytest.mark.parametrize("raw", ["0", "-1", "99"])
def test_a_width_that_is_none_is_said_and_nothing_is_lost(raw):
    link = Link({"sigma_q": raw, "mu_p": "2"})
    scene = build(link)
    assert scene.laws[:2] == (2.0, 1.0)
    assert "σ_q" in link.problems["sigma_q"] and link.problems["sigma_q"].count(";") == 1


def test_the_forward_fit_has_the_moments_of_the_target():
    scene = build(Link({"view": "fit"}))
    mean = 0.41 * -2 + 0.59 * 2
    width = np.sqrt(0.41 * (0.36 + (2 + mean) ** 2) + 0.59 * (0.64 + (2 - mean) ** 2))
    assert moving.strings(scene)["forward"].endswith(f"at {mean:.2f}, {width:.2f}")


def test_weights_that_do_not_sum_to_one_are_normalised_and_said():
    scene = build(Link({"view": "bars", "p": "2 3 5", "q": "1 1 0"}))
    assert scene.values[:3] == pytest.approx([0.2, 0.3, 0.5])
    said = " ".join(scene.remarks())
    assert "sum to 10" in said and "D(p‖q) = ∞: outcome 3" in said
    assert moving.strings(scene)["kl"] == "∞"


@pytest.mark.parametrize(
    ("text", "words"),
    [("0.2 abc 0.3", "abc"), ("0.5 -0.1 0.6", "negative"), ("1 2", "2 numbers"), ("1 2 3 4", "4 numbers")],
)
def test_pasted_text_that_is_no_law_gets_a_sentence(text, words):
    link = Link({"view": "bars", "p": text})
    assert build(link) is None
    assert words in " ".join(link.problems.values())


def test_pasting_moves_the_bars():
    assert pasted({"p": "1 1 2", "q": "x"}) == {"p1": 0.25, "p2": 0.25, "p3": 0.5}


def test_a_law_dragged_over_the_simplex_moves_its_bars():
    scene = build(Link({"view": "bars"}))
    moved = scene.edit({"q_x": 0.5, "q_y": 0.0})
    assert moved == {"q1": 0.5, "q2": 0.5, "q3": 0.0}


def test_rényis_fit_in_the_plane_slides_from_the_reverse_to_the_forward_one():
    scene = build(Link({"view": "plane"}))
    theta = np.repeat(scene.values[None], 2, axis=0)
    theta[:, plane_marks.ALPHA] = [0.02, 0.98]
    found, (one,) = plane_marks.between("renyi", theta), plane_marks.forward(theta[:1]).means
    low = plane_marks.reverse(theta[:1]).means[0, 0]
    along = (found.means - low) @ (one - low) / np.sum((one - low) ** 2)
    assert along == pytest.approx([0, 1], abs=0.05)
    alpha = next(sweep for sweep in scene.tables().sweeps if sweep.slider.key == "alpha")
    assert "between" in [track.mark for track in alpha.tracks] and len(set(alpha.readouts["third"])) > 10


def test_jensen_shannon_in_the_plane_asks_for_no_order():
    scene = build(Link({"view": "plane", "third": "js"}))
    assert "alpha" not in [slider.key for slider in scene.sliders]
    assert 0 < float(moving.strings(scene)["third"]) < np.log(2)


@pytest.mark.parametrize(
    "query",
    [
        {"view": "fit", "third": "js", "weight": "0.95", "apart": "1.4", "sigma_1": "0.3", "sigma_2": "1.3"},
        {"view": "bars", "p": "1 2 0 3", "q": "2 1 0 1"},
    ],
)
def test_checks_agree_where_a_small_part_is_wide_and_where_both_have_a_zero(query):
    assert [check for check in parts(build(Link(query))).checks() if not check.agrees] == []


def test_flat_bars_are_said_once_and_not_divided_by_nothing():
    assert build(Link({"view": "bars", "p": "0 0 0"})).remarks() == [
        "All bars of p are flat, so that it is no law; raise one of them."
    ]
