"""Independent and identically distributed: the joint density is a product, its logarithm a sum; and what the sample tells of its law."""

import streamlit as st

from mle_ui import page, parts
from mle_ui.controls import Widgets
from mle_ui.live import mount
from mle_ui.scenes.iid import draw, scene, settings
from mle_ui.scenes.iid.parts import parts as iid_parts
from mle_ui.state import Link, query

PAGE = {
    "title": "i.i.d.",
    "claim": "Independence makes the joint density a product, the logarithm makes it a sum: the product soon leaves the range of a "
    "computer's numbers, the sum stays, and the best θ is the same.",
    "order": 20,
    "icon": ":material/functions:",
    "article": "2 and 3 · Notation; independent and identically distributed",
    "opens": {"m": "186"},
}


def resample() -> None:
    seed = settings.SEED
    st.session_state[seed.key] = (int(st.session_state.get(seed.key, seed.default)) + 1) % (seed.high + 1)


page.head("Products, sums, and the sample", PAGE["claim"])
choice = st.container(key="options")
with st.container(key="picture"):
    left, middle, right = st.columns([1.15, 1, 0.7], gap="medium")
with right, st.container(key="controls"):
    first, rest, again = st.container(), st.container(), st.empty()
    more = st.expander("More")
    bar = st.container(key="bar")
places = {"view": choice, "data": first, "x": first, "family": more, "over": more, "law": more, "seed": more}
ask = Widgets(rest, places, near=False)
built = scene.build(ask)
# While something cannot be drawn (its reason stands beside the control), the picture that was there stays.
shown = built or scene.build(Link(st.session_state.get("iid-shown", {})))
if shown is None:
    st.stop()
st.session_state["iid-shown"] = query(shown.items)
if built and any(control.key == settings.SEED.key for control, _ in ask.items):
    again.button("Draw another sample", on_click=resample, width="stretch", icon=":material/casino:")

charts = draw.drawings(shown)
with left, st.container(key="stage"):
    mount.draw(charts[0], shown.stamp, shown.view)
with middle:
    mount.draw(charts[1], shown.stamp, shown.view)
mount.readouts(shown.strip())
for column, drawing in zip(st.columns(len(charts) - 2, gap="medium"), charts[2:], strict=True):
    with column:
        mount.draw(drawing, shown.stamp, shown.view)
page.remark(shown.remarks())
if built:
    with bar:
        mount.mount(built.tables())
    parts.tabs(iid_parts(built))
