"""A sample's empirical distribution meeting the law that it was drawn from."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt
from scipy import special

import mle_core as mle
from mle_ui.live import moving
from mle_ui.live.moving import some
from mle_ui.live.shown import Readout
from mle_ui.live.tables import Slider, Tables, Track
from mle_ui.numbers import show
from mle_ui.scenes.iid import settings
from mle_ui.state import Asking, Control

Array = npt.NDArray[np.float64]

MOST, COUNTS, FRAMES = 5000, 110, 25
#: Observations up to which every stair of the empirical distribution is drawn, and how many are drawn as ticks.
STAIRS, TICKS = 60, 60
HIDDEN = -3.0
#: Probabilities between which the histogram's bins lie: equal widths for a normal.
EDGES = special.ndtr(np.linspace(-3.2, 3.2, 23))
KNOTS = special.ndtr(np.linspace(-4.2, 4.2, 61))


@lru_cache(maxsize=16)
def uniforms(seed: int) -> Array:
    """F(x) of each observation: the same for every law, so that a sample moves along when its law is dragged."""
    u = np.random.default_rng(seed).random(MOST)
    u.setflags(write=False)
    return u


@lru_cache(maxsize=16)
def distances(seed: int, sizes: tuple[int, ...]) -> tuple[tuple[float, int], ...]:
    """Kolmogorov's distance of the first m observations, and where it is attained, for each m."""
    u = uniforms(seed)
    return tuple(mle.kolmogorov_distance(u[:m]) for m in sizes)


@dataclass(frozen=True, eq=False)
class Law:
    """The true law, and where m and its parameters stand."""

    family: mle.Family
    seed: int
    sliders: tuple[Slider, ...]
    steps: tuple[int, ...]
    items: Sequence[tuple[Control, object]]

    page = "iid"
    picture = settings.LAW

    @cached_property
    def stamp(self) -> str:
        return moving.stamp(self.page, self.items)

    @cached_property
    def view(self) -> str:
        return moving.digest(self.page, self.picture, self.family.key)

    def charts(self) -> tuple[str, ...]:
        return ("ecdf", "sample", "distance")

    @cached_property
    def values(self) -> Array:
        return moving.values(self)

    @property
    def m(self) -> int:
        return int(self.values[0])

    @property
    def theta(self) -> Array:
        return self.values[1:]

    @property
    def u(self) -> Array:
        return uniforms(self.seed)

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        return tuple(int(v) for v in self.sliders[0].values)

    # -- axes ----------------------------------------------------------------------------------------------------------

    @cached_property
    def centre(self) -> Array:
        """Where the sliders of the law have their middle."""
        return np.array([slider.values[len(slider.values) // 2] for slider in self.sliders[1:]])

    @cached_property
    def window(self) -> tuple[float, float]:
        low, middle, high = self.family.quantile([0.01, 0.5, 0.99], self.centre)
        bounded = math.isfinite(self.family.support.low)
        wide = (middle - 1.7 * (middle - low), middle + 1.7 * (high - middle))
        return (self.family.support.low if bounded else wide[0], min(wide[1], self.family.support.high))

    @cached_property
    def peak(self) -> float:
        return 2.1 * float(mle.density_curve(self.family, self.centre, *self.window, points=101)[1].max())

    # -- marks ---------------------------------------------------------------------------------------------------------

    def place(self, u: Array, theta: Array) -> Array:
        """x with F(x) = u, within three windows' reach: (K, len(u)) for theta (K, k)."""
        low, high = self.window
        return np.clip(self.family.quantile(u, theta), low - 2 * (high - low), high + 2 * (high - low))

    def stairs(self, m: int) -> tuple[Array, Array]:
        """Probabilities (2·STAIRS,) of the corners of the empirical distribution, and its heights there.

        Of more than `STAIRS` observations evenly spaced ranks are drawn: finer than the eye tells.
        """
        u = np.sort(self.u[:m])
        if m <= STAIRS:
            at = np.repeat(u, 2)
            heights = np.repeat(np.arange(m + 1) / m, 2)[1:-1]
            rest = 2 * STAIRS - at.size
            return np.append(at, np.repeat(at[-1], rest)), np.append(heights, np.repeat(heights[-1], rest))
        ranks = np.round(np.linspace(1, m, 2 * STAIRS)).astype(int)
        return u[ranks - 1], ranks / m

    def tracks(self, theta: Array, moved: Collection[str]) -> list[Track]:
        law = bool({slider.key for slider in self.sliders[1:]} & set(moved))
        few = settings.thinned(theta, FRAMES, moved)
        sizes = few[:, 0].astype(int)
        out = [*self._distribution(few, sizes, law), *self._sample(few, sizes, law)]
        if "m" in moved:
            out.append(self._distance(sizes))
        return [replace(track, short=True) for track in out]

    def _distribution(self, few: Array, sizes: npt.NDArray[np.int64], law: bool) -> list[Track]:
        at = few[:, 1:]
        corners = {m: self.stairs(m) for m in set(sizes.tolist())}
        low, high = (np.full((len(few), 1), end) for end in self.window)
        # One m and many laws, or many m and one law.
        probabilities = [corners[m][0] for m in sizes.tolist()]
        inner = self.place(probabilities[0], at) if law else np.stack([self.place(p, at[0]) for p in probabilities])
        x = np.hstack([np.minimum(low, inner[:, :1]), inner, np.maximum(high, inner[:, -1:])])
        y = np.stack([[0.0, *corners[m][1], 1.0] for m in sizes.tolist()])
        reach = mle.dkw_halfwidth(sizes)[:, None]
        widest = [self.widest(m) for m in sizes.tolist()]
        where = np.array([[self.place(np.array([w[0]]), t)[0]] * 2 for w, t in zip(widest, at, strict=True)])
        out = [
            Track("ecdf", "lower", "line", x, np.maximum(y - reach, 0.0)),
            Track("ecdf", "upper", "line", x, np.minimum(y + reach, 1.0)),
            Track("ecdf", "ecdf", "line", x, y),
            Track("ecdf", "gap", "line", where, np.array(widest)),
        ]
        if law:
            out.append(Track("ecdf", "truth", "line", self.place(KNOTS, at), KNOTS))
        return out

    def widest(self, m: int) -> tuple[float, float]:
        """F and F_m where they lie furthest apart."""
        distance, place = distances(self.seed, self.sizes)[self.sizes.index(m)]
        f = float(self.u[place])
        share = float(np.mean(self.u[:m] <= f))
        return f, (share if abs(share - f - distance) < 1e-12 else f - distance)

    def _sample(self, few: Array, sizes: npt.NDArray[np.int64], law: bool) -> list[Track]:
        at = few[:, 1:]
        x = self.place(self.u[:TICKS], at if law else at[0])
        here = np.arange(1, TICKS + 1) <= sizes[:, None]
        edges = self.place(EDGES, at if law else at[:1])
        counts = np.stack([np.histogram(self.u[:m], EDGES)[0] for m in sizes.tolist()])
        widths = np.maximum(np.diff(edges), 1e-9 * (self.window[1] - self.window[0]))  # 0 far outside of the window
        heights = np.minimum(counts / (sizes[:, None] * widths), 3 * self.peak)
        outline = np.repeat(np.pad(heights, ((0, 0), (1, 1))), 2, axis=1)[:, 1:-1]
        out = [
            Track("sample", "histogram", "line", np.repeat(edges, 2, axis=1), outline),
            Track("sample", "ticks", "points", x, np.where(here, -0.035, HIDDEN) * self.peak),
        ]
        if law:
            out.append(
                Track(
                    "sample",
                    "truth",
                    "line",
                    *mle.density_curve(self.family, some(at, 13), *self.window, points=101),
                )
            )
        return out

    def _distance(self, sizes: npt.NDArray[np.int64]) -> Track:
        found = [distances(self.seed, self.sizes)[self.sizes.index(m)][0] for m in sizes.tolist()]
        return Track("distance", "now", "points", sizes[:, None].astype(float), np.array(found)[:, None])

    # -- readouts ------------------------------------------------------------------------------------------------------

    def readouts(self, theta: Array, moved: Collection[str]) -> dict[str, list[str]]:
        out: dict[str, list[str]] = {}
        sizes = theta[:, 0].astype(int)
        if "m" in moved:
            found = [distances(self.seed, self.sizes)[self.sizes.index(m)][0] for m in sizes.tolist()]
            reach = mle.dkw_halfwidth(sizes)
            out["m"] = [f"{m}" for m in sizes]
            out["distance"] = [f"{d:.4f}" for d in found]
            out["band"] = [f"± {e:.4f}" for e in reach]
            out["inside"] = ["yes" if d <= e else "no" for d, e in zip(found, reach, strict=True)]
        if {slider.key for slider in self.sliders[1:]} & set(moved):
            out["median"] = [show(v, 4) for v in self.family.quantile(0.5, theta[:, 1:])]
            typical = self.family.quantile(self.middle(int(sizes[0])), theta[:, 1:]).mean(axis=-1)
        else:
            middles = np.concatenate([self.middle(m) for m in sizes.tolist()])
            typical = self.family.quantile(middles, theta[0, 1:]).reshape(-1, 2).mean(axis=1)
        out["sample_median"] = [show(v, 4) for v in typical]
        return out

    def middle(self, m: int) -> Array:
        """The two u in the middle of the sample (the same one twice for odd m): the median is the mean of their x."""
        return np.sort(self.u[:m])[[(m - 1) // 2, m // 2]]

    def strip(self) -> list[Readout]:
        now = moving.strings(self)
        return [
            Readout("m", "observations", now["m"]),
            Readout("distance", "largest gap Dₘ", now["distance"], "sup |Fₘ − F|, Kolmogorov's distance."),
            Readout("band", "95 % band", now["band"], "Dvoretzky, Kiefer & Wolfowitz, with Massart's constant."),
            Readout("inside", "law inside the band?", now["inside"]),
            Readout("sample_median", "sample median", now["sample_median"]),
            Readout("median", "true median", now["median"]),
        ]

    def remarks(self) -> list[str]:
        return [
            f"Seed {self.seed}. Dragging the law carries the sample along: its distance from the law is the same for all."
        ]

    def tables(self) -> Tables:
        return moving.tables(self, play=tuple(slider.key for slider in self.sliders))


def build(ask: Asking) -> Law:
    family = settings.FAMILIES[ask.choice(settings.TRUTH)]
    sliders = [settings.counts(MOST, COUNTS, default=25, first=60)]
    for param in family.params:
        half, centre = (math.log(2), param.default) if param.scale == "log" else (1.5, param.default)
        sliders.append(
            settings.around(param, centre, half, key=f"true_{param.name}", label=f"true {param.label}")
        )  # fmt: skip
    steps = tuple(ask.slider(slider) for slider in sliders)
    seed = ask.whole(settings.SEED)
    return Law(family, seed, tuple(sliders), steps, tuple(ask.items))
