"""From the code's belief to the classification page: q as the softmax of three logits, the label as the true class."""

from __future__ import annotations

import numpy as np

from mle_ui.scenes.cross_entropy.codes import Codes

#: Where the other page's sliders end, and their steps.
END, STEP = 5.0, 0.02


def query(scene: Codes) -> dict[str, str]:
    """The other page's controls, by key. With more than three messages the rest are one class; the label's probability stays."""
    q = scene.laws(scene.theta[None])[1][0]
    others = sorted((k for k in range(q.size) if k != scene.label), key=lambda k: -q[k])
    if q.size == 3:
        classes, label = list(q), scene.label
    else:
        classes, label = [q[scene.label], q[others[0]], float(sum(q[k] for k in others[1:]))], 0
    logs = np.log(np.maximum(classes, 1e-12))
    logits = np.clip(np.round((logs - logs.mean()) / STEP) * STEP, -END, END)
    return {"view": "softmax simplex", "label": str(label + 1)} | {
        f"z{k}": f"{z + 0.0:g}" for k, z in enumerate(np.round(logits, 2), 1)
    }
