"""The page's controls, declared once, and how its sliders step."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.live.moving import some
from mle_ui.live.tables import Slider
from mle_ui.scenes.samples import OWN
from mle_ui.state import Choice, Whole

Array = npt.NDArray[np.float64]

PRODUCT, LAW, DEPENDENCE = "product", "law", "dependence"
VIEW = Choice(
    "view",
    "View",
    {PRODUCT: "product and sum", LAW: "sample and law", DEPENDENCE: "dependence"},
    PRODUCT,
)
DRAWN = "drawn"
DRAWN_AT, DRAWN_N = (0.0, 0.1), 2000
DATA = Choice(
    "data",
    "Data",
    {key: dataset.name for key, dataset in mle.DATASETS.items()}
    | {DRAWN: f"{DRAWN_N} draws, normal with σ = {DRAWN_AT[1]:g}", OWN: "Your own numbers"},
    "faithful_waiting",
)
SEED = Whole("seed", "Seed", 0, 9999, 1, help="The same seed gives the same sample, for everyone who opens the link.")


def _free(param: mle.Param) -> bool:
    """A parameter that a slider may move as far as it likes: any number, or any positive one."""
    unbounded = param.domain.low == -math.inf if param.scale == "linear" else param.domain.low == 0
    return param.regular and not param.given and unbounded and not bool(param.domain.contains(math.inf))


#: One or two free parameters: what two sliders can show.
FAMILIES = {k: f for k, f in mle.FAMILIES.items() if len(f.params) <= 2 and all(map(_free, f.params))}
FAMILY = Choice("family", "Model family", {key: family.name for key, family in FAMILIES.items()}, "normal")
#: Sliders of the picture of product and sum that belong to one sample.
COUNTED = ("m", *sorted({name for family in FAMILIES.values() for name in family.names}))
TRUTH = Choice("law", "True law", {k: f.name for k, f in FAMILIES.items() if not f.discrete}, "normal")

#: As many steps as the drag layer has places: marks that jump from one whole m to the next jump at a step.
STEPS = 481


def over_choice(family: mle.Family) -> Choice:
    """The parameter that L and ℓ are drawn over."""
    symbols = {param.name: f"{param.symbol}, {param.label}" for param in family.params}
    return Choice("over", "L and ℓ over", symbols, family.names[0])


def thinned(theta: Array, count: int, moved: Collection[str]) -> Array:
    """`some` of the frames; all of them where m moves, which has a frame for each of its values."""
    return theta if "m" in moved else some(theta, count)


def _spread(low: int, most: int, frames: int) -> npt.NDArray[np.int64]:
    """Counts one by one at first, then in even steps of the logarithm."""
    values = np.unique(np.round(np.geomspace(low, most, frames)).astype(int))
    for extra in range(low, most):  # rounding made the first ones equal: fill the gaps from below
        if values.size >= frames:
            break
        values = np.union1d(values, [extra])
    return values.astype(int)


def counts(
    most: int,
    frames: int,
    *,
    least: int = 1,
    default: int,
    word: str = "observations",
    first: int,
    stops: Iterable[int] = (),
    more: Iterable[int] = (),
) -> Slider:
    """Sample sizes: one by one at first, then in even steps of the logarithm, up to `most`; and those named in `stops` and `more`.

    The page began with the `first` such steps and the `stops`: they and the default among them stay steps, as links name them.
    """
    low = min(least, most)
    known = np.union1d(_spread(low, most, first), [m for m in stops if low <= m <= most]).astype(int)
    usual = int(known[np.argmin(np.abs(known - default))])
    values = np.union1d(np.union1d(known, _spread(low, most, frames)), [m for m in more if low <= m <= most]).astype(
        int
    )
    place = int(np.searchsorted(values, usual))
    return Slider("m", "m", word, tuple(float(v) for v in values), tuple(str(v) for v in values), place, counted=True)


def around(
    param: mle.Param,
    centre: float,
    half: float,
    *,
    key: str | None = None,
    label: str | None = None,
    start: float = 0.5,
) -> Slider:
    """Even steps on both sides of a centre that is a step itself: `half` is their reach, in logarithms where the scale has them."""
    ticks = np.arange(STEPS) - (STEPS - 1) // 2
    logarithmic = param.scale == "log"
    if logarithmic:
        step = 2 * half / (STEPS - 1)
        values = centre * np.exp(ticks * step)
        decimals = 3 - math.floor(math.log10(centre * step * math.exp(-half)))
    else:
        raw = 2 * half / (STEPS - 1)
        power = 10.0 ** math.floor(math.log10(raw))
        step = next(s * power for s in (5, 2, 1) if s * power <= raw * 1.001)
        decimals = 2 - math.floor(math.log10(step))
        values = round(centre, decimals) + ticks * step
    steps = tuple(float(np.round(v, decimals)) for v in values)
    words = tuple(f"{v:.12g}" for v in steps)
    name = key or param.name
    return Slider(name, param.symbol, label or param.label, steps, words, round(start * (STEPS - 1)), logarithmic)


def theta_slider(param: mle.Param, place: int, fit: mle.FitResult, n: int, *, off: bool) -> Slider:
    """Around the maximum, as far as the likelihood reaches and the density visibly moves; it starts at the maximum or `off` it."""
    centre, error = fit.params[param.name], fit.standard_errors[param.name]
    if not (math.isfinite(error) and error > 0):
        error = (abs(centre) or 1.0) / math.sqrt(n)
    logarithmic = param.scale == "log"
    half = min(max(8 * error / centre, 0.5), 1.5) if logarithmic else max(8.0, 0.75 * math.sqrt(n)) * error
    # Two standard errors with the others held: two nats below the top of the whole sample.
    held = float(np.linalg.inv(fit.covariance)[place, place]) ** -0.5
    away = held / (centre if logarithmic else 1.0) / half if off and math.isfinite(held) else 0.0
    start = 0.5 + min(away, 0.3)
    return around(param, centre, half, start=start)
