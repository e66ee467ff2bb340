"""The laws that data may come from on the landscape, with their sliders: moments, entropy, density and sample of many at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.live.tables import Slider
from mle_ui.scenes.cross_entropy import settings

Array = npt.NDArray[np.float64]

#: The longest sample; a shorter one is its beginning.
MOST = 2000


@dataclass(frozen=True)
class Truth:
    """A law of `family` whose parameters follow from the sliders' values (K, j)."""

    family: str
    sliders: tuple[Slider, ...]
    theta: Callable[[Array], Array]
    entropy: Callable[[Array], Array]
    sample: Callable[[int, Array], Array]

    def moments(self, values: Array) -> Array:
        """Moments (K, 4) for the sliders' values (K, j)."""
        return np.array([_moments(self.family, tuple(row)) for row in self.theta(values).tolist()])


@lru_cache(maxsize=20_000)
def _moments(family: str, theta: tuple[float, ...]) -> mle.Moments:
    return mle.central_moments(mle.Distribution(family, **dict(zip(mle.FAMILIES[family].names, theta, strict=True))))


@lru_cache(maxsize=20_000)
def _entropy(family: str, theta: tuple[float, ...]) -> float:
    return mle.entropy(mle.Distribution(family, **dict(zip(mle.FAMILIES[family].names, theta, strict=True))))


@lru_cache(maxsize=256)
def _unit(seed: int, nu: float) -> Array:
    """A sample (MOST,) of a Student-t of width 1, from the same uniform numbers for every ν; ∞ is the normal."""
    u = np.random.default_rng(seed).random(MOST)
    x = (
        mle.FAMILIES["student_t"].quantile(u, np.array([0.0, 1.0, nu]))
        if np.isfinite(nu)
        else mle.FAMILIES["normal"].quantile(u, np.array([0.0, 1.0]))
    )
    x.setflags(write=False)
    return x  # fmt: skip


@lru_cache(maxsize=16)
def _sides(seed: int) -> Array:
    """Uniform numbers (MOST,) that say from which part of a mixture each observation comes."""
    u = np.random.default_rng((seed, 1)).random(MOST)
    u.setflags(write=False)
    return u


def _mixture_sample(seed: int, values: Array) -> Array:
    weight, apart, width = (values[:, [j]] for j in range(3))
    return np.where(_sides(seed) < weight, -0.5, 0.5) * apart + width * _unit(seed, np.inf)


def _columns(*columns: Array) -> Array:
    return np.stack(np.broadcast_arrays(*columns), axis=1)


#: Weights and degrees of freedom have a frame for each step: a sample changes there by whole observations, or slowly by quantiles.
WEIGHT = Slider(
    "weight", "w", "weight of the left part", tuple(k / 50 for k in range(1, 50)), tuple(f"{k / 50:g}" for k in range(1, 50)), 17,
    counted=True,
)  # fmt: skip
_NUS = (4.2, 4.5, 5.0, 5.5, 6, 6.5, 7, 8, 9, 10, 12, 14, 17, 20, 25, 30, 40, 60, 100)
NU = Slider(
    "nu",
    "ν",
    "degrees of freedom",
    tuple(float(v) for v in _NUS),
    tuple(f"{v:g}" for v in _NUS),
    2,
    counted=True,
)

TRUTHS: Mapping[str, Truth] = MappingProxyType(
    {
        settings.NORMAL: Truth(
            "normal",
            (settings.WIDTH,),
            lambda v: _columns(0 * v[:, 0], v[:, 0]),
            lambda v: np.array([_entropy("normal", (0.0, s)) for s in v[:, 0].tolist()]),
            lambda seed, v: v[:, [0]] * _unit(seed, np.inf),
        ),
        settings.MIXTURE: Truth(
            "normal_mixture_common",
            (WEIGHT, settings.APART, settings.PART),
            lambda v: _columns(v[:, 0], -v[:, 1] / 2, v[:, 1] / 2, v[:, 2]),
            lambda v: mle.mixture_entropies(v[:, 0], v[:, 1], v[:, 2]),
            _mixture_sample,
        ),
        settings.STUDENT: Truth(
            "student_t",
            (NU, settings.WIDTH),
            lambda v: _columns(0 * v[:, 0], v[:, 1], v[:, 0]),
            lambda v: np.array([_entropy("student_t", (0.0, s, nu)) for nu, s in v.tolist()]),
            lambda seed, v: v[:, [1]] * np.array([_unit(seed, nu) for nu in v[:, 0].tolist()]),
        ),
    }
)
