"""Controls drawn as bound Streamlit widgets: what is committed stands in the address, what the address says is restored.

Streamlit keeps bound values under their key for the whole visit, whatever page or range they came from. So before a
widget is made its old value is fitted to the new range, and `forget` drops, when the page changes, what the address
does not name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from mle_ui.live.tables import Slider
from mle_ui.state import Choice, Text, number

_BOUND = "_bound_keys"
_PAGE = "_page"


def bound(key: str) -> None:
    """Note that a widget's value stands in the address, so that it does not leak into another page."""
    st.session_state.setdefault(_BOUND, set()).add(key)


def forget(page: str) -> None:
    """Call when a page starts: values of another page's controls are dropped unless the address names them."""
    if st.session_state.get(_PAGE, page) != page:
        for key in st.session_state.get(_BOUND, set()):
            if key not in st.query_params and key in st.session_state:
                del st.session_state[key]
        st.session_state[_BOUND] = set()
    st.session_state[_PAGE] = page


def tidy(*controls: Choice | Slider) -> None:
    """Put values that a link gives in other words (family=gamma, mu=299.80) as the widgets themselves would write them.

    A widget takes its first value from the address only if it stands there to the letter. To be called before the widgets are
    made; all are rewritten at once, so that the visitor's history grows by one entry.
    """
    better = {}
    for control in controls:
        raw = st.query_params.get(control.key)
        if raw is None or control.key in st.session_state:
            continue
        if isinstance(control, Choice):
            words = control.write(control.read(raw)) if control.knows(raw) else raw
        else:
            value = number(raw)
            words = control.labels[control.values.index(value)] if value in control.values else raw
        if words != raw:
            better[control.key] = words
    if better:
        st.query_params.update(better)
        st.rerun()


def choice(control: Choice, *, segmented: bool = False) -> str:
    """A select box, or a segmented control for two or three short options."""
    bound(control.key)
    values = list(control.options)
    if st.session_state.get(control.key, control.default) not in values:
        del st.session_state[control.key]
    words = control.options.__getitem__
    if segmented:
        picked = st.segmented_control(
            control.label, values, default=control.default, key=control.key, bind="query-params", format_func=words, help=control.help
        )  # fmt: skip
    else:
        place = values.index(control.default)
        picked = st.selectbox(
            control.label, values, place, key=control.key, bind="query-params", format_func=words, help=control.help
        )  # fmt: skip
    return picked or control.default


def text(control: Text) -> str:
    bound(control.key)
    return st.text_input(control.label, control.default, key=control.key, bind="query-params", help=control.help)


def asked(key: str) -> float | None:
    """The number that the address names for a slider, before the slider is there."""
    return number(st.query_params.get(key))


def slider(control: Slider) -> int:
    """A native slider over the control's steps; returns the step."""
    bound(control.key)
    old = st.session_state.get(control.key)
    if old is not None and old not in control.values:
        del st.session_state[control.key]
        if isinstance(old, int | float) and control.values[0] <= old <= control.values[-1]:
            st.session_state[control.key] = control.values[control.index(float(old))]
    words = dict(zip(control.values, control.labels, strict=True))
    value = st.select_slider(
        f"{control.symbol} {control.label}",
        control.values,
        value=control.values[control.default],
        key=control.key,
        bind="query-params",
        format_func=lambda v: words.get(v, f"{v:g}"),
    )
    return control.values.index(value)


def put(sliders: Sequence[Slider], steps: Mapping[str, int]) -> None:
    """Move sliders from a callback."""
    for control in sliders:
        if control.key in steps:
            st.session_state[control.key] = control.values[steps[control.key]]
