"""Data and family → sample, fit and sliders; or one sentence that says what is wrong and which control it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui import numbers, ranges
from mle_ui.live.tables import Slider
from mle_ui.scenes.surface import settings

Array = npt.NDArray[np.float64]

LONGEST_TEXT = 40_000
#: Widest range of counts that is drawn bar by bar.
MOST_BARS = 400
LARGEST_COUNT = 1e12
#: Where the reader starts, as a part of each slider's range: off the top, so that there is something to climb.
STARTS = (0.3, 0.68, 0.45)
#: The second start where the estimates of the first two parameters rise together: beside their ridge, not far across it.
ALONG = 0.34


@dataclass(frozen=True)
class Problem:
    """What cannot be done: the control that caused it and a sentence of rule, value and remedy."""

    control: str
    message: str


@dataclass(frozen=True, eq=False)
class Prepared:
    """What follows from data and family alone."""

    data: str
    x: Array
    quantity: str
    source: str
    discrete: bool
    family: mle.Family | None = None
    fit: mle.FitResult | None = None
    problem: Problem | None = None

    @property
    def caption(self) -> str:
        """How many observations, and where they come from."""
        return f"{self.x.size} observations. Source: {self.source}."

    @cached_property
    def estimates(self) -> Mapping[str, tuple[float, float]]:
        """Estimate and standard error by name."""
        if self.fit is None:
            return {}
        return {name: (self.fit.params[name], self.fit.standard_errors[name]) for name in self.fit.names}

    @cached_property
    def conditional_errors(self) -> Mapping[str, float]:
        """Standard error of each parameter if the others were known, where it exists."""
        if self.family is None or self.fit is None or not np.isfinite(self.fit.theta).all():
            return {}
        curvature = np.diag(mle.information(self.family, self.x, self.fit.theta))
        return {name: 1 / np.sqrt(c) for name, c in zip(self.fit.names, curvature, strict=True) if c > 0}

    def sliders(self, asked: Mapping[str, float | None]) -> tuple[Slider, ...]:
        """One slider for each parameter; `asked` holds the values that the link names."""
        if self.family is None:
            return ()
        starts = list(STARTS)
        if (
            self.fit is not None
            and len(self.fit.names) > 1
            and self.fit.covariance[0, 1] > 0.5 * np.sqrt(self.fit.covariance[0, 0] * self.fit.covariance[1, 1])
        ):
            starts[1] = ALONG
        out = []
        for place, param in enumerate(self.family.params):
            centre, error = self.estimates.get(param.name, (np.nan, np.nan))
            start = starts[place % len(starts)]
            bound = self.family.likelihood.floor.get(param.name) if self.fit else None
            floor = float(bound(self.fit.summary)) if self.fit and bound else 0.0
            slider = ranges.make_slider(
                param, centre, error, self.x.size, start=start, asked=asked.get(param.name), floor=floor,
                conditional_error=self.conditional_errors.get(param.name),
            )  # fmt: skip
            out.append(slider)
        return tuple(out)


def prepare(data: str, text: str, family_key: str) -> Prepared:
    """Take the data and fit the family; what goes wrong is returned as a `Problem`, not raised."""
    if len(text) > LONGEST_TEXT:
        words = (
            f"{len(text)} characters are more than the {LONGEST_TEXT} that a link can carry; leave some numbers out."
        )
        return Prepared(data, np.empty(0), "your numbers", "", False, problem=Problem("numbers", words))
    return _prepare(data, text, family_key)


# For all visitors: a fit depends on nothing but its arguments, and equal arguments give the same object, on which the
# scene's caches stand. st.cache_data would hand out copies.
@lru_cache(maxsize=32)
def _prepare(data: str, text: str, family_key: str) -> Prepared:
    if data == settings.OWN:
        quantity, source, discrete = "your numbers", "typed on this page", False
        try:
            x = numbers.parse(text)
        except numbers.NotNumbersError as error:
            return Prepared(data, np.empty(0), quantity, source, False, problem=Problem("numbers", str(error)))
        discrete = bool(np.all(x == np.round(x)) and np.all(x >= 0) and np.ptp(x) < 200)
    else:
        dataset = mle.DATASETS[data]
        x = np.asarray(dataset.values)
        quantity = f"{dataset.quantity} ({dataset.unit})" if dataset.unit else dataset.quantity
        source, discrete = dataset.source, dataset.discrete
    family = mle.FAMILIES[family_key]
    try:
        family.check_data(x)
    except mle.DomainError as error:
        return Prepared(data, x, quantity, source, discrete, problem=Problem("family", sentence(error)))
    if family.discrete and (np.ptp(x) > MOST_BARS or x.max() > LARGEST_COUNT):
        words = (
            f"The counts reach from {x.min():.6g} to {x.max():.6g}, and bars more than {MOST_BARS} apart or beyond "
            f"{LARGEST_COUNT:.0e} cannot be told apart; choose a continuous family."
        )
        return Prepared(data, x, quantity, source, False, problem=Problem("family", words))
    try:
        fit = mle.fit(family, x)
    except ValueError as error:
        where = "numbers" if data == settings.OWN else "family"
        return Prepared(data, x, quantity, source, discrete, family, problem=Problem(where, sentence(error)))
    return Prepared(data, x, quantity, source, discrete, family, fit)


def sentence(error: Exception | str) -> str:
    """An error's text as a sentence of its own; one that opens with a name (x[3] = …, nu = …) keeps it as it is."""
    text = str(error).strip()
    first, _, rest = text.partition(" ")
    named = rest.startswith("=") or not first.isalpha()
    return (text if named else first.capitalize() + " " + rest) + ("" if text.endswith(".") else ".")
