"""The figures of the landscape."""

from __future__ import annotations

from mle_ui.figures.criteria import fitted_figure, found_figure, funnel_figure, landscape_figure, pull_figure
from mle_ui.live import moving
from mle_ui.live.shown import Drawing
from mle_ui.numbers import show
from mle_ui.scenes.cross_entropy.landscape import Landscape
from mle_ui.scenes.cross_entropy.landscape_rows import ENDS, FOUND, FUNNEL, PULL, SPAN, TOP, WINDOW
from mle_ui.scenes.cross_entropy.marks import line
from mle_ui.scenes.cross_entropy.truths import MOST


def drawings(scene: Landscape) -> list[Drawing]:
    now = moving.now(scene)
    said = moving.strings(scene)
    charts = {
        chart: {mark: line(track) for (at, mark), track in now.items() if at == chart} for chart in scene.charts()
    }
    symbol = scene.param.symbol
    mu, sigma = (show(v) for v in scene.theta[:2])
    law = f"p {truth_words(scene)}, q normal with μ = {mu}, σ = {sigma}"
    landscape = landscape_figure(
        charts["landscape"],
        symbol=symbol,
        axis=f"{symbol} of q",
        window=ENDS[scene.over],
        span=SPAN,
        gap="H(p)\u2002",
    )
    best, own = said["argmins"].split(" · ")
    slope, seen = said["slopes"].split(" · ")
    return [
        Drawing(
            "landscape",
            landscape,
            f"Cross-entropy {said['cross']}, divergence {said['kl']} and mean loss {said['nll']} nats at the dragged θ; {law}. H and D "
            f"have slope {slope} and argmin {best}, the sample of {scene.m} slope {seen} and argmin {own}.",
        ),
        Drawing(
            "laws",
            fitted_figure(charts["laws"], window=WINDOW, top=TOP),
            f"Densities of {law}, the normal nearest to p, and {min(scene.m, 100)} observations.",
        ),
        Drawing(
            "pull",
            pull_figure(charts["pull"]["pull"], symbol=symbol, window=WINDOW, span=PULL),
            f"What each x adds to the slope over {symbol}: the signed area is {slope}.",
        ),
        Drawing(
            "funnel",
            funnel_figure(charts["funnel"], most=MOST, span=FUNNEL),
            f"Mean loss less the cross-entropy for 2 to {MOST} observations, within two standard errors of zero or not; "
            f"at m = {scene.m} the mean loss is {said['nll']} nats.",
        ),
        Drawing(
            "found",
            found_figure(charts["found"], symbol=symbol, most=MOST, span=FOUND[scene.over]),
            f"Best {symbol} of the first m observations: {own} at m = {scene.m}, tending to {best}.",
        ),
    ]


def truth_words(scene: Landscape) -> str:
    """The truth in words."""
    at = ", ".join(f"{s.symbol} = {show(v)}" for s, v in zip(scene.sliders[5:], scene.theta[5:].tolist(), strict=True))
    return f"{scene.kind.replace('_', ' ')} with {at}"
