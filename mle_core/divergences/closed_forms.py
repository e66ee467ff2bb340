"""Closed forms, by the pair of families: data, so that a formula is added by adding an entry.

Each is ``form(theta_p, theta_q, option)`` with the parameters in the order of their families and the α of Rényi or the
order of Wasserstein; it answers None where it does not hold for these parameters. Sources: Gil, Alajaji & Linder
(2013) for continuous families; Chyzak & Nielsen (2019), arXiv:1905.10965, for Cauchy, its total variation Nielsen & Okamura
(2021), arXiv:2101.12459; Bauckhage (2013),
arXiv:1310.3713, for Weibull; Casella & Berger (2002) for the discrete ones.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from scipy import special

from ..numerics.special import excess_of_difference
from . import normal, renyi_forms
from .discrete_forms import DISCRETE_FORMS
from .exponential_families import BETA, GAMMA, log_gamma_remainder
from .normal import exp_excess, log_ratio

__all__ = ["CLOSED_FORMS"]

Theta = tuple[float, ...]
Form = Callable[[Theta, Theta, float], float | None]
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(24)
_NODES, _WEIGHTS = 0.5 * (_NODES + 1), 0.5 * _WEIGHTS


def _excess(d: float) -> float:
    """d − log(1 + d), ∞ at d = −1."""
    return float(excess_of_difference(np.asarray(d))) if d > -1 else math.inf


def _laplace_kl(p: Theta, q: Theta, _: float) -> float:
    b_p, b_q = p[1], q[1]
    return _excess((b_p - b_q) / b_q) + b_p / b_q * exp_excess(-abs(p[0] - q[0]) / b_p)


def _cauchy_surplus(p: Theta, q: Theta) -> float:
    """((γ_p − γ_q)² + Δ²) / (4 γ_p γ_q)."""
    distance = math.hypot(p[1] - q[1], p[0] - q[0])
    return (distance / p[1]) * (distance / q[1]) / 4


def _shifts_only(p: Theta, q: Theta, _: float) -> float:
    """Wasserstein of a location family without moments: the shift, or ∞ where the scales differ."""
    return abs(p[0] - q[0]) if p[1] == q[1] else math.inf


def _location_scale(variance: float) -> Form:
    """W₂ in a location-scale family of variance `variance`·scale² that is symmetric."""

    def form(p: Theta, q: Theta, order: float) -> float | None:
        if order == 2:
            return math.hypot(p[0] - q[0], math.sqrt(variance) * (p[1] - q[1]))
        return abs(p[0] - q[0]) if p[1] == q[1] else None

    return form


def _lognormal_wasserstein(p: Theta, q: Theta, order: float) -> float | None:
    """W₂² = (r_p − r_q)² + 2 r_p r_q (1 − e^(−(σ_p − σ_q)²/2)), r the roots of the second moments e^(μ + σ²)."""
    if order != 2:
        return None
    spread = p[1] - q[1]
    root_p, root_q = float(np.exp(p[0] + p[1] ** 2)), float(np.exp(q[0] + q[1] ** 2))
    apart = root_q * float(np.expm1(p[0] - q[0] + spread * (p[1] + q[1])))
    return math.hypot(apart, math.sqrt(root_p) * math.sqrt(root_q) * math.sqrt(-2 * math.expm1(-0.5 * spread**2)))


def _exponential_wasserstein(p: Theta, q: Theta, order: float) -> float:
    return abs(q[0] - p[0]) / p[0] / q[0] * math.exp(float(special.gammaln(order + 1)) / order)


def _weibull_kl(p: Theta, q: Theta, _: float) -> float:
    """e^w − 1 − w + [log Γ(r) + γ (r − 1)], r = k_q/k_p, w = k_q log(λ_p/λ_q) + log Γ(1 + r)."""
    d = (q[0] - p[0]) / p[0]
    log_gamma = (
        d * float(np.dot(_WEIGHTS, special.psi(2 + d * _NODES))) if abs(d) < 0.5 else float(special.gammaln(2 + d))
    )
    return exp_excess(q[0] * log_ratio(p[1], q[1]) + log_gamma) + log_gamma_remainder(1.0, d)


def _pareto_kl(p: Theta, q: Theta, _: float) -> float:
    if p[0] < q[0]:
        return math.inf
    return _excess((q[1] - p[1]) / p[1]) + q[1] * log_ratio(p[0], q[0])


def _uniform_share(p: Theta, q: Theta) -> tuple[float, float, float]:
    """The common length, and the lengths of p and q."""
    return max(min(p[1], q[1]) - max(p[0], q[0]), 0.0), p[1] - p[0], q[1] - q[0]


def _inside(p: Theta, q: Theta) -> bool:
    return q[0] <= p[0] and p[1] <= q[1]


def _uniform_kl(p: Theta, q: Theta, _: float) -> float:
    return log_ratio(q[1] - q[0], p[1] - p[0]) if _inside(p, q) else math.inf


def _uniform_renyi(p: Theta, q: Theta, alpha: float) -> float:
    common, of_p, of_q = _uniform_share(p, q)
    if common == 0 or (alpha >= 1 and not _inside(p, q)):
        return math.inf
    if alpha == 1 or _inside(p, q):
        return log_ratio(of_q, of_p)
    return (alpha * math.log(common / of_p) + (1 - alpha) * math.log(common / of_q)) / (alpha - 1)


def _uniform_hellinger(p: Theta, q: Theta, _: float) -> float:
    common, of_p, of_q = _uniform_share(p, q)
    return math.sqrt(max(1 - math.sqrt(common / of_p) * math.sqrt(common / of_q), 0.0))


def _uniform_tv(p: Theta, q: Theta, _: float) -> float:
    common, of_p, of_q = _uniform_share(p, q)
    return 1 - common / max(of_p, of_q)


def _uniform_js(p: Theta, q: Theta, _: float) -> float:
    common, of_p, of_q = _uniform_share(p, q)
    alone = (of_p - common) / of_p + (of_q - common) / of_q
    a, b = common / of_p, common / of_q
    both = a * math.log(2 * of_q / (of_p + of_q)) + b * math.log(2 * of_p / (of_p + of_q)) if common > 0 else 0.0
    return min(max(0.5 * (alone * math.log(2) + both), 0.0), math.log(2))


def _uniform_wasserstein(p: Theta, q: Theta, order: float) -> float:
    """The quantiles differ by a straight line from the difference of the lows to that of the highs."""
    low, high = p[0] - q[0], p[1] - q[1]
    top = max(abs(low), abs(high))
    if top == 0:
        return 0.0
    a, b = low / top, high / top
    if abs(b - a) < 1e-3:
        mean = float(np.dot(_WEIGHTS, np.abs(a + (b - a) * _NODES) ** order))
    else:
        mean = (
            (math.copysign(abs(b) ** (order + 1), b) - math.copysign(abs(a) ** (order + 1), a)) / (order + 1) / (b - a)
        )
    return top * float(mean ** (1 / order))


_NORMAL: Mapping[str, Form] = {
    "kl": normal.kl,
    "renyi": normal.renyi,
    "hellinger": normal.hellinger,
    "total_variation": normal.total_variation,
    "chi2": normal.chi2,
}


def _with_shape(partition_form: Form, p_rate: bool, q_rate: bool) -> Form:
    """A form of the gamma for exponentials, which are gammas of shape 1."""

    def form(p: Theta, q: Theta, option: float) -> float | None:
        return partition_form((1.0, p[0]) if p_rate else p, (1.0, q[0]) if q_rate else q, option)

    return form


_GAMMA: Mapping[str, Form] = {
    "kl": GAMMA.kl,
    "renyi": GAMMA.renyi,
    "hellinger": GAMMA.hellinger,
    "chi2": GAMMA.chi2,
}

CLOSED_FORMS: Mapping[tuple[str, str], Mapping[str, Form]] = MappingProxyType(
    {
        ("normal", "normal"): {**_NORMAL, "wasserstein": normal.wasserstein},
        # An invertible map of x changes no divergence but Wasserstein's.
        ("lognormal", "lognormal"): {**_NORMAL, "wasserstein": _lognormal_wasserstein},
        ("laplace", "laplace"): {
            "kl": _laplace_kl,
            "renyi": renyi_forms.laplace_renyi,
            "wasserstein": _location_scale(2.0),
        },
        ("logistic", "logistic"): {"wasserstein": _location_scale(math.pi**2 / 3)},
        ("cauchy", "cauchy"): {
            "kl": lambda p, q, _: math.log1p(_cauchy_surplus(p, q)),
            "chi2": lambda p, q, _: 2 * _cauchy_surplus(p, q),
            "renyi": lambda p, q, alpha: math.log1p(2 * _cauchy_surplus(p, q)) if alpha == 2 else None,
            "total_variation": lambda p, q, _: 2 / math.pi * math.atan(math.sqrt(_cauchy_surplus(p, q))),
            "wasserstein": _shifts_only,
        },
        ("exponential", "exponential"): {
            "kl": _with_shape(GAMMA.kl, True, True),
            "renyi": renyi_forms.exponential_renyi,
            "total_variation": lambda p, q, _: renyi_forms.exponential_total_variation(log_ratio(p[0], q[0])),
            "wasserstein": _exponential_wasserstein,
        },
        ("exponential", "gamma"): {kind: _with_shape(form, True, False) for kind, form in _GAMMA.items()},
        ("gamma", "exponential"): {kind: _with_shape(form, False, True) for kind, form in _GAMMA.items()},
        ("gamma", "gamma"): _GAMMA,
        ("beta", "beta"): {"kl": BETA.kl, "renyi": BETA.renyi, "hellinger": BETA.hellinger, "chi2": BETA.chi2},
        ("weibull", "weibull"): {
            "kl": _weibull_kl,
            "renyi": renyi_forms.weibull_renyi,
            "total_variation": renyi_forms.weibull_total_variation,
        },
        ("pareto", "pareto"): {
            "kl": _pareto_kl,
            "renyi": renyi_forms.pareto_renyi,
            "total_variation": renyi_forms.pareto_total_variation,
        },
        ("uniform", "uniform"): {
            "kl": _uniform_kl,
            "renyi": _uniform_renyi,
            "hellinger": _uniform_hellinger,
            "total_variation": _uniform_tv,
            "js": _uniform_js,
            "chi2": lambda p, q, _: (q[1] - q[0] - (p[1] - p[0])) / (p[1] - p[0]) if _inside(p, q) else math.inf,
            "wasserstein": _uniform_wasserstein,
        },
        **DISCRETE_FORMS,
        ("binomial", "binomial"): {**DISCRETE_FORMS["binomial", "binomial"], "renyi": renyi_forms.binomial_renyi},
        ("geometric", "geometric"): {**DISCRETE_FORMS["geometric", "geometric"], "renyi": renyi_forms.geometric_renyi},
    }
)
"""(key of p's family, key of q's family) → kind → form, read-only."""
