"""Cross-entropy: entropy plus divergence, the same best θ, and the length of messages."""

import streamlit as st

from mle_ui import catalogue, controls, page, parts
from mle_ui.live import mount
from mle_ui.scenes.cross_entropy import bridge, draw, scene, settings
from mle_ui.scenes.cross_entropy.parts import parts as own_parts

PAGE = {
    "title": "Cross-entropy",
    "claim": "Cross-entropy is the entropy of the truth plus the divergence of the model from it, H(p, q) = H(p) + D(p‖q): H(p) does not "
    "depend on θ, so both have the same best θ and the same slopes.",
    "order": 70,
    "icon": ":material/add_chart:",
    "article": "7 · Cross-entropy",
    "opens": {"view": "over θ"},
}


page.head("Entropy plus divergence", PAGE["claim"])
with st.container(key="options", horizontal=True):
    choice, kind, over = (st.container(key=f"options-{name}", width="content") for name in ("view", "kind", "over"))
with st.container(key="picture"):
    left, middle, right = st.columns([1.1, 1.05, 0.65], gap="medium")
with right, st.container(key="controls"):
    rest, again = st.container(), st.empty()
    with st.container(key="more"):
        more = st.expander("More")
    bar = st.container(key="bar")
places = {"view": choice, "cell": kind, "truth": kind, "over": over}
ask = controls.Widgets(rest, places | dict.fromkeys(scene.MORE, more), near=False)
shown = scene.build(ask)
if shown is None:
    st.stop()
if any(control.key == settings.SEED.key for control, _ in ask.items):
    again.button(
        "Draw another sample",
        on_click=controls.another,
        args=(settings.SEED,),
        width="stretch",
        icon=":material/casino:",
    )

charts = draw.drawings(shown)
with left, st.container(key="stage"):
    mount.draw(charts[0], shown.stamp, shown.view)
with middle:
    mount.draw(charts[1], shown.stamp, shown.view)
mount.readouts(shown.strip())
mount.row(charts[2:], shown.stamp, shown.view)
page.remark(shown.remarks())
# The bridge to classification: there, if that page exists, with q as its prediction.
goal = next((entry for entry in catalogue.pages() if entry.url == "classification"), None)
if goal and shown.picture == settings.CODES:
    page.onward("→ See this prediction and label under Classification", goal.url, bridge.query(shown))
with bar:
    mount.mount(shown.tables(), getattr(shown, "answer", None), getattr(shown, "edit", None))
parts.tabs(own_parts(shown))
