"""Every moving mark of repeated samples as a function of theta: the cloud, its errors, coverage and spread over n."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_core import simulation
from mle_ui.live import moving
from mle_ui.live.tables import Track
from mle_ui.numbers import show
from mle_ui.scenes.sampling.sims import LEVEL, Sims

if TYPE_CHECKING:
    from mle_ui.scenes.sampling.repeated import Repeated

Array = npt.NDArray[np.float64]

#: Points shown of all estimates, frames of a slider that stretches, points of an ellipse.
SHOWN, FRAMES = 300, 13
_ROUND = np.linspace(0, 2 * np.pi, 61)
#: Bins of the errors' histogram, as wide as a quarter of the promised standard error.
EDGES = np.linspace(-6.0, 6.0, 49)
#: Families whose estimates are multiples of 1/n: their bins hold as many multiples each.
_LATTICE = {"poisson", "bernoulli"}
#: Series of the coverage chart stand a little apart, so that their error bars can be told.
DODGE = {"likelihood": 0.95, "wald": 1.0, "score": 1.05, "sandwich": 1.1}
#: How the counterpart of a variance's estimator is told in the chart.
_DIVIDED = {"variance": "÷ n", "corrected": "÷ (n − 1)"}
_N, _R = 0, 1


@dataclass(frozen=True)
class Frame:
    """Ends of each axis; `logarithmic` for the two of the cloud."""

    x: tuple[float, float]
    y: tuple[float, float]
    logarithmic: bool
    errors: tuple[float, float]
    top: float
    cover: tuple[float, float]
    spread: tuple[float, float]

    def held(self, values: Array, axis: tuple[float, float]) -> Array:
        """Values within two lengths of the axis, so that they are finite and, on a logarithmic axis, positive."""
        if self.logarithmic:
            reach = (axis[1] / axis[0]) ** 2
            return np.clip(np.nan_to_num(values, nan=axis[0] / reach), axis[0] / reach, axis[1] * reach)
        reach = 2 * (axis[1] - axis[0])
        return np.clip(np.nan_to_num(values, nan=axis[0] - reach), axis[0] - reach, axis[1] + reach)


def frame(scene: Repeated) -> Frame:
    """Axes that hold what the sliders can bring: most of the cloud at n = 10, from end to end."""
    own = scene.sliders[2 : 2 + scene.count]
    law = scene.family
    logarithmic = not all(simulation.moves(law)) and all(p.scale == "log" for p in law.params) and scene.count == 2
    lows, highs, spreads, units = [], [], [], []
    factor = 1.6 if scene.heavy else 1.0
    for theta in product(*[(s.values[0], s.values[-1]) for s in own]):
        unit = law.fisher(np.array(theta))
        assert unit is not None
        covariance = np.linalg.inv(unit)
        sd = np.sqrt(np.diagonal(covariance) / 10)
        if logarithmic:
            reach = np.exp(1.8 * sd / theta)
            lows.append(np.array(theta) / reach)
            highs.append(np.array(theta) * reach)
        else:
            lows.append(np.array(theta) - 2.1 * factor * sd)
            highs.append(np.array(theta) * (1.25 if scene.heavy else 1.0) + 2.1 * factor * sd)
        spreads.append(sd)
        units.append(float(scene.estimand.standard_error(np.array(theta), covariance)))
    low, high = np.min(lows, axis=0), np.max(highs, axis=0)
    for j, param in enumerate(law.params):
        if not logarithmic and np.isfinite(param.domain.low):
            low[j] = max(low[j], param.domain.low)
        high[j] = min(high[j], param.domain.high)
    y = (float(low[-1]), float(high[-1]))
    if scene.count == 1:  # an estimate on the boundary, with an error of 0, must be seen
        top = float(1.9 * np.max(spreads))
        y, low = (-0.03 * top, top), low - 0.03 * (high - low)
    sizes = scene.sizes
    least, most = min(units) / np.sqrt(sizes[-1]), max(units) / np.sqrt(sizes[0])
    errors = (-6.0, 6.0) if scene.heavy else (-4.4, 4.4)
    cover = (0.5, 1.02) if scene.heavy else (0.2, 1.02) if law.discrete else (0.65, 1.01)
    # Small samples of a family with a shape scatter far more than theory says.
    room = 1.8 * factor if all(simulation.moves(law)) else 12.0
    ends = (float(low[0]), float(high[0]))
    top = 0.62 if scene.counterpart is None else 0.85  # squares of few observations are skewed
    return Frame(ends, y, logarithmic, errors, top, cover, (float(least / 12), float(room * most)))


def tracks(scene: Repeated, theta: Array, moved: Collection[str]) -> Sequence[Track]:
    """Frames of the marks that depend on the sliders in `moved`, for theta (K, k)."""
    keys = set(moved)
    rows = moving.some(theta, FRAMES) if len(theta) == moving.FINE else theta
    out = _cloud(scene, rows, keys)
    out += _units(scene, _stepped(scene, rows, keys) if rows is not theta else theta, keys)
    if keys - scene.free:
        out += _errors(scene, rows, keys)
        out += _coverage(scene, rows, keys)
    if keys - scene.located:
        out += _spread(scene, rows, keys)
    return out


def _cloud(scene: Repeated, rows: Array, keys: set[str]) -> list[Track]:
    law, frame, own = scene.family, scene.frame, scene.own(rows)
    found = [scene.at(row) for row in rows]
    shown = min(SHOWN, scene.plan.repeats)
    here = np.arange(shown) < rows[:, [_R]]
    several = bool(keys - {"r"})
    used = rows if several else rows[:1]
    estimates = np.stack(
        [simulation.carry(law, s.roots.estimates[:shown], t) for s, t in zip(found[: len(used)], own, strict=False)]
    )
    x = frame.held(estimates[..., 0], frame.x)
    if scene.count == 2:
        second = estimates[..., 1]
    else:
        second = np.stack(
            [
                simulation.carry_errors(law, s.roots.standard_errors[:shown], t)[:, 0]
                for s, t in zip(found[: len(used)], own, strict=False)
            ]
        )
    y = np.where(here, frame.held(second, frame.y), _parked(frame))
    out = [Track("cloud", "estimates", "points", x if several else x[0], y)]
    if not several:
        return out
    centers = np.stack([simulation.carry(law, s.center[None], t)[0] for s, t in zip(found, own, strict=True)])
    if scene.count == 1:
        z = np.sqrt(2 * mle.likelihood_ratio_drop(LEVEL, 1))
        top = 1.3 * frame.y[1]
        edges = np.stack([centers[:, 0] - z * top, centers[:, 0], centers[:, 0] + z * top], axis=1)
        return [
            *out,
            Track("cloud", "cone", "line", edges, np.array([top, 0.0, top])),
            Track("cloud", "truth", "points", centers, np.zeros((len(rows), 1))),
        ]
    for mark in ("ellipse", "robust") if scene.heavy else ("ellipse",):
        around = np.stack([simulation.carry(law, _ellipse(s, mark), t) for s, t in zip(found, own, strict=True)])
        x, y = frame.held(around[..., 0], frame.x), frame.held(around[..., 1], frame.y)
        out.append(Track("cloud", mark, "line", x, y))
    return [*out, Track("cloud", "truth", "points", centers[:, :1], centers[:, 1:])]


def _parked(frame: Frame) -> float:
    """A height that is out of sight."""
    low, high = frame.y
    return low * (low / high) if frame.logarithmic else low - (high - low)


def _ellipse(found: Sims, mark: str) -> Array:
    """Where 95 % of a normal with the naive or the sandwich covariance lie (61, 2)."""
    values, vectors = np.linalg.eigh(found.naive if mark == "ellipse" else found.robust)
    radius = np.sqrt(2 * mle.likelihood_ratio_drop(LEVEL, 2))
    axes = vectors * np.sqrt(np.maximum(values, 0.0)) * radius
    out: Array = found.center + np.stack([np.cos(_ROUND), np.sin(_ROUND)], axis=1) @ axes.T
    return out


def _stepped(scene: Repeated, rows: Array, keys: set[str]) -> Array:
    """A row of theta for each step of the one slider that moves: words come by steps, not by frames."""
    place = next(j for j, slider in enumerate(scene.sliders) if slider.key in keys)
    values = scene.sliders[place].values
    out = np.repeat(rows[:1], len(values), axis=0)
    out[:, place] = values
    return out


def _units(scene: Repeated, rows: Array, keys: set[str]) -> list[Track]:
    """What 0 and 1 on the axis of errors stand for: the true value, and the promised standard error."""
    out = []
    top, (low, _) = scene.frame.top, scene.frame.errors
    if keys - {"n", "r"}:
        truths = scene.estimand.truth(scene.centers(rows))
        words = tuple(f"\u2002{scene.own_symbol} = {show(v, 4)}" for v in truths)
        out.append(Track("errors", "truth-word", "text", np.array([0.0]), np.array([0.95 * top]), texts=words))
    if keys - {"r"} - scene.located:
        units = scene.units(rows, [scene.at(row) for row in rows])
        words = tuple(f"\u20021 unit = {show(u, 3)}" for u in units)
        out.append(Track("errors", "unit-word", "text", np.array([low]), np.array([0.95 * top]), texts=words))
    return out


def edges(found: Sims) -> Array:
    """Edges of the histogram of `Sims.errors`."""
    if found.plan.family not in _LATTICE:
        return EDGES
    step = 1 / found.n / found.promised
    width = step * np.ceil(0.25 / step)
    truth = float(found.center[0]) * found.n
    start = (np.floor(truth) + 0.5 - truth) * step
    out: Array = start + width * (np.arange(EDGES.size) - EDGES.size // 2)
    return out


def _errors(scene: Repeated, rows: Array, keys: set[str]) -> list[Track]:
    """The histogram of errors in promised standard errors, its mean, and the sandwich's normal."""
    limits, outlines, means, words, others, other_words = [], [], [], [], [], []
    for row in rows:
        found, r = scene.at(row), int(row[_R])
        at = edges(found)
        first = found.errors[:r]
        heights = np.histogram(first[np.isfinite(first)], at)[0] / (r * np.diff(at))
        outlines.append(np.repeat(np.pad(np.minimum(heights, 3 * scene.frame.top), 1), 2)[1:-1])
        limits.append(np.repeat(at, 2))
        mean = found.mean(r)[0]
        means.append(mean)
        words.append("mean " + _signed(mean))
        if scene.counterpart is not None:
            others.append(scene.other_mean(found, r)[0])
            other_words.append(f"{_DIVIDED[scene.counterpart.key]}: " + _signed(others[-1]))
    low, high = scene.frame.errors
    at = np.clip(np.nan_to_num(np.array(means)), low, high)[:, None]
    out = [
        Track("errors", "histogram", "line", np.stack(limits), np.stack(outlines)),
        Track("errors", "mean", "rule", at, np.array([0.0]), along="x"),
        Track("errors", "mean-word", "text", np.array([high]), np.array([0.95 * scene.frame.top]), texts=tuple(words)),
    ]
    if scene.counterpart is not None:
        at = np.clip(np.nan_to_num(np.array(others)), low, high)[:, None]
        out.append(Track("errors", "other", "rule", at, np.array([0.0]), along="x"))
        place = np.array([high]), np.array([0.86 * scene.frame.top])
        out.append(Track("errors", "other-word", "text", *place, texts=tuple(other_words)))
    if scene.heavy and "nu" in keys:
        curves = [mle.density_curve("normal", [0.0, scene.at(row).spread], low, high, points=101) for row in rows]
        out.append(
            Track("errors", "robust", "line", np.stack([c[0] for c in curves]), np.stack([c[1] for c in curves]))
        )
    return out


def _signed(mean: float) -> str:
    return f"{'+' if mean > 0 else ''}{show(round(mean, 2) + 0.0, 3)}"


def _coverage(scene: Repeated, rows: Array, keys: set[str]) -> list[Track]:
    """Coverage over n with bars of two Monte Carlo errors: each line goes up and down them on its way."""
    out = []
    if keys - {"n"}:
        sizes = np.array(scene.sizes, dtype=float)
        found = [[scene.at(row, n) for n in scene.sizes] for row in rows]
        for method in scene.methods:
            seen = [[s.covers(method, int(row[_R])) for s in line] for line, row in zip(found, rows, strict=True)]
            rate, error = np.moveaxis(np.array(seen), -1, 0)
            error = 2 * error
            path = np.stack([rate, rate + error, rate - error, rate], axis=-1).reshape(len(rows), -1)
            at = sizes * DODGE[method]
            out.append(Track("coverage", method, "line", np.repeat(at, 4), path))
            out.append(Track("coverage", f"at-{method}", "points", at, rate))
    if "n" in keys:
        out.append(Track("coverage", "n", "rule", rows[:, [_N]], np.array([scene.frame.cover[0]]), along="x"))
    return out


def _spread(scene: Repeated, rows: Array, keys: set[str]) -> list[Track]:
    """Standard deviation and bias over n beside what is promised; a bias that is not told from 0 is out of sight."""
    out = []
    low, high = scene.frame.spread
    if keys - {"n"}:
        sizes = np.array(scene.sizes, dtype=float)
        found = [[scene.at(row, n) for row in rows] for n in scene.sizes]
        units = np.stack([scene.units(rows, each) for each in found], axis=1)
        sds, biases = np.empty_like(units), np.empty_like(units)
        for k, row in enumerate(rows):
            for j, each in enumerate(found):
                r = int(row[_R])
                sds[k, j] = np.sqrt(each[k].variance(r)[0])
                mean, error = each[k].mean(r)
                biases[k, j] = abs(mean) if abs(mean) > 2.5 * error else 0.0
        parked = low * (low / high)
        sd = np.nan_to_num(sds * units, nan=parked)
        bias = np.where(biases > 0, biases * units, parked)
        out = [
            Track("spread", "sd", "points", sizes, np.clip(sd, parked, high * high / low)),
            Track("spread", "bias", "points", sizes, np.clip(bias, parked, high * high / low)),
        ]
        if keys - {"r"}:
            out.append(Track("spread", "promised", "line", sizes, units))
            if scene.heavy:
                wide = np.array([[each.spread for each in line] for line in found]).T
                out.append(Track("spread", "robust", "line", sizes, units * wide))
    if "n" in keys:
        out.append(Track("spread", "n", "rule", rows[:, [_N]], np.array([low]), along="x"))
    return out
