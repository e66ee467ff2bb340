"""The noise of a mini-batch's gradient at the maximum, where the gradient of the whole sample is zero: drawn, and by theory."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.scenes.optimizers.arena import Arena

Array = npt.NDArray[np.float64]

#: Batches that are drawn for each point of the law, and those of them that are shown in the cloud.
REPEATS, SHOWN = 600, 150
_ROUND = np.linspace(0, 2 * np.pi, 61)


@dataclass(frozen=True, eq=False)
class Noise:
    """Gradients of mini-batches of one size.

    Parameters
    ----------
    cloud : ndarray of shape (SHOWN, 2)
        Some of the gradients, along the two coordinates of the surface.
    ellipse : ndarray of shape (61, 2)
        Where 95 % of normal gradients of the theoretical covariance lie.
    measured, theory : ndarray of shape (2,)
        Standard deviations of the two components, nats per observation and unit of the coordinate.
    """

    cloud: Array
    ellipse: Array
    measured: Array
    theory: Array


@lru_cache(maxsize=512)
def noise(arena: Arena, batch: int, replace: bool, seed: int) -> Noise:
    """Draw `REPEATS` batches at the maximum."""
    drawn = mle.optimizers.gradient_scatter(arena.problem, arena.top, batch, REPEATS, seed, replace)
    pair = [arena.problem.names.index(name) for name in arena.course.pair]
    gradients, covariance = drawn.gradients[:, pair], drawn.covariance[np.ix_(pair, pair)]
    # 95 % of a bivariate normal lie within this many standard deviations.
    radius = np.sqrt(2 * mle.likelihood_ratio_drop(0.95, 2))
    values, vectors = np.linalg.eigh(covariance)
    axes = vectors * np.sqrt(np.maximum(values, 0.0)) * radius
    ellipse = drawn.full[pair] + np.stack([np.cos(_ROUND), np.sin(_ROUND)], axis=1) @ axes.T
    measured = np.sqrt(np.mean((gradients - drawn.full[pair]) ** 2, axis=0))
    return Noise(gradients[:SHOWN], ellipse, measured, drawn.standard_deviation[pair])
