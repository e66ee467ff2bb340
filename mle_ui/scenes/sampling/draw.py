"""The scene's figures with their alt texts."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.figures import sampling as figures
from mle_ui.figures import style
from mle_ui.figures.product import coloured
from mle_ui.figures.sampling import LOOKS
from mle_ui.live import moving
from mle_ui.live.shown import Drawing
from mle_ui.live.tables import Track
from mle_ui.numbers import show
from mle_ui.scenes.sampling.repeated import N, R, Repeated, hatted
from mle_ui.scenes.sampling.resampled import METHODS, Resampled
from mle_ui.scenes.sampling.scene import Scene
from mle_ui.scenes.sampling.sims import LEVEL

Array = npt.NDArray[np.float64]
Marks = dict[tuple[str, str], Track]


def drawings(scene: Scene) -> list[Drawing]:
    """All charts of the state, the main one first."""
    now = moving.now(scene)
    if isinstance(scene, Resampled):
        return _resampled(scene, now)
    return [_cloud(scene, now), _errors(scene, now), _coverage(scene, now), _spread(scene, now)]


def _line(track: Track) -> tuple[Array, Array]:
    assert track.x is not None and track.y is not None
    return np.atleast_2d(track.x)[0], np.atleast_2d(track.y)[0]


def _words(track: Track) -> str:
    assert track.texts is not None
    return track.texts[0]


def _value(track: Track) -> float:
    return float(_line(track)[0][0])


def _cloud(scene: Repeated, now: Marks) -> Drawing:
    x, y = _line(now["cloud", "truth"])
    n, r = int(scene.theta[N]), int(scene.theta[R])
    params = scene.family.params
    names = [f"{p.symbol}\u0302, estimate of the {p.label}" for p in params]
    dots = coloured("One dot a sample", style.DATA)
    if scene.count == 1:
        titles = (names[0], f"its own Wald error, of {params[0].symbol}\u0302")
        title = f"{dots}; Wald’s interval covers inside the {coloured('cone', style.MODEL)}"
        seen = "Estimates against their own standard errors, and the cone in which Wald's interval covers"
    else:
        titles = (names[0], names[1])
        ellipse = coloured("(nI)⁻¹", style.MODEL)
        title = f"{dots}; 95 % ellipse of {ellipse}"
        if scene.heavy:
            title = f"{dots}; 95 %: {ellipse}, {coloured('sandwich', style.TRUTH)}"
        seen = "A cloud of estimates with the 95 % ellipse of the inverse Fisher information"
    lines = {mark: _line(now["cloud", mark]) for mark in ("ellipse", "robust", "cone") if ("cloud", mark) in now}
    told = "nearest normal" if scene.heavy else "truth"
    figure = figures.cloud_figure(
        _line(now["cloud", "estimates"]), (float(x[0]), float(y[0])), lines, titles=titles, x=scene.frame.x, y=scene.frame.y,
        logarithmic=scene.frame.logarithmic, title=title, told=told,
    )  # fmt: skip
    at = ", ".join(
        f"{p.symbol} = {show(v, 4)}" for p, v in zip(params, scene.centers(scene.theta[None])[0], strict=True)
    )
    return Drawing("cloud", figure, f"{seen}: {r} samples of {n} observations around the {told} at {at}.")


def _errors(scene: Repeated, now: Marks) -> Drawing:
    moved = " and ".join(p.symbol for p in scene.family.params if p.name in scene.free)
    cancel = f"; {moved} cancel{'' if ' ' in moved else 's'}" if moved else ""
    hat, own, n = hatted(scene.estimand), scene.own_symbol, int(scene.theta[N])
    window = scene.frame.errors
    robust = _line(now["errors", "robust"]) if scene.heavy else None
    title = f"{coloured(f'Errors of {hat}', style.DATA)} and the {coloured('normal promised', style.MODEL)}"
    if scene.heavy:
        title = f"{coloured(f'Errors of {hat}', style.DATA)}, {coloured('naive', style.MODEL)}, {coloured('sandwich', style.TRUTH)}"
    figure = figures.errors_figure(
        _line(now["errors", "histogram"]), _value(now["errors", "mean"]),
        {mark: _words(now["errors", mark]) for mark in ("mean-word", "truth-word", "unit-word", "other-word") if ("errors", mark) in now},
        mle.density_curve("normal", [0.0, 1.0], *window, points=101), robust, window=window, top=scene.frame.top, title=title,
        axis=f"({hat} − {own}) ÷ {'naive' if scene.heavy else 'standard'} error 1/√(nI)" + cancel,
        other=_value(now["errors", "other"]) if scene.counterpart is not None else None,
    )  # fmt: skip
    read = scene.read
    alt = (
        f"Histogram of the errors of {hat} at n = {n} in units of the promised standard error, beside a standard normal. "
        f"The mean error is {read['bias']}, the standard deviation {read['sd']}, promised {read['promised']}"
        + (
            f"; the mean of {hatted(scene.counterpart)} is off by {read['other']}."
            if scene.counterpart is not None
            else "."
        )
    )
    return Drawing("errors", figure, alt)


def _coverage(scene: Repeated, now: Marks) -> Drawing:
    methods = scene.methods
    param = scene.family.params[scene.estimand.place]
    words = ", ".join(coloured("Wald" if m == "wald" else m, LOOKS[m][0]) for m in methods)
    figure = figures.coverage_figure(
        {m: _line(now["coverage", m]) for m in methods}, {m: _line(now["coverage", f"at-{m}"]) for m in methods},
        float(scene.theta[N]), level=LEVEL, sizes=(scene.sizes[0], scene.sizes[-1]), y=scene.frame.cover,
        title=f"Coverage of {param.symbol}: {words}",
    )  # fmt: skip
    read = scene.read
    told = "; ".join(f"{m} {read[f'cover-{m}']}" for m in scene.told)
    alt = f"Coverage over n with bars of 2 Monte Carlo errors. At n = {int(scene.theta[N])}: {told}."
    return Drawing("coverage", figure, alt)


def _spread(scene: Repeated, now: Marks) -> Drawing:
    hat = hatted(scene.estimand)
    robust = _line(now["spread", "robust"]) if scene.heavy else None
    theory = "naive" if scene.heavy else "Cramér–Rao"
    title = f"{coloured(f'● sd, ◇ bias of {hat}', style.DATA)}; {coloured(theory, style.MODEL)}"
    title += f", {coloured('sandwich', style.TRUTH)}" if scene.heavy else " falls as 1/√n"
    figure = figures.spread_figure(
        _line(now["spread", "sd"]), _line(now["spread", "bias"]), _line(now["spread", "promised"]), robust, float(scene.theta[N]),
        sizes=(scene.sizes[0], scene.sizes[-1]), y=scene.frame.spread, title=title, axis=f"sd and |bias| of {hat}",
    )  # fmt: skip
    read = scene.read
    alt = (
        f"Spread and bias of {hat} over n on logarithmic axes, with 1/√(n·I). At n = {int(scene.theta[N])} the spread is {read['sd']}, "
        f"promised {read['promised']}, the mean error {read['bias']}; a bias within 2.5 Monte Carlo errors of 0 is not drawn."
    )
    return Drawing("spread", figure, alt)


def _resampled(scene: Resampled, now: Marks) -> list[Drawing]:
    fit, params = scene.study.fit, scene.family.params
    level = float(scene.theta[1])
    hat = scene.symbol + "\u0302"
    read = moving.strings(scene)
    out = []
    if len(params) == 2:
        naive = coloured("information", style.MODEL)
        title = f"{coloured('Bootstrap θ*', style.DATA)}; ellipses: {naive}, {coloured('sandwich', style.TRUTH)}"
        figure = figures.cloud_figure(
            _line(now["cloud", "estimates"]), (float(fit.theta[0]), float(fit.theta[1])),
            {mark: _line(now["cloud", mark]) for mark in ("ellipse", "robust")},
            titles=(f"{params[0].symbol}*, {params[0].label}", f"{params[1].symbol}*, {params[1].label}"),
            x=scene.window(0), y=scene.window(1),
            logarithmic=False, title=title, told="estimate from the data", estimated=True,
        )  # fmt: skip
        at = ", ".join(f"{p.symbol} = {show(v)}" for p, v in zip(params, fit.theta.tolist(), strict=True))
        out.append(
            Drawing(
                "cloud",
                figure,
                f"Estimates of {int(scene.theta[0])} resamples around the estimate at {at}, with {100 * level:g} % ellipses.",
            )
        )
    window = scene.window(scene.place)
    estimate = fit.params[scene.name]
    curves = {
        mark: mle.density_curve("normal", [estimate, scene.errors[mark]], *window, points=101)
        for mark in ("naive", "robust")
    }
    param = params[scene.place]
    title = f"{coloured(f'Resampled {scene.symbol}*', style.DATA)}, {coloured('naive', style.MODEL)}, {coloured('sandwich', style.TRUTH)}"
    figure = figures.bootstrap_figure(
        _line(now["errors", "histogram"]), (_value(now["errors", "low"]), _value(now["errors", "high"])), curves, estimate,
        window=window, top=scene.top, title=title, axis=f"{scene.symbol}*, {param.label}",
    )  # fmt: skip
    out.append(
        Drawing(
            "errors",
            figure,
            f"Histogram of {scene.symbol} over {int(scene.theta[0])} resamples beside normals around {hat} = {show(estimate)}; "
            f"bootstrap error {read['sd']}, naive {show(scene.errors['naive'], 4)}, sandwich {show(scene.errors['robust'], 4)}. Dashed: "
            f"the percentile interval {read['percentile']}.",
        )
    )
    figure = figures.intervals_figure(
        {m: _line(now["intervals", m]) for m in METHODS}, estimate, window=window,
        title=f"Five intervals of {scene.symbol} around {coloured(hat, style.POINT)}", axis=f"{scene.symbol}, {param.label}",
        height=300 if len(params) == 2 else 400,
    )  # fmt: skip
    told = ", ".join(f"{m} {read[m]}" for m in ("likelihood", "percentile", "basic"))
    out.append(Drawing("intervals", figure, f"Intervals of {scene.symbol} at confidence {100 * level:g} %: {told}."))
    return out
