"""One logit z, one label y: every loss, its gradient and its curvature there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.live import moving
from mle_ui.live.shown import Readout
from mle_ui.live.tables import Handle, Slider, Tables, Track
from mle_ui.numbers import show
from mle_ui.scenes.mse_vs_bce import logit_marks, settings
from mle_ui.state import Asking, Control

Array = npt.NDArray[np.float64]

#: The article's four cases: name, label, and whether the network is right.
CASES = (("1r", 1.0, True), ("1w", 1.0, False), ("0r", 0.0, True), ("0w", 0.0, False))


@dataclass(frozen=True, eq=False)
class Logit:
    """Where z, y and x stand, and which losses are drawn."""

    also: tuple[str, ...]
    steps: tuple[int, ...]
    items: Sequence[tuple[Control, object]]

    page = "mse_vs_bce"
    picture = settings.LOGIT
    sliders: tuple[Slider, ...] = (settings.Z, settings.Y, settings.X)

    @cached_property
    def stamp(self) -> str:
        return moving.stamp(self.page, self.items)

    @cached_property
    def view(self) -> str:
        return moving.digest(self.picture, self.curvature_range)

    @property
    def curvature_range(self) -> tuple[float, float]:
        """Ends of the axis of curvatures: the focal loss bends more than the others."""
        return (-0.3, 0.9) if "focal" in self.also else (-0.12, 0.28)

    def charts(self) -> tuple[str, ...]:
        return ("losses", "gradients", "chain", "curvatures")

    @property
    def keys(self) -> tuple[str, ...]:
        """The losses that are drawn."""
        return (*settings.PAIR, *self.also)

    @cached_property
    def values(self) -> Array:
        """z, y, x."""
        return moving.values(self)

    @property
    def z(self) -> float:
        return float(self.values[0])

    @property
    def y(self) -> float:
        return float(self.values[1])

    @property
    def x(self) -> float:
        return float(self.values[2])

    def chain(self, key: str) -> mle.ChainRule:
        """The factors of ∂L/∂w where the sliders stand."""
        return (
            mle.chain_rule(key, self.y, self.z, 0.0, 1.0)
            if self.x == 0
            else mle.chain_rule(key, self.y, self.z / self.x, 0.0, self.x)
        )

    # -- numbers ---------------------------------------------------------------------------------------------------------

    def tracks(self, theta: Array, moved: Collection[str]) -> list[Track]:
        return logit_marks.tracks(self, theta, moved)

    def readouts(self, theta: Array, moved: Collection[str]) -> dict[str, list[str]]:
        z, y, _x = theta.T
        out: dict[str, list[str]] = {}
        if not set(moved) - {"x"}:
            return out
        factors = {key: mle.chain_rule(key, y, z, 0.0, 1.0) for key in settings.PAIR}
        out["prediction"] = [show(v, 4) for v in factors["bce"].prediction]
        for key, rule in factors.items():
            out[key] = [show(v, 4) for v in rule.value]
            out[f"gradient-{key}"] = [show(v, 3) for v in rule.product]
        out["slope"] = [show(v, 3) for v in factors["mse"].by_logit]
        out["curvature"] = [show(v, 3) for v in np.atleast_1d(mle.LOSSES["mse"].curvature(y, z))]
        if "z" in moved:
            out |= self._cases(np.abs(z))
        return out

    def _cases(self, size: Array) -> dict[str, list[str]]:
        """The article's four cases at this size of the logit: ŷ and both gradients."""
        out = {}
        for name, label, right in CASES:
            z = size if (label == 1) == right else -size
            found = {key: mle.chain_rule(key, label, z, 0.0, 1.0) for key in settings.PAIR}
            out[f"cell-{name}-p"] = [f"{v:.3f}" for v in found["mse"].prediction]
            for key, rule in found.items():
                out[f"cell-{name}-{key}"] = [show(v, 3) for v in rule.product]
        return out

    def cells(self) -> dict[str, str]:
        """What stands in the table of the four cases, by name."""
        return {name: texts[0] for name, texts in self._cases(np.abs(self.values[:1])).items()}

    def strip(self) -> list[Readout]:
        now = moving.strings(self)
        return [
            Readout("prediction", "ŷ = σ(z)", now["prediction"]),
            Readout("mse", "½(y − ŷ)²", now["mse"], "Half the squared error, as in the article."),
            Readout("bce", "BCE, nats", now["bce"], "−y log ŷ − (1 − y) log(1 − ŷ): the negative log-likelihood."),
            Readout("gradient-mse", "∂MSE/∂z", now["gradient-mse"]),
            Readout("gradient-bce", "∂BCE/∂z", now["gradient-bce"], "ŷ − y"),
            Readout("slope", "ŷ(1 − ŷ)", now["slope"], "The factor by which the gradient of MSE is smaller than that of BCE."),
            Readout("curvature", "∂²MSE/∂z²", now["curvature"], "Below zero the squared error is not convex; that of BCE never is."),
        ]  # fmt: skip

    def remarks(self) -> list[str]:
        out = []
        if "hinge" in self.also and self.y not in (0.0, 1.0):
            out.append("The hinge knows no shares of a label: it is the mean over both labels.")
        return out

    # -- tables ----------------------------------------------------------------------------------------------------------

    def tables(self) -> Tables:
        now = moving.now(self)
        handles = []
        for chart in ("losses", "gradients", "curvatures"):
            track = now[chart, "bce-now"]
            assert track.x is not None and track.y is not None
            at = float(np.ravel(track.x)[0]), float(np.ravel(track.y)[0])
            handles.append(Handle(chart, "bce-now", "z", None, at, label="The logit z"))
        return moving.tables(self, handles=handles, play=("z", "y", "x"))

    answer = None


def build(ask: Asking) -> Logit:
    steps = tuple(ask.slider(slider) for slider in (settings.Z, settings.Y, settings.X))
    also = ask.several(settings.EXTRA)
    return Logit(also, steps, tuple(ask.items))
