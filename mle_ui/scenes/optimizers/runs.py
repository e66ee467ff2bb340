"""One racer's run, as the page shows it: where it is, how far below the top, what it cost, and why it stopped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.scenes.optimizers.arena import Arena
from mle_ui.scenes.optimizers.settings import Rules

Array = npt.NDArray[np.float64]

#: Adam's steps in units of the step size and of one observation's standard error in the steepest direction.
ADAM = 0.2
#: A run is at the top when a Newton step would be shorter than this many standard errors: half its square in nats.
NEAR = 1e-4
#: A run is judged by its later half if that has so many iterates, and not while it stays within so many nats of the top.
_LATE, _STILL = 6, 1e-4
#: Gone astray: more than so many nats below the top, and so many times as far as at the start.
_LOST = (10.0, 2.0)


@dataclass(frozen=True, eq=False)
class Run:
    """A run of m steps. Rows 0 … m are its iterates; one more stands for the point where it left the domain, if it did.

    Parameters
    ----------
    theta : ndarray of shape (m + 1, k)
        In the problem's coordinates.
    places : ndarray of shape (m + 1 or m + 2, 2)
        On the surface, in the parameters' own units.
    gaps, passes : ndarray of shape (m + 1 or m + 2,)
        Nats below the maximum, ∞ outside the domain; passes over the data.
    sizes : ndarray of shape (m,)
    reason, message : str
        "converged", "max_steps", "diverged", "astray" (out of iterations, and far below its start), "oscillating" (out of
        iterations, and to and fro) or "unstarted", and a sentence.
    """

    theta: Array
    places: Array
    gaps: Array
    passes: Array
    sizes: Array
    reason: str
    message: str

    @property
    def steps(self) -> int:
        """Number of steps m."""
        return len(self.theta) - 1

    def rows(self, iterations: npt.ArrayLike) -> npt.NDArray[np.int64]:
        """The row that is shown at each iteration: a run that has ended stays where it ended."""
        return np.minimum(np.asarray(iterations, dtype=np.int64), len(self.gaps) - 1)


def options(arena: Arena, key: str, rules: Rules, batch: int) -> dict[str, object]:
    """What `mle.optimize` is told for one racer."""
    step = rules.size / arena.curvature
    chosen: dict[str, object] = {}
    if key in ("gradient", "momentum"):
        chosen = {"step": step}
    elif key == "adam":
        chosen = {"step": ADAM * rules.size / float(np.sqrt(arena.curvature))}
    elif key in ("newton", "fisher") and rules.newton == "full":
        chosen = {"step": 1.0}
    elif key == "sgd":
        chosen = {"step": step, "batch_size": batch, "decay": rules.decay, "replace": rules.replace, "seed": rules.seed}
    return chosen


@lru_cache(maxsize=1024)
def run(arena: Arena, start: tuple[float, float], key: str, rules: Rules, batch: int) -> Run:
    """Let one racer run. `batch` counts for mini-batches alone: give 0 for the others, so that they are kept once."""
    problem, here = arena.problem, np.array(start)
    try:
        path = mle.optimize(
            problem,
            arena.begin(start),
            key,
            rules.length,
            tol=NEAR,
            **options(arena, key, rules, batch),  # type: ignore[arg-type]
        )
    except mle.DomainError as error:
        theta = np.full((1, len(problem.names)), np.nan)
        return Run(theta, here[None], np.array([np.inf]), np.zeros(1), np.empty(0), "unstarted", str(error))
    places = np.stack([path.params[name] for name in arena.course.pair], axis=1)
    gaps, passes = arena.gap(path.values), path.passes
    tried = path.rejected[-1] if path.rejected and path.reason == "diverged" else np.empty((0, 0))
    if len(tried):
        with np.errstate(all="ignore"):
            left = problem.params(tried[-1])
        places = np.vstack([places, [left[name] for name in arena.course.pair]])
        gaps, passes = np.append(gaps, np.inf), np.append(passes, passes[-1])
    reason = named(path.reason, path.theta, gaps[: path.n_steps + 1], arena.units)
    return Run(path.theta, places, gaps, passes, path.sizes, reason, path.message)


def named(reason: str, theta: Array, gaps: Array, units: Array) -> str:
    """What became of a run that ran out of iterations, by its iterates (m + 1, k) and gaps (m + 1,).

    It oscillates if of its later steps a third lower ℓ, or most turn back on the one before.
    """
    if reason != "max_steps" or len(gaps) < 2:
        return reason
    if gaps[-1] > max(_LOST[0], _LOST[1] * gaps[0]):
        return "astray"
    late = len(gaps) // 2
    if len(gaps) - late < _LATE or gaps[late:].max() < _STILL:
        return reason
    with np.errstate(all="ignore"):
        steps = np.diff(theta[late:], axis=0) / units
        turns = float(np.mean(np.sum(steps[1:] * steps[:-1], axis=1) < 0))
        falls = float(np.mean(np.diff(gaps[late:]) > 0))
    return "oscillating" if falls > 1 / 3 or turns > 1 / 2 else reason


@dataclass(frozen=True, eq=False)
class Bundle:
    """Runs of one racer side by side: what is drawn of them, as arrays over m runs and R rows; ended runs stay where they ended.

    Parameters
    ----------
    places : ndarray of shape (m, R, 2)
    gaps, passes : ndarray of shape (m, R)
    last, steps : ndarray of shape (m,)
        The last row of each run; its steps, one fewer where the last row is outside the domain.
    reasons, messages : tuple of str
    """

    places: Array
    gaps: Array
    passes: Array
    last: npt.NDArray[np.int64]
    steps: npt.NDArray[np.int64]
    reasons: tuple[str, ...]
    messages: tuple[str, ...]

    @staticmethod
    def of(runs: Sequence[Run]) -> Bundle:
        last = np.array([len(run.gaps) - 1 for run in runs])
        rows = [np.minimum(np.arange(last.max() + 1), end) for end in last]
        return Bundle(
            np.stack([run.places[row] for run, row in zip(runs, rows, strict=True)]),
            np.stack([run.gaps[row] for run, row in zip(runs, rows, strict=True)]),
            np.stack([run.passes[row] for run, row in zip(runs, rows, strict=True)]),
            last,
            np.array([run.steps for run in runs]),
            tuple(run.reason for run in runs),
            tuple(run.message for run in runs),
        )

    def rows(self, iterations: npt.ArrayLike) -> npt.NDArray[np.int64]:
        """The row of each run (m, q) that is shown at iterations (q,) or (m, q)."""
        return np.minimum(np.asarray(iterations, dtype=np.int64), self.last[:, None])

    def at(self, name: str, rows: npt.NDArray[np.int64]) -> Array:
        """Values of `places`, `gaps` or `passes` in rows (m, q)."""
        values: Array = getattr(self, name)[np.arange(len(self.last))[:, None], rows]
        return values
