"""Observations and family → fit and sliders; or one sentence that says what is wrong and which control it belongs to."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui import ranges
from mle_ui.figures.density import frequencies, histogram
from mle_ui.live import moving
from mle_ui.live.tables import Slider
from mle_ui.scenes.samples import OWN, Observed, Problem, sentence
from mle_ui.scenes.surface import settings

Array = npt.NDArray[np.float64]

#: Widest range of counts that is drawn bar by bar.
MOST_BARS = 400
LARGEST_COUNT = 1e12
#: Steps of a slider that has a frame for each of them.
STEPPED = 60
#: Steps of a null value; fewer where each is a fit of several parameters.
NULLS, FEW_NULLS = 240, 80
#: Where the reader starts, as a part of each slider's range: off the top, so that there is something to climb.
STARTS = (0.3, 0.68, 0.45)
#: The second start where the estimates of the first two parameters rise together: beside their ridge, not far across it.
ALONG = 0.34


@dataclass(frozen=True, eq=False)
class Prepared:
    """What follows from observations and family alone; `given` are the numbers that are never estimated."""

    observed: Observed
    family: mle.Family
    given: tuple[tuple[str, float], ...] = ()
    fit: mle.FitResult | None = None
    problem: Problem | None = None

    @property
    def x(self) -> Array:
        return self.observed.x

    @property
    def params(self) -> tuple[mle.Param, ...]:
        """The parameters that are estimated: one slider each."""
        return settings.free(self.family)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(param.name for param in self.params)

    @cached_property
    def print(self) -> str:
        """A short name of the observations; a million of them are read once for it."""
        return moving.digest(hashlib.sha256(self.x.tobytes()).hexdigest())

    @cached_property
    def window(self) -> tuple[float, float]:
        """Ends of the data's axis."""
        low, high = float(self.x.min()), float(self.x.max())
        if self.observed.discrete:
            return low - 0.7, high + 0.7 + 0.1 * (high - low)
        margin = 0.18 * (high - low) or abs(low) * 0.5 or 1.0
        return max(low - margin, min(self.family.support.low, low)), high + margin

    @cached_property
    def bins(self) -> tuple[Array, Array]:
        """The data's bars: edges and heights, or the values of counts and their frequencies."""
        return frequencies(self.x) if self.family.discrete else histogram(self.x, self.window)

    @cached_property
    def estimates(self) -> Mapping[str, tuple[float, float]]:
        """Estimate and standard error by name."""
        if self.fit is None:
            return {}
        return {name: (self.fit.params[name], self.fit.standard_errors[name]) for name in self.names}

    @cached_property
    def conditional_errors(self) -> Mapping[str, float]:
        """Standard error of each parameter if the others were known, where it exists."""
        if self.fit is None or not np.isfinite(self.fit.theta).all():
            return {}
        curvature = np.diag(mle.information(self.family, self.x, self.fit.theta))
        pairs = zip(self.fit.names, curvature, strict=True)
        return {name: 1 / np.sqrt(c) for name, c in pairs if name in self.names and c > 0}

    def floor(self, name: str) -> float:
        """Below it the likelihood is unbounded and the parameter has no slider."""
        bound = self.family.likelihood.floor.get(name) if self.fit else None
        return float(bound(self.fit.summary)) if self.fit and bound else 0.0

    def sliders(self, asked: Mapping[str, float | None]) -> tuple[Slider, ...]:
        """One slider for each parameter; `asked` holds the values that the link names."""
        starts = list(STARTS)
        if self.fit is not None and len(self.names) > 1:
            (a, b), covariance = (self.fit.names.index(name) for name in self.names[:2]), self.fit.covariance
            if covariance[a, b] > 0.5 * np.sqrt(covariance[a, a] * covariance[b, b]):
                starts[1] = ALONG
        return tuple(
            self.slider(param, start=starts[place % len(starts)], asked=asked.get(param.name))
            for place, param in enumerate(self._apart())
        )

    def _apart(self) -> tuple[mle.Param, ...]:
        """The parameters; of two that must not pass each other (two means, two ends) each keeps to its side of the middle."""
        params = list(self.params)
        if self.family.constraint is not None and self.fit is not None:
            a, b = (i for i, param in enumerate(params) if param.power == 1 and param.scale == "linear")
            middle = (self.fit.params[params[a].name] + self.fit.params[params[b].name]) / 2
            params[a] = replace(params[a], domain=replace(params[a].domain, high=middle))
            params[b] = replace(params[b], domain=replace(params[b].domain, low=middle))
        return tuple(params)

    def slider(self, param: mle.Param, *, start: float, asked: float | None) -> Slider:
        """A parameter's slider around its estimate."""
        centre, error = self.estimates.get(param.name, (np.nan, np.nan))
        if self.fit is not None and not np.isfinite(error) and np.isfinite(centre):
            error = self._scale(param, centre)
        slider = ranges.make_slider(
            param, centre, error, self.x.size, start=start, asked=asked, floor=self.floor(param.name),
            conditional_error=self.conditional_errors.get(param.name),
        )  # fmt: skip
        # Where the hill ends in a cliff nothing may be blended: fewer steps, and a frame for each.
        return slider if all(p.regular for p in self.params) else self._stepped(slider, asked)

    def _stepped(self, slider: Slider, asked: float | None) -> Slider:
        wanted = {slider.default, len(slider.values) - 1, slider.index(self.fit.params[slider.key]) if self.fit else 0}
        if asked in slider.values:
            wanted.add(slider.values.index(asked))
        kept = sorted({*range(0, len(slider.values), -(-len(slider.values) // STEPPED)), *wanted})
        values, labels = ([every[i] for i in kept] for every in (slider.values, slider.labels))
        return replace(
            slider, values=tuple(values), labels=tuple(labels), default=kept.index(slider.default), counted=True
        )

    def null(self, slider: Slider, asked: float | None) -> Slider:
        """The slider of a null value beside its parameter's own: at first a good two standard errors below the estimate."""
        centre, error = self.estimates[slider.key]
        stride = -(-len(slider.values) // (NULLS if len(self.names) <= 3 else FEW_NULLS))
        kept = {*range(0, len(slider.values), stride), len(slider.values) - 1, slider.index(centre)}
        if asked in slider.values:
            kept.add(slider.values.index(asked))
        steps = sorted(kept)
        values = tuple(slider.values[i] for i in steps)
        first = values[0] if np.isfinite(values[0]) else 0.0
        start = (
            centre - 2.3 * error if np.isfinite(error) and np.isfinite(centre) else first + 0.3 * (values[-2] - first)
        )
        default = min(range(len(values)), key=lambda i: abs(values[i] - start) if np.isfinite(values[i]) else np.inf)
        labels = tuple(slider.labels[i] for i in steps)
        return Slider(
            "null", f"{slider.symbol}₀", "null value", values, labels, default, slider.logarithmic, counted=True
        )

    def _scale(self, param: mle.Param, centre: float) -> float:
        """How far a parameter without a standard error may be from its estimate; NaN leaves its slider on the usual range."""
        assert self.fit is not None
        if not param.regular:  # an end of the support: a likelihood interval is three of its scales long
            return max(abs(end - centre) for end in mle.interval(self.fit, param.name)) / 3
        if param.power != 1 or param.domain.contains(np.inf):
            return np.nan
        return float(np.std(self.x) / np.sqrt(self.x.size)) or np.nan


# For all visitors: a fit depends on nothing but its arguments, and equal arguments give the same object, on which the
# scene's caches stand. st.cache_data would hand out copies.
@lru_cache(maxsize=32)
def prepare(observed: Observed, family_key: str, given: tuple[tuple[str, float], ...] = ()) -> Prepared:
    """Fit the family to the observations; what goes wrong is returned as a `Problem`, not raised."""
    x, family = observed.x, mle.FAMILIES[family_key]

    def refused(control: str, words: str) -> Prepared:
        return Prepared(observed, family, given, problem=Problem(control, words))

    try:
        family.check_data(x)
    except mle.DomainError as error:
        return refused("family", sentence(error))
    for name, most in given:
        if np.any(x > most):
            first = int(np.argmax(x > most))
            remedy = (
                f"set {name} to {x.max():g} or more" if x.max() <= settings.MOST_TRIALS else "choose another family"
            )
            words = f"x[{first}] = {x[first]:g} is more than {name} = {most:g} trials can give; {remedy}."
            return refused(settings.TRIALS, words)
    if family.discrete and (np.ptp(x) > MOST_BARS or x.max() > LARGEST_COUNT):
        return refused(
            "family",
            f"The counts reach from {x.min():.6g} to {x.max():.6g}, and bars more than {MOST_BARS} apart or beyond "
            f"{LARGEST_COUNT:.0e} cannot be told apart; choose a continuous family.",
        )
    try:
        fit = mle.fit(family, x, fixed=dict(given) or None)
    except ValueError as error:
        return refused("x" if observed.data == OWN else "family", sentence(error))
    return Prepared(observed, family, given, fit)
