"""The duel: one neuron, the same points, start and step; one trained on squared error, one on cross-entropy."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from mle_ui.live import moving
from mle_ui.live.shown import Readout
from mle_ui.live.tables import Handle, Slider, Tables, Track
from mle_ui.numbers import NotNumbersError, parse, show
from mle_ui.scenes.mse_vs_bce import duel_marks, runs, settings
from mle_ui.scenes.mse_vs_bce.runs import Arena
from mle_ui.state import Asking, Control

Array = npt.NDArray[np.float64]

NAMES = {"mse": "MSE", "bce": "BCE"}
#: A gradient shorter than this is called a plateau.
PLATEAU = 0.01


@dataclass(frozen=True, eq=False)
class Duel:
    """Where the start and the epoch stand, and the rules of the duel."""

    arena: Arena
    look: str
    sliders: tuple[Slider, ...]
    steps: tuple[int, ...]
    items: Sequence[tuple[Control, object]]

    page = "mse_vs_bce"
    picture = settings.DUEL

    @cached_property
    def stamp(self) -> str:
        return moving.stamp(self.page, self.items)

    @cached_property
    def view(self) -> str:
        return moving.digest(self.picture, self.arena.inputs, self.arena.epochs, self.look)

    @property
    def flat(self) -> bool:
        """Whether the landscapes are drawn as contours."""
        return self.look == "contours"

    def charts(self) -> tuple[str, ...]:
        maps = tuple(f"land_{key}" for key in settings.PAIR) if self.flat else ()
        return (*maps, "norms", "worst")

    @cached_property
    def values(self) -> Array:
        """Both coordinates of the start, and the epoch."""
        return moving.values(self)

    @property
    def start(self) -> tuple[float, float]:
        a, b = (float(v) for v in self.values[:2])
        return a, b

    @property
    def epoch(self) -> int:
        return int(self.values[2])

    def step(self, key: str) -> float:
        return self.arena.step(key)

    @property
    def origin(self) -> str:
        """The start from which step sizes are compared, in words."""
        return ", ".join(f"{s.symbol} = {show(v)}" for s, v in zip(self.sliders, self.arena.origin, strict=False))

    def best_steps_from_here(self) -> dict[str, object]:
        """Controls that compare step sizes from the present start, and give each loss its best one."""
        return {settings.ORIGIN.key: " ".join(f"{v:g}" for v in self.start), settings.STEP.key: "best"}

    def recovered(self, key: str) -> float:
        """First epoch from which the worst point of the start is on its right side; NaN if there is none."""
        return float(runs.run(self.arena, key, self.start).epochs_to_recover[0])

    @cached_property
    def _trained(self) -> dict[bytes, duel_marks.Trained]:
        return {}

    def trained(self, starts: Array) -> duel_marks.Trained:
        """The runs of starts (K, 2): marks and readouts ask for the same ones."""
        starts = np.round(starts, 9)  # a slider's values, and the same places along its track
        name = starts.tobytes()
        if name not in self._trained:
            self._trained[name] = duel_marks.Trained(self, starts)
        return self._trained[name]

    # -- numbers ---------------------------------------------------------------------------------------------------------

    def tracks(self, theta: Array, moved: Collection[str]) -> list[Track]:
        return duel_marks.tracks(self, theta, moved)

    def readouts(self, theta: Array, moved: Collection[str]) -> dict[str, list[str]]:
        return duel_marks.readouts(self, theta, moved)

    def strip(self) -> list[Readout]:
        now = moving.strings(self)
        found = []
        for key in settings.PAIR:
            found += [
                Readout(
                    f"recover-{key}", f"{NAMES[key]}: epochs to recover", now[f"recover-{key}"],
                    "Until the point that the start got most wrong stays on the right side, ŷ above ½ for its own class.",
                ),
                Readout(f"worst-{key}", f"{NAMES[key]}: ŷ of that point", now[f"worst-{key}"], "Of its own class, at epoch t."),
                Readout(f"norm-{key}", f"{NAMES[key]}: |gradient|", now[f"norm-{key}"], "Of the mean loss, at epoch t."),
            ]  # fmt: skip
        return found

    def remarks(self) -> list[str]:
        x, _ = runs.points(self.arena.data, self.arena.inputs, self.arena.seed)
        own = ", ".join(f"{NAMES[key]} {show(runs.search(self.arena, key).best, 3)}" for key in settings.PAIR)
        words = f"Step sizes used: {show(self.step('mse'), 3)} under MSE, {show(self.step('bce'), 3)} under BCE. "
        words += f"From {self.origin} the step that ends lowest after {self.arena.epochs} epochs is {own}."
        out = [words, f"{len(x)} point{'s' if len(x) > 1 else ''}, every epoch is one step with all of them."]
        worst = int(runs.run(self.arena, "bce", self.start).worst[0])
        if worst in runs.hopeless(self.arena.data, self.arena.inputs, self.arena.seed):
            out.append(
                "The point that this start gets most wrong lies on the wrong side of the best boundary, too: it cannot recover."
            )
        gone = [NAMES[key] for key in settings.PAIR if runs.run(self.arena, key, self.start).diverged[0]]
        if gone:
            out.append(f"The step is too long for {' and '.join(gone)}: the weights explode.")
        return out

    # -- tables ----------------------------------------------------------------------------------------------------------

    def tables(self) -> Tables:
        a, b, t = self.sliders
        handles = []
        if self.flat:
            handles = [
                Handle(f"land_{key}", "start", a.key, b.key, self.start, label=f"The start, under {NAMES[key]}")
                for key in settings.PAIR
            ]
        return moving.tables(
            self,
            handles=handles,
            play=(t.key, a.key, b.key),
            sheets=[duel_marks.sheet(self)] if self.flat else [],
        )

    def answer(self, values: Mapping[str, float]) -> tuple[Sequence[Track], Mapping[str, str]]:
        """Marks and readouts for a start that is dragged over a landscape."""
        theta = np.array([values.get(s.key, now) for s, now in zip(self.sliders, self.values, strict=True)])[None]
        moved = set(values)
        return self.tracks(theta, moved), {name: texts[0] for name, texts in self.readouts(theta, moved).items()}


def _origin(ask: Asking, sliders: Sequence[Slider]) -> tuple[float, float]:
    """The start from which step sizes are compared; what cannot be one is said, and the usual one stands in for it."""
    a, b = (slider.values[slider.default] for slider in sliders)
    text = ask.text(settings.ORIGIN)
    if not text.strip():
        return a, b
    try:
        typed = [float(v) for v in parse(text)]
        if len(typed) == 2 and max(map(abs, typed)) <= settings.REACH:
            return typed[0], typed[1]
        what = "one outside" if len(typed) == 2 else f"{len(typed)} number{'s' if len(typed) > 1 else ''}"
        said = f"A start is two numbers from −8 to 8, and here is {what}; type two such as −6 2."
    except NotNumbersError as error:
        said = str(error)
    ask.complain(settings.ORIGIN.key, f"{said} Steps are compared from {show(a)}, {show(b)}.")
    return a, b


def build(ask: Asking) -> Duel:
    inputs = ask.choice(settings.INPUTS, segmented=True)
    sliders = settings.START[inputs]
    steps = [ask.slider(slider) for slider in sliders]
    eta = ask.choice(settings.STEP)
    optimiser = ask.choice(settings.OPTIMISER)
    origin = _origin(ask, sliders)
    data, epochs = ask.choice(settings.DATA), int(ask.choice(settings.EPOCHS))
    seed = ask.whole(settings.SEED)
    time = settings.epoch_slider(epochs)
    steps.append(ask.slider(time))
    look = ask.choice(settings.LOOK, segmented=True)
    arena = Arena(data, inputs, seed, optimiser, epochs, eta, origin)
    return Duel(arena, look, (*sliders, time), tuple(steps), tuple(ask.items))
