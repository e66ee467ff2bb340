"""The discrete twin: two histograms whose bars are dragged."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.live import moving
from mle_ui.live.shown import Readout
from mle_ui.live.tables import Grid, Handle, Slider, Tables, Track
from mle_ui.numbers import NotNumbersError, parse, several, show
from mle_ui.scenes.kl import settings, simplex
from mle_ui.state import Asking, Control, Text

Array = npt.NDArray[np.float64]

LEAST = 3
HELP = "Numbers separated by blanks or commas; they are divided by their sum. Pasting them moves the bars."
TEXTS = {
    "p": Text("p", "p as numbers", "0.36 0.48 0.16", help=HELP),
    "q": Text("q", "q as numbers", "0.2 0.2 0.6", help=HELP),
}
STEP, TOP = 0.02, 1.0
PARKED = -9.0
KINDS = ("kl", "reverse_kl", "js", "hellinger", "total_variation")


def weights(text: str, law: str) -> tuple[float, ...]:
    """Probabilities of a pasted text. Raises NotNumbersError with a sentence of rule, value and remedy."""
    values = parse(text, "0.2 0.3 0.5")
    if not LEAST <= values.size <= settings.MOST:
        raise NotNumbersError(
            f"{law} has {several(values.size, 'number')}; give {LEAST} to {settings.MOST}, one for each bar."
        )
    if (values < 0).any():
        raise NotNumbersError(
            f"{law} has the negative number {show(float(values[values < 0][0]))}; a probability is at least 0: correct it."
        )
    return tuple(float(f"{v:.6g}") for v in values / values.sum()) if values.sum() > 0 else (0.0,) * values.size


def pasted(texts: Mapping[str, str]) -> dict[str, float]:
    """The sliders' values, by key, for texts that can be read."""
    out: dict[str, float] = {}
    for law, text in texts.items():
        try:
            out |= {f"{law}{k}": value for k, value in enumerate(weights(text, law), 1)}
        except NotNumbersError:
            continue
    return out


@dataclass(frozen=True, eq=False)
class Bars:
    """Heights of both histograms' bars: first all of p, then all of q."""

    unit: str
    sums: tuple[float, float]
    sliders: tuple[Slider, ...]
    steps: tuple[int, ...]
    items: Sequence[tuple[Control, object]]

    page = "kl"
    picture = settings.BARS

    @cached_property
    def stamp(self) -> str:
        return moving.digest(self.page, self.picture, self.unit, self.sums, tuple(self.values))

    @property
    def view(self) -> str:
        return moving.digest(self.picture, self.count, self.top)

    @property
    def count(self) -> int:
        return len(self.sliders) // 2

    def charts(self) -> tuple[str, ...]:
        return ("bars", "forward", "backward", *(simplex.CHARTS if self.count == 3 else ()))

    @cached_property
    def values(self) -> Array:
        return moving.values(self)

    @property
    def scale(self) -> float:
        """What nats are multiplied with to be shown."""
        return 1.0 if self.unit == "nats" else 1 / math.log(2)

    def terms(self, theta: Array) -> tuple[Array, Array]:
        """Terms (K, k) of D(p‖q) and of D(q‖p), in the reader's unit."""
        p, q = theta[:, : self.count], theta[:, self.count :]
        return mle.kl_terms(p, q) * self.scale, mle.kl_terms(q, p) * self.scale

    @cached_property
    def top(self) -> float:
        """Upper end of the terms' axes."""
        both = np.abs(np.concatenate(self.terms(self.values[None])))
        return max(settings.rung(1.1 * float(np.max(both[np.isfinite(both)], initial=0.1)), 1.5, 3.0), 1.5)

    # -- marks -----------------------------------------------------------------------------------------------------------

    def tracks(self, theta: Array, moved: Collection[str]) -> list[Track]:
        places = np.arange(1.0, self.count + 1)
        out = []
        for j, law in enumerate("pq"):
            if any(key.startswith(law) for key in moved):
                heights = theta[:, j * self.count : (j + 1) * self.count]
                out.append(Track("bars", law, "bars", places + (0.2 if j else -0.2), heights, width=0.38))
                if self.count == 3:
                    out += [Track(chart, law, "points", *simplex.place(heights)) for chart in simplex.CHARTS]
                    if law == "p":
                        out += simplex.tracks(heights)
        for chart, terms in zip(("forward", "backward"), self.terms(theta), strict=True):
            drawn = np.clip(np.nan_to_num(terms, nan=0.0, posinf=9.0 * self.top), -9.0 * self.top, 9.0 * self.top)
            signs = np.where(np.isposinf(terms), 0.85 * self.top, PARKED * self.top)
            out += [
                Track(chart, "gain", "bars", places, np.maximum(drawn, 0.0), width=0.6),
                Track(chart, "loss", "bars", places, np.minimum(drawn, 0.0), width=0.6),
                Track(chart, "endless", "text", places + 0.42, signs),
            ]
        return out

    # -- numbers ---------------------------------------------------------------------------------------------------------

    def readouts(self, theta: Array, moved: Collection[str]) -> dict[str, list[str]]:
        p, q = theta[:, : self.count], theta[:, self.count :]
        out: dict[str, list[str]] = {}
        for kind in KINDS:
            unit = self.scale if mle.DIVERGENCES[kind].unit == "nats" else 1.0
            out[kind] = [show(v * unit, 4) for v in mle.divergence_rows(kind, p, q)]
        out["heights"] = [f"{row[: self.count].sum():.3g} · {row[self.count :].sum():.3g}" for row in theta]
        if self.count == 3:
            out["logits"] = [" · ".join(_two(z) for z in row) for row in simplex.logits(q)]
        return out

    def strip(self) -> list[Readout]:
        now = moving.strings(self)
        out = [
            Readout("kl", f"D(p‖q), {self.unit}", now["kl"], "∞ where q has a zero and p has not."),
            Readout("reverse_kl", f"D(q‖p), {self.unit}", now["reverse_kl"], "∞ where p has a zero and q has not."),
            Readout("js", "Jensen–Shannon", now["js"], "Always finite: at most log 2."),
            Readout("hellinger", "Hellinger", now["hellinger"]),
            Readout("total_variation", "total variation", now["total_variation"]),
            Readout("heights", "heights add up to, p · q", now["heights"], "The heights are divided by these sums."),
        ]  # fmt: skip
        if self.count == 3:
            words = "q is their softmax. Only differences matter: these add up to 0. An edge of the simplex lies at −∞."
            out.append(Readout("logits", "logits z of q", now["logits"], words))
        return out

    def remarks(self) -> list[str]:
        out = []
        p, q = self.values[: self.count], self.values[self.count :]
        for law, total in zip("pq", self.sums, strict=True):
            if total > 0 and abs(total - 1) > 1e-9:
                out.append(f"The numbers of {law} sum to {show(total)}, not 1: they are divided by their sum.")
        for law, heights in (("p", p), ("q", q)):
            if heights.sum() == 0:
                out.append(f"All bars of {law} are flat, so that it is no law; raise one of them.")
        for first, second, one, other in (("p", "q", p, q), ("q", "p", q, p)):
            empty = np.flatnonzero((one > 0) & (other == 0))
            if empty.size and other.sum() > 0:
                out.append(
                    f"D({first}‖{second}) = ∞: outcome {empty[0] + 1} happens under {first}, but {second} calls it impossible. "
                    "No other bar can make up for that."
                )  # fmt: skip
        return out

    # -- tables ----------------------------------------------------------------------------------------------------------

    def tables(self) -> Tables:
        handles = [
            Handle(
                "bars", law, None, f"{law}{k + 1}", (k + 1 + (0.2 if j else -0.2), float(self.values[j * self.count + k])), k,
                label=f"{law} of outcome {k + 1}",
            )
            for j, law in enumerate("pq")
            for k in range(self.count)
        ]  # fmt: skip
        if self.count == 3:
            for j, law in enumerate("pq"):
                x, y = simplex.place(self.values[None, 3 * j : 3 * j + 3])
                grids = Grid(f"{law}_x", 0.0, 0.005, 201), Grid(f"{law}_y", 0.0, 0.005, 175)
                handles += [
                    Handle(chart, law, *grids, (float(x[0, 0]), float(y[0, 0])), label=f"{law} in the simplex")
                    for chart in simplex.CHARTS
                ]
        return moving.tables(self, handles=handles)

    def _moved(self, values: Mapping[str, float | None]) -> dict[str, float]:
        """Heights, by slider, of a law that was dragged over the simplex."""
        out = {}
        for law in "pq":
            x, y = values.get(f"{law}_x"), values.get(f"{law}_y")
            if x is None or y is None or self.count != 3:
                continue
            law_there = simplex.shares(np.array(x), np.array(y))
            for k, share in enumerate(law_there / law_there.sum(), 1):
                slider = self.sliders[(3 if law == "q" else 0) + k - 1]
                out[slider.key] = slider.values[slider.index(float(share))]
        return out

    def answer(self, values: Mapping[str, float]) -> tuple[Sequence[Track], Mapping[str, str]]:
        """Marks and readouts for a law dragged over the simplex."""
        wanted = {**values, **self._moved(values)}
        theta = np.array([wanted.get(s.key, now) for s, now in zip(self.sliders, self.values, strict=True)])[None]
        moved = {slider.key for slider in self.sliders if slider.key in wanted}
        return self.tracks(theta, moved), {name: texts[0] for name, texts in self.readouts(theta, moved).items()}

    def edit(self, values: Mapping[str, float | None]) -> Mapping[str, object]:
        """What a drop in the simplex means for the bars."""
        return self._moved(values)


def _two(value: float) -> str:
    return show(value) if math.isinf(value) else f"{round(value, 2) + 0.0:.2f}".replace("-", "−")


def build(ask: Asking) -> Bars | None:
    unit = ask.choice(settings.UNIT, segmented=True)
    found: dict[str, tuple[float, ...]] = {}
    sums = []
    for law, control in TEXTS.items():
        text = ask.text(control)
        try:
            found[law] = weights(text, law)
            sums.append(float(parse(text).sum()))
        except NotNumbersError as error:
            ask.complain(law, str(error))
    if len(found) < 2:
        return None
    if len(found["p"]) != len(found["q"]):
        ask.complain(
            "q",
            f"p has {len(found['p'])} numbers and q {len(found['q'])}; give both the same number, with zeros where there is nothing.",
        )
        return None
    grid = [round(STEP * k, 2) for k in range(round(TOP / STEP) + 1)]
    placed = []
    for law in "pq":
        for k, value in enumerate(found[law], 1):
            values = tuple(sorted({*grid, value}))
            slider = settings.stepped(f"{law}{k}", f"{law}{k}", f"{law} of outcome {k}", values, value, counted=True)
            placed.append(settings.place(ask, slider, beside=law))
    sliders, steps = zip(*placed, strict=True)
    return Bars(unit, (sums[0], sums[1]), tuple(sliders), tuple(steps), tuple(ask.items))
