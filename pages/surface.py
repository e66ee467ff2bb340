"""The likelihood surface of a sample: fit by hand, then let the maximum be found."""

import streamlit as st

from mle_ui import controls, page, parts
from mle_ui.live import mount
from mle_ui.scenes.samples import GENERATED
from mle_ui.scenes.surface import draw
from mle_ui.scenes.surface.drawn import SEED, TRUTH
from mle_ui.scenes.surface.parts import parts as surface_parts
from mle_ui.scenes.surface.scene import build
from mle_ui.scenes.surface.settings import DATA

PAGE = {
    "title": "Surface",
    "claim": "The maximum-likelihood estimate is the top of a hill: drag a parameter, or the point itself, and climb it.",
    "order": 30,
    "icon": ":material/landscape:",
    "article": "5 · Maximum likelihood estimation",
    "opens": {"mu": "299.81", "sigma": "0.11"},
}

page.head("The likelihood surface", PAGE["claim"])
with st.container(key="picture"):
    left, middle, right = st.columns([1.05, 1, 0.7], gap="medium")
hill, options = middle.container(), middle.container(horizontal=True, key="options")
with right, st.container(key="controls"):
    asked, truth, go_to, bar = st.container(), st.container(key="truth"), st.empty(), st.container(key="bar")
    more, hidden = st.expander("More"), st.container(key="hidden")  # the null value is dragged on its profile
strip = st.container()

places = {"pair": options, "null": hidden} | dict.fromkeys(("third", "view", "test"), more)
if (st.session_state.get("data") or DATA.read(st.query_params.get("data"))) == GENERATED:
    truth.button("Resample", on_click=controls.another, args=(SEED,), width="stretch", icon=":material/casino:")
    places |= dict.fromkeys(TRUTH, truth.expander("The truth and the seed"))
unfitted = []
built = build(controls.Widgets(asked, places), unfitted.append)
# While numbers cannot be read (the reason stands beside them), the picture that was there stays; what is read but cannot be
# fitted is shown without a model.
scene = None if unfitted else controls.kept("surface", built, build)
if unfitted:
    with left:
        mount.draw(draw.data_only(unfitted[0]), "", "")
if scene is None:
    st.stop()

if built:
    go_to.button(
        "Go to the MLE",
        on_click=controls.put,
        args=(scene.sliders, scene.best_steps()),
        width="stretch",
        icon=":material/flag:",
    )
density, *others = draw.drawings(scene)
with left:
    mount.draw(density, scene.stamp, scene.view)
with hill:
    mount.draw(others.pop(0), scene.stamp, scene.view)
with strip:
    mount.readouts(scene.strip())
    page.remark(scene.remarks())
    st.caption(page.literal(scene.prepared.observed.caption))
mount.row(others, scene.stamp, scene.view)
if built:
    with bar:
        mount.mount(built.tables(), built.answer, built.edit)
    parts.tabs(surface_parts(built))
