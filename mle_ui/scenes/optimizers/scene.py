"""What the page shows in one state: the racers' paths, their gaps, Newton's parabola and the noise of mini-batches."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.figures.racers import LOOKS
from mle_ui.live import moving
from mle_ui.live.shown import Readout
from mle_ui.live.tables import BUDGET, Handle, Slider, Tables, Track, encode
from mle_ui.numbers import nats
from mle_ui.scenes import samples
from mle_ui.scenes.optimizers import marks, settings
from mle_ui.scenes.optimizers.arena import Arena, Axis, arena, field
from mle_ui.scenes.optimizers.endings import cells, gap_words
from mle_ui.scenes.optimizers.marks import BATCH, FIRST, SECOND, STEP
from mle_ui.scenes.optimizers.noise import Noise, noise
from mle_ui.scenes.optimizers.parabola import WORTH, Cut, cut
from mle_ui.scenes.optimizers.runs import Bundle, Run, run
from mle_ui.scenes.optimizers.settings import Rules
from mle_ui.scenes.optimizers.sheet import sheet
from mle_ui.scenes.samples import GENERATED, OWN, observe
from mle_ui.state import Asking, Control

Array = npt.NDArray[np.float64]

DATA = samples.data_choice("michelson", generated=True)


def build(ask: Asking) -> Scene | None:
    """The scene of what the controls say; None where there is no race."""
    data = ask.choice(DATA)
    text = ask.text(samples.NUMBERS) if data == OWN else samples.NUMBERS.default
    course = settings.COURSES[ask.choice(settings.FAMILY)]
    racers = ask.several(settings.RACERS)
    size = ask.choice(settings.SIZE)
    coordinates = Rules.coordinates(ask.choice(settings.COORDINATES, segmented=True))
    against = ask.choice(settings.AGAINST, segmented=True)
    look = ask.choice(settings.LOOK, segmented=True)
    newton = ask.choice(settings.NEWTON)
    decay, replace = ask.choice(settings.DECAY), ask.choice(settings.REPLACE)
    length, seed = int(ask.choice(settings.LENGTH)), ask.whole(settings.SEED)
    if data == GENERATED:
        family = mle.FAMILIES[course.family]
        theta = tuple(course.fixed.get(param.name, param.default) for param in family.params)
        observed = samples.generate(course.family, theta, int(ask.choice(settings.N)), seed)
    else:
        observed = observe(data, text)
    ground = arena(observed, course, coordinates)
    if not isinstance(ground, Arena):
        ask.complain(ground.control, ground.message)
        return None
    start = ground.sliders({name: ask.asked(name) for name in course.pair})
    sliders: list[Slider] = [settings.step_slider(length), *start]
    able = tuple(key for key in racers if key in ground.racers)
    able = able or tuple(key for key in settings.RACERS.default if key in ground.racers)
    if "sgd" in able or look == "noise":
        sliders.append(settings.batch_slider(ground.n))
    steps = tuple(ask.slider(slider) for slider in sliders)
    rules = Rules(float(size), newton, decay, replace == "with", length, seed)
    return Scene(ground, racers, able, rules, against, look, tuple(sliders), steps, tuple(ask.items))


@dataclass(frozen=True, eq=False)
class Scene:
    """One state of the page; `racers` are those of the chosen that can run here.

    theta is (iteration, start along the first axis, along the second, mini-batch size where there is one).
    """

    arena: Arena
    chosen: tuple[str, ...]
    racers: tuple[str, ...]
    rules: Rules
    against: str
    look: str
    sliders: tuple[Slider, ...]
    steps: tuple[int, ...]
    items: tuple[tuple[Control, object], ...]
    page: str = "optimizers"

    @cached_property
    def stamp(self) -> str:
        """Name of this state: figures and tables that carry the same stamp belong together."""
        x = self.arena.observed.x
        return moving.stamp(self.page, self.items, x.size, x[:2000].tobytes(), float(x.sum()))

    @cached_property
    def view(self) -> str:
        """Name of the axes: while it stays the same a zoom is kept."""
        kept = {"data", "x", "n", "family", "coordinates", "against", "look", "length"}
        return moving.digest([(c.key, v) for c, v in self.items if c.key in kept])

    @cached_property
    def axes(self) -> tuple[Axis, Axis]:
        return self.arena.axes((self.sliders[FIRST], self.sliders[SECOND]))

    @cached_property
    def starts(self) -> frozenset[str]:
        """Keys of the start's two sliders."""
        return frozenset(self.sliders[place].key for place in (FIRST, SECOND))

    @cached_property
    def theta(self) -> Array:
        return moving.values(self)

    @cached_property
    def field(self) -> Array:
        """Drops over the surface, nats."""
        return field(self.arena, self.axes)

    @cached_property
    def highest(self) -> float:
        """Top of the gap's axis: a power of ten above every gap in the picture."""
        seen = self.field[np.isfinite(self.field)]
        return float(10 ** np.ceil(np.log10(np.clip(seen.max(initial=1.0), 1.0, 1e12))))

    @property
    def start(self) -> tuple[float, float]:
        """Where all racers begin, in the parameters' own units."""
        return float(self.theta[FIRST]), float(self.theta[SECOND])

    @property
    def batch(self) -> int:
        """Size of a mini-batch."""
        return int(self.theta[BATCH]) if len(self.theta) > BATCH else 1

    def run(self, key: str, theta: Array | None = None) -> Run:
        """A racer's run from the start in theta, with its mini-batch size."""
        at = self.theta if theta is None else theta
        batch = int(at[BATCH]) if key == "sgd" else 0
        return run(self.arena, (float(at[FIRST]), float(at[SECOND])), key, self.rules, batch)

    def bundle(self, key: str, theta: Array) -> Bundle:
        """A racer's runs for theta (m, k), side by side."""
        return Bundle.of([self.run(key, row) for row in theta])

    def noise(self, batch: float | None = None, replace: bool | None = None) -> Noise:
        """Gradients of mini-batches at the maximum."""
        drawn = self.rules.replace if replace is None else replace
        return noise(self.arena, int(self.batch if batch is None else batch), drawn, self.rules.seed)

    @property
    def follows(self) -> str:
        """The racer on whom Newton's parabola stands."""
        return "newton" if "newton" in self.racers else self.racers[0]

    def cut(self, theta: Array) -> tuple[int, Cut] | None:
        """Newton's parabola where the followed racer is at the iteration of theta, and that iteration; None where there is none.

        Where the parabola promises next to nothing, the run is as good as over: then its last worthwhile step stays in view.
        """
        found = self.run(self.follows, theta)
        row = min(int(theta[STEP]), found.steps)
        if not np.isfinite(found.theta[row]).all():
            return None
        here = cut(self.arena, tuple(found.theta[row]))
        while row > 0 and here.promised < WORTH:
            row -= 1
            here = cut(self.arena, tuple(found.theta[row]))
        return row, here

    # -- numbers ------------------------------------------------------------------------------------------------------

    def start_gap(self, theta: Array) -> list[str]:
        """Nats below the maximum at the starts of theta (m, k)."""
        family, fit = self.arena.family, self.arena.fit
        raw = np.repeat(np.array([fit.params[name] for name in family.names])[None], len(theta), axis=0)
        for j, name in enumerate(self.arena.course.pair):
            raw[:, family.index(name)] = theta[:, (FIRST, SECOND)[j]]
        values = np.asarray(mle.loglik(family, self.arena.observed.x, raw))
        return [nats(gap) for gap in np.maximum(fit.loglik - values, 0.0)]

    def readouts(self, theta: Array, moved: Collection[str]) -> Mapping[str, Sequence[str]]:
        """Gaps at the iteration of theta (m, k), and the table's cells. A start that is swept along a slider says its own gap
        alone: the rest stands in the sheet.
        """
        out: dict[str, Sequence[str]] = {}
        if self.starts & set(moved):
            out["start"] = self.start_gap(theta)
            if len(theta) > 1:
                return out
        for key in self.racers if set(moved) - {"batch"} else [k for k in self.racers if k == "sgd"]:
            bundle = self.bundle(key, theta)
            out[f"gap-{key}"] = gap_words(bundle, theta[:, STEP])
            if set(moved) - {"step"}:
                out |= cells(key, bundle)
        return out

    def cells(self) -> Mapping[str, str]:
        """What stands in the table of results, by the cell's name."""
        return {
            name: text
            for key in self.racers
            for name, (text,) in cells(key, self.bundle(key, self.theta[None])).items()
        }

    def strip(self) -> list[Readout]:
        """The readouts under the picture."""
        now = moving.strings(self)
        first = Readout(
            "start", "ℓ gap of the start, nats", now["start"], "How far below the maximum all racers begin."
        )
        racers = [
            Readout(
                f"gap-{key}", f"{LOOKS[key].glyph} {LOOKS[key].short}", now[f"gap-{key}"], mle.OPTIMIZERS[key].sentence
            )
            for key in self.racers
        ]
        return [first, *racers]

    def remarks(self) -> list[str]:
        """What the picture does not say itself."""
        out = []
        missing = [settings.RACERS.options[key] for key in self.chosen if key not in self.racers]
        if missing:
            out.append(f"{', '.join(missing)} cannot run here; choose the family “Two normals”.")
        free = [name for name in self.arena.problem.names if name not in self.arena.course.pair]
        if free:
            symbols = ", ".join(self.arena.family.params[self.arena.family.index(name)].symbol for name in free)
            out.append(
                f"The race is over {len(self.arena.problem.names)} parameters; the picture is the slice at the estimates of "
                f"{symbols}, where all racers begin."
            )
        return out

    # -- what the drag layer plays ------------------------------------------------------------------------------------

    def charts(self) -> tuple[str, ...]:
        extra = {"parabola": ("parabola",), "noise": ("cloud", "law"), "3d": ()}
        return ("surface", "gap", *extra[self.look])

    def tracks(self, theta: Array, moved: Collection[str]) -> Sequence[Track]:
        """Frames of the marks that depend on the sliders in `moved`, for theta (K, k); as `readouts` for a swept start."""
        return marks.tracks(self, theta, moved)

    @cached_property
    def costs(self) -> tuple[float, float]:
        """Ends of what the gap is drawn against."""
        if self.against == "iterations":
            return 0.0, float(self.rules.length)
        return (0.02 if "sgd" in self.racers else 0.8), 2.6 * self.rules.length

    @cached_property
    def quietest(self) -> float:
        """Least standard deviation on the law's chart: a tenth of what batches of the whole sample with replacement have."""
        return float(self.noise(self.arena.n, True).theory[0]) / 10

    def tables(self) -> Tables:
        """What the drag layer plays."""
        a, b = self.sliders[FIRST], self.sliders[SECOND]
        start = Handle("surface", "start", a.key, b.key, self.start, label="Drag the start of the race")
        play = tuple(slider.key for slider in self.sliders if slider.counted)
        made = moving.tables(self, handles=(start,), play=play)
        found = sheet(self, BUDGET - len(encode(made)))
        return replace(made, sheets=(found,)) if found else made

    def answer(self, values: Mapping[str, float]) -> tuple[Sequence[Track], Mapping[str, str]]:
        """Marks and readouts for a start dragged to `values`."""
        theta = np.array([values.get(s.key, now) for s, now in zip(self.sliders, self.theta, strict=True)])[None]
        moved = self.starts | {"step"}
        return self.tracks(theta, moved), {name: texts[0] for name, texts in self.readouts(theta, moved).items()}
