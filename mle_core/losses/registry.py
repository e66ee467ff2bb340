"""Losses of classification in the logit: value, gradient and curvature, exact at ±1000.

What to use when: "bce" and "softmax" are negative log-likelihoods, of two and of K classes; "mse" is the squared error
behind a sigmoid, to compare with; "hinge", "focal" and "smoothed_bce" are other curves over the same logit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike

from ..domain import Array, Bools, DomainError, Interval, MleError
from ..sample import as_array
from . import binary
from . import softmax as classes

__all__ = ["LOSSES", "Loss"]

_UNIT = Interval(0, 1, closed_low=True, closed_high=True)


@dataclass(frozen=True, eq=False, repr=False)
class Loss:
    """A loss L(y, z) of a label and a logit.

    Parameters
    ----------
    key, name, symbol, formula : str
        "bce", "binary cross-entropy", "BCE" and its formula as text.
    source : str
        Book or paper.
    convex : bool
        In the logit.
    options : mapping
        Name → default of what may be passed by name to every function, such as gamma of the focal loss.
    ranges : mapping
        Name → interval in which an option may lie.
    soft_labels : bool
        Any label in [0, 1], or only 0 and 1.
    per_class : bool
        K labels and logits on the last axis (softmax), or one label and one logit.
    """

    key: str
    name: str
    symbol: str
    formula: str
    source: str
    convex: bool
    functions: tuple[Callable[..., Array], Callable[..., Array], Callable[..., Array]] = field(repr=False)
    from_probability: Callable[..., Array] | None = field(default=None, repr=False)
    options: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    ranges: Mapping[str, Interval] = field(default_factory=lambda: MappingProxyType({}))
    soft_labels: bool = True
    per_class: bool = False

    def __repr__(self) -> str:
        return f"Loss({self.key!r})"

    def value(self, y_true: ArrayLike, z: ArrayLike, **options: float) -> Array:
        """Loss of each logit, not averaged.

        Parameters
        ----------
        y_true : array
            Labels: 0, 1 or a share between them; broadcast against z. With `per_class` (…, K) one-hot or shares.
        z : array
            Logits of any shape; ±inf gives the limit. With `per_class` (…, K).
        **options : float
            Instead of the defaults in `options`.

        Returns
        -------
        ndarray
            Nats, of the broadcast shape; without the last axis with `per_class`. The squared error has no unit.

        Raises
        ------
        DomainError
            If a label is not allowed or a logit is NaN; it names the value and its index.
        TypeError, ValueError
            If something is not a number, or there is no such option.
        """
        return self._apply(self.functions[0], y_true, z, options)

    def gradient(self, y_true: ArrayLike, z: ArrayLike, **options: float) -> Array:
        """∂L/∂z, of the broadcast shape of label and logit; arguments and errors as `value`.

        At the kink of the hinge the value of the flat side, 0.
        """
        return self._apply(self.functions[1], y_true, z, options)

    def curvature(self, y_true: ArrayLike, z: ArrayLike, **options: float) -> Array:
        """∂²L/∂z², of the broadcast shape, or the matrix (…, K, K) with `per_class`; arguments and errors as `value`."""
        return self._apply(self.functions[2], y_true, z, options)

    def value_from_probability(self, y_true: ArrayLike, p: ArrayLike, **options: float) -> Array:
        """Loss of predicted probabilities, with 0·log 0 = 0.

        Parameters
        ----------
        y_true : array
            Labels as for `value`.
        p : array
            Probabilities in [0, 1] of y = 1; with `per_class` (…, K) that sum to 1.

        Returns
        -------
        ndarray
            Inf where y > 0 and p = 0, or y < 1 and p = 1: nothing is clipped.

        Raises
        ------
        DomainError
            If a probability lies outside [0, 1] or they do not sum to 1.
        ValueError
            For a loss that knows only logits (hinge).
        """
        if self.from_probability is None:
            raise MleError(f"{self.key} is a loss of logits, not of probabilities; use value(y_true, z).")
        known = self._known(options)
        labels, values = self._checked(y_true, p, "p")
        _refuse(values, "p", ~_UNIT.contains(values), "is not a probability in [0, 1]; pass logits to value().")
        if self.per_class:
            total = values.sum(axis=-1)
            # Probabilities in single precision sum to 1 within a few 1e-7.
            _refuse(total, "the sum of p", np.abs(total - 1) > 1e-5, "is not 1; divide p by its sum.")
        with np.errstate(all="ignore"):
            return self.from_probability(labels, values, **known)

    def _apply(
        self, function: Callable[..., Array], y_true: ArrayLike, z: ArrayLike, options: Mapping[str, float]
    ) -> Array:
        known = self._known(options)
        labels, logits = self._checked(y_true, z, "z")
        with np.errstate(all="ignore"):
            return function(labels, logits, **known)

    def _checked(self, y_true: ArrayLike, z: ArrayLike, name: str) -> tuple[Array, Array]:
        labels, logits = _numbers(y_true, "y_true"), _numbers(z, name)
        _refuse(logits, name, np.isnan(logits), "is not a number; remove it.")
        if self.soft_labels:
            _refuse(labels, "y_true", ~_UNIT.contains(labels), f"is outside {_UNIT}, the labels of {self.key}.")
        else:
            wrong = (labels != 0) & (labels != 1)
            _refuse(labels, "y_true", wrong, f"is not a label of {self.key}; use 0 and 1.")
        if self.per_class and (labels.ndim == 0 or logits.ndim == 0 or labels.shape[-1] != logits.shape[-1]):
            raise MleError(
                f"{self.key} needs one label share per logit on the last axis: y_true has shape {labels.shape}, "
                f"{name} {logits.shape}; write labels one-hot."
            )
        try:
            np.broadcast_shapes(labels.shape, logits.shape)
        except ValueError:
            raise MleError(
                f"y_true of shape {labels.shape} and {name} of shape {logits.shape} do not broadcast; align them."
            ) from None
        return labels, logits

    def _known(self, options: Mapping[str, float]) -> dict[str, float]:
        for name, value in options.items():
            if name not in self.options:
                raise MleError(
                    f"{self.key} has no option {name!r}; its options are {', '.join(self.options) or 'none'}."
                )
            if not self.ranges[name].contains(value).all():
                raise DomainError(f"{name} = {value:g} of {self.key} is outside {self.ranges[name]}.")
        return {**self.options, **options}


def _numbers(values: ArrayLike, name: str) -> Array:
    array = as_array(values, name)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must hold real numbers, not {array.dtype}; convert or drop what is not a number.")
    floats: Array = array.astype(np.float64, copy=False)
    return floats


def _refuse(values: Array, name: str, wrong: Bools, why: str) -> None:
    if not np.any(wrong):
        return
    places = np.argwhere(wrong)
    index = f"[{', '.join(map(str, places[0]))}]" if values.ndim else ""
    more = f" ({len(places)} of {values.size} such values)" if values.ndim else ""
    raise DomainError(f"{name}{index} = {values[tuple(places[0])]:g} {why}{more}")


def _cross_entropy_from_probability(y: Array, p: Array) -> Array:
    with np.errstate(all="ignore"):
        terms = np.where(y == 0, 0.0, y * np.log(p))
    value: Array = 0.0 - terms.sum(axis=-1)
    return value


_ALL = (
    Loss(
        "bce",
        "binary cross-entropy",
        "BCE",
        "y·softplus(−z) + (1 − y)·softplus(z)",
        "Goodfellow, Bengio & Courville (2016), Deep Learning, §6.2.2.2",
        True,
        (binary.bce_value, binary.bce_gradient, binary.bce_curvature),
        binary.bce_from_probability,
    ),
    Loss(
        "mse",
        "squared error",
        "MSE",
        "½(y − σ(z))²",
        "Goodfellow, Bengio & Courville (2016), Deep Learning, §6.2.2.2",
        False,
        (binary.mse_value, binary.mse_gradient, binary.mse_curvature),
        binary.mse_from_probability,
    ),
    Loss(
        "softmax",
        "softmax cross-entropy",
        "CE",
        "log Σₖ exp zₖ − Σₖ yₖ zₖ",
        "Bishop (2006), Pattern Recognition and Machine Learning, §4.3.4",
        True,
        (classes.cross_entropy_value, classes.cross_entropy_gradient, classes.cross_entropy_curvature),
        _cross_entropy_from_probability,
        per_class=True,
    ),
    Loss(
        "hinge",
        "hinge",
        "hinge",
        "max(0, 1 − (2y − 1)z)",
        "Cortes & Vapnik (1995), Machine Learning 20, 273-297",
        True,
        (binary.hinge_value, binary.hinge_gradient, binary.hinge_curvature),
        soft_labels=False,
    ),
    Loss(
        "focal",
        "focal",
        "FL",
        "y·σ(−z)ᵞ·softplus(−z) + (1 − y)·σ(z)ᵞ·softplus(z)",
        "Lin, Goyal, Girshick, He & Dollár (2017), ICCV, 2980-2988",
        False,
        (binary.focal_value, binary.focal_gradient, binary.focal_curvature),
        binary.focal_from_probability,
        options=MappingProxyType({"gamma": 2.0}),
        ranges=MappingProxyType({"gamma": Interval(0, 100, closed_low=True, closed_high=True)}),
    ),
    Loss(
        "smoothed_bce",
        "binary cross-entropy with smoothed labels",
        "BCE, smoothed",
        "BCE at y' = (1 − ε)y + ε/2",
        "Szegedy, Vanhoucke, Ioffe, Shlens & Wojna (2016), CVPR, 2818-2826",
        True,
        (binary.smoothed_value, binary.smoothed_gradient, binary.smoothed_curvature),
        binary.smoothed_from_probability,
        options=MappingProxyType({"epsilon": 0.1}),
        ranges=MappingProxyType({"epsilon": Interval(0, 1, closed_low=True)}),
    ),
)

LOSSES: Mapping[str, Loss] = MappingProxyType({loss.key: loss for loss in _ALL})
"""Key → loss, read-only."""
