"""A stock Streamlit page with the charts, sliders and numbers of one of the app's pages, without the drag layer: PAGE names it."""

import os
import sys
from importlib import import_module
from pathlib import Path

import streamlit as st

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from mle_ui import controls
from mle_ui.live import mount

NAME = os.environ["PAGE"]
st.set_page_config(layout="wide")
left, right = st.columns([2, 1])
scene = import_module(f"mle_ui.scenes.{NAME}.scene").build(controls.Widgets(right))
with left:
    for drawing in import_module(f"mle_ui.scenes.{NAME}.draw").drawings(scene):
        mount.draw(drawing, scene.stamp, scene.view)
mount.readouts(scene.strip())
