"""What a race runs on: the problem to climb, its top, the picture of the surface and the sliders of the start."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui import ranges
from mle_ui.live.tables import Slider
from mle_ui.scenes.optimizers.settings import Course
from mle_ui.scenes.samples import Observed, Problem, sentence

Array = npt.NDArray[np.float64]

CELLS = 81
#: Where the start stands in each slider's range: high up on one flank, so that the way is long.
STARTS = (0.12, 0.8)
#: Gaps below this many nats are drawn at it: beyond lies the rounding of a sum of logarithms.
LEAST = 1e-6


@dataclass(frozen=True)
class Axis:
    """A parameter's axis in its own units, logarithmic where the optimisers see its logarithm."""

    name: str
    symbol: str
    label: str
    low: float
    high: float
    logarithmic: bool

    @property
    def grid(self) -> Array:
        """Places spread evenly along the axis as it is drawn."""
        return (np.geomspace if self.logarithmic else np.linspace)(self.low, self.high, CELLS)

    def held(self, values: Array) -> Array:
        """Values that are drawn: what is far outside is brought to two lengths outside, in the same direction."""
        if self.logarithmic:
            reach = (self.high / self.low) ** 2
            return np.clip(
                np.nan_to_num(values, nan=self.low, posinf=self.high * reach), self.low / reach, self.high * reach
            )
        reach = 2 * (self.high - self.low)
        return np.clip(np.nan_to_num(values, nan=self.low), self.low - reach, self.high + reach)

    @property
    def title(self) -> str:
        return f"{self.symbol}, {self.label}" + (" (log scale)" if self.logarithmic else "")


@dataclass(frozen=True, eq=False)
class Arena:
    """Sample, family and coordinates, with a maximum to climb to. Equal arguments of `arena` give the same object."""

    observed: Observed
    course: Course
    coordinates: Literal["raw", "log"]
    problem: mle.optimizers.Problem
    fit: mle.FitResult

    @property
    def family(self) -> mle.Family:
        return mle.FAMILIES[self.course.family]

    @property
    def n(self) -> int:
        return self.observed.x.size

    @cached_property
    def top(self) -> Array:
        """The maximum in the problem's coordinates (k,)."""
        assert self.problem.from_params is not None
        return self.problem.from_params(self.fit.params)

    @cached_property
    def curvature(self) -> float:
        """The largest curvature of the mean log-likelihood at the maximum, in the problem's coordinates."""
        hessian = mle.newton_parabola(self.problem, self.top).hessian
        return float(np.linalg.eigvalsh(-hessian)[-1])

    @cached_property
    def units(self) -> Array:
        """One observation's standard error in each coordinate at the maximum (k,), the others held."""
        curvatures: Array = np.abs(np.diagonal(mle.newton_parabola(self.problem, self.top).hessian))
        return 1 / np.sqrt(curvatures)

    @cached_property
    def racers(self) -> tuple[str, ...]:
        """The methods that this problem can serve."""
        return mle.available_optimizers(self.problem)

    def sliders(self, asked: dict[str, float | None]) -> tuple[Slider, Slider]:
        """The start's two coordinates; `asked` holds what the link names."""
        made = []
        for name, place in zip(self.course.pair, STARTS, strict=True):
            param = self.family.params[self.family.index(name)]
            bound = self.family.likelihood.floor.get(name)
            slider = ranges.make_slider(
                param, self.fit.params[name], self.fit.standard_errors[name], self.n, start=place, asked=asked[name],
                floor=float(bound(self.fit.summary)) if bound else 0.0,
            )  # fmt: skip
            if math.isinf(slider.values[-1]):  # no race starts at infinity
                slider = replace(slider, values=slider.values[:-1], labels=slider.labels[:-1])
            made.append(slider)
        return made[0], made[1]

    def begin(self, start: tuple[float, float]) -> Array:
        """The start in the problem's coordinates; parameters that are not on the surface start at their estimates.

        It may lie outside the domain, as where two means stand in the wrong order.
        """
        raw = {**self.fit.params, **dict(zip(self.course.pair, start, strict=True))}
        labels = zip(self.problem.names, self.problem.labels, strict=True)
        return np.array([math.log(raw[name]) if label.startswith("log ") else raw[name] for name, label in labels])

    def gap(self, value: npt.ArrayLike) -> Array:
        """Nats below the maximum, summed over the sample, of mean log-likelihoods; 0 above it."""
        gap: Array = np.maximum(self.fit.loglik - self.n * np.asarray(value, dtype=np.float64), 0.0)
        return gap

    def axes(self, sliders: tuple[Slider, Slider]) -> tuple[Axis, Axis]:
        made = []
        for slider, name in zip(sliders, self.course.pair, strict=True):
            param = self.family.params[self.family.index(name)]
            place = self.problem.names.index(name)
            logarithmic = self.problem.labels[place] != param.symbol
            made.append(Axis(name, param.symbol, param.label, slider.values[0], slider.values[-1], logarithmic))
        return made[0], made[1]

    @property
    def others(self) -> dict[str, float]:
        """What is not on the surface: held parameters, and estimates of the free ones."""
        return {name: self.fit.params[name] for name in self.family.names if name not in self.course.pair}


@lru_cache(maxsize=24)
def field(arena: Arena, axes: tuple[Axis, Axis]) -> Array:
    """Drops below the maximum in nats (CELLS, CELLS) over the two parameters, the others at their estimates."""
    grids = {axis.name: axis.grid for axis in axes}
    values = mle.surface(arena.family, arena.observed.x, grids, fixed=arena.others or None).values
    drop: Array = np.maximum(arena.fit.loglik - values, 0.0)
    return drop


@lru_cache(maxsize=24)
def arena(observed: Observed, course: Course, coordinates: Literal["raw", "log"]) -> Arena | Problem:
    """A course for a race; what cannot be done is returned as a problem, not raised."""
    if observed.problem:
        return observed.problem
    fixed = dict(course.fixed) or None
    try:
        problem = mle.likelihood_problem(course.family, observed.x, coordinates, fixed=fixed)
        fit = mle.fit(course.family, observed.x, fixed=fixed)
    except ValueError as error:
        return Problem("family", sentence(error))
    made = Arena(observed, course, coordinates, problem, fit)
    if not (fit.converged and all(math.isfinite(v) for v in fit.params.values()) and np.isfinite(fit.covariance).any()):
        return Problem(
            "family",
            f"This sample gives {made.family.name} no peak to climb to, so there is no race; choose another family or sample.",
        )
    return made
