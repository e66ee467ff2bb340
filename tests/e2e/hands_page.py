"""A page that only the tests open: points on an axis that are dragged, added and removed, a rule that is a slider's second thumb
(the slider itself is hidden), and two charts whose points belong together.
"""

import sys
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import streamlit as st

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from mle_ui import controls
from mle_ui.figures import style
from mle_ui.live import Grid, Handle, Pad, Slider, Sweep, Tables, Track, mount
from mle_ui.live.shown import Drawing, Readout
from mle_ui.state import Text

A = tuple(round(0.01 * i, 2) for i in range(1001))
CUT = Slider("cut", "c", "cut", A, tuple(f"{v:g}" for v in A), 300)
NUMBERS = Text("x", "Numbers", "2 4.5 7")

text = controls.text(NUMBERS)
x = np.array([float(item) for item in text.split()])
with st.container(key="hidden"):
    step = controls.slider(CUT)
cut = CUT.values[step]


def below(at):
    return [f"{np.sum(x < v)} below {v:g}" for v in at]


def tracks(values):
    return (Track("axis", "cut", "rule", values[:, None], 0 * values[:, None], along="x"),)


def moved(values):
    out = x.copy()
    for key, value in values.items():
        if key.startswith("x["):
            out[int(key[2:-1])] = value
    return out


def answer(values):
    return [Track("twin", "values", "points", moved(values)[None], np.arange(x.size)[None])], {
        "sum": f"{moved(values).sum():.2f}"
    }


def edit(values):
    out = {**dict(enumerate(x)), **{int(k[2:-1]) if k != "x[+]" else len(x): v for k, v in values.items()}}
    return {"x": " ".join(f"{v:g}" for _, v in sorted(out.items()) if v is not None)}


axis = go.Figure()
axis.add_scatter(x=x, y=np.zeros(x.size), mode="markers", meta="points", marker={"size": 12})
axis.add_scatter(x=[cut, cut], y=[-1, 1], mode="lines", meta="cut")
twin = go.Figure()
twin.add_scatter(x=x, y=np.arange(x.size), mode="markers", meta="values", marker={"size": 12})
state = f"{text}/{cut}"
for key, figure, y in (("axis", axis, (-1, 1)), ("twin", twin, (-1, 6))):
    style.style(figure, title=key, height=240, x=style.axis("x", 0, 10), y=style.axis("y", *y))
    mount.draw(Drawing(key, figure, key), state, "one view")
(now,) = below([cut])
mount.readouts([Readout("below", "below", now), Readout("sum", "sum", f"{x.sum():.2f}")])
grid = [Grid(f"x[{i}]", 0, 0.1, 101) for i in range(x.size)]
handles = [
    Handle("axis", "points", grid[i], None, (float(v), 0.0), i, label=f"x[{i}]", removable=True)
    for i, v in enumerate(x)
]
frames = CUT.places(101)
sweep = Sweep(CUT, step, tracks(frames), {"below": below(A)})
mount.mount(
    Tables(
        "hands",
        state,
        ("axis", "twin"),
        (sweep,),
        {"below": now, "sum": f"{x.sum():.2f}"},
        (Handle("axis", "cut", "cut", None, (cut, 0.0), shape="column", label="cut"), *handles),
        ("cut",),
        (Pad("axis", Grid("x[+]", 0, 0.1, 101), None, (-1, -0.5)),),
        ((("axis", "points"), ("twin", "values")),),
    ),
    answer,
    edit,
)
