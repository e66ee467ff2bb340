"""Messages of p sent in the code made for q: their length is the cross-entropy; with one message certain it is the NLL of a label."""

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
from mle_ui.scenes.cross_entropy import settings
from mle_ui.scenes.cross_entropy.codes_text import NAMES, read, with_top
from mle_ui.scenes.cross_entropy.marks import point
from mle_ui.state import Asking, Choice, Control

Array = npt.NDArray[np.float64]

FRAMES = 61
#: Axis of the code's lengths and of the bars, in bits; what is infinite waits beyond it.
LENGTHS, BITS, BEYOND = (0.0, 6.0), (0.0, 5.0), 40.0
LN2 = math.log(2)
TOP_STEP = 0.005


@dataclass(frozen=True, eq=False)
class Codes:
    """Probabilities p, q (n,) as typed, the label that p hardens to, and how far p is hard and q has learnt."""

    p: tuple[float, ...]
    q: tuple[float, ...]
    label: int
    said: tuple[str, ...]
    sliders: tuple[Slider, ...]
    steps: tuple[int, ...]
    items: Sequence[tuple[Control, object]]

    page = "cross_entropy"
    picture = settings.CODES

    @cached_property
    def stamp(self) -> str:
        return moving.stamp(self.page, self.items, self.p, self.q)

    @property
    def view(self) -> str:
        return f"{self.picture}-{len(self.p)}"

    def charts(self) -> tuple[str, ...]:
        return ("code", "messages", "bits", "excess")

    @cached_property
    def theta(self) -> Array:
        return moving.values(self)

    def laws(self, theta: Array) -> tuple[Array, Array]:
        """p hardened and q moved, (K, n) each, for h and λ in theta (K, 2)."""
        h, lam = theta[:, :1], theta[:, 1:]
        p = np.array(self.p) * (1 - h) + h * np.eye(len(self.p))[self.label]
        return p, (1 - lam) * np.array(self.q) + lam * p

    def lengths(self, laws: Array) -> Array:
        """−log₂ of each probability, (K, n)."""
        with np.errstate(divide="ignore"):
            return -np.log2(laws) + 0.0

    def sums(self, theta: Array) -> tuple[Array, Array, Array]:
        """H(p), D(p‖q) and H(p, q) in nats, (K,) each."""
        p, q = self.laws(theta)
        own, crossed = mle.cross_entropy_rows(p, p), mle.cross_entropy_rows(p, q)
        # A difference of two sums may end a rounding below zero.
        return own, np.where(np.isinf(crossed), np.inf, np.maximum(crossed - own, 0.0)), crossed

    # -- marks ---------------------------------------------------------------------------------------------------------

    def tracks(self, theta: Array, moved: Collection[str]) -> list[Track]:
        few = some(theta, FRAMES)
        p, q = self.laws(few)
        return [*self._code(p, q), *self._messages(p, q, moved), *self._bits(few), self._excess(p, q)]

    def _code(self, p: Array, q: Array) -> list[Track]:
        """A step for each message, as wide as it is frequent and as high as its code is long."""
        ends = np.cumsum(p, axis=1)
        starts = ends - p
        x = np.stack([starts, ends], axis=2).reshape(len(p), -1)
        heights = {name: np.minimum(self.lengths(law), BEYOND) for name, law in (("q", q), ("p", p))}
        steps = {name: np.repeat(high, 2, axis=1) for name, high in heights.items()}
        middle = (starts + ends) / 2
        return [
            Track("code", "length", "area", x, np.where(np.repeat(p, 2, axis=1) > 0, steps["q"], 0.0)),
            Track("code", "own", "line", x, np.where(np.repeat(p, 2, axis=1) > 0, steps["p"], 0.0)),
            Track("code", "names", "text", np.where(p > 0.012, middle, -1.0), np.full_like(middle, 0.32)),
        ]

    def _messages(self, p: Array, q: Array, moved: Collection[str]) -> list[Track]:
        at = np.arange(len(self.p), dtype=float)
        out = []
        for name, side, law in (("p", -0.2, p), ("q", 0.2, q)):
            if name == "p" and "harden" not in moved:
                continue
            out.append(Track("messages", name, "bars", at + side, law, width=0.38))
            # Each top is a mark of its own: while one is in the hand, the others follow the answers.
            out += [Track("messages", f"top-{name}{k}", "points", at[[k]] + side, law[:, [k]]) for k in range(at.size)]
        return out

    def _bits(self, few: Array) -> list[Track]:
        own, _, crossed = (np.minimum(v / LN2, BEYOND) for v in self.sums(few))
        zero = np.zeros_like(own)
        out = []
        for mark, at, foot, top in (("p", 0.0, zero, own), ("d", 1.0, own, crossed), ("pq", 2.0, zero, crossed)):
            out.append(
                Track(
                    "bits",
                    f"density-{mark}",
                    "line",
                    np.array([at, at]),
                    np.stack([foot, np.maximum(top, foot)], axis=1),
                )
            )
        out.append(Track("bits", "density-level", "line", np.array([0.0, 1.4]), own[:, None] * [1, 1]))
        out.append(Track("bits", "density-sum", "line", np.array([0.6, 2.0]), crossed[:, None] * [1, 1]))
        return out  # fmt: skip

    def _excess(self, p: Array, q: Array) -> Track:
        """Bits that each message costs above its own code, times its frequency: they sum to D in bits."""
        own, other = self.lengths(p), self.lengths(q)
        with np.errstate(invalid="ignore"):
            extra = np.where(p > 0, p * (other - own), 0.0)
        return Track(
            "excess", "extra", "bars", np.arange(len(self.p), dtype=float), np.clip(extra, -3, BEYOND), width=0.6
        )

    # -- readouts ------------------------------------------------------------------------------------------------------

    def readouts(self, theta: Array, moved: Collection[str]) -> dict[str, list[str]]:
        own, d, crossed = self.sums(theta)
        _, q = self.laws(theta)
        out = {
            "own": [_three(v / LN2) for v in own],
            "d": [_three(v / LN2) for v in d],
            "crossed": [_three(v / LN2) for v in crossed],
            "nll": [nats(v * LN2) for v in self.lengths(q[:, self.label])],
            "crossed_nats": [nats(v) for v in crossed],
        }
        if "harden" not in moved:
            del out["own"]
        return out

    def strip(self) -> list[Readout]:
        now = moving.strings(self)
        letter = NAMES[self.label]
        return [
            Readout("own", "own code: H(p), bits", now["own"], "Bits a message in the best code for p."),
            Readout("d", "+ excess D(p‖q)", now["d"], "Bits wasted by the code made for q."),
            Readout("crossed", "= H(p, q), bits a message", now["crossed"], "∞ where q gives a message of p probability 0."),
            Readout("crossed_nats", "H(p, q), nats", now["crossed_nats"], "Bits times log 2."),
            Readout("nll", f"NLL of the label {letter}, nats", now["nll"], f"−log q({letter}): what H(p, q) becomes when p is one-hot."),
        ]  # fmt: skip

    def remarks(self) -> list[str]:
        words = list(self.said)
        crossed = float(self.sums(self.theta[None])[2][0])
        p, q = (law[0] for law in self.laws(self.theta[None]))
        lost = [NAMES[i] for i in np.flatnonzero((p > 0) & (q == 0))]
        if lost:
            words.append(
                f"H(p, q) and D(p‖q) are infinite: p sends {', '.join(lost)}, to which q gives probability 0 and so no code word; "
                f"give {'it' if len(lost) == 1 else 'them'} a little."
            )
        if self.theta[0] == 1:
            words.append(
                f"p is one-hot: H(p) = 0, and the cross-entropy of {show(crossed)} nats is −log q({NAMES[self.label]}), the NLL of "
                "that label."
            )
        words.append(
            "Lengths are −log₂ q, not rounded to whole bits: what an arithmetic code reaches on long messages."
        )
        return words

    # -- tables and hands --------------------------------------------------------------------------------------------

    def tables(self) -> Tables:
        handles = []
        now = moving.now(self)
        for name in "pq":
            for k, (low, high) in enumerate(self._ends(name)):
                first, last = math.ceil(low / TOP_STEP - 1e-9), math.floor(high / TOP_STEP + 1e-9)
                if last <= first:  # all of what is seen comes from the label, or from p
                    continue
                x, y = point(now["messages", f"top-{name}{k}"])
                # A text holds six digits: a top that is a step but for them counts as that step.
                near = round(round(y / TOP_STEP) * TOP_STEP, 6)
                grid = Grid(f"{name}{k}", round(first * TOP_STEP, 6), TOP_STEP, last - first + 1)
                at = (x, near if abs(near - y) < 1e-5 else y)
                handles.append(Handle("messages", f"top-{name}{k}", None, grid, at, label=f"Drag {name}({NAMES[k]})"))
        return moving.tables(self, handles=handles, play=tuple(slider.key for slider in self.sliders))  # fmt: skip

    def _mixed(self, name: str) -> tuple[float, Array]:
        """What is seen of a law: its share of what was typed, and what is added to each message."""
        h, lam = (float(v) for v in self.theta)
        if name == "p":
            return 1 - h, h * np.eye(len(self.p))[self.label]
        return 1 - lam, lam * self.laws(self.theta[None])[0][0]

    def _ends(self, name: str) -> list[tuple[float, float]]:
        """Between which heights each top can be dragged."""
        share, added = self._mixed(name)
        return [(float(v), float(v) + share) for v in added]

    def _dragged(self, values: Mapping[str, float | None]) -> dict[str, tuple[float, ...]]:
        """The laws with some tops elsewhere; the others keep their proportions."""
        out = {"p": self.p, "q": self.q}
        for key, value in values.items():
            name, k = key[0], key[1:]
            if name in out and k.isdigit() and int(k) < len(self.p) and value is not None:
                share, added = self._mixed(name)
                typed = (value - float(added[int(k)])) / share if share > 0 else 0.0
                out[name] = with_top(out[name], int(k), float(np.clip(typed, 0, 1)))
        return out

    def answer(self, values: Mapping[str, float]) -> tuple[list[Track], Mapping[str, str]]:
        """Marks and readouts while a top is dragged."""
        laws = self._dragged(values)
        there = Codes(laws["p"], laws["q"], self.label, (), self.sliders, self.steps, self.items)
        return list(moving.now(there).values()), moving.strings(there)

    def edit(self, values: Mapping[str, float | None]) -> Mapping[str, object]:
        """A dropped top: the law's text anew."""
        laws = self._dragged(values)
        return {name: " ".join(f"{v:.7g}" for v in laws[name]) for name in "pq" if any(k[0] == name for k in values)}


def _three(value: float) -> str:
    return f"{value:.3f}" if math.isfinite(value) else "∞"


def build(ask: Asking) -> Codes:
    found, said = {}, []
    for control in (settings.P_TEXT, settings.Q_TEXT):
        law, remark, complaint = read(ask.text(control), control)
        if complaint:
            ask.complain(control.key, complaint)
        found[control.key] = law
        said += [remark] if remark else []
    p, q = found["p"], found["q"]
    if len(p) != len(q):
        few, many = ("p", "q") if len(p) < len(q) else ("q", "p")
        said.append(
            f"{few} has {len(found[few])} probabilities and {many} {len(found[many])}: the missing messages of {few} have probability 0."
        )
        size = max(len(p), len(q))
        p, q = (law + (0.0,) * (size - len(law)) for law in (p, q))
    label = Choice(
        "label", "Label", {name: name for name in NAMES[: len(p)]}, "a", help="The message that p hardens to."
    )
    place = NAMES.index(ask.choice(label, segmented=True))
    asked = [settings.placed(ask, s) for s in (settings.HARDEN, settings.LEARN)]
    return Codes(
        p, q, place, tuple(said), tuple(s for s, _ in asked), tuple(step for _, step in asked), tuple(ask.items)
    )
