"""Divergences between a mixture of normals and one normal, with gradient and Hessian in (μ, log σ)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from ..divergences.integrands import INTEGRANDS, finish
from ..domain import Array
from .mixtures import NormalMixture

__all__ = ["Objective", "normal_objective", "value_at"]

# The trapezoid rule on ±9.5 standard deviations converges exponentially for what is analytic near the line.
_Z = np.linspace(-9.5, 9.5, 761)
_PHI = np.exp(-0.5 * _Z * _Z) * (_Z[1] - _Z[0]) / math.sqrt(2 * math.pi)
_SPIKE = 0.05  # two steps of the rule
_LEGENDRE, _LEGENDRE_WEIGHTS = np.polynomial.legendre.leggauss(8)
_STEPS = np.concatenate([np.arange(0, 4, 0.5), np.arange(4, 12, 1.0), [13, 16, 20, 27, 38]])
_LOG_SQRT_2PI = 0.5 * math.log(2 * math.pi)
# value, gradient (2,) and Hessian (2, 2) in (μ, log σ)
Expansion: TypeAlias = tuple[float, Array, Array]
Objective: TypeAlias = Callable[[float, float], Expansion]


def normal_objective(mixture: NormalMixture, kind: str, alpha: float) -> Objective:
    """The function of (μ, log σ) to be minimised: value in nats, gradient (2,), Hessian (2, 2)."""
    if kind == "reverse_kl":
        return lambda mu, log_sigma: _reverse(mixture, mu, log_sigma)
    if kind == "js":
        return lambda mu, log_sigma: _js(mixture, mu, log_sigma)
    return lambda mu, log_sigma: _renyi(mixture, mu, log_sigma, alpha)


def _reverse(mixture: NormalMixture, mu: float, log_sigma: float) -> Expansion:
    """D(q‖p) = −log σ − ½ log(2πe) − E log p(μ + σZ), with the derivatives of log p under the mean."""
    sigma = math.exp(log_sigma)
    step, mass = sigma * _Z, _PHI
    if float(np.min(mixture.sds)) < _SPIKE * sigma:  # a component that falls between the nodes
        x, weights = _rule(mixture, mu, sigma)
        step, mass = x - mu, weights * np.exp(_log_q(x, mu, sigma)[0])
    value, slope, curve = mixture.log_density_slopes(mu + step)
    gradient = np.array([-np.dot(mass, slope), -1 - np.dot(mass, slope * step)])
    mixed = -np.dot(mass, curve * step)
    hessian = np.array(
        [[-np.dot(mass, curve), mixed], [mixed, -np.dot(mass, curve * step * step) - np.dot(mass, slope * step)]]
    )
    return -log_sigma - _LOG_SQRT_2PI - 0.5 - float(np.dot(mass, value)), gradient, hessian


def _rule(mixture: NormalMixture, mu: float, sigma: float) -> tuple[Array, Array]:
    """Gauss–Legendre nodes and weights on panels as narrow as the narrowest law around."""
    steps = np.concatenate([-_STEPS[:0:-1], _STEPS])
    edges = np.unique(np.add.outer([mu, *mixture.means], 0 * steps) + np.multiply.outer([sigma, *mixture.sds], steps))
    half = 0.5 * np.diff(edges)[:, None]
    x = edges[:-1, None] + half * (1 + _LEGENDRE)
    return x.ravel(), (half * _LEGENDRE_WEIGHTS).ravel()


def _log_q(x: Array, mu: float, sigma: float) -> tuple[Array, Array, Array]:
    """log q, its gradient (2, n) in (μ, log σ) and its Hessian (2, 2, n)."""
    z = (x - mu) / sigma
    square = z * z
    first = np.stack([z / sigma, square - 1])
    mixed = -2 * z / sigma
    second = np.stack([np.stack([np.full_like(z, -1 / sigma**2), mixed]), np.stack([mixed, -2 * square])])
    return -0.5 * square - math.log(sigma) - _LOG_SQRT_2PI, first, second


def value_at(mixture: NormalMixture, mu: float, sigma: float, kind: str, alpha: float) -> float:
    """A divergence by the non-negative integrands of `divergences`."""
    x, weights = _rule(mixture, mu, sigma)
    with np.errstate(all="ignore"):
        lp, lq = mixture.log_density(x), _log_q(x, mu, sigma)[0]
        terms = INTEGRANDS[kind](lp, lq, lq - lp, np.maximum(lp, lq), alpha)
        total = float(np.dot(weights, np.where(np.isfinite(terms), terms, 0.0)))
    return finish(kind, total, 0.0, alpha)[0]


def _js(mixture: NormalMixture, mu: float, log_sigma: float) -> Expansion:
    """∂JS = ½ E_q[∂log q · log(q/m)], m = ½ (p + q)."""
    sigma = math.exp(log_sigma)
    x, weights = _rule(mixture, mu, sigma)
    lp = mixture.log_density(x)
    lq, first, second = _log_q(x, mu, sigma)
    mass = 0.5 * weights * np.exp(lq)
    logs = math.log(2) - np.logaddexp(0, lp - lq)
    share = 0.5 * np.exp(logs)  # q/(p + q)
    gradient = first @ (mass * logs)
    outer = first[:, None] * first[None, :]
    hessian = second @ (mass * logs) + outer @ (mass * (logs + 1 - share))
    terms = INTEGRANDS["js"](lp, lq, lq - lp, np.maximum(lp, lq), math.nan)
    return float(np.dot(weights, np.where(np.isnan(terms), 0.0, terms))), gradient, hessian


def _renyi(mixture: NormalMixture, mu: float, log_sigma: float, alpha: float) -> Expansion:
    """∂D_α = −E_w[∂log q] with w ∝ p^α q^(1−α); its Hessian −E_w[∂²log q] − (1 − α) Cov_w[∂log q]."""
    sigma = math.exp(log_sigma)
    if alpha > 1 and (alpha - 1) * float(np.max(mixture.sds)) ** 2 >= alpha * sigma**2:
        return math.inf, np.zeros(2), np.eye(2)
    x, weights = _rule(mixture, mu, sigma)
    if alpha > 1:  # p^α q^(1−α) may reach further than both: the tails of its widest component
        wide = 1 / math.sqrt(alpha / float(np.max(mixture.sds)) ** 2 - (alpha - 1) / sigma**2)
        reach = NormalMixture(np.ones(1), mixture.means[:1], np.array([wide]))
        x, weights = _rule(_joined(mixture, reach), mu, sigma)
    lp = mixture.log_density(x)
    lq, first, second = _log_q(x, mu, sigma)
    logs = alpha * lp + (1 - alpha) * lq
    top = float(np.max(logs))
    terms = weights * np.exp(logs - top)
    total = float(terms.sum())
    w = terms / total
    mean = first @ w
    centred = first - mean[:, None]
    covariance = (centred * w) @ centred.T
    value = (math.log(total) + top) / (alpha - 1)
    if abs(value) < 0.1:  # the small ones without cancellation
        share = alpha / (1 - alpha) if alpha < 0.5 else 1.0
        with np.errstate(all="ignore"):
            t = lq - lp if alpha >= 0.5 else lp - lq
            one, other, a = (lp, lq, alpha) if alpha >= 0.5 else (lq, lp, 1 - alpha)
            points = INTEGRANDS["renyi"](one, other, t, np.maximum(lp, lq), a)
        value = share * finish("renyi", float(np.dot(weights, points)), 0.0, a)[0]
    return value, -mean, -(second @ w) - (1 - alpha) * covariance


def _joined(a: NormalMixture, b: NormalMixture) -> NormalMixture:
    return NormalMixture(
        *(np.concatenate(pair) for pair in ((a.weights, b.weights), (a.means, b.means), (a.sds, b.sds)))
    )
