"""Read, Try, Check and Share of the surface page."""

from __future__ import annotations

import io
import warnings
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.scenes.surface import checking
from mle_ui.scenes.surface.questions import questions
from mle_ui.scenes.surface.scene import Scene
from mle_ui.scenes.surface.snippet import snippet
from mle_ui.state import query
from mle_ui.words import Check, Parts, Reading

Array = npt.NDArray[np.float64]

READING = Reading(
    text=(Path(__file__).parent / "read.md").read_text(encoding="utf-8"),
    section="5, Maximum likelihood estimation",
    correction="The article writes p(X, θ), which reads like a joint density. θ is not random here: write p(x; θ).",
)


def _checks(scene: Scene) -> tuple[Check, ...]:
    family, x, theta = scene.family, scene.prepared.x, scene.full(scene.theta)
    value = float(scene.loglik(scene.theta))
    terms = family.log_prob(x, theta)
    if not np.isfinite(value):
        known = dict(zip(family.names, theta.tolist(), strict=True))
        outside = float(np.sum(~family.support_at(known).contains(x)))
        impossible = float(np.sum(np.isneginf(terms)))
        ways = (("log p(x; θ) = −∞", impossible, 0.0), ("outside the support at θ", outside, 0.0))
        return (Check("observations that θ makes impossible", ways), *_masses(scene), *checking.tests(scene))
    # What the last bits of the data are worth: far from the origin a narrow density turns them into many nats.
    if family.discrete:  # factorials of large counts are differences of numbers as large as x log x
        last_bits = 4 * float(np.finfo(float).eps * np.sum(x * np.log1p(x)))
    else:
        with np.errstate(invalid="ignore"):
            moved = family.log_prob(x * (1 + 64 * np.finfo(float).eps), theta) - terms
        last_bits = float(np.abs(moved[np.isfinite(moved)]).sum())
    rounding = 1e-12 * float(np.abs(terms).sum()) + last_bits
    ways = (
        ("likelihood of the sample", value, rounding),
        ("log p(x; θ) of each observation, summed", float(terms.sum()), rounding),
    )
    checks = [Check("ℓ(θ), nats", ways), *_masses(scene)]
    gradient = mle.score(family, x, theta)
    for param in scene.prepared.params:
        j, i = family.index(param.name), scene.names.index(param.name)
        if not np.isfinite(theta[j]):
            continue
        # Central differences at h and h/2, extrapolated; their disagreement bounds the error.
        error = scene.prepared.estimates[param.name][1]
        axis = scene.axis(param.name)
        h = 1e-3 * (error if np.isfinite(error) and error > 0 else (axis.high - axis.low) / 16)
        h = h if np.isfinite(h) and (0 < h < abs(theta[j]) / 2 or theta[j] == 0) else 1e-4 * abs(theta[j])
        slopes = []
        for step in (h, h / 2):
            pair = np.repeat(scene.theta[None], 2, axis=0)
            pair[:, i] += [step, -step]
            up, down = scene.loglik(pair)
            slopes.append((up - down) / (pair[0, i] - pair[1, i]) if np.isfinite(up) and np.isfinite(down) else np.nan)
        numeric = (4 * slopes[1] - slopes[0]) / 3
        error = abs(slopes[1] - slopes[0]) + (3e-14 * float((1 + np.abs(terms)).sum()) + last_bits) / h
        if np.isfinite(numeric):  # a step over the cliff of an end point gives none
            ways = (
                ("score, closed form", float(gradient[j]), 0.0),
                ("finite difference", float(numeric), float(error)),
            )
            checks.append(Check(f"∂ℓ/∂{param.symbol} at θ", ways))
    return (*checks, *checking.tests(scene))


def _masses(scene: Scene) -> list[Check]:
    """All of the probability is there."""
    family, theta = scene.family, scene.full(scene.theta)
    if not family.discrete:
        return [_area(family, theta)]
    low, high = family.quantile([1e-13, 1 - 1e-13], theta)
    if high - low >= 1e6:
        return []
    k = np.arange(max(low - 1, 0), high + 2)
    total = float(family.prob(k, theta).sum())
    return [Check("total probability at θ", (("exact", 1.0, 0.0), ("summed over the counts", total, 1e-9)))]


def _area(family: mle.Family, theta: Array) -> Check:
    """The area between two far quantiles (a heavy tail reaches further than any quadrature), on log x for positive x."""
    from scipy import integrate  # heavy, and only this tab needs it

    logarithmic = family.support.low == 0
    knots = family.quantile([1e-3, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 1 - 1e-3], theta)
    exact = float(np.diff(family.cdf(knots[[0, -1]], theta))[0])
    middle = knots[4]

    def inner(t: float) -> float:
        x = middle * np.exp(t) if logarithmic else middle + t
        return float(family.prob(x, theta) * (x if logarithmic else 1.0))

    places = np.log(knots / middle) if logarithmic else knots - middle
    with warnings.catch_warnings():  # what it cannot resolve it says in its error
        warnings.simplefilter("ignore", integrate.IntegrationWarning)
        pieces = [integrate.quad(inner, a, b, limit=200) for a, b in pairwise(places) if a < b]
    area, error = (float(v) for v in np.sum(pieces, axis=0))
    last_bit = float(np.sum(np.spacing(np.abs(knots)) * family.prob(knots, theta)))
    return Check(
        "area under p(x; θ) between its 0.1 % and 99.9 % quantiles",
        (("cdf", exact, 1e-9 + 8 * last_bit), ("adaptive quadrature", area, max(error, 1e-9) + 8 * last_bit)),
    )


def _table(scene: Scene) -> str:
    """The profiles as CSV: parameter, its value, drop below the maximum in nats."""
    out = io.StringIO()
    out.write("parameter,value,profile_drop_nats\n")
    for name in scene.profiled:
        profile = scene.profile(name)
        for at, height in zip(profile.grid, profile.values - scene.fit.loglik, strict=True):
            out.write(f"{name},{float(at)!r},{float(height)!r}\n")
    return out.getvalue()


def parts(scene: Scene) -> Parts:
    return Parts(
        reading=READING,
        questions=lambda: questions(scene),
        checks=lambda: _checks(scene),
        code=lambda: snippet(scene),
        table=lambda: _table(scene),
        link=query(scene.items),
        file=f"surface-{scene.prepared.observed.data}-{scene.family.key}",
        table_name="Profiles",
        charts={"density": "Data and model", "surface": "Surface"}
        | {f"profile-{n}": f"Profile of {n}" for n in scene.profiled},
    )
