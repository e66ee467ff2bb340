"""Divergences by Monte Carlo, always with a standard error, and with a word where even that is not to be trusted."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..distribution import Distribution
from ..domain import Array, MleError
from .kinds import DIVERGENCES, Divergence
from .supports import decided_by_supports, diverges

__all__ = ["MonteCarloPath", "by_monte_carlo", "monte_carlo_path"]

# One draw that carries more than this share of the variance, or of the mean: the next such draw changes everything.
_TOO_MUCH = 0.1


class MonteCarloPath(NamedTuple):
    """Running estimates and their standard errors, both (len(sizes),)."""

    values: Array
    standard_errors: Array


def _ratios(kind: str, p: Distribution, q: Distribution, n: int, seed: int, option: float) -> list[Array]:
    """The terms whose means make the estimate: one array of (n,), or two for Jensen–Shannon and Jeffreys."""
    rng = np.random.default_rng(seed)
    if kind == "wasserstein":  # the same uniform numbers for both: the optimal coupling on the line
        u = rng.random(n)
        return [np.abs(p.quantile(u) - q.quantile(u)) ** option]
    if kind == "reverse_kl":
        return _ratios("kl", q, p, n, seed, option)
    x = p.sample(n, rng)
    log_r = p.log_prob(x) - q.log_prob(x)
    if kind == "kl" or (kind == "renyi" and option == 1):
        return [log_r]
    if kind == "hellinger":
        return [np.exp(-0.5 * log_r)]
    if kind == "total_variation":
        return [np.maximum(-np.expm1(-log_r), 0.0)]
    if kind == "chi2":
        return [np.exp(log_r)]
    if kind == "renyi":
        return [np.exp((option - 1) * log_r)]
    y = q.sample(n, rng)
    back = q.log_prob(y) - p.log_prob(y)
    if kind == "jeffreys":
        return [log_r, back]
    return [math.log(2) - np.logaddexp(0, -log_r), math.log(2) - np.logaddexp(0, -back)]


def _estimate(kind: str, means: Array, errors: Array, option: float) -> tuple[Array, Array]:
    """The divergence and its standard error by the delta method, from the means (j, m) of the terms and their errors."""
    mean, error = means[0], errors[0]
    if kind in ("js", "jeffreys"):
        half = 0.5 if kind == "js" else 1.0
        return half * means.sum(axis=0), half * np.hypot(*errors)
    if kind == "hellinger":
        value = np.sqrt(np.maximum(1 - mean, 0.0))
        return value, np.where(value > 0, np.minimum(error / (2 * value), np.sqrt(error)), np.sqrt(error))
    if kind == "chi2":
        return mean - 1, error
    if kind == "renyi" and option != 1:
        return np.log(mean) / (option - 1), error / mean / abs(option - 1)
    if kind == "wasserstein":
        value = mean ** (1 / option)
        return value, np.where(mean > 0, error / option * value / mean, 0.0)
    return mean, error


def by_monte_carlo(kind: str, p: Distribution, q: Distribution, option: float, n: int, seed: int) -> Divergence:
    """The mean over `n` draws with its standard error as `.error`."""
    decided = decided_by_supports(kind, p, q, option)
    if decided is not None:
        return Divergence(decided[0], 0.0, "monte_carlo", kind, decided[1])
    with np.errstate(all="ignore"):
        if diverges(kind, p, q, option):
            return Divergence(math.inf, math.inf, "monte_carlo", kind, "the mean is infinite: a tail diverges")
        terms = _ratios(kind, p, q, n, seed, option)
        if not all(np.isfinite(term).all() for term in terms):
            return Divergence(
                math.inf,
                math.inf,
                "monte_carlo",
                kind,
                "a draw has a ratio p/q beyond the range of float64; use closed_form",
            )
        means = np.array([[term.mean()] for term in terms])
        errors = np.array([[term.std() / math.sqrt(n)] for term in terms])
        value, error = (float(part[0]) for part in _estimate(kind, means, errors, option))
        message = ""
        weighted = kind in ("hellinger", "chi2", "renyi") and option != 1
        if weighted and not (terms[0].max() < _TOO_MUCH * terms[0].sum()):
            error = math.inf
            message = "few draws carry all the weight, so that neither value nor standard error says anything"
        elif any(_heavy(term) for term in terms):
            message = "one draw carries much of the variance; the standard error is too small"
        if math.isnan(value):
            value, error = math.inf, math.inf
    return Divergence(value, error, "monte_carlo", kind, message)


def _heavy(term: Array) -> bool:
    squares = (term - term.mean()) ** 2
    return bool(term.size >= 100 and squares.max() > _TOO_MUCH * squares.sum() > 0)


def monte_carlo_path(
    kind: str,
    p: Distribution,
    q: Distribution,
    sizes: Sequence[int] | Array,
    seed: int = 0,
    *,
    alpha: float = 0.5,
    order: float = 2.0,
) -> MonteCarloPath:
    """The Monte Carlo estimate after the first n draws of one sample, for each n of `sizes`.

    Parameters
    ----------
    kind : str
        Key of `DIVERGENCES`.
    p, q : Distribution
    sizes : sequence of int
        Numbers of draws, each at least 2.
    seed : int
        The same seed gives the same draws.
    alpha, order : float
        Of Rényi and Wasserstein.

    Returns
    -------
    MonteCarloPath
        `values` and `standard_errors`, both (len(sizes),), in the unit of the kind.

    Raises
    ------
    MleError
        For an unknown kind or a size below 2.
    """
    if kind not in DIVERGENCES:
        raise MleError(f"there is no divergence {kind!r}; choose one of {', '.join(DIVERGENCES)}.")
    counts = np.asarray(sizes, dtype=np.int64)
    if counts.ndim != 1 or counts.size == 0 or counts.min() < 2:
        raise MleError(f"sizes must be a list of numbers of draws, each at least 2, not {sizes!r}.")
    option = {"renyi": alpha, "wasserstein": order}.get(kind, math.nan)
    with np.errstate(all="ignore"):
        terms = _ratios(kind, p, q, int(counts.max()), seed, option)
        means, errors = [], []
        for term in terms:
            centre = float(term[0]) if math.isfinite(term[0]) else 0.0  # so that the squares do not cancel
            first = np.cumsum(term - centre)[counts - 1] / counts
            second = np.cumsum((term - centre) ** 2)[counts - 1] / counts
            means.append(centre + first)
            errors.append(np.sqrt(np.maximum(second - first * first, 0.0) / counts))
        value, error = _estimate(kind, np.array(means), np.array(errors), option)
    return MonteCarloPath(np.asarray(value), np.asarray(error))
