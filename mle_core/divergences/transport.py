"""Wasserstein distances of two laws on the line, through their quantiles. Villani (2003), Topics in Optimal
Transportation, theorem 2.18.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from ..distribution import Distribution
from ..domain import Array
from .arrays import transport_cost
from .kinds import Divergence
from .panels import cut_at_zeros, integrate, lay_panels
from .summation import lattice
from .supports import landmarks

__all__ = ["wasserstein_by_quadrature"]

# Distances from an end, the nearest first; beyond 1 − 1e-13 levels have no digits left.
_LOWER = np.array([1e-280, 1e-200, 1e-130, 1e-80, 1e-50, 1e-30, 1e-15, 1e-8, 1e-5, 1e-3])
_UPPER = np.array([1e-13, 1e-11, 1e-9, 1e-7, 1e-5, 1e-4, 1e-3])
_KNOTS = np.array([1e-12, 1e-6, 1e-3, 0.05, 0.2, 0.4, 0.6, 0.8, 0.95, 0.999, 1 - 1e-6])


def wasserstein_by_quadrature(p: Distribution, q: Distribution, order: float) -> Divergence:
    """(∫₀¹ |Q_p(u) − Q_q(u)|^order du)^(1/order), in the log of u and of 1 − u near the ends."""
    if p.discrete and q.discrete:
        x, complete = lattice(p, q)
        value = transport_cost(p.prob(x), q.prob(x), order, x)
        # Levels of the distribution functions are known to a few 1e-16 only.
        error = float(x[-1] - x[0]) * 1e-15 ** (1 / order) * 1e-3 + 1e-14 * value if complete else math.inf
        return Divergence(value, error, "quadrature", "wasserstein", "" if complete else "too many terms")

    def signed(u: Array) -> Array:
        return p.quantile(u) - q.quantile(u)

    def gap(u: Array) -> Array:
        return np.abs(signed(u))

    with np.errstate(all="ignore"):
        unit = float(np.max(gap(np.array([0.1, 0.25, 0.5, 0.75, 0.9]))))
        if unit == 0:
            unit = 1.0
        diverges, slope = _tail_slopes(gap, order)
        if diverges:
            return Divergence(
                math.inf,
                0.0,
                "quadrature",
                "wasserstein",
                f"a tail has no moment of order {order:g}; the cost is infinite",
            )

        panels = lay_panels(0.0, 1.0, _KNOTS)
        if order % 2 != 0 or p.discrete or q.discrete:
            panels = cut_at_zeros(signed, panels)

        def values(u: Array) -> Array:
            x = (gap(np.clip(u, 0.0, 1 - 1.2e-16)) / unit) ** order
            return np.where(np.isfinite(x), x, 0.0)[None]

        result = integrate(values, panels, 1e-11)
        last = float(gap(np.array([1 - 2.3e-16]))[0]) / unit
    total = float(result.values[0])
    if not math.isfinite(result.error) or not math.isfinite(total):
        return Divergence(math.inf, math.inf, "quadrature", "wasserstein", "the quantiles overflow; use closed_form")
    # What lies beyond the last level below 1, of a power of this slope.
    cut = 4e-16 * last**order / (1 + slope) if math.isfinite(last) and slope > -1 else math.inf
    value = unit * total ** (1 / order)
    share = (result.error + cut) / total / order if total > 0 else 0.0
    message = "" if result.converged and share < 1e-6 else "the rule did not reach its accuracy; see the error"
    # Quantiles are rounded to their own last digits, however near the two laws are.
    rounding = 1e-15 * float(max(np.max(np.abs(landmarks(law)[4:11])) for law in (p, q)))
    return Divergence(value, value * share + rounding, "quadrature", "wasserstein", message)


def _tail_slopes(gap: Callable[[Array], Array], order: float) -> tuple[bool, float]:
    """Whether |Q_p − Q_q|^order falls no faster than 1/u near an end, and its slope in log u at the upper end.

    A power keeps its slope; one that flattens towards the end, as a lognormal's, is no power and integrable.
    """
    diverges, last = False, 0.0
    for upper, distance in ((False, _LOWER), (True, _UPPER)):
        sizes = gap(1 - distance if upper else distance)
        known = np.isfinite(sizes) & (sizes > 0)  # the quantiles of very heavy tails overflow
        logs, y = np.log(sizes[known]), np.log(distance[known])
        if logs.size >= 3:
            slopes = order * np.diff(logs) / np.diff(y)
            diverges = diverges or bool(slopes[0] < -0.995 and slopes[0] < 0.95 * slopes[1])
            last = min(float(slopes[0]), 0.0) if upper else last
    return diverges, last
