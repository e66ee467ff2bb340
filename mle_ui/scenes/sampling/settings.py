"""The page's controls, declared once, and how its sliders step."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

import mle_core as mle
from mle_core import simulation
from mle_ui.live.tables import Slider
from mle_ui.scenes.iid.settings import around
from mle_ui.state import Choice, Whole

MODEL, HEAVY, BOOTSTRAP = "model", "student_t", "bootstrap"
SOURCE = Choice(
    "source",
    "Samples from",
    {MODEL: "the model itself", HEAVY: "a Student-t", BOOTSTRAP: "real data, resampled"},
    MODEL,
    help="From the model itself; from a Student-t, to which a normal is fitted; or by the bootstrap, from a real data set.",
)

#: One simulation serves one maximum: the Cauchy's likelihood has several in small samples.
_SEVERAL_MODES = {"cauchy"}


def _offered(family: mle.Family) -> bool:
    """One or two regular parameters whose estimates stay finite, and many samples fitted at once."""
    free = all(p.regular and not p.given and not p.domain.contains(math.inf) for p in family.params)
    return free and len(family.params) <= 2 and family.likelihood.stack is not None and family.key not in _SEVERAL_MODES


FAMILIES = {key: family for key, family in mle.FAMILIES.items() if _offered(family)}
FAMILY = Choice("family", "Model family", {key: family.name for key, family in FAMILIES.items()}, "normal")
REPEATS = Choice(
    "repeats", "Repeated samples", {"1000": "1 000", "3000": "3 000", "10000": "10 000"}, "1000",
    help="More samples, smaller Monte Carlo errors. 10 000 take some seconds, once, where each value of a shape or of ν is simulated.",
)  # fmt: skip
SEED = Whole("seed", "Seed", 0, 9999, 1, help="The same seed gives the same samples, for everyone who opens the link.")
KIND = Choice(
    "kind",
    "Resample from",
    {"nonparametric": "the data", "parametric": "the fitted law"},
    "nonparametric",
    help="The data resampled with replacement know nothing of the family; the fitted law believes in it.",
)

#: Sizes of the samples; a family with a shape, simulated at each of its values, stops earlier.
SIZES = (5, 10, 20, 50, 100, 200, 500)
_WITH_SHAPES = 200
_USUAL = 20
#: Degrees of freedom of the heavy truth: the variance of σ̂ needs more than 4.
_NU = (4.5, 5.0, 6.0, 8.0, 12.0, 20.0, 50.0)
#: How far a scale can be dragged, as a factor; values of a shape; and of a probability.
_STRETCH = 1.5
_SHAPES = {1: 7, 2: 5}
_SHARES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 0.9)


def shapes(family: mle.Family) -> tuple[str, ...]:
    """Names of the parameters that are neither a location nor a scale: each of their values is simulated."""
    return tuple(p.name for p, moved in zip(family.params, simulation.moves(family), strict=True) if not moved)


def estimand_choice(family: mle.Family) -> Choice:
    """The number that is looked at more closely."""
    found = {e.key: f"{e.symbol}, {e.label}" for e in simulation.estimands(family)}
    return Choice("of", "Look at the estimate of", found, family.names[-1])


def parameter_choice(family: mle.Family) -> Choice:
    """The parameter whose bootstrap distribution and intervals are shown."""
    return Choice("of", "Look at", {p.name: f"{p.symbol}, {p.label}" for p in family.params}, family.names[-1])


def size_slider(family: mle.Family) -> Slider:
    values = tuple(float(n) for n in SIZES if not shapes(family) or n <= _WITH_SHAPES)
    return Slider(
        "n",
        "n",
        "observations in each sample",
        values,
        tuple(f"{v:g}" for v in values),
        values.index(_USUAL),
        counted=True,
    )


def drawn_slider(most: int) -> Slider:
    """Samples drawn so far: one by one at first, then in even steps of the logarithm; all of them as the page opens."""
    numbers = np.unique([1, 2, 3, 5, 7, *np.round(np.geomspace(10, most, 30)).astype(int)])
    values = tuple(float(v) for v in numbers)
    return Slider(
        "r", "r", "samples drawn so far", values, tuple(f"{v:g}" for v in values), len(values) - 1, counted=True
    )


def theta_sliders(family: mle.Family, asked: Mapping[str, float | None]) -> list[Slider]:
    """True parameters: locations and scales in fine steps, with the value that a link asks for among them; shapes in a few steps."""
    out = []
    for param, moved in zip(family.params, simulation.moves(family), strict=True):
        label = f"true {param.label}"
        if moved:
            log = param.scale == "log"
            slider = around(param, param.default, math.log(_STRETCH) if log else 0.5, label=label)
            out.append(_short(slider, asked.get(param.name)))
            continue
        if param.domain.contains(1.0) and not param.domain.contains(2.0):
            steps = np.unique([*_SHARES, param.default])
        else:
            half = _SHAPES[min(len(shapes(family)), 2)] // 2
            steps = np.array([float(f"{param.default * 2 ** (j / 2):.2g}") for j in range(-half, half + 1)])
        values = tuple(float(v) for v in steps)
        words = tuple(f"{v:g}" for v in values)
        out.append(Slider(param.name, param.symbol, label, values, words, values.index(param.default), counted=True))
    return out


def _text(value: float) -> str:
    """The shortest text that reads back as the value."""
    short = f"{value:.12g}"
    return short if float(short) == value else repr(value)


def _short(slider: Slider, asked: float | None) -> Slider:
    """The same steps with as few digits as tell them apart, and the value asked for if it lies among them."""
    decimals = 1 - math.floor(math.log10(min(np.diff(slider.values))))
    values = [round(v, decimals) for v in slider.values]
    default = values[slider.default]
    if asked is not None and values[0] <= asked <= values[-1]:
        values = sorted({*values, asked})
    return replace(slider, values=tuple(values), labels=tuple(map(_text, values)), default=values.index(default))


def nu_slider() -> Slider:
    words = tuple(f"{v:g}" for v in _NU)
    return Slider("nu", "ν", "degrees of freedom of the truth", _NU, words, _NU.index(6.0), counted=True)


def level_slider() -> Slider:
    """Confidence levels; quantiles of a few estimates jump from one level to the next, so that each has a frame of its own."""
    values = (*(round(0.5 + 0.01 * k, 2) for k in range(50)), 0.995, 0.999)
    return Slider(
        "level", "1 − α", "confidence level", values, tuple(f"{v:g}" for v in values), values.index(0.95), counted=True
    )
