"""The map: what this is, what it explains, and the pages that exist."""

import streamlit as st

from mle_ui import catalogue, page, parts

PAGE = {
    "title": "Map",
    "claim": "Maximum likelihood made movable: drag a parameter and see likelihood, divergence and loss answer while you drag.",
    "order": 0,
    "icon": ":material/map:",
}

page.head("Maximum likelihood, by hand", PAGE["claim"])
words, links = st.columns([1, 1.1], gap="large")
with words:
    st.markdown(
        "Training a model means choosing the parameters under which the data were most probable. These pages let you do that by "
        "hand, on real data, and then check every number: the curvature behind a standard error, the two kinds of interval, "
        "the places where a maximum does not exist.\n\n"
        f"They explain one article, section by section, and correct it where it slips: [{parts.CITATION}]({parts.ARTICLE}). "
        "The words, figures and code here are our own.\n\n"
        "Everything you set stands in the address: copy the link and a stranger sees what you see. Under each picture are "
        "a text to read, questions to try, the same numbers computed in other ways, and code that runs as pasted."
    )
with links:
    for entry in catalogue.pages():
        if entry.url:
            with st.container(border=True, key=f"card-{entry.url}"):
                st.page_link(str(entry.file), label=f"**{entry.title}**", icon=entry.icon, query_params=entry.opens)
                st.markdown(entry.claim)
                st.caption(f"Article, section {entry.article}")
