"""The drag layer: Python computes sweeps, the browser plays them while a control moves, Python draws the truth on
release.

`tables` holds what is sent (pure data), `mount` puts it on a Streamlit page, `live.js` plays it.
"""

from mle_ui.live.tables import (
    Grid,
    Handle,
    Pad,
    Sheet,
    Slider,
    Sweep,
    Tables,
    Track,
    encode,
    encode_answer,
    image_frames,
)

__all__ = [
    "Grid",
    "Handle",
    "Pad",
    "Sheet",
    "Slider",
    "Sweep",
    "Tables",
    "Track",
    "encode",
    "encode_answer",
    "image_frames",
]
