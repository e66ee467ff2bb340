"""The strip of numbers under the landscape, and what is said below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mle_ui.live import moving
from mle_ui.live.shown import Readout
from mle_ui.scenes.cross_entropy import settings

if TYPE_CHECKING:
    from mle_ui.scenes.cross_entropy.landscape import Landscape


def strip(scene: Landscape) -> list[Readout]:
    now = moving.strings(scene)
    symbol = scene.param.symbol
    return [
        Readout("cross", "H(p, q) at θ, nats", now["cross"], "−E_p log q at the dragged θ."),
        Readout("kl", "D(p‖q) at θ", now["kl"], "What θ can still win, and with a wrong family what it cannot."),
        Readout("entropy", "gap H(p), the same for all θ", now["entropy"], "Nats; the truth’s own entropy."),
        Readout("nll", "NLL/m ± its standard error", now["nll"], "Mean loss of the sample; the error is sd of log q under p, over √m."),
        Readout("slopes", f"∂/∂{symbol}: H and D · NLL/m", now["slopes"], "One slope for H and D; the sample has its own."),
        Readout("argmins", f"argmin {symbol}: H and D · NLL/m", now["argmins"], "Of the curves as drawn, the other parameter held."),
        Readout("nearest", "(μ, σ): nearest to p · MLE", now["nearest"], "The normal with the smallest D(p‖q), and the sample’s fit."),
    ]  # fmt: skip


def remarks(scene: Landscape) -> list[str]:
    words = [
        "Dashed, a·H + c: shift and scale move the landscape and leave its argmin. Drag θ, q and m on the pictures."
    ]
    if scene.kind == settings.STUDENT:
        words.append("ν stays above 4: below, log q has no variance under p, and no band could be drawn.")
    return words
