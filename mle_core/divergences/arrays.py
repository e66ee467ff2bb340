"""Divergences of two arrays of probabilities: exact sums."""

from __future__ import annotations

import math

import numpy as np

from ..domain import Array, DomainError, MleError
from ..sample import as_floats
from .integrands import INTEGRANDS, finish, log_affinity_point

__all__ = ["array_divergence", "check_probabilities", "entropy_of_array", "log_ratios", "sum_kind"]


def check_probabilities(values: object, name: str, normalise: bool = False) -> Array:
    """Return probabilities (n,) as floats, divided by their sum if `normalise`.

    Raises
    ------
    TypeError, MleError, DomainError
        For what is not numbers, not finite, negative, or does not sum to 1 within 1e-9 (within their rounding in
        single precision).
    """
    array = as_floats(values, name)
    # Single precision carries its own rounding: it is normalised, not refused.
    single = np.asarray(values).dtype in (np.float32, np.float16)
    if array.min() < 0:
        wrong = np.flatnonzero(array < 0)
        raise DomainError(
            f"{name}[{wrong[0]}] = {array[wrong[0]]:g} is negative ({wrong.size} of {array.size} values); "
            f"probabilities lie in [0, 1]."
        )
    total = math.fsum(array / array.max()) * float(array.max()) if array.max() > 0 else 0.0
    if normalise or (single and abs(total - 1) <= array.size * float(np.finfo(np.asarray(values).dtype).eps)):
        if total == 0:
            raise DomainError(f"{name} sums to 0, so it cannot be normalised; give at least one positive value.")
        top = float(array.max())
        return (array / top) / math.fsum(array / top)
    if abs(total - 1) > 1e-9:
        raise DomainError(f"{name} sums to {total:.12g}, not 1; correct it or pass normalise=True.")
    return array


def log_ratios(p: Array, q: Array) -> Array:
    """log(q/p), from the difference where the two are near, 0 where both are 0."""
    with np.errstate(all="ignore"):
        relative = (q - p) / p
        t = np.where(np.abs(relative) < 0.5, np.log1p(relative), np.log(q) - np.log(p))
    return np.where((p == 0) & (q == 0), 0.0, t)


def sum_kind(kind: str, lp: Array, lq: Array, t: Array, option: float) -> tuple[float, float]:
    """The divergence from log p, log q and their difference (n,), and its rounding error."""
    with np.errstate(all="ignore"):
        terms = INTEGRANDS[kind](lp, lq, t, np.maximum(lp, lq), option)
        terms = np.where(np.isneginf(np.maximum(lp, lq)) | np.isnan(terms), 0.0, terms)
        total = math.inf if np.isinf(terms).any() else math.fsum(terms)
        # The terms are rounded like the logs that they come from.
        sizes = np.where(np.isfinite(lp), np.abs(lp), 0.0) + np.where(np.isfinite(lq), np.abs(lq), 0.0)
        value, error = finish(kind, total, 4e-16 * total + 1e-16 * float(np.dot(terms, sizes)), option)
        if kind == "renyi" and option != 1 and not 1e-3 < 1 + (total if option > 1 else -total) < 1e100:
            logs = log_affinity_point(lp, lq, option)
            top = float(np.max(logs))
            if math.isinf(top):
                return math.inf, 0.0
            value = (math.log(math.fsum(np.exp(logs - top))) + top) / (option - 1)
            error = 1e-15 * abs(value)
    return value, error


def array_divergence(kind: str, p: Array, q: Array, option: float) -> float:
    """A divergence of probabilities p, q (n,) on the same n outcomes; Wasserstein takes them to lie at 0, 1, …, n − 1."""
    if p.shape != q.shape:
        raise MleError(f"p and q must be on the same outcomes: {p.size} and {q.size} probabilities; pad with zeros.")
    if kind == "wasserstein":
        return transport_cost(p, q, option)
    if kind == "renyi" and option == 1:
        kind = "kl"
    share = 1.0
    if kind == "renyi" and option < 0.5:
        p, q, share, option = q, p, option / (1 - option), 1 - option
    with np.errstate(divide="ignore"):
        lp, lq = np.log(p), np.log(q)
    value = share * sum_kind(kind, lp, lq, log_ratios(p, q), option)[0]
    return min(value, math.log(2)) if kind == "js" else value


def transport_cost(p: Array, q: Array, order: float, places: Array | None = None) -> float:
    """(∫ |Q_p(u) − Q_q(u)|^order du)^(1/order) for masses p, q (n,) at ascending `places` (n,), 0, 1, … if None."""
    at = np.arange(p.size, dtype=np.float64) if places is None else places
    below_p, below_q = np.cumsum(p), np.cumsum(q)
    if order == 1:
        gaps = np.abs(np.cumsum(p - q))[:-1] * np.diff(at)
        return float(np.sum(gaps))
    levels = np.unique(np.concatenate([[0.0], below_p, below_q]))
    widths, middle = np.diff(levels), 0.5 * (levels[1:] + levels[:-1])
    # Ties that rounding pulled apart make levels that are not there; they weigh nothing.
    last = p.size - 1
    gap = np.abs(
        at[np.minimum(np.searchsorted(below_p, middle), last)] - at[np.minimum(np.searchsorted(below_q, middle), last)]
    )
    widths = np.where(widths < 4e-16, 0.0, widths)
    top = float(gap.max(initial=0.0))
    return 0.0 if top == 0 else top * float(np.dot(widths, (gap / top) ** order)) ** (1 / order)


def entropy_of_array(p: Array) -> float:
    """−∑ p log p in nats."""
    with np.errstate(all="ignore"):
        return abs(math.fsum(np.where(p > 0, -p * np.log(p), 0.0)))
