"""The product of densities and the sum of their logarithms, as the points come one by one."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.live import moving
from mle_ui.live.moving import some
from mle_ui.live.shown import Readout
from mle_ui.live.tables import Handle, Slider, Tables, Track
from mle_ui.numbers import nats, show
from mle_ui.scenes.iid import settings
from mle_ui.scenes.iid.curves import Curves, curves
from mle_ui.scenes.samples import NUMBERS, OWN, Observed, generate, observe, sentence
from mle_ui.state import Asking, Control

Array = npt.NDArray[np.float64]

LN10 = math.log(10)
#: Observations whose own terms are drawn, corners of the running sum, steps of m and frames of marks that move evenly.
TERMS, CORNERS, COUNTS, FRAMES = 72, 64, 210, 25
#: The counts around an end of a format that are steps of m, too: where it ends depends on theta.
AROUND = range(-4, 4)
FORMATS = tuple(mle.FLOAT_FORMATS)
HIDDEN = -3.0  # in axis lengths: where points wait that have not come yet


@lru_cache(maxsize=32)
def fitted(family: str, observed: Observed) -> mle.FitResult:
    """The maximum on the whole sample; equal arguments are the same objects (see samples.py)."""
    return mle.fit(family, observed.x)


@dataclass(frozen=True, eq=False)
class Product:
    """A sample, a family, and where m and theta stand."""

    observed: Observed
    family: mle.Family
    over: str
    sliders: tuple[Slider, ...]
    steps: tuple[int, ...]
    items: Sequence[tuple[Control, object]]

    page = "iid"
    picture = settings.PRODUCT

    @cached_property
    def stamp(self) -> str:
        return moving.stamp(self.page, self.items)

    @cached_property
    def view(self) -> str:
        return moving.digest(self.page, self.picture, self.family.key, self.over, self.observed.source)

    def charts(self) -> tuple[str, ...]:
        return ("product", "points", "terms", "likelihood", "loglik")

    @cached_property
    def values(self) -> Array:
        """m and theta."""
        return moving.values(self)

    @property
    def m(self) -> int:
        return int(self.values[0])

    @property
    def theta(self) -> Array:
        return self.values[1:]

    @property
    def x(self) -> Array:
        return self.observed.x

    @cached_property
    def fit(self) -> mle.FitResult:
        return fitted(self.family.key, self.observed)

    @cached_property
    def curves(self) -> Curves:
        place = self.family.index(self.over)
        return curves(self.family, self.observed, place, self.sliders[1 + place].values)

    # -- axes: they depend on data and family alone ---------------------------------------------------------------------

    @cached_property
    def corners(self) -> Array:
        """The m at which the running sum is drawn."""
        return np.unique(np.round(np.linspace(1, self.x.size, CORNERS)).astype(int)).astype(float)

    @cached_property
    def window(self) -> tuple[float, float]:
        low, high = float(self.x.min()), float(self.x.max())
        if self.family.discrete:
            return low - 0.7, high + 0.7 + 0.1 * (high - low)
        margin = 0.15 * (high - low) or abs(low) * 0.5 or 1.0
        return max(low - margin, min(self.family.support.low, low)), high + margin

    @cached_property
    def path_range(self) -> tuple[float, float]:
        path = self._sums(self.fit.theta[None])[0]
        low, high = min(float(path.min()), 0.0), max(float(path.max()), 0.0)
        reach = max(high - low, 12.0 * LN10)
        far = float(self._sums(self._corners).min())  # at the sliders' ends
        low = max(min(far, low), low - 0.5 * reach)
        # Room above for the formats' names, and below a falling path for a worse theta.
        return low - 0.12 * reach, high + 0.32 * reach

    @cached_property
    def term_range(self) -> tuple[float, float]:
        terms = self.family.log_prob(self.x[:TERMS], self.fit.theta)
        low, high = min(float(terms.min()), 0.0), max(float(terms.max()), 0.0)
        reach = high - low or 1.0
        # Room for what the sliders' ends make of the terms, but not so much that the usual bars become stumps.
        far = self.family.log_prob(self.x[:TERMS], self._corners)
        low, high = max(min(float(far.min()), low), low - 1.2 * reach), min(max(float(far.max()), high), high + reach)
        return low - 0.04 * (high - low), high + 0.04 * (high - low)

    @cached_property
    def _corners(self) -> Array:
        """theta (2k, k): each parameter at both ends of its slider, the others at their estimates."""
        out = np.repeat(self.fit.theta[None], 2 * self.fit.theta.size, axis=0)
        for j, slider in enumerate(self.sliders[1:]):
            out[2 * j : 2 * j + 2, j] = slider.values[0], slider.values[-1]
        return out

    @cached_property
    def peak(self) -> float:
        """Height of the density's axis."""
        at = self.fit.theta[None]
        if self.family.discrete:
            return 1.4 * float(mle.mass_bars(self.family, at, *self.window)[1].max())
        top = float(mle.density_curve(self.family, at, *self.window, points=101)[1].max())
        far = float(mle.density_curve(self.family, self._corners, *self.window, points=101)[1].max())
        return min(max(1.05 * far, 1.3 * top), 2.2 * top)

    # -- marks ---------------------------------------------------------------------------------------------------------

    def _sums(self, theta: Array) -> Array:
        """Running sums (K, n) of log p(x; theta), in nats."""
        return np.cumsum(self.family.log_prob(self.x, theta), axis=-1)

    def tracks(self, theta: Array, moved: Collection[str]) -> list[Track]:
        names = set(self.family.names) & set(moved)
        out = [*self._path(theta, moved), *self._points(theta, moved), *self._exits(theta, bool(names))]
        if names:
            out.append(self._model(some(theta[:, 1:], 13)))
        return [replace(track, short=track.kind != "image") for track in [*out, *self.curves.tracks(theta, moved)]]

    def _path(self, theta: Array, moved: Collection[str]) -> list[Track]:
        low, high = self.path_range
        few = settings.thinned(theta, FRAMES, moved)
        sums = np.clip(self._sums(few[:, 1:]), low - 2 * (high - low), high + 2 * (high - low))
        at = np.minimum(self.corners, few[:, :1])
        rows = np.arange(len(few))[:, None]
        out = [
            Track("product", "sum", "line", at, sums[rows, at.astype(int) - 1]),
            Track("product", "now", "points", few[:, :1], sums[rows, few[:, :1].astype(int) - 1]),
        ]
        if set(moved) - {"m"}:
            out.insert(0, Track("product", "path", "line", self.corners, sums[:, self.corners.astype(int) - 1]))
        return out

    def _points(self, theta: Array, moved: Collection[str]) -> list[Track]:
        few = settings.thinned(theta, FRAMES, moved)
        x = self.x[:TERMS]
        here = np.arange(1, x.size + 1) <= few[:, :1]
        terms = self.family.log_prob(x, few[:, 1:])
        low, high = self.term_range
        drawn = np.clip(terms, low - (high - low), high + (high - low))
        heights = np.minimum(np.exp(terms), 3 * self.peak)
        return [
            Track("terms", "terms", "bars", np.arange(1.0, x.size + 1), np.where(here, drawn, 0.0), width=0.8),
            Track("points", "sample", "points", x, np.where(here, heights, HIDDEN * self.peak)),
        ]

    def _model(self, theta: Array) -> Track:
        if self.family.discrete:
            k, p = mle.mass_bars(self.family, theta, *self.window)
            return Track("points", "model", "bars", k, p, width=0.7)
        return Track(
            "points", "model", "line", *mle.density_curve(self.family, theta, *self.window, points=101)
        )  # fmt: skip

    def exits(self, theta: Array) -> dict[str, tuple[npt.NDArray[np.int64], Array]]:
        """For theta (K, k): the m (K,) at which each format's product first is 0 or ∞ (0 where never), and which."""
        factors = self.family.prob(self.x, theta)
        found = {}
        for key in FORMATS:
            size = 64  # most products end long before the sample does
            while (ends := mle.range_exit(factors[:, :size], key))[0].min() == 0 and size < self.x.size:
                size *= 4
            found[key] = ends
        return found

    @cached_property
    def left(self) -> frozenset[str]:
        """Formats whose label stands left of their line, which is (or, where there is none, would come in) far to the right."""
        ends = self.exits(self.fit.theta[None])
        return frozenset(key for key, (m, _) in ends.items() if not 0 < m[0] < 0.6 * self.x.size)

    def _exits(self, theta: Array, named: bool) -> list[Track]:
        """Where formats have ended among the points so far: a line up to its name. What is still to come waits outside."""
        low, high = self.path_range
        out = []
        ends = self.exits(theta[:, 1:] if named else theta[:1, 1:])
        for row, (key, (m, value)) in enumerate(ends.items()):
            at = np.where((m > 0) & (m <= theta[:, 0]), m, HIDDEN * self.x.size).astype(float)[:, None]
            height = np.array([high - (0.035 + 0.065 * row) * (high - low)])
            beside = at + (-0.008 if key in self.left else 0.008) * self.x.size
            texts = tuple(f"{key} = {show(v)} at {k}" for k, v in zip(m, value, strict=True)) if named else None
            out += [
                # Its own height: so no line crosses the names above it.
                Track("product", f"exit-{key}", "line", np.repeat(at, 2, axis=1), np.array([low, height[0]])),
                Track("product", f"name-{key}", "text", beside, height, texts=texts),
            ]
        return out

    # -- readouts ------------------------------------------------------------------------------------------------------

    def readouts(self, theta: Array, moved: Collection[str]) -> dict[str, list[str]]:
        at = theta[:, 1:]
        m = theta[:, 0].astype(int)
        if set(moved) == {"m"}:
            factors = self.family.prob(self.x, at[:1])
            sums = self._sums(at[:1])[0, m - 1]
            products = {key: mle.running_product(factors, key)[0, m - 1] for key in FORMATS}
        else:
            x = self.x[: m[0]]
            sums = mle.loglik(self.family, x, at)
            products = {key: mle.running_product(self.family.prob(x, at), key)[:, -1] for key in FORMATS}
        out = {"loglik": [nats(v) for v in sums]}
        out |= {key: [show(v, 3) for v in products[key]] for key in FORMATS}
        if "m" in moved:
            out["m"] = [f"{k} of {self.x.size}" for k in m]
        ends = [
            np.broadcast_to(found, m.shape) for found, _ in self.exits(at if set(moved) - {"m"} else at[:1]).values()
        ]
        out["exits"] = [
            " · ".join(self._end(int(k), so_far) for k in row) for so_far, *row in zip(m, *ends, strict=True)
        ]
        return out

    def _end(self, end: int, so_far: int) -> str:
        """Where a format ended, once the points have come so far."""
        return str(end) if 0 < end <= so_far else "not yet" if so_far < self.x.size else "never"

    def strip(self) -> list[Readout]:
        now = moving.strings(self)
        return [
            Readout("m", "points so far", now["m"]),
            Readout("loglik", "Σ log p(x⁽ⁱ⁾; θ), nats", now["loglik"], "The log-sum: float64, and it never leaves its range."),
            *(Readout(key, f"Π p in {key}", now[key]) for key in FORMATS),
            Readout("exits", "first 0 or ∞ at m (16 · 32 · 64 bit)", now["exits"], "Found as the points come: drag m."),
        ]  # fmt: skip

    def remarks(self) -> list[str]:
        words = [self.observed.caption]
        if self.x.size > TERMS:
            words.append(
                f"Terms and points are drawn for the first {TERMS} observations; products and sums run over all."
            )
        return words

    # -- tables --------------------------------------------------------------------------------------------------------

    def tables(self) -> Tables:
        now = moving.now(self)
        place = 1 + self.family.index(self.over)

        def at(chart: str, mark: str) -> tuple[float, float]:
            track = now[chart, mark]
            assert track.x is not None and track.y is not None
            return float(track.x.ravel()[0]), float(track.y.ravel()[0])

        key = self.sliders[place].key
        handles = [
            Handle("product", "now", "m", None, at("product", "now"), label="Drag m"),
            Handle("likelihood", "theta", key, None, at("likelihood", "theta"), label=f"Drag {self.sliders[place].symbol}"),
            Handle("loglik", "theta", key, None, at("loglik", "theta"), label=f"Drag {self.sliders[place].symbol}"),
        ]  # fmt: skip
        links = ((("points", "sample"), ("terms", "terms")),)
        return moving.tables(self, handles=handles, play=tuple(s.key for s in self.sliders), links=links)

    def answer(self, values: Mapping[str, float]) -> tuple[list[Track], Mapping[str, str]]:
        """Every handle is a second thumb of a slider: nothing is asked."""
        return [], {}


def build(ask: Asking) -> Product | None:
    data = ask.choice(settings.DATA)
    text = ask.text(NUMBERS) if data == OWN else NUMBERS.default
    if data == settings.DRAWN:
        observed = generate("normal", settings.DRAWN_AT, settings.DRAWN_N, ask.whole(settings.SEED))
    else:
        observed = observe(data, text)
    family = settings.FAMILIES[ask.choice(settings.FAMILY)]
    if observed.problem:
        ask.complain(observed.problem.control, observed.problem.message)
        return None
    try:
        fit = fitted(family.key, observed)
    except mle.MleError as error:
        ask.complain("data", sentence(error))  # in sight; the family may be folded away
        return None
    edge = next((p for p in family.params if p.scale == "log" and not fit.params[p.name] > 0), None)
    if edge:  # all counts are 0
        words = f"The best {edge.symbol} is 0, at the end of its domain, and all that is seen gets probability 1; add a larger number."
        ask.complain("data", words)
        return None
    n = observed.x.size
    ends = [int(mle.range_exit(family.prob(observed.x, fit.theta), key)[0]) for key in FORMATS]
    stops = [m for end in ends if end for m in (end - 1, end)]
    more = [end + by for end in ends if end for by in AROUND]
    usual = n if data == OWN else min(100, n)
    sliders = [settings.counts(n, COUNTS, default=usual, word="points so far", first=33, stops=stops, more=more)]
    for place, param in enumerate(family.params):
        sliders.append(settings.theta_slider(param, place, fit, n, off=place == 0))
    steps = tuple(ask.slider(slider) for slider in sliders)
    over = ask.choice(settings.over_choice(family), segmented=True) if len(family.params) > 1 else family.names[0]
    return Product(observed, family, over, tuple(sliders), steps, tuple(ask.items))
