"""The figures of the fits with their alt texts."""

from __future__ import annotations

from mle_ui.figures import fits as figures
from mle_ui.live import moving
from mle_ui.live.shown import Drawing
from mle_ui.numbers import show
from mle_ui.scenes.kl import fit_marks
from mle_ui.scenes.kl.fit import LAND, THIRD, Fit
from mle_ui.scenes.kl.pair_draw import line, point


def drawings(scene: Fit) -> list[Drawing]:
    """All charts of the picture, the main one first."""
    now = moving.now(scene)
    forward = fit_marks.forward(scene.values[None])
    mean, width = show(float(forward.mu[0]), 4), show(float(forward.sigma[0]), 4)
    marks = {
        name: line(now["fits", name]) for name in ("target", "forward", "left", "right", "between", "third", "moving")
    }
    w, apart, one, two = scene.target
    fits = figures.fits_figure(
        marks, point(now["fits", "hands"]), third=THIRD.options[scene.third], top=scene.density_top, window=(-7.0, 7.0)
    )  # fmt: skip
    mu, sigma, fields = fit_marks.landscape(scene, scene.values[None], 61, 51)
    values = fields[0]
    search = figures.search_figure(
        (mu, sigma), fit_marks.depth(values), values * scene.scale, line(now["search", "minima"]), line(now["search", "path"]),
        point(now["search", "start"]), point(now["search", "now"]), title=f"{LAND.options[scene.land]} over q, and a search",
        unit=scene.unit, bands=fit_marks.BANDS,
    )  # fmt: skip
    share = line(now["orders", "share"])
    ends = (scene.optima[0].value * scene.scale, float(forward.values[0]) * scene.scale)
    orders = figures.shares_figure(
        (share[0], share[1]), point(now["orders", "alpha"]), tops=scene.share_top, unit=scene.unit
    )
    return [
        Drawing(
            "fits",
            fits,
            f"A mixture of two normals with weights {w:g} and {1 - w:.3g}, means {show(-apart / 2)} and {show(apart / 2)}, "
            f"widths {one:g} and {two:g}; the forward fit has mean {mean} and width {width}, the reverse fits sit on the components.",
        ),
        Drawing(
            "search",
            search,
            f"Contours of {LAND.options[scene.land]} over mean and width of q with {len(scene.ends)} minima, and a path of "
            f"{len(scene.path) - 1} steps.",
        ),
        Drawing(
            "orders",
            orders,
            f"The least D over alpha, divided by alpha, from {show(ends[0], 3)} {scene.unit} (reverse) at 0 to "
            f"{show(ends[1], 3)} (forward) at 1.",
        ),
    ]
