"""The figures of the two Gaussians with their alt texts."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.figures import divergence as figures
from mle_ui.live import moving
from mle_ui.live.shown import Drawing
from mle_ui.live.tables import Track
from mle_ui.numbers import show
from mle_ui.scenes.kl import pair_marks, settings
from mle_ui.scenes.kl.pair import Pair

Array = npt.NDArray[np.float64]


def line(track: Track) -> tuple[Array, Array]:
    """x and y of a committed mark."""
    assert track.x is not None and track.y is not None
    return np.atleast_2d(track.x)[0], np.atleast_2d(track.y)[0]


def point(track: Track) -> tuple[float, float]:
    x, y = line(track)
    return float(x[0]), float(y[0])


def said(track: Track) -> tuple[float, float, str]:
    """Place and words of a committed text."""
    return *point(track), (track.texts or ("",))[0]


def drawings(scene: Pair) -> list[Drawing]:
    """All charts of the picture, the main one first."""
    return [*_laws(scene), *_landscapes(scene), _draws(scene), _orders(scene)]


def _symbols(scene: Pair) -> str:
    mu_p, sigma_p, mu_q, sigma_q = (show(v) for v in scene.laws)
    return f"p is normal with mean {mu_p} and width {sigma_p}, q with mean {mu_q} and width {sigma_q}"


def _laws(scene: Pair) -> list[Drawing]:
    now = moving.now(scene)
    logs = scene.look == "log"
    laws = figures.laws_figure(
        line(now["laws", "p"]), line(now["laws", "q"]), {law: line(now["laws", f"{law}-hands"]) for law in "pq"}, reach=scene.reach,
        y_range=(pair_marks.FLOOR, pair_marks.CEILING) if logs else (0.0, scene.density_top),
        ratio=line(now["laws", "ratio"]) if logs else None,
    )  # fmt: skip
    out = [Drawing("laws", laws, f"Densities: {_symbols(scene)}.")]
    for chart, first, second in (("forward", "p", "q"), ("backward", "q", "p")):
        figure = figures.integrand_figure(
            line(now[chart, "integrand"]), said(now[chart, "sum"]), first=first, second=second, unit=scene.unit, reach=scene.reach,
            top=scene.top,
        )  # fmt: skip
        text = (now[chart, "sum"].texts or ("",))[0]
        out.append(
            Drawing(
                chart,
                figure,
                f"Integrand of D({first}‖{second}) over x: what lies above zero minus what lies below, {text} {scene.unit}.",
            )
        )
    return out


def _landscapes(scene: Pair) -> list[Drawing]:
    now = moving.now(scene)
    laws = np.array([scene.laws[:2]])
    mu, sigma, *fields = pair_marks.landscape(laws, 81, 67)
    out = []
    for chart, words, kind, field in (
        ("land_forward", f"D({figures.P}‖{figures.Q}) shuns narrow {figures.Q}", "kl", fields[0][0]),
        ("land_backward", f"D({figures.Q}‖{figures.P}) forgives them", "reverse_kl", fields[1][0]),
    ):
        values = mle.DIVERGENCES[kind]
        figure = figures.landscape_figure(
            (mu, sigma), pair_marks.depth(field), field * scene.scale, [], point(now[chart, "p"]), point(now[chart, "q"]),
            title=words, unit=scene.unit, bands=pair_marks.BANDS,
        )  # fmt: skip
        here = float(mle.divergence(kind, scene.p, scene.q).value) * scene.scale
        out.append(
            Drawing(
                chart,
                figure,
                f"Contours of {values.symbol} over the mean and width of q, zero at p; at q it is {show(here, 4)} {scene.unit}.",
            )
        )
    return out


def _draws(scene: Pair) -> Drawing:
    now = moving.now(scene)
    sizes = np.array(scene.sliders[5].values)
    kind = scene.estimate
    exact = scene.exact
    _, errors = pair_marks.estimates(kind, scene.laws, scene.alpha, scene.seed, scene.sliders[5].values)
    # One standard error at the end of the path, and the law of 1/√n back from there.
    half = 2 * errors[-1] / (exact or 1.0) * np.sqrt(sizes[-1] / sizes)
    half = np.clip(half, 0, 5)
    text = said(now["draws", "said"])
    figure = figures.draws_figure(
        (sizes, 1 - half, 1 + half), line(now["draws", "estimate"]), line(now["draws", "bar"]), point(now["draws", "now"]), text,
        title=f"Draws estimate {settings.ESTIMATE.options[kind]}", ends=(float(sizes[0]) * 0.9, float(sizes[-1]) * 1.1),
    )  # fmt: skip
    return Drawing(
        "draws",
        figure,
        f"Running Monte Carlo estimate: {text[2]} {scene.unit}; the exact value is {show(exact * scene.scale, 4)}.",
    )


def _orders(scene: Pair) -> Drawing:
    now = moving.now(scene)
    figure = figures.orders_figure(line(now["orders", "renyi"]), point(now["orders", "alpha"]))
    share = point(now["orders", "alpha"])[1]
    return Drawing(
        "orders", figure, f"Rényi's divergence over its order; at α = {scene.alpha:g} it is {show(share, 3)} of D(p‖q)."
    )
