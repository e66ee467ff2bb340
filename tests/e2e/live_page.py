"""A page that only the tests open: every kind of mark that the drag layer knows, moved by two sliders.

The marks' formulas stand in live_formulas. SLOW (seconds) delays each run.
"""

import os
import sys
import time
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import streamlit as st

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from mle_ui import controls
from mle_ui.figures import style
from mle_ui.live import Handle, Sweep, Tables, mount
from mle_ui.live.shown import Drawing, Readout
from tests.e2e.live_formulas import BARS, CELLS, COLOURS, GRID, KINDS, SLIDERS, field, tracks


def figure(kind, a, b):
    one = {(t.chart, t.mark): t for t in tracks(np.array([a]), np.array([b]))}
    chart = go.Figure()
    low, high = (-0.1, 2.1) if kind != "area" else (-1.2, 1.2)
    if kind == "line":
        t = one["line", "bell"]
        chart.add_scatter(x=t.x[0], y=t.y[0], mode="lines", meta="bell", line={"simplify": False})
    if kind == "area":
        y = one["area", "wave"].y[0]
        for name, part, colour in (("wave+", np.maximum(y, 0), style.MODEL), ("wave-", np.minimum(y, 0), style.DATA)):
            chart.add_scatter(
                x=GRID, y=part, mode="none", line={"simplify": False}, fill="tozeroy", fillcolor=colour, meta=name
            )
    if kind == "bars":
        chart.add_bar(x=BARS, y=one["bars", "counts"].y[0], width=0.8, meta="counts")
    if kind == "points":
        t = one["points", "dots"]
        chart.add_scatter(x=t.x[0], y=t.y[0], mode="markers", meta="dots", marker={"size": 10})
    if kind == "text":
        chart.add_scatter(x=[a], y=[0.5 / b], mode="text", text=[f"a = {a:.7g}"], meta="words")
    if kind == "rule":
        chart.add_scatter(x=[a, a], y=[low, high], mode="lines", meta="x")
        chart.add_scatter(x=[-6, 6], y=[1 / b, 1 / b], mode="lines", meta="y")
    if kind == "image":
        low, high = -6, 6
        chart.add_heatmap(
            x=CELLS,
            y=CELLS,
            z=field(a, b),
            zmin=0,
            zmax=1,
            meta="field",
            showscale=False,
            zsmooth="best",
            colorscale=[(i / 9, style.css(c)) for i, c in enumerate(COLOURS)],
        )
        chart.add_scatter(x=[a], y=[b], mode="markers", meta="grip", marker={"size": 12})
    return style.style(chart, title=kind, height=240, x=style.axis("x", -6, 6), y=style.axis("y", low, high))


def readouts(a, b):
    return {"sum": [f"{v:.4f}" for v in a + b], "product": [f"{v:.4f}" for v in a * b]}


def sweep(place, steps):
    slider = SLIDERS[place]
    at, values = slider.places(121), np.array(slider.values)
    now = [SLIDERS[i].values[steps[i]] for i in (0, 1)]
    frames = [np.full(at.shape, now[0]), np.full(at.shape, now[1])]
    exact = [np.full(values.shape, now[0]), np.full(values.shape, now[1])]
    frames[place], exact[place] = at, values
    return Sweep(slider, steps[place], tracks(*frames), readouts(*exact))


st.set_page_config(layout="wide")
time.sleep(float(os.environ.get("SLOW", "0")))
left, right = st.columns([1, 3])
with left:
    steps = tuple(controls.slider(slider) for slider in SLIDERS)
a, b = (slider.values[step] for slider, step in zip(SLIDERS, steps, strict=True))
state = f"{a}/{b}"
now = {name: texts[0] for name, texts in readouts(np.array([a]), np.array([b])).items()}
with left:
    mount.readouts([Readout(name, name, text) for name, text in now.items()])
with right:
    for row in (("line", "area", "bars", "points"), ("text", "rule", "image")):
        for column, kind in zip(st.columns(4), row, strict=False):
            with column:
                mount.draw(Drawing(kind, figure(kind, a, b), kind), state, "one view")
tables = Tables(
    "kinds",
    state,
    tuple(KINDS),
    tuple(sweep(i, steps) for i in (0, 1)),
    now,
    (Handle("image", "grip", "a", "b", (a, b)),),
    ("a", "b"),
)


def answer(values):
    at = np.array([values.get("a", a)]), np.array([values.get("b", b)])
    return tracks(*at), {name: texts[0] for name, texts in readouts(*at).items()}


with left:
    mount.mount(tables, answer)
