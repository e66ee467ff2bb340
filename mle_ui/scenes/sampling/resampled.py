"""The bootstrap: a real data set stands in for the law that it came from, and its resamples for repeated samples."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.live import moving
from mle_ui.live.shown import Readout
from mle_ui.live.tables import Slider, Tables, Track
from mle_ui.numbers import show, with_error
from mle_ui.scenes import samples
from mle_ui.scenes.samples import OWN, Observed, Problem
from mle_ui.scenes.sampling import settings
from mle_ui.state import Asking, Control

Array = npt.NDArray[np.float64]

DATA = samples.data_choice("michelson")
SHOWN = 300
METHODS = ("likelihood", "wald", "sandwich", "percentile", "basic")
_ROUND = np.linspace(0, 2 * np.pi, 61)
R = 0


@dataclass(frozen=True, eq=False)
class Study:
    """A fit and its bootstrap. Equal arguments of `study` give the same object."""

    observed: Observed
    fit: mle.FitResult
    boot: mle.Bootstrap
    sandwich: mle.Sandwich

    def first(self, r: int) -> mle.Bootstrap:
        """The bootstrap after its first r resamples."""
        return mle.Bootstrap(self.boot.kind, self.boot.names, self.boot.center, self.boot.estimates[:r])


@lru_cache(maxsize=24)
def study(observed: Observed, family: str, kind: str, repeats: int, seed: int) -> Study | Problem:
    """Fit and resample; what cannot be done is returned as a problem, not raised."""
    if observed.problem:
        return observed.problem
    try:
        fit = mle.fit(family, observed.x)
        boot = mle.bootstrap(fit, repeats, kind, seed)
    except ValueError as error:
        return Problem("data", samples.sentence(error))
    if not (fit.converged and np.isfinite(fit.covariance).all() and len(boot.kept) > repeats / 2):
        name = fit.family.name
        return Problem(
            "data", f"This sample gives {name} no peak with standard errors; choose another family or sample."
        )
    return Study(observed, fit, boot, mle.sandwich(fit))


@lru_cache(maxsize=2048)
def _interval(found: Study, name: str, level: float, method: str) -> tuple[float, float]:
    if method == "sandwich":
        at, error = found.fit.params[name], found.sandwich.standard_errors[name]
        z = math.sqrt(2 * mle.likelihood_ratio_drop(level, 1))
        return at - z * error, at + z * error
    return mle.interval(found.fit, name, level, method)


def build(ask: Asking) -> Resampled | None:
    """The scene of what the controls say; None where the data and the family do not go together."""
    data = ask.choice(DATA)
    text = ask.text(samples.NUMBERS) if data == OWN else samples.NUMBERS.default
    family = settings.FAMILIES[ask.choice(settings.FAMILY)]
    name = ask.choice(settings.parameter_choice(family))
    kind = ask.choice(settings.KIND)
    repeats = int(ask.choice(settings.REPEATS))
    seed = ask.whole(settings.SEED)
    found = study(samples.observe(data, text), family.key, kind, repeats, seed)
    if isinstance(found, Problem):
        ask.complain(found.control, found.message)
        return None
    sliders = (settings.drawn_slider(repeats), settings.level_slider())
    steps = tuple(ask.slider(slider) for slider in sliders)
    return Resampled(found, name, seed, sliders, steps, tuple(ask.items))


@dataclass(frozen=True, eq=False)
class Resampled:
    """One state of the page; theta is (r, level)."""

    study: Study
    name: str
    seed: int
    sliders: tuple[Slider, ...]
    steps: tuple[int, ...]
    items: tuple[tuple[Control, object], ...]
    page: str = "sampling"

    @cached_property
    def stamp(self) -> str:
        return moving.stamp(self.page, self.items, self.study.observed.x.tobytes())

    @cached_property
    def view(self) -> str:
        kept = {"data", "x", "family", "of"}
        return moving.digest("bootstrap", [(c.key, v) for c, v in self.items if c.key in kept])

    @property
    def family(self) -> mle.Family:
        return self.study.fit.family

    @property
    def place(self) -> int:
        return self.family.index(self.name)

    @property
    def symbol(self) -> str:
        return self.family.params[self.place].symbol

    @cached_property
    def theta(self) -> Array:
        return moving.values(self)

    @cached_property
    def errors(self) -> dict[str, float]:
        """Standard errors of the parameter by the information, by the sandwich, and over all resamples."""
        own, robust = self.study.fit.standard_errors[self.name], self.study.sandwich.standard_errors[self.name]
        return {"naive": own, "robust": robust, "bootstrap": self.study.boot.standard_errors[self.name]}

    def window(self, j: int) -> tuple[float, float]:
        """Ends of the axis of parameter j."""
        param = self.family.params[j]
        name, at = param.name, float(self.study.fit.theta[j])
        width = max(
            e[name]
            for e in (
                self.study.fit.standard_errors,
                self.study.sandwich.standard_errors,
                self.study.boot.standard_errors,
            )
        )
        return max(at - 4.2 * width, param.domain.low), min(at + 4.2 * width, param.domain.high)

    @cached_property
    def top(self) -> float:
        """Top of the histogram's axis."""
        return 0.55 / min(self.errors.values())

    def interval(self, method: str, row: Array) -> tuple[float, float]:
        """The interval for one row of theta."""
        if method in ("percentile", "basic"):
            return self.study.first(int(row[R])).interval(self.name, float(row[1]), method)
        return _interval(self.study, self.name, float(row[1]), method)

    # -- what the drag layer plays ------------------------------------------------------------------------------------

    def charts(self) -> tuple[str, ...]:
        return (("cloud",) if len(self.family.params) == 2 else ()) + ("errors", "intervals")

    def tracks(self, theta: Array, moved: Collection[str]) -> Sequence[Track]:
        """Frames of the marks that depend on the sliders in `moved`, for theta (K, 2)."""
        rows = moving.some(theta, 25) if len(theta) == moving.FINE else theta
        out = self._cloud(rows, set(moved)) if len(self.family.params) == 2 else []
        low, high = self.window(self.place)
        if "r" in moved:
            edges = self.edges
            counts = np.stack([np.histogram(self.drawn(int(r)), edges)[0] / r for r in rows[:, R]])
            heights = np.minimum(counts / np.diff(edges), 3 * self.top)
            outline = np.repeat(np.pad(heights, ((0, 0), (1, 1))), 2, axis=1)[:, 1:-1]
            out.append(Track("errors", "histogram", "line", np.repeat(edges, 2), outline))
        ends = {m: np.array([self.interval(m, row) for row in rows]) for m in METHODS}
        held = {m: _held(v, low, high) for m, v in ends.items()}
        for side, mark in enumerate(("low", "high")):
            out.append(Track("errors", mark, "rule", held["percentile"][:, [side]], np.array([0.0]), along="x"))
        changing = METHODS if "level" in moved else ("percentile", "basic")
        out += [
            Track("intervals", m, "line", held[m], np.full(2, float(len(METHODS) - i)))
            for i, m in enumerate(METHODS)
            if m in changing
        ]
        return out

    def drawn(self, r: int) -> Array:
        """Finite estimates of the parameter among the first r."""
        values = self.study.boot.estimates[:r, self.place]
        return values[np.isfinite(values)]

    @cached_property
    def edges(self) -> Array:
        low, high = self.window(self.place)
        return np.linspace(low, high, 35)

    def _cloud(self, rows: Array, moved: set[str]) -> list[Track]:
        out = []
        shown = self.study.boot.estimates[:SHOWN]
        ends = [self.window(j) for j in (0, 1)]
        far = [_held(shown[:, j], *end) for j, end in enumerate(ends)]
        if "r" in moved:
            here = np.arange(len(shown)) < rows[:, [R]]
            out.append(
                Track("cloud", "estimates", "points", far[0], np.where(here, far[1], 2 * ends[1][0] - ends[1][1]))
            )
        if "level" in moved:
            for mark, covariance in (
                ("ellipse", self.study.fit.covariance),
                ("robust", self.study.sandwich.covariance),
            ):
                values, vectors = np.linalg.eigh(covariance)
                axes = np.stack([np.cos(_ROUND), np.sin(_ROUND)], axis=1) @ (vectors * np.sqrt(np.maximum(values, 0))).T
                radius = np.array([math.sqrt(2 * mle.likelihood_ratio_drop(float(row[1]), 2)) for row in rows])
                around = self.study.fit.theta + radius[:, None, None] * axes
                out.append(Track("cloud", mark, "line", around[..., 0], around[..., 1]))
        return out

    def tables(self) -> Tables:
        """What the drag layer plays."""
        return moving.tables(self, play=("r",))

    # -- numbers ------------------------------------------------------------------------------------------------------

    def readouts(self, theta: Array, moved: Collection[str]) -> Mapping[str, Sequence[str]]:
        """Strings for theta (m, 2)."""
        out: dict[str, list[str]] = {}
        if "r" in moved:
            drawn = [self.drawn(int(r)) for r in theta[:, R]]
            at = self.study.fit.params[self.name]
            spread = [float(d.std(ddof=1)) if d.size > 1 else math.nan for d in drawn]
            errors = [s / math.sqrt(max(d.size, 1)) for d, s in zip(drawn, spread, strict=True)]
            out["bias"] = [_mean(d, e, at) for d, e in zip(drawn, errors, strict=True)]
            out["sd"] = [show(s, 4) for s in spread]
        for method in ("likelihood", "percentile", "basic") if "level" in moved else ("percentile", "basic"):
            out[method] = [_between(*self.interval(method, row)) for row in theta]
        return out

    def strip(self) -> list[Readout]:
        """The readouts under the picture."""
        now, symbol = moving.strings(self), self.symbol
        hat = symbol[0] + "\u0302" + symbol[1:]
        return [
            Readout("bias", f"mean of {symbol}* − {hat}", now["bias"], "A guess of the bias, ± one Monte Carlo standard error."),
            Readout("sd", "bootstrap error", now["sd"], "Standard deviation over the resamples drawn so far."),
            Readout("naive", "naive error", show(self.errors["naive"], 4), "From the information: it trusts the family."),
            Readout("robust", "sandwich error", show(self.errors["robust"], 4), "J⁻¹KJ⁻¹: it does not trust the family."),
            Readout("likelihood", "likelihood", now["likelihood"], f"Likelihood interval of {symbol}."),
            Readout("percentile", "percentile", now["percentile"], "Quantiles of the bootstrap estimates."),
            Readout("basic", "basic", now["basic"], "The same quantiles, reflected at the estimate."),
        ]  # fmt: skip

    def remarks(self) -> list[str]:
        """What the picture does not say itself."""
        out = [self.study.observed.caption]
        lost = len(self.study.boot.estimates) - len(self.study.boot.kept)
        if lost:
            out.append(f"{lost} resamples have no finite estimate and are left out.")
        return out


def _held(values: Array, low: float, high: float) -> Array:
    """Values within two lengths of an axis, so that they are finite."""
    reach = 2 * (high - low)
    out: Array = np.clip(np.nan_to_num(values, nan=low - reach), low - reach, high + reach)
    return out


def _mean(drawn: Array, error: float, at: float) -> str:
    return with_error(float(drawn.mean()) - at, error) if drawn.size else "–"


def _between(low: float, high: float) -> str:
    return f"{show(low, 4)} … {show(high, 4)}"
