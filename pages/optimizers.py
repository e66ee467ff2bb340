"""Optimisers race over a likelihood surface from one start."""

import streamlit as st

from mle_ui import controls, page, parts
from mle_ui.live import mount
from mle_ui.scenes.optimizers import draw
from mle_ui.scenes.optimizers.parts import parts as optimizer_parts
from mle_ui.scenes.optimizers.scene import build

PAGE = {
    "title": "Optimizers",
    "claim": "From one start every method climbs the same hill its own way: what it knows of the slope decides how fast.",
    "order": 40,
    "icon": ":material/sprint:",
    "article": "4 · Learning as matching",
    "opens": {"family": "gamma", "data": "groundbeef"},
}

page.head("The race to the top", PAGE["claim"])
with st.container(key="picture"):
    left, middle, right = st.columns([1.05, 1, 0.7], gap="medium")
with left:
    stage, under_left = st.container(key="stage"), st.container(horizontal=True, key="options")
with middle:
    gap, under_middle = st.container(), st.container(horizontal=True, key="options-gap")
with right, st.container(key="controls"):
    main = {key: st.container() for key in ("data", "x", "family", "racer", "batch", "pace", "step")}
    bar = st.container(key="bar")
    more = st.expander("More")
with st.container(key="hidden"):
    hidden = st.container()
strip, remarks = st.container(), st.container()
closer, table = st.columns([1.45, 1], gap="medium")
with closer:
    switch, detail = st.container(horizontal=True, key="options-look"), st.container()
with table:
    results = st.container()
places = {**main, "coordinates": under_left, "against": under_middle, "look": switch}
built = build(
    controls.Widgets(hidden, places | dict.fromkeys(("newton", "decay", "draw", "length", "seed", "n"), more))
)
# While something cannot be drawn (its reason stands beside the control), the race that was there stays.
scene = controls.kept("optimizers", built, build, main["x"])
if scene is None:
    st.stop()

drawn = {drawing.key: drawing for drawing in draw.drawings(scene)}
with stage:
    mount.draw(drawn.pop("surface"), scene.stamp, scene.view)
with gap:
    mount.draw(drawn.pop("gap"), scene.stamp, scene.view)
with strip:
    mount.readouts(scene.strip())
with remarks:
    page.remark(scene.remarks())
with detail:
    mount.row(list(drawn.values()), scene.stamp, scene.view)
with results:
    st.html(draw.results(scene))
    st.caption(page.literal(scene.arena.observed.caption))
if built:
    with bar:
        mount.mount(built.tables(), built.answer)
    parts.tabs(optimizer_parts(built))
