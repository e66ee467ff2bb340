"""The rising factorial r(r + 1)…(r + x − 1) over rˣ: what the negative binomial has beyond the Poisson law.

Its logarithm F = Σ_{k < x} log(1 + k/r) and the derivatives vanish as r grows, where log Γ(r + x) − log Γ(r) − x log r would
keep no digit. The leading terms of Stirling's and of the digamma function's series are subtracted by hand (Abramowitz &
Stegun 1964, 6.1.40, 6.3.18, 6.4.12).
"""

from __future__ import annotations

import numpy as np
from scipy import special

from ..domain import Array
from .special import excess_of_difference, log_minus_digamma, log_minus_digamma_slope

__all__ = ["expected_curvature", "log_one_plus_ratio", "rising_slopes", "surplus"]


def rising_slopes(x: Array, r: Array) -> tuple[Array, Array]:
    """−F′ and F″ of F = Σ_{k < x} log(1 + k/r) in r."""
    first, second = _falls(r, x)
    share = x / r
    return excess_of_difference(share) - first, share * x / (r * (r + x)) - second


def surplus(r: Array, x: Array) -> Array:
    """(r + x) log(1 + x/r) − x, about x²/2r for large r."""
    near = np.less(x, r)
    if near.all():
        return (r + x) * excess_of_difference(-x / (r + x))
    return np.where(
        near, (r + x) * excess_of_difference(np.where(near, -x / (r + x), 0.0)), (r + x) * log_one_plus_ratio(x, r) - x
    )


def log_one_plus_ratio(x: Array, r: Array) -> Array:
    """log(1 + x/r), also where the ratio overflows."""
    ratio = x / r
    if np.less(ratio, np.inf).all():
        return np.log1p(ratio)
    return np.where(np.isinf(ratio), np.log(x) - np.log(r), np.log1p(ratio))


def _falls(r: Array, x: Array) -> tuple[Array, Array]:
    """g(r) − g(r + x) for g(a) = log a − ψ(a), and g′(r + x) − g′(r): for large r by their leading term, 1/2a."""
    far = r > 50.0
    a = np.where(far, r, 51.0)
    b = a + x
    lead = x / (2 * a * b)
    slope = lead * (1 / a + 1 / b)
    rest = (log_minus_digamma(a) - 0.5 / a) - (log_minus_digamma(b) - 0.5 / b)
    rest = np.where(a > 1e4, x * (a + b) / (12 * (a * b) ** 2), rest)
    rest_slope = (log_minus_digamma_slope(b) + 0.5 / b**2) - (log_minus_digamma_slope(a) + 0.5 / a**2)
    rest_slope = np.where(a > 1e4, x / (6 * a * b) * (1 / a**2 + 1 / (a * b) + 1 / b**2), rest_slope)
    near = np.where(far, 1.0, r)
    first = np.log(near) - special.psi(near) - (np.log(near + x) - special.psi(near + x))
    second = log_minus_digamma_slope(near + x) - log_minus_digamma_slope(near)
    return np.where(far, lead + rest, first), np.where(far, slope + rest_slope, second)


_LONGEST_WAIT = 740.0  # beyond it e^(−w) is zero
_AT_ONCE = 100  # parameters for which the integrand is evaluated in one array


def _panels() -> tuple[Array, Array]:
    """Nodes and weights (m, 1) for ∫₀^∞ e^(−w) f(w) dw: Gauss-Legendre on panels that halve towards 0."""
    node, weight = np.polynomial.legendre.leggauss(16)
    edges = _LONGEST_WAIT * np.concatenate([[0.0], np.geomspace(2.0**-40, 1.0, 41)])
    half = np.diff(edges)[:, None] / 2
    w = (edges[:-1, None] + half * (node + 1)).reshape(-1, 1)
    return w, (half * weight).reshape(-1, 1) * np.exp(-w)


_NODES, _WEIGHTS = _panels()


def expected_curvature(r: Array, mean: Array) -> Array:
    """∫ e^(−w) (−log(1 − qt) − qt)/t dw / r with t = 1 − e^(−w/r) and q = mean/(r + mean), for r and means (m,)."""
    total = np.empty(r.size)
    for top in range(0, r.size, _AT_ONCE):
        some = slice(top, top + _AT_ONCE)
        whole = r[some] + mean[some]
        q, lack = mean[some] / whole, r[some] / whole  # 1 − q, which may be far below a rounding of q
        t = -np.expm1(-_NODES / r[some])
        near = q * t < 0.5
        rest = lack + q * np.exp(-_NODES / r[some])  # 1 − qt
        part = np.where(near, excess_of_difference(np.where(near, -q * t, 0.0)), -q * t - np.log(rest))
        total[some] = np.sum(_WEIGHTS * np.divide(part, t, out=np.zeros_like(t), where=t > 0), axis=0)
    return total / r
