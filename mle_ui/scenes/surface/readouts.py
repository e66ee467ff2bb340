"""The numbers under the picture, as they are read, and what must be said beside them."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from mle_ui.live import moving
from mle_ui.live.shown import Readout
from mle_ui.numbers import nats, show, with_error
from mle_ui.scenes.samples import sentence
from mle_ui.scenes.surface import drawn

if TYPE_CHECKING:
    from mle_ui.scenes.surface.scene import Scene

Array = npt.NDArray[np.float64]

#: The three tests: name of the readout, its words, and how the number comes about.
TESTS = (
    ("lr", "likelihood ratio", "2(ℓ(θ\u0302) − ℓ at the null): twice the height between the top and the profile."),
    ("wald", "Wald", "The squared distance from the estimate in standard errors: a width."),
    ("score", "score", "The squared slope at the null in its own standard errors; the null alone is fitted."),
)


def tested(value: float, p: float) -> str:
    """A statistic with its p-value."""
    if not np.isfinite(value):
        return show(value)
    return f"{value:.2f}, p {'< 0.001' if p < 0.001 else f'= {p:.3f}'}"


def strings(scene: Scene, theta: Array, moved: Collection[str]) -> dict[str, list[str]]:
    """Strings of the moving readouts for theta (m, s)."""
    out = {}
    if set(moved) & set(scene.names):
        values = scene.loglik(theta)
        out = {
            "loglik": [nats(v) for v in values],
            "gap": [nats(v) for v in np.maximum(scene.fit.loglik - values, 0)],
        }
    if scene.draw and set(moved) - {"null", *scene.names} and len(moved) < len(scene.sliders):
        out |= drawn.readouts(scene, theta, moved)
    elif len(moved) == len(scene.sliders):  # what only the data move
        out |= {f"hat-{name}": [with_error(*scene.prepared.estimates[name])] * len(theta) for name in scene.shown}
    if "null" in moved:
        found, at = scene.along, scene.null_steps(theta)
        for name, _, _ in TESTS:
            pairs = zip(getattr(found, name)[at], getattr(found, f"{name}_p")[at], strict=True)
            out[name] = [tested(float(value), float(p)) for value, p in pairs]
    return out


def strip(scene: Scene) -> list[Readout]:
    """The readouts under the picture."""
    now = moving.strings(scene)
    below = "How far below the maximum you are, all parameters where their sliders stand."
    return [
        Readout(
            "loglik", "ℓ(θ), nats", now["loglik"], "Log-likelihood where the sliders stand, summed over the sample."
        ),
        Readout("gap", "gap, nats", now["gap"], below),
        *(Readout(f"hat-{name}", f"{scene.symbols[name]}\u0302 ± se", now[f"hat-{name}"]) for name in scene.shown),
        *(Readout(name, words, now[name], how) for name, words, how in TESTS if name in now),
    ]


def remarks(scene: Scene) -> list[str]:
    """What the numbers above do not say themselves."""
    out = [sentence(warning) for warning in scene.fit.warnings]
    if scene.draw:
        out.append(
            "While n or the truth is dragged, data, contours, ridge, estimates, ℓ and gap follow; profiles and tests wait for the release."
        )
        if not scene.family.likelihood.sufficient:
            out.append(
                f"n ends at {drawn.LARGEST_WITHOUT} here: {scene.family.name} has no sufficient statistics, and each place of the surface "
                "costs a pass over all observations."
            )
    worst = max((abs(r) for r in correlations(scene)), default=0.0)
    if worst > 0.999:
        out.append(
            f"The estimates are almost perfectly correlated (|ρ| = 1 − {1 - worst:.1g}): the hill is a knife edge, "
            "and one slider alone soon falls off it."
        )
    return out


def correlations(scene: Scene) -> list[float]:
    """Correlations between the estimates, each pair once; those that do not exist are left out."""
    covariance = scene.fit.covariance
    with np.errstate(all="ignore"):
        matrix = covariance / np.sqrt(np.outer(np.diag(covariance), np.diag(covariance)))
    return [float(r) for r in matrix[np.triu_indices(len(matrix), 1)] if np.isfinite(r)]
