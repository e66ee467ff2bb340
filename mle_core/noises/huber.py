"""Huber noise: Gaussian in the middle, Laplace in the tails.

log f(r; σ) = −log σ − log c(k) − ρ_k(r/σ), with ρ_k(z) = z²/2 for |z| ≤ k and k|z| − k²/2 beyond, and

    c(k) = √(2π) (2Φ(k) − 1) + 2 e^(−k²/2) / k

the integral of e^(−ρ_k). Huber (1964), Ann. Math. Statist. 35, 73-101: it is the least favourable law of contaminated
normal data. Coefficients and σ are the joint maximum likelihood of this density; σ is not Huber's "proposal 2". k = 1.345
gives 95 % efficiency for Gaussian data.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from scipy import special

from ..domain import Array, Interval, Param
from ..linear.least_absolute import LeastAbsolute
from ..linear.noise import Noise, Problem, Solution, Terms, location_scale
from ..linear.noise_ascent import ascend

SIGMA = Param("sigma", "σ", "noise scale", Interval(0, math.inf), Interval(0.1, 10), 1.0, "log", power=1)
_ALMOST_LAPLACE = 0.5
K = Param("k", "k", "corner", Interval(0, math.inf), Interval(0.5, 3), 1.345, "log", given=True)


def middle(k: Array) -> Array:
    """∫ e^(−z²/2) over |z| ≤ k."""
    return np.asarray(math.sqrt(2 * math.pi) * special.erf(k / math.sqrt(2)))


def tails(k: Array) -> Array:
    return np.asarray(2 * np.exp(-0.5 * k * k) / k)


def normaliser(k: Array) -> Array:
    return np.asarray(np.log(middle(k) + tails(k)))


def rho(z: Array, k: Array) -> Array:
    size = np.abs(z)
    inner = np.minimum(size, k)
    return np.asarray(inner * (size - 0.5 * inner))


def log_density(r: Array, sigma: Array, k: Array) -> Array:
    k = np.asarray(k, dtype=np.float64)
    return np.asarray(-np.log(sigma) - normaliser(k) - rho(r / sigma, k))


def influence(r: Array, sigma: Array, k: Array) -> Array:
    return np.asarray(np.clip(r / sigma, -k, k) / sigma)


def curvature(r: Array, sigma: Array, k: Array) -> Array:
    return np.asarray(np.where(np.abs(r / sigma) <= k, 1.0 / sigma / sigma, 0.0))


def corner(problem: Problem) -> Array:
    return np.asarray(problem.options["k"], dtype=np.float64)


def value(problem: Problem, eta: Array, sigma: Array) -> Array:
    return log_density(problem.y - eta, sigma, corner(problem))


def terms(problem: Problem, eta: Array, sigma: Array) -> Terms:
    k = corner(problem)
    r = problem.y - eta
    z = r / sigma
    inner = np.where(np.abs(z) <= k, -1.0, 0.0)
    return location_scale(r, sigma, -normaliser(k) - rho(z, k), -np.clip(z, -k, k), inner)


def expected(problem: Problem, theta: Array) -> Array:
    p, k = problem.X.shape[1], corner(problem)
    inside, outside = float(middle(k)), float(tails(k))
    share = inside / (inside + outside)
    square = (inside - 2 * float(k) * math.exp(-0.5 * float(k) ** 2)) / (inside + outside)
    matrix = np.zeros((p + 1, p + 1))
    matrix[:p, :p] = share * problem.gram
    matrix[p, p] = problem.n * (1 + square)
    return np.asarray(matrix / theta[p] ** 2)


def solve(problem: Problem, held: Mapping[int, float], start: Array | None) -> Solution:
    found = problem.least_squares
    if found.exact:
        if held:
            return Solution(np.append(found.beta, held[0]), "least squares")
        return Solution(np.append(found.beta, 0.0), "least squares")
    if start is None and corner(problem) < _ALMOST_LAPLACE and not held:
        # e^(−ρ_k(r/σ)) is then about e^(−k|r|/σ): Laplace with b = σ/k.
        absolute = LeastAbsolute.of(problem.X, problem.target, problem.weights)
        start = np.append(absolute.beta, float(corner(problem)) * absolute.total / problem.n)
    if start is None:
        r = np.abs(found.residuals)
        spread = float(np.median(r)) / 0.6745
        start = np.append(found.beta, spread if spread > 1e-3 * r.max() else math.sqrt(found.rss / problem.n))
    return ascend(NOISE, problem, start, held)


def quantile(p: Array, sigma: Array, k: Array) -> Array:
    k = np.asarray(k, dtype=np.float64)
    total = middle(k) + tails(k)
    below = np.minimum(p, 1 - np.asarray(p)) * total  # area on the near side
    tail = 0.5 * tails(k)
    with np.errstate(all="ignore"):
        outer = 0.5 * k - np.log(below * k) / k  # ∫ e^(k²/2 − kz) from z on = e^(k²/2 − kz)/k
        inner = -special.ndtri(special.ndtr(-k) + (below - tail) / math.sqrt(2 * math.pi))
    size = np.where(below < tail, outer, inner)
    return np.asarray(sigma * np.where(np.asarray(p) < 0.5, -size, size))


NOISE = Noise(
    key="huber",
    name="Huber",
    params=(SIGMA,),
    curve=(SIGMA, K),
    log_density=log_density,
    influence=influence,
    curvature=curvature,
    value=value,
    terms=terms,
    expected=expected,
    solve=solve,
    quantile=quantile,
    options={"k": 1.345},
    order=40,
    source="Huber (1964), Ann. Math. Statist. 35, 73-101",
    scipy="-np.log(sigma * c) - special.huber(k, r / sigma)",
)
