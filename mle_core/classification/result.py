"""A fitted classifier."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from scipy import special

from ..domain import Array, Interval, MleError
from ..losses.softmax import softmax
from . import prediction
from .frame import Frame
from .limit import Limit
from .model import LogitModel
from .search import Search, prepare_search

__all__ = ["ClassifierResult", "OddsRatio"]

_LINE = Interval(-math.inf, math.inf)


class OddsRatio(NamedTuple):
    """`ratio`, exp of a coefficient, with the ends `low` and `high` of its Wald interval and its standard error; no unit.

    The interval is that of the logarithm, which is nearer to normal; the error is the ratio times that of the logarithm
    (delta method: Hosmer & Lemeshow (2000), Applied Logistic Regression, §3.2).
    """

    ratio: float
    low: float
    high: float
    standard_error: float


@dataclass(frozen=True, eq=False)
class ClassifierResult:
    """A classifier and how it was fitted. C classes beside the reference, d columns, k = C·d parameters.

    Parameters
    ----------
    loss : str
        "bce", "mse" or "softmax".
    classes : tuple
        Sorted; the first one is the reference, whose logit is 0. (0, 1) for "bce" and "mse".
    names : tuple of str
        One per parameter: the column, and "class:column" for softmax.
    theta : ndarray of shape (k,)
        Estimates; ±inf for those without a finite limit on separated data.
    loglik : float
        Bernoulli or multinomial log-likelihood in nats, without a penalty; its supremum on separated data.
    n : float
        Number of observations, counts included.
    null_deviance : float
        −2ℓ of the model with the intercept alone; without one, of equal probabilities.
    separation : None, "complete" or "quasi"
        Whether some direction separates the labels, whatever the loss.
    direction : dict or None
        Coefficients along which the likelihood never falls, shaped like `coef`; the largest is ±1.
    ridge : float
    converged, method, message : bool, str, str
        How the maximum was found.
    warnings : tuple of str
        What a reader should know before trusting the numbers.
    """

    loss: str
    classes: tuple[Hashable, ...]
    names: tuple[str, ...]
    theta: Array
    loglik: float
    n: float
    null_deviance: float
    separation: str | None
    ridge: float
    converged: bool
    method: str
    message: str
    warnings: tuple[str, ...]
    columns: tuple[str, ...] = field(repr=False)
    intercept: bool = field(repr=False)
    finite: Array = field(repr=False)  # the estimate without its infinite part, as far as it is determined
    units: Array = field(repr=False)  # the covariance is that of the coefficients of columns divided by them (k,)
    unit_covariance: Array = field(repr=False)
    model: LogitModel = field(repr=False)
    frame: Frame = field(repr=False)
    limit: Limit | None = field(repr=False)

    def _shaped(self, values: Array) -> dict[Any, Any]:
        blocks = [dict(zip(self.columns, row.tolist(), strict=True)) for row in values.reshape(-1, len(self.columns))]
        return dict(zip(self.classes[1:], blocks, strict=True)) if self.loss == "softmax" else blocks[0]

    @property
    def params(self) -> dict[str, float]:
        """Name → estimate, flat also for softmax."""
        return dict(zip(self.names, self.theta.tolist(), strict=True))

    @property
    def coef(self) -> dict[Any, Any]:
        """{name: value}; for softmax {class: {name: value}} without the reference class."""
        return self._shaped(self.theta)

    @cached_property
    def covariance(self) -> Array:
        """Covariance (k, k) of the estimates; NaN for infinite ones.

        Inverse information, which is observed and expected at once; with a ridge the information includes the penalty,
        for "mse" the sandwich.
        """
        with np.errstate(over="ignore"):
            return np.asarray(self.unit_covariance / self.units / self.units[:, None])

    @cached_property
    def errors(self) -> Array:
        """Standard errors (k,), floats where their squares may not be."""
        return np.asarray(np.sqrt(np.diagonal(self.unit_covariance)) / self.units)

    @property
    def standard_errors(self) -> dict[Any, Any]:
        """Roots of the diagonal of the covariance, shaped like `coef`; NaN for infinite estimates."""
        return self._shaped(self.errors)

    @property
    def direction(self) -> dict[Any, Any] | None:
        """The separating direction, shaped like `coef`; None where the labels overlap."""
        return None if self.limit is None else self._shaped(self.limit.direction)

    @property
    def deviance(self) -> float:
        """−2ℓ."""
        return 0.0 - 2 * self.loglik

    @property
    def aic(self) -> float:
        """−2ℓ + 2k (Akaike 1974)."""
        return 2 * self.theta.size - 2 * self.loglik

    @property
    def bic(self) -> float:
        """−2ℓ + k log n (Schwarz 1978)."""
        return self.theta.size * math.log(self.n) - 2 * self.loglik

    def odds_ratios(self, level: float = 0.95) -> dict[Any, Any]:
        """exp(coefficient) with its Wald interval, an `OddsRatio` for each entry of `coef`, the intercept included."""
        width = prediction.normal_width(level) * self.errors
        with np.errstate(over="ignore", invalid="ignore"):
            ends = [np.exp(part) for part in (self.theta, self.theta - width, self.theta + width)]
            ends.append(ends[0] * self.errors)
        ratios = [OddsRatio(*map(float, parts)) for parts in zip(*ends, strict=True)]
        d = len(self.columns)
        blocks = [dict(zip(self.columns, ratios[at : at + d], strict=True)) for at in range(0, len(ratios), d)]
        return dict(zip(self.classes[1:], blocks, strict=True)) if self.loss == "softmax" else blocks[0]

    def predict_logit(self, X: object) -> Array:
        """Logits of new rows X (m, columns without the intercept), or (m,) for one column.

        Returns
        -------
        ndarray of shape (m,), or (m, K) for softmax, the reference 0
            ±inf on separated data, except where the direction is 0; there it is the finite limit, if it is determined.

        Raises
        ------
        TypeError, ValueError
            If X is not made of finite numbers or has another number of columns.
        """
        return prediction.logit(self, X)

    def predict_proba(self, X: object) -> Array:
        """Probability of label 1 (m,), or of each class (m, K) for softmax; arguments and errors as `predict_logit`."""
        z = self.predict_logit(X)
        return softmax(z)[0] if self.loss == "softmax" else np.asarray(special.expit(z))

    def probability_interval(self, X: object, level: float = 0.95) -> tuple[Array, Array]:
        """Ends (m,), (m,) of a confidence interval for the probability of label 1.

        The Wald interval of the logit, mapped by the sigmoid, so that it stays in (0, 1). (0, 1) where the data are
        separated and nothing bounds it. Hosmer & Lemeshow (2000), Applied Logistic Regression, §1.4.
        """
        return prediction.probability_interval(self, X, level)

    # What intervals, tests and profiles need: see `Fitted`.

    @property
    def free(self) -> tuple[int, ...]:
        """Places of the estimated parameters: all of them."""
        return tuple(range(len(self.names)))

    @property
    def domains(self) -> tuple[Interval, ...]:
        """The whole line for every parameter."""
        return (_LINE,) * len(self.names)

    @property
    def irregular(self) -> Mapping[str, str]:
        """None of the parameters is irregular."""
        return MappingProxyType({})

    def error(self, j: int) -> float:
        """Standard error of parameter j."""
        return float(self.errors[j])

    def floor(self, j: int) -> float:
        """−∞: the likelihood is bounded."""
        return -math.inf

    def begin(self, j: int) -> float:
        """The estimate, or 0 where it is infinite."""
        return float(self.theta[j]) if math.isfinite(self.theta[j]) else 0.0

    def expansion(self, theta: Array) -> tuple[Array, Array, Array]:
        """Log-likelihood (...), score (..., k) and information (..., k, k) at theta (..., k); NaN at infinite theta."""
        points = np.asarray(theta, dtype=np.float64)
        k = len(self.names)
        flat = points.reshape(-1, k)
        values, scores, information = np.empty(len(flat)), np.empty((len(flat), k)), np.empty((len(flat), k, k))
        forth = self.frame.matrix_from_raw(len(self.classes))
        for i, point in enumerate(flat):
            if not np.isfinite(point).all():
                values[i], scores[i], information[i] = math.nan, math.nan, math.nan
                continue
            with np.errstate(all="ignore"):
                values[i], score, inner = self.model.expansion(self.frame.from_raw(point))
                scores[i], information[i] = score @ forth, forth.T @ inner @ forth
        shape = points.shape[:-1]
        return values.reshape(shape), scores.reshape(*shape, k), information.reshape(*shape, k, k)

    def expected_information(self, theta: Array) -> Array | None:
        """Fisher information (k, k) at theta (k,): the same as the observed one, the logit being the natural parameter."""
        return self.expansion(theta)[2]

    def need_maximum(self) -> None:
        """Raise a MleError for a fit with a ridge or with "mse"."""
        if self.ridge > 0 or self.loss == "mse":
            why = "with a ridge" if self.ridge > 0 else 'with loss="mse"'
            raise MleError(f"a fit {why} is not at the maximum of the likelihood; fit without for intervals and tests.")

    def straightened(self, theta: Array) -> tuple[Array, Array, Array]:
        """Score (m, k) and information (m, k, k) at theta (m, k) in coordinates of orthogonal columns; the map (k, k)."""
        with np.errstate(all="ignore"):
            found = [self.model.expansion(self.frame.from_raw(point)) for point in theta]
        scores = np.array([score for _, score, _ in found])
        return scores, np.array([inner for *_, inner in found]), self.frame.matrix_from_raw(len(self.classes))

    def maximum_at(self, held: Mapping[int, Array]) -> tuple[Array, Array]:
        """The best theta (m, k) and its log-likelihood (m,) with the parameters of `held` at their m values.

        ±inf in theta where the others have no finite limit. −inf and NaN where a held value is infinite, unless it is
        the estimate itself.

        Raises
        ------
        ValueError
            For a fit that did not maximise the likelihood: with a ridge, or "mse".
        """
        self.need_maximum()
        places = list(held)
        values = np.stack(np.broadcast_arrays(*(np.atleast_1d(held[j]) for j in places)), axis=-1).astype(np.float64)
        find = self._search(frozenset(places))
        path = np.full((len(values), len(self.names)), math.nan)
        loglik = np.full(len(values), -math.inf)
        for i, value in enumerate(values):
            if np.isfinite(value).all():
                path[i], loglik[i] = find(places, value)
            elif (value == self.theta[places]).all():
                path[i], loglik[i] = self.theta, self.loglik
        return path, loglik

    @cached_property
    def _searches(self) -> dict[frozenset[int], Search]:
        return {}

    def _search(self, places: frozenset[int]) -> Search:
        """The search for the best theta with the parameters at `places` held, prepared once."""
        if places not in self._searches:
            self._searches[places] = prepare_search(self.model, self.frame, self.limit, self.finite, places)
        return self._searches[places]
