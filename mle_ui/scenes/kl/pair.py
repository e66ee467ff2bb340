"""Two Gaussians, p and q, and how far apart they are in either direction."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.live import moving
from mle_ui.live.shown import Readout
from mle_ui.live.tables import Handle, Slider, Tables, Track
from mle_ui.numbers import show
from mle_ui.scenes.kl import pair_marks, settings
from mle_ui.state import Asking, Control

Array = npt.NDArray[np.float64]

MU_P = settings.stepped("mu_p", "μ_p", "mean of p", settings.MEANS, -1.0)
SIGMA_P = settings.stepped("sigma_p", "σ_p", "width of p", settings.WIDTHS, 1.0, logarithmic=True)
MU_Q = settings.stepped("mu_q", "μ_q", "mean of q", settings.MEANS, 1.0)
SIGMA_Q = settings.stepped("sigma_q", "σ_q", "width of q", settings.WIDTHS, 1.5, logarithmic=True)
ALPHA = settings.stepped("alpha", "α", "order of Rényi", tuple(round(0.01 * k, 2) for k in range(1, 101)), 0.5)
_SIZES = np.unique(np.append(np.round(np.geomspace(10, 10_000, 33)), 1000.0))
DRAWS = settings.stepped("n", "n", "draws", tuple(float(v) for v in _SIZES), 1000.0, counted=True)
LAWS = 4  # the first sliders are the laws' parameters

#: Pairs worth looking at: words for the button, and the sliders' values.
PRESETS: Mapping[str, tuple[float, float, float, float]] = {
    "Classic": (0.0, 1.0, 1.0, 2.0),
    "Equal means": (0.0, 1.0, 0.0, 2.0),
    "Equal widths": (-1.0, 1.0, 1.0, 1.0),
    "Far apart": (0.0, 5.0, 0.0, 0.005),
    "Nearly equal": (0.0, 1.0, 0.1, 1.06),
}


def normal(mu: float, sigma: float) -> mle.Distribution:
    return mle.Distribution("normal", mu=mu, sigma=sigma)


@dataclass(frozen=True, eq=False)
class Pair:
    """Where the four parameters, α and n stand."""

    unit: str
    look: str
    window: str
    estimate: str
    seed: int
    sliders: tuple[Slider, ...]
    steps: tuple[int, ...]
    items: Sequence[tuple[Control, object]]

    page = "kl"
    picture = settings.PAIR

    @cached_property
    def stamp(self) -> str:
        return moving.stamp(self.page, self.items)

    @cached_property
    def view(self) -> str:
        """Name of the axes: while it stays the same a zoom is kept."""
        return moving.digest(self.picture, self.look, self.reach, self.top, self.density_top, self.unit)

    def charts(self) -> tuple[str, ...]:
        return ("laws", "forward", "backward", "land_forward", "land_backward", "draws", "orders")

    @cached_property
    def values(self) -> Array:
        """μ_p, σ_p, μ_q, σ_q, α, n."""
        return moving.values(self)

    def value(self, key: str) -> float:
        return float(self.values[[slider.key for slider in self.sliders].index(key)])

    @property
    def laws(self) -> tuple[float, float, float, float]:
        mu_p, sigma_p, mu_q, sigma_q = (float(v) for v in self.values[:LAWS])
        return mu_p, sigma_p, mu_q, sigma_q

    @property
    def p(self) -> mle.Distribution:
        return normal(*self.laws[:2])

    @property
    def q(self) -> mle.Distribution:
        return normal(*self.laws[2:])

    @property
    def alpha(self) -> float:
        return self.value("alpha")

    @property
    def n(self) -> int:
        return int(self.value("n"))

    @property
    def scale(self) -> float:
        """What nats are multiplied with to be shown."""
        return 1.0 if self.unit == "nats" else 1 / math.log(2)

    @cached_property
    def exact(self) -> float:
        """What the draws estimate, in nats."""
        alpha = self.alpha if self.estimate == "renyi" else None
        return float(mle.divergence(self.estimate, self.p, self.q, alpha=alpha).value)

    # -- axes: they follow the committed state in coarse steps, and stand still while a slider moves ---------------------

    @cached_property
    def reach(self) -> tuple[float, float]:
        """Ends of the x axis."""
        mu_p, sigma_p, mu_q, sigma_q = self.laws
        if self.window == "whole":
            return -8.0, 8.0
        mu, sigma = (mu_p, sigma_p) if sigma_p <= sigma_q else (mu_q, sigma_q)
        half = settings.rung(5 * sigma, 8.0, 2.5)
        middle = round(mu / half * 2) * half / 2
        return middle - half, middle + half

    @cached_property
    def density_top(self) -> float:
        peaks = [float(law.prob(law.params["mu"])) for law in (self.p, self.q)]
        return settings.rung(1.05 * max(peaks), 0.65, 4.0)

    @cached_property
    def top(self) -> float:
        """Upper end of both integrands' axes, nats per unit of x; the lower end is half as far from zero."""
        highest = 0.0
        for track in pair_marks.integrands(self, self.values[None]):
            assert track.y is not None
            highest = max(highest, 1.05 * float(track.y.max()), -2.1 * float(track.y.min()))
        return max(settings.rung(highest, 1.2, 6.0), 0.2)

    # -- numbers ---------------------------------------------------------------------------------------------------------

    def tracks(self, theta: Array, moved: Collection[str]) -> list[Track]:
        return pair_marks.tracks(self, theta, moved)

    def readouts(self, theta: Array, moved: Collection[str]) -> dict[str, list[str]]:
        laws = theta[:, :LAWS].T
        out = {}
        if set(moved) - {"n", "alpha"}:
            kinds = ("kl", "reverse_kl", "jeffreys", "js", "hellinger", "total_variation", "wasserstein")
            found = {kind: mle.divergence_normals(kind, *laws) for kind in kinds}
            for kind, values in found.items():
                unit = self.scale if mle.DIVERGENCES[kind].unit == "nats" else 1.0
                out[kind] = [show(v, 4) for v in values * unit]
            out["difference"] = [show(v, 4) for v in (found["kl"] - found["reverse_kl"]) * self.scale]
        if set(moved) - {"n"}:
            mp, sp, mq, sq = laws
            orders = mle.divergence_normals("renyi", mp, sp, mq, sq, alpha=theta[:, LAWS])
            out["renyi"] = [show(v, 4) for v in orders * self.scale]
        return out

    def strip(self) -> list[Readout]:
        now = moving.strings(self)
        unit = self.unit
        return [
            Readout("kl", f"D(p‖q), {unit}", now["kl"], "What you lose by believing q where p is true."),
            Readout("reverse_kl", f"D(q‖p), {unit}", now["reverse_kl"]),
            Readout("difference", "difference", now["difference"], "D(p‖q) − D(q‖p)"),
            Readout("jeffreys", "sum (Jeffreys)", now["jeffreys"], "D(p‖q) + D(q‖p)"),
            Readout("js", "Jensen–Shannon", now["js"], "Never more than log 2."),
            Readout("renyi", "Rényi D_α(p‖q)", now["renyi"], "Its order α has a slider under “More”; at 1 it is D(p‖q)."),
            Readout("hellinger", "Hellinger", now["hellinger"], "H, between 0 and 1"),
            Readout("total_variation", "total variation", now["total_variation"], "Between 0 and 1"),
            Readout("wasserstein", "Wasserstein₂", now["wasserstein"], "In units of x: how far mass has to be moved."),
        ]  # fmt: skip

    def remarks(self) -> list[str]:
        out = []
        found = mle.divergence(
            self.estimate, self.p, self.q, "monte_carlo", n=self.n, seed=self.seed,
            alpha=self.alpha if self.estimate == "renyi" else None,
        )  # fmt: skip
        if found.message:
            out.append(
                f"The Monte Carlo estimate of {settings.ESTIMATE.options[self.estimate]} fails: {found.message}."
            )
        low = pair_marks.LANDSCAPE[0]
        if self.laws[3] < low:
            out.append(f"q, with σ_q = {show(self.laws[3])}, lies below the landscapes, which begin at {low:g}.")
        return out

    # -- tables ----------------------------------------------------------------------------------------------------------

    def tables(self) -> Tables:
        now = moving.now(self)

        def at(chart: str, mark: str, index: int = 0) -> tuple[float, float]:
            track = now[chart, mark]
            assert track.x is not None and track.y is not None
            return float(np.ravel(track.x)[index]), float(np.ravel(track.y)[index])

        handles = [
            Handle("laws", f"{law}-hands", f"{word}_{law}", None, at("laws", f"{law}-hands", index), index, label=label)
            for law in "pq"
            for index, (word, label) in enumerate((("mu", f"The mean of {law}"), ("sigma", f"The width of {law}")))
        ]
        handles += [
            Handle(chart, "q", "mu_q", "sigma_q", at(chart, "q"), label="q: its mean and width")
            for chart in ("land_forward", "land_backward")
        ]
        handles += [
            Handle("draws", "now", "n", None, at("draws", "now"), label="The number of draws"),
            Handle("orders", "alpha", "alpha", None, at("orders", "alpha"), label="The order α"),
        ]
        return moving.tables(self, handles=handles, play=("n", *(s.key for s in self.sliders if s.key != "n")))

    def answer(self, values: Mapping[str, float]) -> tuple[Sequence[Track], Mapping[str, str]]:
        """Marks and readouts for q dragged over a landscape."""
        theta = np.array([values.get(s.key, now) for s, now in zip(self.sliders, self.values, strict=True)])[None]
        moved = set(values)
        return self.tracks(theta, moved), {name: texts[0] for name, texts in self.readouts(theta, moved).items()}


def build(ask: Asking) -> Pair:
    unit, look = ask.choice(settings.UNIT, segmented=True), ask.choice(settings.LOOK, segmented=True)
    window = ask.choice(settings.WINDOW, segmented=True)
    estimate, seed = ask.choice(settings.ESTIMATE), ask.whole(settings.SEED)
    placed = [settings.place(ask, slider) for slider in (MU_P, SIGMA_P, MU_Q, SIGMA_Q, ALPHA, DRAWS)]
    sliders, steps = zip(*placed, strict=True)
    return Pair(unit, look, window, estimate, seed, tuple(sliders), tuple(steps), tuple(ask.items))


def preset(words: str) -> dict[str, float]:
    """The sliders' values of a pair worth looking at, by key."""
    return dict(zip(("mu_p", "sigma_p", "mu_q", "sigma_q"), PRESETS[words], strict=True))
