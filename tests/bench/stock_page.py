"""The app without its drag layer, or (BARE names a page) that page's charts, controls and numbers alone, as stock Streamlit pages."""

import os
import runpy
import sys
from importlib import import_module
from pathlib import Path

import streamlit as st

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from mle_ui import controls  # noqa: E402
from mle_ui.live import mount  # noqa: E402


def bare(name: str) -> None:
    st.set_page_config(layout="wide")
    left, right = st.columns([2, 1])
    scene = import_module(f"mle_ui.scenes.{name}.scene").build(controls.Widgets(right))
    with left:
        for drawing in import_module(f"mle_ui.scenes.{name}.draw").drawings(scene):
            mount.draw(drawing, scene.stamp, scene.view)
    mount.readouts(scene.strip())


if "BARE" in os.environ:
    bare(os.environ["BARE"])
else:
    mount.mount = lambda *_: None  # type: ignore[assignment]
    runpy.run_path(str(ROOT / "mle_ui" / "shell.py"), run_name="__main__")
