"""One function p(x; θ), two slices: a density where θ is fixed, a likelihood where the data are."""

import streamlit as st

from mle_ui import page, parts
from mle_ui.controls import Widgets
from mle_ui.figures.slices import DENSITY_HEIGHT
from mle_ui.live import mount
from mle_ui.scenes.likelihood import draw, scene
from mle_ui.scenes.likelihood.parts import parts as likelihood_parts

PAGE = {
    "title": "Likelihood",
    "claim": "One function p(x; θ): cut it along x and you have a density, whose area is 1; cut it along θ and you have a likelihood, "
    "whose area can be anything.",
    "order": 10,
    "icon": ":material/grid_on:",
    "article": "1 · Likelihood and probability",
    "opens": {"over": "sigma"},
}

page.head("One function, two slices", PAGE["claim"])
with st.container(key="picture"):
    left, middle, right = st.columns([1.35, 0.8, 0.75], gap="medium")
with middle:
    corner = st.container(height=DENSITY_HEIGHT, border=False, key="corner")
with right, st.container(key="controls"):
    first, x_first, own, rest = (st.container() for _ in range(4))
    bar = st.container(key="bar")
    more = st.expander("More")
ask = Widgets(
    rest,
    {"family": first, "over": first, "fixed": corner, "points": more, "x1": x_first}
    | {f"x{i}": more for i in range(2, 6)},
)
shown = scene.build(ask)

charts = {drawing.key: drawing for drawing in draw.drawings(shown)}
with left, st.container(key="stage"):
    mount.draw(charts["density"], shown.stamp, shown.view)
    mount.draw(charts["map"], shown.stamp, shown.view)
with corner:
    st.markdown(draw.words(shown))
with middle:
    mount.draw(charts["likelihood"], shown.stamp, shown.view)
mount.readouts(shown.strip())
page.remark(shown.remarks())
mount.draw(charts["other"], shown.stamp, shown.view)
with bar:
    mount.mount(shown.tables(), shown.answer, shown.edit)
parts.tabs(likelihood_parts(shown))
