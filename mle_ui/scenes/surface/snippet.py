"""The Code tab: plain NumPy and SciPy that reproduce the readouts."""

from __future__ import annotations

import textwrap

from mle_ui.scenes.surface.scene import Scene


def snippet(scene: Scene) -> str:
    """A script that runs as pasted and prints what the readouts show."""
    return ""
