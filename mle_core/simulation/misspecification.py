"""When the data come from another law than the family's: the nearest member, and errors that stay right.

The estimator then tends to the member of the family nearest to the truth in Kullback-Leibler divergence, and its
covariance to the "sandwich" J⁻¹ K J⁻¹ (White 1982, Maximum likelihood estimation of misspecified models).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..distribution import Distribution
from ..divergences.toward_normal import Moments, central_moments
from ..domain import Array, MleError
from ..family import Family
from ..fitting.fit import fit, resolve
from ..fitting.result import FitResult
from ..numerics.covariance import inverse

__all__ = ["PseudoTrue", "Sandwich", "limit_covariance", "pseudo_true", "sandwich"]

# Observations of one block of scores.
_BLOCK = 1 << 16


@dataclass(frozen=True, eq=False)
class Sandwich:
    """`covariance` (k, k) of an estimate that does not trust the model, and its `standard_errors`, name → float, in the
    units of the parameters.
    """

    covariance: Array
    standard_errors: dict[str, float]


@dataclass(frozen=True, eq=False)
class PseudoTrue:
    """The nearest member of a family: theta (k,), the `cross_entropy` H(truth, member) in nats, and whether the search
    `converged`.
    """

    family: Family
    theta: Array
    cross_entropy: float
    converged: bool

    @property
    def params(self) -> dict[str, float]:
        """Name → value."""
        return dict(zip(self.family.names, self.theta.tolist(), strict=True))


def sandwich(result: FitResult) -> Sandwich:
    """Standard errors that hold when the family is not the truth.

    Parameters
    ----------
    result : FitResult
        With k parameters.

    Returns
    -------
    Sandwich
        In the units of the parameters: zero for what was fixed, NaN where the information does not exist.

    Raises
    ------
    ValueError
        If the family has no scores of single observations.

    Notes
    -----
    J⁻¹ K J⁻¹, J the observed information and K = Σ wᵢ sᵢ sᵢᵀ of the scores sᵢ of the observations (White 1982; Huber
    1967). Where the log-likelihood is not smooth, J is the expected information.
    """
    family, k = result.family, len(result.theta)
    inner = [j for j in result.free if family.params[j].regular and math.isfinite(result.theta[j])]
    covariance = np.zeros((k, k))
    for j in result.free:
        if j not in inner:
            covariance[j, :] = covariance[:, j] = math.nan
    if inner:
        covariance[np.ix_(inner, inner)] = _inner(result, inner)
    with np.errstate(invalid="ignore"):
        errors = np.sqrt(np.diagonal(covariance))
    return Sandwich(covariance, dict(zip(result.names, errors.tolist(), strict=True)))


def _inner(result: FitResult, inner: list[int]) -> Array:
    family, sample = result.family, result.sample
    information = result.expansion(result.theta)[2]
    if family.likelihood.errors_from == "expected":
        expected = result.expected_information(result.theta)
        information = information if expected is None else expected
    bread = inverse(information[np.ix_(inner, inner)])
    if bread is None:
        return np.full((len(inner), len(inner)), math.nan)
    # Scores in units of standard errors, so that extreme units neither overflow nor underflow.
    unit = np.sqrt(np.diagonal(bread))
    meat = np.zeros((len(inner), len(inner)))
    for start in range(0, sample.x.size, _BLOCK):
        rows = slice(start, start + _BLOCK)
        scores = family.scores(sample.x[rows], result.theta)[:, inner] * unit
        weighted = scores if sample.weights is None else scores * sample.weights[rows, None]
        meat += weighted.T @ scores
    plain = bread / unit[:, None] / unit
    return np.asarray((plain @ meat @ plain) * unit[:, None] * unit)


def pseudo_true(
    family: str | Family,
    truth: tuple[str | Family, ArrayLike],
    *,
    fixed: Mapping[str, float] | None = None,
    points: int = 4000,
) -> PseudoTrue:
    """The member of a family that is nearest to another law in Kullback-Leibler divergence.

    Parameters
    ----------
    family : str or Family
    truth : (family, theta)
        The law that data come from.
    fixed : mapping, optional
        Parameters that are held.
    points : int
        Nodes of the quadrature.

    Returns
    -------
    PseudoTrue

    Raises
    ------
    DomainError
        If the truth has mass outside the family's support.
    ValueError
        If the truth is discrete and the family is not, or the other way round.

    Notes
    -----
    max over θ of E[log f(X; θ)] (White 1982). The expectation is a weighted fit at the quantiles of the truth, with
    Gauss-Legendre nodes in panels that halve towards both tails; a discrete truth is summed.
    """
    law = resolve(family)
    nearest = _nearest(law, truth, fixed, points)
    return PseudoTrue(law, nearest.theta, -nearest.loglik, nearest.converged)


def limit_covariance(family: str | Family, truth: tuple[str | Family, ArrayLike], *, points: int = 4000) -> Array:
    """Covariance (k, k) of √n (θ̂ − θ*) for large n, θ* the member of the family nearest to the truth.

    Parameters
    ----------
    family : str or Family
    truth : (family, theta)
        The law that data come from.
    points : int
        Nodes of the quadrature.

    Returns
    -------
    ndarray of shape (k, k)
        ∞ where a moment that it needs does not exist.

    Raises
    ------
    DomainError, ValueError
        As `pseudo_true`.

    Notes
    -----
    J⁻¹ K J⁻¹ with expectations under the truth (White 1982). For the normal they are the truth's central moments:
    Var √n μ̂ → m₂, Var √n σ̂ → (m₄ − m₂²)/(4 m₂), Cov → m₃/(2 √m₂); in closed form where those are known.
    """
    law = resolve(family)
    exact = _CLOSED_FORMS[law.key](truth) if law.key in _CLOSED_FORMS else None
    return sandwich(_nearest(law, truth, None, points)).covariance if exact is None else exact


def _normal_sandwich(truth: tuple[str | Family, ArrayLike]) -> Array | None:
    """By central moments; None where they have no closed form."""
    moments = _moments(truth)
    if moments is None:
        return None
    cross = moments.third / (2 * math.sqrt(moments.variance))
    spread = (moments.fourth - moments.variance**2) / (4 * moments.variance)
    return np.array([[moments.variance, cross], [cross, spread]])


_CLOSED_FORMS: Mapping[str, Callable[[tuple[str | Family, ArrayLike]], Array | None]] = {"normal": _normal_sandwich}
"""Family → its sandwich in closed form under a truth, None where the truth has none."""


def _moments(truth: tuple[str | Family, ArrayLike]) -> Moments | None:
    """Central moments in closed form; None where they are not known."""
    source = resolve(truth[0])
    theta = source.check_theta(truth[1]).tolist()
    try:
        return central_moments(Distribution(source, **dict(zip(source.names, theta, strict=True))))
    except MleError:
        return None


def _nearest(
    law: Family, truth: tuple[str | Family, ArrayLike], fixed: Mapping[str, float] | None, points: int
) -> FitResult:
    """The fit to the whole truth, as one observation in weights."""
    source, theta = resolve(truth[0]), truth[1]
    at = source.check_theta(theta)
    if law.discrete != source.discrete:
        raise MleError(f"{source.key} and {law.key} have no common measure; choose two of one kind.")
    if source.discrete:
        low, high = (float(value) for value in source.quantile([1e-15, 1 - 1e-15], at))
        values = np.arange(low, high + 1)
        weights = source.prob(values, at)
    else:
        levels, weights = _tail_nodes(points)
        lower = source.quantile(levels, at)
        upper = _upper_quantile(source, levels, at)
        values, weights = np.concatenate([lower, upper]), np.concatenate([weights, weights])
    kept = (weights > 0) & np.isfinite(values)
    return fit(law, values[kept], weights=weights[kept] / weights[kept].sum(), fixed=fixed)


def _tail_nodes(points: int) -> tuple[Array, Array]:
    """Nodes and weights on (0, ½) whose panels halve towards 0."""
    panels = 48
    nodes, weights = np.polynomial.legendre.leggauss(max(4, points // (2 * panels)))
    edges = 0.5 ** np.arange(1, panels + 2)
    widths = edges[:-1] - edges[1:]
    return (
        (edges[1:, None] + widths[:, None] * (nodes + 1) / 2).ravel(),
        (widths[:, None] * weights / 2).ravel(),
    )


def _upper_quantile(source: Family, levels: Array, theta: Array) -> Array:
    """Quantiles of 1 − levels. The digits that 1 − p loses matter only where p < 1e-16: those nodes go to p = 1e-16."""
    return source.quantile(1 - np.maximum(levels, 2.0**-52), theta)
