"""The shape that every page has: the claim, the picture beside its controls, a strip of numbers, and the row of tabs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

from mle_ui import state


def head(title: str, claim: str) -> None:
    st.title(title, anchor=False)
    with st.container(key="claim"):
        st.markdown(claim)


def complain(message: str, key: str) -> None:
    """Say what is wrong, beside the control that caused it; as text, so that nothing typed is read as markup."""
    with st.container(key=f"problem-{key}"):
        st.error(literal(message), icon=":material/error:")


def stale() -> None:
    """Beside a complaint: what is drawn is not what was asked for."""
    st.caption(":material/history: Showing the last numbers that could be read.")


def remark(sentences: Sequence[str]) -> None:
    """What a reader must know about the numbers above, one line each."""
    for sentence in sentences:
        st.caption(f":material/info: {literal(sentence)}")


def onward(words: str, path: str, query: Mapping[str, str]) -> None:
    """A link to another page in a state of its own. Streamlit's page links lose what both pages name alike (`view`)."""
    address = escape(state.link(path, query), quote=True)
    st.html(f'<a href="{address}" target="_self">{escape(words)}</a>')


def literal(text: str) -> str:
    """Text that Markdown shows as it stands."""
    return "".join("\\" + c if c in "\\`*_{}[]()<>#+-.!|~$:^&" else c for c in text)
