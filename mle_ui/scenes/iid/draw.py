"""The scene's figures with their alt texts."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.figures.dependence import coverage_figure, means_figure, series_figure
from mle_ui.figures.empirical import distance_figure, ecdf_figure, meeting_figure
from mle_ui.figures.product import Limit, likelihood_figure, loglik_figure, product_figure, sample_figure, terms_figure
from mle_ui.live import moving
from mle_ui.live.shown import Drawing
from mle_ui.live.tables import Track
from mle_ui.numbers import nats, show
from mle_ui.scenes.iid import curves, dependence
from mle_ui.scenes.iid.dependence import Dependence
from mle_ui.scenes.iid.law import Law, distances
from mle_ui.scenes.iid.product import FORMATS, LN10, TERMS, Product
from mle_ui.scenes.iid.scene import Scene

Array = npt.NDArray[np.float64]


def drawings(scene: Scene) -> list[Drawing]:
    """All charts of the picture, the main one first."""
    if isinstance(scene, Product):
        return _product(scene)
    return _law(scene) if isinstance(scene, Law) else _dependence(scene)


def _line(track: Track) -> tuple[Array, Array]:
    assert track.x is not None and track.y is not None
    return np.atleast_2d(track.x)[0], np.atleast_2d(track.y)[0]


def _point(track: Track) -> tuple[float, float]:
    x, y = _line(track)
    return float(x[0]), float(y[0])


#: Width of a limit's words, in parts of the axis.
_WORDS = 0.27


def _limits(scene: Product) -> list[Limit]:
    """Heights of the formats' ends in nats, with their words: the upper ends of a rising path, or the lower ones.

    The words stand where neither the path nor a line of the formats' ends crosses them, with theta at the maximum.
    """
    whole = float(mle.loglik(scene.family, scene.x, scene.fit.theta))
    rising = whole > 0
    formats, of, n = mle.FLOAT_FORMATS.values(), "largest" if rising else "smallest", scene.x.size
    heights = [LN10 * getattr(f, of) for f in formats]
    words = [f"{of} {f.key}: 10<sup>{getattr(f, of):.0f}</sup>".replace("-", "−") for f in formats]
    ends = [int(m[0]) or 2 * n for m, _ in scene.exits(scene.fit.theta[None]).values()]
    # Where two lie so close that their words would cover each other, the longer format has them.
    close = 0.07 * (scene.path_range[1] - scene.path_range[0])
    follow, before = [*heights[1:], math.inf], [math.inf, *heights[:-1]]
    out = []
    for at, text, after, earlier, end in zip(heights, words, follow, before, ends, strict=True):
        starts = [(1 - _WORDS) * n, 0.0, *(1.02 * m for m in ends if m < n)]
        free = [x for x in starts if not any(x <= m <= x + _WORDS * n for m in ends) and x + _WORDS * n < 1.03 * n]
        x = free[0] if free else starts[0]
        above = rising == (x < end)  # a rising path is below its limit until it ends
        # The line of the shorter format would run through words on its side: they change over where the path has gone far away.
        if x > end and abs(earlier - at) < close and abs(whole * x / n - at) > 1.5 * close:
            above = not above
        # At the right end they end there, however narrow the screen is.
        start, side = (float(n), "left") if x == starts[0] else (x, "right")
        out.append(Limit(at, text if abs(after - at) > close else "", start, ("top " if above else "bottom ") + side))
    return out


def _product(scene: Product) -> list[Drawing]:
    now = moving.now(scene)
    family, theta, m, n = scene.family, scene.theta[None], scene.m, scene.x.size
    found = {key: (int(ends[0]), float(value[0])) for key, (ends, value) in scene.exits(theta).items()}
    names = {key: now["product", f"name-{key}"] for key in FORMATS}
    exits = {
        key: (_line(now["product", f"exit-{key}"]), _point(names[key]), (names[key].texts or ("",))[0])
        for key in FORMATS
    }
    sums = float(mle.loglik(family, scene.x[:m], theta[0]))
    at = ", ".join(f"{p.symbol} = {show(v)}" for p, v in zip(family.params, scene.theta, strict=True))
    ended = "; ".join(
        f"{key} gives {show(value)} from m = {k} on" if 0 < k <= m else f"{key} still holds a number"
        for key, (k, value) in found.items()
    )
    path = product_figure(
        _line(now["product", "path"]), _line(now["product", "sum"]), _point(now["product", "now"]), exits, _limits(scene), left=scene.left,
        most=n, y_range=scene.path_range,
    )  # fmt: skip
    sample = sample_figure(
        _line(now["points", "model"]), _line(now["points", "sample"]), discrete=family.discrete, name=family.name,
        quantity=scene.observed.quantity, window=scene.window, peak=scene.peak,
    )  # fmt: skip
    shown = min(n, TERMS)
    terms = terms_figure(_line(now["terms", "terms"]), most=shown, y_range=scene.term_range)
    curve = scene.curves
    param = family.params[curve.place]
    common: dict[str, Any] = {
        "axis": f"{param.symbol}, {param.label}",
        "symbol": param.symbol,
        "window": (curve.steps[0], curve.steps[-1]),
        "logarithmic": curve.logarithmic,
    }
    likelihood = likelihood_figure(
        _line(now["likelihood", "exact"]), _line(now["likelihood", "single"]), _point(now["likelihood", "best"]),
        _point(now["likelihood", "theta"]), top=curves.TOP, **common,
    )  # fmt: skip
    loglik = loglik_figure(
        _line(now["loglik", "loglik"]), _point(now["loglik", "best"]), _point(now["loglik", "theta"]), floor=curve.floor, **common
    )  # fmt: skip
    best = show(_point(now["loglik", "best"])[0])
    here = show(_point(now["loglik", "theta"])[0])
    drop = nats(_point(now["loglik", "theta"])[1])
    return [
        Drawing(
            "product",
            path,
            f"Product of the densities of {m} of {n} points at {at}: its logarithm, the log-sum, is {nats(sums)} nats; "
            f"its decimal logarithm {show(sums / LN10)}. {ended}.",
        ),
        Drawing(
            "points",
            sample,
            f"The first {min(m, shown)} points at their heights under the {family.name} at {at}.",
        ),
        Drawing("terms", terms, f"Terms log p of the first {min(m, shown)} points as bars, in nats, at {at}."),
        Drawing(
            "likelihood",
            likelihood,
            f"Likelihood of {m} points over {param.symbol} in units of its maximum at {best}, exactly and as a float32 "
            f"product; your point is at {here}.",
        ),
        Drawing(
            "loglik",
            loglik,
            f"Log-likelihood of {m} points over {param.symbol}: maximum at {best}; your point at {here} is {drop} nats "
            "from it.",
        ),
    ]


def _law(scene: Law) -> list[Drawing]:
    now = moving.now(scene)
    m = scene.m
    sizes = scene.sizes
    path = np.array([d for d, _ in distances(scene.seed, sizes)])
    bound = mle.dkw_halfwidth(np.array(sizes))
    ecdf = ecdf_figure(
        *(_line(now["ecdf", mark]) for mark in ("ecdf", "lower", "upper", "gap", "truth")), window=scene.window
    )
    meeting = meeting_figure(
        *(_line(now["sample", mark]) for mark in ("histogram", "ticks", "truth")), window=scene.window, peak=scene.peak
    )
    distance = distance_figure(
        (np.array(sizes, dtype=float), path), (np.array(sizes, dtype=float), bound), _point(now["distance", "now"]),
        x_range=(0.9, sizes[-1] * 1.1), y_range=(0.5 * float(path.min()), 1.6),
    )  # fmt: skip
    at = ", ".join(f"{p.symbol} = {show(v)}" for p, v in zip(scene.family.params, scene.theta, strict=True))
    gap = float(path[sizes.index(m)])
    return [
        Drawing(
            "ecdf",
            ecdf,
            f"Empirical distribution of {m} observations with its 95 % band ± {show(float(mle.dkw_halfwidth(m)), 3)}, and the "
            f"true {scene.family.name} at {at}; the largest gap is {show(gap, 3)}.",
        ),
        Drawing("sample", meeting, f"Histogram of {m} observations and the density of {scene.family.name} at {at}."),
        Drawing(
            "distance",
            distance,
            f"Largest gap over the sample size, 1 to {sizes[-1]}: {show(gap, 3)} at m = {m}.",
        ),
    ]


def _dependence(scene: Dependence) -> list[Drawing]:
    now = moving.now(scene)
    z, m = dependence.Z, scene.m
    naive = mle.density_curve("normal", [0.0, 1.0], -dependence.REACH, dependence.REACH, points=121)
    means = means_figure(
        naive, *(_line(now["means", mark]) for mark in ("truth", "covered", "simulated")), z=z, reach=dependence.REACH, top=dependence.TOP
    )  # fmt: skip
    window = (dependence.RHO.values[0], dependence.RHO.values[-1])
    exact, lower, upper, simulated = (_line(now["coverage", mark]) for mark in ("exact", "lower", "upper", "simulated"))
    coverage = coverage_figure(
        exact, lower, upper, simulated, _point(now["coverage", "rho"]), level=dependence.LEVEL, window=window
    )
    series = series_figure(
        *(_line(now["series", mark]) for mark in ("series", "mean", "low", "high")), most=dependence.SHOWN
    )
    share = float(mle.ar1_coverage(scene.rho, m))
    inflation = float(mle.ar1_inflation(scene.rho, m))
    words = f"ρ = {show(scene.rho)} and m = {m}"
    return [
        Drawing(
            "means",
            means,
            f"Means of samples with {words}: in truth they spread {show(inflation**0.5, 3)} times as far as independence "
            f"promises, and {show(100 * share, 4)} % lie within ± 1.96 naive standard errors.",
        ),
        Drawing(
            "coverage",
            coverage,
            f"True coverage of a nominal 95 % interval over ρ, by formula and simulated; {show(100 * share, 4)} % at {words}.",
        ),
        Drawing(
            "series",
            series,
            f"The first {min(m, dependence.SHOWN)} observations of one sample with {words}, its mean and naive interval.",
        ),
    ]
