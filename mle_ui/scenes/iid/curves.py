"""L and ℓ of the first m points over one parameter, the other held: two curves, one place of the maximum."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt
from scipy.interpolate import CubicSpline

import mle_core as mle
from mle_ui.live.tables import Track
from mle_ui.scenes.iid import settings
from mle_ui.scenes.samples import Observed

Array = npt.NDArray[np.float64]

POINTS, FRAMES, DOTS = 53, 25, 17
FORMAT = "float32"
#: Where a product that is ∞ is drawn, in units of the exact maximum; lowest Δℓ that an axis shows.
TOP, DEEPEST = 1.18, -40.0


#: Maxima and curves that are kept.
_KNOWN, _DRAWN = 20_000, 600


@dataclass(frozen=True, eq=False)
class Curves:
    """The curves of a family's parameter number `place` on a sample; `steps` are its slider's values."""

    family: mle.Family
    x: Array
    place: int
    steps: tuple[float, ...]

    @property
    def logarithmic(self) -> bool:
        return self.family.params[self.place].scale == "log"

    @cached_property
    def floor(self) -> float:
        """Lower end of the axis of Δℓ: what the ends of the slider cost on the whole sample."""
        best = mle.fit(self.family, self.x)
        ends = np.repeat(best.theta[None], 2, axis=0)
        ends[:, self.place] = self.steps[0], self.steps[-1]
        return max(1.1 * float(min(mle.loglik(self.family, self.x, ends) - best.loglik)), DEEPEST)

    def best(self, m: int, theta: Array) -> tuple[float, float, float]:
        """Where the maximum over the parameter lies with the others as in theta (k,), its height, and its width."""
        key = (m, *np.delete(theta, self.place).tolist())
        if len(self._known) > _KNOWN:
            self._known.clear()
        if key not in self._known:
            self._known[key] = self._best(m, theta)
        return self._known[key]

    @cached_property
    def _known(self) -> dict[tuple[float, ...], tuple[float, float, float]]:
        return {}

    def _best(self, m: int, theta: Array) -> tuple[float, float, float]:
        names = self.family.names
        held = {name: float(theta[j]) for j, name in enumerate(names) if j != self.place}
        try:
            fit = mle.fit(self.family, self.x[:m], fixed=held)
            at, height, width = fit.theta[self.place], fit.loglik, fit.standard_errors.get(names[self.place], np.nan)
        except mle.MleError:  # so few points that there is no maximum: the best of the slider's values
            heights = mle.loglik(self.family, self.x[:m], self._along(np.array(self.steps), theta))
            at, height, width = self.steps[int(np.argmax(heights))], heights.max(), np.nan
        reach = self.steps[-1] - self.steps[0]
        return float(at), float(height), float(width) if 0 < width < reach else reach / 4

    def _grid(self, at: float, width: float, points: int = POINTS) -> Array:
        """Places between the slider's ends, dense around the maximum; they move smoothly with it."""
        ends = np.array([self.steps[0], self.steps[-1]])
        if self.logarithmic:
            ends, width, at = np.log(ends), width / max(at, 1e-300), float(np.log(max(at, 1e-300)))
        centre = float(np.clip(at, *ends))
        first, last = np.arcsinh((ends - centre) / width).tolist()
        t = np.linspace(first, last, points)
        grid = centre + width * np.sinh(t)
        grid[[0, -1]] = ends
        return np.asarray(np.exp(grid) if self.logarithmic else grid)

    @cached_property
    def dots(self) -> Array:
        """Fixed places, dense around the maximum of the whole sample, where the product is computed in `FORMAT`."""
        at, _, width = self.best(self.x.size, mle.fit(self.family, self.x).theta)
        return self._grid(at, width, DOTS)

    def _lines(self, m: int, theta: Array) -> tuple[float, Array, Array]:
        """The maximum's place, the grid, and ℓ below the maximum."""
        key = (m, *np.delete(theta, self.place).tolist())
        if len(self._drawn) > _DRAWN:
            self._drawn.clear()
        if key not in self._drawn:
            at, height, width = self.best(m, theta)
            grid = self._grid(at, width)
            drop = mle.loglik(self.family, self.x[:m], self._along(grid, theta)) - height
            self._drawn[key] = at, grid, np.minimum(drop, 0.0)
        return self._drawn[key]

    @cached_property
    def _drawn(self) -> dict[tuple[float, ...], tuple[float, Array, Array]]:
        return {}

    def _along(self, grid: Array, theta: Array) -> Array:
        along = np.repeat(theta[None], grid.size, axis=0)
        along[:, self.place] = grid
        return along

    def _single(self, at: Array, moved: Collection[str]) -> Array:
        """L at the dots as a product in `FORMAT`, in units of the exact maximum, for m and theta (K, 1 + k)."""
        along = np.repeat(at[:, None, 1:], DOTS, axis=1)
        along[..., self.place] = self.dots
        sizes = at[:, 0].astype(int)
        if np.ptp(sizes):
            products = mle.running_product(self.family.prob(self.x, along[0]), FORMAT)[:, sizes - 1].T
        else:
            products = mle.running_product(self.family.prob(self.x[: sizes[0]], along), FORMAT)[..., -1]
        heights = np.array([self.best(int(row[0]), row[1:])[1] for row in settings.thinned(at, FRAMES, moved)])
        if heights.size != len(at):  # the height of the top moves smoothly
            heights = CubicSpline(np.linspace(0, 1, heights.size), heights)(np.linspace(0, 1, len(at)))
        with np.errstate(all="ignore"):
            return np.clip(np.where(np.isfinite(products), np.exp(np.log(products) - heights[:, None]), TOP), 0, TOP)

    def tracks(self, theta: Array, moved: Collection[str]) -> list[Track]:
        """Frames for m and theta (K, 1 + k)."""
        own = self.family.names[self.place]
        out = []
        if set(moved) != {own}:
            few = settings.thinned(theta, FRAMES, moved)
            parts = [self._lines(int(row[0]), row[1:]) for row in few]
            peak = np.array([part[0] for part in parts])[:, None]
            grid, drop = (np.stack([part[i] for part in parts]) for i in (1, 2))
            deep = np.maximum(drop, 1.6 * self.floor)
            out = [
                Track("likelihood", "single", "points", self.dots, self._single(theta, moved)),
                Track("likelihood", "exact", "line", grid, np.exp(drop)),
                Track("likelihood", "best", "points", peak, np.ones_like(peak)),
                Track("loglik", "loglik", "line", grid, deep),
                Track("loglik", "best", "points", peak, np.zeros_like(peak)),
            ]
        at = theta if set(moved) == {own} else settings.thinned(theta, FRAMES, moved)
        if set(moved) == {own}:
            top = self.best(int(at[0, 0]), at[0, 1:])[1]
            drop = mle.loglik(self.family, self.x[: int(at[0, 0])], at[:, 1:]) - top
        else:
            sizes, tops = at[:, 0].astype(int), np.array([self.best(int(row[0]), row[1:])[1] for row in at])
            if set(moved) == {"m"}:  # one theta for all: sums run on
                drop = np.cumsum(self.family.log_prob(self.x, at[0, 1:]))[sizes - 1] - tops
            else:
                drop = (
                    np.array(
                        [float(mle.loglik(self.family, self.x[:m], row[1:])) for m, row in zip(sizes, at, strict=True)]
                    )
                    - tops
                )
        drop = np.minimum(drop, 0.0)[:, None]
        here = at[:, [1 + self.place]]
        return [
            *out,
            Track("likelihood", "theta", "points", here, np.exp(drop)),
            Track("loglik", "theta", "points", here, np.maximum(drop, self.floor)),
        ]


@lru_cache(maxsize=16)
def curves(family: mle.Family, observed: Observed, place: int, steps: tuple[float, ...]) -> Curves:
    """The curves of a sample; equal arguments give the same object, which remembers its maxima."""
    return Curves(family, observed.x, place, steps)
