"""The likelihood surface of a real sample: fit by hand, then let the maximum be found."""

import streamlit as st

import mle_core as mle
from mle_ui import controls, page, parts
from mle_ui.live import mount
from mle_ui.scenes.surface import draw, settings
from mle_ui.scenes.surface.parts import parts as surface_parts
from mle_ui.scenes.surface.prepare import prepare
from mle_ui.scenes.surface.scene import Scene
from mle_ui.scenes.surface.settings import SurfaceState

PAGE = {
    "title": "Surface",
    "claim": "The maximum-likelihood estimate is the top of a hill: drag a parameter, or the point itself, and climb it.",
    "order": 30,
    "icon": ":material/landscape:",
    "article": "5 · Maximum likelihood estimation",
    "opens": {"mu": "299.81", "sigma": "0.11"},
}

controls.tidy(settings.DATA, settings.FAMILY, settings.THIRD, settings.VIEW)
page.head("The likelihood surface", PAGE["claim"])
with st.container(key="picture"):
    left, middle, right = st.columns([1.05, 1, 0.7], gap="medium")
hill, surface_options = middle.container(), middle.container(horizontal=True, key="options")

with right, st.container(key="controls"):
    data = controls.choice(settings.DATA)
    numbers = controls.text(settings.NUMBERS) if data == settings.OWN else settings.NUMBERS.default
    complaints = {"numbers": st.empty()}
    family_key = controls.choice(settings.FAMILY)
    complaints["family"] = st.empty()
    prepared = prepare(data, numbers, family_key)
    if prepared.problem:
        with complaints[prepared.problem.control]:
            page.complain(prepared.problem.message, prepared.problem.control)
    family = mle.FAMILIES[family_key]
    asked = {name: controls.asked(name) for name in family.names}
    sliders = prepared.sliders(asked) if prepared.fit else ()
    controls.tidy(settings.pair_choice(family), *sliders)
    steps = tuple(controls.slider(slider) for slider in sliders)
    go_to, bar = st.empty(), st.container(key="bar")
with surface_options:
    pairs = settings.pair_choice(family)
    pair, third, view = pairs.default, settings.THIRD.default, settings.VIEW.default
    if len(sliders) > 2:
        pair = controls.choice(pairs, segmented=True)
        third = controls.choice(settings.THIRD, segmented=True)
    if len(sliders) > 1:
        view = controls.choice(settings.VIEW, segmented=True)

if prepared.fit is None:
    if prepared.x.size:
        with left:
            mount.draw(draw.data_only(prepared), "", "")
    st.stop()

scene = Scene(prepared, SurfaceState(data, numbers, family_key, third, view, pair, sliders, steps))
go_to.button(
    "Go to the MLE", on_click=controls.put, args=(sliders, scene.best_steps()), width="stretch", icon=":material/flag:"
)
with left:
    mount.draw(draw.density(scene), scene.stamp, scene.view)
    st.caption(page.literal(prepared.caption))
if scene.pair:
    with hill:
        mount.draw(draw.surface(scene), scene.stamp, scene.view)
mount.readouts(scene.strip())
page.remark(scene.remarks())
profiles = list(draw.profiles(scene))
for column, drawing in zip(st.columns(len(profiles), gap="medium") if scene.pair else [hill], profiles, strict=True):
    with column:
        mount.draw(drawing, scene.stamp, scene.view)
with bar:
    mount.mount(scene.tables(), scene.answer)
parts.tabs(surface_parts(scene))
