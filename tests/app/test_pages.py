"""The pages as a visitor meets them: the shell run without a browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

import mle_core as mle
from mle_ui import catalogue, page
from mle_ui.parts import ARTICLE, CITATION
from mle_ui.scenes.surface import parts as surface_parts
from tests.scenes import FITTED, scene

SHELL = catalogue.ROOT / "mle_ui" / "shell.py"
GAP = "gap, nats"
#: Families of one, two and three parameters, counts and end points of a support among them.
WALKED = ("normal", "student_t", "gamma", "pareto", "poisson", "bernoulli")


def open_surface(**query: str) -> AppTest:
    """The surface page under a link; the right page is there, and nothing has failed."""
    at = AppTest.from_file(SHELL, default_timeout=30)
    for key, value in query.items():
        at.query_params[key] = value
    at.switch_page("../pages/surface.py").run()
    check(at)
    return at


def check(at: AppTest) -> None:
    assert not at.exception, at.exception[0].stack_trace
    assert [title.value for title in at.title] == ["The likelihood surface"]
    assert {box.key for box in at.selectbox} >= {"data", "family"}


def theta(at: AppTest) -> dict[str, float]:
    return {slider.key: slider.value for slider in at.select_slider if slider.key != "null"}


def number(text: str) -> float:
    return float(text.replace("−", "-").replace("×10^", "e"))


def metrics(at: AppTest) -> dict[str, float]:
    """The readouts that are plain numbers."""
    return {metric.label: number(metric.value) for metric in at.metric if metric.label.endswith("nats")}


def shows(at: AppTest, kind: str) -> int:
    return len(at.get(kind))


# -- the map ------------------------------------------------------------------------------------------------------


def test_the_map_lists_every_page_and_cites_the_article():
    at = AppTest.from_file(SHELL, default_timeout=30).run()
    assert not at.exception
    assert [title.value for title in at.title] == ["Maximum likelihood, by hand"]
    words = "\n".join(text.value for text in at.markdown)
    assert ARTICLE in words and CITATION in words
    linked = [link.proto for link in at.get("page_link")]
    wanted = [entry for entry in catalogue.pages() if entry.url]
    assert len(linked) == len(wanted) >= 1
    for link, entry in zip(linked, wanted, strict=True):
        assert entry.title in link.label
        assert entry.claim in words
        carried = parse_qs(link.query_string)
        assert {key: values[0] for key, values in carried.items()} == entry.opens


@pytest.mark.parametrize("entry", [p for p in catalogue.pages() if p.url], ids=lambda entry: entry.url)
def test_every_page_of_the_map_opens_in_its_telling_state(entry):
    at = AppTest.from_file(SHELL, default_timeout=30)
    for key, value in entry.opens.items():
        at.query_params[key] = value
    at.switch_page(f"../pages/{entry.file.name}").run()
    assert not at.exception and not at.error
    assert entry.claim in [text.value for text in at.markdown]


# -- states and links ---------------------------------------------------------------------------------------------


def test_the_first_sight():
    at = open_surface()
    assert theta(at) == dict(zip(("mu", "sigma"), scene().theta.tolist(), strict=True))
    assert not at.error
    assert shows(at, "plotly_chart") == 4
    assert [metric.label for metric in at.metric] == [readout.label for readout in scene().strip()]
    assert [metric.value for metric in at.metric] == [readout.value for readout in scene().strip()]
    assert [tab.label for tab in at.tabs] == ["Read", "Try", "Check", "Code", "Share"]


def test_a_link_in_other_words_restores_its_state():
    at = open_surface(data="groundbeef", family="gamma", shape="4.000", rate="5e-2")
    assert not at.error
    assert theta(at) == {"shape": 4.0, "rate": 0.05}
    assert (at.selectbox(key="data").value, at.selectbox(key="family").value) == ("groundbeef", "gamma")


def test_nonsense_everywhere_at_once():
    query = dict.fromkeys(["data", "family", "mu", "sigma", "nu", "view", "third", "pair", "x", "live"], "zzz")
    at = open_surface(**query)
    assert not at.error and shows(at, "plotly_chart") == 4


def test_any_walk_over_data_and_families_holds():
    at = open_surface()
    fitted = set(FITTED)
    for data in [*mle.DATASETS, "own"]:
        at.selectbox(key="data").set_value(data).run()
        check(at)
        for family in WALKED:
            at.selectbox(key="family").set_value(family).run()
            check(at)
            assert (at.selectbox(key="data").value, at.selectbox(key="family").value) == (data, family)
            if data != "own" and (data, family) not in fitted:
                assert len(at.error) == 1 and not at.select_slider and not at.metric
                continue
            if not at.error:
                assert tuple(theta(at)) == mle.FAMILIES[family].names
                assert metrics(at)[GAP] >= 0


def test_a_value_that_fits_the_next_range_is_kept_and_another_is_dropped():
    at = open_surface(data="Ground beef servings", family="Normal", mu="75", sigma="40")
    at.selectbox(key="family").set_value("student_t").run()
    check(at)
    assert theta(at)["mu"] == pytest.approx(75, abs=0.5) and theta(at)["sigma"] == pytest.approx(40, abs=0.5)
    at.selectbox(key="data").set_value("michelson").run()
    check(at)
    assert 299 < theta(at)["mu"] < 301 and theta(at)["sigma"] < 1


@pytest.mark.parametrize("family", ["normal", "student_t", "uniform", "poisson"])
def test_the_button_leads_to_the_maximum(family):
    own = next((d for d in mle.DATASETS.values() if d.default_family == family and (d.key, family) in FITTED), None)
    data = own.key if own else next(d for d, f in FITTED if f == family)
    at = open_surface(data=data, family=family)
    before = metrics(at)[GAP]
    (button,) = [button for button in at.button if button.label == "Go to the MLE"]
    button.click().run()
    check(at)
    assert 0 <= metrics(at)[GAP] <= 0.001 < before


def test_a_slider_moved_is_a_state_of_its_own():
    at = open_surface()
    slider = at.select_slider(key="mu")
    value = scene().sliders[0].values[7]
    slider.set_value(value).run()
    check(at)
    assert theta(at)["mu"] == value
    expected = float(mle.loglik("normal", mle.DATASETS["michelson"].values, list(theta(at).values())))
    assert metrics(at)["ℓ(θ), nats"] == pytest.approx(expected, abs=1e-3)


# -- numbers of one's own -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "family", "words", "charts"),
    [
        ("3.5", "Normal", "add observations that differ", 1),
        ("2 2 2", "Gamma", "add observations that differ", 1),
        ("2 2 2", "Student t", "add observations that differ", 1),
        ("1 2 abc", "Normal", "Item 3, “abc”, is not a finite number", 4),
        ("", "Normal", "No numbers yet", 4),
        ("1 0 2", "Lognormal", "remove it or choose normal", 1),
        ("1.5 2 3", "Poisson", "not a whole number", 1),
        ("1 <script>alert(1)</script>", "Normal", "<script>alert(1)</", 4),
        ("1 **bold**", "Normal", "“**bold**”", 4),
        ("1 $x$ 2", "Normal", "“$x$”", 4),
        ("1 [a](http://b) 2", "Normal", "“[a](http://b)”", 4),
    ],
)
def test_numbers_that_cannot_be_fitted_are_answered_in_one_sentence(text, family, words, charts):
    at = open_surface(data="Your own numbers", x=text, family=family)
    (error,) = at.error
    assert page.literal(words) in error.value
    assert re.sub(r"\\(.)", r"\1", error.value).endswith(".")
    # Everything that Markdown could read as markup is escaped.
    assert not re.search(r"(?<!\\)[<>*$\[\]`_]", error.value)
    # What cannot be read leaves the picture that was there; what cannot be fitted is drawn without a model.
    assert shows(at, "plotly_chart") == charts
    kept = charts > 1
    assert bool(at.metric) == kept
    assert kept or (not at.select_slider and not at.tabs)


def test_numbers_are_mended_in_place():
    at = open_surface(data="Your own numbers", x="1 2 x")
    assert len(at.error) == 1
    at.text_input(key="x").set_value("1 2 5").run()
    check(at)
    assert not at.error and metrics(at)[GAP] >= 0
    at.text_input(key="x").set_value("7").run()
    check(at)
    assert len(at.error) == 1


# -- tabs ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """How often each tab's content was computed."""
    calls = {}

    def count(name: str, real: Callable[..., object]) -> Callable[..., object]:
        calls[name] = 0

        def counting(*given: object) -> object:
            calls[name] += 1
            return real(*given)

        return counting

    for name in ("questions", "_checks", "snippet", "_table"):
        monkeypatch.setattr(surface_parts, name, count(name, getattr(surface_parts, name)))
    return calls


CONTENT = [("Read", None), ("Try", "questions"), ("Check", "_checks"), ("Code", "snippet"), ("Share", None)]


@pytest.mark.parametrize(("tab", "computes"), CONTENT)
def test_only_the_open_tab_computes(tab, computes, counted):
    at = open_surface()
    assert not any(counted.values())
    at.session_state["tab"] = tab
    at.run()
    check(at)
    assert counted == {name: int(name == computes) for name in counted}
    filled = [block.label for block in at.tabs if len(block.children)]
    assert filled == [tab]


def opened(tab: str, **query: str) -> AppTest:
    at = open_surface(**query)
    at.session_state["tab"] = tab
    at.run()
    check(at)
    return at


def test_read_cites_the_article():
    (read, *_) = opened("Read").tabs
    words = "\n".join(text.value for text in read.markdown)
    assert surface_parts.READING.text.strip() in words
    assert ARTICLE in words and "section 5" in words
    assert [info.value for info in read.info] == [surface_parts.READING.correction]


@pytest.mark.parametrize(
    ("data", "family"), [("michelson", "normal"), ("toxocara", "poisson"), ("groundbeef", "student_t")]
)
def test_check_shows_that_all_agree(data, family):
    (table,) = opened("Check", data=data, family=family).tabs[2].markdown
    assert table.value.count("✓") == len(surface_parts.parts(scene(data=data, family=family)).checks())
    assert "✗" not in table.value and "nan" not in table.value


def test_code_is_shown_as_it_is():
    (code,) = opened("Code").tabs[3].code
    assert code.value == surface_parts.parts(scene()).code().strip()


def test_share_gives_the_link_of_the_state():
    query = {"data": "Ground beef servings", "family": "Gamma", "shape": "4"}
    link, embed = (code.value for code in opened("Share", **query).tabs[4].code)
    assert link.endswith("?data=Ground%20beef%20servings&family=Gamma&shape=4")
    assert link in embed and "embed=true" in embed and embed.startswith("<iframe")


ABOUT = "surface-michelson-normal"  # a prediction belongs to its data and family


def test_a_prediction_is_answered():
    at = opened("Try")
    questions = surface_parts.parts(scene()).questions()
    keys = [control.key for control in at.segmented_control if control.key.startswith("try-")]
    assert keys == [f"try-{ABOUT}-{i}" for i in range(1, len(questions) + 1)]
    assert not at.success and not at.warning
    first = questions[0]
    at.segmented_control(key=f"try-{ABOUT}-1").set_value(first.options[first.answer]).run()
    assert len(at.success) == 1 and at.success[0].value.startswith("Yes.")
    wrong = next(o for o in first.options if o != first.options[first.answer])
    at.segmented_control(key=f"try-{ABOUT}-1").set_value(wrong).run()
    assert len(at.warning) == 1 and first.options[first.answer] in at.warning[0].value


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
def test_a_question_sets_its_state(number):
    at = opened("Try")
    questions = surface_parts.parts(scene()).questions()
    question = questions[number - 1]
    buttons = [button for button in at.button if button.key == f"set-{ABOUT}-{number}"]
    assert bool(buttons) == bool(question.sets)
    for button in buttons:
        button.click().run()
        check(at)
        assert {key: at.session_state[key] for key in question.sets} == dict(question.sets)
