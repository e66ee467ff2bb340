"""The tabs under every picture, drawn from their data: Read, Try, Check, Code, Share."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

import streamlit as st

from mle_ui import controls, state
from mle_ui.live import mount
from mle_ui.numbers import show
from mle_ui.words import Check, Parts, Question, Reading

ARTICLE = "https://theaisummer.com/mle/"
CITATION = "N. Adaloglou, “Understanding Maximum Likelihood Estimation in Supervised Learning”, AI Summer, 2022"


def tabs(parts: Parts) -> None:
    """One row of tabs; only the open one computes."""
    controls.bound("tab")
    names = ["Read", "Try", "Check", "Code", "Share"]
    read, attempt, check, code, share = st.tabs(names, key="tab", on_change="rerun", bind="query-params")
    if read.open:
        with read:
            _read(parts.reading)
    if attempt.open:
        with attempt:
            _try(parts.questions(), parts.file)
    if check.open:
        with check:
            _check(parts.checks())
    if code.open:
        with code:
            st.caption("Plain NumPy and SciPy: it reproduces the numbers above and runs as pasted.")
            st.code(parts.code(), language="python", height=420)
    if share.open:
        with share:
            _share(parts)


def _read(reading: Reading) -> None:
    # The link comes before the formulas: on every change the tab looks for the first thing in it that takes the keyboard, and
    # formulas have some thousand elements.
    st.markdown(f"**In the article:** section {reading.section}. [{CITATION}]({ARTICLE}).")
    words, side = st.columns([2, 1], gap="large")
    words.markdown(reading.text)
    if reading.correction:
        side.info(reading.correction, icon=":material/edit_note:")


def _try(questions: tuple[Question, ...], about: str) -> None:
    st.caption("Predict first; the answer opens when you choose.")
    for number, question in enumerate(questions, 1):
        with st.container(border=True):
            st.markdown(f"**{number}.** {question.prompt}")
            picked = st.segmented_control(
                f"Your prediction for question {number}",
                question.options,
                key=f"try-{about}-{number}",
                label_visibility="collapsed",
            )
            if picked is not None:
                right = picked == question.options[question.answer]
                (st.success if right else st.warning)(
                    ("Yes. " if right else f"The answer is “{question.options[question.answer]}”. ") + question.reveal
                )
            if question.sets:
                st.button(
                    "Set the page to see it",
                    key=f"set-{about}-{number}",
                    on_click=controls.wish,
                    args=(dict(question.sets),),
                )


def _check(checks: tuple[Check, ...]) -> None:
    st.caption("The same number by independent ways; each ± is that way's own error bound.")
    lines = ["| quantity | way | value | agrees |", "|---|---|---:|:---:|"]
    for check in checks:
        for place, (way, value, error) in enumerate(check.ways):
            bound = f" ± {show(error, 2)}" if error else ""
            verdict = ("✓" if check.agrees else "✗") if place == 0 else ""
            lines.append(f"| {check.quantity if place == 0 else ''} | {way} | {show(value, 10)}{bound} | {verdict} |")
    st.markdown("\n".join(lines))


def _share(parts: Parts) -> None:
    base = urlsplit(st.context.url or "")
    path = base.path or "/"
    address = urlunsplit((base.scheme, base.netloc, state.link(path, parts.link), "", ""))
    embed = urlunsplit((base.scheme, base.netloc, state.link(path, {**parts.link, "embed": "true"}), "", ""))
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**Link to this state**")
        st.code(address, language=None, wrap_lines=True)
        st.markdown("**Embed it**")
        st.code(
            f'<iframe src="{embed}" width="100%" height="900" style="border:0"></iframe>',
            language="html",
            wrap_lines=True,
        )
    with right:
        st.markdown("**Take it along**")
        if parts.charts:
            mount.save(parts.charts, parts.file)
        st.download_button(
            f"{parts.table_name} as CSV", parts.table, file_name=f"{parts.file}.csv", mime="text/csv", on_click="ignore"
        )
