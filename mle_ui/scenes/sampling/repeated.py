"""Repeated samples from the model itself, or from a Student-t to which a normal is fitted."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_core import simulation
from mle_ui.live import moving
from mle_ui.live.shown import Readout
from mle_ui.live.tables import Handle, Slider, Tables, Track
from mle_ui.numbers import show, with_error
from mle_ui.scenes.sampling import marks, settings
from mle_ui.scenes.sampling.sims import Plan, Sims, sims
from mle_ui.state import Asking, Control

Array = npt.NDArray[np.float64]

N, R, THETA = 0, 1, 2


def build(ask: Asking, source: str) -> Repeated:
    """The scene of the model itself, or of the heavy truth."""
    heavy = source == settings.HEAVY
    family = mle.FAMILIES["normal"] if heavy else settings.FAMILIES[ask.choice(settings.FAMILY)]
    sliders = [
        settings.size_slider(family),
        *settings.theta_sliders(family, {name: ask.asked(name) for name in family.names}),
    ]
    if heavy:
        sliders.append(settings.nu_slider())
    of = ask.choice(settings.estimand_choice(family))
    repeats = int(ask.choice(settings.REPEATS))
    seed = ask.whole(settings.SEED)
    sliders.insert(R, settings.drawn_slider(repeats))
    steps = tuple(ask.slider(slider) for slider in sliders)
    return Repeated(Plan(family.key, of, repeats, seed), heavy, tuple(sliders), steps, tuple(ask.items))


@dataclass(frozen=True, eq=False)
class Repeated:
    """One state of the page; theta is (n, r, the true parameters, ν of a heavy truth)."""

    plan: Plan
    heavy: bool
    sliders: tuple[Slider, ...]
    steps: tuple[int, ...]
    items: tuple[tuple[Control, object], ...]
    page: str = "sampling"

    @cached_property
    def stamp(self) -> str:
        return moving.stamp(self.page, self.items)

    @cached_property
    def view(self) -> str:
        return moving.digest(self.plan.family, self.plan.of, self.heavy)

    @property
    def family(self) -> mle.Family:
        return self.plan.law

    @property
    def estimand(self) -> simulation.Estimand:
        return self.plan.estimand

    @cached_property
    def theta(self) -> Array:
        return moving.values(self)

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        return tuple(int(v) for v in self.sliders[N].values)

    @property
    def count(self) -> int:
        """Number of parameters that are fitted."""
        return len(self.family.params)

    @cached_property
    def free(self) -> frozenset[str]:
        """Keys of the sliders that only shift and stretch: locations and scales."""
        moved = simulation.moves(self.family)
        return frozenset(param.name for param, moves in zip(self.family.params, moved, strict=True) if moves)

    @cached_property
    def located(self) -> frozenset[str]:
        """Keys of those that only shift."""
        return frozenset(
            param.name for param in self.family.params if param.name in self.free and param.scale == "linear"
        )

    def own(self, theta: Array) -> Array:
        """The true law's location, scale or shape (..., k) in theta."""
        return theta[..., THETA : THETA + self.count]

    @cached_property
    def _found(self) -> dict[tuple[float, ...], Sims]:
        return {}

    @cached_property
    def _deciding(self) -> list[int]:
        """Places in theta of what a simulation depends on: shapes, and ν of a heavy truth."""
        shapes = [THETA + j for j, param in enumerate(self.family.params) if param.name not in self.free]
        return shapes + [len(self.sliders) - 1] * self.heavy

    def at(self, row: Array, n: int | None = None) -> Sims:
        """The simulation for one row of theta, at its n or another one."""
        size = int(row[N]) if n is None else n
        key = (size, *(float(row[place]) for place in self._deciding))
        if key not in self._found:
            canonical = simulation.canonical_theta(self.family, self.own(row))
            nu = float(row[-1]) if self.heavy else None
            self._found[key] = sims(self.plan, tuple(canonical.tolist()), size, nu)
        return self._found[key]

    @cached_property
    def read(self) -> dict[str, str]:
        """The committed strings of the readouts."""
        return moving.strings(self)

    @cached_property
    def counterpart(self) -> simulation.Estimand | None:
        """The other of the two estimators of a variance: ÷ (n − 1) beside ÷ n, or the other way round."""
        other = {"variance": "corrected", "corrected": "variance"}.get(self.estimand.key)
        return next((e for e in simulation.estimands(self.family) if e.key == other), None)

    def other_mean(self, found: Sims, r: int) -> tuple[float, float]:
        """Mean error of the counterpart over the first r samples and its Monte Carlo error, in units of `promised`."""
        assert self.counterpart is not None
        ratio = self.counterpart.factor(found.n) / self.estimand.factor(found.n)
        true = float(self.estimand.truth(found.center)) / found.promised
        mean, error = found.mean(r)
        return ratio * (mean + true) - true, ratio * error

    def units(self, rows: Array, found: Sequence[Sims]) -> Array:
        """The promised standard error at the rows' locations and scales (K,), for their simulations."""
        factors = simulation.carry_errors(self.family, np.ones((1, self.count)), self.own(rows))[:, 0]
        promised = np.array([each.promised for each in found])
        out: Array = promised * factors[:, self.estimand.place] ** self.estimand.power
        return out

    def centers(self, rows: Array) -> Array:
        """The parameters that the estimates gather around (K, k)."""
        canonical = [self.at(row).center for row in rows]
        moved = [simulation.carry(self.family, c[None], t)[0] for c, t in zip(canonical, self.own(rows), strict=True)]
        return np.array(moved)

    @property
    def own_symbol(self) -> str:
        """What the estimand's true value is called: σ, or σ* of the nearest normal."""
        symbol = "σ²" if self.estimand.key == "corrected" else self.estimand.symbol
        return symbol[0] + "*" * self.heavy + symbol[1:]

    # -- numbers ------------------------------------------------------------------------------------------------------

    @property
    def methods(self) -> tuple[str, ...]:
        """The intervals whose coverage is read."""
        return ("likelihood", "wald", "sandwich") if self.heavy else ("likelihood", "wald", "score")

    @property
    def told(self) -> tuple[str, ...]:
        """Those in the strip: two beside two means of a variance."""
        if self.counterpart is None:
            return self.methods
        return ("likelihood", "sandwich" if self.heavy else "wald")

    def readouts(self, theta: Array, moved: Collection[str]) -> Mapping[str, Sequence[str]]:
        """Strings for theta (m, k). Where only a location or a scale moves, what has no unit stays."""
        still = set(moved) <= self.free
        found = [self.at(theta[0])] * len(theta) if still else [self.at(row) for row in theta]
        told = [(s, int(row[R])) for s, row in zip(found, theta, strict=True)]
        units = self.units(theta, found)
        variances = [s.variance(r) for s, r in told]
        out: dict[str, list[str]] = {
            "bias": [_mean(*s.mean(r), u) for (s, r), u in zip(told, units, strict=True)],
            "sd": [show(math.sqrt(v) * u, 4) for (v, _), u in zip(variances, units, strict=True)],
        }
        if self.counterpart is not None:
            others = [self.other_mean(s, r) for s, r in told]
            out["other"] = [_mean(*other, u) for other, u in zip(others, units, strict=True)]
        if set(moved) - {"r"}:
            out["promised"] = [show(u, 4) for u in units]
            if self.heavy:
                out["robust"] = [show(s.spread * u, 4) for s, u in zip(found, units, strict=True)]
        if not still:
            if not self.heavy:
                out["ratio"] = [_ratio(*variance) for variance in variances]
            for method in self.told:
                out[f"cover-{method}"] = [_percent(*s.covers(method, r)) for s, r in told]
        return out

    def strip(self) -> list[Readout]:
        """The readouts under the picture."""
        now, hat = self.read, hatted(self.estimand)
        param = self.family.params[self.estimand.place]
        out = [
            Readout(
                "bias", f"mean of {hat} − {self.own_symbol}", now["bias"], "The bias, ± one Monte Carlo standard error."
            ),
        ]
        if self.counterpart is not None:
            other, factor = hatted(self.counterpart), "n/(n − 1)" if self.estimand.key == "variance" else "(n − 1)/n"
            told = f"The same samples, every estimate times {factor}: {other} is {self.counterpart.label}."
            out.append(Readout("other", f"mean of {other} − {self.own_symbol}", now["other"], told))
        out += [
            Readout("sd", f"sd of {hat}", now["sd"], "Over the samples drawn so far."),
        ]  # fmt: skip
        if self.heavy:
            out += [
                Readout("promised", "naive error", now["promised"], "1/√(n·I): it trusts the family."),
                Readout(
                    "robust", "sandwich error", now["robust"], "√ of J⁻¹KJ⁻¹/n: right for large n, whatever the family."
                ),
            ]
        else:
            bound = "1 where the Cramér–Rao bound is met. It is for unbiased estimators: a biased one can lie below it."
            out += [
                Readout(
                    "promised",
                    "1/√(n·I)",
                    now["promised"],
                    "The standard error by the expected information, √ of the bound.",
                ),
                Readout("ratio", "variance ÷ Cramér–Rao", now["ratio"], bound),
            ]
        for method in self.told:
            words = "Wald" if method == "wald" else method
            told = f"Share of the 95 % {words} intervals that hold {param.symbol}, ± 2 Monte Carlo errors."
            out.append(Readout(f"cover-{method}", f"{words} covers", now[f"cover-{method}"], told))
        return out

    def remarks(self) -> list[str]:
        """What the picture does not say itself."""
        out = []
        if self.heavy:
            out.append(
                "No normal is true here. The estimates gather around the nearest one, the green point and line: its value is what "
                "the intervals are asked to cover."
            )
        if self.estimand.key in ("variance", "corrected"):
            out.append("Coverage is that of intervals for σ: likelihood and score intervals of σ² are their squares.")
        lost = int(np.sum(~np.isfinite(self.at(self.theta).errors)))
        if lost:
            out.append(
                f"{lost} of {self.plan.repeats} samples have no finite estimate and are left out of means and spreads."
            )
        return out

    @property
    def patience(self) -> str:
        """What stands beside the sliders while they are prepared, where that takes more than a moment."""
        if self.plan.repeats < 10_000 or not self._deciding:
            return ""
        symbols = " and ".join(self.sliders[place].symbol for place in self._deciding)
        return f"Simulating {self.plan.repeats} samples at every value of {symbols}: some seconds, once."

    # -- what the drag layer plays ------------------------------------------------------------------------------------

    def charts(self) -> tuple[str, ...]:
        return ("cloud", "errors", "coverage", "spread")

    @cached_property
    def frame(self) -> marks.Frame:
        """Ends of the axes, which stay while sliders move."""
        return marks.frame(self)

    def tracks(self, theta: Array, moved: Collection[str]) -> Sequence[Track]:
        """Frames of the marks that depend on the sliders in `moved`, for theta (K, k)."""
        return marks.tracks(self, theta, moved)

    def tables(self) -> Tables:
        """What the drag layer plays."""
        center = self.centers(self.theta[None])[0]
        first = self.family.names[0]
        second = self.family.names[1] if self.count == 2 and not self.heavy else None
        at = (float(center[0]), float(center[1]) if self.count == 2 else 0.0)
        grip = Handle("cloud", "truth", first, second, at, label="Drag the truth")
        play = tuple(slider.key for slider in self.sliders if slider.counted)
        return moving.tables(self, handles=(grip,), play=play)

    def answer(self, values: Mapping[str, float]) -> tuple[Sequence[Track], Mapping[str, str]]:
        """Marks and readouts for a truth dragged to `values`."""
        theta = np.array([values.get(s.key, now) for s, now in zip(self.sliders, self.theta, strict=True)])[None]
        moved = set(self.family.names)
        return self.tracks(theta, moved), {name: texts[0] for name, texts in self.readouts(theta, moved).items()}


def _mean(mean: float, error: float, unit: float) -> str:
    return with_error(mean * unit, error * unit)


def _ratio(ratio: float, error: float) -> str:
    return with_error(ratio, error) if math.isfinite(ratio) else "–"


def _percent(rate: float, error: float) -> str:
    return f"{100 * rate:.1f} ± {200 * error:.1f} %"


def hatted(estimand: simulation.Estimand) -> str:
    """The estimator's symbol: a hat, but for s², which is none of maximum likelihood."""
    if estimand.key == "corrected":
        return "s²"
    return estimand.symbol[0] + "\u0302" + estimand.symbol[1:]
