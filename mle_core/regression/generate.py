"""Points drawn from a regression whose truth is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from ..domain import Array, DomainError, MleError
from ..noises import NOISES

__all__ = ["RegressionSample", "regression_sample"]

LOW, HIGH = 0.0, 10.0
#: Scale and shape that each noise model is drawn with, in the order of its curve's arguments.
_SCALES = {"student_t": (0.6, 1.5), "huber": (1.0, 1.345)}


@dataclass(frozen=True, eq=False)
class RegressionSample:
    """m points and the truth behind them.

    Parameters
    ----------
    x, y : ndarray of shape (m,)
    mean : callable
        The true mean (of some laws only the median) at any x.
    """

    x: Array
    y: Array
    mean: Callable[[Array], Array] = field(repr=False)


def regression_sample(noise: str, m: int, seed: int, shape: Literal["line", "wave"] = "line") -> RegressionSample:
    """Draw m points with x uniform on (0, 10) and y scattered around a known curve.

    Parameters
    ----------
    noise : str
        A key of `NOISES`. Scale 1; student_t has σ = 0.6 and ν = 1.5, heteroscedastic a standard deviation that grows from 0.25
        to 2.5; poisson counts have their mean on a log link.
    m : int
        Number of points, at least 1.
    seed : int
        The first k points of a longer sample with the same seed are the shorter sample.
    shape : "line" or "wave"
        2 + 0.6 x, or 4 + 2.5 sin(0.8 x); for poisson exp(0.3 + 0.2 x) or exp(1.2 + 0.8 sin(0.8 x)).

    Returns
    -------
    RegressionSample

    Raises
    ------
    ValueError
        If there is no such noise or shape, or m < 1.
    """
    if noise not in NOISES:
        raise MleError(f"there is no noise model {noise!r}; choose one of {', '.join(NOISES)}.")
    if shape not in ("line", "wave"):
        raise MleError(f'there is no shape {shape!r}; choose "line" or "wave".')
    if m < 1:
        raise DomainError(f"m = {m} points cannot be drawn; choose at least 1.")
    model = NOISES[noise]
    shares = np.random.default_rng(seed).random((m, 2))
    x = LOW + (HIGH - LOW) * shares[:, 0]
    level = 1.0 if model.gaussian_like else 0.0

    def mean(at: Array) -> Array:
        at = np.asarray(at, dtype=np.float64)
        if level:
            return np.asarray(2 + 0.6 * at if shape == "line" else 4 + 2.5 * np.sin(0.8 * at))
        return np.asarray(np.exp(0.3 + 0.2 * at if shape == "line" else 1.2 + 0.8 * np.sin(0.8 * at)))

    assert model.quantile is not None
    if model.per_column:
        arguments: tuple[object, ...] = (0.25 * 10 ** ((x - LOW) / (HIGH - LOW)),)
    elif model.gaussian_like:
        arguments = _SCALES.get(noise, (1.0,))
    else:
        arguments = (mean(x),)
    y = mean(x) + model.quantile(shares[:, 1], *(np.asarray(a) for a in arguments))
    return RegressionSample(x, np.round(y) if not level else np.asarray(y), mean)
