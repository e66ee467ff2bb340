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
from mle_ui.numbers import nats
from mle_ui.scenes.surface.parts import READING, parts
from mle_ui.words import Check
from tests.scenes import FITTED, resolve, scene

REGULAR = [key for key, family in mle.FAMILIES.items() if len(family.params) <= 3]

every_fit = pytest.mark.parametrize(("data", "family"), FITTED)


@every_fit
def test_the_code_gives_the_readouts_as_pasted(data, family):
    shown = scene(data=data, family=family)
    names: dict[str, object] = {}
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(parts(shown).code(), "snippet", "exec"), names)
    for name, value in (("loglik_theta", float(shown.loglik(shown.theta))), ("loglik_max", shown.fit.loglik)):
        assert float(names[name]) == pytest.approx(value, rel=1e-6, abs=1e-3), name
    unresolved = "nearly perfectly correlated" in printed.getvalue()
    errors = names["standard_errors"]
    for j, (estimate, error) in enumerate(shown.prepared.estimates.values()):
        found = float(names["theta_hat"][j])
        if math.isinf(estimate):
            assert found > 1e6
            continue
        assert abs(found - estimate) <= (0.05 * error if math.isfinite(error) else 1e-9 * abs(estimate))
        if not unresolved and math.isfinite(error):
            assert errors[j] == pytest.approx(error, rel=0.05)
    assert len(printed.getvalue().splitlines()) >= 2 + len(shown.names)
    assert f"{shown.fit.loglik:.3f}" in printed.getvalue() or abs(shown.fit.loglik) > 1e9


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
    widgets = {slider.key: slider.values for slider in shown.sliders}
    for question in questions:
        assert 0 <= question.answer < len(question.options) >= 2
        assert len(set(question.options)) == len(question.options)
        assert question.prompt.endswith("?") and question.reveal.endswith((".", "!"))
        assert "nan" not in question.prompt + question.reveal
        for key, value in question.sets.items():
            if key in widgets:
                assert value in widgets[key]
        if not set(question.sets) <= set(widgets):
            found, link = resolve(**{key: str(value) for key, value in question.sets.items()})
            assert found is not None and not link.problems


@every_fit
def test_the_question_about_half_and_twice_is_answered_by_the_likelihood(data, family):
    shown = scene(data=data, family=family)
    for question in parts(shown).questions():
        if question.options != ("half", "twice"):
            continue
        name = next(
            p.name
            for p in reversed(shown.family.params)
            if p.scale == "log" and math.isfinite(shown.fit.params[p.name])
        )
        theta = np.repeat(shown.fit.theta[None], 2, axis=0)
        theta[:, shown.names.index(name)] *= [0.5, 2]
        cost = shown.fit.loglik - shown.loglik(theta)
        assert question.answer == int(np.argmax(cost))
        assert all(nats(c) in question.reveal for c in cost)


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
