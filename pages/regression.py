"""Linear regression: the noise one believes in is the loss that one minimises."""

import streamlit as st

from mle_ui import controls, page, parts
from mle_ui.live import mount
from mle_ui.scenes.regression import draw, settings
from mle_ui.scenes.regression.parts import parts as own_parts
from mle_ui.scenes.regression.scene import build

PAGE = {
    "title": "Regression",
    "claim": "The noise you believe in is the loss you minimise: Gaussian noise makes maximum likelihood least squares, whatever σ is, and "
    "other noise listens to outliers differently.",
    "order": 80,
    "icon": ":material/ssid_chart:",
    "article": "8 · Linear regression",
    "opens": {"data": "stackloss"},
}


def put_back():
    """Forget what was dragged."""
    st.session_state["edits"] = ""


page.head("The noise lab", PAGE["claim"])
options = st.container(key="options", horizontal=True)
with st.container(key="picture"):
    left, middle, right = st.columns([1.15, 1, 0.62], gap="medium")
stage, under_left = left.container(key="stage"), left.container(key="options-left", horizontal=True)
beside, under_middle = middle.container(), middle.container(key="options-middle", horizontal=True)
with right, st.container(key="controls"):
    rest, go_to = st.container(), st.empty()
    # Complaints about degree and moved points stand in there: once there was one it stays open.
    bar, more = (
        st.container(key="bar"),
        st.expander("More", expanded=st.session_state.get("_refused_regression", False)),
    )
folded = ("degree", "origin", "edits", "law", "shape", "m", "seed", "x0")
places = {"view": options, "residuals": under_left, "band": under_left, "pair": under_middle, "focus": under_middle}
built = build(controls.Widgets(rest, places | dict.fromkeys(folded, more)))
if built is None and not st.session_state.get("_refused_regression"):
    st.session_state["_refused_regression"] = True
    st.rerun()
# While something cannot be drawn (its reason stands beside the control), the picture that was there stays.
scene = controls.kept("regression", built, build, rest)
if scene is None:
    st.stop()
with more:
    if any(control is settings.EDITS and value for control, value in scene.items):
        st.button("Put the points back", on_click=put_back, icon=":material/undo:")
    if any(control is settings.SEED for control, _ in scene.items):
        st.button("Draw other points", on_click=controls.another, args=(settings.SEED,), icon=":material/casino:")

if built and scene.picture == settings.LINE:
    go_to.button(
        "Go to the MLE",
        on_click=controls.put,
        args=(scene.sliders, scene.best_steps()),
        width="stretch",
        icon=":material/flag:",
    )
first, *charts = draw.drawings(scene)
with stage:
    mount.draw(first, scene.stamp, scene.view)
with beside:
    mount.draw(charts.pop(0), scene.stamp, scene.view)
if scene.picture == settings.NOISE:  # what a residual means under each model is seen at once
    mount.row(charts, scene.stamp, scene.view)
mount.readouts(scene.strip())
if scene.picture == settings.LINE:
    mount.row(charts, scene.stamp, scene.view)
if table := draw.results(scene):
    st.html(table)
page.remark(scene.remarks())
st.caption(page.literal(scene.pairs.caption))
if built:
    with bar:
        mount.mount(built.tables(), built.answer, built.edit)
    parts.tabs(own_parts(built))
