"""Two normals, and what their cross-entropy is made of: H(p), which may be negative, and D(p‖q), which may not; in cells beside it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.live import moving
from mle_ui.live.moving import some
from mle_ui.live.shown import Readout
from mle_ui.live.tables import Handle, Slider, Tables, Track
from mle_ui.numbers import nats
from mle_ui.scenes.cross_entropy import settings
from mle_ui.state import Asking, Control

Array = npt.NDArray[np.float64]

#: The pictures' axes, which stay: x, density, nats of the bars, nats per unit of x.
WINDOW, TOP, BARS, TERMS = (-6.0, 6.0), 1.3, (-1.6, 5.0), (-1.2, 2.4)
#: Cells reach this far; the outermost two are open.
REACH = 4.0
FRAMES, POINTS = 31, 73
NORMAL = mle.FAMILIES["normal"]


@dataclass(frozen=True, eq=False)
class Adding:
    """Where μ and σ of p and q stand."""

    cell: float
    sliders: tuple[Slider, ...]
    steps: tuple[int, ...]
    items: Sequence[tuple[Control, object]]

    page = "cross_entropy"
    picture = settings.ADDING

    @cached_property
    def stamp(self) -> str:
        return moving.stamp(self.page, self.items)

    @property
    def view(self) -> str:
        return self.picture

    def charts(self) -> tuple[str, ...]:
        return ("laws", "bars", "terms", "cells")

    @cached_property
    def theta(self) -> Array:
        return moving.values(self)

    @cached_property
    def p(self) -> mle.Distribution:
        return mle.Distribution("normal", mu=float(self.theta[0]), sigma=float(self.theta[1]))

    @cached_property
    def q(self) -> mle.Distribution:
        return mle.Distribution("normal", mu=float(self.theta[2]), sigma=float(self.theta[3]))

    @cached_property
    def edges(self) -> Array:
        return np.arange(-REACH, REACH + self.cell / 2, self.cell)

    def in_cells(self, theta: Array) -> tuple[Array, Array]:
        """Probabilities of the cells under p and q, (K, n) each."""
        return (
            mle.normal_cells(theta[:, 0], theta[:, 1], self.edges),
            mle.normal_cells(theta[:, 2], theta[:, 3], self.edges),
        )

    def sums(self, theta: Array) -> dict[str, tuple[Array, Array, Array]]:
        """H(p), D(p‖q) and H(p, q) in nats, (K,) each, of the densities and of the cells."""
        mu_p, sigma_p, mu_q, sigma_q = theta.T
        widths = np.unique(sigma_p)
        each = np.array([mle.entropy(mle.Distribution("normal", mu=0.0, sigma=float(s))) for s in widths])
        own = each[np.searchsorted(widths, sigma_p)]
        d = mle.kl_normal(mu_p, sigma_p, mu_q, sigma_q)
        p, q = self.in_cells(theta)
        kept, crossed = mle.cross_entropy_rows(p, p), mle.cross_entropy_rows(p, q)
        return {"density": (own, d, own + d), "cells": (kept, crossed - kept, crossed)}

    # -- marks ---------------------------------------------------------------------------------------------------------

    def tracks(self, theta: Array, moved: Collection[str]) -> list[Track]:
        return [
            *self._laws(theta, moved),
            *self._bars(theta, moved),
            *self._terms(some(theta, 81 if "mu_p" in moved else 41)),
            *self._cells(theta, moved),
        ]

    def _laws(self, theta: Array, moved: Collection[str]) -> list[Track]:
        out = []
        for name, columns in (("p", [0, 1]), ("q", [2, 3])):
            if not {f"mu_{name}", f"sigma_{name}"} & set(moved):
                continue
            at = theta[:, columns]
            x, y = mle.density_curve("normal", some(at, FRAMES), *WINDOW, points=POINTS)
            grips = np.stack([at[:, 0], at[:, 0] + at[:, 1]], axis=1)
            heights = np.exp(NORMAL.law.log_prob(grips, at[:, :1], at[:, 1:]))
            out += [
                Track("laws", name, "line", x, np.minimum(y, 3 * TOP), short=True),
                Track("laws", f"grips_{name}", "points", grips, np.minimum(heights, 0.97 * TOP)),
            ]  # fmt: skip
        return out

    def _bars(self, theta: Array, moved: Collection[str]) -> list[Track]:
        out = []
        low, high = BARS[0] - 2, BARS[1] + 6
        few = some(theta, 121)
        for start, (own, _, crossed) in zip((0.0, 4.0), self.sums(few).values(), strict=True):
            zero = np.zeros_like(own)
            own_y, sum_y = np.clip(own, low, high), np.clip(crossed, low, high)
            name = "cells" if start else "density"
            tall = [
                ("d", start + 1, own_y, sum_y),
                ("pq", start + 2, zero, sum_y),
            ]
            if {"mu_p", "sigma_p"} & set(moved):
                tall.insert(0, ("p", start, zero, own_y))
                out.append(
                    Track("bars", f"{name}-level", "line", start + np.array([0.0, 1.4]), own_y[:, None] * [1, 1])
                )
            out.append(Track("bars", f"{name}-sum", "line", start + np.array([0.6, 2.0]), sum_y[:, None] * [1, 1]))
            for mark, at, foot, top in tall:
                out.append(Track("bars", f"{name}-{mark}", "line", np.array([at, at]), np.stack([foot, top], axis=1)))
        return out  # fmt: skip

    def _terms(self, few: Array) -> list[Track]:
        """−p log q, whose signed area is H(p, q), and −p log p, whose area is H(p)."""
        x, density = mle.density_curve("normal", few[:, :2], *WINDOW, points=POINTS)
        own, other = (NORMAL.law.log_prob(x, few[:, [j]], few[:, [j + 1]]) for j in (0, 2))
        room = TERMS[1] - TERMS[0]
        own, other = (np.clip(-density * logs, TERMS[0] - room, 40.0) for logs in (own, other))
        return [
            Track("terms", "crossed", "area", x, other, short=True),
            Track("terms", "own", "line", x, own, short=True),
        ]

    def _cells(self, theta: Array, moved: Collection[str]) -> list[Track]:
        centres = np.concatenate([self.edges - self.cell / 2, self.edges[-1:] + self.cell / 2])
        width = 0.4 * self.cell
        out = []
        for name, side, rows in zip("pq", (-0.5, 0.5), self.in_cells(some(theta, 241)), strict=True):
            if {f"mu_{name}", f"sigma_{name}"} & set(moved):  # p may be narrower than a cell and then jumps
                shown = rows if "mu_p" in moved else rows[::2] if "mu_q" in moved and len(rows) > 1 else some(rows, 81)
                out.append(Track("cells", name, "bars", centres + side * width, shown, width=width))
        return out

    # -- readouts ------------------------------------------------------------------------------------------------------

    def readouts(self, theta: Array, moved: Collection[str]) -> dict[str, list[str]]:
        out = {}
        for name, columns in self.sums(theta).items():
            kept = {"mu_p", "sigma_p"} & set(moved) if name == "cells" else {"sigma_p"} & set(moved)
            for key, values in zip(("p", "d", "pq"), columns, strict=True):
                if key != "p" or kept:
                    out[f"{name}_{key}"] = [nats(v) for v in values]
        return out

    def strip(self) -> list[Readout]:
        now = moving.strings(self)
        words = "nats; negative where p is narrower than σ = 0.242."
        return [
            Readout("density_p", "H(p), nats", now["density_p"], f"Differential entropy, {words}"),
            Readout("density_d", "+ D(p‖q)", now["density_d"], "Kullback–Leibler divergence, nats; never negative."),
            Readout("density_pq", "= H(p, q)", now["density_pq"], "Cross-entropy −E_p log q, nats."),
            Readout("cells_p", "in cells: H(p)", now["cells_p"], "Entropy of the cells' probabilities, nats; never negative."),
            Readout("cells_d", "+ D(p‖q)", now["cells_d"], "At most the divergence of the densities."),
            Readout("cells_pq", "= H(p, q)", now["cells_pq"]),
        ]  # fmt: skip

    def remarks(self) -> list[str]:
        return [
            "Drag a curve’s top to move it, its shoulder to widen it. Cells beyond ±4 are open; bars beyond the axis go on, the "
            "numbers say how far."
        ]

    def tables(self) -> Tables:
        now = moving.now(self)
        handles = []
        for name in "pq":
            track = now["laws", f"grips_{name}"]
            assert track.x is not None and track.y is not None
            for place, key in enumerate((f"mu_{name}", f"sigma_{name}")):
                at = (float(track.x.ravel()[place]), float(track.y.ravel()[place]))
                symbol = next(s.symbol for s in self.sliders if s.key == key)
                handles.append(Handle("laws", f"grips_{name}", key, None, at, index=place, label=f"Drag {symbol}"))
        return moving.tables(self, handles=handles, play=tuple(slider.key for slider in self.sliders))

    def answer(self, values: Mapping[str, float]) -> tuple[list[Track], Mapping[str, str]]:
        """Every handle is a second thumb of a slider: nothing is asked."""
        return [], {}

    def edit(self, values: Mapping[str, float | None]) -> Mapping[str, object]:
        """Nothing is dragged that is no slider."""
        return {}


def build(ask: Asking) -> Adding:
    cell = float(ask.choice(settings.CELL, segmented=True))
    asked = [settings.placed(ask, s) for s in (settings.MU_P, settings.SIGMA_P, settings.MU_Q, settings.SIGMA_Q)]
    return Adding(cell, tuple(s for s, _ in asked), tuple(step for _, step in asked), tuple(ask.items))
