"""What stands under the surface page's picture: text, questions, checks, the code and the table."""

from __future__ import annotations

import contextlib
import csv
import io
import math
import re
import warnings

import numpy as np
import pytest

import mle_core as mle
from mle_ui.numbers import show
from mle_ui.scenes.surface.parts import READING, parts
from mle_ui.words import Check
from tests.scenes import CHOSEN, resolve, scene

REGULAR = [key for key, family in mle.FAMILIES.items() if len(family.params) <= 3]

every_fit = pytest.mark.parametrize(("data", "family"), CHOSEN)


def test_the_code_tries_no_weight_beyond_its_ends_and_several_starts():
    for data in ("toxocara", "michelson"):  # a weight of 0.87, whose double is none; a top that halves of the data miss
        shown = scene(data=data, family="normal_mixture_common")
        names, _ = _run(shown)
        assert float(names["loglik_max"]) == pytest.approx(shown.fit.loglik, abs=2e-3)
        assert len(names["standard_errors"]) == 4


def test_the_code_takes_an_infinite_size_as_far_as_scipy_does():
    shown = scene(data="own", x="0 0 1 0 1 1 3", family="negative_binomial", size="∞")
    assert np.isinf(shown.theta).any()
    names, _ = _run(shown)
    assert float(names["loglik_theta"]) == pytest.approx(float(shown.loglik(shown.theta)), abs=1e-3)


def test_a_score_is_not_looked_for_where_a_weight_is_gone():
    shown = scene(data="own", x="0 0 1 0 1 1 3", family="normal_mixture_common", null="-1.01")
    assert all(check.agrees for check in parts(shown).checks())
    names, _ = _run(shown)
    assert "likelihood_ratio" in names and "score" not in names


def _run(shown):
    """The names that the code leaves and what it prints."""
    names: dict[str, object] = {}
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(parts(shown).code(), "snippet", "exec"), names)
    return names, printed.getvalue()


@every_fit
def test_the_code_gives_the_readouts_as_pasted(data, family):
    shown = scene(data=data, family=family)
    names, printed = _run(shown)
    for name, value in (("loglik_theta", float(shown.loglik(shown.theta))), ("loglik_max", shown.fit.loglik)):
        assert float(names[name]) == pytest.approx(value, rel=1e-6, abs=1e-3), name
    unresolved = "nearly perfectly correlated" in printed
    errors = names["standard_errors"]
    for j, (estimate, error) in enumerate(shown.prepared.estimates.values()):
        found = float(names["theta_hat"][j])
        if math.isinf(estimate):
            assert found > 1e6
            continue
        assert abs(found - estimate) <= (0.05 * error if math.isfinite(error) else 1e-9 * abs(estimate))
        if not unresolved and math.isfinite(error):
            assert errors[j] == pytest.approx(error, rel=0.05)
    assert len(printed.splitlines()) >= 2 + len(shown.names)
    place = shown.steps[len(shown.names)]
    for name, statistic in (("likelihood_ratio", "lr"), ("wald", "wald"), ("score", "score")):
        if name in names and math.isfinite(names[name]):
            assert float(names[name]) == pytest.approx(
                float(getattr(shown.along, statistic)[place]), rel=0.02, abs=0.01
            ), name
    if all(p.regular for p in shown.family.params) and np.isfinite(shown.fit.theta).all() and not unresolved:
        assert {"likelihood_ratio", "wald", "score"} <= set(names)
    assert f"{shown.fit.loglik:.3f}" in printed or abs(shown.fit.loglik) > 1e9


@every_fit
def test_the_code_stands_on_numpy_and_scipy_alone(data, family):
    code = parts(scene(data=data, family=family)).code()
    assert set(re.findall(r"^(?:import|from) (\w+)", code, re.MULTILINE)) == {"numpy", "scipy"}
    assert max(map(len, code.splitlines())) <= 140


@every_fit
def test_all_ways_agree(data, family):
    checks = parts(scene(data=data, family=family)).checks()
    assert len(checks) >= 3
    for check in checks:
        assert len(check.ways) >= 2
        assert all(math.isfinite(value) and error >= 0 for _, value, error in check.ways), check
        assert check.agrees, check


@every_fit
def test_the_ways_agree_at_the_maximum_too(data, family):
    start = scene(data=data, family=family)
    steps = start.best_steps()
    top = scene(data=data, family=family, **{s.key: s.labels[steps[s.key]] for s in start.sliders if s.key in steps})
    for check in parts(top).checks():
        assert check.agrees, check


def test_ways_agree_if_their_bounds_meet():
    assert Check("q", (("a", 1.0, 0.1), ("b", 1.2, 0.11))).agrees
    assert not Check("q", (("a", 1.0, 0.1), ("b", 1.2, 0.09))).agrees
    assert not Check("q", (("a", 1.0, 0.0), ("b", math.nan, 1.0))).agrees


@every_fit
def test_questions_can_be_answered_and_shown(data, family):
    shown = scene(data=data, family=family)
    questions = parts(shown).questions()
    assert 3 <= len(questions) <= 5
    for question in questions:
        assert 0 <= question.answer < len(question.options) >= 2
        assert len(set(question.options)) == len(question.options)
        assert question.prompt.endswith("?") and question.reveal.endswith((".", "!"))
        assert "nan" not in question.prompt + question.reveal
        here = {
            key: str(value)
            for key, value in ({} if "data" in question.sets else {"data": data, "family": family}).items()
        }
        found, link = resolve(
            **here, **{key: repr(v) if isinstance(v, float) else str(v) for key, v in question.sets.items()}
        )
        assert found is not None and not link.problems
        stands = {slider.key: slider.values[step] for slider, step in zip(found.sliders, found.steps, strict=True)}
        assert all(stands[key] == value for key, value in question.sets.items() if key in stands)


@every_fit
def test_the_question_about_tests_is_answered_by_the_core(data, family):
    shown = scene(data=data, family=family)
    question = parts(shown).questions()[0]
    if question.options[0] != "likelihood ratio":
        irregular = not all(p.regular for p in shown.prepared.params)
        assert irregular or not math.isfinite(shown.fit.params.get("nu", 1.0))
        return
    name, null = question.sets["test"], question.sets["null"]
    there = scene(data=data, family=family, test=name, null=repr(null))
    assert there.value("null") == null
    known = mle.test(shown.fit, {name: null})
    for way in (known.lr, known.wald, known.score):
        assert f"{way.statistic:.2f} and " in question.reveal
    assert abs(null - shown.fit.params[name]) > 0.5 * shown.fit.standard_errors[name]


def test_the_question_about_n_knows_the_roots_of_four():
    round_, cliff = (parts(scene(data="groundbeef", family=family)).questions()[1] for family in ("normal", "uniform"))
    few, many = (scene(data="generated", draws=n).fit.standard_errors["mu"] for n in ("50", "200"))
    assert round_.answer == 1 and 1.6 < few / many < 2.5
    assert f"± {show(many, 2)} at" in round_.reveal
    query = {"data": "generated", "family": "uniform", "from": "uniform"}
    few, many = (np.ptp(scene(**query, draws=n).intervals("low")["likelihood"]) for n in ("50", "200"))
    assert cliff.answer == 2 and 3 < few / many < 5.5


def test_the_states_of_the_questions_show_what_is_said():
    _, _, several, spike, ridge = parts(scene()).questions()
    x = np.array([-7.0, -3, 0, 4, 6])
    grid = np.linspace(-10, 10, 4001)
    held = -np.log1p(((x[:, None] - grid) / 0.2983) ** 2).sum(axis=0)
    tops = np.sum((held[1:-1] > held[:-2]) & (held[1:-1] > held[2:]))
    assert several.options[several.answer] == str(tops) and several.sets["gamma"] == 0.2983
    lower = [float(v.replace("−", "-")) for v in re.findall("(−[0-9.]+) at", spike.reveal)]
    assert lower == sorted(lower) and len(lower) == 3 and spike.options[spike.answer].startswith("it grows")
    assert ridge.sets["family"] == "student_t" and "15.389" in ridge.reveal


@pytest.mark.parametrize("null", ["299.8346", "299.8898"])
def test_the_three_statistics_of_a_normal_mean_have_closed_forms(null):
    shown = scene(test="mu", null=null)
    x, read = shown.prepared.x, {r.name: r.value for r in shown.strip()}
    away = ((x.mean() - float(null)) / x.std()) ** 2
    for name, value in (("lr", np.log1p(away)), ("wald", away), ("score", away / (1 + away))):
        assert float(read[name].partition(",")[0]) == pytest.approx(x.size * value, abs=0.006)


def test_the_reading_is_short_and_names_its_source():
    prose = re.sub(r"\$\$.*?\$\$|\$.*?\$", " ", READING.text, flags=re.DOTALL)
    assert 100 <= len(re.findall(r"[^\W\d_][\w’'-]*", prose)) <= 250
    assert READING.text.count("$") % 2 == 0
    assert READING.section.startswith("5") and READING.correction


@every_fit
def test_the_table_holds_the_profiles(data, family):
    shown = scene(data=data, family=family)
    rows = list(csv.DictReader(io.StringIO(parts(shown).table())))
    for name in shown.names:
        profile = shown.profile(name)
        own = [(float(r["value"]), float(r["profile_drop_nats"])) for r in rows if r["parameter"] == name]
        assert np.array_equal(own, np.stack([profile.grid, profile.values - shown.fit.loglik], axis=1))
    assert parts(shown).file.isascii() and "/" not in parts(shown).file


@pytest.mark.parametrize("family", REGULAR)
@pytest.mark.parametrize(
    "text",
    ["1 2 3 4 1000000", "400 1", "1000000000.5 1000000001 1000000003", "1 1.0001 1.0003 1.0002", "1000000000 1000000001", "2 5 3 3"],
)  # fmt: skip
def test_all_ways_agree_on_numbers_that_are_hard_on_them(text, family):
    shown, link = resolve(data="own", x=text, family=family)
    if shown is None:
        assert all(words.endswith(".") for words in link.problems.values())
        return
    for check in parts(shown).checks():
        assert check.agrees, check


def test_counts_far_out_are_refused_in_words():
    for text in ("10000000000000000 10000000000000000", "1 100000"):
        _, link = resolve(data="own", x=text, family="poisson")
        assert "choose a continuous family" in link.problems["family"]


def test_a_text_that_no_link_carries_is_refused_in_words():
    _, link = resolve(data="own", x="1" * 50_000)
    assert "50000 characters" in link.problems["x"]
