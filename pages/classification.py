"""Logistic and softmax regression: probabilities of labels, fitted by cross-entropy."""

import streamlit as st

from mle_ui import controls, page, parts
from mle_ui.live import mount
from mle_ui.scenes.classification import draw, settings
from mle_ui.scenes.classification.parts import parts as classification_parts
from mle_ui.scenes.classification.scene import build

PAGE = {
    "title": "Classification",
    "claim": "Cross-entropy of one-hot labels is the negative log-likelihood: bend the curve until the labels cost as little as they can.",
    "order": 90,
    "icon": ":material/category:",
    "article": "9 · Classification",
    "opens": {"b": "-0.5", "w": "-1"},
}


def fresh():
    """Other data, or another view, begin without the points typed or dragged before; new controls say what their link says."""
    if "view" not in st.session_state:  # the page opens: its link may name points
        st.session_state.pop("_points_of", None)
        return
    view = st.session_state["view"] or settings.VIEW.default
    of = {settings.ONE: (settings.DATA, settings.SEED), settings.TWO: (settings.PLANE, settings.SEED, settings.CLASSES)}
    asked = {control.key: control.read(st.query_params.get(control.key)) for control in of.get(view, ())}
    shown = (view, *(st.session_state.get(key, value) for key, value in asked.items()))
    if st.session_state.setdefault("_points_of", shown) != shown:
        st.session_state["_points_of"] = shown
        for key in {"x", "xy"} & set(st.session_state):
            st.session_state[key] = ""


page.head("Classification", PAGE["claim"])
choice = st.container(key="options", horizontal=True)
with st.container(key="picture"):
    left, middle, right = st.columns([1.15, 1, 0.62], gap="medium")
with right, st.container(key="controls"):
    first, go_to, bar = st.container(), st.empty(), st.container(key="bar")
    with st.container(key="more"):
        # A complaint about points stands in there: once there was one it stays open.
        more = st.expander("More", expanded=st.session_state.get("_refused_points", False))
with st.container(key="hidden"):
    hidden = st.container()
with left:
    stage = st.container(key="stage")
fresh()
places = (
    dict.fromkeys(("view", "data", "plane", "label", "features"), choice)
    | dict.fromkeys(("x", "xy", "method", "rate", "seed", "classes"), more)
    | dict.fromkeys(("at", "threshold", "z1", "z2", "z3", "q1", "q2"), hidden)
)
built = build(controls.Widgets(first, places, hidden=hidden))
view = st.session_state.get("view") or settings.VIEW.default
if built is None and not st.session_state.get("_refused_points"):
    st.session_state["_refused_points"] = True
    st.rerun()
scene = controls.kept(f"classification-{view}", built, build, more, otherwise={"view": view})
if scene is None:
    st.stop()

if built and hasattr(built, "best_steps"):
    go_to.button(
        "Go to the best",
        on_click=controls.put,
        args=(getattr(built, "settable", built.sliders), built.best_steps()),
        width="stretch",
        icon=":material/flag:",
    )
main, second, *others = draw.drawings(scene)
with stage:
    mount.draw(main, scene.stamp, scene.view)
with middle:
    mount.draw(second, scene.stamp, scene.view)
mount.readouts(scene.strip())
if len(others) == 1:  # alone it would be a ribbon
    below, beside = st.columns([1.15, 1.62], gap="medium")
    with below:
        mount.draw(others[0], scene.stamp, scene.view)
else:
    mount.row(others, scene.stamp, scene.view)
    beside = st.container()
with beside:
    page.remark(scene.remarks())
if built:
    with bar:
        mount.mount(built.tables(), built.answer, built.edit)
    parts.tabs(classification_parts(built))
