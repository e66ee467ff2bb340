"""Relative entropy: how far apart two laws are, in either direction."""

import streamlit as st

from mle_ui import controls, page, parts
from mle_ui.live import mount
from mle_ui.scenes.kl import bars, draw, pair, plane, settings
from mle_ui.scenes.kl.parts import parts as kl_parts
from mle_ui.scenes.kl.scene import build

PAGE = {
    "title": "KL",
    "claim": "Believing q where p is true costs D(p‖q): signed areas that never sum to less than zero, and to something else the other "
    "way round.",
    "order": 60,
    "icon": ":material/compare_arrows:",
    "article": "6 · KL divergence",
    "opens": {"mu_p": "-1", "sigma_q": "2"},
}


def put(words):
    """A preset's button: move the sliders there."""
    for key, value in pair.preset(words).items():
        st.session_state[key] = value


def paste():
    """Newly pasted numbers move the bars."""
    texts = {law: st.session_state.get(law) for law in bars.TEXTS}
    if None not in texts.values():
        if st.session_state.get("_pasted", texts) != texts:
            st.session_state.update(bars.pasted(texts))
        st.session_state["_pasted"] = texts


page.head("Relative entropy", PAGE["claim"])
choice = st.container(key="options", horizontal=True)
view = st.session_state.get("view") or settings.VIEW.read(st.query_params.get("view"))
square = view == settings.PLANE  # leaves room for a column beside it
with st.container(key="picture"):
    wide, *beside, right = st.columns([1.6, 1.4, 1] if square else [3, 1], gap="medium")
with right, st.container(key="controls"):
    first = st.container()
    with st.container(key="more"):
        more = st.expander("More")
    bar = st.container(key="bar")
with st.container(key="hidden"):
    hidden = st.container()
paste()
built = build(
    controls.Widgets(
        first,
        dict.fromkeys(("view", "unit", "look", "window", "third", "land"), choice)
        | dict.fromkeys(("alpha", "n", "estimate", "seed", "step", "start_mu", "start_sigma"), more)
        | {f"{law}{k}": hidden for law in "pq" for k in range(1, settings.MOST + 1)}
        | dict.fromkeys(plane.HIDDEN, hidden),
    )
)
scene = controls.kept(f"kl-{view}", built, build, first, otherwise={"view": view})
if scene is None:
    st.stop()
if scene.picture == settings.PAIR:
    with first, st.container(horizontal=True, key="presets", gap="small"):
        for words in pair.PRESETS:
            st.button(words, on_click=put, args=(words,), type="tertiary")

first_chart, *charts = draw.drawings(scene)
with wide, st.container(key="stage"):
    mount.draw(first_chart, scene.stamp, scene.view)
with beside[0] if square else wide, st.container(key="under"):
    mount.row(charts[:2], scene.stamp, scene.view)
mount.readouts(scene.strip())
page.remark(scene.remarks())
mount.row(charts[2:], scene.stamp, scene.view)
with bar:
    mount.mount(scene.tables(), scene.answer, getattr(scene, "edit", None))
parts.tabs(kl_parts(scene))
