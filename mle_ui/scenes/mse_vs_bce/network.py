"""A small network trained from twenty random starts, once under either loss."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.live import moving
from mle_ui.live.shown import Readout
from mle_ui.live.tables import Slider, Tables, Track
from mle_ui.scenes.mse_vs_bce import settings
from mle_ui.scenes.mse_vs_bce.duel import NAMES
from mle_ui.state import Asking, Control

Array = npt.NDArray[np.float64]

GOOD = 0.95


@dataclass(frozen=True)
class Plan:
    """What decides a training; hashable, as runs are kept by it."""

    shape: str
    seed: int
    hidden: int
    scale: float
    optimiser: str
    rate: float
    favour: float

    def step(self, key: str) -> float:
        return self.rate * (self.favour if key == "mse" else 1.0)


_KEPT: OrderedDict[Plan, dict[str, mle.NetworkRuns]] = OrderedDict()
_MOST = 12


def trained(plan: Plan, progress: Callable[[float], None] | None = None) -> dict[str, mle.NetworkRuns]:
    """Both losses' runs, kept for all readers; `progress` hears the share that is done."""
    if plan not in _KEPT:
        x, y = mle.points_in_shape(plan.shape, settings.CLOUD, plan.seed)
        found = {}
        for place, key in enumerate(settings.PAIR):

            def heard(epoch: int, epochs: int, done: int = place) -> None:
                if progress is not None:
                    progress((done + epoch / epochs) / len(settings.PAIR))

            found[key] = mle.train_network(
                x, y, key, plan.hidden, settings.LENGTH, plan.step(key), settings.RUNS, plan.optimiser, plan.scale, plan.seed, heard
            )  # fmt: skip
        _KEPT[plan] = found
        while len(_KEPT) > _MOST:
            _KEPT.popitem(last=False)
    return _KEPT[plan]


@dataclass(frozen=True, eq=False)
class Network:
    """The plan of the training and the epoch that is looked at."""

    plan: Plan
    sliders: tuple[Slider, ...]
    steps: tuple[int, ...]
    items: Sequence[tuple[Control, object]]

    page = "mse_vs_bce"
    picture = settings.NETWORK

    @cached_property
    def stamp(self) -> str:
        return moving.stamp(self.page, self.items)

    @cached_property
    def view(self) -> str:
        return moving.digest(self.picture)

    def charts(self) -> tuple[str, ...]:
        return ("accuracy", "starts")

    @cached_property
    def values(self) -> Array:
        return moving.values(self)

    @property
    def epoch(self) -> int:
        return int(self.values[0])

    def train(self, progress: Callable[[float], None] | None = None) -> dict[str, mle.NetworkRuns]:
        return trained(self.plan, progress)

    @cached_property
    def accuracy(self) -> dict[str, Array]:
        """Share of right answers (starts, epochs), a run that diverged at its last number."""
        return {key: runs.accuracy for key, runs in self.train().items()}

    # -- numbers ---------------------------------------------------------------------------------------------------------

    def tracks(self, theta: Array, moved: Collection[str]) -> list[Track]:
        at = theta[:, 0].astype(int)
        found = [
            Track("accuracy", f"{key}-now", "points", theta[:, :1], np.median(self.accuracy[key], axis=0)[at][:, None])
            for key in settings.PAIR
        ]
        pairs = [self.accuracy[key][:, at].T for key in settings.PAIR]
        return [*found, Track("starts", "pairs", "points", pairs[0], pairs[1])]

    def readouts(self, theta: Array, moved: Collection[str]) -> dict[str, list[str]]:
        at = theta[:, 0].astype(int)
        out = {}
        for key, shares in self.accuracy.items():
            out[f"median-{key}"] = [f"{v:.1%}" for v in np.median(shares, axis=0)[at]]
            out[f"good-{key}"] = [f"{int(v)} of {settings.RUNS}" for v in (shares >= GOOD).sum(axis=0)[at]]
        return out

    def reached(self, key: str) -> float:
        """First epoch at which the median of the starts is good; NaN if none."""
        good = np.flatnonzero(np.median(self.accuracy[key], axis=0) >= GOOD)
        return float(good[0]) if good.size else float("nan")

    def strip(self) -> list[Readout]:
        now = moving.strings(self)
        found = []
        for key in settings.PAIR:
            name, first = NAMES[key], self.reached(key)
            found += [
                Readout(f"median-{key}", f"{name}: median accuracy", now[f"median-{key}"], "Of the twenty starts, at epoch t."),
                Readout(f"good-{key}", f"{name}: starts at {GOOD:.0%}", now[f"good-{key}"]),
                Readout(
                    f"first-{key}", f"{name}: median at {GOOD:.0%}",
                    f"not in {settings.LENGTH}" if np.isnan(first) else f"epoch {first:.0f}",
                ),
            ]  # fmt: skip
        return found

    def remarks(self) -> list[str]:
        runs = self.train()
        out = [
            f"{settings.CLOUD} points, {settings.RUNS} random starts which both losses share, all points in every step; step "
            f"{self.plan.step('mse'):g} under MSE, {self.plan.step('bce'):g} under BCE."
        ]
        out += [
            f"{int(found.diverged.sum())} runs under {NAMES[key]} exploded."
            for key, found in runs.items()
            if found.diverged.any()
        ]
        return out

    def tables(self) -> Tables:
        return moving.tables(self, play=("t",))

    answer = None


def build(ask: Asking) -> Network:
    scale = float(ask.choice(settings.SCALE))
    shape, hidden = ask.choice(settings.SHAPE), int(ask.choice(settings.HIDDEN))
    rate, favour = float(ask.choice(settings.RATE)), float(ask.choice(settings.FAVOUR))
    optimiser, seed = ask.choice(settings.OPTIMISER), ask.whole(settings.SEED)
    time = settings.epoch_slider(settings.LENGTH, default=50)
    step = ask.slider(time)
    return Network(Plan(shape, seed, hidden, scale, optimiser, rate, favour), (time,), (step,), tuple(ask.items))
