"""Squared error against cross-entropy: why a surely wrong neuron learns under one and not under the other."""

import streamlit as st

from mle_ui import controls, page, parts
from mle_ui.live import mount
from mle_ui.scenes.mse_vs_bce import draw, logit_draw, settings
from mle_ui.scenes.mse_vs_bce.parts import parts as duel_parts
from mle_ui.scenes.mse_vs_bce.scene import build

PAGE = {
    "title": "MSE vs BCE",
    "claim": "Squared error falls silent where a neuron is surely wrong; cross-entropy speaks up there.",
    "order": 100,
    "icon": ":material/compare:",
    "article": "10 · MSE on binary classification",
    "opens": {"view": "duel", "w": "-6"},
}

page.head("The gradient duel", PAGE["claim"])
choice = st.container(key="options", horizontal=True)
with st.container(key="picture"):
    wide, right = st.columns([3, 1], gap="medium")
with right, st.container(key="controls"):
    first, fair = st.container(), st.empty()
    more, bar = st.expander("More"), st.container(key="bar")
with wide:
    stage, below = st.container(key="stage"), st.container()
scene = build(
    controls.Widgets(
        first,
        dict.fromkeys(("view", "inputs", "look"), choice)
        | dict.fromkeys(("also", "data", "epochs", "seed", "hidden", "optimiser", "favour", "compared"), more),
    )
)
if scene.picture == settings.DUEL:
    fair.button(
        "Best steps from this start",
        on_click=controls.wish,
        args=(scene.best_steps_from_here(),),
        width="stretch",
        icon=":material/balance:",
    )
if scene.picture == settings.NETWORK:
    with stage:
        waiting = st.empty()
    scene.train(lambda share: waiting.progress(share, "Training 20 networks under either loss"))
    waiting.empty()

charts = draw.drawings(scene)
with stage:
    mount.row(charts[:2], scene.stamp, scene.view)
with below:
    mount.row(charts[2:], scene.stamp, scene.view)
mount.readouts(scene.strip())
page.remark(scene.remarks())
if scene.picture == settings.LOGIT:
    st.html(logit_draw.table(scene))
with bar:
    mount.mount(scene.tables(), scene.answer)
parts.tabs(duel_parts(scene))
