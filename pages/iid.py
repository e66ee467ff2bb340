"""Independent and identically distributed: the joint density is a product, its logarithm a sum; and what the sample tells of its law."""

import streamlit as st

from mle_ui import controls, page, parts
from mle_ui.live import mount
from mle_ui.scenes.iid import draw, scene, settings
from mle_ui.scenes.iid.parts import parts as iid_parts

PAGE = {
    "title": "i.i.d.",
    "claim": "Independence makes the joint density a product, the logarithm makes it a sum: the product soon leaves the range of a "
    "computer's numbers, the sum stays, and the best θ is the same.",
    "order": 20,
    "icon": ":material/functions:",
    "article": "2 and 3 · Notation; independent and identically distributed",
    "opens": {"m": "186"},
}


page.head("Products, sums, and the sample", PAGE["claim"])
choice = st.container(key="options")
with st.container(key="picture"):
    left, middle, right = st.columns([1.15, 1, 0.7], gap="medium")
with right, st.container(key="controls"):
    first, rest, again = st.container(), st.container(), st.empty()
    more = st.expander("More")
    bar = st.container(key="bar")
places = {"view": choice, "data": first, "x": first, "family": more, "over": more, "law": more, "seed": more}
ask = controls.Widgets(rest, places, near=False)
controls.afresh("iid", ("data", "x"), settings.COUNTED)  # other numbers come all, or as many as the page opens with
built = scene.build(ask)
# While something cannot be drawn (its reason stands beside the control), the picture that was there stays.
shown = controls.kept("iid", built, scene.build, first)
if shown is None:
    st.stop()
controls.keep_sample("iid", shown, ("data", "x"))
if built and any(control.key == settings.SEED.key for control, _ in ask.items):
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
if built:
    with bar:
        mount.mount(built.tables())
    parts.tabs(iid_parts(built))
