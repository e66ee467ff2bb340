"""The three tests and the three intervals again, by ways that share nothing with the core's: a search over the other parameters,
differences of log p, and the information of the fitted law by quadrature.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.words import Check

if TYPE_CHECKING:
    from mle_ui.scenes.surface.scene import Scene

Array = npt.NDArray[np.float64]

#: Up to so many observations log p is summed one by one; beyond, the likelihood of the sample has to do.
SUMMED = 20_000
#: Searches over more parameters than these take seconds each: fewer of them then.
FEW = 2
#: Normal scores between which an expectation is taken, in panels of eight nodes that meet in the middle (a kink may lie there).
REACH, PANELS = 7.0, 56
#: Half the 95 % quantile of χ² with one degree of freedom, whose square root is the normal's 97.5 % quantile.
LEVEL = 0.95


def tests(scene: Scene) -> list[Check]:
    """The tests of the null that is dragged, and the drops and statistics at the ends of that parameter's intervals."""
    again = Again(scene, scene.tested)
    if scene.tested == "off" or not again.possible:
        return []
    found, place = scene.along, scene.steps[len(scene.names)]
    null = scene.nulls.values[place]
    symbol = f"{scene.symbols[scene.tested]}₀ = {scene.nulls.labels[place]}"
    if not np.isfinite(null) or not np.isfinite(found.lr[place]):
        return []
    point, height, slack = again.constrained(null)
    other = ("search over the others", 2 * (again.top - height), 2 * slack)
    checks = [Check(f"likelihood ratio, H₀: {symbol}", (("2(ℓ(θ̂) − profile)", float(found.lr[place]), 0.0), other))]
    if np.isfinite(found.wald[place]) and again.resolved:
        wald, error = again.wald(null)
        ways = (("(θ̂ − θ₀)²/se²", float(found.wald[place]), 0.0), (again.curved, wald, error))
        checks.append(Check(f"Wald, H₀: {symbol}", ways))
    if np.isfinite(found.score[place]) and again.scored(null):
        score, error = again.score(point)
        other = ("differences and quadrature where a search ends", score, error)
        checks.append(Check(f"score, H₀: {symbol}", (("slope² · I⁻¹", float(found.score[place]), 0.0), other)))
    return checks + (_ends(scene, again) if len(again.others) <= FEW else [])


def _ends(scene: Scene, again: Again) -> list[Check]:
    name, axis = scene.tested, scene.axis(scene.tested)
    symbol, checks = scene.symbols[name], []
    drop = mle.likelihood_ratio_drop(LEVEL, 2 if name in scene.fit.irregular else 1)
    intervals = scene.intervals(name)
    kinked = scene.family.likelihood.errors_from == "expected"  # its score jumps past the quantile
    for method, words, goal in (
        ("likelihood", f"drop at the ends of the {100 * LEVEL:g} % likelihood interval of {symbol}, nats", drop),
        ("score", f"score statistic at the ends of the {100 * LEVEL:g} % score interval of {symbol}", 2 * drop),
    ):
        ways: list[tuple[str, float, float]] = [
            ("half the quantile of χ²" if method == "likelihood" else "quantile of χ²", goal, 1e-6)
        ]
        for end in () if kinked and method == "score" else intervals.get(method, ()):
            if not axis.low < end < axis.high or end == scene.fit.params[name]:  # a cliff, or too far for a search
                continue
            if method == "score" and not (again.scored(end) and _ends_smoothly(scene, end, goal)):
                continue
            point, height, slack = again.constrained(end)
            value, error = (again.top - height, slack) if method == "likelihood" else again.score(point)
            ways.append((f"search with {symbol} = {end:.7g}", value, error + 1e-4))
        if len(ways) > 1:
            checks.append(Check(words, tuple(ways)))
    return checks


def _ends_smoothly(scene: Scene, end: float, goal: float) -> bool:
    """Whether a score interval ends where the statistic reaches its quantile, and not where another parameter leaps to infinity."""
    found = mle.tests_along(scene.fit, scene.tested, [end])
    return bool(abs(found.score[0] - goal) < 1e-3 * goal)


@dataclass(frozen=True)
class Again:
    """A scene's likelihood, looked at from outside the core."""

    scene: Scene
    name: str

    @property
    def possible(self) -> bool:
        """Whether there is something to search: finite estimates, with errors for all that is searched."""
        theta = self.scene.fit.theta
        return bool(np.isfinite(theta).all() and np.all(self.errors[self.others] > 0))

    @cached_property
    def errors(self) -> Array:
        """Standard errors (k,) as steps of a search; NaN where there are none."""
        fit = self.scene.fit
        return np.array([fit.standard_errors[name] for name in fit.names])

    @cached_property
    def j(self) -> int:
        return self.scene.family.index(self.name)

    @cached_property
    def others(self) -> list[int]:
        """What is searched over. The best end of a support does not depend on the rest: it stays."""
        fit = self.scene.fit
        return [i for i in fit.free if i != self.j and fit.names[i] not in fit.irregular]

    @property
    def regular(self) -> list[int]:
        fit = self.scene.fit
        return [i for i in fit.free if fit.names[i] not in fit.irregular]

    def loglik(self, theta: Array) -> float:
        family, x = self.scene.family, self.scene.prepared.x
        if not family.contains(theta):
            return -np.inf
        with np.errstate(all="ignore"):
            value = family.log_prob(x, theta).sum() if x.size <= SUMMED else self.scene.fit.expansion(theta)[0]
        return float(value) if not np.isnan(value) else -np.inf

    @cached_property
    def top(self) -> float:
        return self.loglik(self.scene.fit.theta)

    @cached_property
    def grain(self) -> float:
        """What rounding makes of a log-likelihood."""
        family, x = self.scene.family, self.scene.prepared.x
        with np.errstate(all="ignore"):
            terms = family.log_prob(x, self.scene.fit.theta)
            moved = family.log_prob(x * (1 + 64 * np.finfo(float).eps), self.scene.fit.theta) - terms
        slip = 0.0 if family.discrete else float(np.abs(moved[np.isfinite(moved)]).sum())
        return 1e-13 * float(np.abs(terms).sum()) + slip

    def constrained(self, value: float) -> tuple[Array, float, float]:
        """The best theta with the parameter at a value, its log-likelihood, and what the search may be off.

        It starts at the estimate and, as there may be several ridges, at the core's own point.
        """
        theta = self.scene.fit.theta.copy()
        theta[self.j] = value
        if not self.others:
            return theta, self.loglik(theta), 1e-9 * (1 + abs(self.top)) + self.grain
        own = self.own(value)
        found = [self._climb(own)] if np.isfinite(own).all() else []
        if not found or len(self.others) <= FEW:
            found.append(self._climb(theta))
        return max(found, key=lambda one: one[1])

    def scored(self, value: float) -> bool:
        """Whether a score can be found again at a value: no other parameter runs off there, and counts can be gone through."""
        own = self.own(value)
        if not np.isfinite(own).all():
            return False
        family = self.scene.family
        for i in self.others:  # a weight at 0 or 1: there are no slopes on both sides
            domain = family.params[i].domain
            if np.isfinite([domain.low, domain.high]).all() and min(own[i] - domain.low, domain.high - own[i]) < 1e-6:
                return False
        return not family.discrete or bool(np.diff(family.quantile([1e-13, 1 - 1e-13], own))[0] < 1e6)

    def own(self, value: float) -> Array:
        """The core's theta with the parameter at a value."""
        path, _ = self.scene.fit.maximum_at({self.j: np.array([value])})
        return np.asarray(path[0])

    def _climb(self, start: Array) -> tuple[Array, float, float]:
        from scipy import optimize  # heavy, and only this tab needs it

        def lost(r: Array) -> float:
            at = start.copy()
            at[self.others] += self.errors[self.others] * r
            return -self.loglik(at)

        size = len(self.others)
        best, ends = np.zeros(size), [np.inf, np.inf]
        for turn in range(3):  # a simplex may collapse: it is spread out again from where it stood
            simplex = np.vstack([best, best + (0.5 - 0.9 * (turn % 2)) * np.eye(size)])
            options = {
                "initial_simplex": simplex,
                "xatol": 1e-7,
                "fatol": 1e-10,
                "maxiter": 400 * size,
                "maxfev": 400 * size,
            }
            found = optimize.minimize(lost, best, method="Nelder-Mead", options=options)
            best, ends = found.x, [ends[1], float(found.fun)]
        theta = start.copy()
        theta[self.others] += self.errors[self.others] * best
        return theta, -ends[1], abs(ends[0] - ends[1]) + 1e-8 * (1 + abs(self.top + ends[1])) + 4 * self.grain

    def _steps(self, theta: Array) -> Array:
        """Steps (r,) of the regular parameters for differences at theta: small parts of an error, inside the domain."""
        fit, steps = self.scene.fit, []
        for i in self.regular:
            error, domain = self.errors[i], fit.family.params[i].domain
            room = min(theta[i] - domain.low, domain.high - theta[i])
            size = error if np.isfinite(error) and error > 0 else abs(theta[i]) or 1.0
            steps.append(min(1e-2 * size, 0.1 * room) if room > 0 else 0.0)
        return np.array(steps)

    def gradient(self, function: Callable[[Array], Array | float], theta: Array) -> tuple[Array, Array]:
        """Central differences of a function along the regular parameters, extrapolated, and what two steps disagree by."""
        rows, slack = [], []
        for i, h in zip(self.regular, self._steps(theta), strict=True):
            found = []
            for step in (h, h / 2):
                move = np.zeros_like(theta)
                move[i] = step
                found.append((np.asarray(function(theta + move)) - function(theta - move)) / (2 * step))
            rows.append((4 * found[1] - found[0]) / 3)
            slack.append(np.abs(found[1] - found[0]))
        return np.array(rows), np.array(slack)

    def expected(self, theta: Array) -> tuple[Array, float]:
        """Expected information of the sample at theta over the regular parameters, the mean square of the score under the law;
        and how much of the probability was met."""
        family = self.scene.family
        if family.discrete:
            last = family.quantile(1 - 1e-13, theta)
            x = np.arange(float(family.quantile(1e-13, theta)), float(last) + 1)
            weight = family.prob(x, theta)
        else:
            from scipy import special

            nodes, weights = np.polynomial.legendre.leggauss(8)
            edges = np.linspace(-REACH, REACH, PANELS + 1)
            if family.law.landmarks is not None:  # two humps: between them hardly any x has a normal score
                edges = np.sort(np.append(family.quantile(special.ndtr(edges), theta), family.law.landmarks(*theta)))
            half = np.diff(edges)[:, None] / 2
            at, weight = (edges[:-1, None] + half + half * nodes).ravel(), (half * weights).ravel()
            if family.law.landmarks is not None:
                x, weight = at, weight * family.prob(at, theta)
            else:
                x, weight = family.quantile(special.ndtr(at), theta), weight * np.exp(-at * at / 2) / np.sqrt(2 * np.pi)
        inside = np.isfinite(x) & family.support.contains(x)
        with np.errstate(all="ignore"):
            scores, _ = self.gradient(lambda at: family.log_prob(x[inside], at), theta)
        scores = np.nan_to_num(scores, nan=0.0, posinf=0.0, neginf=0.0)
        met = float(weight[inside & np.isfinite(family.log_prob(x, theta))].sum())
        return self.scene.fit.n * (scores * weight[inside]) @ scores.T, met

    def observed(self, theta: Array, scale: float) -> Array:
        """Observed information over the regular parameters: second differences of the log-likelihood."""
        steps = self._steps(theta) * scale
        moves = np.zeros((steps.size, theta.size))
        moves[np.arange(steps.size), self.regular] = steps
        signs = [(1, 1), (1, -1), (-1, 1), (-1, -1)]
        sums = [[sum(a * b * self.loglik(theta + a * g + b * h) for a, b in signs) for h in moves] for g in moves]
        return -np.array(sums) / (4 * np.outer(steps, steps))

    @property
    def curved(self) -> str:
        """How the standard error is found again."""
        second = (
            "second differences" if self.scene.fit.information == "observed" else "expected information by quadrature"
        )
        return f"se by {second}"

    def wald(self, null: float) -> tuple[float, float]:
        theta, place = self.scene.fit.theta, self.regular.index(self.j)

        def statistic(matrix: Array) -> float:
            return float((theta[self.j] - null) ** 2 / np.linalg.inv(matrix)[place, place])

        if self.scene.fit.information == "expected":
            value = statistic(self.expected(theta)[0])
            return value, 1e-2 * value  # differences round off the kink
        coarse, fine = self.observed(theta, 4.0), self.observed(theta, 2.0)
        value = statistic((4 * fine - coarse) / 3)
        return value, 1e-3 * value + abs(statistic(fine) - statistic(coarse))

    @cached_property
    def resolved(self) -> bool:
        """Whether differences tell the parameters apart: the hill is no knife edge."""
        covariance = self.scene.fit.covariance[np.ix_(self.regular, self.regular)]
        scale = np.sqrt(np.diag(covariance))
        return bool(np.all(scale > 0)) and float(np.linalg.cond(covariance / np.outer(scale, scale))) < 1e3

    def score(self, point: Array) -> tuple[float, float]:
        """The score statistic at the best point under a null; what a search leaves of the other slopes is taken out."""
        slopes, slack = self.gradient(self.loglik, point)
        information, mass = self.expected(point)
        place = self.regular.index(self.j)
        rest = [i for i in range(slopes.size) if i != place]
        weights = np.linalg.solve(information[np.ix_(rest, rest)], information[rest, place]) if rest else np.empty(0)
        slope = float(slopes[place] - weights @ slopes[rest])
        variance = 1 / float(information[place, place] - weights @ information[rest, place])
        grain = self.grain / self._steps(point)
        error = float(slack[place] + 4 * grain[place] + np.abs(weights) @ (slack[rest] + 4 * grain[rest]))
        value = slope**2 * variance
        lost = 1e3 * abs(1 - mass)  # places so near an end that they round to it
        return value, 2 * abs(slope) * error * variance + (3e-3 + lost) * value + 1e-8
