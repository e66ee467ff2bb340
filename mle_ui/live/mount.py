"""The drag layer on a Streamlit page: charts with a stamp, readouts with a name, the component, the stream of a
dragged point.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import streamlit as st

from mle_ui.live.shown import Drawing, Readout
from mle_ui.live.tables import Slider, Tables, Track, encode, encode_answer

_HERE = Path(__file__).parent
_BAR = """<div class="mle-bar" hidden>
<button data-do="back" type="button">−1</button>
<button data-do="play" type="button">▶ Play</button>
<button data-do="next" type="button">+1</button>
<button data-do="copy" type="button">Copy link</button>
</div>"""

#: One script of four files: numbers, marks, hands, and the controller that ties them together.
_SCRIPT = "\n".join((_HERE / f"{name}.js").read_text(encoding="utf-8") for name in ("wire", "marks", "hands", "live"))
_STYLE = (_HERE / "live.css").read_text(encoding="utf-8")
_component = st.components.v2.component("mle_live", html=_BAR, css=_STYLE, js=_SCRIPT, isolate_styles=False)
_silent = st.components.v2.component(
    "mle_live_stream", html='<div class="mle-stream"></div>', js=_SCRIPT, isolate_styles=False
)

_save = st.components.v2.component(
    "mle_save",
    html='<div class="mle-save"></div>',
    css=_STYLE,
    js=(_HERE / "save.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)

Answer = Callable[[Mapping[str, float]], tuple[Sequence[Track], Mapping[str, str]]]
Edit = Callable[[Mapping[str, float | None]], Mapping[str, object]]


def draw(drawing: Drawing, state: str, view: str) -> None:
    """Draw a chart that the layer may move.

    `state` must equal the tables' stamp; zoom and camera are kept from one commit to the next while `view` stays the
    same.
    """
    drawing.figure.layout.meta = {"state": state, "view": view}
    config = {"displaylogo": False, "modeBarButtonsToRemove": ["select2d", "lasso2d"]}
    st.plotly_chart(drawing.figure, key=drawing.key, alt=drawing.alt, config=config)


def row(drawings: Sequence[Drawing], state: str, view: str) -> None:
    """Charts side by side; nothing where there are none."""
    for column, drawing in zip(st.columns(max(len(drawings), 1), gap="medium"), drawings, strict=False):
        with column:
            draw(drawing, state, view)


def readouts(items: Sequence[Readout]) -> None:
    """A strip of numbers; the layer rewrites each while a control moves."""
    with st.container(horizontal=True, key="readouts", gap="medium"):
        for item in items:
            with st.container(key=f"readout-{item.name}", width="content"):
                st.metric(item.label, item.value, help=item.help)


def _numbers(values: object) -> dict[str, float | None]:
    """What the browser sent for dragged coordinates; it may send anything, so only names with finite numbers or None pass."""
    pairs = values.items() if isinstance(values, Mapping) else ()
    return {
        str(name): value
        for name, value in pairs
        if value is None or (isinstance(value, int | float) and math.isfinite(value))
    }


def _places(values: object, sliders: Mapping[str, Slider]) -> dict[str, float | None]:
    """The same with sliders' values on their steps."""
    sent = _numbers(values)
    for name in set(sent) & set(sliders):
        value, slider = sent[name], sliders[name]
        sent[name] = None if value is None else slider.values[slider.index(value)]
    return sent


def _drop(key: str, sliders: Mapping[str, Slider], edit: Edit | None) -> None:
    """Take over what was dropped: sliders' values as they are; what is removed, and the rest, as the page understands it."""
    values = _places(st.session_state[key].drop, sliders)
    own = {name: value for name, value in values.items() if name in sliders and value is not None}
    rest = {name: value for name, value in values.items() if name not in own}
    for name, value in {**own, **(edit(rest) if edit and rest else {})}.items():
        st.session_state[name] = value


def mount(tables: Tables, answer: Answer | None = None, edit: Edit | None = None) -> None:
    """Hand the page's tables to the browser. Call it once a page, after the charts.

    `answer` gives marks and readouts for a point that is being dragged, `edit` new values of controls for one that was dropped,
    added (a pad's key) or removed (None), by key.
    """
    sliders = {sweep.slider.key: sweep.slider for sweep in tables.sweeps}
    _component(key="live", data=encode(tables), on_drop_change=lambda: _drop("live", sliders, edit))
    if tables.handles and answer is not None:
        _stream(tables.state, sliders, answer)


def save(charts: Mapping[str, str], file: str) -> None:
    """Buttons that save the page's charts as PNG and SVG: key of each chart and its short name."""
    _save(key="save", data={"charts": dict(charts), "file": file})


@st.fragment
def _stream(state: str, sliders: Mapping[str, Slider], answer: Answer) -> None:
    """A fragment of its own for a dragged point: it answers with moved marks while the page stands still."""
    question = st.session_state["live-stream"].drag if "live-stream" in st.session_state else None
    number = 0
    tracks: Sequence[Track] = ()
    strings: Mapping[str, str] = {}
    if isinstance(question, Mapping) and isinstance(question.get("number"), int):
        number = question["number"]
        theta = {name: v for name, v in _places(question.get("values"), sliders).items() if v is not None}
        if theta:
            tracks, strings = answer(theta)
    _silent(key="live-stream", data=encode_answer(state, number, tracks, strings), on_drag_change=lambda: None)
