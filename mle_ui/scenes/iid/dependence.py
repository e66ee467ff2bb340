"""Observations that depend on their neighbours, taken as independent: what becomes of the interval for the mean."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt
from scipy import special

import mle_core as mle
from mle_ui.live import moving
from mle_ui.live.shown import Readout
from mle_ui.live.tables import Handle, Slider, Tables, Track
from mle_ui.numbers import show
from mle_ui.scenes.iid import settings
from mle_ui.state import Asking, Control

Array = npt.NDArray[np.float64]

LEVEL = 0.95
Z = float(special.ndtri(0.5 + LEVEL / 2))
#: Longest sample, simulated samples, ticks drawn for their means, observations of the one sample that is drawn.
MOST, REPEATS, TICKS, SHOWN = 1000, 2000, 80, 100
COUNTS, FRAMES, POINTS = 100, 41, 61
#: Where simulated coverage is drawn, and the axis of the means, in naive standard errors.
PLACES = np.round(np.linspace(-0.9, 0.9, 13), 2)
REACH, TOP = 6.5, 0.85

_VALUES = np.round(np.arange(-0.95, 0.9501, 0.0025), 4) + 0.0  # no −0
RHO = Slider(
    "rho", "ρ", "correlation of neighbours", tuple(float(v) for v in _VALUES), tuple(f"{v:g}" for v in _VALUES),
    int(np.argmin(np.abs(_VALUES - 0.6))),
)  # fmt: skip


@lru_cache(maxsize=4)
def noise(seed: int) -> Array:
    """Standard normal numbers (REPEATS, MOST): a sample of m is the first m of a row."""
    numbers = np.random.default_rng(seed).standard_normal((REPEATS, MOST))
    numbers.setflags(write=False)
    return numbers


@lru_cache(maxsize=64)
def running_means(seed: int, rho: float, sizes: tuple[int, ...]) -> Array:
    """Means (REPEATS, len(sizes)) of the first m of each simulated series."""
    sums = np.cumsum(mle.ar1_series(rho, noise(seed)), axis=1)
    return np.asarray(sums[:, np.array(sizes) - 1] / np.array(sizes))


@lru_cache(maxsize=64)
def simulated(seed: int, m: int, rhos: tuple[float, ...]) -> Array:
    """Share of the simulated samples of m whose interval covers the mean, for each rho."""
    means = mle.ar1_means(rhos, noise(seed)[:, :m])
    return np.asarray(np.mean(np.abs(means) <= Z / np.sqrt(m), axis=0))


@lru_cache(maxsize=8)
def shares(seed: int, sizes: tuple[int, ...]) -> Array:
    """The same for every m of the slider (len(sizes), len(PLACES)) at the correlations of `PLACES`."""
    at, rows = np.array(sizes), []
    for rho in PLACES:
        means = np.cumsum(mle.ar1_series(float(rho), noise(seed)), axis=1)[:, at - 1] / at
        rows.append(np.mean(np.abs(means) <= Z / np.sqrt(at), axis=0))
    return np.stack(rows, axis=1)


@dataclass(frozen=True, eq=False)
class Dependence:
    """Where m and ρ stand."""

    seed: int
    sliders: tuple[Slider, ...]
    steps: tuple[int, ...]
    items: Sequence[tuple[Control, object]]

    page = "iid"
    picture = settings.DEPENDENCE

    @cached_property
    def stamp(self) -> str:
        return moving.stamp(self.page, self.items)

    @property
    def view(self) -> str:
        return self.picture

    def charts(self) -> tuple[str, ...]:
        return ("means", "coverage", "series")

    @cached_property
    def values(self) -> Array:
        return moving.values(self)

    @property
    def m(self) -> int:
        return int(self.values[0])

    @property
    def rho(self) -> float:
        return float(self.values[1])

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        return tuple(int(v) for v in self.sliders[0].values)

    # -- marks ---------------------------------------------------------------------------------------------------------

    def tracks(self, theta: Array, moved: Collection[str]) -> list[Track]:
        few = settings.thinned(theta, FRAMES, moved)
        out = [*self._means(few, moved), *self._coverage(few, theta, moved), *self._series(few, moved)]
        return [replace(track, short=True) for track in out]

    def _spread(self, few: Array) -> Array:
        """True standard error of the mean in naive ones, (K,)."""
        return np.sqrt(mle.ar1_inflation(few[:, 1], few[:, 0]))

    def _ticks(self, few: Array, moved: Collection[str], count: int) -> Array:
        """Means of the first simulated samples in naive standard errors, (K, count)."""
        if set(moved) == {"m"}:
            means = running_means(self.seed, float(few[0, 1]), self.sizes)[:count]
            return (means[:, np.searchsorted(self.sizes, few[:, 0])] * np.sqrt(few[:, 0])).T
        m = int(few[0, 0])
        return np.asarray(mle.ar1_means(few[:, 1], noise(self.seed)[:count, :m]).T * np.sqrt(m))

    def _means(self, few: Array, moved: Collection[str]) -> list[Track]:
        spread = self._spread(few)
        theta = np.stack([np.zeros_like(spread), spread], axis=1)
        x, y = mle.density_curve("normal", theta, -REACH, REACH, points=81)
        inner = np.linspace(-Z, Z, POINTS)
        ticks = np.clip(self._ticks(few, moved, TICKS), -2 * REACH, 2 * REACH)
        heights = -TOP * (0.035 + 0.1 * (np.arange(TICKS) % 8) / 8)
        return [
            Track("means", "covered", "area", inner, mle.FAMILIES["normal"].prob(inner, theta)),
            Track("means", "truth", "line", x, y),
            Track("means", "simulated", "points", ticks, heights),
        ]

    def _coverage(self, few: Array, theta: Array, moved: Collection[str]) -> list[Track]:
        out = []
        at = few if "m" in moved else theta
        if "m" in moved:
            grid = np.linspace(RHO.values[0], RHO.values[-1], 77)
            exact = mle.ar1_coverage(grid, few[:, :1])
            error = np.sqrt(exact * (1 - exact) / REPEATS)
            found = shares(self.seed, self.sizes)[np.searchsorted(self.sizes, few[:, 0])]
            out = [
                Track("coverage", "lower", "line", grid, exact - 2 * error),
                Track("coverage", "upper", "line", grid, np.minimum(exact + 2 * error, 1.0)),
                Track("coverage", "exact", "line", grid, exact),
                Track("coverage", "simulated", "points", PLACES, found),
            ]
        here = mle.ar1_coverage(at[:, 1], at[:, 0])[:, None]
        return [*out, Track("coverage", "rho", "points", at[:, 1:], here)]

    def _series(self, few: Array, moved: Collection[str]) -> list[Track]:
        sizes = few[:, 0].astype(int)
        shown = np.arange(1, SHOWN + 1)
        rhos = few[:1, 1] if set(moved) == {"m"} else few[:, 1]
        series = np.stack([mle.ar1_series(float(r), noise(self.seed)[0, : int(sizes.max())]) for r in rhos])
        last = np.minimum(shown, sizes[:, None])
        values = np.take_along_axis(np.broadcast_to(series, (len(few), series.shape[1])), last - 1, axis=1)
        ends = np.array([1.0, SHOWN])
        mean = self._ticks(few, moved, 1) / np.sqrt(sizes)[:, None]
        reach = (Z / np.sqrt(sizes))[:, None]
        flat = np.ones((1, 2))
        return [
            Track("series", "series", "line", last.astype(float), np.clip(values, -8, 8)),
            Track("series", "low", "line", ends, (mean - reach) * flat),
            Track("series", "high", "line", ends, (mean + reach) * flat),
            Track("series", "mean", "line", ends, mean * flat),
        ]

    # -- readouts ------------------------------------------------------------------------------------------------------

    def covered(self, theta: Array, moved: Collection[str]) -> Array:
        """Simulated coverage for theta (K, 2)."""
        if set(moved) == {"m"}:
            means = running_means(self.seed, float(theta[0, 1]), self.sizes)
            share = np.mean(np.abs(means) <= Z / np.sqrt(self.sizes), axis=0)
            return np.asarray(share[np.searchsorted(self.sizes, theta[:, 0])])
        return simulated(self.seed, int(theta[0, 0]), tuple(theta[:, 1].tolist()))

    def readouts(self, theta: Array, moved: Collection[str]) -> dict[str, list[str]]:
        m, rho = theta[:, 0], theta[:, 1]
        inflation = mle.ar1_inflation(rho, m)
        found = self.covered(theta, moved)
        error = np.sqrt(found * (1 - found) / REPEATS)
        out = {
            "effective": [show(v, 4) for v in m / inflation],
            "true_error": [f"{v:.4f}" for v in np.sqrt(inflation / m)],
            "coverage": [f"{100 * v:.2f} %" for v in mle.ar1_coverage(rho, m)],
            "simulated": [f"{100 * v:.1f} ± {100 * e:.1f} %" for v, e in zip(found, error, strict=True)],
        }
        if "m" in moved:
            out["m"] = [f"{int(k)}" for k in m]
            out["naive_error"] = [f"{v:.4f}" for v in 1 / np.sqrt(m)]
        return out

    def strip(self) -> list[Readout]:
        now = moving.strings(self)
        return [
            Readout("m", "observations", now["m"]),
            Readout("effective", "worth, independent ones", now["effective"], "m/v, the effective sample size."),
            Readout("naive_error", "standard error, naive", now["naive_error"], "σ/√m with σ = 1"),
            Readout("true_error", "standard error, true", now["true_error"], "σ√(v/m)"),
            Readout("coverage", "true coverage of “95 %”", now["coverage"]),
            Readout("simulated", f"found in {REPEATS} samples ± error", now["simulated"]),
        ]

    def remarks(self) -> list[str]:
        return [
            f"AR(1) with mean 0 and standard deviation 1, both true; σ is taken as known, so that the formula is exact. Seed {self.seed}."
        ]

    def tables(self) -> Tables:
        now = moving.now(self)["coverage", "rho"]
        assert now.x is not None and now.y is not None
        at = (float(now.x.ravel()[0]), float(now.y.ravel()[0]))
        handle = Handle("coverage", "rho", "rho", None, at, label="Drag ρ")
        return moving.tables(self, handles=(handle,), play=tuple(slider.key for slider in self.sliders))


def build(ask: Asking) -> Dependence:
    sliders = (settings.counts(MOST, COUNTS, least=2, default=50, first=48), RHO)
    steps = tuple(ask.slider(slider) for slider in sliders)
    seed = ask.whole(settings.SEED)
    return Dependence(seed, sliders, steps, tuple(ask.items))
