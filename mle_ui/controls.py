"""Controls drawn as bound Streamlit widgets: what is committed stands in the address, what the address says is restored.

Streamlit keeps bound values under their key for the whole visit, whatever page or range they came from. So before a
widget is made its old value is fitted to the new range, and `forget` drops, when the page changes, what the address
does not name.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mle_ui import page
from mle_ui.live.tables import Slider
from mle_ui.state import Asking, Choice, Control, Link, Several, Text, Whole, misread, number, query

T = TypeVar("T")

_BOUND = "_bound_keys"
_ANEW = "_anew_keys"
_WISHED = "_wished_keys"
_WANTED = "_wanted"
_PAGE = "_page"
_MISREAD = "_misread"


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
        st.session_state[_MISREAD] = {}
        st.session_state[_WISHED] = set()
        st.session_state[_WANTED] = {}
    st.session_state[_PAGE] = page


def tidy(*controls: Choice | Several | Slider | Whole) -> None:
    """Put values that a link gives in other words (family=gamma, mu=299.80) as the widgets themselves would write them.

    A widget takes its first value from the address only if it stands there to the letter. To be called before the widgets are
    made; all are rewritten at once, so that the visitor's history grows by one entry.
    """
    better: dict[str, str | list[str]] = {}
    for control in controls:
        raw = st.query_params.get(control.key)
        if raw is None or control.key in st.session_state:
            continue
        if isinstance(control, Several):
            raws = st.query_params.get_all(control.key)
            wanted = [control.options[value] for value in control.read(raws)] if control.knows(raws) else raws
            if wanted != raws:
                better[control.key] = wanted
            continue
        if isinstance(control, Choice):
            words = control.write(control.read(raw)) if control.knows(raw) else raw
        elif isinstance(control, Whole):
            value = number(raw)  # Streamlit's own number box stumbles over ∞
            words = str(control.read(raw)) if value == control.read(raw) or value in (math.inf, -math.inf) else raw
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


#: A box takes in no more characters than this: its text goes into the address, where many millions stop the browser for minutes.
LONGEST = 1_000_000


def text(control: Text) -> str:
    bound(control.key)
    return st.text_input(
        control.label, control.default, key=control.key, bind="query-params", help=control.help, max_chars=LONGEST
    )


def several(control: Several) -> tuple[str, ...]:
    """A box that takes any of its options; the default if the reader leaves none."""
    bound(control.key)
    picked = st.multiselect(
        control.label, list(control.options), list(control.default), key=control.key, bind="query-params",
        format_func=control.options.__getitem__, help=control.help,
    )  # fmt: skip
    return tuple(value for value in control.options if value in picked) or control.default


def whole(control: Whole) -> int:
    """A box for a whole number."""
    bound(control.key)
    old = st.session_state.get(control.key)
    if old is not None and not (isinstance(old, int) and control.low <= old <= control.high):
        del st.session_state[control.key]
    return st.number_input(
        control.label, control.low, control.high, control.default, key=control.key, bind="query-params", help=control.help
    )  # fmt: skip


def asked(key: str) -> float | None:
    """The number that the address, or a question that sets the page, names for a slider, before the slider is there."""
    wanted = st.session_state.get(_WANTED, {}).get(key)
    if wanted is not None and st.session_state.get(key) == wanted:
        return float(wanted)
    return number(st.query_params.get(key))


def slider(control: Slider, *, near: bool = True) -> int:
    """A native slider over the control's steps; returns the step.

    What stood there before and is no step now is moved to the nearest one, or (`near` false) forgotten.
    """
    bound(control.key)
    old = st.session_state.get(control.key)
    if control.key in st.session_state.get(_ANEW, ()):
        st.session_state[_ANEW].discard(control.key)
        st.session_state[control.key] = control.values[control.default]
    elif old is not None and old not in control.values:
        # Overwritten, not deleted: Streamlit then puts the new value into the address.
        fits = near and isinstance(old, int | float) and control.values[0] <= old <= control.values[-1]
        st.session_state[control.key] = control.values[control.index(float(old)) if fits else control.default]
    elif old is not None and old != control.values[control.default] and control.key not in st.query_params:
        st.session_state[control.key] = old  # it was the default of other steps, which no address names
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


def wish(values: Mapping[str, object]) -> None:
    """Set widgets from a callback: what is asked for by name is no leftover of another sample (see `afresh`)."""
    for key, value in values.items():
        st.session_state[key] = value
    st.session_state[_WISHED] = set(values)
    st.session_state[_WANTED] = {key: v for key, v in values.items() if isinstance(v, int | float)}


def another(seed: Whole) -> None:
    """Take the next seed, from a callback; after the last comes the first."""
    old = int(st.session_state.get(seed.key, seed.default))
    st.session_state[seed.key] = seed.low + (old + 1 - seed.low) % (seed.high + 1 - seed.low)


class Kept(Protocol):
    """A scene as far as its link goes."""

    @property
    def items(self) -> Sequence[tuple[Control, object]]: ...


S = TypeVar("S", bound=Kept)


def kept(
    name: str, built: S | None, build: Callable[[Asking], S | None], beside: DeltaGenerator | None = None,
    *, otherwise: Mapping[str, str] | None = None,
) -> S | None:  # fmt: skip
    """The scene that was built; while there is none (its reason stands beside a control), the one that the page showed before.

    `beside`: where the reader is told so. `otherwise`: the query of what is shown where nothing was before.
    """
    key = f"_shown_{name}"
    scene = built or build(Link(st.session_state.get(key, otherwise or {})))
    if scene is not None:
        st.session_state[key] = query(scene.items)
    if scene is not None and built is None and beside is not None:
        with beside:
            page.stale()
    return scene


def afresh(name: str, sample: Sequence[str], keys: Sequence[str]) -> None:
    """Let sliders (`keys`) that counted another sample begin anew: call before the page asks for them, and `keep_sample` after.

    `sample` names the controls that choose it. A value that stands there from before would be taken for a wish.
    """
    old, wished = st.session_state.get(f"_sample_{name}"), st.session_state.pop(_WISHED, set())
    if old is not None and any(st.session_state.get(key, old.get(key)) != old.get(key) for key in sample):
        st.session_state[_ANEW] = set(keys) - wished


def keep_sample(name: str, scene: Kept, sample: Sequence[str]) -> None:
    """Remember which sample the page shows (see `afresh`)."""
    st.session_state[f"_sample_{name}"] = {
        control.key: value for control, value in scene.items if control.key in sample
    }


class Widgets:
    """A page's state from its widgets (`state.Asking`): each control in its place, with room beside it for a complaint.

    `places` says where the controls go by key; all others go to `rest`, in the order in which they are asked for; those that are
    put `aside` go to `hidden`. `near`: see `slider`.
    """

    def __init__(
        self, rest: DeltaGenerator, places: Mapping[str, DeltaGenerator] | None = None, *, near: bool = True,
        hidden: DeltaGenerator | None = None,
    ) -> None:  # fmt: skip
        self._rest = rest
        self._hidden = hidden
        self._near = near
        self._places = dict(places or {})
        self._beside: dict[str, DeltaGenerator] = {}
        self._said = rest.container()
        self.items: list[tuple[Control, object]] = []

    def _place(self, control: Control) -> DeltaGenerator:
        return self._places.get(control.key, self._rest)

    def _read(self, control: Control) -> None:
        """Before the widget is made, which drops what it cannot take from the address without a word."""
        if control.key not in st.session_state and (words := misread(control, st.query_params.get_all(control.key))):
            st.session_state.setdefault(_MISREAD, {})[control.key] = words

    def _note(self, control: Control, value: T) -> T:
        notes = st.session_state.get(_MISREAD, {})
        if control.key in notes:
            if value == control.default:
                self._said.caption(f":material/link_off: {page.literal(notes[control.key])}")
            else:  # the reader has moved it since
                del notes[control.key]
        self._beside[control.key] = self._place(control).empty()
        self.items.append((control, value))
        return value

    def choice(self, control: Choice, *, segmented: bool = False) -> str:
        self._read(control)
        tidy(control)
        with self._place(control):
            return self._note(control, choice(control, segmented=segmented))

    def several(self, control: Several) -> tuple[str, ...]:
        self._read(control)
        tidy(control)
        with self._place(control):
            return self._note(control, several(control))

    def whole(self, control: Whole) -> int:
        self._read(control)
        tidy(control)
        with self._place(control):
            return self._note(control, whole(control))

    def text(self, control: Text) -> str:
        with self._place(control):
            return self._note(control, text(control))

    def slider(self, control: Slider) -> int:
        self._read(control)
        tidy(control)
        with self._place(control):
            return self._note(control, slider(control, near=self._near))

    def asked(self, key: str) -> float | None:
        return asked(key)

    def complain(self, key: str, message: str) -> None:
        with self._beside[key]:
            page.complain(message, key)

    def aside(self, keys: Sequence[str]) -> None:
        assert self._hidden is not None, "this page has nowhere to put controls out of sight"
        self._places |= dict.fromkeys(keys, self._hidden)
