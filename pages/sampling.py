"""What an estimate does over repeated samples."""

from contextlib import nullcontext

import streamlit as st

from mle_ui import controls, page, parts
from mle_ui.live import mount
from mle_ui.scenes.sampling import draw, settings
from mle_ui.scenes.sampling.parts import parts as sampling_parts
from mle_ui.scenes.sampling.repeated import Repeated
from mle_ui.scenes.sampling.scene import build

PAGE = {
    "title": "Sampling",
    "claim": "Another sample, another estimate: how far θ̂ strays, how much it is off on average, and how often an interval around it "
    "holds the truth, all this can be watched.",
    "order": 50,
    "icon": ":material/scatter_plot:",
    "article": "2 and 5 · Notation; maximum likelihood estimation",
    "opens": {"n": "10"},
}


page.head("What an estimate does", PAGE["claim"])
with st.container(key="picture"):
    left, middle, right = st.columns([1.1, 1, 0.72], gap="medium")
with left:
    stage, under_left = st.container(key="stage"), st.container(horizontal=True, key="options")
with middle:
    beside, under_middle = st.container(), st.container(horizontal=True, key="options-look")
with right, st.container(key="controls"):
    first, rest, again = st.container(), st.container(), st.container()
    more = st.expander("More")
    bar = st.container(key="bar")
places = {
    **dict.fromkeys(("source", "family"), under_left),
    "of": under_middle,
    **dict.fromkeys(("repeats", "seed"), more),
    **dict.fromkeys(("data", "x", "kind"), first),
}
built = build(controls.Widgets(rest, places, near=False))
# While something cannot be drawn (its reason stands beside the control), the picture that was there stays.
shown = controls.kept("sampling", built, build)
if shown is None:
    st.stop()
again.button(
    "Draw other samples", on_click=controls.another, args=(settings.SEED,), width="stretch", icon=":material/casino:"
)

charts = draw.drawings(shown)
with stage:
    mount.draw(charts[0], shown.stamp, shown.view)
with beside:
    mount.draw(charts[1], shown.stamp, shown.view)
mount.readouts(shown.strip())
page.remark(shown.remarks())
mount.row(charts[2:], shown.stamp, shown.view)
if built:
    patience = built.patience if isinstance(built, Repeated) else ""
    with bar, st.spinner(patience) if patience else nullcontext():
        tables = built.tables()
    with bar:
        mount.mount(tables, built.answer if isinstance(built, Repeated) else None)
    parts.tabs(sampling_parts(built))
