"""The best weights as far as sliders go."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

import mle_core as mle
from mle_ui.live.tables import Slider


def steps(
    fit_at: Callable[[float], mle.ClassifierResult], ridge: float, ridges: Sequence[float], sliders: Sequence[Slider]
) -> dict[str, int]:
    """Steps of the weights nearest to the maximum, by the sliders' keys.

    Where it lies beyond the sliders, or nowhere, to that with the least ridge that brings it back: ends taken one by one would turn
    the boundary.
    """
    low, high = (np.array([slider.values[end] for slider in sliders]) for end in (0, -1))
    theta = np.zeros(len(sliders))
    for lam in (ridge, *(r for r in ridges if r > ridge)):
        theta = np.asarray(fit_at(lam).theta, dtype=float)
        if np.isfinite(theta).all() and (theta >= low).all() and (theta <= high).all():
            break
    theta = np.clip(np.nan_to_num(theta), low, high)
    return {slider.key: slider.index(float(v)) for slider, v in zip(sliders, theta, strict=True)}
