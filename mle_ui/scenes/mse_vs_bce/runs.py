"""The points of the duel and everything that follows from them and the rules: landscapes, trained paths, best steps."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.scenes.mse_vs_bce import settings

Array = npt.NDArray[np.float64]

CELLS = 65  # of a landscape, along either axis
_CENTRES = {"overlap": (0.8, 1.0), "apart": (2.0, 0.6)}  # half the distance of the classes, and their width
_CLASS = 12


@dataclass(frozen=True)
class Arena:
    """What is fixed while a start is dragged; hashable, as runs are kept by it."""

    data: str
    inputs: str
    seed: int
    optimiser: str
    epochs: int
    eta: str
    origin: tuple[float, float]  # the start from which step sizes are compared: it stays while the start is dragged

    @property
    def bias(self) -> bool:
        return self.inputs == settings.ONE

    def step(self, key: str) -> float:
        """The step size of a loss; it does not change while the start is dragged."""
        return search(self, key).best if self.eta == "best" else float(self.eta)


@lru_cache(maxsize=16)
def points(data: str, inputs: str, seed: int) -> tuple[Array, Array]:
    """Inputs (n, 1 or 2) and labels (n,)."""
    columns = 1 if inputs == settings.ONE else 2
    if data == "single":
        return np.ones((1, columns)), np.ones(1)
    half, width = _CENTRES[data]
    y = np.repeat([0.0, 1.0], _CLASS)
    rng = np.random.default_rng(seed)
    # The second feature says less than the first.
    x = (2 * y[:, None] - 1) * half * np.array([1.0, 0.5])[:columns] + width * rng.normal(size=(2 * _CLASS, columns))
    return x, y


def place(arena: Arena, theta: Array) -> Array:
    """Starts as the core takes them, the bias first, from (K, 2): weight and bias, or two weights."""
    return theta[:, ::-1] if arena.bias else theta


def train(arena: Arena, key: str, starts: Array, keep: Array | None = None) -> mle.NeuronPaths:
    """Paths from starts (K, 2), after all epochs or those that are kept."""
    x, y = points(arena.data, arena.inputs, arena.seed)
    return mle.train_from(
        place(arena, starts), x, y, key, arena.step(key), arena.epochs, arena.optimiser, arena.bias, keep
    )


@lru_cache(maxsize=64)
def run(arena: Arena, key: str, start: tuple[float, float]) -> mle.NeuronPaths:
    """The run of one start."""
    return train(arena, key, np.array([start]))


def slope(arena: Arena, key: str, start: tuple[float, float], label: float | None = None) -> Array:
    """Gradient (2,) of the mean loss in the order of the page's sliders, over all points or those of one label."""
    x, y = points(arena.data, arena.inputs, arena.seed)
    rows = np.column_stack([x, np.ones(len(y))]) if arena.bias else x
    if label is not None:
        rows, y = rows[y == label], y[y == label]
    return mle.chain_rule(key, y, rows @ np.asarray(start), 0.0, 1.0).product @ rows / len(y)


def ways(found: mle.NeuronPaths, arena: Arena) -> Array:
    """Weights (K, E + 1, 2) in the order of the page's sliders."""
    return found.weights[:, :, ::-1] if arena.bias else found.weights


@lru_cache(maxsize=32)
def search(arena: Arena, key: str) -> mle.StepSearch:
    """Mean loss at the end over step sizes from the origin of the comparison, and the best of them."""
    x, y = points(arena.data, arena.inputs, arena.seed)
    begin = place(arena, np.array([arena.origin]))[0]
    steps = np.geomspace(0.01, 100, 41)
    return mle.best_step(x, y, key, begin, arena.epochs, steps, arena.optimiser, bias=arena.bias)


@lru_cache(maxsize=16)
def landscape(data: str, inputs: str, seed: int, key: str) -> mle.Landscape:
    """Mean loss over the plane of the starts."""
    x, y = points(data, inputs, seed)
    grid = np.linspace(-settings.REACH, settings.REACH, CELLS)
    return mle.loss_landscape(x, y, key, grid, grid)


@lru_cache(maxsize=16)
def hopeless(data: str, inputs: str, seed: int) -> tuple[int, ...]:
    """The points that lie on the wrong side of the best boundary, too: no training recovers them."""
    x, y = points(data, inputs, seed)
    if data == "single":
        return ()
    best = mle.fit_classifier(x, y, intercept=inputs == settings.ONE)
    return tuple(int(i) for i in np.flatnonzero((best.predict_proba(x) > 0.5) != (y == 1)))
