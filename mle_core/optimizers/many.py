"""One method from many starts at once: every step is taken by all runs together, as a few operations on arrays.

For a picture that answers a dragged start before it is asked. The iterates are those of `optimize`, run by run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..domain import Array, Bools, MleError
from .backtrack_many import Direction, backtrack_many
from .path import Reason
from .points_many import Metrics, Points, metrics_of
from .problem import Problem
from .registry import OPTIMIZERS, method_for
from .sgd import epoch
from .steps import schedule

__all__ = ["MANY", "Paths", "optimize_many"]

#: Methods that can run from many starts at once.
MANY = ("gradient", "momentum", "newton", "fisher", "adam", "sgd", "em")
_FAR = 1e8
_REFRESH = 10


@dataclass(frozen=True, eq=False)
class Paths:
    """The record of m runs of at most T steps over k parameters; a run that has ended stays at its last iterate.

    Parameters
    ----------
    theta : ndarray of shape (T + 1, m, k)
        In the coordinates of the problem.
    values : ndarray of shape (T + 1, m)
        Mean log-likelihood, nats.
    passes : ndarray of shape (T + 1, m)
        Passes over the data, as in `Path`.
    sizes : ndarray of shape (T, m)
        Step sizes: the factor on the direction; 0 after the end.
    steps : ndarray of shape (m,)
        Steps that each run took.
    left : ndarray of shape (m, k)
        The point outside the domain on which a run ended; NaN for the others.
    reasons : tuple of str
        "converged", "max_steps", "diverged", or "unstarted" where there is no slope to follow.
    """

    theta: Array
    values: Array
    passes: Array
    sizes: Array
    steps: NDArray[np.int64]
    left: Array
    reasons: tuple[Reason | str, ...]


class _Race:
    """The runs while they are being run."""

    def __init__(self, problem: Problem, starts: Array, max_steps: int, tol: float) -> None:
        m, k = starts.shape
        self.problem, self.tol = problem, tol
        self.theta = np.repeat(starts[None], max_steps + 1, axis=0)
        self.values = np.full((max_steps + 1, m), np.nan)
        self.passes = np.zeros((max_steps + 1, m))
        self.sizes = np.zeros((max_steps, m))
        self.steps = np.zeros(m, dtype=np.int64)
        self.left = np.full((m, k), np.nan)
        self.reasons: list[str] = ["max_steps"] * m
        self.live = np.arange(m)
        self.spent = np.zeros(m)
        self._whiten = np.zeros((m, k, k))
        self._peaked = np.zeros(m, dtype=bool)
        self._age = np.full(m, _REFRESH)
        self._far = _FAR * (1 + np.abs(starts))

    def end(self, which: Bools, reason: str) -> Bools:
        """End some of the live runs; returns who goes on."""
        for run in self.live[which].tolist():
            self.reasons[run] = reason
        self.live = self.live[~which]
        return np.asarray(~which)

    def verdicts(self, here: Points, exact: bool) -> Bools:
        """The stopping test of `Criterion` for all live runs, but for its ridges and plateaus; returns who goes on."""
        live, root = self.live, np.sqrt(self.problem.n)
        due = np.full(live.size, True) if exact else self._age[live] >= _REFRESH
        for _ in range(2):  # a second, fresh look where the old metric says that the top is reached
            if due.any():
                rows = np.flatnonzero(due)
                fresh = here.observed if exact else metrics_of(-Points(self.problem, here.theta[rows]).hessian)
                self._whiten[live[rows]], self._peaked[live[rows]] = fresh.whitening, fresh.peaked
                self._age[live[rows]] = 0
            with np.errstate(all="ignore"):
                errors = root * np.linalg.norm(np.einsum("mij,mj->mi", self._whiten[live], here.gradient), axis=1)
            due = (errors <= self.tol) & (self._age[live] > 0)
            if not due.any():
                break
        self._age[live] += 1
        there = (errors <= self.tol) & self._peaked[live]
        gone = ~there & (np.abs(here.theta) > self._far[live]).any(axis=1)
        on = ~(there | gone)
        for mask, reason in ((there, "converged"), (gone, "diverged")):
            for run in live[mask].tolist():
                self.reasons[run] = reason
        self.live = live[on]
        return np.asarray(on)

    def lose(self, which: Bools, points: Array) -> Bools:
        """Runs whose next point is no place to go on from."""
        self.left[self.live[which]] = points[which]
        return self.end(which, "diverged")

    def arrive(self, t: int, theta: Array, values: Array | None = None, sizes: Array | float = 1.0) -> None:
        """The live runs stand at theta after t steps."""
        self.theta[t:, self.live] = theta
        if t:
            self.sizes[t - 1, self.live] = sizes
        self.steps[self.live] = t
        if values is not None:
            self.values[t, self.live] = values
        self.passes[t, self.live] = self.spent[self.live]

    def finish(self) -> Paths:
        """The record; a run ends before the first iterate whose value is −∞."""
        taken = np.arange(len(self.theta))[:, None] <= self.steps
        missing = taken & np.isnan(self.values)
        if missing.any():
            with np.errstate(all="ignore"):
                found = np.asarray(self.problem.value(self.theta[missing]))
            self.values[missing] = np.where(np.isnan(found), -np.inf, found)
        lost = taken & (self.values == -np.inf)
        for run in np.flatnonzero(lost.any(axis=0) & np.array([r != "unstarted" for r in self.reasons])).tolist():
            self.steps[run] = max(int(np.argmax(lost[:, run])) - 1, 0)
            self.reasons[run], self.left[run] = "diverged", np.nan
        rows = np.minimum(np.arange(len(self.theta))[:, None], self.steps)
        columns = np.arange(self.steps.size)
        sizes = np.where(taken[1:], self.sizes, 0.0)
        return Paths(
            self.theta[rows, columns], self.values[rows, columns], self.passes[rows, columns], sizes,
            self.steps, self.left,
            tuple(self.reasons),
        )  # fmt: skip


def optimize_many(
    problem: Problem,
    starts: ArrayLike,
    method: str,
    max_steps: int = 100,
    *,
    step: float | None = None,
    tol: float = 1e-8,
    seed: int = 0,
    batch_size: int = 32,
    replace: bool = False,
    decay: str = "constant",
) -> Paths:
    """Climb a problem from many starts with one method of `MANY`.

    Parameters
    ----------
    problem : Problem
        Its functions must take theta (m, k); a likelihood's do.
    starts : array of shape (m, k)
        In the problem's coordinates; a start without a slope makes an "unstarted" run, not an error.
    method : str
        A key of `OPTIMIZERS` among `MANY`.
    step : float or None
        The planned size of a step. None for the backtracking search of Newton and Fisher scoring; EM has none.
    max_steps, tol, seed, batch_size, replace, decay
        As in `optimize`; the rate of the decay is one over the steps of an epoch.

    Returns
    -------
    Paths
        The iterates of `optimize`. Plateaus and ridges, which its stopping test tells from peaks, are not told here.

    Raises
    ------
    ValueError
        If the method is none of `MANY`, the problem cannot serve it, or a planned step is missing.
    """
    method_for(problem, method)
    if method not in MANY:
        raise MleError(f"{method} cannot run from many starts at once; choose one of {', '.join(MANY)}.")
    searches = step is None and method in ("newton", "fisher")
    if step is None and not searches and method != "em":
        raise MleError(f"{method} from many starts needs a planned step; give a size such as 0.1.")
    theta = np.array(starts, dtype=np.float64)
    race = _Race(problem, theta, max_steps, tol)
    here = Points(problem, theta)
    race.spent += method != "sgd"
    race.arrive(0, theta, here.value)
    on = race.end(~here.usable, "unstarted")
    here = Points(problem, theta[on])
    if method == "sgd":
        planned = schedule(cast(float, step), decay, 1 / np.ceil(problem.n / batch_size))
        batches = _batches(round(problem.n), batch_size, np.random.default_rng(seed), replace, max_steps)
        return _stochastic(race, here, batches, lambda t: float(planned(t)))
    propose = _direction(method, theta.shape)
    exact = "hessian" in OPTIMIZERS[method].needs
    for t in range(max_steps + 1):
        if not race.live.size:
            break
        on = race.verdicts(here, exact or t == max_steps)
        if t == max_steps or not on.any():
            break
        here = here if on.all() else Points(problem, here.theta[on])
        with np.errstate(all="ignore"):
            way = propose(here, race.live)
            if searches:
                move = backtrack_many(problem, here.theta, here.value, here.gradient, way)
                race.spent[race.live] += move.rejected
                race.end(~move.found, "max_steps")
                there, sizes = Points(problem, move.theta[move.found]), move.sizes[move.found]
            else:
                sizes = np.full(race.live.size, 1.0 if step is None else step)
                there = Points(problem, here.theta + sizes[:, None] * way)
        later = not searches and method != "em" and problem.cheap and problem.expansion is None
        on = race.lose(~(there.followable if later else there.usable), there.theta)
        here = there if on.all() else Points(problem, there.theta[on])
        race.spent[race.live] += 1
        race.arrive(t + 1, here.theta, None if later else here.value, sizes[on])
    return race.finish()


def _batches(n: int, batch: int, rng: np.random.Generator, replace: bool, most: int) -> list[list[NDArray[np.int64]]]:
    """The places of the first `most` mini-batches, epoch by epoch; the same for every start."""
    epochs: list[list[NDArray[np.int64]]] = []
    while most > 0:
        epochs.append(list(epoch(n, batch, rng, replace))[:most])
        most -= len(epochs[-1])
    return epochs


def _stochastic(race: _Race, here: Points, epochs: list[list[NDArray[np.int64]]], size: Direction) -> Paths:
    """As `sgd.stochastic`: the stopping test looks after every epoch."""
    problem, t = race.problem, 0
    assert problem.batch is not None
    for rows_of in [*epochs, []]:
        if not race.live.size:
            break
        on = race.end(~here.usable, "diverged")
        here = here if on.all() else Points(problem, here.theta[on])
        on = race.verdicts(here, True)
        theta = here.theta[on]
        for rows in rows_of:
            if not race.live.size:
                break
            with np.errstate(all="ignore"):
                theta = theta + size(t) * np.asarray(problem.batch(rows).gradient(theta))
                inside = np.isfinite(theta).all(axis=1)
                inside &= problem.contains(np.where(inside[:, None], theta, race.theta[0, race.live]))
            race.spent[race.live] += rows.size / problem.n
            theta = theta[race.lose(~inside, theta)]
            race.arrive(t + 1, theta, sizes=size(t))
            t += 1
        here = Points(problem, theta)
    return race.finish()


def _direction(method: str, shape: tuple[int, int]) -> Direction:
    """``propose(here, live)`` → directions; memories are kept for all runs, by their number."""
    velocity, mean, square, count = np.zeros(shape), np.zeros(shape), np.zeros(shape), 0

    def momentum(here: Points, live: NDArray[np.int64]) -> Array:
        velocity[live] = 0.9 * velocity[live] + here.gradient
        return velocity[live]

    def adam(here: Points, live: NDArray[np.int64]) -> Array:
        nonlocal count
        count += 1
        mean[live] = 0.9 * mean[live] + 0.1 * here.gradient
        square[live] = 0.999 * square[live] + 0.001 * here.gradient**2
        return np.asarray((mean[live] / (1 - 0.9**count)) / (np.sqrt(square[live] / (1 - 0.999**count)) + 1e-8))

    def newton(here: Points, live: NDArray[np.int64]) -> Array:
        return _step(here.observed, here.gradient)

    def fisher(here: Points, live: NDArray[np.int64]) -> Array:
        return _step(metrics_of(_information(here)), here.gradient)

    def em(here: Points, live: NDArray[np.int64]) -> Array:
        assert here.problem.em_step is not None
        return np.asarray(here.problem.em_step(here.theta)) - here.theta

    known = {"momentum": momentum, "adam": adam, "newton": newton, "fisher": fisher, "em": em}
    return known.get(method, lambda here, live: here.gradient)


def _step(metric: Metrics, gradient: Array) -> Array:
    """Each run's step by its metric; the gradient where that is not finite."""
    return np.where(metric.known[:, None], metric.step(gradient), gradient)


def _information(here: Points) -> Array:
    """Fisher information (m, k, k); the outer product of scores comes one theta at a time."""
    fisher = here.problem.fisher
    assert fisher is not None
    if here.problem.fisher_kind == "expected":
        return np.asarray(fisher(here.theta))
    return np.stack([np.asarray(fisher(theta)) for theta in here.theta])
