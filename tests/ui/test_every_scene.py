"""What holds for every page, over the states in tests/pages: what is played is what is drawn, and the tabs keep their word."""

from __future__ import annotations

import contextlib
import io
import re

import numpy as np
import pytest

from mle_ui import catalogue
from mle_ui.live.moving import values
from mle_ui.live.tables import BUDGET, encode
from tests import pages
from tests.ui.frames import BETWEEN, COMMITTED, frame, gap, trace
from tests.ui.wire import blend

every_state = pytest.mark.parametrize("state", pages.STATES, ids=str)


def test_every_page_has_states():
    assert {name.replace("_", "-") for name in pages.NAMES} == {page.url for page in catalogue.pages() if page.url}


@every_state
def test_tables_cost_what_they_may(state):
    assert len(encode(pages.tables(state))) < BUDGET


@every_state
def test_every_moving_mark_is_drawn_and_every_slider_moves_something(state):
    head, drawn = pages.wire(state), pages.drawings(state)
    assert set(head["charts"]) <= set(drawn)
    assert head["state"] == pages.scene(state).stamp
    assert set(head["play"]) <= {slider["key"] for slider in head["sliders"]}
    for slider in head["sliders"]:
        named = [(wire["chart"], wire["mark"]) for wire in slider["tracks"]]
        assert named and len(set(named)) == len(named), slider["key"]
        for wire in slider["tracks"]:
            names = [wire["mark"] + sign for sign in (("+", "-") if wire["kind"] == "area" else ("",))]
            for name in names:
                found = trace(drawn[wire["chart"]].figure, name)
                if wire["kind"] in ("points", "bars", "text"):
                    assert (
                        len(found.x) == wire["x"]["n"]
                        if isinstance(wire["x"], dict)
                        else len(found.x) == wire["x"].shape[1]
                    )
    for handle in head["handles"]:
        assert handle["chart"] in head["charts"] and handle["label"]


@every_state
def test_what_is_read_while_dragging_is_what_is_read_after(state):
    head = pages.wire(state)
    scene = pages.scene(state)
    strip = {readout.name: readout.value for readout in scene.strip()}
    strip |= scene.cells() if hasattr(scene, "cells") else {}  # a table whose cells are read like readouts
    assert set(head["readouts"]) <= set(strip)
    for slider in head["sliders"]:
        for name, strings in slider["readouts"].items():
            assert len(strings) == len(slider["values"])
            assert strings[slider["index"]] == strip[name] == head["readouts"][name], name


@every_state
def test_the_frame_at_the_committed_step_is_the_committed_figure(state):
    drawn = pages.drawings(state)
    for slider in pages.wire(state)["sliders"]:
        place = float(slider["places"][slider["index"]])
        for wire in slider["tracks"]:
            if wire["kind"] in ("image", "area"):
                continue
            of = drawn[wire["chart"]].figure
            found = trace(of, wire["mark"])
            off = gap(wire["kind"], frame(wire, place), (found.x, found.y), of)
            if wire["kind"] == "rule":  # a rule is drawn from end to end: only its value counts
                axis = wire["along"]
                low, high = of.layout[axis + "axis"].range
                value = blend(wire[axis], place)[0]
                scale = np.log10 if of.layout[axis + "axis"].type == "log" else float
                off = abs(scale(value) - scale(found[axis][0])) / abs(high - low)
            assert off <= COMMITTED, (slider["key"], wire["chart"], wire["mark"], off)


@every_state
def test_frames_between_agree_with_the_scene(state):
    scene, drawn = pages.scene(state), pages.drawings(state)
    random = np.random.default_rng(20)
    for j, slider in enumerate(pages.wire(state)["sliders"]):
        steps = scene.sliders[j].values
        chosen = {0, len(steps) - 1, *random.choice(len(steps), min(5, len(steps)), replace=False)}
        for step in sorted(chosen):
            theta = values(scene)
            theta[j] = steps[step]
            exact = {(t.chart, t.mark): t for t in scene.tracks(theta[None], {slider["key"]})}
            for wire in slider["tracks"]:
                if wire["kind"] == "image":
                    continue
                wanted = exact[wire["chart"], wire["mark"]]
                of = drawn[wire["chart"]].figure
                at = float(slider["places"][step])
                off = gap(wire["kind"], frame(wire, at), (np.atleast_2d(wanted.x)[0], np.atleast_2d(wanted.y)[0]), of)
                assert off <= BETWEEN, (slider["key"], step, wire["chart"], wire["mark"], off)


@every_state
def test_charts_say_what_they_show(state):
    for drawing in pages.drawings(state).values():
        layout = drawing.figure.layout
        assert layout.title.text and drawing.alt.strip().endswith("."), drawing.key
        assert re.search(r"\d", drawing.alt), f"{drawing.key}: the words give the present numbers"
        if not any(trace.type == "surface" for trace in drawing.figure.data):
            assert layout.xaxis.title.text and layout.yaxis.title.text, drawing.key


@every_state
def test_read_try_and_check(state):
    parts = pages.parts(state)
    assert 40 < len(re.sub(r"\$[^$]*\$", "x", parts.reading.text).split()) <= 250
    # A formula is on one line, or its dollars stand alone on theirs: else Markdown takes the rest of the text for formula.
    assert [row for row in parts.reading.text.split("\n") if row.strip() != "$$" and row.count("$$") % 2] == []
    questions = parts.questions()
    assert 3 <= len(questions) <= 5
    for question in questions:
        assert 0 <= question.answer < len(question.options) and question.reveal
    assert any(question.sets for question in questions)
    checks = parts.checks()
    assert checks and all(len(check.ways) >= 2 for check in checks)
    assert [check for check in checks if not check.agrees] == []
    assert parts.table().count("\n") > 2


@every_state
def test_the_code_runs_as_pasted(state):
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(pages.parts(state).code(), "pasted", "exec"), {})
    assert re.search(r"\d", said.getvalue())
