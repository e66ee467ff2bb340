"""What stands under the picture: Read, Try, Check, Code, Share."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.live import moving
from mle_ui.live.tables import Slider
from mle_ui.numbers import show
from mle_ui.scenes.likelihood import settings, snippet
from mle_ui.scenes.likelihood.scene import Scene, build, size
from mle_ui.state import Link, query
from mle_ui.words import Check, Parts, Question, Reading

Array = npt.NDArray[np.float64]
Curve = Callable[[float], float]
Quad = Callable[..., tuple[float, float]]

READING = Reading(
    (Path(__file__).parent / "read.md").read_text(encoding="utf-8"),
    "1, Likelihood vs probability",
    "The article writes p(X, θ), which reads like the joint density of two random things. θ is not random here: it is a number that we do "
    "not know. So we write p(x; θ), with a semicolon.",
)

ONE_MU = {"family": "normal", "over": "mu", "points": "1", "x1": "1"}
ONE_SIGMA = {**ONE_MU, "over": "sigma"}
TWO_SIGMA = {**ONE_SIGMA, "points": "2"}
RATE = {"family": "exponential", "over": "rate", "points": "1", "x1": "2"}


@lru_cache(maxsize=16)
def _opened(link: tuple[tuple[str, str], ...]) -> Scene:
    scene = build(Link(dict(link)))
    assert scene is not None
    return scene


def opened(link: Mapping[str, str]) -> Scene:
    """The scene of a link of this page."""
    return _opened(tuple(link.items()))


def _sets(link: Mapping[str, str]) -> dict[str, object]:
    """Every control's value in that state, by key."""
    return {
        control.key: control.values[int(value)] if isinstance(control, Slider) else value  # type: ignore[call-overload]
        for control, value in opened(link).items
    }


def _slice(link: Mapping[str, str]) -> mle.LikelihoodSlice:
    scene = opened(link)
    return scene.picture.slices(scene.x[None], scene.theta[None])


def _questions() -> tuple[Question, ...]:
    mu, sigma, two, rate = (_slice(link) for link in (ONE_MU, ONE_SIGMA, TWO_SIGMA, RATE))
    read = moving.strings(opened(ONE_MU))
    x = float(opened(RATE).x[0])
    return (
        Question(
            "One observation of a normal, σ held. Drag the row: the area along it stays 1. Drag the column: what does the area up it do?",
            ("it stays 1 too", "it changes with x", "it is ∞"),
            0,
            f"It is {size(float(mu.log_area[0]))} wherever the column stands, by chance: x and μ change places in (x − μ)². Where the "
            f"cuts meet, both slices have the height {read['here']}.",
            _sets(ONE_MU),
        ),
        Question(
            "The same observation, μ held, and the column runs over σ. Its area?",
            ("1", "less than 1", "∞"),
            2,
            f"For large σ the likelihood falls like 1/σ, and the area never stops growing: {size(float(sigma.log_area[0]))}. Its "
            f"maximum is at σ = {show(float(sigma.argmax[0]))} none the less.",
            _sets(ONE_SIGMA),
        ),
        Question(
            "Measure σ by its logarithm instead. What stays?",
            ("the area", "the maximum", "both"),
            1,
            f"L is largest at log σ = {show(math.log(float(sigma.argmax[0])))}, the logarithm of {show(float(sigma.argmax[0]))}: heights "
            f"do not change, so the maximum goes along. The area was {size(float(sigma.log_area[0]))} and is "
            f"{size(float(sigma.log_area_transformed[0]))} now.",
            _sets(ONE_SIGMA),
        ),
        Question(
            "Add a second observation (click below the density's axis). The area over σ?",
            ("still ∞", "finite", "1"),
            1,
            f"The product falls like 1/σ², and the area is {size(float(two.log_area[0]))}. More data, another area: it has no "
            "meaning of its own.",
            _sets(TWO_SIGMA),
        ),
        Question(
            f"An exponential with rate λ, and the column at x = {x:g}. Drag it towards 0: where does the maximum go, and the area?",
            ("both grow", "both shrink", "the area stays 1"),
            0,
            f"λ̂ = 1/x = {show(float(rate.argmax[0]))} here, and the area is 1/x² = {size(float(rate.log_area[0]))}: each "
            "grows without bound.",
            _sets(RATE),
        ),
    )  # fmt: skip


def _checks(scene: Scene) -> tuple[Check, ...]:
    from scipy import integrate  # heavy, and only this tab needs it

    family, theta, x = scene.family, scene.theta, scene.x
    found = scene.picture.slices(x[None], theta[None])
    area = float(scene.picture.areas_over_x(theta[None])[0])
    if family.discrete:
        last = float(family.quantile(1 - 1e-13, theta)) + 20
        other = ("sum of differences of the distribution function", float(family.cdf(last, theta)), 1e-9)
    else:
        q = family.quantile(np.linspace(0, 1, 42)[1:-1], theta)
        value, error = _pieces(
            lambda v: float(family.prob(v, theta)), q, family.support.low, family.support.high, integrate.quad
        )
        other = ("adaptive quadrature", value, error + 1e-9)
    checks = [
        Check("area over x at the θ that is fixed", (("panels between quantiles", area, 1e-6), other, ("what it must be", 1.0, 0.0)))
    ]  # fmt: skip
    checks += [_where_they_meet(scene), *_score(scene)]
    top = float(found.log_height[0])
    if math.isfinite(top):
        checks += _areas(scene, found, top, integrate.quad)
        checks += _maximum(scene, found)
    return tuple(checks)


def _pieces(curve: Curve, cuts: Iterable[float], low: float, high: float, quad: Quad) -> tuple[float, float]:
    """Adaptive quadrature piece by piece: the value and the sum of the errors."""
    ends = np.unique(np.clip([low, *cuts, high], low, high))
    parts = [quad(curve, a, b, epsabs=1e-11, epsrel=1e-10, limit=200) for a, b in pairwise(ends.tolist())]
    return math.fsum(p[0] for p in parts), math.fsum(p[1] for p in parts)


def _where_they_meet(scene: Scene) -> Check:
    family, theta, x = scene.family, scene.theta, float(scene.x[0])
    p = float(family.prob(x, theta))
    if family.discrete:
        slope, error = float(family.cdf(x, theta)) - (float(family.cdf(x - 1, theta)) if x > 0 else 0.0), 1e-12
    else:
        low, high = scene.picture.window
        h = 1e-4 * (high - low)
        slopes = [float(np.diff(family.cdf(np.array([x - s, x + s]), theta))[0]) / (2 * s) for s in (h, h / 2)]
        slope, error = slopes[1], abs(slopes[1] - slopes[0]) + 1e-9 / h * 1e-4
    return Check(
        "p where the first column meets the row",
        (
            ("density" if not family.discrete else "probability", p, 1e-12),
            ("likelihood of that observation alone", math.exp(float(mle.loglik(family, [x], theta))), 1e-9 * (1 + p)),
            ("slope of the distribution function" if not family.discrete else "step of the distribution function", slope, error),
        ),
    )  # fmt: skip


def _score(scene: Scene) -> list[Check]:
    """The slope of log L again, by central differences at two steps; nothing at a jump or where L is 0."""
    param, x = scene.picture.param, scene.x[None]
    slope = float(scene.picture.slopes(x, scene.theta[None])[0])
    room = min(scene.own - param.domain.low, param.domain.high - scene.own, 1.0 + abs(scene.own))
    h = 1e-3 * room
    values = scene.own + np.array([[-h, h, -h / 2, h / 2]])
    logs = scene.picture.loglik_along(x, values, scene.theta[None])[0]
    if not (np.isfinite(logs).all() and math.isfinite(slope)):
        return []
    coarse, fine = (logs[1] - logs[0]) / (2 * h), (logs[3] - logs[2]) / h
    error = abs(fine - coarse) + 1e-13 * (1 + float(np.abs(logs).max())) / h
    return [
        Check(
            f"score ∂ log L/∂{param.symbol}",
            (("closed form", slope, 0.0), ("central differences", float((4 * fine - coarse) / 3), float(error))),
        )
    ]


def _curve(scene: Scene, top: float) -> Curve:
    """L over θ in units of its maximum, one value at a time."""
    theta, place = scene.theta.copy(), scene.picture.place

    def curve(value: float) -> float:
        theta[place] = value
        return math.exp(min(float(np.sum(scene.family.log_prob(scene.x, theta))) - top, 50.0))

    return curve


def _areas(scene: Scene, found: mle.LikelihoodSlice, top: float, quad: Quad) -> list[Check]:
    param, best = scene.picture.param, float(found.argmax[0])
    curve = _curve(scene, top)
    checks = []
    reach = 0.15 * (0.2 + abs(best))
    cuts = [best + s * reach * 4.0**k for k in range(-2, 4) for s in (-1, 1)] + [best, *scene.x.tolist()]
    for words, log in ((param.symbol, found.log_area[0]), (settings.other_name(param), found.log_area_transformed[0])):
        if not np.isfinite(log):
            continue
        area = math.exp(log - top)
        if words == param.symbol:
            value, error = _pieces(curve, cuts, param.domain.low, param.domain.high, quad)
        else:
            value, error = _pieces(*_transformed(scene, curve, cuts), quad=quad)
        checks.append(
            Check(
                f"area over {words}, in units of the maximum",
                (
                    ("panels that halve towards the maximum", area, 2e-6 * area),
                    ("adaptive quadrature", value, error + 1e-6 * area),
                ),
            )
        )
    return checks


def _transformed(scene: Scene, curve: Curve, cuts: list[float]) -> tuple[Curve, list[float], float, float]:
    """The curve over the other coordinate, as its integrand over a coordinate that adaptive quadrature likes, with its cuts and ends."""
    param = scene.picture.param
    low, high = param.domain.low, param.domain.high
    if low != 0:  # φ = exp(θ/2), integrated over θ
        return (lambda v: curve(v) * math.exp(min(v, 700.0) / 2) / 2), cuts, -200.0, 200.0
    inside = [float(mle.reparametrised(param, v)) for v in cuts if low < v < high]
    if high == 1:
        return (lambda u: curve(1 / (1 + math.exp(-u)))), inside, -36.0, 36.0
    return (lambda u: curve(math.exp(u))), [v for v in inside if abs(v) < 60], -60.0, 60.0


def _maximum(scene: Scene, found: mle.LikelihoodSlice) -> list[Check]:
    """The highest point again: by the fit of several observations, by a search for one."""
    from scipy import optimize  # heavy, and only this tab needs it

    family, name, param = scene.family, scene.over, scene.picture.param
    best = float(found.argmax[0])
    words = f"{param.symbol} where L is largest"
    first = ("the slice's highest point", best, 1e-5 * (1 + abs(best)))
    if not math.isfinite(best):
        return []
    if scene.count > 1:
        held = {key: float(v) for key, v in zip(family.names, scene.theta, strict=True) if key != name}
        try:
            fit = mle.fit(family, scene.x, fixed=held)
        except mle.MleError:
            return []
        top, grain = float(found.log_height[0]), 1e-9 * (1 + abs(float(found.log_height[0])))
        if abs(fit.params[name] - best) > first[2] and abs(fit.loglik - top) < grain:
            words = f"log L at its top over {param.symbol}, which is flat"  # an even number of Laplace observations
            return [
                Check(
                    words,
                    (("the slice's highest point", top, grain), ("the fit with the others held", fit.loglik, 0.0)),
                )
            ]
        return [Check(words, (first, ("the fit with the others held", fit.params[name], 0.0)))]
    reach = 0.3 * (0.1 + abs(best))
    low, high = max(best - reach, param.domain.low), min(best + reach, param.domain.high)
    curve = _curve(scene, float(found.log_height[0]))
    search = optimize.minimize_scalar(
        lambda v: -curve(v), bounds=(low, high), method="bounded", options={"xatol": 1e-8 * reach}
    )
    # A flat top hides its place from a search by half the digits.
    return [Check(words, (first, ("search between two bounds", float(search.x), 1e-3 * reach)))]


def _table(scene: Scene) -> str:
    """The likelihood's slice in both coordinates."""
    low, high = scene.picture.span
    grid = np.linspace(low, high, 401)
    logs = scene.picture.loglik_along(scene.x[None], grid[None], scene.theta[None])[0]
    out = io.StringIO()
    out.write(f"{scene.over},{settings.other_name(scene.picture.param).replace(' ', '_')},loglik_nats,likelihood\n")
    for row in zip(grid, mle.reparametrised(scene.picture.param, grid), logs, np.exp(logs), strict=True):
        out.write(",".join(repr(float(v)) for v in row) + "\n")
    return out.getvalue()


def parts(scene: Scene) -> Parts:
    return Parts(
        reading=READING,
        questions=_questions,
        checks=lambda: _checks(scene),
        code=lambda: snippet.code(scene),
        table=lambda: _table(scene),
        link=query(scene.items),
        file=f"likelihood-{scene.family.key}-{scene.over}",
        table_name="Likelihood",
        charts={"map": "Map", "density": "Density", "likelihood": "Likelihood", "other": "Other coordinate"},
    )
