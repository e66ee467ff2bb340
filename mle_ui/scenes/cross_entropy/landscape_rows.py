"""What the marks of the landscape are made of, for many values of its sliders at once; the axes on which they are drawn."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.scenes.cross_entropy import settings
from mle_ui.scenes.cross_entropy.truths import MOST, TRUTHS

Array = npt.NDArray[np.float64]

#: The pictures' axes, which stay: nats of the landscape, x, density, gradient per unit of x, nats of the funnel, θ̂.
SPAN, WINDOW, TOP, PULL, FUNNEL = (-1.2, 4.8), (-6.0, 6.0), 0.75, (-0.7, 0.7), (-1.2, 1.2)
ENDS = {"mu": (-3.0, 3.0), "sigma": (0.4, 3.0)}
FOUND = {"mu": (-2.0, 2.0), "sigma": (0.0, 3.0)}
TANGENT = {"mu": 0.8, "sigma": 0.35}
SHOWN, POINTS, FRAMES, SIZES = 50, 37, 21, 30
#: Where a normal is drawn, in its standard deviations: its curve then moves evenly with μ.
KNOTS = np.linspace(-4.2, 4.2, 49)
M = settings.counts(MOST, SIZES, 10)
COUNTS = tuple(int(v) for v in M.values)


class Rows(NamedTuple):
    """What the marks are made of, for K values of the sliders."""

    mu: Array
    sigma: Array
    m: npt.NDArray[np.int64]
    shift: Array
    scale: Array
    truth: Array  # (K, j)
    moments: Array  # of p, (K, 4)
    entropy: Array
    sample: Array  # moments of the first m, (K, 4)


@lru_cache(maxsize=32)
def prefixes(kind: str, seed: int, values: tuple[tuple[float, ...], ...]) -> Array:
    """Moments (K, sizes, 4) of the first m observations of a truth, for each m of the slider."""
    x = TRUTHS[kind].sample(seed, np.array(values))
    return np.stack([mle.empirical_moments(x[:, :m]) for m in COUNTS], axis=1)


def bell(theta: Array, knots: Array = KNOTS) -> tuple[Array, Array]:
    """Normal densities as lines, for theta (K, 2)."""
    mu, sigma = theta[:, :1], theta[:, 1:]
    x = mu + sigma * knots
    return x, np.exp(mle.FAMILIES["normal"].law.log_prob(x, mu, sigma))
