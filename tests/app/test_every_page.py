"""What holds for every page, run by the shell without a browser, over the states in tests/pages."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from mle_ui import catalogue
from mle_ui import state as state_of
from tests import pages

SHELL = catalogue.ROOT / "mle_ui" / "shell.py"
NONSENSE = "<script>alert(1)</script>"


def opened(page: str, query: pages.Query) -> AppTest:
    at = AppTest.from_file(SHELL, default_timeout=60)
    if "_" in page:  # its address is not the file's name, which is known only after a first run
        at.run()
    for key, value in query.items():
        at.query_params[key] = value
    at.switch_page(f"../pages/{page}.py").run()
    assert not at.exception, at.exception[0].stack_trace
    return at


@pytest.mark.parametrize("state", pages.STATES, ids=str)
def test_a_cold_link_restores_its_state(state):
    at = opened(state.page, state.query)
    assert not at.error
    scene = pages.scene(state)
    assert [metric.value for metric in at.metric] == [readout.value for readout in scene.strip()]
    shown = {slider.key: slider.value for slider in at.select_slider}
    for slider, step in zip(scene.sliders, scene.steps, strict=True):
        assert shown[slider.key] == slider.values[step]
    assert len(at.get("plotly_chart")) == len(pages.drawings(state))
    raws = {key: [raw] if isinstance(raw, str) else list(raw) for key, raw in state.query.items()}
    misread = [words for control, _ in scene.items if (words := state_of.misread(control, raws.get(control.key, [])))]
    assert sum("The link says" in caption.value for caption in at.caption) == len(misread)


@pytest.mark.parametrize("page", pages.NAMES)
def test_every_tab_opens(page):
    for tab in ("Read", "Try", "Check", "Code", "Share"):
        at = opened(page, {"tab": tab})
        assert not at.error
        assert [entry.label for entry in at.tabs] == ["Read", "Try", "Check", "Code", "Share"]
    assert "theaisummer" in " ".join(text.value for text in opened(page, {}).markdown)


@pytest.mark.parametrize("page", pages.NAMES)
def test_nonsense_in_a_link_falls_back(page):
    keys = {control.key for control, _ in pages.scene(pages.State(page, 0)).items}
    for raw in (NONSENSE, "1e999", "nan"):
        at = opened(page, dict.fromkeys(keys - {"x"}, raw))
        assert [m.value for m in at.metric] == [r.value for r in pages.scene(pages.State(page, 0)).strip()]
        assert any("The link says" in caption.value for caption in at.caption) and NONSENSE not in str(at.caption)


VIEWS = [state for state in pages.STATES if set(state.query) <= {"view"}]


@pytest.mark.parametrize("state", VIEWS, ids=str)
def test_every_question_can_be_set(state):
    query = {**state.query, "tab": "Try"}
    at = opened(state.page, query)
    for number in range(len([button for button in at.button if button.key and button.key.startswith("set-")])):
        at = opened(state.page, query)
        button = [b for b in at.button if b.key and b.key.startswith("set-")][number]
        wished = [q.sets for q in pages.parts(state).questions() if q.sets][number]
        button.click().run()
        assert not at.exception and not at.error, button.key
        found = {slider.key: slider.value for slider in at.select_slider if slider.key in wished}
        assert found == {key: wished[key] for key in found}, button.key
