"""Cross-entropy and divergence of a normal q over its θ, a sample's NLL/m beside them, and what happens as m grows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.live import moving
from mle_ui.live.moving import some
from mle_ui.live.shown import Readout
from mle_ui.live.tables import Handle, Slider, Tables, Track
from mle_ui.numbers import nats, show, with_error
from mle_ui.scenes.cross_entropy import landscape_words, settings
from mle_ui.scenes.cross_entropy.landscape_rows import (
    COUNTS,
    ENDS,
    FRAMES,
    FUNNEL,
    POINTS,
    SHOWN,
    SPAN,
    TANGENT,
    TOP,
    WINDOW,
    M,
    Rows,
    bell,
    prefixes,
)  # fmt: skip
from mle_ui.scenes.cross_entropy.marks import point
from mle_ui.scenes.cross_entropy.truths import MOST, TRUTHS, Truth
from mle_ui.state import Asking, Control

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Landscape:
    """Where θ, m and the truth stand; the curves are drawn over μ or σ."""

    kind: str
    over: str
    seed: int
    sliders: tuple[Slider, ...]
    steps: tuple[int, ...]
    items: Sequence[tuple[Control, object]]

    page = "cross_entropy"
    picture = settings.LANDSCAPE

    @cached_property
    def stamp(self) -> str:
        return moving.stamp(self.page, self.items)

    @property
    def view(self) -> str:
        return f"{self.picture}-{self.over}"

    def charts(self) -> tuple[str, ...]:
        return ("landscape", "laws", "pull", "funnel", "found")

    @cached_property
    def theta(self) -> Array:
        return moving.values(self)

    @property
    def truth(self) -> Truth:
        return TRUTHS[self.kind]

    @cached_property
    def p(self) -> mle.Distribution:
        theta = self.truth.theta(self.theta[None, 5:])[0]
        return mle.Distribution(
            self.truth.family, **dict(zip(mle.FAMILIES[self.truth.family].names, theta.tolist(), strict=True))
        )

    @property
    def m(self) -> int:
        return int(self.theta[2])

    @property
    def x(self) -> Array:
        return self.truth.sample(self.seed, self.theta[None, 5:])[0, : self.m]

    @property
    def param(self) -> mle.Param:
        return mle.FAMILIES["normal"].params[0 if self.over == "mu" else 1]

    def rows(self, theta: Array) -> Rows:
        """For the sliders' values (K, k)."""
        mu, sigma, sizes, shift, scale = theta[:, :5].T
        truth = theta[:, 5:]
        kinds, back = np.unique(truth, axis=0, return_inverse=True)
        m = sizes.astype(np.int64)
        if len(kinds) == 1:
            place = np.searchsorted(COUNTS, m)
            sample = prefixes(self.kind, self.seed, tuple(map(tuple, kinds.tolist())))[0, place]
        else:
            sample = mle.empirical_moments(self.truth.sample(self.seed, kinds)[:, : m[0]])[back.ravel()]
        moments, entropy = self.truth.moments(kinds)[back.ravel()], self.truth.entropy(kinds)[back.ravel()]
        return Rows(mu, sigma, m, shift, scale, truth, moments, entropy, sample)

    def slope(self, found: mle.TowardNormal) -> Array:
        return found.slope_mu if self.over == "mu" else found.slope_sigma

    def along(self, moments: Array, rows: Rows, grid: Array) -> Array:
        """H of laws (K, 4) with the normals on a grid of the parameter, the other one where it stands, (K, n)."""
        held = {"mu": rows.mu[:, None], "sigma": rows.sigma[:, None]} | {self.over: grid}
        return mle.toward_normal(moments[:, None], **held).value

    def best(self, moments: Array, mu: Array, sigma: Array) -> Array:
        """Where the curve of laws (..., 4) has its minimum."""
        if self.over == "mu":
            return mle.nearest_normal(moments, sigma=sigma)[..., 0]
        return mle.nearest_normal(moments, mu=mu)[..., 1]

    # -- marks ---------------------------------------------------------------------------------------------------------

    def tracks(self, theta: Array, moved: Collection[str]) -> list[Track]:
        few = self.rows(some(theta, FRAMES))
        out = [*self._curves(few, moved), *self._points(self.rows(some(theta, 61)), moved)]
        truth = bool(set(moved) & {slider.key for slider in self.sliders[5:]})
        if truth or set(moved) & {"mu", "sigma"}:
            out.append(self._pull(self.rows(some(theta, 81 if "mu" in moved else 41))))
        if truth or set(moved) & {"mu", "sigma", "m"}:
            out += [*self._laws(few, moved, truth), *self._funnel(few), *self._found(few, truth)]
        return out

    @cached_property
    def grid(self) -> Array:
        low, high = ENDS[self.over]
        return np.linspace(low, high, POINTS) if self.over == "mu" else np.geomspace(low, high, POINTS)

    def _clip(self, values: Array) -> Array:
        return np.clip(values, SPAN[0] - 20, SPAN[1] + 80)

    def _curves(self, few: Rows, moved: Collection[str]) -> list[Track]:
        grid = self.grid
        crossed = self.along(few.moments, few, grid)
        out = [
            Track(
                "landscape",
                "scaled",
                "line",
                grid,
                self._clip(few.scale[:, None] * crossed + few.shift[:, None]),
                short=True,
            ),
            Track("landscape", "cross", "line", grid, self._clip(crossed), short=True),
            Track("landscape", "kl", "line", grid, self._clip(crossed - few.entropy[:, None]), short=True),
            Track("landscape", "nll", "line", grid, self._clip(self.along(few.sample, few, grid)), short=True),
        ]
        return out[:1] if set(moved) <= {"shift", "scale"} else out[3:] if set(moved) == {"m"} else out

    def _points(self, at: Rows, moved: Collection[str]) -> list[Track]:
        """The reader's θ with the slopes there, the minima, and the gap between H and D."""
        here = at.mu if self.over == "mu" else at.sigma
        found, seen = (mle.toward_normal(v, at.mu, at.sigma) for v in (at.moments, at.sample))
        scaled = at.scale * found.value + at.shift
        best, own = self.best(at.moments, at.mu, at.sigma), self.best(at.sample, at.mu, at.sigma)
        lowest = self.along(at.moments, at, best[:, None])[:, 0]
        least = self.along(at.sample, at, own[:, None])[:, 0]
        heights = np.stack([found.value, found.value - at.entropy, seen.value, scaled], axis=1)
        minima = np.stack([lowest, lowest - at.entropy, at.scale * lowest + at.shift], axis=1)
        reach = TANGENT[self.over] * np.array([-1.0, 1.0])
        x = here[:, None] + reach
        out = [
            Track("landscape", "best", "points", best[:, None] * np.ones(3), self._clip(minima)),
            Track("landscape", "theta", "points", here[:, None] * np.ones(4), self._clip(heights)),
        ]
        if set(moved) <= {"shift", "scale"}:
            return out
        out.append(Track("landscape", "own", "points", own[:, None], self._clip(least[:, None])))
        slopes = (self.slope(found), self.slope(found), self.slope(seen))
        for mark, slope, height in zip(("cross", "kl", "nll"), slopes, heights.T, strict=False):
            out.append(Track("landscape", f"slope-{mark}", "line", x, height[:, None] + slope[:, None] * reach))
        if set(moved) & {"mu", "sigma"}:
            x, y = bell(np.stack([at.mu, at.sigma], axis=1), np.array([0.0, 1.0]))
            out.append(Track("laws", "grips_q", "points", x, np.minimum(y, 0.97 * TOP)))
        gap = np.stack([lowest - at.entropy, lowest], axis=1)
        out.append(Track("landscape", "gap", "line", best[:, None] * np.ones(2), self._clip(gap)))
        middle = lowest - at.entropy / 2
        out.append(Track("landscape", "gap-name", "text", best[:, None], self._clip(middle[:, None])))
        return out

    def _laws(self, few: Rows, moved: Collection[str], truth: bool) -> list[Track]:
        out = []
        theta = np.stack([few.mu, few.sigma], axis=1)
        if set(moved) & {"mu", "sigma"}:
            x, y = bell(theta)
            out.append(Track("laws", "q", "line", x, np.minimum(y, 3 * TOP), short=True))
        if truth:
            law = self.truth
            x, y = mle.density_curve(law.family, law.theta(few.truth), *WINDOW, points=85)
            near = mle.nearest_normal(few.moments)
            out.append(Track("laws", "p", "line", x, np.minimum(y, 5 * TOP), short=True))
            x, y = bell(near)
            out.append(Track("laws", "nearest", "line", x, np.minimum(y, 5 * TOP), short=True))
        if truth or "m" in moved:
            values, back = np.unique(few.truth, axis=0, return_inverse=True)
            x = self.truth.sample(self.seed, values)[back.ravel(), :SHOWN]
            come = np.arange(SHOWN) < few.m[:, None]
            out.append(Track("laws", "sample", "points", np.clip(x, -40, 40), np.where(come, -0.035 * TOP, -4 * TOP)))
        return out

    def _pull(self, few: Rows) -> Track:
        """−p ∂log q/∂θ, whose signed area is the slope of H and of D."""
        law = self.truth
        theta = law.theta(few.truth)
        x, density = mle.density_curve(law.family, theta, *WINDOW, points=51)
        single = np.stack([x, 0 * x, 0 * x, 0 * x], axis=2)  # a law that is all on x
        slopes = self.slope(mle.toward_normal(single, few.mu[:, None], few.sigma[:, None]))
        return Track("pull", "pull", "area", x, np.clip(density * slopes, -30, 30), short=True)

    def _paths(self, few: Rows) -> Array:
        """Moments of the sample's beginnings (K, sizes, 4)."""
        values, back = np.unique(few.truth, axis=0, return_inverse=True)
        return prefixes(self.kind, self.seed, tuple(map(tuple, values.tolist())))[back.ravel()]

    def _funnel(self, few: Rows) -> list[Track]:
        found = mle.toward_normal(few.moments, few.mu, few.sigma)
        paths = mle.toward_normal(self._paths(few), few.mu[:, None], few.sigma[:, None]).value - found.value[:, None]
        sizes = np.array(COUNTS, dtype=float)
        band = 2 * found.deviation[:, None] / np.sqrt(sizes)
        place = np.searchsorted(COUNTS, few.m)
        here = paths[np.arange(len(paths)), place][:, None]
        low, high = 3 * FUNNEL[0], 3 * FUNNEL[1]
        return [
            Track("funnel", "lower", "line", sizes, np.maximum(-band, 30 * low)),
            Track("funnel", "upper", "line", sizes, np.minimum(band, 30 * high)),
            Track("funnel", "path", "line", sizes, paths),
            Track("funnel", "now", "points", few.m[:, None].astype(float), np.clip(here, low, high)),
        ]

    def _found(self, few: Rows, truth: bool) -> list[Track]:
        sizes = np.array(COUNTS, dtype=float)
        paths = self.best(self._paths(few), few.mu[:, None], few.sigma[:, None])
        target = self.best(few.moments, few.mu, few.sigma)
        place = np.searchsorted(COUNTS, few.m)
        return [
            Track("found", "target", "line", np.array([1.0, 10.0 * MOST]), target[:, None] * np.ones(2)),
            Track("found", "path", "line", sizes, paths),
            Track("found", "now", "points", few.m[:, None].astype(float), paths[np.arange(len(paths)), place][:, None]),
        ]

    # -- readouts ------------------------------------------------------------------------------------------------------

    def readouts(self, theta: Array, moved: Collection[str]) -> dict[str, list[str]]:
        if set(moved) <= {"shift", "scale"}:
            return {}
        at = self.rows(theta)
        found, seen = (mle.toward_normal(v, at.mu, at.sigma) for v in (at.moments, at.sample))
        errors = found.deviation / np.sqrt(at.m)
        best, own = self.best(at.moments, at.mu, at.sigma), self.best(at.sample, at.mu, at.sigma)
        out = {
            "nll": [with_error(float(v), float(e)) for v, e in zip(seen.value, errors, strict=True)],
            "slopes": [f"{nats(a)} · {nats(b)}" for a, b in zip(self.slope(found), self.slope(seen), strict=True)],
            "argmins": [f"{nats(a)} · {nats(b)}" for a, b in zip(best, own, strict=True)],
        }
        if set(moved) != {"m"}:
            out["cross"] = [nats(v) for v in found.value]
            out["kl"] = [nats(max(v, 0.0)) for v in found.value - at.entropy]
        truth = set(moved) & {slider.key for slider in self.sliders[5:]}
        if truth:
            out["entropy"] = [nats(v) for v in at.entropy]
        if truth or "m" in moved:
            pairs = zip(mle.nearest_normal(at.moments), mle.nearest_normal(at.sample), strict=True)
            out["nearest"] = [f"{show(a, 3)}, {show(b, 3)} · {show(c, 3)}, {show(d, 3)}" for (a, b), (c, d) in pairs]
        return out

    def strip(self) -> list[Readout]:
        return landscape_words.strip(self)

    def remarks(self) -> list[str]:
        return landscape_words.remarks(self)

    def tables(self) -> Tables:
        now = moving.now(self)
        handles = [
            Handle("landscape", "theta", self.over, None, point(now["landscape", "theta"]), label=f"Drag {self.param.symbol}"),
            Handle("laws", "grips_q", "mu", None, point(now["laws", "grips_q"]), label="Drag μ"),
            Handle("laws", "grips_q", "sigma", None, point(now["laws", "grips_q"], 1), index=1, label="Drag σ"),
            Handle("funnel", "now", "m", None, point(now["funnel", "now"]), label="Drag m"),
            Handle("found", "now", "m", None, point(now["found", "now"]), label="Drag m"),
        ]  # fmt: skip
        return moving.tables(self, handles=handles, play=tuple(slider.key for slider in self.sliders))


def build(ask: Asking) -> Landscape:
    kind = ask.choice(settings.TRUTH, segmented=True)
    over = ask.choice(settings.OVER, segmented=True)
    wanted = (settings.MU, settings.SIGMA, M, settings.SHIFT, settings.SCALE, *TRUTHS[kind].sliders)
    asked = [settings.placed(ask, slider, exact=slider is not M) for slider in wanted]
    seed = ask.whole(settings.SEED)
    return Landscape(kind, over, seed, tuple(s for s, _ in asked), tuple(step for _, step in asked), tuple(ask.items))
