"""The map: what this is, what it explains, and the pages that exist."""

import streamlit as st

from mle_ui import catalogue, page, parts

PAGE = {
    "title": "Map",
    "claim": "One article, made movable: what maximum likelihood is, and why its losses are what they are.",
    "order": 0,
    "icon": ":material/map:",
}

page.head("Maximum likelihood, by hand", PAGE["claim"])
