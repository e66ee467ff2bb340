"""The gradient of one neuron taken apart: ∂L/∂w = ∂L/∂ŷ · ∂ŷ/∂z · ∂z/∂w."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ..domain import Array, MleError
from .registry import LOSSES

__all__ = ["ChainRule", "chain_rule"]


@dataclass(frozen=True, eq=False)
class ChainRule:
    """One neuron ŷ = σ(w·x + b), its loss and the factors of its gradient; arrays of one broadcast shape (...).

    Parameters
    ----------
    z, prediction, value : ndarray of shape (...)
        Logit, ŷ and loss.
    by_prediction : ndarray of shape (...)
        ∂L/∂ŷ: ŷ − y for the squared error, (ŷ − y)/(ŷ(1 − ŷ)) for the cross-entropy; ±inf where ŷ leaves float64.
    by_logit : ndarray of shape (...)
        ∂ŷ/∂z = ŷ(1 − ŷ), the factor that vanishes where the neuron is sure.
    by_weight : ndarray of shape (...)
        ∂z/∂w = x.
    product : ndarray of shape (...)
        ∂L/∂w, from ∂L/∂z in its stable form: finite also where a factor is infinite.
    bias : ndarray of shape (...)
        ∂L/∂b = ∂L/∂z.
    """

    z: Array
    prediction: Array
    value: Array
    by_prediction: Array
    by_logit: Array
    by_weight: Array
    product: Array
    bias: Array


def _mse(y: Array, s: Array, t: Array) -> Array:
    return (1 - y) * s - y * t


def _bce(y: Array, s: Array, t: Array) -> Array:
    # −y/ŷ + (1 − y)/(1 − ŷ), with 0/0 = 0.
    return np.where(y == 1, 0.0, (1 - y) / t) - np.where(y == 0, 0.0, y / s)


_BY_PREDICTION: Mapping[str, Callable[[Array, Array, Array], Array]] = MappingProxyType({"mse": _mse, "bce": _bce})


def chain_rule(loss: str, y: ArrayLike, w: ArrayLike, b: ArrayLike, x: ArrayLike) -> ChainRule:
    """The three factors of a neuron's gradient and their product.

    Parameters
    ----------
    loss : str
        "mse" or "bce".
    y, w, b, x : array
        Label in [0, 1], weight, bias and input; they broadcast.

    Returns
    -------
    ChainRule

    Raises
    ------
    DomainError
        If a label lies outside [0, 1] or z = w·x + b is NaN.
    ValueError
        If the loss is another one.

    Notes
    -----
    Rumelhart, Hinton & Williams (1986), Nature 323, 533-536. Where ŷ is nearly 0 or 1 the first factor of the
    cross-entropy grows as fast as the second one shrinks; that of the squared error does not.
    """
    if loss not in _BY_PREDICTION:
        raise MleError(
            f"the chain rule is told for {' and '.join(_BY_PREDICTION)}, not for {loss!r}; choose one of them."
        )
    label, weight, bias, value = (np.asarray(part, dtype=np.float64) for part in (y, w, b, x))
    with np.errstate(all="ignore"):
        z = np.asarray(weight * value + bias)
    label, z, value = np.broadcast_arrays(label, z, value)
    slope = LOSSES[loss].gradient(label, z)
    with np.errstate(all="ignore"):
        s, t = special.expit(z), special.expit(-z)
        return ChainRule(
            z=z,
            prediction=s,
            value=LOSSES[loss].value(label, z),
            by_prediction=_BY_PREDICTION[loss](label, s, t),
            by_logit=s * t,
            by_weight=value,
            product=slope * value,
            bias=slope,
        )
