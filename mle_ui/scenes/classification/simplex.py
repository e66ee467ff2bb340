"""Softmax of three classes: a prediction dragged over the simplex, against a hard or a softened label."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.live import moving
from mle_ui.live.moving import some
from mle_ui.live.shown import Readout
from mle_ui.live.tables import Grid, Handle, Slider, Tables, Track
from mle_ui.numbers import nats, show
from mle_ui.scenes.classification import settings
from mle_ui.state import Asking, Choice, Control

Array = npt.NDArray[np.float64]

HEIGHT = math.sqrt(3) / 2
#: Heights of cross-entropy at which contours are drawn, nats.
LEVELS = (0.25, 0.5, 1.0, 1.5, 2.5)
CLASSES = ("1", "2", "3")
LABEL = Choice("label", "True class", {name: name for name in CLASSES}, "1")
_LOGITS = settings.even(-5.0, 5.0, 0.02)
_TEMPERATURES = tuple(round(0.1 * 100 ** (k / 80), 3) for k in range(81))
SLIDERS = (
    *(settings.stepped(f"z{k}", f"z{k}", f"logit of class {k}", _LOGITS, default) for k, default in ((1, 0.4), (2, 1.0), (3, -0.6))),
    Slider("temperature", "T", "temperature", _TEMPERATURES, tuple(f"{v:g}" for v in _TEMPERATURES), _TEMPERATURES.index(1.0), True),
    settings.stepped("shift", "c", "shift of all logits", settings.even(-2.0, 2.0, 0.05), 0.0),
    settings.stepped("smooth", "ε", "label smoothing", settings.even(0.0, 0.6, 0.01), 0.0),
)  # fmt: skip
Z, T, C, SMOOTH = slice(0, 3), 3, 4, 5
LOGITS, SHARES, COSTS = (-7.2, 7.2), (-1.05, 1.05), (0.0, 4.0)
FRAMES, FINER = 61, 121
_PERIMETER, _ALONG = 36, 1 - np.geomspace(1, 1e-7, 160)


@dataclass(frozen=True, eq=False)
class Simplex:
    """Where the logits, the temperature, the shift and the smoothing stand, and the label."""

    label: int
    sliders: tuple[Slider, ...]
    steps: tuple[int, ...]
    items: Sequence[tuple[Control, object]]

    page = "classification"
    picture = settings.SOFTMAX

    @cached_property
    def stamp(self) -> str:
        return moving.stamp(self.page, self.items)

    @property
    def view(self) -> str:
        return self.picture

    def charts(self) -> tuple[str, ...]:
        return ("simplex", "logits", "shares", "terms")

    @cached_property
    def values(self) -> Array:
        return moving.values(self)

    def logits(self, theta: Array) -> Array:
        """What softmax is given (K, 3)."""
        return np.asarray((theta[:, Z] + theta[:, [C]]) / theta[:, [T]])

    def predicted(self, theta: Array) -> Array:
        """Probabilities (K, 3)."""
        return np.asarray(mle.losses.softmax.softmax(self.logits(theta))[0])

    def target(self, theta: Array) -> Array:
        """The label (K, 3): one-hot, or with a share ε spread over all classes."""
        smooth = theta[:, [SMOOTH]]
        return np.asarray((1 - smooth) * np.eye(3)[self.label] + smooth / 3)

    # -- marks -----------------------------------------------------------------------------------------------------------

    def tracks(self, theta: Array, moved: Collection[str]) -> list[Track]:
        few = some(theta, FINER if "smooth" not in moved else FRAMES)
        y, out = self.target(few), []
        if "smooth" in moved:
            out += [*contours(y, self.label), Track("simplex", "label", "points", *placed(y, 1))]
            out.append(Track("shares", "label", "bars", np.arange(3.0), y, width=0.25))
        z, loss = self.logits(few), mle.LOSSES["softmax"]
        p, slope = self.predicted(few), loss.gradient(y, z)
        own = set(moved) - {"smooth", "shift"}
        if own:
            out.append(Track("simplex", "mine", "points", *placed(p, 1)))
            out.append(Track("shares", "predicted", "bars", np.arange(3.0) - 0.27, p, width=0.25))
        if own - {"temperature"}:
            out.append(self._heat(some(theta, 97)))
        if own or "shift" in moved:
            out.append(Track("logits", "divided", "bars", np.arange(3.0), np.clip(z, -60.0, 60.0), width=0.34))
        if own - {"temperature"} or "shift" in moved:
            out += [
                Track("logits", "raw", "bars", np.arange(3.0), few[:, Z] + few[:, [C]], width=0.7),
                Track("logits", "tops", "points", np.arange(3.0), few[:, Z] + few[:, [C]]),
            ]
        if own or "smooth" in moved:
            out += [
                Track("shares", "slope", "bars", np.arange(3.0) + 0.27, slope, width=0.25),
                self._arrow(p, slope),
                Track("terms", "term", "bars", np.arange(3.0), self._terms(y, z), width=0.6),
            ]
        return out

    def _terms(self, y: Array, z: Array) -> Array:
        """−y log p of each class (K, 3), nats."""
        parts = [mle.LOSSES["softmax"].value(y * np.eye(3)[k], z) for k in range(3)]
        return np.minimum(np.stack(parts, axis=1), 9 * COSTS[1])

    def _heat(self, few: Array) -> Track:
        """Where the temperature takes the prediction: from the middle to a corner."""
        hot = np.geomspace(_TEMPERATURES[-1], _TEMPERATURES[0], 25)
        z = few[:, None, Z] / hot[:, None]
        p = mle.losses.softmax.softmax(z)[0]
        x, y = placed(p.reshape(-1, 3), 1)
        return Track("simplex", "heat", "line", x.reshape(len(few), -1), y.reshape(len(few), -1))

    def _arrow(self, p: Array, slope: Array) -> Track:
        """Against the slope, half as long as it is."""
        x, y = placed(p, 1)
        dx, dy = placed(p - 0.5 * slope, 1)
        tip = np.concatenate([dx - x, dy - y], axis=1)
        side = np.stack([-tip[:, 1], tip[:, 0]], axis=1) * 0.14
        corners = np.stack([0 * tip, tip, 0.8 * tip + side, tip, 0.8 * tip - side], axis=1)
        return Track("simplex", "arrow", "line", x + corners[:, :, 0], y + corners[:, :, 1])

    # -- numbers ---------------------------------------------------------------------------------------------------------

    def readouts(self, theta: Array, moved: Collection[str]) -> dict[str, list[str]]:
        y, z = self.target(theta), self.logits(theta)
        loss = mle.LOSSES["softmax"]
        crossed = loss.value(y, z)
        out = {"loss": [nats(v) for v in crossed]}
        own = mle.cross_entropy_rows(y, y)
        out["excess"] = [nats(max(v, 0.0)) for v in crossed - own]
        if "smooth" in moved:
            out["own"] = [nats(v) for v in own]
        if set(moved) - {"smooth"}:
            out["p"] = [" · ".join(share(v) for v in row) for row in self.predicted(theta).tolist()]
        out["slope"] = [" · ".join(sign(v) for v in row) for row in (loss.gradient(y, z) / theta[:, [T]]).tolist()]
        if moved and set(moved) <= {"shift", *(s.key for s in self.sliders[Z])}:
            return out if "shift" not in moved or len(moved) > 1 else {"loss": out["loss"], "p": out["p"]}
        return out

    def strip(self) -> list[Readout]:
        now = moving.strings(self)
        name = CLASSES[self.label]
        return [
            Readout("p", "p₁ · p₂ · p₃", now["p"], "softmax of (z + c)/T."),
            Readout("loss", "cross-entropy, nats", now["loss"], f"−Σ y log p; for a hard label −log p of class {name}, its NLL."),
            Readout("own", "of which H(y)", now["own"], "The entropy of the label: 0 when it is hard."),
            Readout("excess", "of which D(y‖p)", now["excess"], "What the prediction can still save."),
            Readout("slope", "gradient in z: (p − y)/T", now["slope"], "It sums to 0: no common shift is worth anything."),
        ]  # fmt: skip

    def remarks(self) -> list[str]:
        v = self.values
        out = ["A common shift c of all logits moves the bars of the logits and nothing else: eᶜ cancels in softmax."]
        if v[SMOOTH]:
            out.append(
                f"The label is softened: the least cross-entropy is H(y) = {moving.strings(self)['own']} nats, reached at p = y, with "
                "finite logits."
            )  # fmt: skip
        else:
            out.append(
                "A hard label is reached at a corner alone: the loss tends to 0 only as its logit runs away, as for separable data."
            )
        return out

    # -- hands -----------------------------------------------------------------------------------------------------------

    def tables(self) -> Tables:
        now = moving.now(self)
        x, y = placed(self.predicted(self.values[None]), 1)
        tops = now["logits", "tops"].y
        assert tops is not None
        handles = [
            Handle(
                "simplex", "mine", Grid("p_x", 0.0, 0.002, 501), Grid("p_y", 0.0, 0.002, 434), (float(x[0, 0]), float(y[0, 0])),
                label="The prediction p",
            ),
            *(
                Handle("logits", "tops", None, f"z{k + 1}", (float(k), float(np.atleast_2d(tops)[0, k])), k, label=f"Logit of {k + 1}")
                for k in range(3)
            ),
        ]  # fmt: skip
        return moving.tables(self, handles=handles, play=("temperature", "shift", "smooth"))

    def _moved(self, values: Mapping[str, float | None]) -> dict[str, float]:
        """Logits, by slider, of a prediction that was dragged over the simplex: their mean stays."""
        x, y = values.get("p_x"), values.get("p_y")
        if x is None or y is None:
            return {}
        third = y / HEIGHT
        shares = np.clip([1 - x - third / 2, x - third / 2, third], 1e-5, None)
        z = np.log(shares / shares.sum()) * self.values[T]
        z += self.values[Z].mean() - z.mean()
        return {s.key: s.values[s.index(float(v))] for s, v in zip(self.sliders[Z], z, strict=True)}

    def answer(self, values: Mapping[str, float]) -> tuple[Sequence[Track], Mapping[str, str]]:
        """Marks and readouts for a prediction dragged over the simplex."""
        wanted = {**values, **self._moved(values)}
        theta = np.array([wanted.get(s.key, now) for s, now in zip(self.sliders, self.values, strict=True)])[None]
        moved = {"z1", "z2", "z3"}
        return self.tracks(theta, moved), {name: texts[0] for name, texts in self.readouts(theta, moved).items()}

    def edit(self, values: Mapping[str, float | None]) -> Mapping[str, object]:
        """What a drop in the simplex means for the logits."""
        return self._moved(values)

    def best_steps(self) -> dict[str, int]:
        """Logits whose softmax is the label, as near as the sliders go."""
        y = np.maximum(self.target(self.values[None])[0], 1e-9)
        z = np.clip(np.log(y / y.max()) * self.values[T] + 3.0, -5.0, 5.0) - self.values[C]
        return {s.key: s.index(float(v)) for s, v in zip(self.sliders[Z], z, strict=True)}


def share(value: float) -> str:
    """A probability in three decimals, in powers of ten where that says nothing."""
    return f"{value:.3f}" if value >= 0.0005 else show(value, 1)


def sign(value: float) -> str:
    """Three decimals with a real minus sign."""
    return f"{round(value, 3) + 0.0:.3f}".replace("-", "−")


def placed(shares: Array, columns: int) -> tuple[Array, Array]:
    """Where laws (K, 3) lie in the simplex: x and y, (K, 1) each."""
    x, y = shares[:, 1] + 0.5 * shares[:, 2], HEIGHT * shares[:, 2]
    return x.reshape(-1, columns), y.reshape(-1, columns)


def contours(y: Array, label: int) -> list[Track]:
    """Closed curves of equal cross-entropy against labels (K, 3): along rays from the label, where it is least, to the edge."""
    corners = np.eye(3)
    share = np.linspace(0, 1, _PERIMETER // 3, endpoint=False)[:, None]
    edge = np.concatenate([(1 - share) * corners[k] + share * corners[(k + 1) % 3] for k in range(3)])
    edge = np.concatenate([edge, edge[:1]])
    laws = y[:, None, None, :] + _ALONG[:, None] * (edge[None, :, None, :] - y[:, None, None, :])
    costs = mle.cross_entropy_rows(np.broadcast_to(y[:, None, None, :], laws.shape).reshape(-1, 3), laws.reshape(-1, 3))
    costs = np.maximum.accumulate(np.nan_to_num(costs.reshape(laws.shape[:-1]), posinf=1e3), axis=2)
    out, names = [], []
    opposite = _PERIMETER // 3 * ((label + 1) % 3) + _PERIMETER // 6
    for level, cost in enumerate(LEVELS):
        at = np.array([[np.interp(cost, row, _ALONG, left=0.0, right=1.0) for row in rows] for rows in costs])
        shown = y[:, None, :] + at[:, :, None] * (edge - y[:, None, :])
        x, up = placed(shown.reshape(-1, 3), 1)
        x, up = x.reshape(len(y), -1), up.reshape(len(y), -1)
        out.append(Track("simplex", f"level-{level}", "line", x, up))
        there = at[:, opposite] > 0
        names.append((x[:, opposite], np.where(there, up[:, opposite], -5.0)))  # no such contour around a soft label
    words = np.moveaxis(np.array(names), 0, 2)
    return [*out, Track("simplex", "names", "text", words[0], words[1])]


def build(ask: Asking) -> Simplex:
    label = CLASSES.index(ask.choice(LABEL, segmented=True))
    hidden = {"z1", "z2", "z3"}
    placed_ = [settings.place(ask, slider, beside="label" if slider.key in hidden else None) for slider in SLIDERS]
    sliders, steps = zip(*placed_, strict=True)
    return Simplex(label, tuple(sliders), tuple(steps), tuple(ask.items))
